"""Where everything on an ad stands: measured first, then stacked, then mirrored where it is read from the right.

content, format ─▶ all of it? ─ no ─▶ a shorter headline? ─ no ─▶ without detail? brand line? picture? … ─▶ AdLayout
                    └ each try: texts set ─ heights added ─ what is left goes to headline and picture
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from automagic.media.design.ads.banners import fit_beside, fit_strip
from automagic.media.design.ads.content import DROPPED, AdContent, AdPart, AdSizes, AdVoices
from automagic.media.design.ads.formats import AdFormat
from automagic.media.design.ads.setting import AdLine, AdParts, Demands
from automagic.media.design.ads.stacks import fit_below
from automagic.media.design.cards.blocks import PixelBox
from automagic.media.design.cards.typeset import clean_text

_SMALLER = 0.8
"""Of the good size of a headline, before the picture gives way."""


@dataclass(frozen=True, slots=True)
class AdLayout:
    """An ad that has its places.

    Attributes:
        texts: All of them, each in its role.
        button, logo, plate, pane: Boxes in pixels; None for what is not shown. The plate lies under the logo, the pane
            is the picture's, on whole pixels.
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
        content: Its first headline is the one that is wanted most.
    """
    cleaned = _clean(content, voices)
    if not cleaned.headlines:
        return None
    for demands, dropped in _tries(form):
        gone = tuple(part for part in dropped if _has(cleaned, sizes, part))
        if len(gone) != len(dropped) and dropped and dropped[-1] not in gone:
            continue  # the same as the try before
        said = cleaned.without(*gone)
        shown = replace(sizes, picture=None) if "picture" in gone else sizes
        for headline in cleaned.headlines:
            for detail in said.details or ("",):
                tried = replace(said, headlines=(headline,), details=(detail,) if detail else ())
                parts = _fit(tried, shown, form, voices, demands)
                if parts is not None:
                    return _finish(parts, form, gone, mirror=cleaned.right_to_left)
    return None


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
    )


def _tries(form: AdFormat) -> Iterator[tuple[Demands, tuple[AdPart, ...]]]:
    """What is demanded of the headline, and what is left out, from the best to the least."""
    good, least = form.good_headline, form.least_headline
    middle = max(least, good * _SMALLER)
    words: tuple[tuple[AdPart, ...], ...] = ((), DROPPED[:1], DROPPED[:2])
    for whole in (True, False):
        for size in dict.fromkeys((good, middle)):
            for dropped in words:
                yield Demands(size, whole_words=whole), dropped
        yield Demands(least, whole_words=whole), DROPPED[:2]
    for dropped in (DROPPED[:3], DROPPED[:4], DROPPED):
        for size in dict.fromkeys((good, middle, least)):
            for whole in (True, False):
                yield Demands(size, whole_words=whole), dropped


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
        return fit_strip(content, sizes, form, voices, demands)
    if form.shape in {"banner", "wide"}:
        return fit_beside(content, sizes, form, voices, demands)
    return fit_below(content, sizes, form, voices, demands)


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
