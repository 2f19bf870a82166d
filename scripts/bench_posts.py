"""What learning an author's style costs, and how well what was learned tells the author from others.

python scripts/style_sources.py FOLDER      fetch the authors, once
python scripts/bench_posts.py FOLDER
make bench ARGS=posts                       both, and what the product needs; rows of bench.py

CPU          describe and learn 1000 posts, in a fresh process; the verdict of a draft; what is remembered
likeness     calibration and AUC, by `style_figures`
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import msgspec
import style_sources
from bench_commands import Row, automagic, use
from style_figures import (
    ALPHAS,
    SPLITS,
    authors,
    measure_auc,
    measure_best_of,
    measure_calibration,
    others_of,
    posts_of,
)

if TYPE_CHECKING:
    from automagic.language.posts.counting.length import Network
    from automagic.runs.run import Run
    from automagic.services import Services

POSTS = 1000
SHORT = 280
AT_ONCE = 20
DRAFTS = 10
SAME_GENRE = {"bierce": "definitions", "jargon": "definitions", "zippy": "wisdom"}
"""With whom an author is compared: who writes definitions with others' definitions."""
NETWORKS: tuple[Network, ...] = ("bluesky", "mastodon", "x")


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
    from automagic.language.posts.check import check_post
    from automagic.language.style.describe import describe_own
    from automagic.language.style.earlier import EarlierPosts
    from automagic.language.style.likeness import learn_own
    from automagic.language.style.numbering import OwnPosts

    for name in ("cold", "warm"):
        started = time.process_time()
        own = OwnPosts.of(posts)
        read = time.process_time()
        profile = describe_own(own)
        described = time.process_time()
        model = learn_own(own)
        learned = time.process_time()
        model.to_bytes(), msgspec.json.encode(profile)
        kept = time.process_time()
        yield f"read {name}", (read - started) * 1000
        yield f"describe {name}", (described - read) * 1000
        yield f"learn {name}", (learned - described) * 1000
        yield f"all of it {name}", (kept - started) * 1000
    earlier = EarlierPosts(posts)
    spent = []
    for draft in drafts:
        started = time.process_time()
        model.likeness(draft)
        earlier.nearest(draft)
        check_post(draft, ("x", "bluesky", "mastodon"))
        spent.append((time.process_time() - started) * 1000)
    spent.sort()
    yield "verdict median", spent[len(spent) // 2]
    yield "verdict p95", spent[int(len(spent) * 0.95)]
    yield "MiB at the most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_product(folder: Path, sources: Path) -> Iterator[tuple[str, float]]:
    """In ms of CPU: the same corpus again, 100 posts inserted; of 20 requests at once, p95 in ms and what differs."""
    import asyncio

    return iter(asyncio.run(_use_product(folder, sources)))


async def _use_product(folder: Path, sources: Path) -> list[tuple[str, float]]:
    import asyncio

    from automagic import open_studio
    from automagic.language.posts.check import check_post
    from automagic.products.posts.learning.author import author_of, style_of
    from automagic.settings import Settings
    from automagic.store.corpora import Corpora

    texts = [text for text in authors(sources)["bierce"] + authors(sources)["jargon"] if len(text) <= SHORT]
    drafts = style_sources.read_fortunes(sources, "definitions", heads=False)[:AT_ONCE]
    async with (
        open_studio(Settings(automagic_home=folder / "product")) as studio,
        studio._open_run("posts", None) as run,
    ):
        corpora = Corpora(run.services.store.engine)
        corpora.learn("a", posts_of(texts[:POSTS]), permission="mine", accounts=(), check=lambda _corpus: None)
        inserted = []
        for number in range(9):
            author = f"b{number}"
            more = posts_of(texts[number * 10 : number * 10 + 100])
            started = time.process_time()
            corpora.learn(author, more, permission="mine", accounts=(), check=lambda _corpus: None)
            inserted.append((time.process_time() - started) * 1000)
        await style_of("a", run)
        again = []
        for _ in range(21):
            started = time.process_time()
            await style_of("a", run)
            again.append((time.process_time() - started) * 1000)

        async def judge(draft: str) -> tuple[object, float]:
            started = time.perf_counter()
            author = await author_of("a", run)
            checked = check_post(draft, ("x", "bluesky", "mastodon"))
            found = (author.model.likeness(draft), author.earlier.nearest(draft), checked)
            return found, (time.perf_counter() - started) * 1000

        serial = [await judge(draft) for draft in drafts]
        together = await asyncio.gather(*map(judge, drafts))
        drafts_ms, run_ms = await _write(run)
    took = sorted(ms for _, ms in together)
    return [
        ("draft p95", sorted(drafts_ms)[int(len(drafts_ms) * 0.95)]),
        ("request that writes", statistics.median(run_ms)),
        ("insert", sorted(inserted)[4]),
        ("again", sorted(again)[10]),
        ("at once p95", took[int(len(took) * 0.95)]),
        ("at once, others than one by one", sum(a != b for (a, _), (b, _) in zip(serial, together, strict=True))),
    ]


async def _write(run: Run[Services]) -> tuple[list[float], list[float]]:
    """In ms of CPU, of each sample text: each of its drafts, filled and judged; and all of a request for ten of them.

    As `posts write` does it, by the writer of this machine. What is read once for all drafts belongs to the request:
    the page with its sentences' trees, the author's shapes and habits, what drafts are held to.
    """
    from automagic.data import shipped
    from automagic.language.style.background import DIGEST
    from automagic.products.posts.learning.steps import learn_author
    from automagic.products.posts.writing.drafts import PostTask
    from automagic.products.posts.writing.judging import choose_draft, read_standard
    from automagic.products.posts.writing.steps import read_corpus
    from automagic.providers.local.extract.units import sentences_to_parse
    from automagic.providers.local.profile import engine
    from automagic.providers.shared.post_draft import PostBrief
    from automagic.sources.file import read_file
    from automagic.store.corpora import Corpora

    glance = Corpora(run.store.engine).glance("a")
    assert glance is not None
    learned = await run.step(learn_author, "a", glance.sha256, DIGEST)
    posts = read_corpus(run.store, "a", glance.sha256).posts
    each: list[float] = []
    whole: list[float] = []
    filled: list[float] = []
    fill = engine.fill_shapes

    def timed(*given: Any) -> Any:
        started = time.process_time()
        candidates = fill(*given)
        filled.append((time.process_time() - started) * 1000)
        return candidates

    with mock.patch.object(engine, "fill_shapes", timed):
        for path in sorted(shipped("samples").glob("*.md")):
            begun = time.process_time()
            document = read_file(path)
            texts = sentences_to_parse(document, document.language)
            trees = await run.services.engines.sentence_parser.parse(texts, document.language)
            task = PostTask("a", glance.sha256, NETWORKS, DRAFTS, thread=False)
            standard = read_standard(document, task, posts, run.store.path_of(learned.model).read_bytes())
            brief = PostBrief(document, "a", posts, NETWORKS, DRAFTS, language=document.language, trees=trees)
            candidates = engine.write_posts(brief).candidates
            groups = [[one for one in candidates if one.draft == draft] for draft in {one.draft for one in candidates}]
            for group in groups:
                started = time.process_time()
                choose_draft(group, standard, task)
                each.append(filled[-1] / len(groups) + (time.process_time() - started) * 1000)
            whole.append((time.process_time() - begun) * 1000)
    return each, whole


def measure_memory(folder: Path, sources: Path, count: int) -> float:
    """MB at the most of `posts learn` with so many posts, made of the authors' words where there are not so many."""
    import random

    chosen = [text for texts in authors(sources).values() for text in texts if len(text) <= SHORT]
    words, by_chance = " ".join(chosen).split(), random.Random(7)  # noqa: S311 - texts of a benchmark
    texts = chosen[:count]
    while len(texts) < count:
        at = by_chance.randrange(len(words) - 25)
        texts.append(" ".join(words[at : at + by_chance.randrange(8, 25)]))
    file = folder / f"{count}.jsonl"
    file.write_text("".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts)), "utf-8")
    home = folder / f"home {count}"
    return use(automagic("posts", "learn", str(file), "--author", "a", "--mine"), home, folder).peak_mb


def rows(folder: Path) -> Iterator[Row]:
    """What `make bench` prints; the sources are fetched unless STYLE_SOURCES names a folder that has them."""
    named = os.environ.get("STYLE_SOURCES")
    sources = Path(named) if named else folder / "sources"
    if not named:
        style_sources.fetch(sources)
    runs = [measure_cpu(sources, SHORT) for _ in range(5)]
    cpu = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    product = dict(measure_product(folder, sources))
    for measure, value, least, aim in (
        ("profile of 1000 posts, all of it, cold, CPU", cpu["all of it cold"], 45, 20),
        ("the same corpus again, CPU", product["again"], 2, 2),
        ("all verdicts on a text of a person, p95, CPU", cpu["verdict p95"], 10, 5),
        ("a draft with all verdicts, offline, p95, CPU", product["draft p95"], 10, 5),
        ("100 posts inserted in one durable transaction, CPU", product["insert"], 10, 10),
        ("20 requests at once, p95", product["at once p95"], 100, 50),
    ):
        yield Row(measure, f"{value:.1f} ms", f"{least} ms", f"{aim} ms", value <= least)
    yield Row(
        "a request that writes up to 10 drafts of a text, CPU", f"{product['request that writes']:.0f} ms", "", "", True
    )
    others = product["at once, others than one by one"]
    yield Row("20 requests at once that differ from one by one", f"{others:.0f}", "0", "0", others == 0)
    for count, most in ((994, 150), (50_000, 300)):
        peak = measure_memory(folder, sources, count)
        yield Row(f"memory of learning {count:,} posts", f"{peak:.0f} MB", f"{most} MB", f"{most} MB", peak <= most)
    for author, texts in authors(sources).items():
        for judge, rejected in measure_calibration(author, texts).items():
            furthest = max(abs(share - alpha) for alpha, share in rejected.items())
            reached = ", ".join(f"{share:.1%}" for share in rejected.values())
            yield Row(f"{author}: own posts rejected at .05, .1, .2 by {judge}", reached, "±3 %", "", furthest <= 0.03)
    areas = {}
    for name, genre in SAME_GENRE.items():
        own = authors(sources)[name]
        areas[name] = measure_auc(own, others_of(sources, own)[genre])
    for judge, at in (("the independent judge", 1), ("the judge that selects", 0)):
        each = ", ".join(f"{name} {area[at]:.3f}" for name, area in areas.items())
        mean = statistics.fmean(area[at] for area in areas.values())
        least = "0.93" if at else ""
        yield Row(
            f"AUC of {judge}, same genre",
            f"{mean:.3f} ({each})",
            least,
            "",
            not at or min(area[at] for area in areas.values()) >= 0.93,
        )


def main(folder: Path) -> None:
    """Print all of it."""
    for longest in (SHORT, style_sources.LONGEST):
        print(f"1000 posts of up to {longest} characters, CPU ms, median of 5 processes")
        runs = [measure_cpu(folder, longest) for _ in range(5)]
        for name in runs[0]:
            print(f"  {name:16} {sorted(run[name] for run in runs)[2]:8.1f}")
    for name, texts in authors(folder).items():
        print(f"{name}, {len(texts)} posts: later own posts rejected at {ALPHAS}, {SPLITS} splits")
        for judge, rejected in measure_calibration(name, texts).items():
            print(f"  by {judge:12}", *(f"{share:.3f}" for share in rejected.values()))
        print("  best of 5      ", *(f"{share:.3f}" for share in measure_best_of(name, texts).values()))
    own = authors(folder)["bierce"]
    for name, texts in others_of(folder, own).items():
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
