"""The redirect URL is matched exactly, and the verdict says why a look-alike is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.oauth import RedirectError, redirect

PLATFORM = "https://www.workato.com/oauth/callback"
CLI = "http://localhost:45555/oauth/callback"


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        (PLATFORM, PLATFORM),
        (PLATFORM, f"{PLATFORM}?code=c&state=s"),
        (PLATFORM, f"{PLATFORM}#code=c"),
        (PLATFORM, f"{PLATFORM}?error=x&error_description=a\\b|c"),
        (PLATFORM, "https://www.workato.com:443/oauth/callback?code=c"),
        (PLATFORM, "https://WWW.Workato.COM/oauth/callback"),
        (PLATFORM, "HTTPS://www.workato.com/oauth/callback"),
        (CLI, f"{CLI}?code=c"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://[::1]:8080/cb", "http://[::1]:8080/cb?code=c"),
        ("https://app.example.com/cb?tenant=7", "https://app.example.com/cb?tenant=7&code=c"),
        ("https://bücher.example/cb", "https://xn--bcher-kva.example/cb?code=c"),
        ("com.example.app:/oauth", "com.example.app:/oauth?code=c"),
    ],
)
def test_the_redirect_url_itself(wanted: str, url: str) -> None:
    assert redirect.match(wanted, url).matches


@pytest.mark.parametrize(
    ("wanted", "url", "why"),
    [
        (PLATFORM, "http://www.workato.com/oauth/callback?code=c", "the scheme is http, not https"),
        (PLATFORM, "https://www.workato.com/oauth/callback-evil?code=c", "the path is /oauth/callback-evil"),
        (PLATFORM, "https://www.workato.com/oauth/callback/?code=c", "the path is /oauth/callback/"),
        (PLATFORM, "https://www.workato.com/oauth/callback/login?code=c", "the path is /oauth/callback/login"),
        (PLATFORM, "https://www.workato.com/oauth/callback;x?code=c", "the path is /oauth/callback;x"),
        (PLATFORM, "https://www.workato.com/oauth/Callback?code=c", "the path is /oauth/Callback"),
        (PLATFORM, "https://www.workato.com/oauth/%63allback?code=c", "the path is /oauth/%63allback"),
        (PLATFORM, "https://www.workato.com/x/../oauth/callback?code=c", "the path is /x/../oauth/callback"),
        (PLATFORM, "https://www.workato.com:8443/oauth/callback?code=c", "the port is 8443, not 443"),
        (PLATFORM, "https://www.workato.com@evil.example/oauth/callback", "the real host is evil.example"),
        (PLATFORM, "https://x:y@www.workato.com/oauth/callback", "is a user name"),
        (PLATFORM, "https://www.workato.com.evil.example/oauth/callback", "the host is www.workato.com.evil.example"),
        (PLATFORM, "https://www.workato.com./oauth/callback?code=c", "the host is www.workato.com."),
        (PLATFORM, "https://workato.com/oauth/callback?code=c", "the host is workato.com"),
        (PLATFORM, "https://evil.example/oauth/callback?code=c", "the host is evil.example"),
        (PLATFORM, "https://evil.example/?next=https://www.workato.com/oauth/callback", "the host is evil.example"),
        (PLATFORM, "https://www.workatо.com/oauth/callback", "the host is"),  # a Cyrillic o
        (PLATFORM, "https://www.workato.com\\@evil.example/oauth/callback", "the character"),
        (PLATFORM, "https://www.workato.com/oauth/callback\n?code=c", "the character"),
        (PLATFORM, " https://www.workato.com/oauth/callback", "the character"),
        (PLATFORM, "javascript:location='https://www.workato.com/oauth/callback'", "the scheme is javascript"),
        (PLATFORM, "//www.workato.com/oauth/callback", "the scheme is missing"),
        (PLATFORM, "https://[www.workato.com/oauth/callback", "not a URL"),
        (PLATFORM, "https://www.workato.com:x/oauth/callback", "not a URL"),
        (CLI, "http://localhost:45556/oauth/callback?code=c", "the port is 45556, not 45555"),
        (CLI, "http://localhost/oauth/callback?code=c", "the port is 80, not 45555"),
        (CLI, "http://127.0.0.1:45555/oauth/callback?code=c", "the host is 127.0.0.1, not localhost"),
        ("https://a.example/cb?tenant=7", "https://a.example/cb?tenant=8&code=c", "own parameter tenant"),
        ("https://a.example/cb?tenant=7", "https://a.example/cb?code=c", "own parameter tenant"),
    ],
)
def test_look_alikes_are_none_and_say_why(wanted: str, url: str, why: str) -> None:
    verdict = redirect.match(wanted, url)
    assert not verdict.matches
    assert why in verdict.reason


@pytest.mark.parametrize(
    ("url", "resembles"),
    [
        ("https://login.example.com/step?code=abc", True),
        ("https://www.workato.com/oauth/callback-evil", True),
        ("https://www.workato.com.evil.example/", True),
        ("https://login.example.com/authorize?client_id=x", False),
        ("https://www.workato.com/users/sign_in", False),
    ],
)
def test_what_a_careless_client_would_have_taken_is_pointed_out(url: str, resembles: bool) -> None:
    assert redirect.match(PLATFORM, url).resembles is resembles


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = redirect.match(PLATFORM, text)
    assert verdict.reason
    assert not verdict.matches


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20))
def test_nothing_glued_to_the_path_matches(glued: str) -> None:
    verdict = redirect.match(PLATFORM, PLATFORM + glued)
    assert verdict.matches == (glued[0] in "?#")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("/oauth/callback", "absolute"),
        ("https:///oauth/callback", "absolute|no host"),
        ("https://a.example/cb#x", "fragment"),
        ("https://a.example/cb#", "fragment"),
        ("https://user@a.example/cb", "user information"),
        ("https://a.example/c b", "space"),
        ("https://[a/cb", "not a URL"),
        ("", "absolute"),
    ],
)
def test_what_cannot_be_a_redirect_url(url: str, why: str) -> None:
    with pytest.raises(RedirectError, match=why):
        redirect.check(url)


def test_choices_name_the_platform_first_and_have_unique_names() -> None:
    choices = redirect.choices()
    assert choices[0].url == PLATFORM
    assert len({choice.name for choice in choices}) == len(choices)
    by_name = {choice.name: choice for choice in choices}
    assert by_name["cli"].url == CLI
    assert by_name["cli"].local
    assert by_name["loopback"].url is None
    assert by_name["loopback"].local
    assert not choices[0].local
    for choice in choices:
        assert choice.note
        if choice.url:
            assert redirect.check(choice.url) == choice.url


def test_what_was_chosen_or_written_is_a_choice() -> None:
    assert redirect.choice_of("cli").redirect_uri == CLI
    assert redirect.choice_of("loopback").redirect_uri == "http://127.0.0.1/oauth/callback"
    written = redirect.choice_of(" https://auth.example.com/done ")
    assert (written.kind, written.redirect_uri, written.local) == ("other", "https://auth.example.com/done", False)
    assert redirect.choice_of("http://127.0.0.1:9/cb").local
    assert redirect.choice_of("").redirect_uri == "", "an empty line is no choice of a loopback"
    assert redirect.choice_of("other").redirect_uri == "other", "a name nobody sees is what was written"


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:1/x", True),
        ("http://127.0.0.1/x", True),
        ("http://127.8.9.1/x", True),
        ("http://[::1]/x", True),
        ("http://127.0.0.1.evil.example/", False),
        ("http://localhost.evil.example/", False),
        ("http://[", False),
    ],
)
def test_loopback_names(url: str, loopback: bool) -> None:
    assert redirect.is_loopback(url) is loopback
