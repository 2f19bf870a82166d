"""How long a search takes among 10,000 hours of made talk, in a database as the archive's own.

    python scripts/bench_archive_search.py FOLDER [HOURS]
    make bench ARGS=archive-search

Words are drawn as often as Zipf's law has it, 60 to a passage of 25 s (so many are said in that time), from 50,000
made words. Searched are phrases of two and three words that stand somewhere and are none of the hundred most common
words; beginnings of words; a rare word; and the most common one, which is not ranked. Each search is the whole of
`database.search`, in this process, with a file that the system has in its memory as far as it fits.

By meaning two rare words are searched, each in any form: the first time its passages are understood, as long as they
may be, and then they are known. Starting the engine is not counted.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench_commands import Row  # noqa: E402

from automagic.database.engine import open_database, sqlite_url  # noqa: E402
from automagic.database.search import search  # noqa: E402
from automagic.database.search_query import NO_FILTERS, parse_query  # noqa: E402
from automagic.providers.local.shared.sentence_vectors import SentenceVectors  # noqa: E402
from automagic.stages.archive.searching import LOOKED, search_archive  # noqa: E402
from automagic.store.catalogue import Catalogue, Change, item_id  # noqa: E402
from automagic.store.sources import Sources  # noqa: E402
from automagic.values.station import StationItem  # noqa: E402

HOURS = 10_000
A_PASSAGE_S, WORDS = 25.0, 60
VOCABULARY = 50_000
COMMON = 100
QUERIES = 30
MEANINGS = 3
MEANT = "by meaning"
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]


def make_words() -> list[str]:
    """Different ones, the shortest first, as in a language."""
    found: dict[str, None] = {}
    chance = np.random.default_rng(5)
    while len(found) < VOCABULARY:
        length = 1 + min(4, len(found).bit_length() // 4)
        found["".join(chance.choice(_SYLLABLES, length))] = None
        if len(found) < COMMON:
            found[f"{len(found)}x"] = None
    return list(found)


def build(folder: Path, hours: int) -> tuple[sa.Engine, list[str]]:
    """A database with so many hours, and some of their passages."""
    engine = open_database(sqlite_url(folder / "automagic.db"))
    Sources(engine).add("made", kind="folder", address="/made", user="", allow_private=False)
    Catalogue(engine).write("made", (Change(StationItem(f"{hour}", f"Hour {hour}"), 1) for hour in range(hours)))
    words = np.array(make_words(), dtype=object)
    shares = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    chance = np.random.default_rng(7)
    times = json.dumps(list(range(0, WORDS * 4, 4)), separators=(",", ":"))
    each = round(3600 / A_PASSAGE_S)
    some: list[str] = []
    connection = engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    trigger = cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'archive_passage_added'").fetchone()[0]
    cursor.execute("DROP TRIGGER archive_passage_added")
    for hour in range(hours):
        drawn = words[np.searchsorted(shares, chance.random((each, WORDS)) * shares[-1])]
        texts = [" ".join(row) for row in drawn]
        if hour % max(1, hours // QUERIES) == 0:
            some.append(texts[each // 2])
        item = item_id("made", f"{hour}", 1)
        cursor.executemany(
            "INSERT INTO archive_passages (item, start_s, end_s, text, folded, times, speaker)"
            " VALUES (?, ?, ?, ?, ?, ?, '')",
            [(item, n * A_PASSAGE_S, (n + 1) * A_PASSAGE_S, text, text, times) for n, text in enumerate(texts)],
        )
    cursor.execute("INSERT INTO archive_index(archive_index) VALUES ('rebuild')")
    cursor.execute(trigger)
    connection.commit()
    connection.close()
    return engine, some


def queries(some: Sequence[str]) -> dict[str, list[str]]:
    """What is searched, by its kind."""
    common = set(make_words()[:COMMON])
    phrases: dict[int, list[str]] = {2: [], 3: []}
    for text in some:
        said = text.split()
        for length, found in phrases.items():
            runs = (said[at : at + length] for at in range(len(said) - length))
            if run := next((run for run in runs if not common & set(run)), None):
                found.append(f'"{" ".join(run)}"')
    rare = [max(text.split(), key=len) for text in some]
    return {
        "a phrase of two words": phrases[2],
        "a phrase of three": phrases[3],
        "a beginning of four letters": [f"{word[:4]}*" for word in rare],
        "a rare word": rare,
        "the most common word": make_words()[:1],
    }


def measure(folder: Path, hours: int = HOURS) -> Iterator[tuple[str, float, float]]:
    """What was searched, the median and the longest time in milliseconds."""
    began = time.process_time()
    engine, some = build(folder, hours)
    print(f"{hours:,} h were built with {time.process_time() - began:.0f} s of CPU", file=sys.stderr)
    with engine.connect() as connection:
        for kind, asked in queries(some).items():
            took = []
            for query in asked:
                terms = parse_query(query)
                started = time.perf_counter()
                found = search(connection, terms)
                took.append((time.perf_counter() - started) * 1000)
                assert found.passages, query
            yield kind, statistics.median(took), max(took)
    first, again = asyncio.run(search_by_meaning(engine, folder, some))
    yield f"{MEANT}, {LOOKED} passages, first", statistics.median(first), max(first)
    yield f"{MEANT}, {LOOKED} passages, again", statistics.median(again), max(again)
    engine.dispose()


async def search_by_meaning(engine: sa.Engine, folder: Path, some: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each search when its passages are new, and when they are known."""
    vectors = SentenceVectors(folder, threads=1)
    services: Any = SimpleNamespace(
        store=SimpleNamespace(engine=engine), engines=SimpleNamespace(sentence_vectors=vectors)
    )
    await vectors.embed(["to start the engine"])
    took: list[float] = []
    asked = [" ".join(sorted(text.split(), key=len)[-2:]) for text in some[:MEANINGS]]
    for query in (*asked, *asked):
        began = time.perf_counter()
        found = await search_archive(query, NO_FILTERS, services, limit=20, meaning=True)
        took.append((time.perf_counter() - began) * 1000)
        assert found.hits, query
    await vectors.close()
    return took[: len(asked)], took[len(asked) :]


def rows(folder: Path) -> Iterator[Row]:
    """For bench.py."""
    for kind, median_ms, worst_ms in measure(folder):
        reached = f"{median_ms:.1f} ms (at most {worst_ms:.1f})"
        if kind.startswith(MEANT):
            yield Row(f"search among {HOURS:,} h: {kind}", reached, "", "", True)
            continue
        yield Row(f"search among {HOURS:,} h: {kind}", reached, "50 ms", "10 ms", median_ms <= 50)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    for what, median_ms, worst_ms in measure(place, int(sys.argv[2]) if len(sys.argv) > 2 else HOURS):
        print(f"{what}: {median_ms:.1f} ms, at most {worst_ms:.1f} ms")
