"""Which entry of ``refresh_on`` or ``detect_on`` recognised a reply; or what all of them were held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from designer.evaluator import RArray, RHash, RString, RubyError, Value, truthy
from designer.evaluator.interpreter import Interpreter
from designer.masking import DOTS
from designer.secrecy import replaced_by_name

__all__ = ["Signal", "Verdict", "held_against", "recognised", "verdicts"]

_SHOWN = 60
"""Characters of a text that are told."""
_LOOKED_THROUGH = 8000
"""Characters of a text whose secrets are hidden before the rest is cut off."""


@dataclass(frozen=True, slots=True)
class Signal:
    """``entry`` is Ruby's spelling of the pattern, ``place`` its index, ``seen`` what it recognised."""

    place: int
    entry: str
    seen: str

    def words(self, key: str) -> str:
        """``refresh_on[0], 401, is the status``."""
        return f"{key}[{self.place}], {self.entry}, {self.seen}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One entry: its place, Ruby's spelling of it, and the names of what it recognises."""

    place: int
    entry: str
    recognised: tuple[str, ...]


Candidate = tuple[str, Value]
"""What a value is ("the status", "the body"), and the value."""


def recognised(
    vm: Interpreter, patterns: Sequence[Value], candidates: Sequence[Candidate], *, forgiving: bool = False
) -> Signal | None:
    """The first pattern that is ``===`` to a candidate; against a status stand Integers alone.

    With ``forgiving`` a number is no status but what a reply parses to, and a pattern whose comparison raises is passed
    over, as ``detect_on`` does it.
    """
    for place, pattern in enumerate(patterns):
        for name, value in candidates:
            if _recognises(vm, pattern, value, forgiving):
                return Signal(place, _spelled(vm, pattern), f"is {name}" if _number(value) else f"recognises {name}")
    return None


def verdicts(
    vm: Interpreter, patterns: Sequence[Value], candidates: Sequence[Candidate], *, forgiving: bool = False
) -> tuple[Verdict, ...]:
    """Every pattern with all that it recognises; ``recognised`` stops at the first."""
    return tuple(
        Verdict(
            place,
            _spelled(vm, pattern),
            tuple(name for name, value in candidates if _recognises(vm, pattern, value, forgiving)),
        )
        for place, pattern in enumerate(patterns)
    )


def _recognises(vm: Interpreter, pattern: Value, value: Value, forgiving: bool) -> bool:
    if _number(value) and not forgiving:
        return _number(pattern) and pattern == value
    return _same(vm, pattern, value, forgiving)


def _number(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def held_against(
    vm: Interpreter, key: str, patterns: Sequence[Value], candidates: Sequence[Candidate], masked: Callable[[str], str]
) -> str:
    """Why nothing matched: the patterns, and what they were compared with. ``masked`` takes known secrets out of a
    text: before it is cut, for a part of a secret would not be known again."""
    given = ", ".join(_cut(masked(vm.inspect(pattern))) for pattern in patterns)
    seen = "; ".join(f"{name}: {_shown(vm, value, masked)}" for name, value in candidates)
    return f"{key} has {given}; held against {seen}"


def _same(vm: Interpreter, pattern: Value, value: Value, forgiving: bool) -> bool:
    try:
        return truthy(vm.send(pattern, "===", [value]))
    except RubyError:
        if forgiving:
            return False
        raise


def _spelled(vm: Interpreter, value: Value) -> str:
    return _cut(vm.inspect(value))


def _shown(vm: Interpreter, value: Value, masked: Callable[[str], str]) -> str:
    if value is None:
        return "none"
    if isinstance(value, RHash | RArray):
        # Patterns see the whole, a person its outline: setting out a long reply takes longer than receiving it.
        kind, parts = ("Hash", "keys") if isinstance(value, RHash) else ("Array", "items")
        return f"{'a' if kind == 'Hash' else 'an'} {kind} of {len(value)} {parts}"
    if isinstance(value, RString):
        # What a reply names a secret is hidden like what the settings do.
        text = replaced_by_name(RString(value.s[:_LOOKED_THROUGH], value.enc).text, lambda _name, _secret: DOTS)
        hidden = masked(text)
        return f'"{hidden}"' if len(hidden) <= _SHOWN else f'"{hidden[:_SHOWN]}…'
    return _cut(masked(vm.inspect(value)))


def _cut(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
