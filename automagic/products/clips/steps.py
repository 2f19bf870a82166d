"""The steps of the clips pipeline: what is found out about a recording once, and what is made of it.

As in the steps of a video, arguments are everything that can change a result, and imports stand inside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.media.design.platforms import LOUDNESS_LUFS, TRUE_PEAK_DBTP
from automagic.media.sound.audio_tracks import AudioPick
from automagic.media.sound.cut import Takes
from automagic.media.sound.parts import LoudnessGoal, Stems
from automagic.media.sound.sides import Mend
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.stages.finishing import Segment, Soundtrack, keep_segments
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import KeptRange, ShotFraming
from automagic.values.cues import CaptionStyle, Cue
from automagic.values.frame import Frame
from automagic.values.moments import Moment, MomentChoice
from automagic.values.recording import Extent, Footage, TimeRange
from automagic.values.transcript import Prosody, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from automagic.media.rendering.excerpts import Shape
    from automagic.store.artifacts import ArtifactStore


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """The sound of a recording, ready for recognition.

    Attributes:
        sound: 16 kHz mono WAV on the picture's timeline; None where the recording has no sound.
        silences: Where nobody speaks, (start, end) in seconds.
        damaged: Whether parts could not be decoded.
        mends: Where a side is missing or turned.
        duration_s: How long it is.
        sides: What was measured of its sides; see `side_levels.write_profiles`.
    """

    sound: Artifact | None
    silences: tuple[tuple[float, float], ...] = ()
    damaged: bool = False
    mends: tuple[Mend, ...] = ()
    duration_s: float = 0.0
    sides: Artifact | None = None


def _place_of(context: Context, recording: Artifact) -> Path:
    """A recording is read where it lies: it is too large to be copied."""
    return context.services.recordings[recording.sha256]


@step("listen", 2, forecast=lambda: PreparedSound(Artifact.unknown("sound", "audio/wav")))
async def listen(context: Context, recording: Artifact, pick: AudioPick) -> PreparedSound:
    """The recording's sound, where it is silent, and what is wrong with its sides."""
    from automagic.media.sound import listening, prosody, side_levels

    source, target = _place_of(context, recording), context.folder / "sound.wav"
    measured = context.folder / "sides.npy"

    def work(stop: Callable[[], bool]) -> PreparedSound:
        found = listening.extract_sound(source, target, pick=pick, cancelled=stop, on_progress=context.progress)
        if found is None:
            return PreparedSound(None)
        side_levels.write_profiles(found.profiles, measured)
        silences = prosody.find_silences(listening.measure_levels(target))
        return PreparedSound(None, silences, found.damaged, found.mends, found.duration_s)

    heard = await context.compute(work, urgent=True)
    if not target.exists():
        return heard
    kept = await context.keep(measured, "application/octet-stream")
    return replace(heard, sound=await context.keep(target, "audio/wav"), sides=kept)


def _forecast_footage(extent: Extent) -> Footage:
    return Footage(1920, 1080, 30.0, extent.duration_s, has_sound=True, picture=extent.picture)


@step("watch", 2, forecast=_forecast_footage)
async def watch(
    context: Context,
    recording: Artifact,
    engines: str,  # noqa: ARG001 - their versions, part of the key
    extent: Extent,
) -> Footage:
    """Its camera shots, and the faces in them."""
    from automagic.media.analysis import watching

    source = _place_of(context, recording)
    return await context.compute(
        lambda stop: watching.watch(source, extent=extent, cancelled=stop, on_progress=context.progress), urgent=True
    )


@step("hear", 1, forecast=lambda sentences: (Prosody(0.0, 0.0, 0.0, 0.0, 0.0),) * len(sentences))
async def hear(context: Context, sound: Artifact, sentences: tuple[Sentence, ...]) -> tuple[Prosody, ...]:
    """How each sentence is said."""
    from automagic.media.sound import prosody

    source = context.path_of(sound)
    return await context.compute(lambda stop: prosody.describe_prosody(source, sentences, cancelled=stop))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What sentences are about.

    Attributes:
        vectors: A unit vector for each, as raw little-endian float32; None in a plan.
        topics: Indices of those that begin a topic.
    """

    vectors: Artifact | None
    topics: tuple[int, ...]


@step("understand", 1, forecast=lambda texts: Meaning(None, (0,) if texts else ()))
async def understand(
    context: Context,
    texts: tuple[str, ...],
    engine: str,  # noqa: ARG001 - its fingerprint, part of the key
) -> Meaning:
    """What each sentence means, and where the talk turns to something else."""
    from automagic.language.transcript.topics import find_topics

    async with context.core():
        vectors = await context.services.engines.sentence_vectors.embed(texts)
    target = context.folder / "vectors.f32"
    target.write_bytes(vectors.astype("<f4").tobytes())
    topics = find_topics(vectors, [len(text.split()) for text in texts])
    return Meaning(await context.keep(target, "application/octet-stream"), topics)


def read_vectors(meaning: Meaning, count: int, store: ArtifactStore) -> NDArray[np.float32] | None:
    """One row for each of so many sentences; None where there are none."""
    import numpy as np

    if meaning.vectors is None or not count:
        return None
    flat = np.frombuffer(store.path_of(meaning.vectors).read_bytes(), "<f4")
    return flat.reshape(count, -1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Criteria:
    """The criteria by which moments are chosen; see `ClipsRequest`.

    Attributes:
        within: Each lies in one of these ranges, since elsewhere there is no picture; empty for anywhere.
    """

    count: int
    min_s: float
    max_s: float
    query: str = ""
    within: tuple[TimeRange, ...] = ()


@dataclass(frozen=True, slots=True)
class EpisodeMoments:
    """The moments that another episode offers already."""

    episode: str
    moments: tuple[Moment, ...]


@step("choose", 4, plannable=True, later=("about",))
async def choose(  # noqa: PLR0913 - the arguments are the key
    context: Context,
    sentences: tuple[Sentence, ...],
    deliveries: tuple[Prosody, ...],
    speakers: tuple[str, ...],
    fillers: tuple[int, ...],
    meaning: Meaning,
    language: str,
    wish: Criteria,
    weights: str,  # noqa: ARG001 - their fingerprint, part of the key
    offered: tuple[EpisodeMoments, ...] = (),
    about: tuple[float, ...] = (),
) -> MomentChoice:
    """The best moments, and why."""

    from automagic.language.moments import choosing
    from automagic.language.moments.candidates import find_candidates, hold
    from automagic.language.moments.query import Query
    from automagic.language.moments.scoring import Scored
    from automagic.language.moments.similar import said_before
    from automagic.language.moments.talk import Talk
    from automagic.language.moments.weights import load_weights

    vectors = read_vectors(meaning, len(sentences), context.store)
    query = None
    if wish.query:
        (vector,) = await context.services.engines.sentence_vectors.embed([wish.query])
        query = Query(wish.query, vector if vectors is not None else None)
    talk = Talk(sentences, language, meaning.topics, vectors, deliveries, speakers, fillers)
    settings = load_weights(context.services.settings.home)
    candidates = find_candidates(sentences, meaning.topics, min_s=wish.min_s, max_s=wish.max_s, within=wish.within)
    if about:
        candidates = hold(candidates, sentences, about)
    elsewhere = said_before({one.episode: one.moments for one in offered})
    return choosing.choose(Scored(talk, candidates, settings, query), count=wish.count, elsewhere=elsewhere)


@dataclass(frozen=True, slots=True)
class Screen:
    """How a clip is shown in one geometry; see `media.excerpts.Shape`."""

    frame: Frame
    framings: tuple[ShotFraming, ...]
    cues: tuple[Cue, ...]
    caption_style: CaptionStyle
    codec: str
    preset: str
    crf: int

    @property
    def shape(self) -> Shape:
        """The same for what films it."""
        from automagic.media.rendering.excerpts import Shape
        from automagic.media.video.encode import EncodeSettings

        encode = EncodeSettings(codec=self.codec, preset=self.preset, crf=self.crf, fps=self.frame.fps)
        return Shape(self.frame, self.framings, self.cues, self.caption_style, encode)


def forecast_film(stretches: tuple[KeptRange, ...], screens: tuple[Screen, ...]) -> tuple[Segment, ...]:
    """A film for each geometry, for a plan."""
    frames = round(sum(stretch.end_s - stretch.start_s for stretch in stretches) * 30)
    return tuple(Segment.forecast("clip", screen.frame, frames) for screen in screens)


@step("film", 2, forecast=forecast_film)
async def film(
    context: Context,
    recording: Artifact,
    stretches: tuple[KeptRange, ...],
    screens: tuple[Screen, ...],
    encoder: str,  # noqa: ARG001 - its fingerprint, part of the key
) -> tuple[Segment, ...]:
    """The clip's pictures with their captions, in every geometry, from one decode."""
    from automagic.media.rendering.excerpts import film_excerpt

    source = _place_of(context, recording)
    targets = [context.folder / f"{number}.mp4" for number in range(len(screens))]
    shapes = [screen.shape for screen in screens]
    reports = await context.compute(
        lambda stop: film_excerpt(source, stretches, shapes, targets, cancelled=stop, on_progress=context.progress)
    )
    return await keep_segments(context, targets, reports)


@step("cut-sound", 2, forecast=Soundtrack.forecast)
async def cut_sound(
    context: Context,
    recording: Artifact,
    stretches: tuple[KeptRange, ...],
    duration_s: float,
    ffmpeg: str,  # noqa: ARG001 - which one it is, for the key
    heard: Takes,
) -> Soundtrack:
    """The clip's sound, at the platforms' loudness."""
    from automagic.media.sound import mix as sound

    target = context.folder / "sound.m4a"
    async with context.core():
        report = await sound.cut_sound(
            _place_of(context, recording),
            stretches,
            duration_s=duration_s,
            target=target,
            heard=heard,
            goal=LoudnessGoal(LOUDNESS_LUFS, TRUE_PEAK_DBTP),
            stems=Stems(context.folder, context.services.ffmpeg.path),
        )
    return Soundtrack(await context.keep(target, "audio/mp4"), report)
