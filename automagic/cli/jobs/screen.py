"""What a person sees of a worker: what it makes, how far that is, and where the result is. All on stderr.

terminal    its words, and below them a live picture of the jobs under way
elsewhere   its words, and a line for each stage of a job
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from automagic.cli.display import Progress, StageLines
from automagic.errors import RequestError
from automagic.machine.logs import open_logs, write_line
from automagic.values.events import Event, Notice, StepFinished

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from automagic.jobs.telling import JobName, Onlook
    from automagic.settings import Settings
    from automagic.values.events import Listener


@contextlib.contextmanager
def show_jobs(settings: Settings, role: str, *, quiet: bool = False) -> Iterator[Onlook]:
    """Show what a worker says and does for as long as the block lasts; gives who looks on at its jobs.

    Args:
        role: As of `open_logs`.
        quiet: Show nothing; the log's file has it all.
    """
    from rich.console import Console

    screen = _Screen(settings.render_slots)
    with contextlib.ExitStack() as stack:
        console = Console(stderr=True, emoji=False)
        if console.is_terminal and not quiet and settings.log_format != "json":
            from rich.live import Live

            # Before the log takes stderr: its lines are then written above the picture.
            live = Live(get_renderable=lambda: screen.draw(console), console=console, refresh_per_second=4,
                        transient=True, redirect_stdout=False)  # fmt: skip
            stack.enter_context(live)
            screen.is_live = True
        stack.enter_context(open_logs(settings, role, screen=not quiet))
        yield screen.onlook


class _Screen:
    """The jobs that are under way.

    Attributes:
        is_live: Whether somebody sees them; else their stages become lines.
    """

    def __init__(self, cores: int) -> None:
        self.is_live = False
        self._cores = cores
        self._under_way: dict[str, tuple[JobName, Progress]] = {}

    @contextlib.contextmanager
    def onlook(self, job: JobName) -> Iterator[Listener]:
        """See `telling.Onlook`."""
        progress = Progress(self._cores, _labels_of(job))
        self._under_way[job.id] = job, progress
        lines = StageLines(progress, lambda text: write_line("stage", logging.INFO, f"{job}: {text}"))

        def take(event: Event) -> None:
            progress.take(event)
            if isinstance(event, Notice):
                write_line("stage", logging.INFO, f"{job}: note: {event.text}")
            if isinstance(event, StepFinished) and not self.is_live:
                lines.tell_ended(event.name)

        try:
            yield take
        finally:
            del self._under_way[job.id]
            progress.end()
            if not self.is_live:
                lines.tell_rest()

    def draw(self, console: Console) -> RenderableType:
        """All of them, one below the other."""
        from rich.console import Group
        from rich.text import Text

        parts: list[RenderableType] = []
        for job, progress in list(self._under_way.values()):
            parts += [Text(f"{job.title or job.kind} ({job})", "bold", no_wrap=True, overflow="ellipsis")]
            parts += [progress.draw(console.width)]
        return Group(*parts)


def _labels_of(job: JobName) -> Mapping[str, str]:
    from automagic.products import find_product

    with contextlib.suppress(RequestError):
        return find_product(job.kind.partition(" ")[0]).labels
    return {}
