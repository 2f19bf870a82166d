"""What a thumbnail says of a title."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.script.promise import promise_of
from automagic.language.text.lexicon import ARTICLES, COORDINATORS
from tests.support.texts.tables import rows_of

PROMISES = rows_of("promises")
PIECES = [
    "the",
    "a",
    "14",
    "of",
    "bridge",
    "Rome:",
    "never",
    "costs",
    "$9",
    "—",
    "|",
    "and",
    "that,",
    "why?",
    "weeks.",
    "(",
]


@pytest.mark.parametrize(("language", "title", "promise"), PROMISES)
def test_a_title_is_cut_to_what_it_promises(language: str, title: str, promise: str) -> None:
    assert promise_of(title, language) == promise


@pytest.mark.parametrize("title", [title for language, title, _ in PROMISES if language == "en"])
def test_a_promise_is_no_half_phrase(title: str) -> None:
    promise = promise_of(title)
    words = promise.rstrip("?").lower().split()
    assert len(words) <= 9 or promise == title
    assert words[-1] not in ARTICLES | COORDINATORS | {
        "of",
        "for",
        "from",
        "with",
        "without",
        "that",
        "to",
        "is",
        "are",
    }


@pytest.mark.parametrize(
    "title",
    [
        "Senate rejects ban on plastic bags in 9 states",
        "Never water your orchids with ice cubes",
        "Council votes 14 to 9 against the new stadium",
        "Do not wash chicken before you cook it",
        "No proof that vitamin C prevents colds",
    ],
)
def test_a_denial_is_never_lost(title: str) -> None:
    assert re.search(r"reject|Never|against|not|No ", promise_of(title))


def test_a_question_stays_one() -> None:
    assert promise_of("Is it safe to drink rainwater?") == "Is it safe to drink rainwater?"
    assert promise_of("¿Por qué tienen mareas los mares?", "es") == "¿Por qué tienen mareas los mares?"


@pytest.mark.parametrize(
    "title", ["", " ", "?", "—", "2026", ":", "a: b", "| |", "(2026)", "月はなぜ満ち欠けするのか", "🎉"]
)
def test_odd_titles_have_a_promise_too(title: str) -> None:
    assert bool(promise_of(title)) == bool(re.search(r"[^\s—:]", title)) or title in {"—", ":"}


@pytest.mark.parametrize(
    ("title", "promise"), [("An apple: a story", "An apple: a story"), ("That day: at", "That day: at")]
)
def test_parts_that_stay_together_stay_whole(title: str, promise: str) -> None:
    assert promise_of(title) == promise


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["en", "es", "de", "fr", "xx"]))
def test_a_promise_has_words_of_its_title_only(words: list[str], language: str) -> None:
    title = " ".join(words)
    said = re.findall(r"\w+", promise_of(title, language).lower())
    assert set(said) <= set(re.findall(r"\w+", title.lower()))
