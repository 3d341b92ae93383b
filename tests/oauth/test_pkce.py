"""RFC 7636, with the vector of its appendix B."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.oauth import PkceError, pkce

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
OCTETS = bytes.fromhex("7418dfb49799e0254ffa607dd8adbbba16d4254d69d6bff05b58055853848d79")


def test_appendix_b() -> None:
    assert pkce.verifier(OCTETS) == VERIFIER
    assert pkce.challenge(VERIFIER) == CHALLENGE


def test_plain_is_the_verifier_itself() -> None:
    assert pkce.challenge(VERIFIER, "plain") == VERIFIER


def test_the_platforms_verifier_has_128_characters() -> None:
    assert len(pkce.verifier(bytes(pkce.PLATFORM_BYTES))) == pkce.PLATFORM_LENGTH == 128


def test_a_pair_fits_and_does_not_show_its_verifier() -> None:
    made = pkce.pair(OCTETS)
    assert (made.verifier, made.challenge, made.method) == (VERIFIER, CHALLENGE, "S256")
    assert VERIFIER not in repr(made)


@given(st.binary(min_size=32, max_size=96))
def test_any_32_to_96_bytes_make_a_verifier(random: bytes) -> None:
    assert pkce.check_verifier(pkce.verifier(random))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a" * 42, "42 characters"),
        ("a" * 129, "129 characters"),
        ("a" * 42 + "+", "not allowed"),
        ("a" * 42 + "é", "not allowed"),
        ("a" * 43 + "\n", "not allowed"),
    ],
)
def test_bad_verifiers(text: str, why: str) -> None:
    with pytest.raises(PkceError, match=why):
        pkce.check_verifier(text)


def test_there_is_no_other_method() -> None:
    with pytest.raises(PkceError, match="s256"):
        pkce.challenge(VERIFIER, "s256")
