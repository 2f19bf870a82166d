"""Which worker has which job: a job waits in the common queue until a worker moves it to its own.

    jobs ──take──▶ jobs.<worker> ──the engine claims──▶ running ─▶ finished
     ▲                    │                                │
     └──── requeue ───────┴───────────── bury ─────────────┘

Only its worker listens to a worker's queue, so a worker decides itself how many jobs it has, which come next, and that
one which must run alone does. The engine can choose among queues and no more.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.jobs.queue import deaths, reads
from automagic.jobs.queue.deaths import AbandonedJob, Death
from automagic.jobs.queue.location import QUEUE, own_queue
from automagic.jobs.queue.turns import turn

if TYPE_CHECKING:
    from automagic.jobs.queue.engine import QueueClient
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.reads import Database, PendingJob


def choose(waiting: Sequence[PendingJob], *, busy: bool) -> list[PendingJob]:
    """Which of the jobs whose turn it is a worker takes: one that must run alone, or those before it.

    Args:
        waiting: The most urgent first, no more than there is room for.
        busy: Whether other jobs are under way.
    """
    chosen: list[PendingJob] = []
    for job in waiting:
        if deaths.runs_alone(job.labels):
            return chosen if chosen or busy else [job]
        chosen.append(job)
    return chosen


@dataclass(frozen=True)
class Custody:
    """The jobs of one worker. One thread uses it.

    Attributes:
        concurrency: How many at once.
    """

    place: QueueLocation
    client: QueueClient
    worker: str
    concurrency: int

    def take(self, database: Database, under_way: Collection[str]) -> tuple[list[PendingJob], set[str]]:
        """Take as many jobs as there is room for.

        Args:
            under_way: Jobs that this process is at; one that was cancelled may still be winding down.

        Returns:
            Those it has taken, and the ids of all that it has now.
        """
        ours = reads.find_claims(database, self.worker)
        busy = {job.job_id for job in ours} | set(under_way)
        room = self.concurrency - len(busy)
        if room <= 0 or any(deaths.runs_alone(job.labels) for job in ours):
            return [], busy
        if not choose(reads.find_waiting(database, limit=room), busy=bool(busy)):
            return [], busy
        with turn(self.place, database, wait=False) as free:
            taken = choose(reads.find_waiting(database, limit=room), busy=bool(busy)) if free else []
            for job in taken:
                if job.attempts != job.labels.get(reads.ATTEMPTS, 0):  # a program before left them to the engine
                    self._note(job)
            self.client.move([job.job_id for job in taken], own_queue(self.worker))
        return taken, busy | {job.job_id for job in taken}

    def requeue(self, database: Database) -> int:
        """Put the jobs of this worker, which is stopping, back into the queue. Returns how many it had begun."""
        with turn(self.place, database):
            ours = reads.find_claims(database, self.worker)
            for job in ours:
                if job.running and not job.noted:
                    self._note(job, {deaths.LEAVING: False})
            self._put_back(ours)
        return sum(job.running for job in ours)

    def bury(self, database: Database, worker: str) -> list[AbandonedJob]:
        """Put the jobs of a dead worker back into the queue; gives those that it had begun.

        Being killed in the middle of this does no harm: a death is noted together with the claim that it ended.
        """
        found = []
        with turn(self.place, database):
            left = reads.find_claims(database, worker)
            begun = [job for job in left if job.running]
            for job in begun:
                known = deaths.read_deaths(job.labels)
                if not job.noted:
                    if not job.labels.get(deaths.LEAVING):
                        known.append(Death(worker, round(time.time(), 3), len(begun) == 1, job.doing))
                    self._note(job, deaths.labels_of(known))
                found.append(AbandonedJob(job.job_id, len(known), deaths.is_given_up(known)))
            self._put_back(left)
        return found

    def announce_leaving(self, database: Database) -> None:
        """Note that this worker is about to stop: if it is killed meanwhile, none of its jobs is the cause."""
        for job_id in reads.held_by(database, self.worker):
            self.client.label(job_id, {deaths.LEAVING: True})

    def note_further(self, database: Database, job_id: str) -> None:
        """Note that a job has finished a step since a worker last died at it; nothing if none ever did."""
        job = reads.find_claim(database, job_id)
        if job is None or not deaths.read_deaths(job.labels):
            return
        with turn(self.place, database):
            job = reads.find_claim(database, job_id)
            if job is not None and job_id in reads.held_by(database, self.worker):
                self.client.label(job_id, {deaths.DEATHS: deaths.note_further(deaths.read_deaths(job.labels))})

    def take_back(self, database: Database, job_id: str) -> None:
        """Note that this worker, which seemed dead while it ran a job, is alive."""
        with turn(self.place, database):
            job = reads.find_claim(database, job_id)
            known = deaths.read_deaths(job.labels) if job is not None else []
            if known and known[-1].worker == self.worker:
                self.client.label(job_id, deaths.labels_of(known[:-1]))

    def _note(self, job: PendingJob, labels: dict[str, object] | None = None) -> None:
        """Keep how often a job was taken: the engine counts from nought whenever it is moved."""
        self.client.label(
            job.job_id, {reads.ATTEMPTS: job.attempts, reads.NOTED_CLAIM: job.mark or None, **(labels or {})}
        )

    def _put_back(self, jobs: Sequence[PendingJob]) -> None:
        self.client.move([job.job_id for job in jobs], QUEUE)
