"""The plan of a test: sizes that a simulation bears out, one variable, and what a budget cannot reach."""

from __future__ import annotations

import random
from statistics import NormalDist

import pytest

from automagic.errors import RequestError
from automagic.products.ads.preview.trial import AdTestBudget, sample_size, smallest_rise, write_test_plan
from tests.products.ads.package.packages import BRIEF, TEXTS, make_text


@pytest.mark.parametrize(
    ("rate", "rise", "variants", "each"),
    [(0.02, 0.2, 2, 21_106), (0.02, 0.1, 2, 80_679), (0.02, 0.2, 5, 29_985)],
)
def test_sizes_are_those_of_the_formula(rate, rise, variants, each) -> None:
    assert sample_size(rate, rise, variants=variants) == each


def test_four_of_five_trials_of_that_size_find_the_rise() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    each = sample_size(0.2, 0.2)
    found, limit = 0, NormalDist().inv_cdf(0.975)
    for _ in range(400):
        first, second = (sum(chance.random() < rate for _ in range(each)) / each for rate in (0.2, 0.24))
        error = ((first * (1 - first) + second * (1 - second)) / each) ** 0.5
        found += (second - first) / error > limit
    assert 0.75 < found / 400 < 0.85


@pytest.mark.parametrize(
    ("rate", "rise", "variants"), [(0, 0.2, 2), (1, 0.2, 2), (0.9, 0.2, 2), (0.1, 0, 2), (0.1, 1, 1)]
)
def test_what_cannot_be_compared_is_refused(rate, rise, variants) -> None:
    with pytest.raises(RequestError):
        sample_size(rate, rise, variants=variants)


def test_the_least_rise_is_that_of_the_size() -> None:
    assert smallest_rise(0.02, 21_106) == pytest.approx(0.2, abs=0.001)
    assert smallest_rise(0.02, 5) is None


def test_a_plan_changes_one_thing_and_says_what_is_assumed() -> None:
    lines = write_test_plan(BRIEF, TEXTS).decode().splitlines()
    assert lines[0] == "A test of the ads for KeraFilter"
    assert "     A: Lasts up to 10 years" in lines
    assert "     B: Made of ceramic" in lines
    assert ["2", "%", "80,679", "21,106", "3,822"] in [line.split() for line in lines]
    assert any("is an assumption until you have measured it" in line for line in lines)
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize(
    ("budget", "says"),
    [
        (AdTestBudget(50_000), "The least rise that they can find is 18.3%."),
        (AdTestBudget(20_000), "THIS BUDGET CANNOT REACH a rise of 20%, which needs 42,212 in all;"),
        (AdTestBudget(10), "THIS BUDGET CANNOT REACH IT: no rise is large enough to be found with them."),
    ],
)
def test_a_budget_that_cannot_reach_it_is_told_so(budget, says) -> None:
    assert says in write_test_plan(BRIEF, TEXTS, budget=budget).decode()


def test_with_one_text_a_field_there_is_nothing_to_compare() -> None:
    plan = write_test_plan(BRIEF, [make_text("google.rsa.headline", "A\n\u202eB")], variants=5).decode()
    assert "No field has two texts to compare" in plan
    assert "4 are compared with the first" in plan
