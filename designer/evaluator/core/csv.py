"""Ruby's CSV: lines and their cells. What has headers (CSV::Table, CSV::Row) is not run here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from designer.evaluator.classes import ARRAY, STRING, RClass, Value, define
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.csv_reader import MalformedError, rows
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RArray, RHash, RProc, RString, Symbol, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


CSV = define("CSV")
_READ = ("col_sep", "row_sep", "quote_char", "skip_blanks")


def _options(name: str, kwargs: RHash | None, known: tuple[str, ...]) -> dict[str, Value]:
    found = {key.name: value for key, value in kwargs.items() if isinstance(key, Symbol)} if kwargs is not None else {}
    if found.get("headers") in (None, False):
        found.pop("headers", None)
    for other in found:
        if other not in known:
            raise CannotEvaluate(f"{name}({other}:)")
    return found


def _rows(vm: Interpreter, name: str, text: Value, kwargs: RHash | None) -> Iterator[RArray]:
    if text is None:
        raise argument_error("Cannot parse nil as CSV")
    given = _options(name, kwargs, _READ)
    separator, quote, ending = (
        value.text if isinstance(value := given.get(key), RString) else None
        for key in ("col_sep", "quote_char", "row_sep")
    )
    if separator == "":
        raise argument_error(':col_sep must be 1 or more characters: ""')
    try:
        for row in rows(string_argument(vm, text).text, separator or ",", quote or '"', ending):
            vm.charge(len(row) + 1)
            if row or given.get("skip_blanks") in (None, False):
                yield RArray([None if cell is None else RString(cell) for cell in row])
    except MalformedError as error:
        raise RubyError.of("CSV::MalformedCSVError", str(error)) from error


@singleton(CSV, "parse")
def parse(vm: Interpreter, this: RClass, text: Value, *, kwargs: RHash | None, block: RProc | None) -> Value:
    if block is not None:
        raise CannotEvaluate("CSV.parse with a block")
    return RArray(_rows(vm, "CSV.parse", text, kwargs))


@singleton(CSV, "parse_line")
def parse_line(vm: Interpreter, this: RClass, text: Value, *, kwargs: RHash | None) -> Value:
    return next(_rows(vm, "CSV.parse_line", text, kwargs), None)


@method(STRING, "parse_csv")
def parse_csv(vm: Interpreter, this: RString, *, kwargs: RHash | None) -> Value:
    return next(_rows(vm, "String#parse_csv", this, kwargs), None)


@singleton(CSV, "generate_line")
def generate_line(vm: Interpreter, this: RClass, row: Value, *, kwargs: RHash | None) -> Value:
    given = _options("CSV.generate_line", kwargs, ("col_sep", "row_sep", "quote_char", "force_quotes"))
    made = RHash((sym(name), value) for name, value in given.items())
    made.set(sym("multi_line"), False)
    return to_csv(vm, RArray(vm.splat(row)), kwargs=made)


@method(ARRAY, "to_csv")
def to_csv(vm: Interpreter, this: RArray, options: Value = None, *, kwargs: RHash | None) -> Value:
    """One line; of an array of arrays the SDK makes as many lines, unless ``multi_line: false``."""
    given = {k.name: v for k, v in (kwargs or options or RHash()).items() if isinstance(k, Symbol)}
    multi = given.pop("multi_line", True) not in (False,)
    separator = vm.to_s(given.pop("col_sep", RString(",")))
    ending = vm.to_s(given.pop("row_sep", RString("\n")))
    quote = vm.to_s(given.pop("quote_char", RString('"')))
    force = given.pop("force_quotes", False) not in (None, False)
    if given:
        raise CannotEvaluate(f"to_csv({next(iter(given))}:)")
    rows = list(this) if multi and this and isinstance(this[0], RArray) else [this]

    def field(value: Value) -> str:
        if value is None:
            return quote * 2 if force else ""
        text = vm.to_s(value)
        special = any(c in text for c in (separator, quote, "\n", "\r"))
        if force or text == "" or special:
            return quote + text.replace(quote, quote * 2) + quote
        return text

    made = "".join(separator.join(field(v) for v in row) + ending for row in rows)
    vm.charge(len(made))
    return RString(made)
