"""Cuts lie in silence and never in a word; an excerpt's timeline is made of whole frames that never drift."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.media.analysis.cutting import MOST_LEAD_S, MOST_TAIL_S, CutTimeline, Silence, cut_moment
from automagic.values.clip_plan import KeptRange
from automagic.values.words import Word


def say(*parts: tuple[str, float, float]) -> tuple[Word, ...]:
    return tuple(Word(*part) for part in parts)


TALK = say(
    ("Before", 0.5, 0.9),
    ("that.", 0.95, 1.4),
    ("It", 2.0, 2.1),
    ("floats", 2.15, 2.6),
    ("um", 2.9, 3.1),
    ("very", 3.3, 3.6),
    ("well.", 5.2, 5.7),
    ("Then", 6.4, 6.7),
)
QUIET: tuple[Silence, ...] = (
    (0.0, 0.48),
    (1.42, 1.98),
    (2.62, 2.88),
    (3.12, 3.28),
    (3.62, 5.18),
    (5.72, 6.38),
    (6.7, 8.0),
)


def test_a_moment_begins_and_ends_in_the_silences_around_it() -> None:
    cuts = cut_moment(TALK, 2, 7, silences=QUIET, duration_s=8.0)
    assert cuts.stretches == (KeptRange(1.8, 6.0),)
    assert cuts.tight == ()
    assert cuts.left_out_s == 0.0


def test_a_long_pause_is_shortened_in_its_middle() -> None:
    cuts = cut_moment(TALK, 2, 7, silences=QUIET, duration_s=8.0, shorten_pauses=True)
    (first, second) = cuts.stretches
    assert 3.6 < first.end_s < second.start_s < 5.2
    kept_pause_s = first.end_s - 3.6 + 5.2 - second.start_s
    assert kept_pause_s == pytest.approx(0.35)
    assert cuts.left_out_s == pytest.approx(1.6 - 0.35)


def test_a_filler_that_stands_apart_goes() -> None:
    cuts = cut_moment(TALK, 2, 7, silences=QUIET, duration_s=8.0, fillers={4})
    timeline = CutTimeline(cuts.stretches, 30)
    assert [word.text for word in timeline.place_words(TALK)] == ["It", "floats", "very", "well."]


def test_a_filler_that_runs_into_its_neighbour_stays() -> None:
    words = say(("It", 2.0, 2.1), ("floats", 2.15, 2.6), ("um", 2.6, 2.9), ("well.", 3.2, 3.6))
    cuts = cut_moment(words, 0, 4, silences=((2.92, 3.18),), duration_s=5.0, fillers={2})
    assert len(cuts.stretches) == 1


def test_words_that_run_into_each_other_are_parted_between_them_and_it_is_said() -> None:
    words = say(("one", 0.0, 0.5), ("two", 0.52, 1.0), ("three", 1.0, 1.5))
    cuts = cut_moment(words, 1, 2, silences=(), duration_s=1.5)
    assert cuts.stretches == (KeptRange(0.51, 1.0),)
    assert cuts.tight == (0.51, 1.0)


def test_the_first_and_last_words_of_a_recording_lie_whole_in_it() -> None:
    words = say(("one", 0.1, 0.5), ("two", 0.6, 1.0))
    cuts = cut_moment(words, 0, 2, silences=(), duration_s=1.1)
    assert cuts.stretches == (KeptRange(0.0, 1.1),)
    assert cuts.tight == ()


@st.composite
def recordings(draw: st.DrawFn) -> tuple[tuple[Word, ...], tuple[Silence, ...], float]:
    """Words with gaps, and silences that are true (in gaps) but do not fill them."""
    time_s = draw(st.floats(0, 2))
    words, silences = [], []
    for number in range(draw(st.integers(1, 12))):
        length_s, gap_s = draw(st.floats(0.05, 1.2)), draw(st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.7, 2.0]))
        words.append(Word(f"w{number}", time_s, time_s + length_s))
        time_s += length_s
        if gap_s > 0.05 and draw(st.booleans()):
            silences.append((time_s + gap_s * 0.1, time_s + gap_s * draw(st.sampled_from([0.5, 0.9]))))
        time_s += gap_s
    return tuple(words), tuple(silences), time_s


@given(recordings(), st.data())
def test_no_cut_lies_in_a_word(
    material: tuple[tuple[Word, ...], tuple[Silence, ...], float], data: st.DataObject
) -> None:
    words, silences, duration_s = material
    first = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(first + 1, len(words)))
    fillers = data.draw(st.sets(st.integers(0, len(words) - 1)))
    cuts = cut_moment(words, first, end, silences=silences, duration_s=duration_s, fillers=fillers, shorten_pauses=True)
    times = [time_s for stretch in cuts.stretches for time_s in (stretch.start_s, stretch.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= duration_s + 1e-9
    assert not [
        (word, time_s) for word in words for time_s in times if word.start_s + 1e-9 < time_s < word.end_s - 1e-9
    ]
    assert times[0] >= words[first].start_s - MOST_LEAD_S - 1e-9
    assert times[-1] <= words[end - 1].end_s + MOST_TAIL_S + 1e-9
    # Everything but fillers is still there, in order and apart.
    placed = CutTimeline(cuts.stretches, 30).place_words(words[first:end])
    expected = [word.text for index, word in enumerate(words[first:end], first) if index not in fillers]
    assert [word.text for word in placed if word.text in expected] == expected
    assert all(one.end_s <= other.start_s + 1e-9 for one, other in itertools.pairwise(placed))


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.4, 5)), min_size=1, max_size=30), st.sampled_from([24, 25, 30, 60])
)
def test_frames_follow_the_recording_to_half_a_frame(gaps: list[tuple[float, float]], fps: int) -> None:
    stretches, time_s = [], 0.0
    for gap_s, length_s in gaps:
        stretches.append(KeptRange(time_s + gap_s, time_s + gap_s + length_s))
        time_s = stretches[-1].end_s
    timeline = CutTimeline(stretches, fps)
    assert abs(timeline.duration_s - sum(length for _, length in gaps)) <= 0.5 / fps + 1e-9
    for frame in range(0, timeline.frames, 7):
        shown_s = timeline.recording_s(frame)
        # Off by half a frame, and at a cut by another half.
        assert timeline.excerpt_s(shown_s) == pytest.approx((frame + 0.5) / fps, abs=1.01 / fps)
