"""What is kept of a connector between runs holds nothing of any run: code, and nothing that code did."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from designer.wire import Call, DryTransport, run

MEMOIZING = {
    "an instance variable": "@count ||= 0; @count += 1",
    "a literal text": "text = 'a'; text << 'b'; text",
    "a heredoc": "text = <<~END\n  a\n  END\n  text << 'b'; text",
    "a literal list": "list = %w[a b]; list << 'c'; list",
    "a literal hash": "table = { 'a' => [] }; table['a'] << 1; table",
    "a global": "$seen ||= []; $seen << 1; $seen",
    "a method's own": "[call(:counted), call(:counted)]",
    "a text of the settings": "connection['user'] << '!'; connection['user']",
    "a list of the settings": "connection['list'] << 3; connection['list']",
    "a hash of the settings": "connection['table']['n'] = 1; connection['table']",
    "self": "self.instance_variable_set(:@x, 1) rescue 'refused'",
    "the lambda's own default": "call(:with_default)",
}
CONNECTOR = """{
  title: 'Kept',
  connection: { authorization: { type: 'custom_auth' } },
  methods: {
    counted: lambda { @n = (@n || 0) + 1 },
    with_default: lambda { |list = []| list << 1 }
  },
  test: lambda do |connection|
    %s
  end
}
"""
AROUND = """count = 0
names = []
{
  connection: { authorization: { type: 'custom_auth' } },
  test: lambda { |_| names << 'n'; count += 1; [count, names.length] }
}
"""
INSIDE = "{ title: (count = 0; 'Kept'), test: lambda { |_| count = (count || 0) + 1 } }"


def result(source: str, **settings: Any) -> Any:
    given = {"user": "ann", "list": [1, 2], "table": {}, **settings}
    outcome = run(Call(connector=source.encode(), operation="test", settings=given), DryTransport())
    return outcome.error or outcome.result


@pytest.mark.parametrize("code", MEMOIZING.values(), ids=MEMOIZING.keys())
def test_a_run_finds_the_connector_as_the_one_before_it_found_it(code: str) -> None:
    source = CONNECTOR % code
    first = result(source)
    assert [result(source) for _ in range(3)] == [first] * 3


@pytest.mark.parametrize("source", [AROUND, INSIDE], ids=["before the connector", "inside it"])
def test_variables_around_a_lambda_begin_anew_with_every_run(source: str) -> None:
    first = result(source)
    assert [result(source) for _ in range(3)] == [first] * 3
    assert first in ([1, 1], 1)


def test_settings_are_those_of_the_run() -> None:
    source = CONNECTOR % "connection['user']"
    assert [result(source, user=name) for name in ("ann", "bob", "cyd")] == ["ann", "bob", "cyd"]


def test_runs_side_by_side_do_not_meet() -> None:
    source = CONNECTOR % "@mine = connection['user']; 200.times { |i| @mine = connection['user'] if i.even? }; @mine"
    found: dict[str, Any] = {}

    def one(name: str) -> None:
        found[name] = {result(source, user=name) for _ in range(20)}

    threads = [threading.Thread(target=one, args=(name,)) for name in ("ann", "bob", "cyd")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {name: {name} for name in ("ann", "bob", "cyd")}
