"""The figures that alerts are judged by, as they are at this moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from automagic.monitor.recent import read_recent_figures

if TYPE_CHECKING:
    from automagic.database.plain import Query
    from automagic.monitor.resources import Machine
    from automagic.settings import Settings

FIGURES = (
    "disk_free_gb",
    "disk_used_percent",
    "memory_free_gb",
    "memory_used_gb",
    "memory_used_percent",
    "load_per_core",
    "runs_failed_1h",
    "runs_failed_percent_1d",
    "vendor_calls_failed_1h",
    "vendor_success_percent_1h",
    "vendors_open",
    "cache_hit_percent",
    "call_p95_s",
    "budget_used_percent",
    "jobs_waiting",
    "oldest_job_waits_s",
    "jobs_failed_1d",
    "workers",
)
"""Their names; those of the queue come from `jobs.overview`."""

JUDGED = ("succeeded", "failed", "rejected")
"""The outcomes of runs that say how well the work goes; what was refused or cancelled was not to be done."""

HOUR_S, DAY_S = 3600.0, 86400.0
DOWN_S = 600.0
"""A vendor whose breaker opened longer ago, and that was not called since, is not known to be down."""

GIGABYTE = 2**30


def read_machine_figures(machine: Machine, used_bytes: int | None, limit_gb: float) -> dict[str, float | None]:
    """Of the machine.

    Args:
        used_bytes: Memory of our processes, where known.
        limit_gb: What they may hold: MAX_MEMORY_GB.
    """
    disk = machine.disk_total_bytes
    return {
        "disk_free_gb": machine.disk_free_bytes / GIGABYTE,
        "disk_used_percent": 100 * (1 - machine.disk_free_bytes / disk) if disk else None,
        "memory_free_gb": machine.memory_free_bytes / GIGABYTE,
        "memory_used_gb": None if used_bytes is None else used_bytes / GIGABYTE,
        "memory_used_percent": None if used_bytes is None else 100 * used_bytes / GIGABYTE / limit_gb,
        "load_per_core": machine.load / machine.cores,
    }


def read_run_figures(query: Query, settings: Settings, *, now: float) -> dict[str, float | None]:
    """Of runs, vendors and money, from the database."""
    ended: dict[str, int] = {}
    recent = 0
    # By the index on the beginning: a run takes less than a day.
    for state, finished_at in query(
        "SELECT state, finished_at FROM runs WHERE started_at > :edge AND finished_at > :since",
        edge=now - 2 * DAY_S,
        since=now - DAY_S,
    ):
        ended[state] = ended.get(state, 0) + 1
        recent += state in ("failed", "rejected") and finished_at > now - HOUR_S
    judged = sum(ended.get(state, 0) for state in JUDGED)
    failed = ended.get("failed", 0) + ended.get("rejected", 0)
    calls = query(
        "SELECT count(*) FROM vendor_calls WHERE started_at > :since AND state = 'failed'", since=now - HOUR_S
    )
    return {
        "runs_failed_1h": float(recent),
        "runs_failed_percent_1d": 100 * failed / judged if judged else 0.0,
        "vendor_calls_failed_1h": float(calls[0][0]) if calls else 0.0,
        "vendors_open": float(len(find_open_vendors(query, settings, now=now))),
        "budget_used_percent": _read_budget(query, settings),
        **read_recent_figures(query, now=now),
    }


def find_open_vendors(query: Query, settings: Settings, *, now: float) -> list[str]:
    """The vendors that are not called for a while, or were not and have not worked since."""
    since = now - max(DOWN_S, 2 * settings.breaker_recovery_s)
    rows = query("SELECT vendor FROM vendor_standings WHERE opened_at > :since ORDER BY vendor", since=since)
    return [row[0] for row in rows]


def month_start() -> float:
    """When this calendar month (UTC) began, which budgets go by."""
    return datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()


def _read_budget(query: Query, settings: Settings) -> float | None:
    if not settings.monthly_budget_usd:
        return None
    rows = query("SELECT sum(spent_micro_usd) FROM vendor_calls WHERE started_at >= :since", since=month_start())
    spent = float(rows[0][0] or 0) if rows else 0.0
    return 100 * spent / 1e6 / float(settings.monthly_budget_usd)
