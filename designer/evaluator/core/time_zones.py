"""ActiveSupport::TimeZone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from designer import facts
from designer.evaluator.classes import TIME_ZONE, RClass, Value
from designer.evaluator.core import dateparse
from designer.evaluator.core.moments import nanoseconds
from designer.evaluator.core.registry import method, singleton
from designer.evaluator.core.time_class import _civil, resolved
from designer.evaluator.errors import RubyError, argument_error
from designer.evaluator.numbers import int_of, is_number
from designer.evaluator.strings import string_argument
from designer.evaluator.times import (
    NANO,
    Moment,
    RDate,
    RDuration,
    RTime,
    RTimeWithZone,
    RTimeZone,
    instant,
    now_ns,
    offset_text,
    zone_named,
)
from designer.evaluator.values import RString

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def zone_of_offset(vm: Interpreter, value: Value) -> RTimeZone:
    """The first zone of ActiveSupport's list with that offset: hours where small, else seconds."""
    seconds = nanoseconds(value) // NANO
    if abs(seconds) <= 13:
        seconds *= 3600
    for name in facts.table("time_zones")["zones"]:
        found = zone_named(name)
        if found is not None and found.base_offset() == seconds:
            return found
    raise argument_error(f"Invalid Timezone: {vm.inspect(value)}")


@singleton(TIME_ZONE, "[]")
def lookup(vm: Interpreter, this: RClass, value: Value) -> Value:
    if isinstance(value, RTimeZone):
        return value
    if isinstance(value, RString):
        return zone_named(value.text)
    if is_number(value) or isinstance(value, RDuration):
        return zone_of_offset(vm, value)
    raise argument_error(f"invalid argument to TimeZone[]: {vm.inspect(value)}")


@singleton(TIME_ZONE, "new")
def new(vm: Interpreter, this: RClass, name: Value, offset: Value = None) -> Value:
    text = string_argument(vm, name).text
    if offset is not None:
        seconds = int_of(vm, offset)
        return RTimeZone(text, text, timezone(timedelta(seconds=seconds)))
    found = zone_named(text)
    if found is None:
        raise RubyError.of("TZInfo::InvalidTimezoneIdentifier", f"Invalid identifier: {text}")
    return found


@method(TIME_ZONE, "name")
def name_(vm: Interpreter, this: RTimeZone) -> Value:
    return RString(this.name)


@method(TIME_ZONE, "to_s")
def to_s(vm: Interpreter, this: RTimeZone) -> Value:
    return RString(this.plain_text())


@method(TIME_ZONE, "utc_offset")
def utc_offset(vm: Interpreter, this: RTimeZone) -> Value:
    return this.base_offset()


@method(TIME_ZONE, "formatted_offset")
def formatted_offset(vm: Interpreter, this: RTimeZone, colon: Value = True, alternate: Value = None) -> Value:
    if this.base_offset() == 0 and alternate is not None:
        return alternate
    return RString(offset_text(this.base_offset(), colon=colon not in (None, False)))


@method(TIME_ZONE, "now")
def now(vm: Interpreter, this: RTimeZone) -> Value:
    return RTimeWithZone(now_ns(vm), this)


def _day(vm: Interpreter, this: RTimeZone, by: int) -> RDate:
    return RDate(RTimeWithZone(now_ns(vm), this).wall()[0].date() + timedelta(days=by))


@method(TIME_ZONE, "today")
def today(vm: Interpreter, this: RTimeZone) -> Value:
    return _day(vm, this, 0)


@method(TIME_ZONE, "tomorrow")
def tomorrow(vm: Interpreter, this: RTimeZone) -> Value:
    return _day(vm, this, 1)


@method(TIME_ZONE, "yesterday")
def yesterday(vm: Interpreter, this: RTimeZone) -> Value:
    return _day(vm, this, -1)


@method(TIME_ZONE, "at")
def at(vm: Interpreter, this: RTimeZone, seconds: Value, part: Value = 0) -> Value:
    ns = seconds.ns if isinstance(seconds, Moment) else nanoseconds(seconds)
    return RTimeWithZone(ns + nanoseconds(part) // 1_000_000, this)


@method(TIME_ZONE, "local")
def local(vm: Interpreter, this: RTimeZone, *args: Value) -> Value:
    wall, rest = _civil(vm, args)
    return RTimeWithZone(instant(wall, rest, this.local_offset(wall)), this)


def parse_in(vm: Interpreter, zone: RTimeZone, text: RString, *, strict_iso: bool = False) -> Value:
    """``Time.zone.parse``: nil where the text says nothing, ArgumentError where it says no date."""
    found = dateparse.parse(text.text, century=False)
    if not found.says_date and found.hour is None:
        if strict_iso:
            raise argument_error("invalid date")
        return None
    now_wall = RTimeWithZone(now_ns(vm), zone).wall()[0] if found.year is None else datetime(1970, 1, 1)
    wall = resolved(vm, found, now_wall, rolls=True)
    offset = zone.local_offset(wall) if found.offset is None else found.offset
    return RTimeWithZone(instant(wall, found.nano, offset), zone)


@method(TIME_ZONE, "parse")
def parse(vm: Interpreter, this: RTimeZone, text: Value, base: Value = None) -> Value:
    return parse_in(vm, this, string_argument(vm, text))


@method(TIME_ZONE, "iso8601", "rfc3339")
def iso8601(vm: Interpreter, this: RTimeZone, text: Value) -> Value:
    return parse_in(vm, this, string_argument(vm, text), strict_iso=True)


@method(TIME_ZONE, "strptime")
def strptime(vm: Interpreter, this: RTimeZone, text: Value, template: Value) -> Value:
    source = string_argument(vm, text)
    found = dateparse.strptime(source.text, string_argument(vm, template).text)
    if found is None:
        raise argument_error(
            f"invalid date or strptime format - `{source.text}' `{string_argument(vm, template).text}'"
        )
    if found.epoch is not None:
        return RTimeWithZone(found.epoch * NANO + found.nano, this)
    wall = resolved(vm, found, RTimeWithZone(now_ns(vm), this).wall()[0])
    offset = this.local_offset(wall) if found.offset is None else found.offset
    return RTimeWithZone(instant(wall, found.nano, offset), this)


@method(TIME_ZONE, "utc_to_local")
def utc_to_local(vm: Interpreter, this: RTimeZone, time: Value) -> Value:
    return RTime(time.ns, this.offset_at(time.ns))


@method(TIME_ZONE, "local_to_utc")
def local_to_utc(vm: Interpreter, this: RTimeZone, time: Value, dst: Value = True) -> Value:
    wall, rest = time.wall()
    return RTime(instant(wall, rest, this.local_offset(wall)), utc=True)


@method(TIME_ZONE, "<=>")
def order(vm: Interpreter, this: RTimeZone, other: Value) -> Value:
    if not isinstance(other, RTimeZone):
        return None
    a, b = (this.base_offset(), this.name), (other.base_offset(), other.name)
    return (a > b) - (a < b)
