"""The tokens in use: masked, their claims, their expiry as a countdown."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from designer.masking import mask
from designer.oauth import TokenSet
from designer.oauth.tokens import decode, remaining
from designer.ui.page import Context
from designer.ui.runner import Run
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import button, clear_layout, label, row
from designer.ui.widgets.code import CodeView
from designer.ui.widgets.flow import FlowLayout

__all__ = ["TokensPanel", "expiry_words"]

_received: dict[str, float] = {}
"""When each access token was first seen: ``expires_in`` counts from there."""


def tokens_of(credentials: Mapping[str, Any]) -> TokenSet:
    """The token set among the settings."""
    token = str(credentials.get("access_token") or "")
    received = _received.setdefault(token, time.time()) if token else time.time()
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
    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("tokensPanel")
        self._context = context
        self._store = context.store
        content = QWidget()
        self._lines = QVBoxLayout(content)
        self._lines.setContentsMargins(16, 12, 16, 16)
        self._lines.setSpacing(8)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._expiry = Badge()
        self._store.credentials_changed.connect(self._show)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._show()

    def _show(self) -> None:
        clear_layout(self._lines)
        tokens = tokens_of(self._store.state.credentials)
        self._expiry = Badge()
        if not tokens.access_token and not tokens.refresh_token:
            text = "No tokens yet. Sign in, or let a request acquire one."
            self._lines.addWidget(label(text, "dim", wrap=True))
        else:
            self._say_tokens(tokens)
        self._lines.addWidget(label("DRILLS", "group"))
        drills = QWidget()
        flow = FlowLayout(drills, spacing=8)
        flow.addWidget(button("Refresh now", "tokenRefresh", self._refresh, dense=True))
        flow.addWidget(button("Corrupt access token", "tokenCorrupt", self._corrupt, dense=True))
        flow.addWidget(button("Sign out", "tokenForget", self._forget, variant="danger", dense=True))
        for made in drills.findChildren(QWidget):
            made.setEnabled(bool(tokens.access_token or tokens.refresh_token))
        self._lines.addWidget(drills)
        text = "Corrupt the token, then send a request: it shows whether refresh_on or detect_on catches it."
        self._lines.addWidget(label(text, "secondary", wrap=True))
        self._lines.addStretch(1)
        self._tick()

    def _say_tokens(self, tokens: TokenSet) -> None:
        self._fact("ACCESS TOKEN", mask(tokens.access_token))
        self._lines.addLayout(row(label("expires", "secondary"), self._expiry, None))
        self._expiry.setObjectName("tokenExpiry")
        if tokens.refresh_token:
            self._fact("REFRESH TOKEN", mask(tokens.refresh_token))
        if tokens.scopes is not None:
            self._fact("SCOPES GRANTED", " ".join(tokens.scopes))
        for title, token in (("ACCESS TOKEN CLAIMS", tokens.access_token), ("ID TOKEN CLAIMS", tokens.id_token)):
            jwt = decode(token)
            if jwt is not None:
                self._lines.addWidget(label(title, "group"))
                view = CodeView("tokenClaims", numbered=False, framed=True)
                text = json.dumps(dict(jwt.claims), indent=2, ensure_ascii=False)
                view.show_json(text)
                view.setFixedHeight(min(300, 18 * (text.count("\n") + 1) + 20))
                self._lines.addWidget(view)

    def _fact(self, title: str, text: str) -> None:
        self._lines.addWidget(label(title, "group"))
        shown = label(text, "", wrap=True)
        shown.setFont(Theme.current().code_font("secondary"))
        self._lines.addWidget(shown)

    def _tick(self) -> None:
        tokens = tokens_of(self._store.state.credentials)
        if not tokens.access_token:
            return
        left = tokens.expiry.left(time.time())
        tone = "neutral" if left is None else "error" if left <= 0 else "warning" if left < 60 else "done"
        self._expiry.show_text(f"in {remaining(left)}" if left is not None and left > 0 else remaining(left), tone)

    def _refresh(self) -> None:
        def told(made: Run) -> None:
            error = made.outcome.error
            if error is None:
                self._context.messages.done("Refreshed.", "The new tokens are among the settings.")
            else:
                self._context.messages.warn(
                    f"The refresh failed: {made.masks.text(str(error['message']))}", "The timeline has the request."
                )

        self._context.runner.start("refresh", title="Refresh now", done=told)

    def _corrupt(self) -> None:
        token = str(self._store.state.credentials.get("access_token") or "")
        # The middle changes, so that the token keeps its form and only its check fails.
        middle = len(token) // 2
        other = "A" if token[middle : middle + 1] != "A" else "B"
        self._store.set_credential("access_token", token[:middle] + other + token[middle + 1 :])
        self._context.messages.note("The access token is corrupted.", "Send a request to see what happens.")

    def _forget(self) -> None:
        for name in ("access_token", "refresh_token", "id_token", "expires_in", "refresh_token_expires_in"):
            self._store.set_credential(name, None)
        self._context.messages.done("Signed out here.", "The provider still knows the tokens.")
