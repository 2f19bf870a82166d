"""Keywords, names for folders, and centrality."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.language.text.keywords import keywords, subjects
from automagic.language.text.slug import slugify
from automagic.language.text.summary import centrality, redundancy, vectors_of


def test_what_is_repeated_and_specific_comes_first() -> None:
    text = "Heat pumps move heat. A heat pump needs power. Heat pumps are cheap to run in a cold winter."
    found = keywords(text, 3)
    assert found[0].lower().startswith("heat")
    assert len(found) == 3
    assert not {"a", "to", "in", "the"} & {word.lower() for phrase in found for word in phrase.split()}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Why we sleep", "why-we-sleep"),
        ("Straße & Café", "strasse-and-cafe"),
        ("Don't panic!", "dont-panic"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con-video"),
        ("Привет, мир", "privet-mir"),
    ],
)
def test_titles_become_folder_names(title: str, slug: str) -> None:
    assert slugify(title) == slug


def test_what_cannot_be_transliterated_still_has_its_own_name() -> None:
    assert slugify("🎉") != slugify("🚀")
    assert re.fullmatch(r"video-[0-9a-f]{8}", slugify("🎉"))
    assert len(slugify("word " * 80)) <= 60
    assert not slugify("word " * 80).endswith("-")


@given(st.text(max_size=300), st.integers(12, 80))
def test_every_title_has_a_safe_name(title: str, limit: int) -> None:
    slug = slugify(title, limit)
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slug)
    assert len(slug) <= max(limit, 14)


def test_the_sentence_that_shares_most_is_central() -> None:
    sentences = ["Bees pollinate crops.", "Bees and crops need water.", "Crops feed people and bees.", "My car is red."]
    ranks = centrality(vectors_of(sentences))
    assert max(ranks) == 1.0
    assert ranks[3] == min(ranks)


def test_a_repeated_sentence_is_redundant() -> None:
    one, same, other = vectors_of(["Bees pollinate crops.", "Bees pollinate crops.", "My car is red."])
    assert redundancy(same, [one]) == pytest.approx(1.0)
    assert redundancy(other, [one]) == 0.0
    assert redundancy(other, []) == 0.0


def test_a_tie_between_a_phrase_and_its_noun_is_decided_the_same_in_every_process() -> None:
    phrases = ("bread oven", "river bank", "honey jar", "copper wire", "winter coat", "stone bridge", "paper boat")
    text = " ".join(f"It was the {phrase}." for phrase in phrases)
    # Hashes of texts differ from process to process: what follows them would be right in one of 128.
    assert subjects(f"{text} {text}", 7) == phrases
