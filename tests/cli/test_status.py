"""Status: what it says, what makes it unhealthy, and that it only reads."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import typer

from automagic.cli.status.command import show_status
from automagic.cli.status.reading import find_problems, read_status
from automagic.cli.tables import columns_of
from automagic.database.tables import runs, vendor_calls, vendor_standings
from automagic.gate.cache import ResponseCache
from automagic.gate.calls import Answer
from automagic.jobs.queue.leases import open_lease
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.monitor.processes import find_processes, is_ours
from automagic.monitor.resources import LOW_DISK_BYTES, Machine
from automagic.settings import Settings, load_settings
from tests.support.places import ROOT

GB = 1 << 30
HEALTHY = Machine(2.0, 0.5, 8 * GB, 4 * GB, 100 * GB, 50 * GB, None)


def settings(home: Path, **environment: str):
    return load_settings(environment={"AUTOMAGIC_HOME": str(home), **environment}, folder=home)


def status_of(chosen: Settings) -> dict[str, Any]:
    return read_status(chosen)[0]


def add_run(engine: sa.Engine, run_id: str, **values: object) -> None:
    now = time.time()
    row = {"product": "video", "state": "succeeded", "started_at": now - 9, "finished_at": now, **values}
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(id=run_id, **row))


def test_everything_that_is_there_is_healthy(home):
    status = status_of(settings(home))
    assert status["problems"] == []
    assert status["ffmpeg"]


@pytest.mark.parametrize(
    ("machine", "models", "no_ffmpeg", "said"),
    [
        (HEALTHY, {"kokoro": "missing"}, "", "kokoro is missing"),
        (HEALTHY, {"kokoro": "damaged"}, "", "models install"),
        (HEALTHY, {"kokoro": "ready"}, "there is no ffmpeg", "no ffmpeg"),
        (Machine(2, 1, GB, 0, GB, GB * 50, None), {}, "", "0 MB of memory"),
        (Machine(2, 1, GB, GB, GB, LOW_DISK_BYTES - 1, None), {}, "", "--cleanup"),
    ],
)
def test_a_problem_is_named_with_what_to_do(machine, models, no_ffmpeg, said):
    (problem,) = find_problems(machine, models, no_ffmpeg)
    assert said in problem
    assert find_problems(HEALTHY, {"kokoro": "available"}) == []


def test_a_damaged_model_is_exit_code_1_and_the_first_line(home, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    folder = home / "models" / "kokoro"
    folder.mkdir(parents=True)
    from automagic.weights.model_files import find_model

    (folder / find_model("kokoro").files[0].name).write_text("not a model")
    with pytest.raises(typer.Exit) as ended:
        show_status(as_json=False)
    assert ended.value.exit_code == 1
    assert capsys.readouterr().out.startswith("Problem   the model kokoro is damaged")


def test_vendors_are_configured_by_their_key_or_a_server_of_ones_own(home):
    def configured(**environment: str) -> set[str]:
        vendors = status_of(settings(home, **environment))["vendors"]
        return {name for name, vendor in vendors.items() if vendor["configured"]}

    assert configured() == set()
    assert configured(PEXELS_API_KEY="k", CONTACT="me@example.com") == {
        "pexels",
        "pexels-clips",
        "commons",
        "wikipedia",
    }
    assert configured(OPENAI_BASE_URL="http://127.0.0.1:1/v1") == {"openai"}


def test_a_key_never_shows(home, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-verysecret")
    show_status(as_json=True)
    show_status(as_json=False)
    said = capsys.readouterr().out
    assert "openai" in said
    assert "verysecret" not in said


def test_the_months_money_counts_with_its_budget(home, engine):
    for number, (state, days, spent) in enumerate(
        (("delivered", 0, 1_500_000), ("failed", 0, 0), ("delivered", 40, 9))
    ):
        with engine.begin() as connection:
            connection.execute(
                sa.insert(vendor_calls).values(
                    key=f"k{number}",
                    epoch=1,
                    run_id="r",
                    vendor="acme",
                    operation="image",
                    model="m",
                    parameters_sha256="p",
                    idempotency_key="i",
                    state=state,
                    estimate_micro_usd=spent,
                    spent_micro_usd=spent,
                    started_at=time.time() - days * 86400,
                )
            )
    spent_now = status_of(settings(home, MONTHLY_BUDGET_USD="20"))["spent"]
    assert (spent_now["usd"], spent_now["budget_usd"], spent_now["calls"], spent_now["failed"]) == (1.5, 20.0, 2, 1)


async def test_answers_of_free_services_are_counted(home):
    cache = ResponseCache(home / "responses", ttl_s=60, size=10, redis_url=None, tell=lambda _text: None)
    await cache.keep("k", Answer(b"x" * 300_000, "text/plain"))
    await cache.close()
    responses = status_of(settings(home))["responses"]
    assert responses["count"] == 1
    assert responses["size_mb"] >= 0.3


def test_the_last_runs_come_with_their_result_and_a_killed_one_says_so(home, engine, monkeypatch, capsys):
    add_run(engine, "good", title="A title " * 30, result='{"folder": "/videos/one"}')
    add_run(engine, "dead", state="running", finished_at=None, started_at=time.time())
    add_run(engine, "alive", state="running", finished_at=None, started_at=time.time() + 1)
    (home / "work").mkdir()
    (home / "work" / "alive.lock").touch()
    listed = status_of(settings(home))["runs"]
    assert [(run["id"], run["state"]) for run in listed] == [
        ("alive", "running"),
        ("dead", "killed"),
        ("good", "succeeded"),
    ]
    assert listed[2]["result"] == {"folder": "/videos/one"}
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    show_status(as_json=False)
    said = capsys.readouterr().out
    assert "Result    /videos/one" in said
    assert max(len(line) for line in said.splitlines() if not line.startswith(("Home", "Result"))) <= 80


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_how_and_when_each_run_ended_is_whole_at_any_width_and_only_its_title_is_cut_off(
    columns, home, engine, monkeypatch, capsys
):
    began = {}
    for number, state in enumerate(("succeeded", "failed", "rejected", "refused", "cancelled")):
        began[state] = time.time() - 20 * 86400 - number
        add_run(
            engine, state, state=state, title="樹 A title " * 30, steps_miss=72, steps_hit=1234,
            started_at=began[state], finished_at=began[state] + 178,
        )  # fmt: skip
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", str(columns))
    show_status(as_json=False)
    lines = capsys.readouterr().out.splitlines()
    for state, mark in zip(began, "✓✗✗––", strict=True):
        when = time.strftime("%m-%d %H:%M", time.localtime(began[state]))
        told = "" if state == "succeeded" else f"{state}: "
        (line,) = (one for one in lines if one.startswith(f"{mark}  {when}  2:58    72  1,234  {told}樹 A"))
        assert columns_of(line) <= columns
        assert line.endswith("…")


def test_a_database_of_an_earlier_version_is_read_as_far_as_it_goes(home, monkeypatch, capsys):
    with closing(sqlite3.connect(home / "automagic.db")) as connection:
        connection.execute("CREATE TABLE artifacts (size_bytes INTEGER)")
        connection.execute("INSERT INTO artifacts VALUES (2000000)")
        connection.commit()
    status = status_of(settings(home))
    assert (status["artifacts"], status["runs"]) == ({"count": 1, "size_mb": 2.0}, [])


def test_status_imports_nothing_heavy_and_is_the_same_document_each_time(home, engine):
    code = (
        "import sys; from automagic.cli.status.command import show_status; show_status(as_json=True);"
        "heavy = {'numpy', 'sqlalchemy', 'aiohttp', 'asyncio', 'PIL', 'av', 'alembic'} & set(sys.modules);"
        "sys.stderr.write(', '.join(sorted(heavy)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"AUTOMAGIC_HOME": str(home), "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)},
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["home"] == str(home)


# ---------------------------------------------------------------------------- queue, schedules, vendors, alerts


def test_the_queue_its_workers_and_the_schedules_are_told(home, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(home)
    (home / "topics.txt").write_text("Bees\n")
    place = QueueLocation(home)
    queue = JobQueue(place)
    queue.add([queue.read("video", {"topic": f"Tide {number}"}) for number in range(3)])
    chosen = settings(home, DAILY_RUN_TIME="09:00")
    status = status_of(chosen)
    assert (status["queue"]["counts"]["queued"], status["queue"]["waiting"], status["queue"]["workers"]) == (3, 3, [])
    (daily,) = status["schedules"]
    assert daily["name"] == "daily"
    assert 0 < daily["next_at"] - time.time() <= 86400 + 3600
    lease = open_lease(place, "mill")
    assert lease.acquire()
    try:
        (worker,) = status_of(chosen)["queue"]["workers"]
        assert worker.startswith("mill (process ")
        monkeypatch.setenv("DAILY_RUN_TIME", "09:00")
        show_status(as_json=False)
    finally:
        lease.release()
    said = capsys.readouterr().out
    assert "3 queued; 1 worker: mill" in said
    assert "daily: video at 09:00" in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_schedule_file_that_is_wrong_is_a_problem_and_the_rest_is_told_all_the_same(home, monkeypatch):
    monkeypatch.chdir(home)
    (home / "schedules.toml").write_text("[news]\nat = 'noon'\n")
    status = status_of(settings(home))
    assert any("news" in problem for problem in status["problems"])
    assert status["machine"]["cores"] > 0


def test_a_vendor_that_is_left_alone_and_one_at_its_limit_are_told(home, engine, monkeypatch, capsys):
    now = time.time()
    rows = (
        {"vendor": "openai", "failures": 5, "opened_at": now, "turns": 0.0, "held_until": 0.0},
        {"vendor": "pexels", "failures": 0, "opened_at": 0.0, "turns": 10.0, "held_until": now + 30},
        {"vendor": "gemini", "failures": 5, "opened_at": now - 999, "turns": 4.0, "held_until": 0.0},
    )
    with engine.begin() as connection:
        connection.execute(sa.insert(vendor_standings), [{"tried_at": 0.0, "turns_at": now, **row} for row in rows])
    keys = {"OPENAI_API_KEY": "k", "PEXELS_API_KEY": "k", "GEMINI_API_KEY": "k"}
    vendors = status_of(settings(home, **keys))["vendors"]
    assert (vendors["openai"]["breaker"], vendors["openai"]["failures"]) == ("open", 5)
    assert vendors["gemini"]["breaker"] == "half-open"
    assert vendors["gemini"]["rate"]["free_now"] in (6, 7)
    assert vendors["pexels"]["rate"]["free_now"] == 0
    assert 28 < vendors["pexels"]["rate"]["held_s"] <= 30
    assert vendors["anthropic"]["rate"] == {"per_minute": 60, "free_now": 10, "held_s": 0.0}
    for name, value in {"AUTOMAGIC_HOME": str(home), **keys}.items():
        monkeypatch.setenv(name, value)
    show_status(as_json=False)
    said = " ".join(capsys.readouterr().out.split())
    assert "openai (left alone, 5 failures)" in said
    assert "gemini (on trial)" in said


def test_a_critical_alert_makes_it_unhealthy_and_a_warning_does_not(home):
    rule = '[cramped]\nmetric = "disk_free_gb"\nbelow = 1_000_000\nseverity = "{}"\n'
    (home / "alerts.toml").write_text(rule.format("warning"))
    status = status_of(settings(home))
    assert [(alert["name"], alert["raised"]) for alert in status["alerts"]] == [("cramped", True)]
    assert status["problems"] == []
    (home / "alerts.toml").write_text(rule.format("critical"))
    (problem,) = status_of(settings(home))["problems"]
    assert problem.startswith("cramped: disk_free_gb is ")


def test_an_alert_that_has_to_hold_for_a_while_is_not_raised_by_looking_once(home):
    (home / "alerts.toml").write_text(
        '[cramped]\nmetric = "disk_free_gb"\nbelow = 1e6\nfor = "1h"\nseverity = "critical"\n'
    )
    status = status_of(settings(home))
    assert [alert["raised"] for alert in status["alerts"]] == [False]
    assert status["problems"] == []


def test_watching_prints_one_status_after_the_other_and_ends_with_an_interrupt(home):
    command = [sys.executable, "-m", "automagic", "--status", "--watch", "--interval", "0.5", "--json"]
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        seen = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
    assert (process.returncode, complaints) == (0, b"")
    assert {status["home"] for status in seen} == {str(home)}


def test_on_a_terminal_it_is_refreshed_in_place_and_leaves_the_screen_as_it_was(home):
    terminal, theirs = pty.openpty()
    command = [sys.executable, "-m", "automagic", "--status", "--watch", "--interval", "0.5"]
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home), "TERM": "xterm", "COLUMNS": "80", "LINES": "30"}
    with subprocess.Popen(command, env=environment, stdout=theirs, stderr=theirs, stdin=theirs) as process:
        os.close(theirs)
        said = b""
        while said.count(b"Machine") < 2:
            said += os.read(terminal, 65536)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # the terminal's end
            while part := os.read(terminal, 65536):
                said += part
        process.wait(20)
    os.close(terminal)
    assert process.returncode == 0
    assert said.count(b"\x1b[?1049h") == said.count(b"\x1b[?1049l") == 1
    assert b"Traceback" not in said


def test_commands_of_ours_are_known_by_their_command_line():
    assert is_ours(["automagic", "worker"])
    assert is_ours(["/usr/bin/python3.11", "/home/me/.local/bin/automagic", "--now"])
    assert is_ours(["python3", "-u", "-m", "automagic", "--scheduled"])
    assert is_ours(["python", "-m", "automagic.machine.processes", "automagic.providers.local.kokoro.engine", "2"])
    assert not is_ours(["vim", "automagic"])
    assert not is_ours(["python", "-m", "pytest", "automagic"])
    assert not is_ours(["python", "/srv/automagic/manage.py"])
    assert not is_ours([])


def test_a_command_that_works_is_counted_with_what_it_holds(home):
    held = [sys.executable, "-c", "x = b'x' * (60 << 20); print('ready', flush=True); input()", "automagic"]
    with subprocess.Popen(["automagic", *held[1:]], executable=held[0], stdin=-1, stdout=-1) as process:
        assert process.stdout is not None
        process.stdout.readline()
        seen = find_processes()
        process.communicate(b"\n")
    assert seen.commands >= 1
    assert seen.memory_bytes > 60 << 20
    assert process.pid in {pid for pid, _ in seen.cpu_s}
