"""Cards keep the names of a person's list whole, at one gate behind whatever shortens them."""

from __future__ import annotations

import pytest

from automagic.language.cards.whole import true_card
from automagic.language.names.writing import find_cut, texts_of

SENTENCES = (
    "Researchers at New Leaf found that about 70% of adults drink coffee every day.",
    "In 2019, the council voted 14 to 9 to close the old bridge, said Ana Ruiz of New Leaf.",
    "Although it rains often, the city has built two covered parks with New Leaf.",
    "“Nobody asked us about the dam,” said Ana Ruiz.",
    "Solar is now cheaper than coal, as New Leaf has shown.",
    "It needs light, water, and Ana Ruiz.",
)
KEPT = ("New Leaf", "Ana Ruiz")


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("role", ["body", "closing"])
def test_no_card_leaves_out_or_cuts_a_kept_name(text, role):
    card = true_card(text, role=role, title="T", language="en", kept=KEPT)
    assert not find_cut(texts_of(card), text, KEPT)


def test_without_kept_names_cards_are_as_they_were():
    for text in SENTENCES:
        plain = true_card(text, role="body", title="T", language="en")
        assert true_card(text, role="body", title="T", language="en", kept=("Nobody Else",)) == plain
    assert any(
        find_cut(texts_of(true_card(text, role="body", title="T", language="en")), text, KEPT) for text in SENTENCES
    )


def test_a_long_title_is_shown_whole_where_its_cut_would_lose_a_name():
    title = "What we learned about bees and honey and all the old orchards of the town while working with Ana Ruiz"
    card = true_card("Bees are old.", role="opening", title=title, language="en", kept=KEPT)
    assert "Ana Ruiz" in card.headline
