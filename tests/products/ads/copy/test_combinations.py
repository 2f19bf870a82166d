"""All combinations of a responsive search ad are counted exactly, and fast."""

from __future__ import annotations

import itertools
import random

import pytest

from automagic.products.ads.copy.combinations import Placed, check_combinations, clash_of, leans, list_combinations

WORDS = (
    "ceramic", "filter", "coffee", "selb", "hand", "paper", "lid", "years", "shipping", "free", "white", "dishwasher",
    "return", "days", "cup",
)  # fmt: skip


def every(headlines, descriptions):
    """All combinations, one by one."""

    def orders(texts, shown):
        pinned = {one.pin for one in texts if one.pin}
        for order in itertools.permutations(texts, min(shown, len(texts))):
            if all(one.pin in {0, place} and (one.pin or place not in pinned) for place, one in enumerate(order, 1)):
                yield order

    for above in orders(headlines, 3):
        for below in orders(descriptions, 2):
            yield [one.text for one in (*above, *below)]


@pytest.mark.parametrize("seed", range(6))
def test_counts_are_those_of_all_combinations_one_by_one(seed) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    texts = [" ".join(chance.sample(WORDS, 3)) + str(number) for number in range(10)]
    headlines = [Placed(text, pin) for text, pin in zip(texts[:7], (0, 0, 1, 0, 0, 1, 0), strict=True)]
    if seed % 2:
        headlines = [Placed(one.text) for one in headlines]
    descriptions = [Placed(text) for text in texts[7:]]
    found = check_combinations(headlines, descriptions)
    whole = list(every(headlines, descriptions))
    assert found.count == len(whole)

    def clashes(shown):
        return any(clash_of(*pair) or clash_of(*pair[::-1]) for pair in itertools.combinations(shown, 2))

    assert found.good == sum(not clashes(shown) for shown in whole)
    for clash in found.clashes:
        assert clash.spoils == sum(set(clash.texts) <= set(shown) for shown in whole)
    assert [one.spoils for one in found.clashes] == sorted((one.spoils for one in found.clashes), reverse=True)


def test_every_combination_of_the_largest_ad_is_counted() -> None:
    headlines = [Placed(f"{WORDS[at]} {WORDS[at - 1]} {at}") for at in range(15)]
    descriptions = [Placed(f"{WORDS[at]} with {WORDS[at + 4]} and {WORDS[at + 7]}") for at in range(4)]
    assert check_combinations(headlines, descriptions).count == 32_760


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("Made by hand in Selb", "The filter is made by hand in Selb.", "repeats"),
        ("Tickets cost 12 €", "Tickets cost 15 €", "contradicts"),
        ("See KeraFilter", "Learn more: coffee", "calls twice"),
        ("Made by hand in Selb", "Lasts up to 10 years", ""),
        ("紙を使わない", "有田で手作り", ""),
        ("有田で手作り", "有田で手作りしています。", "repeats"),
    ],
)
def test_what_two_texts_do_to_each_other(one, other, clash) -> None:
    assert clash_of(one, other) == clash_of(other, one) == clash


def test_a_fragment_leans_on_what_was_before() -> None:
    assert leans("Or pay later")
    assert leans("It lasts up to 10 years")
    assert not leans("Lasts up to 10 years")


def test_the_worst_combinations_come_first_and_good_ones_are_among_them() -> None:
    headlines = [
        Placed(text) for text in ("Lasts 10 years", "Lasts 12 years", "Made of clay", "Holds a cup", "By hand")
    ]
    headlines.append(Placed("Kera filter", 1))
    descriptions = [Placed(text) for text in ("It filters coffee.", "A filter that lasts 10 years.", "Works at home.")]
    found = list_combinations(headlines, descriptions, most=12)
    assert len(found) == 12
    assert {one.headlines[0] for one in found} == {"Kera filter"}
    counts = [len(one.clashes) for one in found]
    assert counts == sorted(counts, reverse=True)
    assert counts.count(0) == 3
    assert set(found[0].headlines) == {"Kera filter", "Lasts 10 years", "Lasts 12 years"}
    for one in found:
        for clash, texts in one.clashes:
            assert set(texts) <= {*one.headlines, *one.descriptions}
            assert clash == "depends" or clash_of(*texts) == clash
    whole = list_combinations(headlines, descriptions, most=1000)
    assert len({(frozenset(one.headlines), frozenset(one.descriptions)) for one in whole}) == len(whole) == 10 * 3
