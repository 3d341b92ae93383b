"""Every check is held to its own examples: what must be reported, and what comes near and must not."""

from __future__ import annotations

import re

import pytest

from designer.checks import CHECKS, Check, apply_fix, run
from designer.ruby import Document

_INSIDE = re.compile(r"(?:fields|authorization|base_uri|test|extended_fields):")


def connector(example: str) -> Document:
    """An example that is only the inside of a connection gets a connector around it."""
    if _INSIDE.match(example):
        test = "" if example.startswith("test:") else ", test: lambda { |_connection| get('me') }"
        example = f"{{ title: 'Example', connection: {{ {example} }}{test} }}\n"
    return Document.parse(example.encode())


def examples(which: str) -> list[object]:
    return [
        pytest.param(each, example, id=f"{each.code}-{number}")
        for each in CHECKS.values()
        for number, example in enumerate(getattr(each, which), 1)
    ]


@pytest.mark.parametrize("each", CHECKS.values(), ids=lambda each: each.code)
def test_every_check_says_what_it_is(each: Check) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", each.code)
    assert each.title and not each.title.endswith(".")
    assert each.why.endswith(".")
    assert each.trips and each.passes


@pytest.mark.parametrize(("each", "example"), [*examples("trips"), *examples("passes")])
def test_examples_are_ruby(each: Check, example: str) -> None:
    assert each.code == "syntax-error" or connector(example).issues == ()


@pytest.mark.parametrize(("each", "example"), examples("trips"))
def test_a_check_reports(each: Check, example: str) -> None:
    doc = connector(example)
    found = [problem for problem in run(doc, official=True) if problem.code == each.code]
    assert found
    for problem in found:
        assert 0 <= problem.start <= problem.end <= len(doc.source)
        assert (problem.line, problem.column) <= (problem.end_line, problem.end_column)
        assert problem.message.strip()


@pytest.mark.parametrize(("each", "example"), examples("passes"))
def test_a_check_keeps_quiet(each: Check, example: str) -> None:
    assert [problem.message for problem in run(connector(example), official=True) if problem.code == each.code] == []


@pytest.mark.parametrize(("each", "example"), examples("trips"))
def test_a_fix_repairs_what_it_is_offered_for(each: Check, example: str) -> None:
    doc = connector(example)
    for problem in run(doc, codes=[each.code]):
        for fix in problem.fixes:
            change = apply_fix(doc, fix)
            after = change.document
            same = [
                p for p in run(after, codes=[each.code]) if (p.pointer, p.message) == (problem.pointer, problem.message)
            ]
            assert same == [], fix.title
            assert len(after.issues) <= len(doc.issues)
            assert after.apply(change.inverse).document.source == doc.source
