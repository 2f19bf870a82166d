"""The video product: a topic or a text becomes a narrated, captioned video for each platform.

    script ─▶ storyboard ─┬─▶ lines: speak ─▶ align ───────────┬─▶ mix ──────────┐
                          │                                    │                 ├─▶ join ─▶ sign ─▶ check ─▶ deliver
                          └─▶ shots: draw ─────▶ render ◀──────┤                 │
                                                 transition ◀──┘ ────────────────┘

Everything costly is a step (`video_steps.py`): remembered, so that an edited line re-renders its own shot, its
transitions and nothing else. A shot is rendered as soon as its own words are spoken and its picture is drawn.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

import msgspec

import automagic
from automagic.destinations.publication import Options, Receipt
from automagic.language.metadata import youtube_chapters
from automagic.language.slug import slugify
from automagic.media.chapters import close_chapters
from automagic.media.encode import EncodeSettings
from automagic.media.platforms import FPS, group_platforms
from automagic.model import Artifact, Card, QualityReport
from automagic.orchestrator.events import Notice
from automagic.orchestrator.run import Run, StepRecord
from automagic.orchestrator.steps import Step
from automagic.pipelines import material_steps, video_steps
from automagic.pipelines.credits import list_credits
from automagic.pipelines.deliver import Delivery, Story, deliver, list_chapters
from automagic.pipelines.expectation import expect
from automagic.pipelines.film import Film, design_cards, frame_pictures, shoot
from automagic.pipelines.illustration import Illustration
from automagic.pipelines.look import check_letters, choose_look
from automagic.pipelines.narration import Narration, choose_voices, start_frames
from automagic.pipelines.publishing import open_destinations, publish
from automagic.pipelines.results import reserve
from automagic.pipelines.storyboard import draw_storyboard
from automagic.pipelines.video_inputs import (
    primary_language,
    read_brief,
    read_music,
    read_pictures,
)
from automagic.pipelines.video_steps import (
    PlacedLine,
    Soundtrack,
    check_video,
    compose_music,
    draw_thumbnail,
    join_video,
    mix_sound,
    sign_video,
)
from automagic.pipelines.writing import write
from automagic.services import Services

GENERATOR = f"AutoMagic/{automagic.__version__}"
STEP_NAMES = tuple(
    value.name for module in (material_steps, video_steps) for value in vars(module).values() if isinstance(value, Step)
)
"""What `--redo` may name."""


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """What a person asks for.

    Attributes:
        topic, source, script: Exactly one: a subject; a file, URL or "-"; a script file of their own.
        platforms: Where it will be watched.
        duration_s: About how long a written script may be; a person's own script is as long as it is.
        voice: A voice ("af_heart"), a narrator ("piper"), both ("espeak:british"), or None for the best.
        theme: Name of a shipped theme, or the path of a folder.
        music: "auto", "none" or a file.
        images: A folder of the person's own pictures, or None for designed cards.
        language: BCP-47 primary tag.
        out: The result's folder; None for `final_videos/<date>-<slug>`.
        draft: The fast voice and the fastest sensible encode.
        credentials: Whether content credentials are signed into the file.
        take: Variant of the creative steps.
        redo: Steps to forget first, each "STEP" or "STEP:scene".
        plan: Say what would be done and change nothing.
        writer, illustrator, narrator: Who is asked, in order ("openai,extract"); None for what the settings say.
        max_cost_usd: For this run; a call that would cross it is not made.
        publish: Where the result goes when it has passed: "youtube", "folder:PATH", "webhook:URL".
        publication: How it is published.
    """

    topic: str | None = None
    source: str | None = None
    script: str | None = None
    platforms: tuple[str, ...] = ("shorts",)
    duration_s: float = 45.0
    voice: str | None = None
    theme: str = "default"
    music: str = "auto"
    images: Path | None = None
    language: str = "en"
    out: Path | None = None
    draft: bool = False
    credentials: bool = True
    take: int = 1
    redo: tuple[str, ...] = ()
    plan: bool = False
    writer: str | None = None
    illustrator: str | None = None
    narrator: str | None = None
    max_cost_usd: Decimal | None = None
    publish: tuple[str, ...] = ()
    publication: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class VideoResult:
    """What came of a request.

    Attributes:
        folder: Where the files are; None for a plan.
        outputs: Platform → video file.
        quality: Platform → report.
        rejected: Whether a measure failed and the result lies under a name that says so.
        steps: What each step came to.
        receipts: Where it was published.
    """

    run_id: str
    title: str
    folder: Path | None
    outputs: dict[str, Path]
    duration_s: float
    quality: dict[str, QualityReport]
    rejected: bool
    notices: tuple[str, ...]
    steps: tuple[StepRecord, ...]
    cost_usd: Decimal = Decimal(0)
    receipts: tuple[Receipt, ...] = ()


async def make_video(request: VideoRequest, run: Run[Services]) -> VideoResult:
    """Make a video for every platform that was asked for; see the picture above."""
    groups = group_platforms(request.platforms)
    destinations = await open_destinations(request.publish, request.publication, run)
    request = replace(request, language=primary_language(request.language))
    brief = await read_brief(
        topic=request.topic, source=request.source, script=request.script, language=request.language
    )
    illustrators = run.services.vendors.chain("illustrator", request.illustrator)
    script = await write(brief, asked=request.writer, duration_s=request.duration_s, language=request.language, run=run)
    run.expect_redo(STEP_NAMES, [*(scene.id for scene in script.scenes), *(group.name for group in groups)])
    board = draw_storyboard(script)
    voices = choose_voices(
        run, wanted=request.voice, asked=request.narrator, language=script.language, draft=request.draft
    )
    look = choose_look(run.services, theme_name=request.theme, title=script.title, planning=request.plan)
    check_letters(run.services, look, [script.title, *(scene.text for scene in script.scenes)])
    pictures = read_pictures(request.images, script, Path(request.script or ".").parent, run)
    own_music = read_music(request.music, run)
    encode = choose_encoding(request, run.services)
    folder = request.out or Path("final_videos") / f"{time.strftime('%Y-%m-%d')}-{slugify(script.title)}"

    with _reserved(folder, planning=request.plan):
        framed = await frame_pictures(groups, pictures, run)
        async with asyncio.TaskGroup() as tasks:
            illustration = Illustration(script, groups, own=framed, chain=illustrators, run=run, tasks=tasks)
            narration = Narration(board, voices, language=script.language, fps=FPS, run=run, tasks=tasks)
            cards = await design_cards(board, script, run)  # while the voice loads
            sound = tasks.create_task(make_soundtrack(request.music, own_music, script.title, narration, run))
            films = [
                tasks.create_task(
                    shoot(
                        group,
                        board,
                        cards,
                        narration,
                        illustration=illustration,
                        look=look,
                        encode=encode,
                        language=script.language,
                        run=run,
                    )
                )
                for group in groups
            ]
            thumbnails = {
                group.name: tasks.create_task(
                    run.about(group.name).step(draw_thumbnail, _strongest(cards), script.title, look, group.frame)
                )
                for group in groups
            }
        story = Story(
            script,
            await narration.lines(),
            list_chapters(script, board, cards, await narration.lines()),
            list_credits(
                script,
                await narration.voice(),
                request.music,
                pictures,
                await illustration.credits(),
                look,
                run.services,
            ),
        )
        deliveries = [
            await finish_film(film.result(), sound.result(), story, encode, signed=request.credentials, run=run)
            for film in films
        ]
        if request.plan:
            run.check_redo()
            return _result(run, story, deliveries)
        for redo in run.unused_redo:  # a result that is made is delivered
            run.emit(Notice(f"--redo {redo}: this video has no such step."))
        place, outputs = deliver(
            folder,
            story,
            deliveries,
            thumbnails={name: run.services.store.path_of(task.result()) for name, task in thumbnails.items()},
            generator=GENERATOR,
            store=run.services.store,
        )
        result = _result(run, story, deliveries, place, outputs)
    if result.rejected or not destinations:
        return result
    return replace(result, receipts=await publish(place, run.id, destinations, run))


async def make_soundtrack(
    music: str, own_music: Artifact | None, title: str, narration: Narration, run: Run[Services]
) -> Soundtrack:
    """Voice over a bed, once every line is spoken."""
    told = await narration.lines()
    starts = start_frames(told)
    duration_s = starts[-1] / FPS
    bed = own_music
    if music == "auto":
        bed = await run.step(compose_music, title, duration_s, "calm")
    lines = tuple(
        PlacedLine(start / FPS + line.timed.sound_start_s, line.spoken.sound)
        for start, line in zip(starts, told, strict=False)
    )
    return await run.step(mix_sound, lines, duration_s, bed)


async def finish_film(
    film: Film, soundtrack: Soundtrack, story: Story, encode: EncodeSettings, *, signed: bool, run: Run[Services]
) -> Delivery:
    """Join one geometry's segments with the sound, sign the file, read it back and measure it."""
    about = run.about(film.group.name)
    title, language = story.script.title, story.script.language
    chapters = close_chapters(youtube_chapters(story.chapters), start_frames(story.told)[-1] / FPS)
    video = await about.step(
        join_video, tuple(segment.video for segment in film.segments), soundtrack.sound, title, language, chapters
    )
    if signed:
        video = await about.step(sign_video, video, title, story.credits, GENERATOR)
    expected = expect(film, story.told, codec=encode.codec, language=language)
    return Delivery(film.group, video, await about.step(check_video, video, expected))


def choose_encoding(request: VideoRequest, services: Services) -> EncodeSettings:
    """The encoder's settings: as set, or the fastest sensible ones for a draft."""
    settings = services.settings
    if request.draft:
        return EncodeSettings(codec="libx264", preset="ultrafast", crf=28, fps=FPS)
    return EncodeSettings(codec=settings.video_codec, preset=settings.video_preset, crf=settings.video_crf, fps=FPS)


def encode_result(result: VideoResult) -> str:
    """What is kept of a result in the database, as JSON."""
    return msgspec.json.encode(
        {
            "folder": str(result.folder),
            "outputs": {name: str(path) for name, path in result.outputs.items()},
            "duration_s": result.duration_s,
            "passed": not result.rejected,
        }
    ).decode()


def _strongest(cards: tuple[Card, ...]) -> Card:
    """The card for the thumbnail: the first with a figure, else the opening one."""
    return next((card for card in cards if card.figures), cards[0])


@contextlib.contextmanager
def _reserved(folder: Path, *, planning: bool) -> Iterator[None]:
    if planning:
        yield
    else:
        with reserve(folder):
            yield


def _result(
    run: Run[Services],
    story: Story,
    deliveries: list[Delivery],
    folder: Path | None = None,
    outputs: dict[str, Path] | None = None,
) -> VideoResult:
    quality = {name: delivery.report for delivery in deliveries for name in delivery.group.names}
    return VideoResult(
        run_id=run.id,
        title=story.script.title,
        folder=folder,
        outputs=outputs or {},
        duration_s=start_frames(story.told)[-1] / FPS,
        quality=quality,
        rejected=any(not report.passed for report in quality.values()),
        notices=story.script.notices,
        steps=tuple(run.records),
        cost_usd=run.cost_usd,
    )
