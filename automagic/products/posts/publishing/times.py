"""When a draft is published that waits: at the time that a person says, or in the author's next good hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from automagic.errors import RequestError
from automagic.language.style.clockwork import find_clockwork

GOOD_HOURS = 3
"""So many hours of the day count as those in which an author posts."""

LEAST_TIMES = 30
_LATE_S = 300.0
_FARTHEST_DAYS = 366


def parse_time(text: str, *, now: float) -> float:
    """Seconds since 1970 of a time with a zone.

    Raises:
        RequestError: It is none, has no zone, is past, or more than a year away.
    """
    hint = "Write it like 2027-01-31T18:00+01:00, or next."
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestError(f"at {text[:40]!r} is not a valid time", hint=hint) from error
    if moment.tzinfo is None:
        here = datetime.fromtimestamp(now).astimezone().strftime("%z")
        raise RequestError(f"at {text}: the time zone is missing", hint=f"Here it is now {here[:3]}:{here[3:]}. {hint}")
    at = moment.timestamp()
    if at < now - _LATE_S:
        raise RequestError(f"at {text}: that is past", hint="Leave out --at to publish now.")
    if at > now + _FARTHEST_DAYS * 86400:
        raise RequestError(f"at {text}: that is more than a year away", hint=hint)
    return at


def good_hours(times: Iterable[datetime]) -> tuple[int, ...]:
    """The hours of the day, 0..23 by this machine's clock, in which somebody posts most; none when too few are known,
    or when their times are nobody's.

    Args:
        times: When they posted, with time zones.
    """
    known = sorted(times)
    if len(known) < LEAST_TIMES or find_clockwork(known):
        return ()
    hours = Counter(time.astimezone().hour for time in known)
    return tuple(sorted(hour for hour, _ in sorted(hours.items(), key=lambda one: (-one[1], one[0]))[:GOOD_HOURS]))


def next_time(hours: Sequence[int], taken: Sequence[float], per_day: int, *, now: float) -> float:
    """The beginning of the next good hour that nothing else waits for, on a day that is not full.

    Args:
        hours: Of the day, by this machine's clock; at least one.
        taken: When others are published, in seconds since 1970.
        per_day: How many a day may be.
    """
    moment = datetime.fromtimestamp(now).astimezone().replace(minute=0, second=0, microsecond=0)
    days = Counter(datetime.fromtimestamp(one).astimezone().date() for one in taken)
    at = moment.timestamp()
    while True:
        at += timedelta(hours=1).total_seconds()
        local = datetime.fromtimestamp(at).astimezone()
        free = all(abs(one - at) >= 3600 for one in taken)
        if local.hour in hours and local.minute == 0 and free and days[local.date()] < per_day:
            return at
