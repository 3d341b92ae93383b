"""What people write where the address of a proxy is asked for."""

from __future__ import annotations

import pytest

from designer.wire.proxy import ProxyError, apart, read_proxy, together


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://proxy.example:3128", "proxy.example:3128"),
        ("proxy.example:3128", "proxy.example:3128"),
        ("http://proxy.example", "proxy.example:8080"),
        ("http://[::1]:3128", "[::1]:3128"),
        ("[::1]", "[::1]:8080"),
        ("http://me:s3cret@proxy.example:3128/", "proxy.example:3128"),
    ],
)
def test_an_address_is_read(text: str, address: str) -> None:
    proxy = read_proxy(text)
    assert (proxy.address, proxy.url) == (address, f"http://{address}")
    assert "s3cret" not in repr(proxy)


def test_user_and_password_are_decoded() -> None:
    assert read_proxy("http://me:pa%20ss@h:1").auth == ("me", "pa ss")
    assert read_proxy("http://h:1").auth is None


@pytest.mark.parametrize(
    "text",
    ["http://[", "http://h:abc", "http://h:99999", "http://[zz]:1", "socks5://h:1", "http://", "", "http://h:0",
     "http://a b:1", "http://me:s3cret@[", "s3cret@", "http://ü℀.example", "https://h:1"],
)  # fmt: skip
def test_what_is_no_proxy_is_said_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(ProxyError) as refused:
        read_proxy(text)
    assert "proxy" in str(refused.value) and "s3cret" not in str(refused.value)


@pytest.mark.parametrize("login", ["me:pa:ss @/%ø", "me:", "me:s3cret"])
@pytest.mark.parametrize("address", ["http://proxy.example:3128", "http://[::1]:3128"])
def test_address_and_login_are_taken_apart_and_put_together(address: str, login: str) -> None:
    whole = together(address, login)
    assert apart(whole) == (address, login)
    assert read_proxy(whole).auth == tuple(login.split(":", 1))


def test_what_has_no_login_stays_as_it_is_written() -> None:
    for text in ("proxy.example", "http://proxy.example/", "", "http://[", "s3cret@"):
        assert apart(text) == (text, "") and together(text, "") == text
    assert together("proxy.example:1", "me:x") == "http://me:x@proxy.example:1"
    assert together("", "me:x") == "", "a login alone is for nobody"
