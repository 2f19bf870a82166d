"""Texts as numbers: hashed runs of characters and of words, counted without a dictionary.

    "Well, no." ─▶ ids (orders, places) into one table of frequencies, and how many places each text has

Characters are counted in runs of 2 to 5; words (with the marks between them) alone, their shapes in pairs. Each order
has its own part of the table; two runs that share a place in it are counted as one (feature hashing, Weinberger et al.
2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.language.style.numbering import BEFORE, BEHIND, NumberedTexts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHARACTER_BITS = (14, 16, 18, 18)
"""The size of the table for runs of 2, 3, 4 and 5 characters, as powers of 2."""

WORD_BITS = (18, 17)
"""For words, and for pairs of their shapes."""

_SHORT = 2
"""A word of so many letters is its own shape."""

_LONGEST = len(CHARACTER_BITS) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """The runs of some texts.

    Attributes:
        ids: (orders, places) int32: where in the table each run is counted; the texts one after the other.
        lengths: (texts,) int64, each at least 1: how many places a text has.
    """

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]

    def part(self, first: int, last: int) -> Grams:
        """Those of the texts first..last - 1."""
        begin = int(self.lengths[:first].sum())
        lengths = self.lengths[first:last]
        return Grams(self.ids[:, begin : begin + int(lengths.sum())], lengths)

    def once(self) -> Grams:
        """Each run of a text once, all orders as one."""
        import numpy as np

        texts = np.repeat(np.arange(len(self.lengths)) << 32, self.lengths)
        runs = np.sort((texts | self.ids).ravel())
        runs = runs[np.diff(runs, prepend=-1) > 0]
        lengths = np.bincount(runs >> 32, minlength=len(self.lengths))
        return Grams((runs & 0xFFFFFFFF).astype(np.int32)[np.newaxis], lengths)


def table_size(bits: Sequence[int]) -> int:
    """How many places the orders have together."""
    return sum(1 << power for power in bits)


def character_grams(texts: Sequence[str]) -> Grams:
    """The runs of characters that end at each character of each text, or right behind it."""
    import numpy as np

    padding = BEFORE * (_LONGEST - 1)
    joined = "".join(f"{padding}{text}{BEHIND}" for text in texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter((len(text) + 1 for text in texts), np.int64, len(texts))
    ends = np.cumsum(lengths + len(padding))
    within = np.ones(len(codes), bool)
    for step in range(len(padding)):  # what stands before a text is no place of it
        within[ends - lengths - 1 - step] = False
    ids = np.empty((len(CHARACTER_BITS), int(lengths.sum())), np.int32)
    runs, start = _mix(codes), 0
    for order, bits in enumerate(CHARACTER_BITS):
        runs = _follow(runs, codes)
        ids[order] = (runs >> np.uint32(32 - bits))[within]
        ids[order] += start
        start += 1 << bits
    return Grams(ids, lengths)


def word_grams(numbered: NumberedTexts, frequent: NDArray[np.bool_]) -> Grams:
    """The words and marks of each text, and the pairs of their shapes; the end of a text counts as a mark.

    A frequent or short word is its own shape, any other its last letter: what holds sentences together, whatever they
    are about.

    Args:
        frequent: (places of words,): which words others use often, as `Background.frequent` says.
    """
    import numpy as np

    (starts,) = np.nonzero(numbered.numbers == numbered.number_of[BEFORE])
    within = np.ones(len(numbered.numbers), bool)
    within[starts] = False
    lengths = np.diff(starts, append=len(within)) - 1
    alone = (_mix(numbered.codes) >> np.uint32(32 - WORD_BITS[0]))[numbered.numbers]
    shapes = _shapes_of(numbered, frequent)[numbered.numbers]
    pairs = _follow(_mix(shapes), shapes) >> np.uint32(32 - WORD_BITS[1])
    ids = np.stack((alone, pairs))[:, within].astype(np.int32)
    ids[1] += 1 << WORD_BITS[0]
    return Grams(ids, lengths)


def _shapes_of(numbered: NumberedTexts, frequent: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """(names,): the hash of the shape of each."""
    import numpy as np

    lengths = np.fromiter(map(len, numbered.names), np.int64, len(numbered.names))
    letters = np.frombuffer("".join(numbered.names).encode("utf-32-le", "surrogatepass"), np.uint32)
    own = (lengths <= _SHORT) | frequent[places_of_words(numbered.codes)]
    return np.where(own, numbered.codes, letters[np.cumsum(lengths) - 1])


def places_of_words(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Where in the table of words each word is counted, by its hash (`code_of`)."""
    import numpy as np

    return (_mix(codes) >> np.uint32(32 - WORD_BITS[0])).astype(np.int64)


def _follow(runs: NDArray[np.uint32], codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each run that ended one place before, with the code at this place behind it."""
    import numpy as np

    longer = np.empty_like(codes)
    longer[:1] = 0
    np.multiply(runs[:-1], np.uint32(0x9E3779B1), out=longer[1:])
    longer += codes
    return _mix(longer)


def _mix(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Every bit of a code in the leading ones (after MurmurHash3's last steps)."""
    import numpy as np

    shifted = codes >> np.uint32(16)
    mixed = codes ^ shifted
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= np.right_shift(mixed, np.uint32(13), out=shifted)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= np.right_shift(mixed, np.uint32(16), out=shifted)
    return mixed
