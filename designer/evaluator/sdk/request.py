"""``get``, ``post`` and the others: a request that is built up, sent when its reply is first needed, and from then
on behaves like that reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from designer.evaluator.classes import Value, define
from designer.evaluator.errors import RubyError, argument_error, missing_keywords, unknown_keywords, wrong_arguments
from designer.evaluator.sdk.changes import changes, snapshot
from designer.evaluator.sdk.host import Said, SdkObject
from designer.evaluator.values import (
    UNKNOWN,
    CallSite,
    HostObject,
    RArray,
    RHash,
    RProc,
    RString,
    sym,
    truthy,
)

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter
    from designer.evaluator.sdk.runtime import ConnectionView, Runtime

define("Workato::Connector::Sdk::Request")

# What a delegator answers itself instead of asking the reply (Ruby's Kernel methods on SimpleDelegator).
_OWN_KERNEL = frozenset(
    {
        "class", "clone", "define_singleton_method", "display", "dup", "enum_for", "equal?", "extend", "freeze",
        "frozen?", "instance_eval", "instance_exec", "instance_of?", "instance_variable_get",
        "instance_variable_set", "is_a?", "itself", "kind_of?", "method", "methods", "nil?", "object_id",
        "public_send", "respond_to?", "send", "singleton_class", "tap", "then", "to_enum", "yield_self", "__send__",
        "__id__", "!", "!=", "==", "eql?",
    }
)  # fmt: skip

Format = Literal["none", "json", "form", "xml", "multipart", "raw"]
GET_VERBS = frozenset({"GET", "OPTIONS", "HEAD"})
"""Requests whose second argument is params, not a payload."""
_JSON = sym("json")
_XML = sym("xml")


class Request(SdkObject):
    """Everything a lambda said about one request. ``headers`` and ``payload`` are Ruby values as given; how they
    become bytes is the wire room's business. ``notes`` keeps each call with the place it was made at
    (``Runtime.place``), for provenance; of a payload's block what it changed (``changes``)."""

    ruby_class_name: ClassVar[str] = "Workato::Connector::Sdk::Request"

    # What most requests never say stands here, once for all of them.
    exact_headers: RHash | None = None
    params: Value = None
    payload: Value = None
    payload_given = False
    user: Value = None
    password: Value = None
    digest = False
    follow: bool | None = None
    request_format: Format = "none"
    response_format: Format = "none"
    xml_root: Value = None
    xml_namespaces: Value = None
    strip_namespaces = False
    content_type: Value = None
    accept: Value = None
    auth_type: Value = None
    after: RProc | None = None
    after_given = False
    after_error: RProc | None = None
    error_matches: Sequence[Value] = ()
    certificate: tuple[str, str, str | None, tuple[str, ...]] | None = None
    server_certificates: tuple[str, ...] = ()
    strict_certificates = True
    sign_with: Mapping[str, Value] = MappingProxyType({})
    in_flight = False
    _reply: Value = None

    def __init__(
        self, runtime: Runtime, verb: str, url: Value, connection: ConnectionView | None, action: HostObject | None
    ) -> None:
        super().__init__()
        self.runtime = runtime
        self.verb = verb
        self.given_url = url
        self.connection = connection
        self.action = action
        self.headers = RHash()
        self.notes: list[tuple[str, Value, object]] = []

    def respond_to(self, name: str) -> bool:
        # Without a reply the SDK's delegator asks nil.
        return name in _METHODS or self.runtime.vm.respond_to(self._reply, name)

    def answer(self, said: Said) -> Value:
        name, args = said.name, said.args
        if name in _METHODS:
            return self.configure(said)
        if name in _OWN_KERNEL:
            if name in ("==", "!=") and args:
                same = args[0] is self or self.runtime.vm.equal(self._reply, args[0])
                return same if name == "==" else not same
            return not truthy(self._reply) if name == "!" else UNKNOWN
        return self.runtime.vm.send(self.reply(), name, args, said.kwargs, said.block, line=said.call.line)

    def configure(self, said: Said) -> Value:
        """One of ``METHODS``."""
        name, args, kwargs, block, call = said
        if (plain := _PLAIN_METHODS.get(name)) is None:
            self.notes.append((name, None, self.runtime.place(call)))
            return _KEYWORD_METHODS[name](self, args, kwargs)
        function, minimum, maximum = plain
        if kwargs is not None:
            args = said.folded
        if len(args) < minimum or (maximum is not None and len(args) > maximum):
            raise wrong_arguments(len(args), minimum, maximum)
        self.notes.append((name, args[0] if args else None, self.runtime.place(call)))
        if block is not None and name == "payload":
            return self._payload_block(args, block, call)
        return function(self, args, block)

    def _payload_block(self, args: list[Value], block: RProc, call: CallSite) -> Value:
        """``payload do |p| … end``; what the block changed is a note of its own."""
        _payload(self, args, None)
        if not truthy(self.payload):
            self.payload = RHash(indifferent=True)
        before = snapshot(self.payload)
        self.runtime.vm.call_proc(block, [self.payload])
        self.notes.append(("payload_block", changes(before, self.payload), self.runtime.place(call)))
        return self

    def begin(self, arguments: list[Value], call: CallSite) -> None:
        """What every request begins with at ``call``: its params and the reply's format, or its payload and both."""
        self.notes.append(("url", self.given_url, self.runtime.place(call)))
        place = self.runtime.place(call)
        if self.verb in GET_VERBS:
            if arguments:
                self.notes.append(("params", arguments[0], place))
                _params(self, arguments, None)
            self.notes.append(("response_format_json", None, place))
            _response_json(self, arguments, None)
        else:
            given = arguments[0] if arguments else None
            self.notes += (("payload", given, place), ("format_json", None, place))
            _payload(self, [given], None)
            _format_json(self, [], None)

    def reply(self) -> Value:
        """The parsed reply; sends the request unless there is one. A nil reply is asked for anew, as the SDK does."""
        if truthy(self._reply):
            return self._reply
        if self.in_flight:
            raise RubyError.of("SystemStackError", "stack level too deep")
        return self.runtime.fulfil(self)

    def remember(self, value: Value) -> Value:
        """Make ``value`` what this request stands for from now on."""
        self._reply = value
        return value

    def inspect(self, vm: Interpreter) -> str:
        return vm.inspect(self.reply())


def resolve(value: Value) -> Value:
    """Send the requests found in ``value`` and put their replies in their place (in copies)."""
    if isinstance(value, Request):
        return resolve(value.reply())
    if isinstance(value, RArray):
        items = [resolve(item) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else RArray(items)
    if isinstance(value, RHash):
        if value.reading is not None:
            return value
        pairs = [(k, v, resolve(v)) for k, v in value.items()]
        if all(old is new for _, old, new in pairs):
            return value
        made = value.copy()
        for key, _, new in pairs:
            made.set(key, new)
        return made
    return value


def _merge(request: Request, target: Value, other: Value) -> None:
    """``target.merge!(other)``; a target that is no hash (params given as text) says so itself."""
    if type(target) is RHash and type(other) is RHash and not target.frozen:
        if not (target.pairs or target.indifferent or target.by_identity or other.by_identity):
            target.fill(dict(other.pairs))  # keys are the same to both
        else:
            for key, value in other.pairs.values():
                target.set(key, value)
        request.runtime.vm.charge_elements(len(target.pairs))
        return
    request.runtime.vm.send(target, "merge!", [other])


def _headers(r: Request, args: list[Value], _: RProc | None) -> Value:
    _merge(r, r.headers, args[0])
    return r


def _case_sensitive_headers(r: Request, args: list[Value], _: RProc | None) -> Value:
    if r.exact_headers is None:
        r.exact_headers = RHash()
    _merge(r, r.exact_headers, args[0])
    return r


def _params(r: Request, args: list[Value], _: RProc | None) -> Value:
    if isinstance(args[0], RHash):
        if not truthy(r.params):
            r.params = RHash(indifferent=True)
        _merge(r, r.params, args[0])
    else:
        r.params = args[0]
    return r


def _payload(r: Request, args: list[Value], _: RProc | None) -> Value:
    given = args[0] if args else None
    if r.payload_given or isinstance(given, RHash):
        if not truthy(r.payload):
            r.payload = RHash(indifferent=True)
        if truthy(given):
            _merge(r, r.payload, given)
    else:
        r.payload = given
    r.payload_given = True
    return r


def _user(r: Request, args: list[Value], _: RProc | None) -> Value:
    r.user = args[0]
    return r


def _password(r: Request, args: list[Value], _: RProc | None) -> Value:
    r.password = args[0]
    return r


def _digest_auth(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.digest = True
    return r


def _follow_redirection(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.follow = True
    return r


def _ignore_redirection(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.follow = False
    return r


def _after_response(r: Request, _args: list[Value], block: RProc | None) -> Value:
    r.after, r.after_given = block, True
    return r


def _after_error_response(r: Request, args: list[Value], block: RProc | None) -> Value:
    r.error_matches = args
    r.after_error = block
    return r


def _request_json(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.content_type, r.request_format = _JSON, "json"
    return r


def _response_json(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.accept, r.response_format = _JSON, "json"
    return r


def _format_json(r: Request, args: list[Value], block: RProc | None) -> Value:
    return _response_json(_request_json(r, args, block), args, block)


def _request_xml(r: Request, args: list[Value], _: RProc | None) -> Value:
    r.content_type, r.request_format = _XML, "xml"
    r.xml_root = args[0]
    r.xml_namespaces = args[1] if len(args) > 1 else RHash()
    return r


def _request_form(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.content_type, r.request_format = RString("application/x-www-form-urlencoded"), "form"
    return r


def _request_multipart(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.content_type, r.request_format = None, "multipart"
    return r


def _request_body(r: Request, args: list[Value], _: RProc | None) -> Value:
    r.payload, r.payload_given, r.request_format = args[0], True, "raw"
    return r


def _response_raw(r: Request, _args: list[Value], _: RProc | None) -> Value:
    r.response_format = "raw"
    return r


def _current_verb(r: Request, _args: list[Value], _: RProc | None) -> Value:
    return RString(r.verb)


def _current_url(r: Request, _args: list[Value], _: RProc | None) -> Value:
    return RString(r.runtime.url(r))


def _auth_type(r: Request, args: list[Value], _: RProc | None) -> Value:
    r.auth_type = args[0]
    return r


def _reply_now(r: Request, _args: list[Value], _: RProc | None) -> Value:
    return r.reply()


def _puts(r: Request, args: list[Value], _: RProc | None) -> Value:
    return r.runtime.vm.call_function(None, "puts", args, None, None, variable=False)


def _response_xml(r: Request, args: list[Value], kwargs: RHash | None) -> Value:
    if args:
        raise wrong_arguments(len(args), 0, 0)
    if kwargs is not None:
        names = [r.runtime.vm.inspect(key) for key in kwargs.keys()]  # noqa: SIM118 - a Hash of Ruby's
        if unknown := [name for name in names if name != ":strip_response_namespaces"]:
            raise unknown_keywords(unknown)
    r.accept, r.response_format = _XML, "xml"
    r.strip_namespaces = kwargs is not None and truthy(kwargs.get(sym("strip_response_namespaces")))
    return r


def _format_xml(r: Request, args: list[Value], kwargs: RHash | None) -> Value:
    if not 1 <= len(args) <= 2:
        raise wrong_arguments(len(args), 1, 2)
    namespaces = args[1].copy() if len(args) > 1 and isinstance(args[1], RHash) else RHash()
    strip = False
    for key, value in kwargs.items() if kwargs is not None else ():
        if key is sym("strip_response_namespaces"):
            strip = truthy(value)
        else:
            namespaces.set(key, value)
    _request_xml(r, [args[0], namespaces], None)
    r.accept, r.response_format, r.strip_namespaces = _XML, "xml", strip
    return r


def _tls_client_cert(r: Request, args: list[Value], kwargs: RHash | None) -> Value:
    if args:
        raise wrong_arguments(len(args), 0, 0)
    given = kwargs if kwargs is not None else RHash()
    if missing := [name for name in ("certificate", "key") if not given.has(sym(name))]:
        raise missing_keywords(missing)
    certificate, key = (_pem(given.get(sym(name))) for name in ("certificate", "key"))
    phrase = given.get(sym("passphrase"))
    passphrase = None if phrase is None else _pem(phrase)
    intermediates = tuple(_pem(item) for item in _wrap(given.get(sym("intermediates"))) if item is not None)
    r.runtime.check_certificates([certificate, *intermediates], key, passphrase)
    r.certificate = (certificate, key, passphrase, intermediates)
    return r


def _tls_server_certs(r: Request, args: list[Value], kwargs: RHash | None) -> Value:
    if args:
        raise wrong_arguments(len(args), 0, 0)
    given = kwargs if kwargs is not None else RHash()
    if not given.has(sym("certificates")):
        raise missing_keywords(["certificates"])
    texts = tuple(_pem(item) for item in _wrap(given.get(sym("certificates"))))
    r.runtime.check_certificates(texts, None, None)
    r.server_certificates += texts
    r.strict_certificates = r.strict_certificates and truthy(given.get(sym("strict"), True))
    return r


def _wrap(value: Value) -> list[Value]:
    if value is None:
        return []
    return list(value) if isinstance(value, RArray) else [value]


def _pem(value: Value) -> str:
    if not isinstance(value, RString):
        raise argument_error("a certificate or key must be a String")
    return value.text


_Plain = Callable[[Request, "list[Value]", "RProc | None"], Value]
_PLAIN_METHODS: dict[str, tuple[_Plain, int, int | None]] = {
    "headers": (_headers, 1, 1),
    "case_sensitive_headers": (_case_sensitive_headers, 1, 1),
    "params": (_params, 1, 1),
    "payload": (_payload, 0, 1),
    "user": (_user, 1, 1),
    "password": (_password, 1, 1),
    "digest_auth": (_digest_auth, 0, 0),
    "follow_redirection": (_follow_redirection, 0, 0),
    "ignore_redirection": (_ignore_redirection, 0, 0),
    "after_response": (_after_response, 0, 0),
    "after_error_response": (_after_error_response, 0, None),
    "format_json": (_format_json, 0, 0),
    "request_format_json": (_request_json, 0, 0),
    "response_format_json": (_response_json, 0, 0),
    "request_format_xml": (_request_xml, 1, 2),
    "request_format_www_form_urlencoded": (_request_form, 0, 0),
    "request_format_multipart_form": (_request_multipart, 0, 0),
    "request_body": (_request_body, 1, 1),
    "response_format_raw": (_response_raw, 0, 0),
    "current_verb": (_current_verb, 0, 0),
    "current_url": (_current_url, 0, 0),
    "auth_type": (_auth_type, 1, 1),
    "response!": (_reply_now, 0, 0),
    "puts": (_puts, 0, None),
}
_KEYWORD_METHODS: dict[str, Callable[[Request, list[Value], RHash | None], Value]] = {
    "response_format_xml": _response_xml,
    "format_xml": _format_xml,
    "tls_client_cert": _tls_client_cert,
    "tls_server_certs": _tls_server_certs,
}
_METHODS = frozenset(_PLAIN_METHODS) | frozenset(_KEYWORD_METHODS)
METHODS = _METHODS
"""The names ``apply`` may use bare, and any request answers to."""
