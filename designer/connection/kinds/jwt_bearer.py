"""A signed assertion traded for an access token (RFC 7523)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from designer.connection.code import DEFAULT_STYLE, Writer
from designer.connection.form import NAME_AND_VALUE, Choice, FormItem, row
from designer.connection.kinds.base import Carry, Kind, Params, Recognition
from designer.connection.kinds.common import (
    BEARER,
    BODY,
    DETECT_ON,
    EXTRAS,
    KEEP,
    QUERY,
    REFRESH_ON,
    REQUEST_HEADERS,
    TOKEN_HEADER,
    acquire_lambda,
    kept_reply,
    request_lines,
    rows_of,
    take,
    template_of,
)
from designer.connection.kinds.token_request import TOKEN_URL, open_slots, recognised, render_rest
from designer.connection.sketch import AuthorizationSketch, Call, Instant, Jwt, Pair, Pairs
from designer.ruby.values import RubyValue

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512")


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
        TOKEN_URL,
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
        REFRESH_ON,
        FormItem("issued_at", "Say when it was signed (iat)", "switch", advanced=True, slot="acquire"),
        replace(EXTRAS, help="Besides grant_type and assertion."),
        REQUEST_HEADERS,
        KEEP,
        QUERY,
        BODY,
        DETECT_ON,
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        url = carry.url("/oauth/token")
        return {
            "token_url": url,
            "claims": [row("iss", carry.field("client_id", "issuer", "client_email")), row("aud", url)],
            "lifetime": 3600,
            "issued_at": True,
            "key": carry.field("private_key"),
            "algorithm": "RS256",
            "key_id": "",
            "extras": [],
            "request_headers": [],
            "keep": [row("access_token", "access_token")],
            "headers": list(BEARER),
            "params": [],
            "payload": [],
            "refresh_on": ["401"],
            "detect_on": [],
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
        return recognised(*open_slots(sketch, {"acquire": _assertion(sketch)}))

    def render(self, params: Params, writer: Writer = DEFAULT_STYLE) -> dict[str, RubyValue]:
        keys: dict[str, RubyValue] = {"type": self.type}
        if "token_url" in params:
            keys["acquire"] = _acquire(params, writer)
        return keys | render_rest(params, writer)


def _acquire(params: Params, writer: Writer) -> RubyValue:
    issued = ["iat: issued_at"] if params["issued_at"] else []
    own = [item for item in params["claims"] if item["name"] not in ("iat", "exp")]
    claims = [*writer.rows(own), *issued, f"exp: issued_at + {int(params['lifetime'])}"]
    signed = ["claims", writer.text(params["key"]), writer.string(params["algorithm"])]
    if params["key_id"]:
        signed.append(f"kid: {writer.text(params['key_id'])}")
    opening, *rest = writer.hash(claims, width=0)
    before = ["issued_at = now.to_i", f"claims = {opening}", *rest]
    first, *more = writer.call("workato.jwt_encode", signed)
    before += [f"assertion = {first}", *more]
    inner = writer.with_locals("assertion")
    rows = [row("grant_type", GRANT), row("assertion", "#{assertion}"), *params["extras"]]
    request = request_lines(inner, params["token_url"], rows, "form", headers=params["request_headers"])
    return acquire_lambda(writer, request, params["keep"], before)


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
    return {"token_url": url, **statement, "extras": rows, "request_headers": headers, "keep": keep}


def _statement(jwt: Jwt) -> dict[str, Any] | None:
    if not isinstance(jwt.claims, Pairs) or jwt.algorithm.upper() not in ALGORITHMS:
        return None
    timed: dict[str, Instant] = {}
    texts: list[Pair] = []
    for pair in jwt.claims.items:
        if isinstance(pair.value, Instant) and pair.key in ("iat", "exp") and pair.key not in timed:
            timed[pair.key] = pair.value
        else:
            texts.append(pair)
    claims, key = rows_of(Pairs(tuple(texts))), template_of(jwt.key)
    header = rows_of(jwt.headers)
    if claims is None or key is None or header is None or "exp" not in timed:
        return None
    key_id = take(header, "kid") or ""
    if header or timed.get("iat", Instant()).offset != 0 or timed["exp"].offset <= 0:
        return None
    return {
        "claims": claims,
        "lifetime": timed["exp"].offset,
        "issued_at": "iat" in timed,
        "key": key,
        "algorithm": jwt.algorithm.upper(),
        "key_id": key_id,
    }
