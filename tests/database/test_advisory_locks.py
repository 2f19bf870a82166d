"""The locks of PostgreSQL: one for each thing, all in one table."""

from __future__ import annotations

import re
from pathlib import Path

import automagic
from automagic.database.advisory_locks import AdvisoryLock


def test_no_two_locks_share_a_number():
    # An alias would not be listed, but is a member all the same.
    assert len({lock.value for lock in AdvisoryLock}) == len(AdvisoryLock.__members__)


def test_no_number_of_a_lock_stands_anywhere_else():
    package = Path(automagic.__file__).parent
    numbers = re.compile("|".join(str(lock.value)[:5] for lock in AdvisoryLock))
    found = {path.name for path in package.rglob("*.py") if numbers.search(path.read_text("utf-8").replace("_", ""))}
    assert found == {"advisory_locks.py"}


def test_every_statement_that_takes_a_lock_names_it():
    package = Path(automagic.__file__).parent
    statement = re.compile(r"pg_(?:try_)?advisory_\w+\(\s*\d")
    assert [path.name for path in package.rglob("*.py") if statement.search(path.read_text("utf-8"))] == []
