"""Count and time what a database is asked for: statements and commits, as they are sent."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

_NOT_ASKED = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")
_KINDS = {"select": "select", "with": "select", "insert": "insert", "update": "update", "delete": "delete"}


@dataclass
class StatementCounts:
    """What was asked for while it was counted, by this process.

    Attributes:
        statements: Those that read or change something.
        commits: Transactions that changed something.
    """

    statements: int = 0
    commits: int = 0


@contextlib.contextmanager
def count_statements(engine: sa.Engine) -> Iterator[StatementCounts]:
    """Count until the block ends."""
    counts = StatementCounts()

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counts.statements += not statement.lstrip().upper().startswith(_NOT_ASKED)

    def committed(connection: sa.Connection) -> None:
        counts.commits += not connection.get_execution_options().get("reads_only", False)

    sa.event.listen(engine, "before_cursor_execute", executed)
    sa.event.listen(engine, "commit", committed)
    try:
        yield counts
    finally:
        sa.event.remove(engine, "before_cursor_execute", executed)
        sa.event.remove(engine, "commit", committed)


def time_statements(engine: sa.Engine, told: Callable[[str, float, str], None]) -> Callable[[], None]:
    """Tell of each statement its kind and how long the database took, until what is returned is called.

    Args:
        told: Is given "select", "insert", "update", "delete" or "other", seconds until its first row was there, and the
            statement, without its values. One that fails is not told.
    """

    mark = object()  # others may time the same connections

    def began(connection: sa.Connection, *_rest: Any) -> None:
        connection.info[mark] = time.perf_counter()

    def executed(connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if (began_at := connection.info.pop(mark, None)) is None:  # it began before anybody asked
            return
        took_s = time.perf_counter() - began_at
        word = statement.split(maxsplit=1)[0]
        if word.upper() not in _NOT_ASKED:
            told(_KINDS.get(word.lower(), "other"), took_s, statement)

    sa.event.listen(engine, "before_cursor_execute", began)
    sa.event.listen(engine, "after_cursor_execute", executed)

    def end() -> None:
        sa.event.remove(engine, "before_cursor_execute", began)
        sa.event.remove(engine, "after_cursor_execute", executed)

    return end
