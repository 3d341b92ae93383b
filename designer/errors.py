"""The one base of every failure a person may see."""

from __future__ import annotations


class UserError(Exception):
    """A failure with a clear message and, where there is one, a way out.

    ``message`` says what is wrong in one sentence, ``hint`` what to do about it. Neither ever holds a secret.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
