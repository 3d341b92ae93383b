"""Turning a connection with one authorization into one with several, and adding or removing options."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from designer.connection.carrying import carry_for
from designer.connection.field_edits import CONNECTION_FIELDS, add_field, field_uses
from designer.connection.kinds import KINDS, Carry
from designer.connection.kinds.multi import CHOOSER
from designer.connection.labels import suggested_label
from designer.connection.model import Design
from designer.connection.reading import read
from designer.connection.spacing import insert_spaced
from designer.connection.style import writer_for
from designer.ruby import Document, EditError, Element, RubyCode, RubyValue
from designer.ruby.change import Change
from designer.ruby.edit import compose
from designer.ruby.pointer import child

__all__ = ["AUTHORIZATION", "add_option", "convert_to_multi", "remove_option"]

AUTHORIZATION = "/connection/authorization"


def convert_to_multi(doc: Document, option: str | None = None) -> Change:
    """The authorization becomes the first option of a multi authorization, its text as it stands.

    Fields that only the authorization reads move into the option; a field ``auth_type`` to choose with is added, and
    connections made before keep working because the option is the fallback. Raises ``EditError`` where there is no
    authorization or it is multi already.
    """
    design = read(doc)
    auth, element = design.authorization, doc.find(AUTHORIZATION)
    if auth is None or element is None:
        raise EditError("There is no authorization yet.", "Choose a first one, then add others.")
    if auth.kind == "multi":
        raise EditError("This connection has several authorizations already.")
    key = option or (auth.kind if auth.kind != "custom" else "default")
    writer = writer_for(doc)
    own = _own_fields(doc, design)
    moved = [found for pointer in own if (found := doc.find(pointer)) is not None]
    rendered = KINDS["multi"].render({"field": CHOOSER, "fallback": key}, writer)
    wrapped: dict[str, RubyValue] = {**rendered, "options": {key: RubyCode(element.text)}}
    steps: list[Callable[[Document], Change]] = [lambda d: d.set(AUTHORIZATION, RubyCode("{}"))]
    steps.append(lambda d: d.set(AUTHORIZATION, wrapped))
    if moved:
        place = child(child(child(AUTHORIZATION, "options"), key), "fields")
        first = next((entry.key for entry in element.entries if entry.key != "type"), None)
        fields = _array_of(moved)
        steps.append(lambda d: insert_spaced(d, place, fields, before=first))
    steps += [_remover(pointer) for pointer in reversed(own)]
    if not any(field.name == CHOOSER for field in design.fields):
        steps.append(lambda d: add_field(d, _chooser(key, KINDS[auth.kind].title), index=0 if _has_items(d) else None))
    return compose(doc, *steps)


def _array_of(elements: list[Element]) -> RubyCode:
    """An array of elements as they stand in the file, with the comments on their lines and above them."""
    lines = ["["]
    indent = ""
    for number, element in enumerate(elements, 1):
        source = element.document.source.decode()
        start = len(element.document.source[: element.start].decode())
        end = start + len(element.text)
        line_start = source.rfind("\n", 0, start) + 1
        before = source[line_start:start]
        comma = "," if number < len(elements) else ""
        if before.strip():
            lines.append(f"{indent}{element.text}{comma}")
            continue
        indent = before
        above = source[:line_start].split("\n")[:-1]
        comments = list(itertools.takewhile(lambda line: line.strip().startswith("#"), reversed(above)))
        rest = source[end:].split("\n", 1)[0]
        behind = re.fullmatch(r"\s*,?\s*(#.*?)?\s*", rest)
        remark = f" {behind[1]}" if behind is not None and behind[1] else ""
        lines += [*reversed(comments), f"{indent}{element.text}{comma}{remark}"]
    closing = indent[:-2] if not indent.endswith("\t") else indent[:-1]
    return RubyCode("\n".join([*lines, f"{closing}]"]))


def _remover(pointer: str) -> Callable[[Document], Change]:
    return lambda doc: doc.remove(pointer)


def _has_items(doc: Document) -> bool:
    element = doc.find(CONNECTION_FIELDS)
    return element is not None and bool(element.items)


def _chooser(key: str, title: str) -> dict[str, RubyValue]:
    return {
        "name": CHOOSER,
        "label": "Authentication type",
        "control_type": "select",
        "options": [[title, key]],
        "default": key,
        "optional": False,
        "extends_schema": True,
    }


def _own_fields(doc: Document, design: Design) -> list[str]:
    """Pointers of the fields that only lambdas of the authorization read."""
    keys = set(design.authorization.slots) if design.authorization else set()
    uses = field_uses(doc)
    found = []
    for field in design.fields:
        places = {use.place for use in uses.get(field.name, ())}
        if places and places <= keys and "ngIf" not in field.attributes:
            found.append(field.pointer)
    return found


def add_option(
    doc: Document, key: str, kind_name: str, params: Mapping[str, Any] | None = None, label: str | None = None
) -> Change:
    """A new option of the multi authorization with the fields it needs, and its choice in the chooser's list.

    Raises ``EditError`` where there is no multi authorization or the option exists.
    """
    design = read(doc)
    auth = design.authorization
    if auth is None or auth.kind != "multi":
        raise EditError("This connection has one authorization.", "Convert it to several first.")
    if key in auth.options:
        raise EditError(f"There is an option “{key}” already.", "Choose another name.")
    kind = KINDS[kind_name]
    carry = carry_for(doc, AUTHORIZATION)
    given = dict(params) if params is not None else kind.defaults(Carry(carry.origin, carry.fields))
    shared = {field.name for field in design.fields}
    fields = [dict(spec) for spec in kind.field_specs(given) if spec["name"] not in shared]
    rendered = kind.render(given, writer_for(doc))
    option: dict[str, RubyValue] = {"type": rendered.pop("type"), **({"fields": fields} if fields else {}), **rendered}
    options = child(AUTHORIZATION, "options")
    steps: list[Callable[[Document], Change]] = []
    if doc.find(options) is None:
        steps.append(lambda d: d.set(options, {key: option}))
    else:
        steps.append(lambda d: d.set(child(options, key), option))
    listed = _choices(doc, design)
    if listed is not None:
        steps.append(lambda d: d.insert(child(listed, "-"), [label or suggested_label(key), key]))
    return compose(doc, *steps)


def remove_option(doc: Document, key: str) -> Change:
    """Without the option ``key`` and without its choice in the chooser's list."""
    design = read(doc)
    pointer = child(child(AUTHORIZATION, "options"), key)
    if doc.find(pointer) is None:
        raise EditError(f"There is no option “{key}”.")
    steps: list[Callable[[Document], Change]] = [lambda d: d.remove(pointer)]
    listed = _choices(doc, design)
    element = doc.find(listed) if listed else None
    for item in element.items if element is not None else ():
        value = item.value
        if isinstance(value, list) and len(value) == 2 and value[1] == key:
            steps.append(_remover(item.pointer))
    return compose(doc, *steps)


def _choices(doc: Document, design: Design) -> str | None:
    """Pointer of the chooser's list of choices, where it is a literal one."""
    auth = design.authorization
    name = (auth.parameters or {}).get("field") if auth is not None else None
    for field in design.fields:
        if field.name == name:
            for key in ("options", "pick_list"):
                element = doc.find(child(field.pointer, key))
                if element is not None and element.kind == "array":
                    return element.pointer
    return None
