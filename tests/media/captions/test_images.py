from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import MediaError
from automagic.media.captions.images import (
    CaptionBitmap,
    CaptionTrack,
    caption_states,
    draw_caption,
)
from automagic.media.captions.layout import lay_out, max_chars_per_line
from automagic.media.video.planes import Planes
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame, Rect
from automagic.values.words import Word

FRAME = Frame(1080, 1920, 30, Rect(140, 190, 800, 870), Rect(141, 1101, 799, 339))
OUTLINED = CaptionStyle("Inter", 800, 84, "#ffffff", "#ff0000", outline_px=6)
PLATED = CaptionStyle("Poppins", 700, 76, "#ffffff", "#7ee8a8", plate="#000000ff")


def cue(*lines: str, start_s: float = 0.0) -> Cue:
    """A cue whose words last 0.3 s each."""
    rows, time_s = [], start_s
    for line in lines:
        words = []
        for text in line.split():
            words.append(Word(text, time_s, time_s + 0.3))
            time_s += 0.3
        rows.append(tuple(words))
    return Cue(tuple(rows), start_s, time_s)


def grey_frame(luma: int = 100) -> Planes:
    return Planes(
        np.full((1920, 1080), luma, np.uint8), np.full((960, 540), 128, np.uint8), np.full((960, 540), 128, np.uint8)
    )


def opacity(bitmap: CaptionBitmap) -> np.ndarray:
    return 255 - bitmap.remainder[0]


# ---------------------------------------------------------------------------------------------- when


def test_each_frame_shows_the_word_that_is_spoken_in_it() -> None:
    states = caption_states([cue("one two", start_s=0.5)], start_s=0.0, frame_count=45, fps=30)
    shown = [None if state is None else state.highlighted for state in states]
    assert shown == [None] * 15 + [0] * 9 + [1] * 9 + [None] * 12


def test_a_pause_holds_the_word_only_when_it_is_short() -> None:
    words = (Word("a", 0.0, 0.2), Word("b", 0.4, 0.6), Word("c", 1.5, 1.6))
    states = caption_states([Cue((words,), 0.0, 1.6)], start_s=0.0, frame_count=48, fps=30)
    highlighted = [state.highlighted if state else -1 for state in states]
    assert highlighted[:12] == [0] * 12
    assert highlighted[18] is None
    assert highlighted[-1] == 2


@given(st.floats(0, 3), st.integers(1, 60))
def test_part_of_a_shot_shows_what_the_whole_shot_shows_there(start_s: float, count: int) -> None:
    cues = [cue("one two", "three", start_s=0.4), cue("four", start_s=1.6)]
    first = round(start_s * 30)
    whole = caption_states(cues, start_s=0.0, frame_count=first + count, fps=30)
    assert caption_states(cues, start_s=first / 30, frame_count=count, fps=30) == whole[first:]


# ---------------------------------------------------------------------------------------------- where


@pytest.mark.parametrize("style", [OUTLINED, PLATED])
@pytest.mark.parametrize(
    "lines",
    [
        ("Words carry",),
        ("ÅÉÜ gjpqy", "every story"),
        ("Donaudampfschifffahrtsgesellschaftskapitän", "x"),
        ("W" * 60,),
        ("في النهر", "ก็ ยิ้ม"),
        ("लक्ष्मी हूँ", "👩‍🚀 ✓ ①"),
    ],
)
def test_nothing_leaves_the_zone(style: CaptionStyle, lines: tuple[str, ...]) -> None:
    bitmap = draw_caption(cue(*lines), 0, style=style, frame=FRAME)
    box = bitmap.box
    assert FRAME.caption.contains(box)
    assert (box.x % 2, box.y % 2, box.width % 2, box.height % 2) == (0, 0, 0, 0)
    drawn = opacity(bitmap)
    edges = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    # A hard edge would mean that something was cut off; the shadow fades out, and the plate ends inside.
    assert edges.max() <= 40 if not style.plate else edges.max() <= 130


def test_text_stands_in_the_middle_of_the_zone() -> None:
    bitmap = draw_caption(cue("HNH HNH", "HNH HNH"), None, style=OUTLINED, frame=FRAME)
    bright = bitmap.color.y > 200
    rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
    middle = (bitmap.x + (columns[0] + columns[-1] + 1) / 2, bitmap.y + (rows[0] + rows[-1] + 1) / 2)
    zone = FRAME.caption
    assert middle == pytest.approx((zone.x + zone.width / 2, zone.y + zone.height / 2), abs=2)


@pytest.mark.parametrize("style", [OUTLINED, PLATED, CaptionStyle("Anton", 400, 92, "#fff", "#000", uppercase=True)])
def test_a_line_of_the_stated_length_fits_at_full_size(style: CaptionStyle) -> None:
    length = max_chars_per_line(style, FRAME)
    assert 8 <= length <= 40
    line = cue("the quick brown fox jumps over the lazy dog"[: length - 2])
    assert lay_out(line, style, FRAME).size >= 0.9 * style.size_px


# ---------------------------------------------------------------------------------------------- how


def test_highlighting_changes_the_colour_of_one_word_and_moves_none() -> None:
    spoken = cue("office affinity", "flows on")
    calm = draw_caption(spoken, None, style=OUTLINED, frame=FRAME)
    boxes = []
    for number in range(4):
        state = draw_caption(spoken, number, style=OUTLINED, frame=FRAME)
        assert (state.x, state.y) == (calm.x, calm.y)
        assert np.array_equal(state.remainder[0], calm.remainder[0])
        changed = state.color.y != calm.color.y
        columns, rows = np.flatnonzero(changed.any(axis=0)), np.flatnonzero(changed.any(axis=1))
        boxes.append((columns[0], columns[-1], rows[0], rows[-1]))
        # Every letter of the word changed: pure white is gone from its box.
        inside = state.color.y[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert inside.max() < 140
    assert boxes[0][1] < boxes[1][0]
    assert boxes[2][1] < boxes[3][0]
    assert boxes[0][3] < boxes[2][2]


def test_words_of_a_right_to_left_line_are_found_in_their_order() -> None:
    spoken = cue("שלום לכל העולם")
    calm = draw_caption(spoken, None, style=OUTLINED, frame=FRAME)
    lefts = []
    for number in range(3):
        changed = draw_caption(spoken, number, style=OUTLINED, frame=FRAME).color.y != calm.color.y
        lefts.append(int(np.flatnonzero(changed.any(axis=0))[0]))
    assert lefts == sorted(lefts, reverse=True)


def test_numbers_and_full_stops_stand_on_their_side_of_a_right_to_left_line() -> None:
    spoken = cue("200 مليون.")
    calm = draw_caption(spoken, None, style=OUTLINED, frame=FRAME)
    columns = []
    for number in range(2):
        changed = draw_caption(spoken, number, style=OUTLINED, frame=FRAME).color.y != calm.color.y
        columns.append(np.flatnonzero(changed.any(axis=0)))
    assert columns[0][0] > columns[1][-1]
    left_end = (draw_caption(spoken, 1, style=OUTLINED, frame=FRAME).color.y != calm.color.y)[:, columns[1][:4]]
    rows = np.flatnonzero((calm.color.y > 200).any(axis=1))
    assert np.flatnonzero(left_end.any(axis=1))[0] > rows.mean()  # the full stop: nothing stands above it


def test_colours_are_those_of_the_style() -> None:
    frame = grey_frame()
    bitmap = draw_caption(cue("HHHH"), 0, style=OUTLINED, frame=FRAME)
    bitmap.blend_into(frame)
    solid = bitmap.color.v == bitmap.color.v.max()
    rows, columns = np.nonzero(solid)
    y, x = bitmap.y // 2 + rows[0], bitmap.x // 2 + columns[0]
    # BT.709 limited red.
    assert (int(frame.y[2 * y, 2 * x]), int(frame.u[y, x]), int(frame.v[y, x])) == pytest.approx((63, 102, 240), abs=2)


def test_blending_equals_the_exact_formula_and_touches_only_the_box() -> None:
    rng = np.random.default_rng(1)
    frame = Planes(*(rng.integers(16, 236, plane.shape, dtype=np.uint8) for plane in grey_frame()))
    before = Planes(*(plane.copy() for plane in frame))
    bitmap = draw_caption(cue("Words", "carry"), 1, style=OUTLINED, frame=FRAME)
    bitmap.blend_into(frame)
    for index, divisor in enumerate((1, 2, 2)):
        rows = slice(bitmap.box.y // divisor, bitmap.box.bottom // divisor)
        columns = slice(bitmap.box.x // divisor, bitmap.box.right // divisor)
        remainder = bitmap.remainder[min(index, 1)] / 255.0
        exact = before[index][rows, columns] * remainder + bitmap.color[index]
        assert np.abs(frame[index][rows, columns] - exact).max() <= 1
        before[index][rows, columns] = frame[index][rows, columns]
        assert np.array_equal(before[index], frame[index])


def test_a_solid_plate_hides_what_is_behind_it() -> None:
    bitmap = draw_caption(cue("Words"), None, style=PLATED, frame=FRAME)
    dark, bright = grey_frame(20), grey_frame(230)
    bitmap.blend_into(dark)
    bitmap.blend_into(bright)
    middle = slice(bitmap.box.y + 8, bitmap.box.bottom - 8), slice(bitmap.box.x + 30, bitmap.box.right - 30)
    assert np.array_equal(dark.y[middle], bright.y[middle])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("abcXYZ<>&\"' 0é\x07", min_size=1, max_size=9), min_size=1, max_size=4))
def test_any_text_can_be_drawn(texts: list[str]) -> None:
    words = tuple(Word(text, 0.1 * n, 0.1 * n + 0.1) for n, text in enumerate(texts))
    if not any(text.strip(" \x07") for text in texts):
        return
    bitmap = draw_caption(Cue((words,), 0, 1), len(words) - 1, style=PLATED, frame=FRAME)
    assert opacity(bitmap).any()


def test_a_cue_without_words_is_an_error() -> None:
    with pytest.raises(MediaError, match="without words"):
        draw_caption(Cue(((),), 0, 1), None, style=OUTLINED, frame=FRAME)
    with pytest.raises(MediaError, match="no word 7"):
        draw_caption(cue("one two"), 7, style=OUTLINED, frame=FRAME)


def test_a_track_draws_only_while_a_cue_is_visible() -> None:
    track = CaptionTrack([cue("one", start_s=0.1)], OUTLINED, FRAME, first=0, count=18)
    drawn = []
    for number in range(18):
        frame = grey_frame()
        captioned = track.draw(number, frame) is not None
        assert captioned == bool((frame.y != 100).any())
        drawn.append(captioned)
    assert drawn == [False] * 3 + [True] * 9 + [False] * 6


def test_words_without_a_font_are_left_out_and_a_cue_of_them_shows_nothing() -> None:
    hieroglyph = "\U00013000"
    spoken = cue(f"one {hieroglyph} two")
    plain = draw_caption(cue("one two"), None, style=OUTLINED, frame=FRAME)
    assert np.array_equal(opacity(draw_caption(spoken, None, style=OUTLINED, frame=FRAME)), opacity(plain))
    calm, lit = (draw_caption(spoken, word, style=OUTLINED, frame=FRAME) for word in (None, 1))
    assert np.array_equal(calm.color.y, lit.color.y)
    track = CaptionTrack([cue(hieroglyph)], OUTLINED, FRAME, first=0, count=6)
    assert not any(track.draw(number, grey_frame()) is not None for number in range(6))
