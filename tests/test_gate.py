"""The call gate against a real server: nothing is bought twice, by nobody, whatever dies when."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web

from automagic.database.engine import open_database, sqlite_url
from automagic.database.tables import claims, vendor_calls
from automagic.errors import AutomagicError, BudgetError, Permanent, Retryable, Unknown
from automagic.orchestrator.breaker import VendorDown
from automagic.orchestrator.calls import Answer, Attempt, Call, Delivered, current_step
from automagic.orchestrator.events import CallResubmitted, CallRetried, CallWaiting, Event, MoneySpent
from automagic.orchestrator.gate import Gate, open_gate
from automagic.orchestrator.http import Http, explain
from automagic.orchestrator.journal import retire
from automagic.orchestrator.store import ArtifactStore
from automagic.settings import Settings
from tests.servers.base import Fault, VendorServer

# The servers keep their call under a plain string.
PRICE = Decimal("0.04")
CHILD = Path(__file__).with_name("gate_child.py")


class Acme(VendorServer):
    """Sells pictures and gives pages away."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.made: dict[str, bytes] = {}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/image", self.image)
        app.router.add_get("/made/{id}", self.fetch)
        app.router.add_get("/page/{name}", self.page)

    async def image(self, request: web.Request) -> web.Response:
        self.bill(request, "image")
        body = json.dumps({"n": (await request.json())["n"]}).encode()
        self.made[f"id-{len(self.made)}"] = body
        return web.Response(body=body, content_type="application/json")

    async def fetch(self, request: web.Request) -> web.Response:
        return web.Response(body=self.made[request.match_info["id"]], content_type="application/json")

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(text=f"page {request.match_info['name']}")

    def bought(self) -> Counter[int]:
        """How often each picture was billed."""
        return Counter(call.json["n"] for call in self.calls if call.billed)

    def asked(self) -> Counter[int]:
        """How often each picture was asked for."""
        return Counter(call.json["n"] for call in self.calls if call.path == "/image")


@dataclass
class Desk:
    """A gate with what it needs, and what it told."""

    gate: Gate
    server: Acme
    events: list[Event] = field(default_factory=list)

    async def image(
        self,
        number: int = 1,
        *,
        price: Decimal = PRICE,
        recover: Callable[[str], Awaitable[Answer | None]] | None = None,
        remote_id: str = "",
        variant: int = 1,
    ) -> Delivered:
        async def send(attempt: Attempt) -> Answer:
            if remote_id:
                await attempt.note_remote_id(remote_id)
            reply = await self.gate.http.request(
                "POST",
                f"{self.server.url}/image",
                json={"n": number},
                headers={"Idempotency-Key": attempt.idempotency_key},
                total_s=2,
            )
            if reply.status >= 400:
                raise explain(reply, "acme")
            return Answer(reply.body, reply.media_type, remote_id=remote_id, facts={"model": "m-2"})

        call = Call("acme", "image", "m", {"n": number}, estimate_usd=price, variant=variant)
        return await self.gate.call(call, send, recover=recover)

    async def page(self, name: str = "a") -> Delivered:
        async def send(_attempt: Attempt) -> Answer:
            reply = await self.gate.http.request("GET", f"{self.server.url}/page/{name}", total_s=2)
            if reply.status >= 400:
                raise explain(reply, "acme")
            return Answer(reply.body, reply.media_type)

        return await self.gate.call(Call("acme", "page", "", {"name": name}), send)

    async def fetch(self, remote_id: str) -> Answer | None:
        reply = await self.gate.http.request("GET", f"{self.server.url}/made/{remote_id}")
        return Answer(reply.body, reply.media_type) if reply.status == 200 else None

    def told(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def rows(self) -> list[Any]:
        with self.gate.store.engine.connect() as connection:
            return list(connection.execute(sa.select(vendor_calls).order_by(vendor_calls.c.id)))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def spent(self) -> int:
        return sum(row.spent_micro_usd for row in self.rows())


async def until(condition: Callable[[], Any]) -> None:
    """Wait for something that happens in another thread or process."""
    while not condition():  # noqa: ASYNC110 - there is no event of this loop for it
        await asyncio.sleep(0.01)


@pytest.fixture
def server() -> Iterator[Acme]:
    with Acme() as server:
        yield server


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(
        automagic_home=home, rate_limit_rpm=1_000_000, retry_attempts=3, breaker_threshold=3, breaker_recovery_s=0.05
    )


OpenDesk = Callable[..., Desk]


@pytest.fixture
async def open_desk(server: Acme, settings: Settings, store: ArtifactStore) -> AsyncIterator[OpenDesk]:
    opened: list[Desk] = []

    def open_one(run_id: str = "run-1", max_cost_usd: str | None = None, **changes: Any) -> Desk:
        http = Http(pool=10, user_agent="test")
        events: list[Event] = []
        gate = open_gate(
            replace(settings, **changes),
            store,
            http,
            run_id,
            max_cost_usd=Decimal(max_cost_usd) if max_cost_usd else None,
            emit=events.append,
            backoff_s=0.001,
        )
        opened.append(Desk(gate, server, events))
        return opened[-1]

    yield open_one
    for desk in opened:
        await desk.gate.close()
        await desk.gate.http.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    return open_desk()


# -------------------------------------------------------------------------------------------------- free reads


async def test_a_hundred_who_ask_the_same_make_one_call(desk, server):
    server.latency_s = 0.05
    pages = await asyncio.gather(*(desk.page() for _ in range(100)))
    assert {page.answer.data for page in pages} == {b"page a"}
    assert len(server.calls) == 1


async def test_a_free_answer_is_kept_in_memory_and_on_disk(desk, open_desk, server):
    sources = [(await desk.page()).source for _ in range(2)]
    await desk.gate.close()
    sources += [(await open_desk().page()).source]
    assert sources == ["called", "memory", "disk"]
    assert len(server.calls) == 1
    assert desk.rows() == []


async def test_a_free_read_is_repeated_also_when_its_outcome_is_unknown(desk, server):
    server.fail(Fault(truncate=True))
    server.fail(Fault(status=503))
    assert (await desk.page()).answer.data == b"page a"
    assert [event.number for event in desk.told(CallRetried)] == [2, 3]


async def test_a_failure_is_not_kept(desk, server):
    server.fail(Fault(status=404))
    with pytest.raises(Permanent):
        await desk.page()
    assert (await desk.page()).source == "called"


async def test_one_who_leaves_does_not_take_the_others_along(desk, server):
    server.latency_s = 0.1
    first, second = asyncio.create_task(desk.page()), asyncio.create_task(desk.page())
    await until(lambda: server.calls)
    first.cancel()
    assert (await second).answer.data == b"page a"
    assert first.cancelled() or isinstance((await asyncio.gather(first, return_exceptions=True))[0], BaseException)
    assert len(server.calls) == 1


# ----------------------------------------------------------------------------------------------------- retries


async def test_what_the_vendor_asks_for_is_waited_for(desk, server):
    server.fail(Fault(status=429, headers={"retry-after-ms": "150"}))
    started = time.monotonic()
    await desk.page()
    assert 0.15 <= time.monotonic() - started < 1.5
    assert desk.told(CallRetried)[0].after_s == pytest.approx(0.15)


async def test_a_wait_that_is_too_long_is_not_waited_for(desk, server):
    server.fail(Fault(status=429, headers={"retry-after": "3600"}))
    with pytest.raises(Retryable) as caught:
        await desk.page()
    assert caught.value.after_s == 3600
    assert len(server.calls) == 1


async def test_attempts_end(desk, server):
    server.fail(Fault(status=503), times=9)
    with pytest.raises(Retryable):
        await desk.page()
    assert len(server.calls) == 3


async def test_a_refusal_is_not_repeated(desk, server):
    server.fail(Fault(status=400), times=9)
    with pytest.raises(Permanent):
        await desk.page()
    assert len(server.calls) == 1


async def test_a_vendor_whose_headers_say_that_none_are_left_is_left_alone(desk, server):
    server.fail(Fault(headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0.2"}))
    await desk.page("a")
    await desk.page("b")
    assert server.calls[1].at - server.calls[0].at >= 0.18
    assert desk.told(CallWaiting)[0].reason == "the vendor's limit"


async def test_the_rate_is_kept_with_a_burst_of_the_pools_size(open_desk, server):
    desk = open_desk(rate_limit_rpm=60 * 20, connection_pool_size=5)  # 20 a second
    await asyncio.gather(*(desk.page(str(number)) for number in range(9)))
    times = sorted(call.at for call in server.calls)
    assert times[4] - times[0] < 0.1
    assert times[8] - times[0] >= 4 / 20 - 0.06
    assert any(event.reason == "rate limit" for event in desk.told(CallWaiting))


# --------------------------------------------------------------------------------------- the breaker of a vendor


async def test_a_vendor_that_keeps_failing_is_left_alone_then_tried_by_one(open_desk, server):
    desk = open_desk(retry_attempts=1)
    server.fail(Fault(status=503), times=3)
    for number in range(3):
        with pytest.raises(Retryable):
            await desk.page(str(number))
    assert desk.gate.breaker_state("acme") == "open"
    with pytest.raises(VendorDown, match="failed 3 times in a row"):
        await desk.page("x")
    assert len(server.calls) == 3
    await asyncio.sleep(0.06)
    server.latency_s = 0.1
    outcomes = await asyncio.gather(*(desk.page(f"y{number}") for number in range(5)), return_exceptions=True)
    assert sum(isinstance(outcome, Delivered) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, VendorDown) for outcome in outcomes) == 4
    assert desk.gate.breaker_state("acme") == "closed"
    assert len(server.calls) == 4


async def test_a_try_that_fails_opens_the_breaker_again(open_desk, server):
    desk = open_desk(retry_attempts=1)
    server.fail(Fault(status=503), times=4)
    for number in range(3):
        with pytest.raises(Retryable):
            await desk.page(str(number))
    await asyncio.sleep(0.06)
    with pytest.raises(Retryable, match="503"):
        await desk.page("x")
    assert desk.gate.breaker_state("acme") == "open"


async def test_refusals_do_not_open_the_breaker(open_desk, server):
    desk = open_desk(retry_attempts=1)
    server.fail(Fault(status=400), times=4)
    server.fail(Fault(status=429, headers={"retry-after": "0"}), times=4)
    for number in range(8):
        with pytest.raises(AutomagicError):
            await desk.page(str(number))
    assert desk.gate.breaker_state("acme") == "closed"


# --------------------------------------------------------------------------------------------------- purchases


async def test_what_was_bought_is_never_bought_again(desk, open_desk, server):
    first = await desk.image()
    again = await desk.image()
    other = await open_desk("run-2").image()
    assert [one.source for one in (first, again, other)] == ["called", "stored", "stored"]
    assert {one.answer.data for one in (first, again, other)} == {b'{"n": 1}'}
    assert (first.cost_usd, again.cost_usd) == (PRICE, 0)
    assert other.answer.facts == {"model": "m-2"}
    assert server.bought() == {1: 1}
    assert [(event.cost_usd, event.run_usd) for event in desk.told(MoneySpent)] == [(PRICE, PRICE)]


async def test_another_take_is_another_purchase(desk, server):
    await desk.image()
    await desk.image(variant=2)
    assert server.bought() == {1: 2}


async def test_a_call_is_journaled_before_it_leaves_and_after(desk, server):
    await desk.image()
    (row,) = desk.rows()
    assert (row.state, row.vendor, row.operation, row.model) == ("delivered", "acme", "image", "m")
    assert (row.estimate_micro_usd, row.spent_micro_usd, row.attempts) == (40_000, 40_000, 1)
    assert row.idempotency_key == server.calls[0].idempotency_key
    assert len(row.parameters_sha256) == 64


async def test_an_answer_whose_file_was_damaged_is_bought_again(desk, server):
    delivered = await desk.image()
    path = desk.gate.store.path_of(delivered.artifact)
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    assert (await desk.image()).answer.data == b'{"n": 1}'
    assert server.asked() == {1: 2}


async def test_a_refusal_costs_nothing_and_lets_go(desk, server):
    server.fail(Fault(status=400))
    with pytest.raises(Permanent):
        await desk.image()
    assert (desk.states(), desk.spent()) == (["failed"], 0)
    assert (await desk.image()).source == "called"


async def test_an_attempt_that_failed_unbilled_is_repeated_in_the_same_purchase(desk, server):
    server.fail(Fault(status=429, headers={"retry-after": "0"}))
    server.fail(Fault(status=503))
    delivered = await desk.image()
    (row,) = desk.rows()
    assert (delivered.resubmitted, row.attempts, row.spent_micro_usd) == (False, 3, 40_000)
    assert len({call.idempotency_key for call in server.calls}) == 1


@pytest.mark.parametrize("fault", [Fault(drop="after"), Fault(truncate=True), Fault(drop="before"), Fault(status=504)])
async def test_an_unknown_outcome_is_submitted_once_more_with_the_same_idempotency_key(desk, server, fault):
    server.fail(fault, path="/image")
    delivered = await desk.image()
    assert delivered.resubmitted
    assert len({call.idempotency_key for call in server.calls}) == 1
    assert server.bought() == {1: 1}
    assert desk.states() == ["unknown", "delivered"]
    assert desk.spent() == 80_000  # the unknown one may have been billed
    assert len(desk.told(CallResubmitted)) == 1


async def test_a_second_unknown_outcome_ends_it_until_somebody_decides(desk, open_desk, server):
    server.fail(Fault(drop="after"), times=2)
    with pytest.raises(Unknown, match="asked 2 times"):
        await desk.image()
    with pytest.raises(Unknown, match="asked 2 times"):
        await open_desk("run-2").image()
    assert len(server.calls) == 2
    assert desk.states() == ["unknown", "unknown"]


async def test_what_an_unknown_call_made_is_fetched_by_its_remote_id(desk, server):
    server.fail(Fault(drop="after"), path="/image")
    delivered = await desk.image(remote_id="id-0", recover=desk.fetch)
    assert delivered.answer.data == b'{"n": 1}'
    assert server.asked() == {1: 1}
    assert (desk.states(), desk.spent()) == (["delivered"], 40_000)


async def test_what_the_vendor_does_not_have_is_submitted_again(desk, server):
    server.fail(Fault(drop="before"), path="/image")

    async def nothing(_remote_id: str) -> Answer | None:
        return None

    assert (await desk.image(remote_id="id-9", recover=nothing)).resubmitted
    assert server.asked() == {1: 2}


async def test_a_redone_step_buys_anew_also_what_another_step_bought(desk, server):
    token = current_step.set("step-a")
    await desk.image()
    current_step.set("step-b")
    await desk.image()
    retire(desk.gate.store.engine, "step-b")
    assert (await desk.image()).source == "called"
    current_step.reset(token)
    assert server.asked() == {1: 2}
    assert len({call.idempotency_key for call in server.calls}) == 2
    assert desk.spent() == 80_000


async def test_two_steps_that_want_the_same_at_once_pay_once_and_can_both_be_redone(desk, server):
    server.latency_s = 0.1

    async def ask(step: str) -> Delivered:
        current_step.set(step)
        return await desk.image()

    first, second = await asyncio.gather(*(asyncio.create_task(ask(step)) for step in ("step-a", "step-b")))
    assert (first.cost_usd + second.cost_usd, desk.spent()) == (PRICE, 40_000)
    retire(desk.gate.store.engine, "step-b")
    assert (await desk.image()).source == "called"


async def test_who_asks_while_a_cancelled_purchase_ends_waits_for_its_last_words(desk, server):
    server.fail(Fault(hang=True))
    buying = asyncio.create_task(desk.image())
    await until(lambda: server.calls)
    buying.cancel()
    await asyncio.sleep(0)
    assert (await desk.image()).resubmitted
    assert buying.cancelled()
    assert desk.states() == ["unknown", "delivered"]


async def test_a_redone_step_gets_out_of_two_unknown_outcomes(desk, server):
    current_step.set("step-a")
    server.fail(Fault(drop="before"), times=2)
    with pytest.raises(Unknown):
        await desk.image()
    retire(desk.gate.store.engine, "step-a")
    assert not (await desk.image()).resubmitted


async def test_a_cancelled_purchase_that_had_left_is_unknown(desk, server):
    server.fail(Fault(hang=True))
    buying = asyncio.create_task(desk.image())
    await until(lambda: server.calls)
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert (desk.states(), desk.spent()) == (["unknown"], 40_000)
    assert (await desk.image()).resubmitted


async def test_a_cancelled_purchase_that_still_waited_costs_nothing(open_desk, server):
    desk = open_desk(rate_limit_rpm=1, connection_pool_size=1)
    await desk.image(1)
    buying = asyncio.create_task(desk.image(2))
    await until(lambda: desk.told(CallWaiting))
    buying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await buying
    assert (desk.states(), desk.spent()) == (["delivered", "failed"], 40_000)


# ------------------------------------------------------------------------------------------------------ budget


async def test_a_run_stops_before_the_call_that_would_cross_its_limit(open_desk, server):
    desk = open_desk(max_cost_usd="0.10")
    outcomes = await asyncio.gather(*(desk.image(number) for number in range(5)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, BudgetError)]
    assert len(refused) == 3
    assert "$0.0400" in refused[0].message
    assert "--max-cost" in refused[0].hint
    assert sum(server.bought().values()) == 2
    assert (await open_desk("run-2", max_cost_usd="0.10").image(9)).source == "called"


async def test_the_month_has_one_limit_for_all_runs(open_desk, server):
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


async def test_a_resubmission_needs_room_in_the_budget_too(open_desk, server):
    desk = open_desk(max_cost_usd="0.06")
    server.fail(Fault(drop="before"))
    with pytest.raises(BudgetError):
        await desk.image()
    assert len(server.calls) == 1
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


# --------------------------------------------------------------------------------------------------- processes


def start_child(home: Path, server: Acme, count: int, budget: str = "") -> subprocess.Popen[str]:
    argv = [sys.executable, str(CHILD), str(home), server.url, str(count), *([budget] if budget else [])]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, cwd=CHILD.parents[1])


def result_of(child: subprocess.Popen[str]) -> list[str]:
    output, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    result: list[str] = json.loads(output)
    return result


def test_two_processes_buy_each_thing_once(home, engine, server):
    server.latency_s = 0.3
    children = [start_child(home, server, 8) for _ in range(2)]
    results = [result_of(child) for child in children]
    assert server.asked() == dict.fromkeys(range(8), 1)
    assert sum(result.count("called") for result in results) == 8
    assert sum(result.count("stored") for result in results) == 8


def test_two_processes_cannot_both_spend_the_last_dollar(home, engine, server):
    server.latency_s = 0.1

    first = start_child(home, server, 6, budget="0.20")
    second = start_child(home, server, 12, budget="0.20")
    results = result_of(first) + result_of(second)
    assert sum(server.bought().values()) == 5
    assert results.count("BudgetError") >= 7


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
def test_killed_at_any_moment_nothing_stored_is_bought_again(home, server, rounds):
    """kill -9 during ten purchases at once, then the same command again; in the server's own ledger."""
    server.latency_s = 0.25
    chance = random.Random(rounds)  # noqa: S311 - any moment will do
    for number in range(rounds):
        folder = home / str(number)
        folder.mkdir()
        open_database(sqlite_url(folder / "automagic.db")).dispose()
        server.calls.clear()
        server.answers_by_idempotency_key.clear()
        child = start_child(folder, server, 10)
        while not server.calls and child.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.5))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        stored, before = stored_numbers(folder), server.asked()
        assert set(result_of(start_child(folder, server, 10))) <= {"called", "stored"}
        after = server.asked()
        assert all(after[picture] == before[picture] for picture in stored), "a stored answer was asked for again"
        assert max(after.values()) <= 2, "an unknown call was repeated more than once"
        keys: dict[int, set[str]] = {}
        for call in server.calls:
            keys.setdefault(call.json["n"], set()).add(call.idempotency_key)
        assert all(len(found) == 1 for found in keys.values()), "the idempotency key changed"
        assert set(server.bought().values()) == {1}


def stored_numbers(home: Path) -> set[int]:
    """Which pictures the journal calls delivered."""
    with contextlib.closing(sqlite3.connect(home / "automagic.db")) as connection:
        rows = connection.execute("SELECT artifact_sha256 FROM vendor_calls WHERE state = 'delivered'").fetchall()
    return {json.loads((home / "artifacts" / sha[:2] / sha).read_bytes())["n"] for (sha,) in rows}


async def test_the_claim_of_a_dead_process_is_taken_over_at_once(home, desk, server):
    server.fail(Fault(hang=True))
    child = start_child(home, server, 1)
    await until(lambda: server.calls or child.poll() is not None)
    child.kill()
    child.communicate()
    started = time.monotonic()
    delivered = await desk.image(0)
    assert time.monotonic() - started < 5
    assert delivered.resubmitted
    assert server.asked() == {0: 2}


async def test_another_host_is_followed_when_its_lease_ran_out(desk, server):
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


async def test_a_stale_epoch_does_not_publish(desk, open_desk, server):
    """A process that slept through its lease finds the claim taken: it adopts what the other one bought."""
    server.latency_s = 0.3
    slow = asyncio.create_task(desk.image())
    await until(lambda: server.calls)
    with desk.gate.store.engine.begin() as connection:
        connection.execute(sa.update(claims).values(owner="", epoch=claims.c.epoch + 1))
    other = await open_desk("run-2").image()
    adopted = await slow
    assert (other.source, adopted.source) == ("called", "stored")
    assert desk.states() == ["unknown", "delivered"]


async def test_another_gate_of_this_process_is_waited_for(desk, open_desk, server):
    server.latency_s = 0.2
    results = await asyncio.gather(desk.image(), open_desk("run-2").image())
    assert sorted(one.source for one in results) == ["called", "stored"]
    assert server.asked() == {1: 1}


def test_opening_the_gate_imports_nothing_heavy():
    code = "import sys, automagic.orchestrator.gate; print(*[name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ("aiohttp", "diskcache", "purgatory", "tenacity", "aiolimiter", "cachetools", "psutil", "sqlalchemy")
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
