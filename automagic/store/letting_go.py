"""Let a large file go as soon as nobody needs it, rather than with the next cleanup: the sound of hours of recordings.

Safe for the same reason as a cleanup is (see `removal`): pins are looked at in the transaction that takes the rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from automagic.database.tables import artifacts, step_artifacts, steps
from automagic.database.upkeep import without_checks
from automagic.store.inventory import pinned_by, running_runs
from automagic.store.removal import hold_rows, remove_unchanged, take_rows
from automagic.store.retention import Thing

if TYPE_CHECKING:
    from automagic.store.artifacts import ArtifactStore
    from automagic.values.artifact import Artifact


def let_go(store: ArtifactStore, work: Path, artifact: Artifact, *, run_id: str, step: str) -> bool:
    """Remove a file and the steps that made it; False where somebody else may need it.

    Args:
        work: Where the runs that are under way have their locks.
        run_id: The run that needs it no more.
        step: The name of the step that made it; what other steps made as well, or were given, stays.
    """
    name = artifact.sha256
    with without_checks(store.engine.execution_options(durable=False)) as connection, connection.begin():
        hold_rows(connection, [name])
        others = running_runs(connection, work) - {run_id}
        made = sa.select(steps.c.name).join(step_artifacts).where(step_artifacts.c.sha256 == name)
        mtime_ns = connection.execute(sa.select(artifacts.c.mtime_ns).where(artifacts.c.sha256 == name)).scalar()
        if (
            mtime_ns is None
            or name in set(pinned_by(connection, others))
            or set(connection.execute(made).scalars()) != {step}
        ):
            return False
        take_rows(connection, [name])
    remove_unchanged(store.folder, [Thing(name, artifact.size_bytes, mtime_ns=mtime_ns)])
    if store.shared is not None:
        store.shared.remove(name)
    return True
