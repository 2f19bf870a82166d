"""The pictures of a video for one geometry: each shot drawn, set in motion, captioned and joined to the next.

    shot      ├─ half a transition ─┼──── body ────┼─ half a transition ─┤
    segments                        [    body     ][     transition      ][   body …

A body is rendered as soon as its words are spoken and its picture is drawn; a transition as soon as both its shots are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from automagic.errors import RequestError
from automagic.language.speech.pace import estimate_s
from automagic.media.captions.words import LineRoom
from automagic.media.design.platforms import PlatformGroup
from automagic.media.rendering.shot import ShotPlan, TransitionKind
from automagic.media.video.encode import EncodeSettings
from automagic.products.video.narration import Narration
from automagic.products.video.steps import render_shot, render_transition
from automagic.products.video.storyboard import Shot, Storyboard
from automagic.products.video.timeline import time_shot
from automagic.runs.run import Run, RunSubject
from automagic.services import Services
from automagic.stages.finishing import Segment
from automagic.stages.illustration import Illustration, working_name
from automagic.stages.look import Look, open_theme
from automagic.stages.material_steps import FoundPicture
from automagic.stages.picture_steps import (
    OwnPicture,
    ScenePicture,
    draw_card,
    frame_picture,
    oversized,
    prepare_clip,
)
from automagic.values.cues import CaptionStyle
from automagic.values.events import Notice, StepsPlanned
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.script import Card

TRANSITION_FRAMES = 8
"""0.27 s at 30 frames a second; even, since half belongs to each shot."""


CLIP_MARGIN_S = 0.2
"""How much of a clip is kept before and after its shot, for the transitions."""

UNMOVED = Motion((1.0, 1.0), ((0.5, 0.5), (0.5, 0.5)))
"""A clip brings its own movement."""

MOTION_AMOUNT = {"still": 0.0, "calm": 1.0, "lively": 1.3}
"""What a theme's temperament means for the size of its moves."""


@dataclass(frozen=True, slots=True)
class ReadyShot:
    """A shot that can be rendered."""

    picture: ScenePicture
    plan: ShotPlan


@dataclass(frozen=True, slots=True)
class Film:
    """All pictures of one geometry.

    Attributes:
        segments: In order, to be joined.
        text_boxes: Where the cards' texts stand, for the quality gate.
        room: On a line of its captions.
    """

    group: PlatformGroup
    segments: tuple[Segment, ...]
    text_boxes: tuple[Rect, ...]
    room: LineRoom


async def frame_pictures(
    groups: Sequence[PlatformGroup], pictures: Mapping[str, OwnPicture], run: Run[Services]
) -> dict[str, dict[str, ScenePicture]]:
    """The person's own pictures by geometry and scene. Done before anything is spoken: their faults show here.

    A damaged one that the script does not name is told and left out, of all geometries.

    Raises:
        RequestError: A picture that the script names is damaged, or all of them are.
    """
    if pictures:
        run.emit(StepsPlanned("frame", len(groups) * len(pictures)))
    broken: dict[str, RequestError] = {}

    async def frame(scene: str, own: OwnPicture, group: PlatformGroup) -> ScenePicture | None:
        try:
            return await run.about(scene).step(frame_picture, own.image, own.name, *oversized(group.frame))
        except RequestError as error:
            if own.named:
                raise
            broken[scene] = error
            return None

    async with asyncio.TaskGroup() as tasks:
        framed = {
            group.name: {scene: tasks.create_task(frame(scene, own, group)) for scene, own in pictures.items()}
            for group in groups
        }
    if broken and len(broken) == len(pictures):
        raise next(iter(broken.values()))
    for error in broken.values():
        run.emit(Notice(f"Not used: {error.message} Its scene gets a designed card."))
    return {
        name: {
            scene: picture
            for scene, task in by_scene.items()
            if scene not in broken and (picture := task.result()) is not None
        }
        for name, by_scene in framed.items()
    }


@dataclass(frozen=True, slots=True)
class Scenery:
    """What the films of all geometries share.

    Attributes:
        cards: One for each shot.
        illustration: The scenes' pictures; cards are drawn for shots of scenes that have none.
    """

    cards: Sequence[Card]
    narration: Narration
    illustration: Illustration
    look: Look
    encode: EncodeSettings
    language: str
    run: Run[Services]


@dataclass(frozen=True, slots=True)
class _Geometry:
    """What all shots of one geometry share: its frame, and how captions look in it."""

    group: PlatformGroup
    style: CaptionStyle
    room: LineRoom


async def shoot(group: PlatformGroup, scenery: Scenery) -> Film:
    """Film a storyboard for one geometry."""
    from automagic.media.captions.layout import line_room

    look, run = scenery.look, scenery.run
    board = scenery.narration.board
    theme = open_theme(run.services, look)
    style = theme.caption_style(look.palette, group.frame)
    geometry = _Geometry(group, style, replace(line_room(style, group.frame), kept=board.names.kept))
    motions = plan_motions(board, amount=MOTION_AMOUNT[theme.motion])
    shots = board.shots
    run.emit(StepsPlanned("draw", sum(scenery.illustration.is_certain(shot.scene) for shot in shots)))
    run.emit(StepsPlanned("render", len(shots)))
    run.emit(StepsPlanned("transition", len(shots) - 1))
    async with asyncio.TaskGroup() as tasks:
        ready = [
            tasks.create_task(_ready(shot, card, motion, offset_s, geometry, scenery))
            for shot, card, motion, offset_s in zip(shots, scenery.cards, motions, scene_offsets(board), strict=True)
        ]
        bodies = [
            tasks.create_task(_render_body(index, len(shots), shot, ready[index], run))
            for index, shot in enumerate(shots)
        ]
        joins = [
            tasks.create_task(_render_join(shot, ready[index], ready[index + 1], theme.transition, run))
            for index, shot in enumerate(shots[:-1])
        ]
    segments = []
    for index, body in enumerate(bodies):
        segments.append(body.result())
        if index < len(joins):
            segments.append(joins[index].result())
    boxes = [box for task in ready for box in task.result().picture.text_boxes]
    return Film(group, tuple(segments), tuple(dict.fromkeys(boxes)), geometry.room)


def plan_motions(board: Storyboard, *, amount: float) -> tuple[Motion, ...]:
    """How each picture moves: zooms and glides take turns from sentence to sentence, the parts of one go to and fro.

    Neighbours never move alike, and an edited sentence changes no other shot's move. A sentence that is added or
    removed shifts the turns of those behind it.
    """
    from automagic.media.rendering.motion import plan_motion

    motions: list[Motion] = []
    sentence, part = -1, 0
    for shot in board.shots:
        begins = shot.spans[0].first == 0
        sentence, part = (sentence + 1, 0) if begins else (sentence, part + 1)
        motions.append(
            plan_motion(
                # The whole sentence: its parts share one choice, so that to and fro alternate.
                board.lines[shot.spans[0].line].sentence.display,
                duration_s=estimate_s(len(shot.text.split())),
                kind="pan" if sentence % 2 else "zoom",
                reverse=part % 2 == 1,
                amount=amount,
            )
        )
    return tuple(motions)


async def _ready(
    shot: Shot, card: Card, motion: Motion, offset_s: float, geometry: _Geometry, scenery: Scenery
) -> ReadyShot:
    """Draw a shot's picture while its words are being spoken, then plan its frames."""
    frame, narration = geometry.group.frame, scenery.narration
    about = scenery.run.about(shot.scene)
    clip = await scenery.illustration.clip_of(shot.scene)
    picture = None if clip else await scenery.illustration.of(shot.scene, geometry.group)
    if picture is None and clip is None:
        picture = await about.step(draw_card, card, scenery.look, frame, shot.id)
    told = [(await narration.line(span.line)).timed for span in shot.spans]
    timing = time_shot(shot, narration.board.lines, told, fps=frame.fps, room=geometry.room, language=scenery.language)
    if clip is not None:
        picture = await _cut_clip(clip, offset_s, timing.frames / frame.fps, frame, about)
        motion = UNMOVED
    assert picture is not None  # noqa: S101 - drawn, framed or cut above
    plan = ShotPlan(
        motion,
        timing.frames,
        () if geometry.group.captions == "off" else timing.cues,
        geometry.style,
        frame,
        scenery.encode,
        visual="clip" if picture.clip_frames else "still",
        clip_frames=picture.clip_frames,
    )
    return ReadyShot(picture, plan)


async def _cut_clip(
    clip: FoundPicture, offset_s: float, length_s: float, frame: Frame, about: RunSubject[Services]
) -> ScenePicture:
    """The stretch of a scene's clip that a shot shows; shots of one scene go on where the one before ended."""
    from automagic.media.rendering.stock_clip import CLIP_ENCODING

    longest_s = length_s + 2 * CLIP_MARGIN_S
    start_s = max(0.0, min(offset_s, clip.duration_s - longest_s))
    return await about.step(
        prepare_clip,
        clip.image,
        working_name(clip.name),
        frame,
        round(start_s, 2),
        round(longest_s, 2),
        CLIP_ENCODING.fingerprint(),
    )


def scene_offsets(board: Storyboard) -> tuple[float, ...]:
    """About how long each shot's scene has been on the screen when it begins, in seconds; from the text alone."""
    offsets: list[float] = []
    scene, passed_s = "", 0.0
    for shot in board.shots:
        if shot.scene != scene:
            scene, passed_s = shot.scene, 0.0
        offsets.append(passed_s)
        passed_s += estimate_s(len(shot.text.split()))
    return tuple(offsets)


async def _render_body(
    index: int, count: int, shot: Shot, ready: asyncio.Task[ReadyShot], run: Run[Services]
) -> Segment:
    """All frames of a shot but those that belong to its transitions."""
    own = await asyncio.shield(ready)
    first = TRANSITION_FRAMES // 2 if index > 0 else 0
    end = own.plan.frames - (TRANSITION_FRAMES // 2 if index < count - 1 else 0)
    return await run.about(shot.scene).step(render_shot, own.picture.image, own.plan, first, end - first)


async def _render_join(
    shot: Shot,
    outgoing: asyncio.Task[ReadyShot],
    incoming: asyncio.Task[ReadyShot],
    kind: TransitionKind,
    run: Run[Services],
) -> Segment:
    before, after = await asyncio.shield(outgoing), await asyncio.shield(incoming)
    return await run.about(shot.scene).step(
        render_transition,
        before.picture.image,
        before.plan,
        after.picture.image,
        after.plan,
        TRANSITION_FRAMES,
        kind,
    )
