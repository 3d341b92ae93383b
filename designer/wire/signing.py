"""``workato.jwt_*`` and ``aws.generate_signature``: Ruby values on one side, this room's signers on the other."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from designer.evaluator import (
    CannotEvaluate,
    RArray,
    RHash,
    RString,
    Symbol,
    Value,
    from_python,
    lookup,
    sym,
    to_python,
    truthy,
)
from designer.evaluator.convert import key_text
from designer.evaluator.core.keys import RKey
from designer.evaluator.errors import type_error
from designer.evaluator.interpreter import describe_class
from designer.wire.client import Outgoing, failure, prepared
from designer.wire.code_settings import AWS_SETTINGS
from designer.wire.crypto import private_pem
from designer.wire.model import OnDemand, Origin, WireRequest, WireResponse
from designer.wire.prepare import complete_headers
from designer.wire.sdk_error import SdkError
from designer.wire.transport import TransportError

if TYPE_CHECKING:
    from designer.evaluator.sdk import Request
    from designer.wire.authorization import Connection
    from designer.wire.engine import Engine


def jwt_encode(engine: Engine, payload: Value, key: Value, algorithm: str, header_fields: RHash) -> str:
    """``workato.jwt_encode``: the claims as the SDK writes them, signed by ``key`` (RFC 7515, RFC 7519). Raises Ruby's
    errors."""
    from designer.wire.jwt import encode

    vm = engine.vm
    text = vm.send(lookup("JSON"), "generate", [payload])
    claims = payload
    if isinstance(payload, RHash):
        for name in payload.keys():  # noqa: SIM118 - a Hash of Ruby's
            if not isinstance(name, RString | Symbol):
                raise vm.no_method(name, "to_sym")
        claims = {key_text(name): _claim(engine, value) for name, value in payload.items()}
    fields = {key_text(name): _header_value(engine, value) for name, value in header_fields.items()}
    return encode(
        claims,
        _key(key, algorithm),
        algorithm,
        fields,
        payload_json=text.text,
        class_name=lambda value: vm.to_s(vm.send(_unclaim(value), "class")),
    )


def _header_value(engine: Engine, value: Value) -> Any:
    """A header's value as the JSON it is written as."""
    try:
        return to_python(value)
    except CannotEvaluate:
        written = engine.vm.send(lookup("JSON"), "generate", [RArray([value])])
        return json.loads(written.text)[0]


def jwt_decode(engine: Engine, token: str | None, key: Value, algorithm: str) -> dict[str, Any]:
    """``workato.jwt_decode``: ``{"payload", "header"}`` of a token that ``key`` signed and whose times hold."""
    from designer.wire import jwt

    decoded = jwt.decode(token, _key(key, algorithm), algorithm, now=engine.now().timestamp())
    return {"payload": decoded.claims, "header": decoded.header}


class _Opaque:
    """A claim or key that is no JSON value; only its class is of interest."""

    def __init__(self, value: Value) -> None:
        self.value = value

    def __str__(self) -> str:
        return describe_class(self.value)


def _claim(engine: Engine, value: Value) -> Any:
    """``value`` as far as it is looked at: whether it is a number, in Ruby's eyes."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if not isinstance(value, RString) and truthy(engine.vm.send(value, "is_a?", [lookup("Numeric")])):
        return 0
    return _Opaque(value)


def _unclaim(value: Any) -> Value:
    return value.value if isinstance(value, _Opaque) else value


def _key(key: Value, algorithm: str) -> Any:
    if isinstance(key, RString):
        return key.to_bytes()
    if isinstance(key, RKey) and not algorithm.startswith("HS"):
        return private_pem(key.handle)
    return key if key is None or isinstance(key, int) else _Opaque(key)


def aws_signature(engine: Engine, connection: Connection, arguments: RHash) -> RHash:
    """``aws.generate_signature``: url and headers for the request, with credentials assumed by STS where a role is
    named."""
    from designer.wire.aws import generate_signature, respelled
    from designer.wire.aws_credentials import resolve

    given = {key_text(key): value for key, value in arguments.items()}
    vm = engine.vm
    source = given["connection"]
    if not isinstance(source, RHash):
        vm.send(source, "[]", [sym("aws_assume_role")])
        source = vm.send(source, "to_h")
    if not source.indifferent:  # the SDK asks with symbols
        source = RHash((key, value) for key, value in source.items() if isinstance(key, Symbol))
    asked: list[WireRequest] = []

    def ask_sts(request: WireRequest) -> WireResponse:
        asked.append(complete_headers(request))
        return engine.send(asked[-1], "acquire")

    try:
        resolved = resolve(
            _plain(source), _plain(connection.shared.hash), env=dict(engine.call.env), at=engine.now(), send=ask_sts
        )
    except TransportError as error:
        raise failure(error, asked[-1].url) from error
    for warning in resolved.warnings:
        engine.warn(warning)
    engine.read(_aws_settings(source, connection.shared.hash))
    if resolved.temp_credentials is not None:
        connection.merge(RHash([("temp_credentials", from_python(resolved.temp_credentials, indifferent=True))]))
    params = given.get("params", RHash())
    query = None
    if truthy(params) and not (isinstance(params, RHash) and not len(params)):
        query = vm.send(params, "to_param").text
    headers = given.get("headers")
    method = given.get("method", RString("GET"))
    signed = generate_signature(
        resolved.credentials,
        service=_text(engine, given["service"]),
        region=_text(engine, given["region"]),
        host=_text(engine, given["host"]) if "host" in given else "",
        own_host="host" in given,
        path=_text(engine, given.get("path", RString("/"))) or "",
        method=None if method is None else vm.to_s(vm.send(method, "upcase")),
        query=query,
        headers={key_text(k): vm.to_s(v) for k, v in headers.items()} if isinstance(headers, RHash) else {},
        payload=_payload(engine, given.get("payload", RString(""))),
        at=engine.now(),
    )
    _demand_texts(engine, source, given)
    where = f"{_text(engine, given['service'])} in {_text(engine, given['region'])}"
    engine.recorder.step("note", f"Signed with AWS Signature Version 4 for {where}", data=signed.explanation)
    made: RHash = from_python({"url": signed.url, "headers": dict(signed.headers)}, indifferent=True)
    if signed.nameless:
        made.get("headers").set("Host", None)
    as_given = {key_text(name): value for name, value in headers.items()} if isinstance(headers, RHash) else {}
    for spelled, value in respelled(as_given).items() if as_given else ():
        if made.get("headers").has(spelled):
            made.get("headers").set(spelled, value)  # as given: a number stays one
    return made


def _demand_texts(engine: Engine, source: RHash, given: dict[str, Value]) -> None:
    """What the signer of the gem asks of its texts, in its order: keys that can be empty, then texts to be hashed."""
    for name in ("aws_api_key", "aws_secret_key"):
        value = source.get(name if source.indifferent else sym(name))
        if isinstance(value, RString) or value is None or value is False:
            continue
        if not engine.vm.responds(value, "empty?"):
            raise engine.vm.no_method(value, "empty?")
    for name in ("region", "service"):
        if not isinstance(given[name], RString):
            raise type_error(f"no implicit conversion of {describe_class(given[name])} into String")


def _aws_settings(given: RHash, settings: RHash) -> dict[str, Value]:
    """The settings that the signer read. What ``given`` has under the same name and another value is none: the code
    put it there."""
    whole = {key_text(key): value for key, value in settings.items()}
    own, known = _plain(given), _plain(settings)
    return {name: whole[name] for name in _AWS_SETTINGS if own.get(name, _NOTHING) in (known.get(name), _NOTHING)
            and whole.get(name) is not None}  # fmt: skip


def _plain(hash_: RHash) -> dict[str, Any]:
    """A hash of settings as plain values; what is no JSON value (a time) is left out."""
    out: dict[str, Any] = {}
    for key, value in hash_.pairs.values():
        if type(value) is RString and value.s.isascii():
            out[key_text(key)] = value.s
        elif value is None or isinstance(value, bool | int | float | RString | Symbol | RHash | RArray):
            out[key_text(key)] = to_python(value)
    return out


def _text(engine: Engine, value: Value) -> str | None:
    return None if value is None else engine.vm.to_s(value)


def _payload(engine: Engine, value: Value) -> bytes:
    if isinstance(value, RString):
        return value.to_bytes()
    if value is None:
        return b""
    raise type_error(f"no implicit conversion of {engine.vm.to_s(engine.vm.send(value, 'class'))} into String")


def sign_aws_block(engine: Engine, request: Request, outgoing: Outgoing) -> Outgoing:
    """Add the SigV4 headers for what ``credentials`` of type 'aws_auth' named. The host says the service and region
    where the block does not. Raises ``SdkError``."""
    from designer.wire import sigv4

    def given(name: str) -> str:
        value = request.sign_with.get(name)
        return "" if value is None else engine.vm.to_s(value)

    # A plus in a query means a space to AWS, and is signed as one.
    path, mark, query = str(outgoing.url).partition("?")
    outgoing = replace(outgoing, url=f"{path}{mark}{query.replace('+', '%20')}")
    wire = prepared(outgoing)
    service, region = _from_host(wire.url)
    if not given("access_key_id") or not given("secret_access_key"):
        raise SdkError("Aws::Sigv4::Errors::MissingCredentialsError", "unable to sign request without credentials set")
    explanation = sigv4.explain(
        wire.method,
        wire.url,
        [(n, v) for n, v in wire.headers if n.lower() not in _UNSIGNED],
        wire.body,
        sigv4.AwsCredentials(given("access_key_id"), given("secret_access_key"), given("session_token") or None),
        service=given("service") or service,
        region=given("region") or region,
        at=engine.now(),
    )
    engine.recorder.step("note", "Signed with AWS Signature Version 4", data=explanation)
    added = {name: value for name, value in explanation.headers if name.lower() != "host"}
    given_by = outgoing.origins

    def origins() -> dict[str, Origin]:
        known = dict(given_by)
        origin = known.pop("aws", Origin("apply"))
        settings = {"authorization": origin.settings, "x-amz-security-token": origin.settings}
        for name in map(str.lower, added):
            known[f"header:{name}"] = replace(origin, settings=settings.get(name, ()))
        return known

    return replace(outgoing, headers={**outgoing.headers, **added}, origins=OnDemand(origins))


_NOTHING = object()
_AWS_SETTINGS = tuple(sorted(AWS_SETTINGS))
_UNSIGNED = frozenset({"user-agent", "accept-encoding", "connection", "content-length"})


def _from_host(url: str) -> tuple[str, str]:
    """``service.region.amazonaws.com`` taken apart; "execute-api" and "us-east-1" where it tells nothing."""
    host = urlsplit(url).hostname or ""
    labels = host.removesuffix(".cn").removesuffix(".amazonaws.com").split(".")
    if host.removesuffix(".cn").endswith(".amazonaws.com") and len(labels) >= 2:
        return labels[-2], labels[-1]
    return (labels[0] if len(labels) == 1 and labels[0] else "execute-api"), "us-east-1"
