"""What happens to a request: apply, the first try, a refresh where a failure calls for one, one retry."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from designer.evaluator import RArray, RHash, RString, RubyError, Value, truthy
from designer.evaluator.sdk import ApplyContext, AwsBlockContext, Request
from designer.wire.authorization import SDK, Authorization, Connection
from designer.wire.replies import header_hash, refusal_text, response_object
from designer.wire.results import checked_settings
from designer.wire.sending import DetectedError, no_block, perform
from designer.wire.signals import Candidate, held_against
from designer.wire.statuses import RestError
from designer.wire.token_requests import refresh_by_token_url

if TYPE_CHECKING:
    from designer.wire.engine import Engine

AWS_BLOCK = (
    "The official gem rejects the block form of type 'aws_auth'; the request is signed here as on the platform. "
    "aws.generate_signature works in both."
)


def fulfil(engine: Engine, request: Request) -> Value:
    """The reply ``request`` stands for. Raises ``RubyError`` as the SDK would."""
    try:
        return request.remember(_authorized(engine, request))
    except DetectedError as error:
        raise RubyError.of(f"{SDK}::DetectOnUnauthorizedRequestError", error.message) from error
    except RestError as error:
        if error.timeout:
            raise RubyError.of(f"{SDK}::RequestTimeoutError", error.message) from error
        if _matches(engine, request, error):
            return _after_error(engine, request, error)
        raise RubyError.of(
            f"{SDK}::RequestFailedError",
            error.message,
            code=error.code,
            method=RString(request.verb),
            response=None if error.reply is None else response_object(engine, error.reply),
        ) from error


def _authorized(engine: Engine, request: Request) -> Value:
    purpose = engine.current_purpose
    connection = request.connection
    if not isinstance(connection, Connection) or not connection.has_authorization:
        return perform(engine, request, purpose)
    name, apply = connection.apply()
    if apply is None:
        return perform(engine, request, purpose)
    first = True
    while True:
        settings = connection.settings
        try:
            _apply(engine, request, connection, name, apply, settings)
            return perform(engine, request, purpose if first else "retry")
        except (RestError, DetectedError) as error:
            if not first or not _refreshed(engine, connection, settings, error):
                raise
            first = False
            engine.recorder.step("retry", "The request is repeated once")


def _apply(engine: Engine, request: Request, connection: Connection, name: str, apply: Value, settings: RHash) -> None:
    kind = connection.authorization.type
    arguments: list[Value] = [request.auth_type]
    handed: dict[str, Value] = {}
    if "oauth2" in kind.lower():
        handed = {"access_token": settings.get("access_token")}
        arguments.insert(0, handed["access_token"])

    def without() -> Connection:
        return Connection(engine, connection.shared, without_authorization=True)

    if kind == "aws_auth":
        context: ApplyContext = AwsBlockContext(engine, request, without)
    else:
        context = ApplyContext(engine, request, without)
    engine.run_lambda(name, apply, connection, arguments, context, settings=settings, handed=handed)
    if kind == "aws_auth" and isinstance(context, AwsBlockContext) and context.collected:
        engine.warn(AWS_BLOCK)
        request.sign_with = context.collected


def _refreshed(engine: Engine, connection: Connection, before: RHash, error: RestError | DetectedError) -> bool:
    """Refresh where refresh_on allows; whether there is anything new to retry with."""
    authorization = connection.authorization
    code, body = (error.code, error.reply) if isinstance(error, RestError) else (None, None)
    text = None if body is None else refusal_text(engine, body)
    blank = not authorization.refresh_on
    found = authorization.refresh_signal(code, text, error.message) if authorization.reauthorizable else None
    if not authorization.reauthorizable or (found is None and not blank):
        # Where nothing could be renewed, only a refusal of the credentials makes one ask why nothing was.
        if authorization.reauthorizable or code == HTTPStatus.UNAUTHORIZED or isinstance(error, DetectedError):
            _tell_why_not(engine, authorization, authorization.refresh_candidates(code, text, error.message))
        return False
    signal = "detect_on recognises the reply" if isinstance(error, DetectedError) else f"{error.message}"
    rule = "refresh_on is blank, any error counts" if found is None else "refresh_on matches"
    pointer = engine.vm.connector.pointer(*authorization.path, "refresh_on") if found is not None else None
    detail = "" if found is None else found.words("refresh_on")
    engine.recorder.step("signal", f"{signal[:80]}: {rule}", detail, pointer=pointer)
    if not engine.vm.equal(connection.settings, before):
        new: RHash | None = connection.settings
    else:
        new = reauthorize(engine, authorization, before)
    if new is None:
        return False
    merge_settings(engine, connection, new)
    return True


def reauthorize(engine: Engine, authorization: Authorization, settings: RHash) -> RHash | None:
    """New settings from refresh, token_url or acquire, to be merged; None where there is no way."""
    if authorization.oauth2:
        if authorization.slot_present("refresh"):
            engine.recorder.step("refresh", "refresh is asked for a new token")
            tokens = authorization.refresh(settings, settings.get("refresh_token"))
            return _joined(tokens)
        if authorization.slot_present("token_url"):
            engine.recorder.step("refresh", "token_url is asked for a new token")
            return refresh_by_token_url(engine, authorization, settings)
        raise RubyError.of(
            f"{SDK}::InvalidDefinitionError", "'refresh' block or 'token_url' is required for refreshing the token"
        )
    if authorization.slot_present("acquire"):
        engine.recorder.step("refresh", "acquire is asked for new credentials")
        return checked_settings(engine.vm, authorization.acquire(settings, None, None))
    return None


def merge_settings(engine: Engine, connection: Connection, new: RHash) -> None:
    """Put ``new`` into the connection as the SDK does after a refresh, and say which settings changed."""
    names = [key.text for key, _ in new.items() if isinstance(key, RString)]
    connection.merge(new)
    engine.recorder.step(
        "settings", f"Settings updated: {', '.join(names)}" if names else "No settings changed", data=names
    )


def _joined(tokens: Value) -> RHash:
    """``[tokens, settings]`` as one hash, settings winning."""
    if isinstance(tokens, RArray):
        joined: RHash = tokens[0].copy()
        for key, value in tokens[1].items() if len(tokens) > 1 and isinstance(tokens[1], RHash) else ():
            joined.set(key, value)
        return joined
    assert isinstance(tokens, RHash)
    return tokens


def _tell_why_not(engine: Engine, authorization: Authorization, candidates: list[Candidate]) -> None:
    if not authorization.reauthorizable:
        engine.recorder.step("signal", "No refresh: there is neither acquire nor OAuth 2.0 to refresh with")
        return
    detail = held_against(engine.vm, "refresh_on", authorization.refresh_on, candidates, engine.recorder.masked)
    pointer = engine.vm.connector.pointer(*authorization.path, "refresh_on")
    engine.recorder.step("signal", "No refresh: no entry of refresh_on matches", detail, pointer=pointer)


def _matches(engine: Engine, request: Request, error: RestError) -> bool:
    message = RString(error.message)
    body = None if error.reply is None else refusal_text(engine, error.reply)
    vm = engine.vm
    for match in request.error_matches:
        if isinstance(match, int) and not isinstance(match, bool):
            if match == error.code:
                return True
        elif isinstance(match, RString):
            if truthy(vm.send(message, "match", [match])) or (body and truthy(vm.send(body, "match", [match]))):
                return True
        elif getattr(getattr(match, "cls", None), "name", "") == "Regexp" and (
            vm.send(match, "=~", [message]) is not None or vm.send(match, "=~", [body]) is not None
        ):
            return True
    return False


def _after_error(engine: Engine, request: Request, error: RestError) -> Value:
    if request.after_error is None:
        raise no_block()
    reply = error.reply
    arguments: list[Value] = [
        error.code,
        None if reply is None else refusal_text(engine, reply),
        RHash(indifferent=True) if reply is None else header_hash(reply),
        RString(error.message),
    ]
    taken = arguments[: len(request.after_error.parameters)]
    return engine.vm.call_proc(request.after_error, taken, self_obj=request.action or request)
