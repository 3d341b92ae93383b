from __future__ import annotations

import pytest

from designer.wire.model import Origin, WireRequest
from designer.wire.prepare import USER_AGENT, complete_headers, host_header


def wire(*headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> WireRequest:
    return WireRequest(method, "http://user:pw@Example.com:80/a", "/a", headers, body, {"url": Origin("you")})


def test_what_a_client_owes_is_added_and_says_so() -> None:
    complete = complete_headers(wire(("X-b", "1"), ("x-B", "2")))
    assert complete.headers == (
        ("Host", "example.com"),
        ("X-b", "1"),
        ("x-B", "2"),
        ("User-Agent", USER_AGENT),
        ("Accept-Encoding", "gzip, deflate"),
    )
    added = {name for name, origin in complete.origins.items() if origin == Origin("client")}
    assert added == {"header:Host", "header:User-Agent", "header:Accept-Encoding"}
    assert complete.origins["url"] == Origin("you")
    assert complete_headers(complete) == complete


def test_given_headers_win_in_any_spelling() -> None:
    given = (("accept-encoding", "br"), ("USER-AGENT", "me"), ("content-length", "3"), ("host", "other"))
    complete = complete_headers(wire(*given, body=b"abc"))
    assert complete.headers == (given[3], *given[:3])


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [("GET", b"", None), ("DELETE", b"", None), ("POST", b"", "0"), ("put", b"", "0"), ("GET", "é".encode(), "2")],
)
def test_content_length_is_sent_where_it_means_something(method: str, body: bytes, length: str | None) -> None:
    assert dict(complete_headers(wire(method=method, body=body)).headers).get("Content-Length") == length


def test_a_chunked_body_has_no_length() -> None:
    complete = complete_headers(wire(("Transfer-Encoding", "chunked"), method="POST", body=b"abc"))
    assert "Content-Length" not in dict(complete.headers)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://h:443/", "h"),
        ("https://h:80/", "h:80"),
        ("http://[::1]:8080/x", "[::1]:8080"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_host_headers(url: str, host: str) -> None:
    assert host_header(url) == host
