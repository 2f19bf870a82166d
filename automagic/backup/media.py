"""The recordings of stations in a restored home: where each is now, and which are known to be lost.

    …/old home/archive/council/3f0c9a1b2c4d/vod.mp4 ─▶ home/archive/council/3f0c9a1b2c4d/vod.mp4
                                                         ├─ in the backup ─▶ there
                                                         └─ not ───────────▶ lost: the next sync fetches it again

Files that a person keeps elsewhere, in a folder of their own, stay where they are.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path, PurePath

from automagic.backup.archive import MEDIA

_NOT_IN_IT = "was not in the backup that this home was made of"
_LOST = """
UPDATE archive_items SET media_state = 'lost', media_error = ?
WHERE rowid = ? AND media_state IN ('there', 'damaged', 'lost')
"""
_FORGOTTEN = """
UPDATE archive_items SET media_path = '', media_bytes = 0, media_sha256 = '' WHERE rowid = ? AND media_state != 'lost'
"""
"""Of one whose new file is awaited: the file before it is not here."""


def place_media(staged: Path, home: Path) -> int:
    """Correct the catalogue of a home that was unpacked into `staged` and will be `home`; gives how many are lost."""
    database = staged / "automagic.db"
    if not database.exists():
        return 0
    lost = 0
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'archive_items'").fetchone():
            return 0
        query = "SELECT rowid, source, id, media_path FROM archive_items WHERE media_path != ''"
        for row, source, item, path in connection.execute(query).fetchall():
            parts = PurePath(path).parts
            if parts[-4:-1] != (MEDIA, source, item):
                continue
            inner = PurePath(MEDIA, source, item, parts[-1])
            there = (staged / inner).is_file()
            connection.execute("UPDATE archive_items SET media_path = ? WHERE rowid = ?", (str(home / inner), row))
            if not there:
                lost += connection.execute(_LOST, (_NOT_IN_IT, row)).rowcount
                connection.execute(_FORGOTTEN, (row,))
    return lost
