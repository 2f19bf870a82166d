"""What goes on beside a worker: alerts that are sent, settings read anew, the daily cleanup."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from automagic.database.tables import artifacts
from automagic.errors import ConfigurationError
from automagic.jobs.background_tasks import RESTART, BackgroundTask, BackgroundTasks, watch_schedules
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.schedule.entry import Schedule
from automagic.jobs.schedule.file import find_schedules
from automagic.machine.logs import open_logs, write_line
from automagic.monitor import reload
from automagic.monitor.reload import Reloader
from automagic.providers.openai import KEY
from automagic.settings import Settings, load_settings
from automagic.studio import Studio, open_studio
from automagic.upkeep import is_cleanup_due
from tests.support.homes.aged_store import add_run, fill
from tests.support.servers.base import Fault
from tests.support.servers.webhook import KNOWN, WebhookServer

ALWAYS = '[always]\nmetric = "disk_free_gb"\nbelow = 1_000_000\nseverity = "critical"\nsend = ["log", "webhook:{}"]\n'


@pytest.fixture
def folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder whose `.env` names the home."""
    monkeypatch.delenv("AUTOMAGIC_HOME", raising=False)
    monkeypatch.chdir(home.parent)
    write_env(home.parent, home)
    return home.parent


def write_env(folder: Path, home: Path, **more: str) -> None:
    values = {"AUTOMAGIC_HOME": str(home), "WEBHOOK_SECRET": KNOWN, **more}
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))


@asynccontextmanager
async def companions_of(folder: Path) -> AsyncIterator[BackgroundTasks]:
    async with open_studio(load_settings(folder=folder)) as studio:
        yield BackgroundTasks(studio, folder)


async def until(
    condition: Callable[[], object], background_task: BackgroundTask, told: list[str] | None = None
) -> None:
    """Let a companion go on until something is so."""
    task = asyncio.create_task(background_task((told if told is not None else []).append))
    try:
        async with asyncio.timeout(20):
            while not condition():
                assert not task.done(), task.result()
                await asyncio.sleep(0.01)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


# --------------------------------------------------------------------------------------------------------- alerts


async def test_an_alert_is_logged_and_sent_signed_and_raised_once(home, folder, caplog):
    caplog.set_level(logging.INFO, "automagic")
    with WebhookServer() as server:
        (home / "alerts.toml").write_text(ALWAYS.format(f"{server.url}/hook"))
        async with companions_of(folder) as background_tasks:
            await until(lambda: server.accepted, background_tasks.watch_alerts)
            await until(lambda: background_tasks._look() == [], background_tasks.sample_resources)
        async with companions_of(folder) as background_tasks:  # another process does not raise it again
            assert background_tasks._look() == []
            (home / "alerts.toml").write_text(ALWAYS.format(f"{server.url}/hook").replace("1_000_000", "0.001"))
            background_tasks._read_rules()
            await until(lambda: len(server.accepted) == 2, background_tasks.watch_alerts)
    raised, over = server.accepted.values()
    assert raised["type"] == "alert.raised"
    assert (raised["data"]["alert"], raised["data"]["severity"]) == ("always", "critical")
    assert over["type"] == "alert.over"
    said = [record.getMessage() for record in caplog.records if record.name == "automagic.alerts"]
    assert said[0].startswith("ALERT critical always: disk_free_gb is ")
    assert said[1].startswith("Alert always is over")
    assert [record.levelno for record in caplog.records if record.name == "automagic.alerts"] == [
        logging.ERROR,
        logging.INFO,
    ]


async def test_a_server_that_never_answers_holds_nothing_up(home, folder):
    with WebhookServer() as server:
        server.fail(Fault(hang=True))
        (home / "alerts.toml").write_text(ALWAYS.format(f"{server.url}/hook"))
        async with companions_of(folder) as background_tasks:
            await until(lambda: server.calls and background_tasks._sending, background_tasks.watch_alerts)
        assert background_tasks._sending == set()  # ended with the companion


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://example.com/hook", "must be encrypted"), ("https://10.0.0.8/hook", "not on the public internet")],
)
async def test_an_address_that_may_not_be_told_is_told_to_the_person(home, folder, url, said):
    (home / "alerts.toml").write_text(ALWAYS.format(url))
    told: list[str] = []
    async with companions_of(folder) as background_tasks:
        await until(lambda: told, background_tasks.watch_alerts, told)
    assert told == [f"always could not be sent: {told[0].partition(': ')[2]}"]
    assert said in told[0]


async def test_rules_that_are_wrong_stop_a_worker_at_its_start_but_not_later(home, folder):
    async with companions_of(folder) as background_tasks:
        before = background_tasks.rules
        told: list[str] = []
        reloader = Reloader(background_tasks.watched, told.append, told.append)
        (home / "alerts.toml").write_text("[mine]\nmetric = 'nonsense'\nabove = 1\n")
        reloader.look()
        assert background_tasks.rules == before
        assert "line 2: [mine] there is no figure 'nonsense'" in told[0]
        (home / "alerts.toml").write_text("[mine]\nmetric = 'workers'\nbelow = 1\n[disk-low]\noff = true\n")
        reloader.look()
        assert told[1] == "alerts.toml changed, so the alert rules were read again: disk-low is gone; mine is new"
        (home / "alerts.toml").write_text("[mine]\n")
    with pytest.raises(ConfigurationError):
        async with companions_of(folder):
            pass


# ------------------------------------------------------------------------------------------------------- settings


async def test_settings_that_change_hold_for_the_next_run_and_secrets_stay_unsaid(home, folder):
    async with companions_of(folder) as background_tasks:
        services = background_tasks.studio.services
        told: list[str] = []
        reloader = Reloader(background_tasks.watched, told.append, told.append)
        async with services.for_run("before", emit=print) as under_way:
            write_env(folder, home, VIDEO_CRF="20", OPENAI_API_KEY="sk-verysecret", MAX_MEMORY_GB="0.5")
            reloader.look()
            assert under_way.settings.video_crf == 23
        async with services.for_run("after", emit=print) as next_run:
            assert next_run.settings.video_crf == 20
            assert next_run.vendors.settings[KEY]
        assert services.guard.memory_bytes == 1 << 29
        (line,) = told
        assert line.startswith(".env changed, so the settings were read again: MAX_MEMORY_GB is now 0.5, was ")
        assert "VIDEO_CRF is now 20, was 23" in line
        assert "OPENAI_API_KEY is set" in line
        assert "verysecret" not in line


async def test_settings_that_need_a_restart_say_so_and_stay(home, folder, tmp_path):
    async with companions_of(folder) as background_tasks:
        told: list[str] = []
        reloader = Reloader(background_tasks.watched, told.append, told.append)
        write_env(folder, tmp_path / "elsewhere", LOG_FORMAT="json")
        reloader.look()
        assert background_tasks.studio.services.settings.home == home
        (line,) = told
        assert line.startswith(
            ".env changed, so the settings were read again: AUTOMAGIC_HOME changed: that takes effect"
        )
        assert line.endswith("; LOG_FORMAT changed: that takes effect after a restart")
    assert {name for name in RESTART if not hasattr(Settings(), name)} == set()


async def test_settings_that_are_wrong_are_refused(home, folder):
    async with companions_of(folder) as background_tasks:
        told: list[str] = []
        reloader = Reloader(background_tasks.watched, told.append, told.append)
        write_env(folder, home, VIDEO_CRF="99")
        reloader.look()
        assert background_tasks.studio.services.settings.video_crf == 23
        assert told[0].startswith(".env changed but cannot be used, so the settings stay as they were: ")
        assert "VIDEO_CRF='99'" in told[0]


async def test_what_is_refused_is_a_warning_and_a_secret_that_is_set_later_is_masked(home, folder, monkeypatch):
    monkeypatch.setattr(reload, "POLL_S", 0.01)
    secret = "tidal-pool-cedar"  # noqa: S105 - of no shape that would give it away
    log = home / "logs" / "automagic.log"
    told: list[str] = []
    with open_logs(load_settings(folder=folder), "worker"):
        async with companions_of(folder) as background_tasks, asyncio.timeout(20):
            write_line("worker", logging.INFO, f"before: {secret}")
            task = asyncio.create_task(background_tasks.reload_files(told.append))
            await asyncio.sleep(0)  # what stands there at the beginning is in force already
            write_env(folder, home, OPENAI_API_KEY=secret)
            while not told:  # noqa: ASYNC110 - what is waited for tells by a list
                await asyncio.sleep(0.02)
            write_env(folder, home, VIDEO_CRF="99")
            while "cannot be used" not in log.read_text():  # noqa: ASYNC110 - as above, by a file
                await asyncio.sleep(0.02)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        write_line("worker", logging.INFO, f"after: {secret} and {KNOWN}")
    before, refused, after = log.read_text().splitlines()
    assert secret in before  # nobody could know it
    assert "[warning" in refused
    assert "VIDEO_CRF='99'" in refused
    assert "after: *** and ***" in after


async def test_a_running_companion_looks_by_itself(home, folder, monkeypatch):
    monkeypatch.setattr(reload, "POLL_S", 0.01)
    told: list[str] = []
    async with companions_of(folder) as background_tasks:
        looks = 0

        def change() -> bool:
            nonlocal looks
            looks += 1
            if looks == 5:  # what stands there at the beginning is in force already
                write_env(folder, home, BRAND_NAME="Mill")
            return bool(told)

        await until(change, background_tasks.reload_files, told)
    assert "BRAND_NAME is now Mill, was empty" in told[0]


async def test_schedules_are_replaced_when_their_file_changes_and_kept_when_it_is_wrong(folder, monkeypatch):
    monkeypatch.setattr(reload, "POLL_S", 0.01)

    class Running:
        def __init__(self) -> None:
            self.schedules: tuple[Schedule, ...] = ()

        def replace(self, schedules: tuple[Schedule, ...]) -> list[str]:
            self.schedules = schedules
            return [f"{schedule.name}: added" for schedule in schedules]

    running, told = Running(), list[str]()
    monkeypatch.setattr("automagic.jobs.background_tasks._warn", told.append)
    settings = load_settings(folder=folder)
    good = '[news]\nat = "09:00"\nkind = "video"\ntopic = "Tides"\n'
    (folder / "schedules.toml").write_text(good)
    find_schedules(settings, folder)
    (folder / "schedules.toml").unlink()
    task = asyncio.create_task(watch_schedules(running, settings, told.append))  # type: ignore[arg-type]  # as much of it
    try:
        async with asyncio.timeout(20):
            await asyncio.sleep(0)
            for text, wanted in ((good, 1), ("[news]\nat = 'noon'\n", 2)):
                (folder / "schedules.toml").write_text(text)
                while len(told) < wanted:  # noqa: ASYNC110 - what is waited for tells by a list
                    await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert told[0] == "schedules.toml changed, so the schedules were read again: news: added"
    assert told[1].startswith("schedules.toml changed but cannot be used, so the schedules stay as they were: ")
    assert [schedule.name for schedule in running.schedules] == ["news"]


# ------------------------------------------------------------------------------------------------------- cleaning


async def test_the_daily_cleanup_leaves_what_jobs_need_and_comes_once_a_day(home, folder):
    source = folder / "article.md"
    source.write_text("# Tides\n\nThe moon pulls the sea.\n")
    place = QueueLocation(home)
    queue = JobQueue(place)
    queue.add([queue.read("video", {"source": str(source)})])
    needed = queue.needed_files()
    then = time.time() - 30 * 86400
    for path in (home / "artifacts").rglob("*"):
        os.utime(path, (then, then))
    told: list[str] = []
    async with companions_of(folder) as background_tasks:
        store = background_tasks.studio.services.store
        add_run(store.engine)
        fill(store, range(20))
        assert is_cleanup_due(home, now=time.time())
        await until(lambda: told, background_tasks.keep_tidy, told)
        assert told == ["Daily cleanup: 20 artifacts."]
        with store.engine.connect() as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(artifacts)).scalar_one() == 0
    assert len(needed) == 1
    assert {path.name for path in (home / "artifacts").rglob("*") if path.is_file()} == needed
    assert not is_cleanup_due(home, now=time.time() + 3600)
    assert is_cleanup_due(home, now=time.time() + 86401)
    assert is_cleanup_due(home, now=time.time() - 3600)  # the clock was set back


async def test_the_daily_cleanup_removes_rows_of_jobs_that_finished_long_ago_and_leaves_what_they_made(home, folder):
    queue = JobQueue(QueueLocation(home))
    topics = ("waiting", "young", "old", "retried meanwhile")
    waiting, young, old, retried = queue.add([queue.read("video", {"topic": topic}) for topic in topics])
    for job, days in ((young, 3), (old, 30), (retried, 30)):
        queue.cancel(job.id)
        with closing(sqlite3.connect(home / "jobs.db")) as database, database:
            ended_ms = int((time.time() - days * 86400) * 1000)
            database.execute("UPDATE workflow_status SET completed_at = ? WHERE workflow_uuid = ?", (ended_ms, job.id))
    (queue.place.results / old.id).mkdir(parents=True)
    (queue.place.results / old.id / "video.mp4").write_bytes(b"final")
    told: list[str] = []
    found = [job_id for job_id, _ in queue.find_finished(before=time.time() - 7 * 86400)]
    assert sorted(found) == sorted([old.id, retried.id])
    queue.retry(retried.id)
    assert queue.remove([retried.id], before=time.time()) == []
    async with companions_of(folder) as background_tasks:
        await until(lambda: told, background_tasks.keep_tidy, told)
    assert told == ["Daily cleanup: 1 rows of old jobs."]
    assert {job.id for job in queue.find_all()} == {waiting.id, young.id, retried.id}
    with closing(sqlite3.connect(home / "jobs.db")) as database:
        assert database.execute("SELECT count(*) FROM workflow_input").fetchall() == [(3,)]
    assert (queue.place.results / old.id / "video.mp4").exists()


async def test_an_emergency_leaves_what_jobs_need_and_does_nothing_when_they_cannot_be_asked(home, folder):
    source = folder / "article.md"
    source.write_text("# Tides\n\nThe moon pulls the sea.\n")
    queue = JobQueue(QueueLocation(home))
    queue.add([queue.read("video", {"source": str(source)})])
    needed = JobQueue(QueueLocation.of(load_settings(folder=folder))).needed_files()
    then = time.time() - 30 * 86400
    for path in (home / "artifacts").rglob("*"):
        os.utime(path, (then, then))
    async with companions_of(folder) as background_tasks:
        store, guard = background_tasks.studio.services.store, background_tasks.studio.services.guard
        add_run(store.engine)
        fill(store, range(20))
        damaged = home / "jobs.db"
        kept = damaged.read_bytes()
        damaged.write_bytes(b"no database at all" * 100)
        guard.low_bytes = 1 << 62
        told: list[str] = []
        await guard.check_disk(tell=told.append)
        assert "The cleanup was not possible" in told[1]
        assert len([path for path in (home / "artifacts").rglob("*") if path.is_file()]) == 21
        damaged.write_bytes(kept)
        guard._cleaned = False
        await guard.check_disk(tell=told.append)
    assert {path.name for path in (home / "artifacts").rglob("*") if path.is_file()} == needed


def all_of(studio: Studio) -> tuple[BackgroundTask, ...]:
    from automagic.cli.jobs.worker import list_background_tasks

    return list_background_tasks(studio)


async def test_a_worker_is_given_all_of_them(folder):
    async with open_studio(load_settings(folder=folder)) as studio:
        names = [getattr(task, "__name__", type(task).__name__) for task in all_of(studio)]
    assert names == ["sample_resources", "keep_tidy", "watch_alerts", "DueDrafts", "CallbackSender", "reload_files"]


# --------------------------------------------------------------------------------------------------------- tuning

HOLD = '[hold]\nmetric = "disk_free_gb"\nbelow = 1_000_000\naction = "pause-queue"\n'


@pytest.mark.parametrize("tuning", ["on", "off"])
async def test_a_worker_tunes_itself_only_where_that_is_wanted_and_takes_it_back(home, folder, caplog, tuning):
    caplog.set_level(logging.INFO, "automagic")
    (home / "tuning.toml").write_text(HOLD)
    (home / "alerts.toml").write_text(ALWAYS.format("http://127.0.0.1:1/"))
    write_env(folder, home, PERFORMANCE_TUNING=tuning)
    async with companions_of(folder) as background_tasks:
        limits = background_tasks.studio.services.limits
        seen: list[int] = []

        def judged() -> bool:
            seen.append(limits.paused)
            return (home / "alerts.json").exists() and (tuning == "off" or limits.paused > 0)

        await until(judged, background_tasks.watch_alerts)
        assert limits.paused == 0
    assert max(seen) == (1 if tuning == "on" else 0)
    said = "Tuning hold: disk_free_gb is"
    assert (said in caplog.text) == ("Tuning hold is over (the end)" in caplog.text) == (tuning == "on")


async def test_rules_of_tuning_are_read_again(home, folder):
    async with companions_of(folder) as background_tasks:
        (watched,) = [one for one in background_tasks.watched if one.name == "tuning rules"]
        (home / "tuning.toml").write_text(HOLD)
        assert watched.read() == ["hold is new"]
        (home / "tuning.toml").write_text(HOLD.replace("pause-queue", "collect"))
        assert watched.read() == ["hold is changed"]
        (home / "tuning.toml").write_text(HOLD.replace("pause-queue", "dance"))
        with pytest.raises(ConfigurationError, match="action must be one of"):
            watched.read()
        assert "hold" in {one.rule.name for one in background_tasks.tuner.rules}


async def test_how_often_an_alert_was_raised_is_counted(home, folder):
    (home / "alerts.toml").write_text('[always]\nmetric = "disk_free_gb"\nbelow = 1_000_000\n')
    async with companions_of(folder) as background_tasks:
        await until(lambda: background_tasks.studio.services.measured.all("alert"), background_tasks.watch_alerts)
        counted = background_tasks.studio.services.measured.all("alert")
    assert counted["alert", "always", "raised"].number == 1
