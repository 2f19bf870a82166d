"""A database that is away for a while: a worker says so, waits, and goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

TELL_S = 60.0
"""How often it is said while it lasts."""


class Outage:
    """Tells of an outage when it begins, once a minute, and when it ends.

    Args:
        tell: Is given a line each time.
        clock: Seconds that only ever grow.
    """

    def __init__(self, tell: Callable[[str], object], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._since: float | None = None
        self._told_at = 0.0

    def note(self, *, away: bool) -> None:
        """Note whether the database answers now."""
        now = self._clock()
        if not away:
            if self._since is not None:
                self._tell(f"The database is back after {_duration(now - self._since)}.")
            self._since = None
        elif self._since is None:
            self._since = self._told_at = now
            self._tell("The database does not answer; this worker waits for it.")
        elif now - self._told_at >= TELL_S:
            self._told_at = now
            self._tell(f"The database has not answered for {_duration(now - self._since)}; this worker waits for it.")


def is_away(error: BaseException) -> bool:
    """Whether a failure of one of our own statements says that the server is gone, or does not answer."""
    psycopg = sys.modules.get("psycopg")  # not loaded: no server is used
    cause = getattr(error, "orig", error)  # that of SQLAlchemy's
    return psycopg is not None and isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < TELL_S else f"{seconds / 60:.0f} min"
