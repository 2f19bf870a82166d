"""The steps about a recording as a whole: fetch it, measure it, check its transcript, choose by sight."""

from __future__ import annotations

from automagic.products.clips.steps import Criteria
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.values.artifact import Artifact
from automagic.values.moments import MomentChoice
from automagic.values.recording import Extent, Footage


@step("fetch-recording", 1, forecast=lambda: Artifact.unknown("recording", "video/mp4"))
async def fetch_recording(context: Context, url: str, name: str) -> Artifact:
    """The video file at an address; it is kept, so that it is fetched once."""
    from automagic.media.analysis.watching import describe_recording
    from automagic.sources import recordings

    target = context.folder / name
    await recordings.fetch_recording(context.services.vendors.http, url, target)
    describe_recording(target)
    return await context.keep(target, "video/mp4")


@step("survey", 1, plannable=True)
async def survey(context: Context, recording: Artifact) -> Extent:
    """How long the recording really is, and when it has a picture."""
    from automagic.media.video.extents import measure_extent

    source = context.services.recordings[recording.sha256]
    return await context.compute(
        lambda stop: measure_extent(source, cancelled=stop, on_progress=context.progress), urgent=True
    )


@step("straighten", 1, forecast=lambda: Artifact.unknown("recording", "video/x-matroska"))
async def straighten(context: Context, recording: Artifact) -> Artifact:
    """A copy of a recording whose clock starts again, with times that go on."""
    from automagic.media.video import straightening

    source, target = context.services.recordings[recording.sha256], context.folder / "straight.mkv"
    await context.compute(lambda stop: straightening.straighten(source, target, cancelled=stop), urgent=True)
    return await context.keep(target, "video/x-matroska")


@step("sample", 2, forecast=lambda spans: ("",) * len(spans))
async def sample(
    context: Context,
    sound: Artifact,
    spans: tuple[tuple[float, float], ...],
    language: str,
    transcriber: str,  # noqa: ARG001 - the engine's fingerprint, part of the key
) -> tuple[str, ...]:
    """What is heard in a few stretches, to compare a transcript with."""
    from automagic.media.sound.listening import copy_part

    heard = []
    async with context.core(urgent=True):
        for number, (start_s, end_s) in enumerate(spans):
            part = context.folder / f"{number}.wav"
            copy_part(context.path_of(sound), part, start_s, end_s)
            said = await context.services.engines.transcriber.transcribe(part, language=language or None)
            heard.append(" ".join(word.text for word in said.words))
            context.progress((number + 1) / len(spans))
    return tuple(heard)


@step("choose-sights", 2, plannable=True)
async def choose_sights(  # noqa: PLR0913 - the arguments are the key
    context: Context,
    footage: Footage,
    sound: Artifact | None,
    silences: tuple[tuple[float, float], ...],
    words: tuple[tuple[float, float], ...],
    wish: Criteria,
    weights: tuple[tuple[str, float], ...],
    at_least: int,
) -> MomentChoice:
    """The best moments of a recording in which nobody speaks, by its picture and its sound."""
    import numpy as np

    from automagic.media.analysis.visual_candidates import VisualCandidates, find_edges
    from automagic.media.sound.listening import measure_levels

    levels = measure_levels(context.path_of(sound)) if sound else np.zeros(0, np.float32)
    edges = find_edges(footage, silences, words)
    sights = VisualCandidates(footage, levels, edges, weights, min_s=wish.min_s, max_s=wish.max_s, within=wish.within)
    return sights.choose(wish.count, at_least)
