"""Requests as they are composed: variables, bodies in every format, secrets left out of what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from designer.masking import DOTS
from designer.project.requests import read_part
from designer.wire import Call, DryTransport, WireRequest, run
from designer.wire.composing import ComposeError, Composition, Part, from_json

SETTINGS = {"host": "api.example.com", "api_key": "k-0123456789", "page": 3, "account": {"id": "a-1"}}
CONNECTOR = b"""{
  connection: {
    authorization: { type: 'custom_auth', apply: lambda do |connection|
      headers('X-Key': connection['api_key'])
    end },
    base_uri: lambda do |connection|
      "https://#{connection['host']}"
    end
  }
}
"""


def no_file(name: str) -> bytes:
    raise AssertionError(f"{name} was read")


def wire(composition: Composition, read: Any = no_file) -> WireRequest:
    call = Call(CONNECTOR, "request", composition.arguments(SETTINGS, read), SETTINGS, random={"seed": "7"})
    outcome = run(call, DryTransport())
    assert outcome.prepared is not None, outcome.error
    return outcome.prepared


def header(request: WireRequest, name: str) -> str:
    return next((value for given, value in request.headers if given.lower() == name.lower()), "")


def test_what_a_field_declares_secret_is_kept_as_a_variable_whatever_it_is_called() -> None:
    typed = Composition("POST", "/x?n=S3cretValue99", body='{"x": "S3cretValue99", "n": 1e400, "n": 1.0e5}')
    clean = typed.without_secrets({"pin_no": "S3cretValue99", "lang": "S3cret"}, {"pin_no"})
    assert clean.url == "/x?n={{pin_no}}"
    assert clean.body == '{"x": "{{pin_no}}", "n": 1e400, "n": 1.0e5}'
    assert typed.without_secrets({"pin_no": "S3cretValue99"}) == typed


def test_variables_are_settings_and_keep_their_type_where_they_are_a_whole_value() -> None:
    made = wire(
        Composition(
            "POST",
            "/accounts/{{account.id}}",
            (("page", "{{page}}"),),
            (("X-Trace", "of-{{account.id}}"),),
            "json",
            '{"page": "{{page}}", "note": "page {{page}}"}',
        )
    )
    assert made.target == "/accounts/a-1?page=3"
    assert header(made, "X-Trace") == "of-a-1"
    assert made.body == b'{"page":3,"note":"page 3"}'


def test_a_variable_of_no_setting_names_those_there_are() -> None:
    with pytest.raises(ComposeError) as failed:
        wire(Composition(url="/x/{{hots}}"))
    assert failed.value.part == "url"
    assert "account, api_key, host, page" in failed.value.hint


def test_a_form_and_a_repeated_parameter() -> None:
    made = wire(Composition("POST", "/f", (("a", "1"), ("a", "2")), (), "form", '{"grant": "x y"}'))
    assert made.target == "/f?a%5B%5D=1&a%5B%5D=2"
    assert made.body == b"grant=x+y"
    assert header(made, "Content-Type") == "application/x-www-form-urlencoded"


def test_a_form_is_written_as_documentation_and_curl_write_it() -> None:
    made = wire(Composition("POST", "/f", format="form", body="grant=x+y&page={{page}}&text=a%3Db=c\nempty=\n"))
    assert made.body == b"empty=&grant=x+y&page=3&text=a%3Db%3Dc"
    assert header(made, "Content-Type") == "application/x-www-form-urlencoded"
    assert wire(Composition("POST", "/f", format="form", body="id[]=1&id[]=2")).body == b"id%5B%5D=1&id%5B%5D=2"


@pytest.mark.parametrize(
    ("body", "message", "hint"),
    [
        ("a=1&a=2", "The field a is given twice.", "a[] makes a list"),
        ("a=1&lonely", "'lonely' has no value.", "name=value&name=value"),
        ("=1", "A value has no name.", "name=value&name=value"),
        ('{"a": 1,}', "The body is not JSON.", "line 1, column 9. A form's fields may also be written name=value"),
    ],
)
def test_what_is_no_form_says_how_one_is_written(body: str, message: str, hint: str) -> None:
    with pytest.raises(ComposeError) as failed:
        wire(Composition("POST", "/f", format="form", body=body))
    assert failed.value.part == "body" and failed.value.message == message and hint in failed.value.hint


def test_a_kept_form_holds_no_secret() -> None:
    typed = Composition("POST", "/f", format="form", body="grant=x\nclient_secret=abcdef-typed\nkey=k-0123456789")
    kept = typed.without_secrets({"api_key": "k-0123456789"}).body
    assert "abcdef-typed" not in kept and "k-0123456789" not in kept and kept.startswith("grant=x\n")


def test_xml_as_written_and_from_json() -> None:
    written = wire(Composition("POST", "/x", format="xml", body="<order><id>1</id></order>"))
    assert written.body == b"<order><id>1</id></order>"
    assert header(written, "Content-Type") == "application/xml"
    made = wire(Composition("POST", "/x", format="xml", body='{"order": {"id": 1}}'))
    assert made.body == b"<order><id>1</id></order>"


def test_a_file_is_sent_as_a_part(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\xff\x00")
    parts = (Part("note", "page {{page}}"), Part("photo", file="photo.png", content_type="image/png"))
    made = wire(Composition("POST", "/p", format="multipart", parts=parts), lambda name: read_part(tmp_path, name))
    boundary = header(made, "Content-Type").partition("boundary=")[2].encode()
    assert boundary and made.body.count(b"--" + boundary) == 3
    assert b'name="note"\r\n\r\npage 3\r\n' in made.body
    assert b'name="photo"; filename="photo.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\xff\x00\r\n' in made.body


def test_a_body_that_is_not_sent_is_said() -> None:
    for verb in ("GET", "HEAD", "OPTIONS"):
        assert Composition(verb, "/x", body="{}").unsent.startswith(f"{verb} sends no body")
        assert Composition(verb, "/x", format="multipart", parts=(Part("a", "1"),)).unsent
        assert Composition(verb, "/x").unsent == ""
    for verb in ("POST", "PUT", "PATCH", "DELETE"):
        assert Composition(verb, "/x", body="{}").unsent == ""


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    parts = (Part("photo", file="gone.png"),)
    with pytest.raises(ComposeError, match=r"gone\.png cannot be sent: no such file"):
        wire(Composition("POST", "/p", format="multipart", parts=parts), lambda name: read_part(tmp_path, name))


def test_two_parts_of_a_name_and_two_headers_are_refused() -> None:
    twice = (Part("a", "1"), Part("a", "2"))
    with pytest.raises(ComposeError, match="Two parts"):
        wire(Composition("POST", "/p", format="multipart", parts=twice))
    with pytest.raises(ComposeError, match="given twice"):
        wire(Composition(headers=(("X-A", "1"), ("X-A", "2"))))


def test_a_body_that_is_no_json_says_what_to_do() -> None:
    with pytest.raises(ComposeError) as failed:
        wire(Composition("POST", "/x", body="{"))
    assert failed.value.part == "body" and "Raw text" in failed.value.hint


def test_what_is_kept_holds_no_secret() -> None:
    typed = Composition(
        "POST",
        "/x?token=abcdef&key=k-0123456789",
        (("api_key", "k-0123456789"), ("page", "3")),
        (("Authorization", "Bearer typed-by-hand"), ("X-Plain", "seen")),
        "json",
        '{"password": "typed", "deep": [{"client_secret": "k-0123456789"}], "n": 1}',
        (Part("token", "typed-too"),),
    )
    kept = typed.without_secrets(SETTINGS)
    said = repr(kept.as_json())
    assert not any(secret in said for secret in ("k-0123456789", "abcdef", "typed"))
    assert kept.query == (("api_key", "{{api_key}}"), ("page", "3"))
    assert kept.headers == (("Authorization", f"Bearer {DOTS}"), ("X-Plain", "seen"))
    assert kept.incomplete and not typed.incomplete
    assert from_json(kept.as_json()) == kept


def test_a_body_without_a_secret_stays_as_it_is_laid_out() -> None:
    body = '{ "a":1,\n   "b" : [2] }'
    assert Composition("POST", "/x", body=body).without_secrets(SETTINGS).body == body


@pytest.mark.parametrize(
    "data",
    [[], {"verb": "TEACH"}, {"format": "yaml"}, {"query": {"a": 1}}, {"body": 3}, {"parts": [{}]}, {"url": 1}],
)
def test_what_is_no_request_is_refused_with_a_reason(data: Any) -> None:
    with pytest.raises(ComposeError) as failed:
        from_json(data)
    assert failed.value.message


@pytest.mark.parametrize(
    ("reply", "chain"), [("json", None), ("xml", [["response_format_xml"]]), ("raw", [["response_format_raw"]])]
)
def test_the_reply_is_asked_for_in_a_format(reply: str, chain: object) -> None:
    made = Composition("GET", "/x", reply=reply)
    assert made.arguments({}, lambda _name: b"").get("chain") == chain
    assert from_json(made.as_json()) == made
    assert ("reply" in made.as_json()) == (reply != "json")
    with pytest.raises(ComposeError, match="no reply format"):
        from_json({"url": "/x", "reply": "csv"})


def test_an_empty_setting_is_no_secret_to_be_found_everywhere() -> None:
    made = Composition("GET", "/v1/x", (("q", ""),), (("X-Note", ""),), "json", "")
    assert made.without_secrets({"api_key": "", "client_secret": "s3cr3t-value"}) == made


def test_a_secret_is_a_variable_only_where_the_variable_gives_the_same() -> None:
    made = Composition("GET", "/x?k=a%2Bb-1234&j=plain-5678", (), (("X-Note", "a+b-1234"),))
    clean = made.without_secrets({"api_key": "a+b-1234", "token": "plain-5678", "deep": {"pin": 4711}})
    assert clean.url == f"/x?k={DOTS}&j={{{{token}}}}"
    assert clean.headers == (("X-Note", "{{api_key}}"),)


def test_what_beside_a_variable_is_no_secret_stays() -> None:
    headers = (("Authorization", "Token token={{token}}"), ("Cookie", "lang={{lang}}; sid=abc12345"))
    clean = Composition("GET", "/x", (), headers).without_secrets({"token": "t-123456", "lang": "en"})
    assert clean.headers == (("Authorization", "Token token={{token}}"), ("Cookie", f"lang={{{{lang}}}}; sid={DOTS}"))


def test_a_repeated_name_with_brackets_is_one_list() -> None:
    for query, target in (
        ((("x[]", "1"), ("x[]", "2")), "/a?x%5B%5D=1&x%5B%5D=2"),
        ((("x", "1"), ("x", "2")), "/a?x%5B%5D=1&x%5B%5D=2"),
        ((("x[]", "1"),), "/a?x%5B%5D=1"),
    ):
        source = b"{ title: 'T', connection: { authorization: { type: 'none' }, base_uri: lambda { 'https://h/' } } }"
        args = Composition("GET", "a", query).arguments({}, lambda _name: b"")
        prepared = run(Call(source, "request", args, dry_run=True), DryTransport()).prepared
        assert prepared is not None and prepared.target == target


def test_a_line_that_is_switched_off_is_kept_and_not_sent() -> None:
    made = Composition("GET", "/x", (("a", "1"), ("# a", "2"), ("# api_key", "typed")), (("# X-Own", "k-0123456789"),))
    sent = wire(made)
    assert sent.target == "/x?a=1" and not [name for name, _ in sent.headers if "Own" in name]
    kept = made.without_secrets(SETTINGS)
    assert kept.headers == (("# X-Own", "{{api_key}}"),) and "typed" not in str(kept) and kept.query[1] == ("# a", "2")
    assert from_json(kept.as_json()) == kept
