"""PEM blocks (RFC 7468) as a person can tell them apart: what is in them, and its fingerprint."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

__all__ = ["fingerprinted", "hide_private_keys", "in_words"]

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----(?:\s|\\n)*", re.DOTALL)
_BREAK = re.compile(r"\s|\\r|\\n")
_SHOWN = 16
"""Hexadecimal digits of a fingerprint that are told."""


def fingerprinted(text: str) -> str:
    """``text`` with each PEM block in a few words: ``PRIVATE KEY (SHA-256 1f3a9c0d…, 5 lines)``. The fingerprint is
    that of the DER inside, the same however its lines are broken."""
    return _BLOCK.sub(_words, text) if "-----BEGIN " in text else text


def in_words(text: str) -> str | None:
    """A text of PEM blocks and nothing else as ``fingerprinted`` tells them, None for any other."""
    if "-----BEGIN " not in text or _BLOCK.sub("", text).strip():
        return None
    return ", ".join(_words(found) for found in _BLOCK.finditer(text))


def hide_private_keys(text: str) -> str:
    """``text`` with its private keys, and those alone, as ``fingerprinted`` tells them."""
    if "PRIVATE KEY-----" not in text:
        return text
    return _BLOCK.sub(lambda found: _words(found) if "PRIVATE" in found[1] else found[0], text)


def _words(found: re.Match[str]) -> str:
    inside = _BREAK.sub("", found[2])
    try:
        content = base64.b64decode(inside, validate=True)
    except (binascii.Error, ValueError):  # with headers, as an encrypted key of the old kind has them
        content = inside.encode()
    digest = hashlib.sha256(content).hexdigest()[:_SHOWN]
    lines = found[0].strip().count("\n") + 1
    return f"{found[1]} (SHA-256 {digest}…, {lines} line{'' if lines == 1 else 's'})"
