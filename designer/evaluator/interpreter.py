"""The interpreter: runs a program's lambdas and dispatches method calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from designer.evaluator.classes import Value
from designer.evaluator.errors import CannotEvaluate
from designer.evaluator.limits import Limits
from designer.evaluator.ports import Ports
from designer.evaluator.values import RHash, RProc

KEEP: Any = object()
"""``self_obj`` of ``call_proc`` where self stays what it was at the proc's definition."""


class Program:
    """A connector's source, ready to run. ``source`` is UTF-8; nothing is lowered before it is needed."""

    def __init__(self, source: bytes) -> None:
        self.source = source


class Connector:
    """The hash a connector file ends in, read as lazily as its literals allow."""

    @property
    def value(self) -> Value:
        """The whole connector, evaluated."""
        raise CannotEvaluate("connector")

    def dig(self, *path: str) -> Value:
        """The value of a slot, or None where there is none. Raises what evaluating it raises."""
        raise CannotEvaluate("connector")

    def keys(self, *path: str) -> list[str]:
        """Names of the entries of the hash at ``path``; empty where it is no hash."""
        raise CannotEvaluate("connector")

    def pointer(self, *path: str) -> str:
        return "".join("/" + p.replace("~", "~0").replace("/", "~1") for p in path)

    def line(self, *path: str) -> int | None:
        """First line of the entry's value, 1-based."""
        raise CannotEvaluate("connector")


class Interpreter:
    """Runs one program. Not for several threads at once."""

    def __init__(
        self, program: Program | None = None, ports: Ports | None = None, limits: Limits | None = None
    ) -> None:
        self.program = program
        self.ports = ports or Ports()
        self.limits = limits or Limits()
        self.connector = Connector()
        self.line = 0
        self.pointer: str | None = None

    def call_proc(
        self,
        proc: RProc,
        args: Sequence[Value] = (),
        kwargs: RHash | None = None,
        block: RProc | None = None,
        self_obj: Value = KEEP,
    ) -> Value:
        """Call a proc or lambda; with ``self_obj`` as ``instance_exec`` does."""
        raise CannotEvaluate("call_proc")

    def send(
        self,
        receiver: Value,
        name: str,
        args: Sequence[Value] = (),
        kwargs: RHash | None = None,
        block: RProc | None = None,
        line: int | None = None,
    ) -> Value:
        """Call a public Ruby method."""
        raise CannotEvaluate(name)

    def inspect(self, value: Value) -> str:
        raise CannotEvaluate("inspect")

    def to_s(self, value: Value) -> str:
        raise CannotEvaluate("to_s")

    def respond_to(self, value: Value, name: str) -> bool:
        raise CannotEvaluate("respond_to?")

    def equal(self, a: Value, b: Value) -> bool:
        """Ruby's ``==``."""
        raise CannotEvaluate("==")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While inside, the time limit does not run."""
        yield
