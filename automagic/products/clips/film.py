"""One clip from its plan to its finished files, one for each geometry."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from automagic.language.cards.points import with_accent
from automagic.language.text.lexicon import bare
from automagic.language.text.phrases import phrase_breaks
from automagic.machine.engines import is_usable
from automagic.media.analysis.cutting import CutTimeline
from automagic.media.captions.cues import make_cues
from automagic.media.captions.layout import line_room
from automagic.media.captions.words import LineRoom, show_words
from automagic.media.design.platforms import FPS, LOUDNESS_LUFS, TRUE_PEAK_DBTP, PlatformGroup
from automagic.media.framing.reframing import frame_stretch
from automagic.media.quality.clips import ClipFacts
from automagic.media.quality.finished import Expected, PlacedText
from automagic.media.sound.cut import Takes
from automagic.media.sound.loudness import SILENCE_LUFS
from automagic.media.video.encode import CODEC_NAMES, EncodeSettings
from automagic.media.video.ffmpeg_program import identify_ffmpeg
from automagic.products.clips.finish import check_clip, draw_clip_thumbnail, pick_still
from automagic.products.clips.podcast import GroundPicture, Scene, show_podcast
from automagic.products.clips.steps import Screen, cut_sound, film
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.finishing import Segment, Soundtrack, join_video, sign_video
from automagic.stages.look import Look, open_theme
from automagic.stages.result_folder import Delivery
from automagic.stages.transcription import credit_captions
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import ClipPlan, ShapeFraming, ShotFraming
from automagic.values.credit import Credit
from automagic.values.cues import Cue
from automagic.values.recording import Footage
from automagic.values.script import Card
from automagic.values.transcript import Transcript
from automagic.values.words import Word

if TYPE_CHECKING:
    from automagic.products.clips.sources import Recording
    from automagic.products.clips.understanding import Understanding
    from automagic.values.frame import Frame


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that was made.

    Attributes:
        words: Its captions, on its own timeline.
        framings: How it is framed, by geometry.
        credits: What it is made of.
        thumbnails: JPEG files, by geometry.
    """

    plan: ClipPlan
    duration_s: float
    words: tuple[Word, ...]
    framings: dict[str, tuple[ShotFraming, ...]]
    deliveries: tuple[Delivery, ...]
    credits: tuple[Credit, ...]
    thumbnails: dict[str, Artifact] = field(default_factory=dict)


async def make_clip(
    plan: ClipPlan,
    recording: Recording,
    known: Understanding,
    groups: Sequence[PlatformGroup],
    look: Look,
    *,
    signed: bool,
    generator: str,
    run: Run[Services],
) -> Clip:
    """Film a clip for every geometry, lay its sound under it, and measure what came out.

    Args:
        known: What is known of the recording.
    """
    from automagic.media.framing.framed_faces import part_of

    about = run.about(plan.id)
    footage, transcript, takes = known.footage, known.transcript, known.takes.within(plan.stretches)
    timeline = CutTimeline(plan.stretches, FPS)
    words = timeline.place_words(plan.words)
    settings = run.services.settings
    encode = EncodeSettings(codec=settings.video_codec, preset=settings.video_preset, crf=settings.video_crf, fps=FPS)
    screens = tuple(
        _screen(plan, footage, words, transcript.language, group.frame, look, encode, run) for group in groups
    )
    part = part_of(footage, plan.stretches)
    ffmpeg = await identify_ffmpeg(run.services.ffmpeg)
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(_show(plan, recording, known, part, groups, screens, look, encode, run))
        sounding = (
            tasks.create_task(
                about.step(
                    cut_sound, recording.file, plan.stretches, timeline.duration_s, ffmpeg, takes.within(plan.stretches)
                )
            )
            if footage.has_sound
            else None
        )
    scene = showing.result()
    credits = (*scene.credits, credit_captions(transcript, run.services))
    soundtrack = sounding.result() if sounding else None
    if soundtrack and soundtrack.report.loudness_lufs <= SILENCE_LUFS:
        soundtrack = None  # nothing to hear: no sound track rather than one that no player can turn up
    texts = scene.grounds or (None,) * len(groups)
    deliveries = [
        await _finish(
            plan,
            group,
            segment,
            screen,
            soundtrack,
            _place_texts(ground, group.frame),
            _facts_of(plan, part, screen, transcript, takes),
            credits,
            encode,
            transcript.language,
            signed,
            generator,
            run,
        )
        for group, segment, screen, ground in zip(groups, scene.segments, screens, texts, strict=True)
    ]
    framings = {group.name: screen.framings for group, screen in zip(groups, screens, strict=True)}
    return Clip(plan, timeline.duration_s, words, framings, tuple(deliveries), credits, scene.thumbnails)


async def _show(
    plan: ClipPlan,
    recording: Recording,
    known: Understanding,
    part: Footage,
    groups: Sequence[PlatformGroup],
    screens: tuple[Screen, ...],
    look: Look,
    encode: EncodeSettings,
    run: Run[Services],
) -> Scene:
    """What is seen: the recording's picture, or a card where it has none."""
    source, language = recording.source.name, known.transcript.language
    if not known.footage.width and known.heard.sound is not None:
        scene = await show_podcast(
            plan,
            recording.file,
            known.heard.sound,
            groups,
            screens,
            look,
            source=source,
            language=language,
            encoder=encode.fingerprint(),
            run=run,
        )
        return replace(
            scene, credits=(Credit("sound", source, "the recording", "unknown", generated=False), *scene.credits)
        )
    async with asyncio.TaskGroup() as tasks:
        filming = tasks.create_task(
            run.about(plan.id).step(film, recording.file, plan.stretches, screens, encode.fingerprint())
        )
        facing = tasks.create_task(_draw_thumbnails(plan, recording.file, part, language, groups, screens, look, run))
    credits = (Credit("picture and sound", source, "the recording", "unknown", generated=False),)
    return Scene(filming.result(), (), facing.result(), credits)


def _place_texts(ground: GroundPicture | None, frame: Frame) -> tuple[PlacedText, ...]:
    """What a card says, and where it may stand."""
    boxes = ground.texts if ground else ()
    return tuple(PlacedText(f"card text {number}", box, frame.content) for number, box in enumerate(boxes))


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
        for stretch in (plan.stretches if footage.width else ())
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
        _cues(words, language, line_room(style, frame)),
        style,
        encode.codec,
        encode.preset,
        encode.crf,
    )


def _cues(words: Sequence[Word], language: str, room: LineRoom) -> tuple[Cue, ...]:
    breaks = phrase_breaks([word.text for word in words], language or "en")
    words, breaks = show_words(words, breaks, room)
    return make_cues(words, breaks, max_chars_per_line=room.columns, measure=room.measure)


async def _draw_thumbnails(
    plan: ClipPlan,
    recording: Artifact,
    footage: Footage,
    language: str,
    groups: Sequence[PlatformGroup],
    screens: Sequence[Screen],
    look: Look,
    run: Run[Services],
) -> dict[str, Artifact]:
    """The clip's face for each geometry, by its name."""
    about = run.about(plan.id)
    shapes = tuple(ShapeFraming(screen.frame, screen.framings) for screen in screens)
    stills = await about.step(pick_still, recording, footage, plan.stretches, shapes, when_said(plan))
    accent = with_accent(Card("title", plan.title), language or "en").accent
    return {
        group.name: await about.step(draw_clip_thumbnail, still, plan.title, accent, look, group.frame)
        for group, still in zip(groups, stills, strict=True)
    }


def when_said(plan: ClipPlan) -> float:
    """When a clip's title is said, on the recording's timeline: its strongest part; its beginning when nowhere."""
    wanted = Counter(bare(word) for word in plan.title.split())
    said = [bare(word.text) for word in plan.words]
    length = min(max(sum(wanted.values()), 1), len(said))
    found = [
        (sum((wanted & Counter(said[first : first + length])).values()), -first)
        for first in range(len(said) - length + 1 if length else 0)
    ]
    most, at = max(found, default=(0, 0))
    if not most:
        return plan.stretches[0].start_s
    return (plan.words[-at].start_s + plan.words[-at + length - 1].end_s) / 2


def _facts_of(plan: ClipPlan, footage: Footage, screen: Screen, transcript: Transcript, takes: Takes) -> ClipFacts:
    """What the finished clip is held against."""
    heard = tuple(
        word
        for word in transcript.words
        if any(word.end_s > stretch.start_s and word.start_s < stretch.end_s for stretch in plan.stretches)
    )
    edited = plan.words != CutTimeline(plan.stretches, FPS).kept(heard)
    return ClipFacts(footage, plan.stretches, screen.framings, heard, transcript.times, edited, bool(takes.mends))


async def _finish(
    plan: ClipPlan,
    group: PlatformGroup,
    segment: Segment,
    screen: Screen,
    soundtrack: Soundtrack | None,
    texts: tuple[PlacedText, ...],
    facts: ClipFacts,
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
    if signed and is_usable("c2pa"):
        video = await about.step(sign_video, video, plan.title, credits, generator)
    frame, timeline = group.frame, CutTimeline(plan.stretches, FPS)
    expected = Expected(
        duration_s=timeline.duration_s,
        frames=timeline.frames,
        width=frame.width,
        height=frame.height,
        fps=FPS,
        codec=CODEC_NAMES[encode.codec],
        loudness_lufs=LOUDNESS_LUFS,
        true_peak_dbtp=TRUE_PEAK_DBTP,
        has_sound=soundtrack is not None,
        cues=screen.cues,
        spoken=tuple((word.start_s, word.end_s) for word in timeline.place_words(plan.words)),
        texts=texts,
        languages=(language or "en",),
        segments=(segment.report,),
    )
    report = await about.step(check_clip, video, expected, facts)
    return Delivery(group, video, expected.duration_s, report)
