"""Places: of what is counted to its end, each picture until the next number; else none."""

from __future__ import annotations

import pytest

from automagic.language.cards.places import find_places, link_places
from automagic.values.script import Card, CardPlace

COUNTED = [
    # (scene, text) of each picture, and the number that its card shows of how many
    ("steps", [("a", "How to sleep"), ("b", "1. Cool it."), ("c", "(2) Dark."), ("d", "3) Quiet.")], " 1/3 2/3 3/3"),
    ("several pictures", [("a", "1. One."), ("a", "More."), ("b", "Why?"), ("c", "2. Two."), ("d", "3. Three.")],
     "1/3 1/3 1/3 2/3 3/3"),
    ("an end", [("a", "1. One."), ("b", "2. Two."), ("c", "3. Three."), ("c", "As said."), ("d", "Good night.")],
     "1/3 2/3 3/3 3/3 "),
    ("a hook", [("a", "1. One."), ("a", "1. One."), ("b", "2. Two."), ("c", "3. Three.")], "1/3 1/3 2/3 3/3"),
    ("years", [("a", "1878. Cholera."), ("b", "1881: It opens."), ("c", "A war."), ("d", "1912. Coal.")],
     "1878/1912 1881/1912 1881/1912 1912/1912"),
    ("one is not told", [("a", "1. One."), ("b", "2. Two."), ("c", "4. Four.")], "  "),
    ("from ten to one", [("a", "3. Three."), ("b", "2. Two."), ("c", "1. One.")], "  "),
    ("twice", [("a", "1. One."), ("b", "2. Two."), ("c", "3. Three."), ("d", "1. Again.")], "   "),
    ("two", [("a", "1. One."), ("b", "2. Two.")], " "),
    ("years to and fro", [("a", "1912. Coal."), ("b", "1878. Cholera."), ("c", "1990. Open.")], "  "),
    ("quantities", [("a", "3.5 million came."), ("b", "1878 people left."), ("c", "2 stayed.")], "  "),
    ("nothing", [], ""),
]  # fmt: skip


@pytest.mark.parametrize(("_", "told", "shown"), COUNTED, ids=[name for name, _, _ in COUNTED])
def test_only_what_is_counted_to_its_end_has_places(_: str, told: list[tuple[str, str]], shown: str) -> None:
    places = find_places(told)
    assert " ".join(f"{place.number}/{place.last}" if place else "" for place in places) == shown


@pytest.mark.parametrize(
    ("title", "counted"),
    [
        ("3 things", True),
        ("Three things", True),
        ("4 things", False),
        ("Four things", False),
        ("Since 1988", True),
        ("Soup for four in an hour", True),
        ("Soup for 4", True),
        ("In 4 steps", False),
    ],
)
def test_what_a_title_promises_is_counted_only_when_all_of_it_is_told(title: str, counted: bool) -> None:
    told = [("a", "1. One."), ("b", "2. Two."), ("c", "3. Three.")]
    assert all((place is not None) == counted for place in find_places(told, title))


def test_how_far_it_is_to_a_number() -> None:
    assert [CardPlace(number, 4).share(number) for number in (1, 2, 4)] == [0.25, 0.5, 1.0]
    assert [CardPlace(year, 1990, 1890).share(year) for year in (1890, 1915, 1990)] == [0.0, 0.25, 1.0]


def test_a_card_knows_the_number_of_the_card_before_it_in_the_same_count() -> None:
    places = [CardPlace(1, 3), CardPlace(2, 3), CardPlace(2, 3), None, CardPlace(3, 3), CardPlace(1881, 1990, 1878)]
    cards = [Card("statement", f"{number}", place=place) for number, place in enumerate(places)]
    linked = list(link_places(cards))
    assert [card.place.before if card.place else None for card in linked] == [0, 1, 2, None, 0, 0]
    stays = list(link_places([*cards[:2], cards[1], cards[2]]))
    assert stays == [linked[0], linked[1], linked[1], linked[2]]
