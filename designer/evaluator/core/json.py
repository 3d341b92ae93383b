"""JSON: Ruby's generator and parser, and ActiveSupport's ``to_json``."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import BINARY, KERNEL, RClass, Value, define_module
from designer.evaluator.core.json_parse import parsed
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
_DEEPEST = 100
quoted = json.encoder.encode_basestring
"""A JSON string with only what must be escaped escaped."""

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_HTML_PATTERN = re.compile("[<>&\u2028\u2029]")


def _text(value: RString) -> str:
    if value.s.isascii():
        return value.s
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
    if type(value) is RString:
        return quoted(_text(value))
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
        if value.reading is not None and value.reading.clean:
            return _plain_encoded(vm, value.plain)
        vm.spend(20 * len(value))
        # A symbol and a text of one spelling are one key: the place of the first, the value of the last.
        rows = {quoted(_key(vm, k)): _encoded(vm, v, depth + 1) for k, v in value.items()}
        return "{" + ",".join([f"{key}:{inner}" for key, inner in rows.items()]) + "}"
    return _object(vm, value, depth)


def _plain_encoded(vm: Interpreter, plain: Any) -> str:
    """``_encoded`` of JSON."""
    if type(plain) is str:
        return quoted(plain)
    if type(plain) is dict:
        vm.spend(20 * len(plain))
        rows = [f"{quoted(k)}:{quoted(v) if type(v) is str else _plain_encoded(vm, v)}" for k, v in plain.items()]
        return "{" + ",".join(rows) + "}"
    if type(plain) is list:
        vm.spend(10 * len(plain))
        return "[" + ",".join([_plain_encoded(vm, v) for v in plain]) + "]"
    return _encoded(vm, plain, 0)


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
    kind = type(value)
    if kind is RString or kind is int or kind is bool or value is None:
        return _encoded(vm, value, 0)
    if kind is RHash or kind is RArray:
        vm.spend(20 * len(value))
        if layout.deepest and depth >= layout.deepest:
            raise RubyError.of("JSON::NestingError", f"nesting of {depth} is too deep")
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
