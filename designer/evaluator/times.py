"""Time, DateTime, TimeWithZone, Date, TimeZone and Duration."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from designer import facts
from designer.evaluator import classes
from designer.evaluator.classes import RClass, Value
from designer.evaluator.convert import EXPORTERS
from designer.evaluator.errors import CannotEvaluate, argument_error
from designer.evaluator.values import RObject

if TYPE_CHECKING:
    from designer.evaluator.interpreter import Interpreter

NANO = 1_000_000_000
_EPOCH = datetime(1970, 1, 1)


def civil(ns: int, offset: int) -> tuple[datetime, int]:
    """(wall clock without zone, nanoseconds) of an instant at an offset in seconds."""
    seconds, rest = divmod(ns, NANO)
    try:
        return _EPOCH + timedelta(seconds=seconds + offset), rest
    except OverflowError:
        raise CannotEvaluate("a year before 1 or after 9999") from None


def instant(wall: datetime, rest: int, offset: int) -> int:
    """Nanoseconds since 1970 of a wall clock at an offset in seconds."""
    delta = wall - _EPOCH
    return (delta.days * 86_400 + delta.seconds - offset) * NANO + delta.microseconds * 1000 + rest


def offset_text(offset: int, *, colon: bool) -> str:
    sign, rest = ("-", -offset) if offset < 0 else ("+", offset)
    return f"{sign}{rest // 3600:02}{':' if colon else ''}{rest // 60 % 60:02}"


class RTimeZone(RObject):
    """A zone of ActiveSupport: ``name`` as asked for (``"Pacific Time (US & Canada)"``), ``identifier`` IANA's."""

    __slots__ = ("identifier", "name", "tz")

    def __init__(self, name: str, identifier: str, tz: tzinfo) -> None:
        super().__init__(classes.TIME_ZONE)
        self.name = name
        self.identifier = identifier
        self.tz = tz
        self.frozen = True

    def offset_at(self, ns: int) -> int:
        wall, _ = civil(ns, 0)
        found = wall.replace(tzinfo=UTC).astimezone(self.tz).utcoffset()
        return int(found.total_seconds()) if found else 0

    def abbreviation_at(self, ns: int) -> str:
        wall, _ = civil(ns, 0)
        return wall.replace(tzinfo=UTC).astimezone(self.tz).tzname() or ""

    def local_offset(self, wall: datetime) -> int:
        """The offset of a wall clock; of two that are possible the summer one, in a gap the one before it."""
        found = wall.replace(tzinfo=self.tz, fold=0).utcoffset()
        return int(found.total_seconds()) if found else 0

    def base_offset(self) -> int:
        """The zone's offset without summer time, now: AS takes it from the zone's current rules."""
        january = datetime(2024, 1, 1, tzinfo=self.tz)
        july = datetime(2024, 7, 1, tzinfo=self.tz)
        for moment in (january, july):
            if not (moment.dst() or timedelta()):
                found = moment.utcoffset()
                return int(found.total_seconds()) if found else 0
        found = january.utcoffset()
        return int(found.total_seconds()) if found else 0

    def plain_text(self) -> str:
        return f"(GMT{offset_text(self.base_offset(), colon=True)}) {self.name}"


@functools.lru_cache(maxsize=64)
def zone_named(name: str) -> RTimeZone | None:
    """The zone of that ActiveSupport or IANA name, None where there is none."""
    identifier = facts.table("time_zones")["zones"].get(name, name)
    if identifier in ("UTC", "Etc/UTC"):
        return RTimeZone(name, "Etc/UTC", UTC)
    try:
        return RTimeZone(name, identifier, ZoneInfo(identifier))
    except (ZoneInfoNotFoundError, ValueError, OSError, IsADirectoryError):
        return None


def zone_or_error(name: str) -> RTimeZone:
    found = zone_named(name)
    if found is None:
        raise argument_error(f"Invalid Timezone: {name}")
    return found


class Moment(RObject):
    """An instant seen at an offset: what Time, DateTime and TimeWithZone share. ``ns`` counts from 1970."""

    __slots__ = ("ns",)

    def __init__(self, cls: RClass, ns: int) -> None:
        super().__init__(cls)
        self.ns = ns
        self.frozen = False

    @property
    def offset(self) -> int:
        raise NotImplementedError

    def zone_name(self) -> str | None:
        raise NotImplementedError

    def at_ns(self, ns: int) -> Moment:
        """Another instant of the same kind."""
        raise NotImplementedError

    def at_wall(self, wall: datetime, rest: int) -> Moment:
        """The instant of a wall clock in the same zone."""
        raise NotImplementedError

    def is_utc(self) -> bool:
        return False

    def wall(self) -> tuple[datetime, int]:
        return civil(self.ns, self.offset)

    def hash_key(self) -> Any:
        return ("moment", self.ns)


class RTime(Moment):
    """Time: in UTC, at a fixed offset, or in the machine's zone (``zone``)."""

    __slots__ = ("_offset", "utc", "zone")

    def __init__(self, ns: int, offset: int = 0, *, utc: bool = False, zone: RTimeZone | None = None) -> None:
        super().__init__(classes.TIME, ns)
        self.utc = utc
        self.zone = zone
        self._offset = offset if zone is None else zone.offset_at(ns)

    @property
    def offset(self) -> int:
        return self._offset

    def zone_name(self) -> str | None:
        if self.utc:
            return "UTC"
        return self.zone.abbreviation_at(self.ns) if self.zone else None

    def is_utc(self) -> bool:
        return self.utc

    def at_ns(self, ns: int) -> RTime:
        return RTime(ns, self._offset, utc=self.utc, zone=self.zone)

    def at_wall(self, wall: datetime, rest: int) -> RTime:
        offset = self._offset if self.zone is None else self.zone.local_offset(wall)
        return self.at_ns(instant(wall, rest, offset))

    def copy_value(self) -> RTime:
        return self.at_ns(self.ns)


class RDateTime(Moment):
    __slots__ = ("_offset",)

    def __init__(self, ns: int, offset: int = 0) -> None:
        super().__init__(classes.DATE_TIME, ns)
        self._offset = offset

    @property
    def offset(self) -> int:
        return self._offset

    def zone_name(self) -> str:
        return offset_text(self._offset, colon=True)

    @property
    def day(self) -> date:
        """Its day, for what it answers as a Date."""
        return self.wall()[0].date()

    def is_utc(self) -> bool:
        return self._offset == 0

    def at_ns(self, ns: int) -> RDateTime:
        return RDateTime(ns, self._offset)

    def at_wall(self, wall: datetime, rest: int) -> RDateTime:
        return RDateTime(instant(wall, rest, self._offset), self._offset)


class RTimeWithZone(Moment):
    __slots__ = ("zone",)

    def __init__(self, ns: int, zone: RTimeZone) -> None:
        super().__init__(classes.TIME_WITH_ZONE, ns)
        self.zone = zone

    @property
    def offset(self) -> int:
        return self.zone.offset_at(self.ns)

    def zone_name(self) -> str:
        return self.zone.abbreviation_at(self.ns)

    def is_utc(self) -> bool:
        return self.zone_name() in ("UTC", "UCT") or self.zone.identifier in ("Etc/UTC", "UTC")

    def at_ns(self, ns: int) -> RTimeWithZone:
        return RTimeWithZone(ns, self.zone)

    def at_wall(self, wall: datetime, rest: int) -> RTimeWithZone:
        return RTimeWithZone(instant(wall, rest, self.zone.local_offset(wall)), self.zone)


class RDate(RObject):
    __slots__ = ("day",)

    def __init__(self, day: date) -> None:
        super().__init__(classes.DATE)
        self.day = day
        self.frozen = False

    def hash_key(self) -> Any:
        return ("date", self.day)


PARTS = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
PART_SECONDS: dict[str, int] = {
    "years": 31_556_952, "months": 2_629_746, "weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60,
    "seconds": 1,
}  # fmt: skip


class RDuration(RObject):
    """``value`` in seconds; ``parts`` what it was made of, in the order of PARTS.

    ``scalar`` marks a plain number on its way into an operation with a duration (``2 * 1.hour``).
    """

    __slots__ = ("parts", "scalar", "value")

    def __init__(self, value: Value, parts: dict[str, Value], *, scalar: bool = False) -> None:
        super().__init__(classes.DURATION)
        self.scalar = scalar
        self.value = value
        self.parts = {name: parts[name] for name in PARTS if parts.get(name)}
        self.frozen = True

    @classmethod
    def of(cls, unit: str, count: Value) -> RDuration:
        return cls(count * PART_SECONDS[unit], {unit: count})

    def hash_key(self) -> Any:
        return ("duration", self.value)


def now_ns(vm: Interpreter) -> int:
    at = vm.ports.clock()
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * NANO + delta.microseconds * 1000


def default_zone(vm: Interpreter) -> RTimeZone:
    """``Time.zone``."""
    return zone_or_error(vm.ports.zone)


def local_zone(vm: Interpreter) -> RTimeZone:
    """The zone of ``Time.now``."""
    return zone_or_error(vm.ports.local_zone)


def local_time(vm: Interpreter, ns: int) -> RTime:
    return RTime(ns, zone=local_zone(vm))


def current(vm: Interpreter) -> RTimeWithZone:
    """``Time.current``, and the SDK's ``now``."""
    return RTimeWithZone(now_ns(vm), default_zone(vm))


def today(vm: Interpreter) -> RDate:
    """``Date.current``, and the SDK's ``today``."""
    return RDate(current(vm).wall()[0].date())


def _export_moment(value: Moment) -> dict[str, Any]:
    from designer.evaluator.core.strftime import iso8601, time_text

    return {"iso8601": iso8601(value, 0), "to_s": time_text(value), "to_i": value.ns // NANO}


EXPORTERS[RTime] = _export_moment
EXPORTERS[RTimeWithZone] = _export_moment
EXPORTERS[RDateTime] = _export_moment
EXPORTERS[RDate] = lambda value: {"iso8601": value.day.isoformat()}
EXPORTERS[RDuration] = lambda value: {"to_i": int(value.value)}
