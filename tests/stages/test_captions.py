"""Captions on the picture and beside it, with names that stay whole."""

from __future__ import annotations

from automagic.media.captions.words import LineRoom
from automagic.stages.captions import picture_cues, sidecar_cues, write_captions
from automagic.values.words import Word

TALK = "We asked the Massachusetts Institute of Technology and Jean de la Fontaine about tall trees in old towns."
KEPT = ("Massachusetts Institute of Technology", "Jean de la Fontaine", "Donaudampfschiff")


def said(text: str) -> tuple[Word, ...]:
    return tuple(Word(word, n * 0.4, n * 0.4 + 0.35) for n, word in enumerate(text.split()))


def lines_of(cues) -> list[str]:
    return [" ".join(word.text for word in line) for cue in cues for line in cue.lines]


def test_a_kept_name_stands_on_one_line_of_the_picture():
    plain = lines_of(picture_cues(said(TALK), LineRoom(20), "en"))
    assert not any("Jean de la Fontaine" in line for line in plain)
    kept = lines_of(picture_cues(said(TALK), LineRoom(20, kept=KEPT), "en"))
    assert any("Jean de la Fontaine" in line for line in kept)
    assert any("Massachusetts Institute of Technology" in line for line in kept)
    assert " ".join(kept).split() == " ".join(plain).split() == TALK.split()


def test_a_name_that_would_be_too_small_to_read_is_broken_between_its_words():
    lines = lines_of(picture_cues(said(TALK), LineRoom(14, kept=KEPT), "en"))
    assert any("Jean de la Fontaine" in line for line in lines)
    assert "Massachusetts" in lines


def test_a_kept_word_is_not_hyphenated():
    words = said("Ein Donaudampfschiff fuhr.")
    assert "Donaudampfschiff" not in lines_of(picture_cues(words, LineRoom(12), "de"))
    assert "Donaudampfschiff" in lines_of(picture_cues(words, LineRoom(12, kept=KEPT), "de"))


def test_a_kept_name_stands_on_one_line_of_the_files():
    talk = "Forty years later they met again, and it was Jean de la Fontaine who had kept every one of the letters."
    kept = lines_of(sidecar_cues([said(talk)], "en", KEPT))
    assert any("Jean de la Fontaine" in line for line in kept)
    assert " ".join(kept).split() == talk.split()
    assert b"Jean de la Fontaine" in write_captions([said(talk)], "en", KEPT)["captions.srt"]
