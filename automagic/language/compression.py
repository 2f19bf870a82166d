"""One clause cut down to a few of its words: every way to leave chunks out is weighed.

Subject, verb, first complement, and whatever denies or limits the claim always stay.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

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

_IDEAL_WORDS = 5
_UNFINISHED = frozenset({"less", "more", "twice", "such", "only", "almost", "nearly", "about", "just"})
# Words that cannot end a headline; adverb-like ones ("in", "out", "after") may.
_CLINGING = (ARTICLES | POSSESSIVES | PREPOSITIONS | COORDINATORS | SUBORDINATORS | AUXILIARIES) - {
    "in", "on", "off", "up", "down", "out", "over", "can't", "don't",
    "won't", "behind", "inside", "outside", "past", "above", "below", "through", "before", "after", "around",
    "near", "why", "how",
}  # fmt: skip


def compress(clause: Sequence[Token], most: int) -> list[Token]:
    """The best of all ways to leave chunks out; a contiguous phrase when none fits."""
    chunks = chunks_of(clause)
    verb = next((i for i, chunk in enumerate(chunks) if chunk.kind == "V"), None)
    if verb is None:
        return first_phrase(clause, most)
    required = _required(chunks, verb)
    optional = [i for i in range(len(chunks)) if i not in required][:10]
    best: tuple[float, list[Token]] | None = None
    for count in range(len(optional) + 1):
        for extra in itertools.combinations(optional, count):
            kept = sorted(required | set(extra))
            if not _holds_together(chunks, kept, verb):
                continue
            for slim in (0, 1, 2):
                words = [t for i in kept for t in (_slim(chunks[i]) if slim else chunks[i].tokens)]
                words = words[1:] if slim == 2 and words[0].low == "the" else words
                if len(words) > most or not ends_well(words):
                    continue
                score = _score(words, chunks, kept, slim=slim)
                if best is None or score > best[0]:
                    best = (score, words)
    if best is not None:
        return best[1]
    if len(clause) <= most + 2:
        return list(clause)
    short = _fallback(chunks, verb, clause, most)
    if _denies(clause) and not _denies(short):  # rather too long than untrue
        whole = [token for index in sorted(required) for token in _slim(chunks[index])]
        return whole if len(whole) <= most + 4 and ends_well(whole) else first_phrase(clause, most + 4)
    return short


def _denies(tokens: Sequence[Token]) -> bool:
    return any("XX0" in token.tag or token.low in NEGATIONS or token.low.endswith("n't") for token in tokens)


def _required(chunks: Sequence[Chunk], verb: int) -> set[int]:
    """Subject, verb and the first complement; whatever denies or limits."""
    required = {verb}
    subject = next((i for i in range(verb - 1, -1, -1) if chunks[i].kind == "N"), None)
    heads = [i for i in range(verb) if chunks[i].kind == "N"]
    if heads:
        required.add(heads[0] if subject is None or chunks[heads[0] + 1].kind in {"O", "P", "V", "R"} else subject)
    for index in range(verb + 1, len(chunks)):
        if chunks[index].kind in {"N", "A", "T", "G", "S"} or (chunks[index].kind == "P" and index == verb + 1):
            required.add(index)
            if _needs_clause(chunks, index):
                required.add(index + 1)
            break
        if chunks[index].kind != "R":
            break
    for index, chunk in enumerate(chunks):
        low = {token.low for token in chunk.tokens}
        if (
            (chunk.kind == "R" and low & LIMITING)
            or (chunk.kind == "S" and index < verb and index - 1 in required)
            or (chunk.kind == "O" and index and index - 1 in required and _needs_of(chunks[index - 1]))
        ):
            required.add(index)
    return required


def _needs_clause(chunks: Sequence[Chunk], index: int) -> bool:
    """ "the one you never use", "the only man who knew": the noun means nothing without its clause."""
    follows = index + 1 < len(chunks) and chunks[index + 1].kind == "S" and chunks[index].kind == "N"
    return follows and any(
        t.is_a("PNI", "AJS") or t.low in {"one", "only", "first", "last", "those", "way"} for t in chunks[index].tokens
    )


def _needs_of(chunk: Chunk) -> bool:
    """ "one of", "60% of", "a lot of", "the number of": the noun that counts comes after "of"."""
    last = chunk.tokens[-1]
    return last.is_a("CRD", "DT0", "PNI") or last.low in {
        "lot", "number", "kind", "sort", "type", "percent", "half", "third", "quarter", "most", "all", "some", "many",
        "part", "rest", "majority", "share", "amount", "piece", "cup", "series", "pair", "thousands", "millions",
        "billions", "hundreds", "dozens", "front", "end", "middle", "lack", "loss", "risk", "cost", "price", "rate",
        "level", "levels", "cause", "source", "form", "way", "best", "size", "use", "age",
        "king", "queen", "university",
    }  # fmt: skip


def _holds_together(chunks: Sequence[Chunk], kept: Sequence[int], verb: int) -> bool:
    """An "of" phrase, or a phrase before the verb, needs the noun before it; nothing hangs on what was left out."""
    chosen = set(kept)
    for index in kept:
        chunk = chunks[index]
        if chunk.kind == "O" and index - 1 not in chosen:
            return False
        if chunk.kind in {"P", "G", "S"} and 0 < index < verb and index - 1 not in chosen:
            return False
        if (
            chunk.kind in {"N", "A"}
            and index > verb
            and any(i not in chosen and chunks[i].kind in {"T", "V"} for i in range(verb + 1, index))
        ):
            return False
        if chunk.kind in {"G", "S", "C"} and index > verb and index - 1 not in chosen:
            return False
    return True


def _slim(chunk: Chunk) -> list[Token]:
    """A noun phrase without plain attributes; numbers, superlatives, limits and names stay."""
    if chunk.kind == "S":
        than = next((i for i, token in enumerate(chunk.tokens) if i > 2 and token.low == "than"), None)
        return list(chunk.tokens[:than])
    if chunk.kind not in {"N", "O", "P"}:
        return list(chunk.tokens)
    if chunk.tokens[0].is_a("VVG"):
        cut = next((i for i, token in enumerate(chunk.tokens) if i > 2 and token.is_a("PRP")), None)
        return list(chunk.tokens[:cut])
    kept = []
    for index, token in enumerate(chunk.tokens):
        attribute = token.is_a("AJ0", "AV0") and token.low not in LIMITING and index + 1 < len(chunk.tokens)
        if not (attribute and chunk.tokens[index + 1].is_a("N", "AJ")):
            kept.append(token)
    return kept


def ends_well(words: Sequence[Token]) -> bool:
    if len(words) > 1 and words[-1].is_a("VVN") and words[-2].is_a("N"):
        return False  # "a goatherd named"
    if len(words) > 1 and words[-2].low == "as":
        return False  # "only as good"
    return (
        bool(words)
        and words[-1].low
        not in _CLINGING | {"less", "more", "twice", "such", "only", "almost", "nearly", "about", "just"}
        and not words[-1].is_a("AT0", "DPS", "CJ", "TO0", "PRF")
    )


def _score(words: Sequence[Token], chunks: Sequence[Chunk], kept: Sequence[int], *, slim: int) -> float:
    """Content words, numbers first, near the ideal length."""
    content = sum(1.0 for t in words if t.is_a("N", "VV", "AJ") or t.is_a("CRD"))
    numbers = sum(0.8 for t in words if t.is_a("CRD"))
    lost_place = sum(
        0.5
        for i in kept
        if chunks[i].kind in {"P"} and chunks[i].tokens[0].low in {"in", "at", "on", "since", "during"}
    )
    adverbs = sum(0.2 for i in kept if chunks[i].kind == "R" and not {t.low for t in chunks[i].tokens} & LIMITING)
    return content + numbers - 0.35 * abs(len(words) - _IDEAL_WORDS) - lost_place - adverbs - 0.9 * slim


def _fallback(chunks: Sequence[Chunk], verb: int, clause: Sequence[Token], most: int) -> list[Token]:
    """A noun phrase with its "of" phrase, the fullest that fits: better than a broken sentence."""
    phrases: list[list[Token]] = []
    for index, chunk in enumerate(chunks):
        if chunk.kind != "N":
            continue
        words = list(chunk.tokens)
        following = chunks[index + 1] if index + 1 < len(chunks) else None
        if following is not None and following.kind == "O" and len(words) + len(following.tokens) <= most:
            words += following.tokens
        if 2 <= len(words) <= most and ends_well(words):
            phrases.append(words)
    predicate = [t for chunk in chunks[verb : verb + 3] for t in chunk.tokens]
    if 3 <= len(predicate) <= most and ends_well(predicate) and not predicate[0].is_a("VB", "VH", "VM", "VD"):
        subject = list(chunks[verb - 1].tokens) if verb and chunks[verb - 1].kind == "N" else []
        if len(subject) + len(predicate) <= most:
            return [*subject, *predicate]
    if not phrases:
        return first_phrase(clause, most)
    return max(phrases, key=lambda words: (sum(t.is_a("N", "AJ", "CRD") for t in words), len(words)))


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
