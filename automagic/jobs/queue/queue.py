"""The queue as a person uses it: add, look, wait, cancel, retry, fetch, prune.

queue = JobQueue(QueueLocation(home))
[added] = queue.add([queue.read("video", {"topic": "Tides"})])
for job in queue.watch(added.id): ...
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError
from automagic.jobs.kinds import find_kind
from automagic.jobs.queue import reads
from automagic.jobs.queue.due_time import parse_time
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.new_job import NewJob
from automagic.jobs.queue.reads import PRIORITIES, Job, Priority, State
from automagic.jobs.queue.writes import add_jobs, cancel, erase_removed, queue_again, remove_finished
from automagic.runs.ids import new_run_id

if TYPE_CHECKING:
    from automagic.jobs.queue.engine import LastingClient
    from automagic.jobs.queue.files import JobFiles, Source
    from automagic.settings import Settings

WATCH_S = 0.2
"""How often a job that somebody waits for is looked at."""

MAX_KEY = 200
_COPIED = 2
"""Facts of a file of which there is a copy; one that stayed in its place has its path as well."""


@dataclass(frozen=True, slots=True)
class PreparedJob:
    """A job that is checked and not yet added.

    Attributes:
        data: The request as plain data.
        files: What it names, by the names that stand in the data.
        due_at: Seconds since 1970; None for at once.
        key: Same key, same job; "" for a new one.
        notices: What who adds it should know.
    """

    kind: str
    title: str
    data: dict[str, Any]
    files: Mapping[str, Source]
    priority: Priority = "normal"
    due_at: float | None = None
    key: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """A job in the queue; `new` is False when its key was there already."""

    id: str
    new: bool


class JobQueue:
    """Jobs, for any process. Looking at them does not load the job engine; adding and changing them does.

    Args:
        settings: Say what a person left out of what `read` is given; None for nobody.
        lasting: This process adds many jobs, one by one.
    """

    def __init__(self, place: QueueLocation, settings: Settings | None = None, *, lasting: bool = False) -> None:
        self.place = place
        self._settings = settings
        self._lasting = lasting

    @cached_property
    def _files(self) -> JobFiles:
        from automagic.jobs.queue.files import JobFiles  # with all that a shelf behind a URL needs: not only to look

        return JobFiles(self.place)

    @cached_property
    def _client(self) -> LastingClient | None:
        from automagic.jobs.queue.engine import LastingClient

        return LastingClient(self.place) if self._lasting else None

    def read(
        self,
        kind: str,
        values: Mapping[str, Any],
        *,
        folder: Path | None = None,
        priority: str = "normal",
        at: str = "",
        key: str = "",
    ) -> PreparedJob:
        """A job from what stands behind flags or on a line of a batch file; nothing is added yet.

        Args:
            values: As the kind understands them.
            folder: What relative paths are relative to; the working folder when None.
            at: A time; see `parse_time`.

        Raises:
            RequestError: Something is wrong.
        """
        product = find_kind(kind)
        if self._settings is not None:
            from automagic.stages.defaults import add_defaults

            values = add_defaults(product.operation.request, values, self._settings)
        return self.draft(kind, product.read(values, folder=folder or Path.cwd()), priority=priority, at=at, key=key)

    def draft(self, kind: str, request: Any, *, priority: str = "normal", at: str = "", key: str = "") -> PreparedJob:
        """A job from a request of the kind's own type; nothing is added yet."""
        if priority not in PRIORITIES:
            raise RequestError(f"{priority!r} is not a valid priority", hint=f"One of: {', '.join(PRIORITIES)}.")
        if key and (len(key) > MAX_KEY or not key.isprintable()):
            raise RequestError(f"{key[:40]!r} is not a valid key", hint=f"At most {MAX_KEY} printable characters.")
        due_at = parse_time(at) if at else None
        packed = find_kind(kind).pack(request)
        urgency = PRIORITIES[PRIORITIES.index(priority)]
        title = packed.title[:200]
        return PreparedJob(kind, title, packed.data, packed.files, urgency, due_at, key, packed.notices)

    def add(self, drafts: Iterable[PreparedJob]) -> list[Added]:
        """Keep the files of all jobs and queue them: all or none.

        Raises:
            RequestError: A file vanished meanwhile.
            ConfigurationError: The queue cannot be reached.
        """
        orders: list[NewJob] = []
        for draft in drafts:
            document = self.document(draft)
            labels = {"kind": document["kind"], "title": draft.title, "key": draft.key}
            job_id = key_id(draft.key) if draft.key else new_run_id()
            orders.append(NewJob(job_id, document, labels, PRIORITIES.index(draft.priority) + 1, draft.due_at))
        new = add_jobs(self.place, orders, client=self._client)
        return [Added(order.id, is_new) for order, is_new in zip(orders, new, strict=True)]

    def document(self, draft: PreparedJob) -> dict[str, Any]:
        """A job as it is queued; its files are kept.

        Raises:
            RequestError: One vanished meanwhile.
        """
        kept = [self._files.keep(name, source) for name, source in draft.files.items()]
        product, _, operation = draft.kind.partition(" ")
        return {
            "kind": product,
            **({"operation": operation} if operation else {}),
            "request": draft.data,
            "files": {file.name: file.facts for file in kept},
        }

    def find(self, job_id: str) -> Job:
        """The job of this id, or of this key.

        Raises:
            RequestError: There is none.
        """
        with reads.open_database(self.place) as database:
            job = reads.find_job(database, job_id) or reads.find_job(database, key_id(job_id))
        if job is None:
            raise RequestError(f"there is no job {job_id!r}", hint="automagic jobs list shows all jobs.")
        return job

    def find_all(self, *, states: Sequence[State] = (), limit: int | None = 20) -> list[Job]:
        """Jobs, the newest first."""
        with reads.open_database(self.place) as database:
            return reads.list_jobs(database, states=states, limit=limit)

    def count(self) -> dict[State, int]:
        """How many jobs are in each state."""
        with reads.open_database(self.place) as database:
            return reads.count_jobs(database)

    def watch(self, job_id: str) -> Iterator[Job]:
        """The job as it stands now, then each time it changed, until it is finished. Blocks in between."""
        job_id = self.find(job_id).id
        last: Job | None = None
        with reads.open_database(self.place) as database:
            while True:
                job = reads.find_job(database, job_id)
                if job is None:
                    raise RequestError(f"the job {job_id} was removed")
                if job != last:
                    yield job
                    last = job
                if job.finished:
                    return
                time.sleep(WATCH_S)

    def needed_files(self) -> set[str]:
        """What retention must not take: the sha256 of every kept file that a job needs, and the paths of the others."""
        needed: set[str] = set()
        with reads.open_database(self.place) as database:
            for document in reads.list_inputs(database).values():
                needed |= {kept[-1] if len(kept) > _COPIED else kept[0] for kept in document["files"].values()}
            for job in reads.list_jobs(database, limit=None):
                needed |= {kept[0] for kept in (job.result or {}).get("files", {}).values()}
        return needed

    def cancel(self, job_id: str) -> Job:
        """Cancel a job; a running one ends within about a second.

        Raises:
            RequestError: It is done, or failed.
        """
        job = self.find(job_id)
        if job.state in ("succeeded", "failed"):
            raise RequestError(
                f"the job {job.id} has {job.state}: there is nothing to cancel", hint="automagic jobs prune removes it."
            )
        cancel(self.place, job.id)
        return self.find(job.id)

    def retry(self, job_id: str) -> Job:
        """Queue a failed or cancelled job again; what it finished is not done again.

        Raises:
            RequestError: It did not fail.
        """
        job = self.find(job_id)
        if job.state not in ("failed", "cancelled"):
            is_so = "has succeeded" if job.state == "succeeded" else f"is {job.state}"
            raise RequestError(f"the job {job.id} {is_so}", hint="Only what failed or was cancelled is retried.")
        queue_again(self.place, job.id)
        return self.find(job.id)

    def redo(self, job_id: str, steps: Sequence[str], take: int | None) -> str:
        """Queue a new job that asks for the same as this one, but does some steps again; gives its id.

        Args:
            steps: Each "STEP" or "STEP:subject".
            take: Another variant of the creative steps; None for the same.

        Raises:
            RequestError: There is no such step, or this kind of job does none again.
        """
        from automagic.products import steps_of
        from automagic.runs.redo import Redos

        changes = {**({"redo": list(steps)} if steps else {}), **({"take": take} if take is not None else {})}
        kind = kind_of(self._input(job_id))
        Redos(tuple(steps), {step.name for step in steps_of(find_kind(kind).operation)})
        return self.repeat(job_id, changes)

    def repeat(
        self, job_id: str, changes: Mapping[str, Any], *, key: str = "", files: Mapping[str, bytes] | None = None
    ) -> str:
        """Queue a new job that asks for the same as this one but for some fields; gives its id.

        Args:
            changes: As the job's document has them.
            key: The same one makes one job.
            files: That it brings besides those of the job, by the names that `changes` has.

        Raises:
            RequestError: There is no such job, or it has no such field.
        """
        job, document = self.find(job_id), self._input(job_id)
        if lacking := [name for name in changes if name not in document["request"]]:
            raise RequestError(f"{kind_of(document)} knows no {lacking[0]}", hint="Add the job anew.")
        again = self.changed(document, changes, files or {})
        labels = {"kind": document["kind"], "title": job.title, "key": key}
        order = NewJob(key_id(key) if key else new_run_id(), again, labels, PRIORITIES.index(job.priority) + 1, None)
        add_jobs(self.place, [order])
        return order.id

    def changed(
        self, document: Mapping[str, Any], changes: Mapping[str, Any], files: Mapping[str, bytes]
    ) -> dict[str, Any]:
        """A job's document with other fields and more files; these are kept."""
        kept = [self._files.keep(name, data) for name, data in files.items()]
        more = {file.name: file.facts for file in kept}
        return {
            **document, "request": {**document["request"], **changes}, "files": {**document["files"], **more},
        }  # fmt: skip

    def _input(self, job_id: str) -> dict[str, Any]:
        job = self.find(job_id)
        with reads.open_database(self.place) as database:
            document = reads.find_input(database, job.id)
        if document is None:
            raise RequestError(f"the job {job.id} was removed")
        return document

    def fetch(self, job_id: str, out: Path) -> Path:
        """Put a job's result into a folder, complete or not at all; gives the folder.

        A result that did not pass its measurements goes beside it, its name ending in `.rejected`; so does the part
        that did not while the rest did.

        Raises:
            RequestError: It has no result yet.
        """
        from automagic.jobs.queue.files import place_result

        job = self.find(job_id)
        files = (job.result or {}).get("files") or {}
        if not files:
            why = f"failed: {job.error['message']}" if job.error else f"is {job.state}"
            hint = f"automagic jobs {'retry' if job.finished else 'watch'} {job.id}"
            raise RequestError(f"the job {job.id} {why}; it has no result", hint=hint)
        rejected = job.error is not None and job.error["name"] == "RejectedResult"
        targets = place_result(files, out, succeeded=not rejected)
        for target, chosen in targets.items():
            self._fetch_into(target, chosen)
        return next(iter(targets))

    def _fetch_into(self, target: Path, files: Mapping[str, Any]) -> None:
        """Put kept files into a folder, all at once."""
        from automagic.jobs.queue.files import KeptFile
        from automagic.stages.result_folder import publish, reserve

        with reserve(target):
            staging = target.absolute().parent / f".{target.name}.partial-{secrets.token_hex(4)}"
            staging.mkdir()
            try:
                self._files.place({name: KeptFile(name, *kept) for name, kept in files.items()}, staging)
                publish(target, {name: staging / name for name in files})
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def prune(self, *, older_than_s: float, dry_run: bool = False) -> list[str]:
        """Remove jobs that finished longer ago than that, with their results on this machine; gives their ids.

        What `fetch` brought, and final videos elsewhere, stay.
        """
        before = time.time() - older_than_s
        old = [job_id for job_id, _ in self.find_finished(before=before)]
        if dry_run:
            return old
        gone = self.remove(old, before=before)
        for job_id in gone:
            for folder in (self.place.results / job_id, self.place.results / f"{job_id}.rejected"):
                shutil.rmtree(folder, ignore_errors=True)
        return gone

    def forget(self, product: str, field: str, value: str, *, but: str = "") -> set[str]:
        """Remove the jobs that were asked about something, finished or not, and their results on this machine.

        A running one ends within about a second. What they asked for is not left in SQLite's file either.

        Args:
            field, value: Of the request: "author", "jane".
            but: A job that stays.

        Returns:
            The sha256 of every file that travelled with them and that no other job needs.
        """
        with reads.open_database(self.place) as database:
            asked = {
                job_id: document
                for job_id, document in reads.list_inputs(database).items()
                if job_id != but and document["kind"] == product and document["request"].get(field) == value
            }
        if not asked:
            return set()
        for job_id in asked:
            cancel(self.place, job_id)
        remove_finished(self.place, list(asked), before=time.time() + 1)
        for job_id in asked:
            for folder in (self.place.results / job_id, self.place.results / f"{job_id}.rejected"):
                shutil.rmtree(folder, ignore_errors=True)
        erase_removed(self.place)
        files = {kept[0] for document in asked.values() for kept in document["files"].values() if len(kept) == _COPIED}
        return files - self.needed_files()

    def find_finished(self, *, before: float) -> list[tuple[str, float]]:
        """The jobs that finished before a moment, and when; both in seconds since 1970."""
        with reads.open_database(self.place) as database:
            return reads.find_finished(database, before=before)

    def remove(self, job_ids: Sequence[str], *, before: float) -> list[str]:
        """Remove those of these jobs that are still finished since before a moment; gives their ids.

        What they made stays in its folder, and can no longer be fetched.
        """
        if not job_ids:
            return []
        return remove_finished(self.place, job_ids, before=before)


def key_id(key: str) -> str:
    """The id of the one job with this key."""
    return "key-" + hashlib.sha256(key.encode()).hexdigest()[:20]


def kind_of(document: Mapping[str, Any]) -> str:
    """Of a job's document: "posts write"."""
    return f"{document['kind']} {document.get('operation', '')}".strip()
