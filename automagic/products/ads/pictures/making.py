"""The work of the steps: cropping, placing a logo, drawing an ad, each to a file of the weight that is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from automagic.errors import RequestError
from automagic.media.design.ads.colours import choose_colours
from automagic.media.design.ads.content import AdContent, AdPart, AdSizes, AdVoices
from automagic.media.design.ads.drawing import draw_ad
from automagic.media.design.ads.formats import AdFormat
from automagic.media.design.ads.layout import lay_out
from automagic.media.design.ads.marks import look_at_mark, open_mark
from automagic.media.design.ads.weigh import encode_ad
from automagic.media.design.fonts import name_missing_fonts
from automagic.media.design.lettering import undrawable
from automagic.media.framing.pictures import blurred_ground
from automagic.media.framing.pointed_crops import crop_picture, find_window
from automagic.products.ads.pictures.inputs import AdDress, AdSubject, AdWeight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from automagic.media.design.themes import Theme

_LOGO_SHARE = 0.8
"""Of its canvas that a logo fills."""


@dataclass(frozen=True, slots=True)
class AdSources:
    """What an ad is drawn of: the theme, and files where there are any."""

    theme: Theme
    subject: AdSubject | None
    picture: Path | None
    logo: Path | None


@dataclass(frozen=True, slots=True)
class Done:
    """A written file; see `MadePicture`."""

    path: Path
    media_type: str
    quality: int
    shown: tuple[str, ...] = ()
    dropped: tuple[AdPart, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    hides_logo: bool = False
    is_whole: bool = False
    headline_px: float = 0.0
    least_px: float = 0.0


def crop(source: Path, subject: AdSubject, form: AdFormat, weight: AdWeight, folder: Path) -> Done:
    """A clean crop."""
    pixels, is_whole = _cut(source, subject, (form.width, form.height))
    path, media_type, quality = _write(pixels, weight, folder, lettered=False)
    return Done(path, media_type, quality, is_whole=is_whole)


def place_logo(source: Path, form: AdFormat, weight: AdWeight, colours: Sequence[str], folder: Path) -> Done:
    """A logo on the first of these colours that shows it, else on the one that hides least of it."""
    logo = open_mark(source)
    look = look_at_mark(logo)
    grounds = (look.box,) if look.box else colours
    ground = next((one for one in grounds if look.shows_on(one)), min(grounds, key=look.hidden_on))
    canvas = Image.new("RGB", (form.width, form.height), ground)
    share = 1.0 if look.box and abs(logo.width / logo.height - form.width / form.height) < 0.02 else _LOGO_SHARE
    scale = min(share * form.width / logo.width, share * form.height / logo.height, 1.0)
    size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    shown = logo.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    canvas.paste(shown, ((form.width - size[0]) // 2, (form.height - size[1]) // 2), shown)
    path, media_type, quality = _write(np.asarray(canvas), weight, folder, lettered=True, flat=True)
    return Done(path, media_type, quality, hides_logo=not look.box and not look.shows_on(ground))


def draw(
    content: AdContent, form: AdFormat, sources: AdSources, dress: AdDress, weight: AdWeight, folder: Path
) -> Done:
    """A whole ad.

    Raises:
        RequestError: Its headline has no room, or no font has its letters.
        MediaError: Its picture is too busy for its weight.
    """
    voices = AdVoices.of_theme(sources.theme)
    _check_letters(content, voices)
    logo = open_mark(sources.logo) if sources.logo else None
    subject = sources.subject
    look = look_at_mark(logo) if logo else None
    colours = choose_colours(dress.colours, dress.seed, look, loud=subject is None)
    own = (subject.sight.width, subject.sight.height) if subject else None
    sizes = AdSizes(own, logo.size if logo else None, bool(colours.plate))
    layout = lay_out(content, sizes, form, voices)
    if layout is None:
        raise RequestError(
            f"not even “{content.name}” has room in {form.width}x{form.height} with the button “{content.call}”",
            hint="Give a shorter `call`.",
        )
    pixels, backdrop, is_whole = None, None, False
    if layout.pane is not None and subject is not None and sources.picture is not None:
        size = round(layout.pane.width), round(layout.pane.height)
        pixels, is_whole = _cut(sources.picture, subject, size)
        if layout.card is not None:
            backdrop = np.asarray(blurred_ground(Image.fromarray(pixels), (form.width, form.height)))
    image = draw_ad(layout, colours, pixels, logo, backdrop)
    path, media_type, quality = _write(image, weight, folder, lettered=True, flat=pixels is None)
    headline = layout.text("headline")
    shown = [layout.said(role) for role in ("headline", "detail", "price", "disclaimer")]
    return Done(
        path,
        media_type,
        quality,
        tuple(text for text in shown if text),
        layout.dropped,
        tuple((change.wanted, change.used, change.ground) for change in colours.changes),
        colours.hides_logo,
        is_whole,
        round(headline.block.size, 1) if headline else 0.0,
        round(min(text.block.size for text in layout.texts), 1),
    )


def _check_letters(content: AdContent, voices: AdVoices) -> None:
    """That every letter can be drawn: a word without some of them would say something else."""
    words = (
        *content.headlines,
        *content.details,
        content.brand,
        content.call,
        content.price,
        content.disclaimer,
        content.name,
    )
    missing = [letter for text in words for letter in undrawable(text, voices.headline.family)]
    if missing:
        shown = " ".join(dict.fromkeys(missing[:8]))
        raise RequestError(f"no font that is installed draws {shown}", hint=name_missing_fonts("".join(missing)))


def _cut(source: Path, subject: AdSubject, size: tuple[int, int]) -> tuple[NDArray[np.uint8], bool]:
    """Pixels of a size, and whether the picture is shown whole; no more of it is decoded than is needed."""
    sight = subject.sight
    aspect = size[0] / size[1]
    width = min(sight.width, sight.height * aspect)
    with Image.open(source) as opened:
        wanted = size[0] / width * sight.width, size[0] / width * sight.height
        opened.draft("RGB", (int(wanted[0]), int(wanted[1])))
        picture = opened.convert("RGB")
    across, down = picture.size
    faces = [(left * across, top * down, right * across, bottom * down) for left, top, right, bottom in sight.faces]
    window = find_window(picture, faces, subject.focus, aspect)
    return crop_picture(picture, window, size), window is None


def _write(
    pixels: NDArray[np.uint8], weight: AdWeight, folder: Path, *, lettered: bool, flat: bool = False
) -> tuple[Path, str, int]:
    file = encode_ad(pixels, max_bytes=weight.max_bytes, formats=weight.formats, lettered=lettered, flat=flat)
    path = folder / ("ad.png" if file.media_type == "image/png" else "ad.jpg")
    path.write_bytes(file.data)
    return path, file.media_type, file.quality
