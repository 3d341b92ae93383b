"""What a running block, lambda or method has: its variables, its self, and the ways out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from designer.evaluator.classes import Value
from designer.evaluator.values import Parameter

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter
    from designer.evaluator.values import RHash, RProc


class Home:
    """The lambda or method a block belongs to: where ``return`` leaves from and ``yield`` finds its block."""

    __slots__ = ("block",)

    def __init__(self, block: RProc | None = None) -> None:
        self.block = block


class Frame:
    """Variables of one run of a block, lambda or method; ``parent`` is the frame around it."""

    __slots__ = ("home", "parent", "proc", "self_obj", "vars", "vm")

    def __init__(
        self,
        vm: Interpreter,
        size: int,
        parent: Frame | None,
        self_obj: Value,
        home: Home,
        proc: RProc | None = None,
    ) -> None:
        self.vm = vm
        self.vars: list[Value] = [None] * size
        self.parent = parent
        self.self_obj = self_obj
        self.home = home
        self.proc = proc


Thunk: TypeAlias = Callable[[Frame], Value]
"""A compiled node."""


class Signal(Exception):
    """A jump that Ruby code makes; never leaves the interpreter."""

    def __init__(self, tag: Any, value: Value = None) -> None:
        super().__init__()
        self.tag = tag
        self.value = value


class NextSignal(Signal):
    """``next`` out of a block: the tag is the block's frame."""


class BreakSignal(Signal):
    """``break`` out of a block or a loop: the tag is the block's proc, or the loop's frame and place."""


class ReturnSignal(Signal):
    """``return``: the tag is the Home to leave."""


class RedoSignal(Signal):
    pass


class RetrySignal(Signal):
    """``retry``: the tag is the begin block it stands in."""


class ThrowSignal(Signal):
    """``throw``: the tag is the thrown object."""


class StopIterating(Signal):
    """Ends an iteration that Python code started; the tag is whoever started it."""


Invoke: TypeAlias = "Callable[[Interpreter, RProc, Value, list[Value], RHash | None, RProc | None], Value]"


class CompiledCode:
    """A compiled block, lambda or method. ``invoke(vm, proc, self_obj, args, kwargs, block)`` runs it."""

    __slots__ = ("defaults", "invoke", "line", "name", "parameters")

    def __init__(
        self, invoke: Invoke, parameters: tuple[Parameter, ...], line: int, name: str | None, defaults: int = 0
    ) -> None:
        self.defaults = defaults
        self.invoke = invoke
        self.parameters = parameters
        self.line = line
        self.name = name
