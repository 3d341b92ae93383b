"""Two promises on every connector at hand and on drawn ones: nothing but the edited element changes, and Ruby reads
back what was set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.ruby import Change, Document, EditError, Element, RubyCode, RubyValue, compose, from_json, to_json
from tests.ruby import writing
from tests.ruby.oracle import RUBY, Ourselves, Ruby, agrees

HERE = Path(__file__).parent
FILES = sorted([*HERE.glob("samples/*.rb"), *HERE.parent.glob("vectors/**/*.rb")])

PROPERTY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def ruby() -> Iterator[Ruby | Ourselves]:
    process = Ourselves() if RUBY is None else Ruby()
    yield process
    process.close()


def elements(element: Element) -> Iterator[Element]:
    yield element
    for entry in element.entries:
        yield from elements(entry.element)
    for item in element.items:
        yield from elements(item)


def texts(document: Document) -> dict[str, str]:
    assert document.root is not None
    return {element.pointer: element.text for element in elements(document.root)}


def apart(pointer: str, other: str) -> bool:
    """Whether neither of two places holds the other."""
    return not (f"{pointer}/".startswith(f"{other}/") or f"{other}/".startswith(f"{pointer}/"))


def sound(change: Change, document: Document) -> None:
    """What holds for every edit."""
    after = change.document
    assert not after.issues
    assert str(after.tree.root_node) == str(Document.parse(after.source).tree.root_node)
    back = after.apply(change.inverse)
    assert back.document.source == document.source
    rebuilt, at = b"", 0
    for each in change.replacements:
        rebuilt += document.source[at : each.start] + each.new
        at = each.end
    assert rebuilt + document.source[at:] == after.source
    lines = after.source.count(b"\n") + 1
    assert all(1 <= first <= last <= lines for first, last in change.lines_changed)
    if b"\r\n" in document.source and b"\n" not in document.source.replace(b"\r\n", b""):
        assert b"\n" not in after.source.replace(b"\r\n", b"")


def places(document: Document) -> list[Element]:
    assert document.root is not None
    return list(elements(document.root))[1:]


def within(change: Change, element: Element) -> bool:
    """Whether the bytes outside the element stay; those of here-documents begun in it lie on the lines below."""
    return b"<<~" in change.document.source or all(
        element.start <= each.start and each.end <= element.end for each in change.replacements
    )


def in_words(element: Element) -> bool:
    return element.parent is not None and element.parent.contents.words


# --- every connector at hand ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_connector_survives_each_edit_of_each_element(path: Path) -> None:
    source = path.read_bytes()
    document = Document.parse(source)
    assert document.source == source
    assert document.root is not None
    before = texts(document)
    for element in places(document)[: None if path.parent.name == "samples" else 15]:
        pointer = element.pointer
        assert document.set(pointer, element.value).document.source == source
        change = document.set(pointer, "né'w")
        sound(change, document)
        after = texts(change.document)
        if not in_words(element):  # `%w[]` gives way to brackets
            assert {p: t for p, t in before.items() if apart(p, pointer)} == {
                p: t for p, t in after.items() if apart(p, pointer)
            }
        sound(document.remove(pointer), document)


# --- drawn connectors -------------------------------------------------------------------------------------------------


@PROPERTY
@given(writing.connectors())
def test_ruby_and_the_document_read_the_same(ruby: Ruby | Ourselves, connector: tuple[bytes, dict[str, Any]]) -> None:
    source, value = connector
    document = Document.parse(source)
    assert not document.issues
    assert document.root is not None
    answer = ruby(source)
    assert "value" in answer, answer
    assert agrees(document.root.value, answer["value"])
    assert list(document.root.value) == list(value)  # type: ignore[arg-type, call-overload]


@PROPERTY
@given(writing.connectors(), st.data())
def test_setting_changes_that_element_alone(
    ruby: Ruby | Ourselves, connector: tuple[bytes, dict[str, Any]], data: st.DataObject
) -> None:
    document = Document.parse(connector[0])
    element = data.draw(st.sampled_from(places(document)))
    value: RubyValue = data.draw(st.one_of(writing.VALUES, writing.CODE))
    before = texts(document)
    try:
        change = document.set(element.pointer, value)
    except EditError:
        assert b"<<~" in document.source or code_tail(value)
        return
    sound(change, document)
    after = texts(change.document)
    if not in_words(element):
        assert {p: t for p, t in before.items() if apart(p, element.pointer)} == {
            p: t for p, t in after.items() if apart(p, element.pointer)
        }
        assert within(change, element), change.replacements
    assert comments(change.document, element.pointer) == comments(document, element.pointer)
    expected = ruby(document.source)
    replace_in(expected["value"], element.pointer, value)
    told = ruby(change.document.source)
    assert "value" in told, (told, change.document.source.decode())
    assert same_in_ruby(told["value"], expected["value"])


@PROPERTY
@given(writing.connectors(), st.data())
def test_inserting_adds_that_member_alone(
    ruby: Ruby | Ourselves, connector: tuple[bytes, dict[str, Any]], data: st.DataObject
) -> None:
    document = Document.parse(connector[0])
    containers = [
        element for element in [document.root, *places(document)] if element and element.kind in ("hash", "array")
    ]
    container = data.draw(st.sampled_from(containers))
    value: RubyValue = data.draw(st.one_of(writing.VALUES, writing.CODE))
    if container.kind == "hash":
        token = data.draw(writing.KEYS.filter(lambda key: container.child(key) is None))
    else:
        token = str(data.draw(st.integers(0, len(container.items))))
    pointer = f"{container.pointer}/{token.replace('~', '~0').replace('/', '~1')}"
    try:
        change = document.insert(pointer, value)
    except EditError:
        assert b"<<~" in document.source or code_tail(value)
        return
    sound(change, document)
    assert not Counter(all_comments(document)) - Counter(all_comments(change.document))
    expected = ruby(document.source)["value"]
    insert_in(expected, pointer, value)
    told = ruby(change.document.source)
    assert "value" in told, (told, change.document.source.decode())
    assert same_in_ruby(told["value"], expected)


@PROPERTY
@given(writing.connectors(), st.data())
def test_removing_takes_that_member_alone(
    ruby: Ruby | Ourselves, connector: tuple[bytes, dict[str, Any]], data: st.DataObject
) -> None:
    document = Document.parse(connector[0])
    element = data.draw(st.sampled_from(places(document)))
    change = document.remove(element.pointer)
    sound(change, document)
    expected = ruby(document.source)["value"]
    remove_in(expected, element.pointer)
    told = ruby(change.document.source)
    assert "value" in told, (told, change.document.source.decode())
    assert told["value"] == expected


@PROPERTY
@given(writing.connectors(), st.data())
def test_moving_and_renaming_keep_every_value(
    ruby: Ruby | Ourselves, connector: tuple[bytes, dict[str, Any]], data: st.DataObject
) -> None:
    document = Document.parse(connector[0])
    element = data.draw(st.sampled_from(places(document)))
    parent = element.parent
    assert parent is not None
    count = len(parent.contents.members)
    try:
        change = document.move(element.pointer, data.draw(st.integers(0, count - 1)))
    except EditError as error:
        assert "here-document" in error.message
    else:
        sound(change, document)
        assert all_comments(document) == all_comments(change.document)
        assert sorted(map(repr, flat(ruby(change.document.source)))) == sorted(map(repr, flat(ruby(document.source))))
    if parent.kind == "hash":
        new = data.draw(writing.KEYS.filter(lambda key: parent.child(key) is None))
        change = document.rename_key(element.pointer, new)
        sound(change, document)
        assert list(flat(ruby(change.document.source))) == list(flat(ruby(document.source)))
        renamed = change.document.find(parent.pointer)
        assert renamed is not None
        assert new in [entry.key for entry in renamed.entries]


@PROPERTY
@given(writing.connectors(), st.data())
def test_several_edits_make_one_change(connector: tuple[bytes, dict[str, Any]], data: st.DataObject) -> None:
    document = Document.parse(connector[0])
    steps: list[Callable[[Document], Change]] = []
    current = document
    for _ in range(data.draw(st.integers(2, 5))):
        there = places(current)
        if not there:
            break
        pointer = data.draw(st.sampled_from(there)).pointer
        value = data.draw(writing.SCALARS)
        step = data.draw(st.sampled_from([setter(pointer, value), remover(pointer)]))
        current = step(current).document
        steps.append(step)
    change = compose(document, *steps)
    assert change.document.source == current.source
    sound(change, document)


def setter(pointer: str, value: RubyValue) -> Callable[[Document], Change]:
    return lambda document: document.set(pointer, value)


def remover(pointer: str) -> Callable[[Document], Change]:
    return lambda document: document.remove(pointer)


@PROPERTY
@given(writing.VALUES)
def test_json_and_back(value: RubyValue) -> None:
    assert from_json(to_json(value)) == value


# --- what Ruby should say after an edit -------------------------------------------------------------------------------


def code_tail(value: RubyValue) -> bool:
    return isinstance(value, RubyCode) and "<<~HINT" in value.text


def tokens(pointer: str) -> list[str]:
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def holder(value: Any, pointer: str) -> tuple[Any, Any]:
    *above, last = tokens(pointer)
    for token in above:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value, int(last) if isinstance(value, list) else last


def replace_in(value: Any, pointer: str, new: RubyValue) -> None:
    container, token = holder(value, pointer)
    container[token] = new


def insert_in(value: Any, pointer: str, new: RubyValue) -> None:
    container, token = holder(value, pointer)
    if isinstance(container, list):
        container.insert(token, new)
    else:
        container[token] = new


def remove_in(value: Any, pointer: str) -> None:
    container, token = holder(value, pointer)
    del container[token]


def same_in_ruby(told: Any, expected: Any) -> bool:
    """``expected`` is what Ruby said before, with values of ours put in."""
    if isinstance(expected, dict) and isinstance(told, dict) and expected.keys() == told.keys():
        return all(same_in_ruby(told[key], item) for key, item in expected.items())
    if isinstance(expected, list) and isinstance(told, list) and len(expected) == len(told):
        return all(map(same_in_ruby, told, expected))
    return bool(told == expected) or agrees(expected, told)


def flat(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from flat(item)
    elif isinstance(value, list):
        for item in value:
            yield from flat(item)
    else:
        yield value


def all_comments(document: Document) -> list[str]:
    found: list[str] = []
    waiting = [document.tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "comment":
            found.append(document.source[node.start_byte : node.end_byte].decode().strip())
        waiting.extend(node.children)
    return sorted(found)


def comments(document: Document, pointer: str) -> list[str]:
    """Comments outside the element at ``pointer``."""
    element = document.find(pointer)
    assert element is not None
    found: list[str] = []
    waiting = [document.tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "comment" and not element.start <= node.start_byte < element.end:
            found.append(document.source[node.start_byte : node.end_byte].decode().strip())
        waiting.extend(node.children)
    return sorted(found)
