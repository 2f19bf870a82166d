"""The pictures of a video for one geometry: each shot drawn, set in motion, captioned and joined to the next.

    cards     [ body: elements come on their words, and go ][ body …        on one ground: nothing to join
    pictures  ├─ half a transition ─┼──── body ────┼─ half a transition ─┤
    segments                        [    body     ][     transition      ][ body …

A body is rendered as soon as its words are spoken and its picture is drawn; a transition as soon as both its shots are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from automagic.errors import RequestError
from automagic.language.cards.places import link_places
from automagic.language.numbers.bonds import cut_line
from automagic.language.speech.pace import estimate_s
from automagic.media.captions.plates import over_pictures
from automagic.media.captions.words import LineRoom
from automagic.media.design.panes import split_frame
from automagic.media.design.platforms import PlatformGroup
from automagic.media.rendering.shot import CardPlan, ShotPlan, TransitionKind
from automagic.media.video.encode import DRAWN_INTERVAL, EncodeSettings
from automagic.products.video.appearing import Heard, plan_appearances, take_over
from automagic.products.video.camera import CAMERA_AMOUNT, UNMOVED, follow, plan_motions
from automagic.products.video.narration import Narration
from automagic.products.video.steps import ReadyShot, render_shot, render_transition
from automagic.products.video.storyboard import Shot, Storyboard
from automagic.products.video.timeline import time_shot
from automagic.runs.run import Run, RunSubject
from automagic.services import Services
from automagic.stages.finishing import Segment
from automagic.stages.illustration import Illustration, working_name
from automagic.stages.look import Look, open_theme
from automagic.stages.material_steps import FoundPicture
from automagic.stages.picture_steps import (
    LAYERS,
    OwnPicture,
    ScenePicture,
    draw_card,
    frame_picture,
    oversized,
    paint_ground,
    prepare_clip,
)
from automagic.stages.request_files import MotionAsked
from automagic.values.artifact import Artifact
from automagic.values.cues import CaptionStyle
from automagic.values.events import Notice, StepsPlanned
from automagic.values.frame import Frame, Motion, Rect
from automagic.values.moving import Element, MotionStyle
from automagic.values.script import Card

TRANSITION_FRAMES = 8
"""0.27 s at 30 frames a second; even, since half belongs to each shot."""


CLIP_MARGIN_S = 0.2
"""How much of a clip is kept before and after its shot, for the transitions."""

MOTIONS: dict[MotionAsked, Literal["lively", "calm", "still"]] = {"lively": "lively", "calm": "calm", "none": "still"}
"""What is asked for, in the words of themes."""

AT_ONCE = MotionStyle(enter_s=0.0, grow_s=0.0, exit_s=0.0, distance=0.0, easing="out-cubic")
"""Of a video without motion: all of a card stands from its first frame on."""


@dataclass(frozen=True, slots=True)
class Film:
    """All pictures of one geometry.

    Attributes:
        segments: In order, to be joined.
        texts: Where each text of the cards stands, and where it may, for the quality gate.
        room: On a line of its captions.
    """

    group: PlatformGroup
    segments: tuple[Segment, ...]
    texts: tuple[tuple[Rect, Rect], ...]
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
        captioned: Whether each has captions: its card does not show all that is heard.
        beside: Whether it is shown with its scene's picture, if that has one.
        illustration: The scenes' pictures; cards are drawn for shots of scenes that have none.
        motion: What is asked for instead of the theme's temperament; None for that.
        seed: Of the ground that all cards stand on.
    """

    cards: Sequence[Card]
    captioned: Sequence[bool]
    beside: Sequence[bool]
    narration: Narration
    illustration: Illustration
    look: Look
    encode: EncodeSettings
    language: str
    motion: MotionAsked | None
    seed: str
    run: Run[Services]


@dataclass(frozen=True, slots=True)
class _Geometry:
    """What all shots of one geometry share: its frame, how captions look in it, how cards move and where they stand."""

    group: PlatformGroup
    style: CaptionStyle
    room: LineRoom
    moves: MotionStyle
    ground: asyncio.Task[Artifact]


@dataclass(frozen=True, slots=True)
class _ShownPicture:
    """What a shot shows: a card or a still, or where its clip comes from.

    Attributes:
        still: What moves beside a card; None for others.
        frame: With the room for its texts.
        captioned: Whether captions stand on it, where the video has them.
    """

    picture: ScenePicture | None
    frame: Frame
    clip: FoundPicture | None = None
    still: ScenePicture | None = None
    captioned: bool = True

    @property
    def is_card(self) -> bool:
        """Whether it is drawn in layers."""
        return self.picture is not None and self.picture.image.media_type == LAYERS

    @property
    def elements(self) -> tuple[Element, ...]:
        """Of a card; empty for others."""
        return self.picture.elements if self.picture else ()

    def goes_on(self, other: _ShownPicture) -> bool:
        """Whether both are cards, beside the same picture if any: nothing but their elements changes."""
        return self.is_card and other.is_card and self.still == other.still


async def shoot(group: PlatformGroup, scenery: Scenery) -> Film:
    """Film a storyboard for one geometry."""
    from automagic.media.captions.layout import line_room

    look, run = scenery.look, scenery.run
    board = scenery.narration.board
    theme = open_theme(run.services, look)
    style = theme.caption_style(look.palette, group.frame)
    room = replace(line_room(style, group.frame), kept=board.names.kept)
    motion = MOTIONS[scenery.motion] if scenery.motion else theme.motion
    camera = plan_motions(board, amount=CAMERA_AMOUNT[motion])
    shots = board.shots
    run.emit(StepsPlanned("draw", sum(scenery.illustration.is_certain(shot.scene) for shot in shots)))
    run.emit(StepsPlanned("render", len(shots)))
    async with asyncio.TaskGroup() as tasks:
        ground = tasks.create_task(run.about(group.name).step(paint_ground, look, group.frame, scenery.seed))
        geometry = _Geometry(group, style, room, theme.motion_style(motion) or AT_ONCE, ground)
        shown = [
            tasks.create_task(_show(index, card, geometry, scenery))
            for index, card in enumerate(link_places(scenery.cards))
        ]
        offsets = scene_offsets(board)
        ready = [
            tasks.create_task(_ready(index, shown, camera, offsets[index], geometry, scenery))
            for index in range(len(shots))
        ]
        segments = [
            tasks.create_task(_render(index, shown, ready, theme.transition, scenery)) for index in range(len(shots))
        ]
    texts = [(box, task.result().frame.content) for task in shown for box in _boxes(task.result())]
    return Film(
        group,
        tuple(segment for task in segments for segment in task.result()),
        tuple(dict.fromkeys(texts)),
        geometry.room,
    )


async def _show(index: int, card: Card, geometry: _Geometry, scenery: Scenery) -> _ShownPicture:
    """What a shot shows, while its words are being spoken.

    A card that is worth it is shown beside its scene's picture, where there is room.
    """
    shot, frame = scenery.narration.board.shots[index], geometry.group.frame
    clip = await scenery.illustration.clip_of(shot.scene)
    if clip is not None:
        return _ShownPicture(None, frame, clip)
    about = scenery.run.about(shot.scene)
    split = split_frame(frame) if scenery.beside[index] else None
    still = await scenery.illustration.within(shot.scene, split.pane) if split else None
    if split is not None and still is not None:
        drawn = await about.step(draw_card, card, scenery.look, split.card, scenery.seed)
        if drawn.whole:
            return _ShownPicture(drawn, frame, still=still)
        scenery.run.emit(Notice(f"{geometry.group.name}: {_cut_short(card, shot)}"))
    picture = await scenery.illustration.of(shot.scene, geometry.group)
    if picture is not None:
        return _ShownPicture(picture, frame)
    if not scenery.captioned[index]:
        free = geometry.group.bare
        alone = await about.step(draw_card, card, scenery.look, free, scenery.seed)
        if alone.whole:
            return _ShownPicture(alone, free, captioned=False)
    drawn = await about.step(draw_card, card, scenery.look, frame, scenery.seed)
    return _ShownPicture(drawn, frame)


def _cut_short(card: Card, shot: Shot) -> str:
    said = cut_line(card.headline or shot.text, 40)
    return f"there is no room for all of the card “{said}” beside its picture, which is shown alone."


async def _ready(
    index: int,
    shown: Sequence[asyncio.Task[_ShownPicture]],
    camera: Sequence[Motion],
    offset_s: float,
    geometry: _Geometry,
    scenery: Scenery,
) -> ReadyShot:
    """Plan the frames of a shot, once its words are spoken and it and its neighbours are drawn."""
    frame, narration = geometry.group.frame, scenery.narration
    shot = narration.board.shots[index]
    own = await asyncio.shield(shown[index])
    told = [(await narration.line(span.line)).timed for span in shot.spans]
    room = geometry.room if own.captioned and geometry.group.captions != "off" else None
    timing = time_shot(shot, narration.board.lines, told, fps=frame.fps, room=room, language=scenery.language)
    plan = ShotPlan(
        UNMOVED,
        timing.frames,
        timing.cues,
        geometry.style if own.is_card else over_pictures(geometry.style),
        frame,
        replace(scenery.encode, keyframe_interval=DRAWN_INTERVAL),
    )
    if own.clip is not None:
        about = scenery.run.about(shot.scene)
        picture = await _cut_clip(own.clip, offset_s, timing.frames / frame.fps, frame, about)
        return ReadyShot(picture.image, replace(plan, visual="clip", clip_frames=picture.clip_frames))
    assert own.picture is not None  # noqa: S101 - drawn or framed above
    if not own.is_card:
        return ReadyShot(own.picture.image, replace(plan, motion=follow(camera[index], own.picture)))
    before, after = await _elements(index - 1, shown), await _elements(index + 1, shown)
    # Into another picture there is a transition, and behind the last card comes nothing: all of it stays.
    goes = await _goes_on(index, shown)
    going_on = {one.digest for one in take_over(after, own.elements).values()} | _same(own.elements, after)
    stay = going_on if goes else {element.digest for element in own.elements}
    heard = Heard(timing.words, timing.frames, frame.fps, scenery.language)
    stand = _same(own.elements, before)
    taken = take_over(own.elements, before)
    appearances = plan_appearances(
        own.elements, heard, geometry.moves, stand=stand, stay=stay, taken=taken, opens=index == 0
    )
    card = CardPlan(own.elements, appearances, geometry.moves)
    ground = await asyncio.shield(geometry.ground)
    if own.still is None:
        encode = replace(plan.encode, content="card")
        return ReadyShot(own.picture.image, replace(plan, visual="card", card=card, encode=encode), ground)
    begins = index
    while await _goes_on(begins - 1, shown):
        begins -= 1
    motion = follow(camera[begins], own.still, back=(index - begins) % 2 == 1)
    split = split_frame(frame)
    assert split is not None  # noqa: S101 - there was room when it was drawn
    plan = replace(plan, motion=motion, visual="card", card=card, pane=split.pane)
    return ReadyShot(own.picture.image, plan, ground, own.still.image)


async def _goes_on(index: int, shown: Sequence[asyncio.Task[_ShownPicture]]) -> bool:
    """Whether from a shot to the next nothing but the elements of cards changes."""
    if not 0 <= index < len(shown) - 1:
        return False
    own, after = [await asyncio.shield(shown[place]) for place in (index, index + 1)]
    return own.goes_on(after)


async def _elements(index: int, shown: Sequence[asyncio.Task[_ShownPicture]]) -> tuple[Element, ...]:
    """Of the card of a shot; none where there is no card, or no shot."""
    return (await asyncio.shield(shown[index])).elements if 0 <= index < len(shown) else ()


def _boxes(shown: _ShownPicture) -> tuple[Rect, ...]:
    return shown.picture.text_boxes if shown.picture else ()


def _same(own: Sequence[Element], other: Sequence[Element]) -> frozenset[str]:
    """The digests of elements that look the same at the same place on another card."""
    others = {(element.digest, element.box) for element in other}
    return frozenset(element.digest for element in own if (element.digest, element.box) in others)


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


async def _render(
    index: int,
    shown: Sequence[asyncio.Task[_ShownPicture]],
    ready: Sequence[asyncio.Task[ReadyShot]],
    kind: TransitionKind,
    scenery: Scenery,
) -> tuple[Segment, ...]:
    """A shot's frames, and the join to the next one where either of them is a picture."""
    run, shot = scenery.run, scenery.narration.board.shots[index]
    own = await asyncio.shield(ready[index])
    joined = [await _is_joined(place, shown, kind) for place in (index - 1, index)]
    first, end = (TRANSITION_FRAMES // 2 if one else 0 for one in joined)
    count = own.plan.frames - first - end
    about = run.about(shot.scene)
    body = await about.step(render_shot, own, first, count)
    if not joined[1]:
        return (body,)
    return body, await about.step(
        render_transition, own, await asyncio.shield(ready[index + 1]), TRANSITION_FRAMES, kind
    )


async def _is_joined(index: int, shown: Sequence[asyncio.Task[_ShownPicture]], kind: TransitionKind) -> bool:
    """Whether there is a transition from a shot to the next: two cards that stand on one ground need none."""
    return kind != "cut" and 0 <= index < len(shown) - 1 and not await _goes_on(index, shown)
