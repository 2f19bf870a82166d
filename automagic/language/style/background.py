"""How often other people write what: the shipped frequencies that an author is compared with.

`data/style/background.npy` holds a byte for each place of the tables of `grams`: the characters', then the words'. A
byte is a frequency on a scale of logarithms. `scripts/make_style_background.py` makes it; `data/style/README.md` says
of which texts, and under which licence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from automagic.data import shipped
from automagic.language.style.grams import CHARACTER_BITS, WORD_BITS, table_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

DIGEST = "81687fb5d0a94b0a6147290ce26ab3a9cba8416f4026e17c99b42b8040d35d58"
"""The sha256 of the file: what was learned against one background says nothing beside another."""

PLACES = 6_000_000
"""How many places of text the frequencies are taken from."""

LEAST = 1e-9
"""The frequency that byte 0 stands for; byte 255 stands for 1."""


FREQUENT = 3e-4
"""Of the words; about 300 are. Found by which the judge of words tells the Jargon File and Zippy best from others."""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """The frequencies of others.

    Attributes:
        characters, words: A byte for each place of the table; `frequencies` says what it stands for.
        frequencies: (256,) float32.
        frequent: (places of words,): which words are frequent.
    """

    characters: NDArray[np.uint8]
    words: NDArray[np.uint8]
    frequencies: NDArray[np.float32]
    frequent: NDArray[np.bool_]


@cache
def load_background() -> Background:
    """What is shipped; read once."""
    import numpy as np

    # Mapped: of a megabyte that is read, and copied, an author's words touch a part.
    codes = np.asarray(np.load(shipped("style/background.npy"), mmap_mode="r", allow_pickle=False))
    size = table_size(CHARACTER_BITS)
    words, scale = codes[size:], scale_of_frequencies()
    return Background(codes[:size], words, scale, find_frequent(words, scale))


def scale_of_frequencies() -> NDArray[np.float32]:
    """(256,): the frequency that each byte stands for."""
    import numpy as np

    scale: NDArray[np.float32] = (LEAST ** (1 - np.arange(256) / 255)).astype(np.float32)
    return scale


def find_frequent(words: NDArray[np.uint8], frequencies: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of the words are frequent, by the bytes of a table of which they are the first part."""
    return words[: 1 << WORD_BITS[0]] >= frequencies.searchsorted(FREQUENT)


def encode_frequencies(counts: NDArray[np.float64], bits: Sequence[int]) -> NDArray[np.uint8]:
    """The bytes of a table of counts, each order of it by itself; what was never seen counts as half a time."""
    import numpy as np

    codes = np.empty(len(counts), np.uint8)
    start = 0
    for power in bits:
        part = counts[start : start + (1 << power)] + 0.5
        place = 1 - np.log(part / part.sum()) / np.log(LEAST)
        codes[start : start + len(part)] = np.clip(np.rint(place * 255), 0, 255)
        start += len(part)
    return codes
