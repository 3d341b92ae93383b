"""What ``self`` is in each lambda of a connector.

base_uri, token_url, authorization_url, client_id and client_secret see ``GlobalContext``: time, account properties
and ``workato``, but no requests. acquire, refresh, actions, test and methods see ``OperationContext``. apply and
credentials see ``ApplyContext``: the request itself. ``selected`` sees ``BareContext``: nothing of the SDK.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from designer.evaluator.classes import Value, define, lookup
from designer.evaluator.errors import CannotEvaluate, RubyError, missing_keywords, unknown_keywords, wrong_arguments
from designer.evaluator.inspecting import plain_to_s
from designer.evaluator.sdk.host import Said, SdkObject
from designer.evaluator.sdk.package import WorkatoPackage
from designer.evaluator.sdk.request import METHODS, Request
from designer.evaluator.sdk.runtime import ConnectionView, Runtime
from designer.evaluator.values import (
    UNKNOWN,
    CallSite,
    RArray,
    RHash,
    RProc,
    RString,
    Symbol,
    sym,
    truthy,
)

define("Workato::Connector::Sdk::Operation")
define("Workato::Connector::Sdk::Action", "Workato::Connector::Sdk::Operation")
define("Workato::Connector::Sdk::Dsl::WithDsl")
define("Workato::Connector::Sdk::Connection")
define("Workato::Connector::Sdk::Dsl::AWS::Private")

GEM_RECURSES = (
    "The official gem cannot call `{name}` inside apply or credentials (it recurses until its stack is full); "
    "run here as on the platform."
)
_VERBS = frozenset({"get", "options", "head", "post", "patch", "put", "delete", "copy", "move"})


class ConnectionObject(SdkObject):
    """``connection`` inside ``methods``: the SDK's own object, of which only the settings are of use."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Connection"

    def __init__(self, connection: ConnectionView) -> None:
        super().__init__()
        self.connection = connection

    def answer(self, said: Said) -> Value:
        name, args, call = said.name, said.args, said.call
        if name == "settings" and not args:
            return self.connection.settings
        if name in ("authorization", "base_uri", "source"):
            raise CannotEvaluate(f"connection.{name}", call.line, call.pointer)
        return UNKNOWN


class BareContext(SdkObject):
    """``self`` of ``selected``: the class that read the connector."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Connector:Class"

    def inspect(self, vm: object) -> str:
        del vm
        return "Workato::Connector::Sdk::Connector"


class GlobalContext(SdkObject):
    """The part of the SDK every lambda but ``selected`` sees."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Dsl::WithDsl"

    def __init__(self, runtime: Runtime, connection: ConnectionView) -> None:
        super().__init__()
        self.runtime = runtime
        self.connection = connection
        self._workato: WorkatoPackage | None = None

    @property
    def workato(self) -> WorkatoPackage:
        self._workato = self._workato or WorkatoPackage(self.runtime)
        return self._workato

    def respond_to(self, name: str) -> bool:
        return name in _GLOBAL or name in NOT_RUN

    def answer(self, said: Said) -> Value:
        name, args, call = said.name, said.args, said.call
        if name in NOT_RUN:
            raise CannotEvaluate(name, call.line, call.pointer)
        if (entry := _GLOBAL.get(name)) is None:
            return UNKNOWN
        function, count = entry
        args = said.folded
        if len(args) != count:
            raise wrong_arguments(len(args), count, count)
        return function(self, args, call)


class OperationContext(GlobalContext):
    """The whole SDK: requests, ``call``, ``error``, ``aws``."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Operation"

    def respond_to(self, name: str) -> bool:
        return name in _OPERATION or super().respond_to(name)

    def answer(self, said: Said) -> Value:
        name, args, kwargs, call = said.name, said.args, said.kwargs, said.call
        if name in _VERBS:
            return self.request(name, said.folded, call)
        if name == "call":
            return self._call(args, kwargs)
        if name == "error":
            args = said.folded
            if len(args) != 1:
                raise wrong_arguments(len(args), 1, 1)
            raise RubyError.of("Workato::Connector::Sdk::RuntimeError", _message(self.runtime, args[0]))
        if name == "aws":
            return AwsObject(self.runtime, self.connection)
        if name == "parallel":
            return self._parallel(args)
        if name == "execution_context":
            return RHash([(sym("recipe_id"), RString("0" * 64))])
        if name in ("recipe_id", "recipe_id!"):
            return RString("0" * 64)
        if name == "checkpoint!":
            return None
        return super().answer(said)

    def request(self, verb: str, args: list[Value], call: CallSite) -> Request:
        """``get(url, params)`` and its kin, with the format the SDK gives each verb."""
        if not 1 <= len(args) <= 2:
            raise wrong_arguments(len(args), 1, 2)
        request = Request(self.runtime, verb.upper(), args[0], self.connection, self)
        request.begin(args[1:], call)
        return request

    def _call(self, args: list[Value], kwargs: RHash | None) -> Value:
        if not args:
            raise wrong_arguments(0, 1, None)
        name = self.runtime.vm.to_s(args[0])
        source = self.runtime.method_source(name)
        if not truthy(source):
            raise RubyError.of(
                "Workato::Connector::Sdk::UndefinedMethodError", f"Method '{name}' does not exists", name=RString(name)
            )
        if not isinstance(source, RProc):
            given = self.runtime.vm.to_s(self.runtime.vm.send(source, "class"))
            raise RubyError.of(
                "Workato::Connector::Sdk::UnexpectedMethodDefinitionError",
                f"Expected lambda for method '{name}' definition, got: {given}",
                name=RString(name),
            )
        return self.runtime.vm.call_proc(source, args[1:], kwargs, self_obj=self)

    def _parallel(self, args: list[Value]) -> Value:
        succeeded, results, errors = True, RArray(), RArray()
        for request in args[0] if args else RArray():
            try:
                if not isinstance(request, Request):
                    raise self.runtime.vm.no_method(request, "response!")
                results.append(request.reply())
                errors.append(None)
            except RubyError as error:
                succeeded = False
                results.append(None)
                errors.append(RString(error.message))
        return RArray([succeeded, results, errors])


class ActionContext(OperationContext):
    """``self`` of test, actions and methods run by themselves."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Action"


class ApplyContext(SdkObject):
    """``self`` of apply and credentials. The gem knows the request's methods and nothing else; the rest of the SDK
    runs as on the platform, with a warning. ``without`` is the connection without this authorization: what requests
    made in here are made on."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Request"

    def __init__(self, runtime: Runtime, request: Request, without: Callable[[], ConnectionView]) -> None:
        super().__init__()
        self.runtime = runtime
        self.request = request
        self._without = without
        self._fallback: OperationContext | None = None

    @property
    def fallback(self) -> OperationContext:
        if self._fallback is None:
            self._fallback = OperationContext(self.runtime, self._without())
        return self._fallback

    def respond_to(self, name: str) -> bool:
        return name in METHODS

    def answer(self, said: Said) -> Value:
        name = said.name
        if name in METHODS:
            return self.request.configure(said)
        if name == "connection":
            return self.fallback.answer(said)  # a request has one too
        return self.fallback.answer(said) if self._warn(name) else UNKNOWN

    def _warn(self, name: str) -> bool:
        """Whether the SDK knows the name; Kernel's functions are warned about too, and answered by Kernel."""
        known = self.fallback.respond_to(name)
        if known or name in _KERNEL_FUNCTIONS:
            self.runtime.warn(GEM_RECURSES.format(name=name))
        return known


class AwsBlockContext(ApplyContext):
    """``self`` of the ``credentials`` block of ``type: 'aws_auth'``: collects what to sign with."""

    def __init__(self, runtime: Runtime, request: Request, without: Callable[[], ConnectionView]) -> None:
        super().__init__(runtime, request, without)
        self.collected: dict[str, Value] = {}

    def answer(self, said: Said) -> Value:
        name, args = said.name, said.args
        if name in _AWS_BLOCK:
            if len(args) != 1:
                raise wrong_arguments(len(args), 1, 1)
            self.collected[name] = args[0]
            self.request.notes.append((name, args[0], self.runtime.place(said.call)))
            return args[0]
        return super().answer(said)


class AwsObject(SdkObject):
    """``aws``."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Dsl::AWS::Private"
    _required = ("connection", "service", "region")
    _optional = ("host", "path", "method", "params", "headers", "payload")

    def __init__(self, runtime: Runtime, connection: ConnectionView) -> None:
        super().__init__()
        self.runtime = runtime
        self.connection = connection

    def respond_to(self, name: str) -> bool:
        return name in ("generate_signature", "iam_external_id", "workato_account_id")

    def answer(self, said: Said) -> Value:
        name, args, kwargs = said.name, said.args, said.kwargs
        if name == "generate_signature":
            given = kwargs if kwargs is not None else RHash()
            if args:
                raise wrong_arguments(len(args), 0, 0)
            names = [_name(key) for key, _ in given.items() if isinstance(key, Symbol)]
            if missing := [k for k in self._required if k not in names]:
                raise missing_keywords(missing)
            if unknown := [f":{k}" for k in names if k not in self._required + self._optional]:
                raise unknown_keywords(unknown)
            return self.runtime.aws_signature(self.connection, given)
        settings = self.connection.settings
        if name in _DUMMIES:
            setting, dummy = _DUMMIES[name]
            value = settings.get(setting)
            return value if truthy(value) else RString(dummy)
        return UNKNOWN


def _name(value: Value) -> str:
    if isinstance(value, Symbol):
        return value.name
    return value.text if isinstance(value, RString) else plain_to_s(value)


def _message(runtime: Runtime, value: Value) -> Value:
    return value if value is None or isinstance(value, RString) else RString(runtime.vm.to_s(value))


def _time_zone(context: GlobalContext, name: str) -> Value:
    time = lookup("Time")
    return context.runtime.vm.send(context.runtime.vm.send(time, "zone"), name)


def _sleep(context: GlobalContext, args: list[Value], _call: CallSite) -> Value:
    seconds = context.runtime.vm.send(args[0], "presence")
    return context.runtime.vm.send(lookup("Kernel"), "sleep", [0 if seconds is None else seconds])


def _require(_context: GlobalContext, args: list[Value], call: CallSite) -> Value:
    name = _name(args[0])
    if name not in _LOADED:
        raise CannotEvaluate(f"require '{name}'", call.line, call.pointer)
    return False


_GLOBAL: dict[str, tuple[Callable[[GlobalContext, list[Value], CallSite], Value], int]] = {
    "now": (lambda c, _a, _s: _time_zone(c, "now"), 0),
    "today": (lambda c, _a, _s: _time_zone(c, "today"), 0),
    "account_property": (lambda c, a, _s: c.runtime.account_property(_name(a[0])), 1),
    "workato": (lambda c, _a, _s: c.workato, 0),
    "parse_json": (lambda c, a, s: c.workato.call_method("parse_json", a, None, None, s), 1),
    "uuid": (lambda c, _a, s: c.workato.call_method("uuid", [], None, None, s), 0),
    "sleep": (_sleep, 1),
    "require": (_require, 1),
    "connection": (lambda c, _a, _s: ConnectionObject(c.connection), 0),
    "blank": (lambda _c, _a, _s: RString(""), 0),
    "clear": (lambda _c, _a, _s: None, 0),
    "null": (lambda _c, _a, _s: None, 0),
    "skip": (lambda _c, _a, _s: None, 0),
}
_LOADED = frozenset(
    {
        "active_support", "active_support/all", "base64", "bigdecimal", "cgi", "csv", "date", "digest", "digest/md5",
        "digest/sha1", "digest/sha2", "erb", "json", "net/http", "openssl", "ostruct", "rest-client", "securerandom",
        "set", "stringio", "time", "uri", "yaml", "zlib",
    }
)  # fmt: skip
"""Libraries the SDK has loaded long before a lambda requires one of them."""
NOT_RUN = frozenset({"lookup", "workato_schema", "encrypt", "decrypt", "reinvoke_after"})
"""Of the SDK's methods those that need what is not here: lookup tables, schemas, RNCryptor, a job queue."""
_OPERATION = _VERBS | {
    "call",
    "error",
    "aws",
    "parallel",
    "execution_context",
    "recipe_id",
    "recipe_id!",
    "checkpoint!",
}
_DUMMIES = {
    "iam_external_id": ("aws_external_id", "dummy-aws-iam-external-id"),
    "workato_account_id": ("aws_workato_account_id", "dummy-aws-workato-account-id"),
}
_AWS_BLOCK = frozenset({"access_key_id", "secret_access_key", "session_token", "region", "service"})
_KERNEL_FUNCTIONS = frozenset(
    {
        "raise", "format", "sprintf", "rand", "srand", "lambda", "proc", "loop", "catch", "throw", "binding", "caller",
        "Integer", "Float", "String", "Array", "Hash", "p", "print", "pp", "fail", "require", "block_given?",
    }
)  # fmt: skip
