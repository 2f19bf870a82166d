"""The dates of a text: "12 March 2025", "Mar 12th", "le 3 mars", "March 2025", "2025-03-12"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from automagic.data import words
from automagic.language.text.lexicon import MONTHS

Date = tuple[int, int, int]
"""Year, month, day; 0 for what is not said."""

APART = ";\n"
"""Instead of what is looked at by itself: what stands around it does not belong together."""

_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


def without_dates(text: str) -> str:
    """`text` with `APART` for each date."""
    for _, match in sorted(dates_in(text), key=lambda found: -found[1].start()):
        text = f"{text[: match.start()]}{APART}{text[match.end() :]}"
    return text


def dates_in(text: str) -> Iterator[tuple[Date, re.Match[str]]]:
    """Each date with its place; numbers alone ("3/4") may be something else and are none."""
    for match in _ISO.finditer(text):
        yield (int(match[1]), int(match[2]), int(match[3])), match
    text = _ISO.sub(lambda match: "\n" * len(match[0]), text)
    for match in _date_pattern().finditer(text) if _DIGIT.search(text) else ():
        day, year = match["before"] or match["behind"] or 0, match["year"] or 0
        if day or year:
            yield (int(year), months_by_name()[match["month"].lower()], int(day)), match


@cache
def months_by_name() -> dict[str, int]:
    """1 to 12 of each month's name, lower-case, in the languages that have lists."""
    names = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
    names |= {name[:3]: number for name, number in names.items()} | {"sept": 9}
    # Each list by its own name, so that a step's fingerprint holds what it says.
    others = words("said-de"), words("said-fr"), words("said-es"), words("said-it"), words("said-pt"), words("said-nl")
    for other in others:
        names |= {name.lower(): number for number, name in enumerate(other["months"], 1)}
    return names


@cache
def _date_pattern() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, months_by_name()), key=len, reverse=True))
    gap = r"[ \t\xa0]+"
    return re.compile(
        rf"(?:\b(?P<before>\d{{1,2}})(?:st|nd|rd|th|\.|er|º)?{gap}(?:(?:of|de){gap})?)?\b(?P<month>{names})\b\.?"
        rf"(?:{gap}(?P<behind>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,:]?\d))?(?:,?{gap}(?:(?:of|de){gap})?(?P<year>\d{{4}})\b)?",
        re.IGNORECASE,
    )
