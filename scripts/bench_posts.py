"""What learning an author's style costs, and how well what was learned tells the author from others.

    python scripts/style_sources.py FOLDER      fetch the authors, once
    python scripts/bench_posts.py FOLDER

    CPU          describe and learn 1000 posts, in a fresh process; the verdict of a draft
    calibration  how many of an author's later posts are rejected at alpha, mean of 20 splits in time order
    AUC          an author's later posts against what others wrote, by both judges

The heads of definitions are taken off: "ABSURDITY, n." would tell Bierce from anybody. Authors' entries are read in the
order in which they stand, as if one had been written a day. The background holds none of what is measured, though other
entries of the Jargon File: without these Bierce is told from it less surely (measured once: 0.83 by both judges).
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import style_sources

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from automagic.values.post import Post  # noqa: E402

SPLITS = 20
ALPHAS = (0.05, 0.1, 0.2)
POSTS = 1000
SHORT = 280
QUOTED = ("wisdom", "cookie", "people")


def authors(folder: Path) -> dict[str, list[str]]:
    """Four authors' texts: a satirist, a lexicon that many hands wrote, a president, a comic figure.

    Only the president's have a time. The comic figure's are sorted by their text, which is no order of writing: they
    are put in one by chance.
    """
    return {
        "bierce": style_sources.read_bierce(folder, heads=False),
        "jargon": style_sources.read_jargon(folder)[1::2],
        "cleveland": style_sources.read_sotu(folder, 1885, 1896, by="Cleveland"),
        "zippy": sorted(style_sources.read_fortunes(folder, "zippy"), key=lambda text: sha256(text.encode()).digest()),
    }


def others(folder: Path, own: Sequence[str]) -> dict[str, list[str]]:
    """What others wrote, without what repeats five words or more of the author's more than once."""
    known = set().union(*map(_runs, own))
    of_all = {
        "definitions": style_sources.read_fortunes(folder, "definitions", heads=False),
        "jargon": style_sources.read_jargon(folder)[1::2],
        "wisdom": [text for name in QUOTED for text in style_sources.read_fortunes(folder, name)],
    }
    return {name: [text for text in texts if len(_runs(text) & known) < 2] for name, texts in of_all.items()}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def posts_of(texts: Sequence[str]) -> list[Post]:
    """One a day, in their order."""
    begun = datetime(2020, 1, 1, tzinfo=UTC)
    return [Post(str(number), text, begun + timedelta(days=number)) for number, text in enumerate(texts)]


def measure_calibration(texts: Sequence[str]) -> dict[str, dict[float, float]]:
    """The share of later posts with p <= alpha, by both judges: windows that slide over the author's time."""
    from automagic.language.style.likeness import learn_style

    posts = posts_of(texts)
    window, tested = round(len(posts) * 0.6), round(len(posts) * 0.1)
    found: dict[str, list[float]] = {"characters": [], "words": []}
    for split in range(SPLITS):
        begin = round(split * (len(posts) - window - tested) / (SPLITS - 1))
        model = learn_style(posts[begin : begin + window])
        for post in posts[begin + window : begin + window + tested]:
            likeness = model.likeness(post.text)
            found["characters"].append(likeness.p)
            found["words"].append(likeness.word_p)
    return {judge: {alpha: sum(p <= alpha for p in ps) / len(ps) for alpha in ALPHAS} for judge, ps in found.items()}


def measure_best_of(texts: Sequence[str], best_of: int = 5) -> dict[float, float]:
    """The same, of the best of so many later posts each, chosen by their score."""
    from automagic.language.style.likeness import learn_style

    posts = posts_of(texts)
    window, tested = round(len(posts) * 0.6), round(len(posts) * 0.1)
    found = []
    for split in range(SPLITS):
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


def measure_cpu(folder: Path, longest: int) -> dict[str, float]:
    """In a fresh process: CPU ms of importing NumPy, of describing and learning, of a verdict; MiB at the most."""
    answer = subprocess.run(
        [sys.executable, __file__, str(folder), "cpu", str(longest)], check=True, capture_output=True, text=True
    )
    measured: dict[str, float] = json.loads(answer.stdout)
    return measured


def _spend(folder: Path, longest: int) -> Iterator[tuple[str, float]]:
    import resource

    texts = [text for text in authors(folder)["bierce"] + authors(folder)["jargon"] if len(text) <= longest][:POSTS]
    posts = posts_of(texts)
    drafts = style_sources.read_fortunes(folder, "definitions", heads=False)[:300]
    yield "posts", len(posts)
    yield "characters", sum(map(len, texts))
    started = time.process_time()
    import numpy as np  # noqa: F401

    yield "import NumPy", (time.process_time() - started) * 1000
    from automagic.language.style.describe import describe
    from automagic.language.style.earlier import EarlierPosts
    from automagic.language.style.likeness import learn_style

    for name in ("cold", "warm"):
        started = time.process_time()
        describe(posts)
        described = time.process_time()
        model = learn_style(posts)
        learned = time.process_time()
        yield f"describe {name}", (described - started) * 1000
        yield f"learn {name}", (learned - described) * 1000
    earlier = EarlierPosts(posts)
    spent = []
    for draft in drafts:
        started = time.process_time()
        model.likeness(draft)
        earlier.nearest(draft)
        spent.append((time.process_time() - started) * 1000)
    spent.sort()
    yield "verdict median", spent[len(spent) // 2]
    yield "verdict p95", spent[int(len(spent) * 0.95)]
    yield "MiB at the most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(folder: Path) -> None:
    """Print all of it."""
    for longest in (SHORT, style_sources.LONGEST):
        print(f"1000 posts of up to {longest} characters, CPU ms, median of 5 processes")
        runs = [measure_cpu(folder, longest) for _ in range(5)]
        for name in runs[0]:
            print(f"  {name:16} {sorted(run[name] for run in runs)[2]:8.1f}")
    for name, texts in authors(folder).items():
        print(f"{name}, {len(texts)} posts: later own posts rejected at {ALPHAS}, {SPLITS} splits")
        for judge, rejected in measure_calibration(texts).items():
            print(f"  by {judge:12}", *(f"{share:.3f}" for share in rejected.values()))
        print("  best of 5      ", *(f"{share:.3f}" for share in measure_best_of(texts).values()))
    own = authors(folder)["bierce"]
    for name, texts in others(folder, own).items():
        by_characters, by_words = measure_auc(own, texts)
        print(f"bierce against {name} ({len(texts)}): AUC by characters {by_characters:.3f}, by words {by_words:.3f}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [place]:
            main(Path(place))
        case [place, "cpu", most]:
            print(json.dumps(dict(_spend(Path(place), int(most)))))
        case _:
            sys.exit(__doc__)
