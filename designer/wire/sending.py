"""One request of the SDK handed to its HTTP client, and its reply taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from designer.evaluator import RHash, RString, RubyError, Value, accepted
from designer.evaluator.sdk import Request
from designer.wire import digest
from designer.wire.authorization import SDK, Connection
from designer.wire.bodies import body_of, exact_headers_of, headers_of, url_params_of
from designer.wire.client import Outgoing, execute
from designer.wire.model import Origin, TlsOptions
from designer.wire.provenance import origins
from designer.wire.replies import beginning, body_text, demand_short, header_hash, is_too_long, parsed
from designer.wire.request_url import build_uri
from designer.wire.sdk_error import SdkError
from designer.wire.signals import Candidate, held_against
from designer.wire.statuses import Reply, RestError
from designer.wire.urls import UriError, form_decode, is_whole

if TYPE_CHECKING:
    from designer.wire.engine import Engine


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
    if is_too_long(engine, request, reply):
        # No text is made of the whole of it, which would fill the memory with what nothing reads.
        if _patterns(request):
            _detect(request, "the beginning of the body", beginning(reply))
        demand_short(engine, request, reply)
    body = body_text(reply)
    _detect(request, "the body as text", body)
    result = parsed(engine, request, reply, body)
    _detect(request, "the parsed body", result)
    _tell_undetected(request, body, result)
    if not request.after_given:
        return result
    if request.after is None:
        raise no_block()
    arguments = accepted(request.after, [reply.code, result, _headers_as_text(engine, reply)])
    return engine.vm.call_proc(request.after, arguments, self_obj=request.action or request)


def no_block() -> RubyError:
    """What ``after_response`` and ``after_error_response`` without a block come to when it is needed."""
    return RubyError.of("NoMethodError", "undefined method `parameters' for nil:NilClass")


def _patterns(request: Request) -> list[Value]:
    """The entries of detect_on that replies to ``request`` are held against."""
    return patterns_of(request.connection)


def patterns_of(connection: object) -> list[Value]:
    """The entries of detect_on that replies are held against."""
    if not isinstance(connection, Connection) or not connection.has_authorization:
        return []
    return connection.authorization.detect_on if connection.authorization.reauthorizable else []


def _detect(request: Request, name: str, response: Value) -> None:
    connection = request.connection
    if not isinstance(connection, Connection) or not connection.has_authorization:
        return
    found = connection.authorization.detects(name, response)
    if found is None:
        return
    engine = connection.engine
    pointer = engine.vm.connector.pointer(*connection.authorization.path, "detect_on")
    engine.recorder.step("signal", "detect_on takes the reply for a refusal", found.words("detect_on"), pointer=pointer)
    raise DetectedError(response.text if isinstance(response, RString) else engine.vm.to_s(response))


def _tell_undetected(request: Request, body: RString, result: Value) -> None:
    """What ``detect_on`` saw where none of it matched."""
    patterns, connection = _patterns(request), request.connection
    if not patterns or not isinstance(connection, Connection):
        return
    authorization = connection.authorization
    engine = connection.engine
    seen: list[Candidate] = [("the body as text", body), ("the parsed body", result)]
    pointer = engine.vm.connector.pointer(*authorization.path, "detect_on")
    detail = held_against(engine.vm, "detect_on", patterns, seen, engine.recorder.masked)
    engine.recorder.step(
        "signal", "detect_on recognises nothing: the reply counts as a success", detail, pointer=pointer
    )


def _answered(engine: Engine, request: Request, purpose: str) -> Reply:
    try:
        return execute(_outgoing(engine, request, purpose), engine.send, engine.now)
    except UriError as error:
        # URI's InvalidURIError becomes the SDK's while a request is made; its other errors stay.
        name = f"{SDK}::InvalidURIError" if error.ruby_class == "URI::InvalidURIError" else error.ruby_class
        raise RubyError.of(name, error.message) from error
    except RestError as error:
        if error.code != 401 or not request.digest or error.reply is None:
            raise
        challenged = error.reply
    try:
        return _answer_challenge(engine, request, challenged)
    except UriError as error:
        raise RubyError.of(error.ruby_class, error.message) from error


def _answer_challenge(engine: Engine, request: Request, challenged: Reply) -> Reply:
    request.digest = False
    uri = build_uri(engine, request)
    if uri.user is None or uri.password is None:
        raise RubyError.of("TypeError", "no implicit conversion of nil into String")
    user, password = (form_decode(part).decode("utf-8", "surrogateescape") for part in (uri.user, uri.password))
    with engine.sdk_errors(), _hinted(engine):
        answer = digest.answer(
            challenged.header("www-authenticate"),
            request.verb.upper(),
            uri.request_target,
            user,
            password,
            lambda: engine.chance.cnonce,
        )
    engine.recorder.step("note", "The server asks for Digest authentication; the request is repeated with the answer")
    request.headers.set("Authorization", RString(answer))
    return execute(_outgoing(engine, request, "digest"), engine.send, engine.now)


@contextmanager
def _hinted(engine: Engine) -> Iterator[None]:
    """What the SDK's own words for a failure leave out is told beside them."""
    try:
        yield
    except SdkError as error:
        if error.hint:
            engine.recorder.warn(error.hint)
        raise


def _outgoing(engine: Engine, request: Request, purpose: str) -> Outgoing:
    uri = build_uri(engine, request)
    url = uri if uri.reads_back else str(uri)
    if more := url_params_of(engine, request):
        url = str(uri)
        url += ("&" if "?" in url else "?") + more
    headers = headers_of(engine, request)
    outgoing = Outgoing(
        method=request.verb,
        url=url,
        headers=headers,
        exact=exact_headers_of(engine, request),
        body=body_of(engine, request),
        follow=engine.call.redirects if request.follow is None else request.follow,
        tls=_tls(request),
        purpose=purpose,
        origins=origins(request, engine.vm.program, engine.source_text, _base_origin(engine, request)),
    )
    if not request.sign_with:
        return outgoing
    from designer.wire.signing import sign_aws_block

    with engine.sdk_errors():
        return sign_aws_block(engine, request, outgoing)


def _base_origin(engine: Engine, request: Request) -> Origin | None:
    """Where the base of the URL came from; None for a whole URL, and where a request has no base URI."""
    connection, given = request.connection, request.given_url
    based = isinstance(connection, Connection) and not connection.bare
    return (
        engine.slot_origins.get("base_uri")
        if based and isinstance(given, RString) and not is_whole(given.text)
        else None
    )


def _tls(request: Request) -> TlsOptions | None:
    if not request.certificate and not request.server_certificates:
        return None
    certificate, key, passphrase, intermediates = request.certificate or (None, None, None, ())
    servers = tuple(request.server_certificates)
    return TlsOptions(
        certificate, key, passphrase, intermediates, servers, request.strict_certificates and bool(servers)
    )


def _headers_as_text(engine: Engine, reply: Reply) -> RHash:
    made = RHash(indifferent=True)
    for key, value in header_hash(reply).items():
        made.set(key, RString(engine.vm.to_s(value)))
    return made
