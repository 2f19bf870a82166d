"""The steps at a clip's end: the frame that stands for it, its thumbnail, and what is measured of the finished file.

As in the steps of a video, arguments are everything that can change a result, and imports stand inside.
"""

from __future__ import annotations

from dataclasses import dataclass

from automagic.media.quality.clips import ClipFacts
from automagic.media.quality.finished import Expected
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.stages.look import Look, open_design
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import KeptRange, ShapeFraming
from automagic.values.frame import Frame
from automagic.values.recording import Footage, Still
from automagic.values.report import QualityReport


@dataclass(frozen=True, slots=True)
class PickedStill:
    """A still, and the PNG file that it is."""

    picture: Artifact
    still: Still


def _forecast_stills(stretches: tuple[KeptRange, ...], shapes: tuple[ShapeFraming, ...]) -> tuple[PickedStill, ...]:
    still = Still(stretches[0].start_s, ())
    return tuple(PickedStill(Artifact.unknown("still", "image/png"), still) for _ in shapes)


@step("pick-still", 2, forecast=_forecast_stills)
async def pick_still(
    context: Context,
    recording: Artifact,
    footage: Footage,
    stretches: tuple[KeptRange, ...],
    shapes: tuple[ShapeFraming, ...],
    near_s: float,
) -> tuple[PickedStill, ...]:
    """The frame that shows a clip at its best, in every shape, without captions."""
    from automagic.media.thumbnails.stills import pick_stills

    source = context.services.recordings[recording.sha256]
    targets = [context.folder / f"{number}.png" for number in range(len(shapes))]
    stills = await context.compute(
        lambda stop: pick_stills(source, footage, stretches, shapes, targets, near_s=near_s, cancelled=stop)
    )
    return tuple(
        [
            PickedStill(await context.keep(target, "image/png"), still)
            for target, still in zip(targets, stills, strict=True)
        ]
    )


@step("clip-thumbnail", 3, forecast=lambda: Artifact.unknown("thumbnail", "image/jpeg"))
async def draw_clip_thumbnail(
    context: Context, picked: PickedStill, title: str, accent: str, look: Look, frame: Frame
) -> Artifact:
    """The still with the clip's title on it."""
    from automagic.media.thumbnails import clip as clip_thumbnail

    design = open_design(context.services, context.store, look)
    picture = context.path_of(picked.picture)
    target = context.folder / "thumbnail.jpg"
    target.write_bytes(
        await context.compute(
            lambda _stop: clip_thumbnail.draw_clip_thumbnail(
                picture, picked.still, design, frame, title=title, accent=accent
            )
        )
    )
    return await context.keep(target, "image/jpeg")


@step("check-clip", 3, forecast=QualityReport)
async def check_clip(context: Context, video: Artifact, expected: Expected, facts: ClipFacts) -> QualityReport:
    """The finished file, read back and measured: as a video, and as a clip of its recording."""
    from automagic.media.quality import clips

    async with context.core():
        return await clips.check_clip(
            context.path_of(video), expected, facts, folder=context.folder, ffmpeg=context.services.ffmpeg.path
        )
