"""``Array#pack`` and ``String#unpack``."""

from __future__ import annotations

import base64
import re
import struct
from typing import TYPE_CHECKING

from designer.evaluator.classes import Value
from designer.evaluator.errors import CannotEvaluate, LimitExceeded, argument_error
from designer.evaluator.numbers import float_of, int_of
from designer.evaluator.strings import string_argument
from designer.evaluator.values import RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_LONGEST_TEMPLATE = 10_000
_DIRECTIVE = re.compile(r"([a-zA-Z@])([_!<>]*)(\*|\d+)?")
_INTEGERS = {
    "C": "B", "c": "b", "S": "H", "s": "h", "L": "I", "l": "i", "Q": "Q", "q": "q", "J": "Q", "j": "q",
    "I": "I", "i": "i", "n": ">H", "N": ">I", "v": "<H", "V": "<I",
}  # fmt: skip
_FLOATS = {"D": "<d", "d": "<d", "F": "<f", "f": "<f", "E": "<d", "e": "<f", "G": ">d", "g": ">f"}


def _directives(template: str) -> list[tuple[str, str, str | None]]:
    if len(template) > _LONGEST_TEMPLATE:
        raise LimitExceeded("The code packs by a template that is too long to be run here.")
    cleaned = re.sub(r"#[^\n]*|\s+", "", template)
    found: list[tuple[str, str, str | None]] = []
    at = 0
    while at < len(cleaned):
        match = _DIRECTIVE.match(cleaned, at)
        if not match:
            raise argument_error(f"unknown pack directive '{cleaned[at]}' in '{template}'")
        found.append((match[1], match[2], match[3]))
        at = match.end()
    return found


def _format(letter: str, modifiers: str) -> str:
    code = _INTEGERS[letter]
    if code[0] in "<>":
        return code
    if letter in "Ll" and ("_" in modifiers or "!" in modifiers):
        code = {"L": "Q", "l": "q"}[letter]
    return (">" if ">" in modifiers else "<") + code


def pack(vm: Interpreter, items: list[Value], template: str) -> RString:
    out = bytearray()
    place = 0
    text = False

    def take() -> Value:
        nonlocal place
        if place >= len(items):
            raise argument_error("too few arguments")
        place += 1
        return items[place - 1]

    for number, (letter, modifiers, count) in enumerate(_directives(template)):
        repeat = len(items) - place if count == "*" else int(count or 1)
        if count not in (None, "*"):
            vm.charge(repeat)
        if letter in "aAZ":
            data = string_argument(vm, take()).to_bytes()
            if count == "*":
                out += data + (b"\0" if letter == "Z" else b"")
            else:
                out += data[:repeat].ljust(repeat, b" " if letter == "A" else b"\0")
        elif letter in "Hh":
            out += _pack_hex(string_argument(vm, take()).to_bytes(), letter, count)
        elif letter in "Bb":
            out += _pack_bits(string_argument(vm, take()).s, letter, count)
        elif letter == "m":
            out += _pack_base64(string_argument(vm, take()).to_bytes(), count)
        elif letter == "M":
            raise CannotEvaluate("pack('M')")
        elif letter in _INTEGERS:
            form = _format(letter, modifiers)
            width = struct.calcsize(form)
            for _ in range(repeat):
                value = int_of(vm, take()) & ((1 << (8 * width)) - 1)
                out += value.to_bytes(width, "big" if form[0] == ">" else "little")
        elif letter in _FLOATS:
            for _ in range(repeat):
                out += struct.pack(_FLOATS[letter], float_of(vm, take()))
        elif letter == "U":
            text = text or number == 0
            for _ in range(repeat):
                out += chr(int_of(vm, take())).encode("utf-8", "surrogatepass")
        elif letter == "w":
            for _ in range(repeat):
                out += _ber(int_of(vm, take()))
        elif letter == "x":
            out += b"\0" * (0 if count == "*" else repeat)
        else:
            raise CannotEvaluate(f"pack('{letter}')")
    vm.charge(len(out))
    plain = all(letter in "mMu" for letter, _, _ in _directives(template)) and template
    if text:
        return RString.from_bytes(bytes(out))
    made = RString.binary(bytes(out))
    if plain:
        made.enc = "US-ASCII"
    return made


def _pack_hex(digits: bytes, letter: str, count: str | None) -> bytes:
    digits = digits if count == "*" else digits[: int(count or 1)]
    # Letters beyond f are taken too, by their low bits.
    nibbles = [(c + 9 if c < 0x80 and chr(c).isalpha() else c) & 15 for c in digits]
    if len(nibbles) % 2:
        nibbles.append(0)
    pairs = zip(nibbles[::2], nibbles[1::2], strict=True)
    return bytes((a << 4 | b) if letter == "H" else (b << 4 | a) for a, b in pairs)


def _pack_bits(digits: str, letter: str, count: str | None) -> bytes:
    digits = digits if count == "*" else digits[: int(count or 1)]
    digits = "".join(str(ord(c) & 1) for c in digits)
    digits += "0" * (-len(digits) % 8)
    groups = [digits[i : i + 8] for i in range(0, len(digits), 8)]
    return bytes(int(g if letter == "B" else g[::-1], 2) for g in groups)


def _pack_base64(data: bytes, count: str | None) -> bytes:
    if count == "0":
        return base64.b64encode(data)
    length = 45 if count in (None, "*") or int(count or 0) < 3 else int(count or 45) // 3 * 3
    return b"".join(base64.b64encode(data[i : i + length]) + b"\n" for i in range(0, len(data), length))


def _ber(value: int) -> bytes:
    if value < 0:
        raise argument_error("can't compress negative numbers")
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def unpack(vm: Interpreter, data: bytes, template: str, *, once: bool = False) -> list[Value]:
    found: list[Value] = []
    at = 0
    for letter, modifiers, count in _directives(template):
        rest = len(data) - at
        if letter in "aAZ":
            size = rest if count == "*" else min(rest, int(count or 1))
            piece = data[at : at + size]
            at += size
            if letter == "A":
                piece = piece.rstrip(b" \0")
            elif letter == "Z" and b"\0" in piece:
                if count == "*":
                    at += piece.index(b"\0") + 1 - size
                piece = piece[: piece.index(b"\0")]
            found.append(RString.binary(piece))
        elif letter in "Hh":
            size = rest * 2 if count == "*" else min(rest * 2, int(count or 1))
            piece = data[at : at + (size + 1) // 2]
            at += len(piece)
            digits = piece.hex() if letter == "H" else "".join(f"{b & 15:x}{b >> 4:x}" for b in piece)
            found.append(RString(digits[:size], "US-ASCII"))
        elif letter in "Bb":
            size = rest * 8 if count == "*" else min(rest * 8, int(count or 1))
            piece = data[at : at + (size + 7) // 8]
            at += len(piece)
            bits = "".join(f"{b:08b}" if letter == "B" else f"{b:08b}"[::-1] for b in piece)
            found.append(RString(bits[:size], "US-ASCII"))
        elif letter == "m":
            found.append(RString.binary(decode_base64(data[at:], strict=count == "0")))
            at = len(data)
        elif letter in _INTEGERS or letter in _FLOATS:
            form = _format(letter, modifiers) if letter in _INTEGERS else _FLOATS[letter]
            width = struct.calcsize(form)
            for _ in range(rest // width if count == "*" else int(count or 1)):
                if at + width > len(data):
                    found.append(None)
                    continue
                found.append(struct.unpack(form, data[at : at + width])[0])
                at += width
        elif letter == "U":
            text = data[at:].decode("utf-8", "surrogateescape")
            taken = text if count == "*" else text[: int(count or 1)]
            found += [ord(c) for c in taken]
            at += len(taken.encode("utf-8", "surrogateescape"))
        elif letter == "x":
            at += rest if count == "*" else int(count or 1)
        elif letter == "@":
            at = int(count or 0)
        else:
            raise CannotEvaluate(f"unpack('{letter}')")
        vm.charge_elements(len(found))
        if once and found:
            return found[:1]
    return found


def decode_base64(data: bytes, *, strict: bool = False) -> bytes:
    """``unpack1('m')``: lenient; ``strict`` is ``unpack1('m0')``, ArgumentError "invalid base64"."""
    if strict:
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            raise argument_error("invalid base64") from None
    # Padding ends the data where it can stand: as third or fourth character of four. Elsewhere it is passed over.
    known = re.sub(rb"[^A-Za-z0-9+/=]", b"", data)
    kept = bytearray()
    for character in known:
        if character != ord("="):
            kept.append(character)
        elif len(kept) % 4 > 1:
            break
    cleaned = bytes(kept)
    if len(cleaned) % 4 == 1:
        cleaned = cleaned[:-1]
    return base64.b64decode(cleaned + b"=" * (-len(cleaned) % 4))
