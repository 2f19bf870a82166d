"""Quantities in a sentence, ready to be drawn.

"Sales rose 12% to $3.4 billion."  ──▶  12 % "Sales rose"      $3.4 billion "Sales rose"
"Ships take 8 to 10 hours."        ──▶  8–10 hours "Ships take"

What one quantity is, `figure_readers` reads; here each gets the words that say what it counts.
"""

from __future__ import annotations

import re
from dataclasses import replace

from automagic.language.cards.chunks import chunks_of, join_lists, tokens_of
from automagic.language.cards.figure_readers import DURATIONS, QUALIFIERS, WEAK, FigureSpan, read_figure, value_of
from automagic.language.numbers.units import CURRENCIES
from automagic.language.numbers.words import join_numbers
from automagic.language.text.lexicon import ARTICLES, AUXILIARIES, NEGATIONS, PREPOSITIONS
from automagic.language.text.signs import is_number
from automagic.language.text.tokens import Token
from automagic.values.script import Figure

_MOST_WORDS = 7
_YEAR = re.compile(r"[12]\d{3}")
_LOOSE = (
    ARTICLES
    | PREPOSITIONS
    | AUXILIARIES
    | {"and", "or", "but", "that", "which", "who", "to", "from", "as", "so", "minus", "plus"}
)
_IF = frozenset({"if", "unless", "whether", "would", "until"})


def find_figures(sentence: str, language: str = "en") -> list[FigureSpan]:
    """Every quantity of the sentence that is worth drawing, in order; years, dates and names are none."""
    spelled = join_lists(tokens_of(sentence, language))
    tokens, origins = join_numbers(spelled)
    found: list[FigureSpan] = []
    index = 0
    while index < len(tokens):
        hit = read_figure(tokens, index)
        if hit:
            found.append(hit)
            index = hit.end
        else:
            index += 1
    found = _with_shared_unit(_without_clock_times(found, tokens), tokens)
    return [_as_said(_labelled(hit, tokens, found), tokens, spelled, origins) for hit in found]


def _as_said(hit: FigureSpan, tokens: list[Token], spelled: list[Token], origins: list[int]) -> FigureSpan:
    """Among the sentence's own tokens again."""
    start = origins[hit.start]
    number = spelled[start : origins[hit.number_end or hit.start + 1]]
    text = " ".join(token.text for token in number)
    said = text if hit.figure.value in text or tokens[hit.start].text != text else hit.figure.value
    return replace(hit, start=start, end=origins[hit.end], said=said, about=number[-1].text)


def _without_clock_times(found: list[FigureSpan], tokens: list[Token]) -> list[FigureSpan]:
    """ "2 hours, 58 minutes and 50 seconds" is one duration in three units: none of its parts is a figure."""

    def are_one(one: FigureSpan, other: FigureSpan) -> bool:
        between = tokens[one.end : other.start]
        return {one.kind, other.kind} <= DURATIONS and one.kind != other.kind and all(t.is_a("CJC") for t in between)

    return [
        hit
        for i, hit in enumerate(found)
        if not any(are_one(found[j], found[j + 1]) for j in (i - 1, i) if j >= 0 and j + 1 < len(found))
    ]


def _with_shared_unit(found: list[FigureSpan], tokens: list[Token]) -> list[FigureSpan]:
    """ "cats sleep fifteen hours a day, dogs sleep only ten": a number that ends a clause takes the unit before it."""
    if len(found) != 1 or found[0].figure.unit in {"", "%", "percent"} or found[0].kind in CURRENCIES:
        return found
    first = found[0]
    for index in range(first.end, len(tokens)):
        value = value_of(tokens[index].low)
        is_bare = value is not None and value >= 2 and bool(tokens[index].stop or index + 1 == len(tokens))
        begin = next((i + 1 for i in range(index - 1, -1, -1) if tokens[i].stop), 0)
        # "out of a total of eight" says what it counts; "dogs sleep only ten" leaves it to the first.
        says = tokens[index - 1].is_a("PRP", "PRF", "AT0", "DT0", "CRD")
        told = begin > first.start and not says and any(t.is_finite for t in tokens[begin:index])
        if is_bare and told and not re.fullmatch(r"[12]\d{3}", tokens[index].text):
            figure = Figure(value=tokens[index].text, unit=first.figure.unit, magnitude=value)
            return [first, FigureSpan(figure, index, index + 1, first.strength, first.kind)]
    return found


def _labelled(hit: FigureSpan, tokens: list[Token], found: list[FigureSpan]) -> FigureSpan:
    """With the words that say what the quantity is, and what limits it ("nearly", "less than")."""
    begin = next((i + 1 for i in range(hit.start - 1, -1, -1) if tokens[i].stop), 0)
    begin = max([begin, *(h.end for h in found if h.end <= hit.start and h.kind == hit.kind)])
    end = next((i + 1 for i in range(hit.end - 1, len(tokens)) if tokens[i].stop), len(tokens))
    end = min([end, *(h.start for h in found if h.start >= hit.end and h.kind == hit.kind)])
    before, qualifier = _without_qualifier(tokens[begin : hit.start])
    opens = [i for i, t in enumerate(before) if (t.is_a("CJT", "CJS") and t.low != "than") or t.low in {"how", *_IF}]
    claim = max(opens, default=-1)
    ahead = _label_before(before[claim + 1 :])
    behind = _label_after(tokens[hit.end : end]) if not tokens[hit.end - 1].stop else []
    shared = bool(behind) and behind[0].is_a("PRF") and hit.figure.share is not None
    dated = shared or (len(behind) == 2 and behind[0].is_a("PRP") and behind[1].text.isdecimal())
    telling = any(t.is_a("N") for t in ahead) and any(t.is_finite or t.is_a("VV") for t in ahead)
    chosen = behind if dated or (len(behind) >= 2 and not telling) else (ahead or behind)
    label = " ".join(token.text for token in chosen).rstrip(",")
    in_aside = _is_aside(tokens, begin, hit.start, end)
    strength = max(WEAK, hit.strength - 1) if in_aside else hit.strength
    if _needs_its_sentence(hit, tokens, begin):
        strength = WEAK
    denied = any("XX0" in t.tag or t.low in NEGATIONS for t in before[claim + 1 :])
    if (chosen is behind and denied) or _splits_number(chosen, tokens, hit):
        label = ""
    return replace(
        hit, figure=replace(hit.figure, label=label), strength=strength, qualifier=qualifier or hit.qualifier
    )


def _splits_number(words: list[Token], tokens: list[Token], hit: FigureSpan) -> bool:
    """Whether a run of tokens begins or ends inside another number than the one it stands beside."""
    if not words:
        return False
    first = next((i for i, token in enumerate(tokens) if token is words[0]), 0)
    last = next((i for i, token in enumerate(tokens) if token is words[-1]), 0)
    begins = first > 0 and tokens[first - 1].binds and first != hit.end
    return begins or (tokens[last].binds and last + 1 != hit.start)


def _needs_its_sentence(hit: FigureSpan, tokens: list[Token], begin: int) -> bool:
    """ "if prices rise 5%", "three years ago", "4 times as much as coal": alone the number says something else."""
    supposed = any(t.low in _IF for t in tokens[begin : hit.start])
    follows = tokens[hit.end].low if hit.end < len(tokens) and not tokens[hit.end - 1].stop else ""
    compares = hit.kind in {"times", "x", "×"} and (follows in {"as", "more", "less", "the"} or follows.endswith("er"))
    return supposed or compares or _is_part_of_numbers(hit, tokens, begin) or hit.figure.unit.endswith(" ago")


def _is_part_of_numbers(hit: FigureSpan, tokens: list[Token], begin: int) -> bool:
    """Whether numbers stand around it that it belongs to: a telephone number's, "−5 to | 3 degrees"."""
    ahead = tokens[hit.start - 1] if hit.start and not tokens[hit.start - 1].stop else None
    behind = tokens[hit.end] if hit.end < len(tokens) and not tokens[hit.end - 1].stop else None
    if any(token is not None and is_number(token.text) for token in (ahead, behind)):
        return True
    earlier = tokens[hit.start - 2] if hit.start - 2 >= begin else None
    joined = ahead is not None and ahead.low in {"to", "or", "and", "by"} and earlier is not None
    return joined and earlier is not None and is_number(earlier.text) and not _YEAR.fullmatch(earlier.text)


def _without_qualifier(before: list[Token]) -> tuple[list[Token], str]:
    """ "live on less than" → "live on" and "less than"."""
    words = list(before)
    taken: list[str] = []
    while words and words[-1].low in QUALIFIERS and not (words[-1].low in {"up", "by"} and not taken):
        taken.insert(0, words.pop().text)
    # "water to about half of them": the preposition leads to the number and limits nothing.
    while taken and (taken[0] in {"to", "by"} or (taken[0] == "at" and taken[1:2] not in (["least"], ["most"]))):
        taken.pop(0)
    return words, " ".join(taken)


def _label_before(before: list[Token]) -> list[Token]:
    """The subject and verb before the number; at most seven words."""
    joint = max((i for i, t in enumerate(before[:-1]) if t.is_a("CJC") and before[i + 1].is_finite), default=0)
    if joint:  # "The chip is fast and uses" → "The chip uses"
        subject = chunks_of(before[:joint])[0]
        before = [*subject.tokens, *before[joint + 1 :]] if subject.kind == "N" else before
    if before and before[0].is_a("PRP") and any(t.is_finite for t in before):  # "On a good day ▸ it swallows"
        before = [t for chunk in chunks_of(before)[1:] for t in chunk.tokens]
    words = list(before)
    while words and (words[0].is_a("CJ", "PNP", "AV0", "DTQ", "EX0") or words[0].low in _LOOSE - ARTICLES):
        words = words[1:]
    while words and words[-1].low in _LOOSE - {"was", "is", "are", "were"} and not words[-1].is_a("AVP"):
        words = words[:-1]
    if len(words) <= _MOST_WORDS:
        return words
    chunks = chunks_of(words)
    verb = next((i for i in range(len(chunks) - 1, -1, -1) if chunks[i].kind == "V"), None)
    if not verb or chunks[verb - 1].kind not in {"N", "O"}:
        return []
    kept = [t for chunk in chunks[verb - 1 : verb + 2] for t in chunk.tokens]
    while kept and kept[-1].low in _LOOSE:
        kept.pop()
    return kept if len(kept) <= _MOST_WORDS and chunks[verb - 1].kind == "N" else []


def _label_after(after: list[Token]) -> list[Token]:
    """The phrases after the number, at most seven words, never cut inside one."""
    kept: list[Token] = []
    for chunk in chunks_of(after) if after else []:
        if (
            chunk.kind == "C"
            or (kept and chunk.tokens[0].is_a("CJS", "CJT", "PNP", "PNQ", "DTQ"))
            or (kept and chunk.tokens[0].is_a("CJC"))
            or (chunk.kind in {"S", "G"} and kept and len(kept) + len(chunk.tokens) > _MOST_WORDS)
        ):
            break
        if len(kept) + len(chunk.tokens) > _MOST_WORDS + 2:
            break
        kept.extend(chunk.tokens)
    while kept and (kept[-1].low in _LOOSE | QUALIFIERS):
        kept.pop()
    if kept and (kept[0].is_a("CJC") or kept[0].low in {"to", "than"}):
        return []
    return kept


def _is_aside(tokens: list[Token], begin: int, start: int, end: int) -> bool:
    """Whether the number stands in a relative clause or a phrase set off by commas, beside the point."""
    segment = tokens[begin:end]
    alone = begin == 0 and end == len(tokens)
    relative = any(t.is_a("PNQ", "DTQ") for t in tokens[begin:start])
    if relative and any(t.is_finite for t in tokens[start:end]):
        return True
    if alone or not segment or (begin and not tokens[begin - 1].stop):
        return False
    return segment[0].is_a("DTQ", "PNQ", "VVN") or (
        not any(t.is_finite or t.is_a("VV") for t in segment)
        and any(t.is_finite for t in [*tokens[:begin], *tokens[end:]])
    )
