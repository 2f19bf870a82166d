"""One claim for each purchase: processes that buy the same, die, sleep and are followed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import sqlite3
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.engine import open_database, sqlite_url
from automagic.database.tables import claims
from automagic.gate.calls import Call
from automagic.values.events import CallWaiting
from tests.support.servers.base import Fault
from tests.support.vendors.acme_gate import PRICE, result_of, start_child, until

pytest_plugins = ["tests.support.vendors.acme_gate", "tests.support.homes.postgresql"]


@pytest.fixture
def engine(both_engines):
    return both_engines


def test_two_processes_buy_each_thing_once(home, database, engine, acme):
    acme.latency_s = 0.3
    children = [start_child(home, acme, 8, database=database) for _ in range(2)]
    results = [result_of(child) for child in children]
    assert acme.asked() == dict.fromkeys(range(8), 1)
    assert sum(result.count("called") for result in results) == 8
    assert sum(result.count("stored") for result in results) == 8


def test_two_processes_cannot_both_spend_the_last_dollar(home, database, engine, acme):
    acme.latency_s = 0.1
    first = start_child(home, acme, 6, budget="0.20", database=database)
    second = start_child(home, acme, 12, budget="0.20", database=database)
    results = result_of(first) + result_of(second)
    assert sum(acme.bought().values()) == 5
    assert results.count("BudgetError") >= 7


@pytest.mark.parametrize(
    ("moment", "asked", "spent"),
    [
        ("claimed", 1, 40_000),
        ("reserved", 1, 40_000),  # never left: what was set aside is given back
        ("about to call", 1, 80_000),  # it may have left: that stays counted
        ("answered", 2, 80_000),
        ("stored", 2, 80_000),
        ("delivered", 1, 40_000),
    ],
)
async def test_killed_between_any_two_entries_money_is_counted_and_nothing_billed_twice(
    home, database, open_desk, acme, moment, asked, spent
):
    child = start_child(home, acme, 1, database=database, die=moment)
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    desk = open_desk("run-2")
    delivered = await desk.image(0)
    assert delivered.source == ("stored" if moment == "delivered" else "called")
    assert delivered.resubmitted == (spent > 40_000)
    assert (acme.asked(), acme.bought(), desk.spent()) == ({0: asked}, {0: 1}, spent)
    assert len({call.idempotency_key for call in acme.calls}) == 1


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
def test_killed_at_any_moment_nothing_stored_is_bought_again(home, acme, rounds):
    """kill -9 during ten purchases at once, then the same command again; in the acme's own ledger."""
    acme.latency_s = 0.25
    chance = random.Random(rounds)  # noqa: S311 - any moment will do
    for number in range(rounds):
        folder = home / str(number)
        folder.mkdir()
        open_database(sqlite_url(folder / "automagic.db")).dispose()
        acme.calls.clear()
        acme.answers_by_idempotency_key.clear()
        child = start_child(folder, acme, 10)
        while not acme.calls and child.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.5))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        stored, before = stored_numbers(folder), acme.asked()
        assert set(result_of(start_child(folder, acme, 10))) <= {"called", "stored"}
        after = acme.asked()
        assert all(after[picture] == before[picture] for picture in stored), "a stored answer was asked for again"
        assert max(after.values()) <= 2, "an unknown call was repeated more than once"
        keys: dict[int, set[str]] = {}
        for call in acme.calls:
            keys.setdefault(call.json["n"], set()).add(call.idempotency_key)
        assert all(len(found) == 1 for found in keys.values()), "the idempotency key changed"
        assert set(acme.bought().values()) == {1}


def stored_numbers(home: Path) -> set[int]:
    """Which pictures the journal calls delivered."""
    with contextlib.closing(sqlite3.connect(home / "automagic.db")) as connection:
        rows = connection.execute("SELECT artifact_sha256 FROM vendor_calls WHERE state = 'delivered'").fetchall()
    return {json.loads((home / "artifacts" / sha[:2] / sha).read_bytes())["n"] for (sha,) in rows}


async def test_the_claim_of_a_dead_process_is_taken_over_at_once(home, database, desk, acme):
    acme.fail(Fault(hang=True))
    child = start_child(home, acme, 1, database=database)
    await until(lambda: acme.calls or child.poll() is not None)
    child.kill()
    child.communicate()
    started = time.monotonic()
    delivered = await desk.image(0)
    assert time.monotonic() - started < 5
    assert delivered.resubmitted
    assert acme.asked() == {0: 2}


async def test_another_host_is_followed_when_its_lease_ran_out(desk, acme):
    await desk.image(7)  # opens the journal
    call = Call("acme", "image", "m", {"n": 1}, estimate_usd=PRICE)
    with desk.gate.store.engine.begin() as connection:
        connection.execute(
            sa.insert(claims).values(
                key=call.key(),
                epoch=4,
                owner="other",
                host="elsewhere",
                pid=1,
                process_started_at=1.0,
                run_id="run-x",
                lease_until=time.time() + 0.5,
            )
        )
    started = time.monotonic()
    await desk.image(1)
    assert time.monotonic() - started >= 0.5
    assert "run-x" in desk.told(CallWaiting)[0].reason
    assert desk.rows()[-1].epoch == 5


async def test_a_stale_epoch_does_not_publish(desk, open_desk, acme):
    """A process that slept through its lease finds the claim taken: it adopts what the other one bought."""
    acme.latency_s = 0.3
    slow = asyncio.create_task(desk.image())
    await until(lambda: acme.calls)
    with desk.gate.store.engine.begin() as connection:
        connection.execute(sa.update(claims).values(owner="", epoch=claims.c.epoch + 1))
    other = await open_desk("run-2").image()
    adopted = await slow
    assert (other.source, adopted.source) == ("called", "stored")
    assert desk.states() == ["unknown", "delivered"]


async def test_another_gate_of_this_process_is_waited_for(desk, open_desk, acme):
    acme.latency_s = 0.2
    results = await asyncio.gather(desk.image(), open_desk("run-2").image())
    assert sorted(one.source for one in results) == ["called", "stored"]
    assert acme.asked() == {1: 1}
