"""Edits of a form that read back as the form that made them. What is not complete yet (a header without a name) would
not: it waits in the form until it is, and the text stays as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from designer.connection.model import Authorization, Shape
from designer.connection.reading import authorization_at
from designer.connection.shapes import recognise_shape
from designer.connection.switch import set_shape, update_form
from designer.errors import UserError
from designer.ruby import Document
from designer.ruby.change import Change

__all__ = ["form_change", "shape_change"]


def form_change(doc: Document, before: Authorization, params: Mapping[str, Any], key: str) -> Change | None:
    """The change that writes ``params``, of which ``key`` was edited, into the authorization ``before``; None where
    what it writes would no longer read as a form of that kind with that key."""
    try:
        change = update_form(doc, before.pointer, params)
    except (UserError, KeyError):
        return None
    after = authorization_at(change.document, before.pointer)
    same = after is not None and after.kind == before.kind and key in (after.parameters or {})
    return change if same else None


def shape_change(doc: Document, pointer: str, shape: Shape) -> Change | None:
    """The change that writes ``shape`` at ``pointer``, or None where what it writes would no longer read as one."""
    try:
        change = set_shape(doc, pointer, shape)
    except (UserError, KeyError):
        return None
    element = change.document.find(pointer)
    after = recognise_shape(pointer.rpartition("/")[2], element) if element is not None else None
    return change if after is not None and after.name == shape.name else None
