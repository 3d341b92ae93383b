"""Character sets of ``tr``, ``delete``, ``count`` and ``squeeze``."""

from __future__ import annotations

from collections.abc import Callable

from designer.evaluator.errors import argument_error


def expand(spec: str) -> tuple[list[str], bool]:
    """(characters, whether negated) of a set such as ``a-z`` or ``^0-9``."""
    negated = len(spec) > 1 and spec[0] == "^"
    if negated:
        spec = spec[1:]
    characters: list[str] = []
    at = 0
    while at < len(spec):
        character = spec[at]
        if character == "\\" and at + 1 < len(spec):
            at += 1
            character = spec[at]
        if at + 2 < len(spec) and spec[at + 1] == "-":
            last_at = at + 2
            if spec[last_at] == "\\" and last_at + 1 < len(spec):
                last_at += 1
            last = spec[last_at]
            if ord(character) > ord(last):
                raise argument_error(f'invalid range "{character}-{last}" in string transliteration')
            characters += [chr(c) for c in range(ord(character), ord(last) + 1)]
            at = last_at + 1
            continue
        characters.append(character)
        at += 1
    return characters, negated


def in_all_sets(specs: list[str]) -> Callable[[str], bool]:
    """Whether a character is in every one of the sets."""
    sets = [(frozenset(found), negated) for found, negated in map(expand, specs)]
    return lambda c: all((c in found) != negated for found, negated in sets)


def translate(text: str, source: str, target: str, *, squeeze: bool = False) -> str:
    """``tr`` (``tr_s`` with ``squeeze``)."""
    if not target:
        inside = in_all_sets([source])
        return "".join(c for c in text if not inside(c)) if source else text
    found, negated = expand(source)
    replacement, _ = expand(target) if target != "^" else (["^"], False)
    if target[0] == "^" and len(target) > 1:
        replacement = ["^", *expand(target[1:])[0]]
    if negated:
        inside_set = frozenset(found)
        table: dict[str, str] = {c: replacement[-1] for c in set(text) if c not in inside_set}
    else:
        table = {}
        for place, character in enumerate(found):
            table.setdefault(character, replacement[min(place, len(replacement) - 1)])
    out: list[str] = []
    last: str | None = None
    for character in text:
        changed = table.get(character)
        if changed is None:
            out.append(character)
            last = None
        elif not squeeze or changed != last:
            out.append(changed)
            last = changed
    return "".join(out)


def squeezed(text: str, specs: list[str]) -> str:
    inside = in_all_sets(specs) if specs else (lambda c: True)
    out: list[str] = []
    for character in text:
        if not (out and out[-1] == character and inside(character)):
            out.append(character)
    return "".join(out)
