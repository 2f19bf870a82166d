"""A picture of a package against the facts of its placement: by its bytes, whatever was said of them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automagic.errors import RequestError
from automagic.products.ads.creative import AdFinding, AdPicture
from automagic.products.ads.package.assets import AdPackage
from automagic.products.ads.package.documents import PICTURES
from automagic.products.ads.package.rows import picture_path
from automagic.products.ads.specs.table import Spec, Specs

_OF_ALL = frozenset({"image", "image_bytes", "image_min_width", "file", "images"})
"""Fields of facts that hold for every still picture of their place."""
_TOLERANCE = 0.01
_KINDS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif"}


@dataclass(frozen=True, slots=True)
class PictureVerdict:
    """What speaks against a picture; `path` is its place in the package."""

    path: str
    findings: tuple[AdFinding, ...]


def check_pictures(package: AdPackage, specs: Specs) -> tuple[PictureVerdict, ...]:
    """A verdict on each picture, in their order.

    Raises:
        RequestError: A platform has no such field.
    """
    return tuple(
        PictureVerdict(picture_path(one), judge_picture(one, package.files[one.file], facts_of(one, specs)))
        for one in package.pictures
    )


def facts_of(picture: AdPicture, specs: Specs) -> tuple[Spec, ...]:
    """The facts that a picture is held against: of its field first, then of all pictures in its place.

    Raises:
        RequestError: Its platform has no such field.
    """
    facts = specs.of(specs.platform(picture.platform))
    own = next((one for one in facts if one.id == picture.field), None)
    if own is None:
        raise RequestError(f"{PICTURES}: {picture.platform} has no field {picture.field[:60]!r}")
    beside = (one for one in facts if one.place == own.place and one.field in _OF_ALL and one is not own)
    shapes = ("ratio", "ratios", "sizes")  # of what else stands in the place, such as a thumbnail's picture
    return own, *(one for one in beside if one.kind in {"bytes", "image"} and not any(getattr(one, s) for s in shapes))


def judge_picture(picture: AdPicture, data: bytes, facts: Sequence[Spec]) -> tuple[AdFinding, ...]:
    """What speaks against a picture."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=tuple(_KINDS)) as opened:
            size, kind, mode = opened.size, _KINDS[opened.format or ""], opened.mode
            frames = getattr(opened, "n_frames", 1)
    except (OSError, SyntaxError, Image.DecompressionBombError):
        return (AdFinding("brief.picture", "it is no JPEG, PNG or GIF that can be read.", hard=True),)
    return (
        *_own(picture, size, mode, frames),
        *(
            AdFinding(fact.id, says, fact.hard, fact.source, fact.checked)
            for fact in facts
            for says in (*_of_size(size, fact), *_of_file(kind, len(data), fact))
        ),
    )


def _own(picture: AdPicture, size: tuple[int, int], mode: str, frames: int) -> Iterator[AdFinding]:
    if size != (picture.width, picture.height):
        says = f"it has {size[0]}x{size[1]} pixels, and not {picture.width}x{picture.height} as is said."
        yield AdFinding("brief.picture", says, hard=True)
    if mode in {"CMYK", "I", "F", "I;16"}:
        yield AdFinding("brief.picture", f"its colours are {mode}: platforms take 8 bits of RGB.", hard=True)
    if frames > 1:
        yield AdFinding("brief.picture", "it moves: the platform takes still pictures here.", hard=True)


def _of_size(size: tuple[int, int], fact: Spec) -> Iterator[str]:
    width, height = size
    least, most = (fact.min_width or 0, fact.min_height or 0), (fact.max_width or width, fact.max_height or height)
    if width < least[0] or height < least[1]:
        yield f"it has {width}x{height} pixels, and {least[0] or 'any'}x{least[1] or 'any'} is the least."
    if width > most[0] or height > most[1]:
        yield f"it has {width}x{height} pixels, and {most[0]}x{most[1]} is the most."
    ratios = (fact.ratio,) if fact.ratio else fact.ratios
    tolerance = _TOLERANCE if fact.tolerance is None else fact.tolerance
    if ratios and not any(_is_near(width / height, one, tolerance) for one in ratios):
        yield f"it is {width / height:.3g}:1, and {' or '.join(ratios)} is taken."
    if fact.sizes and f"{width}x{height}" not in fact.sizes:
        yield f"it has {width}x{height} pixels, and {', '.join(fact.sizes)} are taken."


def _of_file(kind: str, size_bytes: int, fact: Spec) -> Iterator[str]:
    if fact.max_bytes is not None and size_bytes > fact.max_bytes:
        yield f"it has {size_bytes:,} bytes, and {fact.max_bytes:,} is the most."
    if fact.formats and kind not in {one.replace("jpeg", "jpg") for one in fact.formats}:
        yield f"it is a {kind.upper()}, and {', '.join(fact.formats)} are taken."


def _is_near(ratio: float, wanted: str, tolerance: float) -> bool:
    width, _, height = wanted.partition(":")
    target = float(width) / float(height)
    return abs(ratio - target) <= tolerance * target
