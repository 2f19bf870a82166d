"""Headlines: a run of the sentence's own words, whole phrases, good endings; the table: data/headlines.tsv."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.cards.headline import headline_of
from automagic.language.cards.pruning import WHOLE
from automagic.language.text.lexicon import ARTICLES, AUXILIARIES, COORDINATORS, POSSESSIVES, bare
from automagic.language.text.sentences import split_words
from tests.support.texts.tables import rows_of

_MARKS = ",;:.!?—–)]"
_FILLERS = {"also", "really", "simply", "clearly", "quickly", "suddenly", "finally", "actually", "eventually"}
_THE_ONE = ("is", "are", "was", "were", "the one that", "the one who", "the ones that", "the ones who")
_NEVER_LAST = ARTICLES | POSSESSIVES | COORDINATORS | AUXILIARIES | {"each", "than", "as", "of", "to", "with", "from"}


def is_a_run(sentence: str, headline: str) -> bool:
    """Whether `headline` is a run of the sentence's words, parentheses and words of emphasis left out."""
    words = split_words(sentence.replace("—", " — "))
    low = [bare(word) for word in words]
    shown = [bare(word) for word in split_words(headline)]

    def parenthesis(start: int, end: int) -> bool:
        opens = words[start - 1][-1] in _MARKS or words[start][0] in "(["
        return opens and words[end - 1][-1] in _MARKS

    def follows(at: int, done: int) -> bool:
        if done == len(shown):
            return True
        if at >= len(words):
            return False
        if low[at] == shown[done] and follows(at + 1, done + 1):
            return True
        if not done:
            return False
        if low[at] in _FILLERS or not low[at]:
            return follows(at + 1, done)
        return any(
            (parenthesis(at, end) or " ".join(low[at:end]) in _THE_ONE) and follows(end, done)
            for end in range(at + 1, len(words) + 1)
        )

    return any(follows(start, 0) for start in range(len(words)))


@pytest.mark.parametrize(("sentence", "headline"), rows_of("headlines"))
def test_nothing_is_cut_out_of_the_middle(sentence: str, headline: str) -> None:
    assert headline_of(sentence).text == headline
    assert is_a_run(sentence, headline)


def test_the_check_knows_a_gap() -> None:
    assert not is_a_run("A week later the pulls work against each other.", "A week the pulls work against each")
    assert not is_a_run("The heart of a blue whale beats slowly.", "The heart of a whale beats")


_SUBJECTS = [
    "The old town",
    "Many small farms",
    "A blue whale",
    "The engineers of Lisbon",
    "Heat pumps",
    "Nobody",
    "We",
]
_VERBS = ["built", "have never seen", "may keep", "did not close", "quickly found", "depend on", "are", "wait for each"]
_OBJECTS = [
    "a small, quiet road",
    "the deep blue sea",
    "as good as the rest",
    "other",
    "two covered parks",
    "much more",
]
_ENDS = ["", " in the cold winter", " since 1990", " because it rains", ", which helps", " without any help", " later"]
_OPENERS = ["", "However, ", "A week later ", "If it rains, ", "In most towns, ", "And ", "Last year, "]
_ASIDES = ["", ", built in 1932,", " (a big one)", ", experts say,"]


@settings(max_examples=150, deadline=None)
@given(st.tuples(*(st.sampled_from(parts) for parts in (_OPENERS, _SUBJECTS, _ASIDES, _VERBS, _OBJECTS, _ENDS, _ENDS))))
def test_every_headline_is_a_run_that_ends_well(parts: tuple[str, ...]) -> None:
    opener, subject, aside, verb, thing, end, second_end = parts
    sentence = f"{opener}{subject}{aside} {verb} {thing}{end}{second_end}."
    shown = headline_of(sentence[0].upper() + sentence[1:]).text
    assert is_a_run(sentence, shown), (sentence, shown)
    assert len(split_words(shown)) <= WHOLE
    last = bare(split_words(shown)[-1])
    assert last not in _NEVER_LAST or last == bare(split_words(sentence)[-1]), (sentence, shown)
