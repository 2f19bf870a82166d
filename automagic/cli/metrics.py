"""`automagic --metrics`: what was made, how long it took, what it cost."""

from __future__ import annotations

import sqlite3
import sys
import time
from typing import TYPE_CHECKING, Any

from automagic.cli.tables import draw_table, shorten, terminal_columns
from automagic.cli.words import count
from automagic.errors import ConfigurationError, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from automagic.monitor.metrics import Metrics, Reason
    from automagic.settings import Settings

TOP_STEPS = 15
CHART_COLUMNS = 60


def show_metrics(*, since: str | None, prometheus: bool, as_json: bool) -> None:
    """Print the metrics as tables and charts, as JSON, or as Prometheus reads them.

    Args:
        since: Such as "7d"; everything when None.

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
    from automagic.cli.cleanup import parse_span
    from automagic.settings import load_settings

    now = time.time()
    edge = None if since is None else now - parse_span(since, flag="--since")
    settings = load_settings()
    metrics = _read(settings, since=edge, now=now)
    if prometheus:
        sys.stdout.write(_format_prometheus(metrics, settings))
    elif as_json:
        import msgspec

        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document(metrics))).decode() + "\n")
    else:
        print_metrics(metrics)


def _read(settings: Settings, *, since: float | None, now: float) -> Metrics:
    from automagic.database.address import database_url
    from automagic.database.plain import open_plain, open_query
    from automagic.monitor.metrics import Metrics, read_metrics
    from automagic.monitor.totals import bring_up_to_date, has_news

    url = database_url(settings)
    if url.startswith("sqlite") and not (settings.home / "automagic.db").exists():
        return Metrics.nothing(since)
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
                return read_metrics(execute, since=since, now=now)
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(
            f"the database cannot be read: {error}", hint="Run a command that makes something: its message says more."
        ) from error


def document(metrics: Metrics) -> dict[str, Any]:
    """For `--json`."""
    from automagic.monitor.metrics import MICRO, mean_of, quantile_of

    def durations(one: Any) -> dict[str, float | None]:
        return {
            "total_s": round(one.total_s, 3),
            "mean_s": _rounded(mean_of(one)),
            "p50_s": _rounded(quantile_of(one, 0.5)),
            "p95_s": _rounded(quantile_of(one, 0.95)),
            "slowest_s": round(one.slowest_s, 3),
        }

    return {
        "since": metrics.since,
        "products": [
            {
                "product": product.name,
                "runs": product.took.number,
                **{
                    state: product.states.get(state, 0)
                    for state in ("succeeded", "failed", "refused", "rejected", "cancelled")
                },
                "success_rate": _rounded(product.success_rate),
                **durations(product.took),
            }
            for product in metrics.products
        ],
        "steps": [
            {
                "step": step.name,
                "made": step.made.number,
                "kept": step.kept,
                "hit_rate": _rounded(step.hit_rate),
                **durations(step.made),
            }
            for step in metrics.steps
        ],
        "vendors": [
            {
                "vendor": one.vendor,
                "operation": one.operation,
                "calls": one.calls,
                "states": one.states,
                "retries": one.retries,
                "usd": one.micro_usd / MICRO,
            }
            for one in metrics.vendors
        ],
        "caches": [
            {
                "cache": one.name,
                "asked": one.asked,
                "kept": one.kept,
                "late": one.late,
                "made": one.made.number,
                "hit_rate": _rounded(one.hit_rate),
                **durations(one.made),
            }
            for one in metrics.caches
        ],
        "database": [
            {"type": kind, "number": one.number, **durations(one)} for kind, one in metrics.statements.items()
        ],
        "reasons": [
            {"product": one.product, "state": one.state, "error": one.error, "number": one.number}
            for one in metrics.reasons
        ],
        "uploads": [
            {"destination": destination, "state": state, "number": number}
            for (destination, state), number in metrics.uploads.items()
        ],
        "peaks": metrics.peaks,
        "columns": {
            "span_s": metrics.span_s,
            "runs": [
                {"starts_at": column.starts_at, "runs": column.runs, "failed": column.failed}
                for column in metrics.columns
            ],
        },
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


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
        _runs_table(metrics),
        _vendors_table(metrics),
        _uploads_table(metrics),
        _steps_table(metrics),
        _caches_table(metrics),
        _database_table(metrics),
    ):
        if len(rows) > 1:
            print(*draw_table(rows, right=right, heading=True), "", sep="\n")  # noqa: T201 - the result
    for line in _draw_columns(metrics):
        print(line)  # noqa: T201 - the result
    if metrics.peaks:
        print(_describe_peaks(metrics.peaks))  # noqa: T201 - the result


def describe_outcome(metrics: Metrics) -> Iterator[str]:
    """How much was made, how long that took, and why something was not; in words, which come first."""
    from automagic.monitor.metrics import mean_of, quantile_of

    for product in metrics.products:
        made = product.states.get("succeeded", 0)
        took = product.took
        typical = f", {_seconds(mean_of(took))} on average, 95 % within {_seconds(quantile_of(took, 0.95))}"
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


Table = tuple[list[list[str]], range]
"""Its rows, the first of which names the columns, and those columns that end at the same place."""


def _runs_table(metrics: Metrics) -> Table:
    from automagic.monitor.metrics import quantile_of

    rows = [["Runs", "Number", "Passed", "Failed", "Rejected", "Refused", "Success", "p50", "p95"]]
    for product in metrics.products:
        rows.append(
            [
                product.name,
                f"{product.took.number:,}",
                *(f"{product.states.get(state, 0):,}" for state in ("succeeded", "failed", "rejected", "refused")),
                _percent(product.success_rate),
                _seconds(quantile_of(product.took, 0.5)),
                _seconds(quantile_of(product.took, 0.95)),
            ]
        )
    return rows, range(1, 9)


def _steps_table(metrics: Metrics) -> Table:
    from automagic.monitor.charts import draw_bar
    from automagic.monitor.metrics import mean_of, quantile_of
    from automagic.products import find_product, product_names

    most = max((step.made.total_s for step in metrics.steps), default=0.0)
    labels = {step: label for name in product_names() for step, label in find_product(name).labels.items()}
    rows = [["Step", "Made", "Kept", "Hits", "Mean", "p50", "p95", "Total", ""]]
    for step in metrics.steps[:TOP_STEPS]:
        rows.append(
            [
                labels.get(step.name, step.name)[:20],
                f"{step.made.number:,}",
                f"{step.kept:,}",
                _percent(step.hit_rate),
                _seconds(mean_of(step.made)),
                _seconds(quantile_of(step.made, 0.5)),
                _seconds(quantile_of(step.made, 0.95)),
                _seconds(step.made.total_s),
                draw_bar(step.made.total_s / most if most else 0.0, width=8),
            ]
        )
    if len(metrics.steps) > TOP_STEPS:
        rows.append([f"and {len(metrics.steps) - TOP_STEPS} more", *[""] * 8])
    return rows, range(1, 8)


def _vendors_table(metrics: Metrics) -> Table:
    from automagic.monitor.metrics import MICRO

    rows = [["Vendor", "", "Calls", "Failed", "Unknown", "Retries", "USD"]]
    for one in metrics.vendors:
        rows.append(
            [
                one.vendor[:16],
                one.operation[:16],
                f"{one.calls:,}",
                f"{one.states.get('failed', 0):,}",
                f"{one.states.get('unknown', 0):,}",
                f"{one.retries:,}",
                f"{one.micro_usd / MICRO:.4f}",
            ]
        )
    return rows, range(2, 7)


def _uploads_table(metrics: Metrics) -> Table:
    rows = [["Published", "", "Number"]]
    rows += [[destination, state, f"{number:,}"] for (destination, state), number in metrics.uploads.items()]
    return rows, range(2, 3)


def _caches_table(metrics: Metrics) -> Table:
    from automagic.monitor.metrics import mean_of, quantile_of

    rows = [["Cache", "Asked", "Kept", "Late", "Made", "Hits", "Mean", "p95"]]
    for one in metrics.caches:
        numbers = (one.asked, one.kept, one.late, one.made.number)
        times = (_seconds(mean_of(one.made)), _seconds(quantile_of(one.made, 0.95)))
        rows.append([one.name[:20], *(f"{number:,}" for number in numbers), _percent(one.hit_rate), *times])
    return rows, range(1, 8)


def _database_table(metrics: Metrics) -> Table:
    from automagic.monitor.metrics import mean_of, quantile_of

    rows = [["Database", "Number", "Mean", "p50", "p95", "Slowest", "Total"]]
    for kind, one in metrics.statements.items():
        times = (mean_of(one), quantile_of(one, 0.5), quantile_of(one, 0.95), one.slowest_s, one.total_s)
        rows.append([kind, f"{one.number:,}", *map(_seconds, times)])
    return rows, range(1, 7)


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


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 86400:
        return f"{value / 86400:.1f} d"
    if value >= 5400:
        return f"{value / 3600:.1f} h"
    if value >= 100:
        return f"{value:.0f} s"
    if value >= 1:
        return f"{value:.1f} s"
    return f"{1000 * value:.0f} ms" if value >= 0.01 or value == 0 else f"{1000 * value:.2g} ms"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"
