"""Transcripts cut into passages for searching."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from automagic.language.transcript.search_passages import LONGEST_S, SHORTEST_S, cut_passages
from automagic.values.transcript import Transcript
from automagic.values.words import Word


def say(sentences, *, word_s=0.5, speakers=()):
    words, at_s = [], 0.0
    for sentence in sentences:
        if isinstance(sentence, float):  # a pause
            at_s += sentence
            continue
        for word in sentence.split():
            words.append(Word(word, at_s, at_s + word_s * 0.9))
            at_s += word_s
    return Transcript(tuple(words), "en", "test", speakers=speakers)


def test_sentences_stay_whole_and_passages_are_20_to_30_s():
    passages = cut_passages(say(["The council meets on the first Monday of each month."] * 40))
    assert all(passage.text.endswith("month.") for passage in passages)
    assert all(SHORTEST_S <= passage.end_s - passage.start_s <= LONGEST_S for passage in passages[:-1])


def test_a_long_pause_and_another_speaker_begin_a_new_one():
    assert [one.text for one in cut_passages(say(["We begin.", 15.0, "We go on."]))] == ["We begin.", "We go on."]
    transcript = say(["We begin.", "I second that."], speakers=("A", "A", "B", "B", "B"))
    assert [(one.speaker, one.text) for one in cut_passages(transcript)] == [
        ("A", "We begin."),
        ("B", "I second that."),
    ]


def test_nothing_said_is_no_passage():
    assert cut_passages(Transcript((), "", "nobody")) == ()


@given(st.lists(st.integers(1, 90), max_size=12), st.sampled_from([0.2, 0.5, 3.0]))
def test_every_word_is_in_one_passage_and_none_is_long(lengths, word_s):
    transcript = say([" ".join(["word"] * (count - 1) + ["end."]) for count in lengths], word_s=word_s)
    passages = cut_passages(transcript)
    assert [index for one in passages for index in range(one.first, one.end)] == list(range(len(transcript.words)))
    assert all(one.end_s - one.start_s <= LONGEST_S for one in passages)
