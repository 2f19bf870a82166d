"""`automagic --status`: the machine, the models, the vendors, what is kept, the queue, the schedules, the last runs.

Exit code 0 when everything that a run needs is there and no critical alert is raised, else 1. The output says why.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.cli.status.reading import read_status
from automagic.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from automagic.settings import Settings

UNHEALTHY = 1
SHORTEST_INTERVAL_S = 0.5


def show_status(*, as_json: bool, watch: bool = False, interval_s: float = 2.0) -> None:
    """Print how things stand; with `watch` again and again, until Ctrl-C.

    Raises:
        typer.Exit: With 1, when something is wrong (at the end).
        RequestError: The interval is too short.
    """
    import typer

    from automagic.settings import load_settings

    if interval_s < SHORTEST_INTERVAL_S:
        raise RequestError(f"--interval {interval_s:g} is too short", hint=f"At least {SHORTEST_INTERVAL_S:g} s.")
    healthy = True
    try:
        for status in _look(load_settings(), interval_s if watch else None, as_json=as_json):
            healthy = not status["problems"]
    except KeyboardInterrupt:
        if not watch:
            raise
    if not healthy:
        raise typer.Exit(UNHEALTHY)


def _look(settings: Settings, interval_s: float | None, *, as_json: bool) -> Iterator[dict[str, Any]]:
    """Read and show, once or every `interval_s`; a terminal is refreshed in place, a file gets one after the other."""
    status, seen = read_status(settings)
    if interval_s is None:
        _show(status, as_json=as_json)
        yield status
        return
    if as_json or not sys.stdout.isatty():
        while True:
            _show(status, as_json=as_json, one_line=True)
            yield status
            time.sleep(interval_s)
            status, seen = read_status(settings, before=seen)
    from rich.console import Console
    from rich.live import Live

    from automagic.cli.status.text import draw_status

    console = Console(emoji=False)
    with Live(draw_status(status), console=console, screen=True, auto_refresh=False) as live:
        while True:
            yield status
            time.sleep(interval_s)
            status, seen = read_status(settings, before=seen)
            live.update(draw_status(status, refreshed_at=time.time()), refresh=True)


def _show(status: dict[str, Any], *, as_json: bool, one_line: bool = False) -> None:
    if as_json:
        text = msgspec.json.encode(status)
        sys.stdout.write((text if one_line else msgspec.json.format(text)).decode() + "\n")
    else:
        from rich.console import Console

        from automagic.cli.status.text import draw_status

        Console(emoji=False).print(draw_status(status, refreshed_at=time.time() if one_line else None))
    sys.stdout.flush()
