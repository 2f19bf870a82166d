"""Carry out a cleanup's plan, so that it may be killed at any moment and no run loses an artifact that it just found.

    one batch of artifacts:   look again ─▶ rows go ─▶ commit ─▶ their files go, unless stored again meanwhile

A hit pins in the transaction that finds it (`ArtifactStore.recall`); here the pins are looked at in the transaction
that takes the rows, which is the only one on SQLite and holds the rows on a server. So either the hit comes first and
the artifact stays, or it comes second and is a miss. What is left after a kill is a file without a row, which the next
cleanup finds. After a power cut it may be a row without a file as well, which is a miss.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa

from automagic.database.metrics_tables import uncounted_runs
from automagic.database.tables import artifacts, pins, runs, step_artifacts, steps, vendor_calls
from automagic.database.upkeep import without_checks
from automagic.store.inventory import pinned_by, running_runs
from automagic.store.removal_files import CleanupRun, in_batches
from automagic.store.retention import ADDING_S, Thing

ROOM_BYTES = 16 << 20
"""What the database needs to write down what goes."""

FORGOTTEN_TOGETHER = 20_000
"""Pins that go in one transaction."""


def remove_artifacts(sweep: CleanupRun, batch: Sequence[Thing]) -> Sequence[Thing]:
    """Take the rows of those that still nobody needs, then their files."""
    if sweep.rules.emergency:
        make_room(sweep)
    with without_checks(sweep.place.engine.execution_options(durable=False)) as connection, connection.begin():
        gone = _choose(sweep, connection, batch)
        take_rows(connection, [one.name for one in gone], paid=[one.name for one in gone if one.paid])
    remove_unchanged(sweep.place.home / "artifacts", gone)
    if sweep.place.shared is not None:
        for one in gone:
            sweep.place.shared.remove(one.name)
    return gone


def make_room(sweep: CleanupRun) -> None:
    """On a full disk, where no row can go: let files go first. A row without its file is a miss until it goes too.

    Nothing that was paid for: its row says that it is there.
    """
    free = [] if sweep.has_room else [one for one in sweep.artifacts if not one.paid]
    sweep.has_room = True  # or there is nothing more to be done about it
    folder = sweep.place.home / "artifacts"
    for batch in in_batches(free, 50):
        if shutil.disk_usage(folder).free >= ROOM_BYTES:
            return
        with sweep.place.engine.begin() as connection:
            remove_unchanged(folder, _choose(sweep, connection, batch))


def _choose(sweep: CleanupRun, connection: sa.Connection, batch: Sequence[Thing]) -> list[Thing]:
    """Look again: those that were not used since the plan was made. Until the commit they cannot be.

    By the time that the plan saw, not by the time of the plan: a hit writes when it was before it commits.
    """
    names = [one.name for one in batch]
    held = hold_rows(connection, names)
    bought = _bought(connection, _each(connection, names))
    needed = set(pinned_by(connection, running_runs(connection, sweep.place.home / "work")))
    lately = sweep.now - ADDING_S
    pinned = sa.select(pins.c.sha256, pins.c.pinned_at).where(pins.c.pinned_at > lately)
    found = sa.select(step_artifacts.c.sha256, steps.c.used_at).join(steps).where(steps.c.used_at > lately)
    used: dict[str, float] = {}
    for name, at in itertools.chain(connection.execute(pinned), connection.execute(found)):
        used[name] = max(at, used.get(name, 0.0))
    return [
        one
        for one in batch
        if one.name in held
        and one.name not in needed
        and used.get(one.name, 0.0) <= one.at
        and (one.paid or one.name not in bought)  # paid for since the plan was made: not what was decided about
    ]


def remove_strays(sweep: CleanupRun, files: Sequence[Thing]) -> Iterator[Thing]:
    """Those that are as they were, unless a run began meanwhile: it may be about to use any of them."""
    with sweep.place.engine.begin() as connection:
        if running_runs(connection, sweep.place.home / "work"):
            return
        paths = [Path(file.name) for file in files]
        recorded = _recorded(connection, _each(connection, [path.name for path in paths]))
        for file, path in zip(files, paths, strict=True):
            with contextlib.suppress(FileNotFoundError):
                if path.name not in recorded and path.lstat().st_mtime == file.at:
                    path.unlink(missing_ok=True)
                    yield file


def remove_lost(sweep: CleanupRun, lost: Sequence[Thing]) -> Iterator[Thing]:
    """The rows of those whose file has not come back."""
    folder = sweep.place.home / "artifacts"
    with sweep.place.engine.begin() as connection:
        bought = _bought(connection, _each(connection, [one.name for one in lost]))
        still = [one for one in lost if one.name not in bought and not (folder / one.name[:2] / one.name).exists()]
        take_rows(connection, [one.name for one in still])
    yield from still


def remove_values(sweep: CleanupRun, values: Sequence[Thing]) -> Iterator[Thing]:
    """Those that were not used since the plan was made."""
    newest = max(value.at for value in values)
    keys = [value.name for value in values]
    with sweep.place.engine.begin() as connection:
        old = steps.c.key.in_(_each(connection, keys)) & (steps.c.used_at <= newest)
        yield Thing("", number=connection.execute(sa.delete(steps).where(old)).rowcount)


def remove_runs(sweep: CleanupRun, ended: Sequence[Thing]) -> Iterator[Thing]:
    """Their rows, and those of their steps."""
    with sweep.place.engine.begin() as connection:
        uncounted = ~sa.exists().where(uncounted_runs.c.run_id == runs.c.id)
        those = runs.c.id.in_(_each(connection, [run.name for run in ended]))
        done = connection.execute(sa.delete(runs).where(those, runs.c.state != "running", uncounted))
    yield Thing("", number=done.rowcount)


def _recorded(connection: sa.Connection, names: sa.Select[tuple[str]]) -> set[str]:
    """Those that have a row."""
    return set(connection.execute(sa.select(artifacts.c.sha256).where(artifacts.c.sha256.in_(names))).scalars().all())


def _bought(connection: sa.Connection, names: sa.Select[tuple[str]]) -> set[str]:
    """Those that are answers that were paid for."""
    found = sa.select(vendor_calls.c.artifact_sha256).where(vendor_calls.c.artifact_sha256.in_(names))
    return {str(name) for name in connection.execute(found).scalars().all()}


def hold_rows(connection: sa.Connection, names: Sequence[str]) -> frozenset[str]:
    """Hide these artifacts from everybody until the transaction ends. Returns those that exist.

    SQLite has one transaction that writes at a time. On a server, a run that finds an artifact holds its row
    while it pins it, in this order: the statements that follow see the pin.
    """
    if connection.dialect.name == "sqlite":
        return frozenset(names)
    those = artifacts.c.sha256.in_(_each(connection, names))
    held = sa.select(artifacts.c.sha256).where(those).order_by(artifacts.c.sha256).with_for_update()
    return frozenset(connection.execute(held).scalars())


def take_rows(connection: sa.Connection, names: Sequence[str], *, paid: Sequence[str] = ()) -> None:
    """Everything that points at these artifacts, then themselves: SQLite may not do it (see `without_checks`).

    Args:
        paid: Those among them that were bought: the money stays on record.
    """
    each = _each(connection, names)
    if paid:
        bought = vendor_calls.c.artifact_sha256.in_(_each(connection, paid))
        connection.execute(sa.update(vendor_calls).where(bought).values(retired=True, artifact_sha256=None))
    keys = sa.select(step_artifacts.c.key).where(step_artifacts.c.sha256.in_(each))
    connection.execute(sa.delete(steps).where(steps.c.key.in_(keys)))
    connection.execute(sa.delete(step_artifacts).where(step_artifacts.c.key.in_(keys)))
    connection.execute(sa.delete(pins).where(pins.c.sha256.in_(each)))
    connection.execute(sa.delete(artifacts).where(artifacts.c.sha256.in_(each)))


def remove_unchanged(folder: Path, gone: Sequence[Thing]) -> None:
    """Remove the files of rows that are gone; one that was stored again since has another time of modification."""
    for one in gone:
        path = f"{folder}/{one.name[:2]}/{one.name}"  # not a Path: there may be a million
        with contextlib.suppress(FileNotFoundError):
            if os.lstat(path).st_mtime_ns == one.mtime_ns:
                os.unlink(path)  # noqa: PTH108


def forget_pins(engine: sa.Engine, *, before: float) -> None:
    """What was pinned long ago says nothing that the steps do not say, unless its run is still under way."""
    under_way = sa.select(runs.c.id).where(runs.c.state == "running")
    old = (pins.c.pinned_at < before) & pins.c.run_id.not_in(under_way)
    first = sa.select(pins.c.run_id).where(old).order_by(pins.c.run_id).limit(FORGOTTEN_TOGETHER).subquery()
    while True:
        with engine.execution_options(durable=False).begin() as connection:
            some = connection.execute(sa.select(first.c.run_id).distinct()).scalars().all()
            if not some:
                return
            connection.execute(sa.delete(pins).where(pins.c.run_id.in_(_each(connection, some)), old))


def _each(connection: sa.Connection, names: Sequence[str]) -> sa.Select[tuple[str]]:
    """Names as a query: one parameter, where a list of a thousand would take longer to write than to look up."""
    text = sa.literal(msgspec.json.encode(names).decode(), sa.Text)
    if connection.dialect.name == "sqlite":
        rows = sa.func.json_each(text).table_valued("value")
    else:
        rows = sa.func.json_array_elements_text(sa.cast(text, sa.JSON)).table_valued("value")
    return sa.select(rows.c.value)
