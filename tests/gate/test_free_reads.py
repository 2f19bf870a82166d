"""Free reads: asked once by whoever wants them, and kept for a while."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from automagic.errors import Permanent
from tests.support.servers.base import Fault
from tests.support.vendors.acme_gate import until

pytest_plugins = ["tests.support.vendors.acme_gate"]


async def test_a_hundred_who_ask_the_same_make_one_call(desk, acme):
    acme.latency_s = 0.05
    pages = await asyncio.gather(*(desk.page() for _ in range(100)))
    assert {page.answer.data for page in pages} == {b"page a"}
    assert len(acme.calls) == 1


async def test_a_free_answer_is_kept_in_memory_and_on_disk(desk, open_desk, acme):
    sources = [(await desk.page()).source for _ in range(2)]
    await desk.gate.close()
    sources += [(await open_desk().page()).source]
    assert sources == ["called", "memory", "disk"]
    assert len(acme.calls) == 1
    assert desk.rows() == []


async def test_a_failure_is_not_kept(desk, acme):
    acme.fail(Fault(status=404))
    with pytest.raises(Permanent):
        await desk.page()
    assert (await desk.page()).source == "called"


async def test_one_who_leaves_does_not_take_the_others_along(desk, acme):
    """Reading costs nothing: the next one asks anew."""
    acme.latency_s = 0.1
    asking = [asyncio.create_task(desk.page()) for _ in range(4)]
    await until(lambda: acme.calls)
    asking[0].cancel()
    asking[1].cancel()
    pages = await asyncio.gather(*asking, return_exceptions=True)
    assert [isinstance(page, asyncio.CancelledError) for page in pages] == [True, True, False, False]
    assert {page.answer.data for page in pages[2:]} == {b"page a"}
    assert len(acme.calls) == 2


async def test_those_who_wait_share_a_failure(desk, acme):
    acme.latency_s = 0.05
    acme.fail(Fault(status=404))
    outcomes = await asyncio.gather(*(desk.page() for _ in range(5)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {Permanent}
    assert len(acme.calls) == 1


def test_opening_the_gate_imports_nothing_heavy():
    code = "import sys, automagic.gate.gate; print(*[name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ("aiohttp", "diskcache", "tenacity", "cachetools", "psutil", "sqlalchemy")
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
