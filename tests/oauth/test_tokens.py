"""Tokens: when they end, what a JWT says, what is shown of them."""

from __future__ import annotations

import base64

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.masking import mask, mask_url
from designer.oauth import Expiry, TokenSet, tokens
from designer.oauth.reply import error_in

NOW = 1_767_323_045.0
KEY = "0123456789abcdef0123456789abcdef"


def test_expiry_from_expires_in() -> None:
    held = TokenSet.from_reply({"access_token": "at", "expires_in": 3600}, received_at=NOW)
    assert held.expiry == Expiry(NOW + 3600, "expires_in")
    assert held.expiry.left(NOW + 60) == 3540


@pytest.mark.parametrize("value", ["3600", 3600, 3600.0])
def test_expires_in_as_providers_send_it(value: object) -> None:
    assert TokenSet.from_reply({"expires_in": value}, received_at=0).expiry.at == 3600


@pytest.mark.parametrize("value", [None, "", "soon", True, -1, [], "nan", "inf"])
def test_unknown_when_unknown_never_never(value: object) -> None:
    held = TokenSet.from_reply({"access_token": "at", "expires_in": value}, received_at=NOW)
    assert held.expiry == Expiry(None, "")
    assert held.expiry.left(NOW) is None
    assert tokens.remaining(held.expiry.left(NOW)) == "unknown"


def test_expiry_from_the_exp_claim() -> None:
    access = jwt.encode({"exp": int(NOW) + 60}, KEY, algorithm="HS256")
    held = TokenSet.from_reply({"access_token": access}, received_at=NOW)
    assert held.expiry == Expiry(int(NOW) + 60, "exp")


def test_the_refresh_tokens_own_end() -> None:
    reply = {"access_token": "at", "refresh_token": "rt", "refresh_token_expires_in": 86400}
    assert TokenSet.from_reply(reply, received_at=NOW).refresh_expiry == Expiry(NOW + 86400, "refresh_token_expires_in")


@pytest.mark.parametrize("blank", [{}, {"refresh_token": ""}, {"refresh_token": None}, {"refresh_token": " "}])
def test_a_refresh_without_refresh_token_keeps_the_old_one(blank: dict[str, object]) -> None:
    before = TokenSet.from_reply({"access_token": "1", "refresh_token": "rt"}, received_at=NOW)
    after = TokenSet.from_reply({"access_token": "2"} | blank, received_at=NOW, previous=before)
    assert (after.access_token, after.refresh_token) == ("2", "rt")


def test_rotation_replaces_it() -> None:
    before = TokenSet.from_reply({"refresh_token": "old"}, received_at=NOW)
    assert TokenSet.from_reply({"refresh_token": "new"}, received_at=NOW, previous=before).refresh_token == "new"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a b", ("a", "b")), ("a,b", ("a", "b")), (["a", "b"], ("a", "b")), ("", None), (None, None), (7, None)],
)
def test_scopes(value: object, expected: tuple[str, ...] | None) -> None:
    assert TokenSet.from_reply({"scope": value}, received_at=0).scopes == expected


def test_secrets_do_not_show() -> None:
    reply = {"access_token": "access-secret-access-secret", "refresh_token": "refresh-secret", "id_token": "id-secret"}
    held = TokenSet.from_reply(reply, received_at=NOW)
    assert "secret" not in repr(held)
    assert held.masked() == {
        "access_token": "acce…cret (27 characters)",
        "refresh_token": "•••",
        "id_token": "•••",
    }


def test_a_jwt_is_decoded_without_its_key() -> None:
    token = jwt.encode({"sub": "déjà", "aud": "x"}, KEY, algorithm="HS256", headers={"kid": "1"})
    read = tokens.decode(token)
    assert read is not None
    assert read.header == {"alg": "HS256", "typ": "JWT", "kid": "1"}
    assert read.claims == {"sub": "déjà", "aud": "x"}


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=5))
def test_base64url_in_every_length(claims: dict[str, int | str]) -> None:
    claims = {name: value for name, value in claims.items() if name not in {"iss", "sub", "exp", "iat", "nbf", "jti"}}
    read = tokens.decode(jwt.encode(claims, KEY, algorithm="HS256"))
    assert read is not None
    assert read.claims == claims


@given(st.text())
def test_any_text_is_a_jwt_or_none(text: str) -> None:
    tokens.decode(text)


@pytest.mark.parametrize("text", [None, "", "opaque", "a.b.c", "a.b", "e30.e30.x", "bnVsbA.bnVsbA.x"])
def test_what_is_no_jwt(text: str | None) -> None:
    assert tokens.decode(text) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "unknown"),
        (-1, "expired"),
        (0, "expired"),
        (59, "59 s"),
        (60, "1 min"),
        (2520, "42 min"),
        (3600, "1 h"),
        (11_100, "3 h 5 min"),
        (86400 * 12, "12 days"),
    ],
)
def test_time_left_in_words(seconds: float | None, words: str) -> None:
    assert tokens.remaining(seconds) == words


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/cb?code=xyz&state=abc&x=1", "https://a.example/cb?code=•••&state=•••&x=1"),
        ("https://a.example/cb#access_token=xyz&x=1", "https://a.example/cb#access_token=•••&x=1"),
        (
            "https://a.example/?Client_Secret=x&my_api_key=y&code=",
            "https://a.example/?Client_Secret=•••&my_api_key=•••&code=",
        ),
        ("https://user:pass@a.example/", "https://user:•••@a.example/"),
        ("https://a.example/?x=a+b#top", "https://a.example/?x=a+b#top"),
        (
            "https://a.example/login?next=/cb%3Fcode%3Dxyz%26x%3D1",
            "https://a.example/login?next=/cb%3Fcode%3D•••%26x%3D1",
        ),
        ("javascript:alert(1)", "javascript:…"),
        ("http://[a/?code=secret", "http://[a/"),
    ],
)
def test_urls_are_shown_without_their_secrets(url: str, shown: str) -> None:
    assert mask_url(url) == shown


def test_a_url_within_a_url_within_a_url_ends_somewhere() -> None:
    assert mask_url("https://a.example/" + "?a=" * 20_000)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", min_size=20, max_size=200))
def test_a_mask_is_never_the_secret(secret: str) -> None:
    assert secret not in mask(secret)
    assert secret not in mask_url(f"https://a.example/?refresh_token={secret}")


def test_what_is_nested_too_deeply_says_nothing() -> None:
    deep = base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=")
    assert tokens.decode(f"{deep}.{deep}.x") is None
    assert not tokens.has_access_token("[" * 200_000)
    assert error_in("[" * 200_000) == ("", "")
