"""What runs beside a worker or a scheduler for as long as it works; each is a `jobs.worker.BackgroundTask`.

sample_resources    peaks for --metrics
keep_tidy           the daily cleanup, with the database's vacuum and old rows
watch_alerts        rules judged, alerts sent; the rules of tuning applied
DueDrafts           posts whose time has come are published
CallbackSender      addresses are told of jobs that have ended
reload_files        settings and alert rules, read again when their files change; `watch_schedules`: schedules
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError
from automagic.jobs.callbacks import CallbackSender
from automagic.jobs.due_drafts import DueDrafts
from automagic.jobs.tuning import Tuner
from automagic.machine.logs import learn_secrets, write_line
from automagic.monitor.alert_rules import FILE_NAME, Rule, load_rules
from automagic.monitor.alerts import AlertChange, watch_rules
from automagic.monitor.reload import Reloader, Watched
from automagic.monitor.tuning_rules import TUNING_FILE, load_tuning
from automagic.reading.env_file import env_files
from automagic.setting_names import tell_unknown
from automagic.settings import Settings, load_settings
from automagic.values.secret import Secret

if TYPE_CHECKING:
    from automagic.jobs.schedule.scheduler import Scheduler
    from automagic.studio import Studio

Tell = Callable[[str], object]
BackgroundTask = Callable[[Tell], Awaitable[None]]

LOOK_S = 15.0
"""How often the rules of alerts are judged."""
TIDY_LOOK_S = 300.0
"""How often it is asked whether a cleanup is due."""
MAX_UNSENT = 20
"""Messages that are under way at the same time; further ones are only logged."""

RESTART = frozenset(
    {
        "automagic_env",
        "automagic_home",
        "database_url",
        "database_pool_size",
        "artifacts_url",
        "max_concurrent_operations",
        "connection_pool_size",
        "log_level",
        "log_format",
    }
)
"""Settings that are read when a process begins; all others hold for what begins after a change."""

_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "critical": logging.ERROR}


@dataclass
class BackgroundTasks:
    """Those of one process.

    Attributes:
        folder: Where `.env` is.
        rules: Of alerts, in force.
    """

    studio: Studio
    folder: Path
    rules: tuple[Rule, ...] = ()
    tuner: Tuner = field(init=False)
    _figures: dict[str, float | None] = field(default_factory=dict)
    _sending: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        home = self.studio.settings.home
        self.rules = load_rules(home)
        self.tuner = Tuner(
            self.studio.services,
            load_tuning(home),
            most_slots=os.cpu_count() or 1,
            log=lambda line: write_line("tuning", logging.INFO, line),
        )

    @property
    def all(self) -> tuple[BackgroundTask, ...]:
        """To be started together."""
        posts, callbacks = DueDrafts(self.studio), CallbackSender(self.studio)
        return (self.sample_resources, self.keep_tidy, self.watch_alerts, posts, callbacks, self.reload_files)

    async def sample_resources(self, _tell: Tell) -> None:
        """Look from the beginning on, not only from the first heavy work; it ends with the services."""
        self.studio.services.sampler.start()

    async def keep_tidy(self, tell: Tell) -> None:
        """Clean up each day; of several processes of one home, the first one does it."""
        from automagic.upkeep import is_cleanup_due

        while True:
            if is_cleanup_due(self.studio.settings.home, now=time.time()):
                try:
                    tell(await asyncio.to_thread(self._clean_up))
                except AutomagicError as error:  # another one is under way, or the queue cannot be asked
                    tell(f"The daily cleanup waits: {error.message}.")
            await asyncio.sleep(TIDY_LOOK_S)

    def _clean_up(self) -> str:
        from automagic.jobs.queue.location import QueueLocation
        from automagic.jobs.queue.queue import JobQueue
        from automagic.store.retention import Place, Rules
        from automagic.upkeep import clean_home

        services = self.studio.services
        jobs = JobQueue(QueueLocation.of(self.studio.settings))
        place = Place(services.settings.home, services.store.engine, shared=services.store.shared, jobs=jobs)
        _, swept = clean_home(place, Rules.of(services.settings), needed=jobs.needed_files)
        assert swept is not None  # noqa: S101 - it was no dry run
        return f"Daily cleanup: {swept}."

    async def watch_alerts(self, tell: Tell) -> None:
        """Judge the rules every `LOOK_S`; what is sent elsewhere never holds this up."""
        fails = False
        try:
            while True:
                try:
                    changes = await asyncio.to_thread(self._look)
                    fails = False
                except (AutomagicError, OSError) as error:  # the database is away, the disk is full
                    if not fails:
                        write_line("alerts", logging.WARNING, f"The alert rules could not be judged: {error}.")
                    fails = True
                    changes = []
                for change in changes:
                    self._send(change, tell)
                await self._tune()
                await asyncio.sleep(LOOK_S)
        finally:
            self.tuner.undo_all("the end")
            for task in self._sending:
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)

    def _look(self) -> list[AlertChange]:
        from automagic.database.address import database_url
        from automagic.database.plain import open_query
        from automagic.jobs.queue.location import QueueLocation
        from automagic.jobs.queue.overview import read_overview
        from automagic.monitor.figures import read_machine_figures, read_run_figures
        from automagic.monitor.resources import read_machine

        services = self.studio.services
        settings, now = services.settings, time.time()

        def read() -> dict[str, float | None]:
            usage = services.sampler.latest
            machine = read_machine(settings.home)
            with open_query(database_url(settings)) as query:
                figures = read_run_figures(query, settings, now=now)
            used_bytes = None if usage is None else usage.memory_bytes
            figures |= read_machine_figures(machine, used_bytes, settings.max_memory_gb)
            return figures | read_overview(QueueLocation.of(settings), now=now).figures

        # All figures are read by the one that judges; each process tunes itself.
        self._figures = read() if settings.performance_tuning == "on" else {}
        return watch_rules(settings.home, self.rules, lambda: self._figures or read(), now=now)

    async def _tune(self) -> None:
        if self.studio.services.settings.performance_tuning == "on":
            await self.tuner.look(self._figures, now=time.time())
        else:
            self.tuner.undo_all("PERFORMANCE_TUNING=off")

    def _send(self, change: AlertChange, tell: Tell) -> None:
        if change.raised:
            self.studio.services.measured.wanted = True
            self.studio.services.measured.add("alert", change.rule.name, "raised")
        for place in change.rule.send:
            if place == "log":
                level = _LEVELS[change.rule.severity] if change.raised else logging.INFO
                write_line("alerts", level, str(change))
            elif len(self._sending) >= MAX_UNSENT:
                tell(f"{change.rule.name} was not sent: {MAX_UNSENT} messages are still under way.")
            else:
                task = asyncio.create_task(self._send_by_webhook(change, place.partition(":")[2], tell))
                self._sending.add(task)
                task.add_done_callback(self._sending.discard)

    async def _send_by_webhook(self, change: AlertChange, url: str, tell: Tell) -> None:
        from automagic.destinations.shared.publication import DestinationAccess
        from automagic.destinations.webhook.address import parse_place
        from automagic.destinations.webhook.delivery import Webhook

        services = self.studio.services
        access = DestinationAccess(services.vendors.http, services.store.engine, services.settings)
        try:
            await Webhook(parse_place(url), access).notify(
                f"alert.{'raised' if change.raised else 'over'}", change.facts
            )
        except AutomagicError as error:
            tell(f"{change.rule.name} could not be sent: {error.message}.")

    async def reload_files(self, tell: Tell) -> None:
        """Read settings and rules again when their files change."""
        await Reloader(self.watched, tell, _warn).run()

    @property
    def watched(self) -> tuple[Watched, ...]:
        """What is read again when its files change."""
        return (
            Watched("settings", env_files(self.folder, os.environ), self._read_settings),
            Watched("alert rules", (self.studio.settings.home / FILE_NAME,), self._read_rules),
            Watched("tuning rules", (self.studio.settings.home / TUNING_FILE,), self._read_tuning),
        )

    def _read_settings(self) -> list[str]:
        services = self.studio.services
        old, new = services.settings, load_settings(folder=self.folder)
        learn_secrets(new)
        waiting = [name for name in RESTART if getattr(old, name) != getattr(new, name)]
        now = replace(new, **{name: getattr(old, name) for name in waiting})
        services.settings = now
        services.guard.memory_bytes = round(now.max_memory_gb * 2**30)
        return [
            *_describe_changes(old, now),
            *(f"{name.upper()} changed: that takes effect after a restart" for name in sorted(waiting)),
            *(line.removesuffix(".") for line in tell_unknown(self.folder)),
        ]

    def _read_rules(self) -> list[str]:
        old = {rule.name: rule for rule in self.rules}
        self.rules = load_rules(self.studio.settings.home)
        return [*_describe_rules(old, {rule.name: rule for rule in self.rules})]

    def _read_tuning(self) -> list[str]:
        old = {one.rule.name: one for one in self.tuner.rules}
        self.tuner.rules = load_tuning(self.studio.settings.home)
        return [*_describe_rules(old, {one.rule.name: one for one in self.tuner.rules})]


async def watch_schedules(scheduler: Scheduler, settings: Settings, tell: Tell) -> None:
    """Give a running scheduler its new schedules when their files change; until cancelled."""
    from automagic.jobs.schedule import file

    here = Path.cwd()

    def read() -> list[str]:
        return scheduler.replace(file.find_schedules(load_settings(folder=here), here).schedules)

    name = file.FILE_NAME
    places = (here / name, settings.home / name, *env_files(here, os.environ))
    await Reloader((Watched("schedules", places, read),), tell, _warn).run()


def _warn(line: str) -> None:
    write_line("reload", logging.WARNING, line)


def _describe_rules(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{name} is gone" for name in old if name not in new)
    yield from (f"{name} is new" for name in new if name not in old)
    yield from (f"{name} is changed" for name in new if name in old and new[name] != old[name])


def _describe_changes(old: Settings, new: Settings) -> Iterator[str]:
    """A line for each setting that is different; secrets by their name only."""
    for (name, before), (_, after) in zip(old.items(), new.items(), strict=True):
        if before == after:
            continue
        if isinstance(before, Secret) or isinstance(after, Secret):
            what = "is set" if before is None else "is gone" if after is None else "changed"
            yield f"{name} {what}"
        else:
            yield f"{name} is now {_show(after)}, was {_show(before)}"


def _show(value: object) -> str:
    if value is None or value in ("", ()):
        return "empty"
    return ",".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
