"""Writes the Ruby of a lambda: texts, hashes, calls and the lambda around them, in the file's own manner.

Lines are indented relative to the first; whoever inserts them shifts the rest to where they land.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from designer.connection.template import Chip, parts
from designer.ruby.values import RubyCode

__all__ = ["DEFAULT_STYLE", "LambdaStyle", "Writer", "is_identifier", "style_of"]

LambdaStyle = Literal["do", "brace", "arrow"]
WIDTH = 88


def is_identifier(name: str) -> bool:
    """Whether ``name`` may stand as a bare symbol key, ``name: …``."""
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*[?!]?", name, re.ASCII) is not None


@dataclass(frozen=True, slots=True)
class Writer:
    """``lambdas``: ``lambda do … end``, ``lambda { … }`` or ``->() { … }``; ``quote``: the quote for plain texts;
    ``local``: names that are variables of the lambda instead of settings; ``connection``: what the lambda calls its
    first parameter."""

    lambdas: LambdaStyle = "do"
    quote: str = "'"
    local: frozenset[str] = frozenset()

    def with_locals(self, *names: str) -> Writer:
        return Writer(self.lambdas, self.quote, self.local | set(names))

    def string(self, text: str) -> str:
        """``text`` as a literal."""
        plain = text.isprintable()
        if plain and self.quote == "'" and "'" not in text:
            return "'" + re.sub(r"\\(?=\\|\Z)", r"\\\\", text) + "'"
        if plain and self.quote == '"' and '"' in text and "'" not in text and "\\" not in text:
            return f"'{text}'"
        return f'"{_escaped(text)}"'

    def setting(self, name: str) -> str:
        """The expression that reads one setting."""
        return name if name in self.local else f"connection[{self.string(name)}]"

    def text(self, template: str) -> str:
        """The expression of a template: a literal, a bare setting, or an interpolated text."""
        pieces = parts(template)
        if not any(isinstance(piece, Chip) for piece in pieces):
            return self.string(template)
        if len(pieces) == 1 and isinstance(pieces[0], Chip):
            return self.setting(pieces[0].name)
        inner = Writer(self.lambdas, "'", self.local)
        body = "".join(
            _escaped(piece) if isinstance(piece, str) else f"#{{{inner.setting(piece.name)}}}" for piece in pieces
        )
        return f'"{body}"'

    def pair(self, name: str, value: str, *, strings: bool = False) -> str:
        """``name: value``, or ``'name' => value`` where the name is no identifier or ``strings`` says so."""
        return f"{name}: {value}" if is_identifier(name) and not strings else f"{self.string(name)} => {value}"

    def rows(self, rows: Iterable[dict[str, str]], *, strings: bool = False) -> list[str]:
        """The pairs of table rows whose values are templates. Rows without a name are left out, and so are those whose
        name an earlier row has: both are rows somebody is still typing."""
        found: dict[str, str] = {}
        for row in rows:
            if row.get("name") and row["name"] not in found:
                found[row["name"]] = self.pair(row["name"], self.text(row.get("value", "")), strings=strings)
        return list(found.values())

    def call(self, name: str, arguments: Sequence[str], *, width: int = WIDTH) -> list[str]:
        """``name(arguments)``, one argument a line where a single line would be too long."""
        line = f"{name}({', '.join(arguments)})" if arguments else name
        if len(line) <= width or not arguments:
            return [line]
        inner = [f"  {argument}," for argument in arguments]
        return [f"{name}(", *inner[:-1], inner[-1].removesuffix(","), ")"]

    def hash(self, pairs: Sequence[str], *, width: int = WIDTH) -> list[str]:
        if not pairs:
            return ["{}"]
        line = f"{{ {', '.join(pairs)} }}"
        if len(line) <= width:
            return [line]
        inner = [f"  {pair}," for pair in pairs]
        return ["{", *inner[:-1], inner[-1].removesuffix(","), "}"]

    def proc(self, parameters: Sequence[str], body: Sequence[str]) -> RubyCode:
        """The lambda; parameters that its body does not read get an underscore."""
        text = "\n".join(body)
        names = [name if re.search(rf"\b{re.escape(name)}\b", text) else f"_{name}" for name in parameters]
        listed = ", ".join(names)
        short = len(body) == 1 and len(body[0]) <= 60
        if self.lambdas == "arrow":
            opening, closing = f"->({listed}) {{", "}"
        elif self.lambdas == "brace":
            opening, closing = (f"lambda {{ |{listed}|" if listed else "lambda {"), "}"
        else:
            opening, closing = (f"lambda do |{listed}|" if listed else "lambda do"), "end"
        if not body:
            return RubyCode(f"{opening}\n{closing}")
        if short and closing == "}":
            return RubyCode(f"{opening} {body[0]} }}")
        lines = [f"  {line}" if line else "" for line in body]
        return RubyCode("\n".join([opening, *lines, closing]))


DEFAULT_STYLE = Writer()


def _escaped(text: str) -> str:
    """The inside of a double-quoted literal."""
    out = []
    for index, char in enumerate(text):
        if char in '"\\' or (char == "#" and text[index + 1 : index + 2] in ("{", "$", "@")):
            out.append(f"\\{char}")
        elif char in _NAMED:
            out.append(_NAMED[char])
        elif char.isprintable():
            out.append(char)
        else:
            out.append(f"\\u{{{ord(char):x}}}")
    return "".join(out)


_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\x1b": "\\e"}

_LAMBDA = re.compile(r"\blambda\s*do\b|\blambda\s*\{|->\s*(?:\([^)]*\))?\s*(?:\{|do\b)")


def style_of(source: str) -> Writer:
    """The manner in which ``source`` (Ruby text) mostly writes lambdas and texts."""
    forms: Counter[LambdaStyle] = Counter()
    for match in _LAMBDA.finditer(source):
        text = match[0]
        forms["arrow" if text.startswith("->") else "do" if text.endswith("do") else "brace"] += 1
    double = len(re.findall(r'"[^"\n#]*"', source))
    single = len(re.findall(r"'[^'\n]*'", source))
    return Writer(forms.most_common(1)[0][0] if forms else "do", '"' if double > single else "'")
