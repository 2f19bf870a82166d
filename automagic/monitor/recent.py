"""Figures of the last hour or two, from the totals: how well caches do, how long calls take, how many calls to vendors
succeed. One that too little was done for is not known: it alarms nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.monitor.histogram import Histogram, add_to, decode_histogram, quantile

if TYPE_CHECKING:
    from automagic.database.plain import Query

HOUR_S = 3600.0
FEW_ASKED, FEW_CALLS = 100, 20
"""Less than this says nothing."""

TIERS = "performance "
"""What the names of the tiers of one cache begin with: what the first does not have, the next is asked for."""


def read_recent_figures(query: Query, *, now: float) -> dict[str, float | None]:
    """Of this hour and the one before."""
    kept, asked = 0, 0
    took: Histogram = {}
    for kind, name, outcome, number, histogram in query(
        "SELECT kind, name, outcome, number, histogram FROM totals "
        "WHERE span_s = 3600 AND starts_at > :since AND kind IN ('cache', 'call')",
        since=int(now - 2 * HOUR_S),
    ):
        if kind == "call":
            add_to(took, decode_histogram(histogram))
        else:
            kept += number if outcome == "kept" else 0
            asked += number if not name.startswith(TIERS) or name == f"{TIERS}l1" else 0
    ended = {
        state: int(number)
        for state, number in query(
            "SELECT state, count(*) FROM vendor_calls WHERE started_at > :since AND state IN ('delivered', 'failed') "
            "GROUP BY state",
            since=now - HOUR_S,
        )
    }
    calls = sum(ended.values())
    return {
        "cache_hit_percent": 100 * min(kept, asked) / asked if asked >= FEW_ASKED else None,
        "call_p95_s": quantile(took, 0.95) if sum(took.values()) >= FEW_CALLS else None,
        "vendor_success_percent_1h": 100 * ended.get("delivered", 0) / calls if calls >= FEW_CALLS else None,
    }
