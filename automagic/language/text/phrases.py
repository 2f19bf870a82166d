"""Where a caption may break: the cost of a line or cue ending after each word.

    Most people | skip breakfast, ‖ but the habit | may slow their metabolism.

‖ is free, | is cheap; between "the" and "habit" a break costs 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language.text.abbreviations import is_short
from automagic.language.text.lexicon import (
    ARTICLES,
    AUXILIARIES,
    COORDINATORS,
    DEGREE,
    DETERMINERS,
    POSSESSIVES,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    bare,
    counts,
)
from automagic.language.text.sentences import goes_on, primary_tag
from automagic.language.text.signs import glued

_SENTENCE_END = ".!?…。！？।॥؟۔։።"
_CLAUSE_END = ",;:—–،、，；："
_CLOSERS = "\"'”’»)]}"
# Relative clauses and infinitives belong to the word before them: a line may end there, a picture should not change.
_CLOSE_CLAUSES = frozenset({"that", "who", "whom", "whose", "which", "what", "whether", "how", "why", "to", "as"})
_CLAIMS = frozenset(
    {"said", "says", "say", "found", "finds", "find", "shows", "show", "means", "think", "thinks", "knows", "know"}
)
_PARTICLES = frozenset({"off", "up", "out", "down", "away", "back", "apart", "aside"})
_VERBS_WITH_ON = frozenset(
    f"{verb}{ending}"
    for verb in ("turn", "switch", "log", "carry", "put", "depend", "rely")
    for ending in ("", "s", "ed")
)
# Function words of the other languages that our voices speak; after one of these a line should not end.
_CLINGING = {
    "es": "el la los las un una unos unas de del al a en con por para sin sobre y o u que su sus mi tu se no es son",
    "fr": "le la les un une des de du au aux à en avec pour sans sur et ou que qui son sa ses mon ma ne se est sont",
    "it": "il lo la i gli le un uno una di del della dei a al alla da in nel con per su e o che si non è sono",
    "pt": "o a os as um uma de do da dos das em no na com por para sem e ou que seu sua se não é são ao à",
    "de": "der die das den dem des ein eine einen einem einer von vom zu zum zur mit für auf in im an am und oder dass "
    "sein seine ihr ihre nicht ist sind bei aus nach",
    "nl": "de het een van in op met voor aan te en of dat die zijn haar niet is bij uit naar",
}


def function_words(language: str) -> frozenset[str]:
    """Words of another language than English after which neither a line nor a headline should end; empty if unknown."""
    return frozenset(_CLINGING.get(primary_tag(language), "").split())


def phrase_breaks(words: Sequence[str], language: str = "en") -> tuple[float, ...]:
    """The cost, 0 (best) to 1 (worst), of breaking after each of the display words.

    After a sentence 0, after a clause 0.1, before a conjunction 0.2, before "and" or a preposition 0.46, between
    ordinary words 0.6, inside a name, a quantity, a comparison or an open phrase up to 1. After the last word the cost
    is 0.
    """
    tag = primary_tag(language)
    clinging = function_words(language)
    costs = []
    for index, (word, is_glued) in enumerate(zip(words, glued(words, language), strict=True)):
        if index + 1 == len(words):
            costs.append(0.0)
        elif is_glued or _is_shortened(words, index, language):
            costs.append(1.0)
        elif tag == "en":
            costs.append(_english_cost(word, words[index + 1], words[index + 2] if index + 2 < len(words) else ""))
        else:
            ends = None if goes_on(word, words[index + 1], language) else _punctuation_cost(word)
            costs.append(ends or _foreign_cost(word, clinging))
    return tuple(costs)


def _is_shortened(words: Sequence[str], index: int, language: str) -> bool:
    """Whether the period behind a word is that of an abbreviation or of an ordinal, which belongs to the next word."""
    before = " ".join(words[max(0, index - 2) : index + 1])
    numbers = words[index][:1].isdigit() or words[index + 1][:1].isdigit()
    names = words[index + 1][:1].isupper() and words[index].lower() != "no."
    return (numbers or names) and goes_on(before, words[index + 1], language)


def _foreign_cost(word: str, clinging: frozenset[str]) -> float:
    """After a function word, or between a number and what it counts, or where nothing is known."""
    if bare(word) in clinging:
        return 0.95
    return 0.9 if word[-1:].isnumeric() and not re.fullmatch(r"[12]\d{3}", word) else 0.5


def _punctuation_cost(word: str) -> float | None:
    """The cost after punctuation; None where the word ends without any (or with an abbreviation's period)."""
    core = word.rstrip(_CLOSERS)
    if not core:
        return None
    if ends_sentence(word):
        return 0.01
    if core[-1] in _CLAUSE_END:
        return 0.1
    return None


def ends_sentence(word: str) -> bool:
    """Whether a display word has the mark behind it that ends a sentence, and no abbreviation's period."""
    core = word.rstrip(_CLOSERS)
    return core[-1:] in _SENTENCE_END and core != "" and not is_short(core)


def _english_cost(word: str, following: str, third: str) -> float:  # noqa: PLR0911 - a ladder of costs
    if word in {"No.", "no."} and not following[:1].isdigit():
        return 0.01  # the answer, not "number"
    after_punctuation = None if goes_on(word, following) else _punctuation_cost(word)
    if after_punctuation is not None:
        return after_punctuation
    left, right = bare(word), bare(following)
    costs = [_cost_by_left(word, left)]
    if _joins(word, following, left, right):
        costs.append(0.9)
    if counts(word) and right in {"to", "or", "and"} and counts(third):
        costs.append(0.9)  # "8 to 10 hours"
    if right in _PARTICLES or right == "than" or (right == "on" and left in _VERBS_WITH_ON):
        costs.append(0.65)
    if max(costs) > 0.6:
        return max(costs)
    if right == "that" and (left.endswith("ed") or left in _CLAIMS):
        return 0.46  # "scientists found | that ..."
    if right in _CLOSE_CLAUSES or right in AUXILIARIES:
        return 0.5
    if right in {"and", "or"}:
        return 0.46  # without a comma it joins words more often than clauses
    if right in COORDINATORS or right in SUBORDINATORS:
        return 0.2
    if right in PREPOSITIONS:
        return 0.55 if right == "of" else 0.46
    if following[:1] in '(“"‘[—–':
        return 0.2
    return 0.6


def _cost_by_left(word: str, left: str) -> float:  # noqa: PLR0911 - a ladder of costs
    if left in ARTICLES or is_short(word):
        return 1.0
    if left in POSSESSIVES or left.endswith(("'s", "s'")):
        return 0.95
    if left in PREPOSITIONS or left in COORDINATORS:
        return 0.9
    if left in SUBORDINATORS or left in DETERMINERS:
        return 0.85
    if left in AUXILIARIES or left in DEGREE or left == "not":
        return 0.8
    if left in PRONOUNS:
        return 0.7
    return 0.5


def _joins(word: str, following: str, left: str, right: str) -> bool:
    """Whether the two belong to one name or one quantity."""
    if counts(word) and (right.isalpha() or following[:1] in "%°"):
        return right not in PREPOSITIONS | COORDINATORS | SUBORDINATORS | AUXILIARIES
    both_names = word[:1].isupper() and following[:1].isupper() and left not in PRONOUNS
    return both_names or (word[:1].isupper() and following[:1].isdigit())
