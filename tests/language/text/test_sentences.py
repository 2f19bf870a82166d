"""Sentences and display words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.text.sentences import clean_text, split_sentences, split_words
from tests.support.texts.tables import rows_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Lee met Mr. Wu. They talked.", ("Dr. Lee met Mr. Wu.", "They talked.")),
        ("He left the U.S. in 2020. Why?", ("He left the U.S. in 2020.", "Why?")),
        ("Use spices, e.g. cumin. Stir.", ("Use spices, e.g. cumin.", "Stir.")),
        ("It cost 3.5 percent. Then 4.1.", ("It cost 3.5 percent.", "Then 4.1.")),
        ('"Stop!" he said. "I am here."', ('"Stop!" he said.', '"I am here."')),
        ("He asked “Why?” Nobody knew.", ("He asked “Why?”", "Nobody knew.")),
        ("J. R. R. Tolkien wrote it.", ("J. R. R. Tolkien wrote it.",)),
        ("One line\nbroken here. Two.", ("One line broken here.", "Two.")),
        ("A heading\n\nA sentence.", ("A heading", "A sentence.")),
        ("Run ./build --all first. See ../lib.", ("Run ./build --all first.", "See ../lib.")),
        ("It is there. /etc is a folder.", ("It is there.", "/etc is a folder.")),
        ("", ()),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: tuple[str, ...]) -> None:
    assert split_sentences(text) == expected


def test_digits_grouped_by_a_no_break_space_are_one_word() -> None:
    assert split_words("about 1\u00a0200\u00a0000 people") == ("about", "1\u00a0200\u00a0000", "people")


@given(st.text(), st.sampled_from(["en", "de", "xx", "pt-BR", ""]))
def test_no_word_is_lost(text: str, language: str) -> None:
    joined = "".join(split_sentences(text, language))
    assert "".join(joined.split()) == "".join(clean_text(text).split())


@pytest.mark.parametrize(("language", "text"), rows_of("short_forms"))
def test_a_short_form_ends_no_sentence_and_a_word_does(language: str, text: str) -> None:
    assert split_sentences(text.replace(" | ", " "), language) == tuple(text.split(" | "))
