"""Headlines: a run of the sentence's own words, whole phrases, good endings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.language.cards.headline import headline_of
from automagic.language.cards.points import card_for
from automagic.language.cards.pruning import WHOLE
from automagic.language.text.lexicon import ARTICLES, AUXILIARIES, COORDINATORS, POSSESSIVES, bare
from automagic.language.text.sentences import split_words

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


SENTENCES = {
    "A honey bee that has found flowers comes home and dances.": (
        "A honey bee that has found flowers comes home and dances"
    ),
    "Researchers have found that bees also stop each other when danger is near the hive.": "Bees stop each other",
    "A week later the pulls work against each other, and the tides are small.": (
        "A week later the pulls work against each other"
    ),
    "When Sun, Moon and Earth stand in a line, the two pulls add up and the tides are large.": (
        "The two pulls add up and the tides are large"
    ),
    "The heart of a blue whale weighs as much as a small car and beats only twice a minute.": (
        "The heart of a blue whale weighs as much as a small car"
    ),
    "Twice a day, the sea climbs up the beach and then slides back again.": (
        "The sea climbs up the beach and then slides back again"
    ),
    "A sourdough starter is a small, living community of wild yeast and bacteria.": (
        "A sourdough starter is a small, living community of wild yeast and bacteria"
    ),
    "The council voted five to four to keep the swimming pool open through the winter.": (
        "The council voted five to four to keep the swimming pool open"
    ),
    "Speaking to a real person early, even badly, is what makes the difference.": (
        "Speaking to a real person early is what makes the difference"
    ),
    "Old maps show a lake there, but nobody has found its shore.": "Old maps show a lake there",
    "The small bridge really needs a new coat of paint before the cold winter begins.": (
        "The small bridge needs a new coat of paint"
    ),
    "The vaccine did not reduce the number of severe cases in older patients at all.": (
        "The vaccine did not reduce the number of severe cases in older patients"
    ),
    "Because glass is made from sand, soda and lime, it can be melted and reused without end.": (
        "It can be melted and reused without end"
    ),
}


@pytest.mark.parametrize(("sentence", "headline"), SENTENCES.items())
def test_nothing_is_cut_out_of_the_middle(sentence: str, headline: str) -> None:
    assert headline_of(sentence).text == headline
    assert is_a_run(sentence, headline)


def test_the_check_knows_a_gap() -> None:
    assert not is_a_run("A week later the pulls work against each other.", "A week the pulls work against each")
    assert not is_a_run("The heart of a blue whale beats slowly.", "The heart of a whale beats")


@pytest.mark.parametrize(
    "sentence",
    [
        "When Sun, Moon and Earth stand in a line, the tides are large.",
        "If you have flour, water and salt, you can bake bread.",
        "Octopuses have three hearts, blue blood and a brain that reaches into their arms.",
    ],
)
def test_items_that_belong_to_a_clause_are_no_list(sentence: str) -> None:
    assert card_for(sentence, role="body", title="T").layout == "statement"


@pytest.mark.parametrize(
    "sentence",
    [
        "If prices rise 20%, the shop will close.",
        "Residents have asked for longer hours since the new building opened three years ago.",
        "A heat pump can deliver four times as much heat as the power it uses.",
    ],
)
def test_a_figure_that_says_something_else_alone_is_no_number_card(sentence: str) -> None:
    assert card_for(sentence, role="body", title="T").layout != "number"


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
