"""Clips of a recording of sound only: what is shown where there is no picture.

sleeve: show, title, speaker, cover ─┬─▶ a ground for each geometry ─┬─▶ film: wave and captions ─▶ as any clip
                                     └─▶ a thumbnail                 │
the recording's sound, 16 kHz ───────────────────────────────────────┘
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass

from automagic.language.cards.accent import with_accent
from automagic.language.names.writing import bind_card
from automagic.media.sound.sleeve import Sleeve
from automagic.products.clips.edition import Edition
from automagic.products.clips.steps import Screen, forecast_film
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.stages.finishing import Segment, keep_segments
from automagic.stages.look import Look, open_design
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import ClipPlan, KeptRange
from automagic.values.credit import HERE, Credit
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card


@dataclass(frozen=True, slots=True)
class SleeveFiles:
    """What a recording says of itself, and its cover; None where it has none."""

    sleeve: Sleeve
    cover: Artifact | None = None


@step("read-sleeve", 1, forecast=lambda: SleeveFiles(Sleeve()))
async def read_sleeve(context: Context, recording: Artifact) -> SleeveFiles:
    """The show, the title, who speaks, and the cover."""
    from automagic.media.rendering.podcast_ground import read_cover
    from automagic.media.sound import sleeve

    found, cover = await asyncio.to_thread(sleeve.read_sleeve, context.services.recordings[recording.sha256])
    if cover is None or read_cover(cover) is None:
        return SleeveFiles(found)
    target = context.folder / "cover"
    target.write_bytes(cover)
    return SleeveFiles(found, await context.keep(target, "image/*"))


@dataclass(frozen=True, slots=True)
class GroundPicture:
    """A ground as a PNG file, where the wave goes, and where its texts stand."""

    picture: Artifact
    strip: Rect
    texts: tuple[Rect, ...] = ()


def _forecast_ground(frame: Frame) -> GroundPicture:
    return GroundPicture(Artifact.unknown("ground", "image/png"), frame.content)


@step("draw-ground", 2, forecast=_forecast_ground)
async def draw_ground(context: Context, card: Card, cover: Artifact | None, look: Look, frame: Frame) -> GroundPicture:
    """What a clip shows behind its wave and its captions."""
    import cv2

    from automagic.media.rendering import podcast_ground

    design = open_design(context.services, context.store, look)
    picture = context.path_of(cover).read_bytes() if cover else None
    target = context.folder / "ground.png"

    def work(_stop: Callable[[], bool]) -> podcast_ground.Ground:
        ground = podcast_ground.draw_ground(card, picture, design, frame)
        cv2.imwrite(str(target), ground.pixels[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 3])
        return ground

    ground = await context.compute(work)
    return GroundPicture(await context.keep(target, "image/png"), ground.strip, ground.texts)


@step("podcast-thumbnail", 2, forecast=lambda: Artifact.unknown("thumbnail", "image/jpeg"))
async def draw_thumbnail(context: Context, card: Card, cover: Artifact | None, look: Look, frame: Frame) -> Artifact:
    """A clip's title as large as it goes, and the cover."""
    from automagic.media.rendering import podcast_ground

    design = open_design(context.services, context.store, look)
    picture = context.path_of(cover).read_bytes() if cover else None
    target = context.folder / "thumbnail.jpg"
    target.write_bytes(await context.compute(lambda _stop: podcast_ground.draw_thumbnail(card, picture, design, frame)))
    return await context.keep(target, "image/jpeg")


@step("film-podcast", 1, forecast=forecast_film)
async def film_podcast(
    context: Context,
    sound: Artifact,
    stretches: tuple[KeptRange, ...],
    screens: tuple[Screen, ...],
    grounds: tuple[GroundPicture, ...],
    look: Look,
    encoder: str,  # noqa: ARG001 - its fingerprint, part of the key
) -> tuple[Segment, ...]:
    """The clip's pictures with their captions, in every geometry."""
    from automagic.media.rendering import podcast_film
    from automagic.media.rendering.podcast_wave import WaveLook

    source = context.path_of(sound)
    targets = [context.folder / f"{number}.mp4" for number in range(len(screens))]
    scenery = [
        podcast_film.PodcastScenery(
            context.path_of(ground.picture),
            WaveLook.of(look.palette, ground.strip, min(screen.frame.width, screen.frame.height)),
        )
        for ground, screen in zip(grounds, screens, strict=True)
    ]
    reports = await context.compute(
        lambda stop: podcast_film.film_podcast(
            source,
            stretches,
            [screen.shape for screen in screens],
            scenery,
            targets,
            cancelled=stop,
            on_progress=context.progress,
        )
    )
    return await keep_segments(context, targets, reports)


@dataclass(frozen=True, slots=True)
class PodcastVisuals:
    """What a clip shows: a film and its ground for each geometry."""

    segments: tuple[Segment, ...]
    grounds: tuple[GroundPicture, ...]
    thumbnails: dict[str, Artifact]
    credits: tuple[Credit, ...]


async def show_podcast(
    plan: ClipPlan, screens: tuple[Screen, ...], sound: Artifact, edition: Edition
) -> PodcastVisuals:
    """Everything that is seen of a clip.

    Args:
        sound: The recording's, as it was listened to.
    """
    about, groups, look = edition.about(plan), edition.groups, edition.look
    source = edition.recording.source.name
    files = await edition.run.step(read_sleeve, edition.recording.file)
    card = bind_card(write_card(plan, files.sleeve, source, edition.language), edition.kept)
    async with asyncio.TaskGroup() as tasks:
        drawing = [tasks.create_task(about.step(draw_ground, card, files.cover, look, group.frame)) for group in groups]
        facing = [
            tasks.create_task(about.step(draw_thumbnail, card, files.cover, look, group.cover)) for group in groups
        ]
    grounds = tuple(task.result() for task in drawing)
    encoder = edition.encode.fingerprint()
    segments = await about.step(film_podcast, sound, plan.stretches, screens, grounds, look, encoder)
    credits = [Credit("picture", f"a card of the theme {look.theme}", HERE, "", generated=True)]
    if files.cover:
        credits.append(Credit("cover", source, "the recording", "unknown", generated=False))
    return PodcastVisuals(
        segments,
        grounds,
        {group.name: task.result() for group, task in zip(groups, facing, strict=True)},
        tuple(credits),
    )


def write_card(plan: ClipPlan, sleeve: Sleeve, source: str, language: str) -> Card:
    """What a clip's ground says: its title, the show above it, who speaks. Music has the title of the whole.

    Args:
        source: The recording's file name, for one that does not say what it is.
    """
    name = sleeve.title or re.sub(r"[_\s]+", " ", source.rpartition(".")[0] or source).strip()
    if not plan.words:
        return Card("title", name, detail=sleeve.speaker, kicker=sleeve.show, icon="audio-lines")
    show = sleeve.show or name
    accent = with_accent(Card("title", plan.title), language or "en").accent
    return Card(
        "title",
        plan.title,
        accent=accent,
        detail=sleeve.speaker,
        kicker="" if show == plan.title else show,
        icon="mic",
    )
