"""Edits of a document by pointer. Each gives a ``Change`` and alters only the element it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from designer.ruby import pointer as pointers
from designer.ruby.change import Change, Replacement, chain
from designer.ruby.errors import EditError
from designer.ruby.inserting import insertion
from designer.ruby.moving import renaming, reordering
from designer.ruby.removing import removal
from designer.ruby.text import fits_word, retext, word
from designer.ruby.values import Lambda, RubyCode, RubyValue
from designer.ruby.writer import Edits, replacing

if TYPE_CHECKING:
    from designer.ruby.document import Document
    from designer.ruby.element import Element

_LITERALS = frozenset({"string", "symbol", "integer", "float", "boolean", "nil", "regex"})


def compose(document: Document, *steps: Callable[[Document], Change]) -> Change:
    """Several edits, each made on what the one before gave, as one change."""
    current = document
    total: tuple[Replacement, ...] = ()
    for step in steps:
        change = step(current)
        total = chain(total, change.replacements, document.source)
        current = change.document
    return Change(document, current, total)


def set_value(document: Document, pointer: str, value: RubyValue) -> Change:
    """``value`` at ``pointer``. A key that is not there yet is added to its hash, ``/-`` appends to an array.

    A hash set over a hash (or an array over an array) changes only the members that differ, so that what is the same
    keeps its spelling and comments. Raises ``EditError`` where nothing can be set there.
    """
    element = document.find(pointer)
    if element is None:
        return insert(document, pointer, value)
    if same(element.value, value):
        return Change(document, document, ())
    if isinstance(value, Mapping) and element.kind == "hash" and value and element.contents.members:
        return _merge_hash(document, element, value)
    if element.parent is None:
        raise EditError("The connector itself can only be set to a hash.", "Set one of its keys.")
    container = element.parent
    if container.contents.words:
        if not fits_word(container, value):
            return _as_brackets(document, container, pointer, value)
        replaced = [Replacement(element.start, element.end, word(container, value).encode())]
        return _checked(document, pointer, value, replaced)
    if (
        isinstance(value, Sequence)
        and _is_list(value)
        and element.kind == "array"
        and value
        and element.contents.members
    ):
        return _merge_array(document, element, value)
    edits = retext(element, value) if isinstance(value, str) and element.kind == "string" else None
    edits = edits or replacing(element, value, container)
    if element.kind in _LITERALS and not isinstance(value, Mapping | Lambda | RubyCode) and not _is_list(value):
        return _sound(document, edits)  # one literal for another: nothing around it can read differently
    return _checked(document, pointer, value, edits)


def insert(document: Document, pointer: str, value: RubyValue, *, before: str | None = None) -> Change:
    """A new member: ``/…/KEY`` into a hash (last, or in front of the key ``before``), ``/…/INDEX`` in front of an
    array's item, ``/…/-`` at its end. Raises ``EditError`` where the key is there already or no literal hash or array
    stands above it."""
    container, token = _container(document, pointer)
    members = container.contents.members
    if container.kind == "hash":
        if container.contents.index(token) is not None:
            raise EditError(f"“{token}” is there already.", "Set it instead, or choose another name.")
        at = len(members) if before is None else _index_of(container, before)
        return _checked(document, pointer, value, insertion(container, at, token, value))
    at = _place(token, len(members))
    target = pointers.child(container.pointer, at)
    if container.contents.words and not fits_word(container, value):
        items: list[RubyValue] = [item.value for item in container.items]
        whole = replacing(container, [*items[:at], value, *items[at:]], container.parent or container)
        return _checked(document, target, value, whole)
    return _checked(document, target, value, insertion(container, at, token, value))


def remove(document: Document, pointer: str) -> Change:
    """Without the member at ``pointer``, its comma, a comment behind it on its line and the comment lines directly
    above it. Raises ``EditError`` where nothing stands there."""
    container, token = _container(document, pointer)
    return _sound(document, removal(container, _index_of(container, token)))


def move(document: Document, pointer: str, index: int) -> Change:
    """The member at ``pointer`` at place ``index`` of its array or hash, with the comments that belong to it."""
    container, token = _container(document, pointer)
    at, count = _index_of(container, token), len(container.contents.members)
    if not 0 <= index < count:
        raise EditError(f"There is no place {index} to move to.", f"Places run from 0 to {count - 1}.")
    return _sound(document, reordering(container, at, index))


def rename_key(document: Document, pointer: str, new_key: str) -> Change:
    """The key at ``pointer`` renamed in its own spelling; place and value stay. Raises ``EditError`` where the hash
    has ``new_key`` already."""
    container, token = _container(document, pointer)
    if container.kind != "hash":
        raise EditError("The items of an array have no key.", "Move them, or set them.")
    member = container.contents.members[_index_of(container, token)]
    if new_key == token:
        return Change(document, document, ())
    if container.contents.index(new_key) is not None:
        raise EditError(f"“{new_key}” is there already.", "Choose another name.")
    return _sound(document, renaming(container, member, new_key))


def same(old: RubyValue, new: RubyValue) -> bool:
    """Whether setting ``new`` over ``old`` would change nothing. Code is compared as text, lambdas by what they say:
    one that went through JSON has lost whether it was written ``->`` or ``lambda do``."""
    if isinstance(old, Lambda) and isinstance(new, Lambda) and (old.parameters, old.body) == (new.parameters, new.body):
        return True
    if isinstance(old, Lambda | RubyCode) and isinstance(new, Lambda | RubyCode):
        return old.text.strip() == new.text.replace("\r\n", "\n").strip()
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(same(item, new[name]) for name, item in old.items())
    if isinstance(old, Sequence) and isinstance(new, Sequence) and _is_list(old) and _is_list(new):
        return len(old) == len(new) and all(same(a, b) for a, b in zip(old, new, strict=True))
    return type(old) is type(new) and old == new


def _is_list(value: RubyValue) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _container(document: Document, pointer: str) -> tuple[Element, str]:
    """The hash or array that holds ``pointer``, and the last token."""
    above, token = pointers.parent(pointer)
    container = document.find(above)
    if document.root is None:
        raise EditError("This file holds no connector.", "A connector is one hash, { title: …, connection: { … } }.")
    if container is None:
        raise EditError(f"There is no {above}.", "Add it first.")
    if container.kind not in ("hash", "array"):
        what = {"lambda": "a lambda", "error": "Ruby with a syntax error"}.get(container.kind, "an expression")
        if container.kind not in ("lambda", "error", "expression"):
            what = f"a plain value ({container.kind})"
        raise EditError(f"{above} is {what}, not a literal hash or array.", "Edit its Ruby instead.")
    return container, token


def _index_of(container: Element, token: str) -> int:
    members = container.contents.members
    if container.kind == "hash":
        place = container.contents.index(token)
    else:
        place = pointers.index(token)
    if place is not None and place < len(members):
        return place
    raise EditError(f"There is no {pointers.child(container.pointer, token)}.")


def _place(token: str, count: int) -> int:
    index = count if token == "-" else pointers.index(token)
    if index is None or index > count:
        raise EditError(
            f"“{token}” is no place in an array of {count}.", f"Places run from 0 to {count}, “-” is the end."
        )
    return index


def _sound(document: Document, edits: Edits) -> Change:
    """The change, refused where it would break a file that is sound."""
    change = document.apply(edits)
    if change.document.tree.root_node.has_error and not document.tree.root_node.has_error:
        raise EditError("The text around this place does not allow the edit.", "Edit its Ruby instead.")
    return change


def _checked(document: Document, pointer: str, value: RubyValue, edits: Edits) -> Change:
    """Like ``_sound``, and what was set can be read back."""
    change = _sound(document, edits)
    found = change.document.find(pointer)
    if found is None or not _reads_as(found.value, value):
        raise EditError("The text around this place does not allow the edit.", "Edit its Ruby instead.")
    return change


def _reads_as(found: RubyValue, value: RubyValue) -> bool:
    if isinstance(value, RubyCode | Lambda):
        return True
    if isinstance(found, Mapping) and isinstance(value, Mapping):
        return found.keys() == value.keys() and all(_reads_as(found[name], item) for name, item in value.items())
    if isinstance(found, Sequence) and isinstance(value, Sequence) and _is_list(found) and _is_list(value):
        return len(found) == len(value) and all(_reads_as(a, b) for a, b in zip(found, value, strict=True))
    return type(found) is type(value) and found == value


def _merge_hash(document: Document, element: Element, value: Mapping[str, RubyValue]) -> Change:
    pointer = element.pointer
    steps = [_setter(pointers.child(pointer, name), item) for name, item in value.items()]
    gone = [entry.key for entry in element.entries if entry.key not in value]
    steps += [_remover(pointers.child(pointer, name)) for name in gone]
    return compose(document, *steps)


def _merge_array(document: Document, element: Element, value: Sequence[RubyValue]) -> Change:
    pointer = element.pointer
    old = [item.value for item in element.items]
    head = 0
    while head < min(len(old), len(value)) and same(old[head], value[head]):
        head += 1
    tail = 0
    while tail < min(len(old), len(value)) - head and same(old[-1 - tail], value[-1 - tail]):
        tail += 1
    shared = min(len(old), len(value)) - head - tail
    steps = [_setter(pointers.child(pointer, head + i), value[head + i]) for i in range(shared)]
    steps += [
        _inserter(pointers.child(pointer, place), value[place]) for place in range(head + shared, len(value) - tail)
    ]
    steps += [_remover(pointers.child(pointer, head + shared)) for _ in range(len(old) - tail - head - shared)]
    return compose(document, *steps)


def _setter(pointer: str, value: RubyValue) -> Callable[[Document], Change]:
    return lambda document: set_value(document, pointer, value)


def _inserter(pointer: str, value: RubyValue) -> Callable[[Document], Change]:
    return lambda document: insert(document, pointer, value)


def _remover(pointer: str) -> Callable[[Document], Change]:
    return lambda document: remove(document, pointer)


def _as_brackets(document: Document, container: Element, pointer: str, value: RubyValue) -> Change:
    """``%w[]`` rewritten with brackets to take a value that is no plain word."""
    items: list[RubyValue] = [item.value for item in container.items]
    items[_index_of(container, pointers.parent(pointer)[1])] = value
    return _checked(document, pointer, value, replacing(container, items, container.parent or container))
