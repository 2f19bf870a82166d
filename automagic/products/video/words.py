"""The words of a video, before anything is spoken or drawn: its script, and what each of its cards says.

    request ─▶ write_words ─▶ script ─▶ storyboard ─▶ the person's own cards, designed ones for the rest

`--plan` shows them, `automagic script` writes them into a file, and `--preview` draws them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from automagic.errors import RequestError
from automagic.language.cards.places import find_places, split_place
from automagic.language.cards.shown import pieces_of, shown_texts
from automagic.language.cards.whole import shows_all
from automagic.language.names.writing import bind_card, names_shown, spell_script
from automagic.language.numbers.bonds import cut_line
from automagic.language.script.written import write_file
from automagic.language.speech.pace import count_spoken, estimate_s
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.slug import slugify
from automagic.media.design.platforms import CaptionPlace
from automagic.products.video.inputs import read_brief
from automagic.products.video.request import VideoRequest
from automagic.products.video.storyboard import (
    ScriptLine,
    Shot,
    Storyboard,
    draw_storyboard,
    read_lines,
    shown_sentence,
)
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.picture_steps import design_card, parse_sentences
from automagic.stages.writing import write
from automagic.values.events import Notice
from automagic.values.script import Card, CardPlace, Script

_QUOTED = 40
"""Letters of a scene that name it in a notice."""


_WORTHY = frozenset({"title", "number", "comparison", "list", "quote"})
"""Layouts that are shown beside a picture of their scene; a statement would say what the captions say."""


@dataclass(frozen=True, slots=True)
class ToldScene:
    """A scene as a person looks at it.

    Attributes:
        seconds: How long it is on the screen; in a plan about how long.
        spoken: What the voice says instead of `text`; "" when the same.
        picture: The person's own, by its name, or who gives one; "" for cards.
        cards: In the order of its shots; where there is a picture, those that are shown beside it.
    """

    id: str
    seconds: float
    text: str
    spoken: str
    picture: str
    cards: tuple[Card, ...]


async def write_words(request: VideoRequest, run: Run[Services]) -> Script:
    """The script of a request, whose language is a primary tag.

    Raises:
        RequestError: What it is about cannot be read, or nobody can write of it.
        VendorError: The last writer in the list failed.
    """
    brief = await read_brief(
        topic=request.topic,
        source=request.source,
        script=request.script,
        language=request.language,
        kind=request.kind,
    )
    script = await write(
        brief,
        asked=request.writer,
        duration_s=request.duration_s * request.speed,  # as it is read before it is hurried
        language=request.language,
        run=run,
    )
    return spell_script(script, run.services.names)


async def design_cards(
    board: Storyboard, script: Script, trees: Mapping[str, ParsedSentence], run: Run[Services]
) -> tuple[Card, ...]:
    """What each shot's card says: what the person wants it to say, else what is designed from its words.

    Args:
        trees: Of the storyboard's sentences and its title.

    Raises:
        RequestError: A card of the person's has an icon that there is not.
    """
    kept = board.names.kept
    cards: list[Card] = []
    before: Shot | None = None  # where its card was designed too
    places = find_places([(shot.scene, shot.told) for shot in board.shots], script.title, script.language)
    for shot, own, place in zip(board.shots, own_cards(board, script, run), places, strict=True):
        if own is not None:
            cards.append(bind_card(own, kept))
            before = None
            continue
        title = [script.title] if shot.role == "opening" else []
        heard = dict.fromkeys([*(shown_sentence(board.lines[span.line]) for span in shot.spans), *title])
        known = tuple(trees[sentence] for sentence in heard if sentence in trees)
        about = run.about(shot.scene)
        names = names_shown(board.names.of(shot.told, *title))
        card = await about.step(design_card, shot.told, shot.role, script.title, script.language, known, names)
        card = bind_card(_placed(card, shot, place), kept)
        if before is not None and _repeats((shot, card), (before, cards[-1])):
            card = cards[-1]  # nothing changes on the screen
        elif before is not None and before.role == "opening" and _says(cards[-1]) <= _says(card):
            cards[-1] = replace(cards[-1], detail="")
        elif cards and card.icon == cards[-1].icon:  # said once is enough
            card = replace(card, icon="")
        cards.append(card)
        before = shot
    return tuple(cards)


def _placed(card: Card, shot: Shot, place: CardPlace | None) -> Card:
    """The card with where it stands in a list; the number alone, as it is said, in one that is not told to its end."""
    number, _ = split_place(shot.told)
    if card.layout == "title" or not (place or number):
        return card
    if place is not None:
        return replace(card, place=place)
    if card.layout == "statement":
        return replace(card, headline=f"{number}. {card.headline}", accent=f"{number}.")
    return card if card.kicker else replace(card, kicker=f"{number}.")


def _repeats(shown: tuple[Shot, Card], before: tuple[Shot, Card]) -> bool:
    """Whether of two neighbours that are heard in one sentence one says all that the other says."""
    lines = ({span.line for span in shot.spans} for shot, _ in (shown, before))
    said, told = _says(shown[1]), _says(before[1])
    return before[1].layout != "title" and not set.isdisjoint(*lines) and (said <= told or told <= said)


def _says(card: Card) -> set[str]:
    """The words and numbers of a card; of an opening's, those below the title."""
    return {piece for piece, _, _ in pieces_of(" ".join(shown_texts(card)))}


async def draw_board(
    script: Script, run: Run[Services], *, hooks: bool = True
) -> tuple[Storyboard, dict[str, ParsedSentence]]:
    """The storyboard of a script, and the trees of its sentences and its title, where its language has a parser.

    Raises:
        RequestError: Nothing in the script can be spoken.
    """
    names = run.services.names
    lines = read_lines(script, names)
    trees = await _parse(lines, script, run)
    return draw_storyboard(script, lines, names, trees=trees, hooks=hooks), trees


async def _parse(lines: Sequence[ScriptLine], script: Script, run: Run[Services]) -> dict[str, ParsedSentence]:
    fingerprint = run.services.engines.sentence_parser.fingerprint(script.language)
    if not fingerprint or not lines:
        return {}
    sentences = tuple(dict.fromkeys([*map(shown_sentence, lines), script.title]))
    parsed = await run.step(parse_sentences, sentences, script.language, fingerprint)
    await run.services.engines.sentence_parser.rest()  # nothing is parsed after the words
    return {tree.text: tree for tree in parsed}


def own_cards(board: Storyboard, script: Script, run: Run[Services]) -> tuple[Card | None, ...]:
    """The person's card for each shot; None where there is none. Those that are too many are told.

    Raises:
        RequestError: One has an icon that there is not.
    """
    left = {scene.id: list(scene.cards) for scene in script.scenes if scene.cards}
    if not left:
        return (None,) * len(board.shots)
    from automagic.media.design.icons import has_icon

    for icon in (card.icon for cards in left.values() for card in cards if card.icon):
        if not has_icon(icon):
            raise RequestError(
                f"there is no icon {icon!r}, which a card of the script names",
                hint="Names are those of https://lucide.dev/icons; a card may have none.",
            )
    chosen = [left[shot.scene].pop(0) if left.get(shot.scene) else None for shot in board.shots]
    for scene in script.scenes:
        if too_many := left.get(scene.id):
            shown, words = len(scene.cards) - len(too_many), cut_line(scene.text, _QUOTED)
            run.emit(
                Notice(
                    f"Not shown: {len(too_many)} of the {len(scene.cards)} cards of “{words}”, "
                    f"which is on the screen as {shown} picture{'' if shown == 1 else 's'}."
                )
            )
    return tuple(chosen)


def beside_pictures(board: Storyboard, script: Script, cards: Sequence[Card]) -> tuple[bool, ...]:
    """Whether each shot's card is worth being shown beside its scene's picture, if that has one.

    A person's own card is. A designed one is where it says more than the words that are heard: a figure, a quote, a
    list, the title, or the head of an item.
    """
    own = {scene.id: len(scene.cards) for scene in script.scenes}
    chosen = []
    for shot, card in zip(board.shots, cards, strict=True):
        is_own = own[shot.scene] > 0
        own[shot.scene] -= 1
        chosen.append(is_own or card.layout in _WORTHY or bool(split_place(shot.told)[0]))
    return tuple(chosen)


def captioned_shots(
    board: Storyboard, cards: Sequence[Card], trees: Mapping[str, ParsedSentence], place: CaptionPlace
) -> tuple[bool, ...]:
    """Whether captions stand on each shot, if a card is all that it shows.

    A card that shows every word that is heard is its own caption: the same words again below it would only be read
    twice. The title stays alone where the next card shows all that is said meanwhile.

    Args:
        trees: Of the storyboard's sentences.
        place: Where captions stand; at any but "auto" all shots have them.
    """
    if place != "auto":
        return (True,) * len(board.shots)
    captioned = []
    for shot, card in zip(board.shots, cards, strict=True):
        known = [trees.get(shown_sentence(board.lines[span.line])) for span in shot.spans]
        said = split_place(shot.told)[1]
        captioned.append(not any(shows_all(card, said, tree) for tree in (None, *known)))
    if len(captioned) > 1 and board.shots[0].told == board.shots[1].told:  # the hook
        captioned[0] = captioned[0] and captioned[1]
    return tuple(captioned)


async def write_with_cards(request: VideoRequest, run: Run[Services]) -> Script:
    """The script of a request, each scene with the cards of all its shots."""
    script = await write_words(request, run)
    board, trees = await draw_board(script, run)
    cards = by_scene(board, await design_cards(board, script, trees, run))
    # Beside a picture stand those that the person wants, and no others.
    return replace(
        script,
        scenes=tuple(
            scene if scene.picture else replace(scene, cards=cards.get(scene.id, ())) for scene in script.scenes
        ),
    )


def begins_with_card(script: Script, pictures: Mapping[str, object], illustrators: Sequence[str]) -> bool:
    """Whether the first scene certainly has cards: nobody gave a picture for it, and nobody is asked for one."""
    return script.scenes[0].id not in pictures and illustrators[0] == "cards"


def by_scene(board: Storyboard, cards: Sequence[Card]) -> dict[str, tuple[Card, ...]]:
    """The cards of each scene, in the order of its shots."""
    found: dict[str, tuple[Card, ...]] = {}
    for shot, card in zip(board.shots, cards, strict=True):
        found[shot.scene] = (*found.get(shot.scene, ()), card)
    return found


def tell_scenes(
    script: Script,
    board: Storyboard,
    cards: Sequence[Card],
    *,
    pictures: Mapping[str, str],
    seconds: Mapping[str, float] | None = None,
) -> tuple[ToldScene, ...]:
    """Every scene for a person to look at.

    Args:
        pictures: Whose picture a scene has instead of cards, or the picture's name.
        seconds: How long each is; estimated from its words when None.
    """
    shown = by_scene(board, cards)
    worthy = zip(board.shots, cards, beside_pictures(board, script, cards), strict=True)
    beside: dict[str, tuple[Card, ...]] = {}
    for shot, card, is_worthy in worthy:
        beside[shot.scene] = (*beside.get(shot.scene, ()), *([card] if is_worthy else []))
    lengths = estimate_lengths(board.lines) if seconds is None else seconds
    return tuple(
        ToldScene(
            scene.id,
            round(lengths.get(scene.id, 0.0), 1),
            scene.text,
            scene.spoken or "",
            pictures.get(scene.id, ""),
            (beside if scene.id in pictures else shown).get(scene.id, ()),
        )
        for scene in script.scenes
    )


def estimate_lengths(lines: Sequence[ScriptLine]) -> dict[str, float]:
    """About how many seconds each scene takes, from its words alone."""
    lengths: dict[str, float] = {}
    for line in lines:
        lengths[line.scene] = lengths.get(line.scene, 0.0) + estimate_s(count_spoken(line.sentence))
    return lengths


def as_file(script: Script) -> str:
    """The file that `--script` reads, and at its top where it came from and what was left out."""
    length_s = sum(estimate_lengths(read_lines(script)).values())
    remarks = [f"Written by {script.writer}, about {length_s:.0f} s. Edit it, then: automagic --script FILE"]
    for source in script.sources:
        parts = (source.title, source.author, source.location, source.licence)
        remarks.append(f"From {', '.join(part for part in parts if part)}")
    remarks += script.notices
    remarks.append("A paragraph's first `card:` line is for its first picture, the second for the second.")
    return write_file(script, remarks=remarks)


def choose_folder(request: VideoRequest, title: str) -> Path:
    """Where the result goes."""
    take = f"-take-{request.take}" if request.take > 1 else ""
    return request.out or Path("final_videos") / f"{time.strftime('%Y-%m-%d')}-{slugify(title)}{take}"
