"""The routes of the performance layer, of which the table of all takes its part, and `performance_router` is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from automagic.performance.config import CHANGEABLE
from automagic.web.handlers import figures
from automagic.web.performance import handlers
from automagic.web.route import Route

PREFIX = "/performance"


def _object(**properties: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    return {"application/json": {"type": "object", "properties": properties, "additionalProperties": False}}


def _choice(values: Sequence[str]) -> Mapping[str, Any]:
    return {"type": "string", "enum": list(values)}


_BOOLEAN: Mapping[str, Any] = {"type": "boolean"}
_TEXT: Mapping[str, Any] = {"type": ["string", "null"]}
_NUMBER: Mapping[str, Any] = {"type": "number"}
_OR_NONE: Mapping[str, Any] = {"type": ["number", "null"]}


def performance_routes(prefix: str = PREFIX) -> tuple[Route, ...]:
    """All of them, below a prefix."""
    looks = (
        ("stats", handlers.stats, "Show every figure of this process."),
        ("memory/stats", handlers.memory_stats, "Show what this process holds, and what its collector did."),
        ("memory/usage", handlers.memory_usage, "Show what it holds now and held at most."),
        ("cache/stats", handlers.cache_stats, "Show hits, misses and bytes of each tier."),
        ("tasks/stats", handlers.tasks_stats, "Show what runs, and how tasks ended."),
        ("database/stats", handlers.database_stats, "Show how many statements there were, and the slow ones."),
        ("system/resources", handlers.system_resources, "Show what the machine has and does."),
        ("config", handlers.show_config, "Show what can be changed while it works."),
        ("alerts", handlers.alerts, "List the alerts that are raised."),
        ("recommendations", handlers.recommendations, "List what would make things better."),
    )
    changes = (
        ("POST", "memory/cleanup", handlers.memory_cleanup, "Give memory back.",
         _object(force=_BOOLEAN, aggressive=_BOOLEAN)),
        ("POST", "cache/manage", handlers.cache_manage, "Clear a tier, or tidy it.",
         _object(action=_choice(handlers.CACHE_ACTIONS), cache_type=_choice(handlers.TIERS), ttl=_OR_NONE)),
        ("POST", "tasks/manage", handlers.tasks_manage, "Cancel a task.",
         _object(action=_choice(handlers.TASK_ACTIONS), task_id=_TEXT)),
        ("POST", "database/optimize", handlers.database_optimize, "Look at statements, or forget kept results.",
         _object(action=_choice(handlers.DATABASE_ACTIONS), query_type=_TEXT)),
        ("PUT", "config", handlers.change_config, "Change a part of the configuration, until the server ends.",
         _object(**dict.fromkeys(CHANGEABLE, _NUMBER))),
    )  # fmt: skip
    return (
        Route("GET", f"{prefix}/health", "performance_health", "Say how the process and the machine do.",
              handlers.health, scope="none"),
        *(Route("GET", f"{prefix}/{path}", f"performance_{path.replace('/', '_')}", says, handler)
          for path, handler, says in looks),
        *(Route(method, f"{prefix}/{path}", f"change_performance_{path.replace('/', '_')}", says, handler,
                takes=takes, scope="admin") for method, path, handler, says, takes in changes),
        Route("GET", f"{prefix}/metrics", "performance_metrics", "Show all figures as Prometheus reads them.",
              figures.prometheus, media_type="text/plain"),
    )  # fmt: skip
