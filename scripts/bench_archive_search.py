"""How long a search takes among 10,000 hours of made talk, in a database as the archive's own.

    python scripts/bench_archive_search.py [HOURS]
    DATABASE_URL=postgresql://… python scripts/bench_archive_search.py [HOURS]       in a new database on that server
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
import contextlib
import json
import os
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
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "load_testing")]

from bench_commands import Row  # noqa: E402
from own_places import own_place  # noqa: E402

from automagic.database.archive_tables import archive_passages  # noqa: E402
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


def build(engine: sa.Engine, hours: int) -> list[str]:
    """Fill a database with so many hours; some of their passages."""
    Sources(engine).add("made", kind="folder", address="/made", user="", allow_private=False)
    Catalogue(engine).write("made", (Change(StationItem(f"{hour}", f"Hour {hour}"), 1) for hour in range(hours)))
    words = np.array(make_words(), dtype=object)
    shares = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    chance = np.random.default_rng(7)
    times = json.dumps(list(range(0, WORDS * 4, 4)), separators=(",", ":"))
    each = round(3600 / A_PASSAGE_S)
    some: list[str] = []
    with engine.begin() as connection, indexed_at_once(connection):
        for hour in range(hours):
            drawn = words[np.searchsorted(shares, chance.random((each, WORDS)) * shares[-1])]
            texts = [" ".join(row) for row in drawn]
            if hour % max(1, hours // QUERIES) == 0:
                some.append(texts[each // 2])
            item = item_id("made", f"{hour}", 1)
            rows = [
                {"item": item, "start_s": n * A_PASSAGE_S, "end_s": (n + 1) * A_PASSAGE_S, "text": text, "folded": text,
                 "times": times, "speaker": ""}
                for n, text in enumerate(texts)
            ]  # fmt: skip
            connection.execute(sa.insert(archive_passages), rows)
    if engine.dialect.name == "postgresql":  # as the server itself does after a while
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return some


@contextlib.contextmanager
def indexed_at_once(connection: sa.Connection) -> Iterator[None]:
    """Index what is added when all of it is there, which is faster than piece by piece."""
    if connection.dialect.name == "postgresql":
        index = connection.scalar(sa.text("SELECT indexdef FROM pg_indexes WHERE indexname = 'archive_passages_words'"))
        connection.exec_driver_sql("DROP INDEX archive_passages_words")
        yield
        connection.exec_driver_sql(str(index))
        return
    trigger = connection.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'archive_passage_added'"))
    connection.exec_driver_sql("DROP TRIGGER archive_passage_added")
    yield
    connection.exec_driver_sql("INSERT INTO archive_index(archive_index) VALUES ('rebuild')")
    connection.exec_driver_sql(str(trigger))


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


def measure(hours: int = HOURS) -> Iterator[tuple[str, float, float]]:
    """What was searched, the median and the longest time in milliseconds."""
    with own_place(os.environ.get("DATABASE_URL", "")) as place:
        engine = open_database(place.database_url or sqlite_url(place.home / "automagic.db"))
        began, cpu = time.perf_counter(), time.process_time()
        some = build(engine, hours)
        spent = f"{time.perf_counter() - began:.0f} s, {time.process_time() - cpu:.0f} of them CPU of this process"
        print(f"{hours:,} h were built in {spent}", file=sys.stderr)
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
        first, again = asyncio.run(search_by_meaning(engine, place.home, some))
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


def rows(_folder: Path) -> Iterator[Row]:
    """For bench.py."""
    for kind, median_ms, worst_ms in measure():
        reached = f"{median_ms:.1f} ms (at most {worst_ms:.1f})"
        if kind.startswith(MEANT):
            yield Row(f"search among {HOURS:,} h: {kind}", reached, "", "", True)
            continue
        yield Row(f"search among {HOURS:,} h: {kind}", reached, "50 ms", "10 ms", median_ms <= 50)


if __name__ == "__main__":
    for what, median_ms, worst_ms in measure(int(sys.argv[1]) if len(sys.argv) > 1 else HOURS):
        print(f"{what}: {median_ms:.1f} ms, at most {worst_ms:.1f} ms")
