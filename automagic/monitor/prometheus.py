"""The metrics in Prometheus' text exposition format (version 0.0.4), names by its conventions: base units, counters
that end in `_total`, and totals from the beginning on, so that a window is the reader's choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from automagic.monitor.histogram import count_up_to
from automagic.monitor.metrics import MICRO, Metrics, Named
from automagic.monitor.totals import Durations
from automagic.reading.json import parse_json

HALF_DECADES = range(-4, 8)
"""Edges of the histograms' buckets: 10 ms to 3162 s in steps of a factor of 3.16."""

SHORT_HALF_DECADES = range(-7, 4)
"""Those of what is short: 0.3 ms to 31.6 s."""

GAUGES = {
    "memory_bytes": ("memory_peak_bytes", "Most memory that one process and its children held, within an hour."),
    "processes": ("processes_peak", "Most processes that ran at once, within an hour."),
    "cpu_cores": ("cpu_cores_peak", "Most cores that were busy at once, within an hour."),
    "program_rss_bytes": ("program_rss_peak_bytes", "Most that a program with automagic.performance held, resident."),
    "program_vms_bytes": ("program_vms_peak_bytes", "Most that it had mapped."),
    "cache_entries": ("cache_entries_peak", "Most values that its cache held in memory."),
    "cache_bytes": ("cache_peak_bytes", "Most bytes that these took."),
    "tasks_running": ("tasks_running_peak", "Most tasks of it that ran, as it was looked at."),
    "disk_used_share": ("disk_used_peak_ratio", "Largest share of the disk that was in use."),
}
"""Peaks by the sampler's name: what they are called here."""

Samples = Iterable[tuple[Sequence[str], float]]
"""The values of a family's labels, and the figure."""


def format_prometheus(metrics: Metrics, *, version: str, gauges: Mapping[str, tuple[str, float]]) -> str:
    """The whole page.

    Args:
        metrics: From the beginning on.
        gauges: Further ones by name without "automagic_", counters among them: (help, value).
    """

    class Page(Collector):
        def collect(self) -> Iterator[Metric]:
            yield from _runs(metrics)
            yield from _vendors(metrics)
            yield from _measured(metrics)
            yield from _named(metrics)
            uploads = [([destination, state], n) for (destination, state), n in metrics.uploads.items()]
            about = "What was, or is being, published, by how far it is."
            yield _gauge("publications", about, uploads, labels=["destination", "state"])
            for name, (shown, about) in GAUGES.items():
                if name in metrics.peaks:
                    yield _gauge(shown, about, [([], metrics.peaks[name])])
            for name, (about, value) in gauges.items():
                make = _counter if name.endswith("_total") else _gauge
                yield make(name.removesuffix("_total"), about, samples=[([], value)])
            yield _gauge("build_info", "Which version this is; always 1.", [([version], 1)], labels=["version"])

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Page())
    return generate_latest(registry).decode()


def _runs(metrics: Metrics) -> Iterator[Metric]:
    ended = [([one.name, state], n) for one in metrics.products for state, n in sorted(one.states.items())]
    yield _counter("runs", "Runs that ended, by product and how.", ["product", "state"], ended)
    took = [(one.name, one.took) for one in metrics.products]
    yield _histogram("run_duration_seconds", "How long runs took.", "product", took)
    steps = sorted(metrics.steps, key=lambda step: step.name)
    asked = [
        ([outcome, step.name], n) for step in steps for outcome, n in (("kept", step.kept), ("made", step.made.number))
    ]
    about = "Steps that were asked for, and whether memory had their result."
    yield _counter("steps", about, ["outcome", "step"], asked)
    made = [(step.name, step.made) for step in steps]
    yield _histogram("step_duration_seconds", "How long steps took that were carried out.", "step", made)


def _vendors(metrics: Metrics) -> Iterator[Metric]:
    labels = ["operation", "vendor"]
    vendors = [([one.operation, one.vendor], one) for one in metrics.vendors]
    calls = [([*names, state], n) for names, one in vendors for state, n in sorted(one.states.items())]
    yield _counter("vendor_calls", "Paid calls by their outcome.", [*labels, "state"], calls)
    retries = [(names, one.retries) for names, one in vendors]
    yield _counter("vendor_retries", "Attempts beyond the first of a paid call.", labels, retries)
    spent = [(names, one.micro_usd / MICRO) for names, one in vendors]
    yield _counter("vendor_spent_usd", "What counts as spent, in US dollars.", labels, spent)


def _measured(metrics: Metrics) -> Iterator[Metric]:
    asked = [
        ([one.name, outcome], number)
        for one in metrics.caches
        for outcome, number in (
            ("kept", one.kept),
            ("late", one.late),
            ("made", one.made.number),
            *([("missed", one.missed)] if one.missed else []),
        )
    ]
    about = "What caches were asked for: kept, late (old, while it was asked anew), made, or missed by one tier."
    yield _counter("cache_requests", about, ["cache", "outcome"], asked)
    took = [(one.name, one.made) for one in metrics.caches if one.made.number or not one.missed]
    about = "How long it took to ask anew for what a cache did not have."
    yield _histogram("cache_fill_duration_seconds", about, "cache", took)
    about = "How long statements of the database took until their first row was there."
    yield _histogram(
        "database_statement_duration_seconds", about, "type", metrics.statements.items(), SHORT_HALF_DECADES
    )


def _named(metrics: Metrics) -> Iterator[Metric]:
    """What programs measure with automagic.performance: their tasks and calls, and figures of their own."""
    for kind, one, found in (("tasks", "task", metrics.tasks), ("calls", "call", metrics.calls)):
        ended = [([outcome, name], took.number) for (name, outcome), took in found.items()]
        yield _counter(kind, f"{kind.capitalize()} that ended, by name and how.", ["outcome", one], ended)
        done = [(name, took) for (name, outcome), took in found.items() if outcome == "done"]
        about = f"How long {kind} took that did not fail."
        yield _histogram(f"{one}_duration_seconds", about, one, done, SHORT_HALF_DECADES)
    for name, series in _by_name(metrics.counters):
        family = CounterMetricFamily(f"automagic_custom_{name}", "Counted by a program.", labels=[*series[0][0]])
        for labels, total in series:
            family.add_metric([*labels.values()], total.total_s)
        yield family
    for name, series in _by_name(metrics.measures):
        measured = HistogramMetricFamily(f"automagic_custom_{name}", "Measured by a program.", labels=[*series[0][0]])
        for labels, total in series:
            measured.add_metric([*labels.values()], _buckets(total, HALF_DECADES), total.total_s)
        yield measured


def _by_name(found: Named) -> Iterator[tuple[str, list[tuple[dict[str, str], Durations]]]]:
    """The series of each name with their labels; of those with other labels than the last one has, none: another
    program has counted something else by the same name."""
    names: dict[str, list[tuple[dict[str, str], Durations]]] = {}
    for (name, labels), total in found.items():
        told = parse_json(labels, name="labels", type=dict[str, str]) if labels else {}
        names.setdefault(name, []).append((told, total))
    for name, series in names.items():
        last = series[-1][0].keys()
        yield name, [one for one in series if one[0].keys() == last]


def _counter(name: str, about: str, labels: Sequence[str] = (), samples: Samples = ()) -> Metric:
    family = CounterMetricFamily(f"automagic_{name}", about, labels=labels)
    for values, figure in samples:
        family.add_metric(values, figure)
    return family


def _gauge(name: str, about: str, samples: Samples, *, labels: Sequence[str] = ()) -> Metric:
    family = GaugeMetricFamily(f"automagic_{name}", about, labels=labels)
    for values, figure in samples:
        family.add_metric(values, figure)
    return family


def _histogram(
    name: str, about: str, label: str, samples: Iterable[tuple[str, Durations]], half_decades: range = HALF_DECADES
) -> Metric:
    family = HistogramMetricFamily(f"automagic_{name}", about, labels=[label])
    for value, durations in samples:
        family.add_metric([value], _buckets(durations, half_decades), durations.total_s)
    return family


def _buckets(durations: Durations, half_decades: range) -> list[tuple[str, float]]:
    edges = [(f"{round(10 ** (exponent / 2), 7):.12g}", exponent) for exponent in half_decades]
    counted = [(edge, float(count_up_to(durations.histogram, exponent))) for edge, exponent in edges]
    return [*counted, ("+Inf", float(durations.number))]
