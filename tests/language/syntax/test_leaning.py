"""What ties a sentence to the one before it is seen, and nothing else is."""

from __future__ import annotations

import pytest

from automagic.language.syntax.leaning import answers, is_incomplete
from automagic.language.syntax.references import loose_pronoun
from tests.support.texts.tables import rows_of
from tests.support.texts.trees import parse


@pytest.mark.parametrize(("sentence", "tie"), rows_of("leaning"))
def test_a_sentence_leans_where_it_takes_something_for_known(sentence: str, tie: str) -> None:
    (tree,) = parse(sentence)
    assert (loose_pronoun(tree) is not None or answers(tree) or is_incomplete(tree)) == bool(tie)
