"""When schedules are due, against a clock that is read minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from automagic.jobs.schedule.times import (
    GRACE_S,
    MANY,
    Timing,
    due_times,
    find_due,
    next_due,
    parse_cron,
    parse_span,
    parse_time_of_day,
    wake_time,
)

# Zone and a day on which its clocks change: at 2:00, at midnight, by half an hour, and by a whole day.
CHANGES = [
    ("Europe/Berlin", "2027-03-28"),
    ("Europe/Berlin", "2027-10-31"),
    ("America/New_York", "2027-03-14"),
    ("America/New_York", "2027-11-07"),
    ("America/Havana", "2027-03-14"),
    ("Africa/Cairo", "2027-04-30"),
    ("Africa/Cairo", "2027-10-28"),
    ("Australia/Lord_Howe", "2027-04-04"),
    ("Australia/Lord_Howe", "2027-10-03"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kolkata", "2027-03-28"),
]


def stamp(text: str, zone: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def shown(timing: Timing, after: str, number: int) -> list[str]:
    zone = ZoneInfo(timing.zone)
    found = islice(due_times(timing, stamp(after, timing.zone)), number)
    return [datetime.fromtimestamp(due, zone).strftime("%m-%d %H:%M %z") for due in found]


# ---------------------------------------------------------------------------------------------- changes of the clocks


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Berlin", "2027-03-27", ["03-27 02:30 +0100", "03-28 03:00 +0200", "03-29 02:30 +0200"]),
        ("Europe/Berlin", "2027-10-30", ["10-30 02:30 +0200", "10-31 02:30 +0200", "11-01 02:30 +0100"]),
        ("America/New_York", "2027-03-13", ["03-13 02:30 -0500", "03-14 03:00 -0400", "03-15 02:30 -0400"]),
    ],
)
def test_a_daily_0230_is_due_once_on_the_day_of_the_change(zone, day, expected):
    assert shown(Timing(crons=(parse_time_of_day("02:30"),), zone=zone), day, 3) == expected


def test_every_half_hour_follows_real_time_through_the_repeated_hour():
    timing = Timing(crons=(parse_cron("*/30 * * * *"),), zone="Europe/Berlin")
    dues = list(islice(due_times(timing, stamp("2027-10-31T00:00", "Europe/Berlin")), 12))
    assert {after - before for before, after in pairwise(dues)} == {1800.0}


def test_an_interval_is_the_same_for_every_process_and_through_every_change():
    timing = Timing(every_s=7 * 3600, zone="Europe/Berlin", start=stamp("2027-01-01T06:00", "Europe/Berlin"))
    early, late = stamp("2026-12-31T20:00"), stamp("2027-03-28T00:30")
    assert next_due(timing, early) == stamp("2027-01-01T05:00") - 7 * 3600
    assert (next_due(timing, late) - timing.start) % (7 * 3600) == 0


FIELDS = st.tuples(
    st.sampled_from(["0", "30", "*/20", "5,35,55", "*", "59", "10-12"]),
    st.sampled_from(["*", "2", "0", "1-3", "*/2", "0-23", "23", "0,2,12"]),
    st.sampled_from(["*", "*", "28-31", "1,30"]),
    st.just("*"),
    st.sampled_from(["*", "*", "mon-fri", "0", "5,6"]),
)


def expected_dues(cron: str, zone: ZoneInfo, start: float, end: float) -> list[float]:
    """By looking at a clock in the zone every minute."""
    named = [_values(text, size) for text, size in zip(cron.split(), (60, 24, 32, 13, 8), strict=True)]
    every_hour = named[1] == set(range(24))
    starred = cron.split()[2].startswith("*") or cron.split()[4].startswith("*")

    def matches(wall: datetime) -> bool:
        minute, hour, day, _, weekday = named
        days = [wall.day in day, wall.isoweekday() % 7 in weekday]
        return wall.minute in minute and wall.hour in hour and (all(days) if starred else any(days))

    found: list[float] = []
    seen: set[datetime] = set()
    before = datetime.fromtimestamp(start - 60, zone).replace(tzinfo=None)
    for moment in range(int(start), int(end), 60):
        wall = datetime.fromtimestamp(moment, zone).replace(tzinfo=None, fold=0)
        skipped = [before + timedelta(minutes=n) for n in range(1, int((wall - before).total_seconds() // 60))]
        if matches(wall) if every_hour else any(matches(one) for one in (wall, *skipped) if one not in seen):
            found.append(float(moment))
        seen |= {wall, *skipped}
        before = wall
    return found


def _values(text: str, size: int) -> set[int]:
    if text == "MON-FRI":
        return {1, 2, 3, 4, 5}
    found: set[int] = set()
    for part in text.split(","):
        ends, _, step = part.partition("/")
        low, _, high = ("0", "", str(size - 1)) if ends == "*" else ends.partition("-")
        found |= set(range(int(low), int(high or low) + 1, int(step or 1)))
    return found


@settings(max_examples=30)
@given(FIELDS, st.sampled_from(CHANGES))
@example(("30", "*", "*", "*", "*"), ("Australia/Lord_Howe", "2027-04-04"))
def test_due_times_increase_and_none_is_lost_or_doubled_when_the_clocks_change(fields, change):
    name, day = change
    zone = ZoneInfo(name)
    middle = stamp(f"{day}T12:00")
    start, end = middle - 86400, middle + 86400
    cron = parse_cron(" ".join(fields))
    timing = Timing(crons=(cron,), zone=name)
    found = []
    for due in due_times(timing, start - 1):
        if due >= end:
            break
        found.append(due)
    assert all(earlier < later for earlier, later in pairwise(found))
    # It looks at the day before as well, to know what a repeated hour repeats.
    assert found == [due for due in expected_dues(cron, zone, start - 86400 / 2, end) if due >= start]


@given(FIELDS, st.sampled_from(CHANGES), st.integers(0, 4 * 86400), st.integers(0, 3000))
@settings(max_examples=50)
def test_walking_from_any_moment_gives_the_same_due_times(fields, change, offset, jitter):
    timing = Timing(crons=(parse_cron(" ".join(fields)),), zone=change[0], jitter_s=jitter)
    start = stamp(f"{change[1]}T12:00") - 2 * 86400
    after = start + offset
    due = next_due(timing, after)
    assert due > after
    assert due == next(one for one in due_times(timing, start) if one > after)
    assert due <= wake_time(timing, "x", due) <= due + jitter


# ---------------------------------------------------------------------------------------------- what is due now

DAILY = Timing(crons=("0 9 * * *",))
NINE = stamp("2027-01-31T09:00")


def test_nothing_is_due_before_its_time_or_when_it_was_seen_to():
    assert find_due(DAILY, "daily", last=NINE - 86400, now=NINE - 1) is None
    assert find_due(DAILY, "daily", last=NINE, now=NINE + 3600) is None


def test_what_is_due_on_time_is_not_late_and_what_was_missed_is_one():
    on_time = find_due(DAILY, "daily", last=NINE - 86400, now=NINE + GRACE_S)
    assert on_time is not None
    assert (on_time.at, on_time.count, on_time.late) == (NINE, 1, False)
    missed = find_due(DAILY, "daily", last=NINE - 5 * 86400, now=NINE + 3600)
    assert missed is not None
    assert (missed.at, missed.count, missed.late) == (NINE, 5, True)


@pytest.mark.parametrize("cron", ["* * * * *", "*/7 3 1 1 *", "0 9 * * *"])
def test_after_years_the_latest_is_found_all_the_same(cron):
    timing = Timing(crons=(cron,))
    now = stamp("2027-06-15T12:00:30")
    due = find_due(timing, "x", last=stamp("2007-01-01T00:00"), now=now)
    assert due is not None
    assert due.at <= now < next_due(timing, due.at)
    assert due.count <= MANY


def test_jitter_is_the_same_for_every_process_and_differs_by_day():
    timing = Timing(crons=("0 9 * * *",), jitter_s=600)
    delays = [wake_time(timing, "daily", NINE + day * 86400) - (NINE + day * 86400) for day in range(50)]
    assert all(0 <= delay <= 600 for delay in delays)
    assert len(set(delays)) > 30
    due = find_due(timing, "daily", last=NINE - 1, now=NINE + delays[0])
    assert due is not None
    assert due.at == NINE
    assert find_due(timing, "daily", last=NINE - 1, now=NINE + delays[0] - 1) is None


# ---------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("61 * * * *", "minute, '61'"),
        ("0 25 * * *", "hour, '25'"),
        ("0 9 0 * *", "day of month"),
        ("0 9 * 13 *", "month, '13'"),
        ("0 9 * * noday", "day of week"),
        ("0 9 * *", "4 fields"),
        ("0 0 9 * * *", "6 fields"),
        ("*/0 * * * *", "minute"),
        ("5-1 * * * *", "minute"),
        ("0 9 31 2 *", "never happens"),
        ("", "0 fields"),
        ("٣ * * * *", "minute"),
    ],
)
def test_a_wrong_cron_expression_names_the_field(text, told):
    with pytest.raises(ValueError, match=told):
        parse_cron(text)


def test_spans_and_times_of_day():
    assert [parse_span(text) for text in ("90m", "6h", "1h30m", "2d", "45s", "1w")] == [
        5400,
        21600,
        5400,
        172800,
        45,
        604800,
    ]
    assert parse_time_of_day("7:05") == "5 7 * * *"
    for text in ("", "6", "h", "6h x", "1.5h", "٣h"):
        with pytest.raises(ValueError, match="not a valid span"):
            parse_span(text)
    with pytest.raises(ValueError, match="negative"):
        parse_span("-5m")
    for text in ("24:00", "9", "09:60", "nine"):
        with pytest.raises(ValueError, match="time of day"):
            parse_time_of_day(text)
    assert datetime.fromtimestamp(NINE, UTC).hour == 9
