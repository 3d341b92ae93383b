"""Adding, copying and renaming fields, and who reads them."""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from designer.connection import ngif
from designer.connection.kinds.base import field_attributes
from designer.connection.model import Design, Field
from designer.connection.reading import read
from designer.connection.spacing import insert_spaced
from designer.ruby import Document, EditError, RubyCode, RubyValue
from designer.ruby.change import Change, Replacement
from designer.ruby.edit import compose
from designer.ruby.pointer import child, parent, split
from designer.ruby.reads import key_reads

__all__ = [
    "PRESETS",
    "FieldUse",
    "Preset",
    "add_field",
    "add_fields",
    "duplicate_field",
    "field_uses",
    "fields_pointer",
    "mentions",
    "rename_field",
    "unread_fields",
]

CONNECTION_FIELDS = "/connection/fields"


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A place that reads a field. ``start``/``end`` are byte offsets of its name there, ``line`` counts from 1;
    ``place`` says where in the connector: "apply", "acquire", "base_uri", "test", "actions/get_deal", "ngIf of x"."""

    name: str
    start: int
    end: int
    line: int
    place: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A group of fields that many connectors need."""

    name: str
    title: str
    fields: tuple[Mapping[str, RubyValue], ...]


PRESETS: tuple[Preset, ...] = (
    Preset("api_key", "API key", (field_attributes("api_key"),)),
    Preset("user_password", "User name and password", (field_attributes("username"), field_attributes("password"))),
    Preset("client", "Client ID and secret", (field_attributes("client_id"), field_attributes("client_secret"))),
    Preset(
        "environment",
        "Environment",
        (
            {
                "name": "environment",
                "label": "Environment",
                "control_type": "select",
                "options": [["Production", "production"], ["Sandbox", "sandbox"]],
                "default": "production",
                "optional": False,
            },
        ),
    ),
    Preset(
        "subdomain",
        "Subdomain",
        (
            {
                "name": "subdomain",
                "label": "Subdomain",
                "control_type": "subdomain",
                "url": ".example.com",
                "optional": False,
                "hint": "If your address is <b>acme</b>.example.com, enter <b>acme</b>.",
            },
        ),
    ),
    Preset(
        "host",
        "Host of the API",
        (
            {
                "name": "host",
                "label": "Host",
                "control_type": "url",
                "optional": False,
                "hint": "With https:// and without a path, as in <b>https://api.example.com</b>.",
            },
        ),
    ),
    Preset(
        "private_key",
        "Private key",
        ({**field_attributes("key_id"), "optional": True}, field_attributes("private_key")),
    ),
)


def fields_pointer(authorization: str) -> str:
    """Where the fields of an authorization belong: an option's own, else the connection's."""
    return child(authorization, "fields") if len(split(authorization)) > 2 else CONNECTION_FIELDS


def add_field(
    doc: Document, attributes: Mapping[str, RubyValue], pointer: str = CONNECTION_FIELDS, index: int | None = None
) -> Change:
    """A new field in the array at ``pointer`` (made where missing), at its end or in front of ``index``.

    Raises ``EditError`` where a field of that name is there already or the array is not a literal one.
    """
    name = str(attributes.get("name", ""))
    if not name:
        raise EditError("A field needs a name.")
    taken = {field.name for field in read(doc).all_fields() if parent(field.pointer)[0] == pointer}
    if name in taken:
        raise EditError(f"There is a field “{name}” already.", "Choose another name.")
    if doc.find(pointer) is None:
        return _with_array(doc, pointer, [dict(attributes)])
    return doc.insert(child(pointer, "-" if index is None else index), dict(attributes))


def add_fields(doc: Document, pointer: str, fields: Sequence[Mapping[str, RubyValue]]) -> Change:
    """Several new fields at the end of the array at ``pointer``."""
    if not fields:
        return compose(doc)
    element = doc.find(pointer)
    if element is None or (element.kind == "array" and not element.items) or element.kind == "nil":
        listed = [dict(attributes) for attributes in fields]
        return _with_array(doc, pointer, listed) if element is None else doc.set(pointer, listed)
    steps: list[Callable[[Document], Change]] = []
    for attributes in fields:
        steps.append(_setter(child(pointer, "-"), dict(attributes)))
    return compose(doc, *steps)


def _with_array(doc: Document, pointer: str, fields: list[dict[str, RubyValue]]) -> Change:
    """A new ``fields`` key: first in a connection, right behind ``type`` in an option."""
    container = doc.find(parent(pointer)[0])
    keys = [entry.key for entry in container.entries] if container is not None else []
    following = next((key for key in keys if key != "type"), None)
    return insert_spaced(doc, pointer, fields, before=following)


def duplicate_field(doc: Document, pointer: str) -> Change:
    """A copy of the field behind it, comments and all, under a name of its own."""
    array, token = parent(pointer)
    element = doc.find(pointer)
    if element is None or element.kind != "hash" or not token.isdigit():
        raise EditError("There is no field to copy.")
    name = element.child("name")
    copied = _free_name(doc, array, str(name.value) if name is not None else "field")
    place = child(array, int(token) + 1)
    return compose(
        doc,
        lambda d: d.insert(place, RubyCode(element.text)),
        lambda d: d.set(child(place, "name"), copied),
    )


def _free_name(doc: Document, array: str, name: str) -> str:
    taken = {field.name for field in read(doc).all_fields() if parent(field.pointer)[0] == array}
    base = re.sub(r"_\d+$", "", name)
    number = 2
    while f"{base}_{number}" in taken:
        number += 1
    return f"{base}_{number}"


def rename_field(doc: Document, pointer: str, new_name: str) -> Change:
    """The field under a new name, and with it every ``connection['name']`` and every ``ngIf`` that reads it.

    Raises ``EditError`` where the name is taken or no name.
    """
    element = doc.find(pointer)
    named = element.child("name") if element is not None else None
    if named is None or not isinstance(named.value, str):
        raise EditError("There is no field to rename.")
    old = named.value
    if old == new_name:
        return compose(doc)
    if not re.fullmatch(r"[A-Za-z_]\w*", new_name, re.ASCII):
        raise EditError(
            f"“{new_name}” cannot be the name of a field.", "Use letters, digits and underscores, a letter first."
        )
    others = [field for field in read(doc).all_fields() if field.pointer != pointer]
    if any(field.name == new_name and parent(field.pointer)[0] == parent(pointer)[0] for field in others):
        raise EditError(f"There is a field “{new_name}” already.", "Choose another name.")
    if any(field.name == old for field in others):
        # Another option has a field of this name: which of the two a lambda reads depends on the option.
        return doc.set(child(pointer, "name"), new_name)
    replaced = [
        Replacement(use.start, use.end, new_name.encode())
        for use in field_uses(doc).get(old, ())
        if not use.place.startswith("ngIf")
    ]
    steps: list[Callable[[Document], Change]] = [lambda d: d.set(child(pointer, "name"), new_name)]
    for field in (*others, *(f for f in read(doc).all_fields() if f.pointer == pointer)):
        text = field.attributes.get("ngIf")
        if isinstance(text, str) and (changed := _renamed_condition(text, old, new_name)) != text:
            steps.append(_setter(child(field.pointer, "ngIf"), changed))
    return compose(doc, lambda d: d.apply(replaced), *steps)


def _setter(pointer: str, value: RubyValue) -> Callable[[Document], Change]:
    return lambda doc: doc.set(pointer, value)


def _renamed_condition(text: str, old: str, new: str) -> str:
    try:
        condition = ngif.parse(text)
    except ngif.NgIfError:
        return text
    for reference in reversed(condition.references):
        if reference.path[0] == old:
            at = text.index(old, reference.offset + len("input"))
            text = text[:at] + new + text[at + len(old) :]
    return text


def field_uses(doc: Document, design: Design | None = None) -> dict[str, tuple[FieldUse, ...]]:
    """Every place that reads a setting by name, by name: lambdas of the whole connector, and ``ngIf`` conditions."""
    design = design or read(doc)
    found: dict[str, list[FieldUse]] = {}
    places = _Places(doc, design)
    for each in key_reads(doc):
        use = FieldUse(each.key, each.start, each.end, each.line, places.at(each.start))
        found.setdefault(each.key, []).append(use)
    for field in design.all_fields():
        element = doc.find(child(field.pointer, "ngIf"))
        if element is None or not isinstance(element.value, str):
            continue
        for name in _condition_names(element.value):
            use = FieldUse(name, element.start, element.end, element.line, f"ngIf of {field.name}")
            found.setdefault(name, []).append(use)
    return {name: tuple(uses) for name, uses in found.items()}


def _condition_names(text: str) -> tuple[str, ...]:
    try:
        return ngif.parse(text).names
    except ngif.NgIfError:
        return ()


class _Places:
    """Names of the parts of the connector in which a setting may be read."""

    def __init__(self, doc: Document, design: Design) -> None:
        spans: list[tuple[int, int, str]] = []
        for each in design.authorizations():
            option = split(each.pointer)[3] if len(split(each.pointer)) > 3 else ""
            for key, slot in each.slots.items():
                if key not in ("options", "fields") and (element := doc.find(slot.pointer)) is not None:
                    spans.append((element.start, element.end, f"{key} of {option}" if option else key))
        for key in ("base_uri", "test", "extended_fields", "fields"):
            if (element := doc.find(f"/connection/{key}")) is not None:
                spans.append((element.start, element.end, key))
        self._spans = sorted(spans)
        self._root = doc.root
        self._last = (0, 0, "")

    def at(self, byte: int) -> str:
        """The innermost part around a byte offset."""
        index = bisect.bisect_right(self._spans, (byte, sys.maxsize, "")) - 1
        if index >= 0 and self._spans[index][0] <= byte < self._spans[index][1]:
            return self._spans[index][2]
        if not self._last[0] <= byte < self._last[1]:
            self._last = self._outer(byte)
        return self._last[2]

    def _outer(self, byte: int) -> tuple[int, int, str]:
        """Span and name of the action, method or other part of the file around a byte offset."""
        around = self._root.entry_at(byte) if self._root is not None else None
        if around is None:
            return (0, 0, "elsewhere")
        inner = around.element.entry_at(byte) if around.key in _GROUPS else None
        if inner is None:
            # Of a group only this byte is known to lie in none of its entries.
            return (byte, byte + 1, around.key) if around.key in _GROUPS else (around.start, around.end, around.key)
        return (inner.start, inner.end, f"{around.key}/{inner.key}")


_GROUPS = frozenset({"actions", "triggers", "methods", "object_definitions", "pick_lists", "webhook_keys", "streams"})


def unread_fields(
    doc: Document, design: Design | None = None, uses: Mapping[str, tuple[FieldUse, ...]] | None = None
) -> tuple[str, ...]:
    """Names of declared fields that nothing in the connector mentions. A name counts as mentioned wherever it stands
    as a word outside the declaration and outside comments, so that ``call('login', connection)`` is no false alarm."""
    design = design or read(doc)
    uses = uses if uses is not None else field_uses(doc, design)
    declared = design.all_fields()
    unread = dict.fromkeys(field.name for field in declared if field.name and field.name not in uses)
    mentioned = {name for name, _ in _mentions(doc, unread, declared)}
    return tuple(name for name in unread if name not in mentioned)


def mentions(doc: Document, name: str, design: Design | None = None) -> tuple[FieldUse, ...]:
    """Where ``name`` stands as a word in the code, outside the declarations of fields and outside comments."""
    design = design or read(doc)
    places = _Places(doc, design)
    return tuple(
        FieldUse(name, start, start + len(name.encode()), doc.position(start).line, places.at(start))
        for _, start in _mentions(doc, [name], design.all_fields())
    )


def _mentions(doc: Document, names: Iterable[str], declared: Sequence[Field]) -> Iterator[tuple[str, int]]:
    """Each name with the byte offsets at which it stands as a word, outside ``declared`` and outside comments."""
    spans = _outermost(doc, declared)
    starts = [start for start, _ in spans]
    for name, at in _words(doc.source, set(names)):
        span = bisect.bisect_right(starts, at) - 1
        if span >= 0 and at < spans[span][1]:
            continue
        node = doc.tree.root_node.descendant_for_byte_range(at, at + len(name.encode()))
        if node is not None and node.type != "comment":
            yield name, at


def _outermost(doc: Document, fields: Sequence[Field]) -> list[tuple[int, int]]:
    """Where the fields stand, in order; a field of a field lies within it."""
    places = (doc.find(each.pointer) for each in fields)
    found: list[tuple[int, int]] = []
    for start, end in sorted((element.start, element.end) for element in places if element is not None):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


_WORD = re.compile(rb"\w+")
_FEW = 24
"""Names that are looked for one by one faster than word by word."""


def _words(source: bytes, names: set[str]) -> Iterator[tuple[str, int]]:
    """Whole words of the text that are one of ``names``. Of many names, one pass for all that are words themselves."""
    written = {name.encode(): name for name in names if name}
    in_one = {word for word in written if _WORD.fullmatch(word)} if len(written) > _FEW else set()
    if in_one:
        for match in _WORD.finditer(source):
            if match[0] in in_one:
                yield written[match[0]], match.start()
    for word in written.keys() - in_one:
        at = source.find(word)
        while at >= 0:
            end = at + len(word)
            if not _WORD.match(source, max(0, at - 1), at) and not _WORD.match(source, end, end + 1):
                yield written[word], at
            at = source.find(word, at + 1)
