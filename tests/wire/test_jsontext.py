"""Children of long JSON, a page at a time, and the way to a place in it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.wire import jsontext
from designer.wire.jsontext import JsonText, Node
from designer.wire.paging import as_utf8, find

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def whole(text: JsonText, node: Node) -> Any:
    if node.kind == "value":
        return node.value
    found, more = text.children(node, limit=10_000)
    assert not more
    if node.kind == "array":
        return [whole(text, one) for one in found]
    return {one.name: whole(text, one) for one in found}


def read(text: str) -> tuple[JsonText, Node]:
    made = JsonText(text.encode())
    top = made.root()
    assert top is not None
    return made, top


@pytest.fixture(params=[7, 64 * 1024], ids=["tiny windows", "windows as they are"])
def windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of a few bytes cuts every token in two somewhere."""
    monkeypatch.setattr(jsontext, "WINDOW", request.param)
    monkeypatch.setattr(jsontext, "_FAR", request.param)


@pytest.mark.usefixtures("windows")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=6), VALUES, max_size=4), st.booleans())
def test_the_children_of_all_containers_are_the_document(value: Any, spaced: bool) -> None:
    text, top = read(json.dumps(value, indent=2 if spaced else None, ensure_ascii=spaced))
    assert whole(text, top) == value


@pytest.mark.usefixtures("windows")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=4), st.data())
def test_the_way_to_any_place_is_that_of_the_smallest_value_around_it(value: Any, data: st.DataObject) -> None:
    text, top = read(json.dumps(value, ensure_ascii=False))
    path = [top]
    while path[-1].kind != "value" and (found := text.children(path[-1])[0]):
        path.append(data.draw(st.sampled_from(found)))
    assert text.path_to(path[-1].start)[: len(path)] == path


def test_pages_and_whether_there_is_more() -> None:
    text, top = read(json.dumps(list(range(10))))
    first, more = text.children(top, limit=4)
    assert [one.value for one in first] == [0, 1, 2, 3] and more
    last, more = text.children(top, skip=8, limit=4)
    assert [one.name for one in last] == [8, 9] and not more


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("item", ["7", '"a"', '{"a": [1, {"b": "]"}], "c": [[["x"]]]}'])
def test_far_pages_are_the_same_wherever_one_comes_from(item: str) -> None:
    source = f"[{', '.join([item] * 1234)}]"
    text, top = read(source)
    for skip in (1100, 0, 300, 299, 1234, 1000):
        found, more = text.children(top, skip=skip, limit=130)
        fresh, top_too = read(source)
        assert (found, more) == fresh.children(top_too, skip=skip, limit=130)
        assert [one.place for one in found] == list(range(skip, min(1234, skip + 130)))
        assert more is (skip + 130 < 1234)


def test_the_next_page_does_not_read_what_is_behind() -> None:
    source = f"[{', '.join(['[1, 2]'] * 300_000)}]"
    text, top = read(source)
    begun = time.process_time()
    text.children(top, skip=299_000, limit=200)
    first = time.process_time() - begun
    begun = time.process_time()
    for skip in range(290_000, 299_000, 200):
        assert text.children(top, skip=skip, limit=200)[0][0].place == skip
    assert (time.process_time() - begun) / 45 < first / 4


@pytest.mark.usefixtures("windows")
def test_the_way_to_a_value_and_to_a_key() -> None:
    source = json.dumps({"a": [1, {"needle": "x", "it's": [True, "hay"]}], "z": 0})
    text, _ = read(source)
    for wanted, path in (("hay", "['a'][1]['it\\'s'][1]"), ("needle", "['a'][1]['needle']"), ('"z"', "['z']")):
        assert "".join(node.step for node in text.path_to(source.index(wanted))) == path


def test_deep_nesting_costs_no_stack_and_no_square_of_the_depth() -> None:
    for source in ("[" * 50_000 + "7" + "]" * 50_000, '{"a":' * 50_000 + "7" + "}" * 50_000):
        text, top = read(source)
        found, more = text.children(top)
        assert len(found) == 1 and found[0].kind != "value" and not more
        assert len(text.path_to(source.index("7"))) == 50_001
        begun, node = time.process_time(), top
        for _ in range(1000):
            ((node,), _) = text.children(node)
        assert time.process_time() - begun < 2


def test_what_is_no_json_ends_early() -> None:
    assert JsonText(b"hello").root() is None
    text, top = read('{"a": 1, "b": [1, 2')
    assert [one.name for one in text.children(top)[0]] == ["a", "b"]
    for broken in ("[1, 2}", '["a', '["a\\', "[,]", "[[]", '{"a"', "[]]", '{"a": }'):
        made, top = read(broken)
        made.children(top)
        for offset in range(len(broken)):
            made.path_to(offset)


def test_a_long_text_is_told_up_to_a_whole_character_and_escape() -> None:
    for unit in ("é", "\\u00e9", "\\n", "😀", "\\ud83d\\ude00", "x"):
        for shift in range(7):
            text, top = read(f'["{"y" * shift}{unit * 90_000}", 1]')
            (long, one), _ = text.children(top)
            assert one.value == 1 and len(long.value) == 20_001 and long.value.endswith("…")
            assert set(long.value[shift:-1]) <= {json.loads(f'"{unit}"')}, unit


def test_a_search_goes_from_hit_to_hit_whatever_the_letters_and_the_spelling() -> None:
    body = ("x" * 65_530 + " Zoë " + "y" * 70_000 + ' ZO\\u00cb "a\\"b" ' + "Needle").encode()
    assert find(body, "zoë", 0) == 65_531
    assert find(body, "ZOË", 65_532) == -1 or find(body, "zo\u00cb", 65_532) == body.index(b"ZO\\u00cb")
    assert find(body, 'a"B', 0) == body.index(b'a\\"b')
    assert find(body, "nEEdle", 3) == len(body) - 6
    assert find(body, "nowhere", 0) == -1
    assert find(body, "needle", 0, stop=lambda: True) == -1


def test_other_charsets_are_read_as_what_they_say() -> None:
    assert as_utf8("größer".encode("latin-1"), "iso-8859-1").decode() == "größer"
    assert as_utf8("漢字".encode("utf-16"), "utf-16").decode() == "漢字"
    body = b'{"a": 1}'
    for unknown in ("utf-8", "klingon", "hex", "idna", ""):
        assert as_utf8(body, unknown) is body


_LEAF = st.one_of(st.none(), st.booleans(), st.integers(-9, 999), st.text(st.sampled_from('a"\\,:[]{}é '), max_size=6))
_DATA = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(st.sampled_from('a"\\,:[]{}é'), max_size=3), inner, max_size=4),
    ),
    max_leaves=14,
)


def _spans(value: Any, text: str, at: int, path: tuple[Any, ...], found: list[tuple[tuple[Any, ...], int, int]]) -> int:
    """Where each value of ``text`` stands, in bytes, read by ``json.loads`` of its parts; gives where this one ends."""
    decoder = json.JSONDecoder()

    def space(where: int) -> int:
        while where < len(text) and text[where] in " \n":
            where += 1
        return where

    def byte(where: int) -> int:
        return len(text[:where].encode())

    at = space(at)
    read, end = decoder.raw_decode(text, at)
    assert read == value
    found.append((path, byte(at), byte(end)))
    if isinstance(value, dict | list) and value:
        inside = at + 1
        for index, key in enumerate(value):
            if isinstance(value, dict):
                name, inside = decoder.raw_decode(text, space(inside))
                assert name == key
                inside = space(inside) + 1
                inside = _spans(value[key], text, inside, (*path, key), found)
            else:
                inside = _spans(key, text, inside, (*path, index), found)
            inside = space(inside) + 1
    return end


@settings(max_examples=200, deadline=None)
@given(_DATA.filter(lambda data: isinstance(data, dict | list)), st.sampled_from([None, 1]), st.booleans())
def test_the_path_to_every_place_is_that_of_the_value_that_stands_there(
    data: Any, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    found: list[tuple[tuple[Any, ...], int, int]] = []
    _spans(data, text, 0, (), found)
    reader = JsonText(text.encode())
    for path, start, end in found:
        value = data
        for step in path:
            value = value[step]
        # The innermost value at a place is told; one that has none inside it there has the place to itself.
        own = [at for at in range(start, end) if not any(s <= at < e for p, s, e in found if len(p) > len(path))]
        for at in own:
            nodes = reader.path_to(at)
            told = tuple(node.name for node in nodes[1:])
            assert told[: len(path)] == path, (text, at)
            if isinstance(value, dict | list):
                # Between its values it is the one whose turn it is, and at its brackets itself or one of its own.
                assert len(told) <= len(path) + 1, (text, at)
            else:
                assert told == path, (text, at)
                assert nodes[-1].start == start and nodes[-1].value == value
    for path, start, _ in found:
        if path:
            assert tuple(node.name for node in reader.path_to(start)[1:])[: len(path)] == path
            assert reader.path_to(start)[len(path)].start == start, "the container that begins there"
