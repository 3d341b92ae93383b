"""String: asking and cutting."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator import comparing
from designer.evaluator.classes import STRING, Value
from designer.evaluator.core.charsets import in_all_sets
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.errors import INDEX_ERROR, RubyError, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.numbers import int_of
from designer.evaluator.regexes import RRegexp, to_pattern
from designer.evaluator.strings import check_frozen, common_encoding, string_argument
from designer.evaluator.values import UTF_8, RArray, RProc, RRange, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def like(this: RString, text: str) -> RString:
    """A plain String of the same encoding."""
    return RString(text, this.enc)


def change(vm: Interpreter, this: RString, text: str) -> RString:
    """Replace the content; FrozenError where frozen."""
    check_frozen(vm, this)
    vm.charge(len(text))
    this.s = text
    return this


@method(STRING, "length", "size")
def length(vm: Interpreter, this: RString) -> Value:
    return len(this.s)


@method(STRING, "bytesize")
def bytesize(vm: Interpreter, this: RString) -> Value:
    return len(this.s) if this.enc == UTF_8 and this.s.isascii() else len(this.to_bytes())


@method(STRING, "empty?")
def empty(vm: Interpreter, this: RString) -> Value:
    return not this.s


@method(STRING, "==", "===")
def equal(vm: Interpreter, this: RString, other: Value) -> Value:
    return vm.equal(this, other)


@method(STRING, "eql?")
def eql(vm: Interpreter, this: RString, other: Value) -> Value:
    return isinstance(other, RString) and comparing.same_text(this, other)


@method(STRING, "<=>")
def order(vm: Interpreter, this: RString, other: Value) -> Value:
    return comparing.spaceship(vm, this, other)


@method(STRING, "casecmp?")
def casecmp_p(vm: Interpreter, this: RString, other: Value) -> Value:
    if not isinstance(other, RString):
        string_argument(vm, other)
        return None
    return this.s.casefold() == other.s.casefold()


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


@method(STRING, "casecmp")
def casecmp(vm: Interpreter, this: RString, other: Value) -> Value:
    if other is None:
        return None
    found = string_argument(vm, other)
    return comparing.spaceship(vm, like(this, _ascii_lower(this.s)), like(found, _ascii_lower(found.s)))


@method(STRING, "include?", "member?")
def include(vm: Interpreter, this: RString, other: Value) -> Value:
    return string_argument(vm, other).s in this.s


del STRING.methods["member?"]


@method(STRING, "start_with?", "starts_with?")
def start_with(vm: Interpreter, this: RString, *prefixes: Value) -> Value:
    for prefix in prefixes:
        if isinstance(prefix, RRegexp):
            found = prefix.search(vm, this, anchored=True)
            if found is not None:
                vm.match = found
                return True
        elif this.s.startswith(string_argument(vm, prefix).s):
            return True
    return False


@method(STRING, "end_with?", "ends_with?")
def end_with(vm: Interpreter, this: RString, *suffixes: Value) -> Value:
    return any(this.s.endswith(string_argument(vm, s).s) for s in suffixes)


@method(STRING, "delete_prefix")
def delete_prefix(vm: Interpreter, this: RString, prefix: Value) -> Value:
    return like(this, this.s.removeprefix(string_argument(vm, prefix).s))


@method(STRING, "delete_suffix")
def delete_suffix(vm: Interpreter, this: RString, suffix: Value) -> Value:
    return like(this, this.s.removesuffix(string_argument(vm, suffix).s))


@method(STRING, "count")
def count(vm: Interpreter, this: RString, first: Value, *sets: Value) -> Value:
    inside = in_all_sets([string_argument(vm, s).s for s in (first, *sets)])
    return sum(1 for c in this.s if inside(c))


@method(STRING, "index")
def index(vm: Interpreter, this: RString, what: Value, start: Value = 0) -> Value:
    place = int_of(vm, start)
    if place < 0:
        place += len(this.s)
    if place < 0 or place > len(this.s):
        return None
    if isinstance(what, RRegexp):
        vm.match = what.search(vm, this, place)
        return None if vm.match is None else vm.match.start()
    found = this.s.find(string_argument(vm, what).s, place)
    return None if found < 0 else found


@method(STRING, "rindex")
def rindex(vm: Interpreter, this: RString, what: Value, start: Value = UNSET) -> Value:
    size = len(this.s)
    place = size if start is UNSET else int_of(vm, start)
    if place < 0:
        place += size
        if place < 0:
            return None
    place = min(place, size)
    if isinstance(what, RRegexp):
        for at in range(place, -1, -1):
            found = what.search(vm, this, at, anchored=True)
            if found is not None:
                vm.match = found
                return at
        return None
    needle = string_argument(vm, what).s
    found_at = this.s.rfind(needle, 0, place + len(needle))
    return None if found_at < 0 else found_at


@method(STRING, "=~")
def match_operator(vm: Interpreter, this: RString, pattern: Value) -> Value:
    if isinstance(pattern, RString):
        raise type_error("type mismatch: String given")
    return vm.invoke(pattern, "=~", [this], None, None)


@method(STRING, "match")
def match(vm: Interpreter, this: RString, pattern: Value, start: Value = 0, *, block: RProc | None) -> Value:
    found = to_pattern(vm, pattern, search_text=False).search(vm, this, int_of(vm, start))
    vm.match = found
    return vm.yield_(block, found) if block is not None and found is not None else found


@method(STRING, "match?")
def matches(vm: Interpreter, this: RString, pattern: Value, start: Value = 0) -> Value:
    return to_pattern(vm, pattern, search_text=False).search(vm, this, int_of(vm, start)) is not None


def range_bounds(vm: Interpreter, span: RRange, size: int) -> tuple[int, int] | None:
    """(start, length) of a range of indexes; None where it starts outside."""
    start = 0 if span.first is None else int_of(vm, span.first)
    stop = -1 if span.last is None else int_of(vm, span.last)
    if start < 0:
        start += size
        if start < 0:
            return None
    if start > size:
        return None
    if stop < 0:
        stop += size
    if not span.exclusive or span.last is None:
        stop += 1
    return start, max(0, min(stop, size) - start)


def piece(vm: Interpreter, this: RString, key: Value, count: Value = UNSET) -> Value:
    """``string[key, count]``."""
    text = this.s
    if count is not UNSET:
        if isinstance(key, RRegexp):
            found = key.search(vm, this)
            vm.match = found
            return None if found is None else vm.invoke(found, "[]", [count], None, None)
        start, size = int_of(vm, key), int_of(vm, count)
        if start < 0:
            start += len(text)
        if start < 0 or start > len(text) or size < 0:
            return None
        return like(this, text[start : start + size])
    if type(key) is int:
        at = key + len(text) if key < 0 else key
        return like(this, text[at]) if 0 <= at < len(text) else None
    if isinstance(key, RRange):
        bounds = range_bounds(vm, key, len(text))
        return None if bounds is None else like(this, text[bounds[0] : bounds[0] + bounds[1]])
    if isinstance(key, RString):
        return RString(key.s, key.enc) if key.s in text else None
    if isinstance(key, RRegexp):
        found = key.search(vm, this)
        vm.match = found
        return None if found is None else found.group(0)
    return piece(vm, this, int_of(vm, key))


@method(STRING, "[]", "slice")
def slice_(vm: Interpreter, this: RString, key: Value, count: Value = UNSET) -> Value:
    return piece(vm, this, key, count)


@method(STRING, "byteslice")
def byteslice(vm: Interpreter, this: RString, key: Value, count: Value = UNSET) -> Value:
    raw = RString(this.to_bytes().decode("latin-1"), "ASCII-8BIT")
    if isinstance(key, RString | RRegexp):
        raise type_error(f"no implicit conversion of {class_of(key).name} into Integer")
    found = piece(vm, raw, key, count)
    return None if found is None else RString.from_bytes(found.to_bytes(), this.enc)


@method(STRING, "[]=")
def set_piece(vm: Interpreter, this: RString, key: Value, *rest: Value) -> Value:
    check_frozen(vm, this)
    value = string_argument(vm, rest[-1])
    enc = common_encoding(this, value)
    text, size = this.s, len(this.s)
    if len(rest) == 2 and not isinstance(key, RRegexp):
        start, count_ = int_of(vm, key), int_of(vm, rest[0])
        at = start + size if start < 0 else start
        if not 0 <= at <= size:
            raise RubyError.of(INDEX_ERROR, f"index {start} out of string")
        if count_ < 0:
            raise RubyError.of(INDEX_ERROR, f"negative length {count_}")
        end = at + count_
    elif isinstance(key, RRange):
        bounds = range_bounds(vm, key, size)
        if bounds is None:
            raise RubyError.of("RangeError", f"{vm.inspect(key)} out of range")
        at, end = bounds[0], bounds[0] + bounds[1]
    elif isinstance(key, RRegexp):
        found = key.search(vm, this)
        if found is None:
            raise RubyError.of(INDEX_ERROR, "regexp not matched")
        group = rest[0] if len(rest) == 2 else 0
        at, end = found.found.span(group.text if isinstance(group, RString) else group)
    elif isinstance(key, RString):
        at = text.find(key.s)
        if at < 0:
            raise RubyError.of(INDEX_ERROR, "string not matched")
        end = at + len(key.s)
    else:
        start = int_of(vm, key)
        at = start + size if start < 0 else start
        if not 0 <= at < size and not (at == size and start >= 0):
            raise RubyError.of(INDEX_ERROR, f"index {start} out of string")
        end = at + 1
    vm.charge(size)
    this.s, this.enc = text[:at] + value.s + text[end:], enc
    return rest[-1]


@method(STRING, "slice!")
def slice_bang(vm: Interpreter, this: RString, key: Value, count: Value = UNSET) -> Value:
    check_frozen(vm, this)
    found = piece(vm, this, key, count)
    if found is not None:
        args = [key] if count is UNSET else [key, count]
        set_piece(vm, this, *args, like(this, ""))
    return found


@method(STRING, "chars")
def chars(vm: Interpreter, this: RString) -> Value:
    vm.charge_elements(len(this.s))
    return RArray([like(this, c) for c in this.s])


@method(STRING, "grapheme_clusters")
def grapheme_clusters(vm: Interpreter, this: RString) -> Value:
    return RArray([m.group(0) for m in RRegexp("\\X").finditer(vm, this)])


@method(STRING, "bytes")
def bytes_(vm: Interpreter, this: RString) -> Value:
    data = this.to_bytes()
    vm.charge_elements(len(data))
    return RArray(data)


@method(STRING, "codepoints")
def codepoints(vm: Interpreter, this: RString) -> Value:
    vm.charge_elements(len(this.s))
    return RArray([ord(c) for c in this.s])


def split_lines(text: str, separator: str = "\n") -> list[str]:
    found, at = [], 0
    while at < len(text):
        end = text.find(separator, at)
        if end < 0:
            found.append(text[at:])
            break
        found.append(text[at : end + len(separator)])
        at = end + len(separator)
    return found


@method(STRING, "lines")
def lines(vm: Interpreter, this: RString, separator: Value = UNSET, *, chomp: Value = False) -> Value:
    mark = "\n" if separator is UNSET else string_argument(vm, separator).s
    found = split_lines(this.s, mark)
    vm.charge_elements(len(found))
    if chomp not in (None, False):
        found = [t.removesuffix(mark).removesuffix("\r") if mark == "\n" else t.removesuffix(mark) for t in found]
    return RArray([like(this, t) for t in found])


def _each(name: str, pieces: Callable[[Interpreter, RString], Value]) -> None:
    def each(vm: Interpreter, this: RString, *, block: RProc | None) -> Value:
        if block is None:
            from designer.evaluator.iterating import REnumerator

            return REnumerator(this, name, size=lambda: len(pieces(vm, this)))
        for one in pieces(vm, this):
            vm.yield_(block, one)
        return this

    method(STRING, name)(each)


_each("each_char", chars)
_each("each_byte", bytes_)
_each("each_codepoint", codepoints)
_each("each_grapheme_cluster", grapheme_clusters)


@method(STRING, "each_line")
def each_line(
    vm: Interpreter, this: RString, separator: Value = UNSET, *, chomp: Value = False, block: RProc | None
) -> Value:
    if block is None:
        from designer.evaluator.iterating import REnumerator

        return REnumerator(this, "each_line", [] if separator is UNSET else [separator])
    for one in lines(vm, this, separator, chomp=chomp):
        vm.yield_(block, one)
    return this


@method(STRING, "chr")
def chr_(vm: Interpreter, this: RString) -> Value:
    return like(this, this.s[:1])


@method(STRING, "ord")
def ord_(vm: Interpreter, this: RString) -> Value:
    if not this.s:
        raise RubyError.of("ArgumentError", "empty string")
    return ord(this.s[0])


@method(STRING, "getbyte")
def getbyte(vm: Interpreter, this: RString, place: Value) -> Value:
    data, at = this.to_bytes(), int_of(vm, place)
    return data[at] if -len(data) <= at < len(data) else None


@method(STRING, "sum")
def sum_(vm: Interpreter, this: RString, bits: Value = 16) -> Value:
    return sum(this.to_bytes()) & ((1 << int_of(vm, bits)) - 1)


@method(STRING, "partition")
def partition(vm: Interpreter, this: RString, separator: Value) -> Value:
    if isinstance(separator, RRegexp):
        found = separator.search(vm, this)
        vm.match = found
        if found is None:
            return RArray([like(this, this.s), like(this, ""), like(this, "")])
        return RArray([found.before(), found.group(0), found.after()])
    mark = string_argument(vm, separator).s
    return RArray([like(this, t) for t in (this.s.partition(mark) if mark else ("", "", this.s))])


@method(STRING, "rpartition")
def rpartition(vm: Interpreter, this: RString, separator: Value) -> Value:
    if isinstance(separator, RRegexp):
        at = rindex(vm, this, separator)
        if at is None:
            return RArray([like(this, ""), like(this, ""), like(this, this.s)])
        found = vm.match
        return RArray([found.before(), found.group(0), found.after()])
    mark = string_argument(vm, separator).s
    return RArray([like(this, t) for t in (this.s.rpartition(mark) if mark else (this.s, "", ""))])


@method(STRING, "scan")
def scan(vm: Interpreter, this: RString, pattern: Value, *, block: RProc | None) -> Value:
    found = RArray()
    for hit in to_pattern(vm, pattern).finditer(vm, this):
        item = RArray(hit.groups()) if hit.found.re.groups else hit.group(0)
        vm.match = hit
        if block is None:
            found.append(item)
            vm.charge(1)
        else:
            vm.yield_(block, item)
    return this if block is not None else found


@method(STRING, "hash")
def hash_(vm: Interpreter, this: RString) -> Value:
    return hash(this.s)


@method(STRING, "between?")
def between(vm: Interpreter, this: RString, low: Value, high: Value) -> Value:
    return comparing.compare(vm, this, low) >= 0 and comparing.compare(vm, this, high) <= 0


@method(STRING, "unicode_normalized?")
def unicode_normalized(vm: Interpreter, this: RString, form: Value = UNSET) -> Value:
    from designer.evaluator.core.string_convert import normalised

    return normalised(vm, this, form) == this.s
