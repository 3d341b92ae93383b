"""What the SDK itself does for OAuth 2.0: the URL the browser opens, the code exchange, the refresh, PKCE."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from designer.evaluator import (
    RArray,
    RHash,
    RProc,
    RString,
    RubyError,
    Value,
    accepted,
    from_python,
    lookup,
    sym,
    truthy,
)
from designer.evaluator.sdk import GlobalContext
from designer.evaluator.values import indifferent
from designer.wire.authorization import SDK, Authorization
from designer.wire.chance import challenge_of
from designer.wire.client import Body, Outgoing, execute
from designer.wire.encode import query_string
from designer.wire.headers import Headers
from designer.wire.model import Origin
from designer.wire.nested_query import parse_nested_query
from designer.wire.replies import body_text
from designer.wire.results import checked_text
from designer.wire.statuses import Reply
from designer.wire.urls import UriError, parse

if TYPE_CHECKING:
    from designer.wire.engine import Engine

CALLBACK_PATH = "/oauth/callback"
DEFAULT_PORT = 45555
PKCE_IGNORED = (
    "The official gem ignores pkce; run here as on the platform, which sends code_challenge and code_verifier and "
    "gives acquire the verifier as its fourth argument."
)
_NO_REFRESH_TOKEN = "refresh_token is empty. Use workato oauth2 command to acquire access_token and refresh_token"


@dataclass(frozen=True, slots=True)
class Pkce:
    """A verifier with the challenge sent ahead of it, made by ``method`` (RFC 7636 §4.2)."""

    verifier: str = field(repr=False)
    challenge: str
    method: str


def pkce(engine: Engine, authorization: Authorization) -> Pkce | None:
    """What the ``pkce`` lambda makes of a fresh verifier and its S256 challenge; None where there is none.

    The verifier is pinned by ``random["verifier"]``, so that the exchange can follow in another run.
    """
    code = authorization.slot("pkce")
    if not isinstance(code, RProc):
        return None
    engine.warn(PKCE_IGNORED)
    verifier = str(engine.call.args.get("verifier") or engine.chance.verifier)
    challenge = challenge_of(verifier)
    given = accepted(code, [RString(verifier), RString(challenge)])
    engine.recorder.step("lambda", "pkce runs", pointer=code.pointer, line=code.line)
    with engine.speaking("pkce"):
        made = engine.vm.call_proc(code, given, self_obj=GlobalContext(engine, authorization.connection))
    if made is None:
        return None
    if not isinstance(made, RHash):
        raise RubyError.of("TypeError", "pkce must return a hash of verifier, challenge and challenge_method")
    result = indifferent(made)

    def text(name: str, otherwise: str) -> str:
        value = result.get(name)
        return engine.vm.to_s(value) if truthy(value) else otherwise

    return Pkce(text("verifier", verifier), text("challenge", challenge), text("challenge_method", "S256"))


def redirect_uri(engine: Engine) -> str:
    """The CLI's redirect URI (args ``port``, ``https``), or the one given as ``redirect_uri``."""
    args = engine.call.args
    if given := args.get("redirect_uri"):
        return str(given)
    https, port = from_python(args.get("https")), from_python(args.get("port"))
    scheme = "https" if truthy(https) else "http"
    return f"{scheme}://localhost:{engine.vm.to_s(port) if truthy(port) else DEFAULT_PORT}{CALLBACK_PATH}"


def browser_url(engine: Engine, authorization: Authorization, authorization_url: str) -> str:
    """``authorization_url`` with the SDK's parameters, all of them encoded anew and sorted; the author's win."""
    params = RHash(indifferent=True)
    params.set("state", RString(str(engine.call.args.get("state") or engine.chance.state)))
    params.set("client_id", authorization.lambda_text("client_id"))
    params.set("redirect_uri", RString(redirect_uri(engine)))
    if proof := pkce(engine, authorization):
        params.set("code_challenge", RString(proof.challenge))
        params.set("code_challenge_method", RString(proof.method))
    try:
        uri = parse(authorization_url)
        for key, value in parse_nested_query(uri.query or "").items():
            params.set(key, value)
        return str(uri.with_query(engine.vm.to_s(engine.vm.send(params, "to_param"))))
    except UriError as error:
        raise RubyError.of(error.ruby_class, error.message) from error


def exchange_code(engine: Engine, authorization: Authorization, code: Value) -> RHash:
    """What the official CLI does with an authorization code. The result is what it stores.

    Raises ``RestError`` where the provider refuses, ``RubyError`` otherwise.
    """
    proof = pkce(engine, authorization)
    target = redirect_uri(engine)
    if truthy(authorization.slot("acquire")):
        extra = [RString(proof.verifier)] if proof else []
        checked_text(engine.vm, "oauth2_code", code)
        return joined_tokens(authorization.acquire(None, code, RString(target), *extra))
    url = authorization.lambda_text("token_url")
    fields = RHash()
    fields.set(sym("code"), code)
    fields.set(sym("grant_type"), RString("authorization_code"))
    fields.set(sym("client_id"), authorization.lambda_text("client_id"))
    fields.set(sym("client_secret"), authorization.lambda_text("client_secret"))
    fields.set(sym("redirect_uri"), RString(target))
    if proof:
        fields.set(sym("code_verifier"), RString(proof.verifier))
    reply = post_form(engine, authorization, url, fields, {}, "acquire")
    tokens: RHash = engine.vm.send(_json(engine, reply), "to_hash")
    return tokens


def joined_tokens(acquired: Value) -> RHash:
    """How the CLI merges what acquire returned: extra settings first, tokens over them."""
    if isinstance(acquired, RArray):
        joined = RHash(indifferent=True)
        for part in (acquired[2] if len(acquired) > 2 else None, acquired[0]):
            for key, value in part.items() if isinstance(part, RHash) else ():
                joined.set(key, value)
        return joined
    return acquired if isinstance(acquired, RHash) else RHash(indifferent=True)


def refresh_by_token_url(engine: Engine, authorization: Authorization, settings: RHash) -> RHash:
    """The SDK's own refresh. Of the reply only the two tokens are kept."""
    refresh_token = settings.get("refresh_token")
    if truthy(engine.vm.send(refresh_token, "blank?")):
        raise RubyError.of(f"{SDK}::NotImplementedError", _NO_REFRESH_TOKEN)
    url = authorization.lambda_text("token_url")  # first, as Ruby takes the arguments of the request
    fields = RHash()
    fields.set(sym("client_id"), authorization.lambda_text("client_id"))
    fields.set(sym("client_secret"), authorization.lambda_text("client_secret"))
    fields.set(sym("grant_type"), sym("refresh_token"))
    fields.set(sym("refresh_token"), refresh_token)
    with engine.purpose("refresh"):
        reply = post_form(engine, authorization, url, fields, {"Accept": "application/json"}, "refresh")
    tokens = _json(engine, reply)
    renewed = engine.vm.send(tokens, "[]", [RString("refresh_token")])
    made = RHash(indifferent=True)
    made.set("access_token", engine.vm.send(tokens, "[]", [RString("access_token")]))
    made.set("refresh_token", renewed if truthy(engine.vm.send(renewed, "presence")) else refresh_token)
    return made


def post_form(
    engine: Engine,
    authorization: Authorization,
    url: RString | None,
    fields: RHash,
    headers: Headers,
    purpose: str,
) -> Reply:
    """POST ``fields`` to ``url`` in rest-client's own encoding. Raises ``RestError`` and ``RubyError``."""
    if url is None:
        raise RubyError.of("ArgumentError", "must pass :url")
    origin = _slot_origin(engine, authorization, "token_url", purpose)
    known = {"method": replace(origin, settings=()), "url": origin, "body": Origin("format")}
    for key, _ in fields.items():
        slot = "pkce" if key.name == "code_verifier" else key.name
        if slot in ("client_id", "client_secret", "pkce"):
            known[f"payload:{key.name}"] = _slot_origin(engine, authorization, slot, purpose)
        else:
            settings = (key.name,) if key.name == "refresh_token" else ()
            known[f"payload:{key.name}"] = Origin("format", settings=settings)

    def to_bytes(value: Value) -> bytes:
        return value.to_bytes() if isinstance(value, RString) else engine.vm.to_s(value).encode()

    outgoing = Outgoing(
        method="POST",
        url=url.text,
        headers=headers,
        body=Body(query_string(fields, to_bytes).encode(), "application/x-www-form-urlencoded"),
        purpose=purpose,
        origins=known,
    )
    try:
        return execute(outgoing, engine.send, engine.now)
    except UriError as error:
        raise RubyError.of(error.ruby_class, error.message) from error


def _slot_origin(engine: Engine, authorization: Authorization, slot: str, purpose: str) -> Origin:
    """Where a slot's value came from: its lambda with what that read, or the text that stands there."""
    if (ran := engine.slot_origins.get(slot)) is not None:
        return replace(ran, source=purpose)
    path = (*authorization.path, slot)
    node, depth = engine.vm.program.code.locate(path)
    line = node.line if node is not None and depth == len(path) else None
    return Origin(purpose, engine.vm.connector.pointer(*path), line)


def _json(engine: Engine, reply: Reply) -> Value:
    return engine.vm.send(lookup("JSON"), "parse", [body_text(reply)])
