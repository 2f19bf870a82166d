"""What several tests need."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import hypothesis
import psutil
import pytest
import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url
from automagic.orchestrator.store import ArtifactStore

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
    before = set(psutil.Process().children())
    yield
    left = [child for child in psutil.Process().children() if child not in before]
    assert not left, [child.as_dict(("pid", "status", "cmdline")) for child in left]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty AUTOMAGIC_HOME."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(home: Path) -> Iterator[sa.Engine]:
    engine = open_database(sqlite_url(home / "automagic.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def store(home: Path, engine: sa.Engine) -> ArtifactStore:
    return ArtifactStore(home / "artifacts", engine)
