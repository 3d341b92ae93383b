"""Secrets that can be seen."""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.context import Context, Finding, set_fix
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.connection import looks_secret
from designer.connection.sketch import LambdaSketch, Pairs, Text, Value
from designer.connection.template import chips
from designer.ruby import Symbol
from designer.ruby.pointer import child

_MASKABLE = (None, "text", "plain-text", "text-area", "plain-text-area")


@check(
    "secret-not-masked",
    Severity.WARNING,
    "A secret is shown in clear",
    "Whoever looks over the user's shoulder, and every log, can read it. The password control masks it.",
    trips=(
        "fields: [{ name: 'api_key', label: 'API key' }]",
        "fields: [{ name: 'client_secret', control_type: 'text' }]",
        "authorization: { type: 'multi', options: { a: { type: 'none', fields: [{ name: 'password' }] } } }",
    ),
    passes=(
        "fields: [{ name: 'api_key', control_type: 'password' }, { name: 'token_url' }, { name: 'key_id' }]",
        "fields: [{ name: 'password', control_type: :password }, { name: 'secret_name' }]",
        "fields: [{ name: 'auth_token_type', control_type: 'select', options: [] }]",
    ),
    doc_url="https://docs.workato.com/developing-connectors/sdk/sdk-reference/schema.html#control-types",
)
def secret_not_masked(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        control = field.attributes.get("control_type")
        written = control.name if isinstance(control, Symbol) else control
        if written not in _MASKABLE or not looks_secret(field.name):
            continue
        pointer = child(field.pointer, "control_type")
        yield Finding(
            pointer if control is not None else child(field.pointer, "name"),
            f"{field.name} looks like a secret but is shown in clear.",
            set_fix("Use password", pointer, Symbol("password") if isinstance(control, Symbol) else "password"),
        )


@check(
    "secret-in-the-file",
    Severity.WARNING,
    "A secret is written into the file",
    "Everyone who gets the connector gets the secret, and changing it means a new version for all. "
    "Treat it as lost: have the provider issue a new one.",
    trips=(
        "authorization: { type: 'oauth2', client_id: 'abc', client_secret: 'shhh', apply: lambda { |c, t| "
        "headers(a: t) } }",
        "authorization: { type: 'oauth2', client_secret: lambda { 'shhh' } }",
        "authorization: { type: 'custom_auth', acquire: lambda { |c| post('https://x.example/t')"
        ".payload(client_id: c['id'], client_secret: 'shhh') } }",
    ),
    passes=(
        "authorization: { type: 'oauth2', client_secret: lambda { |connection| connection['client_secret'] } }",
        "authorization: { type: 'oauth2', client_secret: lambda { account_property('secret') } }",
        "authorization: { type: 'oauth2', client_secret: '' }",
        "authorization: { type: 'basic_auth', apply: lambda { |c| user(c['api_key']) \n password('') } }",
        "authorization: { type: 'basic_auth', apply: lambda { |c| user(c['api_key']) \n password('x') } }",
    ),
)
def secret_in_the_file(context: Context) -> Iterator[Finding]:
    for auth in context.authorizations:
        slot = auth.slots.get("client_secret")
        pointer = child(auth.pointer, "client_secret")
        sketch = context.slot_sketch(auth, "client_secret")
        if (slot is not None and _literal(slot.value)) or (sketch is not None and _spelt_out(sketch.single)):
            yield Finding(pointer, "The client secret is written into the file.")
        for key in ("acquire", "refresh", "apply", "credentials"):
            found = context.slot_sketch(auth, key)
            if found is not None and (name := _secret_row(found)) is not None:
                yield Finding(child(auth.pointer, key), f"A secret ({name}) is written into {key}.", key=True)


def _literal(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _spelt_out(value: Value | None) -> bool:
    return isinstance(value, Text) and bool(value.template.strip()) and not chips(value.template)


def _secret_row(sketch: LambdaSketch) -> str | None:
    """The name of a secret-looking key whose value stands in the code."""
    for value in sketch.everything():
        for pair in value.items if isinstance(value, Pairs) else ():
            long_enough = isinstance(pair.value, Text) and len(pair.value.template) > 3
            if pair.key.lower() in _ROWS and long_enough and _spelt_out(pair.value):
                return pair.key
    return None


_ROWS = frozenset({"client_secret", "password", "api_key", "apikey", "secret", "access_token", "api_token"})
