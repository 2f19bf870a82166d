"""The video product: a topic or a text becomes a narrated, captioned video for each platform.

    script ─▶ storyboard ─┬─▶ lines: speak ─▶ align ───────────┬─▶ mix ──────────┐
                          │                                    │                 ├─▶ join ─▶ sign ─▶ check ─▶ deliver
                          └─▶ shots: draw ─────▶ render ◀──────┤                 │
                                                 transition ◀──┘ ────────────────┘

Everything costly is a step (`steps.py`): remembered, so that an edited line re-renders its own shot, its
transitions and nothing else. A shot is rendered as soon as its own words are spoken and its picture is drawn.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from automagic.destinations.shared.result_folder import read_result
from automagic.language.script.metadata import takes_chapters, text_of, youtube_chapters
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text import grammar
from automagic.machine.engines import EngineName
from automagic.machine.leaving import in_thread
from automagic.media.design.platforms import FPS, PlatformGroup, group_platforms, tell_too_long
from automagic.media.design.theme_files import load_theme
from automagic.media.video.chapters import close_chapters
from automagic.media.video.encode import EncodeSettings
from automagic.media.video.ffmpeg_program import identify_ffmpeg
from automagic.products.video.credits import MadeBy, list_credits, tell_makers
from automagic.products.video.expectation import expect
from automagic.products.video.files import Places, Story, deliver, list_chapters
from automagic.products.video.film import Film, Scenery, frame_pictures, shoot
from automagic.products.video.inputs import read_music, read_pictures
from automagic.products.video.narration import NarratedLine, Narration, choose_voices, narrate_whole, start_frames
from automagic.products.video.preview import emblem_of, make_preview
from automagic.products.video.request import VideoRequest
from automagic.products.video.result import VideoResult
from automagic.products.video.speech_steps import Voice
from automagic.products.video.steps import (
    PlacedLine,
    check_video,
    compose_music,
    draw_thumbnail,
    find_tags,
    mix_sound,
)
from automagic.products.video.storyboard import Storyboard
from automagic.products.video.words import (
    ToldScene,
    begins_with_card,
    beside_pictures,
    captioned_shots,
    choose_folder,
    design_cards,
    draw_board,
    tell_scenes,
    write_words,
)
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.finishing import Parts, Soundtrack, assemble, choose_encoding, sign_video
from automagic.stages.illustration import Illustration
from automagic.stages.lacking import tell_lacking
from automagic.stages.languages import primary_language
from automagic.stages.letters import check_letters
from automagic.stages.look import Look, choose_look
from automagic.stages.picture_steps import OwnPicture, ScenePicture
from automagic.stages.publishing import open_destinations, publish
from automagic.stages.request_files import MotionAsked, caption_place
from automagic.stages.result_folder import FinishedFile, reserve
from automagic.values.artifact import Artifact
from automagic.values.credit import Credit
from automagic.values.events import Notice
from automagic.values.script import Card, Script


async def make_video(request: VideoRequest, run: Run[Services]) -> VideoResult:
    """Make a video for every platform that was asked for; see the picture above."""
    if request.preview:
        return await make_preview(request, run)
    run.services.names  # noqa: B018 - before any work: what is wrong in the list is told
    await identify_ffmpeg(run.services.ffmpeg)
    groups = group_platforms(request.platforms, caption_place(request.captions))
    if not request.script:  # which is as long as it is
        for notice in tell_too_long(request.platforms, request.duration_s):
            run.emit(Notice(notice))
    destinations = await open_destinations(request.publish, request.publication, run)
    request = replace(request, language=primary_language(request.language))
    illustrators = run.services.vendors.chain("illustrator", request.illustrator)
    load_theme(request.theme)  # a wrong name is told before a writer is paid
    script = await write_words(request, run)
    run.redo.expect([*(scene.id for scene in script.scenes), *(group.name for group in groups)])
    pictures = await read_pictures(request.images, script, Path(request.script or ".").parent, run)
    board, trees = await draw_board(script, run, hooks=begins_with_card(script, pictures, illustrators))
    voices = choose_voices(
        run, wanted=request.voice, asked=request.narrator, language=script.language, draft=request.draft
    )
    look = await in_thread(choose_look, run, theme_name=request.theme, title=script.title)
    texts = [("the title", script.title), *((f"scene {n}", scene.text) for n, scene in enumerate(script.scenes, 1))]
    script = replace(script, notices=(*script.notices, *check_letters(run, look, texts)))
    own_music = await read_music(request.music, run)
    folder = choose_folder(request, script.title)

    with contextlib.nullcontext() if request.plan else reserve(folder):
        framed = await frame_pictures(groups, pictures, run)
        pictures = {scene: own for scene, own in pictures.items() if scene in framed[groups[0].name]}
        encode = choose_encoding(run.services.settings, draft=request.draft)
        treatment = Treatment(
            request.music,
            request.speed,
            script,
            board,
            trees,
            groups,
            illustrators,
            pictures,
            framed,
            own_music,
            look,
            encode,
            request.motion,
        )
        made = await narrate_whole(voices, partial(produce, treatment=treatment, run=run), run)
        story = Story(
            script,
            made.told,
            list_chapters(board, trees, made.told, request.platforms, script.language),
            list_credits(script, made.voice, request.music, pictures, made.credits, look, run.services),
            made.tags,
            board.names.kept,
        )
        scenes = _tell_scenes(script, board, made, pictures)
        made_by = tell_makers(script, made.voice, pictures, made.painters, run.services)
        credits = story.credits if request.credentials else None
        deliveries = [await finish_film(film, made.sound, story, credits, encode, run) for film in made.films]
        unsigned = request.credentials and not any(record.name == sign_video.name for record in run.records)
        notices = (*script.notices, *tell_lacking(_find_lacking(made.told, unsigned=unsigned), run))
        story = replace(story, script=replace(script, notices=notices))
        if request.plan:
            for notice in tell_too_long(request.platforms, start_frames(made.told)[-1] / FPS):
                run.emit(Notice(notice))
            return _result(run, story, made_by, scenes, deliveries)
        thumbnails = {name: run.services.store.path_of(image) for name, image in made.thumbnails.items()}
        places = await in_thread(deliver, folder, story, deliveries, thumbnails=thumbnails, store=run.services.store)
        result = _result(run, story, made_by, scenes, deliveries, places)
    if result.rejected or not destinations:
        return result
    publication = await in_thread(read_result, places.folder, run_id=run.id)
    return replace(result, receipts=await publish(publication, destinations, run))


@dataclass(frozen=True, slots=True)
class Production:
    """Everything that was made in one go, by one voice.

    Attributes:
        tags: What it is searched for by.
        credits, painters: Of the pictures that others made, by scene.
        thumbnails: By geometry.
    """

    voice: Voice
    told: tuple[NarratedLine, ...]
    cards: tuple[Card, ...]
    tags: tuple[str, ...]
    credits: dict[str, Credit]
    painters: dict[str, str]
    sound: Soundtrack
    films: tuple[Film, ...]
    thumbnails: dict[str, Artifact]


@dataclass(frozen=True, slots=True)
class Treatment:
    """All that is decided before anything is spoken or drawn.

    Attributes:
        speed: Of the voice, as a factor of its own.
        illustrators: Who makes the pictures that are not the person's own, in order.
        pictures: The person's own, by scene.
        framed: The same by geometry and scene.
        motion: As `Scenery` says.
    """

    music: str
    speed: float
    script: Script
    board: Storyboard
    trees: Mapping[str, ParsedSentence]
    groups: Sequence[PlatformGroup]
    illustrators: Sequence[str]
    pictures: Mapping[str, OwnPicture]
    framed: Mapping[str, Mapping[str, ScenePicture]]
    own_music: Artifact | None
    look: Look
    encode: EncodeSettings
    motion: MotionAsked | None


async def produce(voices: Sequence[Voice], treatment: Treatment, run: Run[Services]) -> Production:
    """Speak, illustrate and film a storyboard for every geometry, all at once.

    Args:
        voices: Who may speak, in order.
    """
    script, board, groups, look = treatment.script, treatment.board, treatment.groups, treatment.look
    async with asyncio.TaskGroup() as tasks:
        illustration = Illustration(
            script,
            groups,
            own=treatment.framed,
            files=treatment.pictures,
            chain=treatment.illustrators,
            run=run,
            tasks=tasks,
        )
        narration = Narration(
            board, voices, language=script.language, fps=FPS, speed=treatment.speed, run=run, tasks=tasks
        )
        cards = await design_cards(board, script, treatment.trees, run)
        tags = await run.step(find_tags, script.title, text_of(script), script.language)
        sound = tasks.create_task(make_soundtrack(treatment.music, treatment.own_music, script.title, narration, run))
        scenery = Scenery(
            cards,
            captioned_shots(board, cards, treatment.trees, groups[0].captions),
            beside_pictures(board, script, cards),
            narration,
            illustration,
            look,
            treatment.encode,
            script.language,
            treatment.motion,
            script.title,
            run,
        )
        films = [tasks.create_task(shoot(group, scenery)) for group in groups]
        emblem = emblem_of(cards, script)
        kept = board.names.of(script.title).kept
        thumbnails = {
            group.name: tasks.create_task(
                run.about(group.name).step(
                    draw_thumbnail, emblem, script.title, look, group.cover, script.language, kept
                )
            )
            for group in groups
        }
        tasks.create_task(_rest_words(tuple(thumbnails.values())))
    return Production(
        voice=await narration.voice(),
        told=await narration.lines(),
        cards=cards,
        tags=tags,
        credits=await illustration.credits(),
        painters=illustration.makers,
        sound=sound.result(),
        films=tuple(task.result() for task in films),
        thumbnails={name: task.result() for name, task in thumbnails.items()},
    )


async def _rest_words(thumbnails: Sequence[asyncio.Task[Artifact]]) -> None:
    """Free what knows words when the last of them is set: the rest of the work is voice and pictures."""
    await asyncio.wait(thumbnails)
    grammar.rest()


async def make_soundtrack(
    music: str, own_music: Artifact | None, title: str, narration: Narration, run: Run[Services]
) -> Soundtrack:
    """Voice over a bed, once every line is spoken."""
    told = await narration.lines()
    await run.services.engines.rest_speech()  # half of the memory; the pictures are still to come
    starts = start_frames(told)
    duration_s = starts[-1] / FPS
    ffmpeg = await identify_ffmpeg(run.services.ffmpeg)
    bed = own_music
    if music == "auto":
        bed = await run.step(compose_music, title, duration_s, "calm")
    lines = tuple(
        PlacedLine(start / FPS + line.timed.sound_start_s, line.spoken.sound)
        for start, line in zip(starts, told, strict=False)
    )
    return await run.step(mix_sound, lines, duration_s, bed, ffmpeg)


async def finish_film(
    film: Film,
    soundtrack: Soundtrack,
    story: Story,
    credits: tuple[Credit, ...] | None,
    encode: EncodeSettings,
    run: Run[Services],
) -> FinishedFile:
    """Join one geometry's segments with the sound, sign the file, read it back and measure it."""
    about = run.about(film.group.name)
    title, language = story.script.title, story.script.language
    duration_s = start_frames(story.told)[-1] / FPS
    shown = youtube_chapters(story.chapters, duration_s) if takes_chapters(film.group.names) else []
    chapters = close_chapters(shown, duration_s)
    segments = tuple(segment.video for segment in film.segments)
    video = await assemble(Parts(segments, soundtrack.sound, title, language, chapters), credits, about)
    expected = expect(film, story.told, soundtrack.report, codec=encode.codec, language=language)
    report = await about.step(check_video, video, expected)
    return FinishedFile(film.group, video, expected.duration_s, report)


def _result(
    run: Run[Services],
    story: Story,
    made_by: MadeBy,
    scenes: tuple[ToldScene, ...],
    deliveries: list[FinishedFile],
    places: Places | None = None,
) -> VideoResult:
    quality = {name: report for delivery in deliveries for name, report in delivery.reports.items()}
    return VideoResult(
        run_id=run.id,
        title=story.script.title,
        folder=places.folder if places else None,
        outputs=places.outputs if places else {},
        duration_s=start_frames(story.told)[-1] / FPS,
        quality=quality,
        rejected=any(not report.passed for report in quality.values()),
        notices=story.script.notices,
        steps=tuple(run.records),
        made_by=made_by,
        cost_usd=run.cost_usd,
        aside=places.aside_outputs if places else {},
        scenes=scenes,
    )


def _tell_scenes(
    script: Script, board: Storyboard, made: Production, pictures: Mapping[str, OwnPicture]
) -> tuple[ToldScene, ...]:
    seconds: dict[str, float] = {}
    for line in made.told:
        seconds[line.line.scene] = seconds.get(line.line.scene, 0.0) + line.timed.frames / FPS
    shown = made.painters | {scene: own.name for scene, own in pictures.items()}
    return tell_scenes(script, board, made.cards, pictures=shown, seconds=seconds)


def _find_lacking(told: Sequence[NarratedLine], *, unsigned: bool) -> list[EngineName]:
    """The engines that a video was made without.

    Args:
        unsigned: Whether it should carry content credentials and does not.
    """
    timed: list[EngineName] = ["pocketsphinx"] if any(line.alignment.method == "compared" for line in told) else []
    return [*timed, "c2pa"] if unsigned else timed
