"""Count what a database is asked for: statements and commits, as they are sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

_NOT_ASKED = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")


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
