"""OAuth 2.0 authorization code with Proof Key for Code Exchange (RFC 7636)."""

from __future__ import annotations

from typing import Any

from designer.connection.code import Writer
from designer.connection.form import Choice, FormItem
from designer.connection.kinds.base import Carry, Params, Recognition
from designer.connection.kinds.oauth2_code import OAuth2Code
from designer.connection.kinds.token_request import recognised
from designer.connection.sketch import AuthorizationSketch, Call, Pairs, Scalar, Text, Value
from designer.ruby.values import RubyValue


class OAuth2Pkce(OAuth2Code):
    name = "oauth2_pkce"
    title = "OAuth 2.0 authorization code with PKCE"
    summary = (
        "The authorization code flow with a secret made up for each sign-in, so that a stolen code is worth nothing. "
        "Take it wherever the provider supports it; a client secret becomes optional."
    )
    doc_url = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code-pkce.html"
    uses_pkce = True
    form = (
        *OAuth2Code.form,
        FormItem(
            "challenge_method",
            "Challenge method",
            "choice",
            "S256 sends a hash of the verifier; plain sends the verifier itself and protects little.",
            choices=(Choice("S256", "S256"), Choice("plain", "plain")),
            advanced=True,
            slot="pkce",
        ),
        FormItem(
            "verifier_length",
            "Length of the verifier",
            "number",
            "43 to 128 characters (RFC 7636, section 4.1). The platform makes one of 128; empty leaves it as it is.",
            placeholder="128",
            optional=True,
            advanced=True,
            slot="pkce",
        ),
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return super().defaults(carry) | {"challenge_method": "S256", "verifier_length": ""}

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        rest = super().recognise(sketch)
        proof = _proof(sketch)
        params = dict(rest.params) if rest else {}
        opaque = set(rest.opaque) if rest else set()
        return recognised(params | proof, opaque) if proof is not None else recognised(params, opaque | {"pkce"})

    def _extra(self, params: Params, writer: Writer) -> dict[str, RubyValue]:
        if "challenge_method" not in params:
            return {}
        length = params.get("verifier_length")
        challenge = "challenge"
        if params["challenge_method"] == "plain":
            challenge = "verifier"
        elif length:
            challenge = f"verifier.encode_sha256.encode_urlsafe_base64.delete({writer.string('=')})"
        pairs = ["verifier: verifier", f"challenge: {challenge}"]
        pairs.append(f"challenge_method: {writer.string(params['challenge_method'])}")
        own = [f"verifier = verifier[0, {int(length)}]"] if length else []
        return {"pkce": writer.proc(("verifier", "challenge"), [*own, *writer.hash(pairs, width=0)])}

    def field_specs(self, params: Params) -> tuple[dict[str, RubyValue], ...]:
        return tuple(
            spec | {"optional": True} if spec["name"] == "client_secret" else spec
            for spec in super().field_specs(params)
        )


def _proof(sketch: AuthorizationSketch) -> dict[str, Any] | None:
    """Method and length, where the platform's own verifier goes back whole or cut short, and the challenge fits it."""
    found = sketch.lambdas.get("pkce")
    result = found.single if found else None
    if not isinstance(result, Pairs) or {pair.key for pair in result.items} != {
        "verifier",
        "challenge",
        "challenge_method",
    }:
        return None
    method, verifier, challenge = (result.get(key) for key in ("challenge_method", "verifier", "challenge"))
    length: int | str = ""
    hashed: Value = Text("#{challenge}")
    if isinstance(verifier, Call):
        match verifier:
            case Call("first", (Text("#{verifier}"), Scalar(int() as count))) if count > 0:
                length = count
            case _:
                return None
        hashed = Call("unpadded", (Call("encode_urlsafe_base64", (Call("encode_sha256", (verifier,)),)),))
    elif verifier != Text("#{verifier}"):
        return None
    if not isinstance(method, Text) or challenge != {"S256": hashed, "plain": verifier}.get(method.template):
        return None
    return {"challenge_method": method.template, "verifier_length": length}
