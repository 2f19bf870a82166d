"""The steps of the video pipeline: what is made once and remembered.

Each function below is the whole of one costly thing. Its arguments are everything that can change what it makes;
its imports stand inside, so that a run of hits loads none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from automagic.errors import MediaError
from automagic.language.pace import WORDS_PER_S, estimate_s
from automagic.media.chapters import Chapter
from automagic.media.platforms import LOUDNESS_LUFS, TRUE_PEAK_DBTP
from automagic.media.quality import Expected
from automagic.media.shot import SegmentReport, ShotPlan, TransitionKind
from automagic.media.sound_parts import SoundReport
from automagic.model import (
    Alignment,
    Artifact,
    Card,
    Credit,
    Frame,
    QualityReport,
    Rect,
    SpokenSentence,
    Word,
)
from automagic.orchestrator.context import StepContext
from automagic.orchestrator.steps import Quote, step
from automagic.pipelines.look import Look, open_brand, open_theme
from automagic.providers.catalogue import CATALOGUE
from automagic.services import Services

OVERSCAN = 1.10
"""How much larger than the frame a picture is, so that a slow move never shows its edge."""

Context = StepContext[Services]


def oversized(frame: Frame) -> tuple[int, int]:
    """The even (width, height) of a picture for this frame."""
    width, height = (2 * -int(-side * OVERSCAN // 2) for side in (frame.width, frame.height))
    return width, height


Mood = Literal["calm", "bright", "driving"]


def unknown_artifact(kind: str, media_type: str) -> Artifact:
    """Stands in a plan for a file that would have to be made; its name begins with a question mark."""
    return Artifact(f"?{kind}", media_type, 0)


# ---------------------------------------------------------------------------------------------------- cards


@step("design", 5, plannable=True)
async def design_card(
    context: Context,  # noqa: ARG001 - every step is given one
    text: str,
    role: Literal["opening", "body", "closing"],
    title: str,
    language: str,
) -> Card:
    """What the card of a shot says, its icon included."""
    from automagic.language.keywords import keywords
    from automagic.language.points import card_for
    from automagic.media.icons import choose_icon

    card = card_for(text, role=role, title=title, language=language)
    return replace(card, icon=choose_icon(text, keywords(text, 5, language)))


# ---------------------------------------------------------------------------------------------------- voice


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: a provider, one of its voices, and the hash of everything that shapes the sound."""

    narrator: str
    voice: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A sentence as sound; `words` are empty where the narrator gives no times and an aligner must find them."""

    sound: Artifact
    duration_s: float
    words: tuple[Word, ...] = ()


def _forecast_speech(voice: Voice, text: str, language: str) -> SpokenLine:  # noqa: ARG001 - the step's arguments
    return SpokenLine(unknown_artifact("speech", "audio/wav"), round(estimate_s(len(text.split())), 2))


def _price_speech(services: Services, voice: Voice, text: str, language: str) -> Quote | None:
    if not CATALOGUE[voice.narrator].paid:
        return None
    call = services.vendors.narrator(voice.narrator).call(text, voice=voice.voice, language=language)
    return services.vendors.quote(call, speak.name)


@step("speak", 2, forecast=_forecast_speech, price=_price_speech)
async def speak(context: Context, voice: Voice, text: str, language: str) -> SpokenLine:
    """One sentence, spoken."""
    target = context.folder / "speech.wav"
    narrator = context.services.narrator(voice.narrator)
    words: tuple[Word, ...] = ()
    if CATALOGUE[voice.narrator].network:
        speech = await narrator.speak(text, target, voice=voice.voice, language=language)
        words = getattr(speech, "words", ())
    else:
        with context.waiting():  # one loads the voice, for all
            await narrator.open()
        async with context.core(urgent=True):
            speech = await narrator.speak(text, target, voice=voice.voice, language=language)
    return SpokenLine(await context.keep(target, "audio/wav"), speech.duration_s, words)


def _forecast_alignment(
    sound: Artifact,  # noqa: ARG001
    sentence: SpokenSentence,
    language: str,  # noqa: ARG001
    aligner: str,  # noqa: ARG001
) -> Alignment:
    spoken = [token.display for token in sentence.tokens if token.spoken]
    return Alignment(
        tuple(Word(word, index / WORDS_PER_S, (index + 1) / WORDS_PER_S) for index, word in enumerate(spoken)),
        "proportional",
    )


@step("align", 1, forecast=_forecast_alignment)
async def align(
    context: Context,
    sound: Artifact,
    sentence: SpokenSentence,
    language: str,
    aligner: str,  # noqa: ARG001 - the engine's fingerprint, part of the key
) -> Alignment:
    """When each word of a spoken sentence is heard."""
    async with context.core(urgent=True):
        return await context.services.aligner.align(context.path_of(sound), sentence, language=language)


# ------------------------------------------------------------------------------------------------- pictures


@dataclass(frozen=True, slots=True)
class Picture:
    """A still that is larger than its frame, or a clip of the frame's own size.

    Attributes:
        text_boxes: Where text stands in it, in frame coordinates, not zoomed.
        note: What was done to it that a person may want to know.
        clip_frames: Of a clip; 0 for a still.
    """

    image: Artifact
    text_boxes: tuple[Rect, ...] = ()
    note: str = ""
    clip_frames: int = 0


def _forecast_card(card: Card, look: Look, frame: Frame, seed: str) -> Picture:  # noqa: ARG001
    return Picture(unknown_artifact("card", "image/bmp"))


@step("draw", 5, creative=True, forecast=_forecast_card)
async def draw_card(context: Context, card: Card, look: Look, frame: Frame, seed: str) -> Picture:
    """A designed card."""
    from automagic.media import cards

    theme = open_theme(context.services, look)
    brand = open_brand(context.store, look)
    varied = seed if context.take == 1 else f"{seed}/{context.take}"

    def work(_stop: Callable[[], bool]) -> tuple[Rect, ...]:
        picture = cards.draw_card(
            card, theme=theme, palette=look.palette, frame=frame, brand=brand, seed=varied, overscan=OVERSCAN
        )
        (context.folder / "card.bmp").write_bytes(picture)
        return cards.text_boxes(card, theme=theme, palette=look.palette, frame=frame, brand=brand, seed=varied)

    boxes = await context.compute(work, alone=True)
    return Picture(await context.keep(context.folder / "card.bmp", "image/bmp"), boxes)


def _forecast_framed(picture: Artifact, name: str, width: int, height: int) -> Picture:  # noqa: ARG001
    return Picture(unknown_artifact("picture", "image/png"))


@step("frame", 1, forecast=_forecast_framed)
async def frame_picture(context: Context, picture: Artifact, name: str, width: int, height: int) -> Picture:
    """A person's own picture, cropped to the shape without cutting faces; `name` is for errors."""
    from automagic.media import framing

    target = context.folder / "framed.png"
    source = context.folder / name
    source.symlink_to(context.path_of(picture))
    framed = await context.compute(lambda _stop: framing.frame_picture(source, target, width=width, height=height))
    note = f"enlarged {framed.enlarged:.1f} times" if framed.enlarged > 1.2 else ""
    return Picture(await context.keep(target, "image/png"), note=note)


def _forecast_clip(
    clip: Artifact,  # noqa: ARG001
    name: str,  # noqa: ARG001
    frame: Frame,
    start_s: float,  # noqa: ARG001
    longest_s: float,
    encoding: str,  # noqa: ARG001
) -> Picture:
    return Picture(unknown_artifact("clip", "video/mp4"), clip_frames=max(1, round(longest_s * frame.fps)))


@step("clip", 2, forecast=_forecast_clip)
async def prepare_clip(
    context: Context,
    clip: Artifact,
    name: str,
    frame: Frame,
    start_s: float,
    longest_s: float,
    encoding: str,  # noqa: ARG001 - the fingerprint of how it is kept, part of the key
) -> Picture:
    """A stretch of a video clip that fills the frame, muted, at the video's own rate; `name` is for errors."""
    from automagic.media import clip as clips

    target = context.folder / "prepared.mp4"
    source = context.folder / name
    source.symlink_to(context.path_of(clip))
    prepared = await context.compute(
        lambda stop: clips.prepare_clip(
            source,
            target,
            width=frame.width,
            height=frame.height,
            fps=frame.fps,
            start_s=start_s,
            longest_s=longest_s,
            cancelled=stop,
        )
    )
    return Picture(await context.keep(target, "video/mp4"), note=prepared.note, clip_frames=prepared.frames)


# ------------------------------------------------------------------------------------------------ rendering


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of finished frames without sound, and what was measured of them."""

    video: Artifact
    report: SegmentReport


def _forecast_segment(kind: str, frame: Frame, frames: int) -> Segment:
    report = SegmentReport(frames, frame.width, frame.height, (), (), 0, 128.0, 0, packets="")
    return Segment(unknown_artifact(kind, "video/mp4"), report)


def _check_picture(report: SegmentReport, subject: str) -> None:
    """Nothing black is remembered: a segment that came out dark all through is a failure of its picture."""
    if report.black_frames == report.frames:
        raise MediaError(f"{subject} came out black", hint="Choose another picture; for a designed card: --redo draw.")


def _forecast_shot(picture: Artifact, plan: ShotPlan, first: int, count: int) -> Segment:  # noqa: ARG001
    return _forecast_segment("shot", plan.frame, count)


@step("render", 4, forecast=_forecast_shot)
async def render_shot(context: Context, picture: Artifact, plan: ShotPlan, first: int, count: int) -> Segment:
    """Frames [first, first + count) of a shot; the rest belongs to its transitions."""
    from automagic.media import render

    target = context.folder / "shot.mp4"
    report = await context.compute(
        lambda stop: render.render_shot(
            context.path_of(picture),
            plan,
            first,
            count,
            target,
            cancelled=stop,
            on_progress=lambda done: context.progress(done / count),
        ),
        length_s=count / plan.encode.fps,
    )
    _check_picture(report, "a shot")
    return Segment(await context.keep(target, "video/mp4"), report)


def _forecast_transition(
    outgoing: Artifact,  # noqa: ARG001
    outgoing_plan: ShotPlan,
    incoming: Artifact,  # noqa: ARG001
    incoming_plan: ShotPlan,  # noqa: ARG001
    frames: int,
    kind: TransitionKind,  # noqa: ARG001
) -> Segment:
    return _forecast_segment("transition", outgoing_plan.frame, frames)


@step("transition", 4, forecast=_forecast_transition)
async def render_transition(
    context: Context,
    outgoing: Artifact,
    outgoing_plan: ShotPlan,
    incoming: Artifact,
    incoming_plan: ShotPlan,
    frames: int,
    kind: TransitionKind,
) -> Segment:
    """The join of two shots: half of its frames from the end of one, half from the start of the other."""
    from automagic.media import render

    target = context.folder / "transition.mp4"
    report = await context.compute(
        lambda stop: render.render_transition(
            context.path_of(outgoing),
            outgoing_plan,
            context.path_of(incoming),
            incoming_plan,
            frames,
            kind,
            target,
            cancelled=stop,
        ),
        length_s=frames / outgoing_plan.encode.fps,
    )
    _check_picture(report, "a transition")
    return Segment(await context.keep(target, "video/mp4"), report)


# ---------------------------------------------------------------------------------------------------- sound


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A spoken line on the video's timeline."""

    start_s: float
    sound: Artifact


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """The finished sound, and how loud it came out."""

    sound: Artifact
    report: SoundReport


def _forecast_music(seed: str, duration_s: float, mood: Mood) -> Artifact:  # noqa: ARG001
    return unknown_artifact("music", "audio/wav")


@step("compose", 1, creative=True, forecast=_forecast_music)
async def compose_music(context: Context, seed: str, duration_s: float, mood: Mood) -> Artifact:
    """A music bed of exactly this length, from a seed."""
    from automagic.media import music

    target = context.folder / "music.wav"
    varied = seed if context.take == 1 else f"{seed}/{context.take}"
    await context.compute(
        lambda _stop: music.write_music(varied, duration_s=duration_s, mood=mood, target=target), urgent=True
    )
    return await context.keep(target, "audio/wav")


def _forecast_sound(
    lines: tuple[PlacedLine, ...],  # noqa: ARG001
    duration_s: float,  # noqa: ARG001
    music: Artifact | None,  # noqa: ARG001
    ffmpeg: str,  # noqa: ARG001
    loudness_lufs: float = LOUDNESS_LUFS,
    true_peak_dbtp: float = TRUE_PEAK_DBTP,
) -> Soundtrack:
    return Soundtrack(unknown_artifact("sound", "audio/mp4"), SoundReport(loudness_lufs, true_peak_dbtp, 0.0, None))


@step("mix", 2, forecast=_forecast_sound)
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
    from automagic.media import sound

    target = context.folder / "sound.m4a"
    async with context.core(urgent=True):
        report = await sound.mix(
            [sound.SpokenPiece(line.start_s, context.path_of(line.sound)) for line in lines],
            duration_s=duration_s,
            music=context.path_of(music) if music else None,
            chime=False,
            target=target,
            loudness_lufs=loudness_lufs,
            true_peak_dbtp=true_peak_dbtp,
            folder=context.folder,
            ffmpeg=context.services.ffmpeg.path,
        )
    return Soundtrack(await context.keep(target, "audio/mp4"), report)


# -------------------------------------------------------------------------------------------- finished file


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
    from automagic.media import join

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
    from automagic.media import provenance

    target = context.folder / "signed.mp4"
    source = context.folder / "video.mp4"  # its name is part of the credentials; the store's names mean nothing
    source.symlink_to(context.path_of(video))
    home = context.services.settings.home

    def work(_stop: Callable[[], bool]) -> None:
        certificate = provenance.ensure_certificate(home / "credentials")
        provenance.sign_video(
            source, target, title=title, parts=credits, claim_generator=generator, certificate=certificate
        )

    await context.compute(work)
    return await context.keep(target, "video/mp4")


def _forecast_report(video: Artifact, expected: Expected) -> QualityReport:  # noqa: ARG001
    return QualityReport()


@step("check", 2, forecast=_forecast_report)
async def check_video(context: Context, video: Artifact, expected: Expected) -> QualityReport:
    """The finished file, read back and measured."""
    from automagic.media import quality

    async with context.core():
        return await quality.check_video(
            context.path_of(video), expected, folder=context.folder, ffmpeg=context.services.ffmpeg.path
        )


def _forecast_thumbnail(card: Card, title: str, look: Look, frame: Frame) -> Artifact:  # noqa: ARG001
    return unknown_artifact("thumbnail", "image/jpeg")


@step("thumbnail", 3, creative=True, forecast=_forecast_thumbnail)
async def draw_thumbnail(context: Context, card: Card, title: str, look: Look, frame: Frame) -> Artifact:
    """The picture that stands for the video before it plays."""
    from automagic.media import thumbnail

    theme = open_theme(context.services, look)
    brand = open_brand(context.store, look)
    target = context.folder / "thumbnail.jpg"
    target.write_bytes(
        await context.compute(
            lambda _stop: thumbnail.draw_thumbnail(
                card, title=title, theme=theme, palette=look.palette, frame=frame, brand=brand
            ),
            alone=True,
        )
    )
    return await context.keep(target, "image/jpeg")
