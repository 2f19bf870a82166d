"""What would make things better: the figure that says so, where it should be, and what to change.

The rules are data (`data/recommendations.toml`); each figure is one that alerts are judged by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from automagic.data import shipped
from automagic.reading.tables import read_tables

Priority = Literal["high", "medium", "low"]
_ORDER: tuple[Priority, ...] = get_args(Priority)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One.

    Attributes:
        metric: The figure, as alerts name it.
        current_value, target_value: Of it, now and as it should be.
        setting: What to change: a setting of `.env`, or a command.
    """

    category: str
    priority: Priority
    recommendation: str
    metric: str
    current_value: float
    target_value: float
    setting: str

    def __str__(self) -> str:
        """For people."""
        return (
            f"{self.metric} is {self.current_value:.4g} and should be {self.target_value:g}: {self.setting}. "
            f"{self.recommendation}"
        )


@cache
def _rules() -> dict[str, dict[str, Any]]:
    return read_tables(shipped("recommendations.toml"), lambda _tables: (), what="a file of rules", hint="")


def recommend(figures: Mapping[str, float | None]) -> tuple[Recommendation, ...]:
    """What follows from figures, what matters most first; nothing from those that are not known."""
    found = []
    for rule in _rules().values():
        value = figures.get(rule["metric"])
        if value is None:
            continue
        if value > rule["above"] if "above" in rule else value < rule["below"]:
            one = Recommendation(
                rule["category"], rule["priority"], rule["say"], rule["metric"], round(value, 3), rule["target"],
                rule["setting"],
            )  # fmt: skip
            found.append(one)
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.priority), one.metric)))
