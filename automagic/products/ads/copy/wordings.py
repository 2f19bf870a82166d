"""One English statement in other words, none of them lost.

The crossing takes about 55 minutes in calm weather.  ─▶  in calm weather the crossing takes about 55 minutes
One adapter costs €11.90                              ─▶  one adapter for €11.90 · one adapter: €11.90
Our volunteers fixed 7 items                          ─▶  7 items were fixed by our volunteers
You can get a refund if you have watched one lesson   ─▶  watched one lesson? get a refund

A wording has every word of its statement but the verb that it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from automagic.products.ads.copy.omissions import changes_tense, form_of, is_filler
from automagic.products.ads.copy.rewriting import ANY_WAYS, BOUNDARY, PAST, VERB_WAYS, Parsed, Words, main_verb
from automagic.products.ads.copy.tokens import STOPS, tags_of

_PUT_IN = frozenset({"for", "in", "on", "by", "no", "not", "of", "made", "include"})
"""What a wording may have beside the words of its statement, and past forms."""
_MOST = 60
_MOST_WORDS = 60
_DEEP = 3


@lru_cache(maxsize=512)
def wordings(statement: Words, own: frozenset[str]) -> tuple[Words, ...]:
    """The ways in which a statement may be told, itself first; at most 60.

    Args:
        own: Words that the product is called by, in small letters.
    """
    found: dict[Words, int] = {statement: 0}
    if len(statement) > _MOST_WORDS:
        return tuple(found)
    queue = [statement]
    while queue and len(found) < _MOST:
        said = queue.pop(0)
        if found[said] >= _DEEP:
            continue
        tags = tags_of(said)
        sentence = Parsed(said, tags, main_verb(said, tags), own)
        for way in (*ANY_WAYS, *(VERB_WAYS if sentence.verb > 0 and BOUNDARY not in said else ())):
            for other in way(sentence):
                if other not in found and len(found) < _MOST:
                    found[other] = found[said] + 1
                    queue.append(other)
    return tuple(found)


def tells(line: Sequence[str], wording: Words) -> bool:
    """Whether a line is a wording: every word, in its order, but for words that say nothing and for stops."""
    if changes_tense(line, wording):
        return False
    place = 0
    for word in wording:
        if (word in STOPS and word != "?") or is_filler(word):
            continue
        before = place
        while place < len(line) and (is_filler(line[place]) or (line[place] in STOPS and line[place] != "?")):
            place += 1
        if word == BOUNDARY:
            if not any(one in STOPS for one in line[before:place]):
                return False
            continue
        if place == len(line) or form_of(line[place]) != form_of(word):
            return False
        place += 1
    return all(is_filler(one) or (one in STOPS and one != "?") for one in line[place:])


def may_tell(line: Sequence[str], statement: Words) -> bool:
    """Whether a line could be a wording of a statement: it brings no word but those that a wording puts in."""
    known = {form_of(word) for word in statement} | _PUT_IN
    for word in line:
        if word in STOPS or is_filler(word) or form_of(word) in known:
            continue
        if word not in PAST.values() and not word.endswith(("ed", "ing")):
            return False
    return True
