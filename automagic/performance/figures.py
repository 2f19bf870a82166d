"""Figures of one's own: counters and histograms by name and labels, shown by `automagic --metrics` beside ours.

    mails = counter("mails", "Mails that were sent.", labels=("list",))
    mails.inc(list="news")
    size = histogram("mail_kilobytes", "How large they are.")
    size.observe(12.5)

Prometheus is told `automagic_custom_mails_total` and `automagic_custom_mail_kilobytes`. A histogram is exact to 2.4 %,
from 0.0001 to 1,000,000 of whatever it counts.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Mapping

import msgspec

from automagic.errors import RequestError
from automagic.monitor.measured import Measured, Series

MOST_SERIES = 1000
"""Of one figure; further labels are counted together, as "other": a label may not be what there is no end of."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
LONGEST_VALUE = 50
"""Characters of a label; what is longer is cut."""
MOST_LABELS = 5

_known: dict[str, tuple[str, tuple[str, ...]]] = {}
_lock = threading.Lock()


class _Figure:
    """One figure; `kind` is that of its series."""

    kind = ""

    def __init__(self, name: str, about: str, labels: tuple[str, ...], measured: Measured | None = None) -> None:
        for one in (name, *labels):
            if not NAME.fullmatch(one):
                raise RequestError(
                    f"{one!r} is not a valid name of a figure or a label",
                    hint="Small letters, digits and _, a letter first, at most 30.",
                )
        if len(labels) > MOST_LABELS:
            raise RequestError(f"{name} has {len(labels)} labels", hint=f"At most {MOST_LABELS}.")
        with _lock:
            if _known.setdefault(name, (self.kind, labels)) != (self.kind, labels):
                raise RequestError(f"there is another figure {name!r} already", hint="Give this one another name.")
        self.name, self.about, self.labels = name, about, labels
        self._measured = measured
        self._series: dict[tuple[str, ...], Series] = {}

    def _note(self, value: float, labels: Mapping[str, str]) -> None:
        if not math.isfinite(value):
            raise RequestError(f"{self.name}: {value} is not a number that can be counted")
        try:
            key = tuple([labels[name] for name in self.labels])
        except KeyError as error:
            raise RequestError(f"{self.name}: the label {error} is missing") from error
        if len(labels) != len(key):
            raise RequestError(f"{self.name}: its labels are {', '.join(self.labels) or 'none'}")
        series = self._series.get(key) or self._begin(key)
        (self._measured or _shared_measured()).add_to(series, value)

    def _begin(self, key: tuple[str, ...]) -> Series:
        if len(self._series) >= MOST_SERIES:
            other: Series = (self.kind, self.name, encode_labels(dict.fromkeys(self.labels, "other")))
            return other
        told = {name: str(value)[:LONGEST_VALUE] for name, value in zip(self.labels, key, strict=True)}
        series: Series = (self.kind, self.name, encode_labels(told))
        self._series[key] = series
        return series


class EventCounter(_Figure):
    """What only grows."""

    kind = "counter"

    def inc(self, number: float = 1, /, **labels: str) -> None:
        """Count `number` more, which is at least 0."""
        if number < 0:
            raise RequestError(f"{self.name} is a counter and cannot be lowered by {-number:g}")
        self._note(number, labels)


class ValueHistogram(_Figure):
    """What is more or less each time, such as a duration in seconds; not below 0."""

    kind = "measure"

    def observe(self, value: float, /, **labels: str) -> None:
        """Count one of this size."""
        if value < 0:
            raise RequestError(f"{self.name} is a histogram of what is not below 0, and {value:g} is")
        self._note(value, labels)


def counter(
    name: str, about: str = "", *, labels: tuple[str, ...] = (), measured: Measured | None = None
) -> EventCounter:
    """A counter of this name; asked for again, it goes on.

    Args:
        about: For people, in Prometheus.
        labels: Names of what tells its series apart.
        measured: Of an optimizer of your own: `PerformanceOptimizer.measured`.

    Raises:
        RequestError: The name is none, or another figure's.
    """
    return EventCounter(name, about, labels, measured)


def histogram(
    name: str, about: str = "", *, labels: tuple[str, ...] = (), measured: Measured | None = None
) -> ValueHistogram:
    """A histogram of this name; as of `counter`."""
    return ValueHistogram(name, about, labels, measured)


def encode_labels(labels: Mapping[str, str]) -> str:
    """As one text, "" for none."""
    return msgspec.json.encode(dict(sorted(labels.items()))).decode() if labels else ""


def _shared_measured() -> Measured:
    from automagic.performance.layer import shared_optimizer

    return shared_optimizer().measured
