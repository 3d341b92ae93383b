"""``String#succ``: the next string in Ruby's order of letters and digits."""

from __future__ import annotations


def _kind(character: str) -> str | None:
    if "0" <= character <= "9":
        return "0"
    if "a" <= character <= "z":
        return "a"
    return "A" if "A" <= character <= "Z" else None


_LAST = {"0": "9", "a": "z", "A": "Z"}
_CARRY = {"0": "1", "a": "a", "A": "A"}


def successor(text: str) -> str:
    if not text:
        return ""
    characters = list(text)
    places = [i for i, c in enumerate(characters) if _kind(c)]
    if not places:
        return _plain(characters)
    place = places[-1]
    while True:
        kind = _kind(characters[place])
        assert kind is not None
        if characters[place] != _LAST[kind]:
            characters[place] = chr(ord(characters[place]) + 1)
            return "".join(characters)
        characters[place] = {"0": "0", "a": "a", "A": "A"}[kind]
        earlier = [p for p in places if p < place]
        # A run of other characters between two alphanumerics ends the carry only where it parts letters from digits.
        if not earlier or _parted(characters, earlier[-1], place, kind):
            characters.insert(place, _CARRY[kind])
            return "".join(characters)
        place = earlier[-1]


def _parted(characters: list[str], left: int, right: int, kind: str) -> bool:
    if right - left == 1:
        return False
    found = _kind(characters[left])
    return found != kind and (found == "0") != (kind == "0")


def _plain(characters: list[str]) -> str:
    for place in range(len(characters) - 1, -1, -1):
        code = ord(characters[place])
        if code < 0x10FFFF:
            characters[place] = chr(code + 1 if code + 1 != 0xD800 else 0xE000)
            return "".join(characters)
        characters[place] = "\x01"
    return "\x01" + "".join(characters)
