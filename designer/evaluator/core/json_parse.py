"""JSON read as Ruby's json 2.6 reads it.

What is JSON to the letter is read by Python's own parser, a whole container at a time, and its hashes stay as they
are until they are looked into (``values.Reading``). What Ruby takes beyond that (comments, halves of surrogate pairs,
escapes of anything), and whatever is to be refused in Ruby's words, is read here token by token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import Value
from designer.evaluator.errors import CannotEvaluate, RubyError
from designer.evaluator.numbers import RDecimal, decimal_of
from designer.evaluator.values import RArray, Reading, RHash, RString, Symbol, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

PARSER_ERROR = "JSON::ParserError"
_DEEPEST = 100


def parser_error(text: str) -> RubyError:
    return RubyError.of(PARSER_ERROR, text)


class Options:
    def __init__(self, vm: Interpreter, options: RHash | None) -> None:
        self.symbols = False
        self.nan = False
        self.deepest = _DEEPEST
        self.decimals = False
        for key, value in options.items() if options is not None else ():
            name = key.name if isinstance(key, Symbol) else ""
            if name == "symbolize_names":
                self.symbols = value not in (None, False)
            elif name == "allow_nan":
                self.nan = value not in (None, False)
            elif name == "max_nesting":
                self.deepest = value if type(value) is int else 0
            elif name == "decimal_class" and value is not None:
                self.decimals = True
            elif (
                name in ("create_additions", "object_class", "array_class") and value in (None, False)
            ) or name == "quirks_mode":
                continue
            else:
                raise CannotEvaluate(f"JSON.parse({name}:)", vm.line or None)


_SPACE = r"(?:[ \t\r\n]|//[^\n]*\n|/\*.*?\*/)*"
_TOKEN = re.compile(
    _SPACE + r'(?:(?P<mark>[\[\]{},:])|(?P<string>"(?:[^"\\\x00-\x1f]|\\(?:u[0-9a-fA-F]{4}|[^u\x00-\x1f]))*")'
    r"|(?P<number>-?(?:0|[1-9]\d*)(?:(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)(?![\d.eE-]))?(?!\d))"
    r"|(?P<word>true|false|null|NaN|-?Infinity))",
    re.S | re.A,
)
_SKIPPED = re.compile(_SPACE + r"(?:/[*/].*\Z|/)?", re.S)
"""What is passed over before the place that is complained of: also what looks like a comment, as far as it does."""
_TAIL = re.compile(_SPACE + r"\Z", re.S)
_HALVES = re.compile(
    r"\\u[dD](?:(?<!\\\\u[dD])[89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<odd>[89a-fA-F]))"
)
"""The escapes of surrogates: ``odd`` where they are no pair, or where a backslash before makes that hard to tell."""
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = r"[\[{][^\"\[\]{}]*+(?:" + _STRING + r"[^\"\[\]{}]*+)*+[\]}]"
_SHALLOW = r"[\[{][^\"\[\]{}]*+(?:(?:" + _STRING + "|" + _FLAT + r")[^\"\[\]{}]*+)*+[\]}]"
_BRACKETS = re.compile(
    r"(?:" + _STRING + "|" + _SHALLOW + r"|[^\"\[\]{}]++)*+(?:(?P<open>[\[{])|(?P<close>[\]}])|.)", re.S
)
"""The next bracket, past all that is closed again and not nested deeper than two."""
_LONG = 200_000
"""Characters from which on other threads are let in while Python's parser runs."""
_TOKEN_WORK = 10
MISSING: Any = object()
_SCALARS = frozenset({str, int, float, bool, type(None)})


def _refuse(word: str) -> Any:
    raise ValueError(word)


_SCAN = json.JSONDecoder(parse_constant=_refuse).raw_decode
_SCAN_LONG = json.JSONDecoder(parse_constant=_refuse, object_hook=lambda made: made).raw_decode
"""With a hook in Python between object and object."""


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _measured(plain: Any) -> tuple[int, int]:
    """How deep containers are nested, and how many elements they have."""
    level, depth, count = [plain], 0, 0
    while level:
        depth += 1
        count += sum(map(len, level)) + len(level)
        level = [
            inner
            for container in level
            for inner in (container.values() if type(container) is dict else container)
            if type(inner) not in _SCALARS
        ]
    return depth, count


def _holding(text: str, place: int) -> frozenset[int]:
    """Where the containers begin that are open at ``place``. Takes no heed of comments: it is for speed alone."""
    begun: list[int] = []
    for mark in _BRACKETS.finditer(text, 0, place):
        if mark["open"]:
            begun.append(mark.start("open"))
        elif mark["close"] and begun:
            begun.pop()
    return frozenset(begun)


class Parser:
    """A parser as lenient and strict as json 2.6's. Iterative: nesting costs no stack."""

    def __init__(self, vm: Interpreter, text: str, options: Options) -> None:
        self.vm, self.text, self.options = vm, text, options
        self.at = self.last = 0
        self.open: list[tuple[Any, Value, int]] = []
        self._scan: Callable[[str, int], tuple[Any, int]] = _SCAN if len(text) < _LONG else _SCAN_LONG
        self._plain = not options.decimals
        """Whether it is tried at all."""
        self._faulty: frozenset[int] = frozenset()
        """Where containers begin that it is known to be no use for."""
        self._halves = ("\\ud" in text or "\\uD" in text) and any(m["odd"] for m in _HALVES.finditer(text))
        self._reading = Reading(_is_unicode(text), options.symbols)

    def whole(self) -> Value:
        """The container that begins with the token just read, by Python's parser; ``MISSING`` where it is not for
        that to read."""
        start = self.at - 1
        if not self._plain or start in self._faulty:
            return MISSING
        try:
            plain, end = self._scan(self.text, start)
        except ValueError as error:
            return self._not_whole(error.pos if isinstance(error, json.JSONDecodeError) else start + 1)
        except RecursionError:
            self._plain = False
            return MISSING
        if self._halves:
            for mark in _HALVES.finditer(self.text, start, end):
                if mark["odd"]:
                    return self._not_whole(mark.start())
        depth, count = _measured(plain)
        if len(self.open) + depth > (self.options.deepest or _DEEPEST):
            self._plain = False
            return MISSING
        self.vm.charge(count)
        self.at = end
        return self._reading.value(plain)

    def _not_whole(self, place: int) -> Any:
        self.vm.check_time()
        if not self._faulty:
            self._faulty = _holding(self.text, place)
        return MISSING

    def fail(self, at: int | None = None) -> RubyError:
        """What it could not go on from. A hash that breaks off is told from its beginning, or from that of the
        outermost of hashes in one another; a list from the element."""
        place = self.at if at is None else at
        for container, _, start in reversed(self.open):
            if isinstance(container, RArray):
                break
            place = start
        return self.told(place)

    def told(self, place: int) -> RubyError:
        skipped = _SKIPPED.match(self.text, place)
        return parser_error(f"unexpected token at '{self.text[skipped.end() if skipped else place :]}'")

    def unquoted(self, text: str) -> str:
        if not _SURROGATE.search(text):
            return _unquoted(text)
        try:
            return _with_surrogates(text[1:-1])
        except _IncompletePairError as error:
            rest = self.text[self.at - len(text) + 1 + error.place :]
            raise parser_error(f"521: incomplete surrogate pair at '{rest}'") from error

    def token(self) -> tuple[str, str]:
        match = _TOKEN.match(self.text, self.at)
        if not match:
            raise self.fail()
        self.last = self.at
        self.at = match.end()
        kind = match.lastgroup or ""
        return kind, match[kind]

    def run(self) -> Value:
        value = self._value()
        if not _TAIL.match(self.text, self.at):
            raise self.fail()
        return value

    def _value(self) -> Value:
        stack = self.open
        kind, text = self.token()
        while True:
            if kind == "mark" and text in "[{" and (found := self.whole()) is not MISSING:
                value = found
            elif kind == "mark" and text in "[{":
                container: Value = RArray() if text == "[" else RHash()
                start = self.at - 1
                if self.options.deepest and len(stack) + 1 > self.options.deepest:
                    raise RubyError.of("JSON::NestingError", f"nesting of {len(stack) + 1} is too deep")
                self.vm.charge(1)
                stack.append((container, None, start))
                kind, text = self.token()
                if kind == "mark" and text == ("]" if isinstance(container, RArray) else "}"):
                    stack.pop()
                    value = container
                else:
                    if isinstance(container, RHash):
                        stack[-1] = (container, self._key(kind, text), start)
                        kind, text = self.token()
                    continue
            else:
                value = self._scalar(kind, text)
            while True:
                if not stack:
                    return value
                container, key, start = stack[-1]
                if isinstance(container, RArray):
                    container.append(value)
                else:
                    container.set(key, value)
                self.vm.charge(1)
                self.vm.spend(_TOKEN_WORK)
                kind, text = self.token()
                if kind != "mark":
                    raise self.fail(self.last)
                if text == ",":
                    kind, text = self.token()
                    if isinstance(container, RHash):
                        stack[-1] = (container, self._key(kind, text), start)
                        kind, text = self.token()
                    elif kind == "mark" and text == "]":
                        raise self.fail(self.last)
                    break
                if text != ("]" if isinstance(container, RArray) else "}"):
                    raise self.fail(self.last)
                value = container
                stack.pop()

    def _key(self, kind: str, text: str) -> Value:
        if kind != "string":
            raise self.fail(self.last)
        name = self.unquoted(text)
        mark, colon = self.token()
        if mark != "mark" or colon != ":":
            raise self.fail(self.last)
        return sym(name) if self.options.symbols else RString(name, frozen=True)

    def _scalar(self, kind: str, text: str) -> Value:
        if kind == "string":
            return RString(self.unquoted(text))
        if kind == "number":
            if any(c in text for c in ".eE"):
                if self.options.decimals:
                    return RDecimal(decimal_of(text))
                return float(text)
            try:
                return int(text)
            except ValueError:  # more digits than Python takes
                raise CannotEvaluate("an integer this long") from None
        if kind == "word":
            if text in ("NaN", "Infinity", "-Infinity"):
                if not self.options.nan:
                    # json 2.6 looks back one character too far for this one.
                    place = self.at - len(text) - (text == "Infinity")
                    raise parser_error(f"unexpected token at '{self.text[place:] if place >= 0 else ''}'")
                return float(text.replace("Infinity", "inf"))
            return {"true": True, "false": False, "null": None}[text]
        raise self.fail(self.last)


_UNICODE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_BACK = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    if "\\" not in inner:
        return inner
    try:
        found = json.loads(text, strict=False)
    except ValueError:
        found = _UNICODE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _BACK.get(m[2], m[2]), inner)
    return str(found)


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_PAIR = 6
"""Bytes that must follow the first half of a pair, as json 2.6 counts."""


class _IncompletePairError(Exception):
    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


def _with_surrogates(inner: str) -> str:
    """What json 2.6 makes of halves of surrogate pairs: the next escape is the other half, whatever it is; where none
    follows, a question mark stands for the half and the character behind it; a second half alone is three bytes."""
    out: list[str] = []
    at = begun = 0
    while at < len(inner):
        if inner[at] != "\\":
            out.append(inner[at])
            at += 1
            continue
        if inner[at + 1] != "u":
            out.append(_BACK.get(inner[at + 1], inner[at + 1]))
            at += 2
        else:
            code = int(inner[at + 2 : at + 6], 16)
            at += 6
            if 0xD800 <= code <= 0xDBFF:
                if len(inner[at : at + _PAIR].encode("utf-8", "surrogateescape")) < _PAIR:
                    raise _IncompletePairError(begun)
                other = _UNICODE.match(inner, at)
                if other and other[1]:
                    code = ((code & 0x3F) << 10) | ((((code >> 6) & 0xF) + 1) << 16) | (int(other[1], 16) & 0x3FF)
                    at += 6
                else:
                    # The byte behind it is gone, which may be the first of several.
                    out.append(
                        "?" + inner[at].encode("utf-8", "surrogateescape")[1:].decode("utf-8", "surrogateescape")
                    )
                    at += 1
                    begun = at
                    continue
            out.append(chr(code).encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
        begun = at
    return "".join(out)


def parsed(vm: Interpreter, source: RString, options: RHash | None = None) -> Value:
    """``JSON.parse``. Raises JSON::ParserError."""
    settings = Options(vm, options)
    if source.enc in ("ASCII-8BIT", "UTF-8", "US-ASCII"):
        text = source.to_bytes().decode("utf-8", "surrogateescape")
    else:
        text = source.s
    vm.charge(len(text))
    return Parser(vm, text, settings).run()
