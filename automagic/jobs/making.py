"""How a worker makes one job: its inputs placed, its product's run, its result kept where all machines see it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.database.engine import lost_connection
from automagic.jobs.queue.engine import tell_progress
from automagic.jobs.queue.failures import PartialResult
from automagic.jobs.queue.files import ASIDE, JobFiles, KeptFile
from automagic.jobs.queue.progress import JobProgress
from automagic.jobs.queue.reads import find_job
from automagic.machine.leaving import end_tasks, in_thread, run_in_thread
from automagic.runs.records import close_dead_runs

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.jobs.kinds import Makes
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.reads import Database
    from automagic.studio import Studio
    from automagic.values.events import Event, Listener

OUTAGE_PAUSE_S = 1.0
INPUTS = ".inputs"
"""Behind a job's id: the folder in which its files are placed."""


def remove_dead(home: Path, engine: sa.Engine, database: Database) -> None:
    """Remove what killed workers left in this home: folders of their runs, inputs of jobs that ended."""
    work = home / "work"
    if not work.is_dir():
        return
    close_dead_runs(engine, work)
    for inputs in work.glob(f"*{INPUTS}"):
        job = find_job(database, inputs.name.removesuffix(INPUTS))
        if job is None or job.finished:
            shutil.rmtree(inputs, ignore_errors=True)


@dataclass(frozen=True)
class JobMaker:
    """Makes jobs, any number at the same time.

    Attributes:
        find: The kind of a name.
        tell: Is given a line for what a person should know.
        note_further: Awaited as soon as a job has finished a step, with its id.
    """

    place: QueueLocation
    studio: Studio
    files: JobFiles
    find: Callable[[str], Makes]
    tell: Callable[[str], object]
    note_further: Callable[[str], Awaitable[None]]

    async def make(self, job_id: str, document: Mapping[str, Any], listener: Listener) -> dict[str, Any]:
        """What is kept of a job's result.

        Args:
            listener: Is told the events of its run, besides the queue.

        Raises:
            AutomagicError: Explained.
        """
        progress = JobProgress()

        def take(event: Event) -> None:
            progress.take(event)
            listener(event)

        beside = [asyncio.create_task(progress.tell(tell_progress)), asyncio.create_task(self._note(job_id, progress))]
        inputs = self._inputs_of(job_id)
        files = {name: KeptFile(name, *kept) for name, kept in document["files"].items()}
        try:
            if files:
                await in_thread(self._place_inputs, files, inputs)
            try:
                result = await self._make_product(job_id, document, inputs, take)
            except PartialResult as error:
                error.result |= await self._keep_result(error.result)
                raise
            return result | await self._keep_result(result)
        finally:
            await self._end_beside(job_id, beside)
            if files:
                shutil.rmtree(inputs, ignore_errors=True)

    def remove_inputs(self, job_id: str) -> None:
        """Remove the input files that a dead worker left behind for a job that no worker makes any more."""
        shutil.rmtree(self._inputs_of(job_id), ignore_errors=True)

    def _inputs_of(self, job_id: str) -> Path:
        return self.place.home / "work" / f"{job_id}{INPUTS}"

    async def _end_beside(self, job_id: str, beside: Sequence[asyncio.Task[None]]) -> None:
        await end_tasks(beside)
        for task in beside:
            if task.done() and not task.cancelled() and (failure := task.exception()):
                self.tell(f"{job_id}: its progress could not be reported: {failure}")

    async def _note(self, job_id: str, progress: JobProgress) -> None:
        await progress.further.wait()
        await self.note_further(job_id)

    async def _make_product(
        self, job_id: str, document: Mapping[str, Any], inputs: Path, listener: Listener
    ) -> dict[str, Any]:
        """Its product's run; begun again, with all that is remembered, when the database went away in the middle."""
        kind = self.find(f"{document['kind']} {document.get('operation', '')}".strip())
        out = self.place.results / job_id
        while True:
            try:
                return await kind.make(
                    document["request"], self.studio, job_id=job_id, inputs=inputs, out=out, listener=listener
                )
            except Exception as error:
                if not lost_connection(error):
                    raise
            self.tell(f"{job_id}: the database went away; it goes on where it was.")
            await asyncio.sleep(OUTAGE_PAUSE_S)

    def _place_inputs(self, files: Mapping[str, KeptFile], inputs: Path) -> None:
        shutil.rmtree(inputs, ignore_errors=True)  # of a worker that was killed
        inputs.mkdir(parents=True)
        self.files.place(files, inputs)

    async def _keep_result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """Put the files of a result where every machine can fetch them."""
        if not result.get("folder"):
            return {"files": {}}
        folders = {"": Path(result["folder"])}
        if result.get("aside"):
            folders[ASIDE] = Path(result["aside"])

        def keep(_stop: Callable[[], bool]) -> dict[str, Any]:
            kept = [
                self.files.keep(before + path.relative_to(folder).as_posix(), path)
                for before, folder in folders.items()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            ]
            return {"files": {file.name: file.facts for file in kept}}

        return await run_in_thread(keep)
