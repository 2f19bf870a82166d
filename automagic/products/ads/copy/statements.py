"""Of an English claim the statements that stand by themselves.

The body is brass and the collar is plastic.   ─▶  the body is brass · the collar is plastic
Tea costs 2 €, or 5 € a pot with three cups.   ─▶  tea costs 2 € · tea costs 5 € a pot with three cups
The bus is free, and the boat is free if it rains.
                                              ─✗▶  the bus is free            "if it rains" may be meant of both
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from automagic.data import words
from automagic.language.text.grammar import FINITE
from automagic.products.ads.copy.omissions import form_of
from automagic.products.ads.copy.rewriting import Words, main_verb
from automagic.products.ads.copy.tokens import CURRENCIES, STOPS, tags_of

_RULES: dict[str, Any] = words("ad_grounding")
_CLOSING = frozenset(_RULES["closing"])
_DENYING = _CLOSING - {"any", "every", "all", "each", "everything", "most", "many"}
_WEIGHING = frozenset(_RULES["weighing"])
_HAVING = frozenset(_RULES["having"]) | frozenset(_RULES["having_with"])
_PLACES = frozenset(_RULES["places"]) | {"during", "until", "within"}
_LISTS: dict[str, Any] = words("ad_wordings")
_LIMITS = frozenset(_LISTS["limits"])
_BACK = frozenset(_LISTS["back"])
_THIRD = frozenset({"VVZ", "VBZ", "VBB", "VHZ", "VHB"})
_BINDING = _PLACES | {"for", "with", "without", "over", "under", "before", "after", "between", "through"}
_COSTS = frozenset(_LISTS["costs"])
_WIDE_ALL = frozenset({"year", "day"})


@lru_cache(maxsize=512)
def statements(claim: Words, own: frozenset[str]) -> tuple[Words, ...]:
    """A claim, without a stop at its end, and what of it stands by itself.

    Args:
        own: Words that the product is called by, in small letters.
    """
    whole = _unstopped(claim)
    if not whole:
        return ()
    found = [whole]
    for part in sentences(whole):
        joined = [part, *_joined(part), *_done_twice(part)]
        for one in list(joined):
            joined += [*_told_twice(one), *_without_more(one)]
        for one in list(joined):
            joined += _of_each(one, own)
        found += joined
    return tuple(dict.fromkeys(found))


def sentences(claim: Words) -> list[Words]:
    """The parts of a claim at its semicolons, where each is a sentence that says nothing of the one before."""
    claim = _unstopped(claim)
    parts: list[Words] = []
    at = 0
    for place in [*(at for at, word in enumerate(claim) if word == ";"), len(claim)]:
        parts.append(claim[at:place])
        at = place + 1
    whole = all(parts) and all(main_verb(part, tags_of(part)) > 0 or "there" in part for part in parts)
    return parts if whole else [claim]


def _unstopped(said: Words) -> Words:
    while said and said[-1] in ".!":
        said = said[:-1]
    return said


def _joined(said: Words) -> Iterator[Words]:
    """The sides of an "and" between two clauses with a subject each."""
    tags = tags_of(said)
    for place, word in enumerate(said):
        if word not in {"and", "but"} or not 1 < place < len(said) - 2:
            continue
        comma = said[place - 1] == ","
        left, right = said[: place - comma], said[place + 1 :]
        if not _is_clause(left, tags[: len(left)]) or not _has_subject(right, tags[place + 1 :]):
            continue
        scope = set(left) & _CLOSING and not (comma and left[0] in {"there", "it", "most"} | _CLOSING)
        if said[0] in _LIMITS or scope or any(_weighs(one) for one in left) or {"both", "either"} & set(left):
            continue
        if not set(right) & _LIMITS:
            yield left
        if not set(left) & _LIMITS:
            yield right


def _weighs(word: str) -> bool:
    return any(
        word.endswith(end) and word[: len(word) - len(end)] in {"hope", "say", "think", "believe", "claim", "promise"}
        for end in ("", "s", "d")
    )


def _is_clause(said: Words, tags: Words) -> bool:
    begins_there = said[0] == "there" and len(said) > 2
    return begins_there or (main_verb(said, tags) > 0 and said[0] not in _PLACES)


def _has_subject(said: Words, tags: Words) -> bool:
    """Whether a clause begins with a noun of its own and then a verb that can only be one."""
    verb = next((at for at, tag in enumerate(tags) if tag in FINITE), 0)
    if not 0 < verb <= 5 or said[0] in _BACK | _PLACES | _LIMITS or set(said[:verb]) & (STOPS | {"and", "or"}):
        return False
    determined = tags[0] in {"AT0", "DPS", "DT0", "NN1", "NN2", "CRD", "AJ0", "NP0"}
    sure = tags[verb].startswith(("VB", "VH", "VM", "VD")) or said[verb] in _COSTS or tags[verb] == "VVZ"
    sure = sure or (tags[verb] == "VVB" and tags[verb - 1] == "NN2")
    return determined and sure and any(tag.startswith("N") for tag in tags[:verb])


def _told_twice(said: Words) -> Iterator[Words]:
    """Of "A costs P, or Q" and "A is open on B, and on C": the sentence with one of the two."""
    for place in range(2, len(said) - 2):
        if said[place - 1] != "," or said[place] not in {"or", "and"}:
            continue
        left, right = said[: place - 1], said[place + 1 :]
        tags = tags_of(left)
        verb = main_verb(left, tags)
        if verb < 1 or "," in said[:verb] or "," in right or ":" in said:
            continue
        denied = [
            one for one, after in zip(left, (*left[1:], ""), strict=True) if one in _CLOSING and after not in _WIDE_ALL
        ]
        if denied or left[0] in _LIMITS or set(right) & {"if", "when", "unless", "provided", "both", "together"}:
            continue
        head = left[: verb + 1]
        priced = said[place] == "or" and left[verb] in _COSTS and _is_priced(right)
        if priced:
            yield left
            if not _has_period(left) or _has_period(right):
                yield (*head, *right)
        elif said[place] == "and" and right[0] in _PLACES and set(left[verb:]) & _PLACES and right[0] != "from":
            yield left


def _done_twice(said: Words) -> Iterator[Words]:
    """Of "A costs P and takes an hour": "A costs P", and "A takes an hour"."""
    tags = tags_of(said)
    verb = main_verb(said, tags)
    if verb < 1 or set(said) & (STOPS | _LIMITS | {"or", "both", "either"}) or "to" in said[:verb]:
        return
    if set(said[: verb + 2]) & _CLOSING or tags[verb].startswith(("VM", "VD")) or any(map(_weighs, said)):
        return
    for place in range(verb + 2, len(said) - 2):
        finite = tags[place + 1] in _THIRD or (
            tags[place + 1] in {"VVB", "VVI"} and tags[verb].startswith("VV") and "to" not in said[verb:place]
        )
        if said[place] != "and" or not finite or "and" in said[place + 1 :]:
            continue
        right = said[place + 1 :]
        if not set(right) & _BINDING:
            yield said[:place]
        if said[0] not in _PLACES:
            yield (*said[:verb], *right)


def _has_period(said: Words) -> bool:
    """Whether a price is for a time, or for one of several: "£5 a month"."""
    pairs = itertools.pairwise(said)
    return any(one[:1].isdigit() and after in {"a", "an", "per", "each", "every"} for one, after in pairs)


def _is_priced(said: Words) -> bool:
    """Whether a price is said, counted or not: "three payments of A$66"."""
    return bool(set(said[:6]) & CURRENCIES)


def _without_more(said: Words) -> Iterator[Words]:
    """What "…, even after you cancel" and "…, with free delivery" add to may stand without it."""
    for place in range(2, len(said) - 2):
        adds = said[place] == "even" or said[place : place + 2] == ("with", "free")
        if (
            adds
            and said[place - 1] == ","
            and "," not in said[place:]
            and not set(said[:place]) & (_DENYING | _LIMITS - {"as"})
        ):
            yield said[: place - 1]


def _of_each(said: Words, own: frozenset[str]) -> Iterator[Words]:
    """ "Each adapter comes with X" says of the adapter that it does."""
    for verb in range(2, min(5, len(said) - 1)):
        if said[0] in {"each", "every"} and said[verb] in _HAVING and all(form_of(one) in own for one in said[1:verb]):
            yield ("the", *said[1:])
