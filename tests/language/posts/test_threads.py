"""A thread keeps every word in order, each part fits, and none ends where it should not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.language.posts.counting.length import NETWORKS, Network, mastodon_instance, measure
from automagic.language.posts.facets import links_of
from automagic.language.posts.threads import split_thread

LONGITUDE = (
    "In 1714 Parliament offered £20,000 to whoever could find a ship's longitude at sea. The prize went unpaid for "
    "decades. Dr. Halley sent a carpenter, John Harrison, to the best clockmaker in London.\n\n"
    "Harrison's fourth clock was 13 cm wide and lost 5 seconds in 81 days. It was tested on a voyage to Jamaica, "
    "where it was out by less than 2 km; see https://example.com/harrison/h4 for the log. The Board of Longitude "
    "asked for another test, and then for another one."
)
WORDS = st.sampled_from(
    [
        "a",
        "bee.",
        "honey,",
        "5",
        "km",
        "$20",
        "million",
        "https://example.com/a/b",
        "日本語",
        "👍🏽",
        "x" * 90,
        "Why?",
        "12%",
    ]
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", " ", "\n", "\n\n"])), max_size=300).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)


@given(TEXTS, st.sampled_from(NETWORKS), st.booleans())
def test_every_word_is_kept_and_each_part_fits(text: str, network: Network, numbered: bool) -> None:
    parts = split_thread(text, network, numbered=numbered)
    assert all(measure(part, network).ok and part == part.strip() and part for part in parts)
    if numbered and len(parts) > 1:
        assert [part.rsplit("\n\n", 1)[1] for part in parts] == [f"{i}/{len(parts)}" for i in range(1, len(parts) + 1)]
        parts = tuple(part.rsplit("\n\n", 1)[0] for part in parts)
    assert [word for part in parts for word in part.split()] == text.split()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=900), st.sampled_from(NETWORKS))
def test_no_sign_of_any_text_is_lost(text: str, network: Network) -> None:
    try:
        parts = split_thread(text, network, limits=None)
    except RequestError as error:
        assert "longer than a post" in str(error)  # noqa: PT017 - most texts have a thread
    else:
        assert all(measure(part, network).ok for part in parts)
        assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize("limit", range(40, 200, 7))
def test_no_part_ends_inside_what_belongs_together(limit: int) -> None:
    parts = split_thread(LONGITUDE, "mastodon", limits=mastodon_instance(limit), kept=["John Harrison"])
    assert " ".join(" ".join(parts).split()) == " ".join(LONGITUDE.split())
    for whole in (
        "13 cm",
        "5 seconds",
        "81 days",
        "2 km",
        "John Harrison",
        "Dr. Halley",
        "https://example.com/harrison/h4",
    ):
        assert sum(whole in part for part in parts) == 1, whole
    assert all(measure(part, "mastodon", mastodon_instance(limit)).ok for part in parts)


def test_a_part_ends_with_a_sentence_where_it_can() -> None:
    parts = split_thread(LONGITUDE, "x", numbered=True)
    assert [part.rsplit("\n\n", 1)[0][-1] for part in parts] == [".", "."]
    assert [part[-3:] for part in parts] == ["1/2", "2/2"]
    assert parts[0].startswith("In 1714")
    assert parts[1].startswith("Harrison's fourth")


def test_a_text_that_fits_is_one_post_without_a_number() -> None:
    assert split_thread(" One bee. ", "x", numbered=True) == ("One bee.",)
    assert split_thread(" \n ", "x") == ()


def test_a_link_longer_than_a_post_is_never_cut() -> None:
    link = "https://example.com/" + "a" * 400
    assert len(links_of(link, "bluesky")) == 1
    with pytest.raises(RequestError, match="longer than a post"):
        split_thread(f"See ({link}) now", "bluesky")
    assert split_thread(f"See ({link}) now", "x") == (f"See ({link}) now",)


def test_a_book_is_no_thread() -> None:
    with pytest.raises(RequestError, match="more than 99 posts"):
        split_thread("A bee flew. " * 3_000, "x")
