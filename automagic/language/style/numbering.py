"""The words and marks of many texts as numbers, found once for all that is counted of them.

"Well, no. No!"  ──▶  begin · Well · , · no · . · No · ! · end        spelled
                 ──▶  begin · well · , · no · . · no · ! · end        folded: what is counted
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING

from automagic.language.style.tokens import mask_all, own_posts, split_words_and_marks
from automagic.values.post import Post

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BEFORE, BEHIND = "\x02", "\x03"
"""What stands before and behind each text, so that how it begins and ends counts too."""

_TOGETHER = 200
"""Texts that are split at a time: their words as strings take ten times the memory of their numbers."""


class NumberedTexts:
    """Texts as numbers of their words and marks.

    Args:
        texts: Masked ones.

    Attributes:
        size: How many texts there are.
        names: Each different word or mark, lower-case.
        number_of: The number of each of these.
        numbers: (places,) int32: which of the names stands where, `BEFORE` and `BEHIND` around each text.
        texts: (places,) int32: in which text that is.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        import numpy as np

        known: defaultdict[str, int] = defaultdict(count().__next__)  # a new word gets the next number
        for mark in (BEFORE, BEHIND):
            known[mark]
        parts = [np.empty(0, np.int32)]
        for first in range(0, len(texts), _TOGETHER):
            some = texts[first : first + _TOGETHER]
            bare = (text.replace(BEFORE, " ").replace(BEHIND, " ") for text in some)
            joined = "".join([f"{BEFORE}{text}{BEHIND}" for text in bare])
            words = split_words_and_marks(joined)
            parts.append(np.fromiter(map(known.__getitem__, words), np.int32, len(words)))
        self.size = len(texts)
        self.names = list(known)
        self.number_of: Mapping[str, int] = dict(known)
        self.numbers = np.concatenate(parts)
        self.texts: NDArray[np.int32] = np.cumsum(self.numbers == known[BEFORE], dtype=np.int32) - 1

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """(names,): a hash of each."""
        import numpy as np

        return np.fromiter(map(code_of, self.names), np.uint32, len(self.names))

    @cached_property
    def word_names(self) -> NDArray[np.bool_]:
        """(names,): which are words; a mark stands by itself."""
        import numpy as np

        return np.array([len(name) > 1 or name.isalnum() or name == "_" for name in self.names], bool)

    @cached_property
    def words(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The numbers of the words, and the text of each."""
        of_words = self.word_names[self.numbers]
        return self.numbers[of_words], self.texts[of_words]

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The same, each word of a text once; by text."""
        import numpy as np

        numbers, texts = self.words
        found = np.sort(texts.astype(np.int64) << 32 | numbers)
        found = found[np.diff(found, prepend=-1) > 0]
        return (found & 0xFFFFFFFF).astype(np.int32), (found >> 32).astype(np.int32)

    def texts_with(self, sets: Mapping[str, Iterable[str]]) -> dict[str, NDArray[np.bool_]]:
        """(texts,) for each set of words or marks: which have one of it. All texts are looked through once.

        Args:
            sets: Up to 64.
        """
        import numpy as np

        wanted = np.zeros(len(self.names), np.uint64)
        for place, names in enumerate(sets.values()):
            wanted[[self.number_of[name] for name in names if name in self.number_of]] |= np.uint64(1 << place)
        starts = np.flatnonzero(self.numbers == self.number_of[BEFORE])
        found = np.bitwise_or.reduceat(wanted[self.numbers], starts) if self.size else wanted[:0]
        return {name: found >> np.uint64(place) & np.uint64(1) > 0 for place, name in enumerate(sets)}


@dataclass(frozen=True, slots=True, eq=False)
class OwnPosts:
    """What of an author's posts is theirs, read once for all that is learned of it.

    Attributes:
        posts: `own_posts`.
        masked: The text of each, masked.
        numbered: The same as numbers.
    """

    posts: tuple[Post, ...]
    masked: tuple[str, ...]
    numbered: NumberedTexts

    @classmethod
    def of(cls, posts: Sequence[Post]) -> OwnPosts:
        """Those among all of an author's posts."""
        own = own_posts(posts)
        masked = tuple(mask_all([post.text for post in own]))
        return cls(own, masked, NumberedTexts(masked))


def code_of(name: str) -> int:
    """A hash that is the same everywhere."""
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))
