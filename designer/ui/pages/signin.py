"""Sign-in: consent in the embedded browser, every hop of it traced, the tokens it brought."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSizePolicy, QSpinBox, QStackedWidget, QVBoxLayout, QWidget

from designer.errors import UserError
from designer.oauth import STEPS, Ending, StepState
from designer.oauth.redirect import choices, is_loopback
from designer.ui.choosing import choose_file
from designer.ui.inspector import RubyPane
from designer.ui.jobs import Task
from designer.ui.page import Context, InspectorTab, Page
from designer.ui.pages.browser_session import BrowserSession, connection_of
from designer.ui.pages.consent_bar import ConsentBar
from designer.ui.pages.consent_trace import ConsentTrace
from designer.ui.pages.http_login import CertificatePicker, LoginForm
from designer.ui.pages.provider_panel import ProviderPanel
from designer.ui.pages.tokens import TokensPanel, expiry_words
from designer.ui.signin import SignIn
from designer.ui.store import PageState
from designer.ui.widgets.basics import button, clear_layout, label, row
from designer.ui.widgets.card import Card, EmptyState, Notice
from designer.ui.widgets.inputs import Choice
from designer.ui.widgets.steps import StepBar

if TYPE_CHECKING:
    from designer.ui.web.browser import ConsentBrowser
    from designer.ui.web.model import CertificateChoice, CertificateQuestion, LoginQuestion, Navigation

__all__ = ["SignInPage"]

_WAIT_SECONDS = 300
_PENDING = tuple(StepState(key, title) for key, title in STEPS.items())
_WIDE = 560
"""Pixels of page from which the buttons of a notice stand beside its text."""
_ROOMY = 1200
"""Pixels of window below which the inspector folds away."""


class SignInPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context, "Sign-in", scroll=False)
        self.sign_in = SignIn(context, self)
        self._session = BrowserSession(context, self)
        self._browser: ConsentBrowser | None = None
        self._cookies: list[str] = []
        self._browser_of = ("", "")
        self._agent = "embedded"
        self._down = False
        self._asking = False
        """Whether a login is asked for: its page was stopped, which is no failure."""
        self._choices = {choice.name: choice for choice in choices()}
        self._steps = StepBar(tuple(STEPS.values()))
        self._redirect = Choice(
            "redirectUrl",
            [(c.name, c.url or c.title) for c in self._choices.values() if c.name != "other"],
            editable=True,
        )
        self._redirect.setAccessibleName("Redirect URL")
        self._redirect.show_value(next(iter(self._choices)))
        self._show_redirect_host()
        self._redirect.activated.connect(lambda _index: self._redirect_chosen())
        self._redirect.edited.connect(lambda _text: self._say_redirect())
        self._redirect_note = label("", "secondary", wrap=True, name="redirectNote")
        self._wait = QSpinBox()
        self._wait.setObjectName("signInSeconds")
        self._wait.setRange(15, 1800)
        self._wait.setSuffix(" s")
        self._wait.setFixedWidth(96)
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
        self.body.addLayout(row(label("Redirect URL", "secondary"), self._redirect, copy))
        self._left = label("", "secondary", name="signInLeft")
        note = row(self._redirect_note, self._left, label("Wait", "secondary"), self._wait)
        note.setStretch(0, 1)
        self.body.addLayout(note)
        self._notices = QVBoxLayout()
        self.body.addLayout(self._notices)
        self._bar = self._make_bar()
        self.body.addWidget(self._bar)
        self._place = Card(name="consentFrame", padding=1)
        self._place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._stack = QStackedWidget()
        self._empty = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._blank = QWidget()
        self._stack.addWidget(self._blank)
        self._place.body.addWidget(self._stack)
        self.body.addWidget(self._place, 1)
        self.sign_in.browse.connect(self._browse)
        self.sign_in.changed.connect(self._show)
        self.sign_in.ended.connect(self._ended)
        self.sign_in.signed_out.connect(lambda: self._end_session())
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
            InspectorTab("tokens", "Tokens", lambda: TokensPanel(self.context, self.sign_in)),
            InspectorTab("provider", "Provider", lambda: ProviderPanel(self.context, self.sign_in)),
            InspectorTab("ruby", "Ruby", lambda: RubyPane(self.context, "signInRuby")),
        ]

    def closing(self) -> None:
        self.sign_in.stop()
        self.close_browser()

    def start(self, system_browser: bool) -> None:
        """Begin a sign-in with the redirect URL chosen."""
        self._show_redirect_host()
        self._clear_notices()
        self._cookies = []
        self._show_address("")
        self.sign_in.start(self._redirect_url(), system_browser=system_browser, seconds=self._wait.value())
        self._bring("trace")

    def _bring(self, tab: str) -> None:
        """Show a tab of the inspector, unless that would take the room the consent page needs."""
        if self.window().width() >= _ROOMY:
            self.context.shell.show_inspector(tab)

    # The furniture of the browser

    def _make_bar(self) -> ConsentBar:
        bar = ConsentBar()
        bar.back.connect(lambda: self._with_browser(lambda browser: browser.back()))
        bar.reload.connect(lambda: self._with_browser(lambda browser: browser.reload()))
        bar.stop.connect(lambda: self._with_browser(lambda browser: browser.stop()))
        bar.zoom.connect(lambda steps: self._with_browser(lambda browser: browser.zoom_by(steps)))
        bar.agent.connect(self._call_itself)
        bar.forget.connect(self._clear_session)
        bar.tools.connect(lambda: self._with_browser(lambda browser: browser.show_tools()))
        bar.certificate.connect(self._add_certificate)
        bar.keep.connect(self._keep_session)
        bar.hide()
        return bar

    def _with_browser(self, act: Callable[[ConsentBrowser], object]) -> None:
        if self._browser is not None:
            act(self._browser)

    def _call_itself(self, agent: str) -> None:
        self._agent = agent
        if self._browser is not None:
            self._browser.call_itself(agent)
            self._browser.reload()

    def _clear_session(self) -> None:
        self._end_session("The browser session is cleared.", "Cookies, storage, cache and history of it are gone.")

    def _keep_session(self, keep: bool) -> None:
        """From here on in a folder of this connection's, or off the record again; the page is opened anew."""
        page = self._page_open()
        if keep:
            self.close_browser()

            def kept(is_kept: bool) -> None:
                if is_kept:
                    said = "Cookies of this connection stay on this disk, unencrypted, until you clear the session."
                    self.context.messages.note("The browser session is kept.", said)
                self._reopen(page)

            self._session.keep(kept)
            return

        self._session.keep_no_more()
        self._end_session("The browser session is off the record.", "What was kept of it is deleted.")

    def _end_session(self, title: str = "", text: str = "") -> None:
        """Forget what the browser holds and kept, say so, and open the page anew where a sign-in is under way."""
        page = self._page_open()

        def over(left: Path | None) -> None:
            if left is not None:
                said = f"Delete it by hand: {left}"
                self.context.messages.warn("Part of the browser session is still on this disk.", said)
            elif title:
                self.context.messages.done(title, text)
            self._reopen(page)

        self._session.clear(self._let_go_of_browser(), over)

    def _page_open(self) -> str:
        return self._browser.page.url().toString() if self._browser is not None else ""

    def _reopen(self, url: str) -> None:
        if self.sign_in.flow is not None and self.sign_in.active and url:
            self._browse(url, self.sign_in.flow.redirect_uri)

    def _add_certificate(self) -> None:
        title, kinds = "Client certificate with its key", "PEM files (*.pem *.crt);;All files (*)"
        choose_file(self, "certificateFile", title, self.add_certificate, kinds=kinds)

    def add_certificate(self, file: Path) -> None:
        """Have the certificate and key of a PEM file at hand in this browser session."""

        def work(_task: Task) -> tuple[str, str]:
            from designer.wire.tls import read_certificate

            return read_certificate(str(file))

        def done(read: tuple[str, str]) -> None:
            try:
                self._with_browser(lambda browser: browser.add_certificate(*read))
            except UserError as error:
                self._notice("error", error.message, error.hint)
            else:
                self.context.messages.done("The client certificate is at hand.", "You are asked before a host sees it.")

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                self._notice("error", error.message, error.hint)
            else:
                self.context.messages.fail(error)

        self.context.jobs.start("Reading the client certificate", work, done=done, failed=failed, quiet=True)

    def _show_address(self, url: str, *, arrived: bool = False) -> None:
        browser = self._browser
        if url == "about:blank":
            url = ""
        self._bar.line.show_page(url, arrived=arrived, excepted=browser is not None and browser.excepted(url))
        self._bar.show_history(browser is not None and browser.can_go_back)

    def _moved(self, url: str) -> None:
        """To another page, or the page in sight wrote itself another address of its host: that has arrived already."""
        still = self._browser is not None and not self._browser.page.isLoading()
        self._show_address(url, arrived=still and self._bar.line.arrived)

    def _browse(self, url: str, redirect_url: str) -> None:
        self._session.when_free(lambda: self._open_page(url, redirect_url))

    def _open_page(self, url: str, redirect_url: str) -> None:
        if not self.sign_in.active:
            return
        browser = self._make_browser()
        self._down = False
        self._stack.setCurrentWidget(browser)
        self._bar.show()
        self._show_address(url)
        browser.open(url, redirect_url)
        browser.setFocus()

    def _make_browser(self) -> ConsentBrowser:
        """The browser is made on first need: start-up never pays for it."""
        if self._browser is not None and self._browser_of != connection_of(self.context):
            # Another connection of the same connector: what one is signed in to is no business of the other's.
            self.close_browser()
        if self._browser is not None:
            return self._browser
        from designer.ui.web.browser import ConsentBrowser

        folder = self._session.folder
        try:
            browser = ConsentBrowser(self._may_go, keep_in=folder if self._session.kept else None)
        except UserError as error:
            self._notice("warning", error.message, f"{error.hint} This sign-in is off the record.")
            browser = ConsentBrowser(self._may_go)
        self._browser_of = connection_of(self.context)
        self._bar.show_kept(not browser.profile.isOffTheRecord(), possible=folder is not None)
        browser.call_itself(self._agent)
        browser.url_changed.connect(self._moved)
        browser.loading.connect(self._bar.show_loading)
        browser.zoomed.connect(self._bar.show_zoom)
        browser.certificate_questioned.connect(self._certificate_questioned)
        browser.identity_asked.connect(self._identity_asked)
        browser.login_asked.connect(self._login_asked)
        browser.addActions(self._bar.zoom_actions)
        browser.cookie_set.connect(lambda name, _domain: self._cookies.append(name))
        browser.load_finished.connect(self._loaded)
        browser.refused.connect(lambda url, why: self._notice("warning", why, url))
        browser.crashed.connect(self._crashed)
        self._stack.addWidget(browser)
        self._browser = browser
        return browser

    def _may_go(self, asked: Navigation) -> bool:
        return self.sign_in.decide(asked.url, asked.main_frame, asked.form_body, form=asked.form)

    def _loaded(self, url: str, good: bool, status: int) -> None:
        names, self._cookies = tuple(dict.fromkeys(self._cookies)), []
        # A navigation that was refused also ends as "did not load", under the address of the page before.
        failed = not good and bool(url) and url != "about:blank" and not self.sign_in.refused_last
        failed = failed and not self._asking
        # A status is an answer, of whatever kind: the provider's own words are on the page.
        failed = failed and not status
        self.sign_in.loaded(url, "the browser could not load it" if failed else None, names, status or None)
        self._show_address(url, arrived=good or bool(status) or self.sign_in.refused_last)
        if failed and self.sign_in.active and not self._down:
            self._clear_notices()
            why = "Is the address right, and does the provider answer? The address is in the connector."
            ways = [("Load again", "consentRetry", self._retry), ("Show the line", "consentLine", self._show_line)]
            self._notice("warning", "The page did not load.", why, ways)

    def _show_line(self) -> None:
        """The line that makes the address, in the Ruby beside the page."""
        state = self.store.state
        slots = [one.slots.get("authorization_url") for one in state.design.authorizations()]
        found = [state.document.find(slot.pointer) for slot in slots if slot is not None]
        if found and found[0] is not None:
            self.store.focus(found[0].pointer)
            self.context.shell.show_line(found[0].line)

    def _crashed(self, text: str) -> None:
        self._down = True
        self._clear_notices()
        why = "Nothing else is affected. Load again starts a new one."
        self._notice("error", text, why, [("Load again", "consentRetry", self._retry)])

    def _retry(self) -> None:
        self._down = False
        self._clear_notices()
        self._with_browser(lambda browser: browser.reload())

    def _certificate_questioned(self, question: CertificateQuestion) -> None:
        def answer(go_on: bool) -> None:
            self._clear_notices()
            question.answer(go_on)
            if self._browser is not None:
                # A window of the page's may have been in question: the address is that of what is in sight again.
                page = self._browser.page
                self._show_address(self._browser.address, arrived=not page.isLoading())
                self._stack.setCurrentWidget(self._browser)

        # What is in sight belongs to the page before: it must not stand under the new address.
        self._stack.setCurrentWidget(self._blank)
        self._bar.line.show_question(question.url)

        text = (
            f"{question.why} It is this machine or a test host, so you may go on, for this browser session; no other "
            "host gets an exception."
        )
        actions = [
            ("Leave", "certificateLeave", lambda: answer(False)),
            ("Go on this once", "certificateAccept", lambda: answer(True)),
        ]
        self._notice("warning", f"The certificate of {question.host} is not trusted.", text, actions)

    def _login_asked(self, question: LoginQuestion) -> None:
        self._clear_notices()
        self._asking = True
        form = LoginForm(question, self._clear_notices)
        self._notices.addWidget(form)
        form.user.setFocus()

    def _identity_asked(self, choice: CertificateChoice) -> None:
        self._clear_notices()
        self._notices.addWidget(CertificatePicker(choice, self._clear_notices))

    # What is shown

    def _show(self) -> None:
        flow = self.sign_in.flow
        active = self.sign_in.active
        self._start.setVisible(not active)
        self._outside.setEnabled(not active)
        self._stop.setVisible(active)
        self._steps.show_steps(flow.steps if flow is not None else _PENDING)
        self._say_state()

    def _ended(self, ending: Ending) -> None:
        self._clear_notices()
        tone = {"signed_in": "done", "cancelled": "note", "test_failed": "warning"}.get(ending.kind, "error")
        self._notice(tone, ending.message, ending.hint)
        if self.sign_in.flow is not None:
            for note in self.sign_in.flow.notes:
                self._notice("note", note)
        if self._browser is not None:
            self._browser.close_page()
        self._stack.setCurrentWidget(self._empty)
        self._bar.hide()
        self._describe()
        if ending.signed_in:
            self._bring("tokens")

    def _describe(self) -> None:
        """What to do here, for this connection."""
        signed_in = bool(self.store.state.credentials.get("access_token"))
        oauth = [a for a in self.store.state.design.authorizations() if "authorization_url" in a.slots]
        self.say_subtitle(_subtitle([a.kind for a in oauth]))
        self._start.setEnabled(bool(oauth))
        self._outside.setEnabled(bool(oauth) and self._choice_is_local())
        ending = self.sign_in.flow.ending if self.sign_in.flow is not None else None
        if oauth and signed_in:
            late = ending is not None and not ending.signed_in
            title = "Tokens of an earlier sign-in" if late else "Signed in"
            text = "The tokens are in the settings. The console uses them."
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
        self._empty.addWidget(EmptyState("shield", title, text, actions if not oauth or signed_in else ()))

    def _say_state(self) -> None:
        oauth = any("authorization_url" in a.slots for a in self.store.state.design.authorizations())
        words = expiry_words(self.store.state.credentials) if oauth else ""
        left = self.sign_in.seconds_left
        self._left.setText(f"{left // 60}:{left % 60:02} left" if left is not None else "")
        if self.sign_in.active:
            words = "waiting for consent"
        self.store.set_page_state("signin", PageState(words if oauth else "not needed"))

    def _redirect_chosen(self) -> None:
        self._show_redirect_host()
        self._say_redirect()

    def _show_redirect_host(self) -> None:
        """The host is what tells redirect URLs apart, so that end stays in sight."""
        if (line := self._redirect.lineEdit()) is not None:
            line.setCursorPosition(0)

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

    def _notice(
        self, tone: str, title: str, text: str = "", actions: Iterable[tuple[str, str, Callable[[], object]]] = ()
    ) -> None:
        beside = self.width() >= _WIDE
        self._notices.addWidget(Notice(tone, title, text, actions if beside else (), name="signInNotice"))
        if not beside and (below := [button(what, name, act, dense=True) for what, name, act in actions]):
            self._notices.addLayout(row(*below, None))

    def _clear_notices(self) -> None:
        self._asking = False
        clear_layout(self._notices)

    def _forget(self) -> None:
        """Another connector: nothing of the last sign-in stays."""
        self.sign_in.forget()
        self._clear_notices()
        self._stack.setCurrentWidget(self._empty)
        self._bar.hide()
        self.close_browser()
        self._describe()

    def close_browser(self) -> None:
        """Take the browser apart; what it holds off the record goes with it."""
        browser = self._let_go_of_browser()
        if browser is not None:
            browser.dispose()

    def _let_go_of_browser(self) -> ConsentBrowser | None:
        browser, self._browser = self._browser, None
        if browser is not None:
            # What asks for something asks for this browser.
            self._clear_notices()
            self._stack.removeWidget(browser)
        return browser


def _subtitle(kinds: list[str]) -> str:
    if not kinds:
        return ""
    return "OAuth 2.0 authorization code with PKCE" if "oauth2_pkce" in kinds else "OAuth 2.0 authorization code"
