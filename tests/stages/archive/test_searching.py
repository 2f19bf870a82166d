"""The archive searched by words, and by what they mean, alike in both databases."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from automagic.database.archive_tables import archive_passages, archive_vectors
from automagic.database.engine import open_database
from automagic.database.search_query import NO_FILTERS, SearchFilters, fold
from automagic.errors import RequestError
from automagic.providers.local.shared.sentence_vectors import SentenceVectors
from automagic.stages.archive.searching import search_archive
from automagic.store.catalogue import Catalogue, Change, item_id
from automagic.store.holdings import HeardItem, Holdings, IndexedPassage
from automagic.store.sources import Sources
from automagic.values.station import StationItem

pytest.importorskip("tokenizers")
pytest_plugins = ["tests.support.homes.postgresql"]

SAID = {
    "roads": "Street repairs cost too much money. The roads fund is empty.",
    "bank": "She walked along the bank of the river. The water ran high.",
    "loan": "The bank gave the town a loan of two million dollars.",
    "boat": "A boat climbs a hill in locks. Water lifts it.",
}


def passage(text, speaker=""):
    words = fold(text)
    return IndexedPassage(0.0, 20.0, text, " ".join(words), tuple(range(0, 5 * len(words), 5)), speaker)


@pytest.fixture
async def services(database, home):
    engine = open_database(database)
    Sources(engine).add("town", kind="folder", address="/", user="", allow_private=False)
    Catalogue(engine).write("town", (Change(StationItem(name, name), 1) for name in SAID))
    holdings = Holdings(engine)
    for name, text in SAID.items():
        speaker = "MAYOR LÓPEZ" if name == "loan" else ""
        holdings.note_heard(item_id("town", name, 1), HeardItem("x", "t", "", (passage(text, speaker),)))
    vectors = SentenceVectors(home, threads=1)
    yield SimpleNamespace(store=SimpleNamespace(engine=engine), engines=SimpleNamespace(sentence_vectors=vectors))
    await vectors.close()
    engine.dispose()


async def test_by_meaning_the_nearest_come_first_and_vectors_are_kept(services, monkeypatch):
    names = {item_id("town", name, 1): name for name in SAID}

    async def find(query, **how):
        result = await search_archive(query, how.pop("filters", NO_FILTERS), services, **{"limit": 20} | how)
        return result, [names[hit.found.item] for hit in result.hits]

    assert (await find("borrowing money from a bank"))[1] == []
    result, found = await find("borrowing money from a bank", meaning=True)
    assert (found[0], set(found)) == ("loan", {"loan", "bank", "roads", "boat"})
    assert (result.order, result.looked, result.absent) == ("meaning", 4, ("borrowing", "from"))
    assert [hit.whole for hit in result.hits] == [False] * 4
    likenesses = [hit.likeness for hit in result.hits]
    assert likenesses == sorted(likenesses, reverse=True)
    assert (await find("river shore bank", meaning=True))[1][0] == "bank"

    embed, asked = services.engines.sentence_vectors.embed, []

    async def count(texts):
        asked.append(len(texts))
        return await embed(texts)

    monkeypatch.setattr(services.engines.sentence_vectors, "embed", count)
    again, _ = await find("borrowing money from a bank", meaning=True)
    assert asked == [1], "the passages' vectors are known"
    assert [hit.likeness for hit in again.hits] == pytest.approx(likenesses, abs=0.001)

    assert (await find("boats", meaning=True))[1] == ["boat"], "in any form"
    assert (await find("boats"))[0].absent == ("boats",)
    assert (await find('"the bank" gave', meaning=True))[1] == ["loan"], "what is quoted is meant"
    assert (await find("zebra", meaning=True))[0].absent == ("zebra",)
    assert (await find("zebra", meaning=True))[1] == []
    assert (await find("bank", meaning=True, filters=SearchFilters(speaker="lópez")))[1] == ["loan"]
    assert (await find("money bank", meaning=True, limit=1))[0].looked == 3
    with pytest.raises(RequestError, match="no word"):
        await find("👍", meaning=True)


async def test_vectors_go_with_their_passages(services):
    await search_archive("bank", NO_FILTERS, services, limit=5, meaning=True)
    with services.store.engine.begin() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(archive_vectors)).scalar_one() == 2
        connection.execute(sa.delete(archive_passages).where(archive_passages.c.text == SAID["bank"]))
        assert connection.execute(sa.select(sa.func.count()).select_from(archive_vectors)).scalar_one() == 1
