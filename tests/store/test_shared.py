"""One memory for several machines: two homes, one database, one shelf of files."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url
from automagic.database.tables import artifacts, pins, runs
from automagic.errors import ConfigurationError
from automagic.runs.context import StepContext
from automagic.runs.limits import Limits
from automagic.runs.records import close_dead_runs, open_row, own_folder
from automagic.runs.run import Run, Workspace, finish, open_run
from automagic.runs.steps import step
from automagic.store.artifacts import ArtifactStore
from automagic.store.blobs import BlobStore, FolderBlobStore, open_blob_store
from automagic.values.artifact import Artifact

pytest_plugins = ["tests.support.homes.s3"]


@step("write", 1)
async def write(context: StepContext[list[str]], text: str) -> Artifact:
    context.services.append(text)
    path = context.folder / "out.txt"
    path.write_text(f"{text} by {len(context.services)}")
    await asyncio.sleep(0)
    return await context.keep(path, "text/plain")


class Machine:
    """A home that shares its memory."""

    def __init__(self, home: Path, engine: sa.Engine, shelf: BlobStore) -> None:
        self.home = home
        self.made: list[str] = []
        self.store = ArtifactStore(home / "artifacts", engine, shared=shelf)

    def run(self, run_id: str | None = None) -> AbstractAsyncContextManager[Run[list[str]]]:
        return open_run(
            "trial",
            Workspace(self.made, self.home, self.store, Limits(cores=2)),
            listener=lambda _event: None,
            run_id=run_id,
        )


@pytest.fixture(params=["folder", "memory", "s3"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "s3":
        return open_blob_store(request.getfixturevalue("s3_url"))
    return open_blob_store(
        str(tmp_path / "shared") if request.param == "folder" else f"memory://automagic-{tmp_path.name}"
    )


def test_a_shelf_can_be_written_and_a_file_comes_back_whole(shelf, tmp_path):
    shelf.check()
    data = bytes(range(256)) * 30_000  # in several blocks
    digest = hashlib.sha256(data).hexdigest()
    assert not shelf.holds(digest, len(data))
    shelf.put(digest, len(data), io.BytesIO(data))
    assert shelf.fetch(digest, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == data
    shelf.remove(digest)
    assert not shelf.fetch(digest, tmp_path / "gone")


@pytest.fixture
def machines(tmp_path: Path, shelf: BlobStore) -> Iterator[tuple[Machine, Machine]]:
    engine = open_database(sqlite_url(tmp_path / "automagic.db"))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    yield Machine(tmp_path / "a", engine, shelf), Machine(tmp_path / "b", engine, shelf)
    engine.dispose()


async def test_what_one_machine_made_another_fetches_once(machines):
    one, other = machines
    async with one.run() as run:
        made = await run.step(write, "tides")
    async with other.run() as run:
        assert await run.step(write, "tides") == made
        path = other.store.path_of(made)
        assert path.read_text() == "tides by 1"
        fetched_at = path.stat().st_ctime_ns
        assert await run.step(write, "tides") == made
        assert path.stat().st_ctime_ns == fetched_at
    assert other.made == []


async def test_a_file_that_nobody_has_or_that_is_damaged_is_made_anew(machines, shelf):
    one, other = machines
    async with one.run() as run:
        made = await run.step(write, "tides")
    if isinstance(shelf, FolderBlobStore):
        shelf.path_of(made.sha256).write_text("damaged!!!")
    else:
        shelf.remove(made.sha256)
    async with other.run() as run:
        again = await run.step(write, "tides")
    assert other.made == ["tides"]
    assert again == made
    assert shelf.holds(made.sha256, made.size_bytes)


async def test_of_two_who_make_the_same_thing_the_later_adopts_the_earlier_with_its_file(machines):
    one, other = machines
    other.made.append("before")  # so that the two make different bytes
    async with one.run() as first, other.run() as second:
        both = await asyncio.gather(first.step(write, "tides"), second.step(write, "tides"))
    assert both[0] == both[1]
    for machine in machines:
        assert machine.store.path_of(both[0]).read_text() in ("tides by 1", "tides by 2")


async def test_a_persons_file_has_its_row_and_its_pin_at_once(machines, tmp_path):
    one, _ = machines
    (tmp_path / "picture.png").write_bytes(b"picture")
    async with one.run() as run:
        taken = run.snapshot(tmp_path / "picture.png", "image/png", 1000)
        with one.store.engine.begin() as connection:
            [row] = connection.execute(sa.select(artifacts)).all()
            assert connection.execute(sa.select(pins.c.run_id, pins.c.sha256)).all() == [(run.id, taken.sha256)]
    path = one.store.path_of(taken)
    assert (row.sha256, row.mtime_ns) == (taken.sha256, path.stat().st_mtime_ns)
    assert one.store.shared is not None
    assert one.store.shared.holds(taken.sha256, taken.size_bytes)


async def test_a_run_that_was_taken_over_is_no_longer_its_first_owners(machines):
    one, other = machines

    def state() -> list[Any]:
        with one.store.engine.begin() as connection:
            return list(connection.execute(sa.select(runs.c.id, runs.c.state)).all())

    async with one.run("job") as stale:
        async with other.run("job") as successor:
            finish(stale, "failed", error="late")
            assert state() == [("job", "running")]
            finish(successor, "succeeded")
        finish(stale, "failed", error="late")
        assert state() == [("job", "succeeded")]


def test_a_dead_run_is_closed_unless_somebody_else_goes_on_with_it(machines):
    one, other = machines
    engine, work = one.store.engine, one.home / "work"
    work.mkdir()
    for run_id in ("dead", "gone-on"):
        (work / run_id).mkdir()
        (work / f"{run_id}.lock").write_text(f"{run_id} 1000.5")
        open_row(engine, run_id, "trial", 1000.5)
    with own_folder(other.home / "work", "gone-on", 2000.5):
        open_row(engine, "gone-on", "trial", 2000.5)
        close_dead_runs(engine, work)
        with engine.begin() as connection:
            states = dict(connection.execute(sa.select(runs.c.id, runs.c.state)).all())
    assert states == {"dead": "failed", "gone-on": "running"}
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "credentials"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}, "127.0.0.1:9"),
    ],
)
def test_a_bucket_that_cannot_be_reached_is_said(s3_url, changes, why, monkeypatch):
    for name, value in ({"AWS_EC2_METADATA_DISABLED": "true"} | changes).items():
        monkeypatch.setenv(name, value)
    s3fs = pytest.importorskip("s3fs")
    s3fs.S3FileSystem.clear_instance_cache()
    shelf = open_blob_store(s3_url)
    with pytest.raises(ConfigurationError, match=f"ARTIFACTS_URL=.* cannot be written: .*{why}"):
        shelf.check()


def test_a_shelf_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    shelf = open_blob_store(str(tmp_path / "file" / "shelf"))
    with pytest.raises(ConfigurationError, match="cannot be written"):
        shelf.check()
