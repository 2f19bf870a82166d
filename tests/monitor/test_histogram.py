"""Quantiles out of counted durations, and small charts."""

from __future__ import annotations

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.monitor import histogram
from automagic.monitor.charts import draw_bar, draw_columns

NOW = 1_800_000_000.0


@given(st.lists(st.floats(1e-3, 1e5), min_size=1, max_size=200), st.floats(0.0, 1.0))
def test_a_quantile_is_at_most_two_and_a_half_percent_off(durations, share):
    counted: histogram.Histogram = {}
    for duration_s in durations:
        histogram.add_to(counted, {histogram.bin_of(duration_s): 1})
    exact = sorted(durations)[max(math.ceil(len(durations) * share), 1) - 1]
    assert histogram.quantile(counted, share) == pytest.approx(exact, rel=0.025)
    assert histogram.decode_histogram(histogram.encode_histogram(counted)) == counted


@given(st.lists(st.floats(1e-3, 1e4), max_size=100))
def test_buckets_for_prometheus_are_exact_at_their_edges(durations):
    counted: histogram.Histogram = {}
    for duration_s in durations:
        histogram.add_to(counted, {histogram.bin_of(duration_s): 1})
    for half_decades in range(-4, 8):
        edge = 10 ** (half_decades / 2)
        clear = [one for one in durations if abs(one - edge) > 1e-9 * edge]
        extra = len(durations) - len(clear)
        assert 0 <= histogram.count_up_to(counted, half_decades) - sum(one <= edge for one in clear) <= extra


def test_a_quantile_agrees_with_the_standard_librarys_on_a_usual_distribution():
    order = random.Random(1)  # noqa: S311 - nothing secret
    durations = [order.lognormvariate(1.0, 0.8) for _ in range(5000)]
    counted: histogram.Histogram = {}
    for duration_s in durations:
        histogram.add_to(counted, {histogram.bin_of(duration_s): 1})
    exact = statistics.quantiles(durations, n=100)
    assert histogram.quantile(counted, 0.5) == pytest.approx(exact[49], rel=0.03)
    assert histogram.quantile(counted, 0.95) == pytest.approx(exact[94], rel=0.03)


def test_what_took_no_time_and_what_took_weeks_is_counted_too():
    assert histogram.quantile({histogram.bin_of(0.0): 1}, 0.5) == pytest.approx(1e-4, rel=0.03)
    assert histogram.bin_of(1e9) == histogram.bin_of(1e8)
    assert histogram.quantile({}, 0.5) is None


def test_columns_reach_from_nothing_to_the_largest():
    assert draw_columns([0, 1, 4, 8]) == " ▂▅█"
    assert draw_columns([0, 0]) == "  "
    assert draw_columns([]) == ""
    assert draw_columns([1, 1, 1, 1, 8], width=3) == "▁▂█"


def test_many_columns_are_added_up_and_fit():
    drawn = draw_columns(list(range(365)), width=60)
    assert len(drawn) <= 60
    assert drawn[-1] == "█"


def test_a_bar_is_exact_to_an_eighth_and_shows_whatever_is_more_than_nothing():
    assert draw_bar(1.0, width=4) == "████"
    assert draw_bar(0.5, width=3) == "█▌"
    assert draw_bar(0.0001, width=4) == "▏"
    assert draw_bar(0.0, width=4) == ""
