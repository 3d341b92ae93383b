"""Ruby's regular expressions (Onigmo) → those of the ``regex`` module."""

from __future__ import annotations

import re

from designer.evaluator.errors import CannotEvaluate, LimitExceeded, RubyError

_CLASSES = {
    "d": "0-9", "w": "a-zA-Z0-9_", "s": " \\t\\r\\n\\f\\v", "h": "0-9a-fA-F",
}  # fmt: skip
_SIMPLE = {"e": "\\x1b", "a": "\\x07", "f": "\\f", "n": "\\n", "r": "\\r", "t": "\\t", "v": "\\v"}
_POSIX = re.compile(r"\[:(\^?)(\w+):\]")
_POSIX_NAMES = frozenset(
    ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
     "xdigit", "word"]
)  # fmt: skip
_LARGEST = 100_000
"""Pieces a pattern may have with its repetitions written out."""
_QUANTIFIER = re.compile(r"\{(?:\d+(?:,\d*)?|,\d+)\}")
_OPTIONS = re.compile(r"\(\?([mixadu]*)(?:-([mix]*))?([:)])")
_NAME = re.compile(r"\(\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')")


def regexp_error(message: str, source: str) -> RubyError:
    return RubyError.of("RegexpError", f"{message}: /{source}/")


class Translator:
    """Translates one source. ``names`` are the named groups met, in order."""

    def __init__(self, source: str, *, extended: bool, dotall: bool) -> None:
        self.source = source
        self.at = 0
        self.extended = extended
        self.dotall = dotall
        self.named = bool(_NAME.search(re.sub(r"\\.", "", source)))
        self.names: list[str] = []
        self.depth = 0
        self.size = 0

    def run(self) -> str:
        out = self._alternatives()
        if self.at < len(self.source):
            raise regexp_error("unmatched close parenthesis", self.source)
        return out

    def _alternatives(self) -> str:
        out: list[str] = []
        source = self.source
        self.depth += 1
        total, last = 0, 1
        if self.depth > 200:
            raise regexp_error("too deep nest level", source)
        while self.at < len(source):
            character = source[self.at]
            if character == ")":
                break
            if self.extended and character.isspace():
                self.at += 1
                continue
            if self.extended and character == "#":
                end = source.find("\n", self.at)
                self.at = len(source) if end < 0 else end + 1
                continue
            if character == "{" and (match := _QUANTIFIER.match(source, self.at)):
                total += last * (self._most(match[0]) - 1)
                if total > _LARGEST:
                    raise LimitExceeded("The code makes a regular expression that is too large to be run here.")
            out.append(self._piece(character))
            last, self.size = max(1, self.size), 0
            total += last
        self.depth -= 1
        self.size = total
        return "".join(out)

    def _most(self, quantifier: str) -> int:
        return max(int(c or 1) for c in quantifier[1:-1].split(","))

    def _piece(self, character: str) -> str:
        source = self.source
        if character == "\\":
            return self._escape()
        if character == "[":
            self.at += 1
            return self._set()
        if character == "(":
            return self._group()
        if character == "{":
            match = _QUANTIFIER.match(source, self.at)
            if match:
                self.at = match.end()
                counts = match[0][1:-1].split(",")
                if any(c and int(c) > 100_000 for c in counts):
                    raise regexp_error("too big number", source)
                return match[0]
            self.at += 1
            return "\\{"
        self.at += 1
        if character == "^":
            return "(?:\\A|(?<=\\n)(?!\\Z))"
        if character == "$":
            return "(?=\\n|\\Z)"
        if character == ".":
            return "[\\s\\S]" if self.dotall else "[^\\n]"
        if character == "}":
            return "\\}"
        if character == "]":
            return "\\]"
        if character == "#" or character.isspace():
            return "\\" + character if character != "\n" else "\\n"
        return character

    def _escape(self) -> str:
        source = self.source
        if self.at + 1 >= len(source):
            raise regexp_error("too short escape sequence", source)
        character = source[self.at + 1]
        self.at += 2
        if character in _CLASSES:
            return f"[{_CLASSES[character]}]"
        if character.lower() in _CLASSES:
            return f"[^{_CLASSES[character.lower()]}]"
        if character in _SIMPLE:
            return _SIMPLE[character]
        if character in "AbBGKX":
            return "\\" + character
        if character == "z":
            return "\\Z"
        if character == "Z":
            return "(?=\\n?\\Z)"
        if character == "R":
            return "(?>\\r\\n|[\\n\\x0b\\x0c\\r\\x85\\u2028\\u2029])"
        if character in "pP":
            return self._property(character)
        if character in "uxcCM0":
            return self._code(character)
        if character in "kg":
            return self._reference(character)
        if character.isdigit():
            end = self.at
            while end < len(source) and source[end].isdigit():
                end += 1
            number, self.at = source[self.at - 1 : end], end
            return f"(?:\\{number})"
        return "\\" + character if not character.isalnum() else character

    def _property(self, character: str) -> str:
        match = re.compile(r"\{(\^?)([\w ]+)\}").match(self.source, self.at)
        if not match:
            raise regexp_error("invalid character property name", self.source)
        self.at = match.end()
        negated = (character == "P") != bool(match[1])
        return f"\\{'P' if negated else 'p'}{{{match[2]}}}"

    def _code(self, character: str) -> str:
        source = self.source
        if character == "u":
            if match := re.compile(r"\{([0-9a-fA-F ]+)\}").match(source, self.at):
                self.at = match.end()
                return "".join(_literal(chr(int(c, 16))) for c in match[1].split())
            match = re.compile(r"[0-9a-fA-F]{4}").match(source, self.at)
        elif character == "x":
            match = re.compile(r"[0-9a-fA-F]{1,2}").match(source, self.at)
            if match and int(match[0], 16) >= 0x80:
                raise CannotEvaluate("\\x above 7F in a regex")
        elif character == "0":
            match = re.compile(r"[0-7]{0,2}").match(source, self.at)
            assert match is not None
            self.at = match.end()
            return _literal(chr(int("0" + match[0], 8)))
        else:
            raise CannotEvaluate(f"\\{character} in a regex")
        if not match:
            raise regexp_error("invalid hex escape" if character == "x" else "invalid Unicode escape", source)
        self.at = match.end()
        return _literal(chr(int(match[0], 16)))

    def _reference(self, character: str) -> str:
        match = re.compile(r"<([^<>]*)>|'([^']*)'").match(self.source, self.at)
        if not match:
            return character
        self.at = match.end()
        name = match[1] or match[2] or ""
        if character == "g":
            return f"(?&{name})" if not name.lstrip("+-").isdigit() else f"(?{name})"
        if name.startswith("-"):
            raise CannotEvaluate("relative back-references")
        return f"(?:\\g<{name}>)"

    def _group(self) -> str:
        source = self.source
        options = _OPTIONS.match(source, self.at)
        if options:
            return self._options(options)
        head = "("
        if source.startswith("(?", self.at):
            if named := _NAME.match(source, self.at):
                name = named[1] or named[2]
                self.at = named.end()
                self.names.append(name)
                head = f"(?P<{name}>"
            elif source.startswith("(?#", self.at):
                end = source.find(")", self.at)
                if end < 0:
                    raise regexp_error("end pattern in group", source)
                self.at = end + 1
                return ""
            else:
                for mark in ("(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!"):
                    if source.startswith(mark, self.at):
                        head = mark
                        break
                else:
                    if source.startswith("(?~", self.at) or source.startswith("(?(", self.at):
                        raise CannotEvaluate(f"{source[self.at : self.at + 3]} in a regex")
                    raise regexp_error("undefined group option", source)
                self.at += len(head)
        else:
            self.at += 1
            if self.named:
                head = "(?:"
        return head + self._inside()

    def _inside(self) -> str:
        before = self.extended, self.dotall
        inner = self._alternatives()
        self.extended, self.dotall = before
        if self.at >= len(self.source):
            raise regexp_error("end pattern with unmatched parenthesis", self.source)
        self.at += 1
        return inner + ")"

    def _options(self, match: re.Match[str]) -> str:
        on, off, close = match[1], match[2] or "", match[3]
        if set(on) & set("adu"):
            raise CannotEvaluate(f"(?{on}) in a regex")
        self.at = match.end()
        before = self.extended, self.dotall
        self.extended = ("x" in on or self.extended) and "x" not in off
        self.dotall = ("m" in on or self.dotall) and "m" not in off
        case = ("i" if "i" in on else "") + ("-i" if "i" in off else "")
        if close == ":":
            inner = self._alternatives()
            self.extended, self.dotall = before
            if self.at >= len(self.source):
                raise regexp_error("end pattern with unmatched parenthesis", self.source)
            self.at += 1
            return f"(?{case}:{inner})"
        rest = self._alternatives()
        return f"(?{case}:{rest})"

    def _set(self) -> str:
        """A bracketed set; ``at`` is after the opening bracket."""
        source = self.source
        negated = source.startswith("^", self.at)
        if negated:
            self.at += 1
        out: list[str] = []
        first = True
        while True:
            if self.at >= len(source):
                raise regexp_error("premature end of char-class", source)
            character = source[self.at]
            if character == "]" and not first:
                self.at += 1
                break
            first = False
            out.append(self._member(character))
        inside = "".join(out)
        if not inside:
            raise regexp_error("empty char-class", source)
        return f"[{'^' if negated else ''}{inside}]"

    def _member(self, character: str) -> str:
        source = self.source
        if character == "[":
            posix = _POSIX.match(source, self.at)
            if posix and posix[2] in _POSIX_NAMES:
                self.at = posix.end()
                return f"[:{posix[1]}{posix[2]}:]"
            self.at += 1
            return self._set()
        if source.startswith("&&", self.at):
            self.at += 2
            return "&&"
        if character == "\\":
            return self._set_escape()
        self.at += 1
        if character == "-":
            # A range where it stands between two members; Onigmo and ``regex`` agree where it is literal.
            return "-" if self._is_range_dash() else "\\-"
        return character if character.isalnum() or ord(character) > 127 else "\\" + character

    def _is_range_dash(self) -> bool:
        source, place = self.source, self.at - 1
        before = source[place - 1] if place else "["
        escaped = place > 1 and source[place - 2] == "\\" and source[place - 1] in "dwshDWSH"
        after = source[self.at : self.at + 1]
        if before in "[^" and (before == "[" or source[place - 2 : place - 1] == "["):
            return False
        if escaped or after in ("]", "", "["):
            return False
        return not (after == "\\" and source[self.at + 1 : self.at + 2] in tuple("dwshDWSHpP"))

    def _set_escape(self) -> str:
        source = self.source
        if self.at + 1 >= len(source):
            raise regexp_error("premature end of char-class", source)
        character = source[self.at + 1]
        if character in _CLASSES:
            self.at += 2
            return _CLASSES[character]
        if character.lower() in _CLASSES:
            self.at += 2
            return f"[^{_CLASSES[character.lower()]}]"
        if character == "b":
            self.at += 2
            return "\\x08"
        if character in _SIMPLE:
            self.at += 2
            return _SIMPLE[character]
        if character in "pPuxcCM0":
            self.at += 2
            return self._property(character) if character in "pP" else self._code(character)
        self.at += 2
        if character in "RX":
            raise CannotEvaluate(f"\\{character} in a set of a regex")
        return character if character.isalnum() else "\\" + character


def _literal(character: str) -> str:
    return character if character.isalnum() or ord(character) > 127 else "\\" + character
