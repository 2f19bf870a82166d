"""Fire what is due: decide by the ledger, claim, queue. For a running scheduler and for a single firing by command.

Blocks: not on the event loop. Doing any of it again, or in two processes at once, makes no second job.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from automagic.errors import AutomagicError, RequestError
from automagic.jobs.queue.queue import JobQueue, PreparedJob
from automagic.jobs.schedule.entry import Schedule
from automagic.jobs.schedule.ledger import MAX_AHEAD_S, Firing, Ledger, UsedUp
from automagic.jobs.schedule.times import GRACE_S, MANY, Due, find_due, next_due, wake_time

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Firer:
    """Fires schedules into one queue.

    Attributes:
        tell: Is given a line for each thing that happens.
    """

    ledger: Ledger
    queue: JobQueue
    tell: Tell

    def look(self, schedule: Schedule, *, begin: bool = False) -> float:
        """Fire what is due of a schedule; gives when to look again, in seconds since 1970.

        Args:
            begin: It is new here, or was changed.
        """
        now = time.time()
        last = None if begin else self.ledger.seen_to(schedule.name)
        if last is None or last > now + MAX_AHEAD_S:
            last, said = self.ledger.begin(schedule, now=now)
            if said:
                self.tell(said)
        due = find_due(schedule.timing, schedule.name, last=last, now=now)
        if due is not None:
            self.fire_or_skip(schedule, due, now)
            last = due.at
        coming = wake_time(schedule.timing, schedule.name, next_due(schedule.timing, last))
        if due is not None:
            self.tell(f"{schedule.name}: next {format_time(coming, schedule)}.")
        return coming

    def fire_or_skip(self, schedule: Schedule, due: Due, now: float) -> str:
        """Fire what is due, or pass over it; gives the firing's id, or "" for none."""
        name = schedule.name
        when = format_time(due.at, schedule)
        if due.late:
            number = f"{MANY} or more" if due.count >= MANY else str(due.count)
            missed = f"missed {number}, the last {when}"
            if schedule.missed == "skip":
                self.ledger.pass_over(name, due.at)
                self.tell(f"{name}: {missed}; skipped.")
                return ""
            self.tell(f"{name}: {missed}; one run makes up for it.")
        try:
            firing = self.ledger.claim(schedule, due.at, now)
        except UsedUp as answer:
            self.tell(f"{name}: nothing to make {when}: {answer}. Add topics, or set repeat = true.")
        except RequestError as error:
            self.tell(f"{name}: nothing to make {when}: {error.message}.")
        else:
            if firing is not None and self.deliver(firing):
                return firing.id
            if firing is None:
                self.tell(f"{name}: fired by another scheduler {when}.")
        return ""

    def fire_by_hand(self, schedule: Schedule) -> Firing:
        """Fire once, now, beside the schedule's own times.

        Raises:
            RequestError: There is no topic left, or the job cannot be queued.
        """
        now = time.time()
        self.ledger.begin(schedule, now=now)
        try:
            firing = self.ledger.claim(schedule, now // 1, now, by_hand=True)
        except UsedUp as answer:
            raise RequestError(f"{schedule.name}: {answer}", hint="Add topics, or set repeat = true.") from answer
        if firing is None:
            raise RequestError(f"{schedule.name} was already fired in this second", hint="Try again.")
        self.deliver(firing, raising=True)
        return firing

    def fire_if_due(self, schedule: Schedule) -> str:
        """Fire only what is due and was not fired yet; gives the firing's id, or "" for nothing.

        The caller has already waited for the jitter. A new schedule counts from the earliest time that is not late yet.
        """
        now = time.time()
        patience = GRACE_S + schedule.timing.jitter_s
        last, said = self.ledger.begin(schedule, now=now, since=now - patience)
        if said:
            self.tell(said)
        due = find_due(replace(schedule.timing, jitter_s=0), schedule.name, last=last, now=now)
        if due is None:
            return ""
        return self.fire_or_skip(schedule, replace(due, late=now - due.at > patience), now)

    def deliver(self, firing: Firing, *, raising: bool = False) -> bool:
        """Queue the job of a firing; False when it cannot be, which is told and recorded.

        Raises:
            ConfigurationError: The queue cannot be reached: the firing stays claimed.
            RequestError: The request is wrong, when `raising`.
        """
        request = firing.request
        try:
            draft = self._draft(firing, request)
            [added] = self.queue.add([draft])
        except RequestError as error:
            self.ledger.settle(firing, error=error.message)
            if raising:
                raise
            said = f"{error.message.removesuffix('.')}. {error.hint}".rstrip()
            self.tell(f"{firing.schedule}: {firing.id} could not be queued: {said}")
            return False
        self.ledger.settle(firing, job_id=added.id)
        self.tell(f"{firing.schedule}: queued {firing.id}: {draft.title}")
        return True

    def _draft(self, firing: Firing, request: Mapping[str, Any]) -> PreparedJob:
        """The firing's job. What is wrong with it stays wrong, so each failure is the request's."""
        try:
            return self.queue.read(
                request["kind"],
                request["options"],
                folder=Path(request["folder"]),
                priority=request["priority"],
                key=firing.id,
            )
        except AutomagicError as error:
            raise RequestError(error.message, hint=error.hint) from error

    def deliver_claimed(self) -> None:
        """Deliver firings whose process died, or lost the queue, after it had claimed them."""
        for firing in self.ledger.claimed():
            self.deliver(firing)


def format_time(moment: float, schedule: Schedule) -> str:
    """For people, in the schedule's own zone: "on Mon 2027-02-01 09:00 (Europe/Berlin)"."""
    local = datetime.fromtimestamp(moment, ZoneInfo(schedule.timing.zone))
    seconds = ":%S" if local.second else ""
    return local.strftime(f"on %a %Y-%m-%d %H:%M{seconds} ({schedule.timing.zone})")
