"""Ruby text: parse, literals, spans, minimal edits, rendering."""

from designer.ruby.document import DecodeError, Document
from designer.ruby.element import Element, Entry
from designer.ruby.issues import SyntaxIssue
from designer.ruby.lines import Position
from designer.ruby.pointer import PointerError
from designer.ruby.values import Lambda, Regex, RubyCode, RubyValue, Symbol

__all__ = [
    "DecodeError",
    "Document",
    "Element",
    "Entry",
    "Lambda",
    "PointerError",
    "Position",
    "Regex",
    "RubyCode",
    "RubyValue",
    "Symbol",
    "SyntaxIssue",
]
