"""Children of long JSON, a page at a time, and the way to a place in it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from designer.wire.jsontext import Node, children, path_to, root

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def whole(text: str, node: Node) -> Any:
    if node.kind == "value":
        return node.value
    found, more = children(text, node, limit=10_000)
    assert not more
    if node.kind == "array":
        return [whole(text, one) for one in found]
    return {one.name: whole(text, one) for one in found}


@given(st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=6), VALUES, max_size=4), st.booleans())
def test_the_children_of_all_containers_are_the_document(value: Any, spaced: bool) -> None:
    text = json.dumps(value, indent=2 if spaced else None, ensure_ascii=spaced)
    top = root(text)
    assert top is not None
    assert whole(text, top) == value


def test_pages_and_whether_there_is_more() -> None:
    text = json.dumps(list(range(10)))
    top = root(text)
    assert top is not None
    first, more = children(text, top, limit=4)
    assert [one.value for one in first] == [0, 1, 2, 3] and more
    last, more = children(text, top, skip=8, limit=4)
    assert [one.name for one in last] == [8, 9] and not more


def test_the_way_to_a_value_and_to_a_key() -> None:
    text = json.dumps({"a": [1, {"needle": "x", "it's": [True, "hay"]}], "z": 0})
    for wanted, path in (("hay", "['a'][1]['it\\'s'][1]"), ("needle", "['a'][1]['needle']"), ('"z"', "['z']")):
        assert "".join(node.step for node in path_to(text, text.index(wanted))) == path


def test_deep_nesting_costs_no_stack() -> None:
    text = "[" * 50_000 + "]" * 50_000
    top = root(text)
    assert top is not None
    found, more = children(text, top)
    assert [one.kind for one in found] == ["array"] and not more


def test_what_is_no_json_ends_early() -> None:
    assert root("hello") is None
    broken = '{"a": 1, "b": [1, 2'
    top = root(broken)
    assert top is not None
    assert [one.name for one in children(broken, top)[0]] == ["a", "b"]
