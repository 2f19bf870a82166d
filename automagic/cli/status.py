"""`automagic --status`: the machine, the models, the vendors, what is kept, and the last runs.

Exit code 0 when everything that a run needs is there, 1 when something is wrong, which is then said.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from automagic.monitor.resources import Machine
    from automagic.settings import Settings

LAST_RUNS = 8
LOW_MEMORY_BYTES = 512 << 20
UNHEALTHY = 1


def show_status(*, as_json: bool) -> None:
    """Print how things stand. Reads only: it creates neither the home folder nor the database.

    Raises:
        typer.Exit: With 1, when something is wrong.
    """
    import typer

    from automagic.settings import load_settings

    status = read_status(load_settings())
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(status)).decode() + "\n")
    else:
        _print(status)
    if status["problems"]:
        raise typer.Exit(UNHEALTHY)


def read_status(settings: Settings) -> dict[str, Any]:
    """Everything that `--status --json` prints."""
    from automagic.monitor.resources import read_machine

    home = settings.home
    machine = read_machine(home)
    models = _models(home)
    ffmpeg = _find_ffmpeg()
    return {
        "problems": _find_problems(machine, models, ffmpeg=ffmpeg),
        "home": str(home),
        "machine": _machine(machine),
        "ffmpeg": ffmpeg,
        "models": models,
        "vendors": _vendors(settings),
        "spent": _spent(settings),
        "artifacts": _artifacts(home),
        "responses": _responses(home / "responses"),
        "database": {"size_mb": round(_size_of(home / "automagic.db", home / "automagic.db-wal") / 1e6, 1)},
        "runs": _runs(home),
    }


def _find_problems(machine: Machine, models: dict[str, str], *, ffmpeg: bool) -> list[str]:
    from automagic.monitor.resources import LOW_DISK_BYTES

    problems = [
        f"the model {name} is {state}: run automagic models install"
        for name, state in models.items()
        if state in ("missing", "damaged")
    ]
    if not ffmpeg:
        problems.append("there is no ffmpeg: install the package imageio-ffmpeg")
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
        "memory_total_gb": round(machine.memory_total_bytes / 2**30, 1),
        "memory_free_gb": round(machine.memory_free_bytes / 2**30, 1),
        "container_memory_gb": None if limit is None else round(limit / 2**30, 1),
        "disk_free_gb": round(machine.disk_free_bytes / 2**30, 1),
    }


def _find_ffmpeg() -> bool:
    """Whether `media.ffmpeg` would find one; to ask it would import an event loop."""
    if shutil.which(os.environ.get("IMAGEIO_FFMPEG_EXE", "ffmpeg")):
        return True
    spec = importlib.util.find_spec("imageio_ffmpeg")
    folders = (spec and spec.submodule_search_locations) or []
    return any(any(Path(folder, "binaries").glob("ffmpeg-*")) for folder in folders)


def _models(home: Path) -> dict[str, str]:
    from automagic import models

    return {status.model.name: status.state for status in models.list_models(home) if status.model.required}


def _vendors(settings: Settings) -> dict[str, dict[str, Any]]:
    """Everybody who asks a server, and whether the setting that they need is there."""
    from automagic.providers.catalogue import CATALOGUE

    def configured(name: str, needs: str) -> bool:
        own_server = name == "openai" and settings.openai_base_url  # which may want no key
        return not needs or bool(getattr(settings, needs)) or bool(own_server)

    return {
        name: {"configured": configured(name, entry.needs), "kinds": list(entry.kinds), "paid": entry.paid}
        for name, entry in CATALOGUE.items()
        if entry.network
    }


def _spent(settings: Settings) -> dict[str, Any]:
    """Of this calendar month (UTC), as the budget counts it."""
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = query(
        settings.home,
        "SELECT count(*), coalesce(sum(spent_micro_usd), 0), coalesce(sum(state = 'failed'), 0), "
        "coalesce(sum(state = 'unknown'), 0) FROM vendor_calls WHERE started_at >= ?",
        month.timestamp(),
    )
    calls, spent, failed, unknown = rows[0] if rows else (0, 0, 0, 0)
    budget = settings.monthly_budget_usd
    return {
        "month": month.strftime("%Y-%m"),
        "usd": spent / 1e6,
        "budget_usd": None if budget is None else float(budget),
        "calls": calls,
        "failed": failed,
        "unknown": unknown,
    }


def _artifacts(home: Path) -> dict[str, Any]:
    rows = query(home, "SELECT count(*), coalesce(sum(size_bytes), 0) FROM artifacts")
    count, size = rows[0] if rows else (0, 0)
    return {"count": count, "size_mb": round(size / 1e6, 1)}


def _responses(folder: Path) -> dict[str, Any]:
    """As the cache itself counts them."""
    import sqlite3

    path = folder / "cache.db"
    if not path.exists():
        return {"count": 0, "size_mb": 0.0}
    counted: dict[str, int] = {}
    with (
        contextlib.suppress(sqlite3.DatabaseError),  # damaged: its next user makes it anew
        contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=2)) as cache,
    ):
        counted = dict(cache.execute("SELECT key, value FROM Settings WHERE key IN ('count', 'size')"))
    size = counted.get("size", 0) + _size_of(path)
    return {"count": counted.get("count", 0), "size_mb": round(size / 1e6, 1)}


def _size_of(*paths: Path) -> int:
    return sum(path.stat().st_size for path in paths if path.exists())


def _runs(home: Path) -> list[dict[str, Any]]:
    names = (
        "id",
        "product",
        "title",
        "state",
        "started_at",
        "finished_at",
        "steps_hit",
        "steps_miss",
        "cost_usd",
        "result",
        "error",
    )
    rows = query(home, f"SELECT {', '.join(names)} FROM runs ORDER BY started_at DESC LIMIT ?", LAST_RUNS)  # noqa: S608
    runs = [dict(zip(names, row, strict=True)) for row in rows]
    for run in runs:
        run["result"] = msgspec.json.decode(run["result"]) if run["result"] else None
        # Its lock is there as long as its process lives, and is removed by the next run when that died.
        if run["state"] == "running" and not (home / "work" / f"{run['id']}.lock").exists():
            run["state"] = "killed"
    return runs


def query(home: Path, statement: str, *arguments: Any) -> list[Any]:
    """Plain SQL on the SQLite file, opened for reading only; nothing when there is none yet."""
    import sqlite3

    path = home / "automagic.db"
    if not path.exists():
        return []
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        return connection.execute(statement, arguments).fetchall()
    except sqlite3.DatabaseError as error:
        if str(error).startswith("no such table"):  # an earlier version's, until the next run brings it up to date
            return []
        from automagic.errors import ConfigurationError

        raise ConfigurationError(
            f"the database {path} cannot be read: {error}",
            hint="Any command that makes something brings it up to date, or says that the file is damaged.",
        ) from error
    finally:
        connection.close()


# ---------------------------------------------------------------------------------------------------- for people


def _print(status: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console()

    def say(label: str, text: str, style: str = "") -> None:
        console.print(f"{label:<10}{text}", style=style, highlight=False, markup=False, soft_wrap=True)

    for problem in status["problems"]:
        say("Problem", problem, "bold red")
    say("Home", status["home"])
    say("Machine", _describe_machine(status["machine"]))
    models = ", ".join(f"{name} {state}" for name, state in status["models"].items())
    say("Models", f"{models}, ffmpeg {'ready' if status['ffmpeg'] else 'missing'}")
    ready = [name for name, vendor in status["vendors"].items() if vendor["configured"]]
    say("Vendors", ", ".join(ready) or "none set up: everything is made on this machine")
    say("Spent", _describe_spent(status["spent"]))
    kept, responses = status["artifacts"], status["responses"]
    say(
        "Kept",
        f"{kept['count']:,} artifacts, {kept['size_mb']:,} MB; {responses['count']:,} answers, "
        f"{responses['size_mb']:,} MB; database {status['database']['size_mb']:,} MB",
    )
    if not status["runs"]:
        say("Runs", "none yet")
        return
    console.print(_runs_table(status["runs"]))
    latest = next((run["result"] for run in status["runs"] if run["result"]), None)
    if latest and latest.get("folder"):
        say("Result", latest["folder"])


def _describe_machine(machine: dict[str, Any]) -> str:
    container = machine["container_memory_gb"]
    return (
        f"{machine['cores']:g} cores, load {machine['load']}, "
        f"{machine['memory_free_gb']} of {machine['memory_total_gb']} GB memory free"
        f"{' (the container’s limit)' if container else ''}, {machine['disk_free_gb']} GB disk free"
    )


def _describe_spent(spent: dict[str, Any]) -> str:
    text = f"{spent['usd']:.4f} USD in {spent['month']}"
    if spent["budget_usd"] is not None:
        text += f" of {spent['budget_usd']:.2f}"
    if spent["calls"]:
        text += f", {spent['calls']:,} calls, {spent['failed']:,} failed, {spent['unknown']:,} unknown"
    return text


def _runs_table(runs: list[dict[str, Any]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in ("Started", "State", "Took", "Steps", "Title"):
        table.add_column(column, no_wrap=True, overflow="ellipsis")
    for run in runs:
        took = f"{run['finished_at'] - run['started_at']:.0f} s" if run["finished_at"] else ""
        table.add_row(
            time.strftime("%m-%d %H:%M", time.localtime(run["started_at"])),
            run["state"],
            took,
            f"{run['steps_miss']} made, {run['steps_hit']} kept",
            Text(run["title"] or run["error"] or ""),
        )
    return table
