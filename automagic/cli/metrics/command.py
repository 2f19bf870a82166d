"""`automagic --metrics`: what was made, how long it took, what it cost."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from textwrap import wrap
from typing import TypeVar

import msgspec
import psutil

from automagic.cli.cleanup import parse_span
from automagic.cli.metrics.document import document
from automagic.cli.metrics.history import draw_history
from automagic.cli.metrics.tables import (
    caches_table,
    database_table,
    named_tables,
    runs_table,
    steps_table,
    uploads_table,
    vendors_table,
)
from automagic.cli.metrics.words import format_seconds
from automagic.cli.tables import draw_table, shorten, terminal_columns
from automagic.cli.words import count
from automagic.database.address import database_url
from automagic.database.plain import Execute, open_plain, open_query
from automagic.errors import AutomagicError, ConfigurationError, RequestError
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.overview import read_overview
from automagic.monitor.figures import read_machine_figures, read_run_figures
from automagic.monitor.history import DayFigures, read_history
from automagic.monitor.metrics import Metrics, Reason, mean_of, quantile_of, read_metrics
from automagic.monitor.recommendations import Recommendation, recommend
from automagic.monitor.resources import read_machine
from automagic.monitor.totals import bring_up_to_date, has_news
from automagic.settings import Settings, load_settings

CHART_COLUMNS = 60

Found = TypeVar("Found")


def show_metrics(*, since: str | None, prometheus: bool, as_json: bool, history: str | None = None) -> None:
    """Print the metrics as tables and charts, as JSON, or as Prometheus reads them.

    Args:
        since: Such as "7d"; everything when None.
        history: Likewise: the days of that time instead, one after the other.

    Raises:
        RequestError: The flags do not fit together.
    """
    if prometheus and since is not None:
        raise RequestError(
            "--prometheus and --since cannot be used together: Prometheus needs totals from the beginning",
            hint="Leave out --since; rate() and increase() give the figures of a period.",
        )
    if prometheus and as_json:
        raise RequestError("--prometheus and --json cannot be used together", hint="Give one of them.")
    if history is not None and (prometheus or since is not None):
        raise RequestError("--history cannot be used together with --since or --prometheus", hint="Give one of them.")
    now = time.time()
    if history is not None:
        show_history(load_settings(), since=now - parse_span(history, flag="--history"), now=now, as_json=as_json)
        return
    edge = None if since is None else now - parse_span(since, flag="--since")
    settings = load_settings()
    metrics = _read(settings, since=edge, now=now)
    if prometheus:
        sys.stdout.write(_format_prometheus(metrics, settings))
    elif as_json:
        found = document(metrics) | {
            "recommendations": [asdict(one) for one in read_recommendations(settings, now=now)]
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    else:
        print_metrics(metrics)
        for one in read_recommendations(settings, now=now):
            print(*wrap(f"Better: {one}", terminal_columns() or sys.maxsize, subsequent_indent="  "), sep="\n")  # noqa: T201 - the result


def read_recommendations(settings: Settings, *, now: float) -> tuple[Recommendation, ...]:
    """What would make things better now; what the queue says is left out where it cannot be reached."""
    figures: dict[str, float | None] = {}
    with open_query(database_url(settings)) as query:
        figures |= read_run_figures(query, settings, now=now)
    figures |= read_machine_figures(read_machine(settings.home), None, settings.max_memory_gb)
    with contextlib.suppress(AutomagicError):  # `--status` tells it
        figures |= read_overview(QueueLocation.of(settings), now=now).figures
    return recommend(figures)


def show_history(settings: Settings, *, since: float, now: float, as_json: bool) -> None:
    """Print the days since then."""
    none: tuple[DayFigures, ...] = ()
    days = _read_database(settings, lambda execute: read_history(execute, since=since, now=now), none, now=now)
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode([asdict(day) for day in days])).decode() + "\n")
        return
    for line in draw_history(days):
        print(line)  # noqa: T201 - the result


def _read(settings: Settings, *, since: float | None, now: float) -> Metrics:
    nothing = Metrics.nothing(since)
    return _read_database(settings, lambda execute: read_metrics(execute, since=since, now=now), nothing, now=now)


def _read_database(settings: Settings, read: Callable[[Execute], Found], nothing: Found, *, now: float) -> Found:
    """What is read from the totals, which are brought up to date first; `nothing` where there is no database."""
    url = database_url(settings)
    if url.startswith("sqlite") and not (settings.home / "automagic.db").exists():
        return nothing
    with open_query(url) as query:
        counts_runs = query("SELECT count(*) FROM uncounted_runs")
    if not counts_runs:  # an earlier version's, or a new server's: brought up to date first
        from automagic.database.engine import open_database

        open_database(url).dispose()
    try:
        with open_plain(url, writing=False) as reading:
            with reading() as execute:
                behind = has_news(execute, now=now)
            if behind:
                with open_plain(url, writing=True) as writing:
                    bring_up_to_date(writing, now=now)
            with reading() as execute:
                return read(execute)
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(
            f"the database cannot be read: {error}", hint="Run a command that makes something: its message says more."
        ) from error


def _format_prometheus(metrics: Metrics, settings: Settings) -> str:
    import shutil

    from automagic.database.address import database_url
    from automagic.database.plain import open_query
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.overview import read_overview
    from automagic.monitor.prometheus import format_prometheus
    from automagic.version import __version__

    gauges: dict[str, tuple[str, float]] = {}
    with open_query(database_url(settings)) as query:
        for count, size in query("SELECT count(*), coalesce(sum(size_bytes), 0) FROM artifacts"):
            gauges["artifacts"] = ("Artifacts in the store.", count)
            gauges["artifacts_bytes"] = ("Size of the artifacts in the store.", float(size))
    gauges |= read_overview(QueueLocation.of(settings), now=time.time()).gauges
    place = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    memory, network = psutil.virtual_memory(), psutil.net_io_counters()
    gauges["memory_free_bytes"] = ("Memory that can be had without swapping.", float(memory.available))
    gauges["memory_total_bytes"] = ("Memory of the machine.", float(memory.total))
    where = "by the machine (or container) that is asked, since it started."
    gauges["network_received_bytes_total"] = (f"Received {where}", float(network.bytes_recv))
    gauges["network_sent_bytes_total"] = (f"Sent {where}", float(network.bytes_sent))
    gauges["disk_free_bytes"] = ("Free on the disk of AUTOMAGIC_HOME.", shutil.disk_usage(place).free)
    return format_prometheus(metrics, version=__version__, gauges=gauges)


def print_metrics(metrics: Metrics) -> None:
    """Tables and charts, for 80 columns."""
    if metrics.empty:
        print("Nothing was made yet." if metrics.since is None else "Nothing was made in that time.")  # noqa: T201
        return
    for line in describe_outcome(metrics):
        print(line)  # noqa: T201 - the result
    print()  # noqa: T201
    for rows, right in (
        runs_table(metrics),
        vendors_table(metrics),
        uploads_table(metrics),
        steps_table(metrics),
        caches_table(metrics),
        database_table(metrics),
        *named_tables(metrics),
    ):
        if len(rows) > 1:
            print(*draw_table(rows, right=right, heading=True), "", sep="\n")  # noqa: T201 - the result
    for line in _draw_columns(metrics):
        print(line)  # noqa: T201 - the result
    if metrics.peaks:
        print(_describe_peaks(metrics.peaks))  # noqa: T201 - the result


def describe_outcome(metrics: Metrics) -> Iterator[str]:
    """How much was made, how long that took, and why something was not; in words, which come first."""
    for product in metrics.products:
        made = product.states.get("succeeded", 0)
        took = product.took
        typical = f", {format_seconds(mean_of(took))} on average, 95 % within {format_seconds(quantile_of(took, 0.95))}"
        yield f"{count(made, *PLURALS.get(product.name, (product.name,)))} made{typical if took.number else ''}."
        for state in ("rejected", "failed", "refused", "cancelled"):
            if number := product.states.get(state, 0):
                reasons = _reasons_of(metrics, product.name, state)
                yield f"{number:,} {MEANINGS[state]}{':' if reasons else '.'}"
                for reason in reasons:
                    yield shorten(f"  {reason.number:,} x {reason.error}".replace("\n", " "), terminal_columns())


PLURALS = {
    "video": ("video",),
    "clips": ("set of clips", "sets of clips"),
    "posts": ("set of posts", "sets of posts"),
    "archive": ("archive run",),
}
MEANINGS = {
    "rejected": "did not pass what was measured",
    "failed": "failed",
    "refused": "could not be done as asked",
    "cancelled": "cancelled",
}


def _reasons_of(metrics: Metrics, product: str, state: str) -> list[Reason]:
    return [reason for reason in metrics.reasons if (reason.product, reason.state) == (product, state)]


def _draw_columns(metrics: Metrics) -> Iterator[str]:
    from automagic.monitor.charts import draw_columns

    if len(metrics.columns) < 2:  # one is no chart
        return
    span = "hour" if metrics.span_s == 3600 else "day"
    shown = metrics.columns[-CHART_COLUMNS:] if span == "hour" else metrics.columns
    first, last = (
        time.strftime("%m-%d %H:%M" if span == "hour" else "%Y-%m-%d", time.gmtime(column.starts_at))
        for column in (shown[0], shown[-1])
    )
    size = -(-len(shown) // CHART_COLUMNS)
    yield f"Runs by {span if size == 1 else f'{size} {span}s'} (UTC), {first} to {last}"
    yield "  made    " + draw_columns([column.runs for column in shown], width=CHART_COLUMNS)
    if any(column.failed for column in shown):
        yield "  failed  " + draw_columns([column.failed for column in shown], width=CHART_COLUMNS)


def _describe_peaks(peaks: dict[str, float]) -> str:
    from automagic.cli.cleanup import format_size

    parts = []
    if "memory_bytes" in peaks:
        parts.append(f"{format_size(peaks['memory_bytes'])} memory")
    if "cpu_cores" in peaks:
        parts.append(f"{peaks['cpu_cores']:.1f} cores")
    if "processes" in peaks:
        parts.append(f"{peaks['processes']:.0f} processes")
    if "disk_used_share" in peaks:
        parts.append(f"{100 * peaks['disk_used_share']:.0f} % of the disk")
    return "Peaks: " + ", ".join(parts)
