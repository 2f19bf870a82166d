"""What a program asks to publish waits here until a person has said yes or no.

    ask ─▶ waiting ─┬─ approve ─▶ a job that publishes ─▶ approved
                    ├─ reject ──▶ rejected
                    └─ what was made is another by now ─▶ void

A video and clips are published by a job that asks for the same and publishes it: every step of it is remembered, so
nothing is made again. Posts are published by `posts publish`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from automagic.database.approval_tables import approvals
from automagic.errors import QualityError, RequestError
from automagic.jobs.pending_approval import MAX_NOTE, ApprovalConflict, ApprovalState, PendingApproval
from automagic.jobs.queue import reads
from automagic.jobs.queue.queue import JobQueue, key_id, kind_of
from automagic.jobs.queue.reads import Job
from automagic.reading.json import parse_json

MAX_TARGETS = 10
PUBLISH = "publish"


class Approvals:
    """Those of a database. Every method blocks."""

    def __init__(self, engine: sa.Engine, queue: JobQueue) -> None:
        self._engine = engine
        self._queue = queue

    def ask(
        self, job_id: str, targets: Sequence[str], *, item: str = "", by: str, note: str = ""
    ) -> tuple[PendingApproval, bool]:
        """Ask for a result to be published; gives the approval, and whether it is new.

        What waits already is not asked for twice.

        Raises:
            ApprovalConflict: There is nothing that could be published.
            RequestError: There is no such job, draft or destination.
        """
        job = self._queue.find(job_id)
        kind, document = self._document(job)
        chosen = _check_targets(kind, document, targets)
        content = self._content_of(job, item, kind)
        with self._engine.begin() as connection:
            same = sa.select(approvals).where(
                approvals.c.job_id == job.id, approvals.c.item == item, approvals.c.content == content,
                approvals.c.state == "waiting", approvals.c.targets == json.dumps(chosen),
            )  # fmt: skip
            if (row := connection.execute(same).first()) is not None:
                return _read(row), False
            made = PendingApproval(
                secrets.token_hex(8), job.id, kind, str((job.result or {}).get("title") or job.title)[:300], item,
                chosen, content, "waiting", note[:MAX_NOTE], by[:120], time.time(), "", None, "",
            )  # fmt: skip
            values = {column.name: getattr(made, column.name) for column in approvals.columns}
            connection.execute(approvals.insert().values(values | {"targets": json.dumps(chosen)}))
        return made, True

    def find(self, approval_id: str) -> PendingApproval:
        """The one of this id.

        Raises:
            RequestError: There is none.
        """
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(approvals).where(approvals.c.id == approval_id)).first()
        if row is None:
            raise RequestError(
                f"there is no approval {approval_id[:60]!r}", hint="automagic jobs approvals list --all shows them."
            )
        return _read(row)

    def list(self, *, state: str = "", after: str = "", limit: int = 20) -> list[PendingApproval]:
        """The newest first.

        Args:
            after: The id of the last one before.
        """
        query = sa.select(approvals).order_by(approvals.c.asked_at.desc(), approvals.c.id.desc()).limit(limit)
        if state:
            query = query.where(approvals.c.state == state)
        if after:
            last = self.find(after)
            query = query.where(
                sa.or_(
                    approvals.c.asked_at < last.asked_at,
                    sa.and_(approvals.c.asked_at == last.asked_at, approvals.c.id < last.id),
                )
            )
        with self._engine.begin() as connection:
            return [_read(row) for row in connection.execute(query)]

    def decide(self, approval_id: str, *, yes: bool, by: str, note: str = "") -> PendingApproval:
        """Say yes, which queues the job that publishes, or no. Saying the same again changes nothing.

        It is decided before the job is queued: of two who decide at once one is told, and nothing that was rejected is
        published. Where the program ended in between, saying yes once more queues the job.

        Raises:
            ApprovalConflict: It was decided otherwise, or what it is about is another by now.
            RequestError: There is none.
        """
        found = self.find(approval_id)
        wanted: ApprovalState = "approved" if yes else "rejected"
        if found.state == wanted:
            if yes:
                self._publish(found)
            return found
        if found.state != "waiting":
            raise ApprovalConflict(f"it is {found.state} already", hint="Ask to publish it anew.")
        if yes:
            self._check_same(found)
        run_id = key_id(_key_of(found)) if yes else ""
        self._settle(found, wanted, by=by, note=note, run_id=run_id)
        if yes:
            self._publish(found)
        return self.find(approval_id)

    def _settle(
        self, found: PendingApproval, state: ApprovalState, *, by: str, note: str = "", run_id: str = ""
    ) -> None:
        values: dict[str, Any] = {"state": state, "decided_by": by[:120], "decided_at": time.time(), "run_id": run_id}
        if note:
            values["note"] = note[:MAX_NOTE]
        change = approvals.update().where(approvals.c.id == found.id, approvals.c.state == "waiting").values(values)
        with self._engine.begin() as connection:
            done = connection.execute(change).rowcount
        if not done and self.find(found.id).state != state:
            raise ApprovalConflict(f"it is {self.find(found.id).state} already", hint="Ask to publish it anew.")

    def _check_same(self, found: PendingApproval) -> None:
        """What is approved is what was asked for: an edit since then voids it."""
        try:
            job = self._queue.find(found.job_id)
            same = self._content_of(job, found.item, found.kind) == found.content
        except RequestError:
            same = False
        if not same:
            self._settle(found, "void", by="")
            raise ApprovalConflict("what was to be published is another by now", hint="Ask to publish it anew.")

    def _content_of(self, job: Job, item: str, kind: str) -> str:
        """sha256 of what would be published, as it is now: a draft may have been edited since it was written.

        Raises:
            ApprovalConflict: There is nothing that could be published.
            RequestError: There is no such draft.
        """
        result = job.result or {}
        files = result.get("files") or {}
        if job.state != "succeeded" or not files:
            raise ApprovalConflict(f"the job {job.id} is {job.state}; there is nothing to publish")
        if not result.get("passed", True):
            raise ApprovalConflict(f"what the job {job.id} made did not pass its measurements", hint="See its result.")
        if kind == "posts write":
            from automagic.products.posts.publishing.drafts import check_held, pack_draft, read_draft

            drafts = len(result.get("drafts") or [])
            if not (item.isascii() and item.isdecimal() and 1 <= int(item) <= drafts):
                raise RequestError(f"there is no draft {item[:20]!r}", hint=f"There are {drafts}, counted from 1.")
            draft = read_draft(self._engine, f"{job.id}:{item}")
            try:
                check_held(draft)
            except QualityError as error:
                raise ApprovalConflict(error.message, hint=error.hint) from error
            return hashlib.sha256(pack_draft(draft)).hexdigest()
        if item:
            raise RequestError("only posts have drafts", hint="Leave out the number.")
        told = sorted((name, facts[0]) for name, facts in files.items())
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _publish(self, found: PendingApproval) -> str:
        """Queue the job that publishes: one for each approval, however often it is tried."""
        key = _key_of(found)
        if found.kind == "posts write":
            values = {"source": f"{found.job_id}:{found.item}", "to": list(found.targets)}
            draft = self._queue.read("posts publish", values, key=key)
            return self._queue.add([draft])[0].id
        return self._queue.repeat(found.job_id, {PUBLISH: list(found.targets)}, key=key)

    def _document(self, job: Job) -> tuple[str, dict[str, Any]]:
        with reads.open_database(self._queue.place) as database:
            document = reads.find_input(database, job.id)
        if document is None:
            raise RequestError(f"the job {job.id} was removed")
        return kind_of(document), document


def _key_of(approval: PendingApproval) -> str:
    """Of its job: the same one however often it is queued."""
    return f"approval-{approval.id}"


def _check_targets(kind: str, document: dict[str, Any], targets: Sequence[str]) -> tuple[str, ...]:
    from automagic.destinations.shared.registry import parse_destination, parse_network

    if not 1 <= len(targets) <= MAX_TARGETS:
        raise RequestError("it is not said where to publish", hint=f"Name 1 to {MAX_TARGETS} destinations.")
    if kind == "posts write":
        for name in targets:
            parse_network(name)
    elif PUBLISH in document["request"]:
        for name in targets:
            if parse_destination(name).kind == "folder":
                raise RequestError("a folder is no place to ask for", hint="automagic jobs fetch puts it into one.")
    else:
        raise ApprovalConflict(f"what {kind} makes is not published from here", hint="Videos, clips and posts are.")
    return tuple(dict.fromkeys(targets))


def _read(row: Any) -> PendingApproval:
    values = row._asdict()
    targets = parse_json(values["targets"], name="the targets", type=list[str])
    return PendingApproval(**values | {"targets": tuple(targets)})
