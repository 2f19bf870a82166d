"""Where each card stands in what its script counts: the second of seven steps, 1881 between 1878 and 1990.

    "1. Pots too small."  ▸ 1/7     "Soil dries out."  ▸ 1/7     "2. Watering by the calendar."  ▸ 2/7   …

Only what is counted to its end has places: who sees "3/7" is promised four more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from automagic.language.numbers.values import value_of
from automagic.language.text.lexicon import PREPOSITIONS, bare
from automagic.values.script import Card, CardPlace

_PLACE = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")
_YEAR = re.compile(r"([12]\d{3})[.:]\s+(?=\S)")
_FEWEST_STEPS, _FEWEST_YEARS = 3, 3
_COUNTED = range(3, 31)
"""Numbers of a title that may say how many things it promises."""


def split_place(text: str) -> tuple[str, str]:
    """The number that a text bears in a list, and the text without it: "3. Keep it dark." is ("3", "Keep it dark.")."""
    found = _PLACE.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def find_places(told: Sequence[tuple[str, str]], title: str = "", language: str = "en") -> tuple[CardPlace | None, ...]:
    """The place of each picture of a script; None where nothing is counted.

    Args:
        told: Of each picture in order, its scene and its text.
        title: Of the script: where it promises another number of things, they are not counted.
        language: BCP-47, of the title.
    """
    promised = _promised_in(title, language)
    for sign, fewest in ((_PLACE, _FEWEST_STEPS), (_YEAR, _FEWEST_YEARS)):
        numbers = [int(found[1]) if (found := sign.match(text)) else 0 for _, text in told]
        counted = list(dict.fromkeys(number for number in numbers if number))
        steps = sign is _PLACE
        whole = counted == list(range(1, len(counted) + 1)) if steps else _rises(counted)
        if steps and promised and len(counted) not in promised:
            continue  # "8 things", of which seven are told
        if len(counted) >= fewest and whole and _rises([number for number in numbers if number], strictly=False):
            return tuple(_spread(told, numbers, 1 if steps else counted[0], counted[-1]))
    return (None,) * len(told)


def _promised_in(title: str, language: str) -> set[int]:
    """How many things a title may promise: "8 mistakes", and not "soup for four in an hour", where no thing follows."""
    found = [bare(word) for word in title.split()]
    counted = [word for word, thing in pairwise([*found, ""]) if thing and thing not in PREPOSITIONS]
    return {int(value) for word in counted if (value := value_of(word, language)) is not None and value in _COUNTED}


def link_places(cards: Sequence[Card]) -> Iterator[Card]:
    """The cards, each with the number that the one before it shows of the same count; one that stays is the same."""
    shown: tuple[Card, Card] | None = None  # as it was given, and linked
    for card in cards:
        linked, place, before = card, card.place, shown and shown[0].place
        if shown and card == shown[0]:
            linked = shown[1]
        elif place and before and (place.first, place.last) == (before.first, before.last):
            linked = replace(card, place=replace(place, before=before.number))
        yield linked
        shown = card, linked


def _rises(numbers: Sequence[int], *, strictly: bool = True) -> bool:
    return all(one < other or (one == other and not strictly) for one, other in pairwise(numbers))


def _spread(told: Sequence[tuple[str, str]], numbers: Sequence[int], first: int, last: int) -> list[CardPlace | None]:
    """A place holds until the next one; the last one to the end of its scene."""
    places: list[CardPlace | None] = []
    here, scene = 0, ""
    for (own, _), number in zip(told, numbers, strict=True):
        here = number or here
        scene = own if number else scene
        over = here == last and own != scene
        places.append(CardPlace(here, last, first) if here and not over else None)
    return places
