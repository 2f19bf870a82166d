"""Words of a sentence as a line that is read: with their own marks, without what only led from the sentence before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.cards.branches import DENIALS
from automagic.language.cards.shown import display_words, peeled, read_in_order
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence

Kept = frozenset[int]
"""Indices of words of a sentence."""

_AFTER_UNIT = re.compile(r"(?:(?<=\d)|(?<=\d\s[^\W\d_])|(?<=\d\s[^\W\d_]{2})|(?<=\d\s[^\W\d_]{3}))\.\Z")
"""The full stop that a parser takes for a part of the unit before it: "158 g ▸."."""
_WRAPPED = re.compile(r"»([^»«]+)«|«([^»«]+)»|„([^„“]+)“|“([^“”]+)”")
_POINTED = re.compile(r"(?:\b[^\W\d_]\.){2}\Z")
"""A short form at the end, whose period is its own: "9 a.m."."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What is heard, as one line or two.

    Attributes:
        text: The first line.
        kept: The words of the sentence that are in it.
        detail: The second line; "" when there is none.
    """

    text: str
    kept: Kept
    detail: str = ""


def phrase_of(text: str) -> str:
    """A sentence without the stop at its end, with a capital."""
    whole = stopless(text)
    if wrapped := _WRAPPED.fullmatch(whole):
        whole = next(group for group in wrapped.groups() if group).rstrip(".,;:")
    return whole[:1].upper() + whole[1:]


def stopless(text: str) -> str:
    """A text in one line without the stop at its end."""
    whole = re.sub(r"[;:,]+\Z", "", " ".join(text.split()))
    return whole if _POINTED.search(whole) else re.sub(r"[.;:,]+\Z", "", whole)


def text_of(sentence: ParsedSentence, kept: Kept) -> str:
    """The words as a line: commas stay where nothing went between them; empty when a quote or bracket is torn."""
    order = list(read_in_order(sentence, kept))
    while len(order) > 2 and _links(sentence, order[0], order[1]):
        order.pop(0)
    spans = whole_words(sentence, order)
    if not spans:
        return ""
    pieces: list[str] = []
    named = sentence.child(sentence.root, *SUBJECTS)
    subject = (sentence.subtree(named) or (named,))[:1] if named is not None else ()
    for place, index in enumerate(order):
        if place:
            marks_only = all(sentence.is_punctuation(i) for i in range(order[place - 1] + 1, index))
            parted = ", " if sentence.low(index) in DENIALS or index in subject else " "
            pieces.append(sentence.text[spans[place - 1][1] : spans[place][0]] if marks_only else parted)
        pieces.append(sentence.text[slice(*spans[place])])
    last = order[-1] + 1
    while last < len(sentence.words) and sentence.at(last) in {"%", ")", "”", '"', "’"}:
        pieces.append(sentence.at(last))
        last += 1
    first = order[0] - 1
    while first >= 0 and sentence.at(first) in {"(", "“", '"', "‘"}:
        pieces.insert(0, sentence.at(first))
        first -= 1
    if sentence.text.rstrip('”"’ ').endswith("?") and sentence.root in kept and pieces[-1] != "?":
        pieces.append("?")
    text = " ".join("".join(pieces).split())
    text = _AFTER_UNIT.sub("", _unwrapped(text))
    return "" if _is_torn(text) else text[:1].upper() + text[1:]


def whole_words(sentence: ParsedSentence, order: Sequence[int]) -> list[tuple[int, int]]:
    """The characters of each word of a line, with the signs that belong to it: "~ 15 km"; none when one is torn."""
    spans: list[tuple[int, int]] = []
    for index in order:
        word = sentence.words[index]
        start, end = max(word.start, spans[-1][1] if spans else 0), word.end
        for first, last in display_words(sentence.text):
            if first <= word.start < last and not sentence.is_punctuation(index):
                core = peeled(sentence.text, (first, last))
                inside = [i for i, other in enumerate(sentence.words) if core[0] <= other.start < core[1]]
                said = [i for i in inside if not sentence.is_punctuation(i)]
                if any(i not in order for i in said) or not said:
                    return []
                start = min(start, core[0]) if index == said[0] else start
                end = max(end, core[1]) if index == said[-1] else end
        spans.append((start, end))
    return spans


def _links(sentence: ParsedSentence, first: int, second: int) -> bool:
    """Whether a word only leads from the sentence before: "▸ So scrap the fine", not "So does the mayor"."""
    if sentence.words[first].role == "cc":
        return sentence.low(first) in {"and", "but", "so"}
    of_verb = sentence.words[sentence.words[first].head].part in {"VERB", "AUX"}
    leads = sentence.words[second].part != "AUX" and sentence.low(second) not in {"that", "much", "many"}
    return sentence.low(first) == "so" and of_verb and leads


def _unwrapped(text: str) -> str:
    """Without a sign at an end whose partner is not there."""
    for opened, closed in (("(", ")"), ("“", "”")):
        if text.startswith(opened) and closed not in text:
            text = text[1:]
        if text.endswith(closed) and opened not in text:
            text = text[:-1]
    if text.count('"') == 1:
        text = text.strip('"')
    return text


def _is_torn(text: str) -> bool:
    if re.match(r'[^"]*[\w.,!?]"(?:\W|\Z)', text):  # the first quotation mark closes
        return True
    return text.count("(") != text.count(")") or text.count("“") != text.count("”") or text.count('"') % 2 == 1
