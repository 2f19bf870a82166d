"""What a video would look like, before anything is spoken: its cards and its thumbnail on one sheet.

What is drawn is remembered as it is when the video is made, which then does not draw it again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from automagic.language.cards.places import link_places
from automagic.language.text.keywords import content_words
from automagic.language.text.summary import stem
from automagic.machine.leaving import in_thread
from automagic.media.design.icons import names_of
from automagic.media.design.panes import split_frame
from automagic.media.design.platforms import PlatformGroup, group_platforms
from automagic.media.design.theme_files import load_theme
from automagic.products.video.credits import MadeBy
from automagic.products.video.film import frame_pictures
from automagic.products.video.inputs import read_pictures
from automagic.products.video.request import VideoRequest
from automagic.products.video.result import VideoResult
from automagic.products.video.steps import draw_thumbnail
from automagic.products.video.storyboard import Shot, Storyboard
from automagic.products.video.words import (
    begins_with_card,
    beside_pictures,
    captioned_shots,
    choose_folder,
    design_cards,
    draw_board,
    estimate_lengths,
    tell_scenes,
    write_words,
)
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.languages import primary_language
from automagic.stages.letters import check_letters
from automagic.stages.look import Look, choose_look
from automagic.stages.picture_steps import (
    OwnPicture,
    ScenePicture,
    draw_card,
    frame_picture,
    oversized,
    paint_ground,
)
from automagic.stages.request_files import caption_place
from automagic.stages.result_folder import put_preview, reserve
from automagic.values.artifact import Artifact
from automagic.values.events import Notice, StepsPlanned
from automagic.values.script import Card, Script


async def make_preview(request: VideoRequest, run: Run[Services]) -> VideoResult:
    """Draw the sheet for the first of the platforms; nothing is spoken, and nobody is asked for a picture."""
    group = group_platforms(request.platforms, caption_place(request.captions))[0]
    request = replace(request, language=primary_language(request.language))
    illustrators = run.services.vendors.chain("illustrator", request.illustrator)
    load_theme(request.theme)  # a wrong name is told before a writer is paid
    script = await write_words(request, run)
    pictures = await read_pictures(request.images, script, Path(request.script or ".").parent, run)
    hooks = begins_with_card(script, pictures, illustrators)
    board, trees = await draw_board(script, run, hooks=hooks)
    look = await in_thread(choose_look, run, theme_name=request.theme, title=script.title)
    texts = [("the title", script.title), *((f"scene {n}", scene.text) for n, scene in enumerate(script.scenes, 1))]
    notices = (*script.notices, *check_letters(run, look, texts))
    others = [name for name in illustrators if name != "cards"]
    if others and illustrators[0] != "cards" and len(pictures) < len(script.scenes):
        run.emit(Notice(f"A preview asks nobody for pictures: cards stand where {', '.join(others)} may give some."))
    folder = choose_folder(request, script.title)
    with reserve(folder):
        framed = (await frame_pictures([group], pictures, run))[group.name]
        cards = await design_cards(board, script, trees, run)
        beside = _ids(board, beside_pictures(board, script, cards)) if split_frame(group.frame) else frozenset()
        captioned = _ids(board, captioned_shots(board, cards, trees, group.captions))
        looks = _Looks(group, look, framed, pictures, beside, captioned)
        sheet = await _draw_sheet(board, cards, script, looks, run)
        place = await in_thread(put_preview, folder, sheet)
    own = {scene: pictures[scene].name for scene in framed}
    return VideoResult(
        run_id=run.id,
        title=script.title,
        folder=None,
        outputs={},
        duration_s=sum(estimate_lengths(board.lines).values()),
        quality={},
        rejected=False,
        notices=notices,
        steps=tuple(run.records),
        made_by=MadeBy(script.writer, dict.fromkeys(own, "you"), ""),
        cost_usd=run.cost_usd,
        scenes=tell_scenes(script, board, cards, pictures=own),
        preview=place,
    )


@dataclass(frozen=True, slots=True)
class _Looks:
    """What the pictures of a sheet are made of.

    Attributes:
        framed: The person's own pictures in the frame's shape, by scene.
        files: The same as they are.
        beside: The ids of the shots whose card is shown beside their scene's picture.
        captioned: The ids of those that have captions where a card is all that they show.
    """

    group: PlatformGroup
    look: Look
    framed: Mapping[str, ScenePicture]
    files: Mapping[str, OwnPicture]
    beside: frozenset[str]
    captioned: frozenset[str]

    def is_alone(self, shot: Shot) -> bool:
        """Whether a shot shows a person's picture and nothing else."""
        return shot.scene in self.framed and shot.id not in self.beside

    async def draw(self, shot: Shot, card: Card, seed: str, run: Run[Services]) -> tuple[ScenePicture, Artifact | None]:
        """A shot's card, and what is shown beside it."""
        about = run.about(shot.scene)
        split = split_frame(self.group.frame) if shot.scene in self.framed else None
        if split is None:
            if shot.id not in self.captioned:
                alone = await about.step(draw_card, card, self.look, self.group.bare, seed)
                if alone.whole:
                    return alone, None
            return await about.step(draw_card, card, self.look, self.group.frame, seed), None
        own = self.files[shot.scene]
        drawn = await about.step(draw_card, card, self.look, split.card, seed)
        return drawn, (await about.step(frame_picture, own.image, own.name, *oversized(split.pane))).image


async def _draw_sheet(
    board: Storyboard, cards: Sequence[Card], script: Script, looks: _Looks, run: Run[Services]
) -> bytes:
    """Each shot's picture in order, and behind them the thumbnail; as PNG."""
    from automagic.media.design.cards.layers import DrawnCard
    from automagic.media.design.sheet import draw_sheet

    group, look = looks.group, looks.look
    shots = list({shot.scene if looks.is_alone(shot) else shot.id: shot for shot in board.shots}.values())
    told = zip(board.shots, link_places(cards), strict=True)
    drawn = {shot.id: card for shot, card in told if not looks.is_alone(shot)}
    # A card that stays over two shots is one picture.
    shots = [shot for shot, before in zip(shots, [None, *shots], strict=False) if not _stays(shot, before, drawn)]
    run.emit(StepsPlanned("draw", sum(shot.id in drawn for shot in shots)))
    kept = board.names.of(script.title).kept
    async with asyncio.TaskGroup() as tasks:
        pictures = {
            shot.id: tasks.create_task(looks.draw(shot, drawn[shot.id], script.title, run))
            for shot in shots
            if shot.id in drawn
        }
        thumbnail = tasks.create_task(
            run.about(group.name).step(
                draw_thumbnail, emblem_of(cards, script), script.title, look, group.cover, script.language, kept
            )
        )
        ground = tasks.create_task(run.about(group.name).step(paint_ground, look, group.frame, script.title))
    path_of = run.services.store.path_of
    numbers = {scene: number for number, scene in enumerate(dict.fromkeys(shot.scene for shot in board.shots), 1)}
    split = split_frame(group.frame)

    def shown(shot: Shot) -> Path | DrawnCard:
        card, still = pictures[shot.id].result() if shot.id in pictures else (None, None)
        if card is None or (still is not None and not card.whole):
            return path_of(looks.framed[shot.scene].image)
        beside = (path_of(still), split.pane) if split is not None and still is not None else None
        return DrawnCard(path_of(card.image), path_of(ground.result()), beside)

    images = [(f"{numbers[shot.scene]} {shot.scene}", shown(shot)) for shot in shots]
    return await in_thread(draw_sheet, [*images, ("thumbnail", path_of(thumbnail.result()))], group.frame)


def _ids(board: Storyboard, chosen: Sequence[bool]) -> frozenset[str]:
    """The shots that are chosen."""
    return frozenset(shot.id for shot, one in zip(board.shots, chosen, strict=True) if one)


def _stays(shot: Shot, before: Shot | None, drawn: Mapping[str, Card]) -> bool:
    """Whether a shot shows the card of the one before it."""
    return before is not None and shot.id in drawn and drawn[shot.id] == drawn.get(before.id)


def emblem_of(cards: Sequence[Card], script: Script) -> Card:
    """What the thumbnail draws beside the title's words: the icon of the first card whose thing the title names."""
    about = {stem(word) for word in content_words(script.title, script.language)}
    named = (card for card in cards if any(set(map(stem, name)) <= about for name in names_of(card.icon)))
    opening = cards[0]
    return Card("title", "", accent=opening.accent, icon=next(named, opening).icon)
