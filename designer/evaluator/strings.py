"""Joining strings of different encodings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from designer.evaluator.errors import ENCODING_COMPATIBILITY_ERROR, FROZEN_ERROR, RubyError, type_error
from designer.evaluator.values import ASCII_8BIT, UTF_8, RString

if TYPE_CHECKING:
    from designer.evaluator.classes import Value
    from designer.evaluator.interpreter import Interpreter


def incompatible(a: str, b: str) -> RubyError:
    return RubyError.of(ENCODING_COMPATIBILITY_ERROR, f"incompatible character encodings: {a} and {b}")


def common_encoding(a: RString, b: RString) -> str:
    """The encoding of ``a + b``; raises Encoding::CompatibilityError."""
    if a.enc == b.enc:
        return a.enc
    if not b.s:
        return a.enc
    if not a.s:
        return a.enc if b.s.isascii() and _ascii_based(a.enc) else b.enc
    if b.s.isascii() and _ascii_based(a.enc) and _ascii_based(b.enc):
        return a.enc
    if a.s.isascii() and _ascii_based(a.enc) and _ascii_based(b.enc):
        return b.enc
    raise incompatible(a.enc, b.enc)


def _ascii_based(enc: str) -> bool:
    return not enc.startswith(("UTF-16", "UTF-32"))


def combine(vm: Interpreter, parts: Iterable[RString | str]) -> RString:
    """One string of all; Python strings are UTF-8."""
    if not isinstance(parts, list):
        parts = list(parts)
    if all([isinstance(part, str) or part.enc == UTF_8 for part in parts]):  # noqa: C419 (a list is quicker)
        text = "".join([part if isinstance(part, str) else part.s for part in parts])
        vm.charge(len(text))
        return RString(_whole(text))
    pieces: list[str] = []
    enc = UTF_8
    plain = True
    total = RString("")
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
            if not plain and not part.isascii():
                total = RString(part)
                if enc != UTF_8:
                    raise incompatible(enc, UTF_8)
        else:
            if part.enc not in (UTF_8, "US-ASCII"):
                enc = common_encoding(RString("".join(pieces), enc), part)
                plain = False
            elif enc != UTF_8:
                enc = common_encoding(RString("".join(pieces), enc), part)
            pieces.append(part.s)
    del total
    text = "".join(pieces)
    vm.charge(len(text))
    return RString(_whole(text) if enc == UTF_8 else text, enc)


def _whole(text: str) -> str:
    """Bytes that came apart (lone surrogates) put together where they now make characters."""
    if text.isascii() or not any("\udc80" <= c <= "\udcff" for c in text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def concat(vm: Interpreter, a: RString, b: RString) -> RString:
    if a.enc == b.enc == UTF_8:
        vm.charge(len(a.s) + len(b.s))
        return RString(_whole(a.s + b.s))
    enc = common_encoding(a, b)
    vm.charge(len(a.s) + len(b.s))
    return RString(_whole(a.s + b.s) if enc == UTF_8 else a.s + b.s, enc)


def check_frozen(vm: Interpreter, value: Value) -> None:
    """Raise FrozenError where ``value`` must not be changed."""
    if value.frozen:
        from designer.evaluator.interpreter import class_of

        error = RubyError.of(FROZEN_ERROR, f"can't modify frozen {class_of(value).name}: {vm.inspect(value)}")
        error.exception.attributes["receiver"] = value
        raise error


def string_argument(vm: Interpreter, value: Value) -> RString:
    if type(value) is RString:
        return value
    found = None if value is None or isinstance(value, bool | int | float) else vm.try_convert(value, "to_str")
    if type(found) is RString:
        return found
    from designer.evaluator.interpreter import describe_class

    raise type_error(f"no implicit conversion of {describe_class(value)} into String")


def is_binary(value: RString) -> bool:
    return value.enc == ASCII_8BIT
