"""Runs operations of the connector in sight, off the UI thread, and keeps what they gave."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from designer.masking import Masks
from designer.project import account_properties
from designer.ui.jobs import Job, Jobs, Task
from designer.ui.messages import Messages
from designer.ui.settings_after import settings_change
from designer.ui.store import Store

if TYPE_CHECKING:
    from designer.ui.widgets.travel import Travel
    from designer.wire import Outcome, Step, Transport
    from designer.wire.matrix import Cell

__all__ = ["Run", "Runner"]


@dataclass(frozen=True, slots=True)
class Run:
    """One operation that was run. ``title`` is what the person asked for, ``seconds`` how long all of it took,
    ``settings`` those it began with. ``source`` is the text that ran."""

    number: int
    title: str
    operation: str
    started: datetime.datetime
    seconds: float
    outcome: Outcome = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    source: bytes = field(repr=False)
    args: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def masks(self) -> Masks:
        """Hides every secret this run knew, before and after."""
        return Masks(self.settings, self.outcome.settings_after or {})

    @property
    def failed(self) -> bool:
        return self.outcome.error is not None


def http_transport(travel: Travel | None = None) -> Transport:
    """The real thing. Imported on first use: the window opens without an HTTP client."""
    from designer.wire import HttpTransport, TransportOptions

    if travel is None:
        return HttpTransport(TransportOptions())
    options = TransportOptions(
        verify=travel.verify,
        ca_file=travel.ca_file or None,
        proxy=travel.proxy or None,
        trust_env=travel.system_proxy,
        http2=travel.http2,
        timeout=travel.timeout,
        client_certificate=travel.client_certificate or None,
    )
    return HttpTransport(options)


class _Teller(QObject):
    """Brings cells from the thread they were made in into that of the window."""

    told = Signal(object)


class Runner(QObject):
    """Starts runs with the store's text and credentials. One at a time: the console's next cancels its last."""

    started = Signal(str)
    step = Signal(object)
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
        self._wrap: Callable[[Transport], Transport] | None = None
        self._skew = 0.0
        self.travel: Travel | None = None
        """How requests travel; None for the usual way."""

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
    ) -> None:
        """Run ``operation`` (``vectors/README.md`` names them). The settings it leaves become the credentials in use;
        ``done`` hears of the run after they did."""
        from designer.project.codec import PsychCodec
        from designer.wire import Call, Cancel, run

        self.cancel()
        state = self._store.state
        settings = dict(state.credentials)
        source = state.document.source
        skew, self._skew = self._skew, 0.0
        moment, begun = datetime.datetime.now(datetime.UTC), time.monotonic()
        call = Call(
            connector=source,
            operation=operation,
            args=dict(args or {}),
            settings=settings,
            path=str(state.path or "connector.rb"),
            cwd=str(state.path.parent) if state.path else None,
            dry_run=dry_run,
            at=(moment + datetime.timedelta(seconds=skew)).isoformat() if skew else None,
        )
        folder = state.path.parent if state.path else None
        wrap, self._wrap = self._wrap, None
        travel = self.travel

        def work(task: Task) -> Outcome:
            cancel = Cancel()
            task.on_cancel(cancel.cancel)
            properties = account_properties(folder, key=None) if folder else {}
            transport = self._make_transport(travel)
            try:
                ready = replace(call, account_properties=properties)
                through = wrap(transport) if wrap is not None else transport
                return run(ready, through, cancel=cancel, on_step=self.step.emit, yaml=PsychCodec())
            finally:
                close = getattr(transport, "close", None)
                if close is not None:
                    close()

        def answered(outcome: Outcome) -> None:
            if self._job is not job:
                return
            self._job = None
            self._count += 1
            made = Run(
                self._count, title, operation, moment, time.monotonic() - begun, outcome, settings, source, call.args
            )
            if not dry_run:
                if self._store.state.path == state.path and self._store.state.settings_name == state.settings_name:
                    self._keep(settings, outcome)
                self._store.add_run(made)
            self.finished.emit(made)
            if done is not None:
                done(made)

        def failed(error: Exception) -> None:
            if self._job is not job:
                return
            self._job = None
            self.stopped.emit(str(error))
            self._messages.fail(error)

        self.started.emit(title)
        job = self._jobs.start(title, work, done=answered, failed=failed, key="run")
        self._job = job

    def every_option(self, *, each: Callable[[Cell], object], done: Callable[[], object]) -> None:
        """Run the test for every option with its own saved credentials; ``each`` hears of a cell as it is done. What
        the runs make of the settings is not kept: they belong to nobody's session."""
        from designer.project.codec import PsychCodec
        from designer.wire import Call, Cancel
        from designer.wire.matrix import matrix

        self.cancel()
        state = self._store.state
        project, design, travel = state.project, state.design, self.travel
        folder = state.path.parent if state.path else None
        options = tuple(design.authorization.options) if design.authorization is not None else ()
        call = Call(
            connector=state.document.source,
            operation="test",
            path=str(state.path or "connector.rb"),
            cwd=str(folder) if folder else None,
        )
        tell = _Teller(self)
        tell.told.connect(each)

        def work(task: Task) -> None:
            cancel = Cancel()
            task.on_cancel(cancel.cancel)
            store = project.settings()
            connections = {name: store.read(name) for name in store.names()}
            ready = replace(call, account_properties=account_properties(folder, key=None) if folder else {})
            transport = self._make_transport(travel)
            try:
                for cell in matrix(ready, options, connections, transport, cancel=cancel, yaml=PsychCodec()):
                    tell.told.emit(cell)
            finally:
                close = getattr(transport, "close", None)
                if close is not None:
                    close()

        def answered(_none: object) -> None:
            if self._job is job:
                self._job = None
                done()

        def failed(error: Exception) -> None:
            if self._job is job:
                self._job = None
                self.stopped.emit(str(error))
                self._messages.fail(error)

        self.started.emit("Every option")
        job = self._jobs.start("Every option", work, done=answered, failed=failed, key="run")
        job.ended.connect(tell.deleteLater)
        self._job = job

    def run_of(self, cell: Cell) -> Run:
        """A cell's run, to be shown like any other."""
        assert cell.outcome is not None
        self._count += 1
        return Run(
            self._count,
            f"Test · {cell.connection}",
            "test",
            datetime.datetime.now(datetime.UTC),
            cell.seconds,
            cell.outcome,
            cell.settings,
            self._store.state.document.source,
        )

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
            job.cancel()
            self.stopped.emit("Cancelled.")


def step_tone(step: Step) -> str:
    """The badge tone of a timeline step."""
    return {"error": "error", "signal": "warning", "refresh": "accent", "retry": "accent"}.get(step.kind, "neutral")
