"""Boxes to paste something into that proves or refutes a signature: a key for a JWT, an answer of AWS's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from designer.ui.theme import Theme
from designer.ui.widgets.badge import Badge
from designer.ui.widgets.basics import column, label, row
from designer.ui.widgets.inputs import TextArea
from designer.wire import SdkError, jwt
from designer.wire.aws_refusal import code_of, first_difference, meaning_of, read_refusal, side_by_side
from designer.wire.jwt_proof import prove

if TYPE_CHECKING:
    from designer.wire.sigv4 import Explanation

__all__ = ["AwsProof", "JwtProof"]


class _Proof(QWidget):
    """A box, a verdict, and what it means."""

    def __init__(self, name: str, title: str, hint: str) -> None:
        super().__init__()
        self.setObjectName(name)
        heading = label(title.upper(), "group")
        self._box = TextArea(f"{name}.box", hint, lines=3, most=8, code=True)
        self._box.setAccessibleName(title)
        self._verdict = Badge()
        self._verdict.setObjectName(f"{name}.verdict")
        self._verdict.hide()
        self._meaning = label("", "secondary", wrap=True, selectable=True, name=f"{name}.meaning")
        self._lines = label("", "code", wrap=True, selectable=True, name=f"{name}.lines")
        self._lines.setFont(Theme.current().code_font("secondary"))
        self._lines.hide()
        parts = (heading, self._box, row(self._verdict, None), self._meaning, self._lines)
        self.setLayout(column(*parts, spacing=6, margins=(0, 10, 0, 0)))
        self._box.textChanged.connect(self._judge)

    def _judge(self) -> None:
        raise NotImplementedError

    def _say(self, tone: str, verdict: str, meaning: str, lines: str = "") -> None:
        self._verdict.show_text(verdict, tone)
        self._verdict.setVisible(bool(verdict))
        self._meaning.setText(meaning)
        self._lines.setText(lines)
        self._lines.setVisible(bool(lines))


class JwtProof(_Proof):
    """Verifies the signature of ``token`` with a key that is pasted; the key is kept nowhere."""

    def __init__(self, token: str) -> None:
        super().__init__(
            "explainKey", "Verify the signature", "Public key or certificate (PEM), JWK or JWKS, or the secret"
        )
        self._token = token

    def _judge(self) -> None:
        key = self._box.toPlainText()
        if not key.strip():
            self._say("neutral", "", "")
            return
        try:
            proof = prove(jwt.parse(self._token), key)
        except SdkError as error:
            self._say("warning", "not verified", error.message)
            return
        if proof.verified is None:
            self._say("warning", "not verified", proof.meaning)
        elif proof.verified:
            self._say("done", "verified", proof.meaning)
        else:
            self._say("error", "does not match", proof.meaning)


class AwsProof(_Proof):
    """Marks the first difference between what was signed and what AWS says it should have been."""

    def __init__(self, made: Explanation, refused: str = "") -> None:
        """``refused`` is the answer at hand, "" where there is none."""
        super().__init__(
            "explainAwsError", "AWS refused it?", "Paste the body of the SignatureDoesNotMatch answer to compare"
        )
        self._made = made
        if read_refusal(refused) is not None or meaning_of(refused):
            self._box.setPlainText(refused)

    def _judge(self) -> None:
        text = self._box.toPlainText()
        if not text.strip():
            self._say("neutral", "", "")
            return
        refusal = read_refusal(text)
        if refusal is None:
            means = meaning_of(text)
            nothing = "It has neither CanonicalRequest nor StringToSign in it, nor a code of AWS's."
            self._say("warning", code_of(text) if means else "nothing to compare", means or nothing)
            return
        found = first_difference(self._made, refusal)
        if found is None:
            self._say("done", "no difference", "AWS signed the same text, so the secret access key is another one.")
            return
        self._say(
            "error",
            "differs",
            f"First difference: {found.what}, line {found.line}, column {found.column}: {found.meaning}.",
            side_by_side(found),
        )
