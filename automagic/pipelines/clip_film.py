"""One clip from its plan to its finished files, one for each geometry."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.language.phrases import phrase_breaks
from automagic.media.caption_layout import max_chars_per_line
from automagic.media.captions import make_cues
from automagic.media.cutting import CutTimeline
from automagic.media.encode import EncodeSettings
from automagic.media.platforms import FPS, LOUDNESS_LUFS, TRUE_PEAK_DBTP, PlatformGroup
from automagic.media.quality import Expected
from automagic.media.reframing import frame_stretch
from automagic.model import Artifact, Credit, Cue, Word
from automagic.orchestrator.run import Run
from automagic.pipelines.clip_steps import Screen, cut_sound, film
from automagic.pipelines.deliver import Delivery
from automagic.pipelines.expectation import CODEC_NAMES
from automagic.pipelines.look import Look, open_theme
from automagic.pipelines.video_steps import Segment, Soundtrack, check_video, join_video, sign_video
from automagic.recording import ClipPlan, Footage, ShotFraming, Transcript
from automagic.services import Services

if TYPE_CHECKING:
    from automagic.model import Frame


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that was made.

    Attributes:
        words: Its captions, on its own timeline.
        framings: How it is framed, by geometry.
        credits: What it is made of.
    """

    plan: ClipPlan
    duration_s: float
    words: tuple[Word, ...]
    framings: dict[str, tuple[ShotFraming, ...]]
    deliveries: tuple[Delivery, ...]
    credits: tuple[Credit, ...]


async def make_clip(
    plan: ClipPlan,
    recording: Artifact,
    footage: Footage,
    transcript: Transcript,
    groups: Sequence[PlatformGroup],
    look: Look,
    *,
    source: str,
    signed: bool,
    generator: str,
    run: Run[Services],
) -> Clip:
    """Film a clip for every geometry, lay its sound under it, and measure what came out.

    Args:
        source: The recording's file name, for the credits.
    """
    about = run.about(plan.id)
    timeline = CutTimeline(plan.stretches, FPS)
    words = timeline.place_words(plan.words)
    settings = run.services.settings
    encode = EncodeSettings(codec=settings.video_codec, preset=settings.video_preset, crf=settings.video_crf, fps=FPS)
    screens = tuple(
        _screen(plan, footage, words, transcript.language, group.frame, look, encode, run) for group in groups
    )
    async with asyncio.TaskGroup() as tasks:
        filming = tasks.create_task(about.step(film, recording, plan.stretches, screens, encode.fingerprint()))
        sounding = (
            tasks.create_task(about.step(cut_sound, recording, plan.stretches, timeline.duration_s))
            if footage.has_sound
            else None
        )
    credits = (
        Credit("picture and sound", source, "the recording", "unknown", generated=False),
        Credit("captions", transcript.transcriber, "generated on this machine", "", generated=True),
    )
    soundtrack = sounding.result() if sounding else None
    deliveries = [
        await _finish(
            plan,
            group,
            segment,
            screen,
            soundtrack,
            words,
            credits,
            encode,
            transcript.language,
            signed,
            generator,
            run,
        )
        for group, segment, screen in zip(groups, filming.result(), screens, strict=True)
    ]
    framings = {group.name: screen.framings for group, screen in zip(groups, screens, strict=True)}
    return Clip(plan, timeline.duration_s, words, framings, tuple(deliveries), credits)


def _screen(
    plan: ClipPlan,
    footage: Footage,
    words: Sequence[Word],
    language: str,
    frame: Frame,
    look: Look,
    encode: EncodeSettings,
    run: Run[Services],
) -> Screen:
    """How a clip is framed and captioned in one geometry."""
    style = open_theme(run.services, look).caption_style(look.palette, frame)
    speech = [(word.start_s, word.end_s) for word in plan.words]
    framings = [
        framing
        for stretch in plan.stretches
        for framing in frame_stretch(
            footage,
            stretch.start_s,
            stretch.end_s,
            aspect=frame.width / frame.height,
            layout=plan.layout,
            speech=speech,
        )
    ]
    return Screen(
        frame,
        tuple(framings),
        _cues(words, language, max_chars_per_line(style, frame)),
        style,
        encode.codec,
        encode.preset,
        encode.crf,
    )


def _cues(words: Sequence[Word], language: str, line_length: int) -> tuple[Cue, ...]:
    breaks = phrase_breaks([word.text for word in words], language or "en")
    return make_cues(words, breaks, max_chars_per_line=line_length)


async def _finish(
    plan: ClipPlan,
    group: PlatformGroup,
    segment: Segment,
    screen: Screen,
    soundtrack: Soundtrack | None,
    words: Sequence[Word],
    credits: tuple[Credit, ...],
    encode: EncodeSettings,
    language: str,
    signed: bool,
    generator: str,
    run: Run[Services],
) -> Delivery:
    """Join pictures and sound, sign the file, read it back and measure it."""
    about = run.about(plan.id)
    video = await about.step(
        join_video, (segment.video,), soundtrack.sound if soundtrack else None, plan.title, language or "und", ()
    )
    if signed:
        video = await about.step(sign_video, video, plan.title, credits, generator)
    frame = group.frame
    expected = Expected(
        duration_s=segment.report.frames / FPS,
        frames=segment.report.frames,
        width=frame.width,
        height=frame.height,
        fps=FPS,
        codec=CODEC_NAMES[encode.codec],
        loudness_lufs=LOUDNESS_LUFS,
        true_peak_dbtp=TRUE_PEAK_DBTP,
        has_sound=soundtrack is not None,
        cues=screen.cues,
        spoken=tuple((word.start_s, word.end_s) for word in words),
        languages=(language or "en",),
        segments=(segment.report,),
    )
    return Delivery(group, video, await about.step(check_video, video, expected))
