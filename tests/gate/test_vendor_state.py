"""What several processes know of a vendor together: gates share nothing here but their database, as processes do."""

from __future__ import annotations

import asyncio
import time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from automagic.database.tables import vendor_standings
from automagic.errors import Retryable
from automagic.gate.breaker import Breaker, VendorDown
from automagic.gate.calls import Delivered
from automagic.gate.rate_limiter import LEASE_S, LONGEST_PAUSE_S, Bucket, RateLimiter
from automagic.gate.vendor_state import LOOK_S, SharedVendorState, VendorState
from automagic.values.events import CallWaiting
from tests.support.servers.base import Fault
from tests.support.vendors.acme_gate import until

pytest_plugins = ["tests.support.vendors.acme_gate", "tests.support.homes.postgresql"]


@pytest.fixture
def engine(both_engines):
    return both_engines


async def test_failures_in_a_row_are_counted_together_and_open_the_breaker_for_all(open_desk, acme):
    acme.fail(Fault(status=503), times=9)
    for number in range(3):
        desk = open_desk(f"run-{number}", retry_attempts=1, breaker_recovery_s=30)
        with pytest.raises(Retryable, match="503"):
            await desk.page(str(number))
    other = open_desk("run-9", breaker_recovery_s=30)
    with pytest.raises(VendorDown, match="left alone for 30 s"):
        await other.page("x")
    assert (other.gate.breaker_state("acme"), len(acme.calls)) == ("open", 3)


async def test_each_server_of_a_vendor_has_a_breaker_and_a_pace_of_its_own(open_desk, acme):
    acme.fail(Fault(status=503), times=3)
    desk = open_desk("run-1", retry_attempts=1, breaker_recovery_s=30)
    for number in range(3):
        with pytest.raises(Retryable, match="503"):
            await desk.page(str(number), of="broken.example")
    with pytest.raises(VendorDown, match=r"acme:broken\.example"):
        await desk.page("x", of="broken.example")
    acme.fail(Fault(headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.4"}))
    await desk.page("y", of="strict.example")
    await open_desk("run-2").page("z", of="other.example")
    assert acme.calls[-1].at - acme.calls[-2].at < 0.3


def test_a_clock_that_was_set_back_keeps_no_vendor_closed_for_longer():
    breaker = Breaker("acme", SharedVendorState("acme", sa.create_engine("sqlite://")), threshold=3, recovery_s=30)
    open_in_the_future = VendorState(failures=3, opened_at=90_000.0, tried_at=90_010.0)
    now, waits = 1000.0, []
    for now in (1000.0, 1015.0, 1030.0):
        open_in_the_future, wait_s = breaker._admit(open_in_the_future, now)
        waits.append(wait_s)
    assert waits == [30.0, 15.0, 0.0]


def test_a_clock_that_was_set_back_makes_no_pause_longer():
    bucket = Bucket(per_s=1.0, burst=5)
    paused_in_the_future = VendorState(held_until=90_000.0)
    after, lease = bucket.fill(paused_in_the_future, 1000.0, wanted=1, held_s=0.0)
    assert lease.held_s == LONGEST_PAUSE_S
    assert bucket.fill(after, 1000.0 + LONGEST_PAUSE_S, wanted=1, held_s=0.0)[1].held_s == 0.0


async def test_a_half_open_breaker_lets_one_call_of_all_processes_try(open_desk, acme):
    desks = [open_desk(f"run-{number}", retry_attempts=1, breaker_recovery_s=0.5) for number in range(4)]
    acme.fail(Fault(status=503), times=3)
    for number in range(3):
        with pytest.raises(Retryable):
            await desks[0].page(str(number))
    await until(lambda: desks[0].gate.breaker_state("acme") == "half-open")
    acme.latency_s = 0.1
    outcomes = await asyncio.gather(*(desk.page(f"y{n}") for n, desk in enumerate(desks)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(Delivered) == 1
    assert [type(outcome) for outcome in outcomes].count(VendorDown) == 3
    assert len(acme.calls) == 4


async def test_two_processes_keep_one_rate(open_desk, acme):
    desks = [open_desk(f"run-{n}", rate_limit_rpm=60 * 20, connection_pool_size=4) for n in range(2)]  # 20 a second
    await asyncio.gather(*(desks[n % 2].page(str(n)) for n in range(12)))
    times = sorted(call.at for call in acme.calls)
    assert times[11] - times[0] >= 8 / 20 - 0.06  # a burst of 4, and 8 more
    assert all(desk.told(CallWaiting) for desk in desks)


async def test_a_pause_that_the_vendor_asks_one_process_for_holds_for_all(open_desk, acme):
    acme.fail(Fault(headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.4"}))
    await open_desk("run-1").page("a")
    other = open_desk("run-2")
    await other.page("b")
    assert acme.calls[1].at - acme.calls[0].at >= 0.35
    assert other.told(CallWaiting)[0].reason == "the vendor's limit"


async def test_a_run_goes_on_by_what_it_knows_when_the_database_is_gone(open_desk, acme, engine):
    desk = open_desk(retry_attempts=1)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE vendor_standings"))
    assert (await desk.page("a")).source == "called"
    acme.fail(Fault(status=503), times=3)
    for number in range(3):
        with pytest.raises(Retryable):
            await desk.page(str(number))
    assert desk.gate.breaker_state("acme") != "closed"


async def test_steady_work_asks_the_database_seldom(engine):
    asked: list[str] = []
    sa.event.listen(engine, "begin", lambda _connection: asked.append("begin"))
    pace = RateLimiter(SharedVendorState("acme", engine), 600_000, 10, lambda *_: None)
    began = time.monotonic()
    for _ in range(3000):
        if not pace.take():
            await pace.turn()
    assert len(asked) <= 12 + (time.monotonic() - began) / 0.1


async def test_what_others_wrote_is_seen_a_second_later(engine):
    mine, other = SharedVendorState("acme", engine), SharedVendorState("acme", engine)
    await mine.look()
    await other.change(lambda _standing, now: (VendorState(failures=2, turns_at=now), None))
    assert (await mine.look()).failures == 0
    began = time.monotonic()
    await until(lambda: time.monotonic() - began > LOOK_S)
    assert (await mine.look()).failures == 2
    with engine.connect() as connection:
        assert connection.execute(sa.select(vendor_standings.c.vendor)).all() == [("acme",)]


@given(
    st.integers(1, 100_000),
    st.integers(1, 50),
    st.lists(st.tuples(st.floats(0, 5), st.integers(0, 10_000)), min_size=1, max_size=60),
)
def test_whoever_asks_whenever_the_rate_is_kept(rpm, burst, visits):
    """In no stretch of time do more turns begin than the rate allows after a burst."""
    bucket = Bucket(rpm / 60, burst)
    standing, now = VendorState(), 1000.0
    begins: list[tuple[float, int]] = []
    for after_s, wanted in visits:
        now += after_s
        standing, lease = bucket.fill(standing, now, wanted=wanted, held_s=0.0)
        begins.append((now + lease.wait_s, lease.turns))
    most = max(burst, rpm / 60 * LEASE_S)
    for position, (first, _) in enumerate(begins):
        total = 0
        for moment, turns in begins[position:]:
            total += turns
            assert total <= most + (moment - first) * rpm / 60 + 1e-3
