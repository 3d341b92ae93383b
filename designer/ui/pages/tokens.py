"""The tokens in use: what they say of themselves, renewing and revoking them, and drills on them."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.oauth.outcomes import TOKEN_NAMES
from designer.ui.drills import DRILLS, Drill, StandIn, Verdict, corrupted, judge, refused_for_good
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.pages.expiry import tokens_of
from designer.ui.pages.token_facts import TokenFacts
from designer.ui.provider_calls import client_of, revoke
from designer.ui.runner import Run, call_for
from designer.ui.signin import SignIn
from designer.ui.widgets.basics import allow, button, clear_layout, label, row, rule, show_if
from designer.ui.widgets.card import Notice
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.scroll import scrolling

__all__ = ["TokensPanel"]

_NO_REVOCATION = "discover the provider's endpoint for it on the Provider tab first."
_REQUESTS = ("test", "request", "action")


class TokensPanel(QWidget):
    """Beside a page with a request of its own a drill waits for that request; with ``sign_in`` it runs the test."""

    def __init__(self, context: Context, sign_in: SignIn | None = None) -> None:
        super().__init__()
        self.setObjectName("tokensPanel")
        self._context = context
        self._store = context.store
        self._sign_in = sign_in
        self._drill: Drill | None = None
        self._verdict: Verdict | None = None
        self._shown: tuple[Verdict | None, Drill | None] = (None, None)
        content = QWidget()
        self._lines = QVBoxLayout(content)
        self._lines.setContentsMargins(16, 12, 16, 16)
        self._lines.setSpacing(8)
        self._facts = TokenFacts(context.store, sign_in)
        self._lines.addWidget(self._facts)
        self._actions = self._make_actions()
        self._lines.addWidget(self._actions)
        self._unrevoked = label(f"Revoke: {_NO_REVOCATION}", "secondary", wrap=True, name="tokenRevoke.why")
        self._unrevoked.hide()
        self._lines.addWidget(self._unrevoked)
        self._lines.addWidget(rule(faint=True))
        self._drills = self._make_drills()
        self._lines.addWidget(self._drills)
        self._said = QVBoxLayout()
        self._lines.addLayout(self._said)
        what = "and runs the connector's test" if sign_in is not None else "for the next request you send"
        said = f"Each makes the token fail {what}: it shows whether refresh_on or detect_on catches it."
        self._explained = label(said, "secondary", wrap=True)
        self._lines.addWidget(self._explained)
        self._lines.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content, "Tokens"))
        self._store.credentials_changed.connect(self._show)
        self._store.opened.connect(self._start_anew)
        context.runner.finished.connect(self._ran)
        if sign_in is not None:
            sign_in.changed.connect(self._show)
        self._show()

    # What is shown

    def _make_actions(self) -> QWidget:
        holder = QWidget()
        flow = FlowLayout(holder, spacing=8)
        flow.addWidget(button("Refresh now", "tokenRefresh", self._refresh, dense=True))
        self._revoke_button = button("Revoke", "tokenRevoke", lambda: self._revoke(None), dense=True)
        if self._sign_in is not None:
            flow.addWidget(self._revoke_button)
        self._revoke_button.setToolTip("Have the provider forget the tokens (RFC 7009)")
        flow.addWidget(button("Sign out", "tokenForget", self._forget, variant="danger", dense=True))
        return holder

    def _make_drills(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 4, 0, 0)
        box.setSpacing(8)
        box.addWidget(label("DRILLS", "group"))
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=8)
        names = {
            "corrupt": "tokenCorrupt",
            "expire": "drillExpire",
            "revoke": "drillRevoke",
            "skew": "drillSkew",
            "error200": "drillError",
        }
        for drill in DRILLS.values():
            begin = partial(self._begin, drill)
            flow.addWidget(button(drill.title, names[drill.name], begin, dense=True, tip=drill.explains))
        box.addWidget(buttons)
        return holder

    def _show(self) -> None:
        held = self._facts.refresh()
        for place in (self._actions, self._drills):
            for one in place.findChildren(QPushButton):
                allow(one, "" if held else "There are no tokens yet.")
        metadata = self._sign_in.metadata if self._sign_in is not None else None
        can_revoke = metadata is not None and metadata.revocation_endpoint is not None
        if held and self._sign_in is not None:
            allow(self._revoke_button, "" if can_revoke else _NO_REVOCATION)
        show_if(self._unrevoked, held and self._sign_in is not None and not can_revoke)
        self._show_verdict()

    # What can be done

    def _refresh(self) -> None:
        def told(made: Run) -> None:
            error = made.outcome.error
            if error is None:
                self._verdict = Verdict("done", "Refreshed.", "The new tokens are among the settings.")
            else:
                message = made.seen.told.text(str(error["message"]))
                gone = "invalid_grant" in f"{error.get('message')} {error.get('http_body')}"
                text = "The refresh token is not good any more: only a new consent helps." if gone else message
                self._verdict = Verdict("warning", "The refresh was refused.", text, consent=gone)
            self._show()

        self._drill = None
        self._context.runner.start("refresh", title="Refresh now", done=told)

    def _revoke(self, drill: Drill | None) -> None:
        """Have the provider forget the tokens; then forget them here, or for a drill keep them to see what happens."""
        metadata = self._sign_in.metadata if self._sign_in is not None else None
        endpoint = metadata.revocation_endpoint if metadata is not None else None
        if endpoint is None:
            return
        state = self._store.state
        held = tokens_of(state.credentials)
        # With the refresh token go the access tokens of the same grant (RFC 7009 §2.1).
        name = "refresh_token" if held.refresh_token else "access_token"
        token = str(state.credentials.get(name) or "")
        call = call_for(state, "client_id")

        travel = self._context.runner.travel

        def work(task: Task) -> None:
            client_id, client_secret = client_of(call, task, travel)
            revoke(endpoint, token, name, client_id, client_secret, task, travel)

        def done(_answer: object) -> None:
            if drill is not None:
                self._run_drill(drill)
                return
            self._forget_tokens()
            self._verdict = Verdict("done", "Revoked.", "The provider confirmed it; the tokens are gone here too.")
            self._show()

        self._context.jobs.start("Revoke the tokens", work, done=done, failed=self._context.messages.fail, key="revoke")

    def _forget(self) -> None:
        self._forget_tokens()
        if self._sign_in is not None:
            self._sign_in.signed_out.emit()
        self._verdict = None
        self._show()
        self._context.messages.done("Signed out here.", "The provider still knows the tokens.")

    def _forget_tokens(self) -> None:
        for name in TOKEN_NAMES:
            self._store.set_credential(name, None)

    # Drills

    def _begin(self, drill: Drill) -> None:
        credentials = self._store.state.credentials
        token = str(credentials.get("access_token") or "")
        self._verdict, self._drill = None, None
        self._context.runner.wrap_next(None)
        self._context.runner.skew_next(drill.skew)
        if drill.skew:
            pass  # The provider is asked, with the tokens as they are.
        elif drill.status:
            self._context.runner.wrap_next(lambda inner: StandIn(inner, drill, token))
        elif drill.name == "revoke":
            metadata = self._sign_in.metadata if self._sign_in is not None else None
            if metadata is not None and metadata.revocation_endpoint is not None:
                self._revoke(drill)
                return
            # Without an endpoint to revoke at, both are spoilt here, which the provider answers alike.
            for name in ("access_token", "refresh_token"):
                if credentials.get(name):
                    self._store.set_credential(name, corrupted(str(credentials[name])))
        else:
            self._store.set_credential("access_token", corrupted(token))
        self._run_drill(drill)

    def _run_drill(self, drill: Drill) -> None:
        self._drill = drill
        if self._sign_in is not None:
            self._context.runner.start("test", title=f"Drill: {drill.title.lower()}")
        else:
            self._show_verdict()

    def _ran(self, made: Run) -> None:
        drill = self._drill
        if drill is None or made.operation not in _REQUESTS:
            self._notice_end(made)
            self._show()
            return
        self._drill = None
        self._verdict = judge(made, self._store.state.design.authorizations(), drill)
        self._show()

    def _notice_end(self, made: Run) -> None:
        """An ordinary run whose refresh was refused for good: the consent is offered here, too."""
        code = refused_for_good(made)
        if code:
            text = "The refresh token is not good any more: only a new consent helps."
            self._verdict = Verdict("warning", f"The refresh answered {code}.", text, consent=True)
        elif self._verdict is not None and self._verdict.consent and not made.failed:
            self._verdict = None

    def _show_verdict(self) -> None:
        verdict, drill = self._verdict, self._drill
        if self._shown == (verdict, drill):
            # A button somebody is about to press stays where it is.
            return
        self._shown = (verdict, drill)
        clear_layout(self._said)
        if drill is not None:
            waits = "The test is running." if self._sign_in is not None else "Send a request to see what happens."
            self._said.addWidget(Notice("note", f"{drill.title}: {waits}", drill.explains, name="drillWaits"))
        elif verdict is not None:
            self._said.addWidget(Notice(verdict.tone, verdict.title, verdict.text, name="drillVerdict"))
            if verdict.fix is not None:
                fix = button(verdict.fix_title, "drillFix", lambda: self._fix(verdict), variant="primary", dense=True)
                self._said.addLayout(row(fix, None))
            if verdict.consent:
                again = button("Sign in again", "tokenConsentAgain", self._consent_again, variant="primary", dense=True)
                self._said.addLayout(row(again, None))

    def _fix(self, verdict: Verdict) -> None:
        assert verdict.fix is not None
        if self._store.edit(verdict.fix_title, verdict.fix, focus=verdict.pointer or None):
            self._verdict = Verdict("done", f"{verdict.fix_title}: written.", "Run the drill again to see it work.")
            self._show()

    def _consent_again(self) -> None:
        self._verdict = None
        self._context.shell.show_page("signin").perform()

    def _start_anew(self) -> None:
        self._drill = self._verdict = None
        self._context.runner.wrap_next(None)
        self._context.runner.skew_next(0)
        self._show()
