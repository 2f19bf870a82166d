"""What passages of the archive mean, each turned into a vector once, which goes when its passage goes."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from automagic.database.archive_tables import archive_passages, archive_vectors
from automagic.database.engine import insert_once


class Meanings:
    """The vectors that one engine has made.

    Args:
        maker: The fingerprint of that engine.
    """

    def __init__(self, engine: sa.Engine, maker: str) -> None:
        self._engine = engine
        self._maker = maker

    def read(self, passages: list[int]) -> dict[int, bytes]:
        """Those of these passages that are known, by their numbers."""
        query = sa.select(archive_vectors.c.passage, archive_vectors.c.vector).where(
            archive_vectors.c.engine == self._maker, archive_vectors.c.passage.in_(passages)
        )
        with self._engine.connect().execution_options(reads_only=True) as connection:
            return {number: bytes(vector) for number, vector in connection.execute(query)}

    def keep(self, vectors: Mapping[int, tuple[str, bytes]]) -> None:
        """Keep them for passages that still say the same: a number may be another passage's by now.

        Args:
            vectors: By the passage's number: its text, and the vector of that.
        """
        query = sa.select(archive_passages.c.rowid, archive_passages.c.text)
        with self._engine.begin() as connection:
            there = connection.execute(query.where(archive_passages.c.rowid.in_(list(vectors))))
            same = [number for number, text in there if text == vectors[number][0]]
            rows = [{"passage": number, "engine": self._maker, "vector": vectors[number][1]} for number in same]
            insert_once(connection, archive_vectors, rows)
