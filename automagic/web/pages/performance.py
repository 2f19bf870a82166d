"""How the studio does: this server, what was made, what would make it better, and the days before."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from automagic.jobs.queue import reads
from automagic.web.asked import Asked
from automagic.web.commands import document
from automagic.web.handlers.figures import FRESH_S
from automagic.web.pages.templates import show, swaps

DAYS = "30d"
DAYS_KEPT_S = 300.0


async def show_performance(asked: Asked) -> Response:
    """The page; for htmx its live part alone."""
    optimizer = await asked.web.measuring.open()
    stats = optimizer.get_performance_stats()
    counts = await asked.web.reader.read(reads.count_jobs)
    values: dict[str, Any] = {
        "stats": stats,
        "machine": asked.web.measuring.machine.whole(asked.web.settings.home),
        "waiting": counts["queued"],
        "running": counts["running"],
        "calls": sorted(stats["calls"].items(), key=lambda item: -item[1]["done"])[:12],
    }
    if swaps(asked):
        return show(asked, "performance.html#live", values)
    metrics = document(await asked.web.commands.kept("--metrics", "--json", for_s=FRESH_S))
    days = document(await asked.web.commands.kept("--metrics", "--history", DAYS, "--json", for_s=DAYS_KEPT_S))
    values |= {"metrics": metrics, "days": days}
    return show(asked, "performance.html", values)
