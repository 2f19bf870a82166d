"""One clause shortened without hurting it: it is cut only at its end, and only where a whole phrase begins.

    The city council | voted | to close the old town | on Tuesday | because the air is bad
    N                  V       T                       P            S
    ──────────────────── stays whole ───────────────  ▸ free        ▸ free

What stays is a run of the clause's own words without a gap, so that it is as grammatical as the clause was. Subject,
verb, complement, denials, limits and both halves of a comparison always stay. A long headline is better than one that
has lost its point; where even that fails, the subject alone is shown as a topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.data import words
from automagic.language.cards.chunks import LIMITING, Chunk, chunks_of, opens_clause
from automagic.language.text.lexicon import (
    ARTICLES,
    AUXILIARIES,
    COORDINATORS,
    NEGATIONS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
)
from automagic.language.text.tokens import Token

# A headline that long needs no cut; one that long can still be set; one that long is the last resort.
COMFORTABLE, LONGEST, WHOLE = 8, 12, 14
_LONGEST_CONDITION = 12
# Words that cannot end a headline; adverb-like ones ("in", "out", "after") may.
_CLINGING = (ARTICLES | POSSESSIVES | PREPOSITIONS | COORDINATORS | SUBORDINATORS | AUXILIARIES) - {
    "in", "on", "off", "up", "down", "out", "over", "can't", "don't",
    "won't", "behind", "inside", "outside", "past", "above", "below", "through", "before", "after", "around",
    "near", "why", "how",
}  # fmt: skip
_UNFINISHED = frozenset(words("headlines")["unfinished"])
# With an object alone these say too little: "keeps the bark ▸ wet", "calls it ▸ a success", "puts it ▸ on a shelf".
_TWO_COMPLEMENTS = frozenset(words("headlines")["two_complements"])
# Phrases with these tell where or when, and what stands before them is complete without.
_TIMES = frozenset({"in", "at", "on", "since", "during", "by", "through", "throughout", "within"})
_SETTINGS = frozenset({"in", "at", "on", "during", "across", "throughout", "near", "over", "along", "since", "through"})
_YEAR = re.compile(r"[12]\d{3}s?")
_DAYS = frozenset(
    {"day", "week", "month", "year", "night", "morning", "evening", "summer", "winter", "century", "time"}
)
_LIMITS_IN_TIME = frozenset({"until", "before", "after", "except", "unless", "without"})
_CONDITIONS = frozenset({"if", "when", "unless", "until", "whenever", "before", "after", "once", "as", "while"})
_REASONS = frozenset({"because", "although", "though", "since", "whereas"})
_PAIRED = frozenset({"both", "either", "neither", "between", "whether", "not"})


@dataclass(frozen=True, slots=True)
class Pruned:
    """What stays, and the condition that was taken off it ("when it is full of bubbles"), if one was."""

    kept: list[Token]
    condition: list[Token]


def prune(clause: Sequence[Token], most: int) -> Pruned:
    """The clause whole when it is short; else without what can go at its end; a topic when nothing is short enough.

    Args:
        clause: A main clause.
        most: Words; as many as `WHOLE` may stay when no cut would be true.
    """
    if len(clause) <= max(COMFORTABLE, most):
        return Pruned(list(clause), [])
    chunks = chunks_of(clause)
    verb = next((i for i, chunk in enumerate(chunks) if chunk.kind == "V"), None)
    if verb is None:
        return Pruned(name_phrase(clause, most), [])
    starts = [sum(len(chunk.tokens) for chunk in chunks[:i]) for i in range(len(chunks))]
    complete = _end_of_core(chunks, verb)
    last_need = max((i for i in range(complete, len(chunks)) if _is_needed(chunks, i)), default=-1)
    boundaries = [i for i in range(max(complete, last_need + 1), len(chunks)) if ends_well(clause[: starts[i]])]
    free = [i for i in boundaries if _is_free(chunks, i) and all(_may_go(chunks, j) for j in range(i, len(chunks)))]
    fitting = [i for i in free if 2 <= starts[i] <= LONGEST]
    if fitting:
        return _cut(chunks, clause, starts, min(fitting) if starts[min(fitting)] >= 4 else max(fitting))
    if len(clause) <= WHOLE and ends_well(clause):
        return Pruned(list(clause), [])
    hard = [i for i in boundaries if 4 <= starts[i] <= WHOLE and _is_loose(chunks, i, verb)]
    if hard:
        return _cut(chunks, clause, starts, max(hard))
    return Pruned(_topic(chunks, verb) or _first_chunks(chunks, verb) or _to_a_noun(clause), [])


def _to_a_noun(clause: Sequence[Token]) -> list[Token]:
    """The longest beginning that ends on a noun, before a preposition or a conjunction."""
    for end in range(min(WHOLE, len(clause) - 1), 2, -1):
        parts = clause[end].is_a("PRP", "CJ", "DTQ", "PNQ", "AVQ")
        if parts and clause[end - 1].is_a("N", "UNC") and ends_well(clause[:end]):
            return list(clause[:end])
    return first_phrase(clause, WHOLE)


def _first_chunks(chunks: Sequence[Chunk], verb: int) -> list[Token]:
    """Subject, verb and as many whole phrases as fit, ending on a noun; before "but" inside a clause, too."""
    words: list[Token] = []
    best: list[Token] = []
    for index, chunk in enumerate(chunks):
        for token in chunk.tokens:
            if token.low == "but" and index > verb and 4 <= len(words) <= WHOLE and ends_well(words):
                best = list(words)
            words.append(token)
        if len(words) > WHOLE:
            break
        after = chunks[index + 1] if index + 1 < len(chunks) else None
        complete = after is None or (after.kind in {"P", "S", "G", "C", "R"} and not after.tokens[0].is_a("CJT"))
        if index > verb and complete and ends_well(words) and words[-1].is_a("N", "UNC", "PNP", "PNX"):
            best = list(words)
    return best


def _cut(chunks: Sequence[Chunk], clause: Sequence[Token], starts: Sequence[int], index: int) -> Pruned:
    gone = next((c for c in chunks[index:] if _is_condition(c)), None)
    return Pruned(list(clause[: starts[index]]), list(gone.tokens) if gone else [])


def _end_of_core(chunks: Sequence[Chunk], verb: int) -> int:
    """The chunk after subject, verb and complement."""
    index = verb + 1
    while index < len(chunks) and chunks[index].kind == "R":
        index += 1
    if index < len(chunks) and not (_is_condition(chunks[index]) or _is_because(chunks[index])):
        index += 1
    verbal = any(t.low in _TWO_COMPLEMENTS for t in chunks[verb].tokens)
    while index < len(chunks) and index > verb + 1:
        kind, before = chunks[index].kind, chunks[index - 1]
        asked = kind == "S" and chunks[index].tokens[0].is_a("AVQ", "CJT", "DTQ", "PNQ")
        second = verbal and before.kind in {"N", "A", "O"} and (kind in {"A", "N", "P", "T", "G", "V"} or asked)
        second = second or (before.kind in {"T", "V"} and kind == "S" and chunks[index].tokens[0].is_a("CJT"))
        second = second or (kind == "T" and before.kind == "P" and index == verb + 2)  # "voted on Tuesday ▸ to close"
        wanting = kind in {"S", "G", "T"} and before.kind in {"N", "O", "A"} and _means_nothing_alone(before)
        if kind in {"O", "Q", "N", "A", "V"} or (before.kind == "A" and kind in {"P", "T", "S"}) or second or wanting:
            if _is_timed(chunks[index]) or _is_condition(chunks[index]):
                break
            index += 1
            verbal = verbal and not second
            continue
        break
    return index


def _is_needed(chunks: Sequence[Chunk], index: int) -> bool:
    """Whether it denies, limits or compares."""
    chunk = chunks[index]
    denies = any("XX0" in t.tag or t.low in NEGATIONS for t in chunk.tokens) and chunk.kind in {"P", "R", "N"}
    limits = chunk.kind == "R" and ({t.low for t in chunk.tokens} & LIMITING or chunk.tokens[0].is_a("AVQ", "AVP"))
    ends = chunk.kind == "P" and (chunk.tokens[0].low in _LIMITS_IN_TIME or chunk.tokens[0].low in LIMITING)
    return denies or bool(limits) or ends or chunk.kind == "Q"


def _is_condition(chunk: Chunk) -> bool:
    first = chunk.tokens[0].low
    complete = any(t.is_finite for t in chunk.tokens) or first in {"if", "when", "unless", "while"}
    return chunk.kind == "S" and first in _CONDITIONS and complete  # "as a wrapper" is no clause


def _is_because(chunk: Chunk) -> bool:
    return chunk.kind == "S" and chunk.tokens[0].low in _REASONS


def _is_free(chunks: Sequence[Chunk], index: int) -> bool:
    """Whether nothing is lost when the headline ends before it: a time, a reason, a condition, a clause of its own."""
    chunk = chunks[index]
    if chunk.kind == "C":
        rest = chunk.tokens[1:]
        paired = any(t.low in _PAIRED for c in chunks[:index] for t in c.tokens)
        named = bool(rest) and rest[0].is_a("N", "AT0", "DPS", "DT0", "AJ", "CRD")
        own_subject = bool(rest) and (rest[0].is_a("PNP") or (named and opens_clause(rest)))
        return own_subject and not paired
    if chunk.kind == "S":
        return _is_because(chunk) or (_is_condition(chunk) and len(chunk.tokens) <= _LONGEST_CONDITION)
    return chunk.kind == "P" and (_is_timed(chunk) or [t.low for t in chunk.tokens] == ["at", "all"])


def _may_go(chunks: Sequence[Chunk], index: int) -> bool:
    """Whether it may be part of an end that goes: what hangs on a free phrase, or is free itself."""
    chunk = chunks[index]
    return _is_free(chunks, index) or chunk.kind in {"O", "G", "P", "R"}


def _is_loose(  # noqa: PLR0911 - a ladder of reasons
    chunks: Sequence[Chunk], index: int, verb: int
) -> bool:
    """Whether the clause is at least true and grammatical without what begins here; asked when it is far too long."""
    chunk, before = chunks[index], chunks[index - 1]
    if index <= verb + 1 or any(
        c.kind == "S" and _is_condition(c) and len(c.tokens) > _LONGEST_CONDITION for c in chunks[index:]
    ):
        return False
    if _is_free(chunks, index):
        return True
    kept = [t.low for c in chunks[:index] for t in c.tokens]
    if "between" in kept and "and" not in kept[kept.index("between") :]:
        return False
    if any(t.is_a("VVG") for c in chunks[index - 2 : index] for t in c.tokens if c.kind == "P"):
        return False  # "by having soldiers ▸ march"
    denied = any("XX0" in t.tag or t.low in NEGATIONS for c in chunks[:index] for t in c.tokens)
    if chunk.kind == "P":
        doing = chunk.tokens[0].low == "by" and len(chunk.tokens) > 1 and chunk.tokens[1].is_a("VVG")
        placed = (doing or chunk.tokens[0].low in _SETTINGS) and before.kind in {"N", "O", "P", "T", "G"}
        return placed and not denied and not any(t.is_a("CRD") for t in chunk.tokens)
    if chunk.kind == "C":
        rest = chunk.tokens[1:]
        paired = any(t.low in _PAIRED for c in chunks[:index] for t in c.tokens)
        return bool(rest) and rest[0].is_finite and not paired and before.kind != "V"
    if chunk.kind in {"S", "G"}:
        return before.kind in {"N", "O", "P"} and not _means_nothing_alone(before) and not denied
    return chunk.kind == "T" and before.kind in {"N", "O", "P"} and not _means_nothing_alone(before) and not denied


def _topic(chunks: Sequence[Chunk], verb: int) -> list[Token]:
    """The subject with all that belongs to it, or the object, as a line without a verb; empty when neither names."""
    if any("XX0" in t.tag or t.low in NEGATIONS | _PAIRED for chunk in chunks for t in chunk.tokens):
        return []
    spans = [chunks[:verb]]
    spans += [chunks[i:] for i in range(verb + 1, len(chunks)) if chunks[i].kind == "N"]
    for span in spans:
        first = next((i for i, chunk in enumerate(span) if chunk.kind == "N"), None)
        if first is None or _goes_on(chunks, span[first]):
            continue
        words = list(span[first].tokens)
        for chunk in span[first + 1 :]:
            hangs = chunk.kind == "O" or (span is spans[0] and chunk.kind in {"P", "S", "G", "T", "A", "R", "N"})
            if not hangs:
                break
            words += chunk.tokens
        named = any(t.is_a("N", "UNC") for t in words) and not words[0].is_a("PN", "EX0")
        named = named and words[-1].is_a("N", "UNC", "AJ", "CRD", "NP0")
        pointed = words[0].is_a("DT0") or span is not spans[0]
        proper = any(t.is_a("NP0") for t in words) and not pointed
        named = named and not any(t.low == "but" for t in words)
        if named and (2 if proper else 3) <= len(words) <= LONGEST and ends_well(words):
            return words
    return []


def _goes_on(chunks: Sequence[Chunk], chunk: Chunk) -> bool:
    """Whether a chunk goes on with a number that began before it: "more than | two million dollars"."""
    at = next(i for i, one in enumerate(chunks) if one is chunk)
    return at > 0 and chunks[at - 1].tokens[-1].binds


def _means_nothing_alone(chunk: Chunk) -> bool:
    """ "the one you never use", "the largest animal that has ever lived": the noun needs its clause."""
    return any(
        t.is_a("PNI", "AJS", "PNX", "DT0")
        or t.low
        in {"one", "only", "first", "last", "those", "way", "ways", "people", "part", "thing", "things", "able"}
        for t in chunk.tokens
    )


def _is_timed(chunk: Chunk) -> bool:
    named = any(t.is_a("NP0") or t.low in _DAYS or _YEAR.fullmatch(t.text) for t in chunk.tokens)
    months_or_days = chunk.tokens[0].low in _TIMES and named
    return chunk.kind == "P" and months_or_days and not any(t.is_a("PNI") or t.low == "each" for t in chunk.tokens)


def ends_well(words: Sequence[Token]) -> bool:  # noqa: PLR0911 - a ladder of reasons
    """Whether a headline may end there: not on an article, a preposition, half a comparison, a bare participle."""
    if not words:
        return False
    last = words[-1]
    if last.binds:
        return False  # "between two | and four hours"
    if len(words) > 1 and (last.is_a("VVN") and words[-2].is_a("N")):
        return False  # "a goatherd named"
    if len(words) > 1 and words[-2].low == "as":
        return False  # "only as good"
    if len(words) > 2 and last.stop in {".", "!", "?"} and last.is_a("PRP", "AVP") and words[-2].is_a("VV"):
        return True  # "the hole it stands in."
    if last.is_a("PRP") and not last.stop:
        return False
    return last.low not in _CLINGING | _UNFINISHED and not last.is_a("AT0", "DPS", "CJ", "TO0", "PRF")


def name_phrase(tokens: Sequence[Token], most: int) -> list[Token]:
    """A part without a verb, shown as a name: "across the narrow neck of land" ▸ "the narrow neck of land"."""
    words = list(tokens)
    while len(words) > 2 and words[0].is_a("PRP", "PRF", "CJ", "TO0", "VVI", "AVP") and not words[0].stop:
        words = words[1:]
    if len(words) <= WHOLE and ends_well(words):
        return words
    best: list[Token] = []
    longest = max(most, LONGEST)
    shown: list[Token] = []
    for chunk in chunks_of(words):
        shown += chunk.tokens
        if len(shown) > longest:
            break
        if ends_well(shown):
            best = list(shown)
        if shown[-1].stop and len(shown) >= 2:
            break
    return best or first_phrase(words, longest)


def first_phrase(tokens: Sequence[Token], most: int, never_last: frozenset[str] = frozenset()) -> list[Token]:
    """The first words up to a stop, at most `most`, ending on a word that may end a phrase.

    Args:
        tokens: A sentence.
        most: Words.
        never_last: Words that end no phrase, where there is no tagger that knows them.
    """
    words: list[Token] = []
    for token in tokens[:most]:
        words.append(token)
        if token.stop and len(words) >= 3:
            break
    while len(words) > 1 and (not ends_well(words) or (words[-1].low in never_last and not words[-1].stop)):
        words.pop()
    return words
