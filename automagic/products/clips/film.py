"""One clip from its plan to its finished files, one for each geometry."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from automagic.errors import MediaError, RequestError
from automagic.language.cards.accent import with_accent
from automagic.language.names.writing import bind_card
from automagic.language.text.lexicon import bare
from automagic.machine.engines import is_usable
from automagic.media.analysis.cutting import CutTimeline
from automagic.media.captions.layout import line_room
from automagic.media.design.platforms import FPS, LOUDNESS_LUFS, TRUE_PEAK_DBTP, PlatformGroup
from automagic.media.framing.reframing import frame_time_range
from automagic.media.quality.clips import ClipFacts
from automagic.media.quality.finished import Expected, PlacedText
from automagic.media.sound.loudness import SILENCE_LUFS
from automagic.media.video.encode import CODEC_NAMES
from automagic.media.video.ffmpeg_program import identify_ffmpeg
from automagic.products.clips.edition import Edition
from automagic.products.clips.finish import check_clip, draw_clip_thumbnail, pick_still
from automagic.products.clips.planning.edited import CutPlan
from automagic.products.clips.podcast import PodcastVisuals, show_podcast
from automagic.products.clips.sources import Skipped
from automagic.products.clips.steps import Screen, cut_sound, film
from automagic.products.clips.understanding import Understanding
from automagic.stages.captions import picture_cues
from automagic.stages.failures import explained
from automagic.stages.finishing import Parts, Segment, Soundtrack, assemble
from automagic.stages.look import open_theme
from automagic.stages.result_folder import FinishedFile
from automagic.stages.transcription import credit_captions
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import ClipPlan, ShapeFraming, ShotFraming
from automagic.values.credit import Credit
from automagic.values.events import StepsPlanned
from automagic.values.frame import Frame, Rect
from automagic.values.script import Card
from automagic.values.words import Word


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that was made.

    Attributes:
        words: Its captions, on its own timeline.
        framings: How it is framed, by geometry.
        credits: What it is made of.
        thumbnails: JPEG files, by geometry.
        kept: Names that are not cut, nor broken over lines.
    """

    plan: ClipPlan
    duration_s: float
    words: tuple[Word, ...]
    framings: dict[str, tuple[ShotFraming, ...]]
    deliveries: tuple[FinishedFile, ...]
    credits: tuple[Credit, ...]
    thumbnails: dict[str, Artifact] = field(default_factory=dict)
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shown:
    """What is seen of a clip in one geometry.

    Attributes:
        texts: Where those of its card stand.
    """

    group: PlatformGroup
    screen: Screen
    segment: Segment
    texts: tuple[Rect, ...]


async def film_clips(plan: CutPlan, edition: Edition) -> tuple[list[Clip], tuple[Skipped, ...]]:
    """Every clip of the plan, as many at once as there are cores; and those that could not be made.

    Raises:
        RequestError, MediaError: None could be made.
    """
    run = edition.run
    if not edition.recording.source.subject:
        run.redo.expect([clip.id for clip in plan.clips], what="clip")
    seen = edition.known.footage.width > 0
    for name in ("cut-sound", *(("film", "pick-still") if seen else ("film-podcast",))):
        run.emit(StepsPlanned(name, len(plan.clips)))
    shown = ("clip-thumbnail",) if seen else ("draw-ground", "podcast-thumbnail")
    signed = ("sign",) if edition.signed and is_usable("c2pa") else ()
    for name in ("join", "check-clip", *shown, *signed):
        run.emit(StepsPlanned(name, len(plan.clips) * len(edition.groups)))

    async def make(clip: ClipPlan) -> Clip | Skipped:
        try:
            with explained():
                return await make_clip(clip, edition)
        except (RequestError, MediaError) as error:
            return Skipped(clip.title, error)

    async with asyncio.TaskGroup() as tasks:
        making = [tasks.create_task(make(clip)) for clip in plan.clips]
    made = [task.result() for task in making]
    clips = [one for one in made if isinstance(one, Clip)]
    broken = tuple(one for one in made if isinstance(one, Skipped))
    if broken and not clips:
        raise broken[0].error
    return clips, broken


async def make_clip(plan: ClipPlan, edition: Edition) -> Clip:
    """Film a clip for every geometry, lay its sound under it, and measure what came out."""
    known, groups, services = edition.known, edition.groups, edition.run.services
    timeline = CutTimeline(plan.stretches, FPS)
    words = timeline.place_words(plan.words)
    screens = tuple(_screen(plan, words, group.frame, edition) for group in groups)
    drawn = tuple(
        replace(screen, cues=()) if group.captions == "off" else screen
        for group, screen in zip(groups, screens, strict=True)
    )
    ffmpeg = await identify_ffmpeg(services.ffmpeg)
    file, takes = edition.recording.file, known.takes.within(plan.stretches)
    sounding = None
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(_show(plan, drawn, edition))
        if known.footage.has_sound:
            cutting = edition.about(plan).step(cut_sound, file, plan.stretches, timeline.duration_s, ffmpeg, takes)
            sounding = tasks.create_task(cutting)
    scene = showing.result()
    credits = (*scene.credits, credit_captions(known.transcript, services))
    soundtrack = sounding.result() if sounding else None
    if soundtrack and soundtrack.report.loudness_lufs <= SILENCE_LUFS:
        soundtrack = None  # nothing to hear: no sound track rather than one that no player can turn up
    texts = [ground.texts for ground in scene.grounds] or [()] * len(groups)
    shown = [_Shown(*parts) for parts in zip(groups, screens, scene.segments, texts, strict=True)]
    deliveries = [await _finish(plan, one, soundtrack, credits, edition) for one in shown]
    framings = {one.group.name: one.screen.framings for one in shown}
    return Clip(plan, timeline.duration_s, words, framings, tuple(deliveries), credits, scene.thumbnails, edition.kept)


async def _show(plan: ClipPlan, screens: tuple[Screen, ...], edition: Edition) -> PodcastVisuals:
    """What is seen: the recording's picture, or a card where it has none."""
    recording, known = edition.recording, edition.known
    name = recording.source.name
    if not known.footage.width and known.heard.sound is not None:
        scene = await show_podcast(plan, screens, known.heard.sound, edition)
        heard = Credit("sound", name, "the recording", "unknown", generated=False)
        return replace(scene, credits=(heard, *scene.credits))
    filming = edition.about(plan).step(film, recording.file, plan.stretches, screens, edition.encode.fingerprint())
    async with asyncio.TaskGroup() as tasks:
        segments = tasks.create_task(filming)
        thumbnails = tasks.create_task(_draw_thumbnails(plan, screens, edition))
    credits = (Credit("picture and sound", name, "the recording", "unknown", generated=False),)
    return PodcastVisuals(segments.result(), (), thumbnails.result(), credits)


def _screen(plan: ClipPlan, words: Sequence[Word], frame: Frame, edition: Edition) -> Screen:
    """How a clip is framed and captioned in one geometry."""
    footage, look, encode = edition.known.footage, edition.look, edition.encode
    style = open_theme(edition.run.services, look).caption_style(look.palette, frame)
    speech = [(word.start_s, word.end_s) for word in plan.words]
    aspect = frame.width / frame.height
    framings = [
        framing
        for part in (plan.stretches if footage.width else ())
        for framing in frame_time_range(
            footage, part.start_s, part.end_s, aspect=aspect, layout=plan.layout, speech=speech
        )
    ]
    cues = picture_cues(words, replace(line_room(style, frame), kept=edition.kept), edition.language or "en")
    return Screen(frame, tuple(framings), cues, style, encode.codec, encode.preset, encode.crf)


async def _draw_thumbnails(plan: ClipPlan, screens: Sequence[Screen], edition: Edition) -> dict[str, Artifact]:
    """The clip's face for each geometry, by its name."""
    from automagic.media.framing.framed_faces import part_of

    about, file, look = edition.about(plan), edition.recording.file, edition.look
    shapes = tuple(ShapeFraming(screen.frame, screen.framings) for screen in screens)
    part = part_of(edition.known.footage, plan.stretches)
    stills = await about.step(pick_still, file, part, plan.stretches, shapes, when_said(plan))
    card = bind_card(with_accent(Card("title", plan.title), edition.language or "en"), edition.kept)
    return {
        group.name: await about.step(draw_clip_thumbnail, still, card.headline, card.accent, look, group.cover)
        for group, still in zip(edition.groups, stills, strict=True)
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


async def _finish(
    plan: ClipPlan, shown: _Shown, soundtrack: Soundtrack | None, credits: tuple[Credit, ...], edition: Edition
) -> FinishedFile:
    """Join pictures and sound, sign the file, read it back and measure it."""
    about = edition.about(plan)
    sound = soundtrack.sound if soundtrack else None
    parts = Parts((shown.segment.video,), sound, plan.title, edition.language or "und")
    video = await assemble(parts, credits if edition.signed else None, about)
    frame, timeline = shown.group.frame, CutTimeline(plan.stretches, FPS)
    expected = Expected(
        duration_s=timeline.duration_s,
        frames=timeline.frames,
        width=frame.width,
        height=frame.height,
        fps=FPS,
        codec=CODEC_NAMES[edition.encode.codec],
        loudness_lufs=LOUDNESS_LUFS,
        true_peak_dbtp=TRUE_PEAK_DBTP,
        has_sound=soundtrack is not None,
        cues=shown.screen.cues,
        spoken=tuple((word.start_s, word.end_s) for word in timeline.place_words(plan.words)),
        texts=tuple(PlacedText(f"card text {number}", box, frame.content) for number, box in enumerate(shown.texts)),
        languages=(edition.language or "en",),
        segments=(shown.segment.report,),
    )
    report = await about.step(check_clip, video, expected, _facts_of(plan, shown.screen, edition.known))
    return FinishedFile(shown.group, video, expected.duration_s, report)


def _facts_of(plan: ClipPlan, screen: Screen, known: Understanding) -> ClipFacts:
    """What the finished clip is held against."""
    from automagic.media.framing.framed_faces import part_of

    transcript = known.transcript
    heard = tuple(
        word
        for word in transcript.words
        if any(word.end_s > stretch.start_s and word.start_s < stretch.end_s for stretch in plan.stretches)
    )
    edited = plan.words != CutTimeline(plan.stretches, FPS).kept(heard)
    mended = bool(known.takes.within(plan.stretches).mends)
    footage = part_of(known.footage, plan.stretches)
    return ClipFacts(footage, plan.stretches, screen.framings, heard, transcript.times, edited, mended)
