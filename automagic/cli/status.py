"""`automagic --status`: the machine, the models and the last runs."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

import msgspec

LAST_RUNS = 8


def show_status(*, as_json: bool) -> None:
    """Print how things stand. Reads only: it creates neither the home folder nor the database."""
    from automagic.settings import load_settings

    settings = load_settings()
    status = {
        "home": str(settings.home),
        "machine": _machine(settings.home),
        "models": _models(settings.home),
        "artifacts": _artifacts(settings.home),
        "runs": _runs(settings.home),
    }
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(status)).decode() + "\n")
    else:
        _print(status)


def _machine(home: Any) -> dict[str, Any]:
    import psutil

    memory = psutil.virtual_memory()
    place = next(path for path in (home, *home.parents) if path.exists())
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "memory_total_gb": round(memory.total / 2**30, 1),
        "memory_free_gb": round(memory.available / 2**30, 1),
        "disk_free_gb": round(psutil.disk_usage(str(place)).free / 2**30, 1),
    }


def _models(home: Any) -> dict[str, str]:
    from automagic import models

    return {status.model.name: status.state for status in models.list_models(home) if status.model.required}


def _artifacts(home: Any) -> dict[str, Any]:
    rows = query(home, "SELECT count(*), coalesce(sum(size_bytes), 0) FROM artifacts")
    count, size = rows[0] if rows else (0, 0)
    return {"count": count, "size_mb": round(size / 1e6, 1)}


def _runs(home: Any) -> list[dict[str, Any]]:
    rows = query(
        home,
        "SELECT id, product, title, state, started_at, finished_at, steps_hit, steps_miss, error "
        "FROM runs ORDER BY started_at DESC LIMIT ?",
        LAST_RUNS,
    )
    names = ("id", "product", "title", "state", "started_at", "finished_at", "steps_hit", "steps_miss", "error")
    return [dict(zip(names, row, strict=True)) for row in rows]


def query(home: Any, statement: str, *arguments: Any) -> list[Any]:
    """Plain SQL on the SQLite file, opened for reading only; nothing when there is none yet."""
    import sqlite3

    path = home / "automagic.db"
    if not path.exists():
        return []
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)
    try:
        return connection.execute(statement, arguments).fetchall()
    except sqlite3.DatabaseError as error:
        from automagic.errors import ConfigurationError

        raise ConfigurationError(
            f"the database {path} cannot be read: {error}",
            hint="Any command that makes something brings it up to date, or says that the file is damaged.",
        ) from error
    finally:
        connection.close()


def _print(status: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    machine = status["machine"]
    console.print(f"Home      {status['home']}", highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"Machine   {machine['cores']} cores, load {machine['load']}, "
        f"{machine['memory_free_gb']} of {machine['memory_total_gb']} GB memory free, "
        f"{machine['disk_free_gb']} GB disk free",
        highlight=False,
    )
    console.print("Models    " + ", ".join(f"{name} {state}" for name, state in status["models"].items()))
    kept = status["artifacts"]
    console.print(f"Kept      {kept['count']} artifacts, {kept['size_mb']} MB", highlight=False)
    if not status["runs"]:
        console.print("Runs      none yet")
        return
    table = Table(box=None, pad_edge=False)
    for column in ("Started", "State", "Took", "Steps", "Title"):
        table.add_column(column, no_wrap=column != "Title")
    for run in status["runs"]:
        took = f"{run['finished_at'] - run['started_at']:.0f} s" if run["finished_at"] else ""
        table.add_row(
            time.strftime("%m-%d %H:%M", time.localtime(run["started_at"])),
            run["state"],
            took,
            f"{run['steps_miss']} made, {run['steps_hit']} kept",
            Text(run["title"] or run["error"] or ""),
        )
    console.print(table)
