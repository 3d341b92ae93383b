"""Failures whose class and words are the official SDK's."""

from __future__ import annotations

from designer.errors import UserError


class SdkError(UserError):
    """A failure as the SDK reports it: ``ruby_class`` is the full name of the Ruby class, ``message`` its text.

    The evaluator raises it again as that Ruby exception, so that ``rescue`` in a connector sees what it would see.
    """

    def __init__(self, ruby_class: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.ruby_class = ruby_class
