"""String: making another one of it, or changing it in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import STRING, RClass, Value
from designer.evaluator.core.charsets import in_all_sets, squeezed, translate
from designer.evaluator.core.formatting import format_arguments, format_string
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.core.string_query import change, like
from designer.evaluator.core.string_succ import successor
from designer.evaluator.errors import INDEX_ERROR, SDK_ARGUMENT_ERROR, RubyError, argument_error
from designer.evaluator.interpreter import class_of, describe_class
from designer.evaluator.numbers import int_of
from designer.evaluator.regexes import RMatch, RRegexp, to_pattern
from designer.evaluator.strings import check_frozen, common_encoding, concat, string_argument
from designer.evaluator.values import RArray, RHash, RObject, RProc, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_WHITE = "\t\n\v\f\r "


@singleton(STRING, "new")
def new(
    vm: Interpreter, this: RClass, source: Value = UNSET, *, encoding: Value = None, capacity: Value = None
) -> Value:
    text = RString("", "ASCII-8BIT") if source is UNSET else string_argument(vm, source)
    made = RString(text.s, text.enc, this)
    if this is classes.BINARY:
        made = RString.binary(text.to_bytes(), this)
    elif this is classes.UNICODE_STRING and text.enc != "UTF-8":
        from designer.evaluator.core.string_convert import encoded

        made = RString(encoded(vm, text, "UTF-8").s, "UTF-8", this)
    if encoding is not None:
        vm.invoke(made, "force_encoding", [encoding], None, None)
    return made


@singleton(STRING, "try_convert")
def try_convert(vm: Interpreter, this: RClass, value: Value) -> Value:
    return value if isinstance(value, RString) else None


@method(STRING, "+")
def plus(vm: Interpreter, this: RString, other: Value) -> Value:
    """The SDK's ``+``: ``to_s`` of what is added, but not of nil."""
    if other is None:
        raise RubyError.of(SDK_ARGUMENT_ERROR, "Cannot concatenate string with nil")
    return concat(vm, this, vm.to_rstring(other))


@method(STRING, "*")
def times(vm: Interpreter, this: RString, count: Value) -> Value:
    number = int_of(vm, count)
    if number < 0:
        raise argument_error("negative argument")
    if number.bit_length() > 63:
        raise RubyError.of("RangeError", "bignum too big to convert into `long'")
    vm.charge(len(this.s) * number)
    return like(this, this.s * number)


@method(STRING, "%")
def percent(vm: Interpreter, this: RString, value: Value) -> Value:
    if not isinstance(value, RArray) and isinstance(value, RObject):
        spread = vm.try_convert(value, "to_ary")
        value = value if spread is None else spread
    return format_string(vm, this, format_arguments(vm, value))


@method(STRING, "+@")
def unfrozen(vm: Interpreter, this: RString) -> Value:
    return RString(this.s, this.enc) if this.frozen else this


@method(STRING, "-@", "dedup")
def deduplicated(vm: Interpreter, this: RString) -> Value:
    return this if this.frozen else RString(this.s, this.enc, frozen=True)


def append(vm: Interpreter, this: RString, other: Value) -> RString:
    check_frozen(vm, this)
    if type(other) is int:
        if other < 0 or other > 0x10FFFF:
            raise RubyError.of("RangeError", f"{other} out of char range")
        other = RString(chr(other)) if this.enc != "ASCII-8BIT" or other > 255 else RString(chr(other), this.enc)
    made = concat(vm, this, string_argument(vm, other))
    this.s, this.enc = made.s, made.enc
    return this


@method(STRING, "<<")
def shovel(vm: Interpreter, this: RString, other: Value) -> Value:
    return append(vm, this, other)


@method(STRING, "concat")
def concat_(vm: Interpreter, this: RString, *others: Value) -> Value:
    for other in [RString(o.s, o.enc) if o is this else o for o in others]:
        append(vm, this, other)
    return this


@method(STRING, "prepend")
def prepend(vm: Interpreter, this: RString, *others: Value) -> Value:
    check_frozen(vm, this)
    made = vm.join_strings([*(string_argument(vm, o) for o in others), this])
    this.s, this.enc = made.s, made.enc
    return this


@method(STRING, "replace", "initialize_copy")
def replace(vm: Interpreter, this: RString, other: Value) -> Value:
    found = string_argument(vm, other)
    change(vm, this, found.s)
    this.enc = found.enc
    return this


@method(STRING, "clear")
def clear(vm: Interpreter, this: RString) -> Value:
    return change(vm, this, "")


@method(STRING, "insert")
def insert(vm: Interpreter, this: RString, place: Value, other: Value) -> Value:
    check_frozen(vm, this)
    found, at, size = string_argument(vm, other), int_of(vm, place), len(this.s)
    start = at + size + 1 if at < 0 else at
    if not 0 <= start <= size:
        raise RubyError.of(INDEX_ERROR, f"index {at} out of string")
    this.enc = common_encoding(this, found)
    return change(vm, this, this.s[:start] + found.s + this.s[start:])


def _capitalised(text: str) -> str:
    return text[:1].title() + text[1:].lower()


def _variants(name: str, function: Callable[..., str]) -> None:
    """``name`` returns a new string, ``name!`` changes in place and returns nil where nothing changed."""

    def plain(vm: Interpreter, this: RString, *args: Value) -> Value:
        text = function(vm, this, *args)
        vm.charge(len(text))
        return like(this, text)

    def bang(vm: Interpreter, this: RString, *args: Value) -> Value:
        check_frozen(vm, this)
        text = function(vm, this, *args)
        if text == this.s:
            return None
        return change(vm, this, text)

    minimum, maximum = (
        function.__code__.co_argcount - 2 - len(function.__defaults__ or ()),
        function.__code__.co_argcount - 2,
    )
    rest = bool(function.__code__.co_flags & 0x04)
    for made, called in ((plain, name), (bang, name + "!")):
        method(STRING, called)(made)
        builtin = STRING.methods[called]
        builtin.minimum, builtin.maximum = minimum, None if rest else maximum


def _cased(function: Callable[[str], str]) -> Callable[..., str]:
    def run(vm: Interpreter, this: RString, *options: Value) -> str:
        if options or this.enc == "ASCII-8BIT":
            return "".join(function(c) if c.isascii() else c for c in this.s)
        return function(this.s)

    return run


def _downcased(text: str) -> str:
    # Ruby's downcase has no final-sigma rule.
    return text.lower() if "Σ" not in text else "".join(c.lower() for c in text)


_variants("upcase", _cased(str.upper))
_variants("downcase", _cased(_downcased))
_variants("swapcase", _cased(lambda t: "".join(c.lower() if c.isupper() else c.upper() for c in t)))
_variants("capitalize", lambda vm, this, *options: _capitalised(this.s))
_variants("strip", lambda vm, this: this.s.lstrip("\0" + _WHITE).rstrip("\0" + _WHITE))
_variants("lstrip", lambda vm, this: this.s.lstrip("\0" + _WHITE))
_variants("rstrip", lambda vm, this: this.s.rstrip("\0" + _WHITE))
_variants("reverse", lambda vm, this: this.s[::-1])
_variants("chop", lambda vm, this: this.s[:-2] if this.s.endswith("\r\n") else this.s[:-1])
_variants("succ", lambda vm, this: successor(this.s))
_variants("next", lambda vm, this: successor(this.s))


def _chomp(vm: Interpreter, this: RString, suffix: Value = UNSET) -> str:
    text = this.s
    if suffix is UNSET:
        return text[:-2] if text.endswith("\r\n") else text[:-1] if text.endswith(("\n", "\r")) else text
    if suffix is None:
        return text
    mark = string_argument(vm, suffix).s
    if mark == "":
        while text.endswith("\n"):
            text = text[:-2] if text.endswith("\r\n") else text[:-1]
        return text
    if mark == "\n":
        return _chomp(vm, this)
    return text.removesuffix(mark)


_variants("chomp", _chomp)
_variants("tr", lambda vm, this, a, b: translate(this.s, string_argument(vm, a).s, string_argument(vm, b).s))
_variants(
    "tr_s", lambda vm, this, a, b: translate(this.s, string_argument(vm, a).s, string_argument(vm, b).s, squeeze=True)
)


def _delete(vm: Interpreter, this: RString, first: Value, *sets: Value) -> str:
    inside = in_all_sets([string_argument(vm, s).s for s in (first, *sets)])
    return "".join(c for c in this.s if not inside(c))


_variants("delete", _delete)
_variants("squeeze", lambda vm, this, *sets: squeezed(this.s, [string_argument(vm, s).s for s in sets]))
_variants("delete_prefix", lambda vm, this, p: this.s.removeprefix(string_argument(vm, p).s))
_variants("delete_suffix", lambda vm, this, p: this.s.removesuffix(string_argument(vm, p).s))


def _padding(vm: Interpreter, this: RString, width: Value, pad: Value) -> tuple[int, str]:
    size, filler = int_of(vm, width), string_argument(vm, pad).s
    if not filler:
        raise argument_error("zero width padding")
    if size > len(this.s):
        vm.charge(size)
    return max(0, size - len(this.s)), filler


def _fill(filler: str, count: int) -> str:
    return (filler * (count // len(filler) + 1))[:count]


@method(STRING, "ljust")
def ljust(vm: Interpreter, this: RString, width: Value, pad: Value = RString(" ")) -> Value:
    count, filler = _padding(vm, this, width, pad)
    return like(this, this.s + _fill(filler, count))


@method(STRING, "rjust")
def rjust(vm: Interpreter, this: RString, width: Value, pad: Value = RString(" ")) -> Value:
    count, filler = _padding(vm, this, width, pad)
    return like(this, _fill(filler, count) + this.s)


@method(STRING, "center")
def center(vm: Interpreter, this: RString, width: Value, pad: Value = RString(" ")) -> Value:
    count, filler = _padding(vm, this, width, pad)
    left = count // 2
    return like(this, _fill(filler, left) + this.s + _fill(filler, count - left))


# --- sub and gsub -------------------------------------------------------------------------------------------------


def _expanded(vm: Interpreter, template: str, hit: RMatch) -> str:
    if "\\" not in template:
        return template
    out: list[str] = []
    at = 0
    while at < len(template):
        character = template[at]
        if character != "\\" or at + 1 >= len(template):
            out.append(character)
            at += 1
            continue
        mark = template[at + 1]
        at += 2
        if mark.isdigit() and mark.isascii():
            out.append(_group_text(hit, int(mark)))
        elif mark == "k" and template[at : at + 1] == "<" and ">" in template[at:]:
            end = template.index(">", at)
            name = template[at + 1 : end]
            if name.isdigit():
                out.append(_group_text(hit, int(name)))
            elif name in hit.regexp.names:
                out.append(hit.found.group(name) or "")
            else:
                raise RubyError.of(INDEX_ERROR, f"undefined group name reference: {name}")
            at = end + 1
        elif mark in "&`'\\":
            out.append({"&": hit.found.group(0), "`": hit.before().s, "'": hit.after().s, "\\": "\\"}[mark])
        else:
            out.append("\\" + mark)
    return "".join(out)


def _group_text(hit: RMatch, number: int) -> str:
    return (hit.found.group(number) or "") if number <= hit.found.re.groups else ""


def _substituted(
    vm: Interpreter, this: RString, pattern: Value, replacement: Value, block: RProc | None, once: bool
) -> tuple[RString, bool]:
    """(the new string, whether anything matched)."""
    if isinstance(pattern, RString) and isinstance(replacement, RString) and "\\" not in replacement.s:
        if pattern.s not in this.s:
            vm.match = None
            return like(this, this.s), False
        grown = len(this.s) + (1 if once else this.s.count(pattern.s)) * len(replacement.s)
        vm.charge(grown)
        enc = common_encoding(this, replacement)
        vm.match = to_pattern(vm, pattern).search(vm, this)
        return RString(this.s.replace(pattern.s, replacement.s, 1 if once else -1), enc), True
    regexp = to_pattern(vm, pattern)
    table = replacement if isinstance(replacement, RHash) else None
    template = None if table is not None or replacement is UNSET else string_argument(vm, replacement)
    out: list[RString | str] = []
    text, at, made = this.s, 0, 0
    last: RMatch | None = None
    for hit in regexp.finditer(vm, this):
        last = hit
        out.append(like(this, text[at : hit.start()]))
        if template is not None:
            new: RString = RString(_expanded(vm, template.s, hit), template.enc)
        elif table is not None:
            new = vm.to_rstring(vm.invoke(table, "[]", [hit.group(0)], None, None))
        else:
            assert block is not None
            vm.match = hit
            new = vm.to_rstring(vm.yield_(block, hit.group(0)))
        made += len(new.s)
        vm.charge(len(new.s))
        if made > vm.limits.string:
            vm.charge(made)
        out.append(new)
        at = hit.end()
        if once:
            break
    vm.match = last
    if last is None:
        return like(this, text), False
    out.append(like(this, text[at:]))
    joined = vm.join_strings(out)
    if this.enc != joined.enc and joined.s.isascii():
        joined.enc = this.enc
    return joined, True


def _substitution(name: str, *, once: bool, bang: bool) -> None:
    def run(
        vm: Interpreter, this: RString, pattern: Value, replacement: Value = UNSET, *, block: RProc | None
    ) -> Value:
        if replacement is UNSET and block is None:
            if once:
                raise argument_error("wrong number of arguments (given 1, expected 2)")
            from designer.evaluator.iterating import REnumerator

            return REnumerator(this, name, [pattern])
        if bang:
            check_frozen(vm, this)
        made, matched = _substituted(vm, this, pattern, replacement, block, once)
        if not bang:
            return made
        if not matched:
            return None
        this.s, this.enc = made.s, made.enc
        return this

    method(STRING, name)(run)
    builtin = STRING.methods[name]
    builtin.minimum, builtin.maximum = 1, 2


_substitution("sub", once=True, bang=False)
_substitution("gsub", once=False, bang=False)
_substitution("sub!", once=True, bang=True)
_substitution("gsub!", once=False, bang=True)


# --- split --------------------------------------------------------------------------------------------------------


@method(STRING, "split")
def split(vm: Interpreter, this: RString, separator: Value = None, limit: Value = 0, *, block: RProc | None) -> Value:
    most = int_of(vm, limit)
    found = split_text(vm, this, separator, most)
    vm.charge_elements(len(found))
    pieces = [like(this, t) for t in found]
    if block is None:
        return RArray(pieces)
    for one in pieces:
        vm.yield_(block, one)
    return this


def split_text(vm: Interpreter, this: RString, separator: Value, limit: int) -> list[str]:
    text = this.s
    if limit == 1:
        return [text] if text else []
    if separator is None or (isinstance(separator, RString) and separator.s == " "):
        found = _split_white(text, limit)
    elif isinstance(separator, RRegexp):
        found = _split_regex(vm, this, separator, limit)
    else:
        if not isinstance(separator, RString) and not isinstance(separator, RObject):
            given = describe_class(separator) if separator is None else class_of(separator).name
            raise RubyError.of("TypeError", f"wrong argument type {given} (expected Regexp)")
        mark = string_argument(vm, separator).s
        if not text:
            found = []
        elif mark == "":
            found = list(text) if limit <= 0 else [*text[: limit - 1], text[limit - 1 :]]
        else:
            found = text.split(mark, limit - 1 if limit > 0 else -1)
        if mark == "" and limit < 0 and text:
            found.append("")
    if limit == 0:
        while found and not found[-1]:
            found.pop()
    return found


def _split_white(text: str, limit: int) -> list[str]:
    found: list[str] = []
    white = _WHITE + "\0"
    at, size = 0, len(text)
    while at < size and text[at] in white:
        at += 1
    while at < size:
        if limit > 0 and len(found) == limit - 1:
            found.append(text[at:])
            return found
        end = at
        while end < size and text[end] not in white:
            end += 1
        found.append(text[at:end])
        had_white = end < size
        while end < size and text[end] in white:
            end += 1
        at = end
        if at >= size and had_white and limit != 0:
            found.append("")
    return found


def _split_regex(vm: Interpreter, this: RString, separator: RRegexp, limit: int) -> list[str]:
    text = this.s
    if not text:
        return []
    found: list[str] = []
    start = 0
    for hit in separator.finditer(vm, this):
        if limit > 0 and len(found) >= limit - 1:
            break
        if hit.start() == hit.end():
            if hit.start() >= len(text) or hit.start() == start == 0:
                if hit.start() == 0 and len(text) > 1:
                    continue
                break
            if hit.start() == start:
                continue
        found.append(text[start : hit.start()])
        found += [g for g in hit.found.groups() if g is not None]
        start = hit.end()
    found.append(text[start:])
    if limit < 0 and separator.search(vm, RString("")) is not None and start < len(text):
        found.append("")
    return found


@method(STRING, "upto")
def upto(vm: Interpreter, this: RString, last: Value, exclusive: Value = False, *, block: RProc | None) -> Value:
    from designer.evaluator.iterating import REnumerator, range_elements
    from designer.evaluator.values import RRange

    if block is None:
        return REnumerator(this, "upto", [last, exclusive])
    for one in range_elements(vm, RRange(this, string_argument(vm, last), exclusive not in (None, False))):
        vm.yield_(block, one)
    return this
