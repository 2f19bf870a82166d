"""Purchases whose outcome is unknown: counted as spent, fetched, or submitted once more, not a third time."""

from __future__ import annotations

import asyncio

import pytest

from automagic.errors import Permanent, Retryable, Unknown
from automagic.gate.calls import Answer, current_step
from automagic.gate.journal import retire
from automagic.values.events import CallResubmitted, CallWaiting, Notice
from tests.support.servers.base import Fault
from tests.support.vendors.acme_gate import until

pytest_plugins = ["tests.support.vendors.acme_gate"]


@pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(truncate=True), Fault(drop="before"), Fault(status=504)])
async def test_an_unknown_outcome_is_submitted_once_more_with_the_same_idempotency_key(desk, acme, fault):
    acme.fail(fault, path="/image")
    delivered = await desk.image()
    assert delivered.resubmitted
    assert len({call.idempotency_key for call in acme.calls}) == 1
    assert acme.bought() == {1: 1}
    assert desk.states() == ["unknown", "delivered"]
    assert desk.spent() == 80_000  # the unknown one may have been billed
    assert len(desk.told(CallResubmitted)) == 1


async def test_a_second_unknown_outcome_ends_it_until_somebody_decides(desk, open_desk, acme):
    acme.fail(Fault(drop="after"), times=2)
    with pytest.raises(Unknown, match="asked 2 times"):
        await desk.image()
    with pytest.raises(Unknown, match="asked 2 times"):
        await open_desk("run-2").image()
    assert len(acme.calls) == 2
    assert desk.states() == ["unknown", "unknown"]


async def test_what_an_unknown_call_made_is_fetched_by_its_remote_id(desk, acme):
    acme.fail(Fault(drop="after"), path="/image")
    delivered = await desk.image(remote_id="id-0", recover=desk.fetch)
    assert delivered.answer.data == b'{"n": 1}'
    assert acme.asked() == {1: 1}
    assert (desk.states(), desk.spent()) == (["delivered"], 40_000)


async def test_what_the_vendor_does_not_have_is_submitted_again(desk, acme):
    acme.fail(Fault(drop="before"), path="/image")

    async def nothing(_remote_id: str) -> Answer | None:
        return None

    assert (await desk.image(remote_id="id-9", recover=nothing)).resubmitted
    assert acme.asked() == {1: 2}


async def nothing_there(_remote_id: str) -> Answer | None:
    return None


async def test_what_is_findable_and_not_found_was_never_made_however_often_it_is_lost(desk, open_desk, acme):
    for number in range(4):
        acme.fail(Fault(drop="before"), times=2)
        with pytest.raises(Retryable, match="nothing was done"):
            await open_desk(f"run-{number}").image(findable=True, remote_id="id-9", recover=nothing_there)
    assert (await desk.image(findable=True, remote_id="id-9", recover=nothing_there)).source == "called"
    assert acme.asked() == {1: 9}
    assert (desk.states(), desk.spent()) == ([*["failed"] * 8, "delivered"], 40_000)


async def test_what_is_findable_is_not_sent_again_while_nobody_can_look(desk, open_desk, acme):
    async def blind(_remote_id: str) -> Answer | None:
        raise Permanent("no answer")

    acme.fail(Fault(drop="after"))
    for _ in range(3):
        with pytest.raises(Permanent):
            await desk.image(findable=True, remote_id="id-0", recover=blind)
    assert acme.asked() == {1: 1}
    assert (await open_desk("run-2").image(findable=True, remote_id="id-0", recover=desk.fetch)).answer.data
    assert acme.asked() == {1: 1}


async def test_who_asks_while_a_cancelled_purchase_ends_waits_for_its_last_words(desk, acme):
    acme.latency_s = 0.1
    first = asyncio.create_task(desk.image())
    await until(lambda: acme.calls)
    first.cancel()
    await asyncio.sleep(0)
    assert (await desk.image()).source == "stored"
    assert first.cancelled()
    assert acme.bought() == {1: 1}


async def test_a_redone_step_gets_out_of_two_unknown_outcomes(desk, acme):
    current_step.set("step-a")
    acme.fail(Fault(drop="before"), times=2)
    with pytest.raises(Unknown):
        await desk.image()
    retire(desk.gate.store.engine, "step-a")
    assert not (await desk.image()).resubmitted


async def test_what_has_left_is_waited_for_and_kept_when_its_run_is_cancelled(desk, open_desk, acme):
    acme.latency_s = 0.1
    buying = [asyncio.create_task(desk.image(number)) for number in range(2)]
    await until(lambda: len(acme.calls) == 2)
    for one in buying:
        one.cancel()
    outcomes = await asyncio.gather(*buying, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 2
    assert (desk.states(), desk.spent()) == (["delivered"] * 2, 80_000)
    assert [event.text for event in desk.told(Notice)] == [
        "Waiting for answers that are paid for already; Ctrl-C gives them up."
    ]
    assert (await open_desk("run-2").image(1)).source == "stored"


@pytest.mark.parametrize(
    ("fault", "state", "spent"), [(Fault(status=503), "failed", 0), (Fault(drop="after"), "unknown", 40_000)]
)
async def test_nothing_more_is_sent_for_a_run_that_was_cancelled(desk, acme, fault, state, spent):
    acme.latency_s = 0.1
    acme.fail(fault)
    buying = asyncio.create_task(desk.image())
    await until(lambda: acme.calls)
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert (desk.states(), desk.spent(), len(acme.calls)) == ([state], spent, 1)


async def test_a_purchase_that_is_cancelled_twice_is_given_up_and_unknown(desk, acme):
    acme.fail(Fault(hang=True))
    buying = asyncio.create_task(desk.image())
    await until(lambda: acme.calls)
    buying.cancel()
    await until(lambda: desk.told(Notice))
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    (row,) = desk.rows()
    assert (row.state, row.spent_micro_usd, row.error) == (
        "unknown",
        40_000,
        "it was interrupted before an answer came",
    )
    assert (await desk.image()).resubmitted


async def test_a_cancelled_purchase_that_still_waited_costs_nothing(open_desk, acme):
    desk = open_desk(rate_limit_rpm=1, connection_pool_size=1)
    await desk.image(1)
    buying = asyncio.create_task(desk.image(2))
    await until(lambda: desk.told(CallWaiting))
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert (desk.states(), desk.spent()) == (["delivered", "failed"], 40_000)
