"""What lies in AUTOMAGIC_HOME is its owner's, and locks are opened with care."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from automagic.database.engine import open_database, sqlite_url
from automagic.jobs.queue.engine import prepare
from automagic.jobs.queue.files import JobFiles
from automagic.jobs.queue.leases import FileLease
from automagic.jobs.queue.location import QueueLocation
from automagic.machine.lock_files import open_lock
from automagic.machine.private_files import make_home
from automagic.services import open_services
from automagic.settings import Settings
from automagic.store.artifacts import ArtifactStore
from automagic.store.blobs import FolderBlobStore
from tests.support.homes.aged_store import add_run


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def files_of(folder: Path) -> dict[str, int]:
    return {path.name: mode(path) for path in folder.rglob("*") if path.is_file()}


async def test_a_new_home_is_its_owners_alone(tmp_path):
    home = tmp_path / "new" / "home"
    async with open_services(Settings(automagic_home=home)) as services:
        with services.store.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE t (x)")
            assert {mode(path) for path in home.glob("automagic.db*") if path.suffix != ".migrating"} == {0o600}
        add_run(services.store.engine, "run")
        source = tmp_path / "secret.txt"
        source.write_text("a script")
        kept = services.store.snapshot(source, "text/plain", 100, run_id="run")
        assert mode(services.store.path_of(kept)) == 0o600
        made = tmp_path / "made.txt"
        made.write_text("a result")
        assert mode(services.store.path_of(services.store.add(made, "text/plain"))) == 0o600
    assert mode(home) == 0o700
    assert mode(home.parent) == 0o755


def test_so_is_the_queue(tmp_path):
    place = QueueLocation(tmp_path / "home")
    prepare(place)
    kept = JobFiles(place).keep("a", b"an input")
    assert mode(place.home) == 0o700
    assert {mode(path) for path in place.home.glob("jobs.db*")} == {0o600}
    assert files_of(place.home / "artifacts") == {kept.sha256: 0o600}


def old_home(home: Path) -> Path:
    """As older versions made it."""
    (home / "artifacts" / "ab").mkdir(parents=True)
    for name in ("automagic.db", "automagic.db-wal", "jobs.db", "artifacts/ab/abc"):
        (home / name).touch()
    (home / "artifacts" / "ab" / "abc").chmod(0o444)
    return home


def test_an_older_home_is_tightened_once(tmp_path):
    home = old_home(tmp_path / "home")
    make_home(home)
    assert mode(home) == 0o700
    assert set(files_of(home).values()) == {0o600}
    home.chmod(0o750)
    (home / "automagic.db").chmod(0o640)
    make_home(home)
    assert (mode(home), mode(home / "automagic.db")) == (0o750, 0o640), "as its owner wants it since"


@pytest.mark.parametrize("inside", ["shared", "artifacts"])
def test_a_folder_that_machines_share_stays_as_it_is(inside, tmp_path):
    home = old_home(tmp_path / "home")
    shared = home / inside
    shared.mkdir(exist_ok=True)
    shared.chmod(0o2775)
    make_home(home, str(shared))
    assert (mode(shared), mode(home)) == (0o2775, 0o755), "others go through the home to what is shared"
    assert mode(home / "automagic.db") == 0o600
    assert mode(home / "artifacts/ab/abc") == (0o444 if inside == "artifacts" else 0o600)


def test_what_machines_share_can_be_read_by_those_of_its_group(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    engine = open_database(sqlite_url(tmp_path / "automagic.db"))
    for folder in (tmp_path / "artifacts", shared):
        store = ArtifactStore(folder, engine, shared=FolderBlobStore(shared))
        made = tmp_path / "made.txt"
        made.write_text("a result")
        store.add(made, "text/plain")
    engine.dispose()
    assert set(files_of(shared).values()) == {0o644}


def test_a_home_that_a_group_shares_stays_the_groups(tmp_path):
    home = old_home(tmp_path / "home")
    home.chmod(0o2770)
    make_home(home)
    engine = open_database(sqlite_url(home / "more.db"))
    engine.dispose()
    assert (mode(home), mode(home / "automagic.db"), mode(home / "more.db")) == (0o2770, 0o644, 0o640)


# ---------------------------------------------------------------------------------------------- locks


def test_a_lock_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("mine")
    lock = tmp_path / ".out.lock"
    for target in (tmp_path / "precious", tmp_path / "missing"):
        lock.symlink_to(target)
        with pytest.raises(OSError, match="is a link"):
            open_lock(lock)
        lock.unlink()
    assert (tmp_path / "precious").read_text() == "mine"
    assert not (tmp_path / "missing").exists()


def test_a_lock_keeps_what_it_holds(tmp_path):
    (tmp_path / "lock").write_text("who holds it")
    with open_lock(tmp_path / "lock") as lock:
        assert lock.read() == "who holds it"
    assert (tmp_path / "lock").read_text() == "who holds it"


def test_a_lock_that_is_a_pipe_or_missing_is_told_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a lock file"):
        open_lock(tmp_path / "pipe")
    with pytest.raises(FileNotFoundError):
        open_lock(tmp_path / "missing", create=False)


def test_a_workers_lock_tells_its_last_holder(tmp_path):
    place = QueueLocation(tmp_path / "home")
    prepare(place)
    for name in ("a-worker-with-a-long-name", "short"):
        lease = FileLease(place, name)
        assert lease.acquire()
        assert lease.holder == f"{name} (process {os.getpid()})"
        lease.release()
