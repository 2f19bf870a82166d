"""The clip editor: in and out beside words, captions word for word, and what cannot be."""

from __future__ import annotations

import pytest

from automagic.errors import RequestError
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.words import Word
from automagic.web.pages.clips import edit_clip

WORDS = tuple(Word(text, n * 1.0, n + 0.8) for n, text in enumerate(["One", "two", "three", "four", "five", "six"]))
CLIP = ClipPlan("a1", "Numbers", (KeptRange(1.0, 5.0),), "auto", WORDS[1:5])
FORM = {"title": "Numbers", "start": "1.00", "end": "5.00", "layout": "auto", "words": "two three four five"}


def test_what_is_as_it_was_stays() -> None:
    assert edit_clip(CLIP, FORM, ()) == CLIP


def test_captions_keep_their_times() -> None:
    edited = edit_clip(CLIP, FORM | {"words": "two THREE four five", "title": "Counted", "layout": "fit"}, ())
    assert [word.text for word in edited.words] == ["two", "THREE", "four", "five"]
    assert [word.start_s for word in edited.words] == [word.start_s for word in CLIP.words]
    assert (edited.title, edited.layout) == ("Counted", "fit")


def test_a_clip_becomes_shorter_with_its_words() -> None:
    edited = edit_clip(CLIP, FORM | {"start": "1.9", "end": "4.0"}, ())
    assert edited.stretches == (KeptRange(1.9, 4.0),)
    assert [word.text for word in edited.words] == ["three", "four"]


def test_in_and_out_within_a_word_are_moved_beside_it() -> None:
    edited = edit_clip(CLIP, FORM | {"start": "2.3", "end": "3.5"}, WORDS)
    assert edited.stretches == (KeptRange(2.0, 3.8),)
    assert [word.text for word in edited.words] == ["three", "four"]


def test_a_clip_grows_where_the_words_are_known() -> None:
    edited = edit_clip(CLIP, FORM | {"start": "0", "end": "6", "words": "two THREE four five"}, WORDS)
    assert edited.stretches == (KeptRange(0.0, 6.0),)
    assert [word.text for word in edited.words] == ["One", "two", "THREE", "four", "five", "six"]
    with pytest.raises(RequestError, match="what is said beside it is not known"):
        edit_clip(CLIP, FORM | {"end": "6"}, ())


@pytest.mark.parametrize(
    "change",
    [
        {"words": "two three"},
        {"start": "x"},
        {"start": "-1"},
        {"end": "nan"},
        {"start": "5", "end": "2"},
        {"layout": "up"},
    ],
)
def test_what_cannot_be_is_said(change: dict[str, str]) -> None:
    with pytest.raises(RequestError):
        edit_clip(CLIP, FORM | change, WORDS)
