"""The head of a part as it is said before what is told of it: "3. No drainage holes." """

from __future__ import annotations

import re

from automagic.data import words
from automagic.language.text.lexicon import ARTICLES, COORDINATORS, PREPOSITIONS, SUBORDINATORS, bare
from automagic.providers.local.extract.filter import UsableSentence
from automagic.values.document import Mark

_WORDS = words("heads")
_LABELS, _ASKING = frozenset(_WORDS["labels"]), frozenset(_WORDS["asking"])
_LEADING = (COORDINATORS | SUBORDINATORS | PREPOSITIONS | ARTICLES) - frozenset(_WORDS["particles"])
_PRONOUNS = frozenset({"he", "she", "it", "they", "him", "her", "them", "his", "its", "their"})
_LINKED = re.compile(r"\w+,|(?:and|but|so|or|yet|then|this|that|these|those)\b", re.IGNORECASE)
DENIES = re.compile(
    r"\b(?:not|no|never|without|except|nicht|kein\w*|ohne|nie|sin|nunca|pas|sans|jamais|não|sem|non|senza)\b|n['’]t\b",
    re.IGNORECASE,
)


def bare_head(mark: Mark) -> str:
    """The words of a part's head without what ends them."""
    return mark.head.strip().rstrip(".:;,–—- ")


def says_head(mark: Mark, sentence: UsableSentence) -> bool:
    """Whether a sentence begins with the head of its part."""
    head = bare_head(mark)
    return head != "" and sentence.text.lower().startswith(head.lower()[:40])


def leads_on(head: str) -> bool:
    """Whether a head is the beginning of the sentence behind it: "Repair it, if"."""
    last = bare(head.rsplit(maxsplit=1)[-1]) if head else ""
    return last in _LEADING and head[-1].isalpha()


def head_of(mark: Mark, sentence: UsableSentence, *, is_whole: bool) -> str:
    """What names the sentence's part, said before it: number and head; "" where the sentence says it itself."""
    head = bare_head(mark)
    first = (mark.opens or mark.kind in {"step", "item"}) and sentence.is_first
    if not head or says_head(mark, sentence) or leads_on(head) or bare(head) in _LABELS:
        return ""
    needs_answer = bare(head.split()[0]) in _ASKING and is_whole and not DENIES.search(head)
    if needs_answer and not (first or mark.number):
        return ""  # "How it works." needs what says how
    head = _question_in(head)
    number = f"{mark.number}. " if mark.number and not head[0].isdigit() else ""
    return f"{number}{head}" + ("" if head[-1] in "?!" else ".")


def _question_in(head: str) -> str:
    """What a head asks, without what leads to it: "Let's get it out of the way. ▸ Can the cable snap?"."""
    last = re.split(r"(?<=[.!?]) ", head)[-1]
    means = {bare(word) for word in last.split()} & (_PRONOUNS | {"that", "this", "those", "these", "then", "there"})
    return last if last.endswith("?") and not means else head


def names_as_head(mark: Mark, sentence: UsableSentence) -> bool:
    """Whether the first sentence under a head leans on no more than its head: "He can't play ▸ He ignored toys"."""
    if not (sentence.leans and mark.opens and sentence.is_first) or _LINKED.match(sentence.text):
        return False
    said = {bare(word) for word in sentence.text.split()} & _PRONOUNS
    return said != set() and said <= {bare(word).split("'")[0] for word in mark.head.replace("’", "'").split()}


def is_explained_by(mark: Mark, sentence: UsableSentence, *, answers: bool) -> bool:
    """Whether the first sentence under a head leans on nothing but that: it answers it, or its "it" is what it names.

    Args:
        answers: Whether the sentence leans as an answer does, so that only a question can be before it.
    """
    head = bare_head(mark)
    if not head or not mark.opens or not sentence.is_first or bare(head) in _LABELS:
        return False
    return head.rstrip('"”’»').endswith("?") or not (answers or bare(head.split()[0]) in _ASKING)
