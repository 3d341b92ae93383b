"""Runs one operation of a connector: the engine behind the console, the command line and ``batch``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer.errors import UserError
from designer.evaluator import (
    CallSite,
    CannotEvaluate,
    EvaluationError,
    RArray,
    RHash,
    RProc,
    RString,
    RubyError,
    SyntaxFault,
    Value,
    export,
    from_python,
    truthy,
)
from designer.evaluator.sdk import ActionContext, resolve
from designer.evaluator.values import indifferent_result
from designer.wire import report
from designer.wire.action_retry import with_retries
from designer.wire.authorization import SDK, Authorization
from designer.wire.engine import Engine, YamlCodec
from designer.wire.lifecycle import merge_settings, reauthorize
from designer.wire.model import Call, OnDemand, Outcome, Step
from designer.wire.recorder import Recorder
from designer.wire.replies import BEGINNING, ReplyTooLong
from designer.wire.results import checked_input, checked_text
from designer.wire.sending import patterns_of
from designer.wire.statuses import RestError
from designer.wire.token_requests import browser_url, exchange_code, joined_tokens, pkce
from designer.wire.transport import Cancel, DryTransport, Prepared, Transport

if TYPE_CHECKING:
    from designer.evaluator.sdk import OperationContext

_CONSOLE = CallSite(0, None)
_INSIDE_TEST = (
    "`test` stands inside `connection`, where the official gem and the platform never run it; it was run here. "
    "Move it beside `connection`."
)


class UnknownOperation(UserError):
    """The call names an operation there is none of, or arguments that make no sense for it."""


def run(
    call: Call,
    transport: Transport,
    *,
    cancel: Cancel | None = None,
    on_step: Callable[[Step], None] | None = None,
    yaml: YamlCodec | None = None,
) -> Outcome:
    """Perform ``call``; blocks until it is over. ``on_step`` is told of each step as it happens.

    What the connector or the server does wrong is the outcome's ``error``. Raises ``UserError`` for a call that
    makes no sense: an unknown operation, arguments of the wrong kind, a time that is none.
    """
    operation = OPERATIONS.get(call.operation)
    if operation is None:
        raise UnknownOperation(f"There is no operation {call.operation!r}.", f"Known are {', '.join(OPERATIONS)}.")
    recorder = Recorder(DryTransport() if call.dry_run else transport, cancel, on_step)
    engine = Engine(call, recorder, yaml)
    result: Any = None
    error: Mapping[str, Any] | None = None
    prepared = None
    try:
        result = export(operation(engine, call.args))
    except Prepared as ready:
        prepared = ready.request
    except EvaluationError as failed:
        error = report.evaluation_error(failed)
        # Where the file breaks off, what is left of it begins with a brace that nothing can be made of.
        broken = isinstance(failed, CannotEvaluate) and not failed.name[:1].isalpha()
        if broken or isinstance(failed, SyntaxFault):
            error = report.syntax_error(call.connector, error)
        pointer = failed.pointer
        recorder.step(
            "error", f"{error['class'].rpartition('::')[2]}: {error['message']}", pointer=pointer, line=failed.line
        )
    except RestError as failed:
        error = report.rest_error(failed)
        recorder.step("error", failed.message)
    except RecursionError:
        error = {"class": "SystemStackError", "message": "stack level too deep"}
        recorder.step("error", "The code nests values or calls too deeply")
    settings = engine.connection.shared.hash
    engine.close()
    return Outcome(
        result=result,
        error=error,
        exchanges=tuple(recorder.exchanges),
        settings_after=OnDemand(lambda: report.settings_json(settings)),
        warnings=tuple(recorder.warnings),
        steps=tuple(recorder.steps),
        prepared=prepared,
        source=call.connector,
    )


def _base_uri(engine: Engine, _args: Mapping[str, Any]) -> Value:
    return engine.connection.base_uri()


def _text_slot(name: str) -> Callable[[Engine, Mapping[str, Any]], Value]:
    def operation(engine: Engine, _args: Mapping[str, Any]) -> Value:
        return engine.connection.authorization.lambda_text(name)

    return operation


def _authorization_url(engine: Engine, _args: Mapping[str, Any]) -> Value:
    authorization = engine.connection.authorization
    url = authorization.lambda_text("authorization_url")
    opened: Value = None
    if url is not None:
        try:
            opened = RString(browser_url(engine, authorization, url.text))
        except RubyError as error:
            opened = from_python({"class": error.ruby_class_name, "message": error.message})
    return RHash([("authorization_url", url), ("browser_url", opened)])


def _acquire(engine: Engine, args: Mapping[str, Any]) -> Value:
    authorization = engine.connection.authorization
    proof = pkce(engine, authorization) if truthy(authorization.slot("acquire")) else None
    texts = (("auth_code", "oauth2_code"), ("redirect_uri", "redirect_url"))
    given: list[Value] = [checked_text(engine.vm, known, from_python(args.get(name))) for name, known in texts]
    acquired = authorization.acquire(None, *given, *([RString(proof.verifier)] if proof else []))
    merge_settings(engine, engine.connection, joined_tokens(acquired))
    return acquired


def _token_exchange(engine: Engine, args: Mapping[str, Any]) -> Value:
    authorization = engine.connection.authorization
    _demand_oauth2(authorization)
    tokens = exchange_code(engine, authorization, from_python(args.get("auth_code")))
    if isinstance(tokens, RHash):
        merge_settings(engine, engine.connection, tokens)
    return tokens


def _demand_oauth2(authorization: Authorization) -> None:
    try:
        oauth2, kind = authorization.oauth2, authorization.type
    except RubyError as error:
        if error.ruby_class_name not in (
            f"{SDK}::InvalidMultiAuthDefinition",
            f"{SDK}::UnresolvedMultiAuthOptionError",
        ):
            raise
        raise RubyError.of(
            "RuntimeError",
            f"{error.message}. Please ensure:\n- 'selected' block is defined and returns value from 'options' list\n"
            "- settings file contains value expected by 'selected' block\n\nSee more: "
            "https://docs.workato.com/developing-connectors/sdk/guides/authentication/multi_auth.html",
        ) from error
    if not oauth2:
        raise RubyError.of(
            "RuntimeError",
            "Authorization type is not OAuth2. For multi-auth connector ensure correct auth type was used. "
            f"Expected: 'oauth2', got: '{kind}'",
        )


def _refresh(engine: Engine, _args: Mapping[str, Any]) -> Value:
    connection = engine.connection
    new = reauthorize(engine, connection.authorization, connection.settings)
    if new is not None:
        merge_settings(engine, connection, new)
    return new


def _refresh_raw(engine: Engine, args: Mapping[str, Any]) -> Value:
    token = checked_text(engine.vm, "refresh_token", from_python(args.get("refresh_token")))
    return engine.connection.authorization.refresh(None, token)


def _test(engine: Engine, _args: Mapping[str, Any]) -> Value:
    code = engine.dig("test")
    if not truthy(code) and truthy(inside := engine.dig("connection", "test")):
        engine.warn(_INSIDE_TEST)
        code = inside
    return _execute(engine, "test", code, [])


def _action(engine: Engine, args: Mapping[str, Any]) -> Value:
    name = args.get("name", "")
    if not isinstance(name, str):
        raise RubyError.of("TypeError", f"{engine.vm.inspect(from_python(name))} is not a symbol nor a string")
    if name not in engine.keys("actions"):
        raise RubyError.of("NoMethodError", f"undefined method `{name}' for #<Workato::Connector::Sdk::ActionsProxy>")
    given = args.get("input")
    given = checked_input(engine.vm, from_python({} if given is None or given is False else given, indifferent=True))
    code = engine.dig("actions", name, "execute")
    return with_retries(engine, ("actions", name), lambda: _execute(engine, "code", code, [given]))


def _execute(engine: Engine, speaker: str, code: Value, arguments: list[Value]) -> Value:
    """``Action#execute``: connection, input, two schemas and continue, as many as the lambda takes."""
    if not truthy(code):
        raise RubyError.of(f"{SDK}::InvalidDefinitionError", "'execute' block is required for action")
    given = arguments
    if not isinstance(code, RProc) or len(code.parameters) > 1:
        given = [*(arguments or [RHash(indifferent=True)]), RArray(), RArray(), RHash(indifferent=True)]
    context = ActionContext(engine, engine.connection)
    value = engine.run_lambda(speaker, code, engine.connection, given, context)
    return indifferent_result(resolve(value))


def _method(engine: Engine, args: Mapping[str, Any]) -> Value:
    context = ActionContext(engine, engine.connection)
    name, given = RString(str(args.get("name", ""))), _list(args.get("args"), "args")
    with engine.speaking("code"):
        return indifferent_result(resolve(context.call_method("call", [name, *given], None, None, _CONSOLE)))


def _request(engine: Engine, args: Mapping[str, Any]) -> Value:
    verb = str(args.get("verb", "get")).lower()
    context = ActionContext(engine, engine.connection)
    if not context.respond_to(verb) or verb not in _VERBS:
        raise UnknownOperation(f"There is no verb {verb!r}.", f"Known are {', '.join(_VERBS)}.")
    settings = engine.call.settings
    names = [name if name in settings else name.partition(".")[0] for name in args.get("variables") or ()]
    filled = {name: from_python(settings[name]) for name in names if name in settings}
    with engine.speaking("you", filled):
        built = _built(context, verb, args)
        try:
            return indifferent_result(resolve(built))
        except ReplyTooLong as long:
            if engine.call.result_wanted:
                raise
            # Nobody's code waits for what it parses to; the reply is there to be looked at.
            if not long.unwanted:
                engine.warn(f"{long.message} It stands in the trace whole, and the result stays empty.")
            elif patterns_of(engine.connection):
                engine.warn(
                    f"{long.message} detect_on was held against the first {BEGINNING:,} characters of its text."
                )
            return None


def _built(context: OperationContext, verb: str, args: Mapping[str, Any]) -> Value:
    """The request the console describes: verb, URL, params or payload, then each call of the chain."""
    own, other = ("params", "payload") if verb in ("get", "options", "head") else ("payload", "params")
    given = [from_python(args[own])] if own in args else []
    built: Value = context.request(verb, [from_python(args.get("url")), *given], _CONSOLE)
    if args.get(other) is not None:
        built = built.call_method(other, [from_python(args[other])], None, None, _CONSOLE)
    for link in _list(args.get("chain"), "chain"):
        if not isinstance(link, RArray) or not link or not isinstance(link[0], RString):
            raise UnknownOperation("A call in the chain is a list: its name, then its arguments.")
        name, *arguments = link
        built = context.runtime.vm.send(built, name.text, arguments)
    return built


def _identity(engine: Engine, _args: Mapping[str, Any]) -> Value:
    authorization = engine.connection.authorization
    code = authorization.slot("identity")
    if not truthy(code):
        return None
    context = ActionContext(engine, engine.connection)
    return indifferent_result(resolve(engine.run_lambda("identity", code, engine.connection, [], context)))


def _extended_fields(engine: Engine, _args: Mapping[str, Any]) -> Value:
    code = engine.dig("connection", "extended_fields")
    if not truthy(code):
        return None
    context = ActionContext(engine, engine.connection)
    return indifferent_result(resolve(engine.run_lambda("extended_fields", code, engine.connection, [], context)))


def _pkce(engine: Engine, _args: Mapping[str, Any]) -> Value:
    proof = pkce(engine, engine.connection.authorization)
    if proof is None:
        return None
    return from_python({"verifier": proof.verifier, "challenge": proof.challenge, "challenge_method": proof.method})


def _selected(engine: Engine, _args: Mapping[str, Any]) -> Value:
    authorization = engine.connection.authorization
    multi = authorization.multi
    kind = authorization.type
    return RHash(
        [
            ("selected", authorization.selected() if multi else None),
            ("resolved_type", RString(kind)),
            ("oauth2", authorization.oauth2),
            ("multi", multi),
            ("reauthorizable", authorization.reauthorizable),
        ]
    )


def _describe(engine: Engine, _args: Mapping[str, Any]) -> Value:
    connection = engine.connection
    if not connection.has_authorization:
        return RHash([("authorization?", False)])
    authorization = connection.authorization
    return RHash(
        [
            ("authorization?", True),
            ("type", RString(authorization.type)),
            ("oauth2", authorization.oauth2),
            ("reauthorizable", authorization.reauthorizable),
            ("refresh_on", RArray(authorization.refresh_on)),
            ("detect_on", RArray(authorization.detect_on)),
        ]
    )


def _authorization(engine: Engine, _args: Mapping[str, Any]) -> Value:
    _ = engine.connection.authorization
    return None


def _list(value: Any, name: str) -> list[Value]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise UnknownOperation(f"{name!r} is a list.")
    return [from_python(item) for item in value]


_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "copy", "move")
OPERATIONS: dict[str, Callable[[Engine, Mapping[str, Any]], Value]] = {
    "base_uri": _base_uri,
    "authorization_url": _authorization_url,
    "token_url": _text_slot("token_url"),
    "client_id": _text_slot("client_id"),
    "client_secret": _text_slot("client_secret"),
    "acquire": _acquire,
    "token_exchange": _token_exchange,
    "refresh": _refresh,
    "refresh_raw": _refresh_raw,
    "identity": _identity,
    "extended_fields": _extended_fields,
    "pkce": _pkce,
    "selected": _selected,
    "describe": _describe,
    "authorization": _authorization,
    "test": _test,
    "action": _action,
    "method": _method,
    "request": _request,
}
"""The operations of ``batch``, less those on settings files, which belong to the project room."""
