"""What is worth another attempt, how fast a vendor is asked, and when it is left alone."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

import pytest

from automagic.errors import AutomagicError, Permanent, Retryable, Unknown
from automagic.gate.breaker import VendorDown
from automagic.gate.calls import Delivered
from automagic.gate.http import Unusable
from automagic.values.events import CallRetried, CallWaiting
from tests.support.servers.base import Fault

pytest_plugins = ["tests.support.vendors.acme_gate"]


async def test_a_free_read_is_repeated_also_when_its_outcome_is_unknown(desk, acme):
    acme.fail(Fault(truncate=True))
    acme.fail(Fault(status=503))
    assert (await desk.page()).answer.data == b"page a"
    assert [event.number for event in desk.told(CallRetried)] == [2, 3]


async def test_what_the_vendor_asks_for_is_waited_for(desk, acme):
    acme.fail(Fault(status=429, headers={"retry-after-ms": "150"}))
    started = time.monotonic()
    await desk.page()
    assert 0.15 <= time.monotonic() - started < 1.5
    assert desk.told(CallRetried)[0].after_s == pytest.approx(0.15)


async def test_a_wait_that_is_too_long_is_not_waited_for(desk, acme):
    acme.fail(Fault(status=429, headers={"retry-after": "3600"}))
    with pytest.raises(Retryable) as caught:
        await desk.page()
    assert caught.value.after_s == 3600
    assert len(acme.calls) == 1


async def test_a_date_to_come_back_at_is_waited_for(desk, acme):
    acme.fail(Fault(status=429, headers={"retry-after": formatdate(time.time() + 1.9, usegmt=True)}))
    await desk.page()
    (retried,) = desk.told(CallRetried)
    assert 0 <= retried.after_s <= 1.9
    assert acme.calls[1].at - acme.calls[0].at >= retried.after_s - 0.01


@pytest.mark.parametrize(
    ("fault", "kind", "calls", "spent"),
    [
        (Fault(status=401), Permanent, 1, 0),
        (Fault(status=503), Retryable, 3, 0),
        (Fault(status=529), Retryable, 3, 0),
        (Fault(malformed="<!doctype html><title>Sign in</title>"), Unusable, 1, 40_000),  # answered, so billed
        (Fault(drop="after"), Unknown, 2, 80_000),
    ],
)
async def test_what_each_failure_of_a_purchase_leads_to(desk, acme, fault, kind, calls, spent):
    acme.fail(fault, times=9)
    with pytest.raises(kind) as caught:
        await desk.image(reads_json=True)
    assert (type(caught.value), len(acme.calls), desk.spent()) == (kind, calls, spent)
    assert "Error()" not in "".join(row.error for row in desk.rows())


async def test_attempts_end(desk, acme):
    acme.fail(Fault(status=503), times=9)
    with pytest.raises(Retryable):
        await desk.page()
    assert len(acme.calls) == 3


async def test_a_refusal_is_not_repeated(desk, acme):
    acme.fail(Fault(status=400), times=9)
    with pytest.raises(Permanent):
        await desk.page()
    assert len(acme.calls) == 1


async def test_a_vendor_whose_headers_say_that_none_are_left_is_left_alone(desk, acme):
    acme.fail(Fault(headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.2"}))
    await desk.page("a")
    await desk.page("b")
    assert acme.calls[1].at - acme.calls[0].at >= 0.18
    assert desk.told(CallWaiting)[0].reason == "the vendor's limit"


async def test_the_rate_is_kept_with_a_burst_of_the_pools_size(open_desk, acme):
    desk = open_desk(rate_limit_rpm=60 * 20, connection_pool_size=5)  # 20 a second
    await asyncio.gather(*(desk.page(str(number)) for number in range(9)))
    times = sorted(call.at for call in acme.calls)
    assert times[4] - times[0] < 0.1
    assert times[8] - times[0] >= 4 / 20 - 0.06
    assert any(event.reason == "rate limit" for event in desk.told(CallWaiting))


async def test_a_vendor_that_keeps_failing_is_left_alone_then_tried_by_one(open_desk, acme):
    desk = open_desk(retry_attempts=1)
    acme.fail(Fault(status=503), times=3)
    for number in range(3):
        with pytest.raises(Retryable):
            await desk.page(str(number))
    assert desk.gate.breaker_state("acme") == "open"
    with pytest.raises(VendorDown, match="failed 3 times in a row"):
        await desk.page("x")
    assert len(acme.calls) == 3
    await asyncio.sleep(0.06)
    acme.latency_s = 0.1
    outcomes = await asyncio.gather(*(desk.page(f"y{number}") for number in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, Delivered) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, VendorDown) for outcome in outcomes) == 4
    assert desk.gate.breaker_state("acme") == "closed"
    assert len(acme.calls) == 4


async def test_a_try_that_fails_opens_the_breaker_again(open_desk, acme):
    desk = open_desk(retry_attempts=1)
    acme.fail(Fault(status=503), times=4)
    for number in range(3):
        with pytest.raises(Retryable):
            await desk.page(str(number))
    await asyncio.sleep(0.06)
    with pytest.raises(Retryable, match="503"):
        await desk.page("x")
    assert desk.gate.breaker_state("acme") == "open"


async def test_refusals_do_not_open_the_breaker(open_desk, acme):
    desk = open_desk(retry_attempts=1)
    acme.fail(Fault(status=400), times=4)
    acme.fail(Fault(status=429, headers={"retry-after": "0"}), times=4)
    for number in range(8):
        with pytest.raises(AutomagicError):
            await desk.page(str(number))
    assert desk.gate.breaker_state("acme") == "closed"
