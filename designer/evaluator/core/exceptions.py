"""Exception objects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from designer.evaluator.classes import EXCEPTION, RClass, Value
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import argument_error, wrong_arguments
from designer.evaluator.values import RArray, RException, RHash, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_SDK = "Workato::Connector::Sdk::"
_NAMED = {
    _SDK + "UndefinedMethodError": "Method '{}' does not exists",
    _SDK + "UnresolvedMultiAuthOptionError": "Cannot find multi-auth definition for '{}'",
    _SDK + "UnresolvedObjectDefinitionError": "Cannot find object definition for '{}'",
}
"""SDK exceptions whose constructor takes a name and makes the message."""


_SYSTEM = {
    "Errno::ECONNREFUSED": "Connection refused",
    "Errno::ECONNRESET": "Connection reset by peer",
    "Errno::EHOSTUNREACH": "No route to host",
    "Errno::ENOENT": "No such file or directory",
    "Errno::EPIPE": "Broken pipe",
    "Errno::ETIMEDOUT": "Connection timed out",
    "Errno::ENETUNREACH": "Network is unreachable",
    "Errno::ECONNABORTED": "Software caused connection abort",
    "Errno::EADDRNOTAVAIL": "Cannot assign requested address",
    "Errno::EACCES": "Permission denied",
    "Errno::EINVAL": "Invalid argument",
    "Errno::EPROTO": "Protocol error",
}
_REASONS = {
    "NonAuthoritativeInformation": "Non-Authoritative Information",
    "MultiStatus": "Multi-Status",
    "IMUsed": "IM Used",
    "URITooLong": "URI Too Long",
    "ImATeapot": "I'm A Teapot",
    "HTTPVersionNotSupported": "HTTP Version Not Supported",
}
_REST_CLIENT = {
    "ServerBrokeConnection": "Server broke connection",
    "SSLCertificateNotVerified": "SSL certificate not verified",
    "Exceptions::Timeout": "Request Timeout",
    "Exceptions::ReadTimeout": "Timed out reading data from server",
    "Exceptions::OpenTimeout": "Timed out connecting to server",
}


def _said_by_rest_client(this: RClass) -> Value:
    """The message of one of its exceptions that nobody gave one: a class of a status says its reason."""
    name = this.name.removeprefix("RestClient::")
    parent = this.superclass
    if parent is not None and parent.name == "RestClient::RequestFailed":
        return RString(_REASONS.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))
    return RString(_REST_CLIENT[name]) if name in _REST_CLIENT else None


@singleton(EXCEPTION, "new", "exception")
def new(vm: Interpreter, this: RClass, *args: Value, kwargs: RHash | None) -> Value:
    if this.name == _SDK + "RequestFailedError":
        options = kwargs or RHash()
        given = {name: options.get(key) for key in options.keys() if (name := getattr(key, "name", ""))}  # noqa: SIM118
        return RException(this, given.pop("message", None), **given)
    given_args = [*args, kwargs] if kwargs is not None and this.name not in ("KeyError", "NameError") else list(args)
    if len(given_args) > 1 and this.name not in ("NameError", "NoMethodError", "SystemExit", "KeyError"):
        raise wrong_arguments(len(given_args), 0, 1)
    message = given_args[0] if given_args else None
    if this.name in _NAMED:
        if not given_args:
            raise argument_error("wrong number of arguments (given 0, expected 1)")
        return RException(this, RString(_NAMED[this.name].format(vm.to_s(message))), name=message)
    if this.name in _SYSTEM:
        said = _SYSTEM[this.name]
        return RException(this, RString(said if message is None else f"{said} - {vm.to_s(message)}"))
    if this.name.startswith("RestClient::") and not given_args:
        message = _said_by_rest_client(this)
    if this.name == _SDK + "NotImplementedError" and not given_args:
        message = RString("This part of Connector SDK is not implemented in workato-connector-sdk yet")
    return RException(this, message)


@singleton(EXCEPTION, "===")
def case_equal(vm: Interpreter, this: RClass, other: Value) -> Value:
    return isinstance(other, RException) and other.cls.descends_from(this)


def text_of(vm: Interpreter, this: RException) -> RString:
    if this.message is None:
        return RString(this.cls.name)
    return vm.to_rstring(this.message)


@method(EXCEPTION, "message", "to_s")
def message(vm: Interpreter, this: RException) -> Value:
    return text_of(vm, this)


@method(EXCEPTION, "full_message")
def full_message(vm: Interpreter, this: RException, *, highlight: Value = False, order: Value = None) -> Value:
    return RString(f"connector.rb:{this.line or 0}: {text_of(vm, this).text} ({this.cls.name})")


@method(EXCEPTION, "inspect")
def inspect(vm: Interpreter, this: RException) -> Value:
    text = text_of(vm, this).text
    return RString(f"#<{this.cls.name}: {text}>" if text else this.cls.name)


@method(EXCEPTION, "backtrace")
def backtrace(vm: Interpreter, this: RException) -> Value:
    if this.backtrace is None and this.line is not None:
        this.backtrace = RArray([RString(f"connector.rb:{this.line}")])
    return this.backtrace


@method(EXCEPTION, "set_backtrace")
def set_backtrace(vm: Interpreter, this: RException, lines: Value) -> Value:
    this.backtrace = lines if isinstance(lines, RArray) else RArray([lines])
    return this.backtrace


@method(EXCEPTION, "cause")
def cause(vm: Interpreter, this: RException) -> Value:
    return this.cause


@method(EXCEPTION, "exception")
def exception(vm: Interpreter, this: RException, text: Value = UNSET) -> Value:
    return this if text is UNSET or text is this else RException(this.cls, text, **this.attributes)


@method(EXCEPTION, "==")
def equal(vm: Interpreter, this: RException, other: Value) -> Value:
    return this is other or (
        isinstance(other, RException) and this.cls is other.cls and vm.equal(text_of(vm, this), text_of(vm, other))
    )
