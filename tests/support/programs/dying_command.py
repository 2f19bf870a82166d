"""`automagic ARGUMENTS` that kills itself in the moment before something happens for the n-th time.

python tests/support/programs/dying_command.py WHAT NUMBER ARGUMENTS...

    sql TEXT         a statement that has this in it is sent to the database
    commit           a transaction that wrote is committed
    rename TEXT      a file whose new path has this in it gets its name
    call TEXT        a function of this name is called in a child process

WHAT is one argument: "sql media_state=".
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import sqlalchemy as sa

from automagic.cli.main import run
from automagic.machine.processes import PythonChild


def main(what: str, number: str, *arguments: str) -> int:
    """Arm the moment, then run."""
    kind, _, text = what.partition(" ")
    left = int(number)

    def happens() -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    {"sql": watch_sql, "commit": watch_commits, "rename": watch_renames, "call": watch_calls}[kind](text, happens)
    return run(list(arguments))


def watch_sql(text: str, happens: Any) -> None:
    """See `main`."""

    def sent(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if text in " ".join(statement.split()):
            happens()

    sa.event.listen(sa.Engine, "before_cursor_execute", sent)


def watch_commits(_text: str, happens: Any) -> None:
    """See `main`."""
    writing = set[int]()

    def sent(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            writing.add(id(connection.connection.dbapi_connection))

    def committing(connection: Any) -> None:
        if id(connection.connection.dbapi_connection) in writing:
            writing.clear()
            happens()

    sa.event.listen(sa.Engine, "before_cursor_execute", sent)
    sa.event.listen(sa.Engine, "commit", committing)


def watch_renames(text: str, happens: Any) -> None:
    """See `main`."""

    def seen(event: str, facts: tuple[Any, ...]) -> None:
        if event == "os.rename" and text in os.fspath(facts[1]):
            happens()

    sys.addaudithook(seen)


def watch_calls(text: str, happens: Any) -> None:
    """See `main`."""
    call = PythonChild.call

    async def watched(self: PythonChild, function: str, **given: Any) -> Any:
        if function == text:
            happens()
        return await call(self, function, **given)

    PythonChild.call = watched  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
