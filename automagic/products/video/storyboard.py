"""From a script to lines and shots: what is spoken in one breath, and what is on the screen together.

    scene   "Half of it is water. Why?"   a paragraph, one thought
    line    "Half of it is water."        a sentence: spoken, timed and remembered by itself
    shot    one picture in motion         a long sentence has two, two very short ones share one
    hook    the title, for two seconds    while the first words are said, then their own picture

Shots are decided from the text alone, before anything is spoken, so that pictures are drawn meanwhile; their lengths
come from the voice afterwards. A shot's id comes from its words: an edited line changes its own shots and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from automagic.errors import RequestError
from automagic.language.names.entries import NO_NAMES, NameList
from automagic.language.names.writing import name_breaks
from automagic.language.speech.pace import WORDS_PER_S, count_spoken, estimate_s
from automagic.language.speech.spoken import sounds_in, spoken_sentences
from automagic.language.text.phrases import phrase_breaks
from automagic.values.script import Scene, Script
from automagic.values.words import SpokenSentence

SHORT_S = 1.8
LONG_S = 6.5
TARGET_S = 4.5
MIN_PART_WORDS = 5
VERY_LONG_S = 8.0
HOOK_S = 1.5
"""So long the title is shown, by estimate, while a first sentence goes on that is longer by `AFTER_HOOK_S`: the second
picture comes within two seconds."""
AFTER_HOOK_S = 0.85

MAX_BREAK_COST, MAX_BREAK_COST_VERY_LONG = 0.45, 0.5
"""The worst place at which a picture may change: at a clause; in a very long sentence, before a preposition too."""


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One sentence of one scene; `scene` and `last_in_scene` decide the breath after it.

    Attributes:
        sounds: Names whose sounds a person states: as `sentence.text` has each, and its IPA.
    """

    scene: str
    sentence: SpokenSentence
    last_in_scene: bool
    sounds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Tokens [first, end) of the line with this index."""

    line: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture in motion.

    Attributes:
        id: From its words; "-2" and so on for a repetition.
        scene: The scene it belongs to.
        text: Its words, as captions show them.
        told: What its card is designed from: its words; behind the hook, all words of the picture that it is part of.
        spans: What is spoken meanwhile, in order; whole lines, or part of one.
        role: Where it stands in the story.
        picture: The person's own picture for its scene, or None.
    """

    id: str
    scene: str
    text: str
    spans: tuple[TokenSpan, ...]
    role: Literal["opening", "body", "closing"]
    picture: str | None
    told: str


@dataclass(frozen=True, slots=True)
class Storyboard:
    """All lines and all shots, in order.

    Attributes:
        names: Those of the person's list that the script has.
    """

    lines: tuple[ScriptLine, ...]
    shots: tuple[Shot, ...]
    names: NameList = NO_NAMES


def draw_storyboard(script: Script, names: NameList = NO_NAMES, *, hooks: bool = True) -> Storyboard:
    """Cut a script into lines and shots.

    Args:
        names: A person's own, which are said as it says, and kept whole.
        hooks: Whether the first scene has cards, so that the title may be its first.

    Raises:
        RequestError: Nothing in it can be spoken.
    """
    lines: list[ScriptLine] = []
    groups: list[tuple[Scene, list[TokenSpan]]] = []
    names = names.of(script.title, *(text for scene in script.scenes for text in (scene.text, scene.spoken or "")))
    for scene in script.scenes:
        sentences = [
            sentence
            for sentence in spoken_sentences(scene.text, scene.spoken, script.language, names)
            if any(token.spoken for token in sentence.tokens)
        ]
        indices = range(len(lines), len(lines) + len(sentences))
        lines.extend(
            ScriptLine(scene.id, one, one is sentences[-1], sounds_in(one.text, names, script.language))
            for one in sentences
        )
        groups.extend((scene, spans) for spans in _group(lines, indices, script.language, names.kept))
    if not groups:
        raise RequestError(
            "the script has no words that can be spoken", hint="Each paragraph needs at least one word or number."
        )
    shots: list[Shot] = []
    told = [" ".join(_text(lines, span) for span in spans) for _, spans in groups]
    if hooks and not _is_title(told[0], script.title) and (hooked := _hook(lines, *groups[0], names.kept)):
        groups[:1] = [(groups[0][0], spans) for spans in hooked]
        told.insert(0, told[0])
    seen: dict[str, int] = {}
    for index, (scene, spans) in enumerate(groups):
        text = " ".join(_text(lines, span) for span in spans)
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        role: Literal["opening", "body", "closing"] = "body"
        if index == 0:
            role = "opening"
        elif index == len(groups) - 1:
            role = "closing"
        shots.append(
            Shot(
                digest if seen[digest] == 1 else f"{digest}-{seen[digest]}",
                scene.id,
                text,
                tuple(spans),
                role,
                scene.picture,
                told[index],
            )
        )
    return Storyboard(tuple(lines), tuple(shots), names)


def _group(lines: Sequence[ScriptLine], indices: range, language: str, kept: Sequence[str]) -> list[list[TokenSpan]]:
    """The spans of each shot of one scene."""
    groups: list[list[TokenSpan]] = []
    waiting: list[TokenSpan] = []  # lines too short for a picture of their own
    for index in indices:
        sentence = lines[index].sentence
        length_s = estimate_s(count_spoken(sentence))
        whole = TokenSpan(index, 0, len(sentence.tokens))
        if length_s > LONG_S and not waiting:
            groups.extend([span] for span in _split(index, sentence, language, kept))
            continue
        waiting.append(whole)
        if sum(estimate_s(count_spoken(lines[span.line].sentence)) for span in waiting) >= SHORT_S:
            groups.append(waiting)
            waiting = []
    if waiting:  # a short last line joins the shot before it, when that shows whole lines
        if groups and groups[-1][-1].first == 0 and len(groups[-1]) < 3:
            groups[-1].extend(waiting)
        else:
            groups.append(waiting)
    return groups


def _is_title(text: str, title: str) -> bool:
    """Whether the first words are the title: one picture shows it, word by word as it is said."""
    said, written = ("".join(sign for sign in one.casefold() if sign.isalnum()) for one in (text, title))
    return said == written


def _hook(
    lines: Sequence[ScriptLine], scene: Scene, spans: list[TokenSpan], kept: Sequence[str]
) -> list[list[TokenSpan]]:
    """The first picture's spans as the title's and the rest; nothing where it is short, or the person gives but one."""
    if scene.picture or len(scene.cards) == 1:
        return []
    span = spans[0]
    tokens = lines[span.line].sentence.tokens[span.first : span.end]
    weights = [len(token.spoken) for token in tokens]
    whole = name_breaks([token.display for token in tokens], [0.0] * len(tokens), kept)
    rest = sum(count_spoken(lines[other.line].sentence) for other in spans[1:])
    ends = [
        end
        for end in range(1, len(weights))
        if not whole[end - 1] and weights[end - 1] and sum(weights[end:]) and sum(weights[:end]) / WORDS_PER_S <= HOOK_S
    ]
    if not ends or (sum(weights[ends[-1] :]) + rest) / WORDS_PER_S < AFTER_HOOK_S:
        return []
    cut = span.first + ends[-1]
    return [[replace(span, end=cut)], [replace(span, first=cut), *spans[1:]]]


def _split(index: int, sentence: SpokenSentence, language: str, kept: Sequence[str]) -> list[TokenSpan]:
    """Cut a long sentence where its phrases break, into parts of about `TARGET_S`; whole when nothing breaks well."""
    tokens = sentence.tokens
    shown = [token.display for token in tokens]
    costs = name_breaks(shown, phrase_breaks(shown, language), kept)
    weights = [len(token.spoken) for token in tokens]
    total = sum(weights)
    worst = MAX_BREAK_COST_VERY_LONG if estimate_s(total) > VERY_LONG_S else MAX_BREAK_COST
    parts = max(2, round(estimate_s(total) / TARGET_S))
    spans: list[TokenSpan] = []
    first = 0
    for part in range(1, parts):
        wanted = total * part / parts
        best: tuple[float, int] | None = None
        said = sum(weights[:first])
        for position in range(first, len(tokens) - 1):
            said += weights[position]
            long_enough = said - sum(weights[:first]) >= MIN_PART_WORDS and total - said >= MIN_PART_WORDS
            if long_enough and costs[position] <= worst:
                score = abs(said - wanted) / total + costs[position] / 2
                if best is None or score < best[0]:
                    best = (score, position + 1)
        if best is None:
            break
        spans.append(TokenSpan(index, first, best[1]))
        first = best[1]
    spans.append(TokenSpan(index, first, len(tokens)))
    return spans


def _text(lines: Sequence[ScriptLine], span: TokenSpan) -> str:
    tokens = lines[span.line].sentence.tokens[span.first : span.end]
    return " ".join(token.display for token in tokens)


def sentence_of(board: Storyboard, span: TokenSpan) -> str:
    """The whole sentence that a span is of, as captions show it."""
    return _text(board.lines, TokenSpan(span.line, 0, len(board.lines[span.line].sentence.tokens)))
