"""Elements of long XML, a page at a time, and the way to each as Ruby takes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.wire import Call, ScriptedTransport, WireResponse, run
from designer.wire.xmltext import XmlNode, children, path_to, root

CATALOGUE = """\
<?xml version="1.0"?>
<!DOCTYPE catalog [<!ELEMENT catalog (book)>]>
<!-- <book/> of no account -->
<c:catalog xmlns:c="urn:x" v='a > b'>
  <book id="b1"><title>Ruby &amp; C &#x263A;</title><empty/><n>1</n></book>
  <book id="b2">text <b>bold</b> tail<![CDATA[<raw>]]></book>
  <magazine/>
</c:catalog>
"""


def nodes(text: str, node: XmlNode, path: str = "") -> Iterator[tuple[str, XmlNode]]:
    path += node.step
    yield path, node
    for child in children(text, node, limit=10_000)[0]:
        yield from nodes(text, child, path)


def test_every_value_lies_where_ruby_finds_it() -> None:
    """The path is run by the evaluator against the reply itself."""
    top = root(CATALOGUE)
    assert top is not None
    found = {path: node.value for path, node in nodes(CATALOGUE, top) if node.value is not None}
    assert found["['c:catalog'][0]['book'][0]['title'][0]['content!']"] == "Ruby & C ☺"
    assert found["['c:catalog'][0]['@v']"] == "a > b"
    assert len(found) == 8
    for path, value in found.items():
        assert " ".join(str(_ruby(path)).split()) == " ".join(value.split()), path


def _ruby(path: str) -> Any:
    source = f"{{ title: 'T', test: lambda {{ |c| {{ got: get('https://x.example/').response_format_xml{path} }} }} }}"
    reply = WireResponse(200, "OK", (("Content-Type", "application/xml"),), CATALOGUE.encode())
    outcome = run(Call(source.encode(), "test", settings={}), ScriptedTransport(lambda _request: reply))
    assert outcome.error is None, outcome.error
    return outcome.result["got"]


NAMES = st.sampled_from(["a", "b", "item", "n:x"])
ELEMENTS = st.recursive(
    st.tuples(NAMES, st.text("xyz <>&\"'é", max_size=8)),
    lambda inner: st.tuples(NAMES, st.lists(inner, min_size=1, max_size=4)),
    max_leaves=12,
)


def _made(shape: Any) -> ElementTree.Element:
    name, content = shape
    made = ElementTree.Element(name.replace(":", "_"), {"k": "1 > 0"} if name == "item" else {})
    if isinstance(content, str):
        made.text = content
    else:
        made.extend([_made(one) for one in content])
    return made


@given(ELEMENTS)
def test_the_children_of_all_elements_are_the_document(shape: Any) -> None:
    made = _made(shape)
    text = ElementTree.tostring(made, encoding="unicode")
    top = root(text)
    assert top is not None
    _same(text, top, made)


def _same(text: str, node: XmlNode, element: ElementTree.Element) -> None:
    assert node.name == element.tag
    found = children(text, node)[0]
    inside = [one for one in found if not one.name.startswith("@") and one.step != "['content!']"]
    assert [one.name for one in inside] == [child.tag for child in element]
    for one, child in zip(inside, element, strict=True):
        _same(text, one, child)
    if not len(element):
        said = [node.value or "", *(one.value or "" for one in found if one.step == "['content!']")]
        assert "".join(said) == (element.text or "").strip()


def test_pages_and_whether_there_is_more() -> None:
    text = "<list>" + "".join(f"<n>{n}</n>" for n in range(10)) + "</list>"
    top = root(text)
    assert top is not None
    found, more = children(text, top, skip=3, limit=4)
    assert ([one.value for one in found], more) == (["3", "4", "5", "6"], True)
    assert children(text, top, skip=8, limit=4)[1] is False
    assert [one.place for one in found] == [3, 4, 5, 6]


@pytest.mark.parametrize("wanted", ["bold", "b2", "<raw>", "Ruby"])
def test_the_way_to_a_place(wanted: str) -> None:
    path = path_to(CATALOGUE, CATALOGUE.index(wanted))
    expected = {
        "bold": "['c:catalog'][0]['book'][1]['b'][0]['content!']",
        "b2": "['c:catalog'][0]['book'][1]['@id']",
        "<raw>": "['c:catalog'][0]['book'][1]['content!']",
        "Ruby": "['c:catalog'][0]['book'][0]['title'][0]['content!']",
    }
    assert "".join(node.step for node in path) == expected[wanted]


@pytest.mark.parametrize("text", ["", "no xml", "<", "<a", "<a><b></a>", "</a>", "<a b=<c>", "<a>" * 3000, "<!-- <a/>"])
def test_what_is_no_xml_ends_a_listing_and_is_no_error(text: str) -> None:
    top = root(text)
    if top is not None:
        list(nodes(text, top)) if text.count("<") < 100 else children(text, top)
    path_to(text, len(text) // 2) if text.count("<") < 100 else None


def test_a_hostile_text_takes_no_longer_than_a_plain_one() -> None:
    for text in (
        "<a " + "b='" * 50_000,
        "<!DOCTYPE " + "[" * 50_000,
        "<a>" + "<![CDATA[" * 20_000,
        "<a>" + "<" * 50_000,
    ):
        begun = time.perf_counter()
        top = root(text)
        if top is not None:
            children(text, top)
        assert time.perf_counter() - begun < 2


def test_each_child_is_told_as_it_is_found() -> None:
    text = "<list><a>1</a><b><c/></b></list>"
    top = root(text)
    assert top is not None
    told: list[str] = []
    found, _ = children(text, top, tell=lambda node: told.append(node.name))
    assert told == [node.name for node in found] == ["a", "b"]
