"""Make automagic/data/style/background.npy: how often others write which runs of characters and words.

    python scripts/style_sources.py FOLDER
    python scripts/make_style_background.py FOLDER

All of its texts are in the public domain: State of the Union addresses since 1900, Jane Austen's novels, and every
second entry of the Jargon File (the others are kept for measuring). Each source weighs the same, however long it is.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def make(folder: Path) -> np.ndarray:
    """The bytes of both tables, the characters' first."""
    import style_sources

    from automagic.language.style.background import PLACES, encode_frequencies
    from automagic.language.style.grams import CHARACTER_BITS, WORD_BITS, character_grams, table_size, word_grams
    from automagic.language.style.numbering import NumberedTexts
    from automagic.language.style.tokens import mask

    sources = (
        style_sources.read_sotu(folder),
        style_sources.read_austen(folder),
        style_sources.read_jargon(folder)[::2],
    )
    tables = []
    kinds = (
        (character_grams, CHARACTER_BITS),
        (lambda masked: word_grams(NumberedTexts(masked)), WORD_BITS),
    )
    for grams_of, bits in kinds:
        counts = np.zeros(table_size(bits))
        for texts in sources:
            found = grams_of([mask(text) for text in texts])
            counts += np.bincount(found.ids.ravel(), minlength=len(counts)) * (
                PLACES / len(sources) / found.ids.shape[1]
            )
        tables.append(encode_frequencies(counts, bits))
    return np.concatenate(tables)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = ROOT / "automagic" / "data" / "style" / "background.npy"
    np.save(target, make(Path(sys.argv[1])))
    print(f'DIGEST = "{hashlib.sha256(target.read_bytes()).hexdigest()}"  # for language/style/background.py')
