"""What a worker says of each job: what it makes, whether that went well, and where the result is.

labels of a claim ─▶ JobName ─▶ tell: "monday begins: Why bees matter."
events of its run ─▶ whoever looks on: the terminal
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from automagic.errors import AutomagicError
from automagic.jobs.queue.failures import describe_error

if TYPE_CHECKING:
    from automagic.values.events import Event, Listener

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class JobName:
    """What a person knows a job by.

    Attributes:
        kind: As its labels have it: the product, and its operation if there are several; "" when that is not known.
        title: Of what it makes, or is made from.
        key: That it was added under; "" for none.
    """

    id: str
    kind: str = ""
    title: str = ""
    key: str = ""

    @classmethod
    def of(cls, job_id: str, labels: Mapping[str, Any]) -> JobName:
        """Out of a job's labels."""
        return cls(job_id, *(str(labels.get(name, "")) for name in ("kind", "title", "key")))

    def __str__(self) -> str:
        return self.key or self.id


Onlook = Callable[[JobName], AbstractContextManager["Listener"]]
"""Is given each job as it begins: a block as long as the job, with a listener for its events."""


@contextlib.contextmanager
def look_away(_job: JobName) -> Iterator[Listener]:
    """Nobody looks on."""
    yield ignore


def ignore(_event: Event) -> None:
    """Nobody listens."""


@dataclass
class Shift:
    """What a worker did.

    Attributes:
        worker: Its name; "" when it never had its turn.
        refused: Jobs that cannot be done as they were asked for.
        requeued: Jobs that it put back into the queue when it stopped.
    """

    worker: str = ""
    succeeded: int = 0
    failed: int = 0
    refused: int = 0
    requeued: int = 0


@dataclass
class Telling:
    """One job that is told of.

    Attributes:
        listener: Takes the events of its run.
        result: What it came to, as soon as that is known.
    """

    listener: Listener
    result: dict[str, Any] = field(default_factory=dict)


@contextlib.contextmanager
def told(job: JobName, tell: Tell, onlook: Onlook, shift: Shift) -> Iterator[Telling]:
    """Tell how a job begins and ends, and count it."""
    started = time.monotonic()
    tell(f"{job} begins: {job.title or job.kind}.")
    try:
        with onlook(job) as listener:
            telling = Telling(listener)
            yield telling
    except Exception as error:
        kept = describe_error(error)
        refused = isinstance(error, AutomagicError) and error.refusal
        shift.refused += refused
        shift.failed += not refused
        said = f"{kept['message'].removesuffix('.')}. {kept['hint']}".rstrip()
        tell(f"{job} {'refused' if refused else 'failed'}: {said}")
        if kept["traceback"]:
            tell(kept["traceback"])
        raise
    shift.succeeded += 1
    title = telling.result.get("title") or job.title or job.kind
    tell(f"{job} succeeded in {time.monotonic() - started:.1f} s: {title}.")
    if telling.result.get("files"):
        tell(f"Its result is in {telling.result['folder']}; `automagic jobs fetch {job} --out DIR` copies it.")
