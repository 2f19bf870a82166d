"""Which moments are chosen from a recording, and the reasons that are given."""

from __future__ import annotations

import dataclasses
import itertools
import sys
import time

import numpy as np
import pytest

from automagic.language.moments import english
from automagic.language.moments.candidates import SentenceRange, find_candidates, hold
from automagic.language.moments.choosing import choose
from automagic.language.moments.naming import describe_moment, title_of
from automagic.language.moments.query import Query
from automagic.language.moments.scoring import Scored
from automagic.language.moments.similar import said_before
from automagic.language.moments.talk import Talk, fillers_of
from automagic.language.moments.weights import load_weights
from automagic.values.moments import Moment
from automagic.values.transcript import Prosody, Sentence
from tests.support.texts.interviews import GOOD, INTERVIEWS, embed, make_talk
from tests.support.texts.topic_talks import TEXTS

pytestmark = pytest.mark.xdist_group("moments")  # each text is turned into vectors once

WEIGHTS = load_weights()

GETTYSBURG = """
Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and
dedicated to the proposition that all men are created equal.

Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so dedicated, can
long endure. We are met on a great battle-field of that war. We have come to dedicate a portion of that field, as a
final resting place for those who here gave their lives that that nation might live. It is altogether fitting and proper
that we should do this.

But, in a larger sense, we can not dedicate, we can not consecrate, we can not hallow this ground. The brave men, living
and dead, who struggled here, have consecrated it, far above our poor power to add or detract. The world will little
note, nor long remember what we say here, but it can never forget what they did here.
"""


def choose_from(turns, **wish):
    return choose_moments(make_talk(turns), **wish)


def choose_moments(talk, *, count=5, query=None, min_s=15.0, max_s=60.0):
    candidates = find_candidates(talk.sentences, talk.topics, min_s=min_s, max_s=max_s)
    return choose(Scored(talk, candidates, WEIGHTS, query), count=count)


def plain(texts, *, seconds=5.0, gap=0.4, closed=True):
    made = []
    for index, text in enumerate(texts):
        start = index * (seconds + gap)
        made.append(Sentence(f"{index:08x}", index * 9, index * 9 + 9, start, start + seconds, text, closed))
    return tuple(made)


# ------------------------------------------------------------------------------------------------------ the choice


def test_good_moments_of_interviews_come_before_rambling_and_are_cut_where_an_editor_would(capsys):
    first = whole = 0
    for name, turns in INTERVIEWS.items():
        choice = choose_from(turns)
        for begins, ends in GOOD[name]:
            best = [moment for moment in choice.chosen[:2] if moment.text.startswith(begins)]
            first += bool(best)
            whole += any(moment.text.endswith(ends) for moment in best)
        worst = max(moment.score for moment in choice.chosen[2:])
        assert worst < 0.6 * choice.chosen[1].score
    with capsys.disabled():
        sys.stdout.write(f"\n{first} of 6 good moments come first, {whole} of 6 are whole\n")
    assert (first, whole) == (6, 6)


def test_every_contribution_says_what_it_found_and_they_add_up_to_the_score():
    choice = choose_from(INTERVIEWS["diver"])
    for moment in choice.chosen:
        assert moment.score == pytest.approx(sum(c.points for c in moment.contributions), abs=1e-3)
        assert all(c.why for c in moment.contributions)
    whys = {c.feature: c.why for c in choice.chosen[0].contributions}
    assert whys["hook"].startswith("opens with a question: “Why do heavy ships float")
    assert whys["exchange"].startswith("a question and its whole answer")
    assert "“52,000”" in whys["specific"]


def test_four_are_offered_also_from_little_and_weak_ones_are_said_to_be():
    choice = choose_from(INTERVIEWS["nurse"], count=10)
    assert len(choice.chosen) == WEIGHTS.at_least == 4
    assert any("far below the best" in notice for notice in choice.notices)


def test_rejected_moments_have_reasons():
    reasons = [rejection.reason for rejection in choose_from(INTERVIEWS["diver"], count=4).rejected]
    assert any(reason.startswith("overlaps with 1") for reason in reasons)
    assert any("starts with" in reason for reason in reasons)
    short = choose_from((*INTERVIEWS["diver"], ("C", "Whales sing across a thousand miles of ocean.")))
    assert all(moment.duration_s >= 15 for moment in short.chosen)


def test_moments_share_no_time_while_there_is_material():
    choice = choose_from([("", text) for text in TEXTS], count=8, max_s=45)
    assert len(choice.chosen) == 8
    spans = sorted((moment.start_s, moment.end_s) for moment in choice.chosen)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
    assert [m.score for m in choice.chosen] == sorted((m.score for m in choice.chosen), reverse=True)


def test_the_same_story_told_twice_is_offered_once():
    story = INTERVIEWS["diver"][8]
    choice = choose_from((*INTERVIEWS["diver"], ("B", story[1])), count=3)
    assert sum("wreck near Malta" in moment.text for moment in choice.chosen) == 1
    assert any(r.reason.startswith("too similar to") for r in choice.rejected)


def test_the_choice_is_the_same_each_time_and_ids_survive_an_added_sentence():
    one, again = choose_from(INTERVIEWS["baker"]), choose_from(INTERVIEWS["baker"])
    assert one == again
    longer = choose_from((*INTERVIEWS["baker"], ("C", "Nobody expected the cat to walk in at that very moment.")))
    assert [m.id for m in longer.chosen[:2]] == [m.id for m in one.chosen[:2]]


def test_a_speech_is_cut_at_its_sentences():
    choice = choose_from([("", part) for part in GETTYSBURG.split("\n\n")], count=4, max_s=45)
    starts = {sentence.id for sentence in make_talk([("", p) for p in GETTYSBURG.split("\n\n")]).sentences}
    assert choice.chosen[0].text.startswith("Four score and seven years ago")
    assert all(m.first in starts and m.text.endswith((".", "?")) for m in choice.chosen)


def test_silence_and_voice_count_where_they_are_known():
    talk = make_talk(INTERVIEWS["baker"])
    lively = talk.sentences.index(
        next(s for s in talk.sentences if s.text.startswith("Madame") or "nineteen" in s.text)
    )
    delivery = tuple(
        Prosody(6.0, 12.0, 5.0, 0.2, 0.2) if lively <= i <= lively + 5 else Prosody(0.0, 4.0, 4.0, 0.2, 0.2)
        for i in range(len(talk.sentences))
    )
    scored = Scored(
        dataclasses.replace(talk, delivery=delivery), find_candidates(talk.sentences, (), min_s=15, max_s=60), WEIGHTS
    )
    told = next(c for c in scored.moment(lively, lively + 5).contributions if c.feature == "delivery")
    assert told.percentile > 0.9
    assert told.why.startswith("voice +6.0 dB, pitch over 12.0 semitones (usually ")


# ------------------------------------------------------------------------------------------------------- the query


def test_each_moment_has_in_it_what_was_found():
    sentences = plain([f"Sentence {number}." for number in range(12)])
    every = find_candidates(sentences, (), min_s=15, max_s=20)
    held = hold(every, sentences, (5.4 * 4, 5.4 * 9 + 2))
    assert held.spans
    assert held.spans == tuple(
        span for span in every.spans if span.first <= 4 <= span.last or span.first <= 9 <= span.last
    )
    far = Query("nothing of the kind")
    assert not choose(Scored(Talk(sentences, "en", (), None, (), (), ()), every, WEIGHTS, far), count=2).chosen
    chosen = choose(Scored(Talk(sentences, "en", (), None, (), (), ()), held, WEIGHTS, far), count=2).chosen
    assert {any(one.start_s <= at_s < one.end_s for one in chosen) for at_s in (5.4 * 4, 5.4 * 9)} == {True}
    lost = hold(every, plain(["One."], seconds=60.0) + sentences[1:], (3.0,))
    assert (
        "has in it what was found"
        in hold(find_candidates(sentences, (), min_s=15, max_s=20), sentences, ()).notices[-1]
    )
    assert lost.found


def test_a_query_finds_what_it_is_about_and_nothing_when_there_is_nothing():
    turns = [("", text) for text in TEXTS]

    def ask(text):
        return choose_from(turns, count=3, max_s=45, query=Query(text, embed((text,))[0]))

    assert "caffeine" in ask("coffee and sleep").chosen[0].text
    assert "chess" in ask("how to win at chess").chosen[0].text or "pawn" in ask("how to win at chess").chosen[0].text
    nothing = ask("volcano eruption")
    assert nothing.chosen == ()
    assert "Nothing in this recording is near “volcano eruption”: no moment is offered." in nothing.notices
    assert nothing.rejected[0].reason == "not near “volcano eruption”"


def test_a_query_works_by_words_without_vectors():
    talk = make_talk([("", text) for text in TEXTS], meaning=False)
    choice = choose_moments(talk, count=2, min_s=15, max_s=45, query=Query("caffeine bedtime"))
    assert "caffeine" in choice.chosen[0].text


# --------------------------------------------------------------------------------------- material that gives little


@pytest.mark.parametrize(
    ("sentences", "says"),
    [
        ((), "Nothing that is said"),
        (plain(["Too short to be a clip."]), "takes 5 s, less than the 15 s"),
        (plain(["and on and on " * 60], seconds=300.0), "the longest takes 300 s"),
        (plain(["no end here"] * 9, closed=False), "No sentence has an end"),
    ],
)
def test_material_that_gives_nothing_is_explained(sentences, says):
    choice = choose_moments(Talk(sentences, "en"), count=5, min_s=15, max_s=60)
    assert choice.chosen == ()
    assert says in choice.notices[0]


def test_other_languages_are_judged_by_what_needs_no_word_lists():
    texts = ["Warum schwimmt ein Schiff aus Stahl?", "Es verdrängt 50 Tonnen Wasser.", "Die Form macht es.", "Gut."] * 5
    choice = choose_moments(Talk(plain(texts), "de"), count=3, min_s=15, max_s=40)
    assert choice.chosen[0].text.startswith("Warum schwimmt")
    assert any("known in English only" in notice for notice in choice.notices)
    assert not {"leans", "story"} & {c.feature for m in choice.chosen for c in m.contributions}


def test_candidates_begin_and_end_with_whole_sentences():
    sentences = tuple(
        dataclasses.replace(s, closed=s.id != "00000003") for s in plain([f"Sentence number {i}." for i in range(12)])
    )
    spans = find_candidates(sentences, (), min_s=15, max_s=30).spans
    assert spans
    assert all(span.last != 3 and span.first != 4 for span in spans)
    topics = find_candidates(plain(["One sentence."] * 12), (0, 4, 8), min_s=15, max_s=60).spans
    assert SentenceRange(4, 7) in topics
    assert not any(span.first < 4 and span.last > 8 for span in topics)


def test_three_hours_are_chosen_from_at_once():
    texts = [s.text for s in make_talk([("", text) for text in TEXTS]).sentences]
    sentences = plain([texts[i % len(texts)] for i in range(3000)], seconds=3.2)
    vectors = np.tile(embed(tuple(texts)), (3000 // len(texts) + 1, 1))[:3000]
    begun = time.process_time()
    found = find_candidates(sentences, range(0, 3000, 20), min_s=15, max_s=60)
    assert time.process_time() - begun < 1.0
    assert len(found.spans) < 20 * 3000
    talk = Talk(sentences, "en", tuple(range(0, 3000, 20)), vectors)
    assert len(choose(Scored(talk, found, WEIGHTS), count=10).chosen) >= 4


# ------------------------------------------------------------------------------------------------- words and names


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It was on the table.", "It"),
        ("He said no.", "He"),
        ("And then we left.", "and"),
        ("That's why the ship floats.", "That's why"),
        ("As I said, the ship floats.", "As I said"),
        ("Exactly, you do.", "Exactly"),
        ("When they came home, the dog was gone.", "they"),
        ("The second mistake is a tie.", "The second mistake"),
    ],
)
def test_what_leans_on_words_before_is_heard(text, word):
    mark = english.find_leaning(text)
    assert mark is not None
    assert mark.strength >= 0.6
    assert f"“{word}”" in mark.what


@pytest.mark.parametrize(
    "text",
    [
        "A ship floats because of its shape.",
        "It was raining in the summer of 1912.",
        "This is the story of a bridge.",
        "Those who wait eat better bread.",
        "No tree can live without water.",
        "Because of the war, nobody came.",
        "So why does a ship float?",
    ],
)
def test_what_can_begin_is_let_begin(text):
    mark = english.find_leaning(text)
    assert mark is None or mark.strength < 0.6


def test_titles_and_descriptions_are_the_moments_own_words():
    for turns in INTERVIEWS.values():
        for moment in choose_from(turns).chosen[:2]:
            said = moment.text.lower()
            title = title_of(moment)
            assert len(title) <= 70
            assert all(word.strip("?.,…").lower() in said for word in title.split())
            facts = describe_moment(moment.text, title, "en", ["shorts"])
            assert str(facts["description"]).startswith(moment.text[:40])
            assert all(str(tag).lower() in said for tag in facts["tags"])
    assert title_of(choose_from(INTERVIEWS["diver"]).chosen[0]) == "Why do heavy ships float when a small stone sinks?"


def test_only_sentences_that_were_heard_surely_name_a_moment():
    unsure = "Why do heavy ships float?"
    sure = "A ship pushes aside its own weight in water."
    moment = Moment("m", "a", "b", 0.0, 9.0, f"{unsure} {sure}", 1.0)
    heard = [*((word, 0.5) for word in unsure.split()), *((word, 0.97) for word in sure.split())]
    assert title_of(moment) == unsure[:-1] + "?"
    assert title_of(moment, "en", heard) == "A ship pushes aside its own weight in water"
    facts = describe_moment(moment.text, "A ship", "en", ["shorts"], heard=heard)
    assert str(facts["description"]).startswith(sure)
    assert "heavy ships" not in str(facts)
    mumbled = [(word, 0.4) for word, _ in heard]
    assert title_of(moment, "en", mumbled) == ""
    facts = describe_moment(moment.text, "Clip 2, 0:00", "en", ["shorts"], heard=mumbled)
    assert (facts["tags"], facts["hashtags"], facts["description"]) == ([], ["#Shorts"], "#Shorts")


def test_one_word_that_nobody_understood_keeps_a_sentence_from_being_the_title():
    text = "A ship pushes aside its own weight in water."
    heard = [(word, 0.1 if word == "aside" else 1.0) for word in text.split()]
    assert title_of(Moment("m", "a", "b", 0.0, 9.0, text, 1.0), "en", heard) == ""


def test_a_language_without_spaces_is_judged_as_a_whole():
    moment = Moment("m", "a", "b", 0.0, 9.0, "皆さん、おはようございます。今日はサギを数えます。", 1.0)
    pieces = ("皆さん、", "おはようございます。", "今日はサギを数えます。")
    assert title_of(moment, "ja", [(piece, 0.95) for piece in pieces])
    assert title_of(moment, "ja", [(piece, 0.5) for piece in pieces]) == ""


def test_filler_words_of_the_transcript_are_counted_by_sentence():
    assert fillers_of((0, 9, 10), plain(["a", "b", "c"])) == (1, 2, 0)


def test_what_another_episode_offers_already_is_found_where_it_is_said():
    def moment(name, text, start_s=0.0):
        return Moment(name, "a", "b", start_s, start_s + 20.0, text, 1.0)

    advert = "Today's show is brought to you by a mattress. Use the code SLEEP for ten percent off your first order."
    told = "A ship floats because it pushes aside its own weight in water, and a stone is far too small for that."
    other = "Bees dance on the comb to tell the others where the flowers are, and they measure the angle to the sun."
    where = said_before({"one": [moment("1", advert + " Welcome to the first episode."), moment("2", told, 65.0)]})
    assert where(moment("3", advert.lower().replace(",", ""))) == "the same is said in one at 0:00"
    assert where(moment("4", f"And {told.lower()}")) == "the same is said in one at 1:05"
    assert where(moment("5", other)) == where(moment("6", "")) == ""
