"""Recordings of the archive as hearing and fetching leave them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import sqlalchemy as sa

from automagic.database.archive_tables import archive_items
from automagic.database.engine import open_database, sqlite_url
from automagic.store.transcripts import TranscriptStore
from automagic.values.transcript import Transcript
from automagic.values.words import Word


def say(text: str, start_s: float = 1.0, word_s: float = 0.5) -> Transcript:
    """A text as it is heard, a word after the other."""
    words = [Word(word, start_s + word_s * at, start_s + word_s * (at + 0.9)) for at, word in enumerate(text.split())]
    return Transcript(tuple(words), "en", "whisper")


def note_heard(home: Path, item: str, transcript: Transcript) -> None:
    """This is said in it."""
    _change(home, item, transcript=TranscriptStore(home).keep(transcript))


def note_media(home: Path, item: str, path: Path) -> None:
    """Its file is here."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    _change(home, item, media_state="there", media_path=str(path), media_bytes=len(data), media_sha256=digest)


def _change(home: Path, item: str, **values: object) -> None:
    engine = open_database(sqlite_url(home / "automagic.db"))
    with engine.begin() as connection:
        connection.execute(sa.update(archive_items).where(archive_items.c.id == item).values(**values))
    engine.dispose()
