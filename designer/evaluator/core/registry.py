"""How methods written in Python get into the tables that Ruby code is looked up in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from designer.evaluator.classes import Builtin, RClass

Function = TypeVar("Function", bound=Callable[..., Any])


def method(cls: RClass, *names: str, private: bool = False) -> Callable[[Function], Function]:
    """Make a function the instance methods ``names`` of ``cls``: ``function(vm, receiver, *arguments)``."""

    def register(function: Function) -> Function:
        for name in names:
            cls.methods[name] = Builtin(name, function, private=private)
        return function

    return register


def singleton(cls: RClass, *names: str) -> Callable[[Function], Function]:
    """Make a function methods of the class itself, such as ``Time.now``."""

    def register(function: Function) -> Function:
        for name in names:
            cls.singleton[name] = Builtin(name, function)
        return function

    return register


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Any = _Unset()
"""Default of an optional argument whose absence differs from nil."""
