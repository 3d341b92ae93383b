"""A reply's cookies, bytes and paths as text."""

from __future__ import annotations

import json

import pytest

from designer.masking import Masks
from designer.ui.replyparts import hex_lines
from designer.ui.replytext import body_face, cookies, json_path
from designer.wire import WireResponse

DATA = {"contacts": [{"id": 1, "it's": "{"}, {"id": 2, "tags": ["a", "b"], "none": {}}], "next": None}
SHOWN = json.dumps(DATA, indent=2)


@pytest.mark.parametrize("line", range(SHOWN.count("\n") + 1))
def test_a_path_leads_to_the_value_of_its_line(line: int) -> None:
    text = SHOWN.split("\n")[line].strip().rstrip(",")
    path = json_path(SHOWN, line)
    value = eval(f"data{path}", {"data": DATA})
    written = text.partition(": ")[2] or text
    if written in ("{", "[", "}", "]"):
        assert isinstance(value, dict if written in "{}" else list)
    else:
        assert value == json.loads(written)


def test_paths_are_written_as_ruby_reads_them() -> None:
    lines = SHOWN.split("\n")
    assert json_path(SHOWN, next(i for i, one in enumerate(lines) if '"b"' in one)) == "['contacts'][1]['tags'][1]"
    assert json_path(SHOWN, next(i for i, one in enumerate(lines) if "it's" in one)) == "['contacts'][0]['it\\'s']"
    assert json_path("[\n  1\n]", 1) == "[0]"
    assert json_path('"text"', 0) == ""


def test_cookies_show_their_attributes_and_no_value() -> None:
    headers = (("Set-Cookie", "sid=secret-value; Path=/; HttpOnly"), ("X", "y"), ("set-cookie", "old=; Max-Age=0"))
    assert cookies(WireResponse(200, "OK", headers, b""), Masks()) == [
        "sid: ••• (12 characters)\n  Path=/\n  HttpOnly",
        "old: (empty, which takes it away)\n  Max-Age=0",
    ]


def test_bytes_are_shown_sixteen_a_line() -> None:
    assert hex_lines(b"") == "(empty)"
    assert hex_lines(b"GET / HTTP/1.1\r\n\xff").split("\n") == [
        "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1..",
        "00000010  ff                                                .",
    ]


@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_the_beginning_of_a_long_text_ends_with_a_whole_character(shift: int) -> None:
    body = b"x" * shift + "é漢😀".encode() * 100_000
    face = body_face(WireResponse(200, "OK", (("Content-Type", "text/plain"),), body), Masks())
    assert "not text" not in face.text and "\ufffd" not in face.text
    assert not face.whole and "é漢😀é" in face.text


def test_a_long_body_that_is_no_text_is_told_so() -> None:
    body = bytes(range(256)) * 4000
    face = body_face(WireResponse(200, "OK", (("Content-Type", "application/octet-stream"),), body), Masks())
    assert face.text.startswith("(1.0 MB that are not text)") and "beginning" not in face.text


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        (
            "application/json; charset=iso-8859-1",
            '{"name":"Müller café"}'.encode("latin-1"),
            '{\n  "name": "Müller café"\n}',
        ),
        ("application/json", '{"name":"Müller café"}'.encode("latin-1"), '{\n  "name": "Müller café"\n}'),
        ("text/plain", "Müller\xa0café".encode("latin-1"), "Müller\xa0café"),
        ("text/plain", "“€”".encode("cp1252"), "“€”"),
    ],
)
def test_a_text_in_another_charset_is_read(kind: str, body: bytes, shown: str) -> None:
    assert body_face(WireResponse(200, "OK", (("Content-Type", kind),), body), Masks()).text == shown


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n\xff\xfe"),
        ("text/plain", b"\x00\x01\xff\xfe"),
        ("text/plain; charset=utf-8", b"caf\xe9"),
    ],
)
def test_what_is_no_text_says_how_much_of_it_there_is_and_where_to_see_it(kind: str, body: bytes) -> None:
    face = body_face(WireResponse(200, "OK", (("Content-Type", kind),), body), Masks())
    first, hint = face.text.split("\n")
    assert first == f"({len(body)} bytes that are not text)"
    assert "Hex" in hint


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('<a b="1">ü</a>', '<a b="1">ü</a>\n'),
        ("<?xml version='1.0'?><a><b/><b>x</b></a>", "<?xml version='1.0'?>\n<a>\n  <b/>\n  <b>x</b>\n</a>\n"),
        ("<a>\n  <b>\n x </b>\n\n</a>", "<a>\n  <b>\n x </b>\n</a>\n"),
    ],
    ids=["no declaration", "a declaration", "laid out already"],
)
def test_xml_is_set_out_with_nothing_that_does_not_stand_in_it(body: str, shown: str) -> None:
    assert (
        body_face(WireResponse(200, "OK", (("Content-Type", "application/xml"),), body.encode()), Masks()).text == shown
    )
