"""Credentials a request was to carry and does not: an empty setting is seen before the server's 401 tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from designer.secrecy import is_hollow, is_secret_header, is_secret_parameter
from designer.wire.additions import Element, elements
from designer.wire.engine import Evaluation
from designer.wire.model import Outcome, Step, WireRequest

__all__ = ["Blank", "blank_credentials", "blank_words", "blanks_of"]


@dataclass(frozen=True, slots=True)
class Blank:
    """``name`` is the header, parameter or field that goes out empty, "" where ``apply`` adds no credentials at all;
    ``settings`` are those read for it that are empty, () where it is empty in the code or was handed to ``apply``;
    ``source`` is that of its ``Origin``."""

    name: str
    settings: tuple[str, ...]
    source: str = "apply"


def blank_credentials(request: WireRequest, steps: Sequence[Step] = ()) -> tuple[Blank, ...]:
    """What of ``request`` carries no credentials though it is there to. ``steps`` are those of the run that made it,
    up to the request: of what ``apply`` left out, they alone tell."""
    found: list[Blank] = []
    carried = False
    for one in elements(request):
        if not _carries(one):
            continue
        if not _empty(one):
            carried = True
        elif one.origin is not None and (one.origin.settings or one.name.lower() == "authorization"):
            found.append(Blank(one.name, one.origin.settings, one.origin.source))
    if not found and not carried:
        unset = _unset(steps)
        return (Blank("", unset),) if unset else ()
    return tuple(dict.fromkeys(found))


def blank_words(blank: Blank) -> str:
    """The finding in a sentence."""
    listed = " and ".join(blank.settings)
    why = f"{listed} {'has' if len(blank.settings) == 1 else 'have'} no value" if listed else ""
    if not blank.name:
        return f"No credentials go out: {why}."
    return f"{blank.name} goes out empty: {why}." if why else f"{blank.name} goes out empty."


def blanks_of(outcome: Outcome, exchange: int | None = None) -> tuple[Blank, ...]:
    """Those of one exchange of a run, or of the request it prepared."""
    if exchange is None:
        return blank_credentials(outcome.prepared, outcome.steps) if outcome.prepared is not None else ()
    at = next((index for index, step in enumerate(outcome.steps) if step.exchange == exchange), len(outcome.steps))
    return blank_credentials(outcome.exchanges[exchange].request, outcome.steps[:at])


def _carries(one: Element) -> bool:
    if one.kind == "header":
        return is_secret_header(one.name)
    return one.kind in ("param", "field") and is_secret_parameter(one.name)


def _empty(one: Element) -> bool:
    return is_hollow(one.after) if one.kind == "header" else one.after in ("", '""', "null")


def _unset(steps: Sequence[Step]) -> tuple[str, ...]:
    """Secrets that the last ``apply`` read and that are empty."""
    for step in reversed(steps):
        if isinstance(step.data, Evaluation) and (step.pointer or "").endswith("/apply"):
            reads = step.data.values()["reads"]
            return tuple(name for name, value in reads.items() if value in (None, "") and is_secret_parameter(name))
    return ()
