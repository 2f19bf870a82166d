"""What the schedules remember, in the one database that all schedulers share.

    claim ──▶ firing + its topic + how far the schedule got: one transaction, one winner
    settle ◀── its job is queued, under the firing's id as key; or it could not be

Between the two a process may die: a firing that stays claimed is delivered by the next one. As a key makes one
job, delivering twice is delivering once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from automagic.database.advisory_locks import AdvisoryLock
from automagic.database.engine import insert_once
from automagic.database.schedule_tables import queued_topics, schedule_firings, schedules, used_topics
from automagic.errors import RequestError
from automagic.jobs.schedule.entry import Schedule
from automagic.jobs.schedule.topics import (
    TopicChoice,
    Topics,
    choose_topic,
    count_left,
    current_round,
    read_topics,
    topic_key,
)
from automagic.reading.json import parse_json

KEEP_FIRINGS_S = 90 * 86400
MAX_AHEAD_S = 26 * 3600
"""A schedule that is further ahead of the clock than any change of zone or clock explains has seen a wrong clock."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a schedule fires.

    Attributes:
        id: schedule-<name>-<due time in UTC>; the key of its job.
        request: kind, options, folder and priority of what is to be queued.
        topic: "" when the schedule has none.
    """

    id: str
    schedule: str
    due_at: float
    claimed_at: float
    request: dict[str, Any]
    topic: str


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """How far a schedule got.

    Attributes:
        last_due_at: Up to here everything was seen to.
        notice: What a person should know of it; "" for nothing.
    """

    name: str
    last_due_at: float
    notice: str
    noticed_at: float | None


class UsedUp(Exception):
    """There is no topic left."""


def firing_id(name: str, due: float) -> str:
    """What a firing is called everywhere: "schedule-news-20270131T080000Z"."""
    return f"schedule-{name}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(due))}"


class Ledger:
    """Reads and writes it. Blocks: not on the event loop."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def begin(self, schedule: Schedule, *, now: float, since: float | None = None) -> tuple[float, str]:
        """Begin to watch a schedule. Returns up to which due time it is done, and a notice for the person.

        One that is new counts from `since` (now when None), one whose times changed from now.
        """
        timing = msgspec.json.encode(schedule.timing, order="deterministic").decode()
        with self._engine.begin() as connection:
            row = connection.execute(
                sa.select(schedules.c.timing, schedules.c.last_due_at).where(schedules.c.name == schedule.name)
            ).first()
            new = {"timing": timing, "last_due_at": now, "notice": "", "noticed_at": None}
            if row is None:
                since = now if since is None else since
                insert_once(connection, schedules, [{"name": schedule.name, **new, "last_due_at": since}])
                return since, ""
            ahead = row.last_due_at > now + MAX_AHEAD_S
            if row.timing == timing and not ahead:
                return row.last_due_at, ""
            connection.execute(schedules.update().where(schedules.c.name == schedule.name).values(new))
            said = f"{schedule.name}: the clock was far ahead when it last fired; it counts from now."
            return now, said if ahead else ""

    def seen_to(self, name: str) -> float | None:
        """Up to which due time a schedule is done; None when it never began."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(schedules.c.last_due_at).where(schedules.c.name == name)).scalar()

    def pass_over(self, name: str, due: float) -> None:
        """Skip a due time."""
        with self._engine.begin() as connection:
            connection.execute(
                schedules.update()
                .where(schedules.c.name == name, schedules.c.last_due_at < due)
                .values(last_due_at=due)
            )

    def forget(self, name: str) -> None:
        """Forget a schedule that no longer exists; the topics it used stay used."""
        with self._engine.begin() as connection:
            connection.execute(schedules.delete().where(schedules.c.name == name))

    def standings(self) -> dict[str, ScheduleState]:
        """Every schedule that has ever run and was not forgotten."""
        columns = (schedules.c.name, schedules.c.last_due_at, schedules.c.notice, schedules.c.noticed_at)
        with self._engine.connect() as connection:
            return {row.name: ScheduleState(*row) for row in connection.execute(sa.select(*columns))}

    def last_firings(self) -> dict[str, tuple[str, float, str]]:
        """The latest firing of each schedule: its id, when it was due, its state."""
        table = schedule_firings.c
        latest = (
            sa.select(table.schedule, sa.func.max(table.due_at).label("due_at")).group_by(table.schedule).subquery()
        )
        rows = sa.select(table.schedule, table.id, table.due_at, table.state).join(
            latest, sa.and_(table.schedule == latest.c.schedule, table.due_at == latest.c.due_at)
        )
        with self._engine.connect() as connection:
            return {row.schedule: (row.id, row.due_at, row.state) for row in connection.execute(rows)}

    def claim(self, schedule: Schedule, due: float, now: float, *, by_hand: bool = False) -> Firing | None:
        """Claim a firing, with its topic; None when another process did, or it is done already.

        Args:
            by_hand: Beside the schedule's own times.

        Raises:
            UsedUp: There is no topic left. It is noted, and the due time is seen to.
            RequestError: The topic file cannot be read; likewise.
        """
        file_topics: tuple[str, ...] = ()
        failure: RequestError | None = None
        if schedule.topics and not schedule.topics.queue:
            try:
                file_topics = read_topics(schedule.topics)
            except RequestError as error:
                failure = error
        with self._engine.begin() as connection:
            _hold(connection)
            if not by_hand and not _is_next(connection, schedule.name, due):
                return None
            id_ = firing_id(schedule.name, due)
            if connection.execute(sa.select(schedule_firings.c.id).where(schedule_firings.c.id == id_)).first():
                return None
            choice = None
            if failure is None and schedule.topics:
                choice = _take_topic(connection, schedule.topics, schedule.name, file_topics, id_)
            lacking = schedule.topics is not None and choice is None and failure is None
            notice = failure.message if failure else f"all topics of {schedule.topics} are used" if lacking else ""
            _note(connection, schedule.name, notice, now, due=None if by_hand else due)
            if not notice:
                firing = Firing(
                    id_, schedule.name, due, now, _request_of(schedule, choice), choice.text if choice else ""
                )
                _insert(connection, firing)
        if failure:
            raise failure
        if lacking:
            raise UsedUp(notice)
        return firing

    def claimed(self) -> list[Firing]:
        """Firings whose job is not known to be queued."""
        table = schedule_firings.c
        rows = sa.select(table.id, table.schedule, table.due_at, table.claimed_at, table.request, table.topic).where(
            table.state == "claimed"
        )
        with self._engine.connect() as connection:
            return [
                Firing(
                    row.id,
                    row.schedule,
                    row.due_at,
                    row.claimed_at,
                    parse_json(row.request, name="a firing"),
                    row.topic,
                )
                for row in connection.execute(rows.order_by(table.due_at))
            ]

    def settle(self, firing: Firing, *, job_id: str = "", error: str = "") -> None:
        """Record that a firing's job is queued, or why it cannot be: then its topic is free again."""
        state = "failed" if error else "queued"
        with self._engine.begin() as connection:
            _hold(connection)
            changed = connection.execute(
                schedule_firings.update()
                .where(schedule_firings.c.id == firing.id, schedule_firings.c.state == "claimed")
                .values(state=state, job_id=job_id, error=error)
            ).rowcount
            if changed and error:
                connection.execute(
                    used_topics.update()
                    .where(used_topics.c.firing_id == firing.id)
                    .values(round=used_topics.c.round - 1, firing_id="")
                )
                _note(connection, firing.schedule, error, firing.claimed_at)

    def count_left(self, schedule: Schedule) -> int:
        """How many topics are left in this round.

        Raises:
            RequestError: The topic file cannot be read.
        """
        if schedule.topics is None:
            return 0
        topics = schedule.topics
        candidates = () if topics.queue else read_topics(topics)
        with self._engine.connect() as connection:
            candidates = candidates or _queued(connection, topics.queue)
            return count_left(candidates, _used(connection, topics.pool(schedule.name)))

    def peek(self, pool: str, candidates: Sequence[str]) -> TopicChoice | None:
        """The first that is unused in a pool in this round, or in the next; None of none. It is not used by that."""
        with self._engine.connect() as connection:
            return choose_topic(candidates, _used(connection, pool), repeat=True)

    def use(self, pool: str, choice: TopicChoice) -> None:
        """Remember that it was used."""
        with self._engine.begin() as connection:
            _hold(connection)
            _use(connection, pool, choice, "")

    def queue_topics(self, queue: str, texts: Sequence[str]) -> int:
        """Put topics at the end of a queue; gives how many were not there before."""
        rows = [{"queue": queue, "topic_sha256": topic_key(text), "text": text} for text in dict.fromkeys(texts)]
        with self._engine.begin() as connection:
            _hold(connection)
            return sum(insert_once(connection, queued_topics, [row]) for row in rows)

    def drop_topics(self, queue: str, texts: Sequence[str]) -> int:
        """Take topics out of a queue; gives how many were there."""
        keys = [topic_key(text) for text in texts]
        with self._engine.begin() as connection:
            return connection.execute(
                queued_topics.delete().where(queued_topics.c.queue == queue, queued_topics.c.topic_sha256.in_(keys))
            ).rowcount

    def queued_topics(self, queue: str) -> list[tuple[str, bool]]:
        """A queue's topics in order, each with whether it waits in this round."""
        with self._engine.connect() as connection:
            candidates = _queued(connection, queue)
            used = _used(connection, Topics(queue=queue).pool(""))
        current = current_round(used)
        return [(text, used.get(topic_key(text), 0) < current) for text in candidates]


def _hold(connection: sa.Connection) -> None:
    """One at a time; SQLite's transactions are so by themselves."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": AdvisoryLock.SCHEDULES.value})


def _is_next(connection: sa.Connection, name: str, due: float) -> bool:
    last = connection.execute(sa.select(schedules.c.last_due_at).where(schedules.c.name == name)).scalar()
    return last is None or last < due


def _take_topic(
    connection: sa.Connection, topics: Topics, name: str, candidates: Sequence[str], id_: str
) -> TopicChoice | None:
    pool = topics.pool(name)
    used = _used(connection, pool)
    choice = choose_topic(candidates or _queued(connection, topics.queue), used, repeat=topics.repeat)
    if choice is not None:
        _use(connection, pool, choice, id_)
    return choice


def _use(connection: sa.Connection, pool: str, choice: TopicChoice, id_: str) -> None:
    key = topic_key(choice.text)
    where = sa.and_(used_topics.c.pool == pool, used_topics.c.topic_sha256 == key)
    connection.execute(used_topics.delete().where(where))
    connection.execute(used_topics.insert().values(pool=pool, topic_sha256=key, round=choice.round, firing_id=id_))


def _used(connection: sa.Connection, pool: str) -> Mapping[str, int]:
    rows = sa.select(used_topics.c.topic_sha256, used_topics.c.round).where(used_topics.c.pool == pool)
    return {row.topic_sha256: row.round for row in connection.execute(rows)}


def _queued(connection: sa.Connection, queue: str) -> tuple[str, ...]:
    if not queue:
        return ()
    rows = sa.select(queued_topics.c.text).where(queued_topics.c.queue == queue).order_by(queued_topics.c.number)
    return tuple(connection.execute(rows).scalars())


def _note(connection: sa.Connection, name: str, notice: str, now: float, *, due: float | None = None) -> None:
    values: dict[str, Any] = {"notice": notice, "noticed_at": now if notice else None}
    if due is not None:
        values["last_due_at"] = due
    connection.execute(schedules.update().where(schedules.c.name == name).values(values))


def _request_of(schedule: Schedule, choice: TopicChoice | None) -> dict[str, Any]:
    options = dict(schedule.options)
    if choice is not None:
        options["topic"] = choice.text
        if choice.round > 1:
            options.setdefault("take", choice.round)  # the same again would be found in memory
    return {
        "kind": schedule.kind,
        "options": options,
        "folder": str(schedule.folder),
        "priority": schedule.priority,
    }


def _insert(connection: sa.Connection, firing: Firing) -> None:
    table = schedule_firings.c
    old = sa.and_(
        table.schedule == firing.schedule,
        table.due_at < firing.claimed_at - KEEP_FIRINGS_S,
        table.state != "claimed",
    )
    connection.execute(schedule_firings.delete().where(old))
    connection.execute(
        schedule_firings.insert().values(
            id=firing.id,
            schedule=firing.schedule,
            due_at=firing.due_at,
            claimed_at=firing.claimed_at,
            state="claimed",
            request=msgspec.json.encode(firing.request).decode(),
            topic=firing.topic,
            job_id="",
            error="",
        )
    )
