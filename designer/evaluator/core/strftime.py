"""Times as text."""

from __future__ import annotations

import re
from datetime import date, datetime

from designer.evaluator.limits import check_string
from designer.evaluator.times import NANO, Moment, RDate, RTimeWithZone, offset_text

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DIRECTIVE = re.compile(r"%([-0^#_]*)(\d*)(:{0,3})([A-Za-z%])")
_COMPOSED = {
    "c": "%a %b %e %H:%M:%S %Y", "D": "%m/%d/%y", "F": "%Y-%m-%d", "v": "%e-%^b-%Y", "x": "%m/%d/%y", "X": "%H:%M:%S",
    "r": "%I:%M:%S %p", "R": "%H:%M", "T": "%H:%M:%S",
}  # fmt: skip


class Fields:
    """What ``strftime`` reads: a wall clock, nanoseconds, offset and zone."""

    def __init__(self, value: Moment | RDate) -> None:
        if isinstance(value, RDate):
            self.wall, self.rest = datetime(value.day.year, value.day.month, value.day.day), 0
            self.offset, self.zone, self.ns = 0, "+00:00", 0
            self.ns = (value.day - date(1970, 1, 1)).days * 86_400 * NANO
        else:
            self.wall, self.rest = value.wall()
            self.offset, self.zone, self.ns = value.offset, value.zone_name() or "", value.ns


def strftime(value: Moment | RDate, template: str) -> str:
    fields = Fields(value)

    def piece(match: re.Match[str]) -> str:
        return _directive(fields, value, *match.groups(), whole=match[0])

    made = _DIRECTIVE.sub(piece, template)
    check_string(len(made))
    return made


def _directive(
    f: Fields, value: Moment | RDate, flags: str, width: str, colons: str, letter: str, *, whole: str
) -> str:
    size = int(width) if width else None
    if size is not None:
        check_string(size)
    if letter == "z":
        return _offset(f.offset, colons, flags, size)
    if colons:
        return whole
    if letter in _COMPOSED:
        composed = strftime(value, _COMPOSED[letter])
        return _padded(_cased(composed, flags, letter), size, flags, " ")
    if letter in ("L", "N"):
        digits = size or (3 if letter == "L" else 9)
        return f"{f.rest:09}".ljust(digits, "0")[:digits]
    found = _number(f, letter)
    if found is not None:
        number, least, filler = found
        if "-" in flags:
            return str(number)
        if "_" in flags:
            filler = " "
        elif "0" in flags:
            filler = "0"
        sign, text = ("-", str(-number)) if number < 0 else ("", str(number))
        return sign + text.rjust((size or least) - len(sign), filler)
    word = _word(f, letter)
    if word is None:
        return whole
    return _padded(_cased(word, flags, letter), size, flags, " ")


def _padded(text: str, size: int | None, flags: str, filler: str) -> str:
    if size is None or "-" in flags:
        return text
    return text.rjust(size, "0" if "0" in flags else filler)


def _cased(text: str, flags: str, letter: str) -> str:
    if "^" in flags:
        return text.upper()
    if "#" in flags:
        return text.lower() if letter in "pZ" else text.upper()
    return text


def _number(f: Fields, letter: str) -> tuple[int, int, str] | None:
    """(value, digits, filler)."""
    wall = f.wall
    iso = wall.isocalendar()
    yday = wall.timetuple().tm_yday
    hour12 = wall.hour % 12 or 12
    table: dict[str, tuple[int, int, str]] = {
        "Y": (wall.year, 4 if wall.year >= 0 else 5, "0"), "C": (wall.year // 100, 2, "0"),
        "y": (wall.year % 100, 2, "0"), "m": (wall.month, 2, "0"), "d": (wall.day, 2, "0"), "e": (wall.day, 2, " "),
        "j": (yday, 3, "0"), "H": (wall.hour, 2, "0"), "k": (wall.hour, 2, " "), "I": (hour12, 2, "0"),
        "l": (hour12, 2, " "), "M": (wall.minute, 2, "0"), "S": (wall.second, 2, "0"),
        "u": (wall.isoweekday(), 1, "0"), "w": (wall.isoweekday() % 7, 1, "0"), "G": (iso[0], 4, "0"),
        "g": (iso[0] % 100, 2, "0"), "V": (iso[1], 2, "0"), "U": ((yday + 6 - wall.isoweekday() % 7) // 7, 2, "0"),
        "W": ((yday + 6 - wall.weekday()) // 7, 2, "0"), "s": (f.ns // NANO, 1, "0"), "Q": (f.ns // 1_000_000, 1, "0"),
    }  # fmt: skip
    return table.get(letter)


def _word(f: Fields, letter: str) -> str | None:
    wall = f.wall
    return {
        "A": DAYS[wall.weekday()], "a": DAYS[wall.weekday()][:3], "B": MONTHS[wall.month - 1],
        "b": MONTHS[wall.month - 1][:3], "h": MONTHS[wall.month - 1][:3], "p": "AM" if wall.hour < 12 else "PM",
        "P": "am" if wall.hour < 12 else "pm", "Z": f.zone, "n": "\n", "t": "\t", "%": "%",
    }.get(letter)  # fmt: skip


def _offset(offset: int, colons: str, flags: str, size: int | None) -> str:
    sign, rest = ("-", -offset) if offset < 0 else ("+", offset)
    hours, minutes, seconds = rest // 3600, rest // 60 % 60, rest % 60
    if colons == ":":
        tail = f":{minutes:02}"
    elif colons == "::":
        tail = f":{minutes:02}:{seconds:02}"
    elif colons == ":::":
        tail = f":{minutes:02}" if minutes or seconds else ""
        tail += f":{seconds:02}" if seconds else ""
    else:
        tail = f"{minutes:02}"
    digits = max(2, (size or 0) - len(tail) - 1)
    if "_" in flags:
        return (sign + str(hours)).rjust(digits + 1) + tail
    if "-" in flags:
        return sign + str(hours) + tail
    return sign + str(hours).rjust(digits, "0") + tail


def iso8601(value: Moment, digits: int) -> str:
    """``iso8601(n)``: ``Z`` in UTC, else the offset. DateTime always shows an offset."""
    from designer.evaluator.times import RDateTime

    wall, rest = value.wall()
    fraction = f".{rest:09}".ljust(digits + 1, "0")[: digits + 1] if digits > 0 else ""
    utc = value.is_utc() and not isinstance(value, RDateTime)
    zone = "Z" if utc else offset_text(value.offset, colon=True)
    return f"{wall.year:04}-{wall:%m-%dT%H:%M:%S}{fraction}{zone}"


def time_text(value: Moment) -> str:
    """``to_s``: ``2026-01-02 03:04:05 UTC`` or with an offset; DateTime as ISO 8601."""
    from designer.evaluator.times import RDateTime

    if isinstance(value, RDateTime):
        return iso8601(value, 0)
    wall, _ = value.wall()
    utc = value.is_utc()
    return f"{wall.year:04}-{wall:%m-%d %H:%M:%S} {'UTC' if utc else offset_text(value.offset, colon=False)}"


def httpdate(value: Moment) -> str:
    wall = value.at_ns(value.ns).wall()[0] if value.offset == 0 else _utc_wall(value)
    return f"{DAYS[wall.weekday()][:3]}, {wall.day:02} {MONTHS[wall.month - 1][:3]} {wall.year:04} {wall:%H:%M:%S} GMT"


def _utc_wall(value: Moment) -> datetime:
    from designer.evaluator.times import civil

    return civil(value.ns, 0)[0]


def rfc2822(value: Moment) -> str:
    wall, _ = value.wall()
    zone = (
        "-0000" if value.is_utc() and not isinstance(value, RTimeWithZone) else offset_text(value.offset, colon=False)
    )
    return (
        f"{DAYS[wall.weekday()][:3]}, {wall.day:02} {MONTHS[wall.month - 1][:3]} {wall.year:04} {wall:%H:%M:%S} {zone}"
    )


def json_text(value: Moment) -> str:
    """As ActiveSupport's ``to_json`` writes times: milliseconds and offset."""
    wall, rest = value.wall()
    utc_z = (isinstance(value, RTimeWithZone) and value.is_utc()) or (value.is_utc() and value.cls.name == "Time")
    zone = "Z" if utc_z else offset_text(value.offset, colon=True)
    return f"{wall.year:04}-{wall:%m-%dT%H:%M:%S}.{rest // 1_000_000:03}{zone}"
