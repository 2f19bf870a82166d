"""What one run needed no more goes at once, and nothing that another may need."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.tables import pins, runs
from automagic.store.artifacts import ArtifactStore, Made
from automagic.store.letting_go import let_go
from automagic.values.artifact import Artifact
from tests.support.homes.aged_store import add_run, remember, under_way


@pytest.fixture
def own(store: ArtifactStore, engine: sa.Engine, home: Path) -> Artifact:
    """What the run "mine" made, which is under way."""
    (home / "work").mkdir()
    add_run(engine, "mine", "running")
    _, made = remember(store, 1, days=None, run_id="mine")
    return made


def test_what_only_this_run_needed_goes_with_its_step(store: ArtifactStore, home: Path, own: Artifact) -> None:
    assert let_go(store, home / "work", own, run_id="mine", step="draw")
    assert not store.path_of(own).exists()
    assert store.recall(f"{1:064d}", run_id=None) is None
    assert not let_go(store, home / "work", own, run_id="mine", step="draw")  # it is gone already


def test_what_another_step_has_stays(store: ArtifactStore, home: Path, own: Artifact) -> None:
    store.remember("f" * 64, Made("listen", 1, '"1"', [own], 1), run_id="mine")
    assert not let_go(store, home / "work", own, run_id="mine", step="draw")
    assert store.recall(f"{1:064d}", run_id=None) == '"1"'


@pytest.mark.parametrize("state", ["running", "succeeded"])
def test_what_another_run_needs_stays_while_it_is_under_way(
    store: ArtifactStore, engine: sa.Engine, home: Path, own: Artifact, state: str
) -> None:
    with under_way(home, engine) as other:
        with engine.begin() as connection:
            connection.execute(sa.update(runs).where(runs.c.id == other).values(state=state))
            connection.execute(sa.insert(pins), {"run_id": other, "sha256": own.sha256, "pinned_at": 1.0})
        gone = let_go(store, home / "work", own, run_id="mine", step="draw")
    assert gone is (state == "succeeded")
    assert store.path_of(own).exists() is not gone
