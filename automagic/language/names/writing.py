"""Names as their person writes them: in scripts, in transcripts, and whole wherever a text is cut or broken.

"We met Shavonne at auto magic."  ──▶  "We met Siobhan at AutoMagic."      what was heard, mended
headline "Ana"                    ──▶  refused: the name is Ana Ruiz        what was cut
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from automagic.language.names.entries import NO_NAMES, NameEntry, NameList, NameSpan
from automagic.language.text.lexicon import STOPWORDS
from automagic.language.text.sentences import split_words
from automagic.values.script import Card, Figure, Script
from automagic.values.transcript import Transcript
from automagic.values.words import Word

NO_BREAK = "\u00a0"
"""The space between two words that stand on one line."""


def spell(text: str, names: NameList) -> str:
    """The text with every name as it is spelled, wherever its entry says how; white space as it was."""
    if not any(entry.spelled for entry in names.entries):
        return text
    pieces = re.split(r"(\s+)", text)
    words, gaps = pieces[::2], pieces[1::2]
    for span in reversed(names.find(words)):
        if span.entry.spelled and span.text != span.entry.spelled and not _is_code(span):
            gap = gaps[span.end - 1 : span.end]
            words[span.first : span.end] = [f"{span.lead}{span.entry.spelled}{span.behind}{span.trail}"]
            gaps[span.first : span.end] = gap
    return "".join(part for pair in zip(words, [*gaps, ""], strict=True) for part in pair)


def _is_code(span: NameSpan) -> bool:
    """Whether it is a part of something else that is written so: `automagic`, automagic-cli."""
    return "`" in span.lead or (len(span.behind) > 2 and span.behind[0] not in "'’–—")


def spell_script(script: Script, names: NameList) -> Script:
    """The script with every name as it is spelled; its scenes keep their ids."""
    scenes = tuple(
        replace(
            scene,
            text=spell(scene.text, names),
            cards=tuple(map_card(card, lambda text: spell(text, names)) for card in scene.cards),
        )
        for scene in script.scenes
    )
    return replace(script, title=spell(script.title, names), scenes=scenes)


def mend_transcript(transcript: Transcript, names: NameList) -> Transcript:
    """The transcript with names as they are written, where a recogniser wrote something else.

    Words that become one last from the first's beginning to the last's end, and are as sure as the least sure of them.
    """
    words = list(transcript.words)
    speakers, sure = list(transcript.speakers), list(transcript.confidences)
    for span in reversed(names.find([word.text for word in words], heard=True)):
        own = {span.entry.name.casefold(), span.entry.written.casefold()}
        if span.text == span.entry.written or (not span.entry.spelled and span.text.casefold() in own):
            continue
        said = f"{span.lead}{span.entry.written}{span.behind}{span.trail}".split()
        here = words[span.first : span.end]
        if len(said) != len(here):
            said = [" ".join(said)]
            here = [Word("", here[0].start_s, here[-1].end_s)]
        words[span.first : span.end] = [replace(one, text=text) for one, text in zip(here, said, strict=True)]
        if len(here) != span.end - span.first:
            speakers[span.first : span.end] = speakers[span.first : span.first + 1]
            sure[span.first : span.end] = [min(sure[span.first : span.end])] if sure else []
    return replace(transcript, words=tuple(words), speakers=tuple(speakers), confidences=tuple(sure))


# ---------------------------------------------------------------------------------------------- names kept whole


def as_names(kept: Sequence[str]) -> NameList:
    """Names that stay whole, given as they are written."""
    return NameList(tuple(NameEntry(name, keep=True) for name in kept)) if kept else NO_NAMES


def names_shown(names: NameList) -> tuple[NameEntry, ...]:
    """What a card has to know of names, for the key of its step: how they are written, and which stay whole."""
    return tuple(
        NameEntry(one.name, spelled=one.spelled, keep=one.keep) for one in names.entries if one.spelled or one.keep
    )


def find_cut(shown: Sequence[str], said: str, kept: Sequence[str]) -> str:
    """A name that is said and not shown, or not shown whole; "" when there is none.

    Args:
        shown: The texts of a card.
        said: What it was made from.
        kept: The names that must not be cut.
    """
    names = as_names(kept)
    whole = {span.entry.name for text in shown for span in names.find(split_words(text))}
    spoken = (span.entry.name for span in names.find(split_words(said)))
    return next((name for name in spoken if name not in whole or tears(shown, said, (name,))), "")


def tears(shown: Sequence[str], said: str, kept: Sequence[str]) -> bool:
    """Whether a part of a name is shown that is said only as a part of it."""
    names = as_names(kept)
    found = names.find(split_words(said))
    parts = {word for span in found if span.end - span.first > 1 for word in _bare(split_words(span.entry.name))}
    beside = {word for text in shown for word in _beside(text, names)}
    return bool(parts & beside - set(_beside(said, names)) - STOPWORDS)


def _beside(text: str, names: NameList) -> Iterator[str]:
    """The words of a text that belong to no name, bare."""
    words = split_words(text)
    inside = {index for span in names.find(words) for index in range(span.first, span.end)}
    return _bare(word for index, word in enumerate(words) if index not in inside)


def _bare(words: Iterable[str]) -> Iterator[str]:
    """Words in small letters, without punctuation and possessives."""
    bare = (re.sub(r"['’]s$", "", re.sub(r"^\W+|\W+$", "", word)).casefold() for word in words)
    return (word for word in bare if word)


def bind(text: str, kept: Sequence[str]) -> str:
    """The text with no-break spaces inside the names that stay whole."""
    pieces = text.split(" ")
    for span in as_names(kept).find(pieces):
        pieces[span.first : span.end - 1] = [word + NO_BREAK for word in pieces[span.first : span.end - 1]]
    return " ".join(pieces).replace(NO_BREAK + " ", NO_BREAK)


def bind_card(card: Card, kept: Sequence[str]) -> Card:
    """The card with no-break spaces inside its names; an accent that is a part of one becomes the whole name."""
    if not any(" " in name for name in kept):
        return card
    bound = map_card(card, lambda text: bind(text, kept))
    names = as_names(kept)
    for span in names.find(split_words(card.headline)) if card.accent else ():
        if card.accent != span.text and card.accent in span.text:
            return replace(bound, accent=bind(span.text, kept))
    return bound


def name_breaks(words: Sequence[str], breaks: Sequence[float], kept: Sequence[str]) -> tuple[float, ...]:
    """The costs of breaking after each word, 1 inside a name that stays whole."""
    costs = list(breaks)
    for span in as_names(kept).find(words):
        costs[span.first : span.end - 1] = [1.0] * (span.end - 1 - span.first)
    return tuple(costs)


def join_words(
    words: Sequence[Word], breaks: Sequence[float], kept: Sequence[str]
) -> tuple[tuple[Word, ...], tuple[float, ...]]:
    """Timed words and the costs of breaking after each, those of a name that stays whole as one."""
    shown, costs = list(words), list(breaks)
    for span in reversed(as_names(kept).find([word.text for word in words])):
        here = shown[span.first : span.end]
        shown[span.first : span.end] = [Word(" ".join(w.text for w in here), here[0].start_s, here[-1].end_s)]
        costs[span.first : span.end] = [costs[span.end - 1]]
    return tuple(shown), tuple(costs)


def map_card(card: Card, change: Callable[[str], str]) -> Card:
    """The card with each of its texts changed."""

    def figure(one: Figure) -> Figure:
        return replace(one, label=change(one.label))

    return replace(
        card,
        headline=change(card.headline),
        accent=change(card.accent),
        detail=change(card.detail),
        items=tuple(map(change, card.items)),
        figures=tuple(map(figure, card.figures)),
        sides=tuple(map(change, card.sides)),
        speaker=change(card.speaker),
        kicker=change(card.kicker),
    )


def texts_of(card: Card) -> tuple[str, ...]:
    """Every text that a card shows, but for its figures' numbers; the accent is a part of the headline."""
    found: list[str] = []
    map_card(replace(card, accent=""), lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return tuple(text for text in found if text)
