"""Runs of `posts write` as they lie in a home: a row, and a folder with drafts.json and what it names."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url
from automagic.database.tables import runs

RUN = "20270131-180000-0123456789ab"
SENTENCE = "Ice floats because water grows as it freezes, and so a pond keeps its fish all winter."


def long_text(parts: int, *, extra: str = "") -> str:
    """A text of which each paragraph is one post, on each network: "1. Ice floats …"."""
    return "\n\n---\n\n".join(f"{number}. {SENTENCE}{extra}" for number in range(1, parts + 1))


def write_drafts(
    home: Path, drafts: Sequence[str | dict[str, Any]], *, run: str = RUN, folder: Path | None = None, author: str = ""
) -> Path:
    """The folder of a run that wrote these drafts."""
    folder = folder or home / "final_posts" / run
    folder.mkdir(parents=True)
    listed = [{"text": one} if isinstance(one, str) else one for one in drafts]
    (folder / "drafts.json").write_text(json.dumps({"run_id": run, "author": author, "drafts": listed}))
    home.mkdir(exist_ok=True)
    engine = open_database(sqlite_url(home / "automagic.db"))
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(
                id=run,
                product="posts",
                title="drafts",
                state="succeeded",
                started_at=time.time(),
                finished_at=time.time(),
                result=json.dumps({"folder": str(folder), "passed": True}, separators=(",", ":")),
            )
        )
    engine.dispose()
    return folder
