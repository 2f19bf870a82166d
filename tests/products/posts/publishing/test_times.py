"""When a draft that waits is published."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from automagic.products.posts.publishing.times import good_hours, next_time, parse_time

NOW = datetime(2027, 1, 31, 12, 30, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def local(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%d %H:%M")


def test_a_time_has_a_zone():
    assert parse_time("2027-02-01T18:00+01:00", now=NOW) == datetime(2027, 2, 1, 17, tzinfo=UTC).timestamp()


def test_the_hours_in_which_somebody_posts_most():
    posts = [datetime(2027, 1, day, hour, 5, tzinfo=UTC) for day in range(1, 16) for hour in (6, 11, 11, 17)]
    assert good_hours(posts) == (7, 12, 18)
    assert good_hours(posts[:29]) == ()
    assert good_hours(datetime(2027, 1, day, 12, tzinfo=UTC) for day in range(1, 31)) == ()


def test_the_next_good_hour_is_free_and_its_day_not_full():
    assert local(next_time([7, 18], [], 5, now=NOW)) == "31 18:00"
    first = next_time([7, 18], [], 5, now=NOW)
    assert local(next_time([7, 18], [first], 5, now=NOW)) == "01 07:00"
    assert local(next_time([7, 18], [first, first + 13 * 3600], 1, now=NOW)) == "02 07:00"


def test_summer_time_moves_no_hour():
    before = datetime(2027, 3, 27, 20, tzinfo=UTC).timestamp()  # clocks go forward in this night
    assert local(next_time([7], [], 5, now=before)) == "28 07:00"
    assert timedelta(seconds=next_time([7], [], 5, now=before) - before) == timedelta(hours=9)
