"""Known secrets, found in whatever spelling they have in a text, at a cost that hardly grows with their number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from designer.secrecy.escapes import BASE64, decoded, in_any_spelling, views
from designer.secrecy.spelling import spellings, standing, standing_pattern

__all__ = ["Known"]

_SHORT = 8
"""Characters; spellings under it are few (of settings alone) and looked for one by one."""
_LONG = 20
_ENTRIES = 60_000
"""Entries of a table, up to which fewer places of a text are looked up for more of each secret."""
_FEW, _LABEL = 200, 2_000
"""Forms up to which to look for each is faster, and characters of a text from which on it is."""
_OFTEN = 2_000
"""Times that one of them stands in a text, up to which each is told from the rest."""
_ALIKE = 64
"""Lengths and places of forms that have a piece in common, up to which each is tried. Where a server makes up more,
all that might be one is hidden."""


class _Table:
    """Finds texts of ``shortest`` characters and more by a piece of them. Of a text in which they are looked for only
    each ``stride``-th place is looked up, so the pieces that begin at so many places of each are known: one of them
    is met wherever it stands (as in Karp and Rabin, with whole pieces for hashes)."""

    def __init__(self, forms: Iterable[str], shortest: int, strides: tuple[int, ...]) -> None:
        wanted = list(forms)
        self._few = wanted if len(wanted) <= _FEW else []
        self._stride = next((one for one in strides if one * len(wanted) <= _ENTRIES), strides[-1])
        self._size = shortest - self._stride + 1
        self._pieces: dict[str, set[tuple[int, int]]] = {}
        """For each the place it has in a form, and the length of that."""
        for form in wanted:
            for at in range(self._stride):
                self._pieces.setdefault(form[at : at + self._size], set()).add((at, len(form)))
        self._longest = max(map(len, wanted), default=0)

    def candidates(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Start and end of what may be one, and whether it has to be taken for one unseen."""
        if self._few and len(text) > _LABEL:
            for form in self._few:
                yield from _found(form, text)
            return
        if not self._pieces:
            return
        size, stride = self._size, self._stride
        pieces = [text[at : at + size] for at in range(0, len(text) - size + 1, stride)]
        if self._pieces.keys().isdisjoint(pieces):
            return
        for number, piece in enumerate(pieces):
            known = self._pieces.get(piece, ())
            if len(known) > _ALIKE:
                start = number * stride
                yield max(0, start - stride + 1), min(len(text), start + self._longest), True
                continue
            for at, length in known:
                start = number * stride - at
                if start >= 0 and start + length <= len(text):
                    yield start, start + length, False


def _found(form: str, text: str) -> Iterator[tuple[int, int, bool]]:
    at, count = text.find(form), 0
    while at >= 0:
        count += 1
        if count > _OFTEN:
            yield at, len(text), True
            return
        yield at, at + len(form), False
        at = text.find(form, at + 1)


class Known:
    """A set of secrets. One that may be part of a word by chance is found as a word of its own, see ``standing``."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._forms = frozenset(form for secret in secrets for form in spellings(secret) if form)
        self.has_numbers = any(form.isdigit() for form in self._forms)
        """Whether one of them is all digits, so that a number may be one."""
        short = [form for form in self._forms if len(form) < _SHORT]
        self._short = {form: standing_pattern([form]) for form in short}
        self._tables = (
            _Table((form for form in self._forms if _SHORT <= len(form) < _LONG), _SHORT, (4, 2, 1)),
            _Table((form for form in self._forms if len(form) >= _LONG), _LONG, (8, 4, 2, 1)),
        )

    def __contains__(self, text: str) -> bool:
        """Whether ``text`` is one, in some spelling."""
        return text in self._forms

    def places(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each in ``text``, in order; those that overlap count for one."""
        made: list[tuple[int, int]] = []
        for start, end in sorted(self._each(text)):
            if made and start < made[-1][1]:
                made[-1] = (made[-1][0], max(end, made[-1][1]))
            else:
                made.append((start, end))
        return made

    def _each(self, text: str) -> Iterator[tuple[int, int]]:
        for form, pattern in self._short.items():
            match = pattern.search(text) if form in text else None
            while match is not None:
                yield match.span()
                match = pattern.search(text, match.start() + 1)  # the next may begin within it
        for table in self._tables:
            for start, end, unseen in table.candidates(text):
                if unseen or ((form := text[start:end]) in self._forms and _stands(text, form, start, end)):
                    yield start, end

    def hidden(self, text: str, instead: str) -> str:
        """``text`` with ``instead`` for each, also for one in a spelling of somebody's own and for what is Base64 of
        one and more."""
        text = self.plainly_hidden(text, instead)
        for view in views(text) if self._forms else ():
            for secret in {view[start:end] for start, end in self._each(view)}:
                text = in_any_spelling(secret).sub(instead, text)
        return self._hidden_in_base64(text, instead) if self._forms else text

    def _hidden_in_base64(self, text: str, instead: str) -> str:
        told = {run: plain for run in set(BASE64.findall(text)) if (plain := decoded(run)) is not None}
        if not told or not self.places("\0".join(told.values())):
            return text
        found = {run for run, plain in told.items() if self.places(plain)}
        return BASE64.sub(lambda match: instead if match[0] in found else match[0], text)

    def plainly_hidden(self, text: str, instead: str) -> str:
        """``text`` with ``instead`` for each in the spellings that are known beforehand."""
        made: list[str] = []
        at = 0
        for start, end in self.places(text):
            made += [text[at:start], instead]
            at = end
        return "".join([*made, text[at:]]) if made else text


def _stands(text: str, form: str, start: int, end: int) -> bool:
    before, after = standing(form)
    return (not before or _compiled(before).match(text, start) is not None) and (
        not after or _compiled(after).match(text, end) is not None
    )


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
