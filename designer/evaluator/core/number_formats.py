"""Numbers for people: the SDK's ``to_currency`` and ``to_phone``, ActiveSupport's ``to_s(:currency)`` and its kin.

As ActiveSupport::NumberHelper writes them in English. Other locales are refused: their words are not here.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import FLOAT, INTEGER, STRING, Value
from designer.evaluator.core.object import is_blank
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.numbers import RDecimal, RRational, int_of
from designer.evaluator.regexes import RRegexp
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RHash, RProc, RString, Symbol, truthy

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

Options = dict[str, Value]
_PLAIN: Mapping[str, Value] = {"separator": ".", "delimiter": ",", "precision": 3}
_DEFAULTS: Mapping[str, Mapping[str, Value]] = {
    "currency": {**_PLAIN, "precision": 2, "unit": "$", "format": "%u%n", "negative_format": "-%u%n"},
    "percentage": {**_PLAIN, "delimiter": "", "format": "%n%"},
    "rounded": {**_PLAIN, "delimiter": ""},
    "delimited": _PLAIN,
    "phone": {"delimiter": "-"},
}
_MODES = {
    "default": decimal.ROUND_HALF_UP,
    "half_up": decimal.ROUND_HALF_UP,
    "half_down": decimal.ROUND_HALF_DOWN,
    "half_even": decimal.ROUND_HALF_EVEN,
    "banker": decimal.ROUND_HALF_EVEN,
    "up": decimal.ROUND_UP,
    "down": decimal.ROUND_DOWN,
    "truncate": decimal.ROUND_DOWN,
    "ceil": decimal.ROUND_CEILING,
    "ceiling": decimal.ROUND_CEILING,
    "floor": decimal.ROUND_FLOOR,
}
_THOUSANDS = re.compile(r"(\d)(?=(\d\d\d)+(?!\d))", re.ASCII)
_MOST_DIGITS = 10_000


def number_text(vm: Interpreter, number: Value, form: str, given: Value) -> Value:
    """``number`` (or a text that holds one) as ``form``: a key of ``FORMATS``; ``given`` are the options.

    A text that is no number stays as it is. Raises what ActiveSupport raises, ``CannotEvaluate`` for another locale.
    """
    return FORMATS[form](vm, number, _options(vm, given, form))


def _options(vm: Interpreter, given: Value, form: str) -> Options:
    said = vm.send(given, "symbolize_keys")
    options = {key.name: value for key, value in said.items() if isinstance(key, Symbol)}
    locale = options.get("locale")
    if locale is not None and vm.to_s(locale) != "en":
        raise CannotEvaluate(f"a number in the locale {vm.to_s(locale)}")
    if truthy(options.get("format")):
        options.setdefault("negative_format", RString("-" + string_argument(vm, options["format"]).text))
    return {**_DEFAULTS[form], **options}


def _text(vm: Interpreter, options: Options, name: str) -> str:
    value = options[name]
    return value if isinstance(value, str) else string_argument(vm, value).text


def _currency(vm: Interpreter, number: Value, options: Options) -> Value:
    text = vm.to_s(number).strip("\0\t\n\v\f\r ")
    form = "format"
    if text.startswith("-"):
        text = text[1:]
        if options["precision"] != 0 or _leading_float(vm, text) > 0.5:
            form = "negative_format"
    rounded = _rounded_text(vm, RString(text), options)
    return RString(_text(vm, options, form).replace("%n", rounded).replace("%u", _text(vm, options, "unit")))


def _leading_float(vm: Interpreter, text: str) -> float:
    found: float = vm.send(RString(text), "to_f")
    return found


def _percentage(vm: Interpreter, number: Value, options: Options) -> Value:
    return RString(_text(vm, options, "format").replace("%n", _rounded_text(vm, number, options)))


def _rounded(vm: Interpreter, number: Value, options: Options) -> Value:
    return RString(_rounded_text(vm, number, options))


def _delimited(vm: Interpreter, number: Value, options: Options) -> Value:
    return RString(_delimited_text(vm, vm.to_s(number), options))


def _is_float(vm: Interpreter, text: str) -> bool:
    from designer.evaluator.core.kernel import _float

    try:
        _float(vm, RString(text))
    except RubyError:
        return False
    return True


def _rounded_text(vm: Interpreter, number: Value, options: Options) -> str:
    text = vm.to_s(number)
    if isinstance(number, RString) and not _is_float(vm, text):
        return text
    significant = truthy(options.get("significant"))
    if options["precision"] is None:
        if significant:
            vm.send(None, ">", [0])
        return _shown(vm, _delimited_text(vm, text, options), options)
    precision = int_of(vm, options["precision"])
    if not 0 <= precision <= _MOST_DIGITS:
        raise CannotEvaluate(f"a number with the precision {precision}")
    value = _decimal(number, text)
    if not value.is_finite():
        return "NaN" if value.is_nan() else ("-Inf" if value < 0 else "Inf")
    significant = significant and precision > 0
    value = _round(vm, value, precision - _digits(value) if significant else precision, options)
    places = max(precision - _digits(value), 0) if significant else precision
    return _shown(vm, _delimited_text(vm, _fixed(value, places), options), options)


def _decimal(number: Value, text: str) -> Decimal:
    if isinstance(number, RDecimal):
        return number.value
    if isinstance(number, RRational):
        return Decimal(number.value.numerator) / Decimal(number.value.denominator)
    if isinstance(number, float):
        return Decimal(repr(number))
    return Decimal(text.strip().replace("_", ""))


def _digits(value: Decimal) -> int:
    """Digits before the point; fewer than one for what is smaller than 0.1."""
    return value.adjusted() + 1 if value else 1


def _round(vm: Interpreter, value: Decimal, places: int, options: Options) -> Decimal:
    name = vm.to_s(options.get("round_mode", RString("default")))
    if name not in _MODES:
        raise argument_error("invalid rounding mode")
    vm.charge(abs(places) + abs(value.adjusted()))
    with decimal.localcontext() as context:
        context.prec = abs(value.adjusted()) + len(value.as_tuple().digits) + abs(places) + 2
        rounded = value.quantize(Decimal(1).scaleb(-places), _MODES[name])
    return rounded if rounded else abs(rounded)


def _fixed(value: Decimal, places: int) -> str:
    whole, _, rest = format(value, "f").partition(".")
    return f"{whole}.{(rest + '0' * places)[:places]}" if places else whole


def _delimited_text(vm: Interpreter, text: str, options: Options) -> str:
    if not _is_float(vm, text):
        return text
    left, point, right = text.partition(".")
    delimiter = _text(vm, options, "delimiter")
    if (pattern := options.get("delimiter_pattern")) is not None:
        block = RProc(native=lambda args, _kwargs, _block: RString(vm.to_s(args[0]) + delimiter))
        left = vm.to_s(vm.send(RString(left), "gsub", [pattern], None, block))
    else:
        left = _THOUSANDS.sub(lambda digit: digit[1] + delimiter, left)
    return left + (_text(vm, options, "separator") + right if point and right else "")


def _shown(vm: Interpreter, text: str, options: Options) -> str:
    if not truthy(options.get("strip_insignificant_zeros")):
        return text
    separator = re.escape(_text(vm, options, "separator"))
    text = re.sub(rf"({separator})(\d*[1-9])?0+\Z", lambda zeros: zeros[1] + (zeros[2] or ""), text, count=1)
    return re.sub(rf"{separator}\Z", "", text, count=1)


def _phone(vm: Interpreter, number: Value, options: Options) -> Value:
    delimiter = _text(vm, options, "delimiter") if truthy(options["delimiter"]) else "-"
    text: Value = RString(vm.to_s(number).strip("\0\t\n\v\f\r "))
    if truthy(options.get("area_code")):
        pattern = options.get("pattern", RRegexp(r"(\d{1,3})(\d{3})(\d{4}$)", 0))
        text = vm.send(text, "gsub", [pattern, RString(f"(\\1) \\2{delimiter}\\3")])
    else:
        pattern = options.get("pattern", RRegexp(r"(\d{0,3})(\d{3})(\d{4})$", 0))
        text = vm.send(text, "gsub", [pattern, RString(f"\\1{delimiter}\\2{delimiter}\\3")])
        if delimiter.strip() and text.s.startswith(delimiter):
            text = RString(text.s[1:])
    code, extension = options.get("country_code"), options.get("extension")
    before = "" if is_blank(vm, code) else f"+{vm.to_s(code)}{delimiter}"
    return RString(before + text.s + ("" if is_blank(vm, extension) else f" x {vm.to_s(extension)}"))


FORMATS: dict[str, Callable[[Any, Value, Options], Value]] = {
    "currency": _currency,
    "delimited": _delimited,
    "percentage": _percentage,
    "phone": _phone,
    "rounded": _rounded,
}


def formatted(vm: Interpreter, number: Value, form: Symbol, options: Value) -> Value:
    """``number.to_s(:currency)`` and its kin; None for a symbol that names no format, which ``to_s`` ignores."""
    if form.name in ("human", "human_size"):
        raise CannotEvaluate(f"{class_of(number).name}#to_s(:{form.name})")
    return number_text(vm, number, form.name, options if truthy(options) else RHash()) if form.name in FORMATS else None


@method(STRING, "to_currency")
@method(INTEGER, "to_currency")
@method(FLOAT, "to_currency")
def to_currency(vm: Interpreter, this: Value, options: Value = UNSET) -> Value:
    return number_text(vm, this, "currency", RHash() if options is UNSET else options)


@method(STRING, "to_phone")
@method(INTEGER, "to_phone")
def to_phone(vm: Interpreter, this: Value, options: Value = UNSET) -> Value:
    return number_text(vm, this, "phone", RHash() if options is UNSET else options)
