"""A file that breaks off is said to do so, and not to lack what stands below."""

from __future__ import annotations

import pytest

from designer.checks import CHECKS, run
from designer.facts import resource
from designer.ruby import Document

WHOLE = resource("samples", "harbor-crm", "connector.rb").read_bytes()


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.3, 0.5, 0.8])
def test_a_truncated_file_lacks_nothing(share: float) -> None:
    doc = Document.parse(WHOLE[: int(len(WHOLE) * share)] + b"\n")
    assert doc.broken_off is not None
    found = run(doc)
    assert "syntax-error" in {problem.code for problem in found}
    assert not [problem.message for problem in found if CHECKS[problem.code].absence]


def test_a_closer_too_many_breaks_nothing_off() -> None:
    doc = Document.parse(b"{ title: 'A', actions: {} )\n}")
    assert doc.issues and doc.broken_off is None


def test_a_whole_file_is_told_what_it_lacks() -> None:
    codes = {problem.code for problem in run(Document.parse(b"{ title: 'A', actions: {} }"))}
    assert "connection-missing" in codes
