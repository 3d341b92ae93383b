"""A signed assertion traded for an access token (RFC 7523)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, Choice, Column, FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import (
    BODY,
    DETECT_ON,
    EXTRAS,
    KEEP,
    QUERY,
    REFRESH_ON,
    REQUEST_HEADERS,
    TOKEN_HEADER,
    acquire_lambda,
    apply_lines,
    kept_reply,
    one_hash,
    request_lines,
    rows_of,
    take,
    template_of,
)
from designer.connection.kinds.token_request import TOKEN_URL, open_slots, recognised, render_rest, rest_defaults
from designer.connection.sketch import (
    ESCAPED,
    LINE_BREAK,
    AuthorizationSketch,
    Call,
    Instant,
    Jwt,
    LambdaSketch,
    Pair,
    Pairs,
    Prefixed,
    Repaired,
    Text,
    Value,
)
from designer.ruby.values import RubyValue

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512")


_EXCHANGED = {"use": ("exchange",)}
_TOKEN = "#{access_token}"
_SECONDS = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)


class JwtBearer(Kind):
    name = "jwt_bearer"
    title = "JWT bearer"
    summary = (
        "The connector signs a short statement about itself with a private key, and the provider answers "
        "with an access token. For service accounts: no user is asked."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/jwt.html"
    type = "custom_auth"
    produces = ("access_token",)
    form = (
        FormItem(
            "use",
            "The signed statement is",
            "choice",
            "Most providers issue an access token for it; some take the statement itself as the token.",
            choices=(
                Choice("exchange", "Exchanged for an access token"),
                Choice("self", "Sent with every request"),
            ),
            slot="acquire",
        ),
        replace(TOKEN_URL, when=_EXCHANGED),
        FormItem(
            "claims",
            "Claims",
            "table",
            "What the statement says: iss who signs it, sub for whom, aud the token URL as a rule. "
            "iat and exp are added.",
            columns=NAME_AND_VALUE,
            slot="acquire",
        ),
        FormItem("lifetime", "Lifetime in seconds", "number", "Most providers refuse more than 3600.", slot="acquire"),
        FormItem(
            "key",
            "Signing key",
            "template",
            "A private key in PEM format, or the shared secret for HS algorithms.",
            placeholder="#{private_key}",
            slot="acquire",
        ),
        FormItem(
            "algorithm", "Algorithm", "choice", choices=tuple(Choice(name, name) for name in ALGORITHMS), slot="acquire"
        ),
        FormItem(
            "key_id", "Key ID", "template", "The kid header, where the provider asks.", optional=True, slot="acquire"
        ),
        TOKEN_HEADER,
        replace(REFRESH_ON, when=_EXCHANGED),
        FormItem(
            "repair",
            "Repair the line breaks of the key",
            "switch",
            "A key pasted out of a JSON file has \\n written out where its lines end.",
            advanced=True,
            slot="acquire",
        ),
        FormItem("issued_at", "Say when it was signed (iat)", "switch", advanced=True, slot="acquire"),
        FormItem(
            "times",
            "Further times",
            "table",
            "Claims that hold a moment, in seconds from now: nbf, from when the statement holds, or iat a minute back "
            "where clocks differ.",
            columns=(Column("name", "Claim", "text", "nbf"), Column("value", "Seconds from now", "text", "-60")),
            optional=True,
            advanced=True,
            slot="acquire",
        ),
        replace(EXTRAS, help="Besides grant_type and assertion.", when=_EXCHANGED),
        replace(REQUEST_HEADERS, when=_EXCHANGED),
        replace(KEEP, when=_EXCHANGED),
        QUERY,
        BODY,
        DETECT_ON,
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        url = carry.url("/oauth/token")
        return {
            "use": "exchange",
            "token_url": url,
            "claims": [row("iss", carry.field("client_id", "issuer", "client_email")), row("aud", url)],
            "lifetime": 3600,
            "issued_at": True,
            "times": [],
            "key": carry.field("private_key"),
            "repair": False,
            "algorithm": "RS256",
            "key_id": "",
            "extras": [],
            "request_headers": [],
            "keep": [row("access_token", "access_token")],
            **rest_defaults(),
        }

    def claims(self, sketch: AuthorizationSketch) -> bool:
        lambdas = [sketch.lambdas.get("acquire"), sketch.apply]
        return any(
            isinstance(value, Jwt) or (isinstance(value, Call) and value.name.startswith("workato.jwt_encode"))
            for each in lambdas
            if each
            for value in each.everything()
        )

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        if "acquire" in sketch.keys:
            return recognised(*open_slots(sketch, {"acquire": _assertion(sketch)}))
        signed = _self_signed(sketch)
        if signed is None:
            return None
        jwt, applied = signed
        statement = _statement(jwt)
        params, opaque = open_slots(replace(sketch, lambdas={**sketch.lambdas, sketch.apply_key: applied}), {})
        if statement is None or "apply" in opaque:
            return None
        # What an exchange would ask for is there as soon as the author chooses one.
        unused = {name: value for name, value in self.defaults().items() if name in _OF_THE_EXCHANGE}
        return recognised({"use": "self", **unused, **statement, **params}, opaque)

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        keys: dict[str, RubyValue] = {"type": self.type}
        if params.get("use") == "self":
            inner = writer.with_locals("access_token")
            body = [*_signing(params, writer, "access_token"), *apply_lines(params, inner)]
            keys |= render_rest({"detect_on": params.get("detect_on")}, writer)
            return keys | {"apply": writer.proc(("connection",), body)}
        if "token_url" in params:
            keys["acquire"] = _acquire(params, writer)
        return keys | render_rest(params, writer)


_OF_THE_EXCHANGE = frozenset({"token_url", "extras", "request_headers", "keep"})


def _signing(params: Params, writer: Writer, name: str) -> list[str]:
    """Lines that put the signed statement into the variable ``name``."""
    issued = ["iat: issued_at"] if params["issued_at"] else []
    times = _times(params)
    own = [item for item in params["claims"] if item["name"] not in ("iat", "exp", *times)]
    claims = [*writer.rows(own), *issued, f"exp: {_moment(int(params['lifetime']))}"]
    claims += [writer.pair(name, _moment(offset)) for name, offset in times.items()]
    key = writer.text(params["key"])
    if params.get("repair"):
        key += f".gsub({writer.string(ESCAPED)}, {writer.string(LINE_BREAK)})"
    signed = ["claims", key, writer.string(params["algorithm"])]
    if params["key_id"]:
        signed.append(f"kid: {writer.text(params['key_id'])}")
    opening, *rest = writer.hash(claims, width=0)
    first, *more = writer.call("workato.jwt_encode", signed)
    return ["issued_at = now.to_i", f"claims = {opening}", *rest, f"{name} = {first}", *more]


def _times(params: Params) -> dict[str, int]:
    """Further claims and their seconds from now, without those somebody is still typing."""
    taken = {"exp", "iat"} if params["issued_at"] else {"exp"}
    found: dict[str, int] = {}
    for item in params.get("times") or ():
        if item["name"] and item["name"] not in taken | set(found) and _SECONDS.fullmatch(item["value"]):
            found[item["name"]] = int(item["value"])
    return found


def _moment(offset: int) -> str:
    return "issued_at" if not offset else f"issued_at {'+' if offset > 0 else '-'} {abs(offset)}"


def _acquire(params: Params, writer: Writer) -> RubyValue:
    inner = writer.with_locals("assertion")
    rows = [row("grant_type", GRANT), row("assertion", "#{assertion}"), *params["extras"]]
    request = request_lines(inner, params["token_url"], rows, "form", headers=params["request_headers"])
    return acquire_lambda(writer, request, params["keep"], _signing(params, writer, "assertion"))


def _self_signed(sketch: AuthorizationSketch) -> tuple[Jwt, LambdaSketch] | None:
    """The one statement that ``apply`` signs, and ``apply`` with ``#{access_token}`` in its place."""
    if sketch.apply is None:
        return None
    found: list[Jwt] = []

    def plain(pair: Pair) -> Pair:
        value = pair.value
        if not isinstance(value, Jwt | Prefixed):
            return pair
        found.append(value if isinstance(value, Jwt) else value.token)
        return replace(pair, value=Text(_TOKEN if isinstance(value, Jwt) else f"{value.prefix}{_TOKEN}"))

    statements: list[Value] = []
    for statement in sketch.apply.statements:
        given = one_hash(statement) if isinstance(statement, Call) else None
        if isinstance(statement, Call) and isinstance(given, Pairs):
            pairs = Pairs(tuple(plain(pair) for pair in given.items))
            statement = replace(statement, arguments=(), keywords=pairs)
        statements.append(statement)
    if not found or any(jwt != found[0] for jwt in found):
        return None
    return found[0], LambdaSketch(sketch.apply.parameters, tuple(statements))


def _assertion(sketch: AuthorizationSketch) -> dict[str, Any] | None:
    kept = kept_reply(sketch.lambdas.get("acquire"))
    if kept is None:
        return None
    request, keep = kept
    plain = request.verb == "post" and request.format == "form" and not request.extras
    if not plain or request.params is not None or request.user is not None or request.password is not None:
        return None
    sent = request.payload
    jwt = sent.get("assertion") if isinstance(sent, Pairs) else None
    if not isinstance(sent, Pairs) or not isinstance(jwt, Jwt):
        return None
    rows = rows_of(Pairs(tuple(pair for pair in sent.items if pair.key != "assertion")), numbers=True)
    headers = rows_of(request.headers, header_names=True)
    url, statement = template_of(request.url), _statement(jwt)
    if rows is None or headers is None or url is None or statement is None or take(rows, "grant_type") != GRANT:
        return None
    return {"use": "exchange", "token_url": url, **statement, "extras": rows, "request_headers": headers, "keep": keep}


def _statement(jwt: Jwt) -> dict[str, Any] | None:
    if not isinstance(jwt.claims, Pairs) or jwt.algorithm.upper() not in ALGORITHMS:
        return None
    timed: dict[str, int] = {}
    texts: list[Pair] = []
    for pair in jwt.claims.items:
        if isinstance(pair.value, Instant) and pair.key and pair.key not in timed:
            timed[pair.key] = pair.value.offset
        else:
            texts.append(pair)
    repaired = isinstance(jwt.key, Repaired)
    claims, key = rows_of(Pairs(tuple(texts))), template_of(jwt.key.text if isinstance(jwt.key, Repaired) else jwt.key)
    header = rows_of(jwt.headers)
    if claims is None or key is None or header is None or timed.keys() & {item["name"] for item in claims}:
        return None
    key_id = take(header, "kid") or ""
    lifetime, issued_at = timed.pop("exp", 0), timed.get("iat") == 0
    if issued_at:
        del timed["iat"]
    if header or lifetime <= 0:
        return None
    return {
        "claims": claims,
        "lifetime": lifetime,
        "issued_at": issued_at,
        "times": [row(name, str(offset)) for name, offset in timed.items()],
        "key": key,
        "repair": repaired,
        "algorithm": jwt.algorithm.upper(),
        "key_id": key_id,
    }
