"""Settings that are read but declared nowhere, and fields that nothing reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer.checks.context import Context, Finding, nearest, remove_fix, set_fix, table
from designer.checks.model import Fix, FixEdit, Severity
from designer.checks.registry import check
from designer.connection import FieldUse, brought_by, field_attributes, idle_fields
from designer.ruby import RubyCode
from designer.ruby.pointer import child

_NOT_THE_CONNECTION = ("methods", "object_definitions", "pick_lists", "elsewhere", "ngIf", "streams", "webhook_keys")


@check(
    "setting-undeclared",
    Severity.WARNING,
    "A setting nobody fills in",
    "There is no field of this name and nothing puts the value in place: it is always nil.",
    absence=True,
    trips=(
        "fields: [{ name: 'api_key', control_type: 'password' }], "
        "authorization: { type: 'api_key', apply: lambda { |connection| headers(k: connection['apikey']) } }",
    ),
    passes=(
        "fields: [{ name: 'k' }], authorization: { type: 'custom_auth', acquire: lambda { |connection| "
        "{ session: post('https://x.example/l', k: connection['k'])['s'] } }, refresh_on: [401], "
        "apply: lambda { |connection| headers(s: connection['session']) } }",
        "fields: [{ name: 'k' }], authorization: { type: 'custom_auth', acquire: lambda { |connection| "
        "post('https://x.example/l', k: connection['k']) }, refresh_on: [401], "
        "apply: lambda { |connection| headers(s: connection['whatever']) } }",
        "fields: [], authorization: { type: 'api_key', apply: lambda { |connection| "
        "headers(k: connection.member?('k') ? connection['k'] : 'x') } }",
        "fields: [], authorization: { type: 'multi', selected: lambda { |c| c['auth_type'] }, options: "
        "{ a: { type: 'api_key', fields: [{ name: 'k' }], apply: lambda { |connection| headers(k: "
        "connection['k']) } } } }, "
        "extended_fields: lambda { |_c| [{ name: 'auth_type' }] }",
    ),
)
def setting_undeclared(context: Context) -> Iterator[Finding]:
    brought = _brought(context)
    if context.design.dynamic_fields or brought is None or context.design.authorization is None:
        return
    declared = {field.name for field in context.fields}
    known = declared | brought | set(table("authorization", "settings")["names"])
    for name, uses in context.uses.items():
        if name in known:
            continue
        reading = [use for use in uses if not use.place.startswith(_NOT_THE_CONNECTION)]
        if reading and not _asked_for(context, name):
            yield _undeclared(context, name, reading[0], declared)


def _asked_for(context: Context, name: str) -> bool:
    """Whether the code asks first if the setting is there."""
    asks = rf"connection\s*\.\s*(?:member|key|has_key|include)\?[\s(]*['\":]+{re.escape(name)}\b"
    return re.search(asks, context.doc.source.decode()) is not None


def _undeclared(context: Context, name: str, use: FieldUse, declared: set[str]) -> Finding:
    meant = nearest(name, declared)
    hint = f" Did you mean {meant}?" if meant else ""
    fixes: tuple[Fix, ...] = ()
    title, attributes = f"Add the field {name}", field_attributes(name)
    listed = context.element("/connection/fields")
    if listed is None:
        connection = context.element("/connection")
        first = next((entry.key for entry in connection.entries), None) if connection is not None else None
        fixes = set_fix(title, "/connection/fields", [attributes], before=first)
    elif listed.kind == "array":
        fixes = set_fix(title, "/connection/fields/-", attributes)
    pointer = _pointer(context, use)
    element = context.element(pointer)
    if meant is not None and element is not None:
        raw = element.text.encode()
        start, end = use.start - element.start, use.end - element.start
        fixed = (raw[:start] + meant.encode() + raw[end:]).decode()
        fixes = (Fix(f"Read {meant}", (FixEdit(pointer, RubyCode(fixed)),)), *fixes)
    return Finding(pointer, f"{name} is read here, but there is no field {name}.{hint}", fixes, use.start, use.end)


def _pointer(context: Context, use: FieldUse) -> str:
    """The innermost key of the connector around a use."""
    element, pointer = context.doc.root, ""
    while element is not None and element.kind in ("hash", "array"):
        inner = [entry.element for entry in element.entries] or list(element.items)
        element = next((each for each in inner if each.start <= use.start < each.end), None)
        pointer = element.pointer if element is not None else pointer
    return pointer


def _brought(context: Context) -> set[str] | None:
    """Names that ``acquire`` and ``refresh`` put into the connection; None where they cannot be told."""
    names: set[str] = set()
    for auth in context.authorizations:
        for key in ("acquire", "refresh"):
            if key not in auth.slots:
                continue
            sketch = context.slot_sketch(auth, key)
            found = brought_by(sketch, auth) if sketch is not None else None
            if found is None:
                return None
            names |= set(found)
        if "extended_fields" in auth.slots:
            return None
    return names


@check(
    "field-never-read",
    Severity.NOTE,
    "Nothing reads this field",
    "The user fills in something the connector does not use.",
    absence=True,
    trips=(
        "fields: [{ name: 'api_key', control_type: 'password' }, { name: 'account' }], "
        "authorization: { type: 'api_key', apply: lambda { |connection| headers(k: connection['api_key']) } }",
    ),
    passes=(
        "fields: [{ name: 'api_key', control_type: 'password' }, { name: 'account' }], authorization: { type: "
        "'api_key', "
        "apply: lambda { |connection| headers(k: connection['api_key'], a: connection.dig('account')) } }",
        "fields: [{ name: 'user' }, { name: 'account' }], "
        "authorization: { type: 'custom_auth', apply: lambda { |connection| params(connection.merge(lang: 'en')) } }",
        "fields: [{ name: 'a' }, { name: 'b', ngIf: 'input.a == \"x\"' }], "
        "authorization: { type: 'api_key', apply: lambda { |connection| headers(k: connection['b']) } }",
        "fields: [{ name: 'aws_api_key', control_type: 'password' }, { name: 'aws_region' }], "
        "authorization: { type: 'custom_auth' }",
        "fields: [{ name: 'k' }, { name: '__disable_tls_server_cert_verification' }], "
        "authorization: { type: 'api_key', apply: lambda { |connection| headers(k: connection['k']) } }",
    ),
)
def field_never_read(context: Context) -> Iterator[Finding]:
    unread = idle_fields(context.doc, context.design, context.uses)
    for field in context.design.all_fields():
        if field.name in unread:
            fixes = remove_fix(f"Remove {field.name}", field.pointer)
            yield Finding(child(field.pointer, "name"), f"Nothing reads {field.name}.", fixes)
