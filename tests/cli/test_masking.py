"""What a person gets to see never holds a secret."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.masking import DOTS, Masks, is_secret_parameter, mask_url

SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=4, max_size=40).filter(
    lambda text: text.strip() == text and DOTS not in text and not set(text) <= set(DOTS)
)


@pytest.mark.parametrize(
    "name", ["password", "api_key", "client_secret", "access_token", "X-Auth-Token", "code", "state"]
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_parameter(name)


@pytest.mark.parametrize("name", ["token_type", "token_url", "token_endpoint", "expires_in", "client_id", "scope"])
def test_names_about_secrets(name: str) -> None:
    assert not is_secret_parameter(name)


@given(SECRETS)
def test_a_known_secret_is_hidden_wherever_it_stands(secret: str) -> None:
    masks = Masks({"one": {"api_key": secret}})
    for written in (
        f"before {secret} after",
        json.dumps({"echo": f"<{secret}>"}),
        json.dumps({"echo": f"<{secret}>"}, ensure_ascii=False),
        urlencode({"echo": secret}),
        f"https://example.com/{quote(secret, safe='')}/x",
    ):
        for shown in (masks.text(written), masks.body(written), masks.url(written), masks.header("X-Echo", written)):
            assert secret not in shown.replace(DOTS, "")
            assert quote_plus(secret) not in shown


@given(SECRETS)
def test_revealing_changes_nothing(secret: str) -> None:
    masks = Masks({"api_key": secret}, reveal=True)
    assert masks.text(secret) == masks.url(secret) == masks.header("Authorization", secret) == secret


def test_a_header_keeps_its_scheme() -> None:
    masks = Masks({})
    assert masks.header("Authorization", "Bearer abcdefghijklmnopqrstuvwxyz") == "Bearer abcd…wxyz (26 characters)"
    assert masks.header("X-Api-Key", "short") == DOTS
    assert masks.header("Accept", "application/json") == "application/json"


def test_a_url_keeps_its_shape() -> None:
    shown = mask_url("https://ada:pw@example.com/cb?code=c-1&scope=read%20write#access_token=t-1")
    assert shown == f"https://ada:{DOTS}@example.com/cb?code={DOTS}&scope=read%20write#access_token={DOTS}"


def test_exported_data_is_masked_by_name() -> None:
    shown = Masks({}).value({"access_token": "t" * 30, "token_type": "bearer", "list": [{"password": "pw"}], "n": 5})
    assert shown == {
        "access_token": "tttt…tttt (30 characters)",
        "token_type": "bearer",
        "list": [{"password": DOTS}],
        "n": 5,
    }


def test_xml_is_masked_by_the_names_in_it() -> None:
    given = "<a:r token_type='bearer'><s:access_token id='1'>abcdefghijklmnopqrstuvwxyz0123</s:access_token>"
    given += '<user password="hush" name="Ann">n</user></a:r>'
    shown = Masks().body(given, "application/soap+xml")
    assert "abcdefghijklmnopqrstuvwxyz0123" not in shown and "hush" not in shown
    assert shown.startswith(
        "<a:r token_type='bearer'><s:access_token id='1'>abcd…0123 (30 characters)</s:access_token>"
    )
    assert shown.endswith('<user password="•••" name="Ann">n</user></a:r>')
