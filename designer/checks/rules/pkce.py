"""Proof keys for the code (RFC 7636)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding, set_fix
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.checks.rules.oauth import REST, WITH_TOKEN_URL
from designer.connection.sketch import Pairs, Text
from designer.connection.template import chips
from designer.ruby.pointer import child


@check(
    "pkce-plain",
    Severity.WARNING,
    "The challenge gives the verifier away",
    "With the method plain the challenge is the verifier itself: whoever sees the authorization URL can use the code.",
    trips=(
        f"{WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: v, challenge_method: 'plain' }} }}, {REST} }}",
    ),
    passes=(
        f"{WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: c, challenge_method: 'S256' }} }}, {REST} }}",
    ),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code-pkce.html",
)
def pkce_plain(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        sketch = context.slot_sketch(auth, "pkce")
        result = sketch.single if sketch else None
        if isinstance(result, Pairs) and result.get("challenge_method") == Text("plain"):
            body = ["{ verifier: verifier, challenge: challenge, challenge_method: 'S256' }"]
            fixed = context.writer.proc(("verifier", "challenge"), body)
            pointer = child(auth.pointer, "pkce")
            yield Finding(pointer, "The challenge method is plain.", set_fix("Use S256", pointer, fixed), key=True)


@check(
    "pkce-verifier",
    Severity.ERROR,
    "A verifier that breaks the rules",
    "RFC 7636 wants 43 to 128 characters, made anew for each sign-in; a fixed verifier protects nothing.",
    trips=(
        f"{WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: 'abc', challenge: 'abc', challenge_method: 'S256' }} }}, {REST} }}",
        f"{WITH_TOKEN_URL}, pkce: lambda {{ |v, c| {{ verifier: SecureRandom.hex(16), challenge: c }} }}, {REST} }}",
    ),
    passes=(
        f"{WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: c, challenge_method: 'S256' }} }}, {REST} }}",
    ),
)
def pkce_verifier(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        sketch = context.slot_sketch(auth, "pkce")
        result = sketch.single if sketch else None
        pointer = child(auth.pointer, "pkce")
        verifier = result.get("verifier") if isinstance(result, Pairs) else None
        if isinstance(verifier, Text) and not chips(verifier.template):
            yield Finding(pointer, "The verifier is always the same text.", key=True)
        made = re.search(r"SecureRandom\.(hex|urlsafe_base64|alphanumeric)\((\d+)\)", context.text(pointer))
        if made is not None:
            length = {"hex": 2.0, "urlsafe_base64": 4 / 3, "alphanumeric": 1.0}[made[1]] * int(made[2])
            if not 43 <= length <= 128:
                yield Finding(
                    pointer, f"The verifier has about {int(length)} characters; 43 to 128 are allowed.", key=True
                )


@check(
    "pkce-official-cli",
    Severity.NOTE,
    "The official command line leaves PKCE out",
    "The Gemfile of this project names the official SDK, whose sign-in sends no challenge: a provider that insists on "
    "PKCE refuses it there. The platform and the sign-in of this tool send it.",
    trips=(
        f"{WITH_TOKEN_URL}"
        f", pkce: lambda {{ |v, c| {{ verifier: v, challenge: c, challenge_method: 'S256' }} }}, {REST} }}",
    ),
    passes=(f"{WITH_TOKEN_URL}, {REST} }}",),
    doc_url="https://docs.workato.com/developing-connectors/sdk/guides/authentication/oauth/auth-code-pkce.html",
)
def pkce_official_cli(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations if context.official else ():
        if "pkce" in auth.slots:
            yield Finding(child(auth.pointer, "pkce"), "The official command line signs in without pkce.", key=True)
