"""The tokens in use: masked, their claims, their end as a countdown; renewing, revoking, and drills on them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from designer.connection import chosen_option
from designer.masking import mask
from designer.oauth import Expiry, TokenSet
from designer.oauth.request import parameters_of
from designer.oauth.tokens import decode, remaining, scopes
from designer.ui.drills import DRILLS, Drill, StandIn, Verdict, corrupted, judge, refused_for_good
from designer.ui.jobs import Task
from designer.ui.page import Context
from designer.ui.provider_calls import client_of, revoke
from designer.ui.renewals import authorization_in_use, end_by_reply, last_renewal, without_refresh_token
from designer.ui.runner import Run, call_for
from designer.ui.signin import SignIn
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import allow, button, clear_layout, label, row, rule, show_if
from designer.ui.widgets.card import Notice
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.flow import FlowLayout
from designer.ui.widgets.scroll import scrolling

__all__ = ["TokensPanel", "expiry_words"]

_received: dict[int, float] = {}
"""When each access token (by its hash) was first seen: ``expires_in`` counts from there."""

_OWN = ("access_token", "refresh_token", "id_token", "expires_in", "refresh_token_expires_in", "scope", "token_type")
_NO_REVOCATION = "discover the provider's endpoint for it on the Provider tab first."
_REQUESTS = ("test", "request", "action")


def tokens_of(credentials: Mapping[str, Any]) -> TokenSet:
    """The token set among the settings."""
    token = str(credentials.get("access_token") or "")
    received = _received.setdefault(hash(token), time.time()) if token else time.time()
    return TokenSet.from_reply(credentials, received_at=received)


def expiry_words(credentials: Mapping[str, Any]) -> str:
    """For the rail: "expires in 42 min", "signed in" where the end is unknown, "not signed in"."""
    tokens = tokens_of(credentials)
    if not tokens.access_token:
        return "not signed in"
    left = tokens.expiry.left(time.time())
    if left is None:
        return "signed in"
    return "expired" if left <= 0 else f"expires in {remaining(left)}"


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
        self._facts = QVBoxLayout()
        self._facts.setSpacing(8)
        self._lines.addLayout(self._facts)
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
        self._expiry, self._refresh_expiry = Badge(), Badge()
        self._told = Expiry()
        """When the access token ends by the reply that brought it, where the settings do not say."""
        self._store.credentials_changed.connect(self._show)
        self._store.opened.connect(self._start_anew)
        context.runner.finished.connect(self._ran)
        if sign_in is not None:
            sign_in.changed.connect(self._show)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
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
        clear_layout(self._facts)
        self._say_connection()
        tokens = self._tokens()
        self._expiry, self._refresh_expiry = Badge(), Badge()
        self._expiry.setObjectName("tokenExpiry")
        held = bool(tokens.access_token or tokens.refresh_token)
        if held:
            self._say_tokens(tokens)
        else:
            text = "No tokens yet. Sign in, or let a request acquire one."
            self._facts.addWidget(label(text, "dim", wrap=True))
        for place in (self._actions, self._drills):
            for one in place.findChildren(QPushButton):
                allow(one, "" if held else "There are no tokens yet.")
        metadata = self._sign_in.metadata if self._sign_in is not None else None
        can_revoke = metadata is not None and metadata.revocation_endpoint is not None
        if held and self._sign_in is not None:
            allow(self._revoke_button, "" if can_revoke else _NO_REVOCATION)
        show_if(self._unrevoked, held and self._sign_in is not None and not can_revoke)
        self._show_verdict()
        self._tick()

    def _tokens(self) -> TokenSet:
        """Those in use. Where the settings do not say when they end, the reply that brought them may have."""
        state = self._store.state
        tokens = tokens_of(state.credentials)
        known = tokens.expiry.at is not None or not tokens.access_token
        self._told = Expiry() if known else end_by_reply(tokens.access_token or "", state.runs)
        return tokens if known else replace(tokens, expiry=self._told)

    def _say_connection(self) -> None:
        """Whose tokens these are: of one connection, and where there are options, of one of them."""
        state = self._store.state
        design = state.design
        if design.authorization is None or design.authorization.kind != "multi":
            return
        option = chosen_option(design, state.credentials)
        self._fact("OPTION", option or "chosen by the Ruby of selected", code=option is not None, name="tokenOption")

    def _say_tokens(self, tokens: TokenSet) -> None:
        if tokens.access_token:
            self._fact("ACCESS TOKEN", mask(tokens.access_token), name="tokenAccess")
            by = _source(tokens.expiry, told=self._told)
            self._facts.addLayout(row(label("ends", "secondary"), self._expiry, by, None))
        if tokens.refresh_token:
            self._fact("REFRESH TOKEN", mask(tokens.refresh_token))
            if tokens.refresh_expiry.at is not None:
                ends = row(label("ends", "secondary"), self._refresh_expiry, _source(tokens.refresh_expiry), None)
                self._facts.addLayout(ends)
        else:
            words = without_refresh_token(authorization_in_use(self._store.state))
            self._fact("REFRESH TOKEN", words, code=False, name="tokenNoRefresh")
        self._fact("LAST RENEWAL", last_renewal(self._store.state.runs), code=False, name="tokenRenewal")
        self._say_scopes(tokens)
        for title, token in (("ACCESS TOKEN CLAIMS", tokens.access_token), ("ID TOKEN CLAIMS", tokens.id_token)):
            jwt = decode(token)
            if jwt is not None:
                self._facts.addWidget(label(title, "group"))
                view = CodeView("tokenClaims", numbered=False, framed=True)
                text = json.dumps(dict(jwt.claims), indent=2, ensure_ascii=False)
                view.show_json(text)
                view.setFixedHeight(min(300, 18 * (text.count("\n") + 1) + 20))
                self._facts.addWidget(view)

    def _say_scopes(self, tokens: TokenSet) -> None:
        flow = self._sign_in.flow if self._sign_in is not None else None
        asked = scopes(parameters_of(flow.config.authorization_url).get("scope")) if flow is not None else None
        if asked is not None:
            self._fact("SCOPES ASKED", " ".join(asked))
        if tokens.scopes is not None:
            self._fact("SCOPES GRANTED", " ".join(tokens.scopes), name="tokenScopes")
            missing = [scope for scope in asked or () if scope not in tokens.scopes]
            if missing:
                text = f"Not granted: {' '.join(missing)}."
                self._facts.addWidget(Notice("warning", text, name="tokenScopesMissing"))
        elif asked is not None:
            self._fact("SCOPES GRANTED", "as asked: the reply does not say (RFC 6749 §5.1)", code=False)

    def _fact(self, title: str, text: str, *, code: bool = True, name: str = "") -> None:
        self._facts.addWidget(label(title, "group"))
        shown = label(text, "" if code else "secondary", wrap=True, name=name)
        if code:
            shown.setFont(Theme.current().code_font("secondary"))
        self._facts.addWidget(shown)

    def _tick(self) -> None:
        tokens = tokens_of(self._store.state.credentials)
        if tokens.expiry.at is None:
            tokens = replace(tokens, expiry=self._told)
        for badge, expiry in ((self._expiry, tokens.expiry), (self._refresh_expiry, tokens.refresh_expiry)):
            left = expiry.left(time.time())
            tone = "neutral" if left is None else "error" if left <= 0 else "warning" if left < 60 else "done"
            badge.show_text(f"in {remaining(left)}" if left is not None and left > 0 else remaining(left), tone)

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
        for name in _OWN:
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


def _source(expiry: Expiry, told: Expiry | None = None) -> QWidget:
    """Where an end is known from; ``told`` is that by the reply, which the settings did not keep."""
    if told is not None and told.source == "expires_in":
        text = "from expires_in of the reply, which the connector does not keep"
    else:
        text = f"from {expiry.source}" if expiry.source else "neither the settings nor the reply say"
    return label(text, "secondary", wrap=True, name="tokenEndsBy")
