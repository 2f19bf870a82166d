"""Where texts and pictures are seen: in a search page, a feed on a phone, a whole phone, or a page of somebody else.

platform ─▶ place (google.rsa) ─▶ exhibits, each a frame with what is seen in it
                               ─▶ fields, each with its fact and its lines
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.candidates import host_of, role_of
from automagic.products.ads.copy.combinations import (
    Combinations,
    Placed,
    ShownCombination,
    check_combinations,
    list_combinations,
)
from automagic.products.ads.creative import AdPicture, AdText
from automagic.products.ads.preview.lines import tell_hidden
from automagic.products.ads.preview.views import COUNTED, Looker, PictureView, TextView
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs

Frame = Literal["search", "feed", "phone", "page", "alone"]
_SEARCH = "rsa"
"""Responsive search ads: the platform chooses which texts are seen together."""
_TITLES = {"rsa": "Search", "rda": "Responsive display", "pmax": "Performance Max", "html5": "HTML5", "ads": "Ad"}
_PICTURE_FIRST = frozenset({"pinterest.pin"})

_LEAST_LENT_PX = 300
"""A picture that is smaller is a thumbnail."""


@dataclass(frozen=True, slots=True)
class CardView:
    """The words around a picture.

    Attributes:
        above: What stands before the picture; None for nothing.
    """

    name: str
    above: TextView | None
    headline: TextView | None
    below: TextView | None
    call: str
    site: str
    picture_first: bool


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A frame with what is seen in it.

    Attributes:
        zone: What the interface covers, where it fills a phone.
        borrowed: Whether its picture has its own exhibit elsewhere.
    """

    frame: Frame
    card: CardView | None
    picture: PictureView | None
    zone: Spec | None = None
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class SearchView:
    """A responsive search ad in all its ways.

    Attributes:
        shown: Those to look at, worst first.
    """

    site: str
    paths: tuple[str, ...]
    every: Combinations
    shown: tuple[ShownCombination, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field and its lines."""

    title: str
    fact: Spec
    takes: str
    lines: tuple[TextView, ...]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place of a platform."""

    name: str
    title: str
    search: SearchView | None
    exhibits: tuple[Exhibit, ...]
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class PlatformView:
    """A platform and its places.

    Attributes:
        waiting: How many of its assets nobody has decided of.
    """

    name: str
    title: str
    places: tuple[PlaceView, ...]
    waiting: int


def lay_out(
    platform: AdPlatform, texts: Sequence[AdText], pictures: Sequence[AdPicture], looker: Looker
) -> PlatformView:
    """All that is made for a platform, in the order of its facts."""
    facts = looker.specs.of(platform)
    own_texts = [looker.see_text(one) for one in texts if one.platform == platform.name]
    own_pictures = [looker.see_picture(one) for one in pictures if one.platform == platform.name]
    views: list[TextView | PictureView] = [*own_texts, *own_pictures]
    places = []
    for name in platform.formats:
        lines = {
            fact: tuple(one for one in own_texts if one.text.field == fact.id) for fact in facts if fact.place == name
        }
        lines = {fact: several for fact, several in lines.items() if several}
        here = [one for one in own_pictures if one.fact.place == name]
        if lines or here:
            places.append(_lay_out_place(name, lines, here, own_pictures, looker))
    waiting = sum(one.state.is_waiting for one in views)
    return PlatformView(platform.name, platform.label, tuple(places), waiting)


def _lay_out_place(
    name: str,
    lines: dict[Spec, tuple[TextView, ...]],
    pictures: Sequence[PictureView],
    every: Sequence[PictureView],
    looker: Looker,
) -> PlaceView:
    form = name.partition(".")[2]
    search = _search(lines, looker.brief, looker.specs, name) if form == _SEARCH else None
    zones = [one for one in looker.specs if one.kind == "zone" and one.top is not None]
    own_zone = next((one for one in zones if one.place == name), None)
    zone = own_zone or next((one for one in zones if one.platform == name.partition(".")[0]), None)
    is_tall = own_zone is not None and all(one.is_tall for one in pictures)
    card = None if search else _card(name, lines, looker.brief)
    return PlaceView(
        name=name,
        title=_TITLES.get(form) or form.replace("_", " ").capitalize(),
        search=search,
        exhibits=tuple(
            replace(one, zone=zone) if one.frame == "phone" else one
            for one in _exhibits(card, pictures, every, is_tall=is_tall, on_phones=zone is not None)
        ),
        fields=tuple(
            FieldView(fact.field.replace("_", " ").capitalize(), fact, _takes(fact), several)
            for fact, several in lines.items()
        ),
    )


def _exhibits(
    card: CardView | None,
    pictures: Sequence[PictureView],
    every: Sequence[PictureView],
    *,
    is_tall: bool,
    on_phones: bool,
) -> Iterator[Exhibit]:
    """A frame for each picture, and one for words that have none of their own.

    Args:
        is_tall: Whether the words stand over what fills a phone.
        on_phones: Whether the platform has placements that do.
    """
    told = False
    for one in pictures:
        frame: Frame = "phone" if on_phones and one.is_tall and one.fact.kind != "sizes" else "alone"
        if one.fact.kind == "sizes":
            yield Exhibit("page", None, one)
        elif card and "logo" not in one.fact.field and (frame == "phone" or not told):
            told = True
            yield Exhibit("phone" if frame == "phone" else "feed", card, one)
        else:
            yield Exhibit(frame, None, one)
    if card and not told:
        fitting = [one for one in every if one.is_tall == is_tall and one.picture.width >= _LEAST_LENT_PX]
        lent = next((one for one in fitting if one.fact.kind != "sizes" and "logo" not in one.fact.field), None)
        yield Exhibit("phone" if is_tall else "feed", card, lent, borrowed=True)


def _card(name: str, lines: dict[Spec, tuple[TextView, ...]], brief: AdBrief) -> CardView | None:
    """The first line of each field; None where there is nothing to read."""
    first = [(fact, several[0]) for fact, several in lines.items()]
    bodies = [(fact, one) for fact, one in first if role_of(fact.field) == "body"]
    above = next((one for fact, one in bodies if not fact.field.startswith("description")), None)
    below = next((one for fact, one in bodies if fact.field == "description"), None)
    below = below or next((one for fact, one in bodies if one is not above), None)
    headline = next((one for fact, one in first if role_of(fact.field) == "headline"), None)
    said = {role_of(fact.field): one.seen for fact, one in reversed(first)}
    if not (above or below or headline):
        return None
    return CardView(
        name=said.get("name", tell_hidden(brief.brand or brief.name)),
        above=above,
        headline=headline,
        below=below,
        call=said.get("call", tell_hidden(brief.call)),
        site=said.get("site", host_of(brief)),
        picture_first=name in _PICTURE_FIRST,
    )


def _search(lines: dict[Spec, tuple[TextView, ...]], brief: AdBrief, specs: Specs, name: str) -> SearchView | None:
    """How a search ad is seen, without the lines that were rejected."""
    by_field = {
        fact.field: [one for one in several if one.state.state != "rejected"] for fact, several in lines.items()
    }
    headlines, descriptions = _placed(by_field.get("headline", ())), _placed(by_field.get("description", ()))
    if not headlines:
        return None
    serving = next((one for one in specs if one.place == name and one.shown_headlines), None)
    shown = (serving.shown_headlines or 3, serving.shown_descriptions or 2) if serving else (3, 2)
    return SearchView(
        site=host_of(brief),
        paths=tuple(one.seen for field in ("path1", "path2") for one in by_field.get(field, ())),
        every=check_combinations(headlines, descriptions, shown=shown),
        shown=list_combinations(headlines, descriptions, shown=shown),
    )


def _placed(lines: Sequence[TextView]) -> list[Placed]:
    """With the place that a pin names: "HEADLINE_1" is 1."""
    pins = (one.text.pin.rpartition("_")[2] for one in lines)
    return [Placed(one.seen, int(pin) if pin.isdigit() else 0) for one, pin in zip(lines, pins, strict=True)]


def _takes(fact: Spec) -> str:
    """What a field takes, in words."""
    if fact.max is None:
        return ""
    counted = COUNTED[fact.count or "chars"]
    limit = f"at most {fact.max:,} {counted}" if fact.hard else f"about {fact.max:,} {counted} are seen"
    seen = f", of which {fact.truncates:,} are seen" if fact.truncates else ""
    several = f", {fact.min_items or 0} to {fact.max_items} of them" if (fact.max_items or 1) > 1 else ""
    return f"{limit}{seen}{several}"
