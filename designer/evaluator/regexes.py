"""Regexp and MatchData."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from designer.evaluator import classes
from designer.evaluator.classes import Value
from designer.evaluator.errors import LimitExceeded, RubyError, argument_error
from designer.evaluator.regex_syntax import Translator, regexp_error
from designer.evaluator.values import UTF_8, RObject, RString, hash_key

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

IGNORECASE, EXTENDED, MULTILINE = 1, 2, 4
_MAXIMUM_SOURCE = 20_000


@functools.lru_cache(maxsize=512)
def _compiled(source: str, options: int) -> tuple[Any, tuple[str, ...]]:
    import regex  # most connectors have no pattern

    if len(source) > _MAXIMUM_SOURCE:
        raise LimitExceeded("The code makes a regular expression that is too long to be run here.")
    translator = Translator(source, extended=bool(options & EXTENDED), dotall=bool(options & MULTILINE))
    pattern = translator.run()
    flags = regex.V1 | (regex.IGNORECASE if options & IGNORECASE else 0)
    try:
        return regex.compile(pattern, flags, cache_pattern=False), tuple(dict.fromkeys(translator.names))
    except regex.error as error:
        raise regexp_error(_reason(str(error)), source) from None
    except (RecursionError, OverflowError):
        raise regexp_error("too deep nest level", source) from None


def _reason(text: str) -> str:
    if "nothing to repeat" in text:
        return "target of repeat operator is not specified"
    if "unknown group" in text or "undefined" in text or "invalid group reference" in text:
        return "invalid backref number/name"
    if "property" in text:
        return "invalid character property name"
    if "bad character range" in text:
        return "empty range in char class"
    return "invalid pattern"


class RRegexp(RObject):
    """A regular expression; ``source`` as written, ``options`` as ``Regexp#options``."""

    __slots__ = ("_pattern", "names", "options", "source")

    def __init__(self, source: str, options: int = 0) -> None:
        super().__init__(classes.REGEXP)
        self.source = source
        self.options = options
        self._pattern, self.names = _compiled(source, options)
        self.frozen = True

    @classmethod
    def literal(cls, source: str, flags: str) -> RRegexp:
        options = (
            (IGNORECASE if "i" in flags else 0) | (EXTENDED if "x" in flags else 0) | (MULTILINE if "m" in flags else 0)
        )
        return cls(source, options)

    @classmethod
    def of_text(cls, text: str) -> RRegexp:
        """One that matches that text."""
        return _of_text(text) if len(text) <= _SHORT else cls(quoted(text))

    def hash_key(self) -> Any:
        return ("regexp", self.source, self.options)

    def option_letters(self) -> str:
        return (
            ("m" if self.options & MULTILINE else "")
            + ("i" if self.options & IGNORECASE else "")
            + ("x" if self.options & EXTENDED else "")
        )

    def embedded(self) -> str:
        """``to_s``: what interpolating it into another one inserts."""
        on = self.option_letters()
        off = "".join(c for c in "mix" if c not in on)
        return f"(?{on}{'-' + off if off else ''}:{self.source})"

    def inspected(self) -> str:
        escaped = []
        backslash = False
        for character in self.source:
            escaped.append("\\/" if character == "/" and not backslash else character)
            backslash = character == "\\" and not backslash
        return f"/{''.join(escaped)}/{self.option_letters()}".replace("\n", "\\n")

    def search(self, vm: Interpreter, subject: RString, start: int = 0, *, anchored: bool = False) -> RMatch | None:
        """The first match from character ``start`` on; raises ``LimitExceeded`` where it takes too long."""
        check_subject(subject)
        run = self._pattern.match if anchored else self._pattern.search
        try:
            found = run(subject.s, start, timeout=self._timeout(vm))
        except TimeoutError:
            raise too_slow(vm) from None
        return None if found is None else RMatch(found, RString(subject.s, subject.enc, frozen=True), self)

    def finditer(self, vm: Interpreter, subject: RString) -> Iterator[RMatch]:
        """Every match, found one by one: blocks run between them."""
        check_subject(subject)
        kept = RString(subject.s, subject.enc, frozen=True)
        text, at = kept.s, 0
        while at <= len(text):
            vm.fuel -= 1
            if vm.fuel < 0:
                vm.refuel()
            try:
                found = self._pattern.search(text, at, timeout=self._timeout(vm))
            except TimeoutError:
                raise too_slow(vm) from None
            if found is None:
                return
            yield RMatch(found, kept, self)
            at = found.end() + 1 if found.end() == found.start() else found.end()

    def _timeout(self, vm: Interpreter) -> float:
        return float(min(vm.limits.regex_seconds, vm.seconds_left()))


_SHORT = 100
"""Characters of a pattern of text that is kept."""
_NO_UTF_8 = re.compile("[\udc80-\udcff]")
_PIECE = 1_000_000


def too_slow(vm: Interpreter) -> LimitExceeded:
    return LimitExceeded("A regular expression takes too long to match.", line=vm.line or None)


def check_subject(subject: RString) -> None:
    text = subject.s
    if subject.enc != UTF_8 or text.isascii():
        return
    # A piece at a time: one look at a reply of 50 MB would hold all threads up.
    if any(_NO_UTF_8.search(text, at, at + _PIECE) for at in range(0, len(text), _PIECE)):
        raise argument_error("invalid byte sequence in UTF-8")


class RMatch(RObject):
    """MatchData."""

    __slots__ = ("found", "regexp", "string")

    def __init__(self, found: Any, string: RString, regexp: RRegexp) -> None:
        super().__init__(classes.MATCH_DATA)
        self.found = found
        self.string = string
        self.regexp = regexp

    def _piece(self, text: str | None) -> Value:
        return None if text is None else RString(text, self.string.enc)

    def group(self, number: int) -> Value:
        count = self.found.re.groups
        if number < 0:
            number += count + 1
        if not 0 <= number <= count:
            return None
        return self._piece(self.found.group(number))

    def named(self, name: str) -> Value:
        return self._piece(self.found.group(name)) if name in self.regexp.names else None

    def groups(self) -> list[Value]:
        return [self._piece(g) for g in self.found.groups()]

    def start(self) -> int:
        return int(self.found.start())

    def end(self) -> int:
        return int(self.found.end())

    def before(self) -> RString:
        return RString(self.string.s[: self.found.start()], self.string.enc)

    def after(self) -> RString:
        return RString(self.string.s[self.found.end() :], self.string.enc)

    def last_group(self) -> Value:
        return next((self._piece(g) for g in reversed(self.found.groups()) if g is not None), None)

    def hash_key(self) -> Any:
        return ("match", hash_key(self.string), self.found.span())


_QUOTED = str.maketrans({c: "\\" + c for c in "[]{}()|-*.\\?+^$#"} | {
    "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f", "\v": "\\v", " ": "\\ ",
})  # fmt: skip


def quoted(text: str) -> str:
    """``Regexp.escape``."""
    return text.translate(_QUOTED)


@functools.lru_cache(maxsize=256)
def _of_text(text: str) -> RRegexp:
    return RRegexp(quoted(text))


def to_pattern(vm: Interpreter, value: Value, *, search_text: bool = True) -> RRegexp:
    """A pattern argument: a Regexp itself, a String as text."""
    if isinstance(value, RRegexp):
        return value
    from designer.evaluator.interpreter import class_of, describe_class
    from designer.evaluator.strings import string_argument

    if isinstance(value, RString):
        return RRegexp.of_text(value.s) if search_text else RRegexp(value.s)
    if not isinstance(value, RObject):
        shown = describe_class(value) if value is None or isinstance(value, bool) else class_of(value).name
        raise RubyError.of("TypeError", f"wrong argument type {shown} (expected Regexp)")
    return RRegexp.of_text(string_argument(vm, value).s)
