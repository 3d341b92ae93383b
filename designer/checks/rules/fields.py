"""The attributes of fields."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from designer.checks.context import Context, Finding, nearest, remove_fix, set_fix, table
from designer.checks.model import Fix, FixEdit, Severity
from designer.checks.registry import check
from designer.connection import Field, NgIfError, parse_condition
from designer.connection.preview import choices
from designer.ruby import Lambda, RubyCode, RubyValue, Symbol
from designer.ruby.pointer import child, parent

_SCHEMA = "https://docs.workato.com/developing-connectors/sdk/sdk-reference/schema.html"


@check(
    "field-without-name",
    Severity.ERROR,
    "A field has no name",
    "Without a name no lambda can read what the user filled in.",
    absence=True,
    trips=("fields: [{ label: 'API key' }]",),
    passes=("fields: [{ name: 'api_key', control_type: 'password' }]",),
    doc_url=_SCHEMA,
)
def field_without_name(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        if field.attributes.get("name") in (None, ""):
            yield Finding(field.pointer, "This field has no name.")


@check(
    "field-twice",
    Severity.ERROR,
    "Two fields have the same name",
    "The form shows both, but there is one value: the user cannot know which of the two counts.",
    trips=("fields: [{ name: 'host' }, { name: 'host' }]",),
    passes=(
        "fields: [{ name: 'host' }, { name: 'port' }]",
        "authorization: { type: 'multi', options: { a: { type: 'none', fields: [{ name: 'k' }] }, "
        "b: { type: 'none', fields: [{ name: 'k' }] } } }",
    ),
)
def field_twice(context: Context) -> Iterator[Finding]:
    shared = {field.name for field in context.design.fields}
    seen: dict[str, set[str]] = defaultdict(set)
    for field in context.design.all_fields():
        place = parent(field.pointer)[0]
        doubled = field.name in seen[place] or (place != "/connection/fields" and field.name in shared)
        if field.name and doubled:
            yield Finding(child(field.pointer, "name"), f"There is a field “{field.name}” already.")
        seen[place].add(field.name)


@check(
    "field-name-odd",
    Severity.WARNING,
    "A name that conditions cannot spell",
    "ngIf names a field as input.name: a name with blanks or signs in it cannot be written there.",
    trips=("fields: [{ name: 'api key' }]", "fields: [{ name: '2nd_key' }]", "fields: [{ name: 'key?' }]"),
    passes=("fields: [{ name: 'api_key' }, { name: 'x-api-key' }, { name: 'clientId' }, { name: 'größe' }]",),
    doc_url=_SCHEMA,
)
def field_name_odd(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        if field.name and not re.fullmatch(r"[^\W\d][\w-]*", field.name):
            text = f"“{field.name}” is no plain name: letters, digits and underscores."
            yield Finding(child(field.pointer, "name"), text)


@check(
    "optional-not-boolean",
    Severity.WARNING,
    "optional is a text",
    "Every text counts as true, so optional: 'false' makes the field optional.",
    trips=("fields: [{ name: 'host', optional: 'false' }]",),
    passes=("fields: [{ name: 'host', optional: false }]",),
)
def optional_not_boolean(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        for key in ("optional", "sticky", "extends_schema"):
            value = field.attributes.get(key)
            if isinstance(value, str):
                pointer, meant = child(field.pointer, key), value.strip().lower() != "false"
                written = "true" if meant else "false"
                yield Finding(
                    pointer, f"{key} is the text '{value}', not {written}.", set_fix(f"Write {written}", pointer, meant)
                )


@check(
    "unknown-control-type",
    Severity.WARNING,
    "Unknown control type",
    "The platform falls back to a line of text: no masking, no list of choices.",
    trips=("fields: [{ name: 'host', control_type: 'txt' }]", "fields: [{ name: 'key', control_type: :passwrd }]"),
    passes=("fields: [{ name: 'host', control_type: 'text' }, { name: 'a', control_type: :select, options: [] }]",),
    doc_url=f"{_SCHEMA}#control-types",
)
def unknown_control_type(context: Context) -> Iterator[Finding]:
    known = table("controls", "controls")
    for field in context.fields:
        written = _word(field.attributes.get("control_type"))
        if written is None or written in known:
            continue
        pointer = child(field.pointer, "control_type")
        meant = (
            _ALSO_KNOWN_AS.get(written.lower()) or nearest(written, known) or nearest(written.replace("_", "-"), known)
        )
        hint = f" Did you mean {meant}?" if meant else ""
        value = Symbol(meant or "") if isinstance(field.attributes.get("control_type"), Symbol) else meant
        fixes = set_fix(f"Use {meant}", pointer, value) if meant else ()
        yield Finding(pointer, f"There is no control type {written}.{hint}", fixes)


_ALSO_KNOWN_AS = {
    "boolean": "checkbox",
    "string": "text",
    "textarea": "text-area",
    "text_area": "text-area",
    "secret": "password",
    "dropdown": "select",
    "picklist": "select",
    "pick_list": "select",
    "multi_select": "multiselect",
    "multi-select": "multiselect",
    "datetime": "date_time",
    "date-time": "date_time",
    "uri": "url",
}


@check(
    "unknown-attribute",
    Severity.NOTE,
    "Probably a misspelt attribute",
    "The platform ignores attributes it does not know.",
    trips=("fields: [{ name: 'host', optinal: true }]",),
    passes=("fields: [{ name: 'host', my_own_marker: true, ngIf: 'input.a' }, { name: 'a' }]",),
    doc_url=_SCHEMA,
)
def unknown_attribute(context: Context) -> Iterator[Finding]:
    known = table("fields", "attributes")
    for field in context.fields:
        for key, value in field.attributes.items():
            meant = _same_but_case(key) or nearest(key, known) if key not in known else None
            if meant is None or meant in field.attributes:
                continue
            pointer = child(field.pointer, key)
            edits = (FixEdit(pointer, remove=True), FixEdit(child(field.pointer, meant), value))
            yield Finding(
                pointer, f"There is no attribute {key}. Did you mean {meant}?", (Fix(f"Use {meant}", edits),), key=True
            )


def _same_but_case(key: str) -> str | None:
    return "ngIf" if key.lower().replace("_", "").replace("-", "") == "ngif" else None


@check(
    "select-without-options",
    Severity.ERROR,
    "A select without choices",
    "The user sees an empty list and cannot connect.",
    absence=True,
    trips=("fields: [{ name: 'region', control_type: 'select' }]",),
    passes=(
        "fields: [{ name: 'region', control_type: 'select', pick_list: [%w[EU eu]] }]",
        "fields: [{ name: 'region', control_type: 'select', options: [['EU', 'eu']] }]",
    ),
)
def select_without_options(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        if _word(field.attributes.get("control_type")) not in ("select", "multiselect"):
            continue
        if not {"options", "pick_list"} & set(field.attributes):
            yield Finding(child(field.pointer, "control_type"), "This select has no options to choose from.")


@check(
    "pick-list-by-name",
    Severity.ERROR,
    "Choices cannot be looked up here",
    "A named pick list or a lambda needs a connection, and there is none yet while the form is filled in.",
    trips=(
        "fields: [{ name: 'region', control_type: 'select', pick_list: 'regions' }]",
        "fields: [{ name: 'region', control_type: 'select', options: lambda { [['EU', 'eu']] } }]",
    ),
    passes=("fields: [{ name: 'region', control_type: 'select', pick_list: [['EU', 'eu']] }]",),
)
def pick_list_by_name(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        for key in ("options", "pick_list"):
            value = field.attributes.get(key)
            if isinstance(value, str | Symbol | Lambda):
                what = "a lambda" if isinstance(value, Lambda) else "the name of a pick list"
                yield Finding(
                    child(field.pointer, key), f"{key} is {what}; in a connection the choices must stand in place."
                )


@check(
    "default-not-an-option",
    Severity.WARNING,
    "The default is not among the choices",
    "The form starts with a value that no choice stands for: the label instead of the value, as a rule.",
    trips=("fields: [{ name: 'env', control_type: 'select', options: [['Live', 'live']], default: 'Live' }]",),
    passes=("fields: [{ name: 'env', control_type: 'select', options: [['Live', 'live']], default: 'live' }]",),
)
def default_not_an_option(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        default, listed = field.attributes.get("default"), choices(field)
        if not listed or not isinstance(default, str) or _word(field.attributes.get("control_type")) != "select":
            continue
        if default in {value for _, value in listed} or not _complete(field):
            continue
        pointer = child(field.pointer, "default")
        meant = next((value for label, value in listed if label.lower() == default.lower()), None)
        fixes = set_fix(f"Use {meant}", pointer, meant) if meant else ()
        yield Finding(pointer, f"The default {default} is none of the values to choose from.", fixes)


def _complete(field: Field) -> bool:
    """Whether every choice is a literal pair of texts."""
    listed = field.attributes.get("options", field.attributes.get("pick_list"))
    return isinstance(listed, list) and all(
        isinstance(pair, list) and len(pair) >= 2 and not isinstance(pair[1], RubyCode | Lambda) for pair in listed
    )


@check(
    "subdomain-without-url",
    Severity.NOTE,
    "A subdomain control without its suffix",
    "The user does not see what the subdomain belongs to and pastes a whole address.",
    absence=True,
    trips=("fields: [{ name: 'subdomain', control_type: 'subdomain' }]",),
    passes=("fields: [{ name: 'subdomain', control_type: 'subdomain', url: '.example.com' }]",),
)
def subdomain_without_url(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        if _word(field.attributes.get("control_type")) == "subdomain" and "url" not in field.attributes:
            yield Finding(
                child(field.pointer, "control_type"),
                "A subdomain control shows the rest of the host behind the field: give it as url.",
            )


@check(
    "ngif-invalid",
    Severity.ERROR,
    "A condition that cannot be read",
    "The form cannot work out whether to show the field.",
    trips=('fields: [{ name: "a" }, { name: "b", ngIf: "input.a = \'x\'" }]',),
    passes=("fields: [{ name: 'a' }, { name: 'b', ngIf: '!(input[\"a\"] == \"x\") && input.a != 3' }]",),
)
def ngif_invalid(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        text = field.attributes.get("ngIf")
        if isinstance(text, str):
            try:
                parse_condition(text)
            except NgIfError as error:
                yield Finding(child(field.pointer, "ngIf"), f"{error} (at “{text[error.offset : error.offset + 12]}”)")


@check(
    "ngif-unknown-field",
    Severity.ERROR,
    "A condition on a field that does not exist",
    "The condition is never true, so the user never sees the field.",
    absence=True,
    trips=("fields: [{ name: 'auth_type' }, { name: 'key', ngIf: 'input.authtype == \"k\"' }]",),
    passes=("fields: [{ name: 'auth_type' }, { name: 'key', ngIf: 'input.auth_type == \"k\"' }]",),
)
def ngif_unknown_field(context: Context) -> Iterator[Finding]:
    if context.design.dynamic_fields:
        return
    names = {field.name for field in context.fields}
    for field in context.fields:
        text = field.attributes.get("ngIf")
        if not isinstance(text, str):
            continue
        try:
            unknown = [name for name in parse_condition(text).names if name not in names]
        except NgIfError:
            continue
        for name in unknown:
            pointer, meant = child(field.pointer, "ngIf"), nearest(name, names)
            hint = f" Did you mean {meant}?" if meant else ""
            fixes = set_fix(f"Read {meant}", pointer, text.replace(name, meant)) if meant else ()
            yield Finding(pointer, f"There is no field {name}.{hint}", fixes)


def _word(value: RubyValue) -> str | None:
    return value.name if isinstance(value, Symbol) else value if isinstance(value, str) else None


@check(
    "attribute-without-effect",
    Severity.NOTE,
    "Two spellings of the same attribute",
    "options and pick_list mean the same; where both stand, only one of them counts.",
    trips=("fields: [{ name: 'e', control_type: 'select', options: [['A', 'a']], pick_list: [['B', 'b']] }]",),
    passes=("fields: [{ name: 'e', control_type: 'select', options: [['A', 'a']] }]",),
)
def attribute_without_effect(context: Context) -> Iterator[Finding]:
    for field in context.fields:
        if {"options", "pick_list"} <= set(field.attributes):
            pointer = child(field.pointer, "pick_list")
            yield Finding(pointer, "There is an options list too.", remove_fix("Remove pick_list", pointer), key=True)
