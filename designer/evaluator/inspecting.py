"""``inspect`` and ``to_s`` of core values."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import regex

from designer.evaluator.classes import RClass, Value
from designer.evaluator.values import (
    ASCII_8BIT,
    UNKNOWN,
    US_ASCII,
    UTF_8,
    CallSite,
    HostObject,
    RArray,
    RHash,
    RObject,
    RRange,
    RString,
    Symbol,
)

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_ESCAPES = {
    "\n": "\\n", "\t": "\\t", "\r": "\\r", "\x1b": "\\e", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v",
    '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_NEEDS_ESCAPE = regex.compile(r'[\p{Cc}\p{Cn}\p{Cs}\p{Zl}\p{Zp}"\\]|#(?=[{$@])')
_PLAIN_SYMBOL = re.compile(
    r"(?:[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*[?!=]?|\$\w+|@@?[A-Za-z_]\w*"
    r"|\[\]=?|\*\*|[+\-~!]@?|<=>|===?|=~|!=|!~|<<|>>|<=|>=|[*/%<>&|^`])\Z"
)


def float_text(value: float) -> str:
    """``Float#to_s``: ``1.0e+20``, ``100.0``, ``NaN``, ``-Infinity``."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value)
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent}"
    if text.endswith(".0") and len(text.lstrip("-")) > 17:
        # Sixteen digits before the point are written out only where some follow it.
        digits = text.lstrip("-")[:-2]
        fraction = digits[1:].rstrip("0") or "0"
        return f"{'-' if value < 0 else ''}{digits[0]}.{fraction}e+{len(digits) - 1:02}"
    return text


def int_text(value: int) -> str:
    """``Integer#to_s``, also of integers longer than Python prints."""
    if value.bit_length() < 13_000:
        return str(value)
    if value < 0:
        return "-" + int_text(-value)
    return _digits(value, 1 << (value.bit_length() * 4 // 13 + 1).bit_length())


def _digits(value: int, width: int) -> str:
    if width <= 4000:
        return str(value)
    half = width // 2
    high, low = divmod(value, 10**half)
    tail = _digits(low, half)
    return (_digits(high, half) if high else "") + (tail.rjust(half, "0") if high else tail)


def plain_to_s(value: Value) -> str:
    """``to_s`` of a value that needs no interpreter: nil, booleans, numbers, names."""
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return int_text(value)
    if type(value) is float:
        return float_text(value)
    if isinstance(value, RClass):
        return value.name
    text = getattr(value, "plain_text", None)
    if text is not None:
        made: str = text()
        return made
    if isinstance(value, RArray):
        return f"[{', '.join(map(_plain_inspect, value))}]"
    return f"#<{value.cls.name}>"


def _plain_inspect(value: Value) -> str:
    if isinstance(value, RString):
        return string_inspect(value)
    if isinstance(value, Symbol):
        return symbol_inspect(value.name)
    return "nil" if value is None else plain_to_s(value)


def to_s(vm: Interpreter, value: Value) -> RString:
    """``value.to_s``; what the method answers, or the default where it answers no string."""
    if isinstance(value, Symbol):
        return RString(value.name)
    if value is None or isinstance(value, bool | int | float | RClass):
        return RString(plain_to_s(value), US_ASCII if not isinstance(value, RClass) else UTF_8)
    found = vm.invoke(value, "to_s", [], None, None)
    return found if isinstance(found, RString) else RString(any_to_s(value))


def any_to_s(value: Value) -> str:
    """``#<Class:0x…>``."""
    return f"#<{value.cls.name if isinstance(value, RObject | RString) else type(value).__name__}:{address(value)}>"


def address(value: Value) -> str:
    return f"0x{id(value) & 0xFFFFFFFFFFFFFFFF:016x}"


def _character(match: re.Match[str]) -> str:
    character = match[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character == "#":
        return "\\#"
    code = ord(character)
    if code < 0x80:
        return f"\\x{code:02X}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02X}"
    if unicodedata.category(character) in ("Cc", "Cn", "Cs", "Zl", "Zp"):
        return f"\\u{code:04X}" if code <= 0xFFFF else f"\\u{{{code:X}}}"
    return character


def string_inspect(value: RString) -> str:
    text = value.s
    if value.enc == ASCII_8BIT:
        return (
            '"'
            + re.sub(
                r'[\x00-\x1f\x7f"\\]|#(?=[{$@])|[\x80-\xff]',
                lambda m: f"\\x{ord(m[0]):02X}" if ord(m[0]) >= 0x80 else _character(m),
                text,
            )
            + '"'
        )
    if value.enc not in (UTF_8, US_ASCII) and not value.enc.startswith("UTF-") and not text.isascii():
        return '"' + "".join(f"\\x{b:02X}" if b >= 0x80 else chr(b) for b in value.to_bytes()) + '"'
    return '"' + (_NEEDS_ESCAPE.sub(_unicode_control, text) if _NEEDS_ESCAPE.search(text) else text) + '"'


def _unicode_control(match: re.Match[str]) -> str:
    code = ord(match[0])
    if (code < 0x20 or code == 0x7F) and match[0] not in _ESCAPES:
        return f"\\u{code:04X}" if code else "\\u0000"
    return _character(match)


def symbol_inspect(name: str) -> str:
    if _PLAIN_SYMBOL.match(name):
        return ":" + name
    return ":" + string_inspect(RString(name))


def inspect(vm: Interpreter, value: Value, within: set[int] | None = None) -> str:
    """``value.inspect`` as text; ``within`` are the collections it stands in."""
    if type(value) is RString:
        return string_inspect(value)
    if value is None:
        return "nil"
    if isinstance(value, Symbol):
        return symbol_inspect(value.name)
    if isinstance(value, bool | int | float | RClass):
        return plain_to_s(value)
    if type(value) is RArray:
        inside = set() if within is None else within
        if id(value) in inside:
            return "[...]"
        inside.add(id(value))
        vm.spend(10 * len(value))
        text = "[" + ", ".join([inspect(vm, item, inside) for item in value]) + "]"
        inside.discard(id(value))
        vm.charge(len(text))
        return text
    if type(value) is RHash:
        inside = set() if within is None else within
        if id(value) in inside:
            return "{...}"
        inside.add(id(value))
        vm.spend(20 * len(value))
        text = "{" + ", ".join([f"{inspect(vm, k, inside)}=>{inspect(vm, v, inside)}" for k, v in value.items()]) + "}"
        inside.discard(id(value))
        vm.charge(len(text))
        return text
    if type(value) is RRange:
        first = "" if value.first is None else inspect(vm, value.first, within)
        last = "" if value.last is None else inspect(vm, value.last, within)
        return f"{first}{'...' if value.exclusive else '..'}{last}" if first or last else "nil..nil"
    if isinstance(value, HostObject):
        found = value.call_method("inspect", [], None, None, CallSite(vm.line, vm.pointer))
        return value.inspect(vm) if found is UNKNOWN else vm.to_s(found)
    found = vm.invoke(value, "inspect", [], None, None)
    return found.text if isinstance(found, RString) else any_to_s(value)


def describe(vm: Interpreter, value: Value) -> str:
    """How NoMethodError and NameError name a receiver: ``nil:NilClass``, ``"x":String``, ``#<Foo>``."""
    from designer.evaluator.interpreter import Main, class_of

    if value is None:
        return "nil:NilClass"
    if value is True:
        return "true:TrueClass"
    if value is False:
        return "false:FalseClass"
    if isinstance(value, Main):
        return "main:Object"
    text = inspect(vm, value)
    return text if text.startswith("#") else f"{text}:{class_of(value).said_name}"
