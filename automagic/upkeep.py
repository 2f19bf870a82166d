"""Clean AUTOMAGIC_HOME up: on demand, each day beside a worker or a scheduler, and when the disk is nearly full."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.database.engine import explain_database
from automagic.monitor.totals import bring_up_to_date, use_engine
from automagic.store.cleanup import LOCK_NAME, Plan, Swept, carry_out, plan_cleanup, take_inventory
from automagic.store.retention import DAY_S, Jobs, Place, Rules

if TYPE_CHECKING:
    import sqlalchemy as sa

    from automagic.store.blobs import Shelf

NeededFiles = Callable[[], Collection[str]]
"""Names by sha256 what jobs need, and results that are still to be fetched."""


def clean_home(
    home: Path,
    engine: sa.Engine,
    rules: Rules,
    *,
    needed: NeededFiles,
    jobs: Jobs | None = None,
    shared: Shelf | None = None,
    show: Callable[[Plan], object] = lambda _plan: None,
    dry_run: bool = False,
) -> tuple[Plan, Swept | None]:
    """Plan a cleanup, show the plan, and unless it is a dry run carry it out. Blocks for seconds.

    Args:
        jobs: Whose rows go when they are old; None leaves them alone. The files that they needed go with the next one.

    Raises:
        RequestError: Another cleanup is under way.
        ConfigurationError: The queue cannot be asked what it needs.
    """
    import sqlalchemy as sa

    now = time.time()
    try:
        if not dry_run and not rules.emergency:  # figures of runs are kept before their rows go
            bring_up_to_date(use_engine(engine), now=now)
        place = Place(home, engine, Path.cwd(), shared, jobs)
        plan = plan_cleanup(take_inventory(place, rules), rules, now=now, protected=needed())
        show(plan)
        if dry_run:
            return plan, None
        swept = carry_out(plan, place)
    except sa.exc.OperationalError as error:
        raise explain_database(error, engine) from error
    if not rules.emergency:
        os.utime(home / LOCK_NAME, (now, now))
    return plan, swept


def is_cleanup_due(home: Path, *, now: float, every_s: float = DAY_S) -> bool:
    """Whether the last full cleanup was so long ago; of a clock that was set back it is due as well."""
    with suppress(FileNotFoundError):
        return not 0 <= now - (home / LOCK_NAME).stat().st_mtime < every_s
    return True
