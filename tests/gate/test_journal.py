"""The journal, the budget's arithmetic, and what the spend report reads."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from automagic.database.engine import HEAD
from automagic.database.tables import metadata, vendor_calls
from automagic.errors import BudgetError
from automagic.gate.budget import Budget, start_of_month
from automagic.gate.calls import Answer, Attempt, Call, Money
from automagic.gate.journal import Held, Journal, PurchaseClaim, StaleClaim, Stored
from automagic.gate.leases import Watch, lives, this_holder, this_host
from automagic.gate.spending import read_spending
from automagic.values.secret import Secret

pytest_plugins = ["tests.support.homes.postgresql"]

CALL = Call("acme", "image", "m", {"n": 1}, estimate_usd=Decimal("0.04"))
FREE = Budget()


def claim(journal: Journal, call: Call = CALL) -> PurchaseClaim:
    found = journal.claim(call.key(), "")
    assert isinstance(found, PurchaseClaim)
    return found


def deliver(journal: Journal, store, folder, *, call: Call = CALL, cost: Decimal | None = None) -> None:
    held = claim(journal, call)
    row_id = journal.reserve(held, call, FREE)
    journal.leave(held, row_id)
    path = folder / "answer"
    path.write_bytes(b"picture " + call.key().encode())
    journal.deliver(held, row_id, Answer(b"", "image/png", cost), store.add(path, "image/png"))


@pytest.fixture
def engine(both_engines):
    return both_engines


@pytest.fixture
def journal(store):
    return Journal(store, this_holder("run-1"))


# ------------------------------------------------------------------------------------------------------ claims


def test_a_living_owner_is_waited_for_and_a_released_claim_has_a_new_epoch(journal, store):
    first = claim(journal)
    other = Journal(store, this_holder("run-2"))
    assert other.claim(CALL.key(), "") == Held("run-1", same_host=True)
    journal.release(first)
    assert claim(other).epoch == first.epoch + 1


def test_what_is_left_by_a_dead_owner_becomes_unknown_when_it_had_left(journal, store):
    dead = Journal(store, replace(journal.owner, mark="dead", process_started_at=1.0))
    for number, has_left in enumerate((True, False)):
        call = Call("acme", "image", "m", {"n": number}, estimate_usd=Decimal("0.04"))
        held = claim(dead, call)
        row_id = dead.reserve(held, call, FREE)
        if has_left:
            dead.leave(held, row_id)
        taken = claim(journal, call)
        assert (taken.epoch, len(taken.doubts)) == (2, int(has_left))
        assert (taken.idempotency_key == held.idempotency_key) == has_left
        for change in (dead.leave, dead.note_remote_id):
            with pytest.raises(StaleClaim):
                change(held, row_id, *(["x"] if change == dead.note_remote_id else []))
        with pytest.raises(StaleClaim):
            dead.reserve(held, call, FREE)
    with store.engine.connect() as connection:
        rows = connection.execute(
            sa.select(vendor_calls.c.state, vendor_calls.c.spent_micro_usd).order_by(vendor_calls.c.id)
        ).all()
    assert [tuple(row) for row in rows] == [("unknown", 40_000), ("failed", 0)]


def test_an_owner_lives_as_long_as_its_process_or_elsewhere_its_lease():
    me = this_holder("run")
    now = time.time()
    assert lives(me.host, me.pid, me.process_started_at, 0, now=now)
    assert not lives(me.host, me.pid, me.process_started_at - 100, now + 9, now=now)  # its number was given out again
    assert not lives(this_host(), 2**22 + 1, 0, now + 9, now=now)
    assert lives("elsewhere", 1, 0, now + 1, now=now)
    assert not lives("elsewhere", 1, 0, now - 1, now=now)


def test_an_owner_lives_whatever_the_clock_is_set_to(monkeypatch):
    me = this_holder("run")
    told = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda process: told(process) - 3600)  # as after it was set back
    assert lives(me.host, me.pid, me.process_started_at, 0, now=time.time() - 3600)


def test_an_owner_of_an_older_version_is_still_known():
    started = psutil.Process().create_time()
    assert lives(this_host(), os.getpid(), started, 0, now=time.time())
    assert not lives(this_host(), os.getpid(), started - 100, 0, now=time.time())


def test_a_lease_that_a_dead_owner_elsewhere_left_ends_although_the_clock_was_set_back(store, monkeypatch):
    dead = Journal(store, replace(this_holder("run-1"), mark="dead", host="elsewhere"))
    assert isinstance(dead.claim(CALL.key(), ""), PurchaseClaim)
    mine = Journal(store, this_holder("run-2"))
    watch = [1000.0]
    monkeypatch.setattr(mine, "_watch", Watch(clock=lambda: watch[0]))
    with time_machine.travel(time.time() - 86_400):
        for watch[0] in (1000.0, 1020.0):
            assert isinstance(mine.claim(CALL.key(), ""), Held)
        dead.renew()  # it was alive after all
        for watch[0] in (1035.0, 1045.0, 1070.0):
            assert isinstance(mine.claim(CALL.key(), ""), Held)
        watch[0] = 1080.0
        assert isinstance(mine.claim(CALL.key(), ""), PurchaseClaim)


def test_a_lease_is_renewed(journal, store):
    held = claim(journal)
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE claims SET lease_until = 1"))
    journal.renew()
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT lease_until FROM claims")).scalar_one() > time.time() + 20
    journal.release_all()
    assert claim(journal).epoch == held.epoch + 1


def test_a_stored_answer_is_found_without_a_claim(journal, store, tmp_path):
    deliver(journal, store, tmp_path)
    found = Journal(store, this_holder("run-2")).claim(CALL.key(), "")
    assert isinstance(found, Stored)
    assert found.answer.data.startswith(b"picture")


def test_of_many_who_claim_at_once_one_gets_it(store):
    """Each in a thread of its own with connections of its own, as processes have."""
    found = at_once([lambda: Journal(store, this_holder("run")).claim(CALL.key(), "step") for _ in range(8)])
    assert [type(one) for one in found].count(PurchaseClaim) == 1
    assert [type(one) for one in found].count(Held) == 7


def test_of_many_who_reserve_at_once_the_limit_lets_those_through_that_fit(store):
    def reserve(number: int) -> int:
        journal = Journal(store, this_holder(f"run-{number}"))
        call = Call("acme", "image", "m", {"n": number}, estimate_usd=Decimal("0.04"))
        return journal.reserve(claim(journal, call), call, Budget(month=Money(120_000)))

    outcomes = at_once([partial(reserve, number) for number in range(8)])
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 3
    assert sum(isinstance(outcome, BudgetError) for outcome in outcomes) == 5


def at_once(work: list[Callable[[], Any]]) -> list[Any]:
    """What each gives or raises."""
    begin = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        begin.wait()
        try:
            return one()
        except BudgetError as error:
            return error

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


# ------------------------------------------------------------------------------------------------------- money


@given(st.decimals(min_value=0, max_value=10**6, places=9))
def test_money_is_never_less_than_the_price(usd):
    money = Money.from_usd(usd)
    assert usd <= money.usd < usd + Decimal("0.000001")


@given(st.lists(st.integers(0, 10**9)))
def test_sums_are_exact(amounts):
    assert sum((Money(amount) for amount in amounts), Money()) == Money(sum(amounts))


@pytest.mark.parametrize("wrong", ["-1", "nan", "inf"])
def test_what_is_no_money_is_refused(wrong):
    with pytest.raises(ValueError, match="not an amount"):
        Money.from_usd(Decimal(wrong))


@pytest.mark.parametrize(
    ("micro", "shown"), [(0, "$0.00"), (400, "$0.0004"), (40_000, "$0.0400"), (1_200_000, "$1.20")]
)
def test_small_amounts_are_shown_in_full(micro, shown):
    assert str(Money(micro)) == shown


@given(
    st.one_of(st.none(), st.integers(0, 1000)),
    st.one_of(st.none(), st.integers(0, 1000)),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 300)), max_size=30),
)
def test_no_sequence_of_calls_crosses_a_limit(run_limit, month_limit, wanted):
    """Two runs share a month; every accepted call is within both limits, every refused one would have crossed one."""
    budget = Budget(
        None if run_limit is None else Money(run_limit), None if month_limit is None else Money(month_limit)
    )
    spent = {"a": Money(), "b": Money()}
    for run, amount in wanted:
        month = spent["a"] + spent["b"]
        fits = (run_limit is None or spent[run].micro_usd + amount <= run_limit) and (
            month_limit is None or month.micro_usd + amount <= month_limit
        )
        try:
            budget.check(Money(amount), run_spent=spent[run], month_spent=month, what="it")
        except BudgetError:
            assert not fits
            continue
        assert fits or amount == 0
        spent[run] += Money(amount)
    for limit, total in ((run_limit, spent["a"]), (run_limit, spent["b"]), (month_limit, spent["a"] + spent["b"])):
        assert limit is None or total.micro_usd <= limit


def test_a_month_begins_at_midnight_utc_of_its_first_day():
    assert start_of_month(1_769_526_245) == 1_767_225_600  # 2026-01-27 15:04:05 → 2026-01-01 00:00:00


# ------------------------------------------------------------------------------------------------------ report


def test_spending_is_summed_by_day_vendor_and_run(journal, store, tmp_path):
    deliver(journal, store, tmp_path, cost=Decimal("0.03"))
    other = Journal(store, this_holder("run-2"))
    second = Call("zeta", "chat", "m", {"n": 2}, estimate_usd=Decimal("0.5"))
    held = claim(other, second)
    row_id = other.reserve(held, second, FREE)
    other.leave(held, row_id)
    other.doubt(held, row_id, "lost")
    with store.engine.begin() as connection:
        connection.execute(
            sa.update(vendor_calls).where(vendor_calls.c.id == row_id).values(started_at=86_400 * 20_000)
        )
    with store.engine.connect() as connection:
        by_vendor, by_day, by_run = (
            read_spending(
                lambda statement: connection.execute(sa.text(statement)), by, dialect=store.engine.dialect.name
            )
            for by in ("vendor", "day", "run")
        )
    assert [(line.name, line.usd, line.calls, line.unknown) for line in by_vendor] == [
        ("acme", Decimal("0.03"), 1, 0),
        ("zeta", Decimal("0.5"), 1, 1),
    ]
    assert by_day[-1].name == "2024-10-04"
    assert by_day[-1].uncertain_usd == Decimal("0.5")
    assert {line.name for line in by_run} == {"run-1", "run-2"}
    assert sum(line.usd for line in by_run) == Decimal("0.53")


# ------------------------------------------------------------------------------------------------------ values


def test_a_key_holds_everything_but_the_estimate():
    base = CALL.key()
    assert replace(CALL, estimate_usd=None).key() == base
    for change in ({"vendor": "x"}, {"operation": "x"}, {"model": "x"}, {"parameters": {"n": 2}}, {"variant": 2}):
        assert replace(CALL, **change).key() != base
    assert Call("acme", "image", "m", {"b": 1, "a": 2}).key() == Call("acme", "image", "m", {"a": 2, "b": 1}).key()


def test_a_secret_never_becomes_part_of_a_key():
    with pytest.raises(TypeError):
        Call("acme", "image", "m", {"key": Secret("sk-1")}).key()


async def test_an_attempt_notes_the_remote_id_only_where_there_is_a_journal():
    await Attempt("key", 1).note_remote_id("id")
    noted: list[str] = []

    async def note(remote_id: str) -> None:
        noted.append(remote_id)

    await Attempt("key", 1, note).note_remote_id("id")
    assert noted == ["id"]


def test_the_migrations_make_the_tables_that_the_code_names(engine):
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD
        for table in metadata.tables.values():
            columns = [one for one in inspector.get_columns(table.name) if not one.get("computed")]
            found = {column["name"]: column["nullable"] for column in columns}
            assert found == {column.name: bool(column.nullable) for column in table.columns}, table.name
            indexed = {
                tuple(index["column_names"])
                for index in inspector.get_indexes(table.name)
                if not index.get("duplicates_constraint") and found.keys() >= set(index["column_names"])
            }
            assert indexed == {tuple(column.name for column in index.columns) for index in table.indexes}, table.name
