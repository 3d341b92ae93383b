"""Arguments → parameters, strictly for lambdas and methods, leniently for blocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator.classes import Value
from designer.evaluator.errors import argument_error, missing_keywords, unknown_keywords, wrong_arguments
from designer.evaluator.frames import Frame, Thunk
from designer.evaluator.values import RArray, RHash, RProc, RString, Symbol, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

Assign = Callable[[Frame, Value], None]
"""Stores a value: into a variable, or destructured into several."""


class Binder:
    """The parameters of one piece of code, compiled. ``bind`` fills a frame's variables."""

    __slots__ = (
        "block",
        "count",
        "has_keywords",
        "keyword_rest",
        "keywords",
        "lone_comma",
        "no_keywords",
        "only",
        "optional",
        "post",
        "required",
        "rest",
        "simple",
        "splats",
    )

    def __init__(
        self,
        required: list[int | Assign],
        optional: list[tuple[int, Thunk]],
        rest: int | None,
        post: list[int | Assign],
        keywords: list[tuple[str, int, Thunk | None]],
        keyword_rest: int | None,
        *,
        no_keywords: bool,
        block: int | None,
        lone_comma: bool,
    ) -> None:
        self.required, self.optional, self.rest, self.post = required, optional, rest, post
        self.keywords, self.keyword_rest, self.no_keywords, self.block = keywords, keyword_rest, no_keywords, block
        self.lone_comma = lone_comma
        self.has_keywords = bool(keywords) or keyword_rest is not None
        self.count = len(required) + len(post)
        positional = self.count + len(optional)
        self.splats = (
            positional > 1
            or lone_comma
            or (rest is not None and positional > 0)
            or (self.has_keywords and positional > 0)
        )
        plain = not (optional or post or self.has_keywords or no_keywords) and rest is None and block is None
        self.simple = plain and all(isinstance(r, int) for r in required)
        first = required[0] if self.simple and len(required) == 1 else None
        self.only = first if isinstance(first, int) else None
        """The variable of the only parameter, where that is all there is to bind."""

    def bind(
        self, vm: Interpreter, frame: Frame, args: list[Value], kwargs: RHash | None, block: RProc | None, strict: bool
    ) -> None:
        if kwargs is not None and not len(kwargs):
            kwargs = None
        if self.simple and kwargs is None:
            given = len(args)
            if strict and given != self.count:
                raise wrong_arguments(given, self.count, self.count)
            if not strict and self.splats and given == 1:
                args = splatted(vm, args)
                given = len(args)
            variables = frame.vars
            if given == 1 and self.count == 1:
                variables[self.required[0]] = args[0]  # type: ignore[index]
                return
            for index, argument in zip(self.required, args, strict=False):
                variables[index] = argument  # type: ignore[index]
            return
        self._bind_all(vm, frame, args, kwargs, block, strict)

    def _bind_all(
        self, vm: Interpreter, frame: Frame, args: list[Value], kwargs: RHash | None, block: RProc | None, strict: bool
    ) -> None:
        if kwargs is not None and not self.has_keywords:
            if self.no_keywords:
                raise argument_error("no keywords accepted")
            args = [*args, kwargs]
            kwargs = None
        if not strict and self.splats and len(args) == 1:
            args = splatted(vm, args)
        given, needed = len(args), self.count
        most = None if self.rest is not None else needed + len(self.optional)
        if strict and (given < needed or (most is not None and given > most)):
            raise self._wrong_arguments(given, needed, most)
        self._bind_positional(frame, args, strict)
        self._bind_keywords(frame, kwargs, strict)
        if self.block is not None:
            frame.vars[self.block] = block

    def _wrong_arguments(self, given: int, needed: int, most: int | None) -> Exception:
        error = wrong_arguments(given, needed, most)
        named = [n for n, _, default in self.keywords if default is None]
        if not named:
            return error
        return argument_error(
            f"{error.message[:-1]}; required keyword{'s' if len(named) > 1 else ''}: {', '.join(named)})"
        )

    def _bind_positional(self, frame: Frame, args: list[Value], strict: bool) -> None:
        given, needed = len(args), self.count
        if not strict and given < needed:
            args = args + [None] * (needed - given)
            given = needed
        spare = given - needed
        place = 0
        for target in self.required:
            _store(frame, target, args[place])
            place += 1
        for index, default in self.optional:
            if spare > 0:
                frame.vars[index] = args[place]
                place += 1
                spare -= 1
            else:
                frame.vars[index] = default(frame)
        if self.rest is not None:
            if self.rest >= 0:
                frame.vars[self.rest] = RArray(args[place : place + spare])
            place += spare
        for target in self.post:
            _store(frame, target, args[place])
            place += 1

    def _bind_keywords(self, frame: Frame, kwargs: RHash | None, strict: bool) -> None:
        if not self.has_keywords:
            return
        rest = RHash()
        used: set[str] = set()
        missing: list[str] = []
        pending: list[tuple[int, Thunk]] = []
        for name, index, default in self.keywords:
            key = sym(name)
            if kwargs is not None and kwargs.has(key):
                frame.vars[index] = kwargs.get(key)
                used.add(name)
            elif default is None:
                missing.append(name)
            else:
                pending.append((index, default))
        if missing:
            raise missing_keywords(missing)
        for index, default in pending:
            frame.vars[index] = default(frame)
        unknown: list[str] = []
        for key, value in kwargs.items() if kwargs is not None else ():
            if isinstance(key, Symbol) and key.name in used:
                continue
            rest.set(key, value)
            unknown.append(_key_inspect(key))
        if self.keyword_rest is None:
            if unknown and strict:
                raise unknown_keywords(unknown)
            if unknown:
                raise unknown_keywords(unknown)
        elif self.keyword_rest >= 0:
            frame.vars[self.keyword_rest] = rest


def _key_inspect(key: Value) -> str:
    from designer.evaluator.inspecting import symbol_inspect

    if isinstance(key, Symbol):
        return symbol_inspect(key.name)
    return f'"{key.text}"' if isinstance(key, RString) else str(key)


def _store(frame: Frame, target: int | Assign, value: Value) -> None:
    if isinstance(target, int):
        frame.vars[target] = value
    else:
        target(frame, value)


def splatted(vm: Interpreter, args: list[Value]) -> list[Value]:
    """A block's only argument spread over its parameters, where it is an array."""
    only = args[0]
    if type(only) is RArray:
        return list(only)
    if only is None or isinstance(only, bool | int | float | RString | Symbol | RHash):
        return args
    spread = vm.try_convert(only, "to_ary")
    return args if spread is None else list(spread)
