"""Quantities in a sentence, ready to be drawn.

"Sales rose 12% to $3.4 billion."  ──▶  12 %      $3.4 billion
"Ships take 8 to 10 hours."        ──▶  8–10 hours

What one quantity is, `figure_readers` reads; here each is found among the words of the sentence's tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from automagic.language.cards.figure_readers import DURATIONS, QUALIFIERS, WEAK, FigureSpan, read_figure
from automagic.language.cards.shown import display_words, peeled
from automagic.language.cards.tokens import tokens_with_tags
from automagic.language.numbers.words import join_numbers
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.signs import is_number
from automagic.language.text.tokens import Token
from automagic.values.script import Figure

_YEAR = re.compile(r"[12]\d{3}")
_TAGS = {"NNP": "NP0", "NNPS": "NP0", "NNS": "NN2", "NN": "NN1", "CD": "CRD", "JJ": "AJ0", "DT": "AT0", "PRP$": "DPS"}
"""Of the Penn Treebank, as the readers of numbers know them."""


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A quantity where it stands.

    Attributes:
        figure: Without a label.
        strength: How much it deserves a picture.
        kind: What it counts; two of one kind can be compared.
        qualifier: What limits it ("nearly"), as it stands directly before it.
        said: How the sentence says its number, without the unit.
        start, end: Its characters in the sentence, unit included, `qualifier` not.
        words: The words of the tree that it covers.
    """

    figure: Figure
    strength: int
    kind: str
    qualifier: str
    said: str
    start: int
    end: int
    words: tuple[int, ...]


def find_figures(sentence: ParsedSentence) -> list[FoundFigure]:
    """Every quantity of the sentence that is worth drawing, in order; years, dates and names are none."""
    spelled, spans = tokens_of_tree(sentence)
    tokens, origins = join_numbers(spelled)
    found: list[FigureSpan] = []
    index = 0
    while index < len(tokens):
        hit = read_figure(tokens, index)
        if hit:
            found.append(hit)
        index = hit.end if hit else index + 1
    weighed = (
        replace(hit, strength=WEAK) if _is_part_of_numbers(hit, tokens) else hit
        for hit in _without_clock_times(found, tokens)
    )
    return [_placed(sentence, hit, spelled, [origins[hit.start], origins[hit.end]], spans) for hit in weighed]


@lru_cache(maxsize=64)
def tokens_of_tree(sentence: ParsedSentence) -> tuple[list[Token], list[tuple[int, int]]]:
    """The sentence's display words with the tags of its tree, and the characters of each, marks around it left out."""
    spans = display_words(sentence.text)
    words = [" ".join(sentence.text[start:end].split()) for start, end in spans]
    placed = tokens_with_tags(words, [_tag_of(sentence, start, end) for start, end in spans])
    ends = [*(place for _, place in placed[1:]), len(words)] if placed else []
    return [token for token, _ in placed], [
        (peeled(sentence.text, spans[place])[0], peeled(sentence.text, spans[end - 1])[1])
        for (_, place), end in zip(placed, ends, strict=True)
    ]


def _tag_of(sentence: ParsedSentence, start: int, end: int) -> str:
    inside = [i for i, word in enumerate(sentence.words) if start <= word.start < end]
    tag = next((sentence.words[i].tag for i in inside if not sentence.is_punctuation(i)), "PUN")
    return _TAGS.get(tag, tag)


def _placed(
    sentence: ParsedSentence,
    hit: FigureSpan,
    spelled: Sequence[Token],
    ends: Sequence[int],
    spans: Sequence[tuple[int, int]],
) -> FoundFigure:
    """Among the words of the sentence again."""
    start, end = spans[ends[0]][0], spans[ends[1] - 1][1]
    whole = " ".join(sentence.text[start:end].split())
    said = whole.removeprefix(hit.figure.prefix).removesuffix(hit.figure.unit).rstrip()
    inside = tuple(
        i for i, word in enumerate(sentence.words) if start <= word.start < end and not sentence.is_punctuation(i)
    )
    qualifier = _qualifier(spelled[: ends[0]]) or hit.qualifier
    return FoundFigure(hit.figure, hit.strength, hit.kind, qualifier, said, start, end, inside)


def _without_clock_times(found: list[FigureSpan], tokens: Sequence[Token]) -> list[FigureSpan]:
    """ "2 hours, 58 minutes and 50 seconds" is one duration in three units: none of its parts is a figure."""

    def are_one(one: FigureSpan, other: FigureSpan) -> bool:
        between = tokens[one.end : other.start]
        return {one.kind, other.kind} <= DURATIONS and one.kind != other.kind and all(t.low == "and" for t in between)

    return [
        hit
        for i, hit in enumerate(found)
        if not any(are_one(found[j], found[j + 1]) for j in (i - 1, i) if j >= 0 and j + 1 < len(found))
    ]


def _is_part_of_numbers(hit: FigureSpan, tokens: Sequence[Token]) -> bool:
    """Whether numbers stand around it that it belongs to: a telephone number's, "−5 to | 3 degrees"."""
    ahead = tokens[hit.start - 1] if hit.start and not tokens[hit.start - 1].stop else None
    behind = tokens[hit.end] if hit.end < len(tokens) and not tokens[hit.end - 1].stop else None
    if any(token is not None and is_number(token.text) for token in (ahead, behind)):
        return True
    earlier = tokens[hit.start - 2] if hit.start > 1 else None
    joined = ahead is not None and ahead.low in {"to", "or", "and", "by"} and earlier is not None
    return joined and earlier is not None and is_number(earlier.text) and not _YEAR.fullmatch(earlier.text)


def _qualifier(before: Sequence[Token]) -> str:
    """What limits the number behind these words: "live on ▸ less than", "▸ up to about"."""
    taken: list[str] = []
    for token in reversed(before):
        if token.stop or token.low not in QUALIFIERS or (token.low in {"up", "by"} and not taken):
            break
        taken.insert(0, token.text)
    # "water to about half of them": the preposition leads to the number and limits nothing.
    while taken and (taken[0] in {"to", "by"} or (taken[0] == "at" and taken[1:2] not in (["least"], ["most"]))):
        taken.pop(0)
    return " ".join(taken)
