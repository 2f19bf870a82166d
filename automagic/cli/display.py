"""What a person sees while a run works: a live picture in a terminal, plain lines elsewhere. All on stderr."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from automagic.values.events import (
    CallResubmitted,
    CallRetried,
    Event,
    Listener,
    Notice,
    StepFinished,
    StepProgress,
    StepsPlanned,
    StepStarted,
)

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

FIXED_COLUMNS = 37
"""For the mark, the label, the count and the spaces between."""

LONG_WAIT_S = 3.0
"""A vendor's call that is repeated sooner is nobody's concern."""

NOTE_COLUMNS = 10
"""For "1000 kept"."""


@dataclass
class Stage:
    """All steps of one name."""

    name: str
    planned: int = 0
    done: int = 0
    hits: int = 0
    busy_s: float = 0.0
    running: dict[str, float] = field(default_factory=dict)

    @property
    def fraction(self) -> float:
        """How much of it is done, 0..1."""
        total = max(self.planned, self.done + len(self.running), 1)
        return min((self.done + sum(self.running.values())) / total, 1.0)

    @property
    def remaining_s(self) -> float | None:
        """Work left, in seconds of one core, from what its finished steps took; None while nothing is known."""
        made = self.done - self.hits
        if self.done >= self.planned:
            return 0.0
        if made == 0:
            return None
        left = max(self.planned - self.done, 0) - sum(self.running.values())
        return max(left, 0.0) * self.busy_s / made


class Progress:
    """Collects events; knows how to draw itself.

    Attributes:
        labels: What a person reads for each step, in the order of the work, whichever begins first.
    """

    def __init__(self, cores: int, labels: Mapping[str, str] | None = None) -> None:
        self.cores = cores
        self.labels = labels or {}
        self.started = time.monotonic()
        self.stages: dict[str, Stage] = {}
        self.notices: list[str] = []

    def take(self, event: Event) -> None:
        """Count one event."""
        match event:
            case StepsPlanned(name, count):
                self._stage(name).planned += count
            case StepStarted(name, subject):
                self._stage(name).running[subject] = 0.0
            case StepProgress(name, subject, fraction):
                self._stage(name).running[subject] = fraction
            case StepFinished(name, subject, hit, duration_s):
                stage = self._stage(name)
                stage.running.pop(subject, None)
                stage.done += 1
                stage.hits += hit
                stage.busy_s += 0.0 if hit else duration_s
            case Notice() | CallRetried() | CallResubmitted():
                text = describe_event(event)
                if text and text not in self.notices:
                    self.notices.append(text)

    @property
    def elapsed_s(self) -> float:
        """Since the run began."""
        return time.monotonic() - self.started

    @property
    def remaining_s(self) -> float | None:
        """About how long it will take; None while nothing is known of rendering, which takes longest."""
        known = [stage.remaining_s for stage in self.stages.values() if stage.planned]
        if not known or any(left is None for left in known):
            return None
        return sum(left or 0.0 for left in known) / self.cores

    def _stage(self, name: str) -> Stage:
        return self.stages.setdefault(name, Stage(name))

    def label(self, name: str) -> str:
        """What a person reads for a step: its name where nobody said more."""
        return self.labels.get(name) or name.replace("-", " ").capitalize()

    def in_order(self) -> list[Stage]:
        """The stages that have anything to do, as the pipeline has them."""
        places = {name: place for place, name in enumerate(self.labels)}
        stages = [stage for stage in self.stages.values() if stage.planned or stage.done or stage.running]
        return sorted(stages, key=lambda stage: places.get(stage.name, len(places)))

    def draw(self, width: int) -> RenderableType:
        """A table of the stages, for a terminal of so many columns; what does not fit is left out."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 1))
        table.add_column(width=2)
        table.add_column(width=22, no_wrap=True)
        bar = max(min(width - FIXED_COLUMNS, 24), 0)
        notes = width - FIXED_COLUMNS - bar >= NOTE_COLUMNS
        if bar:
            table.add_column(width=bar)
        table.add_column(width=9, justify="right", no_wrap=True)
        if notes:
            table.add_column(overflow="ellipsis", no_wrap=True, max_width=NOTE_COLUMNS)
        for stage in self.in_order():
            total = max(stage.planned, stage.done + len(stage.running))
            finished = stage.done >= total > 0
            mark = Text("✓", "green") if finished else Text("•", "cyan" if stage.running else "dim")
            note = f"{stage.hits} kept" if stage.hits else ""
            cells: list[RenderableType] = [mark, self.label(stage.name)]
            if bar:
                cells.append(ProgressBar(total=1.0, completed=stage.fraction, width=bar))
            cells.append(f"{stage.done}/{total}")
            if notes:
                cells.append(Text(note, "dim"))
            table.add_row(*cells)
        left = self.remaining_s
        clock = f"{self.elapsed_s:.0f} s" + (f", about {left:.0f} s left" if left else "")
        return Group(table, Text(clock, "dim"))


def describe_event(event: Notice | CallRetried | CallResubmitted) -> str:
    """What a person is told of it; "" when it is not worth a word."""
    match event:
        case Notice(text):
            return text
        case CallRetried(vendor, operation, _, after_s, error):
            if after_s < LONG_WAIT_S:
                return ""
            return f"{vendor} {operation}: {error.removesuffix('.')}. It is asked again in {after_s:.0f} s."
        case CallResubmitted(vendor, operation, error):
            return (
                f"{vendor} {operation}: {error}. It may have been done, so it is sent once more; both count as spent."
            )


def _note(console: Console, text: str) -> None:
    console.print(f"Note: {text}", highlight=False, markup=False, soft_wrap=True)


@contextmanager
def show_progress(
    console: Console, *, cores: int, planning: bool = False, labels: Mapping[str, str] | None = None
) -> Iterator[tuple[Progress, Listener]]:
    """Show a run's progress while the block lasts.

    Args:
        planning: Nothing is made: only notes are worth a line.
        labels: As of `Progress`.
    """
    progress = Progress(cores, labels)
    if console.is_terminal:
        from rich.live import Live

        try:
            with Live(
                get_renderable=lambda: progress.draw(console.width),
                console=console,
                refresh_per_second=8,
                transient=True,
            ):
                yield progress, progress.take
        finally:
            for text in progress.notices:
                _note(console, text)
        return

    def tell(event: Event) -> None:
        known = len(progress.notices)
        progress.take(event)
        for text in progress.notices[known:]:
            _note(console, text)
        match event:
            case StepFinished(name, subject, hit, duration_s) if not planning:
                how = "kept" if hit else f"{duration_s:.1f} s"
                line = f"{progress.label(name)}{f' {subject}' if subject else ''}: {how}"
                console.print(line, highlight=False, markup=False, soft_wrap=True)
            case _:
                pass

    yield progress, tell
