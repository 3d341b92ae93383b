"""Ruby text: parse, literals, spans, minimal edits, rendering (``designer.ruby.render``)."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer.ruby.change import Change, Replacement
    from designer.ruby.document import Document
    from designer.ruby.edit import compose
    from designer.ruby.element import Element, Entry
    from designer.ruby.errors import DecodeError, EditError
    from designer.ruby.issues import SyntaxIssue
    from designer.ruby.json_values import JsonValueError, from_json, lambda_of, to_json
    from designer.ruby.lines import Position
    from designer.ruby.pointer import PointerError
    from designer.ruby.render import quote
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
    "to_json",
]

# Each name is loaded when it is first asked for: who only runs a connector needs none of what edits one.
_HOMES = {
    "Change": "change",
    "DecodeError": "errors",
    "Document": "document",
    "EditError": "errors",
    "Element": "element",
    "Entry": "element",
    "JsonValueError": "json_values",
    "Lambda": "values",
    "PointerError": "pointer",
    "Position": "lines",
    "Regex": "values",
    "Replacement": "change",
    "RubyCode": "values",
    "RubyValue": "values",
    "Style": "style",
    "Symbol": "values",
    "SyntaxIssue": "issues",
    "compose": "edit",
    "from_json": "json_values",
    "lambda_of": "json_values",
    "quote": "render",
    "to_json": "json_values",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    return value
