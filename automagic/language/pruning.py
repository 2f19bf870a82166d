"""One clause cut down to the words that carry it: every way to leave phrases out is weighed.

    The fee | rises | by 3 euros | on Monday | in most towns    ▸ The fee rises by 3 euros
    N         V       P            P           P
    stays     stays   stays        0.3           0.9             what it costs to leave it out

Subject, verb, complement, denials, limits and both halves of a comparison always stay. A longer headline is better
than one that has lost its point: up to `LONGEST` words are kept when nothing more can go.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.chunks import LIMITING, Chunk, Token, chunks_of
from automagic.language.lexicon import (
    ARTICLES,
    AUXILIARIES,
    COORDINATORS,
    NEGATIONS,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
)

LONGEST = 11
_COMFORTABLE = 8
_MOST_OPTIONAL = 9
# What a headline longer than comfortable costs, by its words too many.
_TOO_LONG = (0.0, 0.3, 0.6, 1.0)
# Words that cannot end a headline; adverb-like ones ("in", "out", "after") may.
_CLINGING = (ARTICLES | POSSESSIVES | PREPOSITIONS | COORDINATORS | SUBORDINATORS | AUXILIARIES) - {
    "in", "on", "off", "up", "down", "out", "over", "can't", "don't",
    "won't", "behind", "inside", "outside", "past", "above", "below", "through", "before", "after", "around",
    "near", "why", "how",
}  # fmt: skip
_UNFINISHED = frozenset(
    {"less", "more", "twice", "such", "only", "almost", "nearly", "about", "just", "roughly", "between", "every"}
)
# With an object alone these say too little: "keeps the bark ▸ wet", "calls it ▸ a success", "puts it ▸ on a shelf".
_TWO_COMPLEMENTS = frozenset(
    [
        "make", "makes", "made", "keep", "keeps", "kept", "let", "lets", "call", "calls", "called", "give", "gives",
        "gave", "help", "helps", "helped", "leave", "leaves", "left", "put", "puts", "turn", "turns", "turned",
        "cost", "costs", "took", "take", "takes", "show", "shows", "showed", "spread", "pulls", "pull", "led", "leads",
    ]
)  # fmt: skip
_TIMES = frozenset({"in", "at", "on", "since", "during", "by"})
_YEAR = re.compile(r"[12]\d{3}s?")
_LIMITS_IN_TIME = frozenset({"until", "before", "after", "except", "unless"})
_CONDITIONS = frozenset(
    {"if", "when", "unless", "until", "whenever", "before", "after", "once", "as", "while", "where"}
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What stays, and the condition that was taken off it ("when it is full of bubbles"), if one was."""

    kept: list[Token]
    condition: list[Token]


def prune(clause: Sequence[Token], most: int) -> Pruned:
    """The truest short form of a clause: `most` words when that costs nothing, never more than it must have."""
    chunks = _attached(chunks_of(clause))
    verb = next((i for i, chunk in enumerate(chunks) if chunk.kind == "V"), None)
    if verb is None:
        return Pruned(name_phrase(clause, most), [])
    required = _required(chunks, verb)
    optional = sorted((i for i in range(len(chunks)) if i not in required), key=lambda i: _loss(chunks, i, verb))
    always = required | set(optional[_MOST_OPTIONAL:])
    optional = optional[:_MOST_OPTIONAL]
    best: tuple[float, list[Token], set[int]] | None = None
    for count in range(len(optional) + 1):
        for dropped in itertools.combinations(optional, count):
            kept = (always | set(optional)) - set(dropped)
            if not _holds_together(chunks, kept, verb):
                continue
            loss = sum(_loss(chunks, i, verb) for i in dropped)
            for slim in (False, True):
                words = [t for i in sorted(kept) for t in (_slim(chunks[i]) if slim else chunks[i].tokens)]
                if len(words) > max(LONGEST, most) or not ends_well(words):
                    continue
                cost = loss + _length_cost(len(words), most)
                if slim:
                    full = [t for i in sorted(kept) for t in chunks[i].tokens]
                    cost += sum(
                        0.3 if index and full[index - 1].is_a("CRD") else 0.6
                        for index, token in enumerate(full)
                        if token not in words
                    )
                if best is None or cost < best[0]:
                    best = (cost, words, kept)
    if best is None:
        return Pruned(_shortest(chunks, always, clause, most), [])
    gone = [c for i, c in enumerate(chunks) if i not in best[2] and _is_condition(c)]
    return Pruned(best[1], list(gone[0].tokens) if gone else [])


def _length_cost(words: int, most: int) -> float:
    comfortable = max(_COMFORTABLE, most)
    over = words - comfortable
    cost = _TOO_LONG[min(over, 3)] if over > 0 else 0.0
    return cost + 0.12 * max(0, words - 5) + 0.25 * (words > most)


def _is_condition(chunk: Chunk) -> bool:
    return chunk.kind == "S" and chunk.tokens[0].low in _CONDITIONS


def _attached(chunks: Sequence[Chunk]) -> list[Chunk]:
    """A noun that counts keeps its "of" phrase: "a patch of soil", "one of us" are one chunk."""
    joined: list[Chunk] = []
    for chunk in chunks:
        holder = bool(joined) and joined[-1].kind in {"N", "P", "T", "O", "G"}
        if chunk.kind == "O" and holder and not chunk.tokens[-1].is_a("DTQ"):
            of_name = len(chunk.tokens) == 2 and chunk.tokens[1].is_a("NP0") and joined[-1].kind == "N"
            if not of_name and len(joined[-1].tokens) + len(chunk.tokens) <= _COMFORTABLE + 1:
                joined[-1] = Chunk(joined[-1].kind, (*joined[-1].tokens, *chunk.tokens))
                continue
        joined.append(chunk)
    return joined


def _required(chunks: Sequence[Chunk], verb: int) -> set[int]:
    """Subject, verb and its complements; whatever denies, limits or compares."""
    required = {verb}
    heads = [i for i in range(verb) if chunks[i].kind == "N"]
    if heads:
        required.add(heads[-1] if heads[-1] == verb - 1 and chunks[heads[0] + 1].kind == "N" else heads[0])
    purpose = any(chunk.kind == "T" for chunk in chunks[verb + 1 :])
    for index in range(verb + 1, len(chunks)):
        if chunks[index].kind == "C":
            break
        if chunks[index].kind == "R" or (purpose and chunks[index].kind == "P" and _is_timed(chunks[index])):
            continue  # "voted ▸ on Tuesday ▸ to close the road"
        if not _is_condition(chunks[index]):
            required.add(index)
            required |= _second_complement(chunks, verb, index)
        break
    for index, chunk in enumerate(chunks):
        low = {token.low for token in chunk.tokens}
        denies = any("XX0" in t.tag or t.low in NEGATIONS for t in chunk.tokens) and chunk.kind in {"P", "R", "N"}
        limits = chunk.kind == "R" and (low & LIMITING or any(t.is_a("AVQ", "AVP") for t in chunk.tokens))
        ends = chunk.kind == "P" and chunk.tokens[0].low in _LIMITS_IN_TIME
        pointed = 0 < index < verb and (chunk.kind == "S" or chunks[index - 1].tokens[-1].is_a("VVN"))
        if denies or limits or ends or pointed:
            required.add(index)
        if chunk.kind == "Q":  # "more water to fill a lock ▸ than a boat": nothing between verb and comparison goes
            required |= {i for i in range(index + 1) if i > verb or i in required}
    return required


def _second_complement(chunks: Sequence[Chunk], verb: int, index: int) -> set[int]:
    after = index + 1
    if after >= len(chunks):
        return set()
    low = chunks[verb].tokens[-1].low
    verbal = any(token.low in _TWO_COMPLEMENTS for token in chunks[verb].tokens)
    wants = verbal and chunks[index].kind == "N" and chunks[after].kind in {"A", "N", "P", "T", "S", "R", "V"}
    bare_one = chunks[after].kind == "S" and chunks[index].kind == "N" and _means_nothing_alone(chunks[index])
    return {after} if wants or bare_one or (low == "as" and chunks[after].kind == "N") else set()


def _means_nothing_alone(chunk: Chunk) -> bool:
    """ "the one you never use", "the largest animal that has ever lived": the noun needs its clause."""
    return any(
        t.is_a("PNI", "AJS", "PNX") or t.low in {"one", "only", "first", "last", "those", "way", "people", "part"}
        for t in chunk.tokens
    )


def _loss(  # noqa: PLR0911 - a ladder of costs
    chunks: Sequence[Chunk], index: int, verb: int
) -> float:
    """What the headline loses without this chunk."""
    chunk = chunks[index]
    first = chunk.tokens[0].low
    if chunk.kind == "R":
        return 0.2
    if chunk.kind == "O":
        return 0.4 if chunk.tokens[-1].is_a("NP0") else 1.6
    if chunk.kind == "P":
        if index < verb:
            return 1.0 if index else 0.5
        return 0.3 if _is_timed(chunk) else (1.6 if first == "to" else 1.2)
    if chunk.kind == "S":
        return 0.75 if _is_condition(chunk) else (0.6 if first in {"because", "although", "though"} else 2.0)
    if chunk.kind == "C":
        return 0.7
    return {"T": 1.3, "G": 1.0}.get(chunk.kind, 0.8)


def _is_timed(chunk: Chunk) -> bool:
    named = any(t.is_a("NP0") or t.low in {"day", "year", "time"} or _YEAR.fullmatch(t.text) for t in chunk.tokens)
    return chunk.tokens[0].low in _TIMES and named


def _holds_together(chunks: Sequence[Chunk], kept: set[int], verb: int) -> bool:
    """What hangs on a phrase goes with it."""
    for index in kept:
        chunk = chunks[index]
        if index and index - 1 not in kept:
            hangs = chunk.kind in {"O", "G", "S", "C", "Q"} or (chunk.kind in {"P", "N"} and index < verb)
            after_loss = chunk.kind in {"N", "A"} and index > verb and chunks[index - 1].kind in {"T", "V", "P"}
            if (hangs and chunks[index - 1].kind != "R") or after_loss:
                return False
    return True


def _slim(chunk: Chunk) -> list[Token]:
    """A noun phrase without plain attributes; numbers, superlatives, limits and names stay."""
    if chunk.kind not in {"N", "O", "P"}:
        return list(chunk.tokens)
    kept: list[Token] = []
    for index, token in enumerate(chunk.tokens):
        following = chunk.tokens[index + 1] if index + 1 < len(chunk.tokens) else None
        plain = token.is_a("AJ0") and token.low not in LIMITING | {"little", "few"} and token.text.islower()
        if plain and index and following is not None and following.tag in {"NN0", "NN1", "NN2"}:
            article = chunk.tokens[index - 1].low
            vowel = following.low[:1] in "aeiou"
            if article not in {"a", "an"} or vowel == (article == "an"):
                continue
        kept.append(token)
    return kept


def _shortest(chunks: Sequence[Chunk], required: set[int], clause: Sequence[Token], most: int) -> list[Token]:
    """Nothing short is true: what must stay, its last phrases let go one by one; else the first whole phrases."""
    verb = next(i for i in sorted(required) if chunks[i].kind == "V")
    stays = sorted(required)
    while stays and stays[-1] > verb:
        last = chunks[stays[-1]]
        for end in (len(last.tokens), _without_clause(last)):
            words = [t for i in stays[:-1] for t in chunks[i].tokens] + list(last.tokens[:end])
            slim = [t for i in stays[:-1] for t in _slim(chunks[i])] + (
                _slim(last) if end == len(last.tokens) else list(last.tokens[:end])
            )
            for shown in (words, slim):
                if len(shown) <= LONGEST and ends_well(shown):
                    return shown
            of = next((i for i, t in enumerate(words) if i > 1 and t.is_a("PRF")), None)
            subject = chunks[stays[0]].tokens
            if stays[0] < verb and of is not None and of < len(subject) and not subject[0].is_a("CRD", "DT0", "PN"):
                words = [*words[:of], *words[len(subject) :]]
                if len(words) <= LONGEST and ends_well(words):
                    return words
        stays.pop()
    words = []
    best: list[Token] = []
    for chunk in chunks:
        words += chunk.tokens
        if len(words) > LONGEST:
            break
        if ends_well(words) and chunk.kind != "V" and any(t.is_finite for t in words):
            best = list(words)
    return best if len(best) > 2 else first_phrase(clause, max(most, LONGEST))


def _without_clause(chunk: Chunk) -> int:
    """How many words of a comparison stand before the clause that ends it: "as good as the data ▸ they learn from"."""
    cut = next((i for i, t in enumerate(chunk.tokens) if i > 3 and t.is_a("PNP", "CJT", "PNQ", "DTQ")), None)
    return cut if cut is not None and chunk.kind in {"Q", "N", "P"} else len(chunk.tokens)


def ends_well(words: Sequence[Token]) -> bool:
    """Whether a headline may end there: not on an article, a preposition, half a comparison, a bare participle."""
    if not words:
        return False
    last = words[-1]
    if len(words) > 1 and (last.is_a("VVN") and words[-2].is_a("N")):
        return False  # "a goatherd named"
    if len(words) > 1 and words[-2].low == "as":
        return False  # "only as good"
    if len(words) > 2 and last.stop in {".", "!", "?"} and last.is_a("PRP", "AVP") and words[-2].is_a("VV"):
        return True  # "the hole it stands in."
    return last.low not in _CLINGING | _UNFINISHED and not last.is_a("AT0", "DPS", "CJ", "TO0", "PRF")


def name_phrase(tokens: Sequence[Token], most: int) -> list[Token]:
    """A part without a verb, shown as a name: "across the narrow neck of land" ▸ "the narrow neck of land"."""
    words = list(tokens)
    while len(words) > 2 and words[0].is_a("PRP", "PRF", "CJ", "TO0", "VVI", "AVP") and not words[0].stop:
        words = words[1:]
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


def first_phrase(tokens: Sequence[Token], most: int) -> list[Token]:
    """The first words up to a stop, at most `most`, ending on a word that may end a phrase."""
    words: list[Token] = []
    for token in tokens[:most]:
        words.append(token)
        if token.stop and len(words) >= 3:
            break
    while len(words) > 1 and not ends_well(words):
        words.pop()
    return words
