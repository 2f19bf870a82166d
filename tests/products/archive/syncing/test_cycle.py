"""Looks at a source: what is written, asked and told, and what is not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from automagic.database.archive_tables import archive_items
from automagic.database.engine import open_database, sqlite_url
from automagic.errors import Permanent
from automagic.products.archive.syncing.changes import DAY_S
from automagic.products.archive.syncing.cycle import run_cycle
from automagic.sources.stations.folder.reader import FolderReader
from automagic.store.catalogue import Catalogue
from automagic.store.sources import Sources
from automagic.values.station import StationClock, StationItem

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def make_item(number: int) -> StationItem:
    return StationItem(
        str(number), f"Council {number}", show_id=str(number), file_name=f"{number}.mp4", modified_at=NOON
    )


@dataclass
class Listing:
    """A source that tells what changed, as servers do."""

    items: dict[str, StationItem]
    now: datetime = NOON
    told: int | None = None
    page: int = 50
    broken_after: int | None = None
    lists_all: bool = True
    left_out: tuple[str, ...] = ()
    asks: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return len(self.asks)

    async def clock(self):
        self.asks.append("clock")
        return StationClock(self.now)

    async def count(self):
        self.asks.append("count")
        return len(self.items) if self.told is None else self.told

    async def everything(self):
        items = list(self.items.values())
        for place in range(0, len(items), self.page):
            self.asks.append("page")
            if self.broken_after is not None and place >= self.broken_after:
                raise Permanent("the answer is empty")
            yield items[place : place + self.page]

    def changed(self, since):
        return self._changed(since)

    async def _changed(self, since):
        self.asks.append("changed")
        yield [item for item in self.items.values() if item.modified_at > since]

    async def find(self, remote_id):
        self.asks.append(f"find {remote_id}")
        return self.items.get(remote_id)


@pytest.fixture
def engine(tmp_path):
    engine = open_database(sqlite_url(tmp_path / "a.db"))
    Sources(engine).add("a", kind="cablecast", address="https://a.example", user="", allow_private=False)
    yield engine
    engine.dispose()


def listing(count: int) -> Listing:
    return Listing({str(number): make_item(number) for number in range(count)})


async def look(engine, reader, *, full=False, plan=False):
    return await run_cycle(Sources(engine).find("a"), reader, Catalogue(engine), full=full, plan=plan)


def later(reader: Listing, **changed) -> Listing:
    return replace(reader, now=reader.now + timedelta(hours=1), asks=[], **changed)


async def test_the_first_look_takes_everything(engine):
    report = await look(engine, listing(120))
    assert (report.items, report.new, report.full, report.requests) == (120, 120, True, 5)
    assert len(Catalogue(engine).known("a")) == 120


async def test_a_look_without_changes_asks_three_times_and_writes_nothing(engine):
    reader = listing(120)
    await look(engine, reader)
    commits = []
    sa.event.listen(engine, "commit", commits.append)
    report = await look(engine, reader := later(reader))
    assert (reader.asks, commits) == (["clock", "changed", "count"], [])
    assert (report.items, report.new, report.changed, report.full) == (120, 0, 0, False)


async def test_only_what_changed_is_asked_for(engine):
    reader = listing(120)
    await look(engine, reader)
    when = reader.now + timedelta(minutes=30)
    items = dict(reader.items)
    items["7"] = replace(items["7"], title="Another", modified_at=when)
    items["200"] = replace(make_item(200), modified_at=when)
    report = await look(engine, reader := later(reader, items=items))
    assert (report.items, report.new, report.changed, report.full) == (121, 1, 1, False)
    assert "page" not in reader.asks


async def test_what_changed_while_we_looked_is_seen_next_time(engine):
    reader = listing(20)
    await look(engine, reader)
    items = dict(reader.items)
    items["7"] = replace(items["7"], title="Another", modified_at=reader.now - timedelta(minutes=5))
    report = await look(engine, later(reader, items=items))
    assert report.changed == 1


async def test_a_count_that_does_not_fit_asks_for_the_whole_list(engine):
    reader = listing(120)
    await look(engine, reader)
    items = {name: item for name, item in reader.items.items() if name != "5"}
    report = await look(engine, later(reader, items=items))
    assert (report.full, report.missing, report.gone, report.items) == (True, 1, 0, 119)


async def test_the_missing_are_gone_after_a_day_and_a_question(engine):
    reader = listing(120)
    await look(engine, reader)
    items = {name: item for name, item in reader.items.items() if name != "5"}
    reader = later(reader, items=items)
    await look(engine, reader)
    assert (await look(engine, later(reader), full=True)).gone == 0
    with engine.begin() as connection:
        long_ago = archive_items.c.missing_since - DAY_S
        connection.execute(sa.update(archive_items).values(missing_since=long_ago))
    report = await look(engine, reader := later(reader), full=True)
    assert (report.gone, report.missing, reader.asks[-1]) == (1, 0, "find 5")
    assert Catalogue(engine).known("a")["5"].gone
    back = later(reader, items=listing(120).items)
    report = await look(engine, back, full=True)
    assert (report.returned, report.gone) == (1, 0)
    assert not Catalogue(engine).known("a")["5"].gone


async def test_what_is_not_listed_but_served_is_not_gone(engine):
    reader = listing(120)
    await look(engine, reader)
    with engine.begin() as connection:
        connection.execute(sa.update(archive_items).where(archive_items.c.remote_id == "5").values(missing_since=1.0))
    hidden = later(reader, told=119)
    listed = {name: item for name, item in reader.items.items() if name != "5"}
    hidden.everything = replace(reader, items=listed).everything
    report = await look(engine, hidden, full=True)
    assert (report.gone, report.missing) == (0, 1)
    assert report.findings == ["5 is not listed, but still served."]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"broken_after": 50}, "the answer is empty"),
        ({"told": 150}, "it says that it has 150 recordings, and lists 120"),
    ],
)
async def test_a_broken_list_marks_nothing(engine, change, told):
    reader = listing(120)
    await look(engine, reader)
    report = await look(engine, later(reader, **change), full=True)
    assert report.broken
    assert told in report.findings[0]
    assert all(one.missing_since is None for one in Catalogue(engine).known("a").values())


async def test_half_a_station_that_is_missing_marks_nothing(engine):
    reader = listing(120)
    await look(engine, reader)
    half = {name: item for name, item in reader.items.items() if int(name) < 60}
    report = await look(engine, later(reader, items=half), full=True)
    assert (report.broken, report.missing, report.gone) == (True, 0, 0)


async def test_a_list_that_breaks_keeps_what_was_read(engine):
    reader = replace(listing(1300), broken_after=1100)
    report = await look(engine, reader)
    assert report.broken
    assert len(Catalogue(engine).known("a")) == 1000
    report = await look(engine, replace(reader, broken_after=None))
    assert (report.new, report.items) == (300, 1300)


async def test_a_plan_writes_nothing(engine):
    report = await look(engine, listing(120), plan=True)
    assert (report.new, report.items) == (120, 120)
    assert Catalogue(engine).known("a") == {}
    assert Sources(engine).find("a").cursor_at is None


async def test_a_plan_counts_each_change_once(engine):
    reader = listing(120)
    await look(engine, reader)
    items = {**reader.items, "200": replace(make_item(200), modified_at=reader.now + timedelta(minutes=1))}
    del items["3"]
    del items["4"]
    report = await look(engine, later(reader, items=items), plan=True)
    assert (report.full, report.new, report.missing, report.items) == (True, 1, 2, 119)


async def test_a_folder_is_a_source(engine, tmp_path):
    folder = tmp_path / "meetings"
    (folder / "2026").mkdir(parents=True)
    (folder / "2026" / "2026-03-11 Council.mp4").write_bytes(b"film")
    (folder / "2026" / "2026-03-11 Council.srt").write_text("1")
    (folder / "notes.pdf").write_bytes(b"x")
    (folder / ".hidden.mp4").write_bytes(b"x")
    report = await look(engine, FolderReader(folder))
    assert (report.items, report.new) == (1, 1)
    (item,) = Catalogue(engine).listed("a", ["2026/2026-03-11 Council.mp4"]).values()
    assert (item.title, item.project, item.size_bytes) == ("2026-03-11 Council", "2026", 4)
    assert item.event_at == datetime(2026, 3, 11, tzinfo=UTC)
    assert [place.form for place in item.captions] == ["srt"]
    assert (await look(engine, FolderReader(folder))).changed == 0
    (folder / "2026" / "2026-03-11 Council.mp4").write_bytes(b"another film")
    assert (await look(engine, FolderReader(folder))).changed == 1
