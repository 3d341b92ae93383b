"""Runs operations of the connector in sight, off the UI thread, and keeps what they gave."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from designer.masking import Masks
from designer.project import account_properties
from designer.ui.jobs import Job, Jobs, Task
from designer.ui.messages import Messages
from designer.ui.settings_after import settings_change
from designer.ui.state import State
from designer.ui.store import Store

if TYPE_CHECKING:
    from designer.ui.travels import Travel
    from designer.wire import Call, Outcome, Step, Transport, TransportOptions
    from designer.wire.matrix import Cell
    from designer.wire.run_secrets import Seen
    from designer.wire.transport import Arrival

__all__ = ["Run", "Runner", "call_for", "redirects_of", "transport_options"]

_RESULT = 2_000_000
"""Bytes of a reply to a request of the console that are parsed: it is shown as it came, and to parse more takes longer
than anybody waits."""
_REDIRECTS = {"follow": True, "stop": False}


@dataclass(frozen=True)
class Run:
    """One operation that was run. ``title`` is what the person asked for, ``seconds`` how long all of it took,
    ``settings`` those it began with. ``source`` is the text that ran, ``path`` the file it was of, None where it had
    none yet."""

    number: int
    title: str
    operation: str
    started: datetime.datetime
    seconds: float
    outcome: Outcome = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    source: bytes = field(repr=False)
    args: Mapping[str, Any] = field(default_factory=dict, repr=False)
    path: Path | None = None
    found: Seen | None = field(default=None, repr=False, compare=False)
    """``seen``, where it is made already."""
    connection: str = ""
    """The name of the saved credentials it began with, "" where they have none."""
    travel: Travel | None = field(default=None, repr=False)
    """How its requests travelled; None for the usual way."""

    @property
    def masks(self) -> Masks:
        """Hides every secret this run knew, before and after, and those it met, in what leaves the program."""
        return self.seen.strict

    @cached_property
    def seen(self) -> Seen:
        """The same for what the author looks at, who has to see what a server says."""
        from designer.wire.run_secrets import seen_of

        return self.found or seen_of(self.settings, self.outcome, self.args)

    @property
    def failed(self) -> bool:
        return self.outcome.error is not None

    @property
    def verdict(self) -> str:
        """What it says of the connection: nothing, unless it ran the connector's test to its end."""
        error = self.outcome.error
        if self.operation != "test" or (error is not None and error["class"] == "Designer::Cancelled"):
            return ""
        return "Not connected: the test failed" if error is not None else "Connected: the test passed"


def http_transport(travel: Travel | None = None) -> Transport:
    """The real thing. Imported on first use: the window opens without an HTTP client."""
    from designer.wire import HttpTransport

    return HttpTransport(transport_options(travel))


def transport_options(travel: Travel | None = None, **more: Any) -> TransportOptions:
    """The person's choices for everything this window sends, whoever it is sent to."""
    from designer.wire import TransportOptions

    if travel is None:
        return TransportOptions(**more)
    return TransportOptions(
        verify=travel.verify,
        ca_file=travel.ca_file or None,
        proxy=travel.proxy or None,
        trust_env=travel.system_proxy,
        http2=travel.http2,
        timeout=travel.timeout,
        client_certificate=travel.client_certificate or None,
        client_passphrase=travel.client_passphrase or None,
        client_key=travel.client_key or None,
        **more,
    )


def redirects_of(travel: Travel | None) -> bool | None:
    """What ``Call.redirects`` is for these choices."""
    return _REDIRECTS.get(travel.redirects) if travel is not None else None


def call_for(state: State, operation: str, args: Mapping[str, Any] | None = None) -> Call:
    """``operation`` on the connector in sight, with the credentials in use."""
    from designer.wire import Call

    return Call(
        connector=state.document.source,
        operation=operation,
        args=dict(args or {}),
        settings=dict(state.credentials),
        path=str(state.path or "connector.rb"),
        cwd=str(state.path.parent) if state.path else None,
    )


class _Teller(QObject):
    """Brings cells from the thread they were made in into that of the window, as long as they are wanted."""

    told = Signal(object)

    def __init__(self, hear: Callable[[Cell], object], parent: QObject) -> None:
        super().__init__(parent)
        self.hear: Callable[[Cell], object] | None = hear
        # A method of ours, not a lambda: only so is it called in the window's thread.
        self.told.connect(self._bring)

    def _bring(self, cell: Cell) -> None:
        if self.hear is not None:
            self.hear(cell)


class Runner(QObject):
    """Starts runs with the store's text and credentials. One at a time: the console's next cancels its last."""

    started = Signal(str)
    finished = Signal(object)
    """Carries the ``Run``."""
    stopped = Signal(str)
    """The run was cancelled or could not be made; the text says so."""

    def __init__(
        self,
        store: Store,
        jobs: Jobs,
        messages: Messages,
        make_transport: Callable[[Travel | None], Transport] = http_transport,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._jobs = jobs
        self._messages = messages
        self._make_transport = make_transport
        self._count = 0
        self._job: Job | None = None
        self._cells: list[tuple[Cell, Run]] = []
        """The runs of the last grid."""
        self._cells_travel: Travel | None = None
        self._ended: Callable[[bool], object] | None = None
        """Of a run for every option: hears how it ended, see ``every_option``."""
        self._cancelled: set[Job] = set()
        """Were cancelled, and have not told yet how far they came."""
        self._newest: Job | None = None
        store.opened.connect(self._forget)
        self._wrap: Callable[[Transport], Transport] | None = None
        self.arrival: Arrival | None = None
        """How much has come of the reply to the run that began last; None before there is one."""
        self._skew = 0.0
        self.travel: Travel | None = None
        """How requests travel; None for the usual way."""

    def _forget(self) -> None:
        """Another connector is open: what runs, and what waits for the next run, is of the one before."""
        self.cancel()
        self._cancelled.clear()
        self._cells.clear()
        self._wrap, self._skew = None, 0.0

    def wrap_next(self, wrap: Callable[[Transport], Transport] | None) -> None:
        """Put a transport of a drill's around the one of the next run; None takes it back."""
        self._wrap = wrap

    def skew_next(self, seconds: float) -> None:
        """Let the connector's clock in the next run be so many seconds ahead, for a drill; 0 takes it back."""
        self._skew = seconds

    @property
    def running(self) -> bool:
        return self._job is not None

    def start(
        self,
        operation: str,
        args: Mapping[str, Any] | None = None,
        *,
        title: str,
        dry_run: bool = False,
        done: Callable[[Run], object] | None = None,
        cancelled: Callable[[Run], object] | None = None,
    ) -> None:
        """Run ``operation`` (``vectors/README.md`` names them). The settings it leaves become the credentials in use;
        ``done`` hears of the run after they did, ``cancelled`` of one that was cancelled after it had sent something:
        a server may have got that. Once another was started, the latter is told by the store alone."""
        from designer.project.codec import PsychCodec
        from designer.wire import Cancel, run
        from designer.wire.run_secrets import seen_of
        from designer.wire.transport import Arrival

        self.cancel()
        state = self._store.state
        settings = dict(state.credentials)
        source = state.document.source
        skew, self._skew = self._skew, 0.0
        moment, begun = datetime.datetime.now(datetime.UTC), time.monotonic()
        call = replace(
            call_for(state, operation, args),
            dry_run=dry_run,
            result_bytes=_RESULT if operation == "request" else None,
            redirects=redirects_of(self.travel),
            at=(moment + datetime.timedelta(seconds=skew)).isoformat() if skew else None,
        )
        folder = state.path.parent if state.path else None
        wrap, self._wrap = self._wrap, None
        travel = self.travel
        arrival = self.arrival = Arrival()

        def work(task: Task) -> tuple[Outcome, Seen]:
            cancel = Cancel()
            task.on_cancel(cancel.cancel)
            properties = account_properties(folder, key=None) if folder else {}
            transport = _watched(self._make_transport(travel), arrival)
            try:
                ready = replace(call, account_properties=properties)
                through = wrap(transport) if wrap is not None else transport
                outcome = _explained(run(ready, through, cancel=cancel, yaml=PsychCodec()))
                # All replies are looked through for secrets: not in the window's thread.
                return outcome, seen_of(settings, outcome, call.args)
            finally:
                close = getattr(transport, "close", None)
                if close is not None:
                    close()

        def answered(answer: tuple[Outcome, Seen]) -> None:
            outcome, seen = answer
            stopped = job in self._cancelled
            self._cancelled.discard(job)
            if (self._job is not job and not stopped) or (stopped and not outcome.exchanges):
                return
            if not stopped:
                self._job = None
            self._count += 1
            made = Run(
                self._count,
                title,
                operation,
                moment,
                time.monotonic() - begun,
                outcome,
                settings,
                source,
                call.args,
                state.path,
                seen,
                state.settings_name or "",
                travel,
            )
            if not dry_run:
                if self._store.state.path == state.path and self._store.state.settings_name == state.settings_name:
                    self._keep(settings, outcome)
                self._store.add_run(made)
            if not stopped:
                self.finished.emit(made)
            tell = cancelled if stopped else done
            if tell is not None and self._newest is job:
                tell(made)

        def failed(error: Exception) -> None:
            self._cancelled.discard(job)
            if self._job is not job:
                return
            self._job = None
            self.stopped.emit(str(error))
            self._messages.fail(error)

        self.started.emit(title)
        # Without a key: one that was cancelled for the next still tells what it sent.
        job = self._jobs.start(title, work, done=answered, failed=failed)
        self._job = self._newest = job

    def every_option(self, *, each: Callable[[Cell], object], ended: Callable[[bool], object]) -> None:
        """Run the test for every option with its own saved credentials; ``each`` hears of a cell as it is done, and
        ``ended`` once, whatever way it ends: whether all cells are there. What the runs make of the settings is kept
        only where ``keep_settings`` is asked to."""
        from designer.project.codec import PsychCodec
        from designer.wire import Cancel
        from designer.wire.matrix import matrix
        from designer.wire.transport import Arrival

        self.cancel()
        state = self._store.state
        project, design, travel = state.project, state.design, self.travel
        folder = state.path.parent if state.path else None
        options = tuple(design.authorization.options) if design.authorization is not None else ()
        call = replace(
            call_for(state, "test"),
            settings={},
            redirects=redirects_of(travel),
        )
        self._cells.clear()
        arrival = self.arrival = Arrival()
        self._cells_travel = travel

        def heard(cell: Cell) -> None:
            if cell.outcome is not None:
                self._store.add_run(self.run_of(cell))
            each(cell)

        tell = _Teller(heard, self)

        def work(task: Task) -> None:
            cancel = Cancel()
            task.on_cancel(cancel.cancel)
            store = project.settings()
            connections = {name: store.read(name) for name in store.names()}
            ready = replace(call, account_properties=account_properties(folder, key=None) if folder else {})
            transport = _watched(self._make_transport(travel), arrival)
            try:
                for cell in matrix(ready, options, connections, transport, cancel=cancel, yaml=PsychCodec()):
                    if cell.outcome is not None:
                        _explained(cell.outcome)
                    tell.told.emit(cell)
            finally:
                close = getattr(transport, "close", None)
                if close is not None:
                    close()

        def over(whole: bool) -> None:
            tell.hear = None
            ended(whole)

        def answered(_none: object) -> None:
            if self._job is job:
                self._job = self._ended = None
                over(True)

        def failed(error: Exception) -> None:
            if self._job is job:
                self._job = self._ended = None
                over(False)
                self.stopped.emit(str(error))
                self._messages.fail(error)

        self.started.emit("Every option")
        job = self._jobs.start("Every option", work, done=answered, failed=failed)
        job.ended.connect(tell.deleteLater)
        self._job = self._newest = job
        self._ended = over

    def keep_settings(self, cells: Sequence[Cell]) -> None:
        """Write what the runs of ``cells`` made of their settings to the settings file, each to its connection."""
        project, name = self._store.state.project, self._store.state.settings_name
        changes = {cell.connection: settings_change(cell.settings, _after(cell)) for cell in cells}

        def work(_task: Task) -> None:
            kept = project.settings()
            for connection, change in changes.items():
                set_now = {key: value for key, value in change.values.items() if value is not None}
                kept.read(connection)  # finds out where they stand
                kept.update(connection, set_now, remove=[k for k, v in change.values.items() if v is None])

        def done(_none: object) -> None:
            if self._store.state.project is project and self._store.state.settings_name == name in changes:
                for key, value in changes[name].values.items():
                    self._store.set_credential(key, value)
            self._messages.done(f"Kept the new settings of {', '.join(changes)}.", "They stand in the settings file.")

        self._jobs.start("Keeping settings", work, done=done, failed=self._messages.fail)

    def opener(self) -> Callable[[], Transport]:
        """Makes the transport of a run; to be called, and the transport closed, in the job that sends."""
        return partial(self._make_transport, self.travel)

    def keep(self, call: Call, outcome: Outcome, *, title: str, started: datetime.datetime) -> None:
        """Put what was done elsewhere among the runs. ``call`` names it; ``started`` is in UTC."""
        self._count += 1
        seconds = (datetime.datetime.now(datetime.UTC) - started).total_seconds()
        self._store.add_run(
            Run(
                self._count,
                title,
                call.operation,
                started,
                seconds,
                replace(outcome, source=call.connector),  # says which settings are secret
                call.settings,
                call.connector,
                call.args,
                self._store.state.path,
                connection=self._store.state.settings_name or "",
                travel=self.travel,
            )
        )

    def run_of(self, cell: Cell) -> Run:
        """A cell's run, to be shown like any other: the same one whenever it is asked for."""
        assert cell.outcome is not None
        known = next((run for of, run in self._cells if of is cell), None)
        if known is not None:
            return known
        self._count += 1
        made = Run(
            self._count,
            f"Test · {cell.connection}",
            "test",
            cell.started or datetime.datetime.now(datetime.UTC),
            cell.seconds,
            cell.outcome,
            cell.settings,
            cell.source,
            path=self._store.state.path,
            connection=cell.connection,
            travel=self._cells_travel,
        )
        self._cells.append((cell, made))
        return made

    def _keep(self, before: Mapping[str, Any], outcome: Outcome) -> None:
        """Take over what the run made of the settings it began with."""
        change = settings_change(before, outcome.settings_after)
        for name, value in change.values.items():
            self._store.set_credential(name, value)
        if change.unkept:
            self._messages.warn(
                f"{', '.join(change.unkept)} stayed as before: the run set what is no JSON value.",
                "Settings are kept as JSON; have the connector return a text or a number.",
            )

    def cancel(self) -> None:
        """Stop what is running; its sockets are shut at once."""
        if self._job is not None:
            job, self._job = self._job, None
            ended, self._ended = self._ended, None
            if ended is None:
                self._cancelled.add(job)
            job.cancel()
            if ended is not None:
                ended(False)
            self.stopped.emit("Cancelled.")


def _watched(transport: Transport, arrival: Arrival) -> Transport:
    """``transport``, which keeps ``arrival`` up to date where it is one over which replies come piece by piece."""
    watch = getattr(transport, "watch", None)
    if watch is not None:
        watch(arrival)
    return transport


def _explained(outcome: Outcome) -> Outcome:
    """``outcome`` with the origins of its requests found out here, in the job: a long lambda takes its time."""
    for request in (outcome.prepared, *(exchange.request for exchange in outcome.exchanges)):
        if request is not None:
            len(request.origins)
    return outcome


def _after(cell: Cell) -> Mapping[str, Any] | None:
    return cell.outcome.settings_after if cell.outcome is not None else None


def step_tone(step: Step) -> str:
    """The badge tone of a timeline step."""
    return {
        "error": "error",
        "refused": "error",
        "signal": "warning",
        "reply": "done",
        "refresh": "accent",
        "retry": "accent",
    }.get(step.kind, "neutral")
