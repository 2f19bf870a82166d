"""What can be asked of the performance layer: names and shapes as users of an earlier system have them."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from automagic.errors import ConfigurationError, RequestError
from automagic.performance.config import CHANGEABLE
from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.handlers.figures import FRESH_S
from automagic.web.problems import Problem

if TYPE_CHECKING:
    from automagic.performance.layer import PerformanceOptimizer

TIERS = ("l1", "l2", "redis", "all")
CACHE_ACTIONS = ("clear", "stats", "optimize")
TASK_ACTIONS = ("stats", "cancel", "cleanup")
DATABASE_ACTIONS = ("stats", "analyze", "clear_cache")


async def health(asked: Asked) -> Response:
    """That it is there, and how the machine does; waits for nothing."""
    optimizer = asked.web.measuring.optimizer
    told = {
        "status": "ok",
        "timestamp": _now(),
        "optimizer_running": optimizer is not None and optimizer.running,
        "system_resources": asked.web.measuring.machine.brief(),
    }
    return _json(told)


async def stats(asked: Asked) -> Response:
    """Every figure of this process."""
    return _json((await asked.web.measuring.open()).get_performance_stats())


async def memory_stats(asked: Asked) -> Response:
    """What this process holds, and what its collector has done."""
    return _json((await asked.web.measuring.open()).memory_manager.get_memory_stats())


async def memory_usage(asked: Asked) -> Response:
    """What it holds now and held at most, against what it may."""
    found = (await asked.web.measuring.open()).memory_manager.get_memory_stats()
    told = {**found["current"], "peak_rss": found["peak_rss"], "limit": found["limit"]}
    return _json(told | {"limit_percent": round(100 * found["current"]["rss"] / found["limit"], 2)})


async def memory_cleanup(asked: Asked) -> Response:
    """Give memory back: {force, aggressive}."""
    body = await _body(asked, ("force", "aggressive"))
    for name, value in body.items():
        if not isinstance(value, bool):
            raise _wrong(name, "it is neither true nor false")
    optimizer = await asked.web.measuring.open()
    return _json(await asyncio.to_thread(optimizer.memory_manager.cleanup_memory, **body))


async def cache_stats(asked: Asked) -> Response:
    """Hits, misses and bytes of each tier."""
    return _json((await asked.web.measuring.open()).cache.get_stats())


async def cache_manage(asked: Asked) -> Response:
    """{action: clear, stats or optimize; cache_type: l1, l2, redis or all; ttl}."""
    body = await _body(asked, ("action", "cache_type", "ttl"))
    action, tier = _one_of(body, "action", CACHE_ACTIONS), _one_of(body, "cache_type", TIERS, "all")
    optimizer = await asked.web.measuring.open()
    told: dict[str, Any] = {"action": action}
    if body.get("ttl") is not None:
        told["ttl"] = _configure(optimizer, {"cache_ttl": body["ttl"]}, {"cache_ttl": "ttl"})["cache_ttl"]
    if action == "clear":
        told |= {"cache_type": tier, "cleared": dict(await optimizer.cache.clear(tier))}  # type: ignore[arg-type]
    elif action == "optimize":
        told["done"] = (await optimizer.manual_optimize("cache"))["done"]
    return _json(told | {"stats": optimizer.cache.get_stats()})


async def tasks_stats(asked: Asked) -> Response:
    """What runs, and how tasks ended."""
    return _json((await asked.web.measuring.open()).task_manager.get_stats())


async def tasks_manage(asked: Asked) -> Response:
    """{action: stats, cancel or cleanup; task_id}."""
    body = await _body(asked, ("action", "task_id"))
    action = _one_of(body, "action", TASK_ACTIONS)
    tasks = (await asked.web.measuring.open()).task_manager
    told: dict[str, Any] = {"action": action}
    task_id = body.get("task_id")
    if task_id is not None and not isinstance(task_id, str):
        raise _wrong("task_id", "it is not a text")
    if action == "cancel":
        if not task_id:
            raise _wrong("task_id", "it is not said which task")
        if not tasks.cancel(task_id):
            raise Problem(404, f"no task {task_id[:60]!r} runs", hint="GET tasks/stats lists those that do.")
        told["cancelled"] = task_id
    elif action == "cleanup":  # a task that has ended is not kept
        told["removed"] = 0
    return _json(told | {"stats": tasks.get_stats()})


async def database_stats(asked: Asked) -> Response:
    """How many statements of each type, how long they took, and the slow ones."""
    return _json((await asked.web.measuring.open()).db_optimizer.get_stats())


async def database_optimize(asked: Asked) -> Response:
    """{action: stats, analyze or clear_cache; query_type}."""
    body = await _body(asked, ("action", "query_type"))
    action = _one_of(body, "action", DATABASE_ACTIONS)
    optimizer = (await asked.web.measuring.open()).db_optimizer
    told: dict[str, Any] = {"action": action}
    found = optimizer.get_stats()
    if action == "clear_cache":
        told["cleared"] = optimizer.clear()
        found = optimizer.get_stats()
    if (kind := body.get("query_type")) is not None:
        if not isinstance(kind, str):
            raise _wrong("query_type", "it is not a text")
        if kind not in found["query_stats"]:
            known = ", ".join(found["query_stats"]) or "none yet"
            raise Problem(404, f"no statement of the type {str(kind)[:60]!r} was timed", hint=f"There are: {known}.")
        found = found | {"query_stats": {kind: found["query_stats"][kind]}}
    if action == "analyze":
        total = {name: one["count"] * (one["avg_time"] or 0) for name, one in found["query_stats"].items()}
        told["by_total_time"] = sorted(({"query_type": name, "total_time": one} for name, one in total.items()),
                                       key=lambda one: -one["total_time"])  # fmt: skip
    return _json(told | {"stats": found})


async def system_resources(asked: Asked) -> Response:
    """What the machine has and does."""
    return _json(asked.web.measuring.machine.whole(asked.web.settings.home))


async def show_config(asked: Asked) -> Response:
    """What can be changed while it works, and what it is."""
    config = (await asked.web.measuring.open()).config
    return _json({name: getattr(config, name) for name in CHANGEABLE})


async def change_config(asked: Asked) -> Response:
    """Change a part of it; it lasts until the server ends."""
    body = await _body(asked, CHANGEABLE)
    return _json(_configure(await asked.web.measuring.open(), body, {}))


def _configure(optimizer: PerformanceOptimizer, changes: Mapping[str, Any], named: Mapping[str, str]) -> dict[str, Any]:
    for name, value in changes.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(named.get(name, name), "it is not a number")
    try:
        config = optimizer.configure(**changes)
    except (RequestError, ConfigurationError) as error:
        fields = [(f"/{named.get(name, name)}", error.message) for name in changes]
        raise Problem(422, error.message, hint=error.hint, errors=fields) from error
    return {name: getattr(config, name) for name in CHANGEABLE}


async def alerts(asked: Asked) -> Response:
    """The rules that hold, as `--status` shows them."""
    status = document(await asked.web.commands.kept("--status", "--json", for_s=FRESH_S))
    found = [
        {
            "type": one["name"],
            "severity": one["severity"],
            "message": one["message"],
            "timestamp": None if one["since"] is None else _utc(one["since"]),
        }
        for one in status["alerts"]
        if one["raised"]
    ]
    return _json({"alerts": found, "total_alerts": len(found)})


async def recommendations(asked: Asked) -> Response:
    """What would make things better: in this process, and in what all workers did."""
    optimizer = await asked.web.measuring.open()
    found = list(optimizer.get_optimization_status()["recommendations"])
    metrics = document(await asked.web.commands.kept("--metrics", "--json", for_s=FRESH_S))
    known = {one["metric"] for one in found}
    found += [one for one in metrics["recommendations"] if one["metric"] not in known]
    return _json({"recommendations": found, "total_recommendations": len(found)})


async def _body(asked: Asked, names: Collection[str]) -> dict[str, Any]:
    body = await asked.json()
    for name in body:
        if name not in names:
            near = next(iter(difflib.get_close_matches(name, names, n=1)), "")
            hint = f"Did you mean {near}?" if near else f"There are: {', '.join(names)}."
            raise Problem(422, f"there is no field {name[:60]!r}", hint=hint, errors=[(f"/{name[:60]}", "unknown")])
    return body


def _one_of(body: Mapping[str, Any], name: str, values: Collection[str], default: str = "") -> str:
    value = body.get(name, default)
    if value in values and isinstance(value, str):
        return value
    given = f"{str(value)[:40]!r} is none" if value else "it is not said"
    near = next(iter(difflib.get_close_matches(str(value), values, n=1)), "")
    problem = _wrong(name, given)
    problem.hint = f"Did you mean {near}?" if near else f"One of: {', '.join(values)}."
    raise problem


def _wrong(name: str, what: str) -> Problem:
    return Problem(422, f"{name}: {what}", errors=[(f"/{name}", what)])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
