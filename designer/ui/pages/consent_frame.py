"""The embedded browser in its frame: the bar above it, the session behind it, and what it says and asks on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from designer.errors import UserError
from designer.ui.choosing import choose_file
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.pages.browser_session import BrowserSession, home_in_use
from designer.ui.pages.consent_bar import ConsentBar
from designer.ui.pages.http_login import CertificatePicker, LoginForm
from designer.ui.pages.signin_notices import SignInNotices
from designer.ui.signin import SignIn
from designer.ui.widgets.card import Card

if TYPE_CHECKING:
    from designer.ui.web.browser import ConsentBrowser
    from designer.ui.web.model import CertificateChoice, CertificateQuestion, LoginQuestion, Navigation

__all__ = ["ConsentFrame"]

_KEPT = "Cookies of this connection stay on this disk, unencrypted, until you clear the session."


class ConsentFrame(QWidget):
    """Shows the page of the sign-in under way; ``show_instead`` is what stands here while there is none.

    The browser is made on first need, for the connection in use: start-up never pays for it, and what one connection is
    signed in to is no business of another's.
    """

    def __init__(self, context: Context, sign_in: SignIn, notices: SignInNotices) -> None:
        super().__init__()
        self._context = context
        self._sign_in = sign_in
        self._notices = notices
        self._session = BrowserSession(context, self)
        self._browser: ConsentBrowser | None = None
        self._home = home_in_use(context)
        """Whose the browser is, while there is one."""
        self._cookies: list[str] = []
        self._agent = "embedded"
        self._down = False
        """Whether the page's process ended: that its page did not load is said already."""
        self._bar = self._make_bar()
        self._stack = QStackedWidget()
        self._empty = QStackedWidget()
        self._blank = QWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._blank)
        place = Card(name="consentFrame", padding=1)
        place.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        place.body.addWidget(self._stack)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(self._bar)
        box.addWidget(place, 1)
        sign_in.browse.connect(self._browse)
        sign_in.signed_out.connect(self._forget_session)

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

    # From the page around it

    def begin(self) -> None:
        """A sign-in begins: nothing of the last one's way stands here."""
        self._cookies = []
        self._show_address("")

    def show_instead(self, widget: QWidget) -> None:
        while self._empty.count():
            old = self._empty.currentWidget()
            assert old is not None
            self._empty.removeWidget(old)
            old.deleteLater()
        self._empty.addWidget(widget)

    def leave_page(self) -> None:
        """The sign-in ended: its page goes, the session stays."""
        self._with_browser(lambda browser: browser.close_page())
        self._stack.setCurrentWidget(self._empty)
        self._bar.hide()

    def close_browser(self) -> None:
        """Take the browser apart; what it holds off the record goes with it."""
        browser = self._let_go()
        if browser is not None:
            browser.dispose()
        self._stack.setCurrentWidget(self._empty)
        self._bar.hide()

    # The session

    def _clear_session(self) -> None:
        self._end_session("The browser session is cleared.", "Cookies, storage, cache and history of it are gone.")

    def _forget_session(self) -> None:
        self._end_session()

    def _keep_session(self, keep: bool) -> None:
        """From here on in a folder of this connection's, or off the record again; the page is opened anew."""
        home = self._home if self._browser is not None else home_in_use(self._context)
        if not keep:
            self._session.keep_no_more(home)
            self._end_session("The browser session is off the record.", "What was kept of it is deleted.")
            return
        page = self._page_open()
        browser = self._let_go()
        if browser is not None:
            browser.dispose()

        def kept(is_kept: bool) -> None:
            if is_kept:
                self._context.messages.note("The browser session is kept.", _KEPT)
            self._reopen(page)

        self._session.keep(home, kept)

    def _end_session(self, title: str = "", text: str = "") -> None:
        """Forget what the browser holds and kept, say so, and open the page anew where a sign-in is under way."""
        page = self._page_open()
        # The connection in use may be another by now: what goes is what this browser kept.
        home = self._home if self._browser is not None else home_in_use(self._context)

        def over(left: Path | None) -> None:
            if left is not None:
                said = f"Delete it by hand: {left}"
                self._context.messages.warn("Part of the browser session is still on this disk.", said)
            elif title:
                self._context.messages.done(title, text)
            self._reopen(page)

        self._session.clear(home, self._let_go(), over)

    def _page_open(self) -> str:
        return self._browser.page.url().toString() if self._browser is not None else ""

    def _reopen(self, url: str) -> None:
        if self._sign_in.flow is not None and self._sign_in.active and url:
            self._browse(url, self._sign_in.flow.redirect_uri)

    # The browser

    def _browse(self, url: str, redirect_url: str) -> None:
        self._session.when_free(lambda: self._open_page(url, redirect_url))

    def _open_page(self, url: str, redirect_url: str) -> None:
        if not self._sign_in.active:
            return
        browser = self._browser_in_use()
        self._down = False
        self._stack.setCurrentWidget(browser)
        self._bar.show()
        self._show_address(url)
        browser.open(url, redirect_url)
        browser.setFocus()

    def _browser_in_use(self) -> ConsentBrowser:
        home = home_in_use(self._context)
        if self._browser is not None and self._home == home:
            return self._browser
        self.close_browser()
        from designer.ui.web.browser import ConsentBrowser

        try:
            browser = ConsentBrowser(self._may_go, keep_in=home.folder if self._session.kept(home) else None)
        except UserError as error:
            self._notices.say("warning", error.message, f"{error.hint} This sign-in is off the record.")
            browser = ConsentBrowser(self._may_go)
        self._browser, self._home = browser, home
        self._bar.show_kept(not browser.profile.isOffTheRecord(), possible=home.folder is not None)
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
        browser.refused.connect(lambda url, why: self._notices.say("warning", why, url))
        browser.crashed.connect(self._crashed)
        self._stack.addWidget(browser)
        return browser

    def _let_go(self) -> ConsentBrowser | None:
        browser, self._browser = self._browser, None
        if browser is not None:
            # What asks for something asks for this browser.
            self._notices.clear()
            self._stack.removeWidget(browser)
        return browser

    def _with_browser(self, act: Callable[[ConsentBrowser], object]) -> None:
        if self._browser is not None:
            act(self._browser)

    def _call_itself(self, agent: str) -> None:
        self._agent = agent
        if self._browser is not None:
            self._browser.call_itself(agent)
            self._browser.reload()

    def _add_certificate(self) -> None:
        title, kinds = "Client certificate with its key", "PEM files (*.pem *.crt);;All files (*)"
        choose_file(self, "certificateFile", title, self._certificate_chosen, kinds=kinds)

    def _certificate_chosen(self, file: Path) -> None:
        """Have the certificate and key of a PEM file at hand in this browser session."""

        passphrase = self._context.travels.now.client_passphrase  # the console's, where it opens this one too

        def work(_task: Task) -> tuple[str, str]:
            from designer.wire.tls import opened_certificate

            return opened_certificate(str(file), passphrase or None)

        def done(read: tuple[str, str]) -> None:
            try:
                self._with_browser(lambda browser: browser.add_certificate(*read))
            except UserError as error:
                self._notices.say("error", error.message, error.hint)
            else:
                said = "You are asked before a host sees it."
                self._context.messages.done("The client certificate is at hand.", said)

        def failed(error: Exception) -> None:
            if isinstance(error, UserError):
                self._notices.say("error", error.message, error.hint)
            else:
                self._context.messages.fail(error)

        self._context.jobs.start("Reading the client certificate", work, done=done, failed=failed, quiet=True)

    # What the browser tells

    def _may_go(self, asked: Navigation) -> bool:
        return self._sign_in.decide(asked.url, asked.main_frame, asked.form_body, form=asked.form)

    def _show_address(self, url: str, *, arrived: bool = False, failed: bool = False) -> None:
        browser = self._browser
        if url == "about:blank":
            url = ""
        excepted = browser is not None and browser.excepted(url)
        self._bar.line.show_page(url, arrived=arrived, excepted=excepted, failed=failed)
        self._bar.show_history(browser is not None and browser.can_go_back)

    def _moved(self, url: str) -> None:
        """To another page, or the page in sight wrote itself another address of its host: that has arrived already."""
        still = self._browser is not None and not self._browser.page.isLoading()
        self._show_address(url, arrived=still and self._bar.line.arrived)

    def _loaded(self, url: str, good: bool, status: int) -> None:
        names, self._cookies = tuple(dict.fromkeys(self._cookies)), []
        # A navigation that was refused also ends as "did not load", under the address of the page before.
        failed = not good and bool(url) and url != "about:blank" and not self._sign_in.refused_last
        # While a login is asked for its page was stopped, which is no failure.
        failed = failed and not self._notices.asks(LoginForm)
        # A status is an answer, of whatever kind: the provider's own words are on the page.
        failed = failed and not status
        self._sign_in.loaded(url, "the browser could not load it" if failed else None, names, status or None)
        self._show_address(url, arrived=good or bool(status) or self._sign_in.refused_last, failed=failed)
        if failed and self._sign_in.active and not self._down:
            self._notices.clear()
            why = "Is the address right, and does the provider answer? The address is in the connector."
            ways = [("Load again", "consentRetry", self._retry), ("Show the line", "consentLine", self._show_line)]
            self._notices.say("warning", "The page did not load.", why, ways)

    def _show_line(self) -> None:
        """The line that made this sign-in's address, in the Ruby beside the page."""
        pointer, line = self._sign_in.url_made_at
        if pointer is not None and line is not None:
            element = self._context.store.state.document.find(pointer)
            self._context.store.focus(pointer)
            self._context.shell.show_line(line if element is None else element.line)

    def _crashed(self, text: str) -> None:
        self._down = True
        self._notices.clear()
        why = "Nothing else is affected. Load again starts a new one."
        self._notices.say("error", text, why, [("Load again", "consentRetry", self._retry)])

    def _retry(self) -> None:
        self._down = False
        self._notices.clear()
        self._with_browser(lambda browser: browser.reload())

    # What the browser asks

    def _certificate_questioned(self, question: CertificateQuestion) -> None:
        def answer(go_on: bool) -> None:
            self._notices.clear()
            question.answer(go_on)
            if self._browser is not None:
                # A window of the page's may have been in question: the address is that of what is in sight again.
                self._show_address(self._browser.address, arrived=not self._browser.page.isLoading())
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
        self._notices.say("warning", f"The certificate of {question.host} is not trusted.", text, actions)

    def _login_asked(self, question: LoginQuestion) -> None:
        form = LoginForm(question, self._notices.clear)
        self._notices.ask(form)
        form.user.setFocus()

    def _identity_asked(self, choice: CertificateChoice) -> None:
        self._notices.ask(CertificatePicker(choice, self._notices.clear))
