"""A pronoun is replaced by the one noun that can be meant, or not at all."""

from __future__ import annotations

import pytest

from automagic.language.syntax.references import loose_pronoun, named, points_back, resolved
from tests.support.texts.tables import rows_of
from tests.support.texts.trees import parse


@pytest.mark.parametrize(("before", "sentence", "named"), rows_of("pronouns"))
def test_a_pronoun_becomes_its_noun_where_only_one_can_be_meant(before, sentence, named):
    one, other = parse(before, sentence)
    assert resolved(other, one) == (named or None)


@pytest.mark.parametrize(("before", "sentence", "expected"), rows_of("named"))
def test_a_person_is_named_where_a_text_has_only_one(before, sentence, expected):
    *earlier, tree = parse(*before.split(" | "), sentence)
    assert named(tree, earlier) == (expected or None)


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("It opened on May 9, 1891.", True),
        ("Twice in its life the tram has been voted out of existence.", False),
        ("The fare was a nickel.", False),
        ("It takes years to grow a tree.", False),
        ("She stops coming.", True),
        ("Her lamp was on.", True),
        ("These trees need water.", True),
        ("This year the river froze.", False),
        ("This was the end.", True),
        ("Those who came late stood outside.", False),
        ("Hydrologists call it the 1 percent flood.", True),
        ("Fourteen wind pumps are put up to lift it.", True),
        ("If you love such a pot, use it as a vase.", False),
    ],
)
def test_a_sentence_leans_on_the_one_before_by_what_it_does_not_name(sentence, leans):
    (tree,) = parse(sentence)
    assert (loose_pronoun(tree) is not None or points_back(tree)) == leans
