"""What happens in a run, as typed events. The terminal, the job's progress and the dashboard read the same stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step is being carried out (a hit never starts)."""

    name: str
    subject: str


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How much of a running step is done, 0..1."""

    name: str
    subject: str
    fraction: float


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step has its result, from memory (`hit`) or newly made."""

    name: str
    subject: str
    hit: bool
    duration_s: float


@dataclass(frozen=True, slots=True)
class StepsPlanned:
    """How many steps of this name there will be, as soon as that is known; for the time left."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the person should be told, once."""

    text: str


Event: TypeAlias = StepStarted | StepProgress | StepFinished | StepsPlanned | Notice
Listener: TypeAlias = Callable[[Event], None]
