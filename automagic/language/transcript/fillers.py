"""Words that nobody would miss: hesitations, stuttered words, "you know" between two commas.

Rather one too few than one too many: a word that means something in its place is never one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.data import words
from automagic.language.text.sentences import primary_tag
from automagic.shaping import to_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automagic.values.words import Word

SET_OFF_S = 0.15
"""A pause that sets a word off as a comma does."""


@dataclass(frozen=True, slots=True)
class _Habits:
    """What people say in a language when they are looking for words.

    Attributes:
        sounds: Hesitations; a trailing repetition of their last letter is the same ("ummm").
        asides: Phrases that are fillers when they are set off on both sides.
        stuttered: Words that are never said twice on purpose, and never end one clause and begin the next.
    """

    sounds: frozenset[str]
    asides: tuple[str, ...]
    stuttered: frozenset[str]


_HABITS = {tag: to_shape(habits, _Habits) for tag, habits in words("fillers").items()}


def find_fillers(words: Sequence[Word], language: str) -> tuple[int, ...]:
    """Indices of the words that may be left out, rising; none in a language that is not known.

    They are hesitations ("uh"), asides that are set off by commas or pauses on both sides (", you know,"), and the
    first of a word or of a pair of words that is stuttered ("the the", "in my in my").
    """
    habits = _HABITS.get(primary_tag(language)) if language else None
    if habits is None:
        return ()
    keys = [re.sub(r"[^\w'’]+", "", word.text.lower()).replace("’", "'") for word in words]
    found = {index for index, key in enumerate(keys) if _is_sound(key, habits)}
    found |= _find_stutters(words, keys, habits, found)
    found |= _find_asides(words, keys, habits, found)
    return tuple(sorted(found))


def _is_sound(key: str, habits: _Habits) -> bool:
    return key in habits.sounds or re.sub(r"(.)\1+$", r"\1", key) in habits.sounds


def _find_stutters(words: Sequence[Word], keys: list[str], habits: _Habits, sounds: set[int]) -> set[int]:
    """The earlier ones of words that are said again, hesitations between them passed over."""
    said = [index for index in range(len(words)) if index not in sounds]
    found: set[int] = set()
    for place, index in enumerate(said):
        for length in (1, 2):
            first, second = said[place : place + length], said[place + length : place + 2 * length]
            if len(second) < length or [keys[at] for at in first] != [keys[at] for at in second]:
                continue
            phrase = {keys[at] for at in first}
            held = any(_ends_clause(words[at], strictly=length > 1) for at in range(index, second[0]))
            if held or len(phrase) < length:
                continue
            if phrase <= habits.stuttered or (
                length == 2 and phrase & habits.stuttered - _JOINING and _is_short(phrase)
            ):
                found.update(first)
                break
    return found


_JOINING = frozenset(
    {"and", "or", "but", "und", "oder", "aber", "et", "ou", "mais", "y", "o", "pero", "e", "ma", "mas"}
)
"""In "again and again and again" every word is meant."""


def _is_short(phrase: set[str]) -> bool:
    """Whether nothing in it can carry much meaning: "in my", "it's a"."""
    return all(len(word) <= 4 for word in phrase)


def _ends_clause(word: Word, *, strictly: bool) -> bool:
    """Whether the sentence starts again after it; a comma after a single word ("the, the") does not say so."""
    return bool(re.search(r"[.!?…:;,–—]\W*$" if strictly else r"[.!?…:;–—]\W*$", word.text))


def _find_asides(words: Sequence[Word], keys: list[str], habits: _Habits, others: set[int]) -> set[int]:
    found: set[int] = set()
    for phrase in map(str.split, habits.asides):
        for first in range(len(words) - len(phrase) + 1):
            end = first + len(phrase)
            if keys[first:end] != phrase or end == len(words):
                continue
            if any(_is_parted(words, at) for at in range(first, end - 1)):
                continue
            if _opens(words, first, others) and _is_parted(words, end - 1) and not _asks(words[end - 1]):
                found.update(range(first, end))
    return found


def _opens(words: Sequence[Word], first: int, others: set[int]) -> bool:
    """Whether something is set off before this word: a comma, a pause, another filler; not a sentence's end.

    At the beginning of a sentence "I mean, ..." and "You know, ..." are said on purpose too often.
    """
    if first == 0:
        return False
    before = words[first - 1]
    if re.search(r"[.!?…]\W*$", before.text):
        return False
    return first - 1 in others or _is_parted(words, first - 1)


def _is_parted(words: Sequence[Word], index: int) -> bool:
    """Whether a comma, a dash or a pause stands behind this word."""
    if re.search(r"[,;–—]\W*$", words[index].text):
        return True
    return index + 1 < len(words) and words[index + 1].start_s - words[index].end_s >= SET_OFF_S


def _asks(word: Word) -> bool:
    return bool(re.search(r"[.!?…]\W*$", word.text))
