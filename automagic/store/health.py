"""How sources are: one look at a time, kept in the database for a while, told with its age.

status ─▶ kept ─┬─ fresh ────────────────────▶ told
                └─ old ─▶ claim ─┬─ won ─▶ the source is asked ─▶ kept ─▶ told
                                 └─ lost, another process asks ─▶ what is kept, told with its age

A claim replaces the row's text only where it still is what was read, so that of many processes one wins. The claim of
a process that died ends by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import msgspec
import sqlalchemy as sa

from automagic.database.archive_tables import archive_sources
from automagic.database.engine import now_of
from automagic.reading.json import parse_json

HealthState = Literal["up", "slow", "down", "unknown"]

FRESH_S, FRESH_DOWN_S = 60.0, 10.0
"""How long a look is good for; one that failed shorter, so that who repairs a source sees it."""

CLAIM_S = 10.0
"""How long a claim holds; longer than any look takes."""


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What a look found; the document in the database.

    Attributes:
        state: "unknown" where nobody ever looked.
        why: What a person should know: why it is down, or that its disk is nearly full.
        took_s: How long it took to answer.
        asking_until: By the database's clock: until then another look is under way, or has died.
    """

    state: HealthState = "unknown"
    why: str = ""
    took_s: float = 0.0
    asking_until: float = 0.0

    @classmethod
    def read(cls, kept: str) -> SourceHealth:
        """What the database has; "" before the first look."""
        return parse_json(kept, name="the health of a source", type=cls) if kept else cls()

    def write(self) -> str:
        """The document."""
        return msgspec.json.encode(self).decode()

    @property
    def fresh_s(self) -> float:
        """How long it is good for."""
        return FRESH_DOWN_S if self.state == "down" else FRESH_S


class HealthRecords:
    """Of all sources, in the database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim(self, kept: Mapping[str, str]) -> dict[str, str]:
        """Be the one who asks these sources.

        Args:
            kept: Source → what its row held when it was found too old.

        Returns:
            Those that were won → what their rows hold now; for `note`.
        """
        with self._engine.execution_options(durable=False).begin() as connection:
            until = now_of(connection) + CLAIM_S
            claims = {name: replace(SourceHealth.read(text), asking_until=until).write() for name, text in kept.items()}
            return {
                name: claims[name]
                for name in sorted(kept)  # in one order, or two processes would wait for each other
                if connection.execute(_change(name, kept[name]).values(probe=claims[name])).rowcount
            }

    def note(self, found: Mapping[str, SourceHealth], claims: Mapping[str, str]) -> None:
        """Keep what was found. A claim that ran out meanwhile is another's: theirs is kept."""
        with self._engine.execution_options(durable=False).begin() as connection:
            now = now_of(connection)
            for name in sorted(found):
                values = {"probe": found[name].write(), "probed_at": now}
                connection.execute(_change(name, claims[name]).values(values))


def _change(name: str, kept: str) -> sa.Update:
    """Of a source whose row is as it was seen."""
    return sa.update(archive_sources).where(archive_sources.c.name == name, archive_sources.c.probe == kept)
