"""Bodies as rest-client and gyoku write them."""

from __future__ import annotations

from typing import Any

import pytest

from designer.evaluator import RArray, RString, Value, from_python
from designer.wire.encode import FilePart, flat_fields, multipart, query_string
from designer.wire.encode_xml import OrderError, element
from designer.wire.nested_query import parse_nested_query


def text(value: Value) -> str:
    return value.text if isinstance(value, RString) else str(value).lower() if isinstance(value, bool) else str(value)


def data(value: Value) -> bytes:
    return text(value).encode()


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"b": 1, "a": "x y"}, "b=1&a=x+y"),
        ({"secret": None, "id": ""}, "secret&id="),
        ({"star": "*~"}, "star=*%7E"),
        ({"o": {"z": 1, "a": None}}, "o[z]=1&o[a]"),
        ({"l": [1, 2], "e": []}, "l[]=1&l[]=2&e"),
        ({"ü": "é"}, "%C3%BC=%C3%A9"),
        ({}, ""),
    ],
)
def test_the_clients_own_form_encoding_keeps_the_order(fields: dict[str, Any], body: str) -> None:
    assert query_string(from_python(fields), data) == body


def test_multipart_layout() -> None:
    body = multipart([("a", b"1"), ("f", FilePart(b"x", "text/plain", "n.txt")), ("n", None)], "B")
    assert body == (
        b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'
        b'\r\n--B\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\nContent-Type: text/plain\r\n\r\nx'
        b'\r\n--B\r\nContent-Disposition: form-data; name="n"\r\n\r\n'
        b"\r\n--B--\r\n"
    )


def test_multipart_names_of_nested_values() -> None:
    assert flat_fields(from_python({"o": {"a": [1, 2]}}), data) == [("o[a][]", b"1"), ("o[a][]", b"2")]


@pytest.mark.parametrize(
    ("content", "xml"),
    [
        ({"a": "x<&>\"'"}, "<r><a>x&lt;&amp;&gt;&quot;&#39;</a></r>"),
        ({"a": None}, '<r><a xsi:nil="true"/></r>'),
        ({"a": {}}, "<r><a></a></r>"),
        ({"a": []}, "<r></r>"),
        ({"a": [1, None, {"b": 2}]}, '<r><a>1</a><a xsi:nil="true"/><a><b>2</b></a></r>'),
        ({"a": {"@id": 'q"', "b": 1}}, '<r><a id="q&quot;"><b>1</b></a></r>'),
        ({"a": {"@id": 1, "content!": "t"}}, '<r><a id="1">t</a></r>'),
        ({"@xmlns": "u", "a": 1}, '<r xmlns="u"><a>1</a></r>'),
        ({"raw!": "<x/>"}, "<r><raw><x/></raw></r>"),
        ({"empty/": ""}, "<r><empty/></r>"),
        ({"ns:a": True}, "<r><ns:a>true</ns:a></r>"),
        ({"order!": ["b", "a"], "a": 1, "b": 2}, "<r><b>2</b><a>1</a></r>"),
        ({"m": [[1, 2]]}, "<r><m><element>1</element><element>2</element></m></r>"),
        ({"i": [{"@n": 1, "content!": "x"}]}, '<r><i n="1">x</i></r>'),
    ],
)
def test_xml(content: dict[str, Any], xml: str) -> None:
    assert element("r", from_python(content), text) == xml


def test_xml_order_must_name_every_element() -> None:
    with pytest.raises(OrderError, match=r"Missing elements in :order! \[:b\]"):
        element("r", from_python({"order!": ["a"], "a": 1, "b": 2}), text)


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": None}),
        ("a=%C3%BC+x", {"a": "ü x"}),
        ("l[]=1&l[]=2", {"l": ["1", "2"]}),
        ("h[x]=1&h[y][z]=2", {"h": {"x": "1", "y": {"z": "2"}}}),
        ("l[][a]=1&l[][b]=2&l[][a]=3", {"l": [{"a": "1", "b": "2"}, {"a": "3"}]}),
        ("", {}),
    ],
)
def test_nested_queries(query: str, params: dict[str, Any]) -> None:
    assert plain(parse_nested_query(query)) == params


def plain(value: Value) -> Any:
    if isinstance(value, RArray):
        return [plain(item) for item in value]
    if isinstance(value, RString):
        return value.text
    return None if value is None else {key.text: plain(item) for key, item in value.items()}
