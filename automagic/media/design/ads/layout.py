"""Where everything on an ad stands: measured first, then stacked, then mirrored where it is read from the right.

content, format ─▶ all of it? ─ no ─▶ a shorter headline? ─ no ─▶ without detail? brand line? picture? … ─▶ AdLayout
                    └ each try: texts set ─ heights added ─ what is left goes to headline and picture
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from automagic.media.design.ads.banners import fit_beside, fit_strip
from automagic.media.design.ads.content import DROPPED, AdContent, AdPart, AdSizes, AdVoices
from automagic.media.design.ads.formats import AdFormat
from automagic.media.design.ads.setting import AdLine, AdParts, Demands
from automagic.media.design.ads.stacks import fit_below
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.typeset import clean_text

_MUCH = 0.25
"""Of the height: an interface that hides more leaves the rest as a card."""
_HIGH_STRIP = 5
"""Width by height: in a strip that is not longer, words may also stand above the button."""
_SQUARE = 1.1
"""Width by height: from here on a picture may also stand beside the words."""
_SMALLER = 0.8
"""Of the good size of a headline, before the picture gives way."""


@dataclass(frozen=True, slots=True)
class AdLayout:
    """An ad that has its places.

    Attributes:
        texts: All of them, each in its role.
        button, logo, plate, pane: Boxes in pixels; None for what is not shown. The plate lies under the logo, the pane
            is the picture's, on whole pixels.
        card: What everything stands on where an interface hides a large part of the frame, before a blurred ground.
        dropped: What had no room, of what there was.
        right_to_left: Whether it was mirrored.
    """

    format: AdFormat
    texts: tuple[AdLine, ...]
    button: PixelBox | None
    logo: PixelBox | None
    plate: PixelBox | None
    pane: PixelBox | None
    dropped: tuple[AdPart, ...]
    right_to_left: bool
    card: PixelBox | None = None

    def text(self, role: str) -> AdLine | None:
        """The text in a role: "headline", "detail", "brand", "price", "button" or "disclaimer"."""
        return next((one for one in self.texts if one.role == role), None)

    def said(self, role: str) -> str:
        """What the text in a role says, on one line; "" where there is none."""
        text = self.text(role)
        return "" if text is None else text.words


def lay_out(content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices) -> AdLayout | None:
    """The ad with as much of it, and as large a headline, as there is room for; None where not even the least fits.

    Args:
        content: Its first headline is the one that is wanted most; its name stands in where none has room.
    """
    cleaned = _clean(content, voices)
    if not cleaned.headlines:
        return None
    layout = _lay_out_in_zone(cleaned, sizes, form, voices)
    if layout is None and cleaned.name:
        layout = _lay_out_in_zone(replace(cleaned, headlines=(cleaned.name,)), sizes, form, voices)
    return layout


def _lay_out_in_zone(content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices) -> AdLayout | None:
    if sizes.picture is not None and max(form.covered) > _MUCH * form.height:
        card = form.content
        on_card = _lay_out(content, sizes, AdFormat(round(card.width), round(card.height), form.density), voices)
        if on_card is not None and on_card.pane is not None:
            return _moved(on_card, form, card)
    return _lay_out(content, sizes, form, voices)


def _lay_out(content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices) -> AdLayout | None:
    there = {part for part in DROPPED if _has(content, sizes, part)}
    tries = ((demands, tuple(part for part in dropped if part in there)) for demands, dropped in _tries(form))
    for demands, gone in dict.fromkeys(tries):
        said = content.without(*gone)
        shown = replace(sizes, picture=None) if "picture" in gone else sizes
        for headline in content.headlines:
            for detail in said.details or ("",):
                tried = replace(said, headlines=(headline,), details=(detail,) if detail else ())
                parts = _fit(tried, shown, form, voices, demands)
                if parts is not None:
                    return _finish(parts, form, gone, mirror=content.right_to_left)
    return None


def _moved(layout: AdLayout, form: AdFormat, card: PixelBox) -> AdLayout:
    """A layout of a card's size in its place in the frame."""

    def put(box: PixelBox | None) -> PixelBox | None:
        return box if box is None else replace(box, x=box.x + card.x, y=box.y + card.y)

    return replace(
        layout,
        format=form,
        texts=tuple(text.moved(card.x, card.y) for text in layout.texts),
        button=put(layout.button),
        logo=put(layout.logo),
        plate=put(layout.plate),
        pane=put(layout.pane),
        card=card,
    )


def _clean(content: AdContent, voices: AdVoices) -> AdContent:
    heads = (clean_text(text, voices.headline.family) for text in content.headlines)
    details = (clean_text(text, voices.body.family) for text in content.details)
    return AdContent(
        tuple(dict.fromkeys(text for text in heads if text)),
        tuple(dict.fromkeys(text for text in details if text)),
        clean_text(content.brand, voices.button.family),
        clean_text(content.call, voices.button.family),
        clean_text(content.price, voices.button.family),
        clean_text(content.disclaimer, voices.body.family),
        clean_text(content.name, voices.headline.family),
    )


def _tries(form: AdFormat) -> Iterator[tuple[Demands, tuple[AdPart, ...]]]:
    """What is demanded of the headline, and what is left out, from the best to the least."""
    good, least = form.good_headline, form.least_headline
    middle = max(least, good * _SMALLER)
    first, second, third, fourth = (DROPPED[:count] for count in range(1, 5))
    both = (True, False)
    if form.shape == "strip":
        # It is read in passing or not at all: its headline stays large, whatever else must go.
        for whole in both:
            yield from ((Demands(good, whole), dropped) for dropped in ((), first, second, third))
        yield from ((Demands(size, whole), fourth) for size in (good, least) for whole in both)
    else:
        for whole in both:
            for size in dict.fromkeys((good, middle)):
                yield from ((Demands(size, whole), dropped) for dropped in ((), first, second))
            yield Demands(least, whole), second
        for dropped in (third, fourth):
            yield from ((Demands(size, whole), dropped) for size in (good, middle, least) for whole in both)
    yield from ((Demands(size, whole), DROPPED) for size in (good, least) for whole in both)


def _has(content: AdContent, sizes: AdSizes, part: AdPart) -> bool:
    """Whether a part is there at all."""
    found = {
        "detail": content.details,
        "brand": content.brand and sizes.logo is None,
        "picture": sizes.picture,
        "price": content.price,
        "disclaimer": content.disclaimer,
    }
    return bool(found[part])


def _fit(content: AdContent, sizes: AdSizes, form: AdFormat, voices: AdVoices, demands: Demands) -> AdParts | None:
    if form.shape == "strip":
        strip = fit_strip(content, sizes, form, voices, demands)
        is_high = form.width < _HIGH_STRIP * form.height
        return strip or (fit_beside(content, sizes, form, voices, demands) if is_high else None)
    if form.shape in {"banner", "wide"}:
        return fit_beside(content, sizes, form, voices, demands)
    below = fit_below(content, sizes, form, voices, demands)
    if sizes.picture is None or form.shape == "tall" or form.width < form.height * _SQUARE:
        return below
    beside = fit_beside(content, sizes, form, voices, demands)
    return max(below, beside, key=lambda parts: _shown(parts, sizes.picture))


def _shown(parts: AdParts | None, picture: tuple[int, int]) -> float:
    """How much of a picture a layout shows, and how large."""
    if parts is None or parts.pane is None:
        return -1.0
    own, aspect = picture[0] / picture[1], parts.pane.width / parts.pane.height
    return min(own, aspect) / max(own, aspect) * math.sqrt(parts.pane.width * parts.pane.height)


def _finish(parts: AdParts, form: AdFormat, dropped: tuple[AdPart, ...], *, mirror: bool) -> AdLayout:
    def turned(box: PixelBox | None) -> PixelBox | None:
        return box if box is None or not mirror else replace(box, x=form.width - box.right)

    pane = turned(parts.pane)
    if pane is not None:
        whole = pane.rounded()
        pane = PixelBox(
            whole.x, whole.y, min(whole.width, form.width - whole.x), min(whole.height, form.height - whole.y)
        )
    texts = tuple(text.turned(form.width if mirror else None) for text in parts.texts)
    return AdLayout(
        form, texts, turned(parts.button), turned(parts.logo), turned(parts.plate), pane, dropped, right_to_left=mirror
    )
