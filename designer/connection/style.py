"""How this file writes lambdas, learnt where it matters: in the connection first, then in the whole file."""

from __future__ import annotations

from designer.connection.code import Writer, style_of
from designer.ruby import Document

__all__ = ["writer_for"]

_SAMPLE = 60_000


def writer_for(doc: Document) -> Writer:
    """A writer in the manner of ``doc``'s connection, or of the file where the connection says nothing."""
    connection = doc.find("/connection")
    whole = doc.source[:_SAMPLE].decode(errors="ignore")
    text = connection.text if connection is not None else ""
    return style_of(text if "->" in text or "lambda" in text else whole)
