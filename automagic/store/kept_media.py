"""The media of a source that are here, one recording after the other, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from automagic.database.archive_tables import archive_items
from automagic.reading.json import parse_json
from automagic.shaping import to_shape
from automagic.values.station import StationItem

_PAGE = 500


@dataclass(frozen=True, slots=True)
class KeptMedia:
    """A recording whose file is here.

    Attributes:
        path: Of the file, with its length and hash as they were when it came.
        transcript: Digest of what is said; "" where nobody knows.
        gone: Whether its source says that there is none any more.
        damage: What is wrong with the file; "" for nothing that is known.
    """

    id: str
    generation: int
    path: str
    size_bytes: int
    sha256: str
    transcript: str
    gone: bool
    damage: str
    listed: StationItem


def kept_media(engine: sa.Engine, source: str) -> Iterator[KeptMedia]:
    """All generations, the damaged ones too, in the order of their ids, a few hundred at a time in memory."""
    of = archive_items.c
    columns = (
        of.id, of.generation, of.media_path.label("path"), of.media_bytes.label("size_bytes"),
        of.media_sha256.label("sha256"), of.transcript,
        of.gone_at.is_not(None).label("gone"), of.media_error.label("damage"), of.listed,
    )  # fmt: skip
    here = sa.and_(of.source == source, of.media_state.in_(("there", "damaged", "lost")), of.media_sha256 != "")
    last = ""
    while True:
        query = sa.select(*columns).where(here, of.id > last).order_by(of.id).limit(_PAGE)
        with engine.connect().execution_options(reads_only=True) as connection:
            rows = connection.execute(query).all()
        for row in rows:
            facts = dict(row._mapping)
            listed = to_shape(parse_json(facts.pop("listed"), name="a recording"), StationItem)
            yield KeptMedia(**facts, listed=listed)
        if len(rows) < _PAGE:
            return
        last = rows[-1].id
