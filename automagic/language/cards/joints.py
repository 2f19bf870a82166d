"""Where a sentence may be parted: each part is a clause that stands for itself, or the second says more of the first.

It can read any calendar, | and it can give everything back.        joint: two cards, each true without the other
Version 1 will keep on working, ¦ unless you delete it.             tail: one card, the second part in smaller type
Fill the seams, or you will see them.                               neither part is so without the other
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from automagic.data import words
from automagic.language.cards.branches import is_doubtful
from automagic.language.cards.shown import parts_words
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

_SPLITTING_MARKS = ";:–—"
_PAIRED = frozenset({"either", "neither", "both", "nor", "or", "than", "if", "whether"})
_POINTING = frozenset(words("cards")["pointing_back"])
_LEADING = frozenset({"advcl", "prep", "npadvmod", "advmod", "intj"})
_TELLING_MORE = frozenset({"advcl", "relcl", "acl", "prep"})
_OPENERS = frozenset(words("cards")["condition_openers"])
_CLOSES_ASIDE = re.compile(r"\b(?:and|but|or|that),\s[^,]*,\s*\Z")
_THINGS = frozenset({"NOUN", "PROPN", "NUM", "PRON"})
_FEWEST_HEAD, _FEWEST_TAIL, _MOST_TAIL = 3, 3, 14


def joints(sentence: ParsedSentence, *, alone: bool = True) -> tuple[int, ...]:
    """The words with which a clause begins that stands for itself, as does all that is before it; none when unsure.

    Args:
        alone: Whether the clause has to be understood without the one before: not "and the other is six months".
    """
    if is_doubtful(sentence):
        return ()
    verbs = (verb for verb, points in _joined_verbs(sentence) if not (alone and points))
    return tuple(index for verb in verbs if (index := _beginning(sentence, verb)) is not None)


def inside_rows(sentence: ParsedSentence) -> frozenset[int]:
    """The words before which a row of things would be torn: "two pools, ▸ first and second class, ▸ and a laundry"."""
    ends = ((word.head, i) for i, word in enumerate(sentence.words) if word.role == "conj" and word.part in _THINGS)
    return frozenset(inside for head, end in ends for inside in range(head + 1, end + 1))


def tail(sentence: ParsedSentence, first: int, end: int) -> int | None:
    """The word of [first, end) from which on a second line says more of a clause that is whole before it.

    The longest first line that leaves a second one of three to fourteen words; None where nothing parts so.
    """
    for index in range(end - _FEWEST_TAIL, first + _FEWEST_HEAD - 1, -1):
        if _opens_tail(sentence, index, first, end) and _count(sentence, index, end) >= _FEWEST_TAIL:
            return index if _count(sentence, index, end) <= _MOST_TAIL else None
    return None


def has_clause(sentence: ParsedSentence, first: int, end: int) -> bool:
    """Whether among the words [first, end) a verb has its subject, or gives an order."""
    inside = range(first, end)
    for index in inside:
        word = sentence.words[index]
        if word.part not in {"VERB", "AUX"} or word.role in {"relcl", "acl", "advcl", "ccomp"}:
            continue
        subject = sentence.child(index, *SUBJECTS)
        ordered = word.tag == "VB" and word.role in {"ROOT", "conj"} and subject is None
        if ordered or (subject in inside and sentence.is_finite(index)):
            return True
    return False


def _joined_verbs(sentence: ParsedSentence) -> Iterator[tuple[int, bool]]:
    """The verbs that are joined to that of the main clause, each with a subject of its own; and whether that points
    back."""
    chain = {sentence.root}
    for index, word in enumerate(sentence.words):
        if word.role in {"conj", "parataxis"} and word.head in chain and index > word.head:
            chain.add(index)
            subject = sentence.child(index, *SUBJECTS)
            if subject is not None and sentence.is_finite(index):
                yield index, _points_back(sentence, subject)


def _points_back(sentence: ParsedSentence, subject: int) -> bool:
    """Whether a subject has its noun in the clause before: "one column is a year, and ▸ the other is six months"."""
    return any(sentence.low(i) in _POINTING for i in (subject, *sentence.children(subject)))


def _beginning(sentence: ParsedSentence, verb: int) -> int | None:
    """Where the clause of a joined verb begins, its "and" or "but" included."""
    inside = {i for i in range(len(sentence.words)) if i == verb or verb in sentence.ancestors(i)}
    first = min(i for i in inside if not sentence.is_punctuation(i))
    marked = sentence.is_punctuation(first - 1, _SPLITTING_MARKS) and parts_words(
        sentence.text, sentence.words[first - 1].start
    )
    link = first - 1 if sentence.words[first - 1].role == "cc" else None
    if link is not None and sentence.low(link) not in {"and", "but", "so", "yet"}:
        return None
    if not (marked or link is not None or sentence.is_punctuation(first - 1, ",")):
        return None
    begin = first if link is None else link
    if not _is_parted(sentence, begin, verb) or (not marked and _is_bound(sentence, begin)):
        return None
    return begin


def _is_parted(sentence: ParsedSentence, begin: int, verb: int) -> bool:
    """Whether nothing behind a place hangs on a word before it, but the joined verb and what joins it."""
    for index, word in enumerate(sentence.words):
        if word.part == "PUNCT" or index == verb or (word.role == "cc" and index == begin):
            continue
        if word.head != index and (index < begin) != (word.head < begin):
            return False
    before = sentence.text[: sentence.words[begin].start]
    return (
        before.count("(") == before.count(")") and before.count("“") == before.count("”") and not before.count('"') % 2
    )


def _is_bound(sentence: ParsedSentence, begin: int) -> bool:
    """Whether both clauses share what stands in front of the first, or a question, or come in a pair."""
    subject = sentence.child(sentence.root, *SUBJECTS)
    leads = subject is not None and any(
        i < subject and sentence.words[i].role in _LEADING and i != subject for i in sentence.children(sentence.root)
    )
    paired = any(sentence.low(i) in _PAIRED for i in range(begin))
    return leads or paired or sentence.text.rstrip('”"’ ').endswith("?")


def _opens_tail(sentence: ParsedSentence, index: int, first: int, end: int) -> bool:
    """Whether from a word to the end stands one thing that says more of the clause before it."""
    inside = range(index, end)
    tops = {
        i
        for i in inside
        if not sentence.is_punctuation(i) and (sentence.words[i].head < index or sentence.words[i].head == i)
    }
    links = {i for i in tops if sentence.words[i].role == "cc"}
    verbs = tops - links
    if len(verbs) != 1 or sentence.root in inside or sentence.is_punctuation(index):
        return False
    top = min(verbs)
    word = sentence.words[top]
    marked = sentence.is_punctuation(index - 1, f",{_SPLITTING_MARKS}")
    opened = word.role == "advcl" and sentence.low(index) in _OPENERS
    joined = word.role in {"conj", "parataxis"} and word.part in {"VERB", "AUX"} and bool(links or marked)
    if not (opened or joined or (marked and word.role in _TELLING_MORE)):
        return False
    if joined and (sentence.child(top, *SUBJECTS) is None or not _is_main(sentence, top)):
        return False  # "if it is sound, isn't vinyl ▸ and there's only one layer"
    if word.role == "prep" and _CLOSES_ASIDE.search(sentence.text[: sentence.words[index].start]):
        return False
    return has_clause(sentence, first, index)


def _is_main(sentence: ParsedSentence, verb: int) -> bool:
    """Whether a verb is that of the main clause, or joined to it."""
    while sentence.words[verb].role in {"conj", "parataxis"} and sentence.words[verb].head < verb:
        verb = sentence.words[verb].head
    return verb == sentence.root


def _count(sentence: ParsedSentence, first: int, end: int) -> int:
    return sum(not sentence.is_punctuation(i) for i in range(first, end))
