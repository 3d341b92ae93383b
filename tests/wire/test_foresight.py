"""What certainly cannot be run is refused before the first request; what may not be reached is not."""

from __future__ import annotations

import pytest

from designer.wire import Call, Outcome, ScriptedTransport, WireResponse, run


def acquire(body: str, methods: str = "") -> Outcome:
    source = f"""{{
  connection: {{ authorization: {{ type: 'custom_auth', acquire: lambda do |connection|
    token = post('https://h/session')['token']
    {body}
    {{ token: token }}
  end }} }},
  methods: {{ {methods} }}
}}"""
    answer = WireResponse(200, "", (), b'{"token": "t"}')
    return run(Call(source.encode(), "acquire"), ScriptedTransport(lambda _: answer))


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("`ls`", "backticks"),
        ("class Foo; end", "class"),
        ("x = File.read('key.pem')", "File"),
        ("headers = { 'X' => [\"#{ENV['HOME']}\"] }", "ENV"),
        ("token = token.to_s if File.exist?('x')", "File"),
        ("system('ls')", "system"),
        ("lookup('table')", "lookup"),
        ("workato.net.lookup('h', 'A')", "workato.net"),
        ("headers = { 'X-Country' => connection['country'].to_country_alpha2 }", "String#to_country_alpha2"),
        ("return { token: token } if token\n    x = 1", None),
    ],
)
def test_statements_that_are_reached(body: str, name: str | None) -> None:
    outcome = acquire(body)
    if name is None:
        assert outcome.error is None
        return
    assert outcome.exchanges == ()
    assert outcome.error == {
        "class": "Designer::CannotEvaluate",
        "message": f"cannot evaluate {name}, line 4",
        "line": 4,
        "name": name,
    }


@pytest.mark.parametrize(
    "body",
    [
        "File.read('x') if connection['never']",
        "connection['never'] && File.read('x')",
        "[].each { |item| File.read(item) }",
        "begin; token.length; rescue StandardError; File.read('x'); end",
        "return { token: token } unless connection['never']\n    File.read('x')",
        "case token when 'x' then `ls` end",
        "reader = lambda { File.read('x') }",
        "require 'openssl'",
    ],
)
def test_what_may_not_be_reached_is_run_as_far_as_it_goes(body: str) -> None:
    outcome = acquire(body)
    assert outcome.error is None
    assert outcome.result["token"] == "t"


def test_it_looks_into_methods_that_are_called() -> None:
    outcome = acquire("call(:sign, token)", "sign: lambda { |text| File.read(text) }")
    assert outcome.exchanges == ()
    assert outcome.error is not None
    assert outcome.error["name"] == "File"
