"""What several tests need."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the program itself does; before NumPy is imported

import hypothesis
import psutil
import pytest
import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url
from automagic.media.design import drawing
from automagic.store.artifacts import ArtifactStore
from tests.support.homes.aged_store import add_run
from tests.support.processes import python_programs
from tests.support.processes.command_line import Command

if TYPE_CHECKING:
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.queue import JobQueue
    from tests.support.vendors.open_gate import Line


TESTS = Path(__file__).parent
LONGEST = (
    "video",
    "clips",
    "hostile",
    "project/test_readme",
    "postgresql",
    "jobs/test_worker",
    "products/video/test_vendors",
)
"""Groups of tests that are begun first, so that no process waits for another at the end."""

# They hold fixtures too; the modules that need these name them in `pytest_plugins`.
pytest.register_assert_rewrite(
    "tests.support.vendors.acme_gate",
    "tests.support.homes.postgresql",
    "tests.support.media.speech_models",
    "tests.support.media.filmed_talks",
    "tests.support.servers.pages",
)

# How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")


@pytest.fixture(autouse=True)
def no_unexpected_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tests talk to this machine only; what tries to go further fails its test, whoever swallows the error."""
    attempts: list[object] = []
    connect = socket.socket.connect

    def watched(own: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if own.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1"):
            attempts.append(address)
            raise ConnectionRefusedError(f"tests have no network: {address}")
        connect(own, address)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(socket.socket, "connect", watched)
    yield
    assert not attempts


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Whatever a test starts has ended when the test has."""
    resource_tracker.ensure_running()  # multiprocessing's own, which stays once a test has used it
    before = child_ids(os.getpid())
    yield
    kept = python_programs.server_id()
    left = child_ids(os.getpid()) - before - {kept} - drawing.idle_pids()
    if kept is not None:
        left |= {program for keeper in child_ids(kept) for program in child_ids(keeper)}
    assert not left, [psutil.Process(child).as_dict(("pid", "status", "cmdline")) for child in left]


def child_ids(parent: int) -> set[int]:
    """Processes that this one has started and not yet let go."""
    with contextlib.suppress(OSError):  # a thread, or all of it, that has ended meanwhile
        files = list(Path(f"/proc/{parent}/task").glob("*/children"))
        if files:  # Linux says it here; psutil looks through all processes
            return {int(child) for file in files for child in file.read_text().split()}
    with contextlib.suppress(psutil.NoSuchProcess):
        return {child.pid for child in psutil.Process(parent).children()}
    return set()


@pytest.hookimpl(tryfirst=True)  # before the groups are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pytest's own: the tests of a file run in one process, so that what they share is made once."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(TESTS).with_suffix(""))))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group").args[0] not in LONGEST)


def pytest_collection_finish() -> None:
    """Pytest's own."""
    # What is imported by now stays: without this, each full collection of garbage would look through it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_sessionstart() -> None:
    """Pytest's own."""
    # A shell's background job ignores Ctrl-C, and hands that on to all that it starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish() -> None:
    """Pytest's own."""
    python_programs.end()


@pytest.fixture(scope="module")
def small_frames() -> Iterator[None]:
    """Frames a third as large, for the whole of a module."""
    from tests.support.processes import small_frames

    small_frames.shrink()
    yield
    small_frames.restore()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty AUTOMAGIC_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database file as the program sets it up; doing so takes longer than many a test."""
    path = tmp_path_factory.mktemp("database") / "automagic.db"
    open_database(sqlite_url(path)).dispose()
    return path.read_bytes()


@pytest.fixture
def engine(home: Path, empty_database: bytes) -> Iterator[sa.Engine]:
    (home / "automagic.db").write_bytes(empty_database)
    engine = open_database(sqlite_url(home / "automagic.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def store(home: Path, engine: sa.Engine) -> ArtifactStore:
    return ArtifactStore(home / "artifacts", engine)


@pytest.fixture
async def line(store: ArtifactStore) -> AsyncIterator[Line]:
    """An open call gate."""
    from tests.support.vendors.open_gate import open_line

    async with open_line(store) as line:
        yield line


# ---------------------------------------------------------------------------------------------- jobs


@pytest.fixture
def place(tmp_path: Path) -> QueueLocation:
    """Of an empty queue."""
    from automagic.jobs.queue.location import QueueLocation

    return QueueLocation(tmp_path / "home")


@pytest.fixture
def queue(place: QueueLocation) -> JobQueue:
    from automagic.jobs.queue.queue import JobQueue

    return JobQueue(place)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where trial jobs write down what they do."""
    return tmp_path / "log.txt"


@pytest.fixture
def automagic(place: QueueLocation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line, in this process, for the queue in `place`; gives what it printed."""
    from automagic.cli.main import run

    def command(*arguments: str, code: int = 0) -> tuple[str, str]:
        monkeypatch.setenv("AUTOMAGIC_HOME", str(place.home))
        monkeypatch.setenv("DATABASE_URL", place.database_url)
        monkeypatch.setenv("ARTIFACTS_URL", place.artifacts_url)
        monkeypatch.chdir(place.home.parent)
        capsys.readouterr()  # what was said before
        ended = run(list(arguments))
        said = capsys.readouterr()
        assert ended == code, said.err
        return said.out, said.err

    return command


@pytest.fixture
def filled(store: ArtifactStore) -> ArtifactStore:
    """A store in which an old run of ours made something."""
    add_run(store.engine)
    return store


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are no names: random or dated ones differ between the processes that share the tests."""
    return argname if isinstance(val, bytes) else None
