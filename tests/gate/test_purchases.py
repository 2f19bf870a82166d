"""Purchases: what was bought is kept, journaled and never bought again."""

from __future__ import annotations

import asyncio

import pytest

from automagic.errors import ConfigurationError, Permanent
from automagic.gate.calls import Call, Delivered, current_step
from automagic.gate.journal import retire
from automagic.store.artifacts import Made
from automagic.values.events import MoneySpent
from tests.support.servers.base import Fault
from tests.support.vendors.acme_gate import PRICE

pytest_plugins = ["tests.support.vendors.acme_gate"]


async def test_what_was_bought_is_never_bought_again(desk, open_desk, acme):
    first = await desk.image()
    again = await desk.image()
    other = await open_desk("run-2").image()
    assert [one.source for one in (first, again, other)] == ["called", "stored", "stored"]
    assert {one.answer.data for one in (first, again, other)} == {b'{"n": 1}'}
    assert (first.cost_usd, again.cost_usd) == (PRICE, 0)
    assert other.answer.facts == {"model": "m-2"}
    assert acme.bought() == {1: 1}
    assert [(event.cost_usd, event.run_usd) for event in desk.told(MoneySpent)] == [(PRICE, PRICE)]


async def test_another_take_is_another_purchase(desk, acme):
    await desk.image()
    await desk.image(variant=2)
    assert acme.bought() == {1: 2}


async def test_a_call_is_journaled_before_it_leaves_and_after(desk, acme):
    await desk.image()
    (row,) = desk.rows()
    assert (row.state, row.vendor, row.operation, row.model) == ("delivered", "acme", "image", "m")
    assert (row.estimate_micro_usd, row.spent_micro_usd, row.attempts) == (40_000, 40_000, 1)
    assert row.idempotency_key == acme.calls[0].idempotency_key
    assert len(row.parameters_sha256) == 64


async def test_an_answer_whose_file_was_damaged_is_bought_again(desk, acme):
    delivered = await desk.image()
    path = desk.gate.store.path_of(delivered.artifact)
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    assert (await desk.image()).answer.data == b'{"n": 1}'
    assert acme.asked() == {1: 2}


async def test_a_refusal_costs_nothing_and_lets_go(desk, acme):
    acme.fail(Fault(status=400))
    with pytest.raises(Permanent):
        await desk.image()
    assert (desk.states(), desk.spent()) == (["failed"], 0)
    assert (await desk.image()).source == "called"


async def test_what_a_sender_refuses_was_not_done(desk, acme):
    async def send(_attempt):
        raise ConfigurationError("nobody is signed in any more")

    call = Call("acme", "image", "m", {"n": 1}, estimate_usd=PRICE)
    for _ in range(3):  # no doubt is left behind, of which two would be too many
        with pytest.raises(ConfigurationError):
            await desk.gate.call(call, send)
    assert (set(desk.states()), desk.spent()) == ({"failed"}, 0)


async def test_whether_something_was_bought_can_be_asked(desk, acme):
    call = Call("acme", "image", "m", {"n": 1}, estimate_usd=PRICE)
    assert await desk.gate.recall(call) is None
    await desk.image()
    known = await desk.gate.recall(call)
    assert (known.answer.data, known.source, known.cost_usd) == (b'{"n": 1}', "stored", 0)
    assert acme.asked() == {1: 1}


async def test_an_attempt_that_failed_unbilled_is_repeated_in_the_same_purchase(desk, acme):
    acme.fail(Fault(status=429, headers={"retry-after": "0"}))
    acme.fail(Fault(status=503))
    delivered = await desk.image()
    (row,) = desk.rows()
    assert (delivered.resubmitted, row.attempts, row.spent_micro_usd) == (False, 3, 40_000)
    assert len({call.idempotency_key for call in acme.calls}) == 1


async def test_a_redone_step_buys_anew_also_what_another_step_bought(desk, acme):
    token = current_step.set("step-a")
    await desk.image()
    current_step.set("step-b")
    await desk.image()
    retire(desk.gate.store.engine, "step-b")
    assert (await desk.image()).source == "called"
    current_step.reset(token)
    assert acme.asked() == {1: 2}
    assert len({call.idempotency_key for call in acme.calls}) == 2
    assert desk.spent() == 80_000


async def test_a_redo_that_was_interrupted_keeps_what_it_bought(desk, acme, store):
    token = current_step.set("step-a")
    await desk.image()
    store.remember("step-a", Made("illustrate", 1, '"old"', (), 0), run_id="run-1")
    retire(store.engine, "step-a")
    assert (await desk.image()).source == "called"
    retire(store.engine, "step-a")  # by the next try: the first one ended before its result
    assert (await desk.image()).source == "stored"
    store.remember("step-a", Made("illustrate", 1, '"new"', (), 0), run_id="run-1", anew=True)
    retire(store.engine, "step-a")
    assert (await desk.image()).source == "called"
    current_step.reset(token)
    assert acme.asked() == {1: 3}


async def test_two_steps_that_want_the_same_at_once_pay_once_and_can_both_be_redone(desk, acme):
    acme.latency_s = 0.1

    async def ask(step: str) -> Delivered:
        current_step.set(step)
        return await desk.image()

    first, second = await asyncio.gather(*(asyncio.create_task(ask(step)) for step in ("step-a", "step-b")))
    assert (first.cost_usd + second.cost_usd, desk.spent()) == (PRICE, 40_000)
    retire(desk.gate.store.engine, "step-b")
    assert (await desk.image()).source == "called"
