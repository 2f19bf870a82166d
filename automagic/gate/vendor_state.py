"""What all processes know of one vendor together: its failures in a row, and how fast it is asked. One row each.

    run A, here ────┐              read when the last look is a second old; written only when something changed:
    run B, here ────┼─▶ VendorState   a call failed, or worked again; turns were taken; the vendor asked for quiet
    run C, afar ────┘

The clock is the database server's, so that machines whose own differ agree. Where the database does not answer, a run
goes on by what it knows itself.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import TypeVar

import sqlalchemy as sa

from automagic.database.engine import insert_once, now_of
from automagic.database.tables import vendor_standings

Result = TypeVar("Result")

LOOK_S = 1.0
"""What other processes wrote is seen at most this much later."""


@dataclass(frozen=True, slots=True)
class VendorState:
    """One row; see the table's columns. Moments are seconds since 1970 by the database's clock."""

    failures: int = 0
    opened_at: float = 0.0
    tried_at: float = 0.0
    turns: float = 0.0
    turns_at: float = 0.0
    held_until: float = 0.0


_COLUMNS = [vendor_standings.c[column.name] for column in fields(VendorState)]


class SharedVendorState:
    """One vendor's state, as one run sees and changes it.

    Args:
        engine: Of the database that the processes share.

    Attributes:
        seen: As it was when this run last looked.
    """

    def __init__(self, vendor: str, engine: sa.Engine) -> None:
        self._row = vendor_standings.c.vendor == vendor[:40]
        self._new_row = {"vendor": vendor[:40], **asdict(VendorState())}
        self._engine = engine
        self._ahead_s = 0.0
        self._next_look = 0.0
        self.seen = VendorState()

    def now(self) -> float:
        """By the database's clock."""
        return time.time() + self._ahead_s

    async def look(self) -> VendorState:
        """What is known, at most `LOOK_S` old."""
        if time.monotonic() >= self._next_look:
            await self.change(lambda standing, _now: (standing, None), reads_only=True)
        return self.seen

    async def change(
        self, decide: Callable[[VendorState, float], tuple[VendorState, Result]], *, reads_only: bool = False
    ) -> Result:
        """Change the row in one transaction, and give what `decide` gives besides.

        Args:
            decide: Makes the new row and a result from the row as it is and the time. It may be called again.
        """
        self._next_look = time.monotonic() + LOOK_S  # also when it fails: a database that is away costs each time
        try:
            self.seen, result = await asyncio.to_thread(self._decide, decide, reads_only)
        except sa.exc.SQLAlchemyError:
            self.seen, result = decide(self.seen, self.now())
        return result

    def _decide(
        self, decide: Callable[[VendorState, float], tuple[VendorState, Result]], reads_only: bool
    ) -> tuple[VendorState, Result]:
        # What a power cut takes back is known again soon.
        with self._engine.execution_options(durable=False, reads_only=reads_only).begin() as connection:
            query = sa.select(*_COLUMNS).where(self._row)
            found = connection.execute(query if reads_only else query.with_for_update()).first()
            if found is None and not reads_only:
                insert_once(connection, vendor_standings, [self._new_row])
                found = connection.execute(query.with_for_update()).first()
            # The clock after the lock: who waited for the row does not decide by an earlier time.
            now = now_of(connection)
            self._ahead_s = now - time.time()
            before = VendorState(*found) if found is not None else VendorState()
            after, result = decide(before, now)
            if after != before:
                connection.execute(sa.update(vendor_standings).where(self._row).values(**asdict(after)))
            return after, result
