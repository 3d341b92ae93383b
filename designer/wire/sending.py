"""One request of the SDK made into one for its HTTP client, sent, and its reply parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.evaluator import LimitExceeded, RArray, RHash, RString, RubyError, Symbol, Value, lookup, truthy
from designer.evaluator.convert import key_text
from designer.evaluator.sdk import Request
from designer.evaluator.values import ASCII_8BIT
from designer.wire import digest
from designer.wire.authorization import SDK, Connection
from designer.wire.client import Body, Outgoing, execute
from designer.wire.encode import Field, FilePart, flat_fields, multipart, query_string
from designer.wire.encode_xml import OrderError, element
from designer.wire.headers import Header, stringify
from designer.wire.model import TlsOptions
from designer.wire.provenance import origins
from designer.wire.statuses import Reply, RestError
from designer.wire.urls import Uri, UriError, form_component, form_decode, parse

if TYPE_CHECKING:
    from designer.wire.engine import Engine

_CONTENT_TYPE = re.compile(r"^content[-_]type$", re.I)
_ACCEPT = re.compile(r"^accept$", re.I)
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.I)
_FORM = "application/x-www-form-urlencoded"


class DetectedError(Exception):
    """detect_on matched a reply; ``message`` is its text."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def perform(engine: Engine, request: Request, purpose: str) -> Value:
    """Send ``request`` as it stands now and parse the reply; ``after_response`` has the last word.

    Raises ``RestError``, ``DetectedError`` and ``RubyError``.
    """
    reply = _answered(engine, request, purpose)
    connection = request.connection
    authorization = (
        connection.authorization if isinstance(connection, Connection) and connection.has_authorization else None
    )
    body = body_text(reply)
    if authorization is not None and authorization.detects(body):
        raise DetectedError(body.text)
    parsed = _parse(engine, request, reply, body)
    if authorization is not None and authorization.detects(parsed):
        raise DetectedError(engine.vm.to_s(parsed))
    if request.after is None:
        return parsed
    context = request.action or request
    arguments = [reply.code, parsed, _after_headers(engine, reply)]
    return engine.vm.call_proc(request.after, arguments[: _count(request.after)], self_obj=context)


def build_url(engine: Engine, request: Request) -> str:
    """The URL with base URI, query and credentials. Raises ``RubyError``: the SDK's InvalidURIError for values that
    are no URL, URI's own errors for texts that are none."""
    try:
        return str(_build(engine, request))
    except UriError as error:
        raise RubyError.of(error.ruby_class, error.message) from error


def body_text(reply: Reply) -> RString:
    """The body as the string rest-client makes of it: in the charset the reply names, else UTF-8."""
    found = _CHARSET.search(reply.header("content-type") or "")
    charset = found[1] if found else "utf-8"
    if charset.lower() in ("utf-8", "utf8", "us-ascii"):
        return RString.from_bytes(reply.body)
    try:
        return RString(reply.body.decode(charset))
    except (LookupError, UnicodeDecodeError):
        return RString.from_bytes(reply.body)


def header_hash(reply: Reply, *, as_text: bool = False) -> RHash:
    """Reply headers with lower-case underscored names, indifferent; Set-Cookie is an array unless ``as_text``."""
    values: dict[str, list[str]] = {}
    for name, value in reply.headers:
        values.setdefault(name.replace("-", "_").lower(), []).append(value)
    made = RHash(indifferent=True)
    for name, given in values.items():
        made.set(
            name, RArray(map(RString, given)) if name == "set_cookie" and not as_text else RString(", ".join(given))
        )
    return made


def _answered(engine: Engine, request: Request, purpose: str) -> Reply:
    try:
        return execute(_outgoing(engine, request, purpose), engine.send)
    except UriError as error:
        raise _wrapped(error) from error
    except RestError as error:
        if error.code != 401 or not request.digest:
            raise
        return _answer_challenge(engine, request, error)


def _answer_challenge(engine: Engine, request: Request, error: RestError) -> Reply:
    request.digest = False
    assert error.reply is not None
    try:
        uri = _build(engine, request)
    except UriError as wrong:
        raise RubyError.of(wrong.ruby_class, wrong.message) from wrong
    if uri.user is None:
        raise RubyError.of("NoMethodError", "undefined method `gsub' for nil:NilClass")
    user, password = (form_decode(part or "").decode("utf-8", "surrogateescape") for part in (uri.user, uri.password))
    with engine.sdk_errors():
        answer = digest.answer(
            error.reply.header("www-authenticate"),
            request.verb.upper(),
            uri.request_target,
            user,
            password,
            lambda: engine.chance.cnonce,
        )
    engine.recorder.step("note", "The server asks for Digest authentication; the request is repeated with the answer")
    request.headers.set("Authorization", RString(answer))
    try:
        return execute(_outgoing(engine, request, "digest"), engine.send)
    except UriError as wrong:
        raise RubyError.of(wrong.ruby_class, wrong.message) from wrong


def _outgoing(engine: Engine, request: Request, purpose: str) -> Outgoing:
    url = str(_build(engine, request))
    headers = _headers(engine, request)
    body = _body(engine, request)
    tls = None
    if request.certificate or request.server_certificates:
        certificate, key, passphrase, intermediates = request.certificate or (None, None, None, ())
        tls = TlsOptions(
            certificate,
            key,
            passphrase,
            intermediates,
            tuple(request.server_certificates),
            request.strict_certificates and bool(request.server_certificates),
        )
    outgoing = Outgoing(
        method=request.verb,
        url=url,
        headers=headers,
        exact=_exact(engine, request),
        body=body,
        follow=request.follow,
        tls=tls,
        purpose=purpose,
        origins=origins(request),
    )
    if not request.sign_with:
        return outgoing
    from designer.wire.signing import sign_aws_block

    with engine.sdk_errors():
        return sign_aws_block(engine, request, outgoing)


def _build(engine: Engine, request: Request) -> Uri:
    connection = request.connection
    base = connection.base_uri() if isinstance(connection, Connection) else None
    if base is not None:
        if not isinstance(request.given_url, RString):
            given = engine.vm.to_s(engine.vm.send(request.given_url, "class"))
            text = _uri_text(engine, request.given_url)
            if text is None:
                raise RubyError.of(f"{SDK}::InvalidURIError", f"Expected String or URI as request URL, got: {given}")
        else:
            text = request.given_url.text
        uri = parse(base.text).merge(text)
    else:
        text = (
            request.given_url.text if isinstance(request.given_url, RString) else _uri_text(engine, request.given_url)
        )
        if text is None:
            raise UriError(f"bad URI(is not URI?): {engine.vm.inspect(request.given_url)}")
        uri = parse(text)
    if not request.digest:
        user, password = (_credential(engine, part) for part in (request.user, request.password))
        uri = uri.with_credentials(user, password)
    if request.params is None or request.params is False:
        return uri
    query = "&".join(part for part in (uri.query or "").split("&") if part.strip())
    params = engine.vm.to_s(engine.vm.send(request.params, "to_param"))
    if params.strip():
        return uri.with_query(f"{query}&{params}" if query else params)
    return uri


def _uri_text(engine: Engine, value: Value) -> str | None:
    """A ``URI`` object is as good as its text."""
    name = getattr(getattr(value, "cls", None), "name", "")
    return engine.vm.to_s(value) if name.startswith("URI::") else None


def _credential(engine: Engine, value: Value) -> str | None:
    if not truthy(value):
        return None
    data = value.to_bytes() if isinstance(value, RString) else engine.vm.to_s(value).encode()
    return form_component(data)


def _wrapped(error: UriError) -> RubyError:
    """URI's InvalidURIError becomes the SDK's while a request is made; its other errors stay."""
    name = f"{SDK}::InvalidURIError" if error.ruby_class == "URI::InvalidURIError" else error.ruby_class
    return RubyError.of(name, error.message)


def _headers(engine: Engine, request: Request) -> list[Header]:
    # The SDK adds its defaults to the very hash the author filled, so a retry finds them there.
    names = [key_text(key) for key, _ in request.headers.items()]
    if truthy(request.content_type) and not any(_CONTENT_TYPE.search(name) for name in names):
        request.headers.set(_symbol("content_type"), request.content_type)
    if truthy(request.accept) and not any(_ACCEPT.search(name) for name in names):
        request.headers.set(_symbol("accept"), request.accept)
    given = [(key, value) for key, value in request.headers.items() if value is not None]
    return stringify(given, _to_bytes(engine))


def _exact(engine: Engine, request: Request) -> list[Header]:
    out = []
    for key, value in request.exact_headers.items():
        if value is None:
            continue
        if not isinstance(value, RString):
            engine.vm.send(value, "strip")
        out.append(Header(key_text(key), value.to_bytes().decode("utf-8", "surrogateescape")))
    return out


def _symbol(name: str) -> Symbol:
    from designer.evaluator import sym

    return sym(name)


def _to_bytes(engine: Engine):  # type: ignore[no-untyped-def]
    def to_bytes(value: Value) -> bytes:
        if isinstance(value, RString):
            return value.to_bytes()
        return engine.vm.to_s(value).encode("utf-8", "surrogateescape")

    return to_bytes


def _body(engine: Engine, request: Request) -> Body | None:
    match request.request_format:
        case "none":
            return None
        case "raw":
            return _raw_body(engine, request.payload)
        case "json":
            if not truthy(request.payload):
                return None
            with _format_error("JSONRequestFormatError"):
                return Body(engine.vm.send(request.payload, "to_json").to_bytes())
        case "form":
            with _format_error("WWWFormURLEncodedRequestFormatError"):
                rendered = engine.vm.send(request.payload, "to_param")
            return _raw_body(engine, rendered)
        case "xml":
            return _xml_body(engine, request)
        case "multipart":
            return _multipart_body(engine, request)
    return None


def _raw_body(engine: Engine, payload: Value) -> Body | None:
    """What rest-client takes as it is: text, or a hash it form-encodes in its own manner."""
    if isinstance(payload, RString):
        return Body(payload.to_bytes())
    if isinstance(payload, RHash):
        if any(key_text(key) == "multipart" and value is True for key, value in payload.items()):
            return _fields_body(engine, payload)
        return Body(query_string(payload, _to_bytes(engine)).encode(), _FORM)
    return None


def _xml_body(engine: Engine, request: Request) -> Body | None:
    if not truthy(request.payload):
        return None
    with _format_error("XMLRequestFormatError"):
        merged = engine.vm.send(request.payload, "merge", [request.xml_namespaces])
        plain = engine.vm.send(merged, "deep_symbolize_keys")
        root = engine.vm.to_s(request.xml_root)
        try:
            text = element(root, plain, engine.vm.to_s)
        except OrderError as error:
            raise RubyError.of("ArgumentError", str(error)) from error
    return Body(text.encode("utf-8", "surrogateescape"))


def _multipart_body(engine: Engine, request: Request) -> Body | None:
    payload = request.payload
    if not truthy(payload):
        return Body(b"", _FORM)  # rest-client gets an empty hash
    if not isinstance(payload, RHash):
        with _format_error("MultipartFormRequestFormatError"):
            engine.vm.send(payload, "each_with_object")
    return _fields_body(engine, payload)


def _fields_body(engine: Engine, payload: RHash) -> Body:
    to_bytes = _to_bytes(engine)
    fields: list[Field] = []
    for key, value in payload.items():
        name = key_text(key)
        if name == "multipart" and value is True:
            continue
        parts = list(value) if isinstance(value, RArray) else [value]
        content, kind, file_name = (*parts, None, None, None)[:3]
        if kind is not None and engine.vm.to_s(kind).strip():
            given = engine.vm.to_s(file_name) if truthy(file_name) else name.rpartition("/")[2]
            fields.append((name, FilePart(to_bytes(content), engine.vm.to_s(kind), given)))
        elif isinstance(content, RHash | RArray):
            fields += flat_fields(RHash([(key, content)]), to_bytes)
        else:
            fields.append((name, None if content is None else to_bytes(content)))
    if not fields:
        return Body(b"", _FORM)
    boundary = engine.chance.boundary()
    return Body(multipart(fields, boundary), f"multipart/form-data; boundary={boundary}")


class _format_error:
    """Turn what goes wrong while a body is written or read into the SDK's error of that name."""

    def __init__(self, name: str) -> None:
        self._name = f"{SDK}::{name}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RubyError) and any(c.name == "StandardError" for c in error.exception.cls.ancestors):
            raise RubyError.of(self._name, error.message) from error


def _parse(engine: Engine, request: Request, reply: Reply, body: RString) -> Value:
    match request.response_format:
        case "json":
            with _format_error("JSONResponseFormatError"):
                text = body if body.s.strip() else RString("{}")
                return engine.vm.send(lookup("JSON"), "parse", [text])
        case "xml":
            with _format_error("XMLResponseFormatError"):
                return parse_xml(engine, body, request.strip_namespaces)
        case "raw":
            return RString(reply.body.decode("latin-1"), ASCII_8BIT)
    return body


def parse_xml(engine: Engine, body: RString, strip_namespaces: bool) -> Value:
    if not strip_namespaces:
        return engine.vm.send(body, "from_xml")
    return _stripped(engine.vm.send(body, "from_xml"))


def _stripped(value: Value) -> Value:
    """Element and attribute names without their namespace prefixes."""
    if isinstance(value, RArray):
        return RArray(_stripped(item) for item in value)
    if not isinstance(value, RHash):
        return value
    made = RHash(indifferent=True)
    for key, item in value.items():
        name = key_text(key)
        if name.startswith("@"):
            short = name if name.startswith("@xmlns:") else "@" + name[1:].rpartition(":")[2]
        else:
            short = name.rpartition(":")[2]
        item = _stripped(item)
        before = made.get(short)
        if isinstance(before, RArray) and isinstance(item, RArray):
            before.extend(item)
        else:
            made.set(short, item)
    return made


def _after_headers(engine: Engine, reply: Reply) -> RHash:
    made = RHash(indifferent=True)
    for key, value in header_hash(reply).items():
        made.set(key, RString(engine.vm.to_s(value)))
    return made


def _count(proc) -> int:  # type: ignore[no-untyped-def]
    return len(proc.parameters)


_ = LimitExceeded
