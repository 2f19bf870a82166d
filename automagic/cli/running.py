"""One run from the command line: its studio, its log, its progress on the screen, and an end by a signal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.cli.options import Loudness
    from automagic.studio import Studio
    from automagic.values.events import Listener

Result = TypeVar("Result")


def run_shown(
    role: str,
    work: Callable[[Studio, Listener], Awaitable[Result]],
    *,
    planning: bool = False,
    labels: Mapping[str, str] | None = None,
    loudness: Loudness = "normal",
) -> tuple[Result, Progress]:
    """What `work` gives, and how it went; shown while it is under way.

    Args:
        role: As of `open_logs`.
        work: Is given an open studio, and whom to tell each event.
        planning: Nothing is made: no log is written and only notes are shown.
        labels: What a person reads for each step, in the order of the work.
        loudness: Quiet shows nothing, verbose the lines of the log as well.

    Raises:
        KeyboardInterrupt: By Ctrl-C, SIGTERM or SIGHUP, which are the same to the caller.
        AutomagicError: As `work` raises it.
    """
    from automagic.machine.leaving import command_clock, run

    try:
        return run(_run(role, work, planning, labels, loudness), clock=command_clock())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


async def _run(
    role: str,
    work: Callable[[Studio, Listener], Awaitable[Result]],
    planning: bool,
    labels: Mapping[str, str] | None,
    loudness: Loudness,
) -> tuple[Result, Progress]:
    from rich.console import Console

    from automagic.cli.display import show_progress
    from automagic.cli.signals import cancel_on_signals
    from automagic.machine.logs import open_logs
    from automagic.settings import load_settings
    from automagic.studio import open_studio

    settings = load_settings()
    async with open_studio(settings) as studio:
        console, cores = Console(stderr=True, emoji=False), settings.render_slots
        shown = show_progress(console, cores=cores, planning=planning, labels=labels, loudness=loudness)
        verbose = loudness == "verbose"
        logs = open_logs(settings, role, screen=verbose, file=not planning, detailed=verbose)
        with logs, cancel_on_signals(), shown as (progress, listener):
            return await work(studio, listener), progress
