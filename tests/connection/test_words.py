"""Templates, signals, labels: the texts forms hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.connection import label_for, looks_secret, signals, suggested_label
from designer.connection.template import Chip, chips, chips_in, from_parts, parts
from designer.ruby import Regex

names = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
pieces = st.lists(st.one_of(st.text(max_size=12), names.map(Chip)), max_size=6)


@given(pieces)
def test_a_template_gives_its_pieces_back(drawn: list[str | Chip]) -> None:
    template = from_parts(drawn)
    if template is None:
        assert any((isinstance(piece, str) and "#" in piece) or "{" in str(piece) for piece in drawn)
    else:
        assert from_parts(parts(template)) == template
        assert [piece for piece in parts(template) if isinstance(piece, Chip)] == [
            piece for piece in drawn if isinstance(piece, Chip)
        ]
        assert "".join(piece for piece in parts(template) if isinstance(piece, str)) == "".join(
            piece for piece in drawn if isinstance(piece, str)
        )


def test_a_literal_that_looks_like_a_chip_is_no_template() -> None:
    assert from_parts(["a #{b} c"]) is None
    assert from_parts(["a #{b c}"]) == "a #{b c}"
    assert from_parts(["#", "{a}"]) is None


def test_chips_are_found_in_nested_values() -> None:
    assert chips("https://#{host}/#{path}?#{host}") == ("host", "path")
    assert chips_in({"a": ["#{x}"], "b": [{"name": "n", "value": "#{y}#{x}"}], "c": 3}) == ("x", "y")


@given(st.one_of(st.integers(), st.text(), st.builds(Regex, st.text(), st.sampled_from(["", "i", "mx"]))))
def test_a_signal_survives_its_text(item: int | str | Regex) -> None:
    text = signals.to_text(item)
    assert text is not None
    assert signals.from_text(text) == item


def test_signals_read_as_people_write_them() -> None:
    assert signals.to_texts([401, Regex("expired", "i"), "401 Unauthorized", "401"]) == [
        "401",
        "/expired/i",
        "401 Unauthorized",
        '"401"',
    ]
    assert signals.to_texts([401, None]) is None
    assert signals.to_texts([True]) is None


@pytest.mark.parametrize(
    ("name", "platform", "suggested"),
    [
        ("client_id", "Client ID", "Client ID"),
        ("api_key", "Api key", "API key"),
        ("baseUrl", "Base url", "Base URL"),
        ("oauth-token", "Oauth token", "OAuth token"),
        ("id", "ID", "ID"),
        ("", "", ""),
    ],
)
def test_names_in_words(name: str, platform: str, suggested: str) -> None:
    assert label_for(name) == platform
    assert suggested_label(name) == suggested


@pytest.mark.parametrize(
    "name", ["password", "api_key", "APIKey", "client_secret", "login_password", "token", "apiToken"]
)
def test_secret_names(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name", ["token_url", "secret_name", "key_id", "keyboard", "tokens_per_page", "password_hint", "api"]
)
def test_names_of_no_secret(name: str) -> None:
    assert not looks_secret(name)
