"""/performance/*: the shapes that users of an earlier system know, measured in this process."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from automagic.performance import PerformanceConfig, PerformanceOptimizer
from automagic.web.access.callers import KeyRing
from automagic.web.access.guard import AccessRules
from automagic.web.access.tokens import find_token
from automagic.web.app import make_app
from automagic.web.performance.mounted import make_performance_app
from tests.support.homes.web_app import WebHome
from tests.support.web.asgi import alive, ask, problem

JSON = {"content-type": "application/json"}


@pytest.fixture
def optimizer() -> PerformanceOptimizer:
    return PerformanceOptimizer(PerformanceConfig(keep_metrics=False))


@pytest.fixture
def app(web: WebHome, optimizer: PerformanceOptimizer) -> ASGIApp:
    return make_app(web.settings, optimizer=optimizer)


async def get(app: ASGIApp, path: str) -> Any:
    reply = await ask(app, "GET", f"/performance/{path}")
    assert reply.status == 200, reply.body
    return reply.json()


async def change(app: ASGIApp, path: str, body: bytes, status: int = 200, method: str = "POST") -> Any:
    reply = await ask(app, method, f"/performance/{path}", headers=JSON, body=body)
    if status != 200:
        return problem(reply, status)
    assert reply.status == 200, reply.body
    return reply.json()


async def test_health_says_how_process_and_machine_do(app: ASGIApp) -> None:
    async with alive(app):
        told = await get(app, "health")
        assert set(told) == {"status", "timestamp", "optimizer_running", "system_resources"}
        assert told["optimizer_running"] is True
        assert set(told["system_resources"]) == {"cpu_percent", "memory_percent", "memory_available"}
        await asyncio.sleep(0.3)
        assert 0 <= (await get(app, "health"))["system_resources"]["cpu_percent"] <= 100


async def test_requests_are_measured_while_the_server_runs(app: ASGIApp) -> None:
    async with alive(app):
        await ask(app, "GET", "/api/health")
        await ask(app, "GET", "/api/jobs/none")
        calls = (await get(app, "stats"))["calls"]
    assert calls["http GET /api/health"]["done"] == 1
    assert calls["http GET /api/jobs/{job}"]["done"] == 1  # to say that there is none is no failure


async def test_every_look_has_its_shape(app: ASGIApp) -> None:
    assert {"timestamp", "memory", "cache", "tasks", "database"} <= set(await get(app, "stats"))
    assert set((await get(app, "memory/stats"))["current"]) == {"rss", "vms", "percent"}
    assert (await get(app, "memory/usage"))["rss"] > 1_000_000
    assert {"hits", "misses", "hit_rate"} <= set(await get(app, "cache/stats"))
    assert {"running_tasks", "task_stats"} <= set(await get(app, "tasks/stats"))
    assert {"query_stats", "slow_queries"} <= set(await get(app, "database/stats"))
    machine = await get(app, "system/resources")
    assert set(machine) == {"cpu", "memory", "disk", "network"}
    assert set(machine["cpu"]) == {"percent", "count", "frequency_mhz"}
    assert machine["disk"]["total"] >= machine["disk"]["used"] > 0


async def test_a_cache_is_cleared_by_tier(app: ASGIApp, optimizer: PerformanceOptimizer) -> None:
    optimizer.cache.keep("a", 1)
    told = await change(app, "cache/manage", b'{"action": "clear", "cache_type": "l1"}')
    assert told["cleared"] == {"l1": 1}
    assert told["stats"]["entries"]["l1"] == 0
    assert (await change(app, "cache/manage", b'{"action": "optimize", "ttl": 60}'))["ttl"] == 60
    assert optimizer.config.cache_ttl == 60


async def test_a_task_is_cancelled_by_its_id(app: ASGIApp, optimizer: PerformanceOptimizer) -> None:
    await optimizer.task_manager.submit_task(asyncio.sleep, 60)
    [running] = (await get(app, "tasks/stats"))["tasks"]
    body = b'{"action": "cancel", "task_id": "%s"}' % running["task_id"].encode()
    assert (await change(app, "tasks/manage", body))["cancelled"] == running["task_id"]
    await asyncio.sleep(0.05)
    assert (await get(app, "tasks/stats"))["running_tasks"] == 0
    await change(app, "tasks/manage", body, 404)


async def test_statements_are_looked_at(app: ASGIApp, optimizer: PerformanceOptimizer) -> None:
    with optimizer.db_optimizer.query_timer("select"):
        pass
    told = await change(app, "database/optimize", b'{"action": "analyze", "query_type": "select"}')
    assert told["by_total_time"][0]["query_type"] == "select"
    optimizer.db_optimizer.cache_query_result("k", 1)
    assert (await change(app, "database/optimize", b'{"action": "clear_cache"}'))["cleared"] == 1


async def test_a_part_of_the_configuration_is_enough(app: ASGIApp, optimizer: PerformanceOptimizer) -> None:
    before = await get(app, "config")
    told = await change(app, "config", b'{"task_timeout": 5}', method="PUT")
    assert told == before | {"task_timeout": 5} == await get(app, "config")
    assert optimizer.config.task_timeout == 5


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "cache/manage", b'{"action": "clean"}', 422),
        ("POST", "cache/manage", b"{}", 422),
        ("POST", "cache/manage", b'{"action": "clear", "cache_type": "l3"}', 422),
        ("POST", "cache/manage", b'{"action": "stats", "ttl": "long"}', 422),
        ("POST", "cache/manage", b'{"action": "stats", "ttl": -1}', 422),
        ("POST", "cache/manage", b'{"action": ["clear"]}', 422),
        ("POST", "memory/cleanup", b'{"force": 1}', 422),
        ("POST", "memory/cleanup", b"[]", 400),
        ("POST", "tasks/manage", b'{"action": "cancel"}', 422),
        ("POST", "tasks/manage", b'{"action": "cancel", "task_id": "x"}', 404),
        ("POST", "database/optimize", b'{"action": "analyze", "query_type": "drop"}', 404),
        ("POST", "database/optimize", b'{"action": "stats", "query_type": [null]}', 422),
        ("PUT", "config", b'{"cache_ttl": true}', 422),
        ("PUT", "config", b'{"cache_max_size": -5}', 422),
        ("PUT", "config", b'{"max_memory": 1}', 422),
        ("PUT", "config", b'{"cache_ttl": 1e400}', 400),
    ],
)
async def test_what_is_wrong_is_said_and_changes_nothing(
    app: ASGIApp, method: str, path: str, body: bytes, status: int
) -> None:
    before = await get(app, "config")
    await change(app, path, body, status, method)
    assert await get(app, "config") == before


async def test_changes_ask_for_the_scope_of_a_token_and_health_for_none(web: WebHome) -> None:
    home = web.settings.home
    app = make_performance_app(AccessRules(find_token(home), home=home), web.settings)
    assert (await ask(app, "GET", "/health")).status == 200
    problem(await ask(app, "GET", "/stats"), 401)
    reader = {"authorization": f"Bearer {KeyRing(home).add('reader', ('read',))}"}
    assert (await ask(app, "GET", "/stats", headers=reader)).status == 200
    problem(await ask(app, "POST", "/memory/cleanup", headers=reader | JSON, body=b"{}"), 403)


async def test_it_is_mounted_in_somebodys_application(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(web.settings.home)
    monkeypatch.setenv("AUTOMAGIC_HOME", str(web.settings.home))
    from automagic.web import performance_router

    app = Starlette(routes=[Mount("/api/v1/performance", performance_router)])
    assert (await ask(app, "GET", "/api/v1/performance/health")).json()["status"] == "ok"
    assert (await ask(app, "GET", "/api/v1/performance/cache/stats")).status == 200
    assert (await ask(app, "GET", "/api/v1/performance/nothing")).status == 404
