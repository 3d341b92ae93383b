"""The fuzzing script: its steps take what it once found, and without atheris it says what is missing."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.packaging.conftest import PROJECT

FOUND = [
    b"{ title: 'A', test: lambda { |c| get('/', 08) } }",
    b"{ title: 'a'onnecto{ title: 'A', connection: { authorization: { typr' e: 'b}asic_aut\nh' } } }",
]


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT / "packaging"))
    return importlib.import_module("fuzz")


@pytest.mark.parametrize("data", [b"", b"\xff\x00", b"{", b"{ title: 'A' }", *FOUND])
def test_inputs_that_are_fine(fuzz: ModuleType, data: bytes) -> None:
    fuzz.attempt(data)


_WORDS = st.sampled_from(
    ["{", "}", "[", "]", "title:", "connection:", "fields:", "authorization:", "type:", "'oauth2'", "apply:",
     "acquire:", "base_uri:", "test:", "lambda", "do", "end", "|c|", "{ |c| ", "(", ")", ",", "=>", "'", '"', "#{",
     "<<~X\n", "X\n", "\n", "c['a']", "get('/')", "headers(a: 1)", "nil", "1", ":a", "if", "begin", "rescue", "é", "\\"]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(words=st.lists(_WORDS, max_size=60))
def test_pieces_of_connectors_in_any_order(fuzz: ModuleType, words: list[str]) -> None:
    fuzz.attempt(" ".join(words).encode())


def test_without_atheris(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    assert fuzz.main(["--seconds", "1"]) == 2
    assert "pip install atheris" in capsys.readouterr().err
