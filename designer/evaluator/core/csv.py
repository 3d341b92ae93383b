"""``Array#to_csv``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator.classes import ARRAY, Value
from designer.evaluator.core.registry import method
from designer.evaluator.errors import CannotEvaluate
from designer.evaluator.values import RArray, RHash, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


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
