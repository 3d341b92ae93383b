"""Facts declared once in ``resources/`` and read by every room above.

Forms, checks, completion and reference pages derive from these tables; nothing in them is repeated in code.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_INSTALLED = Path(__file__).parent / "resources"
RESOURCES = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parent.parent / "resources"
"""The resources folder: inside the package in an installed wheel, beside it in a checkout."""


def resource(*parts: str) -> Path:
    """Path of a resource, for example ``resource("samples", "northwind-crm")``."""
    return RESOURCES.joinpath(*parts)


@functools.cache
def table(name: str) -> Mapping[str, Any]:
    """The facts table ``resources/facts/NAME.toml``, parsed once.

    Raises ``FileNotFoundError`` where there is no such table and ``tomllib.TOMLDecodeError`` where it is broken;
    both are faults of the installation, not of the user's input.
    """
    import tomllib  # a plain run reads no table

    with resource("facts", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
