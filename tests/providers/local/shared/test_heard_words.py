"""What a recogniser claims is made true: chunks cut in pauses, no loops, times in order and on the speech."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.providers.local.shared.heard_words import (
    HeardWord,
    draw_to_speech,
    drop_loops,
    find_quiet,
    join_pieces,
    merge,
    put_in_order,
)
from automagic.providers.local.shared.speech_chunks import (
    CHUNK_S,
    LONGEST_PAUSE_S,
    PAD_S,
    join_chunks,
    plan_chunks,
    unheard,
)


def said(text: str, step_s: float = 0.5) -> list[HeardWord]:
    return [HeardWord(word, index * step_s, index * step_s + 0.3) for index, word in enumerate(text.split())]


def text_of(words: list[HeardWord]) -> str:
    return " ".join(word.text for word in words)


# ------------------------------------------------------------------------------------------------ chunks

_SPANS = st.lists(st.tuples(st.floats(0, 8), st.floats(0.05, CHUNK_S)), max_size=40).map(
    lambda pairs: list(_placed(pairs))
)


def _placed(pairs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    at, spans = 0.0, []
    for pause, length in pairs:
        spans.append((at + pause, at + pause + length))
        at += pause + length
    return spans


@given(_SPANS)
def test_chunks_hold_all_speech_and_fit_the_model(spans: list[tuple[float, float]]) -> None:
    chunks = plan_chunks(spans)
    for start_s, end_s in spans:
        assert sum(first <= start_s and end_s <= last for first, last in chunks) == 1
    assert all(end_s - start_s <= CHUNK_S + 2 * PAD_S + 1e-6 for start_s, end_s in chunks)
    assert all(left[1] <= right[0] + 1e-9 for left, right in itertools.pairwise(chunks))


def test_a_chunk_is_cut_in_its_longest_pause() -> None:
    spans = [(0.0, 9.0), (9.2, 18.0), (18.9, 22.5), (23.4, 24.0), (24.2, 27.0), (27.3, 30.0)]
    assert [round(start_s, 2) for start_s, _ in plan_chunks(spans)] == [0.0, 23.1]


def test_a_long_pause_is_not_listened_to() -> None:
    chunks = plan_chunks([(1.0, 2.0), (2.5 + LONGEST_PAUSE_S, 8.0)])
    assert chunks == [(0.7, 2.3), (2.2 + LONGEST_PAUSE_S, 8.3)]
    assert plan_chunks([]) == []


def test_speech_without_words_is_found() -> None:
    speech = [(0.0, 4.0), (5.0, 9.0), (9.4, 12.0)]
    assert unheard(speech, [(0.1, 2.0), (2.1, 3.9), (11.0, 12.0)]) == [(5.0, 11.0)]
    assert unheard(speech, [(0.0, 12.0)]) == []
    assert unheard(speech, []) == [(0.0, 4.0), (5.0, 12.0)]
    assert unheard([(0.0, 10.0)], [(0.0, 3.0), (7.0, 10.0)]) == [(3.0, 7.0)]
    assert unheard([(0.0, 1.0)], []) == []  # too short to be sure of


def test_chunks_are_joined_in_order_without_what_the_model_repeats() -> None:
    thanks = (("Thanks", 0.0, 1.0), ("for", 1.0, 1.2), ("watching.", 1.2, 2.0))
    chunks = [[[word, i * 9 + start_s, i * 9 + end_s] for word, start_s, end_s in thanks] for i in range(4)]
    words = join_chunks([[["So", 0.0, 0.0]], *chunks, [["Bees.", 36.0, 36.5]]])
    assert [word.text for word in words] == ["So", "Thanks", "for", "watching.", "Bees."]
    assert all(word.start_s < word.end_s for word in words)
    assert all(left.end_s <= right.start_s for left, right in itertools.pairwise(words))


# ------------------------------------------------------------------------------------------------ words


def test_pieces_become_display_words() -> None:
    texts = (" twenty", "-four", " bees", " –", " dance", ".")
    pieces = [HeardWord(text, index * 0.1, index * 0.1 + 0.1) for index, text in enumerate(texts)]
    joined = join_pieces(pieces, "en")
    assert [word.text for word in joined] == ["twenty-four", "bees –", "dance."]
    assert (joined[0].start_s, joined[0].end_s) == (0.0, 0.2)
    assert (
        text_of(join_pieces([HeardWord("今日", 0, 1), HeardWord("は", 1, 2), HeardWord("。", 2, 3)], "ja"))
        == "今日 は。"
    )
    assert join_pieces([HeardWord(" ...", 0, 1), HeardWord("", 1, 2)], "en") == []


def test_loops_are_heard_once_and_emphasis_stays() -> None:
    assert text_of(drop_loops(said("so we go home. We go home. We go home. and rest"))) == "so we go home. and rest"
    for text in ("no no no no no", "very very very good", "we go home we go home", "round and round and round"):
        assert text_of(drop_loops(said(text))) == text


def test_times_are_drawn_to_the_speech() -> None:
    quiet = np.ones(400, bool)
    quiet[100:150] = quiet[200:260] = False
    times = {"early": (0.6, 1.5), "late": (2.0, 3.4), "beside": (2.7, 2.9), "nowhere": (3.6, 3.8)}
    early, late, beside = draw_to_speech([HeardWord(word, *time) for word, time in times.items()], quiet)
    assert (early.start_s, early.end_s) == (1.0, 1.5)
    assert (late.start_s, late.end_s) == (2.0, 2.6)
    assert beside.end_s == pytest.approx(2.6)


def test_quiet_is_told_from_speech_by_its_own_background() -> None:
    generator = np.random.default_rng(0)
    for background, speech in ((-90.0, -20.0), (-40.0, -15.0)):
        levels = (background + generator.standard_normal(500)).astype(np.float32)
        levels[200:300] = speech + 3 * generator.standard_normal(100)
        quiet = find_quiet(levels)
        assert quiet is not None
        assert not quiet[200:300].any()
        assert quiet[:200].mean() > 0.95
    assert find_quiet(np.full(500, -20.0, np.float32)) is None
    assert find_quiet(np.zeros(3, np.float32)) is None


def test_an_alignment_is_believed_where_it_mostly_agrees() -> None:
    words = said("one two three four five six seven eight nine ten")
    near = [(word.start_s + 0.1, word.end_s + 0.1) for word in words]
    assert [word.start_s for word in merge(words, near)] == [start for start, _ in near]
    behind_a_pause = [*near[:4], (words[4].start_s + 0.8, words[4].end_s + 0.8), *near[5:]]
    assert merge(words, behind_a_pause)[4].start_s == words[4].start_s + 0.8
    lost = [*near[:4], (90.0, 91.0), *near[5:]]
    assert merge(words, lost)[4] == words[4]
    astray = [(start_s + 0.5, end_s + 0.5) for start_s, end_s in near]
    assert merge(words, astray) == words


@given(st.lists(st.tuples(st.floats(-5, 40), st.floats(-5, 40)), max_size=40), st.floats(0.5, 30))
def test_words_end_up_in_order_whatever_was_claimed(times: list[tuple[float, float]], end_s: float) -> None:
    placed = put_in_order([HeardWord("a", *time) for time in times], end_s)
    assert len(placed) == len(times)
    assert all(0 <= word.start_s < word.end_s <= end_s + 1e-9 for word in placed)
    assert all(left.end_s <= right.start_s + 1e-9 for left, right in itertools.pairwise(placed))
