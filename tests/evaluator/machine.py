"""An interpreter for tests: a frozen clock, counted randomness, a trace that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from designer.evaluator import EvaluationError, Interpreter, Limits, Ports, Program, RProc, RubyError, Value

PATIENT = Limits(seconds=60.0)
"""What is tested is the answer, however busy the machine; tests about time bring limits of their own."""

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Counted:
    """Randomness that is not random: every answer follows from how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def bytes(self, count: int) -> bytes:
        self.asked += 1
        return bytes((self.asked + place) % 256 for place in range(count))

    def hex(self, count: int) -> str:
        return self.bytes(count).hex()

    def uuid(self) -> str:
        self.asked += 1
        return f"00000000-0000-4000-8000-{self.asked:012}"

    def integer(self, limit: int) -> int:
        self.asked += 1
        return self.asked % limit

    def fraction(self) -> float:
        return 0.25


class Trace(list[tuple[str, str]]):
    def __call__(self, kind: str, title: str, detail: str = "", **rest: Any) -> None:
        del detail, rest
        self.append((kind, title))


def machine(source: str, *, limits: Limits | None = None, trace: Trace | None = None, **ports: Any) -> Interpreter:
    given: dict[str, Any] = {"clock": lambda: AT, "random": Counted(), **ports}
    if trace is not None:
        given["trace"] = trace
    return Interpreter(Program(source.encode("utf-8", "surrogateescape")), Ports(**given), limits or PATIENT)


def run(body: str, args: Sequence[Value] = (), **options: Any) -> Value:
    """The value of a lambda with that body."""
    vm = machine(f"{{ it: lambda {{ |*args| {body}\n }} }}", **options)
    code = vm.connector.dig("it")
    assert isinstance(code, RProc)
    return vm.call_proc(code, args)


def shown(body: str, **options: Any) -> str:
    """``inspect`` of the value of a lambda with that body."""
    vm = machine(f"{{ it: lambda {{ {body}\n }} }}", **options)
    value = vm.call_proc(vm.connector.dig("it"))
    text: str = vm.running(vm.inspect, value)
    return text


def failure(body: str, **options: Any) -> EvaluationError:
    """What a lambda with that body fails with."""
    try:
        value = shown(body, **options)
    except EvaluationError as error:
        return error
    raise AssertionError(f"no failure but {value}")


def raised(body: str, **options: Any) -> tuple[str, str]:
    """(class, message) of the Ruby exception a lambda with that body ends in."""
    error = failure(body, **options)
    assert isinstance(error, RubyError), error
    return error.ruby_class_name, error.message
