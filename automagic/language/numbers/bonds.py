"""Which neighbours belong to one number, so that no headline ends between them.

less–than–five–minutes    between–two–and–four–hours    minus–twelve–percent    in 1990 farmers
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from automagic.language.names.writing import name_breaks
from automagic.language.numbers.units import UNITS
from automagic.language.text.lexicon import NUMBER_WORDS, bare
from automagic.language.text.signs import is_number, join_signs, peel

_YEAR = re.compile(r"[12]\d{3}")
_BEFORE_YEAR = frozenset(
    {"in", "since", "by", "until", "from", "of", "before", "after", "to", "and", "im", "en", "em", "nel", "seit", "bis"}
)
_SIGN_WORDS = frozenset({"plus", "minus", "negative"})
# Each leads into the number after it.
_LIMITS = frozenset(
    {"than", "least", "most", "about", "nearly", "almost", "roughly", "around", "between", "only", "just"}
)
_JOINTS = frozenset({"to", "and", "or", "of", "in", "out"})
_PAIRS = frozenset(
    [
        ("less", "than"), ("more", "than"), ("fewer", "than"), ("at", "least"), ("at", "most"), ("up", "to"),
        ("plus", "or"), ("or", "minus"), ("a", "half"), ("out", "of"), ("degrees", "celsius"),
        ("degrees", "fahrenheit"), ("square", "kilometers"), ("square", "miles"), ("square", "metres"),
    ]
)  # fmt: skip


def bonds(words: Sequence[str], tags: Sequence[str]) -> list[bool]:
    """For each word (without punctuation) whether the next one belongs to the same number.

    Args:
        words: Bare words, "" for what is only punctuation.
        tags: Their parts of speech; "" for languages that have no tagger: there a number keeps whatever follows it.
    """
    low = [bare(word) if word[:1].isalnum() else word for word in words]
    found = [_binds(words, low, tags, index) for index in range(len(words) - 1)]
    return [*found, False] if words else []


def _binds(  # noqa: PLR0911 - a ladder of reasons
    words: Sequence[str], low: Sequence[str], tags: Sequence[str], index: int
) -> bool:
    word, after = low[index], low[index + 1]
    if (word, after) in _PAIRS and _leads_to_number(words, low, index + 2, most=3):
        return word not in {"a", "out"} or index > 0
    if (word, after) in _PAIRS and (word == "degrees" or (word == "a" and low[max(0, index - 1)] == "and")):
        return True  # "two and a half"
    if word in _SIGN_WORDS or word in _LIMITS:
        return _counts(words[index + 1], after) or (after == "or" and word == "plus")
    if _is_year(low, index) or (word in _JOINTS and index and _is_year(low, index - 1)):
        return False
    if word in _JOINTS:
        half = word == "and" and tuple(low[index + 1 : index + 3]) == ("a", "half")
        return index > 0 and _counts(words[index - 1], low[index - 1]) and (_counts(words[index + 1], after) or half)
    if not _counts(words[index], word):
        return False
    if after in _JOINTS:
        following = low[index + 2 : index + 4]
        half = after == "and" and tuple(following) == ("a", "half")
        skip = 1 if after == "out" else 0
        return half or (len(following) > skip and _counts(words[index + 2 + skip], following[skip]))
    if not tags[index]:
        return not _YEAR.fullmatch(word)
    after_tag = tags[index + 1]
    return not after_tag or after_tag.startswith(("N", "UNC")) or words[index + 1] in UNITS or after in NUMBER_WORDS


def _is_year(low: Sequence[str], index: int) -> bool:
    return bool(_YEAR.fullmatch(low[index])) and (not index or low[index - 1] in _BEFORE_YEAR)


def _counts(word: str, low: str) -> bool:
    return low in NUMBER_WORDS or is_number(word)


def _leads_to_number(words: Sequence[str], low: Sequence[str], start: int, *, most: int) -> bool:
    return any(_counts(words[i], low[i]) for i in range(start, min(start + most, len(words))))


def cut_line(text: str, limit: int, kept: Sequence[str] = ()) -> str:
    """`text` on one line of at most `limit` characters, cut between words and never inside a number, then "…".

    Args:
        kept: Names inside which it is not cut either.
    """
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    words = flat.split(" ")
    bound = bonds([peel(word)[1] for word in words], [""] * len(words))
    end, length = 0, -1
    while end < len(words) and length + 1 + len(words[end]) < limit:
        length += 1 + len(words[end])
        end += 1
    named = name_breaks(words, [0.0] * len(words), kept)
    while end and (bound[end - 1] or named[end - 1] or (words[end - 1][-1:] not in ".,;:" and _clings(words, end))):
        end -= 1
    kept = " ".join(words[:end])
    if len(kept) < limit // 2:
        kept = flat[: limit - 1]
    return kept.rstrip(" ,;:–—-") + "…"


def _clings(words: Sequence[str], at: int) -> bool:
    """Whether the words on both sides of a cut are one number: "< | 5", "10 | 000"."""
    return len(join_signs(words[at - 1 : at + 1])) == 1 or (at > 1 and len(join_signs(words[at - 2 : at + 1])) == 1)
