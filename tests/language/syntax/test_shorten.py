"""Sentences get shorter only by what nobody misses, and stay true."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.syntax.shorten import NEGATIONS, find_cuts, shortenings, without
from tests.support.texts.tables import rows_of
from tests.support.texts.trees import parse

SHORTENED = [sentence for sentence, _ in rows_of("shortened")]
EVERY = [*SHORTENED, *(sentence for sentence, _ in rows_of("whole_sentences"))]


@pytest.mark.parametrize(("sentence", "shortest"), rows_of("shortened"))
def test_what_nobody_misses_goes(sentence, shortest):
    (tree,) = parse(sentence)
    assert shortenings(tree)[-1].text == shortest


@pytest.mark.parametrize(("sentence", "lost"), rows_of("whole_sentences"))
def test_a_sentence_stays_whole_where_another_thing_would_be_said(sentence, lost):
    (tree,) = parse(sentence)
    assert [form.text for form in shortenings(tree)] == [sentence]


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w’'%€£$°.]+", text.lower().rstrip('.!?"”'))


@pytest.mark.parametrize("sentence", EVERY)
def test_each_form_is_shorter_has_only_the_sentences_words_and_its_stop(sentence):
    (tree,) = parse(sentence)
    forms = shortenings(tree)
    assert [form.loss for form in forms] == sorted(form.loss for form in forms)
    for longer, shorter in itertools.pairwise(forms):
        assert len(shorter.text) < len(longer.text)
        rest = iter(words_of(sentence))
        assert all(word in rest for word in words_of(shorter.text))
        assert shorter.text[-1] in '.!?"”'
        assert shorter.text[0].isupper() or not shorter.text[0].isalpha()
        assert sum(word in NEGATIONS for word in words_of(shorter.text)) == sum(
            word in NEGATIONS for word in words_of(sentence)
        )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                ",",
                "—",
                "(",
                ")",
                "which",
                "not",
                "because",
                "and",
                "The old mill",
                "closed",
                "in 1971",
                "Ann Lee",
                "said",
                "up to 5 %",
                '"',
                ".",
            ]
        ),
        max_size=14,
    )
)
def test_no_words_in_any_order_break_it(parts):
    text = " ".join(parts)
    if not text:
        return
    (tree,) = parse(text)
    for cut in find_cuts(tree):
        assert 0 <= cut.start < cut.end <= len(text)
    for form in shortenings(tree):
        assert form.text == without(text, form.cuts) or not form.cuts
