"""Times at which nobody posts are told from those at which somebody may have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from automagic.language.style.clockwork import Clockwork, find_clockwork

DAWN = datetime(2027, 1, 31, 12, tzinfo=UTC)


def each(count: int, **apart: int) -> list[datetime]:
    return [DAWN + number * timedelta(**apart) for number in range(count)]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (each(30, days=1), Clockwork(30, "12:00:00", 86400.0)),
        ([DAWN + timedelta(days=number * number) for number in range(30)], Clockwork(30, "12:00:00")),
        (sorted([*each(90, days=1), *(DAWN + timedelta(hours=5 * n) for n in range(9))]), Clockwork(91, "12:00:00")),
        (each(29, days=1), None),
        (each(90, days=1, seconds=7), None),
        (each(90, hours=6), None),
        ([], None),
    ],
)
def test_what_gives_made_up_times_away(times: list[datetime], found: Clockwork | None) -> None:
    assert find_clockwork(times) == found
