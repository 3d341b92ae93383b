"""Sign-in: consent in the embedded browser, every hop of it traced, the tokens it brought."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSpinBox

from designer.connection import Authorization
from designer.oauth import STEPS, Ending, StepState
from designer.ui.inspector import RubyPane
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.consent_frame import ConsentFrame
from designer.ui.pages.consent_trace import ConsentTrace
from designer.ui.pages.provider_panel import ProviderPanel
from designer.ui.pages.redirect_row import RedirectRow
from designer.ui.pages.signin_notices import SignInNotices
from designer.ui.pages.tokens import TokensPanel
from designer.ui.signin import SignIn
from designer.ui.state import PageState
from designer.ui.widgets.basics import allow, button, label, row, show_if
from designer.ui.widgets.card import EmptyState
from designer.ui.widgets.steps import StepBar

__all__ = ["SignInPage"]

_WAIT_SECONDS = 300
_PENDING = tuple(StepState(key, title) for key, title in STEPS.items())
_ROOMY = 1200
"""Pixels of window below which the inspector folds away."""


_AWAY = "Choose a redirect URL on this machine first: what comes back through another is caught in the window alone."


class SignInPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Sign-in", scroll=False)
        self.sign_in = SignIn(context, self)
        self._steps = StepBar(tuple(STEPS.values()))
        self._redirect = RedirectRow(context.messages)
        self._redirect.changed.connect(self._say_what_can_start)
        self._wait = QSpinBox()
        self._wait.setObjectName("signInSeconds")
        self._wait.setRange(15, 1800)
        self._wait.setSuffix(" s")
        self._wait.setFixedWidth(96)
        self._wait.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._wait.setValue(_WAIT_SECONDS)
        self._wait.setToolTip("How long to wait for the provider's answer")
        self._wait.setAccessibleName("Seconds to wait for the provider's answer")
        self._start = button("Sign in", "signInStart", self.perform, variant="primary")
        self._outside = button("Use system browser", "signInSystem", lambda: self._begin(system_browser=True))
        self._outside.setToolTip("For passkeys, password managers and providers that refuse embedded browsers")
        self._stop = button("Stop", "signInStop", self.sign_in.stop, variant="danger")
        self._stop.hide()
        self.header.addWidget(self._outside)
        self.header.addWidget(self._start)
        self.header.addWidget(self._stop)
        self.body.setSpacing(10)
        self.body.addWidget(self._steps)
        self.body.addWidget(self._redirect)
        self._why = label("", "secondary", wrap=True, name="signInSystem.why")
        self._why.hide()
        self.body.addWidget(self._why)
        self._left = label("", "secondary", name="signInLeft")
        note = row(self._redirect.note, self._left, label("Wait", "secondary"), self._wait)
        note.setStretch(0, 1)
        self.body.addLayout(note)
        self._notices = SignInNotices()
        self.body.addLayout(self._notices)
        self._frame = ConsentFrame(context, self.sign_in, self._notices)
        self.body.addWidget(self._frame, 1)
        self.sign_in.changed.connect(self._show)
        self.sign_in.ended.connect(self._ended)
        self.store.document_changed.connect(lambda _span: self._describe())
        self.store.opened.connect(self._forget)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._say_state)
        self._clock.start()
        self._describe()
        self._say_state()

    def inspector_tabs(self) -> list[InspectorTab]:
        return [
            InspectorTab("trace", "Consent trace", lambda: ConsentTrace(self.sign_in)),
            InspectorTab("tokens", "Tokens", lambda: TokensPanel(self.context, self.sign_in)),
            InspectorTab("provider", "Provider", lambda: ProviderPanel(self.context, self.sign_in)),
            InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "signInRuby")),
        ]

    def closing(self) -> None:
        self.sign_in.stop()
        self.close_browser()

    def close_browser(self) -> None:
        """Take the browser apart; what it holds off the record goes with it."""
        self._frame.close_browser()

    def perform(self, what: str = "") -> None:
        self._begin(system_browser=False)

    def _begin(self, *, system_browser: bool) -> None:
        """Begin a sign-in with the redirect URL chosen."""
        self._redirect.show_host()
        self._notices.clear()
        self._frame.begin()
        redirect_uri = self._redirect.choice.redirect_uri
        self.sign_in.start(redirect_uri, system_browser=system_browser, seconds=self._wait.value())
        self._bring("trace")

    def _bring(self, tab: str) -> None:
        """Show a tab of the inspector, unless that would take the room the consent page needs."""
        if self.window().width() >= _ROOMY:
            self.context.shell.show_inspector(tab)

    # What is shown

    @property
    def _with_consent(self) -> list[Authorization]:
        """Those of the connection's authorizations that ask for consent."""
        return [one for one in self.store.state.design.authorizations() if "authorization_url" in one.slots]

    def _show(self) -> None:
        flow = self.sign_in.flow
        self._start.setVisible(not self.sign_in.active)
        self._stop.setVisible(self.sign_in.active)
        self._steps.show_steps(flow.steps if flow is not None else _PENDING)
        self._say_what_can_start()
        self._say_state()

    def _say_what_can_start(self) -> None:
        possible = bool(self._with_consent)
        none = "" if possible else "This connection needs no consent."
        away = "" if self._redirect.choice.local else _AWAY
        allow(self._start, none)
        allow(self._outside, none or away or ("A sign-in is under way." if self.sign_in.active else ""))
        self._why.setText(f"Use system browser: {away[:1].lower()}{away[1:]}")
        show_if(self._why, possible and bool(away) and not self.sign_in.active)

    def _ended(self, ending: Ending) -> None:
        self._notices.clear()
        tone = {"signed_in": "done", "cancelled": "note", "test_failed": "warning"}.get(ending.kind, "error")
        self._notices.say(tone, ending.message, ending.hint)
        if self.sign_in.flow is not None:
            for note in self.sign_in.flow.notes:
                self._notices.say("note", note)
        self._frame.leave_page()
        self._describe()
        if ending.signed_in:
            self._bring("tokens")

    def _describe(self) -> None:
        """What to do here, for this connection."""
        signed_in = bool(self.store.state.credentials.get("access_token"))
        kinds = [one.kind for one in self._with_consent]
        self.say_subtitle(_subtitle(kinds))
        self._say_what_can_start()
        ending = self.sign_in.flow.ending if self.sign_in.flow is not None else None
        if kinds and signed_in:
            late = ending is not None and not ending.signed_in
            title = "Tokens of an earlier sign-in" if late else "Signed in"
            text = "The tokens are in the settings. The console uses them."
        elif kinds:
            title = "Sign in to try the connection"
            text = (
                "The provider's page opens here, off the record. The redirect is caught before it leaves your machine."
            )
        else:
            title = "This connection needs no consent"
            text = "Sign-in is for OAuth 2.0 with an authorization code. The console sends without it."
        actions = [("Open the console", "signInToConsole", lambda: self.context.shell.show_page("console"))]
        self._frame.show_instead(EmptyState("shield", title, text, actions if not kinds or signed_in else ()))

    def _say_state(self) -> None:
        left = self.sign_in.seconds_left
        self._left.setText(f"{left // 60}:{left % 60:02} left" if left is not None else "")
        self.store.set_page_state("signin", PageState("waiting for consent") if self.sign_in.active else None)

    def _forget(self) -> None:
        """Another connector: nothing of the last sign-in stays."""
        self.sign_in.forget()
        self._redirect.forget()
        self._wait.setValue(_WAIT_SECONDS)
        self._notices.clear()
        self._frame.close_browser()
        self._describe()


def _subtitle(kinds: list[str]) -> str:
    if not kinds:
        return ""
    return "OAuth 2.0 authorization code with PKCE" if "oauth2_pkce" in kinds else "OAuth 2.0 authorization code"
