"""Lines that tell what happened, whoever writes them, and never hold a secret."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import automagic.machine.logs
from automagic.errors import MediaError, Permanent, Retryable
from automagic.gate.calls import Answer, Attempt, Call
from automagic.gate.gate import Gate
from automagic.gate.http import Http
from automagic.machine.logs import about, bind, open_logs, write_line
from automagic.machine.masking import MASK, MAX_TEXT, Mask
from automagic.runs.context import StepContext
from automagic.runs.limits import Limits
from automagic.runs.run import Run, Workspace, finish, open_run
from automagic.runs.steps import step
from automagic.settings import Settings
from automagic.values.secret import Secret
from tests.support.processes.python_programs import run_python, start


@step("shout", 1)
async def shout(context: StepContext[Any], text: str) -> str:
    if text == "wrong":
        raise MediaError("it cannot be shouted")
    if text == "odd":
        raise ZeroDivisionError("by nothing")
    return text.upper()


def logged(home: Path) -> list[dict[str, Any]]:
    path = home / "logs" / "automagic.log"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@contextmanager
def lines_of(settings: Settings) -> Iterator[io.StringIO]:
    """What a worker with these settings writes on stderr."""
    with pytest.MonkeyPatch.context() as patch:
        shown = io.StringIO()
        patch.setattr(sys, "stderr", shown)
        with open_logs(settings, "worker", screen=True, file=False):
            yield shown


# ------------------------------------------------------------------------------------------------------- a run


@pytest.fixture
def in_run(home, engine, store):
    """Do something in a run of its own, logged as JSON from a level on; gives its lines."""

    async def do(work, level: str = "INFO") -> list[dict[str, Any]]:
        before = len(logged(home))
        settings = Settings(automagic_home=home, log_format="json", log_level=level)
        with open_logs(settings, "now"):
            async with open_run(
                "trial",
                Workspace(None, home, store, Limits(cores=1)),
                listener=lambda _event: None,
            ) as run:
                await work(run)
        return logged(home)[before:]

    return do


def told(lines: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [(line["level"], line["event"], *(line.get(name) for name in names)) for line in lines]


async def test_a_run_tells_what_it_made_and_each_line_has_its_id(in_run):
    ids = []

    async def work(run: Run[None]) -> None:
        ids.append(run.id)
        await run.about("a1").step(shout, "hello")
        finish(run, "succeeded")

    lines = await in_run(work)
    assert told(lines, "step", "subject", "made", "kept") == [
        ("info", "run began", None, None, None, None),
        ("info", "step made", "shout", "a1", None, None),
        ("info", "run succeeded", None, None, 1, 0),
    ]
    assert {line["run"] for line in lines} == set(ids)
    assert all(line["process"] == f"now-{os.getpid()}" and line["timestamp"].endswith("Z") for line in lines)
    assert lines[1]["duration_s"] >= 0


async def test_a_run_that_only_remembers_writes_nothing_above_debug(in_run):
    async def work(run: Run[None]) -> None:
        await run.step(shout, "hello")
        finish(run, "succeeded")

    assert len(await in_run(work)) == 3
    assert await in_run(work) == []
    assert told(await in_run(work, "DEBUG"))[-3:] == [
        ("debug", "step kept"),
        ("debug", "run began"),
        ("debug", "run succeeded"),
    ]


async def test_a_failure_is_told_with_its_step_and_a_fault_of_ours_with_its_traceback(in_run, home):
    with pytest.raises(MediaError):
        await in_run(lambda run: run.step(shout, "wrong"))
    assert told(logged(home), "step", "error") == [
        ("info", "run began", None, None),
        ("warning", "step failed", "shout", "it cannot be shouted"),
        ("error", "run failed", None, "it cannot be shouted"),
    ]
    with pytest.raises(ZeroDivisionError):
        await in_run(lambda run: run.step(shout, "odd"))
    fault = logged(home)[-1]
    assert (fault["level"], fault["event"]) == ("error", "fault of AutoMagic itself")
    assert fault["exception"].startswith("Traceback")
    assert 'raise ZeroDivisionError("by nothing")' in fault["exception"]


async def test_runs_at_the_same_time_do_not_take_each_others_ids(in_run, home):
    async def work(run: Run[None]) -> None:
        other = asyncio.create_task(run.about("b").step(shout, "b"))
        with about(job="j1"):
            await run.about("a").step(shout, "a")
        await other
        finish(run, "succeeded")

    lines = await in_run(work)
    made = {line["subject"]: line.get("job") for line in lines if line["event"] == "step made"}
    assert made == {"a": "j1", "b": None}


async def test_calls_are_told_with_vendor_outcome_duration_and_cost(in_run, store):
    settings = Settings(automagic_home=store.folder.parent, rate_limit_rpm=6000)
    price = Decimal("0.25")
    busy = [Retryable("busy", after_s=0.0)]

    async def send(attempt: Attempt) -> Answer:
        if busy:
            raise busy.pop()
        return Answer(b"picture", "image/png", price)

    async def refuse(attempt: Attempt) -> Answer:
        raise Permanent("no such model")

    async def work(run: Run[None]) -> None:
        http = Http(pool=1, user_agent="test")
        gate = Gate(settings, store, http, run.id, emit=run.emit)
        call = Call("acme", "draw", "m1", {"prompt": "sea"}, estimate_usd=price)
        await gate.call(call, send)
        with pytest.raises(Permanent):
            await gate.call(Call("acme", "look", "", {}), refuse)
        await gate.close()
        await http.close()
        finish(run, "succeeded")

    calls = [line for line in await in_run(work) if line["part"] == "vendor"]
    assert told(calls, "vendor", "operation", "error", "cost_usd") == [
        ("warning", "vendor call retried", "acme", "draw", "busy", None),
        ("info", "vendor call answered", "acme", "draw", None, None),
        ("info", "vendor call paid", "acme", "draw", None, "0.25"),
        ("warning", "vendor call failed", "acme", "look", "no such model", None),
    ]
    assert all("duration_s" in line for line in calls if line["event"].endswith(("answered", "failed")))


# ---------------------------------------------------------------------------------------------- who writes where


def test_a_worker_writes_to_stderr_for_people_or_as_json(home):
    with lines_of(Settings(automagic_home=home)) as shown, about(run="r1"):
        write_line("worker", logging.INFO, "2 taken over", {"from": "w2"})
        write_line("worker", logging.DEBUG, "not said")
        write_line("run", logging.WARNING, "step failed")
        write_line("vendor", logging.INFO, "vendor call answered")
        write_line("vendor", logging.WARNING, "vendor call retried", {"api_key": "k", "error": "busy\nvery"})
    clock = r"\d\d:\d\d:\d\d"
    assert re.fullmatch(
        rf"{clock} 2 taken over from=w2\n{clock} warning: vendor call retried api_key=\*\*\* error=busy\n    very\n",
        shown.getvalue(),
    )
    with lines_of(Settings(automagic_home=home, log_level="DEBUG")) as shown, about(run="r1"):
        write_line("run", logging.DEBUG, "step kept", {"step": "speak"})
    assert re.fullmatch(
        rf"\S+Z \[debug\] step kept step=speak run=r1 part=run process=worker-{os.getpid()}\n", shown.getvalue()
    )
    with lines_of(Settings(automagic_home=home, log_format="json")) as shown, about(run="r1"):
        write_line("worker", logging.WARNING, "2 taken over", {"from": "w2"})
    line = json.loads(shown.getvalue())
    assert (line["level"], line["event"], line["from"], line["run"]) == ("warning", "2 taken over", "w2", "r1")


def test_a_run_now_shows_only_libraries_warnings_as_ever_and_its_log_holds_both(home, capsys):
    with open_logs(Settings(automagic_home=home, log_format="json"), "now"):
        write_line("run", logging.WARNING, "step failed")
        logging.getLogger("asyncio").warning("slow %s", "callback")
        logging.getLogger("alembic").info("of no interest")
    assert capsys.readouterr().err == "WARNING asyncio: slow callback\n"
    assert told(logged(home), "part") == [
        ("warning", "step failed", "run"),
        ("warning", "slow callback", "asyncio"),
    ]


def test_loggers_are_left_as_they_were(home):
    names = ("", "automagic", "dbos")
    before = [(list(logging.getLogger(name).handlers), logging.getLogger(name).level) for name in names]
    with open_logs(Settings(automagic_home=home, log_level="DEBUG"), "now"):
        pass
    assert [(logging.getLogger(name).handlers, logging.getLogger(name).level) for name in names] == before


def test_nobody_who_uses_automagic_as_a_library_finds_lines_on_stderr(capsys):
    write_line("run", logging.ERROR, "run failed")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("arguments", [["--help"], ["--status"], ["jobs", "list"], ["--metrics"]])
def test_commands_that_write_no_line_do_not_import_structlog(arguments, home):
    code = f"import sys\nfrom automagic.cli.main import run\nrun({arguments!r})\nsys.exit('structlog' in sys.modules)"
    environment = os.environ | {"AUTOMAGIC_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=home, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_lines_of_a_job_have_its_id(home, tmp_path):
    code = (
        "import asyncio, sys\n"
        "from tests.support.programs.trial_worker import find, trial\n"
        "from pathlib import Path\n"
        "from automagic.jobs.queue.location import QueueLocation\n"
        "from automagic.jobs.queue.queue import JobQueue\n"
        "from automagic.jobs.worker import work\n"
        "from automagic.machine.logs import open_logs\n"
        "from automagic.settings import load_settings\n"
        "from automagic.studio import open_studio\n"
        "settings = load_settings()\n"
        "place = QueueLocation(settings.home)\n"
        f"[job] = JobQueue(place).add([trial(Path({str(tmp_path / 'log')!r}))])\n"
        "print(job.id)\n"
        "async def main():\n"
        "    with open_logs(settings, 'worker', screen=True):\n"
        "        async with open_studio(settings) as studio:\n"
        "            await work(studio, drain=True, find=find)\n"
        "asyncio.run(main())\n"
    )
    done = run_python("-c", code, environment=os.environ | {"AUTOMAGIC_HOME": str(home), "LOG_FORMAT": "json"})
    assert done.code == 0, done.err
    lines = [json.loads(line) for line in done.err.splitlines()]
    made = [line for line in lines if line["event"] in ("run began", "step made", "run succeeded")]
    assert [line["job"] for line in made] == [done.out.strip()] * 3


# ------------------------------------------------------------------------------------------------------- the file


def test_the_file_is_moved_on_when_it_is_full_and_the_oldest_goes(home, monkeypatch):
    monkeypatch.setattr(automagic.machine.logs, "MAX_FILE_BYTES", 2000)
    with open_logs(Settings(automagic_home=home, log_format="json"), "now"):
        for number in range(200):
            write_line("run", logging.INFO, "line", {"number": number})
    files = sorted((home / "logs").glob("automagic.log*"), key=lambda path: path.name)
    assert [path.name for path in files] == ["automagic.log", *(f"automagic.log.{n}" for n in range(1, 5))]
    assert all(path.stat().st_size <= 2000 for path in files)
    assert all(path.stat().st_mode & 0o077 == 0 for path in files), "others may not read it"
    numbers = [json.loads(line)["number"] for path in reversed(files) for line in path.read_text().splitlines()]
    assert numbers == list(range(200 - len(numbers), 200))


def test_processes_that_write_and_move_at_once_lose_no_line(home):
    code = (
        "import logging, sys\n"
        "from pathlib import Path\n"
        "import automagic.machine.logs as logs\n"
        "from automagic.settings import Settings\n"
        "logs.MAX_FILE_BYTES, logs.KEPT_FILES = 4000, 500\n"
        "with logs.open_logs(Settings(automagic_home=Path(sys.argv[1]), log_format='json'), 'now'):\n"
        "    for number in range(400):\n"
        "        logs.write_line('run', logging.INFO, 'line', {'writer': sys.argv[2], 'number': number})\n"
    )
    writers = [start("-c", code, str(home), name) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    files = list((home / "logs").glob("automagic.log*"))
    lines = [json.loads(line) for path in files for line in path.read_text().splitlines()]
    assert len(files) > 10
    assert sorted((line["writer"], line["number"]) for line in lines) == [(w, n) for w in "abc" for n in range(400)]


def test_work_goes_on_when_the_log_cannot_be_written_and_that_is_said_once(home, capsys):
    (home / "logs").write_text("in the way")
    with open_logs(Settings(automagic_home=home), "now"):
        write_line("run", logging.INFO, "one")
        write_line("run", logging.INFO, "two")
    said = capsys.readouterr().err
    assert said.count("cannot be written") == 1
    assert "Traceback" not in said


# ------------------------------------------------------------------------------------------------------- secrets

printable = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="*"), min_size=8, max_size=40)
plain_text = st.text(max_size=20)


def forms(secret: str) -> list[str]:
    return [
        secret,
        quote(secret),
        quote(secret, safe=""),
        json.dumps(secret),
        repr(secret),
        repr(secret.encode()),
        f"https://me:{quote(secret, safe='')}@host/path",
        f"https://host/path?x=1&token={quote(secret)}&y=2",
        str({"Authorization": f"Bearer {secret}"}),
    ]


def everything_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from everything_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from everything_in(one)
    else:
        yield str(value)


@given(secret=printable, other=printable, around=st.tuples(plain_text, plain_text, plain_text), data=st.data())
@example(secret='a"b\\c/d%e', other="12345678", around=("", "", ""), data=None)  # noqa: S106
def test_no_secret_is_written_however_it_is_pushed_into_a_line(secret, other, around, data):
    pushed = [form for one in (secret, other) for form in forms(one)]
    text = around[0] + (data.draw(st.sampled_from(pushed)) if data else pushed[0]) + around[1]
    first, second, third = (data.draw(st.sampled_from(pushed)) if data else pushed[-1] for _ in range(3))
    for log_format in ("json", "text"):
        settings = Settings(
            automagic_home=Path("home"),
            log_format=log_format,
            of_plugins={"OPENAI_API_KEY": Secret(secret)},
            database_url=Secret(f"postgresql://me:{other}@host/db"),
        )
        with lines_of(settings) as shown, about(job=third):
            write_line("run", logging.INFO, text, {"list": [first, {second: around[2]}], "path": Path(second + "/x")})
            logging.getLogger("library").warning("%s failed: %r", first, second)
            fault = MediaError(f"no picture: {second}", hint=third)
            fault.__cause__ = ValueError(text)
            write_line("run", logging.ERROR, "fault", fault=fault)
        written = shown.getvalue()
        if log_format == "json":
            written = "\n".join(text for line in written.splitlines() for text in everything_in(json.loads(line)))
        assert secret not in written
        assert other not in written
        assert MASK in written


@given(
    token=st.text(st.sampled_from("abcXYZ019_-"), min_size=20, max_size=60).filter(
        lambda text: any(c in "019" for c in text)
    )
)
def test_credentials_that_nobody_told_us_of_are_known_by_their_shape(token):
    mask = Mask(Settings(), {})
    assume(not token.startswith("-"))
    for text in (
        f"https://user:{token}@example.com/x",
        f"redis://:{token}@10.0.0.1:6379/0",
        f"GET https://example.com/v1?key={token}&x=1",
        f"https://example.com/?access_token={token}",
        f"Authorization: Bearer {token}",
        f"authorization: Basic {token}=",
        f"sent Bearer {token}.",
        f"X-Api-Key: {token}",
        f"xi-api-key={token}",
        f"{{'x-goog-api-key': '{token}'}}",
        json.dumps({"refresh_token": token, "expires": 3}),
        json.dumps(json.dumps({"client_secret": token})),
        f"password = {token}",
        f"Webhook-Signature: v1,{token}"[:18] + token,
        f"sk-{token}",
        f"key AIza{token}",
        f"whsec_{token.replace('-', 'x')}",
        f"https://bucket/x?X-Amz-Signature={token}",
    ):
        assert token not in mask.text(text), text
        assert MASK in mask.text(text)
    assert mask.value({"password": token, "nested": {"api_key": [token]}}) == {
        "password": MASK,
        "nested": {"api_key": MASK},
    }


@pytest.mark.parametrize(
    "text",
    [
        "step made",
        "https://example.com/v1/images?size=1024#top",
        "the basic structure of a token economy",
        "20261122-072604-d55523227cdd",
        "max_tokens=400, total_tokens: 1200",
        "mail me@example.com",
        "bearer of bad news",
        "key-0a1b2c3d4e5f67890123",
        "/home/me/final_videos/2026-11-22-why-bees-matter/video.mp4",
        "postgresql://host/db",
    ],
)
def test_what_is_no_secret_is_left_alone(text):
    assert Mask(Settings(of_plugins={"OPENAI_API_KEY": Secret("sk-something-else-entirely")}), {}).text(text) == text


def test_secrets_of_the_environment_are_known_too():
    mask = Mask(
        Settings(), {"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI", "PGPASSWORD": "correct horse", "HOME": "/home/me"}
    )
    assert mask.text("wJalrXUtnFEMI and correct horse in /home/me") == "*** and *** in /home/me"


def test_a_number_that_is_a_secret_is_masked_and_long_values_are_cut_after_that():
    mask = Mask(Settings(of_plugins={"OPENAI_API_KEY": Secret("12345678")}), {})
    assert mask.value({"id": 12345678, "n": 1, "f": 0.5, "b": True, "x": None}) == {
        "id": MASK,
        "n": 1,
        "f": 0.5,
        "b": True,
        "x": None,
    }
    cut = mask.value("a" * (MAX_TEXT - 4) + "12345678" + "b" * 100)
    assert cut.startswith("a" * (MAX_TEXT - 4) + MASK)
    assert "1234" not in cut
    assert cut.endswith("more)")


@given(st.text(), st.text())
@example("one\ntwo", "\x1b[2J\r\n2026-01-01T00:00:00Z [info] forged")
@example("\ud800", "\u2028")
def test_nothing_that_is_logged_can_look_like_a_line_of_its_own(event, fact):
    for level, beginning in (("INFO", r"\d\d:\d\d:\d\d "), ("DEBUG", r"\d{4}-\S+Z \[info\]")):
        with lines_of(Settings(automagic_home=Path("home"), log_level=level)) as shown:
            write_line("worker", logging.INFO, event, {"fact": fact})
        lines = shown.getvalue().split("\n")
        assert lines.pop() == ""
        assert re.match(beginning, lines[0])
        assert all(line.startswith("    ") for line in lines[1:])
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]", shown.getvalue())


def test_bound_ids_go_with_the_task_that_bound_them(home):
    async def task(name: str) -> None:
        bind(step=name)
        await asyncio.sleep(0)
        write_line("run", logging.INFO, "said", {"by": name})

    async def both() -> None:
        await asyncio.gather(task("a"), task("b"))
        write_line("run", logging.INFO, "said", {"by": ""})

    with lines_of(Settings(automagic_home=home, log_format="json")) as shown:
        asyncio.run(both())
    assert [(line.get("by"), line.get("step")) for line in map(json.loads, shown.getvalue().splitlines())] == [
        ("a", "a"),
        ("b", "b"),
        (None, None),
    ]
