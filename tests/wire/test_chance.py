"""Randomness and time can be pinned, and nothing depends on them otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from designer.errors import UserError
from designer.wire.chance import Chance, challenge_of, clock


def test_a_seed_decides_everything() -> None:
    first, second = Chance({"seed": "7"}), Chance({"seed": "7"})
    assert (first.uuid(), first.state, first.verifier, first.boundary()) == (
        second.uuid(),
        second.state,
        second.verifier,
        second.boundary(),
    )
    assert Chance().uuid() != Chance().uuid()


def test_pinned_values_are_taken_as_they_are() -> None:
    chance = Chance({"state": "s", "cnonce": "c", "verifier": "v"})
    assert (chance.state, chance.cnonce, chance.verifier) == ("s", "c", "v")


def test_a_verifier_is_what_the_platform_makes() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{128}", Chance().verifier)


def test_the_challenge_of_rfc_7636_appendix_b() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_uuids_are_version_4() -> None:
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", Chance().uuid())


def test_a_frozen_clock() -> None:
    assert clock("2026-01-02T03:04:05Z")() == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert clock("2026-01-02T03:04:05")().tzinfo is UTC
    with pytest.raises(UserError, match="is not a time"):
        clock("yesterday")
