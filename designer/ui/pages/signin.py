"""Sign-in: consent in the embedded browser, every hop of it traced, the tokens it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSizePolicy, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from designer.masking import mask_url
from designer.oauth import STEPS, Ending
from designer.oauth.redirect import choices, is_loopback
from designer.ui.inspector import RubyPane
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.consent_trace import ConsentTrace
from designer.ui.pages.tokens import TokensPanel, expiry_words
from designer.ui.signin import SignIn
from designer.ui.store import PageState
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import ElidedLabel, button, clear_layout, label, row, tool_button
from designer.ui.widgets.card import Card, EmptyState, Notice
from designer.ui.widgets.inputs import Choice
from designer.ui.widgets.steps import StepBar

if TYPE_CHECKING:
    from designer.ui.web import ConsentBrowser

__all__ = ["SignInPage"]

_WAIT_SECONDS = 300


class SignInPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Sign-in", scroll=False)
        self.sign_in = SignIn(context, self)
        self._browser: ConsentBrowser | None = None
        self._cookies: list[str] = []
        self._choices = {choice.name: choice for choice in choices()}
        self._steps = StepBar(tuple(STEPS.values()))
        self._redirect = Choice(
            "redirectUrl",
            [(c.name, c.url or c.title) for c in self._choices.values() if c.name != "other"],
            editable=True,
        )
        self._redirect.setAccessibleName("Redirect URL")
        self._redirect.show_value(next(iter(self._choices)))
        self._redirect.activated.connect(lambda _index: self._say_redirect())
        self._redirect.edited.connect(lambda _text: self._say_redirect())
        self._redirect_note = label("", "secondary", wrap=True, name="redirectNote")
        self._wait = QSpinBox()
        self._wait.setObjectName("signInSeconds")
        self._wait.setRange(15, 1800)
        self._wait.setSuffix(" s")
        self._wait.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._wait.setValue(_WAIT_SECONDS)
        self._wait.setToolTip("How long to wait for the provider's answer")
        self._wait.setAccessibleName("Seconds to wait for the provider's answer")
        self._start = button("Sign in", "signInStart", lambda: self.start(False), variant="primary")
        self._outside = button("Use system browser", "signInSystem", lambda: self.start(True))
        self._outside.setToolTip("For passkeys, password managers and providers that refuse embedded browsers")
        self._stop = button("Stop", "signInStop", self.sign_in.stop, variant="danger")
        self._stop.hide()
        self.header.addWidget(self._outside)
        self.header.addWidget(self._start)
        self.header.addWidget(self._stop)
        copy = button("Copy", "redirectCopy", self._copy_redirect)
        self.body.setSpacing(10)
        self.body.addWidget(self._steps)
        self.body.addLayout(
            row(label("Redirect URL", "secondary"), self._redirect, copy, label("Wait", "secondary"), self._wait)
        )
        self.body.addWidget(self._redirect_note)
        self._notices = QVBoxLayout()
        self.body.addLayout(self._notices)
        self.body.addWidget(self._make_bar())
        self._place = Card(name="consentFrame", padding=1)
        self._place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._stack = QStackedWidget()
        self._empty = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._place.body.addWidget(self._stack)
        self.body.addWidget(self._place, 1)
        self.sign_in.browse.connect(self._browse)
        self.sign_in.changed.connect(self._show)
        self.sign_in.ended.connect(self._ended)
        self.store.document_changed.connect(lambda _span: self._describe())
        self.store.opened.connect(self._forget)
        self.store.credentials_changed.connect(self._say_state)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._say_state)
        self._clock.start()
        self._say_redirect()
        self._describe()
        self._say_state()

    def inspector_tabs(self) -> list[InspectorTab]:
        return [
            InspectorTab("trace", "Consent trace", lambda: ConsentTrace(self.sign_in)),
            InspectorTab("tokens", "Tokens", lambda: TokensPanel(self.context)),
            InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "signInRuby")),
        ]

    def closing(self) -> None:
        self.sign_in.stop()
        self.close_browser()

    def start(self, system_browser: bool) -> None:
        """Begin a sign-in with the redirect URL chosen."""
        self._clear_notices()
        self._cookies = []
        self._show_bar("", "")
        self.sign_in.start(self._redirect_url(), system_browser=system_browser, seconds=self._wait.value())
        self.context.shell.show_inspector("trace")

    # The furniture of the browser

    def _make_bar(self) -> QWidget:
        self._back = tool_button("chevron-left", "consentBack", "Back")
        self._reload = tool_button("refresh", "consentReload", "Load again")
        self._security = Badge("")
        self._security.setObjectName("consentSecurity")
        self._address = ElidedLabel("")
        self._address.setFont(self.context.theme.code_font("secondary"))
        self._address.setObjectName("consentAddress")
        self._address.setAccessibleName("Address of the page shown")
        self._bar = QWidget()
        self._bar.setLayout(row(self._back, self._reload, self._security, self._address))
        self._bar.hide()
        return self._bar

    def _show_bar(self, url: str, failure: str) -> None:
        """Address and state are taken from the browser, never from the page."""
        parts = urlsplit(url)
        self._address.setText(mask_url(url))
        if parts.scheme == "https":
            self._security.show_text("https", "done")
        elif parts.scheme == "http" and is_loopback(url):
            self._security.show_text("http · loopback", "accent")
        else:
            self._security.show_text(parts.scheme or "", "warning")
        if failure:
            self._notice("warning", "The page did not load.", failure)

    def _browse(self, url: str, redirect_url: str) -> None:
        browser = self._make_browser()
        self._stack.setCurrentWidget(browser)
        self._bar.show()
        self._show_bar(url, "")
        browser.open(url, redirect_url)
        browser.setFocus()

    def _make_browser(self) -> ConsentBrowser:
        """The browser is made on first need: start-up never pays for it."""
        if self._browser is not None:
            return self._browser
        from designer.ui.web import ConsentBrowser

        browser = ConsentBrowser(lambda nav: self.sign_in.decide(nav.url, nav.main_frame, nav.form_body))
        browser.url_changed.connect(lambda url: self._show_bar(url, ""))
        browser.cookie_set.connect(lambda name, _domain: self._cookies.append(name))
        browser.load_finished.connect(self._loaded)
        browser.refused.connect(lambda url, why: self._notice("warning", why, url))
        browser.crashed.connect(self._crashed)
        self._back.clicked.connect(browser.back)
        self._reload.clicked.connect(browser.reload)
        self._stack.addWidget(browser)
        self._browser = browser
        return browser

    def _loaded(self, url: str, good: bool) -> None:
        names, self._cookies = tuple(dict.fromkeys(self._cookies)), []
        # A navigation that was refused also ends as "did not load", and then shows no page of its own.
        failed = not good and bool(url) and url != "about:blank" and self._stack.currentWidget() is self._browser
        self.sign_in.loaded(url, "the browser could not load it" if failed else None, names)

    def _crashed(self, text: str) -> None:
        self._notice("error", text, "Load again starts a new one.")

    # What is shown

    def _show(self) -> None:
        flow = self.sign_in.flow
        active = self.sign_in.active
        self._start.setVisible(not active)
        self._outside.setEnabled(not active)
        self._stop.setVisible(active)
        if flow is not None:
            self._steps.show_steps(flow.steps)
        self._say_state()

    def _ended(self, ending: Ending) -> None:
        self._clear_notices()
        tone = {"signed_in": "done", "cancelled": "note", "test_failed": "warning"}.get(ending.kind, "error")
        self._notice(tone, ending.message, ending.hint)
        if self.sign_in.flow is not None:
            for note in self.sign_in.flow.notes:
                self._notice("note", note)
        if ending.signed_in or ending.kind in ("cancelled", "timed_out", "refused", "failed", "rejected"):
            self._stack.setCurrentWidget(self._empty)
            self._bar.hide()
        self._describe(after=ending)
        if ending.signed_in:
            self.context.shell.show_inspector("tokens")

    def _describe(self, after: Ending | None = None) -> None:
        """What to do here, for this connection."""
        oauth = [a for a in self.store.state.design.authorizations() if "authorization_url" in a.slots]
        self.say_subtitle(_subtitle([a.kind for a in oauth]))
        self._start.setEnabled(bool(oauth))
        self._outside.setEnabled(bool(oauth) and self._choice_is_local())
        if after is not None and after.signed_in:
            title, text = "Signed in", "The tokens are among the settings now. The console sends with them."
        elif oauth:
            title = "Sign in to try the connection"
            text = (
                "The provider's page opens here, off the record. The redirect is caught before it leaves your machine."
            )
        else:
            title = "This connection needs no consent"
            text = "Sign-in is for OAuth 2.0 with an authorization code. The console sends without it."
        while self._empty.count():
            old = self._empty.currentWidget()
            assert old is not None
            self._empty.removeWidget(old)
            old.deleteLater()
        actions = [("Open the console", "signInToConsole", lambda: self.context.shell.show_page("console"))]
        self._empty.addWidget(EmptyState("shield", title, text, actions if not oauth or after else ()))

    def _say_state(self) -> None:
        oauth = any("authorization_url" in a.slots for a in self.store.state.design.authorizations())
        words = expiry_words(self.store.state.credentials) if oauth else ""
        if self.sign_in.active:
            words = "waiting for consent"
        self.store.set_page_state("signin", PageState(words if oauth else "not needed"))

    def _say_redirect(self) -> None:
        choice = self._choices.get(self._redirect.value)
        note = choice.note if choice else self._choices["other"].note
        caught = "" if choice is None or choice.url is None else " Here it is caught before it leaves your machine."
        self._redirect_note.setText(note + caught)
        self._outside.setEnabled(self._choice_is_local() and self._start.isEnabled())

    def _choice_is_local(self) -> bool:
        choice = self._choices.get(self._redirect.value)
        return choice.local if choice else is_loopback(self._redirect.value)

    def _redirect_url(self) -> str:
        choice = self._choices.get(self._redirect.value)
        if choice is None:
            return self._redirect.value.strip()
        return choice.url or "http://127.0.0.1/oauth/callback"

    def _copy_redirect(self) -> None:
        QGuiApplication.clipboard().setText(self._redirect_url())
        self.context.messages.done("Redirect URL copied.")

    def _notice(self, tone: str, title: str, text: str = "") -> None:
        self._notices.addWidget(Notice(tone, title, text, name="signInNotice"))

    def _clear_notices(self) -> None:
        clear_layout(self._notices)

    def _forget(self) -> None:
        """Another connector: nothing of the last sign-in stays."""
        self.sign_in.stop()
        self._clear_notices()
        self._stack.setCurrentWidget(self._empty)
        self._bar.hide()
        self.close_browser()
        self._describe()

    def close_browser(self) -> None:
        """Take the browser apart, cookies and all."""
        browser, self._browser = self._browser, None
        if browser is not None:
            self._stack.removeWidget(browser)
            browser.dispose()


def _subtitle(kinds: list[str]) -> str:
    if not kinds:
        return ""
    return "OAuth 2.0 authorization code with PKCE" if "oauth2_pkce" in kinds else "OAuth 2.0 authorization code"
