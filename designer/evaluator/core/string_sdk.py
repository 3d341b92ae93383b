"""String: what the SDK adds."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

from designer.evaluator import classes
from designer.evaluator.classes import BINARY, STRING, Value
from designer.evaluator.core.encodings import (
    base64_strict,
    base64_urlsafe,
    base64_urlsafe_decoded,
    cgi_unescape,
    percent_encoded,
)
from designer.evaluator.core.object import is_blank
from designer.evaluator.core.packing import decode_base64
from designer.evaluator.core.registry import UNSET, method
from designer.evaluator.core.string_change import split_text
from designer.evaluator.core.string_query import like
from designer.evaluator.errors import SDK_ARGUMENT_ERROR, RubyError
from designer.evaluator.interpreter import class_of
from designer.evaluator.macs import hash_told, mac
from designer.evaluator.numbers import int_of
from designer.evaluator.regexes import RRegexp
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RArray, RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def binary(data: bytes) -> RString:
    """What the SDK wraps digests and decoded bytes in."""
    return RString.binary(data, BINARY)


@method(STRING, "binary?")
def is_binary(vm: Interpreter, this: RString) -> Value:
    return this.cls is BINARY or (this.enc == "ASCII-8BIT" and this.cls is not classes.UNICODE_STRING)


@method(STRING, "is_int?")
def is_int(vm: Interpreter, this: RString) -> Value:
    return not is_blank(vm, this) and all("0" <= c <= "9" for c in this.s)


@method(STRING, "is_number?")
def is_number(vm: Interpreter, this: RString) -> Value:
    if is_blank(vm, this):
        return False
    if any(re.fullmatch(r"[0-9]+", line) for line in this.s.split("\n")):
        return True
    from designer.evaluator.core.kernel import _float

    try:
        _float(vm, this)
    except RubyError:
        return False
    return True


@method(STRING, "split_strip_compact")
def split_strip_compact(vm: Interpreter, this: RString, pattern: Value, parts: Value = 0) -> Value:
    pieces = [like(this, t.strip("\0\t\n\v\f\r ")) for t in split_text(vm, this, pattern, int_of(vm, parts))]
    return RArray([p for p in pieces if not is_blank(vm, p)])


@method(STRING, "strip_tags")
def strip_tags(vm: Interpreter, this: RString) -> Value:
    from designer.evaluator.core.html import text_content

    return like(this, text_content(this.text))


@method(STRING, "quote")
def quote(vm: Interpreter, this: RString) -> Value:
    return like(this, this.s.replace("'", "''"))


_ASCII = {
    "Æ": "AE", "æ": "ae", "Ð": "D", "ð": "d", "Ø": "O", "ø": "o", "Þ": "Th", "þ": "th", "ß": "ss", "Đ": "D",
    "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i", "ĸ": "k", "Ł": "L", "ł": "l", "ŉ": "'n", "Ŋ": "NG", "ŋ": "ng",
    "Œ": "OE", "œ": "oe", "Ŧ": "T", "ŧ": "t", "×": "x", "Ĳ": "IJ", "ĳ": "ij", "Ŀ": "L", "ŀ": "l", "ſ": "s",
}  # fmt: skip


def transliterated(text: str, replacement: str = "?") -> str:
    """I18n's Latin letters to ASCII; anything else becomes ``replacement``."""
    out: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if character.isascii():
            out.append(character)
            continue
        plain = _ASCII.get(character)
        if plain is None and 0xC0 <= ord(character) <= 0x17F:
            base = unicodedata.normalize("NFD", character)[0]
            plain = base if base.isascii() else None
        out.append(replacement if plain is None else plain)
    return "".join(out)


@method(STRING, "transliterate")
def transliterate(vm: Interpreter, this: RString, replacement: Value = UNSET) -> Value:
    return RString(transliterated(this.text, "?" if replacement is UNSET else string_argument(vm, replacement).s))


_WORDS = r"_+|(?<!\d)(?=\d)|(?<=\d)(?!\d)|(?<![A-Z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z][^A-Z0-9_])"


@method(STRING, "labelize")
def labelize(vm: Interpreter, this: RString, *acronyms: Value) -> Value:
    from designer.evaluator.core.inflections import humanize

    known: list[Value] = [RRegexp("^id$", 1), RRegexp("^ur[il]$", 1), *acronyms]
    words = [w for w in split_text(vm, this, RRegexp(_WORDS), 0) if not is_blank(vm, RString(w))]
    out: list[str] = []
    for place, word in enumerate(words):
        if re.search(r"^[A-Z]+$", word, re.M):
            out.append(word)
        elif any(vm.invoke(a, "=~", [RString(word)], None, None) is not None for a in known):
            out.append(word.upper())
        elif place == 0:
            out.append(humanize(word))
        else:
            out.append(word.lower())
    return RString(" ".join(out))


@method(STRING, "to_hex", "encode_hex")
def to_hex(vm: Interpreter, this: RString) -> Value:
    data = this.to_bytes()
    vm.charge(2 * len(data))
    return RString(data.hex(), "US-ASCII")


@method(STRING, "decode_hex")
def decode_hex(vm: Interpreter, this: RString) -> Value:
    from designer.evaluator.core.packing import pack

    return binary(pack(vm, [this], "H*").to_bytes())


@method(STRING, "encode_base64", "base64")
def encode_base64(vm: Interpreter, this: RString) -> Value:
    return RString(base64_strict(this.to_bytes()), "US-ASCII")


@method(STRING, "decode_base64")
def decode_base64_(vm: Interpreter, this: RString) -> Value:
    return binary(decode_base64(this.to_bytes()))


@method(STRING, "encode_urlsafe_base64")
def encode_urlsafe_base64(vm: Interpreter, this: RString) -> Value:
    return RString(base64_urlsafe(this.to_bytes()), "US-ASCII")


@method(STRING, "decode_urlsafe_base64")
def decode_urlsafe_base64(vm: Interpreter, this: RString) -> Value:
    return binary(base64_urlsafe_decoded(this))


@method(STRING, "encode_url")
def encode_url(vm: Interpreter, this: RString) -> Value:
    return RString(percent_encoded(this.to_bytes(), safe=b"-_.~"), "US-ASCII" if this.s.isascii() else "UTF-8")


@method(STRING, "decode_url")
def decode_url(vm: Interpreter, this: RString) -> Value:
    return cgi_unescape(this)


@method(STRING, "encode_sha256")
def encode_sha256(vm: Interpreter, this: RString) -> Value:
    data = this.to_bytes()
    return binary(hash_told(vm, "sha256", data, hashlib.sha256(data).digest()))


@method(STRING, "encode_sha512")
def encode_sha512(vm: Interpreter, this: RString) -> Value:
    return binary(hashlib.sha512(this.to_bytes()).digest())


@method(STRING, "encode_sha512_256")
def encode_sha512_256(vm: Interpreter, this: RString) -> Value:
    return binary(sha512_256(this.to_bytes()).hex().encode("ascii"))


def sha512_256(data: bytes) -> bytes:
    return hashlib.new("sha512_256", data).digest()


@method(STRING, "sha1")
def sha1(vm: Interpreter, this: RString) -> Value:
    return binary(hashlib.sha1(this.to_bytes()).digest())


@method(STRING, "md5_hexdigest")
def md5_hexdigest(vm: Interpreter, this: RString) -> Value:
    return RString(hashlib.md5(this.to_bytes()).hexdigest(), "US-ASCII")


def _key(value: Value) -> bytes:
    if not isinstance(value, RString):
        raise RubyError.of(SDK_ARGUMENT_ERROR, f"Expected a String for 'key' parameter, given {class_of(value).name}")
    return value.to_bytes()


def _hmac(name: str, algorithm: str) -> None:
    def run(vm: Interpreter, this: RString, key: Value) -> Value:
        return binary(mac(vm, algorithm, _key(key), this.to_bytes()))

    method(STRING, name)(run)


for _name in ("sha256", "sha512", "sha1", "md5"):
    _hmac(f"hmac_{_name}", _name)


def _rsa(name: str, algorithm: str, *, wraps: bool) -> None:
    def run(vm: Interpreter, this: RString, key: Value) -> Value:
        pem = _key(key)
        try:
            loaded = vm.ports.crypto.load_key(pem, None, "RSA")
            return binary(vm.ports.crypto.sign(loaded, algorithm, this.to_bytes()))
        except RubyError as error:
            if wraps and error.exception.cls.name == "OpenSSL::PKey::RSAError":
                raise RubyError.of(SDK_ARGUMENT_ERROR, error.exception.message) from None
            raise

    method(STRING, name)(run)


_rsa("rsa_sha256", "sha256", wraps=False)
_rsa("rsa_sha512", "sha512", wraps=True)


@method(STRING, "from_xml")
def from_xml(vm: Interpreter, this: RString) -> Value:
    from designer.evaluator.core.xml import parse_xml

    return parse_xml(vm, this)


@method(BINARY, "as_string")
def as_string(vm: Interpreter, this: RString, name: Value) -> Value:
    from designer.evaluator.core.string_convert import encoding_name

    enc = encoding_name(vm, name)
    text = RString.from_bytes(this.to_bytes(), enc)
    if enc == "UTF-8":
        return text
    return RString(re.sub("[\udc80-\udcff]", "?", text.s), enc)


@method(BINARY, "as_utf8")
def as_utf8(vm: Interpreter, this: RString) -> Value:
    return as_string(vm, this, RString("utf-8"))
