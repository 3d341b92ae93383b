"""Before → after: how an edit's test is written."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

from designer.ruby import Change, Document


def ruby(text: str) -> Document:
    """The document of an indented triple-quoted text."""
    return Document.parse(textwrap.dedent(text).lstrip("\n").encode())


def edited(before: str, edit: Callable[[Document], Change], after: str) -> Change:
    """Asserts that ``edit`` turns one text into the other and that its inverse turns it back."""
    document = ruby(before)
    change = edit(document)
    assert change.document.source.decode() == ruby(after).source.decode()
    assert change.document.apply(change.inverse).document.source == document.source
    assert not change.document.issues or document.issues
    return change
