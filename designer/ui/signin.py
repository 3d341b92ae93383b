"""Carries out one sign-in: the flow decides, this module opens browsers, runs the engine and keeps the tokens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from designer.errors import UserError
from designer.oauth import (
    Allow,
    Command,
    Ending,
    Event,
    ExchangeCode,
    Exchanged,
    ExchangeFailed,
    Finish,
    Flow,
    FlowConfig,
    FormPosted,
    Listener,
    Loaded,
    Navigated,
    OpenBrowser,
    Pkce,
    RunTest,
    Started,
    Store,
    TestFailed,
    TestPassed,
    TimedOut,
    WindowClosed,
    pkce,
)
from designer.ui.page import Context
from designer.ui.runner import Run
from designer.wire import Call, Cancel, HttpTransport, Outcome, TransportOptions, run

__all__ = ["SignIn"]

_TOKENS = ("access_token", "refresh_token", "id_token", "expires_in", "refresh_token_expires_in", "scope", "token_type")


@dataclass(frozen=True, slots=True)
class _Prepared:
    authorization_url: str
    client_id: str | None
    pkce: Pkce | None


@dataclass(frozen=True, slots=True)
class _Question:
    """A question from the listener's thread, answered in place while that thread waits."""

    event: Navigated | FormPosted
    answer: list[Ending | str | None]


class SignIn(QObject):
    """One sign-in at a time. ``flow`` is the current or last one, None before the first."""

    changed = Signal()
    browse = Signal(str, str)
    """Show this URL in the embedded browser; the second is the redirect URL to watch for."""
    ended = Signal(object)
    _asked = Signal(object)

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.flow: Flow | None = None
        self.busy = False
        self._listener: Listener | None = None
        self._system = False
        self._timeout = QTimer(self)
        self._timeout.setSingleShot(True)
        self._timeout.timeout.connect(self._timed_out)
        self._asked.connect(self._answer_listener, Qt.ConnectionType.BlockingQueuedConnection)

    @property
    def active(self) -> bool:
        """Whether a provider's answer is awaited or being worked on."""
        return self.busy or (self.flow is not None and self.flow.ending is None)

    def start(self, redirect_uri: str, *, system_browser: bool, seconds: int) -> None:
        """Begin: ask the connector for its authorization URL, then show it. ``seconds`` is how long to wait."""
        self.stop()
        self._system = system_browser
        state = self._context.store.state
        call = Call(
            connector=state.document.source,
            operation="authorization_url",
            settings=dict(state.credentials),
            path=str(state.path or "connector.rb"),
            cwd=str(state.path.parent) if state.path else None,
        )
        try:
            if system_browser:
                self._listener = Listener(redirect_uri, self._ask_from_thread)
                redirect_uri = self._listener.redirect_uri
        except UserError as error:
            self._fail(error.message, error.hint)
            return
        self.busy = True
        self.changed.emit()

        def begin(prepared: _Prepared) -> None:
            self.busy = False
            self.flow = Flow(
                FlowConfig(
                    authorization_url=prepared.authorization_url,
                    client_id=prepared.client_id,
                    redirect_uri=redirect_uri,
                    state=secrets.token_hex(8),
                    pkce=prepared.pkce,
                )
            )
            self._timeout.start(seconds * 1000)
            self._carry_out(self.flow.handle(Started()))

        def failed(error: Exception) -> None:
            self.busy = False
            self._close_listener()
            if isinstance(error, UserError):
                self._fail(error.message, error.hint)
            else:
                self._context.messages.fail(error)
                self.changed.emit()

        self._context.jobs.start(
            "Ask for the authorization URL", lambda _t: _prepare(call), done=begin, failed=failed, key="sign-in"
        )

    def stop(self) -> None:
        """The person gave up, or starts anew."""
        if self.flow is not None and self.flow.ending is None:
            self._carry_out(self.flow.handle(WindowClosed()))
        self._close_listener()

    def decide(self, url: str, main_frame: bool, form_body: str | None) -> bool:
        """The embedded browser's question before a request leaves: may it go there?"""
        if self.flow is None:
            return False
        event: Event = (
            Navigated(url, is_main_frame=main_frame) if form_body is None else FormPosted(url, form_body, main_frame)
        )
        first, *rest = self.flow.handle(event)
        # The browser waits for the answer: everything else happens once it has it.
        QTimer.singleShot(0, lambda: self._carry_out(tuple(rest)))
        return isinstance(first, Allow)

    def loaded(self, url: str, failure: str | None, cookies: tuple[str, ...]) -> None:
        if self.flow is not None:
            self.flow.handle(Loaded(url, failure=failure, cookies=cookies))
            self.changed.emit()

    # Inside

    def _carry_out(self, commands: tuple[Command, ...]) -> None:
        for command in commands:
            match command:
                case OpenBrowser(url):
                    if self._system:
                        QDesktopServices.openUrl(QUrl(url))
                    else:
                        assert self.flow is not None
                        self.browse.emit(url, self.flow.redirect_uri)
                case ExchangeCode(code, redirect_uri, verifier):
                    self._exchange(code, redirect_uri, verifier)
                case Store(tokens, extra):
                    for name, value in {**extra, **tokens}.items():
                        self._context.store.set_credential(name, value)
                case RunTest():
                    self._context.runner.start("test", title="Test after signing in", done=self._tested)
                case Finish(ending):
                    self._timeout.stop()
                    self._close_listener()
                    self.ended.emit(ending)
                case _:
                    pass
        self.changed.emit()

    def _exchange(self, code: str, redirect_uri: str, verifier: str | None) -> None:
        self._timeout.stop()
        args: dict[str, Any] = {"auth_code": code, "redirect_uri": redirect_uri}
        if verifier is not None:
            args["verifier"] = verifier
        self._context.runner.start("token_exchange", args, title="Exchange the code for tokens", done=self._exchanged)

    def _exchanged(self, made: Run) -> None:
        if self.flow is None:
            return
        outcome = made.outcome
        error = outcome.error
        if error is not None:
            body = error.get("http_body")
            event: Event = ExchangeFailed(
                str(error["message"]), error.get("http_code"), body if isinstance(body, str) else "", error.get("line")
            )
        else:
            event = Exchanged(_tokens_of(outcome))
        self._carry_out(self.flow.handle(event))

    def _tested(self, made: Run) -> None:
        if self.flow is None:
            return
        error = made.outcome.error
        event: Event = TestPassed() if error is None else TestFailed(str(error["message"]), error.get("line"))
        self._carry_out(self.flow.handle(event))

    def _timed_out(self) -> None:
        if self.flow is not None:
            self._carry_out(self.flow.handle(TimedOut(self._timeout.interval() / 1000)))

    def _fail(self, message: str, hint: str) -> None:
        self.ended.emit(Ending("failed", message, hint))
        self.changed.emit()

    def _ask_from_thread(self, event: Navigated | FormPosted) -> Ending | str | None:
        question = _Question(event, [])
        self._asked.emit(question)
        return question.answer[0]

    def _answer_listener(self, question: _Question) -> None:
        if self.flow is None:
            question.answer.append("No sign-in is under way.")
            return
        first, *rest = self.flow.handle(question.event)
        caught = getattr(first, "caught", False)
        question.answer.append(self.flow.ending if caught else str(getattr(first, "why", "")))
        QTimer.singleShot(0, lambda: self._carry_out(tuple(rest)))

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing waits for handlers, and a handler may be waiting for this thread.
            self._context.jobs.start("Close the listener", lambda _task: listener.close(), quiet=True)


def _prepare(call: Call) -> _Prepared:
    """Authorization URL, client id and PKCE pair as the connector gives them. Raises ``UserError``."""

    def ask(operation: str, args: Mapping[str, Any] | None = None) -> Outcome:
        return run(
            replace(call, operation=operation, args=dict(args or {})),
            HttpTransport(TransportOptions()),
            cancel=Cancel(),
        )

    address = ask("authorization_url")
    if address.error is not None:
        raise UserError(f"The authorization URL could not be made: {address.error['message']}", _place(address))
    url = address.result.get("authorization_url") if isinstance(address.result, Mapping) else None
    if not isinstance(url, str) or not url:
        raise UserError(
            "This connection has no authorization URL.", "Sign-in is for OAuth 2.0 with an authorization code."
        )
    client = ask("client_id")
    if client.error is not None:
        raise UserError(f"The client id could not be made: {client.error['message']}", _place(client))
    own = pkce.pair(secrets.token_bytes(pkce.PLATFORM_BYTES))
    made = ask("pkce", {"verifier": own.verifier, "challenge": own.challenge})
    if made.error is not None:
        raise UserError(f"The pkce lambda failed: {made.error['message']}", _place(made))
    return _Prepared(url, client.result if isinstance(client.result, str) else None, _pkce_of(made.result))


def _pkce_of(result: Any) -> Pkce | None:
    if not isinstance(result, Mapping):
        return None
    return Pkce(
        str(result.get("verifier", "")),
        str(result.get("challenge", "")),
        str(result.get("challenge_method") or "plain"),
    )


def _place(outcome: Outcome) -> str:
    line = outcome.error.get("line") if outcome.error else None
    return f"See line {line} of the connector." if line else "Check the fields it reads on the Settings page."


def _tokens_of(outcome: Outcome) -> dict[str, Any]:
    """The token part of what the settings hold after the exchange."""
    after = outcome.settings_after or {}
    return {name: after[name] for name in _TOKENS if name in after}
