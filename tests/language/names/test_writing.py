"""Names as their person writes them, in scripts and transcripts, and whole wherever something is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.names.entries import NO_NAMES, NameEntry, NameList
from automagic.language.names.writing import (
    bind,
    bind_card,
    find_cut,
    join_words,
    mend_transcript,
    name_breaks,
    names_shown,
    spell,
    spell_script,
    tears,
    texts_of,
)
from automagic.language.numbers.bonds import cut_line
from automagic.values.script import Card, Figure, Scene, Script
from automagic.values.transcript import Transcript
from automagic.values.words import Word

NAMES = NameList(
    (
        NameEntry("Siobhan", say="shi-vawn", heard=("Shavonne", "chef on")),
        NameEntry("automagic", spelled="AutoMagic", heard=("auto magic",)),
        NameEntry("Ana Ruiz", keep=True, heard=("Anna Reese",)),
        NameEntry("Yahoo!", spelled="Yahoo!"),
    )
)
KEPT = ("Ana Ruiz", "AutoMagic")


def said(text: str, step_s: float = 1.0) -> tuple[Word, ...]:
    return tuple(Word(word, n * step_s, n * step_s + 0.5) for n, word in enumerate(text.split()))


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("We use Automagic.", "We use AutoMagic."),
        ("“automagic’s”  AUTOMAGIC\n\nautomagic—who", "“AutoMagic’s”  AutoMagic\n\nAutoMagic—who"),
        ("`automagic` automagic.org automagic-cli", "`automagic` automagic.org automagic-cli"),
        ("yahoo! Yahoo? siobhan", "Yahoo! Yahoo!? siobhan"),
        ("", ""),
    ],
)
def test_names_are_written_as_they_are_spelled(written, spelled):
    assert spell(written, NAMES) == spelled
    assert spell(written, NO_NAMES) == written


def test_a_script_is_spelled_in_title_text_and_cards_and_keeps_its_ids():
    card = Card("list", "automagic", items=("automagic", "x"), figures=(Figure("3", label="automagic users"),))
    script = Script("On automagic", (Scene("1f2e", "automagic works.", cards=(card,)),))
    spelled = spell_script(script, NAMES)
    assert (spelled.title, spelled.scenes[0].id, spelled.scenes[0].text) == ("On AutoMagic", "1f2e", "AutoMagic works.")
    assert texts_of(spelled.scenes[0].cards[0]) == ("AutoMagic", "AutoMagic", "x", "AutoMagic users")


def test_what_was_heard_is_mended_with_its_times_speakers_and_certainty():
    transcript = Transcript(
        said("So Shavonne’s auto magic, and Anna Reese."),
        "en",
        "whisper-base",
        speakers=("a", "a", "b", "b", "a", "a", "a"),
        confidences=(0.9, 0.4, 0.8, 0.6, 0.9, 0.5, 0.3),
    )
    mended = mend_transcript(transcript, NAMES)
    assert [word.text for word in mended.words] == ["So", "Siobhan’s", "AutoMagic,", "and", "Ana", "Ruiz."]
    assert (mended.words[2].start_s, mended.words[2].end_s) == (2.0, 3.5)
    assert mended.speakers == ("a", "a", "b", "a", "a", "a")
    assert mended.confidences == (0.9, 0.4, 0.6, 0.9, 0.5, 0.3)
    assert mend_transcript(mended, NAMES) == mended
    assert mend_transcript(transcript, NO_NAMES) == transcript


@pytest.mark.parametrize(
    ("shown", "text", "cut"),
    [
        ("Ana Ruiz won", "Ana Ruiz won the race.", ""),
        ("Ana won", "Ana Ruiz won the race.", "Ana Ruiz"),
        ("A race was won", "Ana Ruiz won the race.", "Ana Ruiz"),
        ("Ana Ruiz and Ruiz", "Ana Ruiz won.", "Ana Ruiz"),
        ("Ana Ruiz, and Ruiz", "Ana Ruiz won, and Ruiz knew.", ""),
        ("She won", "She won.", ""),
        ("AutoMagic’s voice", "AutoMagic’s voice is clear.", ""),
    ],
)
def test_a_cut_name_is_found(shown, text, cut):
    assert find_cut((shown,), text, KEPT) == cut


def test_a_part_of_a_name_is_torn_out_only_where_the_text_has_the_whole():
    assert tears(("Ruiz",), "Ana Ruiz won", KEPT)
    assert not tears(("Ruiz",), "Ruiz won", KEPT)


def test_names_of_several_words_are_bound_by_spaces_that_do_not_break():
    assert bind("by Ana Ruiz’s dog", KEPT) == "by Ana\u00a0Ruiz’s dog"
    card = Card("statement", "How Ana Ruiz won", accent="Ruiz", detail="Ana Ruiz", speaker="Ana Ruiz")
    bound = bind_card(card, KEPT)
    assert (bound.headline, bound.accent, bound.speaker) == ("How Ana\u00a0Ruiz won", "Ana\u00a0Ruiz", "Ana\u00a0Ruiz")
    assert bind_card(card, ()) is card


def test_the_words_of_a_kept_name_are_one_to_captions():
    words, breaks = join_words(said("So Ana Ruiz won."), (0.5, 0.4, 0.3, 0.0), KEPT)
    assert [word.text for word in words] == ["So", "Ana Ruiz", "won."]
    assert (words[1].start_s, words[1].end_s) == (1.0, 2.5)
    assert breaks == (0.5, 0.3, 0.0)
    assert name_breaks(["So", "Ana", "Ruiz"], (0.5, 0.4, 0.0), KEPT) == (0.5, 1.0, 0.0)


def test_no_line_is_cut_inside_a_name():
    assert cut_line("The race was won by Ana Ruiz in May", 25) == "The race was won by Ana…"
    assert cut_line("The race was won by Ana Ruiz in May", 25, KEPT) == "The race was won by…"


def test_the_key_of_a_card_has_nothing_of_how_a_name_is_said():
    shown = names_shown(NAMES)
    assert shown == (
        NameEntry("automagic", spelled="AutoMagic"),
        NameEntry("Ana Ruiz", keep=True),
        NameEntry("Yahoo!", spelled="Yahoo!"),
    )


@given(st.text(alphabet="aAutomagicnRz .,'’`*\n-Yho!", max_size=60))
def test_spelling_a_text_twice_changes_nothing_more_and_keeps_its_lines(text):
    once = spell(text, NAMES)
    assert spell(once, NAMES) == once
    assert once.count("\n") == text.count("\n")
