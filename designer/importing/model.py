"""What an importer found: proposals that the author may apply to the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.errors import UserError


class ImportFailed(UserError):
    """The source is not what it was taken for, or describes nothing a connection can use."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One authorization found in a source.

    ``kind`` is a kind of ``designer.connection``, ``parameters`` those of its form that the source answers,
    ``base_uri`` an absolute URL, ``test_path`` something harmless to GET. ``notes`` say in whole sentences what the
    source told that the proposal does not carry.
    """

    name: str
    kind: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    base_uri: str | None = None
    test_path: str | None = None
    notes: tuple[str, ...] = ()


def header_key(name: str, prefix: str = "") -> dict[str, Any]:
    """Form values of an API key in a header, with ``prefix`` before the key."""
    return {"place": "header", "name": name, "value": f"{prefix}#{{api_key}}"}


def query_key(name: str) -> dict[str, Any]:
    """Form values of an API key in the query."""
    return {"place": "query", "name": name, "value": "#{api_key}"}
