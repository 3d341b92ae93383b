"""Base of the SDK's own objects."""

from __future__ import annotations

from typing import NamedTuple

from designer.evaluator.classes import Value
from designer.evaluator.values import UNKNOWN, CallSite, HostObject, RHash, RProc, fold_keywords


class Said(NamedTuple):
    """One call to an object: ``receiver.name(*args, **kwargs, &block)`` at ``call``."""

    name: str
    args: list[Value]
    kwargs: RHash | None
    block: RProc | None
    call: CallSite

    @property
    def folded(self) -> list[Value]:
        """The arguments with the keywords as a last hash."""
        return fold_keywords(self.args, self.kwargs)


class SdkObject(HostObject):
    """A ``HostObject`` that is told of each call as one value."""

    def call_method(
        self, name: str, args: list[Value], kwargs: RHash | None, block: RProc | None, call: CallSite
    ) -> Value:
        return self.answer(Said(name, args, kwargs, block, call))

    def answer(self, said: Said) -> Value:
        """As ``HostObject.call_method``."""
        del said
        return UNKNOWN
