"""Which pictures a platform takes, as its facts have it: field by field, each with its sizes and its weight.

kind "image" with ratios ─┐                                   ┌─ photo: without any words
kind "sizes"              ├─▶ sizes, bytes, file formats ─▶ ──┼─ logo
kind "bytes" with sizes  ─┘                                   └─ ad: headline, button, logo, picture
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.products.ads.specs.table import AdPlatform, Spec, Specs

PictureUse = Literal["photo", "logo", "ad"]

_WITHOUT_WORDS = frozenset({"google.rda", "google.pmax", "google.demand_gen", "microsoft.audience", "openai.ads"})
"""Places that set words beside a picture: at most a fifth of it may be text (google.rda.text_in_image)."""
_LOGOS = ("logo", "profile_image")
_ON_WHITE = frozenset({"amazon.brand"})
"""Places whose logos stand on white, or fill their image."""
_SMALL = ("thumbnail",)
"""Too small for words."""
_USUAL_WIDTH = 1200
_PROFILE = 400
"""Pixels of a profile's picture, of which no platform says how large it should be."""
_TEXT_FILES = frozenset({"html", "css", "js"})
_TOLERANCE = 0.01
_STILL = ("jpg", "jpeg", "png")


@dataclass(frozen=True, slots=True)
class PictureField:
    """A picture that a platform takes.

    Attributes:
        width, height: Of the largest that is of use, in pixels.
        least: The smallest that is taken; the same where only one size is.
        max_bytes: None for as many as it takes.
        formats: "jpg", "png".
        most: How many of it.
        on_white: Whether a logo must stand on white.
        exact: Whether it is shown as large as it is: a banner on a page.
        covered: Pixels from the top, right, bottom and left that the platform's interface hides.
    """

    platform: str
    spec: Spec
    use: PictureUse
    width: int
    height: int
    least: tuple[int, int]
    max_bytes: int | None
    formats: tuple[str, ...]
    most: int
    on_white: bool = False
    exact: bool = False
    covered: tuple[int, int, int, int] = (0, 0, 0, 0)


def list_fields(platform: AdPlatform, specs: Specs) -> tuple[PictureField, ...]:
    """All of a platform's pictures, in the order of its facts; each size is one."""
    facts = [spec for spec in specs.of(platform) if spec.place in platform.formats]
    zones = [spec for spec in facts if spec.kind == "zone" and spec.top is not None]
    found = []
    for spec in facts:
        beside = [one for one in facts if one.place == spec.place and _is_weight(one)]
        for width, height, least in _sizes(spec):
            found.append(
                PictureField(
                    platform=platform.name,
                    spec=spec,
                    use=_use_of(spec),
                    width=width,
                    height=height,
                    least=least,
                    max_bytes=_lightest([spec, *beside]),
                    formats=_formats([spec, *beside]),
                    most=spec.max_items or 1,
                    on_white=spec.place in _ON_WHITE,
                    exact=spec.kind == "sizes",
                    covered=_covered(width, height, zones),
                )
            )
    return tuple(found)


def list_turns(specs: Specs) -> dict[str, int]:
    """A number for each place that shows whole ads, from 0: the same whichever platforms are asked for."""
    fields = (field for platform in specs.platforms for field in list_fields(platform, specs))
    places = dict.fromkeys(field.spec.place for field in fields if field.use == "ad")
    return {place: number for number, place in enumerate(places)}


def ratio_of(text: str) -> float:
    """Of "1.91:1"."""
    width, _, height = text.partition(":")
    return float(width) / float(height)


def _use_of(spec: Spec) -> PictureUse:
    if any(word in spec.field for word in _LOGOS):
        return "logo"
    return "photo" if spec.place in _WITHOUT_WORDS or any(word in spec.field for word in _SMALL) else "ad"


def _is_weight(spec: Spec) -> bool:
    """Whether a fact limits the bytes of the pictures beside it."""
    is_still = not spec.codecs and not _TEXT_FILES & set(spec.formats) and "video" not in spec.field
    return spec.kind == "bytes" and is_still and not (spec.width or spec.ratio)


def _sizes(spec: Spec) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """(width, height, least) of each picture of a fact; nothing for facts that only limit others."""
    named = spec.values if spec.kind == "sizes" else spec.sizes if spec.kind == "bytes" else ()
    for size in named:
        width, height = (int(side) for side in size.split("x"))
        yield width, height, (width, height)
    if named or spec.kind not in {"image", "bytes"} or spec.codecs:
        return
    if spec.width and spec.height and not (spec.ratio or spec.ratios):
        yield spec.width, spec.height, (spec.width, spec.height)
        return
    ratios = spec.ratios or ((spec.ratio,) if spec.ratio else ())
    if not ratios and spec.kind == "image" and spec.min_width and spec.min_height:
        ratios = (f"{spec.min_width}:{spec.min_height}",)
    for text in ratios:
        ratio = ratio_of(text)
        is_own = text == spec.ratio and spec.width and spec.height
        width = spec.width or (_PROFILE if spec.kind == "bytes" else _USUAL_WIDTH)
        width = min(width, spec.max_width or width)
        height = spec.height if is_own and spec.height else round(width / ratio)
        least_width = spec.min_width or 1
        least_height = (
            spec.min_height if (is_own or len(ratios) == 1) and spec.min_height else round(least_width / ratio)
        )
        yield width, height, (min(least_width, width), min(least_height, height))


def _lightest(specs: Sequence[Spec]) -> int | None:
    return min((spec.max_bytes for spec in specs if spec.max_bytes), default=None)


def _formats(specs: Sequence[Spec]) -> tuple[str, ...]:
    """What all of them take, of what is made."""
    taken = [set(spec.formats) for spec in specs if spec.formats]
    return tuple(name for name in ("jpg", "png") if all(name in one or f"{name[:2]}eg" in one for one in taken))


def _covered(width: int, height: int, zones: Sequence[Spec]) -> tuple[int, int, int, int]:
    """The most that any of a platform's placements hides of a picture of this shape."""
    alike = [zone for zone in zones if zone.width and zone.height and _alike(width / height, zone.width / zone.height)]
    scale = [width / zone.width for zone in alike if zone.width]
    sides = [
        [round((getattr(zone, side) or 0) * by) for zone, by in zip(alike, scale, strict=True)]
        for side in ("top", "right", "bottom", "left")
    ]
    top, right, bottom, left = (max(side, default=0) for side in sides)
    return top, right, bottom, left


def _alike(first: float, second: float) -> bool:
    return abs(first - second) <= _TOLERANCE * second


def fits_ratio(field: PictureField, width: int, height: int) -> bool:
    """Whether a size has the field's shape, to within what its platform lets pass."""
    wanted = ratio_of(field.spec.ratio) if field.spec.ratio and not field.spec.ratios else field.width / field.height
    return abs(width / height - wanted) <= (field.spec.tolerance or _TOLERANCE) * wanted
