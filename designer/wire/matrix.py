"""One operation for every option of a multi connection, each with the saved credentials that select it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from designer.wire.chance import clock as clock_at
from designer.wire.engine import YamlCodec
from designer.wire.model import Call, Outcome
from designer.wire.operations import run
from designer.wire.run_secrets import Seen, seen_of
from designer.wire.transport import Cancel, DryTransport, Transport

__all__ = ["Cell", "matrix"]


@dataclass(frozen=True, slots=True)
class Cell:
    """``option`` is the multi option ("" where the connection is not multi, or the settings select none there is),
    ``connection`` the name of the saved settings. ``source`` is the text that ran, ``started`` when it began. Without
    an ``outcome`` nothing ran, and ``note`` says why."""

    option: str
    connection: str
    outcome: Outcome | None = field(default=None, repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seconds: float = 0.0
    note: str = ""
    source: bytes = field(default=b"", repr=False)
    started: datetime | None = None

    def seen(self, *, reveal: bool = False) -> Seen:
        """Hides the secrets of this run where it is shown."""
        return seen_of(self.settings, self.outcome or Outcome(None, None, (), None), reveal=reveal)

    @property
    def renewed(self) -> bool:
        """Whether the run changed the settings it began with, as by new tokens. Where they are not kept, a provider
        that gives each refresh token once has the old one no more."""
        after = self.outcome.settings_after if self.outcome is not None else None
        return bool(after) and dict(after or {}) != dict(self.settings)

    @property
    def passed(self) -> bool:
        return self.outcome is not None and self.outcome.error is None

    @property
    def verdict(self) -> str:
        """``passed``, ``not run``, or the class of the error without its modules."""
        if self.outcome is None:
            return "not run"
        error = self.outcome.error
        return "passed" if error is None else str(error["class"]).rpartition("::")[2]

    @property
    def status(self) -> int:
        """The status of the last reply, 0 where none came."""
        replies = [e.response for e in self.outcome.exchanges if e.response is not None] if self.outcome else []
        return replies[-1].status if replies else 0


def matrix(
    call: Call,
    options: tuple[str, ...],
    connections: Mapping[str, Mapping[str, Any]],
    transport: Transport,
    *,
    cancel: Cancel | None = None,
    yaml: YamlCodec | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Cell]:
    """Run ``call`` with each of ``connections`` (name → settings); cells come as they are done, by option.

    ``options`` are the names of the multi options, () for a connection that is not multi. Which option settings select
    is asked of the connector itself. An option that no settings select gets a cell that says so.
    """
    chosen = {name: _selected(call, settings, options) for name, settings in connections.items()}
    for option in options:
        names = [name for name, selected in chosen.items() if selected == option]
        if not names:
            yield Cell(option, "", note="No saved credentials select it.")
        for name in names:
            if cancel is not None and cancel.cancelled:
                return
            yield _cell(option, name, call, connections[name], transport, cancel, yaml, clock)
    for name, selected in chosen.items():
        if selected in options:
            continue
        if options:
            yield Cell("", name, settings=connections[name], note=f"They select no option: {selected}.")
        else:
            yield _cell("", name, call, connections[name], transport, cancel, yaml, clock)


def _selected(call: Call, settings: Mapping[str, Any], options: tuple[str, ...]) -> str:
    """The name of the option, or why there is none."""
    if not options:
        return ""
    outcome = run(replace(call, operation="selected", args={}, settings=settings), DryTransport())
    if outcome.error is not None:
        return str(outcome.error["message"]).rstrip(".")
    selected = outcome.result.get("selected") if isinstance(outcome.result, Mapping) else None
    return "selected gives nothing" if selected is None else str(selected)


def _cell(
    option: str,
    name: str,
    call: Call,
    settings: Mapping[str, Any],
    transport: Transport,
    cancel: Cancel | None,
    yaml: YamlCodec | None,
    clock: Callable[[], float],
) -> Cell:
    begun, started = clock(), clock_at(call.at)()
    outcome = run(replace(call, settings=settings), transport, cancel=cancel, yaml=yaml)
    return Cell(option, name, outcome, settings, clock() - begun, source=call.connector, started=started)
