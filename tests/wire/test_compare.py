"""Two sends beside each other: what differs, where it begins, and that no secret is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from designer.wire import Call, Exchange, Outcome, ScriptedTransport, WireRequest, WireResponse, run
from designer.wire.compare import Comparison, Side, compare

CONNECTOR = b"""{
  connection: {
    authorization: { type: 'custom_auth', acquire: lambda { |_c| { token: 'a-new-token' } }, refresh_on: [401],
      apply: lambda { |connection| headers(Authorization: "Bearer #{connection['token']}") } },
    base_uri: lambda { |connection| "https://#{connection['host']}" }
  },
  test: lambda { |connection| post('/me', page: connection['page']) }
}
"""
ONE = {"host": "api.example.com", "token": "token-of-the-first-0001", "page": 1}
OTHER = {"host": "sandbox.example.com", "token": "token-of-the-other-0002", "page": 1}


def side(title: str, settings: dict[str, Any], *replies: WireResponse) -> Side:
    waiting = list(replies)
    return Side(
        title, settings, run(Call(CONNECTOR, "test", settings=settings), ScriptedTransport(lambda _: waiting.pop(0)))
    )


def reply(body: Any, status: int = 200, **headers: str) -> WireResponse:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return WireResponse(status, "", (("Content-Type", "application/json"), *given), json.dumps(body).encode())


def differences(found: Comparison) -> list[tuple[str, str, str | None, str | None]]:
    return [(line.part, line.name, line.left, line.right) for line in found.lines if not line.same]


def test_the_first_difference_is_marked_with_its_column() -> None:
    found = compare(side("live", ONE, reply({"id": 1})), side("sandbox", OTHER, reply({"id": 1})))
    assert found.first == 0
    first = found.lines[0]
    assert (first.part, first.name, first.left, first.right) == (
        "settings", "host", "api.example.com", "sandbox.example.com",
    )  # fmt: skip
    assert first.column == 0
    url = next(line for line in found.lines if line.name == "URL")
    assert url.column == len("https://") and not url.same


def test_what_the_replies_came_over_is_told_and_counts_for_nothing() -> None:
    ways = ({"connection": "new", "tls": "TLSv1.2", "certificate": "a"}, {"tls": "TLSv1.3", "proxy": "p:1"})
    sides = [side(name, ONE, replace(reply({}), connection=way)) for name, way in zip("ab", ways, strict=True)]
    found = compare(*sides)
    assert [(line.name, line.left, line.right) for line in found.lines if line.part == "connection"] == [
        ("proxy", None, "p:1"),
        ("tls", "TLSv1.2", "TLSv1.3"),
        ("certificate", "a", None),
    ]
    assert found.first is None, "the answers are the same"


def test_secrets_that_differ_are_said_to_differ_and_not_told() -> None:
    found = compare(side("a", ONE, reply({})), side("b", OTHER, reply({})))
    token = next(line for line in found.lines if (line.part, line.name) == ("settings", "token"))
    assert not token.same and token.left != ONE["token"]
    signed = next(line for line in found.lines if line.name == "Authorization")
    assert not signed.same
    assert not any(str(secret) in repr(found) for secret in (ONE["token"], OTHER["token"]))


def test_json_is_compared_by_its_paths() -> None:
    left, right = {"a": [{"id": 1}, {"id": 2}], "same": None}, {"a": [{"id": 1}, {"id": 3}], "same": None, "more": {}}
    found = compare(side("a", ONE, reply(left)), side("b", ONE, reply(right)))
    assert differences(found) == [
        ("reply body", "$.a[1].id", "2", "3"),
        ("reply body", "$.more", None, "{}"),
    ]
    assert found.lines[found.first or 0].name == "$.a[1].id"


def test_what_differs_every_time_is_shown_and_does_not_count() -> None:
    found = compare(side("a", ONE, reply({}, Date="Mon")), side("b", ONE, reply({}, Date="Tue")))
    assert differences(found) == [("reply header", "Date", "Mon", "Tue")]
    assert found.first is None and found.as_json()["same"] is True


def test_signatures_and_boundaries_of_the_moment_do_not_count_and_parts_are_told_apart() -> None:
    def sent(boundary: str, signature: str, region: str, part: str, date: str = "20260102T030405Z") -> Side:
        scope = f"AKID/{date[:8]}/{region}/sqs/aws4_request"
        headers = (
            ("Content-Type", f"multipart/form-data; boundary={boundary}"),
            ("X-Amz-Date", date),
            ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={signature}"),
        )
        lines = (f"--{boundary}", 'Content-Disposition: form-data; name="a"', "", part, f"--{boundary}--", "")
        request = WireRequest("POST", "https://x/", "/", headers, "\r\n".join(lines).encode())
        reply = WireResponse(200, "OK", (), b"")
        return Side("s", {}, Outcome(None, None, (Exchange(request, reply, "request"),), {}))

    first = sent("one", "ab12", "eu", "x")
    again = compare(first, sent("two", "cd34", "eu", "x", "20260103T030405Z"))
    assert again.first is None
    assert [line.name for line in again.lines if not line.same] == ["Content-Type", "X-Amz-Date", "Authorization"]
    elsewhere = compare(first, sent("one", "ab12", "us", "x"))
    assert elsewhere.first is not None and elsewhere.lines[elsewhere.first].name == "Authorization"
    other = compare(first, sent("two", "cd34", "eu", "y"))
    assert other.first is not None
    line = other.lines[other.first]
    assert (line.part, line.name, line.left, line.right) == ("request body", "a", "x", "y")


def test_a_retry_is_what_a_run_came_down_to() -> None:
    plain = side("a", {**ONE, "token": "a-new-token"}, reply({"ok": 1}))
    refreshed = side("b", ONE, reply({}, 401), reply({"ok": 1}))
    found = compare(plain, refreshed)
    assert [(line.part, line.name) for line in found.lines if not line.same] == [
        ("settings", "token"),
        ("outcome", "requests sent"),
    ]


def test_text_is_compared_by_lines_and_bytes_as_a_whole() -> None:
    def raw(data: bytes) -> WireResponse:
        return WireResponse(200, "OK", (("Content-Type", "text/plain"),), data)

    found = compare(side("a", ONE, raw(b"one\ntwo")), side("b", ONE, raw(b"one\n2")))
    assert ("reply body", "line 2", "two", "2") in differences(found)
    found = compare(side("a", ONE, raw(b"\xff\x00")), side("b", ONE, raw(b"\xff\x01")))
    assert ("reply body", "line 1", "(2 bytes that are not text)", "(2 bytes that are not text)") in differences(found)


def test_json_beside_what_is_none_is_compared_by_the_lines_of_both() -> None:
    """A value's place among the values of a JSON text is the number of no line."""
    page = WireResponse(200, "OK", (("Content-Type", "text/html"),), b"<p>\n1\n</p>")
    text = WireResponse(200, "OK", (("Content-Type", "application/json"),), b'{"a": 1,\n "b": 1}')
    bodies = [one for one in differences(compare(received(text), received(page))) if one[0] == "reply body"]
    assert bodies == [
        ("reply body", "kind", "JSON", "not JSON"),
        ("reply body", "line 1", '{"a": 1,', "<p>"),
        ("reply body", "line 2", ' "b": 1}', "1"),
        ("reply body", "line 3", None, "</p>"),
    ]


def test_json_beside_nothing_keeps_its_paths() -> None:
    empty = WireResponse(204, "No Content", (), b"")
    text = WireResponse(200, "OK", (("Content-Type", "application/json"),), b'{"a": [1, 2]}')
    found = differences(compare(received(empty), received(text)))
    assert [one for one in found if one[0] == "reply body"] == [
        ("reply body", "$.a[0]", None, "1"),
        ("reply body", "$.a[1]", None, "2"),
    ]


def received(got: WireResponse) -> Side:
    """A send that gave this reply, whatever code makes of it."""
    asked = WireRequest("GET", "https://api.example.com/", "/", (), b"")
    return Side("sent", {}, Outcome(None, None, (Exchange(asked, got, "request"),), {}))


def test_long_replies_are_compared_up_to_where_they_part() -> None:
    items = [{"id": n, "name": f"name {n}", "access_token": f"token-number-{n:06}"} for n in range(20_000)]
    one, same = reply({"items": items}), reply({"items": items})
    items[17_000]["name"] = "another"
    other = reply({"items": items})
    items[17_000]["access_token"] = "token-number-changed"
    items[17_000]["name"] = "name 17000"
    secret = reply({"items": items})

    def lines(left: WireResponse, right: WireResponse) -> list[tuple[str, str | None, str | None, bool]]:
        made = compare(received(left), received(right))
        return [(e.name, e.left, e.right, e.same) for e in made.lines if e.part == "reply body"]

    size = f"{len(one.body):,} bytes"
    assert lines(one, same) == [("all of it", size, size, True)]
    (_, first) = lines(one, other)
    assert first == ("$.items[17000].name", '"name 17000"', '"another"', False)
    (_, hidden) = lines(one, secret)
    assert hidden[0] == "$.items[17000].access_token" and not hidden[3]
    assert "token-number" not in f"{hidden}"


def test_long_texts_and_bytes_are_compared_too() -> None:
    line = b"2026-01-02 served\n"
    one = WireResponse(200, "", (("Content-Type", "text/plain"),), line * 60_000)
    other = WireResponse(200, "", (("Content-Type", "text/plain"),), line * 40_000 + b"2026-01-02 failed\n" + line)
    found = compare(received(one), received(other))
    (_, first) = [e for e in found.lines if e.part == "reply body"]
    assert (first.left, first.right) == ("2026-01-02 served", "2026-01-02 failed")
    assert first.name == f"byte {40_000 * len(line) + 11:,}"
    cut = WireResponse(200, "", (("Content-Type", "text/plain"),), one.body[:-1])
    assert compare(received(one), received(cut)).first is not None


def sent_form(**fields: str) -> Side:
    said = ", ".join(f"{name}: '{value}'" for name, value in fields.items())
    source = f"""{{ connection: {{}}, test: lambda {{ |_c|
      post('https://api.example.com/f').payload({said}).request_format_www_form_urlencoded }} }}""".encode()
    return Side("a", {}, run(Call(source, "test"), ScriptedTransport(lambda _: reply({}))))


def test_a_form_is_compared_field_by_field_and_secrets_in_it_stay_hidden() -> None:
    found = compare(sent_form(page="1", api_key="k-0123456789", gone="x"), sent_form(page="2", api_key="k-9876543210"))
    parted = {name: (left, right) for _, name, left, right in differences(found)}
    assert parted["page"] == ("1", "2") and parted["gone"] == ("x", None)
    assert "api_key" in parted and "k-0123456789" not in repr(found) and "k-9876543210" not in repr(found)


def test_a_reply_that_is_json_on_one_side_alone_is_said_to_be() -> None:
    page = replace(reply({}), headers=(("Content-Type", "text/html"),), body=b"<p>log in</p>")
    found = differences(compare(side("a", ONE, reply({"id": 1})), side("b", ONE, page)))
    assert ("reply body", "kind", "JSON", "not JSON") in found
    assert any("<p>log in</p>" in (right or "") for _, _, _, right in found)
