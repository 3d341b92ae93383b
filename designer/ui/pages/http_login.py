"""Asks for user name and password where a page on the way wants them (RFC 9110 §11)."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from designer.ui.widgets.basics import button, label, row
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import LineEdit

__all__ = ["ask_login"]


class _LoginDialog(QDialog):
    def __init__(self, place: str, realm: str, *, proxy: bool, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("httpLogin")
        self.setWindowTitle("Sign-in")
        who = f"The proxy {place}" if proxy else place
        heading = label(f"{who} asks for user name and password.", "strong", wrap=True)
        # The realm is the server's text: told as a quotation, plain and short.
        said = label(f"It says: “{realm[:120]}”" if realm else "", "secondary", wrap=True)
        said.setVisible(bool(realm))
        self.user = LineEdit("httpLogin.user")
        self.password = LineEdit("httpLogin.password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        safe = place.startswith("https://")
        warning = label("What you type is not encrypted on its way.", "error", wrap=True)
        warning.setVisible(not safe and not proxy and "127.0.0.1" not in place and "localhost" not in place)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 20)
        box.setSpacing(12)
        for widget in (heading, said, FormRow("User name", self.user), FormRow("Password", self.password), warning):
            box.addWidget(widget)
        go_on = button("Log in", "httpLogin.accept", self.accept, variant="primary")
        go_on.setDefault(True)
        box.addLayout(row(None, button("Cancel", "httpLogin.cancel", self.reject), go_on))
        self.setMinimumWidth(420)


def ask_login(place: str, realm: str, proxy: bool, parent: QWidget | None) -> tuple[str, str] | None:
    """User name and password for ``place``, None where the person declines. The answer is kept nowhere."""
    dialog = _LoginDialog(place, realm, proxy=proxy, parent=parent)
    try:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return None
        return dialog.user.text(), dialog.password.text()
    finally:
        dialog.deleteLater()
