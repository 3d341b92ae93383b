"""The interpreter: runs a program's lambdas and dispatches method calls."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from designer.evaluator import answering, classes, comparing, constants, errors, implicit
from designer.evaluator.classes import Builtin, RClass, Value
from designer.evaluator.connector import Connector, Program
from designer.evaluator.errors import CannotEvaluate, RubyError
from designer.evaluator.explaining import EXPLAINED, explain, rescues
from designer.evaluator.frames import Frame, Home, Thunk
from designer.evaluator.inspecting import inspect, to_s
from designer.evaluator.iterating import elements
from designer.evaluator.kinds import FIXED, class_of, describe_class
from designer.evaluator.known import REFUSED
from designer.evaluator.limits import DEFAULT, Limits
from designer.evaluator.meter import WORK, Meter
from designer.evaluator.ports import Ports
from designer.evaluator.strings import combine
from designer.evaluator.values import (
    UNKNOWN,
    CallSite,
    HostObject,
    RArray,
    RException,
    RHash,
    RObject,
    RProc,
    RString,
    Symbol,
    truthy,
)

__all__ = ["KEEP", "Connector", "Interpreter", "Program", "class_of", "describe_class"]

KEEP: Any = object()
"""``self_obj`` of ``call_proc`` where self stays what it was at the proc's definition."""

_PYTHON_FRAMES = 10_000
if sys.getrecursionlimit() < _PYTHON_FRAMES:
    # One Ruby call takes several Python frames, which need no C stack; Limits.depth bounds the Ruby calls.
    sys.setrecursionlimit(_PYTHON_FRAMES)


_PORTS = Ports()


@functools.cache
def _fill_tables() -> None:
    import designer.evaluator.core  # noqa: F401  (registers the methods)


class Main(RObject):
    """``self`` of the file."""

    def __init__(self) -> None:
        super().__init__(classes.OBJECT)


class Interpreter(Meter):
    """Runs one program. Not for several threads at once."""

    def __init__(
        self, program: Program | None = None, ports: Ports | None = None, limits: Limits | None = None
    ) -> None:
        _fill_tables()
        self.program = program or Program(b"")
        super().__init__(ports or _PORTS, limits or DEFAULT)
        self.pointer: str | None = None
        self.depth = 0
        self.max_depth = self.limits.depth
        self.calling = "this"
        self.match: Value = None
        self.current_exception: RException | None = None
        self.main = Main()
        self.user_methods: dict[str, RProc] = {}
        self.user_constants: dict[str, Value] = {}
        self.globals: dict[str, Value] = {}
        self.top_frame: Frame | None = None
        self._variables: dict[int, tuple[Value, dict[str, Value]]] = {}
        self._numbers: dict[int, tuple[Value, int]] = {}
        self.connector = Connector(self)

    # --- running ------------------------------------------------------------------------------------------------

    def call_proc(
        self,
        proc: RProc,
        args: Sequence[Value] = (),
        kwargs: RHash | None = None,
        block: RProc | None = None,
        self_obj: Value = KEEP,
    ) -> Value:
        """Call a proc or lambda; with ``self_obj`` as ``instance_exec`` does.

        Raises ``EvaluationError``: ``RubyError`` located where it was raised, or a refusal or limit.
        """
        pointer = self.pointer
        if proc.pointer is not None:
            self.pointer = proc.pointer
        try:
            if (body := proc.body) is None:
                return self.running(self.run_proc, proc, list(args), kwargs, block)
            receiver = proc.self_obj if self_obj is KEEP else self_obj
            return self.running(body.invoke, self, proc, receiver, list(args), kwargs, block)
        finally:
            self.pointer = pointer

    def running(self, work: Callable[..., Value], *args: Any) -> Value:
        """``work(*args)``. The outermost entry starts the clock of the limits; every entry gives errors their place."""
        depth = self.depth
        if not self.running_depth:
            self._start()
        self.running_depth += 1
        try:
            return work(*args)
        except EXPLAINED as error:
            explain(self, error, depth)
            raise
        finally:
            self.running_depth -= 1
            self.depth = depth

    def run_proc(
        self, proc: RProc, args: list[Value], kwargs: RHash | None = None, block: RProc | None = None
    ) -> Value:
        """Call a proc from inside a run."""
        if proc.native is not None:
            return proc.native(args, kwargs, block)
        return proc.body.invoke(self, proc, proc.self_obj, args, kwargs, block)

    def yield_(self, block: RProc, *args: Value) -> Value:
        if block.native is not None:
            return block.native(list(args), None, None)
        return block.body.invoke(self, block, block.self_obj, list(args), None, None)

    def test(self, block: RProc, *args: Value) -> bool:
        value = self.yield_(block, *args)
        return value is not None and value is not False

    def overflow(self) -> None:
        self.depth -= 1
        raise self.overflow_error()

    def overflow_error(self) -> RubyError:
        error = RubyError.of(errors.SYSTEM_STACK_ERROR, "stack level too deep")
        self.locate(error)
        return error

    # --- errors -------------------------------------------------------------------------------------------------

    def locate(self, error: RubyError) -> None:
        """Give an error that has no place yet the line being run."""
        exception = error.exception
        if exception.line is None:
            exception.line = self.line or None
            exception.pointer = self.pointer
            if exception.cause is None and self.current_exception is not exception:
                exception.cause = self.current_exception
        if error.line is None:
            error.line, error.pointer = exception.line, exception.pointer

    def as_ruby_error(self, caught: BaseException) -> RubyError:
        return caught if isinstance(caught, RubyError) else self.overflow_error()

    def rescues(self, exception: RException, patterns: list[Value] | None) -> bool:
        return rescues(self, exception, patterns)

    # --- dispatch -----------------------------------------------------------------------------------------------

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
        if line is not None:
            self.line = line
        if self.running_depth:
            return self.invoke(receiver, name, list(args), kwargs, block)
        return self.running(self.invoke, receiver, name, list(args), kwargs, block)

    def invoke(self, receiver: Value, name: str, args: list[Value], kwargs: RHash | None, block: RProc | None) -> Value:
        cls = FIXED.get(type(receiver))
        if cls is None:
            if isinstance(receiver, RClass):
                method = receiver.find_singleton(name)
                if method is None or method.private:
                    raise self.no_method(receiver, name, private=method is not None and name not in REFUSED)
                return self.call_builtin(method, receiver, args, kwargs, block)
            if isinstance(receiver, HostObject):
                self.calling = name
                call = CallSite(self.line, self.pointer)
                found = receiver.call_method(name, args, kwargs, block, call)
                if found is not UNKNOWN:
                    return found
            elif type(receiver) is RException and name in receiver.attributes and not args:
                return receiver.attributes[name]
            cls = class_of(receiver)
        method = cls.find(name)
        if method is None:
            if cls is classes.DURATION:
                # A duration passes on to its number what it does not know.
                return self.invoke(receiver.value, name, args, kwargs, block)
            raise self.no_method(receiver, name)
        if method.private:
            raise self.no_method(receiver, name, private=True)
        return self.call_builtin(method, receiver, args, kwargs, block)

    def call_function(
        self,
        receiver: Value,
        name: str,
        args: list[Value],
        kwargs: RHash | None,
        block: RProc | None,
        variable: bool,
    ) -> Value:
        """A call without a receiver: ``receiver`` is self, private methods count."""
        if isinstance(receiver, HostObject):
            self.calling = name
            found = receiver.call_method(name, args, kwargs, block, CallSite(self.line, self.pointer))
            if found is not UNKNOWN:
                return found
        own = self.user_methods.get(name)
        if own is not None:
            return own.body.invoke(self, own, receiver, args, kwargs, block)
        method = receiver.find_singleton(name) if isinstance(receiver, RClass) else class_of(receiver).find(name)
        if method is None:
            raise self.no_method(receiver, name, variable=variable and not args, own=True)
        return self.call_builtin(method, receiver, args, kwargs, block)

    def call_builtin(
        self, method: Builtin, receiver: Value, args: list[Value], kwargs: RHash | None, block: RProc | None
    ) -> Value:
        function = method.function
        self.calling = method.name
        kind = type(receiver)
        if kind is RArray:
            self.work += len(receiver)
            if self.work > WORK:
                self.check_time()
        elif kind is RString:
            self.work += len(receiver.s)
            if self.work > WORK:
                self.check_time()
        if kwargs is not None:
            if not len(kwargs):
                kwargs = None
            elif not method.takes_kwargs:
                if method.keywords:
                    return self._call_with_keywords(method, receiver, args, kwargs, block)
                args = [*args, kwargs]
                kwargs = None
        given = len(args)
        if given < method.minimum or (method.maximum is not None and given > method.maximum):
            raise errors.wrong_arguments(given, method.minimum, method.maximum)
        if method.takes_kwargs:
            if method.takes_block:
                return function(self, receiver, *args, block=block, kwargs=kwargs)
            return function(self, receiver, *args, kwargs=kwargs)
        if not method.takes_block:
            if given == 0:
                return function(self, receiver)
            if given == 1:
                return function(self, receiver, args[0])
            return function(self, receiver, *args)
        if given == 0:
            return function(self, receiver, block=block)
        if given == 1:
            return function(self, receiver, args[0], block=block)
        return function(self, receiver, *args, block=block)

    def _call_with_keywords(
        self, method: Builtin, receiver: Value, args: list[Value], kwargs: RHash, block: RProc | None
    ) -> Value:
        given: dict[str, Value] = {}
        unknown: list[str] = []
        for key, value in kwargs.items():
            # Keywords that Python reserves end in an underscore there (``in_``).
            name = key.name if isinstance(key, Symbol) else ""
            if name in method.keywords:
                given[name] = value
            elif name + "_" in method.keywords:
                given[name + "_"] = value
            else:
                unknown.append(self.inspect(key))
        if unknown:
            raise errors.unknown_keywords(unknown)
        count = len(args)
        if count < method.minimum or (method.maximum is not None and count > method.maximum):
            raise errors.wrong_arguments(count, method.minimum, method.maximum)
        if method.takes_block:
            given["block"] = block
        return method.function(self, receiver, *args, **given)

    def no_method(
        self, receiver: Value, name: str, *, variable: bool = False, private: bool = False, own: bool = False
    ) -> RubyError | CannotEvaluate:
        return answering.no_method(self, receiver, name, variable=variable, private=private, own=own)

    def responds(self, receiver: Value, name: str, *, private: bool = False) -> bool:
        return answering.responds(self, receiver, name, private=private)

    def respond_to(self, value: Value, name: str) -> bool:
        return self.responds(value, name)

    def define_method(self, name: str, proc: RProc) -> None:
        self.user_methods[name] = proc

    # --- conversions --------------------------------------------------------------------------------------------

    def inspect(self, value: Value) -> str:
        return inspect(self, value)

    def to_s(self, value: Value) -> str:
        """``to_s`` as text."""
        return self.to_rstring(value).text

    def to_rstring(self, value: Value) -> RString:
        if type(value) is RString:
            return value
        return to_s(self, value)

    def join_strings(self, parts: Iterable[RString | str]) -> RString:
        return combine(self, parts)

    def try_convert(self, value: Value, name: str) -> Value:
        return implicit.try_convert(self, value, name)

    def splat(self, value: Value) -> list[Value]:
        return implicit.splat(self, value)

    def spread(self, value: Value) -> list[Value]:
        return implicit.spread(self, value)

    def to_hash(self, value: Value) -> RHash:
        return implicit.to_hash(self, value)

    def to_proc(self, value: Value) -> RProc | None:
        return implicit.to_proc(self, value)

    def symbol_proc(self, name: str) -> RProc:
        return implicit.symbol_proc(self, name)

    # --- comparing ----------------------------------------------------------------------------------------------

    def equal(self, a: Value, b: Value) -> bool:
        """Ruby's ``==``."""
        return comparing.equal(self, a, b)

    def case_equal(self, pattern: Value, value: Value) -> bool:
        """``pattern === value``."""
        return comparing.case_equal(self, pattern, value)

    def compare(self, a: Value, b: Value) -> int:
        """``a <=> b``; raises ArgumentError where they do not compare."""
        return comparing.compare(self, a, b)

    def negated(self, value: Value) -> bool:
        """``!value``. What stands for a value that is not here yet is asked, for it may have an answer of its own."""
        if value is None or value is False:
            return True
        return isinstance(value, HostObject) and value.respond_to("!") and truthy(self.send(value, "!"))

    def check_range(self, first: Value, last: Value) -> None:
        if first is None or last is None:
            return
        if comparing.spaceship(self, first, last) is None:
            raise errors.argument_error("bad value for range")

    def iterate(self, value: Value) -> Iterable[Value]:
        """The elements that ``each`` yields."""
        return elements(self, value)

    # --- names --------------------------------------------------------------------------------------------------

    def constant(self, name: str) -> Value:
        return constants.find(self, name)

    def top_constant(self, name: str) -> Value:
        return constants.find_top(self, name)

    def constant_in(self, owner: Value, name: str) -> Value:
        return constants.find_in(self, owner, name)

    def set_constant(self, name: str, value: Value) -> None:
        self.user_constants[name] = value

    def global_variable(self, frame: Frame, name: str, line: int) -> Value:
        del frame
        return constants.global_variable(self, name, line)

    def set_global(self, name: str, value: Value, line: int) -> None:
        constants.set_global(self, name, value, line)

    def instance_variables(self, owner: Value) -> dict[str, Value]:
        return self._variables.setdefault(id(owner), (owner, {}))[1]

    def set_instance_variable(self, owner: Value, name: str, value: Value) -> None:
        self.instance_variables(owner)[name] = value

    def object_number(self, value: Value) -> int:
        """``object_id``: counted up, the same for the same object. Keeps the object."""
        return self._numbers.setdefault(id(value), (value, 8 * (len(self._numbers) + 2)))[1]

    def file_frame(self) -> Frame:
        """The frame of the file; what stands before the connector has run in it."""
        if self.top_frame is None:
            code = self.program.code
            self.top_frame = Frame(self, code.places, None, self.main, Home())
            if code.before:
                self.running(self._begin, code.before, self.top_frame)
        return self.top_frame

    def lasting_frame(self) -> Frame:
        """A frame like that of a file in which nothing has run, which keeps no run alive."""
        return Frame(Interpreter(), self.program.code.places, None, Main(), Home())

    @staticmethod
    def _begin(thunks: list[Thunk], frame: Frame) -> None:
        for thunk in thunks:
            thunk(frame)

    def close(self) -> None:
        """Let go of what knows this interpreter, so that it is gone at once when nobody needs it any more. What was
        made by it can still be looked at; nothing can be run."""
        del self.connector
        self.ports = _PORTS
        self.top_frame = None
        self.user_methods, self.user_constants, self.globals = {}, {}, {}
        self._variables, self._numbers = {}, {}
