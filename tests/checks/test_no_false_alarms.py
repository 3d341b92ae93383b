"""What checks say about connectors that work: recordings of the official SDK, the sample, and what this tool writes.

Every report counted here was looked at and is so. A recording leaves out what it does not need: most have no test and
declare no fields for the settings they are given.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from designer.checks import CHECKS, Problem, apply_fix, run, silence
from designer.cli import main
from designer.connection import KINDS
from designer.ruby import Document

PROJECT = Path(__file__).resolve().parents[2]
RECORDINGS = PROJECT / "tests" / "vectors" / "recordings"
SAMPLES = PROJECT / "resources" / "samples"

IN_THE_RECORDINGS = {
    "acquire-after-any-failure": 12,
    "acquire-not-a-list": 2,
    "acquire-without-refresh": 3,
    "apply-missing": 1,
    "authorization-missing": 19,
    "authorization-url-missing": 5,
    "aws-block": 1,
    "base-uri-empty": 2,
    "client-id-missing": 1,
    "connection-missing": 2,
    "credentials-ignored": 1,
    "field-never-read": 2,
    "header-twice": 2,
    "lambda-empty": 85,
    "options-missing": 1,
    "pkce-plain": 1,
    "refresh-relative-url": 1,
    "response-type-missing": 13,
    "secret-in-the-file": 2,
    "secret-not-masked": 6,
    "selected-missing": 1,
    "setting-undeclared": 186,
    "signal-never-matches": 1,
    "signal-not-a-list": 2,
    "test-missing": 270,
    "token-url-insecure": 1,
    "type-missing": 2,
    "type-unknown": 2,
    "url-malformed": 1,
}


def found_in(path: Path) -> tuple[Problem, ...]:
    return run(Document.parse(path.read_bytes()))


def test_what_is_reported_in_the_recordings() -> None:
    files = sorted(RECORDINGS.rglob("*.rb"))
    assert len(files) == 299
    assert Counter(problem.code for file in files for problem in found_in(file)) == IN_THE_RECORDINGS


def test_what_the_recordings_do_not_have_is_what_is_missing() -> None:
    """The numerous reports, held against the text by other means than the checks use."""
    for file in RECORDINGS.rglob("*.rb"):
        text = file.read_text(encoding="utf-8")
        codes = {problem.code for problem in found_in(file)}
        if "test-missing" in codes:
            assert not re.search(r"^  test:", text, re.MULTILINE), file
        if "lambda-empty" in codes:
            assert re.search(r"(?:apply|acquire|refresh): lambda \{ \|\w*\| *\}", text), file
        if "setting-undeclared" in codes:
            assert not re.search(r"fields: \[\s*\{", text) or len(re.findall(r"name: '", text)) < 4, file


@pytest.mark.parametrize("sample", sorted(SAMPLES.rglob("connector.rb")), ids=lambda path: path.parent.name)
def test_the_sample_has_no_problem(sample: Path) -> None:
    assert found_in(sample) == ()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"custom"}))
def test_a_new_project_of_any_kind_has_no_problem(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / kind
    assert main(["new", str(folder), "--kind", kind]) == 0
    # What it cannot know is whose API it is.
    assert {problem.code for problem in found_in(folder / "connector.rb")} == {"address-placeholder"}


def test_every_code_counted_is_a_check() -> None:
    assert set(IN_THE_RECORDINGS) <= set(CHECKS)


def one_of_each() -> list[object]:
    """For every code reported in the recordings, one problem of it."""
    found: dict[str, tuple[Path, Problem]] = {}
    for file in sorted(RECORDINGS.rglob("*.rb")):
        for problem in found_in(file):
            if problem.code not in found or (problem.fixes and not found[problem.code][1].fixes):
                found[problem.code] = (file, problem)
    return [pytest.param(*each, id=code) for code, each in sorted(found.items())]


@pytest.mark.parametrize(("file", "problem"), one_of_each())
def test_fixes_and_silence_do_what_they_say_and_come_undone(file: Path, problem: Problem) -> None:
    doc = Document.parse(file.read_bytes())
    for change in (*(apply_fix(doc, fix) for fix in problem.fixes), silence(doc, problem)):
        after = change.document
        left = {(each.pointer, each.message) for each in run(after, codes=[problem.code])}
        assert (problem.pointer, problem.message) not in left
        assert len(after.issues) <= len(doc.issues)
        assert after.apply(change.inverse).document.source == doc.source
