"""Scripts and plans of jobs as a person has edited them since: of two who edit at once, the second is told.

A change names the mark of the text that it began from. Where that is no longer the one that is there, nothing changes.
"""

from __future__ import annotations

import difflib
import hashlib
import time
from dataclasses import dataclass

import sqlalchemy as sa

from automagic.database.approval_tables import edits

MAX_DIFFERENCE_LINES = 400


@dataclass(frozen=True, slots=True)
class EditedText:
    """A text as it is now.

    Attributes:
        base: As the job made it.
        mark: Of `text`.
        by: Who changed it last; "" where nobody did.
    """

    base: str
    text: str
    mark: str
    by: str = ""

    @property
    def changed(self) -> bool:
        """Whether it is another than what the job made."""
        return self.text != self.base


def mark_of(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def read_edit(engine: sa.Engine, job_id: str, name: str) -> EditedText | None:
    """The text; None where nobody looked at it yet. Blocks."""
    with engine.begin() as connection:
        row = connection.execute(sa.select(edits).where(edits.c.job_id == job_id, edits.c.name == name)).first()
    return None if row is None else EditedText(row.base, row.text, row.mark, row.by)


def begin_edit(engine: sa.Engine, job_id: str, name: str, text: str) -> EditedText:
    """Keep what the job made, unless it is kept. Blocks."""
    values = {
        "job_id": job_id,
        "name": name,
        "base": text,
        "text": text,
        "mark": mark_of(text),
        "by": "",
        "at": time.time(),
    }
    try:
        with engine.begin() as connection:
            connection.execute(edits.insert().values(values))
    except sa.exc.IntegrityError:  # somebody else was first
        pass
    found = read_edit(engine, job_id, name)
    assert found is not None  # noqa: S101 - it was kept just now
    return found


def change_edit(engine: sa.Engine, job_id: str, name: str, text: str, *, was: str, by: str) -> bool:
    """Put another text in its place; False where the one that is there has another mark than `was`. Blocks."""
    change = edits.update().where(edits.c.job_id == job_id, edits.c.name == name, edits.c.mark == was)
    values = {"text": text, "mark": mark_of(text), "by": by[:120], "at": time.time()}
    with engine.begin() as connection:
        return connection.execute(change.values(values)).rowcount == 1


def difference(before: str, after: str) -> str:
    """What is another in a text, as a unified diff; "" where nothing is."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "there", "yours", lineterm="", n=1)
    return "\n".join(list(lines)[:MAX_DIFFERENCE_LINES])
