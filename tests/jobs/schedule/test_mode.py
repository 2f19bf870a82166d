"""The scheduled mode beside a worker of another machine."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from automagic.jobs.queue.leases import CONNECTION_NAME
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.schedule.file import find_schedules
from automagic.jobs.schedule.ledger import Ledger
from automagic.jobs.schedule.mode import run_scheduled
from automagic.settings import Settings
from automagic.studio import open_studio
from automagic.values.secret import Secret
from tests.support.processes.python_programs import run_command

pytest_plugins = ["tests.support.homes.postgresql"]

SCHEDULE = '[news]\nat = "09:00"\nkind = "video"\ntopic = "Tides"\n'


@pytest.fixture
def url(postgresql: Any) -> str:
    name = f"test_{secrets.token_hex(4)}"
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE prepared".encode())
    return str(postgresql.get_uri(database=name))


@pytest.mark.xdist_group("postgresql")
async def test_a_scheduler_that_only_fires_has_its_companions(url, home, tmp_path):
    (tmp_path / "schedules.toml").write_text(SCHEDULE)
    settings = Settings(automagic_home=home, database_url=Secret(url))
    told: list[str] = []
    ended: list[str] = []

    def is_settled() -> bool:
        """It has said what it does, and has looked at its schedule."""
        engine = studio.services.store.engine
        looked = bool(Ledger(engine).standings())
        return looked and any("only adds jobs" in line for line in told) and not engine.pool.checkedout()

    async def background_task(_tell: Any) -> None:
        try:
            while not is_settled():  # noqa: ASYNC110 - a table and a line tell of it
                await asyncio.sleep(0.01)
            signal.raise_signal(signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            ended.append("companion")

    async def faulty(_tell: Any) -> None:
        raise ValueError("wrong")

    with psycopg.connect(url, application_name=f"{CONNECTION_NAME}elsewhere"):
        async with open_studio(settings) as studio, asyncio.timeout(30):
            found, place = find_schedules(settings, tmp_path), QueueLocation.of(settings)
            await run_scheduled(found, place, studio, tell=told.append, background_tasks=[background_task, faulty])
    assert ended == ["companion"]
    assert "faulty ended: wrong" in told
    assert told[-1] == "Stopped."


def test_firing_with_work_writes_the_log_as_a_worker_does(home: Path, tmp_path: Path) -> None:
    (tmp_path / "schedules.toml").write_text(SCHEDULE)
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home), "LOG_FORMAT": "json"}
    done = run_command("schedule", "fire", "news", "--if-due", "--work", cwd=tmp_path, environment=environment)
    assert done.code == 0, done.err
    lines = [json.loads(line) for line in (home / "logs" / "automagic.log").read_text().splitlines()]
    assert any(line["part"] == "worker" and "takes up to 2 jobs at once" in line["event"] for line in lines)
    assert "takes up to 2 jobs at once" in done.out + done.err
