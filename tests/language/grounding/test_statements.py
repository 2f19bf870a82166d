"""Numbers, names and subjects of a scene stand in the paragraphs it cites."""

from __future__ import annotations

import pytest

from automagic.language.grounding.statements import find_unfounded, nearest_sentence, unfounded_names, unfounded_numbers
from automagic.language.text.sentences import split_sentences
from tests.support.places import ROOT


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("It cost $24.9 billion.", "Sales of $24.9B were reported."),
        ("It cost 24.9 billion dollars.", "between 20 and 24.9 billion dollars"),
        ("From 20 billion upwards.", "between 20 and 24.9 billion dollars"),
        ("1,200 people came.", "Some 1200 people came."),
        ("1200 people came.", "Some 1 200 people came."),
        ("4 times as much.", "four times as much"),
        ("Four times as much.", "4 times as much"),
        ("Twenty-one boats.", "21 boats"),
        ("In the 21st year.", "in the twenty-first year"),
        ("Two hundred and fifty thousand trees.", "250,000 trees"),
        ("A 5 million grant.", "a grant of 5m, that is five million euros"),
        ("The first three years.", "the first three years"),
        ("Three of them.", "one, two, three"),
        ("Two or four.", "two and four"),
        ("A hundred and five.", "one hundred and five"),
        ("About 40 percent.", "roughly 40% of them"),
        ("In the 1990s.", "since 1990"),
        ("24,9 Milliarden Euro.", "24.9 billion euros"),
        ("Version 1.2.3 came out.", "version 1.2.3"),
        ("One might ask whether it works.", "Does it work?"),
        ("Hundreds came, and millions saw it.", "Many came and saw it."),
    ],
)
def test_a_number_that_the_source_states_in_any_writing_stands(text, source):
    assert unfounded_numbers(text, [source]) == ()


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("It cost 25 billion dollars.", "It cost $24.9B.", ("25 billion",)),
        ("It cost 24.9 million dollars.", "It cost $24.9B.", ("24.9 million",)),
        ("47 people came in 2031.", "Some people came.", ("47", "2031")),
        ("Seven dogs.", "Six dogs.", ("seven",)),
        ("Two hundred thousand trees.", "200 trees", ("two hundred thousand",)),
        ("80 % agreed.", "most agreed", ("80",)),
        ("It weighs 2.5 kg.", "It weighs 25 kg.", ("2.5",)),
    ],
)
def test_a_number_of_the_writers_own_is_found(text, source, expected):
    assert unfounded_numbers(text, [source]) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Marie Curie's laboratory was cold.",
        "The laboratory of Curie was in Paris.",
        "Its parisian rooms were cold.",
        "Nobody helped.",
        "Scientists from Paris agree: I was there.",
        "Radium glows.",
        "It was NOT warm.",
    ],
)
def test_names_of_the_source_and_ordinary_words_stand(text):
    source = "In Paris, Marie Curie worked with radium in a cold shed. It was not warm."
    assert unfounded_names(text, [source]) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pierre Curie worked there.", ("Pierre",)),
        ("Einstein said so.", ("Einstein",)),
        ("It was in Berlin, near NATO.", ("Berlin", "NATO")),
        ("Curie-Skłodowska worked.", ("Skłodowska",)),
    ],
)
def test_a_name_of_the_writers_own_is_found(text, expected):
    source = "In Paris, Marie Curie worked with radium in a cold shed."
    assert unfounded_names(text, [source]) == expected


def test_accents_possessives_and_plurals_are_no_other_name():
    assert unfounded_names("The Zürich of Müller's day, and the Germans.", ["zurich, Muller, a German"]) == ()


def test_german_nouns_are_no_names_but_two_in_a_row_are():
    source = "Otto Hahn fand die Spaltung."
    assert unfounded_names("Damals fand Otto Hahn im Labor die Spaltung der Kerne.", [source], "de") == ()
    assert unfounded_names("Damals fand Lise Meitner die Spaltung.", [source], "de") == ("Lise", "Meitner")


def test_a_scene_without_a_word_of_its_source_is_found():
    source = ["The tides follow the moon across the sea."]
    assert find_unfounded("Subscribe for free money, friends, click below quickly.", source) == (
        "it has no word in common with the cited paragraphs",
    )
    assert find_unfounded("The sea follows the moon.", source) == ()


def test_another_language_is_compared_by_numbers_only():
    source = ["In München leben 1,5 Millionen Menschen."]
    assert find_unfounded("Munich has 1.5 million people.", source, language="en", source_language="de") == ()
    assert find_unfounded("Munich has 2 million people.", source, language="en", source_language="de") == (
        "the number “2 million” does not stand in the cited paragraphs",
    )


@pytest.mark.parametrize("name", ["city-trees.md", "panama-canal.md"])
def test_what_a_source_says_itself_always_stands(name):
    text = (ROOT / "automagic" / "data" / "samples" / name).read_text("utf-8")
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    sentences = [(sentence, part) for part in paragraphs for sentence in split_sentences(part)]
    assert len(sentences) > 20
    assert [(sentence, faults) for sentence, part in sentences if (faults := find_unfounded(sentence, [part]))] == []


def test_an_origin_is_the_sentence_that_shares_most():
    paragraph = "Tides rise twice a day. The moon pulls the water. Sailors know it."
    assert nearest_sentence("The moon pulls at the water of the sea.", paragraph) == "The moon pulls the water."
    assert nearest_sentence("Quite unrelated.", paragraph) == "Tides rise twice a day."
