"""HTTP Archives held against the format's specification (HAR 1.2), field by field, and against what the network panel
of Chrome reads of one that it opens."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from designer.masking import DOTS, Masks
from designer.wire import Call, Exchange, HttpTransport, TransportOptions, WireRequest, WireResponse, run
from designer.wire.outgoing import Masked, har
from tests.wire.certificates import issue, server_context
from tests.wire.servers import Connection, serving
from tests.wire.test_outgoing import AT, OUTCOME, PUSH, masked

# Every object of the format: what it demands, and after the bar what it may hold besides.
FORMAT: dict[str, dict[str, Any]] = {
    "log": {"version": str, "creator": dict, "entries": list, "|": {"browser": dict, "pages": list, "comment": str}},
    "creator": {"name": str, "version": str, "|": {"comment": str}},
    "entries": {"startedDateTime": str, "time": float, "request": dict, "response": dict, "cache": dict,
                "timings": dict, "|": {"pageref": str, "serverIPAddress": str, "connection": str, "comment": str}},
    "request": {"method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list,
                "headersSize": int, "bodySize": int, "|": {"postData": dict, "comment": str}},
    "response": {"status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list,
                 "content": dict, "redirectURL": str, "headersSize": int, "bodySize": int, "|": {"comment": str}},
    "cookies": {"name": str, "value": str, "|": {"path": str, "domain": str, "expires": str, "httpOnly": bool,
                                                 "secure": bool, "comment": str}},
    "headers": {"name": str, "value": str, "|": {"comment": str}},
    "queryString": {"name": str, "value": str, "|": {"comment": str}},
    "postData": {"mimeType": str, "|": {"text": str, "params": list, "comment": str}},
    "params": {"name": str, "|": {"value": str, "fileName": str, "contentType": str, "comment": str}},
    "content": {"size": int, "mimeType": str, "|": {"compression": int, "text": str, "encoding": str, "comment": str}},
    "cache": {"|": {"beforeRequest": dict, "afterRequest": dict, "comment": str}},
    "timings": {"send": float, "wait": float, "receive": float,
                "|": {"blocked": float, "dns": float, "connect": float, "ssl": float, "comment": str}},
}  # fmt: skip
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")


def valid(kind: str, found: dict[str, Any]) -> None:
    """What the format says of one object, and of all in it."""
    wanted = dict(FORMAT[kind])
    optional: dict[str, type] = wanted.pop("|")
    assert not wanted.keys() - found.keys(), (kind, found)
    for name, value in found.items():
        if name.startswith("_"):
            continue  # one's own
        type_ = wanted.get(name) or optional[name]
        assert isinstance(value, int | float if type_ is float else type_), (kind, name, value)
        assert not (isinstance(value, bool) and type_ is not bool), (kind, name, value)
        for one in value if isinstance(value, list) else [value] if isinstance(value, dict) else []:
            valid(name, one)
    {"entries": _entry, "request": _sizes, "response": _sizes, "postData": _post, "timings": _timings}.get(
        kind, lambda _found: None
    )(found)
    for name in ("startedDateTime", "expires"):
        assert name not in found or MOMENT.fullmatch(found[name]), found[name]


def _entry(entry: dict[str, Any]) -> None:
    parts = {name: value for name, value in entry["timings"].items() if name != "ssl" and value >= 0}
    assert entry["time"] == pytest.approx(sum(parts.values())), "the sum of all that apply; connect holds ssl"
    assert entry["response"]["content"]["size"] >= 0


def _sizes(message: dict[str, Any]) -> None:
    assert message["headersSize"] >= -1 and message["bodySize"] >= -1


def _post(posted: dict[str, Any]) -> None:
    assert not ("text" in posted and posted.get("params")), "they exclude each other"


def _timings(timings: dict[str, Any]) -> None:
    assert all(timings[name] >= 0 for name in ("send", "wait", "receive")), "not optional, never -1"
    assert all(value >= 0 or value == -1 for value in timings.values())
    if timings.get("ssl", -1) >= 0:
        assert timings["connect"] >= timings["ssl"], "TLS is a part of connecting"


def opened_by_chrome(log: dict[str, Any]) -> list[dict[str, Any]]:
    """What its importer makes of an archive: it converts each field and refuses the whole file where one cannot be."""
    shown = []
    for entry in sorted(log["entries"], key=lambda one: str(one["startedDateTime"])):
        request, response, timings = entry["request"], entry["response"], entry["timings"]
        datetime.datetime.fromisoformat(entry["startedDateTime"])
        for part in (*request["headers"], *response["headers"], *request["queryString"], *request["cookies"],
                     *response["cookies"]):  # fmt: skip
            assert isinstance(part["name"], str) and isinstance(part["value"], str)
        # It takes ssl out of connect, and waits for what is left.
        connecting = timings["connect"] - max(0, timings["ssl"]) if timings["connect"] > 0 else timings["connect"]
        assert connecting >= -1
        shown.append(
            {
                "url": request["url"],
                "status": response["status"],
                "protocol": response["httpVersion"].lower(),
                "payload": request["postData"].get("text") if "postData" in request else None,
                "body": response["content"].get("text"),
                "encoded": response["content"].get("encoding") == "base64",
                "failed": response.get("_error"),
                "duration": float(entry["time"]),
            }
        )
    return shown


def test_a_har_is_what_the_format_says() -> None:
    cookies = (
        ("Set-Cookie", "a=b; Path=/x; Domain=.acme.example; Secure; HttpOnly; Expires=Wed, 09 Jun 2027 10:18:14 GMT"),
        ("Set-Cookie", "odd name=1; Expires=soon; SameSite=Lax"),
        ("Set-Cookie", "nameless"),
        ("Location", "/x"),
    )
    http2 = WireResponse(204, "", cookies, b"", "HTTP/2", connection={"address": "[::1]:443", "tls": "TLSv1.3"})
    packed = WireResponse(200, "OK", (("Content-Encoding", "gzip"),), b"\xff\xfe")
    sent = replace(PUSH, body=b"\xff\x00", headers=(*PUSH.headers, ("Cookie", "sid=s3cr3t-cookie; theme=dark")))
    exchanges = [*OUTCOME.exchanges, Exchange(sent, http2, "retry"), Exchange(PUSH, packed, "request")]
    for hide in (None, lambda _request: masked()):
        made = json.loads(har(exchanges, hide, started=AT, version="0"))
        assert list(made) == ["log"] and made["log"]["version"] == "1.2"
        valid("log", made["log"])
        assert len(opened_by_chrome(made["log"])) == 4
        third, fourth = made["log"]["entries"][2:]
        assert third["request"]["httpVersion"] == third["response"]["httpVersion"] == "HTTP/2"
        assert (third["serverIPAddress"], third["_connection"]["tls"]) == ("::1", "TLSv1.3")
        assert third["response"]["redirectURL"] == "/x"
        first, odd, nameless = third["response"]["cookies"]
        flags = {"path": "/x", "domain": ".acme.example", "secure": True, "httpOnly": True}
        assert first.items() >= {**flags, "expires": "2027-06-09T10:18:14.000Z"}.items()
        assert (odd["name"], nameless["name"]) == ("odd name", "") and "expires" not in odd
        assert [one["name"] for one in third["request"]["cookies"]] == ["sid", "theme"]
        values = {one["value"] for one in (first, odd, nameless, *third["request"]["cookies"])}
        assert values == ({"b", "1", "nameless", "s3cr3t-cookie", "dark"} if hide is None else {DOTS})
        assert fourth["response"]["bodySize"] == -1, "how long it came packed is not known"
        assert ("text" in third["request"]["postData"]) is (hide is None), "what is withheld is not said to be empty"
        assert ("_encoding" in third["request"]["postData"]) is (hide is None)


def test_the_har_of_a_run_over_tls_with_a_redirect_cookies_and_a_failure(tmp_path: Path) -> None:
    authority = issue("Acme Authority", authority=True)

    def play(connection: Connection) -> None:
        while raw := connection.request():
            if raw.startswith(b"POST /old"):
                connection.reply(b"", "303 See Other", "Location: /new?a=b+c&a=", "Set-Cookie: sid=abcdefgh; Path=/")
            elif b" /new" in raw:
                connection.reply(b'{"token": "tok-0123456789"}', "200 OK", "Content-Type: application/json")
            else:
                return

    source = """{
      connection: { authorization: { type: 'custom_auth', apply: lambda { |c| headers('X-Api-Key' => c['key']) } } },
      test: lambda do |connection|
        post("#{connection['origin']}/old", { a: 'ø' }).request_format_www_form_urlencoded['token']
        get("#{connection['origin']}/new?a=b")['token']
        patch("#{connection['origin']}/gone", { b: 1 })
      end
    }"""
    (tmp_path / "ca.pem").write_text(authority.pem)
    options = TransportOptions(ca_file=str(tmp_path / "ca.pem"))
    with (
        serving(play, server_context(issue("127.0.0.1", authority), tmp_path)) as server,
        HttpTransport(options) as transport,
    ):
        settings = {"key": "key-0123456789", "origin": server.origin}
        outcome = run(Call(source.encode(), "test", settings=settings), transport)
    assert [one.purpose for one in outcome.exchanges] == ["request", "redirect", "request", "request"], outcome.error
    hidden = Masked(Masks(settings))
    for hide in (None, lambda _request: hidden):
        text = har(outcome.exchanges, hide, started=AT, version="0")
        made = json.loads(text)["log"]
        valid("log", made)
        old, new, third, failed = opened_by_chrome(made)
        assert (old["status"], new["status"], third["status"], failed["status"]) == (303, 200, 200, 0)
        assert old["payload"] == "a=%C3%B8" and new["payload"] is None
        assert failed["failed"] == "The server closed the connection without a reply."
        assert new["duration"] > 0 and new["protocol"] == "http/1.1"
        first, second = made["entries"][:2]
        assert first["response"]["redirectURL"] == "/new?a=b+c&a="
        assert first["response"]["bodySize"] == first["response"]["content"]["size"] == 0
        assert second["request"]["queryString"] == [{"name": "a", "value": "b c"}, {"name": "a", "value": ""}]
        assert [one["name"] for one in second["request"]["cookies"]] == ["sid"]
        assert first["timings"]["ssl"] > 0 and first["serverIPAddress"] == "127.0.0.1"
        assert first["_connection"]["certificate"].startswith("127.0.0.1, issued by Acme Authority")
        kept = {name: second["timings"][name] for name in ("dns", "connect", "ssl")}
        assert set(kept.values()) == {-1}, "they do not apply to a connection that was kept"
        starts = [datetime.datetime.fromisoformat(one["startedDateTime"]) for one in made["entries"]]
        assert starts == sorted(starts)
        secrets = ("key-0123456789", "tok-0123456789", "abcdefgh")
        assert [one for one in secrets if one in text] == (list(secrets) if hide is None else [])


def test_a_request_without_anything_is_a_valid_entry() -> None:
    bare = WireRequest("GET", "http://a.example/", "/", (), b"")
    made = json.loads(har([Exchange(bare, None, "request", "refused", arrived=False)], started=AT, version="0"))["log"]
    valid("log", made)
    assert opened_by_chrome(made)[0]["failed"] == "refused"
    valid("log", json.loads(har([], started=AT, version="0"))["log"])
