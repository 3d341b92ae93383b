"""What the tokens in use say of themselves: masked, with their claims, scopes, and their end as a countdown."""

from __future__ import annotations

import json
import time
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer.connection import chosen_option
from designer.masking import mask
from designer.oauth import Expiry, TokenSet
from designer.oauth.request import parameters_of
from designer.oauth.tokens import decode, remaining, scopes
from designer.ui.pages.expiry import tokens_of
from designer.ui.renewals import authorization_in_use, end_by_reply, last_renewal, runs_of, without_refresh_token
from designer.ui.signin import SignIn
from designer.ui.store import Store
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import clear_layout, label, row
from designer.ui.widgets.card import Notice
from designer.ui.widgets.code import CodeView

__all__ = ["TokenFacts"]

_WITHOUT = "This connection has no tokens: what it signs with stands in its settings."


class TokenFacts(QWidget):
    """``sign_in`` knows which scopes were asked for, where there was one."""

    def __init__(self, store: Store, sign_in: SignIn | None) -> None:
        super().__init__()
        self._store = store
        self._sign_in = sign_in
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self._expiry, self._refresh_expiry = Badge(), Badge()
        self._told = Expiry()
        """When the access token ends by the reply that brought it, where the settings do not say."""
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()

    def refresh(self) -> bool:
        """Show the tokens in use; whether there are any."""
        clear_layout(self._lines)
        self._say_connection()
        tokens = self._tokens()
        self._expiry, self._refresh_expiry = Badge(), Badge()
        self._expiry.setObjectName("tokenExpiry")
        held = bool(tokens.access_token or tokens.refresh_token)
        if held:
            self._say_tokens(tokens)
        else:
            text = "No tokens yet. Sign in, or let a request acquire one." if self._gets_tokens() else _WITHOUT
            self._lines.addWidget(label(text, "dim", wrap=True))
        self._tick()
        return held

    def _gets_tokens(self) -> bool:
        """Whether any way to authorize signs in or acquires."""
        ways = self._store.state.design.authorizations()
        return any(way.type == "oauth2" or "acquire" in way.slots for way in ways)

    def _tokens(self) -> TokenSet:
        """Those in use. Where the settings do not say when they end, the reply that brought them may have."""
        state = self._store.state
        tokens = tokens_of(state.credentials)
        known = tokens.expiry.at is not None or not tokens.access_token
        self._told = Expiry() if known else end_by_reply(tokens.access_token or "", runs_of(state))
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
            self._lines.addLayout(row(label("ends", "secondary"), self._expiry, by, None))
        if tokens.refresh_token:
            self._fact("REFRESH TOKEN", mask(tokens.refresh_token))
            if tokens.refresh_expiry.at is not None:
                ends = row(label("ends", "secondary"), self._refresh_expiry, _source(tokens.refresh_expiry), None)
                self._lines.addLayout(ends)
        else:
            words = without_refresh_token(authorization_in_use(self._store.state))
            self._fact("REFRESH TOKEN", words, code=False, name="tokenNoRefresh")
        self._fact("LAST RENEWAL", last_renewal(runs_of(self._store.state)), code=False, name="tokenRenewal")
        self._say_scopes(tokens)
        for title, token in (("ACCESS TOKEN CLAIMS", tokens.access_token), ("ID TOKEN CLAIMS", tokens.id_token)):
            jwt = decode(token)
            if jwt is not None:
                self._lines.addWidget(label(title, "group"))
                view = CodeView("tokenClaims", numbered=False, framed=True)
                text = json.dumps(dict(jwt.claims), indent=2, ensure_ascii=False)
                view.show_json(text)
                view.setFixedHeight(min(300, 18 * (text.count("\n") + 1) + 20))
                self._lines.addWidget(view)

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
                self._lines.addWidget(Notice("warning", text, name="tokenScopesMissing"))
        elif asked is not None:
            self._fact("SCOPES GRANTED", "as asked: the reply does not say (RFC 6749 §5.1)", code=False)

    def _fact(self, title: str, text: str, *, code: bool = True, name: str = "") -> None:
        self._lines.addWidget(label(title, "group"))
        shown = label(text, "" if code else "secondary", wrap=True, name=name)
        if code:
            shown.setFont(Theme.current().code_font("secondary"))
        self._lines.addWidget(shown)

    def _tick(self) -> None:
        tokens = tokens_of(self._store.state.credentials)
        if tokens.expiry.at is None:
            tokens = replace(tokens, expiry=self._told)
        for badge, expiry in ((self._expiry, tokens.expiry), (self._refresh_expiry, tokens.refresh_expiry)):
            left = expiry.left(time.time())
            tone = "neutral" if left is None else "error" if left <= 0 else "warning" if left < 60 else "done"
            badge.show_text(f"in {remaining(left)}" if left is not None and left > 0 else remaining(left), tone)


def _source(expiry: Expiry, told: Expiry | None = None) -> QWidget:
    """Where an end is known from; ``told`` is that by the reply, which the settings did not keep."""
    if told is not None and told.source == "expires_in":
        text = "from expires_in of the reply, which the connector does not keep"
    else:
        text = f"from {expiry.source}" if expiry.source else "neither the settings nor the reply say"
    return label(text, "secondary", wrap=True, name="tokenEndsBy")
