"""The last of every video: its segments and its sound become one file, and the file is signed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from automagic.machine.engines import is_usable
from automagic.media.design.platforms import FPS, LOUDNESS_LUFS, TRUE_PEAK_DBTP
from automagic.media.rendering.shot import SegmentReport
from automagic.media.sound.parts import SoundReport
from automagic.media.video.chapters import Chapter
from automagic.media.video.encode import EncodeSettings
from automagic.runs.run import RunSubject
from automagic.runs.steps import step
from automagic.services import Services
from automagic.settings import Settings
from automagic.stages.context import Context
from automagic.values.artifact import Artifact
from automagic.values.credit import Credit
from automagic.values.frame import Frame
from automagic.version import GENERATOR


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of finished frames without sound, and what was measured of them."""

    video: Artifact
    report: SegmentReport

    @classmethod
    def forecast(cls, kind: str, frame: Frame, frames: int) -> Segment:
        """Stands in a plan for one that would have to be rendered."""
        report = SegmentReport(frames, frame.width, frame.height, (), (), 0, 128.0, 0, packets="")
        return cls(Artifact.unknown(kind, "video/mp4"), report)


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """The finished sound, and how loud it came out."""

    sound: Artifact
    report: SoundReport

    @classmethod
    def forecast(cls) -> Soundtrack:
        """Stands in a plan for one that would have to be mixed."""
        report = SoundReport(LOUDNESS_LUFS, TRUE_PEAK_DBTP, 0.0, None)
        return cls(Artifact.unknown("sound", "audio/mp4"), report)


async def keep_segments(
    context: Context, files: Sequence[Path], reports: Sequence[SegmentReport]
) -> tuple[Segment, ...]:
    """Move rendered files into the store."""
    return tuple(
        [Segment(await context.keep(file, "video/mp4"), report) for file, report in zip(files, reports, strict=True)]
    )


@step("join", 1, forecast=lambda: Artifact.unknown("video", "video/mp4"))
async def join_video(
    context: Context,
    segments: tuple[Artifact, ...],
    sound: Artifact | None,
    title: str,
    language: str,
    chapters: tuple[Chapter, ...],
) -> Artifact:
    """All segments and the sound in one file, by stream copy."""
    from automagic.media.video import join

    target = context.folder / "video.mp4"
    await context.compute(
        lambda _stop: join.join_segments(
            [context.path_of(segment) for segment in segments],
            context.path_of(sound) if sound else None,
            target,
            metadata={"title": title, "language": language},
            chapters=chapters,
        )
    )
    return await context.keep(target, "video/mp4")


@step("sign", 1, forecast=lambda: Artifact.unknown("signed video", "video/mp4"))
async def sign_video(
    context: Context, video: Artifact, title: str, credits: tuple[Credit, ...], generator: str
) -> Artifact:
    """The same file with content credentials that say what was generated, and by what."""
    from automagic.media.credentials import provenance
    from automagic.media.credentials.certificate import ensure_certificate

    target = context.folder / "signed.mp4"
    source = context.folder / "video.mp4"  # its name is part of the credentials; the store's names mean nothing
    source.symlink_to(context.path_of(video))
    home = context.services.settings.home

    def work(_stop: Callable[[], bool]) -> None:
        certificate = ensure_certificate(home / "credentials")
        provenance.sign_video(
            source, target, title=title, parts=credits, claim_generator=generator, certificate=certificate
        )

    await context.compute(work)
    return await context.keep(target, "video/mp4")


@dataclass(frozen=True, slots=True)
class Parts:
    """What becomes one file.

    Attributes:
        segments: Its pictures, in order.
        sound: None for a file without a sound track.
    """

    segments: tuple[Artifact, ...]
    sound: Artifact | None
    title: str
    language: str
    chapters: tuple[Chapter, ...] = ()


async def assemble(parts: Parts, credits: tuple[Credit, ...] | None, about: RunSubject[Services]) -> Artifact:
    """Join a video's parts, and sign it.

    Args:
        credits: What its content credentials say; None for a file without them.
    """
    video = await about.step(join_video, parts.segments, parts.sound, parts.title, parts.language, parts.chapters)
    if credits is None:
        return video
    # The library is loaded only where something is signed: 25 ms of a run that finds its work done.
    signed = video, parts.title, credits, GENERATOR
    if not await about.remembers(sign_video, *signed) and not is_usable("c2pa"):
        return video
    return await about.step(sign_video, *signed)


def choose_encoding(settings: Settings, *, draft: bool = False) -> EncodeSettings:
    """The encoder's settings: as set, or the fastest sensible ones for a draft."""
    if draft:
        return EncodeSettings(codec="libx264", preset="ultrafast", crf=28, fps=FPS)
    return EncodeSettings(codec=settings.video_codec, preset=settings.video_preset, crf=settings.video_crf, fps=FPS)
