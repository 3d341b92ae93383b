"""What Time, DateTime and TimeWithZone answer alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import DATE_TIME, TIME, TIME_WITH_ZONE, Value
from designer.evaluator.core import strftime as texts
from designer.evaluator.core.registry import UNSET, Function, method
from designer.evaluator.errors import argument_error, type_error
from designer.evaluator.interpreter import class_of
from designer.evaluator.numbers import RRational, fraction_of, int_of, is_number
from designer.evaluator.strings import string_argument
from designer.evaluator.times import (
    NANO,
    Moment,
    RDate,
    RDateTime,
    RDuration,
    RTime,
    RTimeWithZone,
    RTimeZone,
    current,
    default_zone,
    local_time,
    offset_text,
    zone_or_error,
)
from designer.evaluator.values import RArray, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

MOMENTS = (TIME, DATE_TIME, TIME_WITH_ZONE)


def moment(*names: str) -> Callable[[Function], Function]:
    """Register for Time, DateTime and TimeWithZone."""

    def register(function: Function) -> Function:
        for cls in MOMENTS:
            method(cls, *names)(function)
        return function

    return register


def nanoseconds(value: Value) -> int:
    """A number of seconds as nanoseconds."""
    if type(value) is int:
        return value * NANO
    if isinstance(value, RDuration):
        return nanoseconds(value.value)
    return int(fraction_of(value) * NANO)


# --- parts --------------------------------------------------------------------------------------------------------

_PARTS: dict[tuple[str, ...], Callable[[datetime], int]] = {
    ("year",): lambda w: w.year, ("month", "mon"): lambda w: w.month, ("day", "mday"): lambda w: w.day,
    ("hour",): lambda w: w.hour, ("min", "minute"): lambda w: w.minute, ("sec", "second"): lambda w: w.second,
    ("wday",): lambda w: w.isoweekday() % 7, ("yday",): lambda w: w.timetuple().tm_yday,
    ("seconds_since_midnight",): lambda w: w.hour * 3600 + w.minute * 60 + w.second,
    ("yweek", "cweek"): lambda w: w.isocalendar()[1],
}  # fmt: skip


def _part(names: tuple[str, ...], read: Callable[[datetime], int]) -> None:
    def run(vm: Interpreter, this: Moment) -> Value:
        return read(this.wall()[0])

    moment(*names)(run)


for _names, _read in _PARTS.items():
    _part(_names, _read)
for _cls in (TIME, TIME_WITH_ZONE):
    for _name in ("minute", "second", "cweek"):
        del _cls.methods[_name]


@method(TIME, "seconds_since_midnight")
@method(TIME_WITH_ZONE, "seconds_since_midnight")
def seconds_since_midnight(vm: Interpreter, this: Moment) -> Value:
    wall, rest = this.wall()
    return wall.hour * 3600 + wall.minute * 60 + wall.second + rest // 1000 / 1e6


for _place, _day in enumerate(texts.DAYS):

    def _weekday(place: int):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: Moment) -> Value:
            return this.wall()[0].weekday() == place

        return run

    moment(_day.lower() + "?")(_weekday(_place))


@moment("on_weekend?")
def on_weekend(vm: Interpreter, this: Moment) -> Value:
    return this.wall()[0].weekday() > 4


@moment("on_weekday?")
def on_weekday(vm: Interpreter, this: Moment) -> Value:
    return this.wall()[0].weekday() < 5


@moment("to_i", "tv_sec")
def to_i(vm: Interpreter, this: Moment) -> Value:
    return this.ns // NANO


@moment("to_f")
def to_f(vm: Interpreter, this: Moment) -> Value:
    return float(this.ns) / NANO  # Ruby rounds the nanoseconds first


@moment("to_r")
def to_r(vm: Interpreter, this: Moment) -> Value:
    return RRational(Fraction(this.ns, NANO))


@moment("usec", "tv_usec")
def usec(vm: Interpreter, this: Moment) -> Value:
    return this.ns % NANO // 1000


@moment("nsec", "tv_nsec")
def nsec(vm: Interpreter, this: Moment) -> Value:
    return this.ns % NANO


@moment("subsec")
def subsec(vm: Interpreter, this: Moment) -> Value:
    rest = this.ns % NANO
    return 0 if rest == 0 else RRational(Fraction(rest, NANO))


@moment("zone")
def zone(vm: Interpreter, this: Moment) -> Value:
    name = this.zone_name()
    return None if name is None else RString(name)


@moment("utc_offset", "gmt_offset", "gmtoff")
def utc_offset(vm: Interpreter, this: Moment) -> Value:
    return this.offset


@moment("formatted_offset")
def formatted_offset(vm: Interpreter, this: Moment, colon: Value = True, alternate: Value = None) -> Value:
    if alternate is not None and this.is_utc():
        return alternate
    return RString(offset_text(this.offset, colon=colon not in (None, False)))


@moment("utc?", "gmt?")
def is_utc(vm: Interpreter, this: Moment) -> Value:
    return this.is_utc()


@moment("dst?", "isdst")
def is_dst(vm: Interpreter, this: Moment) -> Value:
    zone_ = this.zone if isinstance(this, RTime | RTimeWithZone) else None
    return zone_ is not None and zone_.offset_at(this.ns) != zone_.base_offset()


@moment("to_a")
def to_a(vm: Interpreter, this: Moment) -> Value:
    w = this.wall()[0]
    return RArray(
        [
            w.second,
            w.minute,
            w.hour,
            w.day,
            w.month,
            w.year,
            w.isoweekday() % 7,
            w.timetuple().tm_yday,
            is_dst(vm, this),
            zone(vm, this),
        ]
    )


@moment("hash")
def hash_(vm: Interpreter, this: Moment) -> Value:
    return hash(this.ns)


# --- text ---------------------------------------------------------------------------------------------------------


@moment("strftime")
def strftime(vm: Interpreter, this: Moment, template: Value) -> Value:
    return RString(texts.strftime(this, string_argument(vm, template).s))


@moment("iso8601", "xmlschema")
def iso8601(vm: Interpreter, this: Moment, digits: Value = 0) -> Value:
    return RString(texts.iso8601(this, int_of(vm, digits)))


TIME_WITH_ZONE.methods["rfc3339"] = TIME_WITH_ZONE.methods["iso8601"]
DATE_TIME.methods["rfc3339"] = DATE_TIME.methods["iso8601"]
DATE_TIME.methods["jisx0301"] = DATE_TIME.methods["iso8601"]
del DATE_TIME.methods["jisx0301"]


@moment("httpdate")
def httpdate(vm: Interpreter, this: Moment) -> Value:
    return RString(texts.httpdate(this))


@moment("rfc2822", "rfc822")
def rfc2822(vm: Interpreter, this: Moment) -> Value:
    return RString(texts.rfc2822(this))


FORMATS = {
    "db": "%Y-%m-%d %H:%M:%S", "inspect": "%Y-%m-%d %H:%M:%S.%9N %z", "number": "%Y%m%d%H%M%S",
    "nsec": "%Y%m%d%H%M%S%9N", "usec": "%Y%m%d%H%M%S%6N", "time": "%H:%M", "short": "%d %b %H:%M",
    "long": "%B %d, %Y %H:%M", "rfc822": "%a, %d %b %Y %H:%M:%S %z",
}  # fmt: skip


@moment("to_s", "to_formatted_s")
def to_s(vm: Interpreter, this: Moment, form: Value = UNSET) -> Value:
    name = form.name if isinstance(form, Symbol) else ""
    if name == "db" and isinstance(this, RTimeWithZone):
        return RString(texts.strftime(RTime(this.ns, utc=True), FORMATS["db"]))
    if name == "iso8601":
        return RString(texts.iso8601(this, 0))
    if name == "long_ordinal":
        from designer.evaluator.core.inflections import ordinal

        day = this.wall()[0].day
        return RString(texts.strftime(this, f"%B {day}{ordinal(day)}, %Y %H:%M"))
    if name in FORMATS:
        return RString(texts.strftime(this, FORMATS[name]))
    return RString(texts.time_text(this))


def fraction_text(rest: int) -> str:
    return f".{rest:09}".rstrip("0") if rest else ""


@moment("inspect")
def inspect(vm: Interpreter, this: Moment) -> Value:
    wall, rest = this.wall()
    if isinstance(this, RTimeWithZone):
        text = texts.strftime(this, f"%a, %d %b %Y %H:%M:%S.{rest:09} %Z ") + offset_text(this.offset, colon=True)
        return RString(text)
    if isinstance(this, RDateTime):
        return RString(texts.strftime(this, "%a, %d %b %Y %H:%M:%S %z"))
    tail = "UTC" if this.is_utc() else offset_text(this.offset, colon=False)
    return RString(f"{wall.year:04}-{wall:%m-%d %H:%M:%S}{fraction_text(rest)} {tail}")


# --- zones --------------------------------------------------------------------------------------------------------


@moment("getutc", "getgm")
def getutc(vm: Interpreter, this: Moment) -> Value:
    return RTime(this.ns, utc=True)


@method(TIME, "utc", "gmtime")
def utc(vm: Interpreter, this: RTime) -> Value:
    this.utc, this.zone, this._offset = True, None, 0
    return this


@method(TIME_WITH_ZONE, "utc", "gmtime", "comparable_time", "getgm", "getutc")
@method(DATE_TIME, "utc", "getutc", "getgm", "gmtime")
def zoned_utc(vm: Interpreter, this: Moment) -> Value:
    return RTime(this.ns, utc=True)


def _offset_argument(vm: Interpreter, value: Value) -> int:
    if isinstance(value, RString):
        from designer.evaluator.core.dateparse import zone_offset

        if value.s == "UTC":
            return 0
        found = zone_offset(value.s) if value.s[:1] in "+-" else None
        if found is None:
            raise argument_error(f'"+HH:MM", "-HH:MM", "UTC" or "A".."I","K".."Z" expected for utc_offset: {value.s}')
        return found
    return int_of(vm, value)


@moment("getlocal")
def getlocal(vm: Interpreter, this: Moment, offset: Value = None) -> Value:
    if offset is None:
        return local_time(vm, this.ns)
    if isinstance(offset, RString) and offset.s == "UTC":
        return RTime(this.ns, utc=True)
    return RTime(this.ns, _offset_argument(vm, offset))


@method(TIME, "localtime")
def localtime(vm: Interpreter, this: RTime, offset: Value = None) -> Value:
    found = getlocal(vm, this, offset)
    this.utc, this.zone, this._offset = found.utc, found.zone, found._offset
    return this


@method(TIME_WITH_ZONE, "localtime")
@method(DATE_TIME, "localtime")
def zoned_localtime(vm: Interpreter, this: Moment, offset: Value = None) -> Value:
    return getlocal(vm, this, offset)


def zone_argument(vm: Interpreter, value: Value) -> RTimeZone:
    if isinstance(value, RTimeZone):
        return value
    if isinstance(value, RString):
        return zone_or_error(value.text)
    if is_number(value) or isinstance(value, RDuration):
        from designer.evaluator.core.time_zones import zone_of_offset

        return zone_of_offset(vm, value)
    raise argument_error(f"invalid argument to TimeZone[]: {vm.inspect(value)}")


@moment("in_time_zone")
def in_time_zone(vm: Interpreter, this: Moment, zone_: Value = UNSET) -> Value:
    if zone_ is UNSET:
        return RTimeWithZone(this.ns, default_zone(vm))
    if zone_ is None or zone_ is False:
        return this
    if isinstance(zone_, RString):
        from designer.evaluator.times import zone_named

        found = zone_named(zone_.text)
        if found is None:
            raise argument_error(f"Invalid Timezone: {zone_.text}")
        return RTimeWithZone(this.ns, found)
    return RTimeWithZone(this.ns, zone_argument(vm, zone_))


@method(TIME_WITH_ZONE, "is_a?", "kind_of?", "instance_of?")
def is_a_time(vm: Interpreter, this: RTimeWithZone, cls: Value) -> Value:
    return cls is TIME or class_of(this).descends_from(cls)


@method(DATE_TIME, "offset")
def datetime_offset(vm: Interpreter, this: RDateTime) -> Value:
    return RRational(Fraction(this.offset, 86_400))


@method(TIME_WITH_ZONE, "time_zone")
def time_zone(vm: Interpreter, this: RTimeWithZone) -> Value:
    return this.zone


@method(TIME_WITH_ZONE, "time")
def wall_time(vm: Interpreter, this: RTimeWithZone) -> Value:
    return RTime(this.ns + this.offset * NANO, utc=True)


@moment("to_time")
def to_time(vm: Interpreter, this: Moment) -> Value:
    return local_time(vm, this.ns)


@moment("to_date")
def to_date(vm: Interpreter, this: Moment) -> Value:
    return RDate(this.wall()[0].date())


@moment("to_datetime")
def to_datetime(vm: Interpreter, this: Moment) -> Value:
    return this if isinstance(this, RDateTime) else RDateTime(this.ns, this.offset)


# --- order --------------------------------------------------------------------------------------------------------


def _ns_of(value: Value) -> int | None:
    if isinstance(value, Moment):
        return value.ns
    if isinstance(value, RDate):
        return (value.day - datetime(1970, 1, 1).date()).days * 86_400 * NANO
    return None


@moment("<=>")
def spaceship(vm: Interpreter, this: Moment, other: Value) -> Value:
    ns = _ns_of(other)
    if ns is None and is_number(other):
        # Compared with a number, a time is its astronomical Julian day.
        day = Fraction(this.ns, 86_400 * NANO) + Fraction(4_881_175, 2)
        return (day > fraction_of(other)) - (day < fraction_of(other))
    if ns is None:
        return None
    return (this.ns > ns) - (this.ns < ns)


@moment("==", "===")
def equal(vm: Interpreter, this: Moment, other: Value) -> Value:
    return isinstance(other, Moment) and this.ns == other.ns


@moment("eql?")
def eql(vm: Interpreter, this: Moment, other: Value) -> Value:
    return isinstance(other, Moment) and this.ns == other.ns


# --- arithmetic ---------------------------------------------------------------------------------------------------


def moved(vm: Interpreter, this: Moment, duration: RDuration, sign: int) -> Moment:
    """``time + duration``: years to days by the calendar, the rest by the clock."""
    from designer.evaluator.core.calendar import advanced

    parts = {name: sign * value if is_number_like(value) else value for name, value in duration.parts.items()}
    made: Moment = advanced(vm, this, parts)
    return made


def is_number_like(value: Value) -> bool:
    return is_number(value)


def _unit(this: Moment) -> int:
    return 86_400 if isinstance(this, RDateTime) else 1


@moment("+")
def plus(vm: Interpreter, this: Moment, other: Value) -> Value:
    if isinstance(other, RDuration):
        return moved(vm, this, other, 1)
    if not is_number(other):
        if isinstance(other, Moment) and isinstance(this, RTime):
            raise type_error("time + time?")
        raise type_error(_exact_number(vm, other) if not isinstance(this, RDateTime) else "expected numeric")
    return this.at_ns(this.ns + nanoseconds(other) * _unit(this))


def _exact_number(vm: Interpreter, value: Value) -> str:
    return f"can't convert {class_of(value).name} into an exact number"


@moment("-")
def minus(vm: Interpreter, this: Moment, other: Value) -> Value:
    if isinstance(other, RDuration):
        return moved(vm, this, other, -1)
    ns = _ns_of(other)
    if ns is not None:
        if isinstance(this, RDateTime):
            return RRational(Fraction(this.ns - ns, 86_400 * NANO))
        return float(this.ns - ns) / NANO
    if not is_number(other):
        raise type_error(_exact_number(vm, other) if not isinstance(this, RDateTime) else "expected numeric")
    return this.at_ns(this.ns - nanoseconds(other) * _unit(this))


@moment("since", "in")
def since(vm: Interpreter, this: Moment, seconds: Value) -> Value:
    return (
        this.at_ns(this.ns + nanoseconds(seconds))
        if not isinstance(seconds, RDuration)
        else moved(vm, this, seconds, 1)
    )


@moment("ago")
def ago(vm: Interpreter, this: Moment, seconds: Value) -> Value:
    return (
        this.at_ns(this.ns - nanoseconds(seconds))
        if not isinstance(seconds, RDuration)
        else moved(vm, this, seconds, -1)
    )


def _rounded(name: str, adjust: Callable[[int, int], int]) -> None:
    def run(vm: Interpreter, this: Moment, digits: Value = 0) -> Value:
        step = 10 ** (9 - min(9, max(0, int_of(vm, digits))))
        return this.at_ns(adjust(this.ns, step))

    moment(name)(run)


_rounded("round", lambda ns, step: (ns + step // 2) // step * step)
_rounded("floor", lambda ns, step: ns // step * step)
_rounded("ceil", lambda ns, step: -(-ns // step) * step)


# --- asking -------------------------------------------------------------------------------------------------------


@moment("past?")
def is_past(vm: Interpreter, this: Moment) -> Value:
    return this.ns < current(vm).ns


@moment("future?")
def is_future(vm: Interpreter, this: Moment) -> Value:
    return this.ns > current(vm).ns


def _days_from_today(vm: Interpreter, this: Moment) -> int:
    return (this.wall()[0].date() - current(vm).wall()[0].date()).days


for _name, _distance in {"today?": 0, "tomorrow?": 1, "next_day?": 1, "yesterday?": -1, "prev_day?": -1}.items():

    def _on(distance: int):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: Moment) -> Value:
            return _days_from_today(vm, this) == distance

        return run

    moment(_name)(_on(_distance))

for _name in (
    "tv_sec",
    "to_r",
    "tv_usec",
    "tv_nsec",
    "gmt_offset",
    "gmtoff",
    "gmt?",
    "dst?",
    "isdst",
    "to_a",
    "round",
    "floor",
    "ceil",
):
    del DATE_TIME.methods[_name]
