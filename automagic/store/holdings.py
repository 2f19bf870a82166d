"""What is here of each recording: its media, what was said in it, and where that is found again.

    none ──(the source has a file)──▶ wanted ──▶ there ──(another file at the source)──▶ wanted
                                         └────▶ failed
    there ──(read again)──▶ damaged, lost ──(fetched again, or itself again)──▶ there

What is here stays until what replaces it is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from automagic.database.archive_tables import archive_items, archive_passages
from automagic.database.engine import now_of
from automagic.errors import RequestError
from automagic.reading.json import parse_json
from automagic.shaping import to_shape
from automagic.values.station import StationItem

MediaState = Literal["none", "wanted", "there", "failed", "damaged", "lost"]
Damage = Literal["damaged", "lost"]
"""What a scrub finds: the file has another content than when it came, or is not there any more."""

NO_SOUND = "none"
"""In place of a sound's hash: the recording was listened to, and has none."""
STILL_TO_HEAR = ""
"""In place of a sound's hash: nobody has heard it, or only in a quick first pass."""
UNHEARD = "captions"
"""In place of a sound's hash: the station's captions stand, and no sound to hold against them was here."""


@dataclass(frozen=True, slots=True)
class ArchiveItem:
    """One recording, with all that is known of it; times are seconds since 1970.

    Attributes:
        listed: As its source listed it last.
        newest: Whether its source serves it under its name now; else it is what the name meant before.
        evidence: Why it is called gone, or that it came back.
        media_error: Why its media are not here, or what is wrong with them.
        sound_sha256: Of the sound that was heard; `NO_SOUND`, `UNHEARD` or `STILL_TO_HEAR`.
        transcript, captions: Digests of what is said, and of the station's own; "" for none.
    """

    id: str
    source: str
    remote_id: str
    generation: int
    newest: bool
    listed: StationItem
    first_seen_at: float
    changed_at: float
    missing_since: float | None
    gone_at: float | None
    evidence: str
    held_at: float | None
    held_why: str
    held_by: str
    media_state: MediaState
    media_path: str
    media_bytes: int
    media_sha256: str
    media_error: str
    sound_sha256: str
    transcript: str
    captions: str


@dataclass(frozen=True, slots=True)
class Media:
    """Media that are here.

    Attributes:
        path: Where.
        sha256: Of the file.
    """

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as it is searched.

    Attributes:
        start_s, end_s: In the recording.
        folded: Its words as they are searched, with spaces between them.
        tenths: Tenths of a second from `start_s` at which each of these begins.
        speaker: The mark of who speaks; "" where there is none.
    """

    start_s: float
    end_s: float
    text: str
    folded: str
    tenths: tuple[int, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class HeardItem:
    """What was heard of a recording; the attributes are those of `ArchiveItem`."""

    sound_sha256: str
    transcript: str
    captions: str
    passages: Sequence[IndexedPassage]


_COLUMNS = tuple(archive_items.c[name] for name in ArchiveItem.__annotations__)
_NEWEST_FIRST = (sa.desc(sa.func.coalesce(archive_items.c.event_at, archive_items.c.first_seen_at)), archive_items.c.id)
_SERVED = (archive_items.c.newest, archive_items.c.gone_at.is_(None))


class Holdings:
    """All of it, in the database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def find(self, item: str) -> ArchiveItem:
        """The recording of this id.

        Raises:
            RequestError: There is none.
        """
        found = self._select(archive_items.c.id == item)
        if not found:
            raise RequestError(
                f"there is no recording {item} in the archive", hint="automagic archive search finds them."
            )
        return found[0]

    def find_all(self, items: Iterable[str]) -> dict[str, ArchiveItem]:
        """Those of these ids that there are."""
        return {one.id: one for one in self._select(archive_items.c.id.in_(sorted(set(items))))}

    def generations(self, item: ArchiveItem) -> tuple[ArchiveItem, ...]:
        """All that its name has meant at its source, the oldest first."""
        same = sa.and_(archive_items.c.source == item.source, archive_items.c.remote_id == item.remote_id)
        return tuple(sorted(self._select(same), key=lambda one: one.generation))

    def count_passages(self, item: str) -> int:
        """How many it has in the index."""
        query = sa.select(sa.func.count()).where(archive_passages.c.item == item)
        with self._read() as connection:
            return int(connection.execute(query).scalar_one())

    def to_fetch(self, source: str, *, failed_too: bool = False) -> tuple[str, ...]:
        """Those whose media are wanted, or were and are damaged, and may be had, the newest first."""
        states = ("wanted", "damaged", "lost", *(("failed",) if failed_too else ()))
        return self._ids(
            archive_items.c.source == source, archive_items.c.media_state.in_(states), archive_items.c.servable
        )

    def to_hear(self, source: str = "") -> tuple[str, ...]:
        """Those of which nobody knows yet what is said, while they have a file; the newest first.

        Args:
            source: Of this one; "" for all.
        """
        of = (archive_items.c.source == source,) if source else ()
        return self._ids(*of, archive_items.c.sound_sha256 == STILL_TO_HEAR, archive_items.c.media_state != "none")

    def to_check(self, source: str, *, older_s: float) -> tuple[str, ...]:
        """Those that have a file here, of all generations, gone or not; the one that was read longest ago first.

        Args:
            older_s: Not read again in so many seconds.
        """
        of = archive_items.c
        with self._read() as connection:
            due = sa.func.coalesce(of.media_checked_at, 0.0) <= now_of(connection) - older_s
            query = sa.select(of.id).where(of.source == source, of.media_path != "", due)
            order = (sa.func.coalesce(of.media_checked_at, 0.0), of.id)
            return tuple(connection.execute(query.order_by(*order)).scalars())

    def transcript_of_sound(self, sound_sha256: str) -> str:
        """The digest of what is said in a sound that was heard before, of whichever recording; "" for none."""
        query = (
            sa.select(archive_items.c.transcript)
            .where(archive_items.c.sound_sha256 == sound_sha256, archive_items.c.transcript != "")
            .limit(1)
        )
        with self._read() as connection:
            return str(connection.execute(query).scalar_one_or_none() or "")

    def bytes_below(self, folder: str) -> int:
        """Of all media that lie in a folder."""
        below = archive_items.c.media_path.startswith(f"{folder}/", autoescape=True)
        here = sa.and_(below, archive_items.c.media_state != "lost")
        query = sa.select(sa.func.coalesce(sa.func.sum(archive_items.c.media_bytes), 0)).where(here)
        with self._read() as connection:
            return int(connection.execute(query).scalar_one())

    def note_media(self, item: ArchiveItem, media: Media) -> None:
        """Its media are here; where they are others than before, it is to be heard again."""
        same = item.media_sha256 == media.sha256 and item.sound_sha256 != UNHEARD
        self._update(
            item.id,
            media_state="there",
            media_path=media.path,
            media_bytes=media.size_bytes,
            media_sha256=media.sha256,
            media_error="",
            media_checked_at=None,
            **({} if same else {"sound_sha256": ""}),
        )

    def note_trouble(self, item: str, why: str, *, final: bool) -> None:
        """Its media could not be had; `final` where asking again is of no use until something changes.

        What was here and is damaged stays that, and is asked for each time.
        """
        state = archive_items.c.media_state
        failed = sa.case((state.in_(("damaged", "lost")), state), else_="failed")
        self._update(item, media_error=why, **({"media_state": failed} if final else {}))

    def note_check(self, item: ArchiveItem, damage: Damage | None, why: str = "") -> None:
        """Its file was read again; unless it was replaced meanwhile, what was found of it is noted."""
        of = archive_items.c
        same = sa.and_(of.id == item.id, of.media_path == item.media_path, of.media_sha256 == item.media_sha256)
        kept = of.media_state.in_(("there", "damaged", "lost"))  # what is wanted anyway stays wanted
        with self._engine.begin() as connection:
            change = sa.update(archive_items).where(same)
            connection.execute(change.values(media_checked_at=now_of(connection)))
            connection.execute(change.where(kept).values(media_state=damage or "there", media_error=why))

    def note_heard(self, item: str, heard: HeardItem) -> None:
        """What is said in it, in place of what was known, in one transaction."""
        rows = [
            {
                "item": item,
                "start_s": one.start_s,
                "end_s": one.end_s,
                "text": one.text,
                "folded": one.folded,
                "times": msgspec.json.encode(one.tenths).decode(),
                "speaker": one.speaker,
            }
            for one in heard.passages
        ]
        with self._engine.begin() as connection:
            connection.execute(sa.delete(archive_passages).where(archive_passages.c.item == item))
            if rows:
                connection.execute(sa.insert(archive_passages), rows)
            connection.execute(
                sa.update(archive_items)
                .where(archive_items.c.id == item)
                .values(sound_sha256=heard.sound_sha256, transcript=heard.transcript, captions=heard.captions)
            )

    def _read(self) -> sa.Connection:
        return self._engine.connect().execution_options(reads_only=True)

    def _select(self, *where: sa.ColumnElement[bool]) -> list[ArchiveItem]:
        with self._read() as connection:
            return [_item(row) for row in connection.execute(sa.select(*_COLUMNS).where(*where))]

    def _ids(self, *where: sa.ColumnElement[bool]) -> tuple[str, ...]:
        query = sa.select(archive_items.c.id).where(*_SERVED, *where).order_by(*_NEWEST_FIRST)
        with self._read() as connection:
            return tuple(connection.execute(query).scalars())

    def _update(self, item: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.update(archive_items).where(archive_items.c.id == item).values(**values))


def _item(row: sa.Row[Any]) -> ArchiveItem:
    facts = dict(row._mapping)
    listed = to_shape(parse_json(facts.pop("listed"), name="a recording"), StationItem)
    return ArchiveItem(**facts, listed=listed)
