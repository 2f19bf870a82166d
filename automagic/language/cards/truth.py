"""Whether a card is true: what it shows is whole, hangs together in its sentence, and has lost nothing that turns it.

Work is to begin on June 3 and end before the school year starts.
    ──▶ "Work is to begin", "Before the school year starts"     loose: that clause hangs on "end"
The battery lasts up to 38 hours.
    ──▶ 38 hours                                                figure: "up to" is lost

With a tree every rule is judged, without one those that need none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from automagic.data import words
from automagic.language.cards.branches import (
    faults_in,
    hang_together,
    is_doubtful,
    is_subordinate,
    says_all,
    share_a_list,
)
from automagic.language.cards.figures import find_figures
from automagic.language.cards.shown import locate, main_texts, pieces_of, shown_texts
from automagic.language.syntax.tree import SUBJECTS, ParsedSentence
from automagic.language.text.keywords import stopwords_of
from automagic.language.text.lexicon import (
    ARTICLES,
    AUXILIARIES,
    COORDINATORS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    bare,
)
from automagic.language.text.phrases import function_words
from automagic.language.text.sentences import primary_tag, split_words
from automagic.values.script import Card

FaultKind = Literal[
    "foreign", "loose", "torn", "denial", "condition", "claim", "figure", "quote", "comparison", "twice"
]

_WORDS = words("cards")
_HEDGED = re.compile(
    rf"\b({'|'.join(sorted(map(re.escape, _WORDS['hedges']), key=len, reverse=True))})\s+(?:an?\s+|the\s+)?[$€£¥−-]?\Z",
    re.IGNORECASE,
)
_SAYING = frozenset({*_WORDS["said"], *_WORDS["found"], *_WORDS["speaking"]})
_HEDGE_SIGNS = frozenset(_WORDS["hedge_signs"])
_SIGNED = re.compile(r"(?:(?<![\w\d])([−-])|([$€£¥])\s?)\Z")
_DIFFERENCE = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, _WORDS['differences']))})(?!\w)|\bfrom\b.+\bto\b|\bbetween\b.+\band\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,]*(?<=\d)")
QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]")
"""What stands between two quotation marks."""

_CLINGING = (
    ARTICLES | POSSESSIVES | PREPOSITIONS | COORDINATORS | SUBORDINATORS | AUXILIARIES | frozenset(_WORDS["clinging"])
) - frozenset(_WORDS["ending"])
_LEAST_QUOTE_WORDS = 3
_MARK = re.compile(r"[,.;:!?()–—»”\"]")
_CONDITION_OPENERS = frozenset(_WORDS["condition_openers"])


@dataclass(frozen=True, slots=True)
class CardFault:
    """Why a card may not be shown.

    Attributes:
        kind: foreign - words or an order that the sentence does not have; loose - parts that do not belong together;
            torn - a phrase without its end; denial - a lost "not", "only", "without"; condition - a lost "if", "until";
            claim - what is only believed, shown as a fact; figure - a number without its sign, hedge, unit or subject;
            quote - not whole or without its speaker; comparison - of what does not differ; twice - a word that is read
            two times.
        text: The shown text, or the word, at which it is.
    """

    kind: FaultKind
    text: str


def faults_of(card: Card, sentence: ParsedSentence | None, text: str, language: str = "en") -> tuple[CardFault, ...]:
    """Everything that makes a card of a sentence untrue or unreadable; empty for a good one.

    Args:
        card: Of any layout. A title's headline is not judged, since it is no part of the text.
        sentence: The tree of the whole sentence; None where there is no parser.
        text: The part of the sentence that is heard, or all of it.
        language: BCP-47; of other languages than English only repetitions and torn ends are found.
    """
    if sentence is not None and is_doubtful(sentence):
        sentence = None
    found = [*_torn_ends(card, text, language), *_repetitions(card, sentence.text if sentence else text, language)]
    if sentence is None and card.layout in {"statement", "closing"}:
        found += _cut_between_marks(card.headline, text)
    if primary_tag(language) == "en":
        found += [*_figure_faults(card, text), *_quote_faults(card, sentence, text), *_comparison_faults(card, text)]
        if sentence is not None:
            found += _tree_faults(card, sentence, text)
    return tuple(dict.fromkeys(found))


def _torn_ends(card: Card, text: str, language: str) -> Iterator[CardFault]:
    clinging = _CLINGING if primary_tag(language) == "en" else function_words(language)
    leads_on = card.layout in {"number", "comparison", "list"} and not any(
        f.value in card.headline for f in card.figures
    )
    ended = bare(split_words(text)[-1]) if text.split() else ""
    headline = () if card.layout == "title" or leads_on or not card.headline else (card.headline,)
    for shown in (*headline, *((card.detail,) if card.detail else ()), *card.items, *card.sides):
        if shown.count("(") != shown.count(")"):
            yield CardFault("torn", shown)
        last = bare(shown.split()[-1]) if shown.split() else ""
        sentence_end = last == ended and text.rstrip()[-1:] in '.!?…”"'
        if last in clinging and not sentence_end:
            yield CardFault("torn", shown)


def _cut_between_marks(headline: str, text: str) -> Iterator[CardFault]:
    """A cut where no mark stands, or behind a condition: without a tree nobody knows whether it is true."""
    shown, heard = pieces_of(headline), pieces_of(text)
    starts = range(len(heard) - len(shown) + 1)
    at = next((i for i in starts if [p[0] for p in heard[i : i + len(shown)]] == [p[0] for p in shown]), None)
    if at is None or not shown:
        return
    end = at + len(shown)
    if at and heard[0][0] in _CONDITION_OPENERS:
        yield CardFault("condition", heard[0][0])
    if end == len(heard):
        return
    marked = _MARK.search(text[heard[end - 1][2] : heard[end][1]])
    if not marked or (shown[0][0] in _CONDITION_OPENERS and marked[0] == ","):
        yield CardFault("torn", headline)


def _repetitions(card: Card, text: str, language: str) -> Iterator[CardFault]:
    stops = stopwords_of(language) | function_words(language)
    headline = () if card.layout == "title" else (card.headline,)
    shown = " ".join((*headline, card.detail, *card.items, *card.sides, *(figure.label for figure in card.figures)))
    own = Counter(piece for piece, _, _ in pieces_of(text))
    for piece, count in Counter(piece for piece, _, _ in pieces_of(shown)).items():
        told = piece.isalpha() and len(piece) > 1 and piece not in stops
        if told and count > max(1, own[piece]):
            yield CardFault("twice", piece)


def _figure_faults(card: Card, text: str) -> Iterator[CardFault]:
    """A number that has lost its sign or hedge, or that stands for nothing."""
    shown = " ".join(shown_texts(card))
    low = f" {shown.casefold()} "
    for number in dict.fromkeys(_NUMBER.findall(" ".join(shown_texts(card)))):
        places = [m.start() for m in re.finditer(rf"(?<![\d.,]){re.escape(number)}(?![\d])", text)]
        if not places:
            continue
        before = text[: places[0]]
        sign = _SIGNED.search(before)
        if sign and not any(mark + number in shown.replace("-", "−").replace(" ", "") for mark in _marks(sign)):
            yield CardFault("figure", number)
        hedge = _HEDGED.search(before)
        if hedge and f" {hedge[1].casefold()} " not in low and not set(shown) & _HEDGE_SIGNS:
            yield CardFault("figure", f"{hedge[1]} {number}")
    for figure in card.figures[:1]:
        if card.layout == "number" and not (figure.label or card.headline):
            yield CardFault("figure", figure.value)


def _marks(sign: re.Match[str]) -> tuple[str, ...]:
    return ("−",) if sign[1] else (sign[2],)


def _quote_faults(card: Card, sentence: ParsedSentence | None, text: str) -> Iterator[CardFault]:
    if card.layout != "quote":
        return
    quoted = [part for part in QUOTED.findall(text) if len(part.split()) >= _LEAST_QUOTE_WORDS]
    shown = [piece for piece, _, _ in pieces_of(card.headline)]
    if len(quoted) != 1 or [piece for piece, _, _ in pieces_of(quoted[0])] != shown:
        yield CardFault("quote", card.headline)
    elif sentence is not None and not card.speaker and speaker_of(sentence):
        yield CardFault("quote", speaker_of(sentence))


def speaker_of(sentence: ParsedSentence) -> str:
    """Who says what a sentence quotes: "the mayor"; empty for a pronoun, or when it does not say."""
    inside = [m.span() for m in QUOTED.finditer(sentence.text)]
    for index, word in enumerate(sentence.words):
        if word.role not in SUBJECTS or word.part not in {"NOUN", "PROPN"}:
            continue
        outside = not any(start <= word.start < end for start, end in inside)
        told = (i for i in sentence.children(word.head) if sentence.words[i].role == "ccomp")
        quotes = any(start <= sentence.words[i].start < end for i in told for start, end in inside)
        if outside and (quotes or sentence.words[word.head].lemma in _SAYING):
            branch = [*(sentence.subtree(index) or (index,))]
            ends = next((at for at, i in enumerate(branch) if i > index and _ends_name(sentence, i)), len(branch))
            return sentence.text[sentence.words[branch[0]].start : sentence.words[branch[ends - 1]].end]
    return ""


def _ends_name(sentence: ParsedSentence, index: int) -> bool:
    """Whether what follows a name says more of whom it names: "Mr Dunnock ▸ on the telephone"."""
    return sentence.is_punctuation(index) or (sentence.words[index].role == "prep" and sentence.low(index) != "of")


def _comparison_faults(card: Card, text: str) -> Iterator[CardFault]:
    if card.layout == "comparison" and not _DIFFERENCE.search(text):
        yield CardFault("comparison", " / ".join(card.sides) or card.headline)


def _tree_faults(card: Card, sentence: ParsedSentence, text: str) -> Iterator[CardFault]:
    texts = main_texts(as_said(card, sentence))
    places = [locate(shown, sentence) for shown in texts]
    detail = locate(card.detail, sentence) if card.detail else frozenset()
    for shown, place in zip((*texts, card.detail), (*places, detail), strict=True):
        if place is None and any(character.isalpha() for character in shown):
            yield CardFault("foreign", shown)
    main = frozenset(index for place in places if place for index in place)
    yield from (
        CardFault("figure", sentence.at(index)) for index in _lost_hedges(sentence, main | (detail or frozenset()))
    )
    whole = card.layout in {"statement", "closing"}
    if whole and says_all(sentence, main, range(len(sentence.words))):
        return  # whatever a wrong tree says
    if card.layout != "quote":
        yield from _branch_faults(sentence, main, detail or frozenset(), locate(text, sentence), whole=whole)
    if whole and main and is_subordinate(sentence, main):
        yield CardFault("torn", card.headline)
    items = [place for item in card.items if (place := locate(item, sentence))]
    if not share_a_list(sentence, items):
        yield CardFault("loose", " · ".join(card.items))
    if detail:
        for kind, index in faults_in(sentence, detail, whole=True, beside=main):
            yield CardFault(kind, sentence.at(index))
        if main and card.layout not in {"title", "quote"} and not hang_together(sentence, main, detail):
            yield CardFault("loose", card.detail)


def _lost_hedges(sentence: ParsedSentence, shown: frozenset[int]) -> Iterator[int]:
    """What stands before a number in words and is not shown: "▸ About three quarters"; digits are looked at as text."""
    for index in sorted(shown):
        before = index - 1
        spelt = sentence.words[index].part == "NUM" and not sentence.at(index)[0].isdigit()
        if spelt and before >= 0 and before not in shown and sentence.low(before) in _WORDS["hedges"]:
            yield before


def _branch_faults(
    sentence: ParsedSentence, main: frozenset[int], detail: frozenset[int], heard: frozenset[int] | None, *, whole: bool
) -> Iterator[CardFault]:
    """What is wrong with what a card says first; what is heard in one piece, or is no clause, cannot hang loose."""
    clauses = any(sentence.is_finite(index) for index in range(len(sentence.words)))
    fixed = (whole and says_all(sentence, main, heard or ())) or not clauses
    for kind, index in faults_in(sentence, main, whole=whole, beside=detail):
        if not (kind == "loose" and fixed):
            yield CardFault(kind, sentence.at(index))


def as_said(card: Card, sentence: ParsedSentence) -> Card:
    """The card with its figures in the words of its sentence: "two hundred" for 200, "one or two" for 1–2."""
    said = {hit.figure.value: hit.said for hit in find_figures(sentence)} if card.figures else {}
    figures = (
        figure if figure.value in sentence.text else replace(figure, value=said.get(figure.value, figure.value))
        for figure in card.figures
    )
    return replace(card, figures=tuple(figures))
