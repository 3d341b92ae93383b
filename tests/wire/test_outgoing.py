"""Requests on their way out, held against files that were read by eye; curl's are also run by a shell."""

from __future__ import annotations

import base64
import datetime
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from designer.masking import Masks
from designer.wire import Call, DryTransport, Exchange, Origin, Outcome, Step, WireRequest, WireResponse, run
from designer.wire.outgoing import AS_SENT, Hide, Masked, Variables, curl, har, raw, ruby, ticket
from designer.wire.prepare import complete_headers
from tests.wire.cmd_prompt import arguments
from tests.wire.servers import Connection, serving

GOLDEN = Path(__file__).parent / "outgoing"
SETTINGS = {
    "api_key": "k-3f/9+ab",
    "password": "pass word's",
    "client_secret": "s3",
    "host": "https://api.acme.example",
}
SECRETS = ("k-3f/9+ab", "k-3f%2F9%2Bab", "pass word's", "Z3Jh")
AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
BASIC = "Basic " + base64.b64encode(b"grace:pass word's").decode()
PUSH = WireRequest(
    "POST",
    "https://api.acme.example/v2/contacts?limit=5&api_key=k-3f%2F9%2Bab",
    "/v2/contacts?limit=5&api_key=k-3f%2F9%2Bab",
    (
        ("Host", "api.acme.example"),
        ("User-Agent", "ConnectionDesigner/0"),
        ("Accept-Encoding", "gzip, deflate"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("Authorization", BASIC),
        ("X-Note", "it's $5"),
        ("X-Empty", ""),
        ("Content-Length", "65"),
    ),
    b'{"name":"O\'Brien","tags":[1,null],"client_secret":"s3","password":"pass word\'s"}',
    {
        "header:Authorization": Origin("apply", "/connection/authorization/apply", 33),
        "param:api_key": Origin("apply", "/connection/authorization/apply", 34),
        "header:X-Note": Origin("you"),
        "header:X-Empty": Origin("you"),
    },
)
AWS = WireRequest(
    "GET",
    "https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
    "/?Action=GetCallerIdentity&Version=2011-06-15",
    (
        ("Host", "sts.amazonaws.com"),
        ("User-Agent", "ConnectionDesigner/0"),
        ("Accept", "application/json"),
        ("X-Amz-Date", "20260102T030405Z"),
        ("X-Amz-Security-Token", "token-of-the-session"),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sts/aws4_request, "
            "SignedHeaders=host;x-amz-date, Signature=ab",
        ),
    ),
    b"",
)
REPLY = WireResponse(
    401,
    "Unauthorized",
    (("Content-Type", "application/json"), ("Set-Cookie", "sid=abcdefgh; Path=/")),
    b'{"error":"expired","access_token":"abcdefgh-ijklmnop-qrstuv"}',
    timings={"dns": 0.001, "connect": 0.002, "tls": 0.01, "first_byte": 0.05, "total": 0.06},
)
OUTCOME = Outcome(
    None,
    {"class": "RequestFailedError", "message": "401 Unauthorized", "line": 33},
    (Exchange(PUSH, REPLY, "request"), Exchange(AWS, None, "retry", "connection refused", arrived=False)),
    {},
    ("An old way.",),
    (Step("lambda", "apply", "read pass word's", "/connection/authorization/apply", 33), Step("signal", "No refresh")),
)


def golden(name: str, made: str) -> None:
    assert made.replace("\r\n", "\n") == (GOLDEN / name).read_text(encoding="utf-8")


def masked() -> Masked:
    return Masked(Masks(SETTINGS))


@pytest.mark.parametrize(
    ("name", "hide"),
    [("sent", AS_SENT), ("masked", masked()), ("variables", Variables(PUSH, SETTINGS))],
)
def test_a_request_as_curl_raw_and_ruby(name: str, hide: Hide) -> None:
    made = {
        f"push.{name}.sh": curl(PUSH, hide) + "\n",
        f"push.{name}.http": raw(PUSH, hide),
        f"push.{name}.rb": ruby(PUSH, hide, base_uri="https://api.acme.example/v2/") + "\n",
    }
    for file, text in made.items():
        golden(file, text)
        if name != "sent":
            assert not [secret for secret in SECRETS if secret in text]


def test_raw_lines_end_as_http_wants() -> None:
    head, body = raw(PUSH).split("\r\n\r\n")
    assert body.encode() == PUSH.body
    assert len(head.split("\r\n")) == len(PUSH.headers) + 1
    assert "\n" not in head.replace("\r\n", "")


def test_an_aws_signature_is_left_to_curl() -> None:
    golden("aws.variables.sh", curl(AWS, Variables(AWS, {})) + "\n")


def test_what_no_setting_holds_is_said_of_its_variable() -> None:
    """A token signed for the request, and one that a server gave on the way, in a header whose name tells nothing."""
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"
    headers = (("Authorization", f"Bearer {jwt}"), ("X-Ticket", "v1:ticket-of-the-session"), ("X-Key", "k-3f/9+ab"))
    request = WireRequest("GET", "https://api.acme.example/", "/", headers, b"")
    hide = Variables(request, SETTINGS, also=[("session_token", "ticket-of-the-session")])
    golden("jwt.variables.sh", curl(request, hide) + "\n")


def test_a_digest_answer_is_left_to_curl() -> None:
    answer = (
        'Digest username="grace", realm="r", nonce="n", uri="/", response="0123456789abcdef", qop=auth, nc=00000001'
    )
    request = WireRequest("GET", "https://api.acme.example/", "/", (("Authorization", answer),), b"")
    golden("digest.variables.sh", curl(request, Variables(request, SETTINGS)) + "\n")


def test_exchanges_as_a_har() -> None:
    made = har(OUTCOME.exchanges, lambda _request: masked(), started=AT, version="0")
    golden("run.har", made)
    entries = json.loads(made)["log"]["entries"]
    assert entries[0]["time"] == pytest.approx(60)
    assert entries[1]["startedDateTime"] == "2026-01-02T03:04:05.060Z"
    assert not [secret for secret in (*SECRETS, "abcdefgh") if secret in made]


def test_a_har_as_sent_keeps_bytes_that_are_no_text() -> None:
    reply = WireResponse(200, "OK", (("Content-Type", "image/png"),), b"\x89PNG")
    made = json.loads(har([Exchange(AWS, reply, "request")], started=AT, version="0"))
    content = made["log"]["entries"][0]["response"]["content"]
    assert (content["encoding"], base64.b64decode(content["text"])) == ("base64", b"\x89PNG")


def test_a_report_for_a_ticket() -> None:
    made = ticket(OUTCOME, Masks(SETTINGS), title="POST /v2/contacts", started=AT, source=b"{}", version="0")
    golden("run.md", made)
    assert not [secret for secret in (*SECRETS, "abcdefgh-ijklmnop-qrstuv") if secret in made]


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a POSIX shell")
def test_a_shell_reads_the_curl_command_as_meant(tmp_path: Path) -> None:
    script = f'curl() {{ printf "%s\\0" "$@"; }}\n{curl(PUSH, Variables(PUSH, SETTINGS))}\n'
    environment = {"API_KEY_ENCODED": "k-3f%2F9%2Bab", "PASSWORD": "pass word's", "CLIENT_SECRET": "s3"}
    ran = subprocess.run(["sh", "-c", script], capture_output=True, check=True, env=environment, cwd=tmp_path)
    words = ran.stdout.decode().split("\0")[:-1]
    assert words[:3] == ["-X", "POST", PUSH.url]
    assert words[words.index("-u") + 1] == "grace:pass word's"
    assert words[words.index("--data-raw") + 1] == PUSH.body.decode()
    given = {words[at + 1] for at, word in enumerate(words) if word == "-H"}
    assert given == {
        "User-Agent: ConnectionDesigner/0",
        "Accept: application/json",
        "Content-Type: application/json",
        "Accept-Encoding: gzip, deflate",
    } | {
        "X-Note: it's $5",
        "X-Empty;",
    }


def test_bytes_go_to_curl_by_a_pipe_or_a_file() -> None:
    request = WireRequest("PUT", "https://a.example/[1]", "/[1]", (), b"\xff\x00")
    assert curl(request).startswith(
        "printf %s '/wA=' | base64 -d | curl -X PUT 'https://a.example/[1]' \\\n  --globoff"
    )
    assert "body.bin" in curl(request, masked())


CONSOLE = """{
  connection: {
    authorization: {
      type: 'custom_auth',
      apply: lambda do |connection|
        headers('X-Key' => connection['key']).params(tenant: 't')
        payload { |body| body['signed']['by'] = 'apply' if body['signed'].is_a?(Hash) }
      end
    },
    base_uri: lambda { |_connection| 'https://api.example.com/v2/' }
  },
  actions: { again: { execute: lambda { |connection, _input|
    %s
  } } }
}"""
FORM, XML, PARTS = ["request_format_www_form_urlencoded"], ["format_xml", "root"], ["request_format_multipart_form"]
DEEP = {"a": {"b": "c d"}, "l": ["1", "2"], "signed": {"x": "1"}}


@pytest.mark.parametrize(
    "args",
    [
        {"verb": "get", "url": "a", "chain": [["params", {"a": "1", "b": ["1", "2"], "c": {"d": "e f"}}]]},
        {"verb": "get", "url": "x?b=1&a=2&a=3&c[]=3&c[]=4&flag"},
        {"verb": "get", "url": "a%20b?q=a+b%20c"},
        {"verb": "get", "url": "https://other.example.com/q?x=1"},
        {"verb": "get", "url": "x", "chain": [["response_format_xml"]]},
        {"verb": "get", "url": "x", "chain": [["headers", {"Accept": "text/csv", "x_own": "b"}]]},
        {"verb": "get", "url": "x", "chain": [["case_sensitive_headers", {"x-own": "b", "SOAPAction": "c"}]]},
        {"verb": "post", "url": "x"},
        {"verb": "post", "url": "x", "payload": {**DEEP, "s": "it's #{x} \\ \n", "n": [1, None, True, 1.5]}},
        {"verb": "post", "url": "x", "payload": DEEP, "chain": [FORM]},
        {"verb": "post", "url": "x", "payload": DEEP, "chain": [XML]},
        {"verb": "post", "url": "x", "payload": {"a": "c", "f": ["data", "text/plain", "n.txt"]}, "chain": [PARTS]},
        {"verb": "put", "url": "x", "chain": [["request_body", "[1, 2]"]]},
        {"verb": "put", "url": "x", "chain": [["request_body", '{ "a":  1 }']]},
        {"verb": "put", "url": "x", "chain": [["request_body", "a=1"], ["headers", {"Content-Type": "text/plain"}]]},
        {"verb": "delete", "url": "x", "payload": {"a": 1}},
        {"verb": "options", "url": "x"},
    ],
)  # fmt: skip
def test_the_ruby_of_a_request_makes_that_request_again(args: dict[str, object]) -> None:
    def prepared(source: str, operation: str, arguments: dict[str, object]) -> WireRequest:
        call = Call(source.encode(), operation, arguments, {"key": "k-0123456789"}, random={"seed": "1"})
        outcome = run(call, DryTransport())
        assert outcome.prepared is not None, (source, outcome.error)
        return outcome.prepared

    source = CONSOLE if "payload" in args else CONSOLE.replace("payload {", "nil && payload {")
    first = prepared(source % "nil", "request", args)
    written = ruby(first, base_uri="https://api.example.com/v2/")
    assert not [one for one in ("k-0123456789", "tenant", "apply") if one in written]
    again = prepared(source % written, "action", {"name": "again", "input": {}})
    assert (again.method, again.url.partition("?")[0]) == (first.method, first.url.partition("?")[0])
    assert sorted(again.target.partition("?")[2].split("&")) == sorted(first.target.partition("?")[2].split("&"))
    assert sorted(again.headers) == sorted(first.headers)
    assert again.body == first.body


def test_ruby_is_relative_to_the_base_uri_and_leaves_formats_to_the_sdk() -> None:
    form = WireRequest(
        "POST",
        "https://a.example/token",
        "/token",
        (("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "*/*")),
        b"grant_type=password&password=pass+word%27s&note=a%0Ab",
    )
    assert ruby(form, Variables(form, SETTINGS), base_uri="https://a.example") == (
        "post('/token').\n  payload(grant_type: 'password', password: connection['password'], note: \"a\\nb\").\n"
        "  request_format_www_form_urlencoded.\n  headers('Accept' => '*/*')"
    )
    assert ruby(form, base_uri="https://a.example/tok").startswith("post('https://a.example/token')")


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])), st.sampled_from(["PATH", "20"]))
@example('{"a":"it\\\\\\"s \\\\" %PATH% ^ & | < > ( ) !"}\\n\\n', "PATH")
@example("C:\\\\dir\\\\", "PATH")
@example("", "PATH")
def test_the_prompt_of_windows_reads_the_curl_command_as_meant(text: str, name: str) -> None:
    target = "/a%20b%20c?q=1&r=[2]"
    headers = (("Host", "a.example"), ("X-Text", '50% & ^more^ "q"'), ("Accept", "*/*"), ("User-Agent", "u"))
    request = WireRequest("POST", f"http://a.example{target}", target, headers, text.encode())
    command = curl(request, windows=True)
    words = arguments(command, {name: "expanded"})
    assert words[:4] == ["curl.exe", "-X", "POST", request.url]
    assert words[words.index("--globoff") :] == [
        "--globoff",
        *(word for pair in headers[1:] for word in ("-H", f"{pair[0]}: {pair[1]}")),
        *(["-H", "Content-Type:", "--data-raw", text] if text else []),
    ]


class _Arrived(NamedTuple):
    line: str
    headers: dict[str, str]
    body: bytes


def _run_curl(command: str, environment: dict[str, str], folder: Path) -> _Arrived:
    """What a server receives of the command: names of headers in lower case."""
    with serving(_answer) as server:
        given = {"PATH": os.environ["PATH"], **environment}
        subprocess.run(
            ["sh", "-c", command.replace("http://127.0.0.1:9", server.origin)],
            capture_output=True, check=True, env=given, cwd=folder, timeout=30,
        )  # fmt: skip
        head, _, body = server.received[0].partition(b"\r\n\r\n")
        line, *rest = head.decode("utf-8").split("\r\n")
        return _Arrived(
            line, {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}, body
        )


def _answer(connection: Connection) -> None:
    if connection.request():
        connection.reply()


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/a//b/../c?x=[1]&y={2}&z=%zz", (("Accept", "*/*"), ("X-It", "it's \"$5\" `x` \\ ø")), b""),
        ("GET", "/", (("X-Empty", ""),), b""),
        ("HEAD", "/h", (("Accept", "application/json"),), b""),
        ("POST", "/p", (("Content-Type", "application/json"),), b'{"a":"it\'s @x \\" \xc3\xb8\\n"}'),
        ("POST", "/p", (("Content-Type", "text/plain"),), b"@not-a-file\nline two\n"),
        ("POST", "/p", (("Content-Type", "image/png"),), b"\xff\x00\r\n@"),
        ("POST", "/p", (), b""),
        ("PUT", "/p", (("Content-Type", "application/x-www-form-urlencoded"),), b""),
        ("DELETE", "/p", (("Accept-Encoding", "gzip, deflate"),), b"a=1"),
        ("PATCH", "/p", (("Accept-Encoding", "identity"),), b"%s" % (b"x" * 2000)),
        ("OPTIONS", "/", (("Authorization", "Basic " + base64.b64encode(b"me:pa:ss'").decode()),), b""),
    ],
)  # fmt: skip
def test_the_curl_command_sends_the_same_request(
    tmp_path: Path, method: str, target: str, headers: tuple[tuple[str, str], ...], body: bytes
) -> None:
    url = f"http://127.0.0.1:9{target}"
    request = complete_headers(WireRequest(method, url, target, headers, body))
    arrived = _run_curl(curl(request), {}, tmp_path)
    assert arrived.line == f"{method} {target} HTTP/1.1"
    expected = {name.lower(): value for name, value in request.headers}
    arrived.headers["host"] = expected["host"]
    assert arrived.headers == expected
    assert arrived.body == body


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_variables_of_the_curl_command_give_the_same_request(tmp_path: Path) -> None:
    body = b'{"name":"O\'Brien","password":"pass word\'s"}'
    headers = (("Content-Type", "application/json"), ("Authorization", BASIC), ("X-Key", "k-3f/9+ab"))
    target = "/v2?api_key=k-3f%2F9%2Bab"
    request = complete_headers(WireRequest("POST", f"http://127.0.0.1:9{target}", target, headers, body))
    command = curl(request, Variables(request, SETTINGS))
    environment = {"API_KEY": "k-3f/9+ab", "API_KEY_ENCODED": "k-3f%2F9%2Bab", "PASSWORD": "pass word's"}
    arrived = _run_curl(command, environment, tmp_path)
    assert (arrived.line, arrived.body) == (f"POST {target} HTTP/1.1", body)
    assert (arrived.headers["authorization"], arrived.headers["x-key"]) == (BASIC, "k-3f/9+ab")
