"""What `automagic --status` knows, as one document. Reads only: it creates neither the home folder nor a database."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import AutomagicError, ConfigurationError
from automagic.machine.engines import ENGINES, OPTIONAL, is_installed
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from automagic.database.plain import Query
    from automagic.monitor.processes import Processes
    from automagic.monitor.resources import Machine
    from automagic.settings import Settings

LAST_RUNS = 8
LOW_MEMORY_BYTES = 512 << 20
GIGABYTE = 2**30


def read_status(settings: Settings, *, before: Processes | None = None) -> tuple[dict[str, Any], Processes]:
    """Everything that `--status --json` prints, and what was seen of the processes.

    Args:
        before: From the last look, for what they have been doing since; this look's own beginning when None.
    """
    from automagic.database.address import database_url
    from automagic.database.plain import open_query
    from automagic.database.revisions import NewerVersion
    from automagic.monitor.figures import read_machine_figures, read_run_figures
    from automagic.monitor.processes import find_processes
    from automagic.monitor.recommendations import recommend
    from automagic.monitor.resources import read_machine

    home, now = settings.home, time.time()
    seen = find_processes()
    machine = read_machine(home)
    models, no_ffmpeg = _models(home), _why_no_ffmpeg(settings)
    problems = find_problems(machine, models, no_ffmpeg)
    with contextlib.ExitStack() as opened:
        try:
            query = opened.enter_context(open_query(database_url(settings)))
        except NewerVersion:  # what it holds would be told wrongly
            raise
        except AutomagicError as error:
            problems.append(error.message)
            query = _know_nothing
        status: dict[str, Any] = {
            "vendors": _vendors(settings, query, now=now),
            "spent": _spent(settings, query),
            "artifacts": _artifacts(query),
            "responses": _responses(home / "responses"),
            "database": {"size_mb": _database_mb(settings, query)},
            "runs": _runs(home, query, shared=bool(settings.database_url)),
        }
        figures = read_run_figures(query, settings, now=now)
    status["queue"], queue_figures = _queue(settings, problems, now=now)
    status["schedules"] = _schedules(settings, problems, now=now)
    busy_cores = seen.busy_cores(before) if before else seen.look_again().busy_cores(seen)
    figures |= read_machine_figures(machine, seen.memory_bytes, settings.max_memory_gb) | queue_figures
    status["alerts"] = _alerts(home, figures, problems)
    status["recommendations"] = [asdict(one) for one in recommend(figures)]
    head = {
        "problems": problems,
        "home": str(home),
        "environment": settings.automagic_env,
        "machine": _machine(machine),
        "processes": {
            "commands": seen.commands,
            "count": seen.count,
            "memory_gb": round(seen.memory_bytes / GIGABYTE, 2),
            "busy_cores": round(busy_cores, 2),
        },
        "ffmpeg": not no_ffmpeg,
        "models": models,
        "lacking": [name for name in ENGINES if name not in OPTIONAL and not is_installed(name)],
    }
    return head | status, seen


def _know_nothing(_statement: str, **_parameters: object) -> Sequence[Sequence[Any]]:
    return ()


def find_problems(machine: Machine, models: dict[str, str], no_ffmpeg: str = "") -> list[str]:
    """What keeps runs from working, and what to do about it.

    Args:
        no_ffmpeg: Why ffmpeg cannot be used; "" when it can.
    """
    from automagic.monitor.resources import LOW_DISK_BYTES

    problems = [
        f"the model {name} is {state}: run automagic models install"
        for name, state in models.items()
        if state in ("missing", "damaged")
    ]
    if no_ffmpeg:
        problems.append(no_ffmpeg)
    if machine.disk_free_bytes < LOW_DISK_BYTES:
        problems.append(f"only {machine.disk_free_bytes / 1e6:.0f} MB of disk are free: run automagic --cleanup")
    if machine.memory_free_bytes < LOW_MEMORY_BYTES:
        problems.append(f"only {machine.memory_free_bytes / 1e6:.0f} MB of memory are free")
    return problems


def _machine(machine: Machine) -> dict[str, Any]:
    limit = machine.container_memory_bytes
    return {
        "cores": round(machine.cores, 2),
        "load": round(machine.load, 2),
        "memory_total_gb": round(machine.memory_total_bytes / GIGABYTE, 1),
        "memory_free_gb": round(machine.memory_free_bytes / GIGABYTE, 1),
        "container_memory_gb": None if limit is None else round(limit / GIGABYTE, 1),
        "disk_free_gb": round(machine.disk_free_bytes / GIGABYTE, 1),
        "disk_total_gb": round(machine.disk_total_bytes / GIGABYTE, 1),
    }


def _why_no_ffmpeg(settings: Settings) -> str:
    """What keeps ffmpeg from running, as far as can be told without starting it; "" for nothing."""
    from automagic.media.video.ffmpeg_program import locate_ffmpeg

    try:
        locate_ffmpeg(settings.ffmpeg_binary)
    except ConfigurationError as error:
        return f"{error.message}: {error.hint[:1].lower()}{error.hint[1:].removesuffix('.')}"
    return ""


def _models(home: Path) -> dict[str, str]:
    from automagic.weights import model_files

    return {status.model.name: status.state for status in model_files.list_models(home) if status.model.required}


def _vendors(settings: Settings, query: Query, *, now: float) -> dict[str, dict[str, Any]]:
    """Everybody who asks a server: whether the setting that they need is there, and what all processes know of them."""
    from automagic.providers.shared.registry import providers

    columns = "vendor, failures, opened_at, turns, turns_at, held_until"
    known = {row[0]: row[1:] for row in query(f"SELECT {columns} FROM vendor_standings")}  # noqa: S608 - a constant
    return {
        name: {
            "configured": not entry.lacks(settings),
            "kinds": list(entry.kinds),
            "paid": entry.paid,
            **_standing(settings, known.get(name), now=now),
        }
        for name, entry in providers().items()
        if entry.network
    }


def _standing(settings: Settings, known: Sequence[Any] | None, *, now: float) -> dict[str, Any]:
    """Its breaker, and how many requests may go at once now; a bucket that leaks at the rate (`gate.rate_limiter`)."""
    failures, opened_at, turns, turns_at, held_until = known or (0, 0.0, 0.0, now, 0.0)
    breaker = "closed"
    if opened_at:
        breaker = "open" if now < opened_at + settings.breaker_recovery_s else "half-open"
    rate = settings.rate_limit_rpm
    left = settings.connection_pool_size - max(0.0, turns - max(0.0, now - turns_at) * rate / 60)
    return {
        "breaker": breaker,
        "failures": failures,
        "rate": {
            "per_minute": rate,
            "free_now": 0 if held_until > now else max(0, int(left)),
            "held_s": round(max(0.0, held_until - now), 1),
        },
    }


def _spent(settings: Settings, query: Query) -> dict[str, Any]:
    """Of this calendar month (UTC), as the budget counts it."""
    from automagic.monitor.figures import month_start

    since = month_start()
    rows = query(
        "SELECT count(*), coalesce(sum(spent_micro_usd), 0), sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN state = 'unknown' THEN 1 ELSE 0 END) FROM vendor_calls WHERE started_at >= :since",
        since=since,
    )
    calls, spent, failed, unknown = rows[0] if rows else (0, 0, 0, 0)
    budget = settings.monthly_budget_usd
    return {
        "month": time.strftime("%Y-%m", time.gmtime(since)),
        "usd": float(spent) / 1e6,
        "budget_usd": None if budget is None else float(budget),
        "calls": calls,
        "failed": failed or 0,
        "unknown": unknown or 0,
    }


def _artifacts(query: Query) -> dict[str, Any]:
    rows = query("SELECT count(*), coalesce(sum(size_bytes), 0) FROM artifacts")
    count, size = rows[0] if rows else (0, 0)
    return {"count": count, "size_mb": round(float(size) / 1e6, 1)}


def _responses(folder: Path) -> dict[str, Any]:
    """As the cache itself counts them."""
    import sqlite3

    path = folder / "cache.db"
    if not path.exists():
        return {"count": 0, "size_mb": 0.0}
    counted: dict[str, int] = {}
    with (
        contextlib.suppress(sqlite3.DatabaseError),  # damaged: the next run creates it again
        contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as cache,
    ):
        counted = dict(cache.execute("SELECT key, value FROM Settings WHERE key IN ('count', 'size')"))
    size = counted.get("size", 0) + _size_of(path)
    return {"count": counted.get("count", 0), "size_mb": round(size / 1e6, 1)}


def _database_mb(settings: Settings, query: Query) -> float:
    if settings.database_url:
        rows = query("SELECT pg_database_size(current_database())")
        size = float(rows[0][0]) if rows else 0.0
    else:
        size = _size_of(settings.home / "automagic.db", settings.home / "automagic.db-wal")
    return round(size / 1e6, 1)


def _size_of(*paths: Path) -> int:
    return sum(path.stat().st_size for path in paths if path.exists())


def _runs(home: Path, query: Query, *, shared: bool) -> list[dict[str, Any]]:
    columns = "id, product, title, state, started_at, finished_at, steps_hit, steps_miss, cost_usd, result, error"
    rows = query(f"SELECT {columns} FROM runs ORDER BY started_at DESC LIMIT :limit", limit=LAST_RUNS)  # noqa: S608 - a constant
    runs = [dict(zip(columns.split(", "), row, strict=True)) for row in rows]
    for run in runs:
        run["result"] = parse_json(run["result"], name=f"the result of {run['id']}") if run["result"] else None
        # Its lock is there as long as its process lives, and is removed by the next run when that died. Those of other
        # machines are there.
        if run["state"] == "running" and not shared and not (home / "work" / f"{run['id']}.lock").exists():
            run["state"] = "killed"
    return runs


def _queue(settings: Settings, problems: list[str], *, now: float) -> tuple[dict[str, Any], dict[str, float | None]]:
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.overview import read_overview

    try:
        seen = read_overview(QueueLocation.of(settings), now=now)
    except AutomagicError as error:
        problems.append(error.message)
        return {"counts": {}, "waiting": 0, "oldest_waits_s": 0.0, "workers": []}, {}
    queue = {
        "counts": seen.counts,
        "waiting": seen.waiting,
        "oldest_waits_s": round(seen.oldest_waits_s, 1),
        "workers": list(seen.workers),
    }
    return queue, seen.figures


def _schedules(settings: Settings, problems: list[str], *, now: float) -> list[dict[str, Any]]:
    places = (Path.cwd(), settings.home)
    if not settings.daily_run_time and not any((place / "schedules.toml").exists() for place in places):
        return []
    from automagic.jobs.schedule.file import find_schedules
    from automagic.jobs.schedule.times import next_due, wake_time

    try:
        found = find_schedules(settings)
    except AutomagicError as error:
        problems.append(error.message)
        return []
    schedules = [
        {
            "name": schedule.name,
            "kind": schedule.kind,
            "when": schedule.when,
            "zone": schedule.timing.zone,
            "next_at": wake_time(schedule.timing, schedule.name, next_due(schedule.timing, now)),
        }
        for schedule in found.schedules
    ]
    return sorted(schedules, key=lambda schedule: (schedule["next_at"], schedule["name"]))


def _alerts(home: Path, figures: dict[str, float | None], problems: list[str]) -> list[dict[str, Any]]:
    """Rules that hold now: raised by a process that watches them, or waiting for their time, or unwatched."""
    from automagic.monitor.alert_rules import load_rules
    from automagic.monitor.alerts import read_episodes

    try:
        rules = load_rules(home)
    except AutomagicError as error:
        problems.append(error.message)
        return []
    episodes = read_episodes(home)
    alerts: list[dict[str, Any]] = []
    for rule in rules:
        value = figures.get(rule.metric)
        if value is None or not rule.holds(value):
            continue
        episode = episodes.get(rule.name)
        raised = (episode is not None and episode.raised_at is not None) or not rule.for_s
        said = rule.describe(value)
        alerts.append(
            {
                "name": rule.name,
                "severity": rule.severity,
                "raised": raised,
                "since": None if episode is None else episode.since,
                "message": said,
            }
        )
        if raised and rule.severity == "critical":
            problems.append(f"{rule.name}: {said}")
    return alerts
