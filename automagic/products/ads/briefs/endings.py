"""Whether an offer in a sentence is over: "until 24 December 2025"."""

from __future__ import annotations

import calendar
import datetime
import re

from automagic.language.grounding.dates import dates_in
from automagic.products.ads.briefs.phrases import claim_words, pattern_of

_NUMERIC = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](20\d\d)\b")
_NEAR = 30
"""Characters before a date in which "until" belongs to it."""


def ended_on(text: str, language: str, today: datetime.date) -> datetime.date | None:
    """The last day of an offer that is over; None where none is, or the year is not said.

    "5/6/2025" may be a day of May or June: it is over when both are.
    """
    until = pattern_of(tuple(claim_words(language)["until"]))
    found: list[tuple[int, datetime.date]] = []
    for (year, month, day), place in dates_in(text):
        if year and month:
            found += _days(place.start(), year, month, day or calendar.monthrange(year, month)[1])
    for numeric in _NUMERIC.finditer(text):
        one, other, year = (int(part) for part in numeric.groups())
        days = [*_days(numeric.start(), year, other, one), *_days(numeric.start(), year, one, other)]
        found += sorted(days, key=lambda pair: pair[1])[-1:]
    for start, last in found:
        if last < today and until.search(text, max(0, start - _NEAR), start):
            return last
    return None


def _days(start: int, year: int, month: int, day: int) -> list[tuple[int, datetime.date]]:
    try:
        return [(start, datetime.date(year, month, day))]
    except ValueError:  # there is no 31 June
        return []
