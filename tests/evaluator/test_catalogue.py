"""What the check ``cannot-preview`` says beforehand is what a run says: same name, same line, nothing sent."""

from __future__ import annotations

import pytest

from designer.checks import CHECKS
from designer.checks import run as check
from designer.ruby import Document
from designer.wire import Call, ScriptedTransport, WireResponse, run

_CHECK = CHECKS["cannot-preview"]
_WHOLE = [each for each in (*_CHECK.trips, *_CHECK.passes) if "test: lambda" in each]


def _reply(_request: object) -> WireResponse:
    return WireResponse(200, "OK", (("Content-Type", "application/json"),), b'{"a": "1", "items": [{"a": 1}]}')


@pytest.mark.parametrize("source", _WHOLE)
def test_the_check_and_the_run_agree(source: str) -> None:
    said = {problem.message for problem in check(Document.parse(source.encode()), codes=["cannot-preview"])}
    outcome = run(Call(source.encode(), "test"), ScriptedTransport(_reply))
    error = outcome.error or {}
    refused = error.get("class") == "Designer::CannotEvaluate"
    assert refused == bool(said), error
    if refused:
        (message,) = said
        name = message.removeprefix("Cannot evaluate ").partition(",")[0]
        # A run knows the class of the receiver: Array#name.
        assert error["name"] == name or error["name"].endswith((f"#{name}", f".{name}"))
        assert message.endswith(f"line {error['line']}.")
