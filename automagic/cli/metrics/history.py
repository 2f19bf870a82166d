"""`automagic --metrics --history 30d`: a line for each day, for 80 columns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from automagic.cli.cleanup import format_size
from automagic.cli.metrics.words import format_percent
from automagic.cli.tables import draw_table
from automagic.monitor.history import DayFigures

HEADING = ["Day (UTC)", "Runs", "Failed", "Tasks", "Kept", "Cache", "Memory", "Cores", "Disk", "Alerts"]


def draw_history(days: Sequence[DayFigures]) -> Iterator[str]:
    """The days with something in them, the last one at the end; what nothing is known of is blank."""
    told = [day for day in days if day != DayFigures(day.starts_at)]
    if not told:
        yield "Nothing was made in that time."
        return
    rows = [HEADING]
    for day in told:
        memory = day.peaks.get("memory_bytes")
        cores, disk = day.peaks.get("cpu_cores"), day.peaks.get("disk_used_share")
        rows.append(
            [
                time.strftime("%Y-%m-%d", time.gmtime(day.starts_at)),
                f"{day.runs:,}",
                f"{day.failed:,}",
                f"{day.tasks:,}",
                format_percent(day.kept_share),
                format_percent(day.hit_rate),
                "" if memory is None else format_size(memory),
                "" if cores is None else f"{cores:.1f}",
                format_percent(disk),
                f"{day.alerts:,}" if day.alerts else "",
            ]
        )
    yield from draw_table(rows, right=range(1, 10), heading=True)
