"""The gate stops before the call that would cost more than allowed."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
import sqlalchemy as sa

from automagic.database.tables import vendor_calls
from automagic.errors import BudgetError
from automagic.gate.calls import Answer, Attempt, Call
from tests.support.servers.base import Fault

pytest_plugins = ["tests.support.vendors.acme_gate", "tests.support.homes.postgresql"]


@pytest.fixture
def engine(both_engines):
    return both_engines


async def test_a_run_stops_before_the_call_that_would_cross_its_limit(open_desk, acme):
    desk = open_desk(max_cost_usd="0.10")
    outcomes = await asyncio.gather(*(desk.image(number) for number in range(5)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BudgetError)]
    assert len(refused) == 3
    assert "$0.0400" in refused[0].message
    assert "--max-cost" in refused[0].hint
    assert sum(acme.bought().values()) == 2
    assert (await open_desk("run-2", max_cost_usd="0.10").image(9)).source == "called"


async def test_the_month_has_one_limit_for_all_runs(open_desk, acme):
    limit = {"monthly_budget_usd": Decimal("0.08")}
    await open_desk("run-1", **limit).image(1)
    desk = open_desk("run-2", **limit)
    await desk.image(2)
    with pytest.raises(BudgetError, match="month"):
        await desk.image(3)
    assert (await desk.image(1)).source == "stored"  # what is there costs nothing
    with desk.gate.store.engine.begin() as connection:
        connection.execute(sa.update(vendor_calls).values(started_at=vendor_calls.c.started_at - 40 * 86400))
    assert (await desk.image(3)).source == "called"


async def test_a_resubmission_needs_room_in_the_budget_too(open_desk, acme):
    desk = open_desk(max_cost_usd="0.06")
    acme.fail(Fault(drop="before"))
    with pytest.raises(BudgetError):
        await desk.image()
    assert len(acme.calls) == 1
    assert (desk.states(), desk.spent()) == (["unknown"], 40_000)


async def test_the_real_cost_counts_once_it_is_known(open_desk):
    desk = open_desk(max_cost_usd="0.10")

    async def send(_attempt: Attempt) -> Answer:
        return Answer(b"x", "text/plain", cost_usd=Decimal("0.0000015"))

    for number in range(20):
        await desk.gate.call(Call("acme", "chat", "m", {"n": number}, estimate_usd=Decimal("0.09")), send)
    assert desk.spent() == 40  # rounded up to whole millionths


async def test_what_costs_nothing_is_bought_without_a_budget(open_desk):
    assert (await open_desk(max_cost_usd="0").image(price=Decimal(0))).source == "called"
