"""Ruby text: parse, literals, spans, minimal edits, rendering."""

from designer.ruby.change import Change, Replacement
from designer.ruby.document import Document
from designer.ruby.edit import compose
from designer.ruby.element import Element, Entry
from designer.ruby.errors import DecodeError, EditError
from designer.ruby.issues import SyntaxIssue
from designer.ruby.json_values import JsonValueError, from_json, lambda_of, to_json
from designer.ruby.lines import Position
from designer.ruby.pointer import PointerError
from designer.ruby.render import quote, render
from designer.ruby.style import Style
from designer.ruby.values import Lambda, Regex, RubyCode, RubyValue, Symbol

__all__ = [
    "Change",
    "DecodeError",
    "Document",
    "EditError",
    "Element",
    "Entry",
    "JsonValueError",
    "Lambda",
    "PointerError",
    "Position",
    "Regex",
    "Replacement",
    "RubyCode",
    "RubyValue",
    "Style",
    "Symbol",
    "SyntaxIssue",
    "compose",
    "from_json",
    "lambda_of",
    "quote",
    "render",
    "to_json",
]
