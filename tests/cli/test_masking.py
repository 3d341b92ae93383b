"""What a person gets to see never holds a secret."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.jsonleaves import laid_out, leaves
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


def test_only_a_scheme_stands_before_what_is_hidden() -> None:
    masks = Masks({})
    assert masks.header("X-Password", "hunter2 abc") == DOTS
    assert masks.header("X-Auth", "Token abc") == f"Token {DOTS}"
    assert masks.header("Authorization", "Odd abc") == f"Odd {DOTS}"
    # The last letters of Basic are the end of the password.
    assert masks.header("Authorization", "Basic c29tZWJvZHlAZXhhbXBsZS5jb206eDF5") == f"Basic {DOTS}"


def test_a_known_secret_is_hidden_as_a_name_too_and_a_number_only_where_it_is_one() -> None:
    masks = Masks({"api_key": "k-12345678", "pin": 1234})
    assert masks.value({"k-12345678": 1}) == {DOTS: 1}
    assert masks.body('{"a":1234.5,"b":0.1234,"c":1234}') == f'{{"a":1234.5,"b":0.1234,"c":"{DOTS}"}}'


def test_a_cookie_is_hidden_whole_however_short_and_its_attributes_stay() -> None:
    masks = Masks({})
    assert masks.header("Set-Cookie", "sid=abc123; Path=/; HttpOnly") == f"sid={DOTS}; Path=/; HttpOnly"
    assert masks.header("Cookie", "sid=abc; theme=dark-0123456789abcdef") == f"sid={DOTS}; theme={DOTS}"
    assert masks.header("Set-Cookie", "sid=; Max-Age=0") == "sid=; Max-Age=0"
    assert masks.header("Set-Cookie", "hunter2; Path=/") == f"{DOTS}; Path=/"
    assert masks.header("Cookie", "a b=hunter2; hunter2; ") == f"a b={DOTS}; {DOTS}; "


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


def test_what_is_not_hidden_stays_to_the_character() -> None:
    masks = Masks({"api_key": "LIVE-1234"})
    for kind, written, shown in (
        ("application/json", '{"a":"b"}', '{"a":"b"}'),
        (
            "application/json",
            '{"name":"O\'Brien \\u20ac",\n "n":1.50 , "password":"pw", "x":["LIVE-1234",{}],"k\\"":"a\\/LIVE-1234" }',
            '{"name":"O\'Brien \\u20ac",\n "n":1.50 , "password":"•••", "x":["•••",{}],"k\\"":"a\\/•••" }',
        ),
        ("application/json", '{"pin": 123456, "id": 123456}', '{"pin": "•••", "id": 123456}'),
        (
            "application/json",
            '{"b": "{\\"password\\":\\"pw\\", \\"a\\":1}"}',
            '{"b": "{\\"password\\":\\"•••\\", \\"a\\":1}"}',
        ),
        (
            "application/x-www-form-urlencoded",
            "grant_type=urn%3aietf%3Aparams&b=%20+%7E&&c&password=p%26w&e=",
            "grant_type=urn%3aietf%3Aparams&b=%20+%7E&&c&password=•••&e=",
        ),
    ):
        assert masks.body(written, kind) == shown
    assert masks.url("HTTPS://a.example?&a=%2f~&token=x#") == "HTTPS://a.example?&a=%2f~&token=•••#"
    assert masks.url("/p?next=https%3A%2F%2Fb%2F%3Ftoken%3Dx&b=%7e") == "/p?next=https://b/%3Ftoken%3D•••&b=%7e"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='ab"\\'), inner),
)


@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_json_without_a_secret_is_not_touched(value: object, plain: bool, indent: int | None) -> None:
    written = json.dumps(value, ensure_ascii=plain, indent=indent)
    assert Masks({"api_key": "LIVE-1234-no-text-has-this"}).body(written, "application/json") == written


@given(JSON_VALUES)
def test_the_values_of_a_json_text_are_found_where_they_stand(value: object) -> None:
    written = json.dumps(value)

    def walk(one: object, name: str) -> list[tuple[str, object]]:
        if isinstance(one, dict):
            return [leaf for key, inner in one.items() for leaf in walk(inner, key)]
        return [leaf for inner in one for leaf in walk(inner, name)] if isinstance(one, list) else [(name, one)]

    assert [(name, json.loads(written[start:end])) for name, start, end in leaves(written)] == walk(value, "")


@given(JSON_VALUES)
def test_json_is_laid_out_without_changing_what_it_says(value: object) -> None:
    for written in (json.dumps(value), json.dumps(value, separators=(",", ":"))):
        assert laid_out(written) == json.dumps(value, indent=2)


def test_json_is_laid_out_with_its_numbers_escapes_and_repeated_names_as_they_are_written() -> None:
    assert laid_out('{"a":1.50,"a":"\\u20ac\\/" ,"b":[ ],"c":1e400}') == (
        '{\n  "a": 1.50,\n  "a": "\\u20ac\\/",\n  "b": [],\n  "c": 1e400\n}'
    )
