"""Bodies and queries as the SDK's HTTP client (rest-client 2.1) writes them.

Two form encodings live in the SDK. ``params`` and ``request_format_www_form_urlencoded`` use ActiveSupport's
``to_param`` (sorted; see the evaluator). The client's own, used for token requests and hashes given to
``request_body``, keeps the order, writes nil as a bare name and escapes ``~`` but not ``*``: that one is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from designer.evaluator.classes import Value
from designer.evaluator.values import RArray, RHash, RString, Symbol
from designer.wire.urls import form_component

ToBytes = Callable[[Value], bytes]
"""``to_s`` of a Ruby value, as bytes."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A multipart field given as ``[content, content_type, file_name]``."""

    content: bytes
    content_type: str
    file_name: str


Field = tuple[str, "bytes | FilePart | None"]


def query_string(hash_: RHash, to_bytes: ToBytes) -> str:
    """``RestClient::Utils.encode_query_string``."""
    return "&".join(
        name if value is None else f"{name}={form_component(value)}"
        for name, value in _flatten(hash_, to_bytes, None, form_component)
    )


def flat_fields(hash_: RHash, to_bytes: ToBytes) -> list[tuple[str, bytes | None]]:
    """Nested hashes and arrays as ``a[b]`` and ``a[]`` names, unescaped (multipart)."""
    return list(_flatten(hash_, to_bytes, None, lambda name: name.decode("utf-8", "surrogateescape")))


def multipart(fields: Iterable[Field], boundary: str) -> bytes:
    """A ``multipart/form-data`` body (RFC 7578), laid out as rest-client does."""
    parts: list[bytes] = []
    for name, value in fields:
        label = name.encode("utf-8", "surrogateescape")
        if isinstance(value, FilePart):
            head = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s' % (
                label,
                value.file_name.encode("utf-8", "surrogateescape"),
                value.content_type.encode("utf-8", "surrogateescape"),
            )
            parts.append(head + b"\r\n\r\n" + value.content)
        else:
            parts.append(b'Content-Disposition: form-data; name="%s"\r\n\r\n%s' % (label, value or b""))
    line = b"--" + boundary.encode("ascii")
    if not parts:
        return line + b"\r\n--\r\n"
    return line + b"\r\n" + (b"\r\n" + line + b"\r\n").join(parts) + b"\r\n" + line + b"--\r\n"


def _flatten(
    value: Value, to_bytes: ToBytes, parent: str | None, escape: Callable[[bytes], str]
) -> Iterable[tuple[str, bytes | None]]:
    pairs: list[tuple[Value, Value]]
    if isinstance(value, RHash):
        pairs = value.items()
    else:
        pairs = [(None, item) for item in value]
    if not pairs and parent is not None:
        yield parent, None
        return
    for key, item in pairs:
        name = "" if key is None else escape(_name(key, to_bytes))
        full = name if parent is None else f"{parent}[{name}]"
        if isinstance(item, RHash | RArray):
            yield from _flatten(item, to_bytes, full, escape)
        else:
            yield full, None if item is None else to_bytes(item)


def _name(key: Value, to_bytes: ToBytes) -> bytes:
    if isinstance(key, Symbol):
        return key.name.encode("utf-8", "surrogateescape")
    return key.to_bytes() if isinstance(key, RString) else to_bytes(key)
