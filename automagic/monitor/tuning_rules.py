"""The rules by which a worker tunes itself: the shipped `data/tuning.toml`, and a person's own over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from automagic.data import shipped
from automagic.monitor.alert_rules import Rule, find_rule_faults, make_rule
from automagic.reading.tables import Fault, read_tables

TUNING_FILE = "tuning.toml"
_SHIPPED = shipped(TUNING_FILE)

Action = Literal["shrink-caches", "collect", "fewer-slots", "more-slots", "pause-queue"]
ACTIONS: tuple[Action, ...] = get_args(Action)

_ENTRIES = ("metric", "above", "below", "for", "action", "off")


@dataclass(frozen=True, slots=True)
class TuningRule:
    """What is done when a rule holds."""

    rule: Rule
    action: Action


def load_tuning(home: Path) -> tuple[TuningRule, ...]:
    """Those in force, by name.

    Raises:
        ConfigurationError: Naming everything that is wrong in the person's file, with its line.
    """
    tables = _read(_SHIPPED)
    own = home / TUNING_FILE
    if own.exists():
        tables |= _read(own)
    rules = (TuningRule(make_rule(name, one), one["action"]) for name, one in tables.items() if not one.get("off"))
    return tuple(sorted(rules, key=lambda one: one.rule.name))


def _read(path: Path) -> dict[str, dict[str, Any]]:
    def find_faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
        for name, table in tables.items():
            for entry, fault in _find_faults(table):
                yield name, entry, f"[{name}] {fault}"

    return read_tables(path, find_faults, what="a file of rules", hint=f"{_SHIPPED} shows how a rule is written.")


def _find_faults(table: object) -> Iterator[tuple[str, str]]:
    yield from find_rule_faults(table, _ENTRIES)
    if isinstance(table, dict) and table.get("off") is not True and table.get("action") not in ACTIONS:
        yield "action", f"action must be one of {', '.join(ACTIONS)}"
