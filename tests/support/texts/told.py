"""A text with all that is made of it in words: its script, cards, the words of its thumbnail, chapters, description."""

from __future__ import annotations

from dataclasses import dataclass

from automagic.language.cards.places import split_place
from automagic.language.cards.whole import true_card
from automagic.language.script.chapter import chapter_title
from automagic.language.script.metadata import describe
from automagic.language.script.promise import promise_of
from automagic.language.text.sentences import split_sentences
from automagic.products.video.storyboard import Shot, draw_storyboard, read_lines, shown_sentence
from automagic.providers.local.extract.engine import write_script
from automagic.providers.local.extract.units import sentences_to_parse
from automagic.values.document import Document
from automagic.values.script import Card, Script
from tests.support.texts.trees import parse


@dataclass(frozen=True, slots=True)
class ToldText:
    """What a viewer hears and reads of a document.

    Attributes:
        shots: Each with its whole sentences, as they are heard, and its card.
        chapters: The title of each scene, in order.
    """

    document: Document
    script: Script
    shots: tuple[tuple[Shot, tuple[str, ...], Card], ...]
    thumbnail: str
    chapters: tuple[tuple[str, str], ...]
    description: str
    tags: tuple[str, ...]


def tell(document: Document, duration_s: float = 45.0) -> ToldText:
    """All the words of an English document's video, without its voice and pictures."""
    texts = sentences_to_parse(document, "en")
    trees = dict(zip(texts, parse(*texts), strict=True)) if texts else {}
    script = write_script(document, duration_s=duration_s, trees=trees)
    lines = read_lines(script)
    sentences = list(dict.fromkeys(map(shown_sentence, lines)))
    board = draw_storyboard(script, lines, trees=dict(zip(sentences, parse(*sentences), strict=True)))
    shots = []
    chapters: dict[str, tuple[str, str]] = {}
    for shot in board.shots:
        heard = tuple(dict.fromkeys(shown_sentence(lines[span.line]) for span in shot.spans))
        _, said = split_place(shot.told)
        card = true_card(said, role=shot.role, title=script.title, language="en", sentences=parse(*heard))
        shots.append((shot, heard, card))
        first = next(iter(split_sentences(shot.told, "en")), shot.told)
        chapters.setdefault(shot.scene, (heard[0], chapter_title(first, "en", parse(heard[0])[0])))
    about = describe(script, (), (), ("youtube",))
    return ToldText(
        document,
        script,
        tuple(shots),
        promise_of(script.title, "en"),
        tuple(chapters[scene.id] for scene in script.scenes if scene.id in chapters),
        str(about["description"]),
        tuple(about["tags"]),  # type: ignore[arg-type]
    )
