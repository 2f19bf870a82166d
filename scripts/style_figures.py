"""How well what was learned of an author tells them from others, and keeps what it promises of their later posts.

    calibration  how many of an author's later posts are rejected at alpha, mean of 20 splits in time order
    AUC          an author's later posts against what others wrote, by both judges

The heads of definitions are taken off: "ABSURDITY, n." would tell Bierce from anybody. Authors' entries are read in the
order in which they stand, as if one had been written a day. The background holds none of what is measured, though other
entries of the Jargon File: without these Bierce was told from it less surely by earlier judges (0.83 by both); the
present ones were not measured so.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import style_sources

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from automagic.values.post import Post  # noqa: E402

SPLITS = 20
ALPHAS = (0.05, 0.1, 0.2)
QUOTED = ("wisdom", "cookie", "people")


def authors(folder: Path) -> dict[str, list[str]]:
    """Four authors' texts: a satirist, a lexicon that many hands wrote, a president, a comic figure.

    Only the president's have a time. The comic figure's are sorted by their text, which is no order of writing; see
    `in_some_order`.
    """
    return {
        "bierce": style_sources.read_bierce(folder, heads=False),
        "jargon": style_sources.read_jargon(folder)[1::2],
        "cleveland": style_sources.read_sotu(folder, 1885, 1896, by="Cleveland"),
        UNORDERED: style_sources.read_fortunes(folder, "zippy"),
    }


UNORDERED = "zippy"


def in_some_order(author: str, texts: Sequence[str], split: int) -> Sequence[str]:
    """As they were written; where nobody knows that, in another order by chance for each split.

    One order for all splits says little: at alpha .2 ten such orders gave 15 to 22 % of 531 posts.
    """
    if author != UNORDERED:
        return texts
    return sorted(texts, key=lambda text: sha256(f"{split} {text}".encode()).digest())


def others_of(folder: Path, own: Sequence[str]) -> dict[str, list[str]]:
    """What others wrote, without what repeats five words or more of the author's more than once."""
    of_all = {
        "definitions": style_sources.read_fortunes(folder, "definitions", heads=False),
        "jargon": style_sources.read_jargon(folder)[1::2],
        "wisdom": [text for name in QUOTED for text in style_sources.read_fortunes(folder, name)],
    }
    return {name: without_shared(own, texts) for name, texts in of_all.items()}


def without_shared(own: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The texts that repeat five words or more of the author's no more than once."""
    known = set().union(*map(_runs, own))
    return [text for text in texts if len(_runs(text) & known) < 2]


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def posts_of(texts: Sequence[str]) -> list[Post]:
    """One a day, in their order."""
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    return [Post(str(number), text, begun + timedelta(days=number)) for number, text in enumerate(texts)]


def measure_calibration(author: str, texts: Sequence[str]) -> dict[str, dict[float, float]]:
    """The share of later posts with p <= alpha, by both judges: windows that slide over the author's time."""
    from automagic.language.style.likeness import learn_style

    window, tested = round(len(texts) * 0.6), round(len(texts) * 0.1)
    found: dict[str, list[float]] = {"characters": [], "words": []}
    for split in range(SPLITS):
        posts = posts_of(in_some_order(author, texts, split))
        begin = round(split * (len(posts) - window - tested) / (SPLITS - 1))
        model = learn_style(posts[begin : begin + window])
        for post in posts[begin + window : begin + window + tested]:
            likeness = model.likeness(post.text)
            found["characters"].append(likeness.p)
            found["words"].append(likeness.word_p)
    return {judge: {alpha: sum(p <= alpha for p in ps) / len(ps) for alpha in ALPHAS} for judge, ps in found.items()}


def measure_best_of(author: str, texts: Sequence[str], best_of: int = 5) -> dict[float, float]:
    """The same, of the best of so many later posts each, chosen by their score."""
    from automagic.language.style.likeness import learn_style

    window, tested = round(len(texts) * 0.6), round(len(texts) * 0.1)
    found = []
    for split in range(SPLITS):
        posts = posts_of(in_some_order(author, texts, split))
        begin = round(split * (len(posts) - window - tested) / (SPLITS - 1))
        model = learn_style(posts[begin : begin + window])
        later = [post.text for post in posts[begin + window : begin + window + tested]]
        for at in range(0, len(later) - best_of + 1, best_of):
            best = max(later[at : at + best_of], key=lambda text: model.scores([text])[0])
            found.append(model.likeness(best, best_of=best_of).p)
    return {alpha: sum(p <= alpha for p in found) / len(found) for alpha in ALPHAS}


def measure_auc(own: Sequence[str], negatives: Sequence[str]) -> tuple[float, float]:
    """By characters and by words: an own later post scores more than another's; mean over five fifths of the time."""
    import numpy as np

    from automagic.language.style.likeness import learn_style

    areas = []
    for fifth in range(5):
        unseen = own[fifth::5]
        model = learn_style(posts_of([text for number, text in enumerate(own) if number % 5 != fifth]))
        pairs = []
        for of_judge in ("score", "word_score"):
            mine, theirs = (
                np.array([getattr(model.likeness(text), of_judge) for text in texts]) for texts in (unseen, negatives)
            )
            pairs.append(float(np.mean([np.mean(mine > one) + np.mean(mine == one) / 2 for one in theirs])))
        areas.append(pairs)
    by_characters, by_words = np.mean(areas, axis=0)
    return float(by_characters), float(by_words)
