"""Symbols and strings, and the encodings of these."""

from __future__ import annotations

import functools
from typing import ClassVar

from designer.evaluator import classes
from designer.evaluator.classes import RClass

UTF_8 = "UTF-8"
US_ASCII = "US-ASCII"
ASCII_8BIT = "ASCII-8BIT"


class Symbol:
    """``:name``. One object a name, so that identity is equality; made by ``sym``."""

    __slots__ = ("name",)
    _all: ClassVar[dict[str, Symbol]] = {}

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f":{self.name}"


def sym(name: str) -> Symbol:
    found = Symbol._all.get(name)
    if found is None:
        found = Symbol._all.setdefault(name, Symbol(name))
    return found


class RString:
    """A mutable Ruby string.

    ``s`` holds the characters. In UTF-8 an invalid byte is a lone surrogate (Python's ``surrogateescape``); in
    ASCII-8BIT each character is one byte (latin-1). ``cls`` is String or one of its subclasses.
    """

    __slots__ = ("cls", "enc", "frozen", "s")

    def __init__(self, s: str = "", enc: str = UTF_8, cls: RClass = classes.STRING, *, frozen: bool = False) -> None:
        self.s = s
        self.enc = enc
        self.cls = cls
        self.frozen = frozen

    @classmethod
    def binary(cls, data: bytes, ruby_class: RClass = classes.STRING) -> RString:
        """An ASCII-8BIT string; ``ruby_class`` is ``classes.BINARY`` for what the SDK wraps."""
        return cls(data.decode("latin-1"), ASCII_8BIT, ruby_class)

    @classmethod
    def from_bytes(cls, data: bytes, enc: str = UTF_8) -> RString:
        return cls(decode(data, enc), enc)

    def to_bytes(self) -> bytes:
        return encode(self.s, self.enc)

    @property
    def text(self) -> str:
        """The string as Unicode text; bytes that are not UTF-8 come out as replacement characters."""
        if self.enc == UTF_8 and self.s.isascii():
            return self.s
        if self.enc in (UTF_8, US_ASCII, ASCII_8BIT):
            return self.to_bytes().decode("utf-8", "replace")
        return self.s

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are valid UTF-8 text, whatever the encoding says."""
        if self.s.isascii():
            return True
        try:
            self.to_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    def __repr__(self) -> str:
        return f"RString({self.s!r}{'' if self.enc == UTF_8 else ', ' + self.enc})"


@functools.lru_cache(maxsize=1024)
def key_string(text: str) -> RString:
    """The frozen string a Hash keeps as its key; frozen, one does for all."""
    return RString(text, frozen=True)


_CODECS = {UTF_8: "utf-8", US_ASCII: "ascii", ASCII_8BIT: "latin-1", "Windows-31J": "cp932", "UTF-8-MAC": "utf-8"}


def codec(enc: str) -> str:
    """Python's name of a Ruby encoding."""
    return _CODECS.get(enc, enc)


def encode(text: str, enc: str) -> bytes:
    if enc == ASCII_8BIT:
        return text.encode("latin-1")
    if enc.startswith("UTF-") and enc != UTF_8:
        return text.encode(codec(enc), "surrogatepass")
    return text.encode(codec(enc), "surrogateescape")


def decode(data: bytes, enc: str) -> str:
    if enc == ASCII_8BIT:
        return data.decode("latin-1")
    if enc.startswith("UTF-") and enc != UTF_8:
        return data.decode(codec(enc), "replace")
    return data.decode(codec(enc), "surrogateescape")
