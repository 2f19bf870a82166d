"""What a person sees while a run works: a live picture in a terminal, plain lines elsewhere. All on stderr."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from automagic.cli.words import format_clock
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

    from automagic.cli.options import Loudness

FIXED_COLUMNS = 37
"""For the mark, the label, the count and the spaces between."""

LONG_WAIT_S = 3.0
"""A vendor's call that is repeated sooner than this is not shown."""

NOTE_COLUMNS = 10
"""For "1000 kept"."""


@dataclass
class Stage:
    """All steps of one name.

    Attributes:
        busy_s: What its steps took, added up: more than has passed where several were done at the same time.
        began_s, ended_s: When the first of those that were carried out began, and the last ended: seconds of the run.
        running: How much of each is done, 0..1, by its subject.
    """

    name: str
    planned: int = 0
    done: int = 0
    hits: int = 0
    busy_s: float = 0.0
    began_s: float | None = None
    ended_s: float = 0.0
    running: dict[str, float] = field(default_factory=dict)

    @property
    def made(self) -> int:
        """How many were carried out and have ended."""
        return self.done - self.hits

    @property
    def span(self) -> str:
        """ "0:02 to 0:18" of the run; "" when nothing was carried out."""
        if self.began_s is None or not self.made:
            return ""
        return f"{format_clock(self.began_s)} to {format_clock(self.ended_s)}"

    @property
    def fraction(self) -> float:
        """How much of it is done, 0..1."""
        total = max(self.planned, self.done + len(self.running), 1)
        return min((self.done + sum(self.running.values())) / total, 1.0)

    @property
    def remaining_s(self) -> float | None:
        """Work left, in seconds of one core, from what its finished steps took; None while nothing is known."""
        if self.done >= self.planned:
            return 0.0
        if self.made == 0:
            return None
        left = max(self.planned - self.done, 0) - sum(self.running.values())
        return max(left, 0.0) * self.busy_s / self.made


class Progress:
    """Collects events; knows how to draw itself.

    Attributes:
        labels: What a person reads for each step, in the order of the work, whichever begins first.
    """

    def __init__(self, cores: int, labels: Mapping[str, str] | None = None) -> None:
        self.cores = cores
        self.labels = labels or {}
        self.started = time.monotonic()
        self.ended: float | None = None
        self.stages: dict[str, Stage] = {}
        self.notices: list[str] = []

    def take(self, event: Event) -> None:
        """Count one event."""
        match event:
            case StepsPlanned(name, count):
                self._stage(name).planned += count
            case StepStarted(name, subject):
                stage = self._stage(name)
                stage.running[subject] = 0.0
                stage.began_s = self.elapsed_s if stage.began_s is None else stage.began_s
            case StepProgress(name, subject, fraction):
                self._stage(name).running[subject] = fraction
            case StepFinished(name, subject, hit, duration_s):
                stage = self._stage(name)
                stage.running.pop(subject, None)
                stage.done += 1
                stage.hits += hit
                if not hit:
                    stage.busy_s += duration_s
                    stage.ended_s = self.elapsed_s
            case Notice() | CallRetried() | CallResubmitted():
                text = describe_event(event)
                if text and text not in self.notices:
                    self.notices.append(text)

    @property
    def elapsed_s(self) -> float:
        """Since the run began, or how long it took when it has ended."""
        return (time.monotonic() if self.ended is None else self.ended) - self.started

    def end(self) -> None:
        """The run is over: its clock stops."""
        self.ended = time.monotonic()

    @property
    def spans(self) -> dict[str, tuple[float, float]]:
        """When each stage that carried anything out began and ended: seconds of the run, of which stages share many."""
        return {
            stage.name: (round(stage.began_s, 3), round(stage.ended_s, 3))
            for stage in self.in_order()
            if stage.began_s is not None and stage.made
        }

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
        """What a person reads for a step: its label, or its name."""
        return self.labels.get(name) or name.replace("-", " ").capitalize()

    def in_order(self) -> list[Stage]:
        """The stages that have anything to do, as the pipeline has them."""
        places = {name: place for place, name in enumerate(self.labels)}
        stages = [stage for stage in self.stages.values() if stage.planned or stage.done or stage.running]
        return sorted(stages, key=lambda stage: places.get(stage.name, len(places)))

    def draw(self, width: int) -> RenderableType:
        """A table of the stages, for a terminal of this many columns; what does not fit is left out."""
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
            return f"{vendor} {operation}: {error.removesuffix('.')}. Trying again in {after_s:.0f} s."
        case CallResubmitted(vendor, operation, error):
            return (
                f"{vendor} {operation}: {error}. It may have been done; it is sent once more, and both count as spent."
            )


def _note(console: Console, text: str) -> None:
    console.print(f"Note: {text}", emoji=False, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def show_progress(
    console: Console,
    *,
    cores: int,
    planning: bool = False,
    labels: Mapping[str, str] | None = None,
    loudness: Loudness = "normal",
) -> Iterator[tuple[Progress, Listener]]:
    """Show a run's progress while the block lasts.

    Args:
        planning: Nothing is made: only notes are worth a line.
        labels: As of `Progress`.
        loudness: Quiet shows nothing; verbose a line for each step, since a moving picture and a log write over each
            other.
    """
    progress = Progress(cores, labels)
    if loudness == "quiet":
        yield progress, progress.take
        return
    if console.is_terminal and loudness == "normal":
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
            progress.end()
            for text in progress.notices:
                _note(console, text)
        return

    lines = StageLines(
        progress, lambda text: console.print(text, emoji=False, highlight=False, markup=False, soft_wrap=True)
    )

    def tell(event: Event) -> None:
        known = len(progress.notices)
        progress.take(event)
        for text in progress.notices[known:]:
            _note(console, text)
        if isinstance(event, StepFinished) and not planning:
            lines.tell_ended(event.name)

    try:
        yield progress, tell
    finally:
        progress.end()
        if not planning:
            lines.tell_rest()


class StageLines:
    """A line for each stage, for those who read it later: of one whose number of steps is known as soon as all are
    done, of others with the next such one, or at the end.

    Args:
        say: Is given each line.
    """

    def __init__(self, progress: Progress, say: Callable[[str], object]) -> None:
        self._progress = progress
        self._say = say
        self._told: dict[str, tuple[int, int]] = {}

    def tell_ended(self, name: str) -> None:
        """Tell of a stage if it is complete, and of those before it that have nothing left to do."""
        stage = self._progress.stages[name]
        if not stage.planned or stage.done < stage.planned or stage.running:
            return
        stages = self._progress.in_order()
        before = stages[: stages.index(stage)]
        for one in (*(one for one in before if not one.planned and not one.running), stage):
            self._tell(one)

    def tell_rest(self) -> None:
        """Tell of whatever was not told of yet."""
        for stage in self._progress.in_order():
            self._tell(stage)

    def _tell(self, stage: Stage) -> None:
        made, kept = self._told.get(stage.name, (0, 0))
        line = describe_counts(stage.made - made, stage.hits - kept)
        if line:
            self._told[stage.name] = stage.made, stage.hits
            span = f", {stage.span}" if stage.made - made else ""
            self._say(f"{self._progress.label(stage.name)}: {line}{span}")


def describe_counts(made: int, kept: int) -> str:
    """ "2 made, 7 kept"; "made" or "kept" alone of a single step, "" of none."""
    if made + kept == 1:
        return "made" if made else "kept"
    return ", ".join(f"{number} {how}" for number, how in ((made, "made"), (kept, "kept")) if number)
