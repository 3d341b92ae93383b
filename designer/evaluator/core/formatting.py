"""``format``: sprintf as Ruby has it."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import Value
from designer.evaluator.errors import KEY_ERROR, RubyError, argument_error
from designer.evaluator.inspecting import int_text
from designer.evaluator.limits import check_string
from designer.evaluator.numbers import RDecimal, RRational, int_of
from designer.evaluator.values import RArray, RHash, RString, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_DIRECTIVE = re.compile(
    r"%(?P<flags>(?:[ #+\-0*]|\d+\$|<[^<>]*>)*)(?P<width>\d+|\*)?(?P<names>(?:<[^<>]*>)*)"
    r"(?:\.(?P<precision>\d*|\*))?(?P<late><[^<>]*>)?(?P<type>[diufgGeEaAxXobBcsp%\n\0]|\{[^{}]*\}|$|.)",
    re.S,
)


class _Arguments:
    def __init__(self, vm: Interpreter, args: list[Value]) -> None:
        self.vm = vm
        self.args = args
        self.next = 0
        self.binary = False

    def take(self) -> Value:
        if self.next >= len(self.args):
            raise argument_error("too few arguments")
        self.next += 1
        return self.args[self.next - 1]

    def named(self, name: str, brackets: str = "<>") -> Value:
        if len(self.args) != 1 or not isinstance(self.args[0], RHash):
            raise argument_error("one hash required")
        table = self.args[0]
        if not table.has(sym(name)):
            if table.default_proc is not None:
                return self.vm.run_proc(table.default_proc, [table, sym(name)])
            if table.default is not None:
                return table.default
            error = RubyError.of(KEY_ERROR, f"key{brackets[0]}{name}{brackets[1]} not found")
            error.exception.attributes.update({"key": sym(name), "receiver": table})
            raise error
        return table.get(sym(name))


def format_string(vm: Interpreter, template: RString, args: list[Value]) -> RString:
    """``template % args``; ArgumentError, KeyError and TypeError as Ruby raises them."""
    given = _Arguments(vm, args)
    out: list[str] = []
    text, at, made = template.s, 0, 0
    while True:
        percent = text.find("%", at)
        if percent < 0:
            out.append(text[at:])
            break
        out.append(text[at:percent])
        match = _DIRECTIVE.match(text, percent)
        assert match is not None
        piece = _directive(vm, given, match)
        made += len(piece)
        check_string(made, vm.limits)
        out.append(piece)
        at = match.end()
    result = "".join(out)
    vm.charge(len(result))
    return RString(result, "ASCII-8BIT" if given.binary and not result.isascii() else template.enc)


def _directive(vm: Interpreter, given: _Arguments, match: re.Match[str]) -> str:
    flags, kind = match["flags"], match["type"]
    width_text, precision_text = match["width"], match["precision"]
    names = re.findall(r"<([^<>]*)>", flags + match["names"] + (match["late"] or ""))
    position = re.search(r"(\d+)\$", flags)
    plain_flags = re.sub(r"\d+\$|<[^<>]*>", "", flags)
    if kind == "%":
        if flags or width_text or precision_text is not None:
            raise argument_error("invalid format character - %")
        return "%"
    if kind in ("\n", "\0"):
        return "%" + kind
    if kind == "":
        raise argument_error("incomplete format specifier; use %% (double %) instead")
    width = None
    if width_text == "*" or "*" in plain_flags:
        width = int_of(vm, given.take())
        if width < 0:
            plain_flags += "-"
            width = -width
    elif width_text:
        width = int(width_text)
    if width is not None:
        if width > 2**31 - 1:
            raise argument_error("width too big")
        check_string(width, vm.limits)
    precision = None
    if precision_text is not None:
        precision = int_of(vm, given.take()) if precision_text == "*" else int(precision_text or 0)
        check_string(max(0, precision), vm.limits)
    if kind.startswith("{"):
        return _pad(vm.to_s(given.named(kind[1:-1], "{}")), width, plain_flags)
    if kind not in "diufgGeEaAxXobBcsp":
        raise argument_error(f"malformed format string - %{kind}")
    if names:
        value = given.named(names[-1])
    elif position:
        place = int(position[1])
        if place == 0 or place > len(given.args):
            raise argument_error("too few arguments")
        value = given.args[place - 1]
    else:
        value = given.take()
    if isinstance(value, RString) and value.enc == "ASCII-8BIT" and kind == "s":
        given.binary = True
        return _formatted(vm, kind, plain_flags, width, precision, RString(value.s))
    return _formatted(vm, kind, plain_flags, width, precision, value)


def _pad(text: str, width: int | None, flags: str) -> str:
    if width is None:
        return text
    return text.ljust(width) if "-" in flags else text.rjust(width)


def _formatted(vm: Interpreter, kind: str, flags: str, width: int | None, precision: int | None, value: Value) -> str:
    if kind in "sp":
        text = vm.to_s(value) if kind == "s" else vm.inspect(value)
        return _pad(text[:precision] if precision is not None else text, width, flags)
    if kind == "c":
        text = value.s if isinstance(value, RString) else chr(int_of(vm, value))
        if isinstance(value, RString) and len(text) != 1:
            raise argument_error("%c requires a character")
        return _pad(text, width, flags)
    if kind in "diu":
        return _integer(_to_integer(vm, value), 10, "", flags, width, precision)
    if kind in "xXobB":
        return _based(_to_integer(vm, value), kind, flags, width, precision)
    return _floating(vm, kind, flags, width, precision, value)


def _to_integer(vm: Interpreter, value: Value) -> int:
    from designer.evaluator.core.kernel import _integer as convert

    if isinstance(value, float) and math.isfinite(value):
        return int(value)
    if isinstance(value, RRational | RDecimal):
        return math.floor(value.value)
    found: int = convert(vm, value, 0)
    return found


def _sign(negative: bool, flags: str) -> str:
    return "-" if negative else "+" if "+" in flags else " " if " " in flags else ""


def _integer(value: int, base: int, prefix: str, flags: str, width: int | None, precision: int | None) -> str:
    digits = (
        int_text(abs(value))
        if base == 10
        else {16: f"{abs(value):x}", 8: f"{abs(value):o}", 2: f"{abs(value):b}"}[base]
    )
    return _number(_sign(value < 0, flags) + prefix, digits, flags, width, precision)


def _number(sign: str, digits: str, flags: str, width: int | None, precision: int | None) -> str:
    if precision is not None:
        digits = digits.rjust(precision, "0")
    elif "0" in flags and "-" not in flags and width is not None:
        digits = digits.rjust(width - len(sign), "0")
    return _pad(sign + digits, width, flags)


def _based(value: int, kind: str, flags: str, width: int | None, precision: int | None) -> str:
    base = {"x": 16, "X": 16, "o": 8, "b": 2, "B": 2}[kind]
    prefix = {"x": "0x", "X": "0X", "o": "0", "b": "0b", "B": "0B"}[kind] if "#" in flags else ""
    if value >= 0 or "+" in flags or " " in flags:
        if value == 0:
            prefix = ""
        text = _integer(value, base, prefix, flags, width, precision)
        return text.upper() if kind == "X" else text
    # Negative numbers without a sign flag are two's complement with the leading digit repeated for ever.
    top = {16: "f", 8: "7", 2: "1"}[base]
    bits = {16: 4, 8: 3, 2: 1}[base]
    count = 1
    while -value > 1 << (bits * count):
        count += 1
    complement = (1 << (bits * count)) + value
    digits = {16: f"{complement:x}", 8: f"{complement:o}", 2: f"{complement:b}"}[base].rjust(count, "0")
    digits = top + digits.lstrip(top)
    if kind == "X":
        digits, top = digits.upper(), top.upper()
    if precision is not None and len(digits) < precision:
        return _pad(prefix + digits.rjust(precision, top), width, flags)
    if "0" in flags and "-" not in flags and width is not None:
        return prefix + ".." + digits.rjust(width - len(prefix) - 2, top)
    return _pad(prefix + ".." + digits, width, flags)


def _floating(vm: Interpreter, kind: str, flags: str, width: int | None, precision: int | None, value: Value) -> str:
    from designer.evaluator.core.kernel import _float as convert

    if kind in "aA":
        from designer.evaluator.errors import CannotEvaluate

        raise CannotEvaluate("%a")
    if kind == "f" and isinstance(value, int | RRational | RDecimal) and not isinstance(value, bool):
        exact = Fraction(value) if isinstance(value, int) else Fraction(value.value)
        return _fixed(exact, flags, width, 6 if precision is None else precision)
    number: float = convert(vm, value)
    if not math.isfinite(number):
        text = "NaN" if number != number else "Inf"
        sign = _sign(number < 0, flags)
        return _pad(sign + text, width, flags)
    digits = 6 if precision is None else precision
    if digits > 1000:
        check_string(digits, vm.limits)
    body = _float_body(abs(number), digits, kind, "#" if "#" in flags else "")
    negative = math.copysign(1.0, number) < 0
    return _number(_sign(negative, flags), body, flags, width, None)


def _float_body(number: float, digits: int, kind: str, alternate: str) -> str:
    """Digits of a float as Ruby's ``BSD__dtoa`` rounds them: what is within its error of a tie goes to even."""
    plain = f"{number:{alternate}.{digits}{kind}}"
    if number == 0 or kind not in "feEgG":
        return plain
    power = int(f"{number:.17e}".partition("e")[2])
    count = digits + 1 + power if kind == "f" else digits + 1 if kind in "eE" else max(1, digits)
    if not 1 <= count <= 14 or not _is_half(number, power, count):
        return plain
    places = count - 1 - power
    scaled = math.floor(Fraction(number) * Fraction(10) ** places)
    scaled += scaled % 2
    if kind == "f":
        text = str(scaled).rjust(digits + 1, "0")
        return text if digits == 0 else f"{text[:-digits]}.{text[-digits:]}"
    return f"{float(Fraction(scaled) / Fraction(10) ** places):{alternate}.{digits}{kind}}"


def _is_half(number: float, power: int, count: int) -> bool:
    """Whether what follows ``count`` digits is a half as far as dtoa's quick path can tell."""
    errors = 2
    rest = number / 10.0**power if power >= 0 else number * 10.0**-power
    if abs(power) > 15:
        errors += 1
    epsilon = (errors * rest + 7.0) * 2.0**-52 * 10.0 ** (count - 1)
    for place in range(1, count + 1):
        rest -= int(rest)
        if place == count or rest == 0:
            return abs(rest - 0.5) <= epsilon
        rest *= 10.0
    return False


def _fixed(value: Fraction, flags: str, width: int | None, precision: int) -> str:
    scaled = abs(value) * 10**precision
    whole = int(scaled + Fraction(1, 2))
    text = int_text(whole).rjust(precision + 1, "0")
    body = text if precision == 0 else f"{text[:-precision]}.{text[-precision:]}"
    return _number(_sign(value < 0, flags), body, flags, width, None)


def format_arguments(vm: Interpreter, value: Value) -> list[Value]:
    """The right side of ``template % value``."""
    if isinstance(value, RArray):
        return list(value)
    return [value]
