"""Headers and body of a request, from what the lambdas said to what rest-client is handed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator import RArray, RHash, RProc, RString, RubyError, Value, lookup, sym, truthy
from designer.evaluator.convert import key_text
from designer.evaluator.sdk import Request
from designer.evaluator.strings import string_argument
from designer.evaluator.values import UTF_8, RObject, Symbol
from designer.wire.client import Body
from designer.wire.encode import Field, FilePart, flat_fields, multipart, query_string
from designer.wire.encode_xml import OrderError, element
from designer.wire.headers import Headers, stringify
from designer.wire.replies import FormatError

if TYPE_CHECKING:
    from designer.wire.engine import Engine

_CONTENT_TYPE = re.compile(r"^content[-_]type$", re.I | re.M)
_ACCEPT = re.compile(r"^accept$", re.I | re.M)
_CONTENT_TYPE_KEY, _ACCEPT_KEY = sym("content_type"), sym("accept")
FORM = "application/x-www-form-urlencoded"


def headers_of(engine: Engine, request: Request) -> Headers:
    """The author's headers with the defaults of the formats. A nil value leaves its header out."""
    # The SDK adds its defaults to the very hash the author filled, so a retry finds them there.
    headers = request.headers
    for key, _ in headers.pairs.values():
        if type(key) is not RString and type(key) is not Symbol:
            _refuse_name(engine, key)
    names = [key_text(key) for key, _ in headers.pairs.values()]
    if truthy(request.content_type) and not any(map(_CONTENT_TYPE.search, names)):
        headers.set(_CONTENT_TYPE_KEY, request.content_type)
    if truthy(request.accept) and not any(map(_ACCEPT.search, names)):
        headers.set(_ACCEPT_KEY, request.accept)
    sent = [(k, v) for k, v in headers.pairs.values() if v is not None and not _is_url_params(k, v)]
    for _, value in sent:
        if type(value) is RString:
            _demand_valid(value)
    return stringify(sent, bytes_of(engine))


def _demand_valid(value: RString) -> None:
    """Net::HTTP strips every value, which Ruby does to no text that its encoding does not allow; raw bytes may go."""
    if value.enc == UTF_8 and not value.is_utf8:
        raise RubyError.of("ArgumentError", "invalid byte sequence in UTF-8")


def _refuse_name(engine: Engine, key: Value) -> None:
    """Ruby's refusal of a name that is no text: first a regex looks at it, then ``upcase`` is called."""
    if key is not None:
        string_argument(engine.vm, key)
    engine.vm.send(key, "upcase")


def url_params_of(engine: Engine, request: Request) -> str:
    """``headers(params: {…})``: rest-client takes a hash of that name for the URL, in its own encoding."""
    given = [v for k, v in request.headers.pairs.values() if type(v) is RHash and _is_url_params(k, v)]
    return query_string(given[0], bytes_of(engine)) if given else ""


def _is_url_params(key: Value, value: Value) -> bool:
    return type(value) is RHash and key_text(key).lower() == "params"


def exact_headers_of(engine: Engine, request: Request) -> Headers:
    """``case_sensitive_headers``; Ruby raises NoMethodError for values that are no text."""
    out: Headers = {}
    for key, value in request.exact_headers.items() if request.exact_headers is not None else ():
        name = key_text(key) if isinstance(key, RString | Symbol) else engine.vm.to_s(key)
        if value is None:
            out[name] = None
            continue
        stripped = engine.vm.send(value, "strip")
        _demand_valid(stripped)
        out[name] = stripped.to_bytes().decode("utf-8", "surrogateescape")
    return out


def bytes_of(engine: Engine) -> Callable[[Value], bytes]:
    """``to_s`` as bytes."""

    def to_bytes(value: Value) -> bytes:
        if isinstance(value, RString):
            return value.to_bytes()
        return engine.vm.to_s(value).encode("utf-8", "surrogateescape")

    return to_bytes


def body_of(engine: Engine, request: Request) -> Body | None:
    """Raises the SDK's format errors."""
    match request.request_format:
        case "raw":
            return _as_given(engine, request.payload)
        case "json" if truthy(request.payload):
            with FormatError("JSONRequestFormatError"):
                return Body(engine.vm.send(request.payload, "to_json").to_bytes())
        case "form":
            with FormatError("WWWFormURLEncodedRequestFormatError"):
                rendered = engine.vm.send(request.payload, "to_param")
            return _as_given(engine, rendered)
        case "xml" if truthy(request.payload):
            return _xml(engine, request)
        case "multipart":
            return _multipart(engine, request.payload)
    return None


def _as_given(engine: Engine, payload: Value) -> Body | None:
    """What rest-client takes as it is: text, or a hash it form-encodes in its own manner."""
    if isinstance(payload, RString):
        return Body(payload.to_bytes())
    if isinstance(payload, RHash):
        if any(key_text(key) == "multipart" and value is True for key, value in payload.items()):
            return _fields(engine, payload, marked=True)
        return Body(query_string(payload, bytes_of(engine)).encode(), FORM)
    return None


def _xml(engine: Engine, request: Request) -> Body:
    with FormatError("XMLRequestFormatError"):
        merged = engine.vm.send(request.payload, "merge", [request.xml_namespaces or RHash()])
        content = engine.vm.send(merged, "deep_symbolize_keys")
        try:
            text = element(engine.vm.to_s(request.xml_root), content, _xml_text(engine))
        except OrderError as error:
            raise RubyError.of("ArgumentError", str(error)) from error
    return Body(text.encode("utf-8", "surrogateescape"))


def _xml_text(engine: Engine) -> Callable[[Value], str]:
    """What gyoku writes for a value: of a time only the hours, minutes and seconds."""

    def text(value: Value) -> str:
        if isinstance(value, RString):
            return value.to_bytes().decode("utf-8", "surrogateescape")
        if isinstance(value, RProc):
            return text(engine.vm.call_proc(value))
        if isinstance(value, RObject) and truthy(engine.vm.send(value, "is_a?", [lookup("Time")])):
            return engine.vm.to_s(engine.vm.send(value, "strftime", [RString("%H:%M:%S")]))
        return engine.vm.to_s(value)

    return text


def _multipart(engine: Engine, payload: Value) -> Body:
    if payload is None:
        return Body(b"", FORM)  # rest-client gets an empty hash
    if isinstance(payload, RArray):
        pairs = (item if isinstance(item, RArray) else [item] for item in payload)
        payload = RHash((pair[0] if pair else None, pair[1] if len(pair) > 1 else None) for pair in pairs)
    if not isinstance(payload, RHash):
        with FormatError("MultipartFormRequestFormatError"):
            payload = engine.vm.send(payload, "each_with_object", [RHash()])
    return _fields(engine, payload)


def _fields(engine: Engine, payload: RHash, *, marked: bool = False) -> Body:
    """A value may be ``[content, content_type, file_name]``; without a type only the content counts."""
    to_bytes = bytes_of(engine)
    fields: list[Field] = []
    for key, value in payload.items():
        name = engine.vm.to_s(key)
        if marked and name == "multipart" and value is True:
            continue
        parts = list(value) if isinstance(value, RArray) else [value]
        content, kind, file_name = (*parts, None, None, None)[:3]
        if truthy(engine.vm.send(kind, "present?")):
            given = engine.vm.to_s(file_name) if truthy(file_name) else name.rpartition("/")[2]
            fields.append((name, FilePart(to_bytes(content), engine.vm.to_s(kind), given)))
        elif isinstance(content, RHash | RArray):
            fields += flat_fields(RHash([(key, content)]), to_bytes)
        else:
            fields.append((name, None if content is None else to_bytes(content)))
    boundary = engine.chance.boundary()
    return Body(multipart(fields, boundary), f"multipart/form-data; boundary={boundary}")
