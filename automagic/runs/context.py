"""What a step gets besides its inputs: the run's services, a folder of its own, the store, the limits."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from automagic.machine.leaving import run_in_thread
from automagic.machine.memory import trim_memory
from automagic.runs.limits import Limits
from automagic.store.artifacts import ArtifactStore
from automagic.values.artifact import Artifact

Services = TypeVar("Services")
Result = TypeVar("Result")


@dataclass(frozen=True)
class StepContext(Generic[Services]):
    """Handed to a step as its first argument; never part of its key.

    Attributes:
        services: The run's providers and settings.
        folder: A folder for this attempt alone, removed afterwards.
        store: Where artifacts live.
        limits: How much may run at once.
        take: Which variant a creative step is asked for; 1 is the first.
        progress: Call it with 0..1 as work advances.
        tell: Call it with what the person should be told.
    """

    services: Services
    folder: Path
    store: ArtifactStore
    limits: Limits
    take: int = 1
    progress: Callable[[float], None] = field(default=lambda _fraction: None)
    tell: Callable[[str], object] = field(default=lambda _text: None)
    _waits_s: list[float] = field(default_factory=list)

    @property
    def waited_s(self) -> float:
        """How long it has waited for a free core and for memory, in seconds."""
        return sum(self._waits_s)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Around a wait for what others do: it does not count as the step's own time."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self._waits_s.append(time.perf_counter() - started)

    @contextlib.asynccontextmanager
    async def core(self, *, urgent: bool = False, alone: bool = False, length_s: float = 0.0) -> AsyncIterator[None]:
        """Hold one of the run's cores for CPU-heavy work; waits until there is one, and memory for the work.

        Args:
            urgent, alone, length_s: As of `Cores.hold`.

        Raises:
            ResourceError: The disk is nearly full.
        """
        started = time.perf_counter()
        async with self.limits.heavy_work(urgent=urgent, alone=alone, length_s=length_s, tell=self.tell):
            self._waits_s.append(time.perf_counter() - started)
            yield

    def path_of(self, artifact: Artifact) -> Path:
        """Where an artifact's bytes can be read."""
        return self.store.path_of(artifact)

    async def keep(self, path: Path, media_type: str) -> Artifact:
        """Move a finished file into the store."""
        return await asyncio.to_thread(self.store.add, path, media_type)

    async def compute(
        self,
        work: Callable[[Callable[[], bool]], Result],
        *,
        urgent: bool = False,
        alone: bool = False,
        length_s: float = 0.0,
    ) -> Result:
        """Run CPU-heavy work in a thread when a core is free; `work` is given a function that says when to stop.

        Args:
            urgent, length_s: As of `Cores.hold`.
            alone: Whether it keeps Python's interpreter to itself, so that a second of its kind would wait for it on
                a core of its own: they are done one at a time.
        """

        def tidy_work(stop: Callable[[], bool]) -> Result:
            try:
                return work(stop)
            finally:
                trim_memory()

        async with contextlib.AsyncExitStack() as held:
            if alone:
                with self.waiting():
                    await held.enter_async_context(self.limits.interpreter)
            await held.enter_async_context(self.core(urgent=urgent, alone=alone, length_s=length_s))
            return await run_in_thread(tidy_work)
