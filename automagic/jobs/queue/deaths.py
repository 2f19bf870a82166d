"""What happens to jobs whose worker died while it ran them: a job that kills its worker must not harm other jobs.

    first death ─▶ tried again beside others
    second      ─▶ tried again, and from now on ALONE on its worker: if that dies too, it was this job
    third       ─▶ given up, if it was alone and has finished no step since the first of the three

So a good job beside a bad one is never failed, nor is one that gets further each time, as when a machine is switched
off again and again. A worker that is asked to stop says so (`announce_leaving`) before its time is up: being killed
after that is no death. One that was only cut off for a while takes back what was noted of it (`take_back`).

What is known of a job stands in its labels, so that it goes where the job goes. One that is given up is taken like any
other, and its worker fails it without running it: so its error is recorded as any other is.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from automagic.jobs.queue.failures import GIVEN_UP, JobError
from automagic.shaping import to_shape

ALONE_AFTER = 2
"""Deaths after which a job runs alone."""

FAILED_AFTER = 3
"""Deaths without a finished step between them after which a job is given up, when it was alone at the last."""

FAILED_AFTER_ALL = 10
"""Deaths of any kind after which it is: it may finish a step or two each time, and would take long to end."""

DEATHS, ALONE, LEAVING = "deaths", "alone", "leaving"
"""Labels: what is known of each death; true when the job must run alone; true when its worker has said it stops."""

EXIT_CODE = 5
"""Of `MediaError` and `ResourceError`: a program or the memory failed."""


class Death(msgspec.Struct, frozen=True):
    """One death of a worker that was at the job.

    Attributes:
        at: Seconds since 1970, when it was found.
        alone: Whether the worker was at no other job.
        doing: The step that was last told; "" for none.
        further: Whether the job has finished a step since.
    """

    worker: str
    at: float
    alone: bool
    doing: str = ""
    further: bool = False


@dataclass(frozen=True, slots=True)
class AbandonedJob:
    """A job that a dead worker was running, and what happened to it.

    Attributes:
        deaths: How often that has happened to it.
        failed: Whether it is given up: it will be taken once more, and failed at once.
    """

    job_id: str
    deaths: int
    failed: bool

    @property
    def told(self) -> str:
        """What a person should know of it; "" when it is simply tried again."""
        if self.failed or self.deaths < ALONE_AFTER:
            return ""  # the worker that fails it says so
        return f"{self.job_id}: its worker has died {_times(self.deaths)} while it ran; from now on it runs alone."


def must_be_alone(deaths: Sequence[Death]) -> bool:
    """Whether a job may no longer run beside others."""
    return len(deaths) >= ALONE_AFTER


def is_given_up(deaths: Sequence[Death]) -> bool:
    """Whether a job is what kills its worker, as far as can be known."""
    if not deaths or not deaths[-1].alone:
        return False
    further = [number for number, death in enumerate(deaths, 1) if death.further]
    return len(deaths) - max(further, default=0) >= FAILED_AFTER or len(deaths) >= FAILED_AFTER_ALL


def explain(deaths: Sequence[Death]) -> JobError:
    """The error of a job that is given up."""
    at = f", at the step “{deaths[-1].doing}”" if deaths[-1].doing else ""
    return JobError(
        f"its worker died {_times(len(deaths))} while it ran, the last time with no other job{at}",
        hint="It may need more memory than there is, or one of its files may crash a program: see the worker's log.",
        name=GIVEN_UP,
        exit_code=EXIT_CODE,
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def read_deaths(labels: dict[str, Any]) -> list[Death]:
    """The deaths that a job's labels tell of; none where they cannot be read."""
    with contextlib.suppress(msgspec.ValidationError):
        return to_shape(labels.get(DEATHS, []), list[Death])
    return []


def labels_of(deaths: Sequence[Death]) -> dict[str, object]:
    """The labels that tell of these deaths, and of no worker that has said it stops."""
    return {DEATHS: msgspec.to_builtins(deaths), ALONE: must_be_alone(deaths), LEAVING: False}


def note_further(deaths: Sequence[Death]) -> Any:
    """The label of these deaths after the last of which a step was finished."""
    return msgspec.to_builtins([*deaths[:-1], *(msgspec.structs.replace(death, further=True) for death in deaths[-1:])])


def runs_alone(labels: dict[str, Any]) -> bool:
    """Whether a job must run alone the next time. One that is given up is not run at all, but failed."""
    return bool(labels.get(ALONE)) and not is_given_up(read_deaths(labels))
