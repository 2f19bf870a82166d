"""What of a draft was said before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.style.earlier import EarlierPosts
from automagic.language.style.formulas import formulas
from automagic.language.style.tokens import split_style_words
from tests.support.texts.posts import posts_of

POSTS = posts_of(
    [
        "Tests are the second README of every project.",
        "A build that nobody can repeat is a rumour about a build.",
        "Name the behaviour, and the test writes itself while you make the tea.",
    ]
)


def test_the_nearest_post_and_the_longest_run() -> None:
    found = EarlierPosts(POSTS).nearest("Remember: a build that nobody can repeat is no build.")
    assert (found.id, found.run, found.run_words, found.run_id) == ("p1", "a build that nobody can repeat is", 7, "p1")
    assert found.similarity == pytest.approx(7 / 11)
    assert not found.verbatim


def test_the_same_post_is_wholly_alike() -> None:
    found = EarlierPosts(POSTS).nearest("NAME the behaviour -- and the test writes itself while you make the tea")
    assert (found.id, found.similarity, found.run_words, found.verbatim) == ("p2", 1.0, 13, True)


@pytest.mark.parametrize("text", ["", "Quite different words here", "🎉 #tests https://example.com"])
def test_what_shares_no_word_is_near_nothing(text: str) -> None:
    found = EarlierPosts(POSTS).nearest(text)
    assert (found.id, found.similarity, found.run, found.run_id) == ("", 0.0, "", "")


def test_no_posts_are_near_nothing() -> None:
    assert EarlierPosts(()).nearest("anything at all").id == ""
    assert formulas(()) == ()


def test_a_run_never_goes_on_in_the_next_post() -> None:
    posts = posts_of(["it ends with one two three", "four five six seven begin it"])
    assert EarlierPosts(posts).nearest("one two three four five six seven").run == "four five six seven"


SIGN_OFF = "Until next week, and keep your tests small and green"


def test_a_run_of_eight_words_in_three_posts_is_the_authors_own() -> None:
    subjects = ["Parsers today.", "A word on caches.", "Why queues fill up."]
    (formula,) = formulas(posts_of([f"{subject} {SIGN_OFF}!" for subject in subjects]))
    assert (formula.words, formula.posts) == (" ".join(split_style_words(SIGN_OFF)), 3)
    assert formulas(posts_of([f"{subject} {SIGN_OFF}!" for subject in subjects[:2]])) == ()
    assert formulas(posts_of(["one two three four five six seven"] * 3 + ["a", "b"])) == ()


def test_what_a_longer_formula_says_is_no_second_one() -> None:
    longer = f"as I say every week: {SIGN_OFF}"
    texts = [f"{number} {longer}" for number in ("One.", "Two.", "Three.")] + [f"Four. {SIGN_OFF}"]
    assert [formula.words for formula in formulas(posts_of(texts))] == [" ".join(split_style_words(longer))]


def test_a_formula_is_no_copy() -> None:
    earlier = EarlierPosts(posts_of([f"{number}. {SIGN_OFF}" for number in ("Once", "Twice", "Thrice")]))
    assert not earlier.nearest(f"Locks are hard. {SIGN_OFF}").verbatim


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=7), min_size=1, max_size=4),
    st.lists(st.sampled_from("abcde"), max_size=9),
)
def test_the_longest_run_is_what_looking_everywhere_finds(texts: list[list[str]], draft: list[str]) -> None:
    posts = posts_of([" ".join(words) for words in texts])
    runs = {" ".join(draft[i:j]) for i in range(len(draft)) for j in range(i + 1, len(draft) + 1)}
    longest = max((run.count(" ") + 1 for run in runs if any(f" {run} " in f" {p.text} " for p in posts)), default=0)
    assert EarlierPosts(posts).nearest(" ".join(draft)).run_words == longest
