"""The database of AUTOMAGIC_HOME, opened when something in it is first asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from automagic.settings import Settings

if TYPE_CHECKING:
    import sqlalchemy as sa


class Records:
    """One engine for all requests. Every method blocks: call it in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._engine: sa.Engine | None = None

    def engine(self) -> sa.Engine:
        """The database, made where it is missing.

        Raises:
            ConfigurationError: It cannot be opened, or is of a newer version.
        """
        with self._lock:
            if self._engine is None:
                from automagic.database.address import database_url
                from automagic.database.engine import open_database
                from automagic.machine.private_files import make_home

                make_home(self._settings.home, self._settings.artifacts_url)
                self._engine = open_database(database_url(self._settings))
            return self._engine

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None
