"""Make automagic/data/style/background.npy: how often others write which runs of characters and words.

    python scripts/style_sources.py FOLDER
    python scripts/make_style_background.py FOLDER

Speech, tales and the talk of a trade: State of the Union addresses since 1900, Jane Austen's novels, and every second
entry of the Jargon File (the others are kept for measuring). Of words also definitions, those of WordNet, so that who
writes such is not taken for the author for it. Each source weighs the same, however long it is.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from automagic.language.style.grams import Grams

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def make(folder: Path) -> np.ndarray:
    """The bytes of both tables, the characters' first."""
    import style_sources

    from automagic.language.style.background import find_frequent, scale_of_frequencies
    from automagic.language.style.grams import CHARACTER_BITS, WORD_BITS, character_grams, word_grams
    from automagic.language.style.numbering import NumberedTexts
    from automagic.language.style.tokens import mask

    sources = [
        [mask(text) for text in texts]
        for texts in (
            style_sources.read_sotu(folder),
            style_sources.read_austen(folder),
            style_sources.read_jargon(folder)[::2],
            style_sources.read_wordnet(folder),
        )
    ]
    characters = _encode(map(character_grams, sources[:-1]), CHARACTER_BITS)
    numbered = [NumberedTexts(texts) for texts in sources]
    none = np.zeros(1 << WORD_BITS[0], bool)
    alone = _encode((word_grams(texts, none) for texts in numbered), WORD_BITS)
    frequent = find_frequent(alone, scale_of_frequencies())
    return np.concatenate((characters, _encode((word_grams(texts, frequent) for texts in numbered), WORD_BITS)))


def _encode(sources: Iterable[Grams], bits: Sequence[int]) -> np.ndarray:
    """The bytes of a table, in which each source weighs the same."""
    from automagic.language.style.background import PLACES, encode_frequencies
    from automagic.language.style.grams import table_size

    tables = [np.bincount(found.ids.ravel(), minlength=table_size(bits)) / found.ids.shape[1] for found in sources]
    return encode_frequencies(sum(tables) * (PLACES / len(tables)), bits)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = ROOT / "automagic" / "data" / "style" / "background.npy"
    np.save(target, make(Path(sys.argv[1])))
    print(f'DIGEST = "{hashlib.sha256(target.read_bytes()).hexdigest()}"  # for language/style/background.py')
