"""``Time.now``, ``Time.parse`` and the other ways to get a time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from designer.evaluator.classes import DATE_TIME, STRING, TIME, RClass, Value
from designer.evaluator.core import dateparse
from designer.evaluator.core.dateparse import Parsed
from designer.evaluator.core.moments import _offset_argument as offset_argument
from designer.evaluator.core.moments import nanoseconds
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import RubyError, argument_error, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.numbers import int_of, is_number
from designer.evaluator.strings import string_argument
from designer.evaluator.times import (
    NANO,
    Moment,
    RDateTime,
    RDuration,
    RTime,
    RTimeZone,
    current,
    default_zone,
    instant,
    local_time,
    local_zone,
    now_ns,
    zone_or_error,
)
from designer.evaluator.values import RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


@singleton(TIME, "now")
def now(vm: Interpreter, this: RClass, *, in_: Value = None) -> Value:
    return _in_offset(vm, now_ns(vm), in_)


def _in_offset(vm: Interpreter, ns: int, zone: Value) -> RTime:
    if zone is None:
        return local_time(vm, ns)
    if isinstance(zone, RString) and zone.s in ("UTC", "Z", "-00:00"):
        return RTime(ns, utc=True)
    return RTime(ns, offset_argument(vm, zone))


@singleton(TIME, "current")
def current_(vm: Interpreter, this: RClass) -> Value:
    return current(vm)


@singleton(DATE_TIME, "current", "now")
def datetime_current(vm: Interpreter, this: RClass) -> Value:
    found = current(vm)
    return RDateTime(found.ns, found.offset)


@singleton(DATE_TIME, "now")
def datetime_now(vm: Interpreter, this: RClass) -> Value:
    ns = now_ns(vm)
    return RDateTime(ns, local_zone(vm).offset_at(ns))


@singleton(TIME, "at")
def at(
    vm: Interpreter, this: RClass, seconds: Value, part: Value = 0, unit: Value = None, *, in_: Value = None
) -> Value:
    if isinstance(seconds, Moment):
        if isinstance(seconds, RTime) and in_ is None:
            return seconds.at_ns(seconds.ns)
        return _in_offset(vm, seconds.ns, in_)
    if isinstance(seconds, RDuration):
        seconds = seconds.value
    if not is_number(seconds):
        raise type_error(f"can't convert {class_of(seconds).name} into an exact number")
    name = unit.name if isinstance(unit, Symbol) else "microsecond"
    scale = {"millisecond": 1_000_000, "usec": 1000, "microsecond": 1000, "nsec": 1, "nanosecond": 1}.get(name)
    if scale is None:
        raise argument_error(f"unexpected unit: {name}")
    return _in_offset(vm, nanoseconds(seconds) + nanoseconds(part) * scale // NANO, in_)


_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _civil(vm: Interpreter, args: tuple[Value, ...]) -> tuple[datetime, int]:
    numbers: list[int] = []
    rest = 0
    for place, arg in enumerate(args[:6]):
        default = 1 if place in (1, 2) else 0
        if arg is None:
            numbers.append(default)
        elif place == 1 and isinstance(arg, RString) and arg.s.lower()[:3] in _MONTH_NAMES:
            numbers.append(_MONTH_NAMES.index(arg.s.lower()[:3]) + 1)
        elif isinstance(arg, RString):
            numbers.append(int(arg.s) if arg.s.strip().isdigit() else 0)
        elif place == 5 and not isinstance(arg, int):
            ns = nanoseconds(arg)
            numbers.append(ns // NANO)
            rest = ns % NANO
        else:
            numbers.append(int_of(vm, arg))
    numbers += [1, 1, 1, 0, 0, 0][len(numbers) :]
    if len(args) > 6 and is_number(args[6]):
        rest += nanoseconds(args[6]) // 1_000_000
    year, month, day, hour, minute, second = numbers
    extra = timedelta()
    if not 1 <= month <= 12:
        raise argument_error("mon out of range")
    if hour == 24 and minute == second == 0:
        hour, extra = 0, timedelta(days=1)
    if second == 60:
        second, extra = 59, timedelta(seconds=1)
    if day > 28 and 1 <= month <= 12 and 1 <= day <= 31 and not dateparse.has_valid_date(year, month, day):
        over = day
        while not dateparse.has_valid_date(year, month, day):
            day -= 1
        extra += timedelta(days=over - day)
    try:
        return datetime(year, month, day, hour, minute, second) + extra, rest
    except ValueError:
        raise argument_error("argument out of range") from None


@singleton(TIME, "new")
def new(
    vm: Interpreter, this: RClass, year: Value = UNSET, month: Value = None, day: Value = None, hour: Value = None,
    minute: Value = None, second: Value = None, zone: Value = None, *, in_: Value = None,
) -> Value:  # fmt: skip
    zone = in_ if zone is None else zone
    if year is UNSET:
        return _in_offset(vm, now_ns(vm), zone)
    wall, rest = _civil(vm, (year, month, day, hour, minute, second))
    return _at_wall(vm, wall, rest, zone)


def _at_wall(vm: Interpreter, wall: datetime, rest: int, zone: Value = None) -> RTime:
    if zone is None:
        local = local_zone(vm)
        return RTime(instant(wall, rest, local.local_offset(wall)), zone=local)
    if isinstance(zone, RString) and zone.s in ("UTC", "Z"):
        return RTime(instant(wall, rest, 0), utc=True)
    offset = offset_argument(vm, zone)
    return RTime(instant(wall, rest, offset), offset)


@singleton(TIME, "local", "mktime")
def local(vm: Interpreter, this: RClass, year: Value, *args: Value) -> Value:
    return _at_wall(vm, *_civil(vm, (year, *args)))


@singleton(TIME, "utc", "gm")
def utc(vm: Interpreter, this: RClass, year: Value, *args: Value) -> Value:
    wall, rest = _civil(vm, (year, *args))
    return RTime(instant(wall, rest, 0), utc=True)


# --- reading text -------------------------------------------------------------------------------------------------


def resolved(vm: Interpreter, found: Parsed, base: datetime, *, rolls: bool = False) -> datetime:
    """The wall clock a text says; what it leaves out comes from ``base`` up to the first part it says.

    With ``rolls`` the 30th of February is the 2nd of March, as for Time.
    """
    if found.epoch is not None:
        return datetime(1970, 1, 1) + timedelta(seconds=found.epoch)
    year, month, day = found.year, found.month, found.day
    if found.yday is not None:
        first = date(year if year is not None else base.year, 1, 1) + timedelta(days=found.yday - 1)
        year, month, day = first.year, first.month, first.day
    elif found.week is not None and found.week_year is not None:
        first = date.fromisocalendar(found.week_year, found.week, found.weekday or 1)
        year, month, day = first.year, first.month, first.day
    elif year is None and month is None and day is None:
        if found.weekday is not None:
            start = base.date() - timedelta(days=base.date().weekday())
            chosen = start + timedelta(days=(found.weekday + 6) % 7)
            year, month, day = chosen.year, chosen.month, chosen.day
        else:
            year, month, day = base.year, base.month, base.day
    if year is None:
        year = base.year
        if month is None:
            month = base.month
    month = month if month is not None else 1
    day = day if day is not None else 1
    if not 1 <= month <= 12:
        raise argument_error("mon out of range")
    try:
        hour, extra = found.hour or 0, timedelta()
        if hour == 24:
            hour, extra = 0, timedelta(days=1)
        second = found.second or 0
        if second == 60:
            second, extra = 59, extra + timedelta(seconds=1)
        while rolls and 28 < day <= 31 and 1 <= month <= 12 and not dateparse.has_valid_date(year, month, day):
            day, extra = day - 1, extra + timedelta(days=1)
        return datetime(year, month, day, hour, found.minute or 0, second) + extra
    except ValueError:
        raise argument_error("argument out of range") from None


def _time_of(vm: Interpreter, found: Parsed, base: datetime) -> RTime:
    if found.epoch is not None:
        return local_time(vm, found.epoch * NANO + found.nano)
    wall = resolved(vm, found, base, rolls=True)
    if found.offset is None:
        return _at_wall(vm, wall, found.nano)
    ns = instant(wall, found.nano, found.offset)
    if found.offset == 0 and (found.zone or "").lower() in ("utc", "z", "-00:00", "-0000"):
        return RTime(ns, utc=True)
    return RTime(ns, found.offset)


@singleton(TIME, "parse")
def parse(vm: Interpreter, this: RClass, text: Value, base: Value = None) -> Value:
    source = string_argument(vm, text)
    found = dateparse.parse(source.text)
    found.weekday = found.week = found.week_year = None
    if not found.says_date and found.hour is None:
        raise argument_error(f"no time information in {vm.inspect(source)}")
    start = (
        base.wall()[0]
        if isinstance(base, Moment)
        else local_time(vm, now_ns(vm)).wall()[0]
        if _incomplete(found)
        else datetime(1970, 1, 1)
    )
    return _time_of(vm, found, start)


def _incomplete(found: Parsed) -> bool:
    return found.year is None and found.epoch is None


_ISO = r"\s*(-?\d{4,})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}(?::?\d{2})?)?\s*\Z"


@singleton(TIME, "iso8601", "xmlschema", "rfc3339")
def iso8601(vm: Interpreter, this: RClass, text: Value) -> Value:
    import re

    if text is None:
        raise argument_error("invalid xmlschema format: nil")
    source = string_argument(vm, text)
    match = re.match(_ISO, source.s, re.I)
    if not match:
        raise argument_error(f"invalid xmlschema format: {vm.inspect(source)}")
    found = Parsed(int(match[1]), int(match[2]), int(match[3]), int(match[4]), int(match[5]), int(match[6]))
    found.nano = int((match[7] or "0").ljust(9, "0")[:9])
    zone = match[8]
    if zone:
        found.zone, found.offset = zone.upper(), dateparse.zone_offset(zone)
    return _time_of(vm, found, datetime(1970, 1, 1))


@singleton(TIME, "httpdate")
def httpdate(vm: Interpreter, this: RClass, text: Value) -> Value:
    if not isinstance(text, RString):
        raise vm.no_method(text, "match?")
    source = string_argument(vm, text)
    found = dateparse.parse(source.text)
    if (
        found.year is None
        or found.month is None
        or found.day is None
        or found.hour is None
        or not source.s.strip().endswith("GMT")
    ):
        raise argument_error(f"not RFC 2616 compliant date: {vm.inspect(source)}")
    found.zone, found.offset = "UTC", 0
    return _time_of(vm, found, datetime(1970, 1, 1))


_RFC_2822 = re.compile(
    r"\s*(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s*,\s*)?\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+"
    r"\d{2,}\s+\d{2}\s*:\s*\d{2}(?:\s*:\s*\d\d)?\s+(?:[+-]\d{4}|UT|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|[A-IK-Z])",
    re.I,
)


@singleton(TIME, "rfc2822", "rfc822")
def rfc2822(vm: Interpreter, this: RClass, text: Value) -> Value:
    if text is None or (isinstance(text, RString) and not _RFC_2822.match(text.s)):
        raise argument_error(f"not RFC 2822 compliant date: {vm.inspect(text)}")
    source = string_argument(vm, text)
    found = dateparse.parse(source.text)
    if found.year is None or found.month is None or found.day is None or found.hour is None:
        raise argument_error(f"not RFC 2822 compliant date: {vm.inspect(source)}")
    return _time_of(vm, found, datetime(1970, 1, 1))


@singleton(TIME, "strptime")
def strptime(vm: Interpreter, this: RClass, text: Value, template: Value) -> Value:
    source, form = string_argument(vm, text), string_argument(vm, template)
    found = dateparse.strptime(source.text, form.text, whole=False)
    if found is None:
        raise argument_error(f"invalid date or strptime format - `{source.text}' `{form.text}'")
    needs_base = found.year is None and found.epoch is None
    base = local_time(vm, now_ns(vm)).wall()[0] if needs_base else datetime(1970, 1, 1)
    return _time_of(vm, found, base)


@singleton(TIME, "days_in_month")
def days_in_month(vm: Interpreter, this: RClass, month: Value, year: Value = UNSET) -> Value:
    import calendar

    chosen = current(vm).wall()[0].year if year is UNSET else int_of(vm, year)
    return calendar.monthrange(chosen, int_of(vm, month))[1]


@singleton(TIME, "days_in_year")
def days_in_year(vm: Interpreter, this: RClass, year: Value = UNSET) -> Value:
    import calendar

    return 366 if calendar.isleap(current(vm).wall()[0].year if year is UNSET else int_of(vm, year)) else 365


@singleton(TIME, "zone")
def zone(vm: Interpreter, this: RClass) -> Value:
    return default_zone(vm)


@singleton(TIME, "find_zone", "find_zone!")
def find_zone(vm: Interpreter, this: RClass, name: Value) -> Value:
    return name if isinstance(name, RTimeZone) else zone_or_error(string_argument(vm, name).text)


# --- strings ------------------------------------------------------------------------------------------------------

_HUMAN = {"DD": "%d", "MM": "%m", "YYYY": "%Y"}


def human_format(text: str) -> str:
    """The SDK's ``MM/DD/YYYY`` and its permutations with ``/`` or ``-``; anything else is a strptime format."""
    for mark in "/-":
        parts = text.split(mark)
        if len(parts) == 3 and set(parts) == set(_HUMAN):
            return mark.join(_HUMAN[p] for p in parts)
    return text


@method(STRING, "to_time")
def string_to_time(vm: Interpreter, this: RString, form: Value = UNSET, *, format: Value = None) -> Value:
    in_utc = isinstance(form, Symbol) and form.name == "utc"
    if isinstance(format, RString) and format.s.strip():
        template = human_format(format.text)
        found = dateparse.strptime(this.text, template)
        if found is None:
            raise argument_error(f"invalid date or strptime format - `{this.text}' `{template}'")
        made = _time_of(vm, found, local_time(vm, now_ns(vm)).wall()[0])
        return RTime(made.ns, utc=True) if in_utc else local_time(vm, made.ns)
    found = dateparse.parse(this.text, century=False)
    if all(part is None for part in (found.year, found.month, found.day, found.hour)):
        return None
    base = local_time(vm, now_ns(vm)).wall()[0]
    wall = _supported_wall(found, base)
    offset = found.offset if found.offset is not None else (0 if in_utc else local_zone(vm).local_offset(wall))
    ns = instant(wall, found.nano, offset)
    return RTime(ns, utc=True) if in_utc else local_time(vm, ns)


def _supported_wall(found: Parsed, base: datetime) -> datetime:
    """ActiveSupport's ``String#to_time``: what is missing is taken from today."""
    return _civil_wall(
        found.year if found.year is not None else base.year,
        found.month if found.month is not None else base.month,
        found.day if found.day is not None else base.day,
        found,
    )


def _civil_wall(year: int, month: int, day: int, found: Parsed) -> datetime:
    extra = timedelta()
    while 28 < day <= 31 and 1 <= month <= 12 and not dateparse.has_valid_date(year, month, day):
        day, extra = day - 1, extra + timedelta(days=1)
    try:
        return datetime(year, month, day, found.hour or 0, found.minute or 0, found.second or 0) + extra
    except ValueError:
        raise argument_error("argument out of range") from None


@method(STRING, "to_date")
def string_to_date(vm: Interpreter, this: RString, *, format: Value = None) -> Value:
    from designer.evaluator.core.dates import date_parse, date_strptime

    if isinstance(format, RString) and format.s.strip():
        return date_strptime(vm, this.text, human_format(format.text))
    return None if not this.s.strip() else date_parse(vm, this.text, century=False)


@method(STRING, "to_datetime")
def string_to_datetime(vm: Interpreter, this: RString) -> Value:
    return None if not this.s.strip() else _datetime_of(vm, dateparse.parse(this.text, century=False))


@method(STRING, "in_time_zone")
def string_in_time_zone(vm: Interpreter, this: RString, zone_: Value = UNSET) -> Value:
    from designer.evaluator.core.moments import zone_argument
    from designer.evaluator.core.time_zones import parse_in

    chosen = default_zone(vm) if zone_ is UNSET else zone_argument(vm, zone_)
    return parse_in(vm, chosen, this)


# --- DateTime -----------------------------------------------------------------------------------------------------


@singleton(DATE_TIME, "parse", "iso8601", "xmlschema", "rfc3339", "httpdate", "rfc2822")
def datetime_parse(vm: Interpreter, this: RClass, text: Value) -> Value:
    return _datetime_of(vm, dateparse.parse(string_argument(vm, text).text))


def _datetime_of(vm: Interpreter, found: Parsed) -> Value:
    if not found.says_date and found.hour is None:
        raise RubyError.of("Date::Error", "invalid date")
    base = local_time(vm, now_ns(vm)).wall()[0] if found.year is None else datetime(1970, 1, 1)
    try:
        wall = resolved(vm, found, base)
    except RubyError:
        raise RubyError.of("Date::Error", "invalid date") from None
    offset = found.offset or 0
    return RDateTime(instant(wall, found.nano, offset), offset)


@singleton(DATE_TIME, "strptime")
def datetime_strptime(vm: Interpreter, this: RClass, text: Value, template: Value = RString("%FT%T%z")) -> Value:
    found = dateparse.strptime(string_argument(vm, text).text, string_argument(vm, template).text)
    if found is None:
        raise RubyError.of("Date::Error", "invalid date")
    base = local_time(vm, now_ns(vm)).wall()[0] if found.year is None else datetime(1970, 1, 1)
    wall = resolved(vm, found, base)
    return RDateTime(instant(wall, found.nano, found.offset or 0), found.offset or 0)


@singleton(DATE_TIME, "new", "civil")
def datetime_new(vm: Interpreter, this: RClass, *args: Value) -> Value:
    given = list(args) or [-4712]
    offset = 0
    if len(given) > 6:
        if isinstance(given[6], RString):
            offset = dateparse.zone_offset(given[6].s) or 0
        else:
            offset = nanoseconds(given[6]) * 86_400 // NANO
    try:
        wall, rest = _civil(vm, tuple(given[:6]))
    except RubyError:
        raise RubyError.of("Date::Error", "invalid date") from None
    return RDateTime(instant(wall, rest, offset), offset)
