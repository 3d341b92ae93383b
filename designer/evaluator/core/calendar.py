"""Calendar arithmetic of ActiveSupport, for times and dates alike."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from designer.evaluator.classes import DATE, Value
from designer.evaluator.core.moments import moment
from designer.evaluator.core.registry import Function, method
from designer.evaluator.core.strftime import DAYS, strftime
from designer.evaluator.errors import CannotEvaluate, argument_error
from designer.evaluator.numbers import fraction_of, int_of
from designer.evaluator.times import NANO, Moment, RDate, RTimeWithZone, default_zone
from designer.evaluator.values import RHash, RRange, RString, Symbol

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter


def shifted_months(day: date, months: int) -> date:
    """The same day so many months on, or that month's last."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise CannotEvaluate("a year before 1 or after 9999")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shifted_days(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CannotEvaluate("a year before 1 or after 9999") from None


def advanced(vm: Interpreter, this: Moment | RDate, parts: dict[str, Any]) -> Any:
    """``advance``: years, months, weeks and days by the calendar, then hours, minutes and seconds by the clock."""
    clock = sum(
        (fraction_of(parts.get(n) or 0) * f for n, f in (("hours", 3600), ("minutes", 60), ("seconds", 1))), Fraction(0)
    )
    weeks, days = fraction_of(parts.get("weeks") or 0), fraction_of(parts.get("days") or 0)
    days += weeks * 7
    whole_days = days.numerator // days.denominator
    clock += (days - whole_days) * 86_400
    months = int(fraction_of(parts.get("years") or 0) * 12) + int(fraction_of(parts.get("months") or 0))
    if isinstance(this, RDate):
        day = shifted_days(shifted_months(this.day, months), whole_days)
        if clock:
            start = beginning_of_day(vm, RDate(day))
            return start.at_ns(start.ns + int(clock * NANO))
        return RDate(day)
    moved = this
    if months or whole_days:
        wall, rest = this.wall()
        day = shifted_days(shifted_months(wall.date(), months), whole_days)
        moved = this.at_wall(datetime.combine(day, wall.time()), rest)
    return moved.at_ns(moved.ns + int(clock * NANO)) if clock else moved


def beginning_of_day(vm: Interpreter, this: Moment | RDate) -> Moment:
    """Midnight; of a date, in ``Time.zone``."""
    if isinstance(this, RDate):
        zone = default_zone(vm)
        return RTimeWithZone(0, zone).at_wall(datetime.combine(this.day, datetime.min.time()), 0)
    return this.at_wall(datetime.combine(this.wall()[0].date(), datetime.min.time()), 0)


def _end_of_day(vm: Interpreter, this: Moment | RDate) -> Moment:
    start = beginning_of_day(vm, this)
    wall, _ = start.wall()
    return start.at_wall(wall.replace(hour=23, minute=59, second=59), NANO - 1)


def day_of(this: Moment | RDate) -> date:
    return this.day if isinstance(this, RDate) else this.wall()[0].date()


def on_day(this: Moment | RDate, day: date) -> Any:
    """The same time of day on another day."""
    if isinstance(this, RDate):
        return RDate(day)
    wall, rest = this.wall()
    return this.at_wall(datetime.combine(day, wall.time()), rest)


def both(*names: str) -> Callable[[Function], Function]:
    """Register for times and dates."""

    def register(function: Function) -> Function:
        moment(*names)(function)
        return method(DATE, *names)(function)

    return register


both("beginning_of_day", "midnight", "at_midnight", "at_beginning_of_day")(beginning_of_day)
both("end_of_day", "at_end_of_day")(_end_of_day)


@both("middle_of_day", "midday", "noon", "at_midday", "at_noon", "at_middle_of_day")
def noon(vm: Interpreter, this: Moment | RDate) -> Value:
    start = beginning_of_day(vm, this)
    return start.at_wall(start.wall()[0].replace(hour=12), 0)


def _clock_edge(unit: str, floor: Callable[[datetime], datetime], span: int) -> None:
    def start(vm: Interpreter, this: Moment) -> Value:
        return this.at_wall(floor(this.wall()[0]), 0)

    def end(vm: Interpreter, this: Moment) -> Value:
        first = this.at_wall(floor(this.wall()[0]), 0)
        return first.at_ns(first.ns + span * NANO - 1)

    moment(f"beginning_of_{unit}", f"at_beginning_of_{unit}")(start)
    moment(f"end_of_{unit}", f"at_end_of_{unit}")(end)


_clock_edge("hour", lambda w: w.replace(minute=0, second=0), 3600)
_clock_edge("minute", lambda w: w.replace(second=0), 60)


def _weekday_number(start: Value) -> int:
    name = start.name if isinstance(start, Symbol) else "monday"
    names = [d.lower() for d in DAYS]
    if name not in names:
        raise argument_error(f"unknown day {name}")
    return names.index(name)


def _first_of_week(day: date, start: Value) -> date:
    return shifted_days(day, -((day.weekday() - _weekday_number(start)) % 7))


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _last_of(first: date, months: int) -> date:
    return shifted_days(shifted_months(first, months), -1)


def _edge(vm: Interpreter, this: Moment | RDate, day: date, *, end: bool) -> Any:
    if isinstance(this, RDate):
        return RDate(day)
    moved = on_day(this, day)
    return _end_of_day(vm, moved) if end else beginning_of_day(vm, moved)


def _span(unit: str, first: Callable[[date], date], months: int) -> None:
    def start(vm: Interpreter, this: Moment | RDate) -> Value:
        return _edge(vm, this, first(day_of(this)), end=False)

    def end(vm: Interpreter, this: Moment | RDate) -> Value:
        return _edge(vm, this, _last_of(first(day_of(this)), months), end=True)

    def whole(vm: Interpreter, this: Moment | RDate) -> Value:
        return RRange(start(vm, this), end(vm, this))

    both(f"beginning_of_{unit}", f"at_beginning_of_{unit}")(start)
    both(f"end_of_{unit}", f"at_end_of_{unit}")(end)
    both(f"all_{unit}")(whole)


_span("month", lambda d: d.replace(day=1), 1)
_span("quarter", _quarter, 3)
_span("year", lambda d: d.replace(month=1, day=1), 12)


@both("beginning_of_week", "at_beginning_of_week")
def beginning_of_week(vm: Interpreter, this: Moment | RDate, start: Value = None) -> Value:
    return _edge(vm, this, _first_of_week(day_of(this), start), end=False)


@both("end_of_week", "at_end_of_week")
def end_of_week(vm: Interpreter, this: Moment | RDate, start: Value = None) -> Value:
    return _edge(vm, this, shifted_days(_first_of_week(day_of(this), start), 6), end=True)


@both("all_week")
def all_week(vm: Interpreter, this: Moment | RDate, start: Value = None) -> Value:
    return RRange(beginning_of_week(vm, this, start), end_of_week(vm, this, start))


@both("all_day")
def all_day(vm: Interpreter, this: Moment | RDate) -> Value:
    return RRange(beginning_of_day(vm, this), _end_of_day(vm, this))


@both("monday")
def monday(vm: Interpreter, this: Moment | RDate) -> Value:
    return beginning_of_week(vm, this)


@both("sunday")
def sunday(vm: Interpreter, this: Moment | RDate) -> Value:
    return end_of_week(vm, this)


@both("days_to_week_start")
def days_to_week_start(vm: Interpreter, this: Moment | RDate, start: Value = None) -> Value:
    return (day_of(this).weekday() - _weekday_number(start)) % 7


def _relative(names: tuple[str, ...], unit: str, factor: int) -> None:
    def run(vm: Interpreter, this: Moment | RDate, count: Value = 1) -> Value:
        return advanced(vm, this, {unit: factor * int_of(vm, count)})

    both(*names)(run)


_relative(("next_day",), "days", 1)
_relative(("prev_day",), "days", -1)
_relative(("next_month",), "months", 1)
_relative(("prev_month",), "months", -1)
_relative(("next_year",), "years", 1)
_relative(("prev_year",), "years", -1)


def _fixed(names: tuple[str, ...], unit: str, count: int) -> None:
    def run(vm: Interpreter, this: Moment | RDate) -> Value:
        return advanced(vm, this, {unit: count})

    both(*names)(run)


_fixed(("tomorrow",), "days", 1)
_fixed(("yesterday",), "days", -1)
_fixed(("last_month",), "months", -1)
_fixed(("last_year",), "years", -1)
_fixed(("next_quarter",), "months", 3)
_fixed(("prev_quarter", "last_quarter"), "months", -3)


def _counted(name: str, unit: str) -> None:
    def later(vm: Interpreter, this: Moment | RDate, count: Value) -> Value:
        return advanced(vm, this, {unit: count})

    def earlier(vm: Interpreter, this: Moment | RDate, count: Value) -> Value:
        return advanced(vm, this, {unit: -fraction_of(count)})

    both(f"{name}_since")(later)
    both(f"{name}_ago")(earlier)


for _unit in ("days", "weeks", "months", "years"):
    _counted(_unit, _unit)


def _week(names: tuple[str, ...], weeks: int) -> None:
    def run(vm: Interpreter, this: Moment | RDate, day: Value = None) -> Value:
        first = _first_of_week(day_of(this), None)
        wanted = shifted_days(first, 7 * weeks + _weekday_number(day))
        return RDate(wanted) if isinstance(this, RDate) else beginning_of_day(vm, on_day(this, wanted))

    both(*names)(run)


_week(("next_week",), 1)
_week(("prev_week", "last_week"), -1)


def _occurring(name: str, step: int) -> None:
    def run(vm: Interpreter, this: Moment | RDate, day: Value) -> Value:
        distance = (
            (_weekday_number(day) - day_of(this).weekday()) % 7
            if step > 0
            else (day_of(this).weekday() - _weekday_number(day)) % 7
        )
        return advanced(vm, this, {"days": step * (distance or 7)})

    both(name)(run)


_occurring("next_occurring", 1)
_occurring("prev_occurring", -1)


def _options(options: RHash | None) -> dict[str, Any]:
    return {k.name if isinstance(k, Symbol) else k.text: v for k, v in options.items()} if options else {}


@both("advance")
def advance(vm: Interpreter, this: Moment | RDate, *args: Value, kwargs: RHash | None) -> Value:
    return advanced(vm, this, _options(kwargs if kwargs is not None else args[0] if args else None))


_CHANGE = ("year", "month", "day", "hour", "min", "sec")


@both("change")
def change(vm: Interpreter, this: Moment | RDate, *args: Value, kwargs: RHash | None) -> Value:
    """Replace parts; giving hour resets minutes and seconds, giving minutes resets seconds."""
    given = _options(kwargs if kwargs is not None else args[0] if args else None)
    if isinstance(this, RDate):
        try:
            return RDate(this.day.replace(**{k: int_of(vm, v) for k, v in given.items() if k in _CHANGE[:3]}))
        except ValueError:
            raise argument_error("invalid date") from None
    wall, rest = this.wall()
    now = {
        "year": wall.year,
        "month": wall.month,
        "day": wall.day,
        "hour": wall.hour,
        "min": wall.minute,
        "sec": wall.second,
    }
    for place, name in enumerate(("hour", "min")):
        if name in given:
            for later in ("min", "sec")[place:]:
                now[later] = 0
    if any(n in given for n in ("hour", "min", "sec")):
        rest = 0
    if "usec" in given:
        rest = int(fraction_of(given["usec"]) * 1000)
    if "nsec" in given:
        rest = int_of(vm, given["nsec"])
    if "offset" in given or "zone" in given or "time_zone" in given:
        raise CannotEvaluate("change(offset:)")
    now.update({k: int_of(vm, v) for k, v in given.items() if k in _CHANGE})
    try:
        changed = datetime(now["year"], now["month"], now["day"], now["hour"], now["min"], now["sec"])
    except ValueError:
        raise argument_error("argument out of range") from None
    return this.at_wall(changed, rest)


@both("before?")
def is_before(vm: Interpreter, this: Moment | RDate, other: Value) -> Value:
    return vm.compare(this, other) < 0


@both("after?")
def is_after(vm: Interpreter, this: Moment | RDate, other: Value) -> Value:
    return vm.compare(this, other) > 0


@both("asctime", "ctime")
def asctime(vm: Interpreter, this: Moment | RDate) -> Value:
    return RString(strftime(this, "%a %b %e %H:%M:%S %Y"))
