"""OAuth 2.0 authorization code with Proof Key for Code Exchange (RFC 7636)."""

from __future__ import annotations

from typing import Any

from designer.connection.code import Writer
from designer.connection.form import Choice, FormItem
from designer.connection.kinds.base import Carry, Params, Recognition
from designer.connection.kinds.oauth2_code import OAuth2Code
from designer.connection.kinds.token_request import recognised
from designer.connection.sketch import AuthorizationSketch, Pairs, Text
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
    )

    def defaults(self, carry: Carry = Carry()) -> dict[str, Any]:  # noqa: B008
        return super().defaults(carry) | {"challenge_method": "S256"}

    def recognise(self, sketch: AuthorizationSketch) -> Recognition | None:
        rest = super().recognise(sketch)
        method = _method(sketch)
        params = dict(rest.params) if rest else {}
        opaque = set(rest.opaque) if rest else set()
        if method is None:
            return recognised(params, opaque | {"pkce"})
        return recognised(params | {"challenge_method": method}, opaque)

    def _extra(self, params: Params, writer: Writer) -> dict[str, RubyValue]:
        if "challenge_method" not in params:
            return {}
        plain = params["challenge_method"] == "plain"
        pairs = ["verifier: verifier", f"challenge: {'verifier' if plain else 'challenge'}"]
        pairs.append(f"challenge_method: {writer.string(params['challenge_method'])}")
        return {"pkce": writer.proc(("verifier", "challenge"), writer.hash(pairs, width=0))}

    def field_specs(self, params: Params) -> tuple[dict[str, RubyValue], ...]:
        return tuple(
            spec | {"optional": True} if spec["name"] == "client_secret" else spec
            for spec in super().field_specs(params)
        )


def _method(sketch: AuthorizationSketch) -> str | None:
    """The challenge method, where the platform's own verifier and challenge are handed back."""
    found = sketch.lambdas.get("pkce")
    result = found.single if found else None
    if not isinstance(result, Pairs) or {pair.key for pair in result.items} != {
        "verifier",
        "challenge",
        "challenge_method",
    }:
        return None
    method = result.get("challenge_method")
    if result.get("verifier") != Text("#{verifier}") or not isinstance(method, Text):
        return None
    expected = {"S256": "#{challenge}", "plain": "#{verifier}"}.get(method.template)
    return method.template if expected is not None and result.get("challenge") == Text(expected) else None
