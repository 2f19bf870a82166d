"""Moments in which nobody speaks, chosen by picture and sound."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.moments.weights import load_weights
from automagic.media.analysis.visual_candidates import MOST_EDGES, VisualCandidates, find_edges
from automagic.values.moments import MomentChoice
from automagic.values.recording import Box, CameraShot, FaceTrack, Footage

WEIGHTS = load_weights().sights


def film(*shots: tuple[float, float, bool], sound: bool = True) -> Footage:
    """Shots of (length, how much moves, whether a face is seen)."""
    ends = list(itertools.accumulate(length_s for length_s, _, _ in shots))
    made = []
    for (length_s, moving, face), end_s in zip(shots, ends, strict=True):
        start_s = end_s - length_s
        times = tuple(np.arange(start_s, end_s, 0.2))
        track = FaceTrack(times, (Box(0.4, 0.2, 0.2, 0.3),) * len(times), (0.0,) * len(times))
        made.append(CameraShot(start_s, end_s, (track,) if face else (), moving=moving))
    return Footage(640, 360, 25.0, ends[-1], sound, tuple(made))


def choose(footage: Footage, levels: np.ndarray | None = None, *, count: int = 10, **bounds: float) -> MomentChoice:
    edges = find_edges(footage, (), ())
    silent = np.zeros(0, np.float32)
    limits = {"min_s": 15.0, "max_s": 60.0} | bounds
    return VisualCandidates(footage, silent if levels is None else levels, edges, WEIGHTS, **limits).choose(count, 4)


def test_what_moves_and_shows_a_face_comes_first_and_says_so() -> None:
    footage = film((20, 0.01, False), (20, 0.3, True), (20, 0.02, False), (20, 0.01, False), (20, 0.01, False))
    choice = choose(footage)
    best = choice.chosen[0]
    assert (best.start_s, best.end_s) == (20, 40)
    whys = [one.why for one in best.contributions]
    assert "30% of the picture moves" in whys
    assert "a face is seen 100% of the time" in whys
    assert "begins and ends at a cut" in whys
    assert best.score == pytest.approx(sum(one.points for one in best.contributions), abs=0.001)


def test_a_burst_of_sound_is_a_reason() -> None:
    levels = np.full(100 * 100, -50.0, np.float32)
    levels[5500:5800] = -10.0  # from 55 s on
    choice = choose(film((100, 0.0, False)), levels)
    best = choice.chosen[0]
    assert best.start_s <= 55 < best.end_s
    assert any("the sound rises by 40 dB within a second" in one.why for one in best.contributions)


def test_at_least_four_are_offered_where_they_fit() -> None:
    """One that is long and best leaves room for no other: then shorter ones are taken."""
    choice = choose(film((62, 0.2, True)))
    assert len(choice.chosen) == 4
    spans = sorted((moment.start_s, moment.end_s) for moment in choice.chosen)
    assert all(end_s - start_s >= 15 for start_s, end_s in spans)


def test_with_little_material_it_says_so() -> None:
    choice = choose(film((20, 0.2, True)))
    assert len(choice.chosen) >= 1
    assert choice.notices
    assert choose(film((10, 0.2, True))).chosen == ()


def test_what_was_not_chosen_says_why() -> None:
    choice = choose(film(*((20, 0.01 * number, number % 2 == 0) for number in range(12))), count=4)
    assert len(choice.chosen) == 4
    assert {one.reason for one in choice.rejected} & {"4 better ones were asked for and found"}
    assert any(one.reason.startswith("overlaps with") for one in choice.rejected)


def test_no_edge_lies_in_a_word() -> None:
    footage = film((20, 0.1, False), (20, 0.1, False))
    edges = find_edges(footage, ((30.0, 32.0),), ((19.5, 20.5), (30.5, 31.5)))
    assert not any(19.5 <= edge.time_s < 20.5 or 30.5 <= edge.time_s < 31.5 for edge in edges)


def test_hours_have_a_bounded_number_of_stretches() -> None:
    footage = film(*((2.0, 0.1, False) for _ in range(9000)))  # five hours
    edges = find_edges(footage, tuple((at, at + 0.6) for at in np.arange(1.0, 18_000, 1.1)), ())
    assert len(edges) <= 2 * MOST_EDGES
    choice = VisualCandidates(footage, np.zeros(0, np.float32), edges, WEIGHTS, min_s=15.0, max_s=60.0).choose(10, 4)
    assert len(choice.chosen) == 10


def test_the_same_again_is_chosen_again() -> None:
    footage = film((20, 0.1, True), (30, 0.2, False), (25, 0.15, True), (40, 0.05, False))
    assert choose(footage) == choose(footage)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.floats(0.04, 90), st.floats(0, 1), st.booleans()), min_size=1, max_size=12),
    st.integers(1, 8),
)
def test_moments_have_the_right_length_and_share_little(shots: list[tuple[float, float, bool]], count: int) -> None:
    choice = choose(film(*shots), count=count)
    assert len(choice.chosen) <= count
    for moment in choice.chosen:
        assert 15 - 1e-5 <= moment.duration_s <= 60 + 1e-5
    for one, other in itertools.combinations(choice.chosen, 2):
        shared = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
        assert shared <= 0.5 * min(one.duration_s, other.duration_s) + 1e-4
