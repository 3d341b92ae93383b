"""Request headers as they leave the SDK: rest-client turns names and values into strings, Net::HTTP spells them.

Symbol names get dashes and capitals; string names keep their underscores, but every dash-separated part is
capitalised on the wire; only ``case_sensitive_headers`` keeps the author's spelling.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from designer.evaluator.classes import Value
from designer.evaluator.values import RArray, RString, Symbol
from designer.facts import table
from designer.wire.encode import ToBytes
from designer.wire.urls import inspected

_EXTENSION = re.compile(r"\A[a-zA-Z0-9_@-]+\Z")
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_STRIPPED = " \t\n\v\f\r\0"


Headers = dict[str, str | None]
"""Headers on their way, as rest-client keeps them: names as given (after symbols became strings), which compare
exactly, and the bytes of their values as text (``surrogateescape``); None takes a header of just that name away."""


class HeaderError(Exception):
    """A value no header may have; Ruby raises ``ruby_class``."""

    def __init__(self, ruby_class: str, message: str) -> None:
        super().__init__(message)
        self.ruby_class = ruby_class
        self.message = message


def stringify(pairs: Iterable[tuple[Value, Value]], to_bytes: ToBytes) -> Headers:
    """What rest-client makes of a headers hash; two spellings of one name stay two entries here."""
    out: Headers = {}
    for key, value in pairs:
        name = _symbol_name(key.name) if isinstance(key, Symbol) else _text(key, to_bytes)
        upper = name.upper()
        if upper == "CONTENT-TYPE":
            out[name] = expand_type(_text(value, to_bytes))
        elif upper == "ACCEPT":
            items = list(value) if isinstance(value, RArray) else _split_list(_text(value, to_bytes))
            out[name] = ", ".join(expand_type((i if isinstance(i, str) else _text(i, to_bytes)).strip()) for i in items)
        else:
            out[name] = _text(value, to_bytes)
    return out


def on_the_wire(headers: Headers, exact: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Net::HTTP's view, as name and value: names compare without case and the last one wins in the place of the first;
    every part of a name is capitalised unless one of ``exact`` spells it. Raises ``HeaderError`` for line breaks."""
    spelled = {name.lower(): name for name in reversed(list(exact))} if exact else {}
    out: dict[str, tuple[str, str]] = {}
    for name, given in headers.items():
        if given is None:
            continue
        value = given.strip(_STRIPPED)
        if "\r" in value or "\n" in value:
            raise HeaderError(
                "ArgumentError", f"header {name} has field value {inspected(value)}, this cannot include CR/LF"
            )
        lower = name.lower()
        written = spelled.get(lower) or capitalised(lower)
        out[lower] = _read(written, value) if ":" in written else (written, value)
    return list(out.values())


def _read(name: str, value: str) -> tuple[str, str]:
    """``{"x:y" => "z"}`` goes out as ``x:y: z``, which is a header ``x`` to whoever reads it."""
    name, _, rest = name.partition(":")
    return name, f"{rest}: {value}".strip(" \t")


@functools.lru_cache(maxsize=256)
def is_token(name: str) -> bool:
    """Whether ``name`` is one that HTTP lets a header have (RFC 9110, 5.1). Net::HTTP sends others too."""
    return _TOKEN.fullmatch(name) is not None


def as_read(value: str) -> str:
    """A value as a server reads it: bytes that are UTF-8 as text, others as latin-1."""
    data = value.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@functools.lru_cache(maxsize=256)
def capitalised(name: str) -> str:
    """``Net::HTTPHeader#capitalize``: ``x-api-key`` → ``X-Api-Key``, ``x_api_key`` → ``X_api_key``."""
    return "-".join(part.capitalize() for part in name.rstrip("-").split("-"))


@functools.lru_cache(maxsize=64)
def expand_type(value: str) -> str:
    """``json`` → ``application/json``; what does not look like a file extension, or is not known, stays."""
    if not _EXTENSION.match(value):
        return value
    return _types().get(value.lower()) or value


@functools.cache
def _types() -> dict[str, str]:
    return {extension: kind for kind, known in table("media_types")["types"].items() for extension in known.split()}


@functools.lru_cache(maxsize=256)
def _symbol_name(name: str) -> str:
    return "-".join(part.capitalize() for part in name.rstrip("_").split("_"))


def _split_list(text: str) -> list[str]:
    parts = text.split(",")
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _text(value: Value, to_bytes: ToBytes) -> str:
    if type(value) is RString and value.s.isascii():
        return value.s
    if type(value) is Symbol and value.name.isascii():
        return value.name
    data = value.to_bytes() if isinstance(value, RString) else to_bytes(value)
    return data.decode("utf-8", "surrogateescape")
