"""The journal of purchases: who may buy, what was sent, and its outcome. Each change is one transaction.

    claim ──▶ reserve ──▶ leave ──▶ deliver            reserved ──▶ calling ──▶ delivered
      │          │          ├─────▶ come_back             ▲           │
      │          │          ├─────▶ fail                  └───────────┤  Retryable: nothing was billed
      ▼          ▼          └─────▶ doubt                             ├──▶ failed     Permanent
    Stored   BudgetError                                              └──▶ unknown    it may have been billed
    or Held

A claim has an epoch. Taking over from an owner that died raises it, and every later change of the old epoch is refused
(`StaleClaim`). A row that was "calling" when its owner died becomes "unknown"; one that was only "reserved" never left
and becomes "failed". What counts as spent stands in each row: the estimate from "reserved" on, the real cost once it is
known, nothing after a failure that is not billed.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from automagic.database.advisory_locks import AdvisoryLock
from automagic.database.engine import insert_once, now_of
from automagic.database.tables import artifacts, call_steps, claims, steps, vendor_calls
from automagic.gate.budget import Budget, spent_by_run, spent_since, start_of_month
from automagic.gate.calls import MAX_SUBMISSIONS, Answer, Call, Money
from automagic.gate.leases import LEASE_S, LeaseHolder, Watch, lives
from automagic.reading.json import parse_json
from automagic.store.artifacts import ArtifactStore
from automagic.values.artifact import Artifact


class StaleClaim(Exception):
    """Another process took the claim over: what was begun under it may neither call nor publish."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer was bought before."""

    answer: Answer
    artifact: Artifact


@dataclass(frozen=True, slots=True)
class Held:
    """Another gate is buying it.

    Attributes:
        run_id: On whose behalf.
        same_host: Whether its death would show in the process table.
    """

    run_id: str
    same_host: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """An earlier submission whose outcome is unknown."""

    row_id: int
    remote_id: str
    error: str


@dataclass(frozen=True, slots=True)
class PurchaseClaim:
    """We may buy it.

    Attributes:
        idempotency_key: Of the earlier submissions, or a new one.
        doubts: Earlier submissions whose outcome is unknown, oldest first.
    """

    key: str
    epoch: int
    idempotency_key: str
    doubts: tuple[Doubt, ...]


class Journal:
    """Written by one gate.

    Args:
        store: Holds the answers; its database holds the journal.
        owner: Who we are.
    """

    def __init__(self, store: ArtifactStore, owner: LeaseHolder) -> None:
        self._store = store
        self._engine = store.engine
        self.owner = owner
        self._watch = Watch()

    def find(self, key: str, step_key: str) -> Stored | None:
        """The answer bought earlier, when it is intact; the step is noted as one that uses it."""
        with self._engine.execution_options(reads_only=True).begin() as connection:
            row = _delivered(connection, key)
            if row is None:
                return None
            noted = not step_key or connection.execute(_use(key, step_key)).first() is not None
        stored = self._read(row)
        if stored is None:  # its file is gone or damaged
            with self._engine.begin() as connection:
                connection.execute(_retire(vendor_calls.c.id == row.id))
            return None
        if not noted:
            self.note_use(key, step_key)
        return stored

    def note_use(self, key: str, step_key: str) -> None:
        """Note that a step uses this answer, so that doing the step again buys again."""
        with self._engine.execution_options(durable=False).begin() as connection:
            _note_use(connection, key, step_key)

    def claim(self, key: str, step_key: str) -> PurchaseClaim | Held | Stored:
        """Claim the purchase, unless another gate is buying it or has bought it."""
        if stored := self.find(key, step_key):
            return stored
        # A claim that a power cut takes back was held by a process that is gone as well.
        with self._engine.execution_options(durable=False).begin() as connection:
            now = now_of(connection)
            nobody = {"key": key, "epoch": 0, "owner": "", "host": "", "pid": 0, "process_started_at": 0.0}
            insert_once(connection, claims, [{**nobody, "run_id": "", "lease_until": 0.0}])  # a row to lock
            held = connection.execute(sa.select(claims).where(claims.c.key == key).with_for_update()).one()
            if held.owner not in ("", self.owner.mark):
                place = (held.host, held.pid, held.process_started_at, held.lease_until)
                if lives(*place, now=now) and not self._watch.is_silent(key, held.owner, held.lease_until):
                    return Held(held.run_id, held.host == self.owner.host)
            row = _delivered(connection, key)
            if row is not None:  # delivered between our look and our claim
                return Held(held.run_id, same_host=True)
            epoch = held.epoch + 1
            self._take(connection, key, epoch, now)
            _note_use(connection, key, step_key)
            return PurchaseClaim(key, epoch, *_settle(connection, key, now))

    def _take(self, connection: sa.Connection, key: str, epoch: int, now: float) -> None:
        owner = self.owner
        values = {
            "epoch": epoch,
            "owner": owner.mark,
            "host": owner.host,
            "pid": owner.pid,
            "process_started_at": owner.process_started_at,
            "run_id": owner.run_id,
            "lease_until": now + LEASE_S,
        }
        connection.execute(sa.update(claims).where(claims.c.key == key).values(**values))

    def reserve(self, claim: PurchaseClaim, call: Call, budget: Budget) -> int:
        """Set the money for one submission aside; returns the journal's row.

        Raises:
            BudgetError: It would cross a limit; nothing is written.
            StaleClaim: Somebody took over.
        """
        estimate = Money.from_usd(call.estimate_usd or Decimal(0))
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({AdvisoryLock.BUDGET:d})"))
            self._hold(connection, claim)
            now = time.time()
            budget.check(
                estimate,
                run_spent=spent_by_run(connection, self.owner.run_id),
                month_spent=spent_since(connection, start_of_month(now)),
                what=f"{call.vendor}'s {call.operation} ({call.model})" if call.model else f"{call.vendor}'s answer",
            )
            written = connection.execute(
                sa.insert(vendor_calls)
                .values(
                    key=claim.key,
                    epoch=claim.epoch,
                    run_id=self.owner.run_id,
                    vendor=call.vendor[:40],
                    operation=call.operation[:40],
                    model=call.model[:120],
                    parameters_sha256=_digest(call.parameters),
                    idempotency_key=claim.idempotency_key,
                    state="reserved",
                    estimate_micro_usd=estimate.micro_usd,
                    spent_micro_usd=estimate.micro_usd,
                    started_at=now,
                )
                .returning(vendor_calls.c.id)
            )
            return int(written.scalar_one())

    def leave(self, claim: PurchaseClaim, row_id: int) -> None:
        """Note that the call is about to be sent. Durable before it is, so that a power cut cannot hide it."""
        self._change(claim, row_id, durable=True, state="calling", attempts=vendor_calls.c.attempts + 1)

    def note_remote_id(self, claim: PurchaseClaim, row_id: int, remote_id: str) -> None:
        """The id by which the vendor knows the work under way."""
        self._change(claim, row_id, durable=True, remote_id=remote_id[:200])

    def come_back(self, claim: PurchaseClaim, row_id: int, error: str) -> None:
        """An attempt failed without being billed and will be repeated."""
        self._change(claim, row_id, durable=False, state="reserved", error=error[:400])

    def deliver(self, claim: PurchaseClaim, row_id: int, answer: Answer, artifact: Artifact) -> Money:
        """Publish an answer that is in the store and end the claim; returns what it cost."""
        with self._engine.begin() as connection:
            self._store.record_files(connection, [artifact])
            values: dict[str, Any] = {
                "state": "delivered",
                "finished_at": time.time(),
                "artifact_sha256": artifact.sha256,
                "remote_id": answer.remote_id[:200],
                "facts": msgspec.json.encode(dict(answer.facts)).decode(),
                "error": "",
            }
            if answer.cost_usd is not None:
                values["spent_micro_usd"] = Money.from_usd(answer.cost_usd).micro_usd
            self._update(connection, claim, row_id, values)
            # Earlier submissions no longer matter for the key; what they may have cost stays counted.
            connection.execute(_retire((vendor_calls.c.key == claim.key) & (vendor_calls.c.id != row_id)))
            self._release(connection, claim)
            spent = connection.execute(sa.select(vendor_calls.c.spent_micro_usd).where(vendor_calls.c.id == row_id))
            return Money(int(spent.scalar_one()))

    def fail(self, claim: PurchaseClaim, row_id: int, error: str, *, billed: bool) -> None:
        """It failed for good; end the claim. `billed` keeps the estimate counted as spent."""
        values: dict[str, Any] = {"state": "failed", "finished_at": time.time(), "error": error[:400]}
        if not billed:
            values["spent_micro_usd"] = 0
        with self._engine.begin() as connection:
            self._update(connection, claim, row_id, values)
            self._release(connection, claim)

    def doubt(self, claim: PurchaseClaim, row_id: int, error: str) -> None:
        """The outcome is unknown: it stays counted as spent, and the claim is kept."""
        self._change(claim, row_id, durable=True, state="unknown", finished_at=time.time(), error=error[:400])

    def dismiss(self, claim: PurchaseClaim, row_id: int) -> None:
        """An unknown outcome is known: nothing was made. The claim is kept."""
        values = {"state": "failed", "spent_micro_usd": 0}
        self._change(claim, row_id, durable=True, **values)

    def release(self, claim: PurchaseClaim) -> None:
        """Release the claim; nothing happens when another process took it over."""
        with self._engine.execution_options(durable=False).begin() as connection:
            self._release(connection, claim)

    def renew(self) -> None:
        """Keep the leases of all our claims."""
        with self._engine.execution_options(durable=False).begin() as connection:
            until = now_of(connection) + LEASE_S
            connection.execute(sa.update(claims).where(claims.c.owner == self.owner.mark).values(lease_until=until))

    def release_all(self) -> None:
        """Release every claim that this process holds."""
        with self._engine.execution_options(durable=False).begin() as connection:
            connection.execute(sa.update(claims).where(claims.c.owner == self.owner.mark).values(owner=""))

    def spent_by_run(self) -> Money:
        """What counts as spent by our run so far."""
        with self._engine.execution_options(reads_only=True).begin() as connection:
            return spent_by_run(connection, self.owner.run_id)

    def _holds(self, claim: PurchaseClaim) -> sa.ColumnElement[bool]:
        return sa.and_(claims.c.key == claim.key, claims.c.owner == self.owner.mark, claims.c.epoch == claim.epoch)

    def _change(self, claim: PurchaseClaim, row_id: int, *, durable: bool, **values: Any) -> None:
        with self._engine.execution_options(durable=durable).begin() as connection:
            self._update(connection, claim, row_id, values)

    def _hold(self, connection: sa.Connection, claim: PurchaseClaim) -> None:
        """Check that the claim is ours, and keep others from taking it over until this transaction ends."""
        if connection.execute(sa.select(claims.c.key).where(self._holds(claim)).with_for_update()).first() is None:
            raise StaleClaim

    def _update(self, connection: sa.Connection, claim: PurchaseClaim, row_id: int, values: dict[str, Any]) -> None:
        self._hold(connection, claim)
        connection.execute(sa.update(vendor_calls).where(vendor_calls.c.id == row_id).values(**values))

    def _release(self, connection: sa.Connection, claim: PurchaseClaim) -> None:
        # Money that was set aside for a submission that never left, because of a cancellation.
        connection.execute(
            _give_back(vendor_calls.c.key == claim.key, "given up before it was sent").where(
                vendor_calls.c.epoch == claim.epoch
            )
        )
        connection.execute(sa.update(claims).where(self._holds(claim)).values(owner=""))

    def _read(self, row: sa.Row[Any]) -> Stored | None:
        artifact = Artifact(row.artifact_sha256, row.media_type, row.size_bytes)
        if not self._store.bring(artifact):
            return None
        data = self._store.path_of(artifact).read_bytes()
        if hashlib.sha256(data).hexdigest() != artifact.sha256:
            return None
        facts = parse_json(row.facts, name="a kept answer's facts", type=dict[str, str])
        return Stored(Answer(data, artifact.media_type, None, row.remote_id, facts), artifact)


def store_answer(store: ArtifactStore, answer: Answer) -> Artifact:
    """Durable in the store before anybody is told of it."""
    partial = store.folder / f"answer-{secrets.token_hex(8)}.partial"
    try:
        partial.write_bytes(answer.data)
        return store.add(partial, answer.media_type)
    finally:
        partial.unlink(missing_ok=True)


def retire(engine: sa.Engine, step_key: str) -> None:
    """Retire the answers that a step bought, so that doing the step again buys again.

    What is still under way for somebody else is left alone, and so is what was bought after the result: by an earlier
    attempt at doing it again that did not end. The money stays on record.
    """
    used = vendor_calls.c.key.in_(sa.select(call_steps.c.key).where(call_steps.c.step_key == step_key))
    ended: sa.ColumnElement[bool] = vendor_calls.c.state.in_(("delivered", "failed", "unknown"))
    with engine.begin() as connection:
        made_at = connection.execute(sa.select(steps.c.created_at).where(steps.c.key == step_key)).scalar()
        if made_at is not None:
            ended &= sa.or_(vendor_calls.c.started_at <= made_at, vendor_calls.c.key.in_(_given_up()))
        connection.execute(_retire(used & ended))


def _given_up() -> sa.Select[Any]:
    """The keys that are not bought any more, since their outcome was unknown twice."""
    doubts = sa.and_(vendor_calls.c.state == "unknown", vendor_calls.c.retired == sa.false())
    several = sa.func.count() >= MAX_SUBMISSIONS
    return sa.select(vendor_calls.c.key).where(doubts).group_by(vendor_calls.c.key).having(several)


def _retire(which: sa.ColumnElement[bool]) -> sa.Update:
    return sa.update(vendor_calls).where(which).values(retired=True, artifact_sha256=None)


def _delivered(connection: sa.Connection, key: str) -> Any | None:
    return connection.execute(
        sa.select(
            vendor_calls.c.id,
            vendor_calls.c.artifact_sha256,
            vendor_calls.c.remote_id,
            vendor_calls.c.facts,
            artifacts.c.media_type,
            artifacts.c.size_bytes,
        )
        .join(artifacts, artifacts.c.sha256 == vendor_calls.c.artifact_sha256)
        .where(vendor_calls.c.key == key, vendor_calls.c.state == "delivered", vendor_calls.c.retired == sa.false())
        .order_by(vendor_calls.c.id)
    ).first()


def _settle(connection: sa.Connection, key: str, now: float) -> tuple[str, tuple[Doubt, ...]]:
    """Close what an owner that died left behind; the purchase's idempotency key and its doubts."""
    open_rows = (vendor_calls.c.key == key) & (vendor_calls.c.retired == sa.false())
    ended = "the process ended before an answer came"
    connection.execute(
        sa.update(vendor_calls)
        .where(open_rows, vendor_calls.c.state == "calling")
        .values(state="unknown", finished_at=now, error=ended)
    )
    connection.execute(_give_back(open_rows, "the process ended before it was sent"))
    rows: Sequence[sa.Row[Any]] = connection.execute(
        sa.select(vendor_calls).where(open_rows, vendor_calls.c.state == "unknown").order_by(vendor_calls.c.id)
    ).all()
    idempotency_key = rows[0].idempotency_key if rows else secrets.token_hex(32)
    return idempotency_key, tuple(Doubt(row.id, row.remote_id, row.error) for row in rows)


def _give_back(which: sa.ColumnElement[bool], error: str) -> sa.Update:
    return (
        sa.update(vendor_calls)
        .where(which, vendor_calls.c.state == "reserved")
        .values(state="failed", finished_at=time.time(), spent_micro_usd=0, error=error)
    )


def _use(key: str, step_key: str) -> sa.Select[Any]:
    return sa.select(call_steps.c.key).where(call_steps.c.key == key, call_steps.c.step_key == step_key)


def _note_use(connection: sa.Connection, key: str, step_key: str) -> None:
    if step_key:
        insert_once(connection, call_steps, [{"key": key, "step_key": step_key}])


def _digest(parameters: Any) -> str:
    return hashlib.sha256(msgspec.json.encode(parameters, order="deterministic")).hexdigest()
