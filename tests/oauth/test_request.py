"""The URL the consent starts at is put together as the official CLI does it."""

from __future__ import annotations

import pytest

from designer.oauth import OAuthError, Pkce, browser_url

BASE = "https://login.example.com/authorize"
OURS = "client_id=c+id%2F1&redirect_uri=http%3A%2F%2Flocalhost%3A45555%2Foauth%2Fcallback"


def built(url: str, **changes: object) -> str:
    given = {
        "client_id": "c id/1",
        "redirect_uri": "http://localhost:45555/oauth/callback",
        "state": "0123456789abcdef",
    } | changes
    return browser_url(url, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", f"{OURS}&state=0123456789abcdef"),
        ("?response_type=code&scope=a%20b", f"{OURS}&response_type=code&scope=a+b&state=0123456789abcdef"),
        ("?scope=a+b;x=1", f"{OURS}&scope=a+b&state=0123456789abcdef&x=1"),
        ("?scope=a&scope=b", f"{OURS}&scope=b&state=0123456789abcdef"),
        (
            "?claims[id]=1&list[]=a&list[]=b",
            f"claims%5Bid%5D=1&{OURS[:18]}&list%5B%5D=a&list%5B%5D=b&{OURS[19:]}&state=0123456789abcdef",
        ),
        ("?force&x=", f"client_id=c+id%2F1&force=&{OURS[19:]}&state=0123456789abcdef&x="),
        ("?Zed=1&alpha=2&Beta=3", f"Beta=3&Zed=1&alpha=2&{OURS}&state=0123456789abcdef"),
        ("?x=1#frag", f"{OURS}&state=0123456789abcdef&x=1#frag"),
        (
            "?login_hint=j%C3%BCrgen%40example.com",
            f"{OURS[:18]}&login_hint=j%C3%BCrgen%40example.com&{OURS[19:]}&state=0123456789abcdef",
        ),
        (
            "?a[][x]=1&a[][y]=2&a[][x]=3",
            f"a%5B%5D%5Bx%5D=1&a%5B%5D%5Bx%5D=3&a%5B%5D%5By%5D=2&{OURS}&state=0123456789abcdef",
        ),
    ],
)
def test_parameters_are_read_as_rack_reads_them_and_sorted(query: str, expected: str) -> None:
    assert built(BASE + query) == f"{BASE}?{expected}"


def test_the_authors_own_parameters_win() -> None:
    url = built(f"{BASE}?client_id=mine&state=fixed&redirect_uri=https%3A%2F%2Fa.example%2Fcb")
    assert url == f"{BASE}?client_id=mine&redirect_uri=https%3A%2F%2Fa.example%2Fcb&state=fixed"


def test_without_a_client_id_it_is_empty() -> None:
    assert "client_id=&" in built(BASE, client_id=None)


def test_pkce_adds_challenge_and_method() -> None:
    url = built(BASE, pkce=Pkce("v" * 43, "the-challenge", "S256"))
    assert "code_challenge=the-challenge&code_challenge_method=S256" in url
    assert "v" * 43 not in url


def test_one_name_in_two_shapes() -> None:
    with pytest.raises(OAuthError, match="brackets"):
        built(f"{BASE}?a=1&a[b]=2")


@pytest.mark.parametrize("query", ["?login_hint=jürgen", "?x=%zz"])
def test_what_ruby_refuses_is_refused_before_anything_opens(query: str) -> None:
    with pytest.raises(OAuthError, match="Ruby can read") as raised:
        built(BASE + query)
    assert query[1:] not in str(raised.value)
