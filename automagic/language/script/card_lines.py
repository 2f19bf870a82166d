"""A card as one line of a script's file, as a person writes or edits it.

    card: statement | Water takes the longer way | Its bends grow until they meet. | accent: longer | icon: waves
    card: number | The battery lasts | figure: 38 hours; on one charge
    card: list | What a bend does | item: Takes from one bank | item: Gives to the other
    card: comparison | figure: $24.9 billion; in 2023; size: 24900000000 | figure: $3 billion; in 2022; size: 3000000000

Behind the layout stand the headline and a calm second line, then parts with a name, in any order. A backslash keeps the
sign behind it as it stands: `\\|` is no border between parts.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, get_args

from automagic.errors import RequestError
from automagic.values.script import Card, CardLayout, CardPlace, Figure

LAYOUTS: tuple[CardLayout, ...] = get_args(CardLayout)
_ONE = ("accent", "speaker", "icon", "kicker")
_NAMED = re.compile(r"(headline|detail|accent|speaker|icon|kicker|item|side|figure|place)\s*:\s*(.*)", re.I | re.DOTALL)
_FACT = re.compile(r"(share|size)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_PIECE = re.compile(r"\\(.)|(.)", re.DOTALL)
_QUANTITY = re.compile(r"(?P<prefix>\D*?)(?P<value>\d[\d.,]*\d|\d)(?P<unit>(?:\s.*|\D.*)?)", re.DOTALL)
_MARKED = re.compile(r"(?P<prefix>(?:\\.|[^\[\\])*)\[(?P<value>(?:\\.|[^\]\\])*)\](?P<unit>.*)", re.DOTALL)
_PLAIN_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_PLACE = re.compile(r"(?P<number>\d{1,4})\s*/\s*(?:(?P<first>\d{1,4})\s*[-–]\s*)?(?P<last>\d{1,4})")
_LIMITS = re.compile(r"[<>≤≥±~]")
_EXAMPLE = "`card: statement | Headline | detail`"
_LEAST_ITEMS, _MOST_ITEMS = 2, 4
_PARTS_OF: dict[str, frozenset[str]] = {
    "items": frozenset({"list"}),
    "figures": frozenset({"number", "comparison"}),
    "sides": frozenset({"comparison"}),
    "speaker": frozenset({"quote"}),
    "place": frozenset(LAYOUTS) - {"title"},
}
"""Which layouts show a part; the others would leave it out without a word."""
_CALLED = {"items": "an item", "figures": "a figure", "sides": "a side", "speaker": "a speaker", "place": "a place"}


def write_card(card: Card) -> str:
    """What stands behind `card:`; line breaks in its texts become spaces."""
    texts = [card.headline, card.detail] if card.detail else [card.headline] if card.headline else []
    parts = [card.layout, *(_escaped(text, _NAMED) for text in texts)]
    parts += [f"{name}: {_escaped(value)}" for name in _ONE if (value := getattr(card, name))]
    parts += [f"item: {_escaped(item)}" for item in card.items]
    parts += [f"side: {_escaped(side)}" for side in card.sides]
    parts += [f"figure: {_write_figure(figure)}" for figure in card.figures]
    parts += [f"place: {_write_place(card.place)}"] if card.place else []
    return " | ".join(parts)


def read_card(text: str, line: int) -> Card:
    """The card that stands behind `card:`.

    Args:
        line: Where it stands, for errors.

    Raises:
        RequestError: There is no such layout, or it does not show what stands there.
    """
    layout, *parts = (part.strip() for part in _split(text, "|"))
    card, texts = Card(_read_layout(layout, line), ""), []
    for part in parts:
        named = _NAMED.fullmatch(part)
        if named is None:
            texts.append(_plain(part))
        else:
            card = _with_part(card, named[1].lower(), named[2].strip(), line)
    if len(texts) > 2:
        raise _fault(line, f"has a third text, “{texts[2][:40]}”", "Name it, such as `item: …` or `figure: …`.")
    headline, detail = (*texts, "", "")[:2]
    card = replace(card, headline=headline or card.headline, detail=detail or card.detail)
    if fault := next(_faults(card), ""):
        raise _fault(line, fault, f"A card is {_EXAMPLE}.")
    return card


def _read_layout(said: str, line: int) -> CardLayout:
    for layout in LAYOUTS:
        if layout == said.lower():
            return layout
    near = difflib.get_close_matches(said.lower(), LAYOUTS, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise _fault(
        line,
        f"has no layout {said[:40]!r}" if said else "names no layout",
        f"{meant}Write {_EXAMPLE}; layouts are {', '.join(LAYOUTS)}. A backslash before a line has it narrated.",
    )


def _with_part(card: Card, name: str, said: str, line: int) -> Card:
    """The card with one named part more."""
    if name == "figure":
        return replace(card, figures=(*card.figures, _read_figure(said, line)))
    if name == "place":
        return replace(card, place=_read_place(said, line))
    text = _plain(said)
    change: dict[str, Any] = {name: text}
    if name in ("item", "side"):
        change = {f"{name}s": (*getattr(card, f"{name}s"), text)}
    return replace(card, **change)


def _faults(card: Card) -> Iterator[str]:
    """What would not be seen of a card, or what it lacks."""
    layout = card.layout
    for part, layouts in _PARTS_OF.items():
        if getattr(card, part) and layout not in layouts:
            yield f"has {_CALLED[part]}, which the layout {layout} does not show"
    if not card.headline and layout in ("title", "statement", "quote", "closing"):
        yield "has no headline"
    if layout == "list" and not _LEAST_ITEMS <= len(card.items) <= _MOST_ITEMS:
        yield f"has {len(card.items)} of the {_LEAST_ITEMS} to {_MOST_ITEMS} items of a list"
    if layout == "number" and len(card.figures) != 1:
        yield "needs one figure"
    if layout == "comparison" and (len(card.figures), len(card.sides)) not in ((2, 0), (0, 2), (2, 2)):
        yield "needs two figures or two sides"
    if not all((*card.items, *card.sides)):
        yield "has an item or a side without words"
    if card.accent not in card.headline:
        yield f"has the accent “{card.accent}”, which is not in its headline"


def _write_place(place: CardPlace) -> str:
    return f"{place.number}/{place.last}" if place.counts_steps else f"{place.number}/{place.first}-{place.last}"


def _read_place(said: str, line: int) -> CardPlace:
    found = _PLACE.fullmatch(said)
    place = CardPlace(int(found["number"]), int(found["last"]), int(found["first"] or 1)) if found else CardPlace(0, 0)
    if not 0 < place.first <= place.number <= place.last or place.first == place.last:
        raise _fault(
            line,
            f"has the place {said[:40]!r}",
            "The second of seven is `place: 2/7`, and a year among others `place: 1881/1878-1990`.",
        )
    return place


def _write_figure(figure: Figure) -> str:
    label = [_escaped(figure.label, _FACT, ";")] if figure.label else []
    for quantity in _quantities(figure):
        plain = _with_defaults(_read_quantity(quantity))
        facts = [
            f"{name}: {_write_number(value)}"
            for name, value, usual in (
                ("share", figure.share, plain.share),
                ("size", figure.magnitude, plain.magnitude),
            )
            if value != usual
        ]
        if (plain.prefix, plain.value, plain.unit) == (figure.prefix, figure.value, figure.unit):
            break
    return "; ".join([quantity, *label, *facts])


def _quantities(figure: Figure) -> Iterator[str]:
    """The figure as one says it, and with its number marked for when that is not told from the signs alone."""
    unit = f" {_escaped(figure.unit, None, ';[]')}" if figure.unit else ""
    prefix, value = (_escaped(text, None, ";[]") for text in (figure.prefix, figure.value))
    yield f"{prefix}{value}{unit}"
    yield f"{prefix}[{value}]{unit}"


def _read_figure(said: str, line: int) -> Figure:
    quantity, *more = (part.strip() for part in _split(said, ";"))
    figure = _with_defaults(_read_quantity(quantity))
    if not figure.value:
        raise _fault(line, "has a figure without a number", "A figure is `figure: 38 hours; what it is`.")
    for part in more:
        fact = _FACT.fullmatch(part)
        if fact is None:
            figure = replace(figure, label=_plain(part))
            continue
        name = fact[1].lower()
        number = _read_number(fact[2].strip(), name, line)
        figure = replace(figure, share=number) if name == "share" else replace(figure, magnitude=number)
    if figure.share is not None and not 0 <= figure.share <= 1:
        raise _fault(line, f"has the share {figure.share:g}", "A share is between 0 and 1.")
    return figure


def _read_quantity(text: str) -> Figure:
    found = _MARKED.fullmatch(text) or _QUANTITY.fullmatch(text)
    if found is None:
        return Figure("")
    return Figure(_plain(found["value"]), prefix=_plain(found["prefix"]), unit=_plain(found["unit"].strip()))


def _with_defaults(figure: Figure) -> Figure:
    """With the size and the share that its number says."""
    size: float | None = None
    if _PLAIN_NUMBER.fullmatch(figure.value) and not _LIMITS.search(figure.prefix):
        size = float(figure.value.replace(",", ""))
        size = -size if figure.prefix.rstrip().endswith(("-", "−")) else size
    is_share = figure.unit in ("%", "percent") and size is not None and 0 <= size <= 100
    return replace(figure, magnitude=size, share=size / 100 if is_share and size is not None else None)


def _read_number(said: str, name: str, line: int) -> float | None:
    if said.lower() == "none":
        return None
    with suppress(ValueError):
        if math.isfinite(number := float(said)):
            return number
    raise _fault(line, f"has the {name} {said[:40]!r}, which is not a number", f"Write `{name}: 0.5` or leave it out.")


def _write_number(value: float | None) -> str:
    return "none" if value is None else repr(value).removesuffix(".0")


def _escaped(text: str, names: re.Pattern[str] | None = None, more: str = "") -> str:
    """Text that `_plain` reads back; what looks like the name of a part as well."""
    signs = "\\|<" + more
    flat = re.sub(r"[\n\r]", " ", text)
    escaped = "".join(f"\\{sign}" if sign in signs else sign for sign in flat)
    return f"\\{escaped}" if names is not None and names.fullmatch(flat) else escaped


def _plain(text: str) -> str:
    return _PIECE.sub(lambda found: found[1] or found[2], text)


def _split(text: str, sign: str) -> Iterator[str]:
    """The parts of a text between signs that have no backslash before them."""
    part = ""
    for found in _PIECE.finditer(text):
        if found[2] == sign:
            yield part
            part = ""
        else:
            part += found[0]
    yield part


def _fault(line: int, what: str, hint: str) -> RequestError:
    return RequestError(f"The card in line {line} {what}.", hint=hint)
