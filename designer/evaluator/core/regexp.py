"""Regexp and MatchData methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.evaluator.classes import MATCH_DATA, REGEXP, RClass, Value
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import INDEX_ERROR, RubyError
from designer.evaluator.numbers import int_of
from designer.evaluator.regexes import EXTENDED, IGNORECASE, MULTILINE, RMatch, RRegexp, quoted
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RArray, RHash, RProc, RRange, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

REGEXP.constants.update({"IGNORECASE": IGNORECASE, "EXTENDED": EXTENDED, "MULTILINE": MULTILINE})


@singleton(REGEXP, "new", "compile")
def new(vm: Interpreter, this: RClass, source: Value, options: Value = None) -> Value:
    if isinstance(source, RRegexp):
        return RRegexp(source.source, source.options)
    if isinstance(options, RString):
        return RRegexp.literal(string_argument(vm, source).s, options.s)
    number = options if type(options) is int else IGNORECASE if options not in (None, False) else 0
    return RRegexp(string_argument(vm, source).s, number & 7)


@singleton(REGEXP, "escape", "quote")
def escape(vm: Interpreter, this: RClass, text: Value) -> Value:
    return RString(quoted(text.name if isinstance(text, Symbol) else string_argument(vm, text).s))


@singleton(REGEXP, "union")
def union(vm: Interpreter, this: RClass, *patterns: Value) -> Value:
    listed = list(patterns[0]) if len(patterns) == 1 and isinstance(patterns[0], RArray) else list(patterns)
    if not listed:
        return RRegexp("(?!)")
    if len(listed) == 1 and isinstance(listed[0], RRegexp):
        return listed[0]
    return RRegexp(
        "|".join(p.embedded() if isinstance(p, RRegexp) else quoted(string_argument(vm, p).s) for p in listed)
    )


@singleton(REGEXP, "last_match")
def last_match(vm: Interpreter, this: RClass, number: Value = UNSET) -> Value:
    if number is UNSET or vm.match is None:
        return vm.match
    return match_index(vm, vm.match, number)


def _subject(vm: Interpreter, value: Value) -> RString | None:
    if value is None:
        return None
    if isinstance(value, Symbol):
        return RString(value.name)
    return string_argument(vm, value)


@method(REGEXP, "=~")
def match_operator(vm: Interpreter, this: RRegexp, other: Value) -> Value:
    subject = _subject(vm, other)
    vm.match = None if subject is None else this.search(vm, subject)
    return None if vm.match is None else vm.match.start()


@method(REGEXP, "match")
def match(vm: Interpreter, this: RRegexp, other: Value, start: Value = 0, *, block: RProc | None) -> Value:
    subject = _subject(vm, other)
    vm.match = None if subject is None else this.search(vm, subject, int_of(vm, start))
    if vm.match is not None and block is not None:
        return vm.yield_(block, vm.match)
    return vm.match


@method(REGEXP, "match?")
def matches(vm: Interpreter, this: RRegexp, other: Value, start: Value = 0) -> Value:
    subject = _subject(vm, other)
    return subject is not None and this.search(vm, subject, int_of(vm, start)) is not None


@method(REGEXP, "===")
def case_equal(vm: Interpreter, this: RRegexp, other: Value) -> Value:
    if not isinstance(other, RString | Symbol):
        vm.match = None
        return False
    vm.match = this.search(vm, RString(other.name) if isinstance(other, Symbol) else other)
    return vm.match is not None


@method(REGEXP, "source")
def source(vm: Interpreter, this: RRegexp) -> Value:
    return RString(this.source)


@method(REGEXP, "to_s")
def to_s(vm: Interpreter, this: RRegexp) -> Value:
    return RString(this.embedded())


@method(REGEXP, "inspect")
def inspect(vm: Interpreter, this: RRegexp) -> Value:
    return RString(this.inspected())


@method(REGEXP, "options")
def options(vm: Interpreter, this: RRegexp) -> Value:
    return this.options


@method(REGEXP, "casefold?")
def casefold(vm: Interpreter, this: RRegexp) -> Value:
    return bool(this.options & IGNORECASE)


@method(REGEXP, "multiline?")
def multiline(vm: Interpreter, this: RRegexp) -> Value:
    return bool(this.options & MULTILINE)


@method(REGEXP, "names")
def names(vm: Interpreter, this: RRegexp) -> Value:
    return RArray([RString(n) for n in this.names])


@method(REGEXP, "==", "eql?")
def equal(vm: Interpreter, this: RRegexp, other: Value) -> Value:
    return isinstance(other, RRegexp) and (this.source, this.options) == (other.source, other.options)


@method(REGEXP, "~")
def tilde(vm: Interpreter, this: RRegexp) -> Value:
    return None


# --- MatchData ----------------------------------------------------------------------------------------------------


def match_index(vm: Interpreter, this: RMatch, key: Value) -> Value:
    if isinstance(key, RString | Symbol):
        name = key.name if isinstance(key, Symbol) else key.s
        if name not in this.regexp.names:
            raise RubyError.of(INDEX_ERROR, f"undefined group name reference: {name}")
        return this.named(name)
    if isinstance(key, RRange):
        return vm.invoke(to_a(vm, this), "[]", [key], None, None)
    return this.group(int_of(vm, key))


@method(MATCH_DATA, "[]")
def index(vm: Interpreter, this: RMatch, key: Value, count: Value = UNSET) -> Value:
    if count is not UNSET:
        return vm.invoke(to_a(vm, this), "[]", [key, count], None, None)
    return match_index(vm, this, key)


@method(MATCH_DATA, "to_a")
def to_a(vm: Interpreter, this: RMatch) -> Value:
    return RArray([this.group(0), *this.groups()])


@method(MATCH_DATA, "captures")
def captures(vm: Interpreter, this: RMatch) -> Value:
    return RArray(this.groups())


@method(MATCH_DATA, "named_captures")
def named_captures(vm: Interpreter, this: RMatch) -> Value:
    return RHash((RString(n), this.named(n)) for n in this.regexp.names)


@method(MATCH_DATA, "names")
def match_names(vm: Interpreter, this: RMatch) -> Value:
    return RArray([RString(n) for n in this.regexp.names])


@method(MATCH_DATA, "pre_match")
def pre_match(vm: Interpreter, this: RMatch) -> Value:
    return this.before()


@method(MATCH_DATA, "post_match")
def post_match(vm: Interpreter, this: RMatch) -> Value:
    return this.after()


@method(MATCH_DATA, "to_s")
def match_to_s(vm: Interpreter, this: RMatch) -> Value:
    return this.group(0)


@method(MATCH_DATA, "string")
def string(vm: Interpreter, this: RMatch) -> Value:
    return this.string


@method(MATCH_DATA, "regexp")
def regexp(vm: Interpreter, this: RMatch) -> Value:
    return this.regexp


@method(MATCH_DATA, "size", "length")
def size(vm: Interpreter, this: RMatch) -> Value:
    return this.found.re.groups + 1


def _span(vm: Interpreter, this: RMatch, key: Value) -> tuple[int, int]:
    if isinstance(key, RString | Symbol):
        match_index(vm, this, key)
        span: tuple[int, int] = this.found.span(key.name if isinstance(key, Symbol) else key.s)
        return span
    number = int_of(vm, key)
    if not 0 <= number <= this.found.re.groups:
        raise RubyError.of(INDEX_ERROR, f"index {number} out of matches")
    numbered: tuple[int, int] = this.found.span(number)
    return numbered


@method(MATCH_DATA, "begin")
def begin(vm: Interpreter, this: RMatch, key: Value) -> Value:
    start = _span(vm, this, key)[0]
    return None if start < 0 else start


@method(MATCH_DATA, "end")
def end(vm: Interpreter, this: RMatch, key: Value) -> Value:
    stop = _span(vm, this, key)[1]
    return None if stop < 0 else stop


@method(MATCH_DATA, "offset")
def offset(vm: Interpreter, this: RMatch, key: Value) -> Value:
    start, stop = _span(vm, this, key)
    return RArray([None, None] if start < 0 else [start, stop])


@method(MATCH_DATA, "values_at")
def values_at(vm: Interpreter, this: RMatch, *keys: Value) -> Value:
    return RArray([match_index(vm, this, k) for k in keys])


@method(MATCH_DATA, "inspect")
def match_inspect(vm: Interpreter, this: RMatch) -> Value:
    parts = [vm.inspect(this.group(0))]
    found = this.groups()
    by_number = {number: name for name, number in this.found.re.groupindex.items()}
    for number, value in enumerate(found, 1):
        parts.append(f"{by_number.get(number, number)}:{vm.inspect(value)}")
    return RString(f"#<MatchData {' '.join(parts)}>")


@method(MATCH_DATA, "==", "eql?")
def match_equal(vm: Interpreter, this: RMatch, other: Value) -> Value:
    return isinstance(other, RMatch) and this.string.s == other.string.s and this.found.span() == other.found.span()


@method(REGEXP, "named_captures")
def regexp_named_captures(vm: Interpreter, this: RRegexp) -> Value:
    return RHash((RString(name), RArray([place])) for place, name in enumerate(this.names, 1))
