"""Secrets in spellings of somebody's own: only some letters escaped, escapes of several kinds, Base64 of more."""

from __future__ import annotations

import base64
import binascii
import html
import re
from html.entities import codepoint2name

__all__ = ["BASE64", "decoded", "in_any_spelling", "views"]

_SHORT = 4_000
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})")
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", '"': '"', "\\": "\\"}
_BY_SIGN = {value: name for name, value in _SIGNS.items() if name.isalpha()}


def views(text: str) -> frozenset[str]:
    """``text`` with the escapes of JSON, of XML and of a URL undone, as far as it has any: each kind by itself, and
    those of one within another."""
    made = {text}
    for sign, undone in (("\\", _unescaped), ("&", html.unescape), ("%", _unquoted)):
        if sign in text:
            made |= {undone(one) for one in made}
    if "%" in text and "+" in text and len(text) <= _SHORT:
        made |= {_unquoted(text.replace("+", " "))}
    return frozenset(made - {text})


def _unquoted(text: str) -> str:
    return _BYTES.sub(lambda match: bytes.fromhex(match[0].replace("%", "")).decode("utf-8", "replace"), text)


def _unescaped(text: str) -> str:
    if "\\u" in text:
        text = _CODE.sub(lambda match: chr(int(match[1], 16)), text)
    for name, sign in _SIGNS.items():
        text = text.replace(f"\\{name}", sign)
    return text


def decoded(text: str) -> str | None:
    """What a text of Base64, of whichever alphabet, says; None where it is no text."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def in_any_spelling(secret: str) -> re.Pattern[str]:
    """Finds ``secret`` with each letter as it is or escaped."""
    return re.compile("".join(map(_letter, secret)))


def _letter(letter: str) -> str:
    code = ord(letter)
    encoded = letter.encode("utf-8", "surrogatepass")
    ways = [
        re.escape(letter),
        "".join(f"(?i:%{byte:02x})" for byte in encoded),
        "".join(f"(?i:%25{byte:02x})" for byte in encoded),
        "".join(f"(?i:\\\\u{unit:04x})" for unit in _units(code)),
        f"(?i:&#0*{code};|&#x0*{code:x};)",
    ]
    if letter in _BY_SIGN:
        ways.append(rf"\\{_BY_SIGN[letter]}")
    elif not letter.isalnum():
        ways.append(rf"\\{re.escape(letter)}")
    if code in codepoint2name:
        ways.append(f"&{codepoint2name[code]};")
    if letter == " ":
        ways.append(r"\+")
    return f"(?:{'|'.join(ways)})"


def _units(code: int) -> tuple[int, ...]:
    """UTF-16."""
    return (code,) if code < 0x10000 else (0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF))
