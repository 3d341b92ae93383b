"""Reading dates and times: by heuristics (``Time.parse``) and by format (``strptime``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from designer.evaluator.core.strftime import DAYS, MONTHS

_MONTHS = {m[:3].lower(): n for n, m in enumerate(MONTHS, 1)}
_DAYS = {d[:3].lower(): n for n, d in enumerate(DAYS)}
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "jst": 9, "ist": 5.5, "west": 1, "nzst": 12, "nzdt": 13, "aest": 10, "aedt": 11,
}  # fmt: skip
_MONTH = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_TIME = re.compile(
    r"(?<![\d.])(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?|(?=\s*[ap]\.?m\b))\s*(?:([ap])\.?m\b\.?)?"
    r"(?:\s*((?:gmt|utc)?[-+]\d{1,2}(?::?\d{2}(?::?\d{2})?)?|z\b|(?-i:[A-Z]{3,4})\b|utc\b|gmt\b))?",
    re.I,
)


@dataclass(slots=True)
class Parsed:
    """What a text says; None for what it does not say. ``offset`` in seconds, ``nano`` of the second."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int | None = None
    minute: int | None = None
    second: int | None = None
    nano: int = 0
    offset: int | None = None
    zone: str | None = None
    weekday: int | None = None
    yday: int | None = None
    epoch: int | None = None
    week: int | None = None
    week_year: int | None = None
    pm: bool | None = None

    @property
    def says_date(self) -> bool:
        return any(
            v is not None for v in (self.year, self.month, self.day, self.weekday, self.yday, self.epoch, self.week)
        )


def zone_offset(text: str) -> int | None:
    """Seconds of a zone's name or offset, None where it is unknown."""
    lowered = text.lower()
    if lowered in _ZONES:
        return int(_ZONES[lowered] * 3600)
    match = re.fullmatch(r"(?:gmt|utc)?([-+])(\d{1,2}):?(\d{2})?:?(\d{2})?", lowered)
    if not match:
        return None
    seconds = int(match[2]) * 3600 + int(match[3] or 0) * 60 + int(match[4] or 0)
    return -seconds if match[1] == "-" else seconds


def parse(text: str, *, century: bool = True) -> Parsed:
    """``Date._parse``: as much as can be recognised; nothing recognised is an empty result. With ``century`` a year of
    two digits is one of these days."""
    found = Parsed()
    text = text[:128]
    compact = re.match(
        r"\s*(\d{4})(\d{2})(\d{2})(?:[tT ]?(\d{2})(\d{2})(\d{2})?(?:[.,](\d+))?\s*(z|[-+]\d{2}:?\d{2})?)?\s*\Z",
        text,
        re.I,
    )
    if compact:
        found.year, found.month, found.day = int(compact[1]), int(compact[2]), int(compact[3])
        if compact[4]:
            _set_time(found, compact[4], compact[5], compact[6], compact[7], None, compact[8])
        return found
    time = _TIME.search(re.sub(r"(?<=\d)[tT](?=\d)", " ", text))
    rest = text
    if time:
        _set_time(found, *time.groups())
        plain = re.sub(r"(?<=\d)[tT](?=\d)", " ", text)
        rest = plain[: time.start()] + " " + plain[time.end() :]
    _set_date(found, rest, century=century)
    day = re.search(r"\b(sun|mon|tue|wed|thu|fri|sat)[a-z]*\b", rest, re.I)
    if day:
        found.weekday = (_DAYS[day[1].lower()] + 1) % 7
    return found


def _set_time(
    found: Parsed, hour: str, minute: str | None, second: str | None, fraction: str | None, meridian: str | None,
    zone: str | None,
) -> None:  # fmt: skip
    found.hour, found.minute = int(hour), int(minute) if minute else 0
    found.second = int(second) if second else None
    if fraction:
        found.nano = int(fraction.ljust(9, "0")[:9])
    if meridian:
        found.hour = found.hour % 12 + (12 if meridian.lower() == "p" else 0)
    if zone:
        found.zone, found.offset = zone, zone_offset(zone)


def _set_date(found: Parsed, text: str, *, century: bool) -> None:
    for pattern, names in _DATES:
        match = re.search(pattern, text)
        if not match:
            continue
        for name, value in zip(names, match.groups(), strict=True):
            if value is None:
                continue
            number = _MONTHS[value[:3].lower()] if name == "month" and not value.isdigit() else int(value)
            setattr(found, name, number)
        if (
            century
            and found.year is not None
            and found.year < 100
            and "'" not in match[0]
            and len(str(match.groups()[names.index("year")])) <= 2
        ):
            found.year += 2000 if found.year < 69 else 1900
        return


_DATES: list[tuple[str, tuple[str, ...]]] = [
    (
        rf"(?i)\b(\d{{1,2}})(?:st|nd|rd|th)?\s*[- ]?\s*({_MONTH})[a-z]*\.?\s*[-,]?\s*(-?\d{{4}}|'?\d{{2}}\b)?",
        ("day", "month", "year"),
    ),
    (rf"(?i)\b({_MONTH})[a-z]*\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*,?\s*(-?\d{{4}}))?", ("month", "day", "year")),
    (rf"(?i)\b({_MONTH})[a-z]*\.?\s*,?\s*(\d{{4}})\b", ("month", "year")),
    (r"(?<!\d)(\d{4})-[wW](\d{2})(?:-(\d))?", ("week_year", "week", "weekday")),
    (r"(?<!\d)([-+]?\d{4,})-(\d{1,2})-(\d{1,2})(?!\d)", ("year", "month", "day")),
    (r"(?<!\d)(\d{1,2})-(\d{1,2})-(\d{4})(?!\d)", ("day", "month", "year")),
    (r"(?<!\d)(\d{4})-(\d{3})(?!\d)", ("year", "yday")),
    (r"(?<!\d)(\d{2})-(\d{1,2})-(\d{1,2})(?!\d)", ("year", "month", "day")),
    (r"(?<!\d)(\d{4})/(\d{1,2})/(\d{1,2})(?!\d)", ("year", "month", "day")),
    (r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)", ("day", "month", "year")),
    (r"(?<!\d)(\d{2})/(\d{1,2})/(\d{1,2})(?!\d)", ("year", "month", "day")),
    (r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)", ("day", "month", "year")),
    (r"(?<!\d)(\d{4})\.(\d{1,2})\.(\d{1,2})(?!\d)", ("year", "month", "day")),
    (r"(?<!\d)(\d{2})(\d{2})-\d{2}(?!\d)", ("month", "day")),  # four digits and a zone, to Ruby
    (r"(?<!\d)(\d{4})/(\d{1,2})(?!\d)", ("year", "month")),
    (r"(?<!\d)(\d{1,2})/(\d{1,2})(?!\d)", ("month", "day")),
    (rf"(?i)\b({_MONTH})[a-z]*\b", ("month",)),
    (r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)", ("year", "month", "day")),
    (r"(?<!\d)(\d{4})(\d{3})(?!\d)", ("year", "yday")),
    (r"\A\s*(\d{2})(\d{2})\s*\Z", ("month", "day")),
    (r"\A\s*(\d{1,2})\s*\Z", ("day",)),
    (r"\A\s*(\d{3})\s*\Z", ("yday",)),
]


def strptime(text: str, template: str, *, whole: bool = True) -> Parsed | None:
    """What ``text`` says by ``template``; None where it does not match, or where ``whole`` and something is left."""
    found = Parsed()
    template = template.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%R", "%H:%M")
    template = template.replace("%D", "%m/%d/%y").replace("%r", "%I:%M:%S %p").replace("%X", "%H:%M:%S")
    template = template.replace("%x", "%m/%d/%y").replace("%c", "%a %b %e %H:%M:%S %Y").replace("%v", "%e-%b-%Y")
    at, place = 0, 0
    while place < len(template):
        character = template[place]
        if character == "%" and place + 1 < len(template):
            place += 1
            while template[place] in "-0^#_:" and place + 1 < len(template):
                place += 1
            digits_follow = template[place + 1 : place + 3][:1] == "%" and template[place + 2 : place + 3] in tuple(
                "YmdHMSLNjyCs"
            )
            end = _read(found, template[place], text, at, digits_follow)
            if end is None:
                return None
            at = end
            place += 1
            continue
        if character.isspace():
            while at < len(text) and text[at].isspace():
                at += 1
        elif text[at : at + 1] == character:
            at += 1
        else:
            return None
        place += 1
    if whole and at < len(text):
        return None
    if found.pm is not None and found.hour is not None:
        found.hour = found.hour % 12 + (12 if found.pm else 0)
    return found


_READERS: dict[str, tuple[str, str]] = {
    "m": (r"\d{1,2}", "month"), "d": (r"\s?\d{1,2}", "day"), "e": (r"\s?\d{1,2}", "day"), "H": (r"\s?\d{1,2}", "hour"),
    "k": (r"\s?\d{1,2}", "hour"), "I": (r"\s?\d{1,2}", "hour"), "l": (r"\s?\d{1,2}", "hour"),
    "M": (r"\d{1,2}", "minute"),
    "S": (r"\d{1,2}", "second"), "j": (r"\d{1,3}", "yday"), "s": (r"-?\d+", "epoch"), "u": (r"\d", "weekday"),
    "w": (r"\d", "weekday"), "V": (r"\d{1,2}", "week"), "G": (r"[-+]?\d+", "week_year"),
}  # fmt: skip
_LIMITS = {"month": (1, 12), "day": (1, 31), "hour": (0, 24), "minute": (0, 59), "second": (0, 60), "yday": (1, 366)}


def _read(found: Parsed, letter: str, text: str, at: int, digits_follow: bool) -> int | None:
    def take(pattern: str) -> re.Match[str] | None:
        return re.compile(pattern, re.I).match(text, at)

    if letter == "Y":
        match = take(r"[-+]?\d{4}" if digits_follow else r"[-+]?\d+")
        if match:
            found.year = int(match[0])
    elif letter == "y":
        match = take(r"\d{1,2}")
        if match:
            found.year = int(match[0]) + (2000 if int(match[0]) < 69 else 1900)
    elif letter in _READERS:
        pattern, name = _READERS[letter]
        match = take(pattern)
        if match:
            number = int(match[0])
            low, high = _LIMITS.get(name, (-(10**12), 10**12))
            if not low <= number <= high or (letter in "Il" and not 1 <= number <= 12):
                return None
            setattr(found, name, number)
    elif letter == "Q":
        match = take(r"-?\d+")
        if match:
            found.epoch, found.nano = int(match[0]) // 1000, int(match[0]) % 1000 * 1_000_000
    elif letter in "bBh":
        match = take(rf"(?:{'|'.join(MONTHS)}|{_MONTH})")
        if match:
            found.month = _MONTHS[match[0][:3].lower()]
    elif letter in "aA":
        match = take(rf"(?:{'|'.join(DAYS)}|{'|'.join(d[:3] for d in DAYS)})")
        if match:
            found.weekday = (_DAYS[match[0][:3].lower()] + 1) % 7
    elif letter in "pP":
        match = take(r"[ap]\.?m\.?")
        if match:
            found.pm = match[0][0].lower() == "p"
    elif letter in "LN":
        match = take(r"\d{3}" if digits_follow and letter == "L" else r"\d+")
        if match:
            found.nano = int(match[0].ljust(9, "0")[:9])
    elif letter in "zZ":
        match = take(
            r"(?:gmt|utc)?[-+]\d{1,2}(?::?\d{2}(?::?\d{2})?)?|z\b|[a-z]+(?:\s+(?:standard|daylight)\s+time)?\b"
        )
        if match:
            found.zone, found.offset = match[0], zone_offset(match[0])
    elif letter == "%":
        match = take("%")
    elif letter in "nt":
        match = take(r"\s+")
    else:
        return None
    return match.end() if match else None


def has_valid_date(year: int, month: int, day: int) -> bool:
    try:
        datetime(year, month, day)
    except ValueError:
        return False
    return True
