"""What happens in a run, as typed events. The terminal, the job's progress and the dashboard read the same stream."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
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
class StepFailed:
    """A step that was being carried out has no result, for it failed or was cancelled."""

    name: str
    subject: str
    error: str
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


@dataclass(frozen=True, slots=True)
class CallFinished:
    """A vendor was asked, with all repetitions: "answered", "failed", or "unknown" when it may have been billed."""

    vendor: str
    operation: str
    outcome: str
    duration_s: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class CallWaiting:
    """A vendor's call waits: `reason` is "rate limit", "the vendor's limit" or "another run"; `for_s` where known."""

    vendor: str
    operation: str
    reason: str
    for_s: float | None = None


@dataclass(frozen=True, slots=True)
class CallRetried:
    """A vendor was busy or could not be reached; attempt `number` (2 is the first repetition) follows in `after_s`."""

    vendor: str
    operation: str
    number: int
    after_s: float
    error: str


@dataclass(frozen=True, slots=True)
class CallResubmitted:
    """The outcome of a paid call stayed unknown, so it is sent once more; both count as spent until known better."""

    vendor: str
    operation: str
    error: str


@dataclass(frozen=True, slots=True)
class MoneySpent:
    """A purchase was delivered. `cost_usd` is what it cost, `run_usd` what the run has spent so far."""

    vendor: str
    operation: str
    model: str
    cost_usd: Decimal
    run_usd: Decimal


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run has its outcome, as its row tells it; `error` when that is a failure."""

    state: str
    error: str | None


Event: TypeAlias = (
    StepStarted
    | StepProgress
    | StepFinished
    | StepFailed
    | StepsPlanned
    | Notice
    | CallFinished
    | CallWaiting
    | CallRetried
    | CallResubmitted
    | MoneySpent
    | RunFinished
)
Listener: TypeAlias = Callable[[Event], None]
