"""The card that is shown: the liveliest one that is true.

today's card ──▶ the same without its faulty second line ──▶ the same figure below a true statement
             ──▶ a statement cut by the sentence's tree ──▶ the whole sentence
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from automagic.language.cards.cutting import statements
from automagic.language.cards.points import Role, card_for, strongest, with_accent
from automagic.language.cards.shown import locate
from automagic.language.cards.truth import faults_of, speaker_of
from automagic.language.names.writing import find_cut, tears, texts_of
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.sentences import primary_tag, split_sentences
from automagic.values.script import Card, CardLayout

_MOST_FORMS = 8
_LONGEST_SHOWN = 16
"""Words of a statement that is shown rather than the bare name of what it is about."""

_PLACE = re.compile(r"\(?(\d{1,3})[.)]\s+(?=\S)")


def split_place(text: str) -> tuple[str, str]:
    """The number that a text bears in a list, and the text without it: "3. Keep it dark." is ("3", "Keep it dark.")."""
    found = _PLACE.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def true_card(
    text: str,
    *,
    role: Role,
    title: str,
    language: str,
    sentences: Sequence[ParsedSentence] = (),
    kept: Sequence[str] = (),
) -> Card:
    """The first card for a shot that `faults_of` finds nothing wrong with.

    Args:
        text: What is heard meanwhile: one sentence, a few short ones, or a part of a long one.
        role: Of the shot.
        title: The script's title.
        language: BCP-47.
        sentences: The trees of the sentences that `text` is of; none without a parser.
        kept: A person's names, which no card may leave out or cut.

    Returns:
        A card without an icon.
    """
    point = strongest(text, language)
    sentence = _tree_of(point, sentences)
    cards = _candidates(text, point, role, title, language, sentence)
    first = next(cards)
    whole = (card for card in (first, *cards) if not (kept and _cuts(card, point, title, kept)))
    good = (card for card in whole if not faults_of(card, sentence, point, language))
    chosen = next(good, None)
    if chosen is not None and sentence is not None and _names_only(chosen, sentence):
        chosen = next((card for card in good if len(card.headline.split()) <= _LONGEST_SHOWN), chosen)
    if chosen is None:
        chosen = _plain(first, point, language, title, kept)
    return with_accent(replace(chosen, accent=""), language) if chosen is not first else first


def _cuts(card: Card, point: str, title: str, kept: Sequence[str]) -> bool:
    """Whether a card leaves out or cuts a name of what it is made from: the opening's is the title."""
    if card.layout == "title":
        return bool(find_cut((card.headline,), title or point, kept)) or tears((card.detail,), point, kept)
    return bool(find_cut(texts_of(card), point, kept))


def _names_only(card: Card, sentence: ParsedSentence) -> bool:
    """Whether a statement names what its sentence is about, and leaves out what the sentence says of it."""
    shown = locate(card.headline, sentence)
    if card.layout not in {"statement", "closing"} or not shown or not sentence.is_finite(sentence.root):
        return False
    return not any(sentence.words[index].part in {"VERB", "AUX"} and sentence.is_finite(index) for index in shown)


def _tree_of(point: str, sentences: Sequence[ParsedSentence]) -> ParsedSentence | None:
    """The tree of the sentence that `point` is, or is a part of."""
    flat = " ".join(point.split())
    return next((one for one in sentences if flat in one.text), None)


def _candidates(
    text: str, point: str, role: Role, title: str, language: str, sentence: ParsedSentence | None
) -> Iterator[Card]:
    card = card_for(text, role=role, title=title, language=language)
    yield card
    if card.detail:
        yield replace(card, detail="")
    if role == "opening":
        return
    layout: CardLayout = "closing" if role == "closing" else "statement"
    if sentence is not None and primary_tag(language) == "en":
        quoted = speaker_of(sentence) if card.layout == "quote" else ""
        if quoted:
            yield replace(card, speaker=quoted[:1].upper() + quoted[1:])
        forms = tuple(islice(statements(sentence, _heard(sentence, point)), _MOST_FORMS))
        for form in forms:
            if card.layout == "number" and len(card.figures) == 1 and card.figures[0].value in form:
                yield from _numbers(card, form)
            yield Card(layout, form)
    yield Card(layout, _phrase(point))
    if sentence is not None and primary_tag(language) == "en":  # nothing of the part that is heard can stand alone
        every = range(len(sentence.words))
        yield from (Card(layout, form) for form in islice(statements(sentence, every), _MOST_FORMS))


def _numbers(card: Card, form: str) -> Iterator[Card]:
    """A figure behind the words that lead to it, where it ends a statement; else below the whole of it."""
    figure = replace(card.figures[0], label="")
    said = rf"{re.escape(figure.value)}\s?{re.escape(figure.unit)}"
    before = f"(?:{re.escape(card.kicker)}\\s+)?" if card.kicker else ""
    lead = re.fullmatch(rf"(.+?)\s+{before}{re.escape(figure.prefix)}{said}", form, re.IGNORECASE)
    if lead and not re.search(r"\b(?:and|or|to|–)\Z", lead[1]):
        yield replace(card, headline=lead[1].rstrip(",;:"), detail="", figures=(figure,))
    yield replace(card, headline=form, detail="", figures=(figure,))


def _heard(sentence: ParsedSentence, point: str) -> range:
    """The words of the sentence that are in `point`."""
    flat = " ".join(point.split())
    start = sentence.text.find(flat)
    inside = [i for i, word in enumerate(sentence.words) if start <= word.start < start + len(flat)]
    return range(inside[0], inside[-1] + 1) if start >= 0 and inside else range(len(sentence.words))


def _plain(first: Card, point: str, language: str, title: str, kept: Sequence[str]) -> Card:
    """The words as they are heard: what is said may always be shown."""
    if first.layout == "title":
        cut = title and find_cut((first.headline,), title, kept)
        return Card("title", title if cut else first.headline or title)
    whole = (split_sentences(point, language) or (point,))[0]
    return Card("closing" if first.layout == "closing" else "statement", _phrase(whole))


def _phrase(point: str) -> str:
    """A sentence without the stop at its end."""
    whole = " ".join(point.split())
    return re.sub(r"[.;:,]+\Z", "", whole[:1].upper() + whole[1:])
