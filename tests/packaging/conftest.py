"""The set-up scripts are not part of the package: tests load them from their folder, one fresh copy a test."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPTS = ("system", "environment", "run", "test")


class Scripts:
    """``scripts.environment`` and so on."""

    def __getattr__(self, name: str) -> ModuleType:
        return importlib.import_module(name)


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripts]:
    monkeypatch.syspath_prepend(str(PROJECT / "packaging"))
    shadowed = {name: sys.modules.pop(name, None) for name in SCRIPTS}
    yield Scripts()
    for name, module in shadowed.items():
        sys.modules.pop(name, None)
        if module is not None:
            sys.modules[name] = module
