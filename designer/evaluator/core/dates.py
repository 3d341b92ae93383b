"""Date."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from designer.evaluator.classes import DATE, DATE_TIME, RClass, Value
from designer.evaluator.core import dateparse
from designer.evaluator.core import strftime as texts
from designer.evaluator.core.calendar import advanced, beginning_of_day, on_day, shifted_days, shifted_months
from designer.evaluator.core.dateparse import Parsed
from designer.evaluator.core.inflections import ordinal
from designer.evaluator.core.moments import zone_argument
from designer.evaluator.core.registry import UNSET, method, singleton
from designer.evaluator.errors import CannotEvaluate, RubyError, argument_error, type_error
from designer.evaluator.interpreter import describe_class
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
    instant,
    local_time,
    local_zone,
    now_ns,
    today,
)
from designer.evaluator.values import RArray, RProc, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

_EPOCH_JD = 2_440_588
for _cls in (DATE, DATE_TIME):
    _cls.constants.update(
        {
            "MONTHNAMES": RArray([None, *(RString(m, frozen=True) for m in texts.MONTHS)]),
            "ABBR_MONTHNAMES": RArray([None, *(RString(m[:3], frozen=True) for m in texts.MONTHS)]),
            "DAYNAMES": RArray([RString(d, frozen=True) for d in (texts.DAYS[6], *texts.DAYS[:6])]),
            "ABBR_DAYNAMES": RArray([RString(d[:3], frozen=True) for d in (texts.DAYS[6], *texts.DAYS[:6])]),
        }
    )
for _list in DATE.constants.values():
    if isinstance(_list, RArray):
        _list.frozen = True


def invalid_date() -> RubyError:
    return RubyError.of("Date::Error", "invalid date")


def _made(year: int, month: int, day: int) -> RDate:
    if month < 0:
        month += 13
    try:
        if day < 0:
            day = months.monthrange(year, month)[1] + day + 1
        return RDate(date(year, month, day))
    except (ValueError, months.IllegalMonthError):
        raise invalid_date() from None


@singleton(DATE, "new", "civil")
def new(vm: Interpreter, this: RClass, year: Value = -4712, month: Value = 1, day: Value = 1) -> Value:
    if not is_number(year) or not is_number(month) or not is_number(day):
        raise type_error(
            f"invalid {'year' if not is_number(year) else 'month' if not is_number(month) else 'day'} (not numeric)"
        )
    return _made(int_of(vm, year), int_of(vm, month), int_of(vm, day))


@singleton(DATE, "today")
def today_(vm: Interpreter, this: RClass) -> Value:
    return RDate(local_time(vm, now_ns(vm)).wall()[0].date())


@singleton(DATE, "current")
def current_(vm: Interpreter, this: RClass) -> Value:
    return today(vm)


@singleton(DATE, "tomorrow")
def tomorrow(vm: Interpreter, this: RClass) -> Value:
    return RDate(shifted_days(today(vm).day, 1))


@singleton(DATE, "yesterday")
def yesterday(vm: Interpreter, this: RClass) -> Value:
    return RDate(shifted_days(today(vm).day, -1))


@singleton(DATE, "valid_date?", "valid_civil?")
def valid_date(vm: Interpreter, this: RClass, year: Value, month: Value, day: Value) -> Value:
    if not (is_number(year) and is_number(month) and is_number(day)):
        return False
    try:
        _made(int_of(vm, year), int_of(vm, month), int_of(vm, day))
    except RubyError:
        return False
    return True


@singleton(DATE, "leap?", "gregorian_leap?")
def leap_year(vm: Interpreter, this: RClass, year: Value) -> Value:
    return months.isleap(int_of(vm, year))


def date_from(vm: Interpreter, found: Parsed) -> RDate:
    if not found.says_date:
        raise invalid_date()
    base = local_time(vm, now_ns(vm)).wall()[0] if found.year is None else datetime(1970, 1, 1)
    from designer.evaluator.core.time_class import resolved

    found.hour = found.minute = found.second = None
    try:
        return RDate(resolved(vm, found, base).date())
    except (RubyError, ValueError):
        raise invalid_date() from None


def date_parse(vm: Interpreter, text: str, *, century: bool = True) -> RDate:
    if len(text) > 128:
        raise argument_error(f"string length ({len(text)}) exceeds the limit 128")
    return date_from(vm, dateparse.parse(text, century=century))


def date_strptime(vm: Interpreter, text: str, template: str) -> RDate:
    found = dateparse.strptime(text, template)
    if found is None:
        raise invalid_date()
    return date_from(vm, found)


@singleton(DATE, "parse")
def parse(vm: Interpreter, this: RClass, text: Value = RString("-4712-01-01"), comp: Value = True) -> Value:
    return date_parse(vm, string_argument(vm, text).text)


@singleton(DATE, "iso8601", "xmlschema", "rfc3339")
def iso8601_(vm: Interpreter, this: RClass, text: Value) -> Value:
    import re

    if text is None:
        raise invalid_date()
    source = string_argument(vm, text).text
    if re.match(r"\s*\d{4}-\d{2}\s*\Z", source):
        source = f"{source.strip()}-01"
    if not re.match(r"\s*(?:-?\d{4}-?\d{2}-?\d{2}|\d{4}-?\d{3}|\d{4}-?[wW]\d{2}-?\d)(?:[tT]|\s*\Z)", source):
        raise invalid_date()
    return date_parse(vm, source)


@singleton(DATE, "strptime")
def strptime(vm: Interpreter, this: RClass, text: Value, template: Value = RString("%F")) -> Value:
    return date_strptime(vm, string_argument(vm, text).text, string_argument(vm, template).text)


# --- parts --------------------------------------------------------------------------------------------------------


def julian(day: date) -> int:
    return (day - date(1970, 1, 1)).days + _EPOCH_JD


_PARTS: dict[tuple[str, ...], Callable[[date], int]] = {
    ("year",): lambda d: d.year, ("month", "mon"): lambda d: d.month, ("day", "mday"): lambda d: d.day,
    ("wday",): lambda d: d.isoweekday() % 7, ("yday",): lambda d: d.timetuple().tm_yday,
    ("cwday",): lambda d: d.isoweekday(), ("cweek", "yweek"): lambda d: d.isocalendar()[1],
    ("cwyear",): lambda d: d.isocalendar()[0], ("jd",): julian, ("mjd",): lambda d: julian(d) - 2_400_001,
}  # fmt: skip


def _part(names: tuple[str, ...], read: Callable[[date], int]) -> None:
    def run(vm: Interpreter, this: RDate) -> Value:
        return read(this.day)

    method(DATE, *names)(run)


for _names, _read in _PARTS.items():
    _part(_names, _read)
for _place, _name in enumerate(texts.DAYS):

    def _weekday(place: int):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: RDate) -> Value:
            return this.day.weekday() == place

        return run

    DATE.methods.pop(_name.lower() + "?", None)
    method(DATE, _name.lower() + "?")(_weekday(_place))


@method(DATE, "on_weekend?")
def on_weekend(vm: Interpreter, this: RDate) -> Value:
    return this.day.weekday() > 4


@method(DATE, "on_weekday?")
def on_weekday(vm: Interpreter, this: RDate) -> Value:
    return this.day.weekday() < 5


@method(DATE, "leap?")
def leap(vm: Interpreter, this: RDate) -> Value:
    return months.isleap(this.day.year)


@method(DATE, "hash")
def hash_(vm: Interpreter, this: RDate) -> Value:
    return hash(this.day)


# --- text ---------------------------------------------------------------------------------------------------------


@method(DATE, "strftime")
def strftime(vm: Interpreter, this: RDate, template: Value = RString("%F")) -> Value:
    return RString(texts.strftime(this, string_argument(vm, template).s))


@method(DATE, "iso8601")
def iso8601(vm: Interpreter, this: RDate) -> Value:
    return RString(this.day.isoformat())


@method(DATE, "httpdate")
def httpdate(vm: Interpreter, this: RDate) -> Value:
    return RString(texts.strftime(this, "%a, %d %b %Y %T GMT"))


@method(DATE, "rfc2822", "rfc822")
def rfc2822(vm: Interpreter, this: RDate) -> Value:
    return RString(texts.strftime(this, "%a, %-d %b %Y %T %z"))


@method(DATE, "rfc3339")
def rfc3339(vm: Interpreter, this: RDate) -> Value:
    return RString(this.day.isoformat() + "T00:00:00+00:00")


_FORMATS = {
    "short": "%d %b", "long": "%B %d, %Y", "db": "%Y-%m-%d", "inspect": "%Y-%m-%d", "number": "%Y%m%d",
    "rfc822": "%d %b %Y", "iso8601": "%Y-%m-%d",
}  # fmt: skip


@method(DATE, "to_s", "to_formatted_s")
def to_s(vm: Interpreter, this: RDate, form: Value = UNSET) -> Value:
    name = form.name if isinstance(form, Symbol) else ""
    if name == "long_ordinal":
        return RString(texts.strftime(this, f"%B {this.day.day}{ordinal(this.day.day)}, %Y"))
    return RString(texts.strftime(this, _FORMATS.get(name, "%Y-%m-%d")))


@method(DATE, "inspect", "readable_inspect")
def inspect(vm: Interpreter, this: RDate) -> Value:
    return RString(texts.strftime(this, "%a, %d %b %Y"))


# --- conversion ---------------------------------------------------------------------------------------------------


@method(DATE, "to_date")
def to_date(vm: Interpreter, this: RDate) -> Value:
    return this


@method(DATE, "to_time")
def to_time(vm: Interpreter, this: RDate, form: Value = UNSET) -> Value:
    wall = datetime.combine(this.day, datetime.min.time())
    if isinstance(form, Symbol) and form.name == "utc":
        return RTime(instant(wall, 0, 0), utc=True)
    zone = local_zone(vm)
    return RTime(instant(wall, 0, zone.local_offset(wall)), zone=zone)


@method(DATE, "xmlschema")
def xmlschema(vm: Interpreter, this: RDate) -> Value:
    return RString(texts.iso8601(beginning_of_day(vm, this), 0))


@method(DATE, "to_datetime")
def to_datetime(vm: Interpreter, this: RDate) -> Value:
    return RDateTime(instant(datetime.combine(this.day, datetime.min.time()), 0, 0), 0)


@method(DATE, "in_time_zone")
def in_time_zone(vm: Interpreter, this: RDate, zone: Value = UNSET) -> Value:
    if zone is UNSET:
        return beginning_of_day(vm, this)
    return RTimeWithZone(0, zone_argument(vm, zone)).at_wall(datetime.combine(this.day, datetime.min.time()), 0)


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _moved(vm: Interpreter, this: RDate, other: Value, sign: int) -> Value:
    if isinstance(other, RDuration):
        return advanced(vm, this, {k: sign * v for k, v in other.parts.items()})
    if not is_number(other):
        raise type_error("expected numeric")
    return RDate(shifted_days(this.day, sign * (fraction_of(other).__floor__())))


@method(DATE, "+")
def plus(vm: Interpreter, this: RDate, other: Value) -> Value:
    return _moved(vm, this, other, 1)


@method(DATE, "-")
def minus(vm: Interpreter, this: RDate, other: Value) -> Value:
    if isinstance(other, RDate):
        return RRational(Fraction((this.day - other.day).days))
    if isinstance(other, RDateTime):
        start = instant(datetime.combine(this.day, datetime.min.time()), 0, 0)
        return RRational(Fraction(start - other.ns, 86_400 * NANO))
    return _moved(vm, this, other, -1)


@method(DATE, ">>")
def later_months(vm: Interpreter, this: RDate, count: Value) -> Value:
    return on_day(this, shifted_months(this.day, int_of(vm, count)))


@method(DATE, "<<")
def earlier_months(vm: Interpreter, this: RDate, count: Value) -> Value:
    return on_day(this, shifted_months(this.day, -int_of(vm, count)))


@method(DATE, "succ", "next")
def succ(vm: Interpreter, this: RDate) -> Value:
    return on_day(this, shifted_days(this.day, 1))


@method(DATE, "since", "in")
def since(vm: Interpreter, this: RDate, seconds: Value) -> Value:
    return vm.invoke(beginning_of_day(vm, this), "+", [seconds], None, None)


@method(DATE, "ago")
def ago(vm: Interpreter, this: RDate, seconds: Value) -> Value:
    return vm.invoke(beginning_of_day(vm, this), "-", [seconds], None, None)


@method(DATE, "<=>")
def order(vm: Interpreter, this: RDate, other: Value) -> Value:
    if isinstance(other, RDate):
        return (this.day > other.day) - (this.day < other.day)
    if isinstance(other, Moment):
        start = instant(datetime.combine(this.day, datetime.min.time()), 0, 0)
        return (start > other.ns) - (start < other.ns)
    if is_number(other):
        jd = fraction_of(other)
        own = Fraction(2 * julian(this.day) - 1, 2)
        return (own > jd) - (own < jd)
    return None


@method(DATE, "==")
def equal(vm: Interpreter, this: RDate, other: Value) -> Value:
    return order(vm, this, other) == 0


@method(DATE, "===")
def same_day(vm: Interpreter, this: RDate, other: Value) -> Value:
    if isinstance(other, RDate):
        return this.day == other.day
    return (isinstance(other, RDateTime) and this.day == other.wall()[0].date()) or None


@method(DATE, "eql?")
def eql(vm: Interpreter, this: RDate, other: Value) -> Value:
    return isinstance(other, RDate) and this.day == other.day


def _walk(vm: Interpreter, this: RDate, last: Value, by: int, block: RProc | None, name: str) -> Value:
    if block is None:
        from designer.evaluator.iterating import REnumerator

        return REnumerator(this, name, [last] if name != "step" else [last, by])
    if not isinstance(last, RDate):
        raise argument_error(f"comparison of Date with {describe_class(last)} failed")
    if isinstance(this, RDateTime):
        raise CannotEvaluate(f"DateTime#{name}")
    day = this.day
    while day <= last.day if by > 0 else day >= last.day:
        vm.yield_(block, RDate(day))
        day = shifted_days(day, by)
    return this


@method(DATE, "upto")
def upto(vm: Interpreter, this: RDate, last: Value, *, block: RProc | None) -> Value:
    return _walk(vm, this, last, 1, block, "upto")


@method(DATE, "downto")
def downto(vm: Interpreter, this: RDate, last: Value, *, block: RProc | None) -> Value:
    return _walk(vm, this, last, -1, block, "downto")


@method(DATE, "step")
def step(vm: Interpreter, this: RDate, last: Value, by: Value = 1, *, block: RProc | None) -> Value:
    stride = int_of(vm, by)
    if stride == 0:
        raise argument_error("step can't be 0")
    return _walk(vm, this, last, stride, block, "step")


# --- asking -------------------------------------------------------------------------------------------------------


@method(DATE, "past?")
def is_past(vm: Interpreter, this: RDate) -> Value:
    return this.day < today(vm).day


@method(DATE, "future?")
def is_future(vm: Interpreter, this: RDate) -> Value:
    return this.day > today(vm).day


for _name, _distance in {"today?": 0, "tomorrow?": 1, "next_day?": 1, "yesterday?": -1, "prev_day?": -1}.items():

    def _on(distance: int):  # type: ignore[no-untyped-def]
        def run(vm: Interpreter, this: RDate) -> Value:
            return (this.day - today(vm).day).days == distance

        return run

    method(DATE, _name)(_on(_distance))
