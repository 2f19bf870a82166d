"""The steps that make pictures of ads: each source is looked at once, then one picture a step.

    upright PNG ─ look-at-ad-picture ─▶ a copy no larger than any ad needs, its faces ─┬─ crop-ad-picture ─▶ JPEG
    logo ─ look-at-ad-picture ─▶ no larger either ─┬─ place-ad-logo ─▶ PNG               └──────┐
                                                   └───────────────────────────────── draw-ad ─▶ JPEG, PNG

Arguments are everything that can change a result, and imports of what draws stand inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from automagic.media.design.ads.content import AdContent, AdPart
from automagic.media.design.ads.formats import AdFormat
from automagic.products.ads.pictures.inputs import AdDress, AdSight, AdSubject, AdWeight
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.values.artifact import Artifact


@dataclass(frozen=True, slots=True)
class MadePicture:
    """A finished picture.

    Attributes:
        quality: Of a JPEG; 100 for a PNG.
        shown: The texts that it shows, as they stand there.
        dropped: What had no room.
        changes: (wanted, used, ground) of a brand's colours that could not be read.
        hides_logo: Whether some of the logo cannot be seen.
        is_whole: Whether the picture in it is shown whole on a blurred ground.
        headline_px, least_px: Sizes of the headline and of the smallest text; 0 for none.
    """

    file: Artifact
    quality: int
    shown: tuple[str, ...] = ()
    dropped: tuple[AdPart, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    hides_logo: bool = False
    is_whole: bool = False
    headline_px: float = 0.0
    least_px: float = 0.0


def _foresee_sight(picture: Artifact, is_logo: bool) -> AdSight:
    kind = "image/png" if is_logo else "image/jpeg"
    return AdSight(Artifact.unknown(f"sight of {picture.sha256[:12]}", kind), 0, 0, 0, 0)


def _foresee_picture() -> MadePicture:
    return MadePicture(Artifact.unknown("ad", "image/jpeg"), 90)


@step("look-at-ad-picture", 1, forecast=_foresee_sight)
async def look_at_ad_picture(context: Context, picture: Artifact, is_logo: bool) -> AdSight:
    """A picture or a logo no larger than any ad needs, with the faces in it."""
    from automagic.products.ads.pictures.looking import look_at_logo, look_at_picture

    source = context.path_of(picture)
    if is_logo:
        target = context.folder / "logo.png"
        size = await context.compute(lambda _stop: look_at_logo(source, target))
        return AdSight(await context.keep(target, "image/png"), *size, *size)
    target = context.folder / "picture.jpg"
    seen = await context.compute(lambda _stop: look_at_picture(source, target))
    return AdSight(await context.keep(target, "image/jpeg"), *seen.size, *seen.own_size, seen.faces)


@step("crop-ad-picture", 1, forecast=_foresee_picture)
async def crop_ad_picture(context: Context, subject: AdSubject, form: AdFormat, weight: AdWeight) -> MadePicture:
    """A part of a picture, without any words."""
    from automagic.products.ads.pictures.making import crop

    source, folder = context.path_of(subject.sight.file), context.folder
    done = await context.compute(lambda _stop: crop(source, subject, form, weight, folder))
    return MadePicture(await context.keep(done.path, done.media_type), done.quality, is_whole=done.is_whole)


@step("place-ad-logo", 1, forecast=_foresee_picture)
async def place_ad_logo(
    context: Context, logo: AdSight, form: AdFormat, weight: AdWeight, colours: tuple[str, ...]
) -> MadePicture:
    """A logo in the middle of the first of these grounds that shows it."""
    from automagic.products.ads.pictures.making import place_logo

    source, folder = context.path_of(logo.file), context.folder
    done = await context.compute(lambda _stop: place_logo(source, form, weight, colours, folder))
    return MadePicture(await context.keep(done.path, done.media_type), done.quality, hides_logo=done.hides_logo)


@step("draw-ad", 1, forecast=_foresee_picture)
async def draw_ad_picture(
    context: Context,
    content: AdContent,
    form: AdFormat,
    subject: AdSubject | None,
    logo: AdSight | None,
    dress: AdDress,
    weight: AdWeight,
) -> MadePicture:
    """A whole ad.

    Raises:
        RequestError: Its headline has no room, or no font has its letters.
        MediaError: Its picture is too busy for its weight.
    """
    from automagic.products.ads.pictures.making import AdSources, draw

    theme = context.services.themes[dress.fonts]
    sources = AdSources(
        theme,
        subject,
        context.path_of(subject.sight.file) if subject else None,
        context.path_of(logo.file) if logo else None,
    )
    folder = context.folder
    done = await context.compute(lambda _stop: draw(content, form, sources, dress, weight, folder))
    return MadePicture(
        await context.keep(done.path, done.media_type),
        done.quality,
        done.shown,
        done.dropped,
        done.changes,
        done.hides_logo,
        done.is_whole,
        done.headline_px,
        done.least_px,
    )
