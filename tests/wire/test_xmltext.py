"""Elements of long XML, a page at a time, and the way to each as Ruby takes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer.wire import Call, ScriptedTransport, WireResponse, run, xmltext
from designer.wire.xmltext import XmlNode, XmlText

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


def read(text: str) -> tuple[XmlText, XmlNode]:
    made = XmlText(text.encode())
    top = made.root()
    assert top is not None
    return made, top


@pytest.fixture(params=[30, 64 * 1024], ids=["tiny windows", "windows as they are"])
def windows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of a few bytes cuts elements and tags in two somewhere."""
    monkeypatch.setattr(xmltext, "WINDOW", request.param)


def nodes(text: XmlText, node: XmlNode, path: str = "") -> Iterator[tuple[str, XmlNode]]:
    path += node.step
    yield path, node
    for child in text.children(node, limit=10_000)[0]:
        yield from nodes(text, child, path)


def test_every_value_lies_where_ruby_finds_it() -> None:
    """The path is run by the evaluator against the reply itself."""
    text, top = read(CATALOGUE)
    found = {path: node.value for path, node in nodes(text, top) if node.value is not None}
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
    text, top = read(ElementTree.tostring(made, encoding="unicode"))
    _same(text, top, made)


def _same(text: XmlText, node: XmlNode, element: ElementTree.Element) -> None:
    assert node.name == element.tag
    found = text.children(node)[0]
    inside = [one for one in found if not one.name.startswith("@") and one.step != "['content!']"]
    assert [one.name for one in inside] == [child.tag for child in element]
    for one, child in zip(inside, element, strict=True):
        _same(text, one, child)
    if not len(element):
        said = [node.value or "", *(one.value or "" for one in found if one.step == "['content!']")]
        assert "".join(said) == (element.text or "").strip()


def test_pages_and_whether_there_is_more() -> None:
    text, top = read("<list>" + "".join(f"<n>{n}</n>" for n in range(10)) + "</list>")
    found, more = text.children(top, skip=3, limit=4)
    assert ([one.value for one in found], more) == (["3", "4", "5", "6"], True)
    assert text.children(top, skip=8, limit=4)[1] is False
    assert [one.place for one in found] == [3, 4, 5, 6]


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("item", ["<n/>", "<n>1</n> ", "<m a='>'><n><o><p>x</p></o></n></m>", "w <n/><!-- <n/> -->"])
def test_far_pages_are_the_same_wherever_one_comes_from(item: str) -> None:
    source = f"<list k='1'>{item * 1234}</list>"
    text, top = read(source)
    for skip in (1100, 0, 300, 299, 1235, 1000):
        found = text.children(top, skip=skip, limit=130)
        fresh, top_too = read(source)
        assert found == fresh.children(top_too, skip=skip, limit=130)
        assert [one.place for one in found[0]][:1] == ([skip] if skip < 1235 or "w" in item else [])


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("wanted", ["bold", "b2", "<raw>", "Ruby", "empty", "magazine"])
def test_the_way_to_a_place(wanted: str) -> None:
    text, _ = read(CATALOGUE)
    path = text.path_to(len(CATALOGUE[: CATALOGUE.index(wanted)].encode()))
    expected = {
        "bold": "['c:catalog'][0]['book'][1]['b'][0]['content!']",
        "b2": "['c:catalog'][0]['book'][1]['@id']",
        "<raw>": "['c:catalog'][0]['book'][1]['content!']",
        "Ruby": "['c:catalog'][0]['book'][0]['title'][0]['content!']",
        "empty": "['c:catalog'][0]['book'][0]['empty'][0]",
        "magazine": "['c:catalog'][0]['magazine'][0]",
    }
    assert "".join(node.step for node in path) == expected[wanted]


@pytest.mark.usefixtures("windows")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ELEMENTS, st.data())
def test_the_way_to_any_element_is_the_one_that_leads_there(shape: Any, data: st.DataObject) -> None:
    text, top = read(ElementTree.tostring(_made(shape), encoding="unicode"))
    path = [top]
    while found := [one for one in text.children(path[-1])[0] if one.step != "['content!']"]:
        path.append(data.draw(st.sampled_from(found)))
    assert text.path_to(path[-1].start)[: len(path)] == path


@pytest.mark.parametrize("text", ["", "no xml", "<", "<a", "<a><b></a>", "</a>", "<a b=<c>", "<a>" * 3000, "<!-- <a/>"])
def test_what_is_no_xml_ends_a_listing_and_is_no_error(text: str) -> None:
    made = XmlText(text.encode())
    top = made.root()
    if top is not None:
        list(nodes(made, top)) if text.count("<") < 100 else made.children(top)
    for offset in range(0, len(text), max(1, len(text) // 20)):
        made.path_to(offset)


def test_a_hostile_text_takes_no_longer_than_a_plain_one() -> None:
    for source in (
        "<a " + "b='" * 50_000,
        "<!DOCTYPE " + "[" * 50_000,
        "<a>" + "<![CDATA[" * 20_000,
        "<a>" + "<" * 50_000,
        "<a>" + "<!x>" * 50_000,
        "<" + "a" * 200_000,
        "<a>" + "<b c='" + "x" * 300_000,
        "<a>" * 30_000 + "x" + "</a>" * 30_000,
    ):
        begun = time.process_time()
        text = XmlText(source.encode())
        top = text.root()
        if top is not None:
            text.children(top)
        text.path_to(len(source) // 2)
        assert time.process_time() - begun < 2, source[:20]


def test_a_tag_longer_than_a_window_is_one() -> None:
    text, top = read(f"<a><img src='{'x' * 200_000}>'/><b/></a>")
    picture, other = text.children(top)[0]
    assert (picture.name, other.name) == ("img", "b")
    (source,) = text.children(picture)[0]
    assert source.value is not None and source.value.endswith("x…") and len(source.value) == 20_001


def test_each_child_is_told_as_it_is_found() -> None:
    text, top = read("<list><a>1</a><b><c/></b></list>")
    told: list[str] = []
    found, _ = text.children(top, tell=lambda node: told.append(node.name))
    assert told == [node.name for node in found] == ["a", "b"]


def test_each_level_of_deep_nesting_is_a_short_way_from_the_one_before() -> None:
    text, node = read("<a>" * 50_000 + "x" + "</a>" * 50_000)
    begun = time.process_time()
    for _ in range(1000):
        ((node,), _) = text.children(node)
    assert time.process_time() - begun < 2
