"""The database by plain SQL: the same statements on SQLite and on PostgreSQL, and what is not there yet."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.cli.cleanup import clean_up
from automagic.cli.metrics.command import show_metrics
from automagic.cli.status.reading import read_status
from automagic.database.engine import open_database, sqlite_url
from automagic.database.plain import open_plain, open_query
from automagic.database.tables import run_steps, runs, vendor_calls
from automagic.errors import ConfigurationError
from automagic.monitor.metrics import read_metrics
from automagic.monitor.totals import bring_up_to_date, record_peaks
from automagic.settings import load_settings

pytest_plugins = ("tests.support.homes.postgresql",)


def fill(url: str) -> None:
    engine = open_database(url)
    now = time.time()
    with engine.begin() as connection:
        connection.execute(
            sa.insert(runs).values(id="a", product="video", state="succeeded", started_at=now - 9, finished_at=now)
        )
        connection.execute(
            sa.insert(run_steps).values(run_id="a", number=0, name="render", key="k", hit=False, duration_s=4.0)
        )
        connection.execute(
            sa.insert(vendor_calls).values(
                key="k",
                epoch=1,
                run_id="a",
                vendor="openai",
                operation="image",
                model="m",
                parameters_sha256="p",
                idempotency_key="i",
                state="delivered",
                estimate_micro_usd=1,
                spent_micro_usd=40_000,
                started_at=now,
                attempts=2,
            )
        )
    engine.dispose()


def test_metrics_are_the_same_on_both(database):
    fill(database)
    with open_plain(database, writing=True) as begin:
        assert bring_up_to_date(begin, now=time.time()) == 1
        record_peaks(begin, {"memory_bytes": 5.0}, now=time.time())
        record_peaks(begin, {"memory_bytes": 3.0}, now=time.time())
    with open_plain(database, writing=False) as begin, begin() as execute:
        metrics = read_metrics(execute, since=None, now=time.time())
    (step,), (vendor,) = metrics.steps, metrics.vendors
    assert (step.name, step.made.total_s) == ("render", 4.0)
    assert (vendor.calls, vendor.retries, vendor.micro_usd) == (1, 1, 40_000)
    assert metrics.peaks == {"memory_bytes": 5.0}


def test_a_transaction_that_fails_leaves_nothing(database):
    fill(database)
    with open_plain(database, writing=True) as begin:
        with pytest.raises(RuntimeError), begin() as execute:
            execute("DELETE FROM runs WHERE id = :id", {"id": "a"})
            raise RuntimeError
        with begin() as execute:
            assert [tuple(row) for row in execute("SELECT id, 7 % 4 FROM runs", {})] == [("a", 3)]


def test_reading_changes_nothing(database):
    fill(database)
    with open_query(database) as query, pytest.raises(ConfigurationError, match="cannot be read"):
        query("DELETE FROM runs")
    with open_query(database) as query:
        assert list(query("SELECT count(*) FROM runs")) in ([(1,)], [[1]])
        assert not query("SELECT count(*) FROM no_such_table")


def test_a_file_that_is_not_there_has_no_rows_and_stays_away(tmp_path):
    with open_query(sqlite_url(tmp_path / "none.db")) as query:
        assert not query("SELECT 1 FROM runs")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_is_named_without_its_password():
    with (
        pytest.raises(ConfigurationError, match="cannot be reached") as refused,
        open_query("postgresql://me:sesame@127.0.0.1:1/x"),
    ):
        pass
    assert "sesame" not in str(refused.value)


def test_the_reading_commands_work_on_a_server(database, home, monkeypatch, capsys):
    fill(database)
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.chdir(home)
    if database.startswith("postgresql"):
        monkeypatch.setenv("DATABASE_URL", database)
    status, _ = read_status(load_settings())
    assert [run["id"] for run in status["runs"]] == ["a"]
    assert (status["spent"]["usd"], status["problems"]) == (0.04, [])
    assert status["database"]["size_mb"] > 0
    show_metrics(since=None, prometheus=False, as_json=False)
    assert "Render the shots" in capsys.readouterr().out
    show_metrics(since=None, prometheus=True, as_json=False)
    assert "automagic_runs_total" in capsys.readouterr().out
    clean_up(dry_run=False, older_than=None, max_size=None, emergency=True, include_results=False, as_json=False)
    assert "nothing to clean up" in capsys.readouterr().out


def test_status_says_that_a_server_is_away_and_everything_else(home, monkeypatch):
    settings = load_settings(
        environment={"AUTOMAGIC_HOME": str(home), "DATABASE_URL": "postgresql://me@127.0.0.1:1/x"}, folder=Path(home)
    )
    status, _ = read_status(settings)
    assert any("cannot be reached" in problem for problem in status["problems"])
    assert status["machine"]["cores"] > 0
