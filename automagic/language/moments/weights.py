"""The weights file: data/clips.toml, with the person's own on top. All faults are told at once, with lines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from automagic.data import shipped
from automagic.reading.tables import Fault, read_tables

SHIPPED = shipped("clips.toml")
FILE_NAME = "clips.toml"
_HEAVIEST = 100.0
_TABLES = ("weights", "sights", "choice")
_CHOICE = {"diversity": (0.0, 1.0), "alike": (0.0, 1.0), "at_least": (1, 100)}


@dataclass(frozen=True, slots=True)
class Weights:
    """How moments are scored and chosen; plain values, so that they can be part of a step's key.

    Attributes:
        features: (name, weight) in the file's order.
        sights: The same for moments in which nobody speaks.
        diversity: 0..1, how much unlikeness to the chosen counts against the score.
        alike: Cosine from which two moments are the same one.
        at_least: So many are offered where the material allows, even weak ones.
    """

    features: tuple[tuple[str, float], ...]
    sights: tuple[tuple[str, float], ...]
    diversity: float
    alike: float
    at_least: int


def load_weights(home: Path | None = None) -> Weights:
    """The weights in force.

    Args:
        home: AUTOMAGIC_HOME, where the person's own clips.toml may be.

    Raises:
        ConfigurationError: Naming everything that is wrong in a file, with its line.
    """
    shipped = _read(SHIPPED, None)
    own = home / FILE_NAME if home else None
    changed = _read(own, shipped) if own and own.exists() else {}
    weights, sights, choice = (shipped[table] | changed.get(table, {}) for table in _TABLES)
    return Weights(
        tuple((name, float(weight)) for name, weight in weights.items()),
        tuple((name, float(weight)) for name, weight in sights.items()),
        float(choice["diversity"]),
        float(choice["alike"]),
        int(choice["at_least"]),
    )


def _read(path: Path, known: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """The tables of a file; `known` has the names that may be in it, None for any."""
    hint = f"{SHIPPED} says what may be in it."
    return read_tables(path, lambda tables: _find_faults(tables, known), what="a file of weights", hint=hint)


def _find_faults(tables: Mapping[str, Any], known: Mapping[str, Any] | None) -> Iterator[Fault]:
    for table, entries in tables.items():
        if table not in _TABLES or not isinstance(entries, dict):
            yield table, "", f"{table} is not a valid table: there are [weights], [sights] and [choice]"
            continue
        names = list(known[table]) if known else list(entries)
        for name, value in entries.items():
            if name not in names:
                near = get_close_matches(name, names, n=1)
                meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
                yield table, name, f"{name} is not in [{table}]: {meant}"
            elif table == "choice" and name == "at_least" and not isinstance(value, int):
                yield table, name, f"{name} must be a whole number, not {value!r}"
            else:
                low, high = _CHOICE[name] if table == "choice" else (-_HEAVIEST, _HEAVIEST)
                number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
                if not number or not low <= value <= high:
                    yield table, name, f"{name} must be a number from {low:g} to {high:g}, not {value!r}"
