"""The steps of the video pipeline: what is made once and remembered.

Each function below is the whole of one costly thing. Its arguments are everything that can change what it makes;
its imports stand inside, so that a run of hits loads none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from automagic.errors import MediaError
from automagic.media.design.platforms import LOUDNESS_LUFS, TRUE_PEAK_DBTP
from automagic.media.quality.finished import Expected
from automagic.media.rendering.shot import SegmentReport, ShotPlan, TransitionKind
from automagic.media.sound.parts import LoudnessGoal, SpokenPiece, Stems
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.stages.finishing import Segment, Soundtrack
from automagic.stages.look import Look, open_design
from automagic.values.artifact import Artifact
from automagic.values.frame import Frame
from automagic.values.report import QualityReport
from automagic.values.script import Card

if TYPE_CHECKING:
    from automagic.media.rendering.render import ShownShot

Mood = Literal["calm", "bright", "driving"]


def _check_picture(report: SegmentReport, subject: str) -> None:
    """Nothing black is remembered: a segment that came out dark all through is a failure of its picture."""
    if report.black_frames == report.frames:
        raise MediaError(f"{subject} came out black", hint="Choose another picture; for a designed card: --redo draw.")


@step("tag", 1, plannable=True)
async def find_tags(
    context: Context,  # noqa: ARG001 - every step is given one
    title: str,
    text: str,
    language: str,
) -> tuple[str, ...]:
    """What a video that says this is searched for by."""
    from automagic.language.script.metadata import tags_of

    return tags_of(title, text, language)


@dataclass(frozen=True, slots=True)
class ReadyShot:
    """A shot that can be rendered: its plan and what it shows.

    Attributes:
        ground: What a card stands on; None for another picture.
        still: What moves in the pane of a card; None for others.
    """

    picture: Artifact
    plan: ShotPlan
    ground: Artifact | None = None
    still: Artifact | None = None


@step("render", 5, forecast=lambda shot, count: Segment.forecast("shot", shot.plan.frame, count))
async def render_shot(context: Context, shot: ReadyShot, first: int, count: int) -> Segment:
    """Frames [first, first + count) of a shot; the rest belongs to its transitions."""
    from automagic.media.rendering import render

    target = context.folder / "shot.mp4"
    report = await context.compute(
        lambda stop: render.render_shot(
            _shown(context, shot),
            first,
            count,
            target,
            cancelled=stop,
            on_progress=lambda done: context.progress(done / count),
        ),
        length_s=count / shot.plan.encode.fps,
    )
    _check_picture(report, "a shot")
    return Segment(await context.keep(target, "video/mp4"), report)


def _shown(context: Context, shot: ReadyShot) -> ShownShot:
    from automagic.media.rendering.render import ShownShot

    ground, still = (context.path_of(one) if one else None for one in (shot.ground, shot.still))
    return ShownShot(context.path_of(shot.picture), shot.plan, ground, still)


def _forecast_transition(outgoing: ReadyShot, frames: int) -> Segment:
    return Segment.forecast("transition", outgoing.plan.frame, frames)


@step("transition", 5, forecast=_forecast_transition)
async def render_transition(
    context: Context, outgoing: ReadyShot, incoming: ReadyShot, frames: int, kind: TransitionKind
) -> Segment:
    """The join of two shots: half of its frames from the end of one, half from the start of the other."""
    from automagic.media.rendering import render

    target = context.folder / "transition.mp4"
    report = await context.compute(
        lambda stop: render.render_transition(
            _shown(context, outgoing), _shown(context, incoming), frames, kind, target, cancelled=stop
        ),
        length_s=frames / outgoing.plan.encode.fps,
    )
    _check_picture(report, "a transition")
    return Segment(await context.keep(target, "video/mp4"), report)


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A spoken line on the video's timeline."""

    start_s: float
    sound: Artifact


@step("compose", 2, creative=True, forecast=lambda: Artifact.unknown("music", "audio/wav"))
async def compose_music(context: Context, seed: str, duration_s: float, mood: Mood) -> Artifact:
    """A music bed of exactly this length, from a seed."""
    from automagic.media.sound import music

    target = context.folder / "music.wav"
    varied = seed if context.take == 1 else f"{seed}/{context.take}"
    await context.compute(
        lambda _stop: music.write_music(varied, duration_s=duration_s, mood=mood, target=target), urgent=True
    )
    return await context.keep(target, "audio/wav")


@step("mix", 2, forecast=Soundtrack.forecast)
async def mix_sound(
    context: Context,
    lines: tuple[PlacedLine, ...],
    duration_s: float,
    music: Artifact | None,
    ffmpeg: str,  # noqa: ARG001 - which one it is, for the key
    loudness_lufs: float = LOUDNESS_LUFS,
    true_peak_dbtp: float = TRUE_PEAK_DBTP,
) -> Soundtrack:
    """Voice over music, at the wanted loudness, encoded once."""
    from automagic.media.sound import mix as sound

    target = context.folder / "sound.m4a"
    async with context.core(urgent=True):
        report = await sound.mix(
            [SpokenPiece(line.start_s, context.path_of(line.sound)) for line in lines],
            duration_s=duration_s,
            music=context.path_of(music) if music else None,
            target=target,
            goal=LoudnessGoal(loudness_lufs, true_peak_dbtp),
            stems=Stems(context.folder, context.services.ffmpeg.path),
        )
    return Soundtrack(await context.keep(target, "audio/mp4"), report)


@step("check", 4, forecast=QualityReport)
async def check_video(context: Context, video: Artifact, expected: Expected) -> QualityReport:
    """The finished file, read back and measured."""
    from automagic.media.quality import finished as quality

    async with context.core():
        return await quality.check_video(
            context.path_of(video), expected, folder=context.folder, ffmpeg=context.services.ffmpeg.path
        )


@step("thumbnail", 4, creative=True, forecast=lambda: Artifact.unknown("thumbnail", "image/jpeg"), later=("kept",))
async def draw_thumbnail(
    context: Context,
    card: Card,
    title: str,
    look: Look,
    frame: Frame,
    language: str = "en",
    kept: tuple[str, ...] = (),
) -> Artifact:
    """The picture that stands for the video before it plays: what its title promises, with the card's icon.

    `kept` are the names in the title that stay whole.
    """
    from automagic.language.names.writing import bind, find_cut
    from automagic.language.script.promise import promise_of
    from automagic.media.thumbnails import video as thumbnail

    design = open_design(context.services, context.store, look)
    promise = promise_of(title, language)
    words = bind(title if find_cut((promise,), title, kept) else promise, kept)
    target = context.folder / "thumbnail.jpg"
    target.write_bytes(
        await context.compute(
            lambda _stop: thumbnail.draw_thumbnail(card, words, design, frame),
            alone=True,
        )
    )
    return await context.keep(target, "image/jpeg")
