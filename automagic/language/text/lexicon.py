"""The small closed classes of English words that phrases, points and scripts are judged by."""

from __future__ import annotations

from functools import cache

from automagic.data import words

_WORDS = words("lexicon")

ARTICLES = frozenset({"a", "an", "the"})
POSSESSIVES = frozenset({"my", "your", "his", "her", "its", "our", "their", "whose"})
DETERMINERS = frozenset({"this", "that", "these", "those", "every", "each", "some", "any", "no", "another", "such"})
PREPOSITIONS = frozenset(_WORDS["prepositions"])
COORDINATORS = frozenset(_WORDS["coordinators"])
SUBORDINATORS = frozenset(_WORDS["subordinators"])
AUXILIARIES = frozenset(_WORDS["auxiliaries"])
PRONOUNS = frozenset(_WORDS["pronouns"])
DEGREE = frozenset(_WORDS["degree"])
NEGATIONS = frozenset(_WORDS["negations"])
STOPWORDS = frozenset(_WORDS["other_stopwords"]).union(
    ARTICLES, POSSESSIVES, DETERMINERS, PREPOSITIONS, COORDINATORS, SUBORDINATORS, AUXILIARIES, PRONOUNS, DEGREE
)
NUMBER_WORDS = frozenset(_WORDS["numbers"])
"""English; what each is worth, `language.numbers.values` knows."""
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@cache
def every_month() -> frozenset[str]:
    """The months in all languages that have lists, lower case."""
    others = words("said-de"), words("said-fr"), words("said-es"), words("said-it"), words("said-pt"), words("said-nl")
    return frozenset(name.lower() for names in (MONTHS, *(one["months"] for one in others)) for name in names)


def bare(word: str) -> str:
    """`word` in lower case without the punctuation around it: "“Energy,”" → "energy"."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while end > start and not (word[end - 1].isalnum() or word[end - 1] == "%"):
        end -= 1
    return word[start:end].lower().replace("’", "'")


def counts(word: str) -> bool:
    """Whether a display word has a digit, or is an English number word."""
    return any(character.isdigit() for character in word) or bare(word) in NUMBER_WORDS
