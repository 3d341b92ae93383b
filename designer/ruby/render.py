"""Ruby text for values, in the style of the place it is written to."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from designer.ruby.errors import EditError
from designer.ruby.snippet import Snippet
from designer.ruby.style import KeyStyle, Style, key_style
from designer.ruby.values import Lambda, Regex, RubyCode, RubyValue, Symbol

_WIDTH = 100
"""Columns a hash or array on one line may reach; what is longer is broken into lines."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*[?!]?")
_NAMED = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 27: "\\e"}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Rendered text and what has to stand behind the comma that follows it: a comment, here-document lines."""

    text: str
    tail: str = ""

    @property
    def is_line(self) -> bool:
        return "\n" not in self.text and not self.tail


def render(value: RubyValue, style: Style | None = None, indent: str = "") -> str:
    """``value`` as Ruby. ``indent`` is the indentation of the line it starts on; further lines carry theirs.

    Line breaks are ``\\n``. Raises ``EditError`` for what Ruby has no literal of (NaN, lone surrogates) and for
    ``RubyCode`` that is not one expression.
    """
    piece = render_piece(value, style or Style(), indent, len(indent))
    return piece.text + piece.tail


def render_piece(value: RubyValue, style: Style, indent: str, column: int) -> Piece:
    """Like ``render``, with the tail apart. ``column`` (from 0) is where the text starts."""
    match value:
        case None:
            return Piece("nil")
        case bool():
            return Piece("true" if value else "false")
        case int():
            return Piece(str(value))
        case float():
            return Piece(_float(value))
        case str():
            return Piece(quote(value, style.quote))
        case Symbol(name):
            return Piece(symbol(name))
        case Regex(source, flags):
            return Piece(regex(source, flags))
        case RubyCode(text) | Lambda(text=text):
            return Piece(*Snippet.parse(text).placed(indent, style.indent))
        case _:
            return _container(value, style, indent, column)


def quote(text: str, mark: str = "'") -> str:
    """``text`` as a string literal in single or double quotes; double where it holds control characters.

    Characters that are not seen (control characters, bidirectional overrides) are written as escapes.
    """
    _encodable(text)
    if mark == "'" and not _UNSEEN.search(text):
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return '"' + escape_double(text) + '"'


def escape_double(text: str, closing: str = '"') -> str:
    """``text`` as it stands between double quotes (or between ``closing`` delimiters)."""
    text = re.sub(rf"[\\{re.escape(closing)}]", lambda match: "\\" + match[0], text)
    return _UNSEEN.sub(_escape, re.sub(r"#(?=[{$@])", r"\\#", text))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _NAMED.get(code) or f"\\u{code:04X}"


def _encodable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EditError("The text holds half of a surrogate pair, which UTF-8 cannot write.") from error


def symbol(name: str) -> str:
    """A symbol literal, in quotes where its name needs them. Raises ``EditError`` for what no text can hold."""
    _encodable(name)
    if _NAME.fullmatch(name):
        return f":{name}"
    return ':"' + escape_double(name) + '"'


def regex(source: str, flags: str) -> str:
    """A regex literal; a ``/`` inside is escaped and a line break written as ``\\n``."""
    _encodable(source)
    if not re.fullmatch(r"[imxounse]*", flags):
        raise EditError(f"“{flags}” are not flags of a regular expression.", "Ruby knows i, m, x, o, n, u, e and s.")
    if re.search(r"#[{$@]", re.sub(r"\\.", "..", source, flags=re.DOTALL)):
        raise EditError("“#{” in a regular expression would run code.", "Write it as \\#{.")
    text = re.sub(r"\\.|/", lambda match: "\\/" if match[0] == "/" else match[0], source, flags=re.DOTALL)
    if "x" not in flags:
        text = text.replace("\n", "\\n")
    return f"/{text}/{flags}"


def key(name: str, style: KeyStyle, mark: str) -> str:
    """``name`` as a hash key in the given spelling, with its ``:`` or ``=>``."""
    match style:
        case "label" if _NAME.fullmatch(name):
            return f"{name}:"
        case "label" | "quoted_label":
            return f"{quote(name, mark)}:"
        case "symbol_rocket":
            return f"{symbol(name)} =>"
        case _:
            return f"{quote(name, mark)} =>"


def respell(written: str, name: str, style: Style) -> str:
    """``name`` spelled as the key ``written`` is."""
    spelling, mark = key_style(written)
    new = key(name, spelling, mark or style.key_quote)
    if spelling.endswith("rocket"):
        gap = written[: -len("=>")]
        return new.removesuffix(" =>") + gap[len(gap.rstrip()) :] + "=>"
    return new


def _float(value: float) -> str:
    if math.isnan(value) or math.isinf(value):
        raise EditError(
            "Ruby has no literal for infinity or “not a number”.", "Write an expression, as Float::INFINITY."
        )
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")


def entry(name: str, value: RubyValue, style: Style, indent: str, column: int | None = None) -> Piece:
    """``key: value`` on a line indented by ``indent``, at ``column``."""
    spelled = key(name, style.key, style.key_quote)
    start = (len(indent) if column is None else column) + len(spelled) + 1
    piece = render_piece(value, style, indent, start)
    return replace(piece, text=f"{spelled} {piece.text}")


def _container(value: Mapping[str, RubyValue] | Sequence[RubyValue], style: Style, indent: str, column: int) -> Piece:
    line = one_line(value, style)
    if line is not None and column + len(line) <= _WIDTH:
        return Piece(line)
    deeper = indent + style.indent
    if isinstance(value, Mapping):
        pieces = [entry(str(name), item, style, deeper) for name, item in value.items()]
        opener, closer = "{", "}"
    else:
        pieces = [render_piece(item, style, deeper, len(deeper)) for item in value]
        opener, closer = "[", "]"
    lines = [opener]
    for place, piece in enumerate(pieces, 1):
        comma = "," if place < len(pieces) or style.trailing_comma else ""
        lines.append(f"{deeper}{piece.text}{comma}{piece.tail}")
    return Piece("\n".join([*lines, indent + closer]))


def one_line(value: RubyValue, style: Style) -> str | None:
    """``value`` on one line, None where it wants several: lists of hashes, hashes of more than two pairs (unless
    its neighbours stand on one line each), code of several lines."""
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        if not (style.dense_hashes if style.dense_hashes is not None else len(value) <= 2):
            return None
        parts = [one_line(item, style) for item in value.values()]
        keys = [key(str(name), style.key, style.key_quote) for name in value]
        pairs = [f"{name} {part}" for name, part in zip(keys, parts, strict=True) if part is not None]
        pad = style.brace_pad
        return "{" + pad + ", ".join(pairs) + pad + "}" if len(pairs) == len(value) else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(item, Mapping) and item for item in value):
            return None
        parts = [one_line(item, style) for item in value]
        items = [part for part in parts if part is not None]
        return "[" + ", ".join(items) + "]" if len(items) == len(value) else None
    piece = render_piece(value, style, "", 0)
    return piece.text if piece.is_line else None
