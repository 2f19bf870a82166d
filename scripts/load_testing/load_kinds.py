"""What the jobs of a load test make: something that costs what it is told to, or a real product; both are timed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from automagic.jobs.kinds import Makes, find_kind
from automagic.runs.context import StepContext
from automagic.runs.run import Workspace, finish, open_run
from automagic.runs.steps import step
from automagic.studio import Studio
from automagic.values.events import Listener, StepsPlanned


@step("load_part", 1)
async def hash_for(context: StepContext[Any], job: str, number: int, work_s: float) -> str:  # noqa: ARG001 - a step's first
    """Hash for so many seconds of one core."""

    def burn() -> str:
        digest = hashlib.sha256(f"{job} {number}".encode())
        end = time.thread_time() + work_s
        while time.thread_time() < end:
            digest = hashlib.sha256(digest.digest() * 1000)
        return job

    return await asyncio.to_thread(burn)


class Hashing:
    """A product that costs what it is told to: a run whose steps are remembered, like any other."""

    async def make(
        self,
        data: Mapping[str, Any],
        studio: Studio,
        *,
        job_id: str,
        inputs: Path,  # noqa: ARG002 - it has none
        out: Path,  # noqa: ARG002 - there is nothing to fetch
        listener: Listener,
    ) -> dict[str, Any]:
        """See `Makes.make`."""
        services = studio.services
        place = Workspace(services, studio.settings.home, services.store, services.limits)
        async with open_run("hashing", place, listener=listener, run_id=job_id) as run:
            run.emit(StepsPlanned("load_part", data["steps"]))
            for number in range(data["steps"]):
                await run.step(hash_for, job_id, number, data["work_s"])
            finish(run, "succeeded", title="hashing")
        return {}


class Timed:
    """A kind that also notes when its jobs began and ended, since rows on SQLite know whole seconds only."""

    def __init__(self, kind: Makes) -> None:
        self._kind = kind

    async def make(self, data: Mapping[str, Any], studio: Studio, **rest: Any) -> dict[str, Any]:
        """See `Makes.make`."""
        began = time.time()
        result = await self._kind.make(data, studio, **rest)
        return result | {"began": began, "ended": time.time()}


def find(name: str) -> Makes:
    """The kinds that the workers of a load test know."""
    return Timed(Hashing() if name == "hashing" else find_kind(name))
