"""What lies within one field (its options, fields nested in it, its alternative) and around it: the fields its
condition may ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from designer.connection.labels import label_for
from designer.connection.model import Design, Field
from designer.connection.preview import choices
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ruby.edit import compose
from designer.ruby.pointer import child, parent
from designer.ruby.values import Lambda, RubyCode, RubyValue, Symbol

__all__ = [
    "AskedField",
    "Options",
    "add_alternative",
    "add_nested",
    "asked_fields",
    "innermost",
    "nested_fields",
    "options_of",
    "text_of",
]

_WITH_OPTIONS = ("select", "multiselect")


@dataclass(frozen=True, slots=True)
class AskedField:
    """A field that a condition can ask: ``values`` are those it can have, value to title; ``truth`` where it is true
    or false."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    truth: bool = False


@dataclass(frozen=True, slots=True)
class Options:
    """What a select offers. ``key`` is the attribute it is written under, ``rows`` are title and value as texts;
    ``literal`` is False where code makes them."""

    key: str
    rows: tuple[tuple[str, str], ...]
    literal: bool


def text_of(value: RubyValue) -> str:
    """A literal as the person wrote it, "" for nil; code as its text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, RubyCode | Lambda):
        return value.text
    return str(value)


def options_of(attributes: Mapping[str, RubyValue]) -> Options | None:
    """The options of a field that has some or is to have some; None for any other."""
    key = "pick_list" if "pick_list" in attributes and "options" not in attributes else "options"
    given = attributes.get(key)
    if given is None and attributes.get("control_type") not in _WITH_OPTIONS:
        return None
    listed = _listed(given)
    return Options(key, tuple(_option(item) for item in listed or ()), given is None or listed is not None)


def innermost(document: Document, one: Field, focus: str) -> Field:
    """The innermost field within ``one`` that the pointer ``focus`` leads to, or ``one`` itself."""
    found = one
    while focus.startswith(found.pointer + "/"):
        steps = focus[len(found.pointer) + 1 :].split("/")
        pointer = found.pointer
        if steps[0] == "toggle_field":
            pointer = child(pointer, "toggle_field")
        elif steps[0] == "properties" and len(steps) > 1:
            pointer = child(child(pointer, "properties"), steps[1])
        else:
            break
        element = document.find(pointer)
        if element is None or element.kind != "hash":
            break
        found = Field(pointer, {entry.key: entry.element.value for entry in element.entries})
    return found


def nested_fields(one: Field) -> tuple[tuple[str, str], ...]:
    """Name and pointer of each field nested in ``one``."""
    array = child(one.pointer, "properties")
    listed = _listed(one.attributes.get("properties")) or ()
    return tuple(
        (text_of(item.get("name")) if isinstance(item, Mapping) else "?", child(array, index))
        for index, item in enumerate(listed)
    )


def asked_fields(design: Design, one: Field) -> tuple[AskedField, ...]:
    """The fields that ``one`` may depend on: its neighbours and those of all options."""
    array = parent(one.pointer)[0]
    found: list[AskedField] = []
    for other in design.all_fields():
        if other.pointer == one.pointer or parent(other.pointer)[0] not in (array, "/connection/fields"):
            continue
        truth = other.attributes.get("control_type") == "checkbox" or other.attributes.get("type") == "boolean"
        values = {"true": "true", "false": "false"} if truth else {value: title for title, value in choices(other)}
        if other.name:
            found.append(AskedField(other.name, values, truth))
    return tuple(found)


def add_nested(document: Document, one: Field) -> Change:
    """One more field within ``one``, last. Raises ``EditError`` where code makes them."""
    array = child(one.pointer, "properties")
    count = len(nested_fields(one))
    new: dict[str, RubyValue] = {"name": f"field_{count + 1}", "label": f"Field {count + 1}"}
    return document.insert(child(array, "-"), new) if count else document.set(array, [new])


def add_alternative(document: Document, one: Field) -> Change:
    """A text field to give the same value otherwise (``toggle_field``), with a word on the switch to it."""
    alternative: dict[str, RubyValue] = {
        "name": one.name,
        "label": text_of(one.attributes.get("label")) or label_for(one.name),
        "type": "string",
        "control_type": "text",
    }
    steps = [lambda doc: doc.set(child(one.pointer, "toggle_field"), alternative)]
    if "toggle_hint" not in one.attributes:
        steps.append(lambda doc: doc.set(child(one.pointer, "toggle_hint"), "Enter a value of your own"))
    return compose(document, *steps)


def _listed(value: RubyValue) -> Sequence[RubyValue] | None:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else None


def _option(item: RubyValue) -> tuple[str, str]:
    pair = _listed(item)
    if pair is None:
        return text_of(item), text_of(item)
    title, value, *_ = [*(text_of(cell) for cell in pair[:2]), "", ""]
    return title, value
