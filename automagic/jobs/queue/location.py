"""Where the queue and its files are.

DATABASE_URL empty        home/jobs.db, SQLite: one executing worker at a time
postgresql://…            a schema of its own in that database: any number of workers on any number of machines
ARTIFACTS_URL empty       home/artifacts
a folder, or a URL        shared by the machines
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.database.address import check_server_url, describe_server

if TYPE_CHECKING:
    from automagic.settings import Settings


APPLICATION = "automagic"
WORKFLOW = "run"
SERIALIZER = "automagic_json"

VERSION = "automagic-1"
"""Raised when a worker can no longer do the jobs of an older one. By default it would be a hash of the source."""

QUEUE = "jobs"
"""In which jobs wait; no worker listens to it. One that takes a job moves it to a queue of its own (`own_queue`)."""

SCHEMA = "automagic_jobs"
"""Of the queue's tables in PostgreSQL."""


def own_queue(worker: str) -> str:
    """The queue that only this worker listens to."""
    return f"{QUEUE}.{worker}"


def owner_of(queue: str) -> str:
    """The worker whose queue it is."""
    return queue.removeprefix(f"{QUEUE}.")


@dataclass(frozen=True, slots=True)
class QueueLocation:
    """Where the queue and its files are.

    Attributes:
        home: AUTOMAGIC_HOME.
        database_url: "postgresql://…", or "" for SQLite under `home`. May hold a password: never shown.
        artifacts_url: A folder or an fsspec URL; "" for the store under `home`.
    """

    home: Path
    database_url: str = ""
    artifacts_url: str = ""

    def __post_init__(self) -> None:
        if self.database_url:
            check_server_url(self.database_url)

    @classmethod
    def of(cls, settings: Settings) -> QueueLocation:
        """Where the settings say.

        Raises:
            ConfigurationError: DATABASE_URL is not a valid address.
        """
        url = settings.database_url
        return cls(settings.home, url.reveal() if url else "", settings.artifacts_url)

    @property
    def shared(self) -> bool:
        """Whether several machines may carry out its jobs."""
        return bool(self.database_url)

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return self.home / "jobs.db"

    @property
    def url(self) -> str:
        """For libraries: a SQLAlchemy URL."""
        return check_server_url(self.database_url) if self.shared else f"sqlite:///{self.file}"

    @property
    def results(self) -> Path:
        """Where workers on this machine put finished results, one folder for each job."""
        return self.home / "results"

    def __str__(self) -> str:
        """For people, without the password."""
        return describe_server(self.url) if self.shared else str(self.file)

    def __repr__(self) -> str:
        return f"QueueLocation({self})"
