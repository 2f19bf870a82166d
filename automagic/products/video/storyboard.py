"""From a script to lines and shots: what is spoken in one breath, and what is on the screen together.

    scene   "Half of it is water. Why?"   a paragraph, one thought
    line    "Half of it is water."        a sentence: spoken, timed and remembered by itself
    shot    one picture in motion         a long sentence has two where two clauses meet, very short ones share one
    hook    the title, for two seconds    while the first words are said, then their own picture

Shots are decided from the text and its trees, before anything is spoken, so that pictures are drawn meanwhile; their
lengths come from the voice afterwards. A shot's id comes from its words: an edited line changes its own shots and no
others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from automagic.data import words
from automagic.errors import RequestError
from automagic.language.cards.joints import inside_rows, joints
from automagic.language.names.entries import NO_NAMES, NameList
from automagic.language.names.writing import name_breaks
from automagic.language.speech.pace import WORDS_PER_S, count_spoken, estimate_s
from automagic.language.speech.spoken import sounds_in, spoken_sentences
from automagic.language.syntax.tree import ParsedSentence
from automagic.language.text.lexicon import bare
from automagic.language.text.phrases import phrase_breaks
from automagic.values.script import Scene, Script
from automagic.values.words import SpokenSentence

SHORT_S = 1.8
LONG_S = 6.5
TARGET_S = 4.5
MIN_PART_WORDS = 5
HOOK_S = 1.5
"""So long the title is shown, by estimate, while a first sentence goes on that is longer by `AFTER_HOOK_S`: the second
picture comes within two seconds."""
AFTER_HOOK_S = 0.85

_DATED = re.compile(r"[A-ZÀ-Þ][^\W\d_]+\.?, (?:[A-ZÀ-Þ][^\W\d_]+|\d\S*)\Z|\d, [12]\d{3}\S*\Z")
"""A comma inside a date, or before what looks like one: "Monday, March 9", "March 9, 2026"."""
_MANY_WORDS, _MOST_WORDS = 18, 20
"""A card of more is a wall of text: its sentence is parted where a clause begins, even one that points back; and from
the second number on where it halts."""
_MOST_LINES = 4
"""Short sentences on one picture."""
_MOST_LEADING = 6
"""Words of a sentence that is shown with the next."""
_OPENS = frozenset({"who", "which", "that", "and", "but", "or"})
_TURNS = frozenset(words("cards")["condition_openers"]) | {"or", "nor", "than"}
MAX_BREAK_COST, _AT_COMMA = 0.35, 0.3
"""The worst place at which the picture of a sentence without a joint changes: at a mark, or before a conjunction."""


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


def read_lines(script: Script, names: NameList = NO_NAMES) -> tuple[ScriptLine, ...]:
    """The sentences of a script that can be spoken.

    Args:
        names: A person's own, which are said as it says.
    """
    names = _names_in(script, names)
    lines: list[ScriptLine] = []
    for scene in script.scenes:
        sentences = [
            sentence
            for sentence in spoken_sentences(scene.text, scene.spoken, script.language, names)
            if any(token.spoken for token in sentence.tokens)
        ]
        lines.extend(
            ScriptLine(scene.id, one, one is sentences[-1], sounds_in(one.text, names, script.language))
            for one in sentences
        )
    return tuple(lines)


def draw_storyboard(
    script: Script,
    lines: Sequence[ScriptLine],
    names: NameList = NO_NAMES,
    *,
    trees: Mapping[str, ParsedSentence] = MappingProxyType({}),
    hooks: bool = True,
) -> Storyboard:
    """Cut a script into shots.

    Args:
        lines: Of the script, all of them.
        names: A person's own, which are kept whole.
        trees: Of the lines' sentences, as `shown_sentence` gives them, where there is a parser.
        hooks: Whether the first scene has cards, so that the title may be its first.

    Raises:
        RequestError: Nothing in it can be spoken.
    """
    names = _names_in(script, names)
    groups: list[tuple[Scene, list[TokenSpan]]] = []
    for scene in script.scenes:
        own = [index for index, line in enumerate(lines) if line.scene == scene.id]
        groups.extend((scene, spans) for spans in _group(lines, own, script.language, names.kept, trees))
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


def _names_in(script: Script, names: NameList) -> NameList:
    return names.of(script.title, *(text for scene in script.scenes for text in (scene.text, scene.spoken or "")))


def _group(
    lines: Sequence[ScriptLine],
    indices: Sequence[int],
    language: str,
    kept: Sequence[str],
    trees: Mapping[str, ParsedSentence],
) -> list[list[TokenSpan]]:
    """The spans of each shot of one scene."""
    groups: list[list[TokenSpan]] = []
    waiting: list[TokenSpan] = []  # lines too short for a picture of their own
    for index in indices:
        sentence = lines[index].sentence
        length_s = estimate_s(count_spoken(sentence))
        whole = TokenSpan(index, 0, len(sentence.tokens))
        tree = trees.get(shown_sentence(lines[index]))
        if not all(_leads_on(lines, span, trees) for span in waiting) and _length_s(lines, waiting) + length_s > LONG_S:
            groups.append(waiting)
            waiting = []
        if length_s > LONG_S:
            first, *others = _parts(whole, sentence, language, kept, tree)
            groups += [[*waiting, first], *([span] for span in others)]
            waiting = []
            continue
        waiting.append(whole)
        if _length_s(lines, waiting) >= SHORT_S and (index == indices[-1] or not _leads_on(lines, whole, trees)):
            groups.append(waiting)
            waiting = []
    if waiting:  # a short last line joins the shot before it, when that shows whole lines
        groups.append(waiting)
    if len(groups) > 1 and groups[-2][-1].first == 0 and len(groups[-2]) < _MOST_LINES:
        short = _length_s(lines, groups[-1]) < SHORT_S
        hangs = _leads_on(lines, groups[-1][0], trees) and _length_s(lines, groups[-2] + groups[-1]) <= LONG_S
        if short or hangs:
            last = groups.pop()
            groups[-1] += last
    return groups


def _length_s(lines: Sequence[ScriptLine], spans: Sequence[TokenSpan]) -> float:
    return sum(estimate_s(count_spoken(lines[span.line].sentence)) for span in spans)


def _leads_on(lines: Sequence[ScriptLine], span: TokenSpan, trees: Mapping[str, ParsedSentence]) -> bool:
    """Whether a sentence only leads to what follows: "Blue. Freeze? ▸ Yes.", "What it costs. ▸ It is $12 a year."."""
    tree = trees.get(shown_sentence(lines[span.line]))
    if tree is None or len(tree.text.split()) > _MOST_LEADING:
        return False
    asks = tree.words[0].tag in {"WP", "WRB"} or tree.text.endswith("?")
    return asks or not any(tree.is_finite(index) or word.tag == "VB" for index, word in enumerate(tree.words))


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


def _parts(
    whole: TokenSpan, sentence: SpokenSentence, language: str, kept: Sequence[str], tree: ParsedSentence | None
) -> Iterator[TokenSpan]:
    """A long sentence parted where clauses meet; where that leaves more than a card holds well, where it halts too."""
    shown = [token.display for token in sentence.tokens]
    found = (joints(tree), joints(tree, alone=False), inside_rows(tree)) if tree is not None else ((), (), ())
    clauses, leaning, rows = (_displayed(shown, tree, words) for words in found)
    meeting, seams = (
        name_breaks(shown, [0.0 if at in begins else 1.0 for at in range(1, len(shown) + 1)], kept)
        for begins in (clauses, leaning)
    )
    breaks = enumerate(_card_breaks(shown, language), 1)
    phrases = name_breaks(shown, [1.0 if at in rows else cost for at, cost in breaks], kept)
    for clause in _split(whole, sentence, meeting):
        for span in _split(clause, sentence, seams, 2) if _count(clause) > _MANY_WORDS else [clause]:
            parts = -(-_count(span) // _MOST_WORDS)
            yield from _split(span, sentence, phrases, parts) if parts > 1 else [span]


def _count(span: TokenSpan) -> int:
    return span.end - span.first


def _card_breaks(shown: Sequence[str], language: str) -> list[float]:
    """As `phrase_breaks`: best where a sentence halts, and never before what only explains the word in front of it, or
    without which all before it would not be so."""
    found: list[float] = []
    for index, cost in enumerate(phrase_breaks(shown, language)):
        before, following = " ".join(shown[: index + 1]), shown[index + 1] if index + 1 < len(shown) else ""
        dated = _DATED.search(f"{before} {following}") is not None
        explains = (
            dated or following.startswith(("(", "[")) or bare(following) in _TURNS or bare(shown[index]) in _OPENS
        )
        inside = any(before.count(one) > before.count(other) for one, other in ("()", "[]", "“”"))
        found.append(1.0 if explains or inside else cost if before[-1:] in ";:–—" else max(cost, _AT_COMMA))
    return found


def _displayed(shown: Sequence[str], tree: ParsedSentence | None, found: Iterable[int]) -> frozenset[int]:
    """The display words that begin with these words of the tree."""
    if tree is None:
        return frozenset()
    starts, at = {}, 0
    for index, word in enumerate(shown):
        starts[at] = index
        at += len(word) + 1
    return frozenset(starts[start] for word in found if (start := tree.words[word].start) in starts)


def _split(
    whole: TokenSpan, sentence: SpokenSentence, costs: Sequence[float], parts: int | None = None
) -> list[TokenSpan]:
    """Cut a span where it breaks well, into so many parts, or parts of about `TARGET_S`; whole where nothing does."""
    weights = [len(token.spoken) for token in sentence.tokens]
    total = sum(weights[whole.first : whole.end])
    parts = max(2, round(estimate_s(total) / TARGET_S)) if parts is None else parts
    spans: list[TokenSpan] = []
    first = whole.first
    for part in range(1, parts):
        wanted = total * part / parts
        best: tuple[float, int] | None = None
        said = before = sum(weights[whole.first : first])
        for position in range(first, whole.end - 1):
            said += weights[position]
            long_enough = said - before >= MIN_PART_WORDS and total - said >= MIN_PART_WORDS
            if long_enough and costs[position] <= MAX_BREAK_COST:
                score = abs(said - wanted) / total + costs[position] / 2
                if best is None or score < best[0]:
                    best = (score, position + 1)
        if best is None:
            break
        spans.append(replace(whole, first=first, end=best[1]))
        first = best[1]
    spans.append(replace(whole, first=first))
    return spans


def shown_sentence(line: ScriptLine) -> str:
    """The whole sentence of a line, as captions show it."""
    return " ".join(token.display for token in line.sentence.tokens)


def _text(lines: Sequence[ScriptLine], span: TokenSpan) -> str:
    tokens = lines[span.line].sentence.tokens[span.first : span.end]
    return " ".join(token.display for token in tokens)
