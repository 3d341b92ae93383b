"""URLs are read, merged and refused as Ruby's URI does (Ruby 3.1, uri 0.11)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.wire.urls import UriError, dropped_path, form_component, form_decode, parse, resolve


@pytest.mark.parametrize(
    ("base", "reference", "merged"),
    [
        # RFC 3986, 5.4.1
        ("http://a/b/c/d;p?q", "g", "http://a/b/c/g"),
        ("http://a/b/c/d;p?q", "./g", "http://a/b/c/g"),
        ("http://a/b/c/d;p?q", "g/", "http://a/b/c/g/"),
        ("http://a/b/c/d;p?q", "/g", "http://a/g"),
        ("http://a/b/c/d;p?q", "//g", "http://g"),
        ("http://a/b/c/d;p?q", "g?y", "http://a/b/c/g?y"),
        ("http://a/b/c/d;p?q", "#s", "http://a/b/c/d;p?q#s"),
        ("http://a/b/c/d;p?q", "g;x", "http://a/b/c/g;x"),
        ("http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q"),
        ("http://a/b/c/d;p?q", ".", "http://a/b/c/"),
        ("http://a/b/c/d;p?q", "..", "http://a/b/"),
        ("http://a/b/c/d;p?q", "../g", "http://a/b/g"),
        ("http://a/b/c/d;p?q", "../../g", "http://a/g"),
        ("http://a/b/c/d;p?q", "http://x/y", "http://x/y"),
        # what connectors do
        ("https://h", "a", "https://h/a"),
        ("https://h/api/v1/", "things", "https://h/api/v1/things"),
        ("https://h/api/v1", "things", "https://h/api/things"),
        ("https://h/api/v1/", "/things", "https://h/things"),
        ("https://h?x=1", "a", "https://h/a"),
        ("https://u:p@h:8443/x", "/y", "https://u:p@h:8443/y"),
        ("https://u:p@h:8443/x", "//other/y", "https://other/y"),
    ],
)
def test_merge(base: str, reference: str, merged: str) -> None:
    assert str(parse(base).merge(reference)) == merged


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://h", "/"),
        ("http://h?x", "/?x"),
        ("http://h/a?", "/a?"),
        ("http://h/a#f", "/a"),
        ("http://h/a%2Fb", "/a%2Fb"),
    ],
)
def test_request_target(url: str, target: str) -> None:
    assert parse(url).request_target == target


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/a b", 'bad URI(is not URI?): "/a b"'),
        ("/100%", 'bad URI(is not URI?): "/100%"'),
        ('/{"id"}', 'bad URI(is not URI?): "/{\\"id\\"}"'),
        ("/a\n", 'bad URI(is not URI?): "/a\\n"'),
        ("host:80/x", None),
        ("127.0.0.1:80/x", 'bad URI(is not URI?): "127.0.0.1:80/x"'),
        ("/é", 'URI must be ascii only "/\\u00E9"'),
        ("/😀", 'URI must be ascii only "/\\u{1F600}"'),
    ],
)
def test_refused(text: str, message: str | None) -> None:
    if message is None:
        assert parse(text).scheme == "host"
        return
    with pytest.raises(UriError) as refused:
        parse(text)
    assert refused.value.message == message
    assert refused.value.ruby_class == "URI::InvalidURIError"


def test_two_relative_urls_have_nothing_to_merge_with() -> None:
    with pytest.raises(UriError) as refused:
        parse("api/").merge("/x")
    assert refused.value.ruby_class == "URI::BadURIError"


def test_a_query_is_escaped_where_it_must_and_nowhere_else() -> None:
    uri = parse("http://h/p").with_query("a=1 2&b='x'&c=%4z&d=[1|2]&e=ü%")
    assert uri.query == "a=1%202&b=%27x%27&c=%4z&d=[1|2]&e=%C3%BC%"
    with pytest.raises(UriError, match="invalid percent escape: %zz"):
        parse("http://h/p?a=%zz")


def test_a_password_needs_a_user() -> None:
    assert str(parse("http://h/").with_credentials("u", "p")) == "http://u:p@h/"
    assert str(parse("http://h/").with_credentials("u", None)) == "http://u@h/"
    for user in ("", None):
        with pytest.raises(UriError, match="password component depends user component"):
            parse("http://h/").with_credentials(user, "p")


BASES = st.sampled_from(
    ["https://h", "http://H:8080", "https://h:443/", "http://u:@h/a/b?c=d", "https://@[::1]/a//b#f"]
)
REFERENCES = st.text(alphabet="ab/.?#&=%4:@;+~ üé1", max_size=12)
CREDENTIALS = st.one_of(st.none(), st.binary(max_size=6).map(form_component))


@given(BASES, REFERENCES, CREDENTIALS, CREDENTIALS, st.one_of(st.none(), st.text(max_size=8)))
def test_what_reads_back_reads_back(
    base: str, reference: str, user: str | None, password: str | None, query: str | None
) -> None:
    try:
        uri = resolve(base, reference).with_credentials(user, password)
        uri = uri if query is None else uri.with_query(query)
    except UriError:
        return
    if uri.reads_back:
        assert parse(str(uri)) == uri
        bare = replace(uri, user=None, password=None, fragment=None, path=uri.path or "/")
        assert uri.address == str(bare)


def test_credentials_never_show_in_a_repr() -> None:
    assert "s3cret" not in repr(parse("http://u:s3cret@h/"))


@pytest.mark.parametrize("text", ["a b+c", "p@ss:w%rd/?#&=", "пароль✓", "*-._~"])
def test_form_encoding_can_be_undone(text: str) -> None:
    assert form_decode(form_component(text)).decode() == text


def test_form_encoding_escapes_the_tilde_but_not_the_star() -> None:
    assert form_component("*~ ") == "*%7E+"


@pytest.mark.parametrize(
    ("base", "reference", "url", "lost"),
    [
        ("https://a.example/v2/", "/me", "https://a.example/me", "/v2/"),
        ("https://a.example/v2", "me", "https://a.example/me", "/v2"),
        ("https://a.example/v2/", "me", "https://a.example/v2/me", ""),
        ("https://a.example/v2/", "/v2/me?a=/x", "https://a.example/v2/me?a=/x", ""),
        ("https://a.example/v2/", "/v20/me", "https://a.example/v20/me", "/v2/"),
        ("https://a.example/v2/", "https://b.example/me", "https://b.example/me", ""),
        ("https://a.example/v2/", "//b.example/me", "https://b.example/me", ""),
        ("https://a.example/v2", "?page=2", "https://a.example/v2?page=2", ""),
        ("https://a.example", "/me", "https://a.example/me", ""),
        ("", "/me", "/me", ""),
    ],
)
def test_what_a_reference_leaves_of_the_base_path(base: str, reference: str, url: str, lost: str) -> None:
    assert dropped_path(base, reference, url) == lost
