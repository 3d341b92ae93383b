"""Known secrets are found wherever they stand, however many there are; a short one only as a word of its own."""

from __future__ import annotations

import json
import random
import re
import string
import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer.masking import DOTS, Masks
from designer.secrecy.known import Known
from designer.secrecy.spelling import spellings, standing
from tests.benchmarks.measuring import in_turn, tell

LETTERS = string.ascii_letters + string.digits


def tokens(count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=chance.randint(20, 60))) for _ in range(count)]


def places_one_by_one(secrets: list[str], text: str) -> set[int]:
    """Where a letter of a secret stands, looked for spelling by spelling."""
    found: set[int] = set()
    for form in {form for secret in secrets for form in spellings(secret)}:
        before, after = standing(form)
        for match in re.finditer(f"(?={before}{re.escape(form)}{after})", text):
            found.update(range(match.start(), match.start() + len(form)))
    return found


@settings(max_examples=300)
@given(st.data())
def test_what_is_found_is_what_a_search_for_each_finds(data: st.DataObject) -> None:
    secret = st.text(st.sampled_from("ab1é%/"), min_size=4, max_size=30)
    secrets = data.draw(st.lists(secret, min_size=1, max_size=6))
    piece = st.one_of(st.sampled_from(secrets), st.text(st.sampled_from("ab1é%/ \\n"), max_size=12))
    text = "".join(data.draw(st.lists(piece, max_size=12)))
    found = {at for start, end in Known(secrets).places(text) for at in range(start, end)}
    assert found == places_one_by_one(secrets, text)


def test_one_that_begins_within_itself_is_hidden_whole() -> None:
    assert Known(["%1b/%1"]).hidden("%1b/%1b/%1b/%1", DOTS) == DOTS


def test_what_overlaps_is_hidden_whole() -> None:
    known = Known(["first-secret-0001", "0001-and-the-second"])
    assert known.hidden("<first-secret-0001-and-the-second>", DOTS) == f"<{DOTS}>"


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("abcd", "abcdef abcd xabcd", "abcdef ••• xabcd"),
        ("demo", "demonstration/demo?demo_mode=1", "demonstration/•••?demo_mode=1"),
        ("password", "reset_password passwords", "reset_password passwords"),
        ("password", '{"a": "password"}', '{"a": "•••"}'),
        ("abcd", r'"x\nabcd\u00e9abcd"', r'"x\n•••\u00e9•••"'),
        ("abcd", "a=1%20abcd&b=%2520abcd", "a=1%20•••&b=%2520•••"),
        ("ab!d", "ab!d1 xab!d", "•••1 x•••"),
        ("密码密码", "用户密码密码是", "用户•••是"),
        ("2468", "2468 12468 2468.5 v2468 (2468). -2468", "••• 12468 2468.5 v2468 (•••). -•••"),
        ("98765401", "id=98765401;.98765401;X98765401X 198765401", "id=•••;.•••;X•••X 198765401"),
        ("k-0123456789", "botk-0123456789x", "bot•••x"),
        ("correcthorsebatterystaple", "xcorrecthorsebatterystaplex", "x•••x"),
    ],
)
def test_a_short_secret_is_one_as_a_word_of_its_own(secret: str, text: str, shown: str) -> None:
    assert Known([secret]).hidden(text, DOTS) == shown


def test_no_number_of_secrets_is_too_many_to_hide_them_wherever_they_stand() -> None:
    many = tokens(3_000)
    text = json.dumps({"seen": many, "elsewhere": [f"<{quote(one)}>" for one in many]})
    shown = Masks(also=many).body(text)
    assert not [one for one in many if one in shown]


def test_what_it_costs_hardly_grows_with_their_number(capsys: pytest.CaptureFixture[str]) -> None:
    text = json.dumps([{"id": n, "name": "Grace Hopper", "note": "nothing to hide here"} for n in range(800)])
    few, many = Known(tokens(10)), Known(tokens(2_000))
    for_few, for_many = in_turn(lambda: few.hidden(text, DOTS), lambda: many.hidden(text, DOTS))
    tell(capsys, f"200 times as many secrets take {for_many / for_few:.1f} times as long")
    assert for_many < 10 * for_few


def test_a_server_cannot_make_it_slow_by_secrets_that_are_alike() -> None:
    alike = [letter * count for letter in "ab" for count in range(20, 400)]
    known = Known(alike)
    text = "a" * 60_000 + " and " + "b" * 60_000
    start = time.perf_counter()
    shown = known.hidden(text, DOTS)
    assert time.perf_counter() - start < 10, "seconds for what is quadratic else"
    assert "aaaa" not in shown and "bbbb" not in shown
