"""The clips product: a long recording becomes short captioned clips, each with the reasons why it was chosen.

    recording ─┬─▶ listen ─▶ transcribe ─▶ sentences ─┬─▶ hear ────────┐
               │                                      └─▶ understand ──┼─▶ choose ─▶ plan.json
               └─▶ watch: shots, faces ────────────────────────────────┤               │
                             nobody speaks: choose by sight ◀──────────┘               ▼
                                             each clip: cut ─▶ frame ─▶ film ─▶ join ─▶ sign ─▶ check ─▶ deliver
                                                            └─▶ cut-sound ───┘

What is found out about a recording is remembered: new options repeat only the choice. A plan that a person
has edited makes only those clips again that it changes. Several recordings are understood one after the other, so that
memory does not grow with their number; what one of them offers, the next does not offer again.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from automagic.destinations.shared.result_folder import read_results
from automagic.errors import MediaError, RequestError
from automagic.language.text.slug import slugify
from automagic.machine.engines import EngineName, find_lacking
from automagic.machine.leaving import in_thread
from automagic.media.design.platforms import PlatformGroup, group_platforms, tell_too_long
from automagic.media.exports.recorded import Recorded, inspect_recording
from automagic.media.sound.audio_tracks import AudioPick, check_number
from automagic.media.video.ffmpeg_program import identify_ffmpeg
from automagic.products.clips.archived.recordings import find_archived
from automagic.products.clips.batch import arrange_batch
from automagic.products.clips.edition import Edition
from automagic.products.clips.film import film_clips
from automagic.products.clips.folder import OfferedClip, arrange_clips
from automagic.products.clips.planning.choice_files import arrange_choice
from automagic.products.clips.planning.chosen import plan_chosen
from automagic.products.clips.planning.edited import CutPlan, read_plan
from automagic.products.clips.planning.segments import plan_segments
from automagic.products.clips.ranking import Material, plan_rank, rank
from automagic.products.clips.recording_steps import choose_sights
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.result import ClipsResult, Episode
from automagic.products.clips.sound_steps import check_pick
from automagic.products.clips.sources import Recording, RequestedRecordings, Skipped, find_sources, take
from automagic.products.clips.steps import Criteria, EpisodeMoments, choose, hear, understand
from automagic.products.clips.understanding import Understanding, understand_recording
from automagic.providers.shared.registry import providers
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages import transcription
from automagic.stages.failures import explained
from automagic.stages.lacking import tell_lacking
from automagic.stages.letters import check_letters
from automagic.stages.look import choose_look
from automagic.stages.publishing import open_destinations, publish_each
from automagic.stages.request_files import caption_place
from automagic.stages.result_folder import publish as write_result
from automagic.stages.result_folder import reserve
from automagic.values.events import Notice, StepsPlanned
from automagic.values.moments import Moment, MomentChoice
from automagic.values.transcript import Transcript

ORDERED = "recording.mkv"
"""A recording whose times had to be put in order, for editing programs."""

NOT_YET = "The recording has to be {} before its moments can be told: run the same without --plan."


async def make_clips(request: ClipsRequest, run: Run[Services]) -> ClipsResult:
    """Make clips of recordings; see the picture above.

    Raises:
        AutomagicError: Nothing came of the request. What came of a part of it is in the result's `skipped`.
    """
    run.services.names  # noqa: B018 - before any work: what is wrong in the list is told
    await identify_ffmpeg(run.services.ffmpeg)
    groups = group_platforms(request.platforms, caption_place(request.captions))
    # Before any work: a wrong name, a missing key, a model without a price.
    run.services.vendors.chain("ranker", request.ranker)
    run.services.vendors.chain("transcriber", request.transcriber)
    if not (request.plan_file or request.segments):
        for notice in tell_too_long(request.platforms, request.max_s, about="a clip of up to "):
            run.emit(Notice(notice))
    destinations = await open_destinations(request.publish, request.publication, run)
    archive = await find_archived(request, run)
    order = await in_thread(find_sources, request, archive)
    folder = request.out or Path("final_videos") / f"{time.strftime('%Y-%m-%d')}-{slugify(order.title)}-clips"
    if order.left_out:
        run.emit(Notice(f"Left out, because they are not recordings: {', '.join(order.left_out)}."))
    for name, other in order.doubles:
        run.emit(Notice(f"{name} was left out: by its name it is the sound of {other}. Name it to have clips of it."))
    with contextlib.nullcontext() if request.plan else reserve(folder):
        if order.several:
            episodes, skipped = await make_episodes(order, folder, groups, request, run)
        else:
            recording = await take(order.sources[0], run, request.transcript)
            episodes, skipped = [await make_episode(recording, folder, groups, (), request, run)], []
        skipped += [broken for episode in episodes for broken in episode.broken]
        result = ClipsResult(
            run.id,
            order.title,
            None if request.plan else folder,
            tuple(episodes),
            (*order.skipped, *skipped),
            order.left_out,
            tuple(run.records),
            run.cost_usd,
        )
        if not request.plan:
            files = arrange_batch(result) if order.several else episodes[0].files
            await in_thread(write_result, folder, files)
    if request.plan or not destinations or len(result.rejected) == len(result.clips):
        return result
    publications = await in_thread(read_results, folder, run_id=run.id)
    receipts, unpublished = await publish_each(publications, destinations, run)
    return replace(result, receipts=receipts, unpublished=unpublished)


async def make_episodes(
    order: RequestedRecordings,
    folder: Path,
    groups: tuple[PlatformGroup, ...],
    request: ClipsRequest,
    run: Run[Services],
) -> tuple[list[Episode], list[Skipped]]:
    """Each recording in turn; one that cannot be used is skipped.

    Raises:
        RequestError, MediaError: None can be used.
    """
    episodes: list[Episode] = []
    skipped: list[Skipped] = []
    offered: list[EpisodeMoments] = []
    seen: dict[str, str] = {}
    hearing_step = transcription.step_of(run.services.vendors.chain("transcriber", request.transcriber)[0])
    for name in ("watch", "listen", *([] if request.transcript else [hearing_step])):
        run.emit(StepsPlanned(name, len(order.sources)))
    for source in order.sources:
        try:
            with explained():
                recording = await take(source, run, request.transcript)
                if (other := seen.setdefault(recording.file.sha256, source.name)) != source.name:
                    run.emit(Notice(f"{source.name} is the same recording as {other}."))
                    continue
                episode = await make_episode(recording, folder / source.slug, groups, offered, request, run)
        except (RequestError, MediaError) as error:
            skipped.append(Skipped(source.name, error))
            run.emit(Notice(f"Left out: {skipped[-1].why}."))
            continue
        episodes.append(episode)
        if episode.choice:
            moments = tuple(replace(moment, contributions=()) for moment in episode.choice.chosen)
            offered.append(EpisodeMoments(source.name, moments))
    if not episodes:
        faults = (*order.skipped, *skipped)
        why = "; ".join(one.why for one in faults)
        raise type(skipped[0].error)(f"nothing could be made: {why}", hint=skipped[0].error.hint)
    return episodes, skipped


async def make_episode(
    recording: Recording,
    folder: Path,
    groups: tuple[PlatformGroup, ...],
    offered: Sequence[EpisodeMoments],
    request: ClipsRequest,
    run: Run[Services],
) -> Episode:
    """The clips of one recording.

    Args:
        folder: Where its files will lie.
        offered: What other recordings offer already.
    """
    source, file = recording.source, recording.file
    length_s = recording.extent.duration_s if recording.footage else None
    plan = await in_thread(read_plan, request.plan_file, file, length_s) if request.plan_file else None
    title = plan.title if plan else source.title
    if recording.footage is None:
        run.emit(Notice(NOT_YET.format("fetched")))
        return Episode(source.name, title, None, None)
    _refuse_short(recording, request)
    look = await in_thread(choose_look, run, theme_name=request.theme, title=source.title)
    asked = _asked_sound(request, recording, plan)
    known = await understand_recording(recording, request, run, asked=asked)
    for notice in known.notices:
        run.emit(Notice(notice))
    choice = None
    if plan is None and request.segments:
        plan = plan_segments(request.segments, known, title, recording, request.layout)
    if plan is None:
        if not (known.certain and (known.footage.shots or known.is_spoken(request.min_s))):
            run.emit(Notice(NOT_YET.format("listened to")))
            await plan_rank(Criteria(request.max_clips, request.min_s, request.max_s), asked=request.ranker, run=run)
            return Episode(source.name, title, None, None)
        moments = source.archived.moments if source.archived else ()
        if moments:
            choice = await choose_from(known, request, run, tuple(offered), about=moments)
        else:
            choice = await choose_moments(known, offered, request, run)
        plan, unsure = plan_chosen(choice, known, title, recording, request, run.services.names.kept)
        choice = replace(choice, notices=(*recording.notices, *choice.notices, *unsure))
        for notice in choice.notices:
            run.emit(Notice(notice))
        choice = replace(choice, notices=(*known.notices, *choice.notices))
    if request.plan:
        return Episode(source.name, title, None, choice)
    if not plan.clips and not (offered and choice and choice.rejected):
        raise RequestError(
            f"no moment of {source.name} can become a clip",
            hint=" ".join(
                (*recording.notices, "See --plan for what was considered; --min and --max say how long a clip may be.")
            ),
        )
    if request.choose_only:
        return Episode(source.name, title, folder, choice, files=arrange_choice(plan, choice, known.transcript))
    texts = [" ".join([clip.title, *(word.text for word in clip.words)]) for clip in plan.clips]
    check_letters(run, look, [(f"clip {number}", text) for number, text in enumerate(texts, 1)])
    edition = Edition(recording, known, groups, look, request.credentials, run)
    clips, broken = await film_clips(plan, edition)
    offers = [OfferedClip(clip, _moment(choice, clip.plan.id)) for clip in clips]
    notices = tell_lacking(_find_lacking(known.transcript, signed=request.credentials), run)
    if choice:
        notices += tuple(f"Not made: {one.why}." for one in broken)
        choice = replace(choice, notices=(*choice.notices, *notices))
    place = run.services.recordings[file.sha256]
    recorded = await asyncio.to_thread(_inspect, recording, place, known, folder, request)
    files, outputs = arrange_clips(folder, plan, offers, choice, known.transcript, recorded, run.services.store)
    return Episode(source.name, title, folder, choice, tuple(clips), outputs, broken, files)


def _asked_sound(request: ClipsRequest, recording: Recording, plan: CutPlan | None) -> AudioPick | None:
    """The sound track that the request names, or else the plan."""
    if request.audio_track is not None:
        check_number(request.audio_track, recording.tracks, recording.source.name)
        return AudioPick((request.audio_track,))
    if plan is not None and plan.sound is not None:
        check_pick(plan.sound, recording.tracks, recording.source.name)
        return plan.sound
    return None


def _inspect(recording: Recording, place: Path, known: Understanding, folder: Path, request: ClipsRequest) -> Recorded:
    """The recording as editing programs will find it."""
    recorded = inspect_recording(
        place,
        width=known.footage.width,
        height=known.footage.height,
        duration_s=recording.extent.picture_end_s,
        takes=known.takes,
    )
    if recording.straightened:
        return replace(recorded, file=folder.absolute() / ORDERED, ordered=place)
    return replace(recorded, file=Path(request.originals.get(recording.source.place, recorded.file)))


def _refuse_short(recording: Recording, request: ClipsRequest) -> None:
    footage = recording.footage
    if footage is None or not footage.duration_s or request.plan_file is not None or request.segments:
        return
    longest_s = max((end_s - start_s for start_s, end_s in footage.pictured), default=footage.duration_s)
    if longest_s < request.min_s:
        what = "has a picture for" if footage.pictured else "lasts"
        raise RequestError(
            f"{recording.source.name} {what} {longest_s:.1f} s, which is shorter than a clip may be "
            f"({request.min_s:g} s)",
            hint="--min says how short a clip may be; at least 3 s.",
        )


async def choose_moments(
    known: Understanding, offered: Sequence[EpisodeMoments], request: ClipsRequest, run: Run[Services]
) -> MomentChoice:
    """The moments that become clips: by what is said, or where hardly anything is, by picture and sound."""
    if known.is_spoken(request.min_s):
        return await choose_from(known, request, run, tuple(offered))
    from automagic.language.moments.weights import load_weights

    if request.query:
        raise RequestError(
            f"hardly anything is said in this recording, so nothing in it can be found about “{request.query}”",
            hint="Leave out --query to have moments chosen by what is seen and heard.",
        )
    weights = load_weights(run.services.settings.home)
    choice = await run.step(
        choose_sights,
        known.footage,
        known.heard.sound,
        known.heard.silences,
        tuple((word.start_s, word.end_s) for word in known.transcript.words),
        Criteria(request.max_clips, request.min_s, request.max_s, within=known.footage.pictured),
        weights.sights,
        weights.at_least,
    )
    who = "Hardly anything is said" if known.transcript.words else "Nobody speaks"
    by = "picture and sound" if known.footage.width else "their sound"
    notice = f"{who} in this recording: its moments were chosen by {by}."
    return replace(choice, notices=(notice, *choice.notices))


async def choose_from(
    known: Understanding,
    request: ClipsRequest,
    run: Run[Services],
    offered: tuple[EpisodeMoments, ...] = (),
    about: tuple[float, ...] = (),
) -> MomentChoice:
    """The best moments, by what is said.

    Args:
        about: When what was searched for is said, in seconds: each moment has one of these in it.
    """
    from automagic.language.moments.talk import fillers_of, speakers_of
    from automagic.language.transcript.fillers import find_fillers

    services, sentences, transcript = run.services, known.sentences, known.transcript
    async with asyncio.TaskGroup() as tasks:
        meaning = tasks.create_task(
            run.step(
                understand,
                tuple(sentence.text for sentence in sentences),
                services.engines.sentence_vectors.fingerprint(),
            )
        )
        said = tasks.create_task(run.step(hear, known.heard.sound, sentences)) if known.heard.sound else None
    material = Material(
        sentences,
        said.result() if said else (),
        speakers_of(transcript, sentences),
        fillers_of(find_fillers(transcript.words, transcript.language), sentences),
        meaning.result(),
        transcript.language,
        Criteria(
            min(request.max_clips, len(about) or request.max_clips),
            request.min_s,
            request.max_s,
            request.query,
            known.footage.pictured,
        ),
        _weights(services.settings.home),
    )
    choice = await run.step(choose, *material.parts, offered, about)
    if about:
        return choice  # the search has chosen
    return await rank(choice, material, asked=request.ranker, run=run)


def _weights(home: Path) -> str:
    """Hash of what moments are judged by."""
    from automagic.language.moments.weights import load_weights

    return hashlib.sha256(repr(load_weights(home)).encode()).hexdigest()[:16]


def _moment(choice: MomentChoice | None, clip: str) -> Moment | None:
    return next((moment for moment in choice.chosen if moment.id == clip), None) if choice else None


def _find_lacking(transcript: Transcript, *, signed: bool) -> list[EngineName]:
    """The engines that clips were made without.

    Args:
        signed: Whether they should carry content credentials.
    """
    hearer = providers().get(transcript.transcriber.partition(" ")[0])
    heard_here = transcript.times == "recognised" and hearer is not None and not hearer.network
    names: list[EngineName] = ["pocketsphinx"] if heard_here else []
    names += ["c2pa", "opentimelineio"] if signed else ["opentimelineio"]
    return find_lacking(names)
