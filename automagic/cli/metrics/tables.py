"""The tables of `automagic --metrics`, for 80 columns."""

from __future__ import annotations

from collections.abc import Iterator

from automagic.cli.metrics.words import format_percent, format_seconds
from automagic.monitor.charts import draw_bar
from automagic.monitor.metrics import MICRO, Metrics, Named, mean_of, quantile_of
from automagic.monitor.totals import Durations
from automagic.products import find_product, product_names
from automagic.reading.json import parse_json

TOP_STEPS = 15
TOP_NAMED = 12

Table = tuple[list[list[str]], range]
"""Its rows, the first of which names the columns, and those columns that end at the same place."""


def runs_table(metrics: Metrics) -> Table:
    """Runs by product."""
    rows = [["Runs", "Number", "Passed", "Failed", "Rejected", "Refused", "Success", "p50", "p95"]]
    for product in metrics.products:
        rows.append(
            [
                product.name,
                f"{product.took.number:,}",
                *(f"{product.states.get(state, 0):,}" for state in ("succeeded", "failed", "rejected", "refused")),
                format_percent(product.success_rate),
                format_seconds(quantile_of(product.took, 0.5)),
                format_seconds(quantile_of(product.took, 0.95)),
            ]
        )
    return rows, range(1, 9)


def steps_table(metrics: Metrics) -> Table:
    """The steps that took most time."""
    most = max((step.made.total_s for step in metrics.steps), default=0.0)
    labels = {step: label for name in product_names() for step, label in find_product(name).labels.items()}
    rows = [["Step", "Made", "Kept", "Hits", "Mean", "p50", "p95", "Total", ""]]
    for step in metrics.steps[:TOP_STEPS]:
        rows.append(
            [
                labels.get(step.name, step.name)[:20],
                f"{step.made.number:,}",
                f"{step.kept:,}",
                format_percent(step.hit_rate),
                format_seconds(mean_of(step.made)),
                format_seconds(quantile_of(step.made, 0.5)),
                format_seconds(quantile_of(step.made, 0.95)),
                format_seconds(step.made.total_s),
                draw_bar(step.made.total_s / most if most else 0.0, width=8),
            ]
        )
    if len(metrics.steps) > TOP_STEPS:
        rows.append([f"and {len(metrics.steps) - TOP_STEPS} more", *[""] * 8])
    return rows, range(1, 8)


def vendors_table(metrics: Metrics) -> Table:
    """Paid calls by vendor."""
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


def uploads_table(metrics: Metrics) -> Table:
    """What was published."""
    rows = [["Published", "", "Number"]]
    rows += [[destination, state, f"{number:,}"] for (destination, state), number in metrics.uploads.items()]
    return rows, range(2, 3)


def caches_table(metrics: Metrics) -> Table:
    """What caches were asked for; of a tier, what it did not have is `made` elsewhere."""
    rows = [["Cache", "Asked", "Kept", "Late", "Made", "Hits", "Mean", "p95"]]
    for one in metrics.caches:
        numbers = (one.asked, one.kept, one.late, one.made.number + one.missed)
        times = (format_seconds(mean_of(one.made)), format_seconds(quantile_of(one.made, 0.95)))
        rows.append([one.name[:20], *(f"{number:,}" for number in numbers), format_percent(one.hit_rate), *times])
    return rows, range(1, 8)


def database_table(metrics: Metrics) -> Table:
    """Statements by type."""
    rows = [["Database", "Number", "Mean", "p50", "p95", "Slowest", "Total"]]
    for kind, one in metrics.statements.items():
        times = (mean_of(one), quantile_of(one, 0.5), quantile_of(one, 0.95), one.slowest_s, one.total_s)
        rows.append([kind, f"{one.number:,}", *map(format_seconds, times)])
    return rows, range(1, 7)


def named_tables(metrics: Metrics) -> Iterator[Table]:
    """Of what programs measure with automagic.performance: calls, tasks, and figures of their own."""
    for what, found in (("Calls", metrics.calls), ("Tasks", metrics.tasks)):
        yield _timed_table(what, found)
    rows = [["Counted", "", "Total"]]
    for (name, labels), one in metrics.counters.items():
        rows.append([name, describe_labels(labels)[:32], f"{one.total_s:,.6g}"])
    yield rows, range(2, 3)
    rows = [["Measured", "", "Number", "Mean", "p50", "p95", "Largest"]]
    for (name, labels), one in metrics.measures.items():
        sizes = (mean_of(one), quantile_of(one, 0.5), quantile_of(one, 0.95), one.slowest_s)
        rows.append(
            [
                name[:20],
                describe_labels(labels)[:16],
                f"{one.number:,}",
                *(f"{size:.4g}" for size in sizes if size is not None),
            ]
        )
    yield rows, range(2, 7)


def _timed_table(what: str, found: Named) -> Table:
    """The names that took most time; how often, how many failed, how long those took that did not."""
    rows = [[what, "Done", "Failed", "Other", "Mean", "p50", "p95", "Total"]]
    by_name: dict[str, dict[str, Durations]] = {}
    for (name, outcome), one in found.items():
        by_name.setdefault(name, {})[outcome] = one
    most = sorted(by_name.items(), key=lambda pair: -sum(one.total_s for one in pair[1].values()))
    for name, outcomes in most[:TOP_NAMED]:
        done = outcomes.get("done", Durations())
        failed = outcomes["failed"].number if "failed" in outcomes else 0
        others = sum(one.number for outcome, one in outcomes.items() if outcome not in ("done", "failed"))
        times = (mean_of(done), quantile_of(done, 0.5), quantile_of(done, 0.95), done.total_s)
        rows.append([name[-24:], f"{done.number:,}", f"{failed:,}", f"{others:,}", *map(format_seconds, times)])
    if len(most) > TOP_NAMED:
        rows.append([f"and {len(most) - TOP_NAMED} more", *[""] * 7])
    return rows, range(1, 8)


def describe_labels(labels: str) -> str:
    """`list=news, size=large`."""
    told = parse_json(labels, name="labels", type=dict[str, str]) if labels else {}
    return ", ".join(f"{name}={value}" for name, value in told.items())
