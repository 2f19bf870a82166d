"""What is known of a station's recordings: few statements, nothing lost, nothing removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from automagic.database.archive_tables import archive_items, archive_sources
from automagic.database.engine import open_database, sqlite_url
from automagic.errors import RequestError
from automagic.store.catalogue import Catalogue, Change, Settlement, item_id
from automagic.store.sources import Sources
from automagic.values.station import StationChapter, StationItem

pytest_plugins = ["tests.support.homes.postgresql"]

START = datetime(2026, 1, 1, 18, tzinfo=UTC)


def make_item(number: int) -> StationItem:
    return StationItem(
        remote_id=str(number),
        title=f"Council “meeting” {number}",
        show_id=str(number // 2),
        event_at=START + timedelta(days=number),
        url=f"https://station.example/store-1/{number}/vod.mp4",
        file_name=f"{number}.mp4",
        length_s=3600.5 + number,
        chapters=(StationChapter("Roll call", 12.0),),
    )


@pytest.fixture
def catalogue(database):
    engine = open_database(database)
    add_source(engine, "council")
    yield Catalogue(engine)
    engine.dispose()


def add_source(engine, name):
    values = {
        "name": name, "kind": "cablecast", "address": "https://station.example", "user": "", "allow_private": False,
        "added_at": 1.0, "probe": "",
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(archive_sources).values(values))


def rows(catalogue, **where):
    with catalogue._engine.connect() as connection:
        query = (
            sa.select(archive_items).filter_by(**where).order_by(archive_items.c.remote_id, archive_items.c.generation)
        )
        return connection.execute(query).all()


def test_what_is_written_is_known_and_comes_back_as_it_was_listed(catalogue):
    items = [make_item(number) for number in range(7)]
    assert catalogue.write("council", (Change(item, 1) for item in items)) == 7
    known = catalogue.known("council")
    assert {name: one.fingerprint for name, one in known.items()} == {one.remote_id: one.fingerprint for one in items}
    assert catalogue.listed("council", ["3", "5", "no"]) == {"3": items[3], "5": items[5]}
    (row,) = rows(catalogue, remote_id="3")
    assert (row.id, row.media_state, row.newest) == (item_id("council", "3", 1), "wanted", True)
    assert row.event_at == items[3].event_at.timestamp()


def test_a_changed_item_keeps_what_is_here_of_it(catalogue):
    catalogue.write("council", [Change(make_item(1), 1)])
    with catalogue._engine.begin() as connection:
        connection.execute(sa.update(archive_items).values(media_state="there", media_bytes=7, transcript="ab"))
    catalogue.write("council", [Change(replace(make_item(1), title="Another title", event_at=None), 1)])
    (row,) = rows(catalogue)
    assert (row.title, row.event_at, row.media_state, row.media_bytes, row.transcript) == (
        "Another title", None, "there", 7, "ab",
    )  # fmt: skip


def test_another_recording_under_an_old_name_is_a_new_generation(catalogue):
    catalogue.write("council", [Change(make_item(1), 1)])
    catalogue.write("council", [Change(replace(make_item(1), show_id="9"), 2)])
    first, second = rows(catalogue)
    assert (first.generation, first.newest, second.generation, second.newest) == (1, False, 2, True)
    assert first.id != second.id
    assert catalogue.known("council")["1"].generation == 2


def test_the_missing_are_kept_and_may_return(catalogue):
    catalogue.write("council", [Change(make_item(number), 1) for number in range(3)])
    catalogue.settle("council", Settlement(missing=["1", "2"]))
    since = catalogue.known("council")["1"].missing_since
    catalogue.settle("council", Settlement(missing=["1"]))
    assert catalogue.known("council")["1"].missing_since == since
    catalogue.settle("council", Settlement(evidence={"1": "the station answers 404"}))
    known = catalogue.known("council")
    assert (known["0"].missing_since, known["1"].gone, known["2"].gone) == (None, True, False)
    catalogue.write("council", [Change(make_item(1), 1, returned=True)])
    back = catalogue.known("council")["1"]
    assert (back.missing_since, back.gone) == (None, False)
    (row,) = rows(catalogue, remote_id="1")
    assert row.evidence.startswith("returned")


def test_a_hold_is_kept_with_its_reason(catalogue):
    catalogue.write("council", [Change(make_item(1), 1)])
    name = item_id("council", "1", 1)
    catalogue.hold(name, why="public records request", by="Ann")
    (row,) = rows(catalogue)
    assert (row.held_why, row.held_by) == ("public records request", "Ann")
    assert row.held_at > 0
    catalogue.write("council", [Change(replace(make_item(1), title="Another"), 1)])
    assert rows(catalogue)[0].held_why == "public records request"
    catalogue.hold(name, why="", by="")
    assert rows(catalogue)[0].held_at is None
    with pytest.raises(RequestError, match="no recording abc"):
        catalogue.hold("abc", why="x", by="y")


def test_status_counts_every_source(catalogue):
    add_source(catalogue._engine, "empty")
    catalogue.write("council", [Change(make_item(number), 1) for number in range(5)])
    catalogue.write("council", [Change(replace(make_item(4), show_id="other"), 2)])
    catalogue.settle("council", Settlement(missing=["1", "2"]))
    catalogue.settle("council", Settlement(evidence={"2": "404"}))
    with catalogue._engine.begin() as connection:
        there = sa.update(archive_items).where(archive_items.c.remote_id == "0")
        connection.execute(there.values(media_state="there", media_bytes=1 << 33, transcript="ab", captions="cd"))
    council, empty = catalogue.status()
    assert (council.name, council.items, council.pending, council.missing, council.gone) == ("council", 5, 4, 1, 1)
    assert (council.with_media, council.with_transcript, council.with_captions, council.bytes) == (1, 1, 1, 1 << 33)
    assert (empty.name, empty.items, empty.bytes) == ("empty", 0, 0)
    assert [source.served for source in Sources(catalogue._engine).all()] == [3, 0]


class Counted:
    """Statements and commits, as the database is asked."""

    def __init__(self, engine):
        self.statements, self.commits = [], 0
        sa.event.listen(engine, "before_cursor_execute", self._executed)
        sa.event.listen(engine, "commit", self._committed)

    def _executed(self, _connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA", "SELECT extract")):
            self.statements.append(statement)

    def _committed(self, _connection):
        self.commits += 1


def test_of_thousands_the_changed_are_written_in_few_statements(tmp_path):
    engine = open_database(sqlite_url(tmp_path / "a.db"))
    add_source(engine, "council")
    catalogue = Catalogue(engine)
    catalogue.write("council", (Change(make_item(number), 1) for number in range(5000)))
    counted = Counted(engine)
    catalogue.known("council")
    assert (len(counted.statements), counted.commits) == (1, 0)
    catalogue.write("council", [Change(replace(make_item(number), title="New"), 1) for number in range(0, 5000, 25)])
    catalogue.settle("council", Settlement(missing=[str(number) for number in range(1, 21)]))
    assert (len(counted.statements), counted.commits) == (3, 2)
    catalogue.status()
    assert len(counted.statements) == 4
    engine.dispose()


@pytest.mark.parametrize("field", ["title", "show_id", "url", "file_name", "state", "link"])
def test_whatever_a_mirror_shows_changes_the_fingerprint(field):
    item = make_item(1)
    assert replace(item, **{field: "other"}).fingerprint != item.fingerprint


def test_when_it_was_modified_changes_no_fingerprint():
    item = make_item(1)
    assert replace(item, modified_at=START).fingerprint == item.fingerprint
