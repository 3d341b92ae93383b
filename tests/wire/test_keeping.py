"""What is kept of a composed request: no secret of the settings, and still the same request."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.masking import DOTS
from designer.secrecy import standing
from designer.wire.composing import Composition, Part


def kept(text: str, secret: Any, name: str = "api_key") -> str:
    """What becomes of a header that no name makes a secret."""
    made = Composition("GET", "/x", (), (("X-Note", text),)).without_secrets({name: secret})
    return made.headers[0][1]


@pytest.mark.parametrize(
    ("secret", "text", "clean"),
    [
        ("abcd", "abcdef abcd", "abcdef {{api_key}}"),
        ("demo", "demonstration of demo", "demonstration of {{api_key}}"),
        ("abc", "abcdef abc", "abcdef abc"),
        ("password", "{{password}} password password_reset", "{{password}} {{api_key}} password_reset"),
        ("api_key", "api_key {{ api_key }}", "{{api_key}} {{ api_key }}"),
        ("k-0123456789", "botk-0123456789/getMe", "bot{{api_key}}/getMe"),
        ("4711", "4711 47110 4711.5", "{{api_key}} 47110 4711.5"),
    ],
)
def test_a_variable_stands_for_a_secret_and_not_for_part_of_a_word(secret: str, text: str, clean: str) -> None:
    assert kept(text, secret) == clean


def test_a_secret_that_reads_like_the_name_of_another_leaves_that_alone() -> None:
    made = Composition("GET", "/x", (), (("X-A", "first-0123456789"), ("X-B", "token_1")))
    clean = made.without_secrets({"token_1": "first-0123456789", "password": "token_1"})
    assert clean.headers == (("X-A", "{{token_1}}"), ("X-B", "{{password}}"))


def test_a_name_that_no_variable_can_have_is_none() -> None:
    assert kept("k-0123456789", "k-0123456789", "api key") == DOTS


def test_a_word_under_a_name_that_is_often_no_secret_stays_one_elsewhere() -> None:
    made = Composition("GET", "/x?state=open&status=open", (("n", "1"), ("pin", "1")))
    clean = made.without_secrets({"state": "open", "pin": "1"})
    assert clean.url == "/x?state={{state}}&status=open"
    assert clean.query == (("n", "1"), ("pin", "{{pin}}"))


@pytest.mark.parametrize("place", ["url", "bare url", "query", "headers", "parts", "body", "form"])
def test_a_secret_in_place_of_a_name_is_taken_out_too(place: str) -> None:
    secret = "k-0123456789"
    made = {
        "url": Composition("GET", f"/x?{secret}=1"),
        "bare url": Composition("GET", f"/x?{secret}"),
        "query": Composition("GET", "/x", ((secret, "1"),)),
        "headers": Composition("GET", "/x", (), ((secret, "1"),)),
        "parts": Composition("POST", "/x", format="multipart", parts=(Part(secret, "1"),)),
        "body": Composition("POST", "/x", body=json.dumps({secret: 1})),
        "form": Composition("POST", "/x", format="raw", body=f"{secret}=1"),
    }[place]
    clean = made.without_secrets({"api_key": secret})
    assert secret not in repr(clean)
    assert clean.incomplete or place in ("url", "bare url", "form")


@pytest.mark.parametrize(
    ("setting", "written", "clean"),
    [
        (98765401, '{"n": 98765401, "m": [1]}', '{"n": "{{pin}}", "m": [1]}'),
        (98765401, '{"n": "98765401"}', f'{{"n": "{DOTS}"}}'),
        (98765401, '{"n": "id 98765401"}', '{"n": "id {{pin}}"}'),
        ("98765401", '{"n": 98765401}', f'{{"n": "{DOTS}"}}'),
        ("98765401", '{"n": "98765401"}', '{"n": "{{pin}}"}'),
        ("true", '{"n": true, "m": "true"}', '{"n": true, "m": "{{pin}}"}'),
    ],
)
def test_a_value_of_json_keeps_its_type(setting: Any, written: str, clean: str) -> None:
    assert Composition("POST", "/x", body=written).without_secrets({"pin": setting}, {"pin"}).body == clean


def test_in_a_raw_body_a_variable_gives_what_it_says_as_it_is() -> None:
    made = Composition("POST", "/x", format="raw", body='{"a": "x\\"y-01234567", "b": "plain-01234567", "c": 98765401}')
    clean = made.without_secrets({"api_key": 'x"y-01234567', "token": "plain-01234567", "password": 98765401})
    assert clean.body == f'{{"a": "{DOTS}", "b": "{{{{token}}}}", "c": {{{{password}}}}}}'


def test_nor_is_a_variable_put_where_json_escapes_the_whole_secret() -> None:
    made = Composition("POST", "/x", format="raw", body='{"password": "\\""}')
    assert made.without_secrets({"password": '"'}).body == f'{{"password": "{DOTS}"}}'


SECRETS = st.one_of(
    st.text(st.sampled_from('ab1-é"&%'), min_size=1, max_size=20), st.integers(1000, 10**9), st.just("api_key")
)
SETTINGS = st.dictionaries(st.sampled_from(["api_key", "password", "client_secret", "pin", "host"]), SECRETS)


@settings(max_examples=300)
@given(SETTINGS, st.data())
def test_what_is_kept_is_the_same_request_and_has_no_secret(known: dict[str, Any], data: st.DataObject) -> None:
    secrets = [str(value) for name, value in known.items() if name != "host"]
    words = st.sampled_from(
        [*secrets, "id", "ab", "a1b", "{{host}}" if "host" in known else "host", *map(str, range(3))]
    )
    text = st.lists(words, max_size=4).map(" ".join)
    names = st.sampled_from(["q", "password", "note", "state"])
    value = st.one_of(text, st.integers(1000, 10**9), st.booleans(), *(st.just(one) for one in known.values()))
    body = st.dictionaries(names, value).map(lambda made: json.dumps(made, ensure_ascii=False))
    made = Composition(
        "POST",
        "/x",
        tuple(data.draw(st.dictionaries(names, text)).items()),
        tuple(data.draw(st.dictionaries(st.sampled_from(["X-Note", "X-Auth"]), text)).items()),
        data.draw(st.sampled_from(["json", "raw"])),
        data.draw(body),
    )
    clean = made.without_secrets(known)
    if not clean.incomplete:
        assert clean.arguments(known, bytes).get("chain") == made.arguments(known, bytes).get("chain")
        assert clean.arguments(known, bytes).get("payload") == made.arguments(known, bytes).get("payload")
    said = "\n".join([clean.url, clean.body, *(text for pair in (*clean.query, *clean.headers) for text in pair)])
    said = re.sub(r"\{\{[\w.-]+\}\}", "", said)
    for secret in (one for one in secrets if len(one) >= 4):
        before, after = standing(secret)
        assert not re.search(f"{before}{re.escape(secret)}{after}", said)
    assert clean.without_secrets(known) == clean
