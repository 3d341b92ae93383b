"""Replies as Ruby values: bodies, headers, and what the response format makes of them."""

from __future__ import annotations

import codecs
import re
from types import TracebackType
from typing import TYPE_CHECKING

from designer.evaluator import LimitExceeded, RArray, RClass, RHash, RString, RubyError, Value, lookup
from designer.evaluator.classes import STRING, Builtin
from designer.evaluator.convert import key_text
from designer.evaluator.sdk import Request
from designer.evaluator.values import ASCII_8BIT
from designer.wire.authorization import SDK
from designer.wire.statuses import Reply

if TYPE_CHECKING:
    from designer.wire.engine import Engine

_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.I)
# Python's own, for other ends; no Ruby knows them.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"})


BEGINNING = 4_000_000
_PIECE = 256_000
_CONTINUATION = bytes(range(0x80, 0xC0))
"""Bytes of UTF-8 that begin no character (RFC 3629 §3)."""


class FormatError:
    """Turns what goes wrong while a body is written or read into the SDK's error of that name."""

    def __init__(self, name: str) -> None:
        self._name = f"{SDK}::{name}"

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, RubyError) and any(c.name == "StandardError" for c in error.exception.cls.ancestors):
            raise RubyError.of(self._name, error.message) from error


class ReplyTooLong(LimitExceeded):
    """A reply of more than Ruby code is handed here. What arrived stays in the trace, whole. ``unwanted`` says that it
    could have been parsed, and nobody waits for that."""

    unwanted = False


def beginning(reply: Reply) -> RString:
    """The first ``BEGINNING`` characters of a body that is too long to be handed on whole; see ``body_text``."""
    return body_text(reply, most=BEGINNING)


def refusal_text(engine: Engine, reply: Reply) -> RString:
    """The body of a failure, for the code and the entries that look at it: its beginning where it is longer than a
    string of Ruby may be here."""
    if len(reply.body) <= engine.vm.limits.string:
        return body_text(reply)
    size = f"{len(reply.body):,} bytes"
    engine.warn(f"The failed reply has {size}; entries and code are handed its first {BEGINNING:,} characters.")
    return beginning(reply)


def body_text(reply: Reply, *, most: int | None = None) -> RString:
    """The body as the string rest-client makes of it: in the charset the reply names, else UTF-8; its first ``most``
    characters, if that is given."""
    if _is_utf8(reply):
        return RString(decoded(reply.body, most=most))
    try:
        codec = codecs.lookup(_charset(reply)).name
        if codec in _NO_CHARSETS:
            return RString(decoded(reply.body, most=most))
        return RString(decoded(reply.body, codec, "strict", most))
    except (LookupError, ValueError):  # no charset of that name, what cannot be a name, or bytes that are not in it
        return RString(decoded(reply.body, most=most))


def decoded(body: bytes, codec: str = "utf-8", errors: str = "surrogateescape", most: int | None = None) -> str:
    """``body``, or its first ``most`` characters, as text; bytes that are not UTF-8 as Ruby keeps them. A long one a
    piece at a time: one call on 50 MB would hold all threads up."""
    if len(body) <= _PIECE:
        return body.decode(codec, errors)[:most]
    decoder = codecs.getincrementaldecoder(codec)(errors)
    pieces: list[str] = []
    length = 0
    for at in range(0, len(body), _PIECE):
        pieces.append(decoder.decode(body[at : at + _PIECE]))
        length += len(pieces[-1])
        if most is not None and length >= most:
            return "".join(pieces)[:most]
    return "".join([*pieces, decoder.decode(b"", True)])[:most]


def _charset(reply: Reply) -> str:
    found = _CHARSET.search(reply.header("content-type") or "")
    return found[1] if found else "utf-8"


def _is_utf8(reply: Reply) -> bool:
    return _charset(reply).lower() in ("utf-8", "utf8", "us-ascii")


def response_object(engine: Engine, reply: Reply) -> RString:
    """``exception.response``: the body, which also knows its ``code``, ``headers`` and ``body``."""
    text = refusal_text(engine, reply)
    headers = header_hash(reply)
    readers: dict[str, Value] = {"code": reply.code, "headers": headers, "body": text, "to_str": text}
    made = RClass("RestClient::Response", STRING)
    made.methods.update({name: _reader(name, value) for name, value in readers.items()})
    return RString(text.s, text.enc, made)


def _reader(name: str, value: Value) -> Builtin:
    def read(_vm: object, _receiver: object) -> Value:
        return value

    return Builtin(name, read)


def header_hash(reply: Reply) -> RHash:
    """Reply headers with lower-case underscored names, indifferent; Set-Cookie is an array."""
    values: dict[str, list[str]] = {}
    for name, value in reply.headers:
        values.setdefault(name.replace("-", "_").lower(), []).append(value)
    made = RHash(indifferent=True)
    for name, given in values.items():
        made.set(name, RArray(map(RString, given)) if name == "set_cookie" else RString(", ".join(given)))
    return made


def is_too_long(engine: Engine, request: Request, reply: Reply) -> bool:
    """Whether ``demand_short`` raises."""
    try:
        demand_short(engine, request, reply)
    except ReplyTooLong:
        return True
    return False


def demand_short(engine: Engine, request: Request, reply: Reply) -> None:
    """Raise ``ReplyTooLong`` where the reply is to be parsed and is longer than a string of Ruby may be here, which is
    counted in characters, or longer than ``Call.result_bytes``."""
    most, wanted = engine.vm.limits.string, engine.call.result_bytes
    if request.response_format not in ("json", "xml"):
        return
    if wanted is not None and engine.asked_for_by_you and len(reply.body) > wanted:
        unwanted = ReplyTooLong(
            f"The reply has {len(reply.body):,} bytes, more than the {wanted:,} that are parsed here."
        )
        unwanted.unwanted = True
        raise unwanted
    if len(reply.body) > most and (length := _characters(reply)) > most:
        raise ReplyTooLong(
            f"The reply has {length:,} characters; replies of up to {most:,} are parsed for the code here.",
            line=engine.vm.line,
        )


def _characters(reply: Reply) -> int:
    """How many characters the body has; of one that is no UTF-8, how many bytes."""
    if not _is_utf8(reply):
        return len(reply.body)
    pieces = (reply.body[at : at + _PIECE] for at in range(0, len(reply.body), _PIECE))
    return sum(len(piece.translate(None, _CONTINUATION)) for piece in pieces)


def parsed(engine: Engine, request: Request, reply: Reply, body: RString) -> Value:
    """What ``response_format_*`` makes of the reply. Raises the SDK's format errors and ``ReplyTooLong``."""
    demand_short(engine, request, reply)
    match request.response_format:
        case "json":
            with FormatError("JSONResponseFormatError"):
                given = [body if body.s.strip() else RString("{}")]
                return engine.vm.paused(engine.vm.send, lookup("JSON"), "parse", given)
        case "xml":
            with FormatError("XMLResponseFormatError"):
                # The bytes: the parser heeds what the document says of itself, not the charset of the reply.
                found = engine.vm.send(RString.from_bytes(reply.body), "from_xml")
                return _without_prefixes(found) if request.strip_namespaces else found
        case "raw":
            text = RString.from_bytes(reply.body)
            return text if text.is_utf8 and _is_utf8(reply) else RString(reply.body.decode("latin-1"), ASCII_8BIT)
    return body


def _without_prefixes(value: Value) -> Value:
    """Element and attribute names without their namespace prefixes; elements that then share a name are joined."""
    if isinstance(value, RArray):
        return RArray(_without_prefixes(item) for item in value)
    if not isinstance(value, RHash):
        return value
    made = RHash(indifferent=True)
    for key, item in value.items():
        name = key_text(key)
        if name.startswith("@"):
            short = name if name.startswith("@xmlns:") else "@" + name[1:].rpartition(":")[2]
        else:
            short = name.rpartition(":")[2]
        inner, before = _without_prefixes(item), made.get(short)
        if isinstance(before, RArray) and isinstance(inner, RArray):
            before.extend(inner)
        else:
            made.set(short, inner)
    return made
