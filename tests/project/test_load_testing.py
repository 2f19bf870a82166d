"""The load test, run small: real producers, a real worker process, nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from pathlib import Path

import own_places
import pytest
import run_load_tests

from tests.support.homes.postgresql import BOTH
from tests.support.processes import python_programs

pytest_plugins = ["tests.support.homes.postgresql"]


def start(tmp_path: Path, *flags: str, url: str = "") -> python_programs.Program:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DATABASE_URL": url} if url else {}
    return python_programs.start(
        run_load_tests.__file__, "--json", *flags, environment=environment | {"TMPDIR": str(tmp_path)}
    )


def test_users_are_served_and_the_report_says_how(tmp_path):
    process = start(tmp_path, "--users", "3", "--duration", "1", "--work", "0.001")
    out, err = process.communicate(timeout=90)
    assert process.returncode == 0, err
    told = json.loads(out)
    jobs = told["jobs"]
    assert jobs["succeeded"] >= 3
    assert (jobs["failed"], jobs["unfinished"], told["errors"]) == (0, 0, {})
    for name in ("added", "queueing", "completion"):
        row = told["latency_ms"][name]
        assert row["number"] == jobs["succeeded"]
        assert 0 < row["p50"] <= row["p95"] <= row["p99"] <= row["max"]
    assert told["latency_ms"]["queueing"]["p50"] <= told["latency_ms"]["completion"]["p50"]
    assert told["throughput_per_s"] >= jobs["succeeded"] / 20
    assert told["peak_memory_mb"]["workers"] > 20
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_when_it_is_interrupted_it_says_what_there_was_and_leaves_nothing(tmp_path, number):
    process = start(tmp_path, "--users", "2", "--duration", "600", "--work", "0.001")
    [log] = _wait_for(tmp_path, "*/jobs.db")
    assert log.exists()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert json.loads(out)["interrupted"] is True
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", BOTH)
def test_an_archive_is_loaded_from_several_processes_and_its_source_asked_once(tmp_path, kind, request, monkeypatch):
    url = "" if kind == "sqlite" else request.getfixturevalue("postgresql").get_uri()
    flags = ("--target", "archive", "--users", "2", "--duration", "2", "--recordings", "50")
    process = start(tmp_path, *flags, url=url)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert (told["processes"], told["requests"]["failed"], told["errors"]) == (2, 0, {})
    assert told["database"] == ("PostgreSQL" if url else "SQLite")
    row = told["latency_ms"]["status"]
    assert 0 < row["p50"] <= row["p95"] <= row["p99"] <= row["max"]
    (health,) = told["health"]
    assert (health["asked"], health["made"]) == (row["number"], 1)
    assert health["hit_rate"] == (health["kept"] / health["asked"])
    assert health["kept"] + health["late"] + health["made"] == health["asked"]
    assert told["statements"]["number"] > told["requests"]["succeeded"]
    assert told["statements"]["mean_ms"] > 0
    assert list(tmp_path.iterdir()) == []


def _wait_for(folder: Path, pattern: str) -> list[Path]:
    end = time.monotonic() + 60
    while not (found := list(folder.glob(pattern))):
        assert time.monotonic() < end
        time.sleep(0.05)  # between looks
    return found


def test_percentiles_are_by_nearest_rank():
    values = [float(number) for number in range(1, 101)]
    assert [own_places.percentile(values, share) for share in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert own_places.percentile([7.0], 50) == 7.0
    assert own_places.percentile([1.0, 2.0], 50) == 1.0


def test_a_server_without_the_right_to_make_a_database_is_explained(capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run_load_tests.main(["--users", "1", "--duration", "1"]) == 3
    said = capsys.readouterr().err
    assert "no database could be made" in said
    assert tempfile.gettempdir() not in said
