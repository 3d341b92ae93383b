"""String: what ActiveSupport adds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator.classes import SAFE_BUFFER, STRING, Value
from designer.evaluator.core import inflections
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.core.string_query import like, range_bounds
from designer.evaluator.numbers import int_of
from designer.evaluator.regexes import RRegexp
from designer.evaluator.strings import check_frozen, string_argument
from designer.evaluator.values import RRange, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def _word(name: str, function: Callable[[str], str]) -> None:
    def run(vm: Interpreter, this: RString) -> Value:
        return like(this, function(this.text))

    method(STRING, name)(run)


_word("pluralize_plain", inflections.pluralize)
del STRING.methods["pluralize_plain"]
for _name in ("underscore", "tableize", "classify"):
    _word(_name, getattr(inflections, _name))
_word("singularize", inflections.singularize)
_word("dasherize", lambda t: t.replace("_", "-"))
_word("demodulize", lambda t: t.rpartition("::")[2])
_word("deconstantize", lambda t: t.rpartition("::")[0])
_word("upcase_first", lambda t: t[:1].upper() + t[1:])
_word("downcase_first", lambda t: t[:1].lower() + t[1:])


@method(STRING, "pluralize")
def pluralize(vm: Interpreter, this: RString, count: Value = UNSET, locale: Value = None) -> Value:
    if type(count) is int and count == 1:
        return like(this, this.s)
    return like(this, inflections.pluralize(this.text))


@method(STRING, "camelize", "camelcase")
def camelize(vm: Interpreter, this: RString, first: Value = UNSET) -> Value:
    lower = isinstance(first, Symbol) and first.name == "lower"
    return like(this, inflections.camelize(this.text, upper=not lower))


@method(STRING, "titleize", "titlecase")
def titleize(vm: Interpreter, this: RString, *, keep_id_suffix: Value = False) -> Value:
    return like(this, inflections.titleize(this.text, keep_id_suffix=keep_id_suffix not in (None, False)))


@method(STRING, "humanize")
def humanize(vm: Interpreter, this: RString, *, capitalize: Value = True, keep_id_suffix: Value = False) -> Value:
    return like(
        this,
        inflections.humanize(
            this.text,
            capitalize=capitalize not in (None, False),
            keep_id_suffix=keep_id_suffix not in (None, False),
        ),
    )


@method(STRING, "parameterize")
def parameterize(
    vm: Interpreter,
    this: RString,
    *,
    separator: Value = RString("-"),
    preserve_case: Value = False,
    locale: Value = None,
) -> Value:
    mark = "" if separator is None else string_argument(vm, separator).s
    return like(this, inflections.parameterize(this.text, mark, preserve_case=preserve_case not in (None, False)))


@method(STRING, "foreign_key")
def foreign_key(vm: Interpreter, this: RString, separate: Value = True) -> Value:
    base = inflections.underscore(this.text.rpartition("::")[2])
    return like(this, base + ("_id" if separate not in (None, False) else "id"))


@method(STRING, "squish")
def squish(vm: Interpreter, this: RString) -> Value:
    return like(this, _squished(this.s))


def _squished(text: str) -> str:
    return re.sub(r"[\s\u0085\u200b]+" if False else r"[^\S]+", " ", text).strip()


@method(STRING, "squish!")
def squish_bang(vm: Interpreter, this: RString) -> Value:
    check_frozen(vm, this)
    this.s = _squished(this.s)
    return this


@method(STRING, "remove")
def remove(vm: Interpreter, this: RString, *patterns: Value) -> Value:
    made: Value = like(this, this.s)
    for pattern in patterns:
        made = vm.invoke(made, "gsub", [pattern, RString("")], None, None)
    return made


@method(STRING, "remove!")
def remove_bang(vm: Interpreter, this: RString, *patterns: Value) -> Value:
    check_frozen(vm, this)
    this.s = remove(vm, this, *patterns).s
    return this


def _omission(vm: Interpreter, value: Value) -> str:
    return "..." if value is None else string_argument(vm, value).s


@method(STRING, "truncate")
def truncate(
    vm: Interpreter, this: RString, length: Value, *, omission: Value = None, separator: Value = None
) -> Value:
    most, mark = int_of(vm, length), _omission(vm, omission)
    if len(this.s) <= most:
        return like(this, this.s)
    room = most - len(mark)
    stop = room
    if separator is not None:
        found = vm.invoke(this, "rindex", [separator, room], None, None)
        stop = room if found is None else found
    head = this.s[:stop] if stop >= 0 else this.s[: max(0, len(this.s) + stop)]
    return like(this, head + mark)


@method(STRING, "truncate_words")
def truncate_words(
    vm: Interpreter, this: RString, count: Value, *, omission: Value = None, separator: Value = None
) -> Value:
    if separator is None:
        mark = r"\s+"
    else:
        mark = separator.source if isinstance(separator, RRegexp) else re.escape(string_argument(vm, separator).s)
    match = re.match(rf"((?:.+?{mark}){{{int_of(vm, count) - 1}}}.+?){mark}.*\Z", this.s, re.S)
    return like(this, match[1] + _omission(vm, omission)) if match else like(this, this.s)


@method(STRING, "truncate_bytes")
def truncate_bytes(vm: Interpreter, this: RString, length: Value, *, omission: Value = RString("…")) -> Value:
    most, data = int_of(vm, length), this.to_bytes()
    if len(data) <= most:
        return like(this, this.s)
    mark = b"" if omission is None else string_argument(vm, omission).to_bytes()
    room = most - len(mark)
    if room < 0:
        from designer.evaluator.errors import argument_error

        raise argument_error(
            f"Omission {vm.inspect(omission)} is {len(mark)}, larger than the truncation length of {most} bytes"
        )
    return RString.from_bytes(data[:room].decode("utf-8", "ignore").encode() + mark)


@method(STRING, "exclude?")
def exclude(vm: Interpreter, this: RString, other: Value) -> Value:
    return string_argument(vm, other).s not in this.s


@method(STRING, "first")
def first(vm: Interpreter, this: RString, count: Value = 1) -> Value:
    number = int_of(vm, count)
    if number < 0:
        from designer.evaluator.errors import argument_error

        raise argument_error("negative limit")
    return like(this, this.s[:number])


@method(STRING, "last")
def last(vm: Interpreter, this: RString, count: Value = 1) -> Value:
    number = int_of(vm, count)
    if number < 0:
        from designer.evaluator.errors import argument_error

        raise argument_error("negative limit")
    return like(this, this.s[max(0, len(this.s) - number) :])


@method(STRING, "from")
def from_(vm: Interpreter, this: RString, place: Value) -> Value:
    bounds = range_bounds(vm, RRange(int_of(vm, place), -1), len(this.s))
    return None if bounds is None else like(this, this.s[bounds[0] :])


@method(STRING, "to")
def to(vm: Interpreter, this: RString, place: Value) -> Value:
    at = int_of(vm, place)
    at += len(this.s) if at < 0 else 0
    return like(this, this.s[: at + 1]) if at >= 0 else like(this, "")


@method(STRING, "at")
def at(vm: Interpreter, this: RString, place: Value) -> Value:
    return vm.invoke(this, "[]", [place], None, None)


@method(STRING, "indent")
def indent(vm: Interpreter, this: RString, amount: Value, mark: Value = None, empty: Value = False) -> Value:
    found = re.search(r"^[ \t]", this.s, re.M)
    text = string_argument(vm, mark).s if mark is not None else found[0] if found else " "
    vm.charge(int_of(vm, amount) * len(text) * (this.s.count("\n") + 1))
    pattern = r"^" if empty not in (None, False) else r"^(?!$)"
    return like(this, re.sub(pattern, lambda m: text * int_of(vm, amount), this.s, flags=re.M))


@method(STRING, "strip_heredoc")
def strip_heredoc(vm: Interpreter, this: RString) -> Value:
    indents = re.findall(r"^[ \t]*(?=\S)", this.s, re.M)
    width = min((len(i) for i in indents), default=0)
    return like(this, re.sub(rf"^[ \t]{{{width}}}", "", this.s, flags=re.M))


@method(STRING, "html_safe")
def html_safe(vm: Interpreter, this: RString) -> Value:
    return RString(this.s, this.enc, SAFE_BUFFER)


@method(STRING, "html_safe?")
def is_html_safe(vm: Interpreter, this: RString) -> Value:
    return this.cls is SAFE_BUFFER


@method(STRING, "is_utf8?")
def is_utf8(vm: Interpreter, this: RString) -> Value:
    return this.is_utf8
