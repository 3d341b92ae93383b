"""Carries out one sign-in: the flow decides, this module opens browsers, runs the engine and keeps the tokens."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from designer.errors import UserError
from designer.oauth import (
    Allow,
    Command,
    Ending,
    Event,
    ExchangeCode,
    ExchangeFailed,
    Finish,
    Flow,
    FormPosted,
    Listener,
    Loaded,
    Metadata,
    Navigated,
    OpenBrowser,
    Preparation,
    RunTest,
    Started,
    Store,
    TestFailed,
    TimedOut,
    WindowClosed,
    outcomes,
    pkce,
    prepare,
    record,
)
from designer.oauth.redirect import LOOPBACK_URL
from designer.project import account_properties
from designer.project.codec import PsychCodec
from designer.ui.jobs import Job, Task
from designer.ui.messages import Action
from designer.ui.page import Context
from designer.ui.runner import Run, call_for
from designer.wire import Call, Cancel, Outcome, Transport
from designer.wire.throwaway import throwaway_context

__all__ = ["SignIn"]


@dataclass(frozen=True, slots=True)
class _Question:
    """A question from the listener's thread, answered in place while that thread waits."""

    event: Navigated | FormPosted
    answer: list[Ending | str | None]


class SignIn(QObject):
    """One sign-in at a time. ``flow`` is the current or last one, None before the first.

    ``metadata`` is what discovery found, where the author asked for it: replies are then held to its issuer.
    ``open_url`` opens the system browser; False means that there is none.
    """

    changed = Signal()
    browse = Signal(str, str)
    """Show this URL in the embedded browser; the second is the redirect URL to watch for."""
    ended = Signal(object)
    signed_out = Signal()
    """The browser's session is to go too."""
    _asked = Signal(object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.flow: Flow | None = None
        self.busy = False
        self.refused_last = False
        """Whether the last place the embedded browser wanted to go to was refused it: that load ends as a failure."""
        self.metadata: Metadata | None = None
        self.url_made_at: tuple[str | None, int | None] = (None, None)
        """Pointer and line of the lambda that made the authorization URL of this sign-in."""
        self.open_url: Callable[[str], bool] = lambda url: QDesktopServices.openUrl(QUrl(url))
        self._job: Job | None = None
        self._running = ""
        self._moment = datetime.datetime.now(datetime.UTC)
        """When the step under way began."""
        self._consent: Call | None = None
        """What the consent under way was asked with; None once it is among the runs."""
        self._listener: Listener | None = None
        self._system = False
        self._timeout = QTimer(self)
        self._timeout.setSingleShot(True)
        self._timeout.timeout.connect(self._timed_out)
        self._asked.connect(self._answer_listener, Qt.ConnectionType.BlockingQueuedConnection)
        context.runner.stopped.connect(self._run_stopped)

    @property
    def seconds_left(self) -> int | None:
        """How long the provider's answer is still waited for; None where it is not."""
        return -(-self._timeout.remainingTime() // 1000) if self._timeout.isActive() else None

    @property
    def last_redirect_uri(self) -> str:
        """The redirect URL of the last sign-in, or one of this machine's before the first."""
        return self.flow.redirect_uri if self.flow is not None else LOOPBACK_URL

    @property
    def active(self) -> bool:
        """Whether a provider's answer is awaited or being worked on."""
        return self.busy or (self.flow is not None and self.flow.ending is None)

    def start(self, redirect_uri: str, *, system_browser: bool, seconds: float) -> None:
        """Begin: ask the connector for its authorization URL, then show it. ``seconds`` is how long to wait."""
        self.stop()
        self._system = system_browser
        call = call_for(self._context.store.state, "authorization_url")
        travel = self._context.runner.opener()
        self._moment = datetime.datetime.now(datetime.UTC)
        self._consent = None
        try:
            if system_browser:
                self._listener = Listener(redirect_uri, self._ask_from_thread, secure=throwaway_context)
                redirect_uri = self._listener.redirect_uri
        except UserError as error:
            self._fail(error.message, error.hint)
            return
        self.busy = True
        self.changed.emit()
        metadata = self.metadata

        def begin(prepared: Preparation) -> None:
            if self._job is not job:
                return
            self.busy = False
            self.url_made_at = prepared.url_made_at
            if prepared.failure is not None:
                self._keep(call, record.authorization(prepared), "Authorization request")
                self._close_listener()
                self._fail(prepared.failure.message, prepared.failure.hint)
                return
            config = prepared.config(redirect_uri, secrets.token_hex(8), metadata)
            if metadata is not None and config.issuer is None:
                said = f"Discovery found {metadata.issuer}; the authorization URL leads elsewhere."
                self._context.messages.note("The issuer of the reply is not verified.", said)
            self.flow = Flow(config)
            self._timeout.start(round(seconds * 1000))
            commands = self.flow.handle(Started())
            self._keep(call, record.authorization(prepared, self.flow), "Authorization request")
            if self.flow.opened:
                self._consent = replace(call, operation="consent")
            self._carry_out(commands)

        def failed(error: Exception) -> None:
            if self._job is not job:
                return
            self.busy = False
            self._close_listener()
            if isinstance(error, UserError):
                self._fail(error.message, error.hint)
            else:
                self._context.messages.fail(error)
                self.changed.emit()

        job = self._context.jobs.start(
            "Ask for the authorization URL",
            lambda task: _prepare(call, travel, task),
            done=begin,
            failed=failed,
            key="sign-in",
        )
        self._job = job

    def stop(self) -> None:
        """The person gave up, or starts anew."""
        job, self._job = self._job, None
        if job is not None and self.busy:
            job.cancel()
            self.busy = False
            self._fail("Stopped before the provider was asked.", "", kind="cancelled")
        if self._running:
            self._context.runner.cancel()
        if self.flow is not None and self.flow.ending is None:
            self._carry_out(self.flow.handle(WindowClosed(stopped=True)))
        self._close_listener()

    def forget(self) -> None:
        """Another connector: nothing of the last sign-in stays, and its timeline hears nothing of it."""
        self._consent = None
        self.stop()
        self.flow = None
        self.metadata = None
        self.changed.emit()

    def decide(self, url: str, main_frame: bool, form_body: str | None, *, form: bool = False) -> bool:
        """The embedded browser's question before a request leaves: may it go there?"""
        if self.flow is None:
            return False
        event: Event
        if form_body is not None:
            event = FormPosted(url, form_body, main_frame)
        else:
            event = Navigated(url, "form" if form else "GET", main_frame)
        first, *rest = self.flow.handle(event)
        self.refused_last = not isinstance(first, Allow)
        # The browser waits for the answer: everything else happens once it has it.
        QTimer.singleShot(0, lambda: self._carry_out(tuple(rest)))
        return isinstance(first, Allow)

    def loaded(self, url: str, failure: str | None, cookies: tuple[str, ...], status: int | None = None) -> None:
        if self.flow is not None:
            self.flow.handle(Loaded(url, failure=failure, cookies=cookies, status=status))
            self.changed.emit()

    # Inside

    def _carry_out(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            match command:
                case OpenBrowser(url):
                    if self._system:
                        self._open_outside(url)
                    else:
                        assert self.flow is not None
                        self.browse.emit(url, self.flow.redirect_uri)
                case ExchangeCode(code, redirect_uri, verifier):
                    self._keep_consent()
                    self._exchange(code, redirect_uri, verifier)
                case Store(tokens, extra):
                    for name, value in {**extra, **tokens}.items():
                        self._context.store.set_credential(name, value)
                case RunTest():
                    self._run("test", {}, "Test after signing in", self._tested)
                case Finish(ending):
                    self._keep_consent()
                    self._timeout.stop()
                    self._close_listener()
                    self.ended.emit(ending)
                case _:
                    pass
        self.changed.emit()

    def _keep_consent(self) -> None:
        """The way from the authorization request to its reply becomes a run of the timeline, once."""
        call, self._consent = self._consent, None
        if call is not None and self.flow is not None:
            self._keep(call, record.consent(self.flow), "Consent")

    def _keep(self, call: Call, outcome: Outcome, title: str) -> None:
        self._context.runner.keep(call, outcome, title=title, started=self._moment)
        self._moment = datetime.datetime.now(datetime.UTC)

    def _exchange(self, code: str, redirect_uri: str, verifier: str | None) -> None:
        self._timeout.stop()
        args: dict[str, Any] = {"auth_code": code, "redirect_uri": redirect_uri}
        if verifier is not None:
            args["verifier"] = verifier
        self._run("token_exchange", args, "Exchange the code for tokens", self._exchanged)

    def _run(self, operation: str, args: Mapping[str, Any], title: str, done: Callable[[Run], object]) -> None:
        flow = self.flow

        def over(made: Run) -> None:
            self._running = ""
            if self.flow is flow:
                done(made)

        # Whatever else is running is stopped first, and that is not the end of this run.
        self._running = ""
        self._context.runner.start(operation, args, title=title, done=over)
        self._running = operation

    def _run_stopped(self, why: str) -> None:
        """Something else was run instead, or the run broke: the sign-in must not wait for it any longer."""
        operation, self._running = self._running, ""
        if not operation or self.flow is None:
            return
        event: Event = ExchangeFailed(why) if operation == "token_exchange" else TestFailed(why)
        self._carry_out(self.flow.handle(event))

    def _exchanged(self, made: Run) -> None:
        if self.flow is None:
            return
        self._carry_out(self.flow.handle(outcomes.exchanged(made.outcome, made.settings)))

    def _tested(self, made: Run) -> None:
        if self.flow is None:
            return
        self._carry_out(self.flow.handle(outcomes.tested(made.outcome)))

    def _timed_out(self) -> None:
        if self.flow is not None:
            self._carry_out(self.flow.handle(TimedOut(self._timeout.interval() / 1000)))

    def _open_outside(self, url: str) -> None:
        if self._listener is not None and self._listener.secure is not None:
            self._context.messages.note(
                "Your browser will not trust the certificate of the reply's page.",
                "It was made for this sign-in alone and is this machine's own: go on there once.",
            )
        if not self.open_url(url):
            self._context.messages.warn(
                "The system browser could not be opened.",
                "Open the address in a browser on this machine: the reply is awaited here.",
                Action("Copy address", lambda: QGuiApplication.clipboard().setText(url)),
            )

    def _fail(self, message: str, hint: str, kind: str = "failed") -> None:
        self.ended.emit(Ending(kind, message, hint))
        self.changed.emit()

    def _ask_from_thread(self, event: Navigated | FormPosted) -> Ending | str | None:
        question = _Question(event, [])
        self._asked.emit(question)
        return question.answer[0]

    def _answer_listener(self, question: _Question) -> None:
        if self.flow is None:
            question.answer.append("No sign-in is under way.")
            return
        answer, commands = self.flow.handle_reply(question.event)
        question.answer.append(answer)
        QTimer.singleShot(0, lambda: self._carry_out(commands))

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing waits for handlers, and a handler may be waiting for this thread.
            self._context.jobs.start("Close the listener", lambda _task: listener.close(), quiet=True)


def _prepare(call: Call, travel: Callable[[], Transport], task: Task) -> Preparation:
    """What the connector says of its sign-in, in a job."""
    cancel = Cancel()
    task.on_cancel(cancel.cancel)
    folder = Path(call.cwd) if call.cwd else None
    ready = replace(call, account_properties=account_properties(folder, key=None) if folder else {})
    transport = travel()
    try:
        own = pkce.pair(secrets.token_bytes(pkce.PLATFORM_BYTES))
        return prepare(ready, transport, own, cancel=cancel, yaml=PsychCodec())
    finally:
        close = getattr(transport, "close", None)
        if close is not None:
            close()
