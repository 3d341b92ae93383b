"""rest-client's rules, read as the conversation they make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from designer.evaluator import RubyError
from designer.wire.client import Body, Outgoing, execute
from designer.wire.headers import HeaderError, on_the_wire, stringify
from designer.wire.model import WireRequest, WireResponse
from designer.wire.statuses import RestError
from designer.wire.transport import Cancel, ScriptedTransport, TransportError
from designer.wire.urls import UriError

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def talk(
    outgoing: Outgoing, *replies: WireResponse | Exception, now: datetime = NOW
) -> tuple[list[WireRequest], Callable[[], object]]:
    """Send ``outgoing`` against ``replies`` in turn; the requests made, and what came of it."""
    waiting = list(replies)

    def server(_: WireRequest) -> WireResponse:
        reply = waiting.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    transport = ScriptedTransport(server)
    outcome: Callable[[], object]
    try:
        reply = execute(outgoing, lambda request, _: transport.send(request, timeout=1, cancel=Cancel()), lambda: now)
    except RestError as error:
        failed = error
        outcome = lambda: failed  # noqa: E731
    else:
        outcome = lambda: reply  # noqa: E731
    return transport.requests, outcome


def reply(status: int, body: bytes = b"", **headers: str) -> WireResponse:
    return WireResponse(status, "", tuple((name.replace("_", "-"), v) for name, v in headers.items()), body)


def closed() -> TransportError:
    return TransportError("closed", "The server hung up.", arrived=True)


def header(request: WireRequest, name: str) -> str | None:
    return next((value for n, value in request.headers if n == name), None)


def test_a_get_follows_redirects_with_its_headers_and_cookies() -> None:
    sent, outcome = talk(
        Outgoing("GET", "http://h/a?x=1", {"Authorization": "Bearer t"}),
        reply(302, location="/b", set_cookie="sid=1; Path=/"),
        reply(200, b"{}"),
    )
    assert [r.target for r in sent] == ["/a?x=1", "/b"]
    assert header(sent[1], "Authorization") == "Bearer t"
    assert header(sent[1], "Cookie") == "sid=1"
    assert outcome().code == 200  # type: ignore[attr-defined]


def test_a_post_is_repeated_only_where_it_is_asked_for() -> None:
    post = Outgoing("POST", "http://h/a", body=Body(b"x"))
    sent, outcome = talk(post, reply(302, location="/b"))
    assert isinstance(error := outcome(), RestError)
    assert (len(sent), error.message, error.ruby_class) == (1, "302 Found", "RestClient::Found")

    follow = Outgoing("POST", "http://h/a", body=Body(b"x"), follow=True)
    sent, _ = talk(follow, reply(307, location="/b"), reply(200))
    assert [(r.method, r.body) for r in sent] == [("POST", b"x"), ("POST", b"x")]


def test_see_other_becomes_a_get_without_body() -> None:
    sent, _ = talk(Outgoing("POST", "http://h/a", body=Body(b"x")), reply(303, location="/b"), reply(200))
    assert (sent[1].method, sent[1].body) == ("GET", b"")


def test_the_spelling_of_exact_headers_is_lost_on_a_redirect() -> None:
    get = Outgoing("GET", "http://h/a", {"X-A": "1"}, exact={"apiKey": "k"})
    sent, _ = talk(get, reply(301, location="/b"), reply(200))
    assert header(sent[0], "apiKey") == "k"
    assert header(sent[1], "apiKey") is None
    assert header(sent[1], "X-A") == "1"


def test_an_idempotent_request_is_sent_once_more_when_the_server_hangs_up() -> None:
    sent, outcome = talk(Outgoing("GET", "http://h/a"), closed(), reply(200))
    assert len(sent) == 2
    assert not isinstance(outcome(), RestError)
    sent, outcome = talk(Outgoing("POST", "http://h/a"), closed())
    assert len(sent) == 1
    assert str(outcome()) == "Server broke connection"


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "401 Unauthorized"),
        (418, "418 I'm A Teapot"),
        (299, "HTTP status code 299"),
        (308, "308 Permanent Redirect"),
    ],
)
def test_failures_have_the_clients_words(status: int, message: str) -> None:
    _, outcome = talk(Outgoing("GET", "http://h/"), reply(status))
    assert str(outcome()) == message


def test_credentials_of_the_url_become_basic_unless_a_header_says_otherwise() -> None:
    sent, _ = talk(Outgoing("GET", "http://j%C3%BC:p%2B+@h/"), reply(200))
    assert header(sent[0], "Authorization") == "Basic asO8OnArIA=="
    assert "@" not in sent[0].url
    sent, _ = talk(Outgoing("GET", "http://u:p@h/", {"authorization": "mine"}), reply(200))
    assert header(sent[0], "Authorization") == "mine"


def test_a_body_without_a_content_type_is_declared_a_form() -> None:
    sent, _ = talk(Outgoing("GET", "http://h/", body=Body(b"x")), reply(200))
    assert header(sent[0], "Content-Type") == "application/x-www-form-urlencoded"


def test_other_schemes_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(UriError, match="not an HTTP URI"):
        talk(Outgoing("GET", "ftp://h/x"))


def test_header_names() -> None:
    from designer.evaluator import RString, sym

    def to_bytes(value: object) -> bytes:
        return str(value).encode()

    made = stringify(
        [(sym("x_api_key"), RString("1")), (RString("x_api_key"), RString("2")), (sym("accept"), sym("xml"))],
        lambda value: getattr(value, "name", "").encode() or to_bytes(value),
    )
    assert on_the_wire(made) == [("X-Api-Key", "1"), ("X_api_key", "2"), ("Accept", "application/xml")]


def test_of_two_spellings_the_last_value_wins_in_the_first_place() -> None:
    made = on_the_wire({"X-A": "1", "B": "2", "x-a": " 3 "})
    assert made == [("X-A", "3"), ("B", "2")]


def test_line_breaks_cannot_smuggle_headers() -> None:
    with pytest.raises(HeaderError):
        on_the_wire({"X": "a\r\nY: b"})
    with pytest.raises(RubyError):
        talk(Outgoing("GET", "http://h/", {"X": "a\nb"}))


def test_a_message_shows_the_broken_value_as_ruby_does() -> None:
    with pytest.raises(HeaderError) as refused:
        on_the_wire({"x": 'a\n"b'})
    assert refused.value.message == 'header x has field value "a\\n\\"b", this cannot include CR/LF'


def test_an_exact_header_of_nil_takes_the_default_away() -> None:
    sent, _ = talk(Outgoing("GET", "http://h/", {"Accept": "a/b"}, {"Accept": None}), reply(200))
    assert header(sent[0], "Accept") == "*/*"
    body = Body(b"{}")
    sent, _ = talk(Outgoing("POST", "http://h/", {"Content-Type": "a/b"}, {"content-type": None}, body), reply(200))
    assert header(sent[0], "content-type") == "a/b"


def test_the_body_knows_its_own_length() -> None:
    sent, _ = talk(Outgoing("POST", "http://h/", {"Content-Length": "3"}, body=Body(b"abcd")), reply(200))
    assert header(sent[0], "Content-Length") == "4"


def test_some_statuses_have_no_body_whatever_follows() -> None:
    _, outcome = talk(Outgoing("GET", "http://h/"), reply(205, b"ignored"))
    assert outcome().body == b""  # type: ignore[attr-defined]


def test_a_port_beyond_the_last_is_a_failed_connection() -> None:
    with pytest.raises(UriError, match="last port is 65535") as refused:
        talk(Outgoing("GET", "http://127.0.0.1:99999/"))
    assert refused.value.ruby_class == "Errno::ECONNREFUSED"


@pytest.mark.parametrize(
    ("set_cookie", "sent"),
    [
        ('a="q"; Path=/', "a=q"),
        ("a=1, b=2", "a=1; b=2"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "a=1"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", "a=1"),
        ("a=1; Max-Age=0", None),
        ("a=1; Max-Age=-5", None),
        ("a=1; Max-Age=--5", None),
        ("a=1; Max-Age=²", None),
        pytest.param("a=1; Max-Age=" + "9" * 5000, "a=1", id="Max-Age of 5000 digits"),
        ("a=1; Expires=Wed, 21 Oct 99999999999999 07:28:00 GMT", "a=1"),
        ("a=1; Expires=Fri, 02 Jan 2026 03:04:06 -0000", "a=1"),
        ("a=1; Expires=whenever", "a=1"),
    ],
)
def test_cookies_that_are_kept(set_cookie: str, sent: str | None) -> None:
    requests, _ = talk(Outgoing("GET", "http://h/a"), reply(302, location="/b", set_cookie=set_cookie), reply(200))
    assert header(requests[1], "Cookie") == sent


def test_a_cookie_ends_by_the_clock_of_the_run() -> None:
    answers = (reply(302, location="/b", set_cookie="a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT"), reply(200))
    before, after = datetime(2015, 10, 21, 7, 27, tzinfo=UTC), datetime(2015, 10, 21, 7, 28, tzinfo=UTC)
    sent = [talk(Outgoing("GET", "http://h/a"), *answers, now=now)[0][1] for now in (before, after)]
    assert [header(request, "Cookie") for request in sent] == ["a=1", None]


@pytest.mark.parametrize("location", ["http://[zz]/", "http://[::g]/", "http://[vx.y]/"])
def test_brackets_around_no_address_are_a_host_that_is_not_found(location: str) -> None:
    with pytest.raises(UriError, match="Failed to open TCP connection") as refused:
        talk(Outgoing("GET", "http://h/a"), reply(302, location=location))
    assert refused.value.ruby_class == "SocketError"


def test_a_port_of_any_length_is_one_beyond_the_last() -> None:
    with pytest.raises(UriError, match="last port is 65535"):
        talk(Outgoing("GET", "http://h/a"), reply(302, location=f"http://h:{'9' * 5000}/"))
    sent, _ = talk(Outgoing("GET", "http://h/a"), reply(302, location=f"http://i:{'0' * 5000}81/"), reply(200))
    assert sent[1].url == "http://i:81/"
