"""Failures of reading and editing."""

from __future__ import annotations

from designer.errors import UserError


class DecodeError(UserError):
    """Bytes that are not UTF-8 text."""


class EditError(UserError):
    """An edit that cannot be made; the document stands as it was."""
