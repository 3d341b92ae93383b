"""What a page on the way wants to know of the person: user name and password, or a client certificate. Asked in place,
beside the page; nothing waits in a loop of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from designer.oauth.redirect import is_loopback
from designer.ui.widgets.basics import KeyFilter, button, label, row
from designer.ui.widgets.formrow import FormRow
from designer.ui.widgets.inputs import Choice, LineEdit

if TYPE_CHECKING:
    from designer.ui.web.model import CertificateChoice, LoginQuestion

__all__ = ["CertificatePicker", "LoginForm"]


class LoginForm(QFrame):
    """Asks for user name and password (RFC 9110 §11). ``over`` is called before the answer is given, or at Cancel."""

    def __init__(self, question: LoginQuestion, over: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("httpLogin")
        self.setProperty("notice", "note")
        place = question.place
        who = f"The proxy {place}" if question.proxy else place
        text = f"{who} asks for user name and password."
        self.setAccessibleName(text)
        self.user = LineEdit("httpLogin.user")
        self.password = LineEdit("httpLogin.password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        def log_in() -> None:
            user, password = self.user.text(), self.password.text()
            over()
            question.answer(user, password)

        for field in (self.user, self.password):
            KeyFilter(field, Qt.Key.Key_Return, log_in)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 12)
        box.setSpacing(8)
        box.addWidget(label(text, "strong", wrap=True))
        if question.again:
            box.addWidget(label("Those given before were not taken.", "error", wrap=True, name="httpLogin.again"))
        if question.realm:
            # The realm is the server's text: told as a quotation, plain and short.
            box.addWidget(label(f"It says: “{question.realm[:120]}”", "secondary", wrap=True))
        if not place.startswith("https://") and not question.proxy and not is_loopback(place):
            box.addWidget(label("What you type is not encrypted on its way.", "error", wrap=True))
        box.addLayout(row(FormRow("User name", self.user), FormRow("Password", self.password), spacing=12))
        go_on = button("Log in", "httpLogin.accept", log_in, variant="primary", dense=True)
        cancel = button("Cancel", "httpLogin.cancel", over, dense=True)
        box.addLayout(row(label("Kept for this browser session only.", "secondary"), None, cancel, go_on))


class CertificatePicker(QFrame):
    """Asks which client certificate a host may see; none is sent before the person says so."""

    def __init__(self, choice: CertificateChoice, over: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("certificatePicker")
        self.setProperty("notice", "warning")
        text = f"{choice.host} asks for a client certificate."
        self.setAccessibleName(text)
        self._names = Choice("certificateChoice", [(str(index), name) for index, name in enumerate(choice.names)])
        self._names.setAccessibleName("Client certificate")
        self._names.show_value("0")

        def answer(place: int | None) -> None:
            over()
            choice.answer(place)

        box = QVBoxLayout(self)
        box.setContentsMargins(12, 10, 12, 12)
        box.setSpacing(8)
        box.addWidget(label(text, "strong", wrap=True))
        box.addWidget(label("It tells the host who you are.", "secondary", wrap=True))
        box.addWidget(self._names)
        send = button(
            "Send it", "certificateSend", lambda: answer(int(self._names.value)), variant="primary", dense=True
        )
        box.addLayout(row(None, button("Send none", "certificateNone", lambda: answer(None), dense=True), send))
