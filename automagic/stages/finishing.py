"""The last steps of every video: its segments and its sound become one file, and the file is signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from automagic.media.rendering.shot import SegmentReport
from automagic.media.sound.parts import SoundReport
from automagic.media.video.chapters import Chapter
from automagic.runs.steps import step
from automagic.stages.context import Context, unknown_artifact
from automagic.values.artifact import Artifact
from automagic.values.credit import Credit


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of finished frames without sound, and what was measured of them."""

    video: Artifact
    report: SegmentReport


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """The finished sound, and how loud it came out."""

    sound: Artifact
    report: SoundReport


def _forecast_video(
    segments: tuple[Artifact, ...],  # noqa: ARG001
    sound: Artifact | None,  # noqa: ARG001
    title: str,  # noqa: ARG001
    language: str,  # noqa: ARG001
    chapters: tuple[Chapter, ...],  # noqa: ARG001
) -> Artifact:
    return unknown_artifact("video", "video/mp4")


@step("join", 1, forecast=_forecast_video)
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


def _forecast_signed(video: Artifact, title: str, credits: tuple[Credit, ...], generator: str) -> Artifact:  # noqa: ARG001
    return unknown_artifact("signed video", "video/mp4")


@step("sign", 1, forecast=_forecast_signed)
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
