"""Switching the kind of an authorization, and editing it through its form. Every result is one lossless change."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from designer import facts
from designer.connection.carrying import carry_for, field_names, starting_params
from designer.connection.code import Writer
from designer.connection.field_edits import add_fields, fields_pointer, unread_fields
from designer.connection.kinds import KINDS, Kind
from designer.connection.meaning import meaning
from designer.connection.merge import Hint, candidates, merged
from designer.connection.model import Shape
from designer.connection.multi_edits import AUTHORIZATION, convert_to_multi
from designer.connection.reading import authorization_at, kind_at, read
from designer.connection.shapes import recognise_shape, render_shape
from designer.connection.sketch import AuthorizationSketch
from designer.connection.spacing import insert_spaced
from designer.connection.style import writer_for
from designer.ruby import Document, EditError, RubyCode, RubyValue
from designer.ruby.change import Change, Replacement
from designer.ruby.edit import compose
from designer.ruby.pointer import child, parent

__all__ = ["SwitchPlan", "carry_for", "set_shape", "switch_kind", "switch_preview", "update_form"]

_STAYS = frozenset({"fields", "identity", "detect_on"})
Step = Callable[[Document], Change]


@dataclass(frozen=True, slots=True)
class SwitchPlan:
    """What a switch would do, in the file's own names. ``drops`` and ``adds`` are keys of the authorization and, with
    "field " in front, fields; ``rewrites`` are keys that get another value (``type`` is not named: it is the switch
    itself), ``keeps`` those that stay as they are. ``unused_fields`` are left in place although nothing reads them any
    more. ``params`` are the form values the switch would write."""

    drops: tuple[str, ...]
    adds: tuple[str, ...]
    rewrites: tuple[str, ...]
    keeps: tuple[str, ...]
    unused_fields: tuple[str, ...]
    notes: tuple[str, ...]
    params: Mapping[str, Any]


def switch_kind(
    doc: Document,
    pointer: str,
    kind_name: str,
    params: Mapping[str, Any] | None = None,
    *,
    drop: Collection[str] = (),
) -> Change:
    """The authorization at ``pointer`` (the connection's, or an option's) written anew as another kind.

    Keys the new kind has no use for go, ``identity``, ``detect_on``, comments and everything outside stay; fields the
    new kind reads are added where missing. Fields nobody reads any more stay too, their hints are the author's work:
    only those named by ``drop`` go.
    Raises ``EditError`` where ``pointer`` is no place for an authorization, ``KeyError`` for an unknown kind.
    """
    kind = KINDS[kind_name]
    if kind_name == "multi":
        before = authorization_at(doc, pointer)
        if before is not None and before.kind != "multi":
            return convert_to_multi(doc)
    given = dict(params) if params is not None else dict(starting_params(doc, pointer, kind))
    change = compose(doc, *_switch_steps(doc, pointer, kind, given, writer_for(doc)))
    return compose(doc, lambda _doc: change, *_removals(change.document, drop)) if drop else change


def _removals(doc: Document, names: Collection[str]) -> Iterator[Step]:
    """Steps that take out the fields of these names, as far as nothing in ``doc`` reads them."""
    unread = unread_fields(doc)
    places = [one.pointer for one in read(doc).all_fields() if one.name in names and one.name in unread]
    # From the end: those before a field stay where they are when it goes.
    for place in reversed(places):
        yield lambda current, place=place: current.remove(place)  # type: ignore[misc]


def switch_preview(doc: Document, pointer: str, kind_name: str) -> SwitchPlan:
    """What ``switch_kind`` would do, without doing it. Raises what that raises."""
    kind = KINDS[kind_name]
    params = starting_params(doc, pointer, kind)
    now = authorization_at(doc, pointer)
    if kind_name == "multi" and now is not None and now.kind != "multi":
        return _conversion(doc, params)
    element = doc.find(pointer)
    rendered = kind.render(params)
    present = tuple(entry.key for entry in element.entries) if element is not None else ()
    renamed = "apply" in rendered and "apply" not in present and "credentials" in present
    if renamed:
        present = tuple("apply" if key == "credentials" else key for key in present)
    drops = _dropped(kind, params, present)
    missing = [str(spec["name"]) for spec in kind.field_specs(params) if spec["name"] not in field_names(doc, pointer)]
    after = switch_kind(doc, pointer, kind_name).document
    unused = tuple(name for name in unread_fields(after) if name not in (*unread_fields(doc), *missing))
    stays = tuple(key for key in present if key not in drops and key != "type")
    before = doc.rename_key(child(pointer, "credentials"), "apply").document if renamed else doc
    rewrites = tuple(
        key for key in stays if key in rendered and _text_at(before, pointer, key) != _text_at(after, pointer, key)
    )
    return SwitchPlan(
        drops=drops,
        adds=(*(key for key in rendered if key not in present), *(f"field {name}" for name in missing)),
        rewrites=rewrites,
        keeps=tuple(key for key in stays if key not in rewrites),
        unused_fields=unused,
        notes=kind.notes,
        params=params,
    )


def _conversion(doc: Document, params: Mapping[str, Any]) -> SwitchPlan:
    """A multi authorization made of the one that stands there: nothing of that goes."""
    before, after = read(doc), read(convert_to_multi(doc).document)
    assert after.authorization is not None
    option = next(iter(after.authorization.options))
    names = {field.name for field in before.fields}
    added = tuple(f"field {field.name}" for field in after.fields if field.name not in names)
    note = f"What stands here becomes the first option, {option}, and takes along the fields that only it reads."
    return SwitchPlan((), ("selected", "options", *added), (), (), (), (note,), params)


def update_form(doc: Document, pointer: str, params: Mapping[str, Any]) -> Change:
    """The authorization at ``pointer`` with new form values. Only keys whose values differ are touched, and in those
    only the words that differ, where the author's code allows it.

    Raises ``EditError`` where the form has no hold on what stands there.
    """
    found = kind_at(doc, pointer)
    recognition = found[0].recognise(found[1]) if found else None
    if found is None or recognition is None:
        raise EditError("This authorization is written in Ruby.", "Edit it as Ruby, or switch it to another kind.")
    kind, sketch = found
    writer = writer_for(doc)
    before = _within_reach(kind.render(recognition.params, writer), recognition.opaque)
    given = {key: value for key, value in params.items() if value is not None}
    after = _within_reach(kind.render(given, writer), recognition.opaque)
    hints = tuple(_hints(recognition.params, given))
    steps: list[Step] = []
    for key, value in after.items():
        if key not in before or _text(before[key]) != _text(value):
            steps.append(_set_key(pointer, key, before.get(key), value, list(after), sketch, hints))
    steps += [_remove_key(pointer, _present_key(sketch, key)) for key in before if key not in after]
    return compose(doc, *steps)


def set_shape(doc: Document, pointer: str, shape: Shape) -> Change:
    """The lambda at ``pointer`` written as ``shape`` says; of one that has that shape only what differs."""
    container, key = parent(pointer)
    writer = writer_for(doc)
    auth = authorization_at(doc, container)
    oauth2 = auth is not None and "oauth2" in (auth.type or "").lower()
    element = doc.find(pointer)
    now = recognise_shape(key, element) if element is not None else None
    if now is not None and now == shape:
        return compose(doc)
    base = None
    if now is not None and now.name == shape.name:
        base = render_shape(now, writer, oauth2=oauth2)
    wanted = render_shape(shape, writer, oauth2=oauth2)
    return _write(doc, pointer, key, base, wanted)


# --- steps ------------------------------------------------------------------------------------------------------------


def _switch_steps(doc: Document, pointer: str, kind: Kind, params: Mapping[str, Any], writer: Writer) -> list[Step]:
    element = doc.find(pointer)
    rendered = kind.render(params, writer)
    specs = [spec for spec in kind.field_specs(params) if spec["name"] not in field_names(doc, pointer)]
    steps: list[Step] = []
    if element is None:
        around = doc.find(parent(pointer)[0])
        keys = [entry.key for entry in around.entries] if around is not None else []
        first = "base_uri" if pointer == AUTHORIZATION and "base_uri" in keys else None
        steps.append(lambda d: insert_spaced(d, pointer, rendered, before=first))
    elif element.unreadable:
        raise EditError(
            "The authorization that stands there cannot be read.",
            "Put the syntax error right first: a new one would take the place of all of it.",
        )
    elif element.kind != "hash" or not element.entries:
        steps.append(lambda d: d.set(pointer, rendered))
    elif kind.name == "custom":
        return []  # what stands there is Ruby already
    else:
        present = [entry.key for entry in element.entries]
        if "credentials" in present and "apply" in rendered and "apply" not in present:
            steps.append(lambda d: d.rename_key(child(pointer, "credentials"), "apply"))
            present[present.index("credentials")] = "apply"
        steps += [_remove_key(pointer, key) for key in _dropped(kind, params, tuple(present))]
        for key, value in rendered.items():
            if key == "refresh_on" and key in present:
                continue
            steps.append(_put(pointer, key, value, list(rendered)))
    if specs:
        target = fields_pointer(pointer)
        steps.append(lambda d: add_fields(d, target, specs))
    return steps


def _dropped(kind: Kind, params: Mapping[str, Any], present: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of the SDK that the new kind does not use."""
    known = set(facts.table("authorization")["keys"])
    used = set(kind.render(params)) | _STAYS
    if kind.name == "multi":
        used |= {"options"}
    if kind.name == "custom":
        used |= known
    return tuple(key for key in present if key in known and key not in used)


def _text_at(doc: Document, pointer: str, key: str) -> str | None:
    """The value of the authorization's ``key`` as it stands in the file."""
    element = doc.find(child(pointer, key))
    return element.text if element is not None else None


def _put(pointer: str, key: str, value: RubyValue, order: list[str]) -> Step:
    """Set a key; a new one goes in front of the next key of ``order`` that is there."""
    target = child(pointer, key)

    def step(doc: Document) -> Change:
        element = doc.find(pointer)
        keys = [entry.key for entry in element.entries] if element is not None else []
        if key in keys:
            return doc.set(target, value)
        following = next((name for name in order[order.index(key) + 1 :] if name in keys), None)
        return insert_spaced(doc, target, value, before=following)

    return step


def _remove_key(pointer: str, key: str) -> Step:
    target = child(pointer, key)

    def step(doc: Document) -> Change:
        return doc.remove(target) if doc.find(target) is not None else compose(doc)

    return step


def _within_reach(rendered: Mapping[str, RubyValue], opaque: frozenset[str]) -> dict[str, RubyValue]:
    """Without the keys whose code in the file says more than the form."""
    return {key: value for key, value in rendered.items() if key not in opaque}


def _set_key(
    pointer: str,
    key: str,
    before: RubyValue,
    after: RubyValue,
    order: list[str],
    sketch: AuthorizationSketch,
    hints: tuple[Hint, ...],
) -> Step:
    name = _present_key(sketch, key)

    def step(doc: Document) -> Change:
        target = child(pointer, name)
        element = doc.find(target)
        if element is None or not isinstance(after, RubyCode):
            return _put(pointer, name, after, [name if each == key else each for each in order])(doc)
        return _write(doc, target, name, before, after, hints)

    return step


def _write(
    doc: Document, target: str, key: str, before: RubyValue, after: RubyCode, hints: tuple[Hint, ...] = ()
) -> Change:
    """Put ``after`` at ``target``; where the author's code differs from ``before`` in manner alone, change only what
    leads from ``before`` to ``after``."""
    element = doc.find(target)
    if element is not None and isinstance(before, RubyCode):
        actual = element.text.replace("\r\n", "\n")
        if _dedented(actual) == before.text:
            return doc.set(target, after)  # it stands as a form wrote it, and looks as a form writes it afterwards
        wanted = meaning(after.text, key)
        for edits in candidates(before.text, actual, after.text, hints) if "<<" not in actual else ():
            if wanted is not None and meaning(merged(actual, edits), key) == wanted:
                return doc.apply(_replacements(doc, element.start, element.text, actual, edits))
    return doc.set(target, after)


def _dedented(code: str) -> str:
    """``code`` as it would stand at the beginning of a line; its first line already does."""
    first, line_break, rest = code.partition("\n")
    return f"{first}{line_break}{textwrap.dedent(rest)}"


def _hints(old: Any, new: Any) -> Iterator[Hint]:
    """The texts, and lists of texts, in which two sets of form values differ."""
    if isinstance(old, str) and isinstance(new, str):
        if old != new:
            yield old, new
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old.keys() & new.keys():
            yield from _hints(old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        if all(isinstance(item, str) for item in (*old, *new)):
            if old != new:
                yield old, new
        else:
            for a, b in zip(old, new, strict=False):
                yield from _hints(a, b)


def _replacements(doc: Document, start: int, raw: str, actual: str, edits: tuple[Any, ...]) -> list[Replacement]:
    """Edits in characters of ``actual`` (line breaks ``\\n``) as replacements in bytes of the file."""
    crlf = raw != actual
    found = []
    for edit in edits:
        before, inside = actual[: edit.start], actual[edit.start : edit.end]
        if crlf:
            before, inside = before.replace("\n", "\r\n"), inside.replace("\n", "\r\n")
        first = start + len(before.encode())
        new = edit.new.replace("\n", doc.newline)
        found.append(Replacement(first, first + len(inside.encode()), new.encode()))
    return found


def _present_key(sketch: AuthorizationSketch, key: str) -> str:
    return sketch.apply_key if key == "apply" else key


def _text(value: RubyValue) -> object:
    return value.text if isinstance(value, RubyCode) else value
