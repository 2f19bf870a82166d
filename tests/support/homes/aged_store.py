"""A store with old and young artifacts, and a cleanup of it; for the tests of cleanups."""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from automagic.database.tables import artifacts, pins, runs, step_artifacts, steps, vendor_calls
from automagic.store.artifacts import ArtifactStore, Made
from automagic.store.cleanup import CleanupPlan, CleanupResult, carry_out, plan_cleanup, take_inventory
from automagic.store.retention import DAY_S, Place, Rules
from automagic.values.artifact import Artifact


def remember(
    store: ArtifactStore, number: int, *, days: float | None = 30, run_id: str = "old"
) -> tuple[str, Artifact]:
    """A step with one file, used `days` ago."""
    path = store.folder / f"{number}.new"
    path.write_bytes(b"%d" % number * 50)
    made = store.add(path, "text/plain")
    key = f"{number:064d}"
    store.remember(key, Made("draw", 1, f'"{number}"', [made], 1), run_id=run_id)
    if days is not None:
        age(store.engine, days, key, made.sha256)
    return key, made


def fill(store: ArtifactStore, numbers: range) -> list[str]:
    """The same for many at once, without waiting for the disk."""
    then = time.time() - 30 * DAY_S
    kept = []
    for number in numbers:
        content = b"%d" % number * 50
        made = Artifact(hashlib.sha256(content).hexdigest(), "text/plain", len(content))
        path = store.path_of(made)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        kept.append((f"{number:064d}", number, made, path.stat().st_mtime_ns))
    facts = {"created_at": then}
    with store.engine.begin() as connection:
        connection.execute(
            sa.insert(artifacts),
            [
                {
                    "sha256": made.sha256,
                    "media_type": "text/plain",
                    "size_bytes": made.size_bytes,
                    "mtime_ns": ns,
                    **facts,
                }
                for _, _, made, ns in kept
            ],
        )
        connection.execute(
            sa.insert(steps),
            [
                {
                    "key": key,
                    "name": "draw",
                    "version": 1,
                    "result": f'"{n}"',
                    "duration_s": 1,
                    "used_at": then,
                    **facts,
                }
                for key, n, _, _ in kept
            ],
        )
        connection.execute(sa.insert(step_artifacts), [{"key": key, "sha256": made.sha256} for key, _, made, _ in kept])
        connection.execute(
            sa.insert(pins), [{"run_id": "old", "sha256": made.sha256, "pinned_at": then} for _, _, made, _ in kept]
        )
    return [key for key, _, _, _ in kept]


def age(engine: sa.Engine, days: float, key: str, sha256: str) -> None:
    then = time.time() - days * DAY_S
    with engine.begin() as connection:
        connection.execute(sa.update(steps).where(steps.c.key == key).values(used_at=then, created_at=then))
        connection.execute(sa.update(artifacts).where(artifacts.c.sha256 == sha256).values(created_at=then))
        connection.execute(sa.update(pins).where(pins.c.sha256 == sha256).values(pinned_at=then))


def add_run(engine: sa.Engine, run_id: str = "old", state: str = "succeeded", **values: Any) -> None:
    then = values.pop("finished_at", time.time() - 30 * DAY_S)
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(
                id=run_id,
                product="video",
                state=state,
                started_at=then - 60,
                finished_at=None if state == "running" else then,
                **values,
            )
        )


def clean(home: Path, engine: sa.Engine, rules: Rules | None = None) -> tuple[CleanupPlan, CleanupResult]:
    rules = rules or Rules()
    now = time.time()
    place = Place(home, engine, home.parent)
    plan = plan_cleanup(take_inventory(place, rules), rules, now=now)
    return plan, carry_out(plan, place)


@contextmanager
def under_way(home: Path, engine: sa.Engine, run_id: str = "20270101-000000-abcdef") -> Iterator[str]:
    """A run as another process would have it."""
    (home / "work").mkdir(exist_ok=True)
    with (home / "work" / f"{run_id}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (home / "work" / run_id).mkdir()
        add_run(engine, run_id, "running")
        yield run_id


def check_store(home: Path, engine: sa.Engine) -> int:
    """Every row has its file and everything refers to something; how many artifacts there are."""
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        recorded = connection.execute(sa.select(artifacts.c.sha256)).scalars().all()
    assert all((home / "artifacts" / name[:2] / name).exists() for name in recorded)
    return len(recorded)


def buy(store: ArtifactStore, text: bytes) -> Artifact:
    """An answer that was paid for, 30 days ago."""
    path = store.folder / "bought.new"
    path.write_bytes(text)
    made = store.add(path, "text/plain")
    with store.engine.begin() as connection:
        connection.execute(
            sa.insert(artifacts).values(
                sha256=made.sha256,
                media_type="text/plain",
                size_bytes=made.size_bytes,
                mtime_ns=store.path_of(made).stat().st_mtime_ns,
                created_at=time.time() - 30 * DAY_S,
            )
        )
        connection.execute(
            sa.insert(vendor_calls).values(
                key="k" * 64,
                epoch=1,
                run_id="old",
                vendor="acme",
                operation="image",
                model="m",
                parameters_sha256="p",
                idempotency_key="i",
                state="delivered",
                estimate_micro_usd=5,
                spent_micro_usd=5,
                started_at=time.time(),
                artifact_sha256=made.sha256,
            )
        )
    return made
