"""What was measured of a finished file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that was measured on the finished file, and what was expected of it.

    Attributes:
        name: Stable identifier such as "loudness_lufs".
        value: What was measured.
        expected: What is allowed, in words: "-14 ± 0.5".
        verdict: "fail" keeps the result aside; "flag" is worth a look.
        detail: Where or why, when the verdict is not "pass".
    """

    name: str
    value: float | int | str | bool
    expected: str
    verdict: Literal["pass", "flag", "fail"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """All measures of one finished file."""

    measures: tuple[Measure, ...] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        """Whether no measure failed."""
        return all(measure.verdict != "fail" for measure in self.measures)
