"""Texts that are hard to count: every kind of link, emoji and mark beside every other, from a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tests.support.places import ROOT

TWITTER_TEXT = ROOT / "tests" / "data" / "twitter_text"
ATOMS = ROOT / "tests" / "data" / "odd_posts.txt"


def odd_posts(count: int, seed: int = 1, atoms: Path = ATOMS) -> Iterator[str]:
    """Texts of one to 25 pieces of the file, with signs and any character between them.

    A file's line is pieces apart by tabs, written as Python would escape them.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    rows = [line.encode().decode("unicode_escape").split("\t") for line in atoms.read_text("ascii").splitlines()]
    for _ in range(count):
        pieces: list[str] = []
        for _ in range(chance.choice([1, 2, 3, 5, 8, 13, 25])):
            pieces.append(chance.choice(chance.choice(rows)))
            pieces.append(" " * (chance.random() < 0.4))
            if chance.random() < 0.05:
                pieces.append(chr(chance.choice([0x20, 0x1000, 0xE000, 0x1F000]) + chance.randrange(0x1000)))
        yield "".join(pieces)
