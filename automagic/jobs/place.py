"""Where the queue and its files are.

DATABASE_URL empty        home/jobs.db, SQLite: one executing worker at a time
postgresql://…            a schema of its own in that database: any number of workers on any number of machines
ARTIFACTS_URL empty       home/artifacts
a folder, or a URL        shared by the machines
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from automagic.errors import ConfigurationError

SCHEMA = "automagic_jobs"
"""Of the queue's tables in PostgreSQL."""


@dataclass(frozen=True, slots=True)
class QueuePlace:
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
        if self.database_url and not self.database_url.startswith(("postgresql://", "postgres://")):
            scheme = self.database_url.partition("://")[0][:20]
            raise ConfigurationError(
                f"DATABASE_URL begins with {scheme!r}", hint="Write it like postgresql://user:password@host/database."
            )

    @property
    def shared(self) -> bool:
        """Whether several machines may work it off."""
        return bool(self.database_url)

    @property
    def file(self) -> Path:
        """SQLite's file."""
        return self.home / "jobs.db"

    @property
    def url(self) -> str:
        """For libraries: a SQLAlchemy URL."""
        if self.shared:
            return "postgresql://" + self.database_url.partition("://")[2]
        return f"sqlite:///{self.file}"

    @property
    def artifacts(self) -> Path | None:
        """The folder of files by content; None when it is not a folder of this machine."""
        if not self.artifacts_url:
            return self.home / "artifacts"
        if "://" not in self.artifacts_url:
            return Path(self.artifacts_url).expanduser().absolute()
        if self.artifacts_url.startswith("file://"):
            return Path(urlsplit(self.artifacts_url).path)
        return None

    @property
    def results(self) -> Path:
        """Where workers on this machine put finished results, one folder for each job."""
        return self.home / "results"

    def __str__(self) -> str:
        """For people, without the password."""
        if not self.shared:
            return str(self.file)
        parts = urlsplit(self.url)
        return f"PostgreSQL at {parts.hostname or 'a local socket'}{parts.path}"

    def __repr__(self) -> str:
        return f"QueuePlace({self})"
