"""Discovery: from a host or issuer to the provider's endpoints, filled into the connector as one edit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from designer import connection
from designer.connection import Authorization
from designer.oauth import Metadata
from designer.ruby import Document
from designer.ruby.change import Change
from designer.ui.page import Context
from designer.ui.pages.probe_card import ProbeCard
from designer.ui.provider_calls import discover
from designer.ui.signin import SignIn
from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import KeyFilter, button, clear_layout, column, label, row, rule
from designer.ui.widgets.card import Notice
from designer.ui.widgets.inputs import CheckBox, LineEdit
from designer.ui.widgets.scroll import scrolling

__all__ = ["ProviderPanel"]

_FORMS = ("oauth2_code", "oauth2_pkce")
_CLIENTS = {"client_secret_basic": "basic", "client_secret_post": "body"}
_WAYS = {"basic": "in a Basic header", "body": "in the body"}


class ProviderPanel(QWidget):
    def __init__(self, context: Context, sign_in: SignIn) -> None:
        super().__init__()
        self.setObjectName("providerPanel")
        self._context = context
        self._sign_in = sign_in
        self._boxes: dict[str, CheckBox] = {}
        self._scopes: dict[str, CheckBox] = {}
        self._host = LineEdit("providerHost", "login.example.com")
        self._host.setAccessibleName("Host or issuer of the provider")
        KeyFilter(self._host, Qt.Key.Key_Return, self._discover)
        self._ask = button("Discover", "providerDiscover", self._discover)
        self._found = QVBoxLayout()
        self._found.setSpacing(10)
        content = QWidget()
        lines = column(
            label("HOST OR ISSUER", "group"),
            row(self._host, self._ask),
            label("Reads the provider's metadata (RFC 8414, OpenID Connect).", "secondary", wrap=True),
            self._found,
            rule(faint=True),
            ProbeCard(context, sign_in),
            None,
            margins=(16, 12, 16, 16),
        )
        content.setLayout(lines)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolling(content, "Provider"))
        context.store.opened.connect(self._forget)
        context.store.document_changed.connect(lambda _span: self._show())
        self._show()

    def _forget(self) -> None:
        self._host.show_text("")
        clear_layout(self._found)

    def _discover(self) -> None:
        text = self._host.text().strip()
        if not text:
            self._host.setFocus()
            return

        def done(found: Metadata) -> None:
            self._ask.setEnabled(True)
            self._sign_in.metadata = found if found.issuer_confirmed else None
            self._sign_in.changed.emit()
            self._show(found)

        def failed(error: Exception) -> None:
            self._ask.setEnabled(True)
            clear_layout(self._found)
            message, hint = getattr(error, "message", ""), getattr(error, "hint", "")
            if message:
                self._found.addWidget(Notice("error", message, hint, name="providerNotice"))
            else:
                self._context.messages.fail(error)

        self._ask.setEnabled(False)
        travel = self._context.runner.travel
        self._context.jobs.start(
            f"Ask {text} for its metadata",
            lambda task: discover(text, task, travel),
            done=done,
            failed=failed,
            key="discovery",
        )

    def _authorization(self) -> Authorization | None:
        found = self._context.store.state.design.authorizations()
        return next((one for one in found if one.kind in _FORMS and one.parameters is not None), None)

    def _show(self, found: Metadata | None = None) -> None:
        clear_layout(self._found)
        self._boxes, self._scopes = {}, {}
        metadata = found or self._sign_in.metadata
        if metadata is None:
            return
        for text in metadata.warnings:
            self._found.addWidget(Notice("warning", text, name="providerNotice"))
        for title, value in _facts(metadata):
            self._fact(title, value)
        if not metadata.issuer_confirmed:
            return
        self._found.addWidget(rule(faint=True))
        authorization = self._authorization()
        if authorization is None:
            text = "Choose an OAuth 2.0 authorization code kind on the Authorization page to fill this in."
            self._found.addWidget(label(text, "secondary", wrap=True))
            return
        self._offer(metadata, authorization)

    def _fact(self, title: str, value: str) -> None:
        shown = label(value, wrap=True, selectable=True)
        shown.setFont(Theme.current().code_font("secondary"))
        self._found.addLayout(column(label(title, "secondary"), shown, spacing=1))

    def _offer(self, metadata: Metadata, authorization: Authorization) -> None:
        params: Mapping[str, Any] = authorization.parameters or {}
        wanted = _wanted(metadata, params)
        for key, title in (("authorize_url", "Authorization URL"), ("token_url", "Token URL")):
            if key in wanted:
                same = params.get(key) == wanted[key]
                self._box(key, f"{title}{': as found' if same else ''}", checked=not same, enabled=not same)
                if not same:
                    self._found.addWidget(label(f"now {params[key] or 'empty'}", "secondary", wrap=True))
            else:
                text = f"{title}: this part is written in Ruby, so it is changed there."
                self._found.addWidget(label(text, "secondary", wrap=True))
        self._offer_client(metadata, params)
        if "S256" in metadata.pkce_methods:
            has = authorization.kind == "oauth2_pkce"
            self._box("pkce", "PKCE (S256): in use" if has else "Use PKCE (S256)", checked=not has, enabled=not has)
        if metadata.scopes and "scopes" in params:
            self._found.addWidget(label("SCOPES TO ASK FOR", "group"))
            for scope in metadata.scopes[:40]:
                box = CheckBox(f"providerScope.{scope}", scope)
                box.show_state(scope in params["scopes"])
                self._scopes[scope] = box
                self._found.addWidget(box)
        fill = button("Fill in", "providerFill", lambda: self._fill(metadata), variant="primary")
        self._found.addLayout(row(fill, None))

    def _offer_client(self, metadata: Metadata, params: Mapping[str, Any]) -> None:
        ways = [_CLIENTS[way] for way in metadata.token_auth_methods if way in _CLIENTS]
        now = params.get("client_auth")
        if not ways or now not in ("basic", "body"):
            return
        if now in ways:
            self._box(
                "client", f"Client credentials {_WAYS[now]}: as the provider takes them", checked=False, enabled=False
            )
        else:
            self._box("client", f"Send client credentials {_WAYS[ways[0]]}", checked=True, enabled=True)

    def _box(self, key: str, title: str, *, checked: bool, enabled: bool) -> None:
        box = CheckBox(f"provider.{key}", title)
        box.show_state(checked)
        box.setEnabled(enabled)
        self._boxes[key] = box
        if enabled:
            self._found.addWidget(box)
        else:
            self._found.addLayout(row(Badge("ok", "done"), label(title, "secondary"), None))
            box.setParent(self)
            box.hide()

    def _fill(self, metadata: Metadata) -> None:
        authorization = self._authorization()
        if authorization is None:
            return
        params = dict(authorization.parameters or {})
        wanted = _wanted(metadata, params)
        params |= {key: value for key, value in wanted.items() if self._boxes[key].isChecked()}
        if self._scopes:
            # Scopes the metadata does not list stay: providers leave many out.
            kept = [scope for scope in params["scopes"] if scope not in self._scopes]
            params["scopes"] = kept + [scope for scope, box in self._scopes.items() if box.isChecked()]
        if "client" in self._boxes and self._boxes["client"].isChecked():
            params["client_auth"] = next(_CLIENTS[way] for way in metadata.token_auth_methods if way in _CLIENTS)
            if "exchange" in params:
                # The platform's own exchange sends them in the body.
                params["exchange"] = "acquire"
        pkce = "pkce" in self._boxes and self._boxes["pkce"].isChecked()
        pointer, kind = authorization.pointer, authorization.kind

        def edit(doc: Document) -> Change:
            if pkce and kind != "oauth2_pkce":
                return connection.switch_kind(doc, pointer, "oauth2_pkce", {**params, "challenge_method": "S256"})
            return connection.update_form(doc, pointer, params)

        before = self._context.store.state.document
        if self._context.store.edit("Fill in from discovery", edit, focus=pointer):
            if self._context.store.state.document is before:
                self._context.messages.note("Everything is as the provider says already.")
            else:
                self._context.messages.done("Filled in from discovery.", "One step of Undo takes it back.")


def _wanted(metadata: Metadata, params: Mapping[str, Any]) -> dict[str, str]:
    """The form values the metadata speaks about."""
    known = {"authorize_url": metadata.authorization_endpoint, "token_url": metadata.token_endpoint}
    return {key: value for key, value in known.items() if value is not None and key in params}


def _facts(metadata: Metadata) -> list[tuple[str, str]]:
    return [
        ("Issuer", metadata.issuer),
        ("Authorization endpoint", metadata.authorization_endpoint or "not published"),
        ("Token endpoint", metadata.token_endpoint or "not published"),
        ("Revocation", metadata.revocation_endpoint or "not offered"),
        ("PKCE", " ".join(metadata.pkce_methods) or "not announced"),
        ("Client authentication", " ".join(metadata.token_auth_methods)),
        ("Issuer in the reply (RFC 9207)", "promised, and verified here" if metadata.issuer_in_reply else "no"),
    ]
