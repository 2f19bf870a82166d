"""The card of a shot: all that is heard meanwhile, in its order, set so that its point is seen first.

    a livelier layout of it ──▶ two lines, the second of which says more of the first ──▶ the words as they are heard

Nothing is cut out of a sentence: what is left out of one turns it too easily. Only asides of a very long one may go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from automagic.language.cards import layouts
from automagic.language.cards.accent import with_accent
from automagic.language.cards.branches import is_doubtful
from automagic.language.cards.figures import find_figures
from automagic.language.cards.joints import joints, tail
from automagic.language.cards.lines import Statement, phrase_of, stopless
from automagic.language.cards.shown import pieces_of, read_in_order, shown_texts
from automagic.language.cards.truth import as_said, faults_of
from automagic.language.names.writing import find_cut, texts_of
from automagic.language.syntax.shorten import CutKind, shortenings
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.keywords import content_words
from automagic.language.text.lexicon import ARTICLES
from automagic.language.text.sentences import primary_tag, split_sentences
from automagic.values.script import Card, CardLayout

Role = Literal["opening", "body", "closing"]

MOST_WORDS = 32
"""Words of a card that can be read while they are said."""

_MOST_ABOVE, _MOST_BELOW, _MOST_HEAD, _LEAST_ANSWER = 12, 14, 6, 5
_LONG_TITLE = 16
_LONGEST_READ = 4000
"""Characters; what is longer is no sentence."""

_ENDED = re.compile(r"[.!?…:;。！？।॥؟۔]['\"”’»)\]]*\Z")
_MAY_GO: frozenset[CutKind] = frozenset({"filler", "link", "aside", "examples", "relative", "apposition"})
_GOES: dict[CardLayout, frozenset[str]] = {
    "list": ARTICLES | {"and"},
    "comparison": ARTICLES | {"is", "are", "was", "were", "than", "from", "to", "unlike"},
}
"""What the layout itself says."""


def true_card(
    text: str,
    *,
    role: Role,
    title: str,
    language: str,
    sentences: Sequence[ParsedSentence] = (),
    kept: Sequence[str] = (),
) -> Card:
    """The first card for a shot that says all that is heard, and that `faults_of` finds nothing wrong with.

    Args:
        text: What is heard meanwhile: one sentence, a few short ones, or a part of a long one.
        role: Of the shot; the "opening" shows the title.
        title: The script's title.
        language: BCP-47.
        sentences: The trees of the sentences that `text` is of; none without a parser.
        kept: A person's names, which no card may cut.

    Returns:
        A card with words of the text (the opening: of the title) only, in their order; without an icon.
    """
    text = " ".join(text[:_LONGEST_READ].split())
    if role == "opening" and title.strip():
        return with_accent(_opening(title), language)
    layout: CardLayout = "closing" if role == "closing" else "statement"
    trees = sentences if primary_tag(language) == "en" else ()
    head, said = _part_head(split_sentences(text, language) or (text,), trees)
    tree = next((one for one in trees if said[-1] in one.text), None)
    first = next((one for one in trees if one.text == said[0]), None)
    if len(said) == 1 and tree is not None:
        said = [_in_few_words(said[0], tree)]
    cards = _of_several(said, first, layout) if len(said) > 1 else _of_one(said[0], tree, layout)
    heard, judge = " ".join(said), tree if len(said) == 1 else None
    good = (
        card
        for card in cards
        if shows_all(card, heard, tree)
        and not find_cut(texts_of(card), heard, kept)
        and not faults_of(card, judge, heard, language)
    )
    chosen = next(good, None) or Card(layout, _in_flow(heard, judge))
    return with_accent(_under_head(_closed(chosen), head), language)


def _part_head(parts: Sequence[str], trees: Sequence[ParsedSentence]) -> tuple[str, Sequence[str]]:
    """The head of what follows, "" for none: "What it costs. ▸ It is $12 a year."."""
    tree = next((one for one in trees if one.text == parts[0]), None)
    left = sum(len(part.split()) for part in parts[1:])
    if not left or tree is None or len(parts[0].split()) > _MOST_HEAD:
        return "", parts
    if parts[0].endswith("?"):
        return (phrase_of(parts[0]), parts[1:]) if left >= _LEAST_ANSWER else ("", parts)
    asks = tree.words[0].tag in {"WP", "WRB", "WDT"} or parts[0].rstrip(".").isdecimal()  # "What it costs"
    says = any(tree.is_finite(index) or word.tag == "VB" for index, word in enumerate(tree.words))
    return (phrase_of(parts[0]), parts[1:]) if asks or (left > _MOST_BELOW and not says) else ("", parts)


def _under_head(card: Card, head: str) -> Card:
    """With the head as a small line above, or, where a layout has something else there, in front.

    A head that names what the card says anyway is not shown.
    """
    said = {piece for piece, _, _ in pieces_of(" ".join(shown_texts(card)))}
    if not head or said & {piece for piece, _, _ in pieces_of(" ".join(content_words(head)))}:
        return card
    if card.layout in {"statement", "closing", "quote"} and not card.kicker:
        return replace(card, kicker=head)
    return replace(card, headline=f"{head}: {card.headline}" if card.headline else head)


def _opening(title: str) -> Card:
    """The title; a long one with a colon in two lines."""
    name = " ".join(title.split())
    first, _, second = name.partition(": ")
    if len(name.split()) > _LONG_TITLE and len(first.split()) > 1 and len(second.split()) > 1:
        return Card("title", first, detail=second)
    return Card("title", name)


def shows_all(card: Card, text: str, tree: ParsedSentence | None = None) -> bool:
    """Whether a card has every word and sign of what is heard, but those that its layout says by itself.

    Args:
        tree: Of the sentence that the card's figures are of.
    """
    if card.layout == "quote":
        return True  # who said it stands below
    card = as_said(card, tree) if tree is not None else card
    shown = " ".join((*shown_texts(card), card.headline if card.layout == "title" else ""))
    lost = Counter(piece for piece, _, _ in pieces_of(text)) - Counter(piece for piece, _, _ in pieces_of(shown))
    return set(lost) <= _GOES.get(card.layout, frozenset())


def _closed(card: Card) -> Card:
    """Without a quotation mark whose partner is on another card."""
    if (card.headline + card.detail).count('"') % 2 == 0:
        return card
    return replace(card, headline=_bare(card.headline), detail=_bare(card.detail))


def _bare(text: str) -> str:
    """A text without quotation marks at the ends of words."""
    return re.sub(r'(?<!\w)"|"(?!\w)', "", text).strip()


def _of_several(parts: Sequence[str], first: ParsedSentence | None, layout: CardLayout) -> Iterator[Card]:
    """A few short sentences: the first, and below it the others."""
    below = phrase_of(" ".join(parts[1:]))
    if len(below.split()) <= _MOST_BELOW:
        made = _of_one(parts[0], first, layout) if first is not None else iter(())
        yield from (replace(card, detail=below) for card in made if card.layout != layout and not card.detail)
        yield Card(layout, phrase_of(parts[0]), detail=below)
    yield Card(layout, phrase_of(" ".join(parts)))


def _of_one(point: str, tree: ParsedSentence | None, layout: CardLayout) -> Iterator[Card]:
    said = _in_flow(point, tree)
    if tree is None or is_doubtful(tree):
        yield Card(layout, said)
        return
    if point not in tree.text:  # without its asides
        yield Card(layout, phrase_of(point))
        return
    first, end = _heard(tree, point)
    whole = Statement(said, frozenset(read_in_order(tree, range(first, end))))
    below = tail(tree, first, end) if len(point.split()) > _MOST_ABOVE else None
    forms = [whole] if below is None else [_in_two(tree, first, below, end), whole]
    if layout == "statement" and "…" not in said:
        quoted = layouts.quote(tree, point)
        yield from [quoted] if quoted is not None and quoted.speaker else ()
        yield from _set_otherwise(tree, forms)
    yield from (Card(layout, form.text, detail=form.detail) for form in forms)


def _in_two(tree: ParsedSentence, first: int, below: int, end: int) -> Statement:
    """The words [first, end) parted before the word `below`."""
    at, last = tree.words[below].start, tree.words[end - 1].end
    line = _in_flow(tree.text[tree.words[first].start : at], tree).removesuffix("…").rstrip()
    mark = tree.text[:at].rstrip()[-1]
    line = f"{line}{mark}" if mark in ",;:–—" else line
    detail = stopless(tree.text[at:last])
    goes_on = _in_flow(tree.text[tree.words[first].start : last], tree).endswith("…")
    return Statement(line, frozenset(range(first, below)), f"{detail} …" if goes_on else detail)


def _set_otherwise(tree: ParsedSentence, forms: Sequence[Statement]) -> Iterator[Card]:
    """What is said in the livelier layouts that fit it."""
    figures = layouts.telling_figures(tree)
    for form in forms:
        made = (
            layouts.enumeration(tree, form),
            layouts.change(tree, form, find_figures(tree)),
            layouts.comparison(tree, form),
        )
        yield from (card for card in made if card is not None)
    numbers = (layouts.number(tree, form, hit) for hit in figures for form in forms)
    yield from (card for card in numbers if card is not None)


def _in_few_words(point: str, tree: ParsedSentence) -> str:
    """A very long sentence without what only adds to it, where that makes it short enough for a card."""
    if len(point.split()) <= MOST_WORDS or point != tree.text:
        return point
    forms = (form for form in shortenings(tree) if {cut.kind for cut in form.cuts} <= _MAY_GO)
    return next((form.text for form in forms if len(form.text.split()) <= MOST_WORDS), point)


def _heard(tree: ParsedSentence, point: str) -> tuple[int, int]:
    """The first word of the sentence that is in `point`, and the one behind the last."""
    start = max(tree.text.find(point), 0)
    inside = [i for i, word in enumerate(tree.words) if start <= word.start < start + len(point)]
    return (inside[0], inside[-1] + 1) if inside else (0, len(tree.words))


def _in_flow(point: str, tree: ParsedSentence | None) -> str:
    """A part of a sentence as it is read; an ellipsis stands where the sentence goes on on another card."""
    before, behind = _begins_small(point), not _ENDED.search(point)
    if tree is not None:
        first, end = _heard(tree, point)
        starts = {0, len(tree.words), *joints(tree)}
        led = tree.text[: tree.words[first].start].rstrip()
        before = first not in starts and any(map(str.isalpha, led)) and not _ENDED.search(led)
        behind = end not in starts and behind
        if not before and first:
            point = re.sub(r"\Aand\s+(?=\S)", "", point)
    said = phrase_of(point)
    said = f"… {point[:1]}{said[1:]}" if before else said
    return f"{said.rstrip('–— ')} …" if behind else said


def _begins_small(point: str) -> bool:
    """Whether a text begins in the midst of a sentence: with a word in small letters, not "iPhone" or "n° 5"."""
    word = re.split(r"[\s,;:]", point, maxsplit=1)[0]
    return word.isalpha() and word.islower()
