"""A person's names as the voice says them, while display words stay and are aligned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.names.entries import NameEntry, NameList
from automagic.language.speech.spoken import sounds_in, spoken_sentences, words_in

NAMES = NameList(
    (
        NameEntry("Siobhan", say="shi-VAWN", say_ipa="ʃɪˈvɔːn"),
        NameEntry("SQL", say_ipa="ˈsiːkwəl"),
        NameEntry("Ana Ruiz", say="AH-na roo-EETH"),
        NameEntry("New Leaf", say="newleaf"),
        NameEntry("FBI", say="F-B-I"),
        NameEntry("Nguyen", say="win"),
    )
)

WORDS = ("Siobhan", "Siobhan’s,", "“Ana", "Ruiz", "New", "Leaf.", "$5", "–", "SQL", "24.9", "billion", "x-ray", "…")


def say(text: str, names: NameList = NAMES, language: str = "en") -> str:
    return " ".join(one.text for one in spoken_sentences(text, language=language, names=names))


@pytest.mark.parametrize(
    ("display", "said"),
    [
        ("Siobhan paid $5.", "shi-vawn paid five dollars."),
        ("“Siobhan’s,” she said.", "“shi-vawn's,” she said."),
        ("**Siobhan**, SIOBHAN!", "shi-vawn, shi-vawn!"),
        ("a Nguyen-led team", "a win led team"),
        ("Siobhan—who else?", "shi-vawn, who else?"),
        ("Ana Ruiz, of New Leaf.", "ah-na roo-eeth, of newleaf."),
        ("The FBI and SQL", "The F-B-I and S-Q-L"),
        ("siobhan is nobody", "siobhan is nobody"),
    ],
)
def test_a_name_is_said_as_the_list_says(display, said):
    assert say(display) == said


def test_other_languages_say_it_too():
    assert say("Siobhan zahlt 5 €.", language="de") == "shi-vawn zahlt fünf Euro."


def test_a_spoken_line_says_the_name_too_and_is_aligned_to_what_is_shown():
    (sentence,) = spoken_sentences("Siobhan paid $5.", "Siobhan paid five bucks.", names=NAMES)
    assert sentence.text == "shi-vawn paid five bucks."
    assert [(token.display, token.spoken) for token in sentence.tokens] == [
        ("Siobhan", ("shi", "vawn")),
        ("paid", ("paid",)),
        ("$5.", ("five", "bucks")),
    ]


def test_each_word_of_a_name_has_its_own_sounds_where_they_are_as_many():
    (sentence,) = spoken_sentences("Ana Ruiz of New Leaf.", names=NAMES)
    assert [(token.display, token.spoken) for token in sentence.tokens] == [
        ("Ana", ("ah", "na")),
        ("Ruiz", ("roo", "eeth")),
        ("of", ("of",)),
        ("New", ("newleaf",)),
        ("Leaf.", ()),
    ]


def test_sounds_are_stated_for_the_names_that_a_text_says():
    assert sounds_in(say("Siobhan writes SQL."), NAMES) == (("shi-vawn", "ʃɪˈvɔːn"), ("S-Q-L", "ˈsiːkwəl"))
    assert sounds_in(say("Ana Ruiz writes."), NAMES) == ()


@given(
    st.lists(
        st.sampled_from(
            ["Siobhan", "Siobhan’s,", "“Ana", "Ruiz", "New", "Leaf.", "$5", "–", "SQL", "24.9", "billion", "x-ray", "…"]
        )
    )
)
def test_every_display_word_keeps_its_place_and_its_share_of_what_is_said(words):
    for sentence in spoken_sentences(" ".join(words), names=NAMES):
        assert [word for token in sentence.tokens for word in token.spoken] == list(words_in(sentence.text))
    shown = [token.display for sentence in spoken_sentences(" ".join(words), names=NAMES) for token in sentence.tokens]
    assert shown == [token.display for one in spoken_sentences(" ".join(words)) for token in one.tokens]
