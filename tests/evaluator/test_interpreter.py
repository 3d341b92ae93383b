"""What the rooms above build on: slots, host objects, lines, the trace, conversions."""

from __future__ import annotations

from typing import Any

import pytest

from designer.evaluator import (
    UNKNOWN,
    CallSite,
    CannotEvaluate,
    HostObject,
    Interpreter,
    Program,
    RArray,
    RHash,
    RProc,
    RString,
    RubyError,
    Value,
    accepted,
    export,
    fold_keywords,
    from_python,
    sym,
    to_python,
)
from tests.evaluator.machine import Trace, failure, machine, raised, run, shown

CONNECTOR = """\
require 'json'
PREFIX = 'https://'

def host(connection)
  connection['domain'] || 'example.com'
end

{
  title: "T",
  connection: {
    fields: [{ name: 'domain' }],
    authorization: {
      type: 'custom_auth',
      apply: lambda do |connection|
        headers('X-Key' => connection['key'], trace: true)
        nope_at_all
      end
    },
    base_uri: ->(connection) { PREFIX + host(connection) }
  },
  actions: { a: { execute: lambda { |_c, input| input['n'] + 1 } }, b: never_defined },
  methods: { double: lambda { |n| n * 2 } }.merge(half: lambda { |n| n / 2 })
}
"""


class Said(HostObject):
    ruby_class_name = "Workato::Connector::Sdk::Request"

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, list[Any], CallSite]] = []

    def respond_to(self, name: str) -> bool:
        return name == "headers"

    def call_method(
        self, name: str, args: list[Value], kwargs: RHash | None, block: RProc | None, call: CallSite
    ) -> Value:
        del block
        if name != "headers":
            return UNKNOWN
        self.calls.append((name, [to_python(a) for a in fold_keywords(args, kwargs)], call))
        return self


def settings(**values: Any) -> Value:
    return from_python(values, indifferent=True)


def test_a_slot_is_read_without_the_rest_of_the_file() -> None:
    vm = machine(CONNECTOR)  # ``b: never_defined`` would raise
    base_uri = vm.connector.dig("connection", "base_uri")
    assert vm.to_s(vm.call_proc(base_uri, [settings(domain="a.example")])) == "https://a.example"
    assert vm.connector.dig("connection", "nothing", "at", "all") is None
    assert vm.connector.keys("actions") == ["a", "b"]
    assert vm.connector.line("connection", "authorization", "apply") == 14
    assert vm.call_proc(vm.connector.dig("actions", "a", "execute"), [None, settings(n=1)]) == 2


def test_an_entry_that_is_computed_is_found_by_evaluating() -> None:
    vm = machine(CONNECTOR)
    assert vm.connector.keys("methods") == ["double", "half"]
    half = vm.connector.dig("methods", "half")
    assert half.pointer == "/methods/half"
    assert vm.call_proc(half, [8]) == 4


def test_the_whole_connector_raises_what_any_part_raises() -> None:
    with pytest.raises(RubyError, match="never_defined") as caught:
        _ = machine(CONNECTOR).connector.value
    assert caught.value.line == 21


def test_a_host_object_is_self_and_learns_where_it_was_called() -> None:
    vm, request = machine(CONNECTOR), Said()
    apply = vm.connector.dig("connection", "authorization", "apply")
    with pytest.raises(RubyError) as caught:
        vm.call_proc(apply, [settings(key="k")], self_obj=request)
    assert request.calls == [
        ("headers", [{"X-Key": "k", "trace": True}], CallSite(15, "/connection/authorization/apply"))
    ]
    error = caught.value
    assert error.ruby_class_name == "NameError"
    assert error.message.startswith("undefined local variable or method `nope_at_all' for #<Workato::Connector")
    assert (error.line, error.pointer) == (16, "/connection/authorization/apply")


def test_a_host_object_leaves_to_ruby_what_it_does_not_know() -> None:
    vm, request = (
        machine("{ a: lambda { |r| [r.class.to_s, r.is_a?(Object), r.nil?, r.respond_to?(:headers)] } }"),
        Said(),
    )
    found = vm.call_proc(vm.connector.dig("a"), [request])
    assert to_python(found) == ["Workato::Connector::Sdk::Request", True, False, True]
    assert raised("puts(1, 2).foo") == ("NoMethodError", "undefined method `foo' for nil:NilClass")


def test_lambdas_are_strict_and_the_sdk_cuts_arguments() -> None:
    vm = machine("{ a: lambda { |one| one } }")
    code = vm.connector.dig("a")
    with pytest.raises(RubyError, match=r"given 2, expected 1"):
        vm.call_proc(code, [1, 2])
    assert vm.call_proc(code, accepted(code, [1, 2])) == 1


def test_constants_are_those_seen_inside_the_sdk() -> None:
    assert raised("raise ArgumentError, 'x'") == ("Workato::Connector::Sdk::ArgumentError", "x")
    assert raised("raise ::ArgumentError, 'x'") == ("ArgumentError", "x")
    assert shown("begin; raise 'x'; rescue RuntimeError; 1; rescue => e; e.class; end") == "RuntimeError"
    assert shown("begin; Integer('x'); rescue ArgumentError; 1; rescue => e; e.class; end") == "ArgumentError"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("\n\n  nil.foo", 3),
        ("x = 1\nx\n  .foo", 3),
        ("[1,\n 2].map do |n|\n  n.nope\nend", 3),
        ("y = [1].map { |n|\n n }\n1 / 0", 3),
        ("f = ->(a) {\n  a }\n\nf.call", 4),
        ("begin\n  raise 'a'\nensure\n  1\nend", 2),
        ("raise ArgumentError,\n  'two lines'", 1),
    ],
)
def test_a_failure_knows_its_line(body: str, line: int) -> None:
    assert failure(body).line == line


def test_puts_goes_to_the_trace() -> None:
    trace = Trace()
    assert shown("puts 'a', ['b', 1]; p :c; sleep 3", trace=trace) == "3"
    assert [t for t in trace if t[0] == "puts"] == [("puts", "a"), ("puts", "b"), ("puts", "1"), ("puts", ":c")]


def test_a_program_is_compiled_once_and_run_often() -> None:
    program = Program(b"{ a: lambda { |n| @seen = [@seen, n] } }")
    first, second = Interpreter(program), Interpreter(program)
    assert first.inspect(first.call_proc(first.connector.dig("a"), [1])) == "[nil, 1]"
    assert second.inspect(second.call_proc(second.connector.dig("a"), [2])) == "[nil, 2]"
    assert Program.of(b"{}") is Program.of(b"{}")


def test_a_byte_order_mark_is_no_code() -> None:
    vm = Interpreter(Program(b"\xef\xbb\xbf{ a: 1 }"))
    assert vm.connector.dig("a") == 1


def test_frozen_string_literals_are_honoured() -> None:
    vm = machine("# frozen_string_literal: true\n{ a: lambda { 'x' << 'y' } }")
    with pytest.raises(RubyError, match='can\'t modify frozen String: "x"'):
        vm.call_proc(vm.connector.dig("a"))


def test_code_that_does_not_parse_is_not_run_in_part() -> None:
    vm = machine("{ a: lambda { headers('x' => ); 1 },\n b: lambda { 2 } }")
    assert vm.call_proc(vm.connector.dig("b")) == 2
    with pytest.raises(Exception, match="syntax error") as caught:
        vm.call_proc(vm.connector.dig("a"))
    assert caught.value.ruby_class_name == "Designer::SyntaxError"  # type: ignore[attr-defined]


def test_values_go_back_and_forth() -> None:
    given = {"a": [1, 2.5, None, True, "é", {"b": b"\xff"}]}
    assert to_python(from_python(given)) == given
    inner = from_python(given, indifferent=True)
    assert inner.get(sym("a")) is inner.get("a")
    with pytest.raises(CannotEvaluate):
        to_python(run("->(x) { x }"))
    with pytest.raises(TypeError):
        from_python(object())


def test_results_are_exported_as_the_vectors_write_them() -> None:
    found = run(
        "{ a: :sym, 'b' => \"\\xff\".b, 3 => nil, t: Time.at(0).utc, z: Time.zone.at(0), d: Date.new(2026, 1, 2), "
        "r: 1..2, c: String, l: -> { } }"
    )
    assert export(found) == {
        "a": {"$symbol": "sym"},
        "b": {"$base64": "/w=="},
        "3": None,
        "t": {"$ruby": "Time", "iso8601": "1970-01-01T00:00:00Z", "to_s": "1970-01-01 00:00:00 UTC", "to_i": 0},
        "z": {
            "$ruby": "ActiveSupport::TimeWithZone",
            "iso8601": "1969-12-31T16:00:00-08:00",
            "to_s": "1969-12-31 16:00:00 -0800",
            "to_i": 0,
        },
        "d": {"$ruby": "Date", "iso8601": "2026-01-02"},
        "r": {"$ruby": "Range", "first": 1, "last": 2},
        "c": {"$ruby": "Class", "name": "String"},
        "l": {"$ruby": "Proc"},
    }


def test_randomness_comes_from_the_port() -> None:
    assert shown("[SecureRandom.hex(2), SecureRandom.uuid, rand(10), rand, [1, 2, 3].sample]") == (
        '["0102", "00000000-0000-4000-8000-000000000002", 3, 0.25, 2]'
    )


def test_binary_strings_stay_binary() -> None:
    found = run("'x'.encode_sha256")
    assert isinstance(found, RString)
    assert found.cls.name == "Workato::Types::Binary"
    assert len(found.to_bytes()) == 32
    assert isinstance(run("[1].freeze"), RArray)
