"""Connectors in every style an author may write them in, drawn by hypothesis; the values they hold are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from designer.ruby import Lambda, Regex, RubyCode, RubyValue, Symbol

WORDS = st.text("abcdefgxyz_ÄéßжΩ日本🔑 'x\"\\#{}$@<>/b.-", max_size=24)
LINES = st.lists(st.text("abc dé<>/.", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=3)
NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
KEYS = st.one_of(
    NAMES, NAMES, NAMES, st.sampled_from(["x-api-key", "a/b", "m~n", "Größe", "end", "if", "Über uns", "ok?"])
)

SCALARS: st.SearchStrategy[RubyValue] = st.one_of(
    WORDS,
    WORDS,
    LINES.map("\n".join),
    LINES.map("\n".join),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda number: round(number, 3) + 0.0),
    st.booleans(),
    st.none(),
    NAMES.map(Symbol),
    st.sampled_from([Regex("a/b.*", "i"), Regex(r"^\d+$"), Regex("x")]),
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
CODE = st.sampled_from(
    [
        RubyCode("lambda do |connection|\n  headers(Authorization: \"Bearer #{connection['key']}\")\nend"),
        RubyCode("->(connection) { connection['é'] }"),
        RubyCode("lambda do |_connection|\n  if true\n    <<~TEXT\n      two\n        lines\n    TEXT\n  end\nend"),
        RubyCode("lambda do\n\tget('/x',\n\t\ty: 1)\nend"),
        RubyCode("[1, 2].map do |n|\n  n * 2\nend"),
        RubyCode("<<~HINT.strip\n  some\n  text\nHINT"),
    ]
)


@dataclass
class Writer:
    """Writes values as Ruby; every free choice is drawn anew, so one file mixes styles as real ones do."""

    draw: st.DrawFn
    unit: str
    steady: bool

    def __post_init__(self) -> None:
        self._habits: dict[str, Any] = {}
        self._tags = 0

    def choose(self, habit: str, *choices: Any) -> Any:
        if not self.steady:
            return self.draw(st.sampled_from(choices))
        if self._habits.get(habit) not in choices:
            self._habits[habit] = self.draw(st.sampled_from(choices))
        return self._habits[habit]

    def value(self, value: RubyValue, indent: str, lines: bool) -> tuple[str, str]:
        """Text and the here-document lines that go behind its line."""
        match value:
            case str():
                return self.text(value, indent, lines)
            case bool() | None:
                return {True: "true", False: "false", None: "nil"}[value], ""
            case int():
                return (f"{value:_}" if self.choose("digits", True, False) else str(value)), ""
            case float():
                return repr(value), ""
            case Symbol(name):
                return (f":{name}" if self.choose("symbol", True, False) else f':"{name}"'), ""
            case Regex(source, flags):
                return "/" + source.replace("/", "\\/") + "/" + flags, ""
            case RubyCode(text) | Lambda(text=text):
                return text.replace("\n", "\n" + indent), ""
            case Mapping():
                return self.members("{", [(key, item) for key, item in value.items()], "}", indent, lines)
            case _:
                return self.members("[", [(None, item) for item in value], "]", indent, lines)

    def text(self, text: str, indent: str, lines: bool) -> tuple[str, str]:
        plain = "\n" not in text
        spelling = self.choose(
            "text" if plain else "lines", *(["'", "'", '"', "chain", "%q"] if plain else ['"', "heredoc"])
        )
        if (
            spelling == "heredoc"
            and lines
            and text.strip()
            and not any(line[:1] in ("", " ") for line in text.split("\n"))
        ):
            self._tags += 1
            tag = f"TEXT{self._tags}"
            body = "".join(f"\n{indent}  {escape(line)}" for line in text.split("\n"))
            return f"<<~{tag}.chomp", f"{body}\n{indent}{tag}"
        if spelling == "chain" and lines and len(text) > 2:
            half = len(text) // 2
            return f"{single(text[:half])} \\\n{indent}{self.unit}{single(text[half:])}", ""
        if spelling == "%q" and not set(text) & set("()\\"):
            return f"%q({text})", ""
        return (single(text) if spelling == "'" else f'"{escape(text)}"'), ""

    def key(self, key: str) -> str:
        word = key.replace("?", "").isidentifier() and key.isascii()
        spelling = self.choose(
            "key", *(["label"] * 3 if word else []), "quoted", "rocket", *([":rocket"] if word else [])
        )
        quoted = self.choose("key quote", f"'{key}'", f'"{key}"')
        return {"label": f"{key}:", "quoted": f"{quoted}:", "rocket": f"{quoted} =>", ":rocket": f":{key} =>"}[spelling]

    def members(
        self, opener: str, members: Sequence[tuple[str | None, RubyValue]], closer: str, indent: str, lines: bool
    ) -> tuple[str, str]:
        if not members:
            return opener + self.choose("empty", "", " ") + closer, ""
        inner = indent + self.unit
        bare = opener == "[" and all(isinstance(item, str) and item.isalpha() for _, item in members)
        if bare and self.choose("words", True, False):
            return "%w[" + " ".join(str(item) for _, item in members) + "]", ""
        layout = self.choose(f"layout {opener}", "lines", "lines", "lines", "hanging", "line") if lines else "line"
        if layout != "lines":
            written = [self.member(key, item, inner, False)[0] for key, item in members]
            pad = self.choose(f"pad {opener}", "", " ")
            return opener + pad + (", " if layout == "line" else f",\n{inner}").join(written) + pad + closer, ""
        out = opener
        for place, (key, item) in enumerate(members):
            if self.choose("above", False, False, True):
                out += f"\n{inner}# about the {key or 'item'}"
            text, tail = self.member(key, item, inner, True)
            comma = "," if place < len(members) - 1 or self.choose("trailing comma", False, True) else ""
            note = self.choose("note", "", "", "  # note, é")
            blank = "\n" if self.choose("blank", False, False, True) and place < len(members) - 1 else ""
            out += f"\n{inner}{text}{comma}{note}{tail}{blank}"
        return f"{out}\n{indent}{closer}", ""

    def member(self, key: str | None, item: RubyValue, indent: str, lines: bool) -> tuple[str, str]:
        text, tail = self.value(item, indent, lines)
        return (text if key is None else f"{self.key(key)} {text}"), tail


def single(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def escape(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return text.replace("#{", "\\#{").replace("#$", "\\#$").replace("#@", "\\#@")


@st.composite
def connectors(draw: st.DrawFn) -> tuple[bytes, dict[str, Any]]:
    """A connector's bytes and the value it holds (code as ``RubyCode``)."""
    value: dict[str, Any] = draw(
        st.dictionaries(KEYS, st.one_of(VALUES, VALUES, CODE.filter(inline)), min_size=1, max_size=5)
    )
    writer = Writer(draw, draw(st.sampled_from(["  ", "    ", "\t"])), draw(st.booleans()))
    text, tail = writer.value(value, "", draw(st.sampled_from([True, True, True, False])))
    head = draw(st.sampled_from(["", "# frozen_string_literal: true\n\n", "LIMITS = { a: 1 }\n", "# Größe 🔑\n"]))
    foot = draw(st.sampled_from(["", "\n", "\n\n# the end\n"]))
    whole = head + text + tail + foot
    if draw(st.booleans()):
        whole = whole.replace("\n", "\r\n")
    return whole.encode(), value


def inline(code: RubyCode) -> bool:
    return "<<~" not in code.text
