"""Clean up AUTOMAGIC_HOME: on demand, each day beside a worker or a scheduler, and when the disk is nearly full."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from automagic.database.engine import explain_database
from automagic.monitor.totals import bring_up_to_date, use_engine
from automagic.store.cleanup import LOCK_NAME, CleanupPlan, CleanupResult, carry_out, plan_cleanup, take_inventory
from automagic.store.retention import DAY_S, Place, Rules

NeededFiles = Callable[[], Collection[str]]
"""Names by sha256 what jobs need, and results that are still to be fetched."""


def clean_home(
    place: Place,
    rules: Rules,
    *,
    needed: NeededFiles,
    show: Callable[[CleanupPlan], object] = lambda _plan: None,
    dry_run: bool = False,
) -> tuple[CleanupPlan, CleanupResult | None]:
    """Plan a cleanup, show the plan, and unless it is a dry run carry it out. Blocks for seconds.

    The files that old jobs needed go with the next one.

    Raises:
        RequestError: Another cleanup is under way.
        ConfigurationError: The queue cannot be asked what it needs.
    """
    import sqlalchemy as sa

    now = time.time()
    try:
        if not dry_run and not rules.emergency:  # figures of runs are kept before their rows go
            bring_up_to_date(use_engine(place.engine), now=now)
        plan = plan_cleanup(take_inventory(place, rules), rules, now=now, protected=needed())
        show(plan)
        if dry_run:
            return plan, None
        swept = carry_out(plan, place)
    except sa.exc.OperationalError as error:
        raise explain_database(error, place.engine) from error
    if not rules.emergency:
        os.utime(place.home / LOCK_NAME, (now, now))
    return plan, swept


def is_cleanup_due(home: Path, *, now: float) -> bool:
    """Whether the last full cleanup was a day ago; of a clock that was set back it is due as well."""
    with suppress(FileNotFoundError):
        return not 0 <= now - (home / LOCK_NAME).stat().st_mtime < DAY_S
    return True
