"""Simpler cards that say the same, for when a layout has no room for what a card says.

number, list, comparison ─▶ the same without icon ─▶ a statement of its words ─▶ the statement in one size
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from automagic.media.design.cards.quantities import whole_figure
from automagic.values.script import Card, Figure


def simpler_cards(card: Card) -> Iterator[Card]:
    """The card itself, then ever simpler ones, each once and always in the same order."""
    stated = _stated(card)
    # What limits a statement ("less than") goes on standing before it, and what it says more of itself behind it.
    whole = replace(stated, headline=_as_one(card, stated), detail="", icon="", kicker="")
    yield from dict.fromkeys((card, replace(card, icon=""), stated, whole))


def _as_one(card: Card, stated: Card) -> str:
    """All words of a statement in one line of thought."""
    first, second = f"{stated.kicker} {stated.headline}".strip(), stated.detail
    if not (first and second):
        return first or second
    goes_on = first[-1] in ",;:–—?!" or second[:1].islower()
    return f"{first}{' –' if card.layout == 'quote' else '' if goes_on else '.'} {second}"


def _stated(card: Card) -> Card:
    """What a card says as a statement: nothing that makes it true is lost."""
    if card.layout in {"title", "statement", "closing"}:
        return card
    if card.layout == "quote":
        return Card("statement", card.headline or card.detail, card.accent, card.speaker, place=card.place)
    told = {
        "number": [_in_words(figure) for figure in card.figures[:1]],
        "comparison": [_in_words(figure) for figure in card.figures[:2]] or list(card.sides[:2]),
        "list": list(card.items),
    }[card.layout]
    headline = card.headline or " – ".join(told)
    detail = card.detail or (", ".join(told) if card.headline else "")
    return Card("statement", headline, card.accent, detail, icon=card.icon, kicker=card.kicker, place=card.place)


def _in_words(figure: Figure) -> str:
    return " ".join(part for part in (*whole_figure(figure), figure.label) if part)
