"""The rules of alerts: the shipped file `data/alerts.toml`, and a person's own `alerts.toml` over it.

All faults of a file are reported together, each with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args

from automagic.data import shipped
from automagic.monitor.figures import FIGURES
from automagic.reading.tables import Fault, read_tables

FILE_NAME = "alerts.toml"
SHIPPED = shipped(FILE_NAME)

Severity = Literal["info", "warning", "critical"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

_SPANS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_ENTRIES = ("metric", "above", "below", "for", "severity", "send", "off")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        above: Whether it is raised by more than `threshold`, else by less.
        for_s: So long it has to hold first.
        send: "log" or "webhook:URL".
    """

    name: str
    metric: str
    above: bool
    threshold: float
    for_s: float
    severity: Severity
    send: tuple[str, ...]

    def holds(self, value: float) -> bool:
        """Whether a figure is beyond the threshold."""
        return value > self.threshold if self.above else value < self.threshold

    def describe(self, value: float) -> str:
        """For people: "disk_free_gb is 0.4, below 0.5"."""
        return f"{self.metric} is {value:.4g}, {'above' if self.above else 'below'} {self.threshold:g}"


def load_rules(home: Path) -> tuple[Rule, ...]:
    """Those in force, by name.

    Raises:
        ConfigurationError: Naming everything that is wrong in the person's file, with its line.
    """
    tables = _read(SHIPPED)
    own = home / FILE_NAME
    if own.exists():
        tables |= _read(own)
    rules = (make_rule(name, table) for name, table in tables.items() if not table.get("off"))
    return tuple(sorted(rules, key=lambda rule: rule.name))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    def find_faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
        for name, table in tables.items():
            for entry, fault in find_rule_faults(table, _ENTRIES):
                yield name, entry, f"[{name}] {fault}"

    return read_tables(path, find_faults, what="a file of rules", hint=f"{SHIPPED} shows how a rule is written.")


def find_rule_faults(table: object, entries: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each entry of a rule that is wrong, "" for the table itself, and how.

    Args:
        entries: What it may have.
    """
    if not isinstance(table, dict):
        yield "", "must be a table of its own"
        return
    for entry in table:
        if entry not in entries:
            yield entry, f"{entry} is not a valid entry: there are {', '.join(entries)}"
    off = table.get("off", False)
    if not isinstance(off, bool):
        yield "off", "off must be true or false"
    if off is True:
        return
    metric = table.get("metric")
    if metric not in FIGURES:
        near = get_close_matches(str(metric), FIGURES, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        yield "metric", f"there is no figure {metric!r}{hint}" if metric else "metric is missing"
    bounds = [entry for entry in ("above", "below") if entry in table]
    if len(bounds) != 1:
        yield (bounds or [""])[-1], "give either above or below"
    for entry in bounds:
        if isinstance(table[entry], bool) or not isinstance(table[entry], int | float):
            yield entry, f"{entry} must be a number"
    if _read_span(table.get("for", "0s")) is None:
        yield "for", 'for must be like "90s", "10m" or "2h"'
    if table.get("severity", "warning") not in SEVERITIES:
        yield "severity", f"severity must be one of {', '.join(SEVERITIES)}"
    send = table.get("send", ["log"])
    if not isinstance(send, list) or not all(_is_place(place) for place in send):
        yield "send", 'send must be a list of "log" and "webhook:https://..."'


def _is_place(place: object) -> bool:
    return place == "log" or (isinstance(place, str) and re.fullmatch(r"webhook:https?://\S+", place) is not None)


def _read_span(text: object) -> float | None:
    found = re.fullmatch(r"(\d{1,6})([smhd])", text, re.ASCII) if isinstance(text, str) else None
    return float(found[1]) * _SPANS_S[found[2]] if found else None


def make_rule(name: str, table: Mapping[str, Any]) -> Rule:
    """What a table without faults says."""
    above = "above" in table
    return Rule(
        name=name,
        metric=table["metric"],
        above=above,
        threshold=float(table["above" if above else "below"]),
        for_s=_read_span(table.get("for", "0s")) or 0.0,
        severity=table.get("severity", "warning"),
        send=tuple(dict.fromkeys(table.get("send", ["log"]))),
    )
