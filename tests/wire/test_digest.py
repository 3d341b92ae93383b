"""Digest answers, as recorded from the official SDK."""

from __future__ import annotations

import hashlib

import pytest

from designer.wire.digest import answer
from designer.wire.sdk_error import SdkError

CNONCE = "0123456789abcdef0123456789abcdef"


def answered(challenge: str, uri: str = "/things", method: str = "GET") -> str:
    return answer(challenge, method, uri, "Mufasa", "Circle Of Life", CNONCE)


def test_the_example_of_the_rfc() -> None:
    challenge = (
        'Digest realm="testrealm@host.com", qop="auth", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert answered(challenge, "/dir/index.html") == (
        'Digest username="Mufasa", realm="testrealm@host.com", algorithm=MD5, qop=auth, uri="/dir/index.html", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", nc=00000000, cnonce="0123456789abcdef0123456789abcdef", '
        'response="f9af2e78e73506f79f43b609c2690217", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )


def test_without_qop_there_is_no_client_nonce() -> None:
    value = answer('Digest realm="r", nonce="n0nce"', "GET", "/things", "Mufasa", "Circle Of Life", unasked)
    assert value == (
        'Digest username="Mufasa", realm="r", algorithm=MD5, uri="/things", nonce="n0nce", '
        'response="b2ae81c6246f9745e58d46d30cf45e90"'
    )


def test_a_list_of_qop_is_echoed_whole() -> None:
    value = answered('Digest realm="r", nonce="n0nce", qop="auth,auth-int"')
    assert "qop=auth,auth-int, " in value
    assert 'response="97505addc92b2fdf916b0eec574b6917"' in value


def test_the_uri_has_its_query_and_the_method_counts() -> None:
    value = answered('Digest realm="r", nonce="n0nce", qop="auth"', "/p?x=1", "POST")
    assert 'uri="/p?x=1"' in value
    assert 'response="e9d6a949bd12bd5c745978f078c629f2"' in value


def test_users_and_passwords_are_utf8() -> None:
    value = answer('Digest realm="r", nonce="n0nce", qop="auth"', "GET", "/things", "a b@c", "p:ä%", CNONCE)
    assert 'username="a b@c"' in value
    assert 'response="42bd9cd5cb15474131de4f663b385a0a"' in value


def test_a_basic_challenge_gets_a_useless_answer_as_from_the_sdk() -> None:
    assert answered('Basic realm="r"') == (
        'Digest username="Mufasa", realm="r", algorithm=MD5, uri="/things", nonce="", '
        'response="12bc23f4127a4c5459df57187ba5ed46"'
    )


@pytest.mark.parametrize("spelling", ["MD5-sess", '"MD5-sess"'])
def test_session_digests_hash_the_client_nonce_even_without_qop(spelling: str) -> None:
    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    value = answered(f'Digest realm="r", nonce="n0nce", algorithm={spelling}')
    session = md5(f"{md5('Mufasa:r:Circle Of Life')}:n0nce:{CNONCE}")
    response = md5(f"{session}:n0nce:{md5('GET:/things')}")
    assert f'response="{response}"' in value
    assert "algorithm=MD5-sess" in value
    assert "cnonce" not in value


@pytest.mark.parametrize("algorithm", ["SHA-256", "FOO-1"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    with pytest.raises(SdkError) as caught:
        answered(f'Digest realm="r", nonce="n0nce", qop="auth", algorithm={algorithm}')
    assert caught.value.ruby_class == "Net::HTTP::DigestAuth::Error"
    assert caught.value.message == f'unknown algorithm "{algorithm}"'


@pytest.mark.parametrize("challenge", [None, "", "Digest"])
def test_no_challenge_is_no_method_error(challenge: str | None) -> None:
    with pytest.raises(SdkError) as caught:
        answer(challenge, "GET", "/", "u", "p", CNONCE)
    assert caught.value.ruby_class == "NoMethodError"
    assert "WWW-Authenticate" in caught.value.hint


def unasked() -> str:
    raise AssertionError("a client nonce was made for an answer without one")
