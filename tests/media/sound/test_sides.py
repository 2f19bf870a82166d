"""Sound that is missing or turned on one side: what is taken for a fault, what is left alone, how it is mended."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from automagic.media.sound.music import compose
from automagic.media.sound.side_levels import RATE, SidesMeter
from automagic.media.sound.sides import Mend, describe_mends, find_lone_voice, find_mends, mend_sides
from tests.support.media.spoken_samples import COUNT, Samples, conversation, echo, hum, late, mean_db, noise, talk

AT = np.arange(COUNT) / RATE


def sides(left: NDArray[np.float32], right: NDArray[np.float32]) -> Samples:
    return np.stack([left, right], axis=1).astype(np.float32)


def faults(stereo: Samples) -> list[tuple[float, float, str]]:
    meter = SidesMeter()
    for first in range(0, len(stereo), RATE):
        meter.add(stereo[first : first + RATE], RATE)
    return [(mend.start_s, mend.end_s, mend.fault) for mend in find_mends(meter.end())]


@pytest.fixture(scope="module")
def voice() -> Samples:
    return talk()


@pytest.fixture(scope="module")
def music() -> Samples:
    return compose("a", duration_s=COUNT / RATE, mood="driving", sample_rate=RATE)[:COUNT]


def test_a_side_that_is_missing_throughout_is_found(voice: Samples) -> None:
    nothing = np.zeros_like(voice)
    for other in (nothing, noise(-50), noise(-42), hum(0.1) * 0 + 0.2, 0.08 * voice, -0.2 * voice):
        assert faults(sides(voice, other)) == [(0.0, 12.0, "left")]
        assert faults(sides(other, voice)) == [(0.0, 12.0, "right")]


def test_hum_of_the_mains_on_the_dead_side_is_no_sound(voice: Samples) -> None:
    mains = (0.1 * np.sin(2 * np.pi * 50 * AT)).astype(np.float32)
    assert faults(sides(voice, mains)) == [(0.0, 12.0, "left")]


def test_a_side_that_is_turned_is_found(voice: Samples, music: Samples) -> None:
    room = sides(voice + 0.3 * echo(voice, 1), voice + 0.3 * echo(voice, 2))
    for stereo in (sides(voice, voice), sides(voice, 0.5 * voice), room, sides(voice, voice) + 0.3 * music):
        assert faults(stereo * [1, -1]) == [(0.0, 12.0, "turned")]


def test_what_is_meant_is_left_alone(voice: Samples, music: Samples) -> None:
    one, other = conversation()
    two_to_one = np.sqrt([0.9, 0.1])
    near, far = voice, 0.5 * late(voice, 0.0006)  # a head between the ears
    meant = {
        "one microphone": sides(voice, voice),
        "two in a room": sides(0.3 * voice + echo(voice, 1), 0.3 * voice + echo(voice, 2)),
        "music": music,
        "wide music": music @ np.array([[2.0, -1.0], [-1.0, 2.0]], np.float32),
        "speech over music": sides(voice, voice) + 0.3 * music,
        "music that begins on the left": np.where((AT < 3)[:, None], music * [1, 0], music),
        "two at either side": sides(one, other),
        "two, not quite": sides(*(two_to_one @ [one, other], two_to_one[::-1] @ [one, other])),
        "both ears": sides(near, far),
        "off the middle": sides(voice, 0.4 * voice),
        "silence": np.zeros_like(music),
    }
    assert {name: found for name, stereo in meant.items() if (found := faults(stereo.astype(np.float32)))} == {}


def test_a_side_that_drops_out_is_found_where_it_does(voice: Samples) -> None:
    gone = voice * ~((AT > 3) & (AT < 5.5))
    found = faults(sides(voice, gone))
    assert [fault for _, _, fault in found] == ["left"]
    assert found[0][:2] == (pytest.approx(3.0, abs=0.25), pytest.approx(5.5, abs=0.25))


def test_a_plug_that_fails_on_either_side_is_found(voice: Samples) -> None:
    found = faults(sides(voice * ~((AT > 8) & (AT < 10)), voice * ~((AT > 2) & (AT < 4.5))))
    assert [fault for _, _, fault in found] == ["left", "right"]


def test_sound_that_is_turned_for_a_part_is_found_there(voice: Samples) -> None:
    found = faults(sides(voice, np.where((AT > 2) & (AT < 8), -voice, voice)))
    assert [fault for _, _, fault in found] == ["turned"]
    assert found[0][:2] == (pytest.approx(2.0, abs=0.3), pytest.approx(8.0, abs=0.3))


def test_who_says_a_word_on_the_other_side_is_not_lost(voice: Samples) -> None:
    answer = (AT > 7) & (AT < 7.8)
    found = faults(sides(voice * ~answer, voice * answer))
    assert [fault for _, _, fault in found] == ["left", "right", "left"]
    stereo = sides(voice * ~answer, voice * answer)
    mend_sides(stereo, 0.0, RATE, [Mend(*one) for one in found])  # type: ignore[arg-type]
    for side in (0, 1):
        assert mean_db(stereo[:, side] - voice) < mean_db(voice) - 15


def test_a_mended_side_is_heard_on_both_and_nothing_clicks(voice: Samples) -> None:
    tone = np.cos(2 * np.pi * 200 * AT).astype(np.float32)
    stereo = sides(tone, 0 * tone)
    mend_sides(stereo, 100.0, RATE, [Mend(0.0, 102.0, "left"), Mend(105.0, 200.0, "left")])
    assert np.array_equal(stereo[: round(1.9 * RATE), 1], tone[: round(1.9 * RATE)])
    assert not stereo[round(2.1 * RATE) : round(4.9 * RATE), 1].any()
    assert np.array_equal(stereo[:, 0], tone)
    assert np.abs(np.diff(stereo[:, 1], 2)).max() < 2 * np.abs(np.diff(tone, 2)).max()


def test_mending_a_turned_side_gives_the_sum_back(voice: Samples) -> None:
    stereo = sides(voice, -voice)
    mend_sides(stereo, 0.0, RATE, [Mend(0.0, 12.0, "turned")])
    assert mean_db(stereo.mean(axis=1)) == pytest.approx(mean_db(voice), abs=0.01)


def test_a_voice_on_one_side_over_music_on_both_is_told_by_when_it_speaks(music: Samples) -> None:
    """As where a microphone has one channel and a computer two, on one track."""
    spoken_s = ((1.0, 4.0), (6.0, 8.5), (10.0, 12.0))
    voice = talk() * np.any([(start_s <= AT) & (end_s > AT) for start_s, end_s in spoken_s], axis=0)
    one, other = voice * (AT < 5), voice * (AT >= 5)

    def found(stereo: Samples) -> list[str]:
        meter = SidesMeter()
        meter.add(stereo.astype(np.float32), RATE)
        profile = meter.end()
        assert find_mends(profile) == ()
        return [mend.fault for mend in find_lone_voice(profile, spoken_s)]

    bed = 0.3 * music
    assert found(sides(voice, 0 * voice) + bed) == ["voice"]
    assert found(sides(0 * voice, voice) + bed) == ["voice"]
    assert found(sides(voice, voice) + bed) == []
    assert found(sides(voice, 0.33 * voice) + bed) == [], "panned, not quite"
    assert found(sides(one, other) + bed) == [], "two at either side"
    assert found(sides(voice, bed[:, 1])) == [], "what accompanies it is on the other side"
    stereo = sides(voice, 0 * voice) + bed
    mend_sides(stereo, 0.0, RATE, [Mend(0.0, 12.0, "voice")])
    assert np.abs(stereo[:-500, 0] - stereo[:-500, 1]).max() < 1e-6


@given(st.lists(st.tuples(st.floats(0, 0.4), st.floats(-1, 1)), max_size=60))
def test_mends_lie_in_the_recording_in_order(tenths: list[tuple[float, float]]) -> None:
    rng = np.random.default_rng(1)
    parts = [size * rng.standard_normal((RATE // 10, 1)) @ [[1.0, other]] for size, other in tenths]
    stereo = np.concatenate(parts or [np.zeros((0, 2))]).astype(np.float32)
    found = faults(stereo)
    edges = [edge for start_s, end_s, _ in found for edge in (start_s, end_s)]
    assert edges == sorted(edges)
    assert all(start_s < end_s for start_s, end_s, _ in found)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(tenths) / 10 + 0.1)


@pytest.mark.parametrize(
    ("mends", "told"),
    [
        ((Mend(0, 100, "left"),), "Hardly anything is on the right side of the sound: the left one was put on both."),
        ((Mend(10, 30, "left"), Mend(40, 42, "right")), "One side of the sound is missing for 22 s in all"),
        ((Mend(0, 100, "turned"),), "are of opposite phase, and would cancel"),
        ((Mend(0, 30, "turned"),), "are of opposite phase for 30 s in all, and"),
    ],
)
def test_what_was_mended_is_told(mends: tuple[Mend, ...], told: str) -> None:
    assert told in describe_mends(mends, 100.0)[0]
    assert describe_mends((), 100.0) == ()


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000])
def test_faults_are_placed_exactly_at_any_rate(rate: int) -> None:
    meter = SidesMeter()
    noise_s = np.random.default_rng(0).standard_normal(rate).astype(np.float32) * 0.1
    for second in range(120):
        lone = 100 <= second < 110
        stereo = sides(noise_s, noise_s * (not lone))
        for part in (stereo[: rate // 3], stereo[rate // 3 :]):
            meter.add(part, rate)
    (mend,) = find_mends(meter.end())
    assert (mend.start_s, mend.end_s) == (pytest.approx(100, abs=0.11), pytest.approx(110, abs=0.11))
