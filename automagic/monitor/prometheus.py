"""The metrics in Prometheus' text exposition format (version 0.0.4), names by its conventions: base units, counters
that end in `_total`, and totals from the beginning on, so that a window is the reader's choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from automagic.monitor.histogram import count_up_to
from automagic.monitor.metrics import MICRO, Metrics
from automagic.monitor.totals import Durations

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

HALF_DECADES = range(-4, 8)
"""Edges of the histograms' buckets: 10 ms to 3162 s in steps of a factor of 3.16."""

GAUGES = {
    "memory_bytes": ("memory_peak_bytes", "Most memory that one process and its children held, within an hour."),
    "processes": ("processes_peak", "Most processes that ran at once, within an hour."),
    "cpu_cores": ("cpu_cores_peak", "Most cores that were busy at once, within an hour."),
    "disk_used_share": ("disk_used_peak_ratio", "Largest share of the disk that was in use."),
}
"""Peaks by the sampler's name: what they are called here."""


def format_prometheus(metrics: Metrics, *, version: str, gauges: Mapping[str, tuple[str, float]]) -> str:
    """The whole page.

    Args:
        metrics: From the beginning on.
        gauges: Further ones by name without "automagic_": (help, value).
    """
    lines: list[str] = []
    for block in (_runs(metrics), _steps(metrics), _vendors(metrics), _uploads(metrics), _peaks(metrics)):
        lines += block
    for name, (about, value) in gauges.items():
        lines += _head(name, "gauge", about)
        lines.append(_sample(name, {}, value))
    lines += _head("build_info", "gauge", "Which version this is; always 1.")
    lines.append(_sample("build_info", {"version": version}, 1))
    return "\n".join(lines) + "\n"


def _runs(metrics: Metrics) -> Iterator[str]:
    yield from _head("runs_total", "counter", "Runs that ended, by product and how.")
    for product in metrics.products:
        for state, count in sorted(product.states.items()):
            yield _sample("runs_total", {"product": product.name, "state": state}, count)
    yield from _head("run_duration_seconds", "histogram", "How long runs took.")
    for product in metrics.products:
        yield from _histogram("run_duration_seconds", {"product": product.name}, product.took)


def _steps(metrics: Metrics) -> Iterator[str]:
    steps = sorted(metrics.steps, key=lambda step: step.name)
    yield from _head("steps_total", "counter", "Steps that were asked for, and whether memory had their result.")
    for step in steps:
        yield _sample("steps_total", {"outcome": "kept", "step": step.name}, step.kept)
        yield _sample("steps_total", {"outcome": "made", "step": step.name}, step.made.number)
    yield from _head("step_duration_seconds", "histogram", "How long steps took that were carried out.")
    for step in steps:
        yield from _histogram("step_duration_seconds", {"step": step.name}, step.made)


def _vendors(metrics: Metrics) -> Iterator[str]:
    def labels(vendor: str, operation: str) -> dict[str, str]:
        return {"operation": operation, "vendor": vendor}

    yield from _head("vendor_calls_total", "counter", "Paid calls by their outcome.")
    for one in metrics.vendors:
        for state, count in sorted(one.states.items()):
            yield _sample("vendor_calls_total", {**labels(one.vendor, one.operation), "state": state}, count)
    yield from _head("vendor_retries_total", "counter", "Attempts beyond the first of a paid call.")
    for one in metrics.vendors:
        yield _sample("vendor_retries_total", labels(one.vendor, one.operation), one.retries)
    yield from _head("vendor_spent_usd_total", "counter", "What counts as spent, in US dollars.")
    for one in metrics.vendors:
        yield _sample("vendor_spent_usd_total", labels(one.vendor, one.operation), one.micro_usd / MICRO)


def _uploads(metrics: Metrics) -> Iterator[str]:
    yield from _head("publications", "gauge", "What was, or is being, published, by how far it is.")
    for (destination, state), count in metrics.uploads.items():
        yield _sample("publications", {"destination": destination, "state": state}, count)


def _peaks(metrics: Metrics) -> Iterator[str]:
    for name, (shown, about) in GAUGES.items():
        if name in metrics.peaks:
            yield from _head(shown, "gauge", about)
            yield _sample(shown, {}, metrics.peaks[name])


def _histogram(name: str, labels: Mapping[str, str], durations: Durations) -> Iterator[str]:
    for half_decades in HALF_DECADES:
        edge = _number(round(10 ** (half_decades / 2), 7))
        yield _sample(f"{name}_bucket", {**labels, "le": edge}, count_up_to(durations.histogram, half_decades))
    yield _sample(f"{name}_bucket", {**labels, "le": "+Inf"}, durations.number)
    yield _sample(f"{name}_sum", labels, durations.total_s)
    yield _sample(f"{name}_count", labels, durations.number)


def _head(name: str, kind: str, about: str) -> tuple[str, str]:
    return f"# HELP automagic_{name} {_escape(about)}", f"# TYPE automagic_{name} {kind}"


def _sample(name: str, labels: Mapping[str, str], value: float) -> str:
    shown = ",".join(f'{label}="{_escape(text, quoted=True)}"' for label, text in labels.items())
    return f"automagic_{name}{'{' + shown + '}' if shown else ''} {_number(value)}"


def _escape(text: str, *, quoted: bool = False) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    return escaped.replace('"', '\\"') if quoted else escaped


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
