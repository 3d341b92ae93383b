"""A request as the lines a person reads: what of it came from where, and what is hidden."""

from __future__ import annotations

import pytest

from designer.cli.story import request_text
from designer.masking import Masks
from designer.ui.requestrows import BodyRow, Row, SideRow, request_rows
from designer.wire import Call, DryTransport, WireRequest, run
from designer.wire.outgoing import Masked, curl

SOURCE = """{
  connection: {
    authorization: { type: 'custom_auth', apply: lambda { |c| params('user[password]' => c['password']) } },
    base_uri: lambda { |c| "https://#{c['host']}/v2/#{c['tenant']}/" }
  },
  test: lambda { |_c| %s }
}
"""
SETTINGS = {"host": "api.example.com", "tenant": "acme", "password": "pass-0123456789"}


def prepared(call: str) -> WireRequest:
    outcome = run(Call((SOURCE % call).encode(), "test", {}, SETTINGS), DryTransport())
    assert outcome.prepared is not None, outcome.error
    return outcome.prepared


def table(call: str) -> dict[str, Row]:
    rows = request_rows(prepared(call), Masks(SETTINGS), "table").rows
    return {row.name: row for row in rows if isinstance(row, Row)}


@pytest.mark.parametrize(
    ("call", "base"),
    [
        ("get('me')", "api.example.com/v2/acme"),
        ("get('/me')", "api.example.com"),
        ("get('?a=1')", "api.example.com/v2/acme"),
    ],
)
def test_the_base_uri_is_shown_as_far_as_it_was_kept(call: str, base: str) -> None:
    row = table(call)["base URI"]
    assert row.value == base
    assert row.origin is not None and row.origin.settings == ("host", "tenant")


def test_a_whole_url_has_no_base_uri() -> None:
    assert "base URI" not in table("get('https://other.example.com/x')")


def test_a_secret_is_hidden_by_the_last_part_of_its_name() -> None:
    rows = table("post('me', user: { name: 'n', password: 'of-the-code' }, api_keys: ['one-of-the-code'])")
    assert rows["?user[password]"].value == "•••"
    assert "of-the-code" not in " ".join(row.value for row in rows.values())
    sides = request_rows(prepared("get('me')"), Masks(SETTINGS), "added").rows
    assert "pass-0123456789" not in " ".join(row.before + row.after for row in sides if isinstance(row, SideRow))


def test_a_parameter_in_the_url_as_it_was_typed_has_a_line_and_an_origin_as_others_have() -> None:
    rows = table("get('me?limit=2')")
    assert rows["?limit"].value == "2"
    origin, url = rows["?limit"].origin, rows["GET"].origin
    assert origin is not None and url is not None and (origin.source, origin.line) == (url.source, url.line)


def test_fields_are_told_apart_where_they_came_from_different_places() -> None:
    rows = table("post('me', user: { name: 'n' }, other: 1)")
    assert rows["body user"].value == '{"name": "n"}'
    apart = table("post('me',\n user: {\n name: 'n',\n id: _c['tenant'] })")
    assert (apart["body user.name"].value, apart["body user.id"].value) == ('"n"', '"acme"')


def test_both_sides_and_the_body_are_set_out() -> None:
    request = prepared("post('me', a: 1)")
    assert any(isinstance(row, BodyRow) and row.kind == "json" for row in request_rows(request, None, "table").rows)
    sides = {row.element.name: row for row in request_rows(request, None, "added").rows if isinstance(row, SideRow)}
    assert (sides["user[password]"].before, sides["a"].before) == ("", "1")
    assert request_rows(request, None, "raw").raw.startswith("POST /v2/acme/me?user%5Bpassword%5D=pass-0123456789 ")


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        (
            "application/json",
            '{"name":"O\'Brien €","n":1.50,"password":"pass-0123456789","e":"\\u20ac"}',
            '{"name":"O\'Brien €","n":1.50,"password":"•••","e":"\\u20ac"}',
        ),
        (
            "application/x-www-form-urlencoded",
            "grant_type=urn%3Aietf%3Aparams&b=%20x&password=pass-0123456789",
            "grant_type=urn%3Aietf%3Aparams&b=%20x&password=•••",
        ),
    ],
)
def test_raw_and_curl_are_the_bytes_sent_but_for_the_secrets(kind: str, body: str, shown: str) -> None:
    headers = (("Host", "h"), ("Content-Type", kind), ("Content-Length", str(len(body.encode()))))
    request = WireRequest("POST", "https://h/a?x=%2f~&key=", "/a?x=%2f~&key=", headers, body.encode())
    head = f"POST /a?x=%2f~&key= HTTP/1.1\nHost: h\nContent-Type: {kind}\nContent-Length: {len(body.encode())}\n\n"
    assert request_rows(request, Masks(SETTINGS), "raw").raw == head + shown
    assert shown.replace("'", "'\"'\"'") in curl(request, Masked(Masks(SETTINGS)))
    assert request_text(request, Masks(SETTINGS)).endswith(f"\n\n{shown}")
    table = request_rows(request, Masks(SETTINGS), "table").rows
    (laid_out,) = [row.text for row in table if isinstance(row, BodyRow)]
    assert "".join(laid_out.split()) == "".join(shown.split())
