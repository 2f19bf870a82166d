"""The steps that make the picture of a scene: a card, a person's own picture, or a clip from a collection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from automagic.language.names.entries import NameEntry, NameList
from automagic.language.names.writing import map_card, spell
from automagic.language.syntax.tree import ParsedSentence
from automagic.runs.steps import step
from automagic.stages.context import Context
from automagic.stages.look import Look, open_design
from automagic.values.artifact import Artifact
from automagic.values.frame import Frame, Rect
from automagic.values.moving import Element
from automagic.values.recording import Box
from automagic.values.script import Card

LAYERS = "application/vnd.automagic.layers"
"""What `media.design.cards.layers` writes."""

OVERSCAN = 1.10
"""How much larger than the frame a picture is, so that a slow move never shows its edge."""


def oversized(shape: Frame | Rect) -> tuple[int, int]:
    """The even (width, height) of a picture for this frame, or for this part of one."""
    width, height = (2 * -int(-side * OVERSCAN // 2) for side in (shape.width, shape.height))
    return width, height


@step("parse", 1, plannable=True)
async def parse_sentences(
    context: Context,
    sentences: tuple[str, ...],
    language: str,
    parser: str,  # noqa: ARG001 - the fingerprint of what parses them, part of the key
) -> tuple[ParsedSentence, ...]:
    """The trees of all sentences of a script, without those that are too long for one."""
    trees = await context.services.engines.sentence_parser.parse(sentences, language)
    return tuple(trees[sentence] for sentence in dict.fromkeys(sentences) if sentence in trees)


@step("design", 7, plannable=True, later=("names",))
async def design_card(
    context: Context,  # noqa: ARG001 - every step is given one
    text: str,
    role: Literal["opening", "body", "closing"],
    title: str,
    language: str,
    sentences: tuple[ParsedSentence, ...],
    names: tuple[NameEntry, ...] = (),
) -> Card:
    """What the card of a shot says, its icon included; the number of a list's entry is not part of it.

    `sentences` are the trees of those that it is heard in, and of an opening's title.
    `names` are those of the person's list that it may show; see `names_shown`.
    """
    from automagic.language.cards.pictured import pictured_things
    from automagic.language.cards.places import split_place
    from automagic.language.cards.whole import true_card
    from automagic.media.design.icons import choose_icon

    own = NameList(names)
    _, said = split_place(text)
    card = true_card(said, role=role, title=title, language=language, sentences=sentences, kept=own.kept)
    icon = choose_icon(pictured_things(card, sentences, language), language)  # by what the trees have, not as spelled
    return replace(map_card(card, lambda shown: spell(shown, own)), icon=icon)


@dataclass(frozen=True, slots=True)
class ScenePicture:
    """A still that is larger than its frame, a clip of the frame's own size, or a card in layers.

    Attributes:
        text_boxes: Where text stands in it, in frame coordinates, not zoomed.
        note: What was done to it that a person may want to know.
        clip_frames: Of a clip; 0 for others.
        elements: Of a card, in the order of its layers.
        salient: Of a still, where what matters stands; None for others.
        whole: Of a card, whether all that it says has room.
    """

    image: Artifact
    text_boxes: tuple[Rect, ...] = ()
    note: str = ""
    clip_frames: int = 0
    elements: tuple[Element, ...] = ()
    salient: Box | None = None
    whole: bool = True


@step("draw", 5, creative=True, forecast=lambda: ScenePicture(Artifact.unknown("card", LAYERS)))
async def draw_card(context: Context, card: Card, look: Look, frame: Frame, seed: str) -> ScenePicture:
    """A designed card in layers; a title comes word by word."""
    from automagic.media.design.cards.layers import CardLayers, draw_layers

    design = open_design(context.services, context.store, look)
    varied = seed if context.take == 1 else f"{seed}/{context.take}"
    target = context.folder / "card.layers"

    def work(_stop: Callable[[], bool]) -> CardLayers:
        drawn = draw_layers(card, design, frame, seed=varied, by_word=card.layout == "title")
        target.write_bytes(drawn.data)
        return drawn

    drawn = await context.compute(work, alone=True)
    layers = await context.keep(target, LAYERS)
    return ScenePicture(layers, drawn.texts, elements=drawn.elements, whole=drawn.whole)


@step("paint-ground", 1, creative=True, forecast=lambda: Artifact.unknown("ground", "image/bmp"))
async def paint_ground(context: Context, look: Look, frame: Frame, seed: str) -> Artifact:
    """What the cards of a video stand on."""
    from automagic.media.design import cards

    design = open_design(context.services, context.store, look)
    varied = seed if context.take == 1 else f"{seed}/{context.take}"
    target = context.folder / "ground.bmp"
    target.write_bytes(await context.compute(lambda _stop: cards.draw_ground(design, frame, seed=varied), alone=True))
    return await context.keep(target, "image/bmp")


@step("frame", 2, forecast=lambda: ScenePicture(Artifact.unknown("picture", "image/png")))
async def frame_picture(context: Context, picture: Artifact, name: str, width: int, height: int) -> ScenePicture:
    """A person's own picture, cropped to the shape without cutting faces; `name` is for errors."""
    from automagic.media.framing import pictures

    target = context.folder / "framed.png"
    source = context.folder / name
    source.symlink_to(context.path_of(picture))
    framed = await context.compute(lambda _stop: pictures.frame_picture(source, target, width=width, height=height))
    note = f"enlarged {framed.enlarged:.1f} times" if framed.enlarged > 1.2 else ""
    return ScenePicture(await context.keep(target, "image/png"), note=note, salient=framed.salient)


def _forecast_clip(frame: Frame, longest_s: float) -> ScenePicture:
    return ScenePicture(Artifact.unknown("clip", "video/mp4"), clip_frames=max(1, round(longest_s * frame.fps)))


@step("clip", 2, forecast=_forecast_clip)
async def prepare_clip(
    context: Context,
    clip: Artifact,
    name: str,
    frame: Frame,
    start_s: float,
    longest_s: float,
    encoding: str,  # noqa: ARG001 - the fingerprint of how it is kept, part of the key
) -> ScenePicture:
    """A stretch of a video clip that fills the frame, muted, at the video's own rate; `name` is for errors."""
    from automagic.media.rendering import stock_clip

    target = context.folder / "prepared.mp4"
    source = context.folder / name
    source.symlink_to(context.path_of(clip))
    prepared = await context.compute(
        lambda stop: stock_clip.prepare_clip(
            source,
            target,
            frame,
            start_s=start_s,
            longest_s=longest_s,
            cancelled=stop,
        )
    )
    return ScenePicture(await context.keep(target, "video/mp4"), note=prepared.note, clip_frames=prepared.frames)


@dataclass(frozen=True, slots=True)
class OwnPicture:
    """A person's picture.

    Attributes:
        name: Of its file, for errors and credits.
        named: Whether the script asks for it; any other is left out when it turns out to be damaged.
    """

    name: str
    image: Artifact
    named: bool = False
