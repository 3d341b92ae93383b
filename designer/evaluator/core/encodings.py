"""Base64, percent-encoding and form-encoding as Ruby's libraries do them."""

from __future__ import annotations

import base64
import re

from designer.evaluator.errors import argument_error
from designer.evaluator.values import RString

_ALPHANUMERIC = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def base64_strict(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def base64_lines(data: bytes) -> str:
    """``Base64.encode64``: lines of 60 characters, each ended."""
    return "".join(base64_strict(data[i : i + 45]) + "\n" for i in range(0, len(data), 45))


def base64_urlsafe(data: bytes, *, padding: bool = True) -> str:
    text = base64.urlsafe_b64encode(data).decode("ascii")
    return text if padding else text.rstrip("=")


def base64_urlsafe_decoded(value: RString) -> bytes:
    """Strict, padding optional; ArgumentError "invalid base64"."""
    text = value.s
    if not text.endswith("=") and len(text) % 4:
        text += "=" * (-len(text) % 4)
    text = text.replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(text.encode("latin-1"), validate=True)
    except (ValueError, UnicodeEncodeError):
        raise argument_error("invalid base64") from None
    if base64_strict(decoded) != text:  # bits left over behind the last byte
        raise argument_error("invalid base64")
    return decoded


def percent_encoded(data: bytes, *, safe: bytes, plus: bool = False) -> str:
    """Everything but letters, digits and ``safe`` as ``%XX``; with ``plus`` a space is ``+``."""
    kept = _ALPHANUMERIC + safe
    return "".join("+" if plus and b == 0x20 else chr(b) if b in kept else f"%{b:02X}" for b in data)


def cgi_escape(data: bytes) -> str:
    return percent_encoded(data, safe=b"-_.~", plus=True)


def form_component(data: bytes) -> str:
    """``URI.encode_www_form_component``: ``*-._`` stay, space is ``+``."""
    return percent_encoded(data, safe=b"*-._", plus=True)


def percent_decoded(text: str, *, plus: bool) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    if plus:
        data = data.replace(b"+", b" ")
    return re.sub(rb"%([0-9a-fA-F]{2})", lambda m: bytes([int(m[1], 16)]), data)


def cgi_unescape(value: RString) -> RString:
    """``CGI.unescape``: UTF-8, where that is valid; else the encoding it had."""
    if value.enc == "ASCII-8BIT":
        return RString.from_bytes(percent_decoded(value.to_bytes().decode("utf-8", "surrogateescape"), plus=True))
    return RString.from_bytes(percent_decoded(value.s, plus=True))


_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def html_escape(text: str) -> str:
    return re.sub(r"[&<>\"']", lambda m: _HTML[m[0]], text)


def html_unescape(text: str) -> str:
    """``CGI.unescapeHTML``: the five named entities and numeric ones."""

    def plain(match: re.Match[str]) -> str:
        name = match[1]
        named = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}.get(name)
        if named:
            return named
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(code) if code < 0x110000 else match[0]

    return re.sub(r"&(amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});", plain, text)
