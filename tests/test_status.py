"""Status: what it says, what makes it unhealthy, and that it only reads."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
import typer

from automagic.cli.status import _find_problems, read_status, show_status
from automagic.database.tables import runs, vendor_calls
from automagic.monitor.resources import LOW_DISK_BYTES, Machine
from automagic.orchestrator.calls import Answer
from automagic.orchestrator.response_cache import ResponseCache
from automagic.settings import load_settings

GB = 1 << 30
HEALTHY = Machine(2.0, 0.5, 8 * GB, 4 * GB, 100 * GB, 50 * GB, None)


def settings(home: Path, **environment: str):
    return load_settings(environment={"AUTOMAGIC_HOME": str(home), **environment}, folder=home)


def add_run(engine: sa.Engine, run_id: str, **values: object) -> None:
    now = time.time()
    row = {"product": "video", "state": "succeeded", "started_at": now - 9, "finished_at": now, **values}
    with engine.begin() as connection:
        connection.execute(sa.insert(runs).values(id=run_id, **row))


def test_everything_that_is_there_is_healthy(home):
    status = read_status(settings(home))
    assert status["problems"] == []
    assert status["ffmpeg"]


@pytest.mark.parametrize(
    ("machine", "models", "ffmpeg", "said"),
    [
        (HEALTHY, {"kokoro": "missing"}, True, "kokoro is missing"),
        (HEALTHY, {"kokoro": "damaged"}, True, "models install"),
        (HEALTHY, {"kokoro": "ready"}, False, "no ffmpeg"),
        (Machine(2, 1, GB, 0, GB, GB * 50, None), {}, True, "0 MB of memory"),
        (Machine(2, 1, GB, GB, GB, LOW_DISK_BYTES - 1, None), {}, True, "--cleanup"),
    ],
)
def test_a_problem_is_named_with_what_to_do(machine, models, ffmpeg, said):
    (problem,) = _find_problems(machine, models, ffmpeg=ffmpeg)
    assert said in problem
    assert _find_problems(HEALTHY, {"kokoro": "available"}, ffmpeg=True) == []


def test_a_damaged_model_is_exit_code_1_and_the_first_line(home, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    folder = home / "models" / "kokoro"
    folder.mkdir(parents=True)
    from automagic.models import find_model

    (folder / find_model("kokoro").files[0].name).write_text("not a model")
    with pytest.raises(typer.Exit) as ended:
        show_status(as_json=False)
    assert ended.value.exit_code == 1
    assert capsys.readouterr().out.startswith("Problem   the model kokoro is damaged")


def test_vendors_are_configured_by_their_key_or_a_server_of_ones_own(home):
    def configured(**environment: str) -> set[str]:
        vendors = read_status(settings(home, **environment))["vendors"]
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
    spent_now = read_status(settings(home, MONTHLY_BUDGET_USD="20"))["spent"]
    assert (spent_now["usd"], spent_now["budget_usd"], spent_now["calls"], spent_now["failed"]) == (1.5, 20.0, 2, 1)


async def test_answers_of_free_services_are_counted(home):
    cache = ResponseCache(home / "responses", ttl_s=60, size=10, redis_url=None, tell=lambda _text: None)
    await cache.keep("k", Answer(b"x" * 300_000, "text/plain"))
    await cache.close()
    responses = read_status(settings(home))["responses"]
    assert responses["count"] == 1
    assert responses["size_mb"] >= 0.3


def test_the_last_runs_come_with_their_result_and_a_killed_one_says_so(home, engine, monkeypatch, capsys):
    add_run(engine, "good", title="A title " * 30, result='{"folder": "/videos/one"}')
    add_run(engine, "dead", state="running", finished_at=None, started_at=time.time())
    add_run(engine, "alive", state="running", finished_at=None, started_at=time.time() + 1)
    (home / "work").mkdir()
    (home / "work" / "alive.lock").touch()
    listed = read_status(settings(home))["runs"]
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


def test_a_database_of_an_earlier_version_is_read_as_far_as_it_goes(home, monkeypatch, capsys):
    with closing(sqlite3.connect(home / "automagic.db")) as connection:
        connection.execute("CREATE TABLE artifacts (size_bytes INTEGER)")
        connection.execute("INSERT INTO artifacts VALUES (2000000)")
        connection.commit()
    status = read_status(settings(home))
    assert (status["artifacts"], status["runs"]) == ({"count": 1, "size_mb": 2.0}, [])


def test_status_imports_nothing_heavy_and_is_the_same_document_each_time(home, engine):
    code = (
        "import sys; from automagic.cli.status import show_status; show_status(as_json=True);"
        "heavy = {'numpy', 'sqlalchemy', 'aiohttp', 'asyncio', 'PIL', 'av', 'alembic'} & set(sys.modules);"
        "sys.stderr.write(', '.join(sorted(heavy)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"AUTOMAGIC_HOME": str(home), "PATH": "/usr/bin", "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["home"] == str(home)
