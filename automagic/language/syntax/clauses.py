"""Which of two main clauses of a sentence may be left out.

The doors closed for good, and 44 people lost their work.   ──▶  "The doors closed for good."
When it feels water, the lever turns, and the water stops.  ──▶  "When it feels water, the lever turns."
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_OBJECTS = frozenset({"it", "them", "him", "her"})


def clauses_that_may_go(sentence: ParsedSentence, bound: Set[str]) -> Iterator[tuple[int, int]]:
    """First and last word of one of two main clauses joined by "and" or a semicolon, each with a subject of its own.

    Args:
        bound: Words that make a clause hang on another: "if", "because".
    """
    root = sentence.root
    other = sentence.child(root, "conj")
    link = sentence.child(root, "cc")
    subject = sentence.child(other, *SUBJECTS) if other is not None else None
    own = sentence.child(root, *SUBJECTS)
    if other is None or subject is None or own is None or not (sentence.is_finite(root) and sentence.is_finite(other)):
        return
    if any(sentence.low(i) in bound for i in _marks(sentence, root)):
        return  # "If you live somewhere damp, and ..., then ...": neither is a main clause
    joined_by = sentence.low(link) if link is not None else ";"
    branch = sentence.subtree(other)
    if joined_by not in {"and", ";"} or branch is None or not root < branch[0]:
        return
    if sentence.low(own) in {"this", "that"}:
        return  # "This sounds small ▸ and it cost us a year"
    first = branch[0]
    while first - 1 > root and (sentence.is_punctuation(first - 1, ",;") or first - 1 == link):
        first -= 1
    if first == branch[0]:
        return
    last = len(sentence.words) - 1
    yield first, last - sentence.is_punctuation(last)
    inverted = sentence.low(branch[0]) in {"so", "neither", "nor"}  # ", and ▸ so is the girl"
    stands = sentence.words[subject].part in {"NOUN", "PROPN"} and not (inverted or _means_earlier(sentence, branch[0]))
    if stands and not _opens_both(sentence, own):
        yield 0, branch[0] - 1


def _marks(sentence: ParsedSentence, verb: int) -> list[int]:
    """The words that make a verb's clause hang on another: "if", "because"."""
    return [i for i in sentence.children(verb) if i < verb and sentence.words[i].role in {"mark", "advmod"}]


def _means_earlier(sentence: ParsedSentence, first: int) -> bool:
    """Whether an object from `first` on may mean a noun before it: ", and the factory made 9 million of ▸ them"."""
    words = range(first, len(sentence.words))
    return any(sentence.low(i) in _OBJECTS and sentence.words[i].role in {"dobj", "pobj", "dative"} for i in words)


def _opens_both(sentence: ParsedSentence, subject: int) -> bool:
    """Whether the first clause opens with what holds for both: "When it is wet, the lever turns, ▸ and all stops"."""
    return any(
        sentence.words[i].role in {"advcl", "prep", "npadvmod"} and i < subject
        for i in sentence.children(sentence.root)
    )
