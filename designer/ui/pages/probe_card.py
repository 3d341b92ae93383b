"""The probe: on a click, finds how the token endpoint wants to be asked, shows each attempt, offers the change."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer import connection
from designer.connection import Authorization, Design
from designer.oauth.probe import GRANTS, Answer, Attempt, Conclusion, ProbeConfig
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ui.jobs import Job, Task
from designer.ui.page import Context
from designer.ui.provider_calls import given, probe
from designer.ui.runner import call_for
from designer.ui.signin import SignIn
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import button, clear_layout, column, label, row
from designer.ui.widgets.card import Notice
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import Choice, LineEdit, SecretEdit

__all__ = ["ProbeCard"]

_FROM_CONNECTOR = "as the connector gives it"
_STATES = {
    "works": ("works", "done"),
    "recognised": ("known", "done"),
    "refused": ("refused", "neutral"),
    "scope": ("scope", "warning"),
    "unread": ("unread", "neutral"),
    "halt": ("stopped", "warning"),
}
_STATE_WIDTH = 66


class ProbeCard(QWidget):
    _trying_now = Signal(str)
    """From the probe's thread: the attempt under way."""

    def __init__(self, context: Context, sign_in: SignIn) -> None:
        super().__init__()
        self.setObjectName("probeCard")
        self._context = context
        self._sign_in = sign_in
        self._job: Job | None = None
        self._by_code: bool | None = None
        """Which way of asking the connector suggested last; a choice of the person's stays until that changes."""
        self._offered: tuple[str, str] | None = None
        """Pointer and token URL of the authorization that an offer in sight is for."""
        # A method of ours, not a lambda: only so is it called in the UI's thread.
        self._trying_now.connect(self._say_trying)
        self._url = LineEdit("probeUrl", _FROM_CONNECTOR)
        self._client = LineEdit("probeClientId", _FROM_CONNECTOR)
        self._secret = SecretEdit("probeClientSecret", _FROM_CONNECTOR)
        self._scope = LineEdit("probeScope", "none")
        self._grant = Choice("probeGrant", list(GRANTS.items()))
        self._start = button("Probe", "probeStart", self._probe)
        self._stop = button("Stop", "probeStop", self._cancel, variant="danger")
        self._stop.hide()
        self._trying = label("", "secondary")
        self._said = QVBoxLayout()
        self._said.setSpacing(8)
        text = (
            "Asks the token endpoint in one way after the other until one works: client in a Basic header or the "
            "body, form or JSON, with scope or without. At most nine requests, sent when you press Probe."
        )
        lines = column(
            label("PROBE THE TOKEN ENDPOINT", "group"),
            label(text, "secondary", wrap=True),
            FormRow("Token URL", self._url),
            FormRow("Client ID", self._client),
            FormRow("Client secret", self._secret),
            FormRow("Scope", self._scope),
            FormRow("Ask with", self._grant),
            row(self._start, self._stop, None),
            self._said,
        )
        self.setLayout(lines)
        context.store.opened.connect(self._forget)
        context.store.document_changed.connect(lambda _span: self._suit())
        context.store.document_changed.connect(lambda _span: self._withdraw())
        self._suit()

    def _authorization(self) -> Authorization | None:
        found = self._context.store.state.design.authorizations()
        return next((one for one in found if one.parameters is not None and "client_auth" in one.parameters), None)

    def _suit(self) -> None:
        """Ask as this connection will, written in a form or in Ruby."""
        found = self._context.store.state.design.authorizations()
        by_code = any("authorization_url" in one.slots for one in found)
        if by_code == self._by_code:
            return
        self._by_code = by_code
        self._grant.show_value("authorization_code" if by_code else "client_credentials")

    def _forget(self) -> None:
        self._cancel()
        for field in (self._url, self._client, self._secret, self._scope):
            field.show_text("")
        clear_layout(self._said)
        self._by_code = self._offered = None
        self._suit()

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
        self._show_busy(False)
        clear_layout(self._said)

    def _show_busy(self, busy: bool) -> None:
        self._start.setVisible(not busy)
        self._stop.setVisible(busy)

    def _probe(self) -> None:
        call = call_for(self._context.store.state, "token_url")
        url, client, secret = self._url.text().strip(), self._client.text().strip(), self._secret.text()
        scope, grant = " ".join(self._scope.text().split()), self._grant.value
        travel = self._context.runner.travel
        metadata, redirect_uri = self._sign_in.metadata, self._sign_in.last_redirect_uri
        endpoint = metadata.token_endpoint or "" if metadata is not None else ""
        authorization = self._authorization()
        written = _token_url(authorization) if authorization is not None else ""

        def work(task: Task) -> Conclusion:
            own_url = url or given(call, "token_url", task, travel) or ("" if "#{" in written else written) or endpoint
            config = ProbeConfig(
                grant,
                client or given(call, "client_id", task, travel),
                secret or given(call, "client_secret", task, travel),
                scope,
                redirect_uri,
            )
            return probe(own_url, config, task, self._trying_now.emit, travel)

        def done(found: Conclusion) -> None:
            if self._job is job:
                self._job = None
                self._show_busy(False)
                self._show(found)

        def failed(error: Exception) -> None:
            if self._job is not job:
                return
            self._job = None
            self._show_busy(False)
            clear_layout(self._said)
            message, hint = getattr(error, "message", ""), getattr(error, "hint", "")
            if message:
                self._said.addWidget(Notice("error", message, hint, name="probeNotice"))
            else:
                self._context.messages.fail(error)

        clear_layout(self._said)
        self._trying = label("", "secondary", wrap=True, name="probeTrying")
        self._said.addWidget(self._trying)
        self._show_busy(True)
        job = self._context.jobs.start("Probe the token endpoint", work, done=done, failed=failed, key="probe")
        self._job = job

    def _say_trying(self, text: str) -> None:
        if self._job is not None:
            self._trying.setText(text)

    def _withdraw(self) -> None:
        """What was found out holds for the authorization that was asked for; of another one nothing is known."""
        if self._offered is None:
            return
        pointer, url = self._offered
        now = _at(self._context.store.state.design, pointer)
        if now is None or _token_url(now) != url:
            self._offered = None
            clear_layout(self._said)
            text = "The token request of the connector is another one now. Probe again."
            self._said.addWidget(label(text, "secondary", wrap=True, name="probeWithdrawn"))

    def _show(self, found: Conclusion) -> None:
        self._offered = None
        clear_layout(self._said)
        tone = "done" if found.found is not None else "warning"
        self._said.addWidget(Notice(tone, found.title, found.text, name="probeVerdict"))
        if found.found is not None:
            self._offer(found.found)
        for answer in found.answers:
            self._said.addWidget(_line(answer))

    def _offer(self, attempt: Attempt) -> None:
        authorization = self._authorization()
        if authorization is None:
            return
        params = authorization.parameters or {}
        wanted = {"client_auth": attempt.client, "format": attempt.format}
        if all(params.get(key) == value for key, value in wanted.items()):
            self._said.addWidget(label("The connector asks this way already.", "secondary", wrap=True))
            return
        pointer = authorization.pointer
        self._offered = pointer, _token_url(authorization)

        def changed(doc: Document) -> Change:
            # Everything else stands as it does at the click, not as it did when this was offered.
            now = _at(connection.read(doc), pointer)
            params = {**((now.parameters if now is not None else None) or {}), **wanted}
            if "exchange" in params:
                # The platform's own exchange knows one way only.
                params["exchange"] = "acquire"
            return connection.update_form(doc, pointer, params)

        def write() -> None:
            title = f"Ask for tokens by {attempt.title}"
            if self._context.store.edit(title, changed, focus=pointer):
                self._context.messages.done("Written into the token request.", "One step of Undo takes it back.")

        use = button("Use this", "probeUse", write, variant="primary", dense=True)
        self._said.addLayout(row(use, None))


def _at(design: Design, pointer: str) -> Authorization | None:
    """The authorization at ``pointer`` that says in a form how it asks for tokens."""
    found = (one for one in design.authorizations() if one.pointer == pointer)
    return next((one for one in found if one.parameters is not None and "client_auth" in one.parameters), None)


def _token_url(authorization: Authorization) -> str:
    return str((authorization.parameters or {}).get("token_url", ""))


def _line(answer: Answer) -> QWidget:
    made = QWidget()
    made.setObjectName("probeAttempt")
    made.setAccessibleName(f"{answer.attempt.title}: {answer.words}")
    state = QWidget()
    state.setLayout(row(Badge(*_STATES[answer.kind]), None))
    state.setFixedWidth(_STATE_WIDTH)
    lines = column(label(answer.attempt.title, wrap=True), label(answer.words, "secondary", wrap=True), spacing=2)
    box = row(spacing=12)
    box.addWidget(state, 0, Qt.AlignmentFlag.AlignTop)
    box.addLayout(lines, 1)
    made.setLayout(box)
    return made
