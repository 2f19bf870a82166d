"""When a schedule is due: clock times in a time zone, or a fixed interval. Pure functions of the time.

A time of day is due once on each of its days, whatever the clocks do: one that the change to summer time skips is due
at the moment of the change, one that the change back repeats is due the first time only. What runs in every hour
(`*` for the hour) and intervals follow real time: they run in a repeated hour again, and nothing is moved.

Times are seconds since 1970 (UTC).
"""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MINUTE_S = 60
MAX_EVERY_S = 366 * 86400
MAX_JITTER_S = 12 * 3600

GRACE_S = 300.0
"""A firing that is no later than this is on time; a later one was missed."""

Missed = Literal["run-once", "skip"]

_OFFSET_STEP_S = 15 * MINUTE_S
"""Every zone's distance from UTC is a multiple of it, so days begin at one."""

_FIELDS = ("minute", "hour", "day of month", "month", "day of week")
_SPAN_S = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


@dataclass(frozen=True, slots=True)
class Timing:
    """When.

    Attributes:
        crons: Cron expressions of five fields; due when any of them is. Empty for an interval.
        zone: IANA name of the zone that they are read in.
        every_s: The interval, whole minutes; 0 for none.
        start: Intervals are counted from here, backwards too.
        jitter_s: Each firing is late by a random time, at most this long.
    """

    crons: tuple[str, ...] = ()
    zone: str = "UTC"
    every_s: int = 0
    start: float = 0.0
    jitter_s: int = 0


@dataclass(frozen=True, slots=True)
class Due:
    """What is due now.

    Attributes:
        at: The latest time that was due; the earlier ones are one with it.
        count: How many there were; at most `MANY`, which means "this many or more".
        late: Whether it is too late to be on time.
    """

    at: float
    count: int
    late: bool


MANY = 1000


def parse_cron(text: str) -> str:
    """A cron expression that is one, in its normal form.

    Raises:
        ValueError: Naming the field that is wrong.
    """
    parts = text.upper().split()
    if len(parts) != len(_FIELDS):
        raise ValueError(f"has {len(parts)} fields; it needs five: {', '.join(_FIELDS)}")
    for number, part in enumerate(parts):
        try:
            CronSim(" ".join(part if place == number else "*" for place in range(len(_FIELDS))), _ANY_DAY)
        except (CronSimError, ValueError) as error:
            raise ValueError(f"has a wrong {_FIELDS[number]}, {part!r}") from error
    try:
        simulation = CronSim(" ".join(parts), _ANY_DAY)
        next(simulation)
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"never happens: no {_FIELDS[2]} {parts[2]!r} in {_FIELDS[3]} {parts[3]!r}") from error
    if simulation.hours == set(range(24)):
        parts[1] = "*"
    return " ".join(parts)


def parse_time_of_day(text: str) -> str:
    """The cron expression of "09:00".

    Raises:
        ValueError: It is not a valid time of day.
    """
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if not found:
        raise ValueError(f"{text!r} is not a valid time of day; write it like 09:00")
    return f"{int(found[2])} {int(found[1])} * * *"


def parse_span(text: str) -> int:
    """Seconds of "90m", "6h", "1h30m", "2d" or "1w".

    Raises:
        ValueError: It is not a valid length of time, or negative.
    """
    if text.strip().startswith("-"):
        raise ValueError(f"{text!r} is negative")
    parts = re.findall(r"(\d{1,7})\s*([smhdw])", text, re.ASCII)
    if not parts or not re.fullmatch(r"(?:\s*\d{1,7}\s*[smhdw]\s*)+", text, re.ASCII):
        raise ValueError(f"{text!r} is not a valid span of time; write it like 90m, 6h or 2d")
    return sum(int(number) * _SPAN_S[unit] for number, unit in parts)


_ANY_DAY = datetime(2027, 1, 1)  # noqa: DTZ001 - wall-clock time, as cron expressions are


def next_due(timing: Timing, after: float) -> float:
    """The first due time later than `after`."""
    if timing.every_s:
        return timing.start + ((after - timing.start) // timing.every_s + 1) * timing.every_s
    return min(_next_of_cron(cron, ZoneInfo(timing.zone), after) for cron in timing.crons)


def due_times(timing: Timing, after: float) -> Iterator[float]:
    """The due times later than `after`, without end."""
    while True:
        after = next_due(timing, after)
        yield after


def find_changes(zone: ZoneInfo, start: float, end: float) -> Iterator[float]:
    """When clocks in a zone change between two times: the first moment of the new time, in order."""

    def offset(moment: float) -> timedelta | None:
        return datetime.fromtimestamp(moment, zone).utcoffset()

    day = start
    while day < end:
        low, high = day, min(day + 86400.0, end)
        if offset(low) != offset(high):
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            yield float(math.floor(high))
        day += 86400.0


def wake_time(timing: Timing, name: str, due: float) -> float:
    """When the firing of schedule `name` that is due then takes place: the same for every process that asks."""
    if not timing.jitter_s:
        return due
    digest = hashlib.sha256(f"{name} {due:.0f}".encode()).digest()
    return due + int.from_bytes(digest[:8], "big") % (timing.jitter_s + 1)


def find_due(timing: Timing, name: str, *, last: float, now: float) -> Due | None:
    """What is due at `now` and later than `last`, the latest due time that was seen to; None for nothing."""
    count, latest = 0, last
    for due in _ready(timing, name, last, now):
        count, latest = count + 1, due
        if count == MANY:
            latest = _latest_ready(timing, name, latest, now)
            break
    if not count:
        return None
    return Due(latest, count, now - wake_time(timing, name, latest) > GRACE_S)


def _ready(timing: Timing, name: str, after: float, now: float) -> Iterator[float]:
    """Due times whose moment has come, in order; one that has to wait holds those behind it."""
    return itertools.takewhile(lambda due: wake_time(timing, name, due) <= now, due_times(timing, after))


def _latest_ready(timing: Timing, name: str, known: float, now: float) -> float:
    """The latest of very many, without walking through all of them."""
    span = 2.0 * (3600 + timing.jitter_s)
    while now - span > known:
        near = list(_ready(timing, name, now - span, now))
        if near:
            return near[-1]
        span *= 8
    return max(_ready(timing, name, known, now), default=known)


def _next_of_cron(cron: str, zone: ZoneInfo, after: float) -> float:
    local = datetime.fromtimestamp(after, zone)
    if cron.split()[1] == "*":
        return _next_in_real_time(CronSim(cron, _ANY_DAY), zone, after)
    # No earlier wall-clock time can be due later: the first occurrence counts, and what is skipped moves forward.
    for wall in CronSim(cron, local.replace(tzinfo=None, fold=0)):
        due = _first_occurrence(wall, zone)
        if due > after:
            return due
    raise AssertionError(cron)  # parse_cron has seen that it happens


def _next_in_real_time(cron: CronSim, zone: ZoneInfo, after: float) -> float:
    """By looking at the clock minute by minute: CronSim itself loses a firing where clocks change by half an hour."""
    moment = (after // MINUTE_S + 1) * MINUTE_S
    while True:
        local = datetime.fromtimestamp(moment, zone)
        if local.month not in cron.months or not cron.match_day(local.date()):
            moment += _OFFSET_STEP_S - moment % _OFFSET_STEP_S
        elif local.minute not in cron.minutes:
            moment += MINUTE_S
        else:
            return moment


def _first_occurrence(wall: datetime, zone: ZoneInfo) -> float:
    """When clocks in the zone first show `wall`; the moment of the change when they skip it."""
    while True:
        due = wall.replace(tzinfo=zone)
        if due.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall:
            return due.timestamp()
        wall += timedelta(minutes=1)
