"""When a job is due, as a person writes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from automagic.errors import RequestError

MAX_DELAY_S = 366 * 86400


def parse_time(text: str, *, now: datetime | None = None) -> float:
    """Seconds since 1970 of a time as a person writes it: "2027-01-31T18:00+01:00", "2027-01-31 18:00", "18:00".

    Without a zone it is local time; without a date, the next such time.

    Raises:
        RequestError: It is not a valid time, is in the past, or is more than a year away.
    """
    now = now or datetime.now().astimezone()
    hint = "Write it like 18:00, 2027-01-31T18:00 or 2027-01-31T18:00+01:00."
    try:
        if len(text) <= len("18:00:00") and ":" in text:
            clock = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - local
            days = (datetime.combine(now.date() + timedelta(days=ahead), clock) for ahead in (0, 1))
            seconds = next(moment for day in days if (moment := day.timestamp()) > now.timestamp())
        else:
            seconds = datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise RequestError(f"{text!r} is not a valid time", hint=hint) from error
    if seconds < now.timestamp() - 60:
        raise RequestError(f"{text!r} is in the past", hint=hint)
    if seconds > now.timestamp() + MAX_DELAY_S:
        raise RequestError(f"{text!r} is more than a year away", hint=hint)
    return seconds
