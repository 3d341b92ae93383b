"""Several authorizations and the choice between them."""

from __future__ import annotations

from collections.abc import Iterator

from designer.checks.context import Context, Finding, set_fix
from designer.checks.model import Severity
from designer.checks.registry import check
from designer.connection import Authorization, Field
from designer.connection.preview import choices
from designer.ruby.pointer import child

_DOC = "https://docs.workato.com/developing-connectors/sdk/guides/authentication/multi_auth.html"
_CHOOSER = "fields: [{ name: 'kind', control_type: 'select', options: [['Key', 'key'], ['Open', 'open']] }]"
_SELECTED = "type: 'multi', selected: lambda { |connection| connection['kind'] }"
_OPTIONS = "options: { key: { type: 'api_key', apply: lambda { |c| headers(a: c['b']) } }, open: { type: 'none' } }"


def _multi(context: Context) -> Authorization | None:
    auth = context.design.authorization
    return auth if auth is not None and auth.kind == "multi" else None


def _chooser(context: Context) -> tuple[Field, frozenset[str]] | None:
    """The field that chooses and the values it offers, where both are known."""
    auth = _multi(context)
    if auth is None or auth.parameters is None:
        return None
    field = next((each for each in context.design.fields if each.name == auth.parameters["field"]), None)
    values = frozenset(value for _, value in choices(field)) if field is not None else frozenset()
    return (field, values) if field is not None and values else None


@check(
    "options-missing",
    Severity.ERROR,
    "Nothing to choose from",
    "A multi authorization without options cannot connect.",
    absence=True,
    trips=("authorization: { type: 'multi', selected: lambda { |c| c['kind'] } }",),
    passes=(f"{_CHOOSER}, authorization: {{ {_SELECTED}, {_OPTIONS} }}",),
    doc_url=_DOC,
)
def options_missing(context: Context) -> Iterator[Finding]:
    auth = _multi(context)
    element = context.element(child(auth.pointer, "options")) if auth is not None else None
    if auth is not None and (element is None or (element.kind == "hash" and not element.entries)):
        yield Finding(child(auth.pointer, "options"), "This multi authorization has no options.")


@check(
    "selected-missing",
    Severity.NOTE,
    "selected is left to the platform",
    "Without selected the platform reads the field auth_type; the official command line fails.",
    absence=True,
    trips=(f"fields: [{{ name: 'auth_type' }}], authorization: {{ type: 'multi', {_OPTIONS} }}",),
    passes=(f"{_CHOOSER}, authorization: {{ {_SELECTED}, {_OPTIONS} }}",),
    doc_url=_DOC,
)
def selected_missing(context: Context) -> Iterator[Finding]:
    auth = _multi(context)
    if auth is not None and "selected" not in auth.slots and auth.type == "multi":
        written = context.writer.proc(("connection",), [context.writer.setting("auth_type")])
        fixes = set_fix("Add selected", child(auth.pointer, "selected"), written, before="options")
        yield Finding(auth.pointer, "There is no selected.", fixes, key=True)


@check(
    "option-unreachable",
    Severity.WARNING,
    "An option nobody can choose",
    "No choice of the field that selects stands for it.",
    absence=True,
    trips=(
        "fields: [{ name: 'kind', control_type: 'select', options: [['Key', 'key']] }], "
        f"authorization: {{ {_SELECTED}, {_OPTIONS} }}",
    ),
    passes=(
        f"{_CHOOSER}, authorization: {{ {_SELECTED}, {_OPTIONS} }}",
        "fields: [{ name: 'kind', control_type: 'select', options: [['Key', 'key']] }], authorization: "
        f"{{ type: 'multi', selected: lambda {{ |c| c['kind'] || 'open' }}, {_OPTIONS} }}",
    ),
    doc_url=_DOC,
)
def option_unreachable(context: Context) -> Iterator[Finding]:
    auth, chooser = _multi(context), _chooser(context)
    if auth is None or auth.parameters is None or chooser is None:
        return
    for key, option in auth.options.items():
        if key not in chooser[1] and key != auth.parameters["fallback"]:
            yield Finding(option.pointer, f"No choice of {chooser[0].name} has the value {key}.", key=True)


@check(
    "choice-without-option",
    Severity.ERROR,
    "A choice that leads nowhere",
    "A user who chooses it cannot connect: there is no option of that name.",
    absence=True,
    trips=(
        "fields: [{ name: 'kind', control_type: 'select', options: [['Key', 'Key'], ['Open', 'open']] }], "
        f"authorization: {{ {_SELECTED}, {_OPTIONS} }}",
    ),
    passes=(f"{_CHOOSER}, authorization: {{ {_SELECTED}, {_OPTIONS} }}",),
    doc_url=_DOC,
)
def choice_without_option(context: Context) -> Iterator[Finding]:
    auth, chooser = _multi(context), _chooser(context)
    if auth is None or chooser is None or not auth.options:
        return
    field, values = chooser
    key = "options" if "options" in field.attributes else "pick_list"
    for value in sorted(values - set(auth.options)):
        yield Finding(child(field.pointer, key), f"There is no option {value} among the authorizations.")
