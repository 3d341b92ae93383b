"""Settings that a connector declares secret, whatever they are called: ``control_type: 'password'``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from designer.ruby import Document, Symbol
from designer.ruby.errors import DecodeError

__all__ = ["secret_settings", "secret_settings_of"]

_OPTIONS = "/connection/authorization/options"


@lru_cache(maxsize=8)
def secret_settings(source: bytes) -> frozenset[str]:
    """``secret_settings_of`` the text of a connector; empty for one that is none."""
    try:
        return secret_settings_of(Document.parse(source))
    except DecodeError:
        return frozenset()  # it does not run either


def secret_settings_of(document: Document) -> frozenset[str]:
    """Their names, read without running anything: those of the connection's fields, of each option's, of nested ones,
    and of the alternative behind a toggle."""
    options = document.find(_OPTIONS)
    held = [document.find("/connection/fields")]
    if options is not None and options.kind == "hash":
        held += [entry.element.child("fields") for entry in options.entries if entry.element.kind == "hash"]
    return frozenset(name for one in held if one is not None for name in _secrets(one.value))


def _secrets(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        name = _word(value.get("name"))
        if name and _word(value.get("control_type")) == "password":
            yield name
        for inner in value.values():
            yield from _secrets(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _secrets(inner)


def _word(value: Any) -> str:
    return value.name if isinstance(value, Symbol) else value if isinstance(value, str) else ""
