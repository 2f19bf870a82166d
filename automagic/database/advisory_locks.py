"""The numbers of the advisory locks of PostgreSQL that this program takes; no other file has one.

A number means the same in every version, so that old and new processes on one database hold each other off. Workers'
names have locks too, whose 64-bit numbers are computed (`jobs/leases.py`); the queue's engine has 1234567890.
"""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class AdvisoryLock(IntEnum):
    """What is done by one process at a time. SQLite has one writer at a time anyway."""

    SCHEMA = 4740421
    """Our own tables are made or changed."""
    BUDGET = 4740422
    """What is spent is added up and a call's price reserved."""
    SCHEDULES = 4740423
    """A schedule fires, or takes a topic."""
    TOTALS = 4740425
    """Figures of past runs are added to the totals, or deleted."""
    QUEUE_SCHEMA = 4740426
    """The queue's tables are made or changed."""
    QUEUE_TURN = 4740427
    """A job is moved from one queue to another, cancelled or removed."""
