"""Sentences from words with times: by punctuation, pauses and speakers; fillers that nobody misses."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.transcript.fillers import find_fillers
from automagic.language.transcript.passages import LONGEST, join_words, split_sentences
from automagic.values.transcript import Sentence, Transcript
from automagic.values.words import Word


def say(text: str, language: str = "en", speakers: tuple[str, ...] = ()) -> Transcript:
    """Words of 0.2 s; "/" is a pause of 0.7 s, "//" one of 2.5 s, "," alone nothing."""
    words: list[Word] = []
    at = 0.0
    for part in text.split():
        if set(part) == {"/"}:
            at += 0.7 if len(part) == 1 else 2.5
            continue
        words.append(Word(part, at, at + 0.2))
        at += 0.22
    return Transcript(tuple(words), language, "test", "stated", speakers)


def texts(transcript: Transcript) -> list[str]:
    found = split_sentences(transcript)
    assert_whole(transcript, found)
    return [sentence.text for sentence in found]


def assert_whole(transcript: Transcript, found: tuple[Sentence, ...]) -> None:
    edges = [0, *(sentence.end for sentence in found)]
    assert [sentence.first for sentence in found] == edges[:-1]
    assert edges[-1] == len(transcript.words)
    assert len({sentence.id for sentence in found}) == len(found)
    for sentence in found:
        own = transcript.words[sentence.first : sentence.end]
        assert (sentence.start_s, sentence.end_s) == (own[0].start_s, own[-1].end_s)
        assert sentence.text == join_words(own, transcript.language)


def test_full_stops_end_sentences_and_abbreviations_do_not() -> None:
    text = "Dr. Lee met Mr. Smith at 3 p.m. in the U.S. Senate. It cost $3.5 million. Why? “Bees.” He left."
    assert texts(say(text)) == [
        "Dr. Lee met Mr. Smith at 3 p.m. in the U.S. Senate.",
        "It cost $3.5 million.",
        "Why?",
        "“Bees.”",
        "He left.",
    ]  # fmt: skip


def test_a_sentence_in_lower_case_is_told_from_an_abbreviation_by_the_pause() -> None:
    assert texts(say("Trees slow the rain. / leaves catch it. Then it was approx. ten more.")) == [
        "Trees slow the rain.",
        "leaves catch it.",
        "Then it was approx. ten more.",
    ]


def test_a_pause_ends_a_sentence_where_a_new_one_begins() -> None:
    found = split_sentences(
        say("We went north / Then it rained. And the reason is / I think, / Paris, / of all. So / yes.")
    )
    assert [sentence.text for sentence in found] == [
        "We went north",
        "Then it rained.",
        "And the reason is I think, Paris, of all.",
        "So yes.",
    ]
    assert all(sentence.closed for sentence in found)


def test_a_long_pause_ends_any_sentence() -> None:
    assert texts(say("We went // because of the bees. It rained.")) == ["We went", "because of the bees.", "It rained."]


def test_without_punctuation_pauses_decide() -> None:
    found = split_sentences(say("so we went north / it was cold / and the bees were gone"))
    assert [sentence.text for sentence in found] == ["so we went north", "it was cold", "and the bees were gone"]
    assert all(sentence.closed for sentence in found)


def test_without_punctuation_and_pauses_length_decides() -> None:
    transcript = say(" ".join(f"word{index}" for index in range(150)))
    found = split_sentences(transcript)
    assert_whole(transcript, found)
    assert all(sentence.end - sentence.first <= LONGEST for sentence in found)
    assert len(found) == 4
    assert [sentence.closed for sentence in found] == [False, False, False, True]


def test_a_change_of_speaker_ends_a_sentence() -> None:
    transcript = say("I think that. But wait no stop. Fine.", speakers=("A", "A", "A", "A", "A", "B", "B", "B"))
    found = split_sentences(transcript)
    assert [(sentence.text, sentence.closed) for sentence in found] == [
        ("I think that.", True),
        ("But wait", False),
        ("no stop.", True),
        ("Fine.", True),
    ]


def test_what_is_cut_off_at_the_end_is_not_closed() -> None:
    words = say("It rained. And then the").words
    assert [sentence.closed for sentence in split_sentences(Transcript(words, "en", "x"))] == [True, True]


def test_other_languages_have_their_own_abbreviations_and_stops() -> None:
    assert texts(say("Das ist z. B. ein Baum. Er ist ca. zehn Meter hoch.", "de")) == [
        "Das ist z. B. ein Baum.",
        "Er ist ca. zehn Meter hoch.",
    ]
    assert texts(say("今日 は 晴れ です 。 明日 は 雨 。", "ja")) == ["今日は晴れです。", "明日は雨。"]


def test_an_edited_word_changes_only_its_own_sentence() -> None:
    before = split_sentences(say("Bees dance. They hum. Yes. They fly home. Yes."))
    after = split_sentences(say("Bees dance. They hum. Yes. They fly away. Yes."))
    changed = [left.text for left, right in zip(before, after, strict=True) if left.id != right.id]
    assert changed == ["They fly home."]
    assert all(len(sentence.id) == 8 and int(sentence.id, 16) >= 0 for sentence in before)
    assert before[2].id != before[4].id  # equals are told apart by their order


def test_a_long_talk_takes_time_in_proportion() -> None:
    transcript = say("The bees of Dr. Lee came home at 5 p.m. and danced. " * 3000)
    assert len(split_sentences(transcript)) == 3000


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "Bee.", "I", "Dr.", "so,", "why?", "…", "日本。", "-", "3.5"]), st.floats(-1, 4)
        ),
        max_size=60,
    ),
    st.booleans(),
)
def test_every_word_belongs_to_one_sentence(tokens: list[tuple[str, float]], voices: bool) -> None:
    at = itertools.accumulate((pause for _, pause in tokens), initial=0.0)
    words = tuple(Word(text, start, start + 0.1) for (text, _), start in zip(tokens, at, strict=False))
    speakers = tuple("AB"[index % 7 == 0] for index in range(len(words))) if voices else ()
    transcript = Transcript(words, "en", "x", "stated", speakers)
    if words:
        assert_whole(transcript, split_sentences(transcript))
    else:
        assert split_sentences(transcript) == ()


# ------------------------------------------------------------------------------------------------ fillers


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "So *uh* *the* the thing is, *you* *know,* that *we* we keep it *in* *my* in my car."),
        ("en", "*Umm,* it was, *like,* really cold / and *I,* I went home."),
        ("en", "He was, *I* *mean,* not happy, *kind* *of,* with that."),
        ("en", "It is, *uh,* *you* *know,* fine."),
        ("de", "Das *äh* *und* und *ich,* ich war, *sozusagen,* da."),
        ("fr", "C'est *euh* *le* le chat, *tu* *vois,* qui dort."),
        ("es", "Es *eh* *el* el gato, *o* *sea,* que duerme."),
        ("it", "È *ehm* *il* il gatto, *cioè,* che dorme."),
        ("pt", "É *hum* *os* os gatos, *né,* que dormem."),
    ],
)
def test_fillers_are_found(language: str, text: str) -> None:
    marked = text.replace("/", "").split()
    words = say(text.replace("*", ""), language).words
    expected = tuple(index for index, part in enumerate(marked) if part.startswith("*"))
    assert find_fillers(words, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "You know what I mean? I like it, you know it."),
        ("en", "He is very very tall and it goes on and on and on, again and again and again."),
        ("en", "I had had enough of that that day. No, no, no."),
        ("en", "I like it it is good. It feels like, somehow, home. What kind of bee is it?"),
        ("en", "We did. We won. That is what we do: I mean it."),
        ("de", "Die, die das sagen, das das Haus sehen, sie sie kennen. Weißt du das?"),
        ("fr", "Nous nous levons et vous vous taisez, tu sais bien."),
        ("es", "Este gato come. ¿Sabes algo?"),
        ("xx", "uh uh the the"),
        ("", "uh uh the the"),
    ],
)
def test_words_that_mean_something_are_no_fillers(language: str, text: str) -> None:
    assert find_fillers(say(text, language).words, language) == ()
