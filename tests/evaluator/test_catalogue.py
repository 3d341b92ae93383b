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


def test_errors_of_the_http_client_are_named_freely_and_its_calls_refused() -> None:
    source = b"""{ test: lambda { |c|
      begin
        get('https://h/')
      rescue RestClient::Forbidden, RestClient::ExceptionWithResponse, RestClient::Conflict => e
        e.message
      end
    } }"""
    assert not check(Document.parse(source), codes=["cannot-preview"])
    (said,) = check(Document.parse(b"{ test: lambda { |c| RestClient.get('https://h/') } }"), codes=["cannot-preview"])
    assert said.message == "Cannot evaluate RestClient.get, line 1."


@pytest.mark.parametrize(
    "name", ["RestClient::Response", "OpenSSL::X509::Certificate", "Net::HTTP::Get", "Nokogiri::XML::Document"]
)
def test_what_a_library_has_beyond_what_is_here_is_refused_and_not_undefined(name: str) -> None:
    source = f"{{ connection: {{}}, test: lambda {{ |c| {name} }} }}".encode()
    outcome = run(Call(source, "test"), ScriptedTransport(_reply))
    assert outcome.error is not None
    assert outcome.error["class"] == "Designer::CannotEvaluate"
    assert name in outcome.error["message"]
