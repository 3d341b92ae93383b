"""Text that is no Ruby at all: it is told so in seconds, whatever its size."""

from __future__ import annotations

import itertools
import random

import pytest

from designer import facts
from designer.connection import read
from designer.ruby import DecodeError, Document

SAMPLE = facts.resource("samples").joinpath("harbor-crm", "connector.rb").read_bytes()


def noise(size: int) -> bytes:
    return "".join(random.Random(1).choices("abc{}[]()|\"'#\n :=>,.do end if", k=size)).encode()


def test_what_gets_nowhere_is_given_up() -> None:
    seconds = itertools.count()
    with pytest.raises(DecodeError, match="nothing like Ruby") as caught:
        Document.parse(noise(40_000), lambda: float(next(seconds)))
    assert "right file" in caught.value.hint


def test_a_slow_machine_is_given_its_time() -> None:
    seconds = itertools.count(step=0.001)
    watched = Document.parse(SAMPLE * 40, lambda: next(seconds))
    assert watched.tree.root_node.end_byte == len(SAMPLE) * 40


def test_a_broken_connector_is_read_all_the_same() -> None:
    at = SAMPLE.index(b"fields: [")
    broken = SAMPLE[:at] + b"( do |" + SAMPLE[at:]
    assert Document.parse(broken, lambda: 0.0).issues == Document.parse(broken).issues != ()


def test_noise_that_is_read_is_understood_in_no_time() -> None:
    document = Document.parse(noise(150_000))
    assert document.issues
    read(document)
