"""Captions appear with their words, break where phrases break, and survive their file formats."""

from __future__ import annotations

import itertools
import math
from html import unescape

import pysubs2
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from automagic.language.text.phrases import phrase_breaks
from automagic.media.captions.cues import (
    MIN_VISIBLE_S,
    PAUSE_S,
    SENTENCE_END_COST,
    SIDECAR_CHARS_PER_LINE,
    count_columns,
    make_cues,
    make_sidecar_cues,
    write_srt,
    write_transcript,
    write_vtt,
)
from automagic.values.cues import Cue
from automagic.values.words import Word

SPEECH = (
    "Most people skip breakfast, but the habit may slow their metabolism. A study of 24,000 adults found that eating "
    "within two hours of waking lowered the risk of diabetes by 31%. The World Health Organization recommends it."
)


def speak(text: str, *, sentence_pause_s: float = 0.35, second_per_letter: float = 0.055) -> list[Word]:
    """The words of a text at an ordinary pace."""
    words, now_s = [], 0.0
    for token in text.split():
        end_s = now_s + 0.1 + second_per_letter * len(token)
        words.append(Word(token, now_s, end_s))
        now_s = end_s + (sentence_pause_s if token[-1] in ".?!" else 0.0)
    return words


def caption(text: str, max_chars_per_line: int = 18, **timing: float) -> list[str]:
    words = speak(text, **timing)
    cues = make_cues(words, phrase_breaks([word.text for word in words]), max_chars_per_line=max_chars_per_line)
    return [cue.text for cue in cues]


# ---------------------------------------------------------------------------------------------- any words at all

# A busy machine is no failure.
calm = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LETTERS = st.characters(categories=("L", "N"), include_characters="'-.,?!&$%")


@st.composite
def spoken_words(draw: st.DrawFn, max_size: int = 25) -> tuple[list[Word], list[float]]:
    words, breaks, now_s = [], [], draw(st.floats(0, 5))
    for _ in range(draw(st.integers(0, max_size))):
        length_s = draw(st.sampled_from([0.01, 0.1, 0.25, 0.5, 1.2]))
        words.append(Word(draw(st.text(LETTERS, min_size=1, max_size=14)), now_s, now_s + length_s))
        breaks.append(draw(st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.5, 0.9, 1.0])))
        now_s += length_s + draw(st.sampled_from([0.0, 0.0, 0.05, 0.3, 0.5, 0.7, 2.0]))
    return words, breaks


def assert_orderly(cues: tuple[Cue, ...], words: list[Word]) -> None:
    assert [word for cue in cues for word in cue.words] == words
    assert all(cue.lines and all(cue.lines) for cue in cues)
    assert all(cue.start_s == cue.words[0].start_s and cue.start_s < cue.end_s for cue in cues)
    assert all(cue.end_s <= following.start_s for cue, following in itertools.pairwise(cues))


@calm
@given(spoken_words(), st.integers(4, 30), st.integers(1, 3), st.integers(1, 6))
def test_cues_hold_every_word_once_and_keep_all_limits(
    spoken: tuple[list[Word], list[float]], max_chars: int, max_lines: int, max_words: int
) -> None:
    words, breaks = spoken
    cues = make_cues(words, breaks, max_chars_per_line=max_chars, max_lines=max_lines, max_words=max_words)
    assert_orderly(cues, words)
    for cue in cues:
        assert len(cue.lines) <= max_lines
        assert len(cue.words) <= max_words
        for line in cue.lines:
            assert len(line) == 1 or count_columns(" ".join(word.text for word in line)) <= max_chars
        for word, after in itertools.pairwise(cue.words):
            assert after.start_s - word.end_s < PAUSE_S


@calm
@given(spoken_words())
def test_cues_come_and_go_with_their_words_and_do_not_flicker(spoken: tuple[list[Word], list[float]]) -> None:
    cues = make_cues(*spoken, max_chars_per_line=16)
    for cue, following in itertools.zip_longest(cues, cues[1:]):
        said_s = cue.words[-1].end_s
        room_s = following.start_s - said_s if following else math.inf
        if room_s < PAUSE_S:
            assert following is not None
            assert cue.end_s == following.start_s
        else:
            # Longer than 100 ms only to reach the least time on the screen, or up to the next cue.
            least_s = max(said_s + 0.1, cue.start_s + MIN_VISIBLE_S)
            assert said_s <= cue.end_s <= least_s or (following and cue.end_s == following.start_s)
        assert cue.end_s - cue.start_s >= min(MIN_VISIBLE_S, (following or cue).start_s - cue.start_s) - 1e-9


@calm
@given(spoken_words(max_size=9), st.integers(5, 20))
def test_no_other_way_to_cut_breaks_fewer_rules(spoken: tuple[list[Word], list[float]], max_chars: int) -> None:
    """Of all 2^(n-1) ways, none spans fewer sentence ends and flashes less, or has fewer single words at that."""
    words, breaks = spoken
    count = len(words)

    def rules(edges: tuple[int, ...]) -> tuple[int, int] | None:
        broken = singles = 0
        for start, end in itertools.pairwise(edges):
            part = words[start:end]
            if len(part) > 5 or any(b.start_s - a.end_s >= PAUSE_S for a, b in itertools.pairwise(part)):
                return None
            halves = [(part[:cut], part[cut:]) for cut in range(len(part))]
            if not any(all(len(half) <= 1 or fits(half, max_chars) for half in pair) for pair in halves):
                return None
            broken += sum(cost <= SENTENCE_END_COST for cost in breaks[start : end - 1])
            broken += end < count and words[end].start_s - part[0].start_s < MIN_VISIBLE_S
            singles += len(part) == 1
        return broken, singles

    inner = range(1, count)
    ways = [(0, *cut, count) for size in range(count) for cut in itertools.combinations(inner, size)] or [(0,)]
    cues = make_cues(words, breaks, max_chars_per_line=max_chars)
    chosen = (0, *itertools.accumulate(len(cue.words) for cue in cues))
    assert rules(chosen) == min(found for way in ways if (found := rules(way)) is not None)


def fits(words: list[Word], max_chars: int) -> bool:
    return count_columns(" ".join(word.text for word in words)) <= max_chars


@calm
@given(st.lists(spoken_words(max_size=20), max_size=3))
def test_subtitle_files_keep_their_limits(sentences: list[tuple[list[Word], list[float]]]) -> None:
    moved, now_s = [], 0.0
    for words, _ in sentences:
        moved.append([Word(word.text, word.start_s + now_s, word.end_s + now_s) for word in words])
        now_s = moved[-1][-1].end_s if moved[-1] else now_s
    cues = make_sidecar_cues(moved, [breaks for _, breaks in sentences])
    assert_orderly(cues, [word for words in moved for word in words])
    for cue, following in itertools.zip_longest(cues, cues[1:]):
        assert len(cue.lines) <= 2
        for line in cue.lines:
            assert len(line) == 1 or count_columns(" ".join(word.text for word in line)) <= SIDECAR_CHARS_PER_LINE
        shown_s = cue.end_s - cue.start_s
        assert shown_s <= 7 + 1e-9
        # Shorter than a second, or read faster than 21 characters a second, only where the next cue takes the time.
        if following is None or following.start_s > cue.end_s:
            assert shown_s >= 1 - 1e-9
            assert len(cue.text) / shown_s <= 21 + 1e-9 or shown_s >= 7 - 1e-9


@calm
@given(spoken_words())
def test_files_read_back_as_the_same_cues(spoken: tuple[list[Word], list[float]]) -> None:
    cues = make_cues(*spoken, max_chars_per_line=16)
    # pysubs2 takes a number alone on a cue's last line for the next cue's.
    assume(not any(cue.text.splitlines()[-1].strip().isdecimal() for cue in cues if cue.text.strip()))
    end_s = cues[-1].end_s if cues else 0.0
    cues += (Cue(((Word("end", end_s, end_s + 1),),), end_s, end_s + 1),)
    expected = [(round(cue.start_s * 1000), round(cue.end_s * 1000), cue.text) for cue in cues]
    srt = pysubs2.SSAFile.from_string(write_srt(cues), format_="srt")
    assert [(event.start, event.end, event.plaintext) for event in srt] == expected
    vtt = pysubs2.SSAFile.from_string(write_vtt(cues, "en"), format_="vtt")
    assert [(event.start, event.end, unescape(event.plaintext)) for event in vtt] == expected


# ---------------------------------------------------------------------------------------------- real speech


def test_phrases_stay_together() -> None:
    cues = caption(SPEECH)
    assert [cue.replace("\n", " ") for cue in cues[:3]] == [
        "Most people skip breakfast,",
        "but the habit",
        "may slow their metabolism.",
    ]
    for cue in cues:
        for line in cue.split("\n"):
            assert line.split()[-1].lower() not in {"a", "the", "of", "by", "that", "their", "within"}


def test_no_word_stands_alone_in_ordinary_speech() -> None:
    assert all(2 <= len(cue.split()) <= 5 for cue in caption(SPEECH, 16))


def test_short_sentence_stands_alone_unless_it_would_flash() -> None:
    assert caption("Wait! That changes everything we know.")[0] == "Wait!"
    hurried = caption("I! That changes everything we know.", sentence_pause_s=0.0)
    assert hurried[0].startswith("I! That")


def test_pause_ends_a_cue_even_inside_a_phrase() -> None:
    words = [
        Word("in", 0, 0.3),
        Word("the", 0.3, 0.5),
        Word("end", 1.1, 1.5),
        Word("we", 1.5, 1.7),
        Word("won", 1.7, 2),
    ]
    cues = make_cues(words, [0.9, 1.0, 0.3, 0.7, 0.0], max_chars_per_line=20)
    assert [cue.text for cue in cues] == ["in the", "end we won"]
    assert cues[0].end_s == pytest.approx(0.58)


def test_word_longer_than_a_line_is_kept_whole() -> None:
    cues = caption("The Donaudampfschifffahrtsgesellschaft sails again.", 16)
    assert "Donaudampfschifffahrtsgesellschaft" in [line for cue in cues for line in cue.split("\n")]


def test_right_to_left_and_wide_text_keep_their_logical_order() -> None:
    hebrew = "שלום לכולם וברוכים הבאים"
    assert " ".join(caption(hebrew)).split() == hebrew.split()
    assert count_columns("日本語") == 6
    assert count_columns("e\u0301a") == 2


def test_words_and_costs_must_match() -> None:
    with pytest.raises(ValueError, match="1 words, but 2 costs"):
        make_cues([Word("a", 0, 1)], [0.0, 0.0], max_chars_per_line=9)
    with pytest.raises(ValueError, match="at least one word"):
        make_cues([], [], max_chars_per_line=0)
    assert make_cues([], [], max_chars_per_line=9) == ()
    assert make_sidecar_cues([], []) == ()


# ---------------------------------------------------------------------------------------------- files beside it


def sidecar(text: str, **timing: float) -> tuple[Cue, ...]:
    words = speak(text, **timing)
    return make_sidecar_cues([words], [phrase_breaks([word.text for word in words])])


def test_subtitles_follow_sentences_and_split_long_ones_at_clauses() -> None:
    cues = sidecar(SPEECH)
    assert [cue.text.split()[0] for cue in cues if cue.text[0].isupper()] == ["Most", "A", "The"]
    assert all(cue.text[-1] in ".," or cue.text.endswith("found") for cue in cues)
    assert all(len(cue.text) <= 21 * (cue.end_s - cue.start_s) for cue in cues)


def test_hurried_tiny_sentence_shares_a_cue_and_a_slow_one_stands_for_a_second() -> None:
    hurried = sidecar("No. That is not what we found.", sentence_pause_s=0.1)
    assert [cue.text for cue in hurried] == ["No. That is not what we found."]
    (alone,) = sidecar("No.")
    assert alone.end_s - alone.start_s == pytest.approx(1.0)


def test_vtt_escapes_and_srt_does_not() -> None:
    cues = [Cue(((Word("R&D", 0, 1), Word("<i>x</i>", 1, 2)), (Word("{a}", 2, 3), Word("-->", 3, 3661.5))), 0, 3661.5)]
    assert write_vtt(cues, "pt-BR") == (
        "WEBVTT\nLanguage: pt-BR\n\n00:00:00.000 --> 01:01:01.500\nR&amp;D &lt;i&gt;x&lt;/i&gt;\n{a} --&gt;\n"
    )
    assert write_srt(cues) == "1\n00:00:00,000 --> 01:01:01,500\nR&D <i>x</i>\n{a} -->\n"
    assert write_vtt([], "") == "WEBVTT\n"
    assert write_srt([]) == ""


def test_stray_line_breaks_cannot_end_a_block() -> None:
    cue = Cue(((Word("one\n\ntwo", 0, 1),), (Word(" ", 1, 2),)), 0, 2)
    assert write_srt([cue]).split("\n")[2:] == ["one", "two", ""]


def test_a_transcript_is_a_title_and_paragraphs() -> None:
    assert write_transcript("Title", ["One\ntwo.", "", "Three."]) == "Title\n\nOne two.\n\nThree.\n"
