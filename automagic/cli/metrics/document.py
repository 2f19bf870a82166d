"""The metrics as one document, for `--json`."""

from __future__ import annotations

from typing import Any

from automagic.monitor.metrics import MICRO, Metrics, Named, mean_of, quantile_of
from automagic.monitor.totals import Durations
from automagic.reading.json import parse_json


def document(metrics: Metrics) -> dict[str, Any]:
    """For `--json`."""
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
                **_durations(product.took),
            }
            for product in metrics.products
        ],
        "steps": [
            {
                "step": step.name,
                "made": step.made.number,
                "kept": step.kept,
                "hit_rate": _rounded(step.hit_rate),
                **_durations(step.made),
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
                "missed": one.missed,
                "made": one.made.number,
                "hit_rate": _rounded(one.hit_rate),
                **_durations(one.made),
            }
            for one in metrics.caches
        ],
        "database": [
            {"type": kind, "number": one.number, **_durations(one)} for kind, one in metrics.statements.items()
        ],
        "reasons": [
            {"product": one.product, "state": one.state, "error": one.error, "number": one.number}
            for one in metrics.reasons
        ],
        "tasks": _named(metrics.tasks, "task"),
        "calls": _named(metrics.calls, "call"),
        "counters": [
            {"counter": name, "labels": _labels(labels), "total": one.total_s}
            for (name, labels), one in metrics.counters.items()
        ],
        "histograms": [
            {
                "histogram": name,
                "labels": _labels(labels),
                "number": one.number,
                "total": one.total_s,
                "mean": _rounded(mean_of(one)),
                "p50": _rounded(quantile_of(one, 0.5)),
                "p95": _rounded(quantile_of(one, 0.95)),
                "largest": one.slowest_s,
            }
            for (name, labels), one in metrics.measures.items()
        ],
        "alerts": metrics.alerts,
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


def _durations(one: Durations) -> dict[str, float | None]:
    return {
        "total_s": round(one.total_s, 3),
        "mean_s": _rounded(mean_of(one)),
        "p50_s": _rounded(quantile_of(one, 0.5)),
        "p95_s": _rounded(quantile_of(one, 0.95)),
        "slowest_s": round(one.slowest_s, 3),
    }


def _named(found: Named, what: str) -> list[dict[str, Any]]:
    return [
        {what: name, "outcome": outcome, "number": one.number, **_durations(one)}
        for (name, outcome), one in found.items()
    ]


def _labels(text: str) -> dict[str, str]:
    return parse_json(text, name="labels", type=dict[str, str]) if text else {}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
