"""String: numbers, symbols, bytes and encodings of it."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import ENCODING, STRING, RClass, Value
from designer.evaluator.core.kernel import digits_value
from designer.evaluator.core.packing import unpack
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.core.string_query import like
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error
from designer.evaluator.inspecting import string_inspect
from designer.evaluator.numbers import RDecimal, RRational, decimal_of, int_of
from designer.evaluator.strings import check_frozen, string_argument
from designer.evaluator.values import ASCII_8BIT, UTF_8, RHash, RObject, RProc, RString, Symbol, codec, decode, sym

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


class REncoding(RObject):
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(ENCODING)
        self.name = name
        self.frozen = True

    def plain_text(self) -> str:
        return self.name


_ENCODINGS = {
    name: REncoding(name)
    for name in (
        "UTF-8", "ASCII-8BIT", "US-ASCII", "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE", "UTF-32",
        "ISO-8859-1", "ISO-8859-2", "ISO-8859-15", "Windows-1250", "Windows-1251", "Windows-1252", "Shift_JIS",
        "EUC-JP", "Windows-31J", "GB18030", "GBK", "Big5", "EUC-KR", "KOI8-R", "IBM437",
    )
}  # fmt: skip
_ALIASES = {
    "binary": "ASCII-8BIT", "ascii": "US-ASCII", "utf8": "UTF-8", "latin1": "ISO-8859-1", "cp1252": "Windows-1252",
    "cp1251": "Windows-1251", "cp1250": "Windows-1250", "sjis": "Shift_JIS", "eucjp": "EUC-JP", "cp932": "Windows-31J",
    "ascii-8bit": "ASCII-8BIT", "cp65001": "UTF-8", "locale": "UTF-8", "external": "UTF-8", "filesystem": "UTF-8",
    "csshiftjis": "Shift_JIS", "iso8859-1": "ISO-8859-1", "ansi_x3.4-1968": "US-ASCII", "646": "US-ASCII",
}  # fmt: skip
_BY_NAME = {name.lower(): name for name in _ENCODINGS} | _ALIASES
for _name, _encoding in _ENCODINGS.items():
    for _constant in (_name.replace("-", "_"), _name.replace("-", "_").upper()):
        ENCODING.constants[_constant] = _encoding
ENCODING.constants["BINARY"] = _ENCODINGS["ASCII-8BIT"]
ENCODING.constants["ASCII"] = _ENCODINGS["US-ASCII"]


def encoding_name(vm: Interpreter, value: Value) -> str:
    if isinstance(value, REncoding):
        return value.name
    text = string_argument(vm, value).s
    found = _BY_NAME.get(text.lower())
    if found is None:
        raise argument_error(f"unknown encoding name - {text}")
    return found


@singleton(ENCODING, "default_external")
def default_external(vm: Interpreter, this: RClass) -> Value:
    return _ENCODINGS[UTF_8]


@singleton(ENCODING, "default_internal")
def default_internal(vm: Interpreter, this: RClass) -> Value:
    return None


@singleton(ENCODING, "find")
def find_encoding(vm: Interpreter, this: RClass, name: Value) -> Value:
    return _ENCODINGS[encoding_name(vm, name)]


@method(ENCODING, "name", "to_s")
def name_of_encoding(vm: Interpreter, this: REncoding) -> Value:
    return RString(this.name, "US-ASCII")


@method(ENCODING, "inspect")
def inspect_encoding(vm: Interpreter, this: REncoding) -> Value:
    return RString(f"#<Encoding:{this.name}>")


@method(STRING, "to_s")
def to_s(vm: Interpreter, this: RString) -> Value:
    return this if this.cls in (STRING, classes.BINARY) else like(this, this.s)


@method(STRING, "to_str")
def to_str(vm: Interpreter, this: RString) -> Value:
    return this if this.cls is STRING else like(this, this.s)


@method(STRING, "to_sym", "intern")
def to_sym(vm: Interpreter, this: RString) -> Value:
    return sym(this.s)


@method(STRING, "inspect")
def inspect(vm: Interpreter, this: RString) -> Value:
    return RString(string_inspect(this))


@method(STRING, "dump")
def dump(vm: Interpreter, this: RString) -> Value:
    text = string_inspect(this)
    return RString(
        re.sub(
            r"[^\x00-\x7f]", lambda m: f"\\u{ord(m[0]):04X}" if ord(m[0]) < 0x10000 else f"\\u{{{ord(m[0]):X}}}", text
        )
    )


_LEADING_INTEGER = re.compile(r"[\s\0]*([+-]?)(\d+(?:_\d+)*)", re.A)
_LEADING_FLOAT = re.compile(
    r"\s*([+-]?(?:\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?)", re.I | re.A
)


@method(STRING, "to_i")
def to_i(vm: Interpreter, this: RString, base: Value = 10) -> Value:
    radix = int_of(vm, base)
    if radix < 0 or radix == 1 or radix > 36:
        raise argument_error(f"invalid radix {radix}")
    if radix == 10:
        match = _LEADING_INTEGER.match(this.s)
        if not match:
            return 0
        digits = match[2].replace("_", "")
        if len(digits) > 4000:
            vm.charge(len(digits) * len(digits) // 1000)
            if len(digits) > 100_000:
                raise CannotEvaluate("an integer this long")
        value = digits_value(digits)
        return -value if match[1] == "-" else value
    return _in_base(this.s, radix)


def _in_base(text: str, radix: int) -> int:
    text = text.strip().lower()
    sign = -1 if text.startswith("-") else 1
    text = text.lstrip("+-") if text[:1] in "+-" else text
    prefixes = {2: ("0b",), 8: ("0o", "0"), 16: ("0x",), 0: ("0x", "0b", "0o", "0")}
    for prefix in prefixes.get(radix, ()):
        if text.startswith(prefix):
            text = text[len(prefix) :]
            if radix == 0:
                radix = {"0x": 16, "0b": 2, "0o": 8, "0": 8}[prefix]
            break
    radix = radix or 10
    value, last = 0, "_"
    for character in text[:20_000]:
        if character == "_" and last != "_":
            last = character
            continue
        digit = "0123456789abcdefghijklmnopqrstuvwxyz".find(character)
        if digit < 0 or digit >= radix:
            break
        value, last = value * radix + digit, character
    return sign * value


@method(STRING, "to_f")
def to_f(vm: Interpreter, this: RString) -> Value:
    match = _LEADING_FLOAT.match(this.s)
    return float(match[1].replace("_", "")) if match else 0.0


@method(STRING, "to_r")
def to_r(vm: Interpreter, this: RString) -> Value:
    match = re.match(r"\s*([+-]?\d+(?:\.\d+)?)(?:/(\d+))?", this.s)
    if not match:
        return RRational(Fraction(0))
    return RRational(Fraction(match[1]) / (int(match[2] or 1) or 1))


@method(STRING, "to_d")
def to_d(vm: Interpreter, this: RString) -> Value:
    match = _LEADING_FLOAT.match(this.s)
    return RDecimal(decimal_of(match[1] if match else "0"))


@method(STRING, "hex")
def hex_(vm: Interpreter, this: RString) -> Value:
    return _in_base(this.s, 16)


@method(STRING, "oct")
def oct_(vm: Interpreter, this: RString) -> Value:
    text = this.s.strip().lower().lstrip("+-")
    return _in_base(this.s, 0 if text.startswith(("0x", "0b", "0o")) else 8)


@method(STRING, "encoding")
def encoding(vm: Interpreter, this: RString) -> Value:
    return _ENCODINGS[this.enc]


@method(STRING, "force_encoding")
def force_encoding(vm: Interpreter, this: RString, name: Value) -> Value:
    check_frozen(vm, this)
    found = encoding_name(vm, name)
    if found != this.enc:
        data = this.to_bytes()
        this.enc, this.s = found, decode(data, found)
    return this


@method(STRING, "valid_encoding?")
def valid_encoding(vm: Interpreter, this: RString) -> Value:
    if this.enc == ASCII_8BIT:
        return True
    return not any("\udc80" <= c <= "\udcff" for c in this.s)


@method(STRING, "ascii_only?")
def ascii_only(vm: Interpreter, this: RString) -> Value:
    return this.s.isascii() and not this.enc.startswith(("UTF-16", "UTF-32"))


@method(STRING, "b")
def b(vm: Interpreter, this: RString) -> Value:
    return RString.binary(this.to_bytes())


@method(STRING, "scrub")
def scrub(vm: Interpreter, this: RString, replacement: Value = None, *, block: RProc | None) -> Value:
    text = "\ufffd" if replacement is None else string_argument(vm, replacement).s
    if this.enc == ASCII_8BIT:
        return like(this, this.s)
    return like(this, re.sub("[\udc80-\udcff]+", lambda m: text * (1 if len(m[0]) < 4 else len(m[0])), this.s))


@method(STRING, "scrub!")
def scrub_bang(vm: Interpreter, this: RString, replacement: Value = None) -> Value:
    check_frozen(vm, this)
    this.s = scrub(vm, this, replacement, block=None).s
    return this


def _bad(character: str, source: str, target: str, *, invalid: bool) -> RubyError:
    if invalid:
        data = f'"\\x{ord(character) & 0xFF:02X}"'
        if source == ASCII_8BIT:
            return RubyError.of("Encoding::UndefinedConversionError", f"{data} from ASCII-8BIT to {target}")
        return RubyError.of("Encoding::InvalidByteSequenceError", f"{data} on {source}")
    route = f"from {source} to {target}" if source == UTF_8 else f"to UTF-8 in conversion from {source}"
    shown = f"U+{ord(character):04X}"
    if source not in (UTF_8,):
        return RubyError.of("Encoding::UndefinedConversionError", f"{shown} {route} to {target}")
    return RubyError.of("Encoding::UndefinedConversionError", f"{shown} {route}")


def encoded(
    vm: Interpreter, this: RString, target: str, source: str | None = None, options: RHash | None = None
) -> RString:
    """``encode``: to ``target``, with ``invalid:``, ``undef:``, ``replace:``, ``xml:``, ``universal_newline:``."""
    wanted = options or RHash()
    replace = wanted.get(sym("replace"))
    filler = None if replace is None else string_argument(vm, replace).text
    drops_invalid = wanted.get(sym("invalid")) is sym("replace")
    drops_undefined = wanted.get(sym("undef")) is sym("replace")
    fallback = wanted.get(sym("fallback"))
    if fallback is not None:
        raise CannotEvaluate("encode(fallback:)")
    origin = source or this.enc
    text = this.s if origin == this.enc else decode(this.to_bytes(), origin)
    if origin == target and not (drops_invalid and origin == UTF_8):
        return RString(_marked_up(_newlines(text, wanted), wanted), target)
    default = "\ufffd" if target.startswith("UTF-") else "?"
    filler = default if filler is None else filler
    out: list[str] = []
    for character in text:
        code = ord(character)
        if character.isascii():
            out.append(character)
        elif 0xDC80 <= code <= 0xDCFF or origin == ASCII_8BIT or (origin == "US-ASCII"):
            drops = drops_undefined if origin == ASCII_8BIT else drops_invalid
            if not drops:
                raise _bad(character, origin, target, invalid=True)
            out.append(filler)
        elif target == ASCII_8BIT or not _fits(character, target):
            if not drops_undefined:
                raise _bad(character, origin, target, invalid=False)
            out.append(filler)
        else:
            out.append(character)
    return RString(_marked_up(_newlines("".join(out), wanted), wanted), target)


def _marked_up(text: str, options: RHash) -> str:
    xml = options.get(sym("xml"))
    if not isinstance(xml, Symbol):
        return text
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return '"' + text.replace('"', "&quot;") + '"' if xml.name == "attr" else text


def _newlines(text: str, options: RHash) -> str:
    if options.get(sym("universal_newline")) not in (None, False):
        return text.replace("\r\n", "\n").replace("\r", "\n")
    if options.get(sym("crlf_newline")) not in (None, False):
        return text.replace("\n", "\r\n")
    return text


def _fits(character: str, target: str) -> bool:
    if target.startswith("UTF-"):
        return True
    try:
        character.encode(codec(target))
    except UnicodeEncodeError:
        return False
    return True


@method(STRING, "encode")
def encode_(
    vm: Interpreter, this: RString, target: Value = UNSET, source: Value = UNSET, *, kwargs: RHash | None
) -> Value:
    to = UTF_8 if target is UNSET else _converter(vm, target, this)
    return encoded(vm, this, to, None if source is UNSET else _converter(vm, source, this), kwargs)


def _converter(vm: Interpreter, value: Value, this: RString) -> str:
    try:
        return encoding_name(vm, value)
    except RubyError:
        name = string_argument(vm, value).s
        raise RubyError.of(
            "Encoding::ConverterNotFoundError", f"code converter not found ({this.enc} to {name})"
        ) from None


@method(STRING, "encode!")
def encode_bang(
    vm: Interpreter, this: RString, target: Value = UNSET, source: Value = UNSET, *, kwargs: RHash | None
) -> Value:
    check_frozen(vm, this)
    made = encode_(vm, this, target, source, kwargs=kwargs)
    this.s, this.enc = made.s, made.enc
    return this


def normalised(vm: Interpreter, this: RString, form: Value) -> str:
    name = "nfc" if form is UNSET else form.name
    if name not in ("nfc", "nfd", "nfkc", "nfkd"):
        raise argument_error(f"Invalid normalization form {name}.")
    return unicodedata.normalize(name.upper(), this.s)  # type: ignore[arg-type]


@method(STRING, "unicode_normalize")
def unicode_normalize(vm: Interpreter, this: RString, form: Value = UNSET) -> Value:
    return like(this, normalised(vm, this, form))


@method(STRING, "unpack")
def unpack_(vm: Interpreter, this: RString, template: Value) -> Value:
    from designer.evaluator.values import RArray

    return RArray(unpack(vm, this.to_bytes(), string_argument(vm, template).s))


@method(STRING, "unpack1")
def unpack1(vm: Interpreter, this: RString, template: Value) -> Value:
    found = unpack(vm, this.to_bytes(), string_argument(vm, template).s, once=True)
    return found[0] if found else None
