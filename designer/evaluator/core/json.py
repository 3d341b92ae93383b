"""JSON: Ruby's generator and parser, and ActiveSupport's ``to_json``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import BINARY, KERNEL, RClass, Value, define_module
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.core.strftime import json_text
from designer.evaluator.errors import CannotEvaluate, RubyError, type_error
from designer.evaluator.inspecting import any_to_s, float_text, int_text
from designer.evaluator.interpreter import class_of, describe_class
from designer.evaluator.iterating import REnumerator, RLazy, element_list
from designer.evaluator.numbers import RDecimal, RRational
from designer.evaluator.regexes import RRegexp
from designer.evaluator.strings import string_argument
from designer.evaluator.times import Moment, RDate, RDuration, RTimeZone
from designer.evaluator.values import (
    HostObject,
    RArray,
    RException,
    RHash,
    RObject,
    RProc,
    RRange,
    RString,
    Symbol,
    sym,
)

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

JSON = define_module("JSON")
GENERATOR_ERROR = "JSON::GeneratorError"
PARSER_ERROR = "JSON::ParserError"
_DEEPEST = 100
_CONTROL = re.compile(r'[\x00-\x1f"\\]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A JSON string with only what must be escaped escaped."""
    return '"' + _CONTROL.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04x}", text) + '"'


_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_HTML_PATTERN = re.compile("[<>&\u2028\u2029]")


def _text(value: RString) -> str:
    if not value.is_utf8:
        raise RubyError.of(GENERATOR_ERROR, _illegal(value.to_bytes()))
    return value.to_bytes().decode("utf-8") if value.enc == "ASCII-8BIT" else value.s


def _illegal(data: bytes) -> str:
    """The complaint of json 2.6, which counts the bytes a character should have by its first one."""
    at = 0
    while at < len(data):
        lead = data[at]
        length = 1 + (0 if lead < 0xC0 else 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3 if lead < 0xF8 else 4)
        length += lead >= 0xFC
        if at + length > len(data):
            return "partial character in source, but hit end"
        try:
            data[at : at + length].decode("utf-8")
        except UnicodeDecodeError:
            break
        at += length
    return "source sequence is illegal/malformed utf-8"


# --- ActiveSupport ------------------------------------------------------------------------------------------------


def to_json_text(vm: Interpreter, value: Value) -> str:
    """``to_json`` with ActiveSupport: HTML-sensitive characters escaped, times with milliseconds."""
    made = _HTML_PATTERN.sub(lambda m: _HTML[m[0]], _encoded(vm, value, 0))
    vm.charge(len(made))
    return made


def _encoded(vm: Interpreter, value: Value, depth: int) -> str:
    if depth > 500:
        raise RubyError.of("SystemStackError", "stack level too deep")
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return int_text(value)
    if isinstance(value, float):
        return float_text(value) if value == value and abs(value) != float("inf") else "null"
    if isinstance(value, RString):
        return quoted(_text(value))
    if isinstance(value, Symbol):
        return quoted(value.name)
    if isinstance(value, RArray):
        vm.spend(10 * len(value))
        return "[" + ",".join([_encoded(vm, v, depth + 1) for v in value]) + "]"
    if isinstance(value, RHash):
        vm.spend(20 * len(value))
        return "{" + ",".join([f"{quoted(_key(vm, k))}:{_encoded(vm, v, depth + 1)}" for k, v in value.items()]) + "}"
    return _object(vm, value, depth)


def _key(vm: Interpreter, key: Value) -> str:
    return _text(key) if isinstance(key, RString) else _text(vm.to_rstring(key))


def _object(vm: Interpreter, value: Value, depth: int) -> str:
    plain = as_json(vm, value)
    if plain is value:
        raise CannotEvaluate(f"{class_of(value).name}#to_json")
    return _encoded(vm, plain, depth + 1)


def as_json(vm: Interpreter, value: Value) -> Value:
    """``as_json`` of what is not plain; ``value`` itself where it is or where there is no telling."""
    if isinstance(value, Moment):
        return RString(json_text(value))
    if isinstance(value, RDate):
        return RString(value.day.isoformat())
    if isinstance(value, RDuration):
        return int(value.value)
    if isinstance(value, RDecimal):
        return RString(value.plain_text()) if value.value.is_finite() else None
    if isinstance(value, RRational | RRegexp | RRange | RException | RTimeZone):
        return vm.to_rstring(value)
    if isinstance(value, RClass | RProc):
        return RHash()
    if isinstance(value, REnumerator | RLazy):
        return RArray(element_list(vm, value))
    if isinstance(value, HostObject):
        for name in ("as_json", "to_hash", "to_ary"):
            if value.respond_to(name):
                return vm.invoke(value, name, [], None, None)
    if isinstance(value, RObject) and class_of(value).find("each"):
        return RArray(element_list(vm, value))
    return value


@method(KERNEL, "to_json")
def to_json(vm: Interpreter, this: Value, *args: Value, kwargs: RHash | None) -> Value:
    options = kwargs if kwargs is not None else next((a for a in args if isinstance(a, RHash)), None)
    if options is not None and len(options):
        this = _chosen(vm, this, options)
    return RString(to_json_text(vm, this))


def _chosen(vm: Interpreter, value: Value, options: RHash) -> Value:
    """``only:`` and ``except:`` of a hash."""
    for key in options.keys():  # noqa: SIM118
        if not isinstance(key, Symbol) or key.name not in ("only", "except"):
            raise CannotEvaluate("to_json with these options")
    if not isinstance(value, RHash):
        raise CannotEvaluate("to_json with options on this")
    for name, keeps in (("only", True), ("except", False)):
        listed = options.get(sym(name))
        if listed is not None:
            names = {vm.to_s(n) for n in (listed if isinstance(listed, RArray) else [listed])}
            return RHash((k, v) for k, v in value.items() if (vm.to_s(k) in names) is keeps)
    return value


@method(KERNEL, "as_json")
def as_json_(vm: Interpreter, this: Value, *args: Value, kwargs: RHash | None) -> Value:
    def plain(value: Value) -> Value:
        if isinstance(value, RHash):
            return RHash((vm.to_rstring(k), plain(v)) for k, v in value.items())
        if isinstance(value, RArray):
            return RArray([plain(v) for v in value])
        if isinstance(value, Symbol):
            return RString(value.name)
        if value is None or isinstance(value, bool | int | float | RString):
            return value
        found = as_json(vm, value)
        if found is value:
            raise CannotEvaluate(f"{class_of(value).name}#as_json")
        return found

    return plain(this)


@method(BINARY, "to_json")
def binary_to_json(vm: Interpreter, this: RString, options: Value = None) -> Value:
    data = this.to_bytes()
    if not data:
        return RString("")
    rest = f"…({len(data) - 128} bytes more)" if len(data) > 128 else ""
    return RString(f"0x{data[:128].hex()}{rest}")


# --- Ruby's own generator -----------------------------------------------------------------------------------------


class _Layout:
    """How ``generate`` sets out what it writes; the empty one is compact."""

    def __init__(self, *, pretty: bool = False, nan: bool = False, deepest: int = _DEEPEST) -> None:
        self.indent, self.space, self.line = ("  ", " ", "\n") if pretty else ("", "", "")
        self.nan = nan
        self.deepest = deepest


def generated(vm: Interpreter, value: Value, layout: _Layout, depth: int = 0) -> str:
    if isinstance(value, RHash | RArray):
        vm.spend(20 * len(value))
    if isinstance(value, RHash | RArray) and layout.deepest and depth >= layout.deepest:
        raise RubyError.of("JSON::NestingError", f"nesting of {depth + 1} is too deep")
    inner, outer = layout.line + layout.indent * (depth + 1), layout.line + layout.indent * depth
    if isinstance(value, RHash):
        if not len(value):
            return "{" + outer + "}"
        rows = [
            f"{inner}{quoted(_key(vm, k))}:{layout.space}{generated(vm, v, layout, depth + 1)}"
            for k, v in value.items()
        ]
        return "{" + ",".join(rows) + outer + "}"
    if isinstance(value, RArray):
        if not value:
            return "[" + layout.line + outer + "]"
        return "[" + ",".join([inner + generated(vm, v, layout, depth + 1) for v in value]) + outer + "]"
    if isinstance(value, float):
        if (value != value or abs(value) == float("inf")) and not layout.nan:
            raise RubyError.of(GENERATOR_ERROR, f"{float_text(value)} not allowed in JSON")
        return float_text(value)
    if value is None or isinstance(value, bool | int | RString):
        return _encoded(vm, value, 0)
    if isinstance(value, Symbol):
        return quoted(value.name)
    if isinstance(value, HostObject):
        return to_json_text(vm, value)
    # Times and dates too are written by ``to_s`` here; only ``to_json`` knows ISO 8601.
    if isinstance(value, RObject | RClass):
        return quoted(vm.to_s(value) if not isinstance(value, RProc) else any_to_s(value))
    return quoted(vm.to_s(value))


def _layout(options: RHash | None, *, pretty: bool = False) -> _Layout:
    made = _Layout(pretty=pretty)
    for key, value in options.items() if options is not None else ():
        name = key.name if isinstance(key, Symbol) else ""
        if name == "allow_nan":
            made.nan = value not in (None, False)
        elif name == "max_nesting":
            made.deepest = value if type(value) is int else 0
        elif name == "indent" and isinstance(value, RString):
            made.indent = value.s
        elif name == "space" and isinstance(value, RString):
            made.space = value.s
        elif name in ("object_nl", "array_nl") and isinstance(value, RString):
            made.line = value.s
        else:
            raise CannotEvaluate(f"JSON.generate({name}:)")
    return made


@singleton(JSON, "generate", "fast_generate", "unparse")
def generate(vm: Interpreter, this: RClass, value: Value, options: Value = None) -> Value:
    return RString(generated(vm, value, _layout(options)))


@singleton(JSON, "pretty_generate")
def pretty_generate(vm: Interpreter, this: RClass, value: Value, options: Value = None) -> Value:
    return RString(generated(vm, value, _layout(options, pretty=True)))


@singleton(JSON, "dump")
def dump(vm: Interpreter, this: RClass, value: Value, *args: Value) -> Value:
    if args and args[0] is not None:
        raise CannotEvaluate("JSON.dump to an IO")
    return RString(generated(vm, value, _Layout(nan=True, deepest=0)))


# --- parsing ------------------------------------------------------------------------------------------------------


def parser_error(text: str) -> RubyError:
    return RubyError.of(PARSER_ERROR, text)


class _Options:
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


_SPACE = r"(?:[ \t\r\n]|//[^\n]*(?:\n|\Z)|/\*.*?\*/)*"
_TOKEN = re.compile(
    _SPACE + r'(?:(?P<mark>[\[\]{},:])|(?P<string>"(?:[^"\\\x00-\x1f]|\\(?:u[0-9a-fA-F]{4}|[^u\x00-\x1f]))*")'
    r"|(?P<number>-?(?:0|[1-9]\d*)(?:(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)(?![\d.eE-]))?(?!\d))"
    r"|(?P<word>true|false|null|NaN|-?Infinity))",
    re.S,
)
_TAIL = re.compile(_SPACE + r"\Z", re.S)


class _Parser:
    """A parser as lenient and strict as json 2.6's. Iterative: nesting costs no stack."""

    def __init__(self, vm: Interpreter, text: str, options: _Options) -> None:
        self.vm, self.text, self.options = vm, text, options
        self.at = self.last = 0
        self.open: list[tuple[Any, Value, int]] = []

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
        rest = self.text[place:].lstrip(" \t\r\n")
        return parser_error(f"unexpected token at '{rest}'")

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
            if kind == "mark" and text in "[{":
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
                    from designer.evaluator.numbers import decimal_of

                    return RDecimal(decimal_of(text))
                return float(text)
            if len(text) > 4000:
                raise CannotEvaluate("an integer this long")
            return int(text)
        if kind == "word":
            if text in ("NaN", "Infinity", "-Infinity"):
                if not self.options.nan:
                    # json 2.6 looks back one character too far for this one.
                    raise self.told(max(self.at - len(text) - (text == "Infinity"), 0))
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
_PAIR = 5
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
                if len(inner[at:].encode("utf-8", "surrogateescape")) < _PAIR:
                    raise _IncompletePairError(begun)
                other = _UNICODE.match(inner, at)
                if other and other[1]:
                    code = ((code & 0x3F) << 10) | ((((code >> 6) & 0xF) + 1) << 16) | (int(other[1], 16) & 0x3FF)
                    at += 6
                else:
                    code = ord("?")
                    at += 1
            out.append(chr(code).encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
        begun = at
    return "".join(out)


def parsed(vm: Interpreter, source: RString, options: RHash | None = None) -> Value:
    """``JSON.parse``. Raises JSON::ParserError."""
    settings = _Options(vm, options)
    if source.enc in ("ASCII-8BIT", "UTF-8", "US-ASCII"):
        text = source.to_bytes().decode("utf-8", "surrogateescape")
    else:
        text = source.s
    vm.charge(len(text))
    return _Parser(vm, text, settings).run()


@singleton(JSON, "parse", "parse!")
def parse(vm: Interpreter, this: RClass, source: Value, options: Value = None, *, kwargs: RHash | None) -> Value:
    if source is None:
        raise type_error("no implicit conversion of nil into String")
    if not isinstance(source, RString) and not isinstance(source, HostObject):
        raise type_error(f"no implicit conversion of {describe_class(source)} into String")
    given = kwargs if kwargs is not None else options
    return parsed(vm, string_argument(vm, source), given if isinstance(given, RHash) else None)


@singleton(JSON, "load", "restore")
def load(vm: Interpreter, this: RClass, source: Value, proc: Value = None, *, kwargs: RHash | None) -> Value:
    if source is None or (isinstance(source, RString) and not source.s):
        return None
    return parse(vm, this, source, kwargs=RHash([(sym("allow_nan"), True), (sym("max_nesting"), False)]))


@singleton(JSON, "[]")
def index(vm: Interpreter, this: RClass, value: Value) -> Value:
    return parse(vm, this, value, kwargs=None) if isinstance(value, RString) else generate(vm, this, value)
