"""A job that is about to be queued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be added.

    Attributes:
        document: What it asks for, plain data.
        labels: kind, title, key: what a list shows of it.
        priority: 1 is first.
        due_at: Not before, in seconds since 1970; None for at once.
    """

    id: str
    document: dict[str, Any]
    labels: dict[str, str]
    priority: int
    due_at: float | None = None
