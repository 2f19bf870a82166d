"""Schedules that the system's own timers fire: units for systemd, lines for cron.

Each of them runs `automagic schedule fire NAME --if-due --work`, which decides by the same ledger as a running
scheduler: asked too often, or beside one, it makes nothing twice. So where a schedule cannot be said in the other's
words (a time zone in cron, an interval of 7 hours) it is asked more often than it is due.

So it is where clocks change. A time that they skip is due at the change; systemd and many crons pass over it until the
next day. Of an hour that clocks show twice, systemd sees one: the first, or of half an hour the second. Asked in UTC as
well, it is right.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from cronsim import CronSim
from cronsim.cronsim import SYMBOLIC_DAYS, SYMBOLIC_MONTHS

from automagic.jobs.schedule.entry import Schedule
from automagic.jobs.schedule.times import due_times, find_changes

_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_SAMPLE = 400
_ANY_DAY = datetime(2027, 1, 1)  # noqa: DTZ001 - wall-clock time, as cron expressions are

YEAR_S = 366 * 86400.0
FORESEEN_S = 12 * YEAR_S
"""How far ahead changes of clocks are looked for: in Morocco they follow the moon."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the exported command runs.

    Attributes:
        program: The command line's beginning, such as ("/opt/automagic/bin/automagic",).
        folder: The working folder, where `.env` and schedules.toml are.
        environment: What has to be set.
        zone: The machine's own, which cron reads its lines in.
        now: Seconds since 1970.
    """

    program: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    zone: str
    now: float


def command_of(schedule: Schedule, surroundings: Surroundings) -> tuple[str, ...]:
    """What is run each time."""
    return (*surroundings.program, "schedule", "fire", schedule.name, "--if-due", "--work")


def systemd_units(schedule: Schedule, surroundings: Surroundings) -> dict[str, str]:
    """A timer and a service, by file name."""
    name = f"automagic-{schedule.name}"
    environment = "".join(
        f"Environment={_systemd_word(f'{key}={value}')}\n" for key, value in sorted(surroundings.environment.items())
    )
    service = (
        f"[Unit]\nDescription=AutoMagic: {schedule.name} ({_systemd_text(schedule.when)})\n\n"
        "[Service]\nType=oneshot\n"
        f"WorkingDirectory={_systemd_text(str(surroundings.folder))}\n{environment}"
        f"ExecStart={' '.join(_systemd_word(word.replace('$', '$$')) for word in command_of(schedule, surroundings))}\n"
        "TimeoutStartSec=infinity\nTimeoutStopSec=10\n"
    )
    delay = f"RandomizedDelaySec={schedule.timing.jitter_s}\n" if schedule.timing.jitter_s else ""
    times = "".join(f"OnCalendar={text}\n" for text in calendar_times(schedule, surroundings.now))
    timer = (
        f"[Unit]\nDescription=AutoMagic: when {schedule.name} is due\n\n"
        f"[Timer]\n{times}{delay}AccuracySec=1s\nPersistent={'true' if schedule.missed == 'run-once' else 'false'}\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    return {f"{name}.service": service, f"{name}.timer": timer}


def calendar_times(schedule: Schedule, now: float) -> list[str]:
    """OnCalendar= values; any of them."""
    timing = schedule.timing
    if timing.every_s:
        hours, minutes = _clock_times(schedule, "UTC", now)
        if 86400 % timing.every_s and timing.every_s % 86400:
            hours = set(range(24))  # it is another hour each day
        return [f"*-*-* {_numbers(hours, range(24))}:{_numbers(minutes, range(60))}:00 UTC"]
    times: list[str] = []
    for cron in timing.crons:
        parsed = CronSim(cron, datetime.fromtimestamp(now, ZoneInfo(timing.zone)))
        clock = f"{_numbers(parsed.hours, range(24))}:{_numbers(parsed.minutes, range(60))}:00 {timing.zone}"
        if not _is_plain(cron):
            times.append(f"*-*-* {clock}")  # the last day of a month and the like: asked each day
            continue
        months = _numbers(parsed.months, range(1, 13))
        days = _numbers(parsed.days, range(1, 32))
        weekdays = {int(str(day)) % 7 for day in parsed.weekdays}
        named = ",".join(_WEEKDAYS[day] for day in sorted(weekdays)) + " " if len(weekdays) < len(_WEEKDAYS) else ""
        if parsed.day_and:
            times.append(f"{named}*-{months}-{days} {clock}")
        else:  # either will do
            times += [f"*-{months}-{days} {clock}", f"{named}*-{months}-* {clock}"]
    return times + _changes_in_utc(schedule, now)


def _changes_in_utc(schedule: Schedule, now: float) -> list[str]:
    """Asked each day, at the hours in UTC at which something is due when the clocks have changed."""
    minutes: dict[int, set[int]] = {}
    for due in _dues_at_changes(schedule, schedule.timing.zone, now):
        moment = datetime.fromtimestamp(due, UTC)
        minutes.setdefault(moment.hour, set()).add(moment.minute)
    return [f"*-*-* {hour}:{_numbers(minutes[hour], range(60))}:00 UTC" for hour in sorted(minutes)]


def _dues_at_changes(schedule: Schedule, zone_name: str, now: float) -> Iterator[float]:
    """When something is due at a moment that clocks in a zone skip to, or that they show twice; for some years."""
    zone = ZoneInfo(zone_name)
    for change in find_changes(zone, now, now + FORESEEN_S):
        before = datetime.fromtimestamp(change - 1, zone).utcoffset() or timedelta()
        after = datetime.fromtimestamp(change, zone).utcoffset() or timedelta()
        repeated_s = (before - after).total_seconds()
        first, last = (change, change) if repeated_s < 0 else (change - repeated_s, change + repeated_s - 1)
        yield from takewhile(lambda due: due <= last, due_times(schedule.timing, first - 1))  # noqa: B023 - used at once


def _numbers(values: set[int], full: range) -> str:
    return "*" if values >= set(full) else ",".join(str(value) for value in sorted(values))


def _is_plain(cron: str) -> bool:
    """Whether it says nothing that only some crons know: the last day, the second Monday."""
    _, _, day, _, weekday = cron.split()
    return not {"L", "W"} & set(day) and not {"L", "#"} & set(weekday)


def _clock_times(schedule: Schedule, zone: str, now: float) -> tuple[set[int], set[int]]:
    """The hours and the minutes at which clocks in a zone stand when the schedule is due, in winter and in summer."""
    hours: set[int] = set()
    minutes: set[int] = set()
    own = ZoneInfo(schedule.timing.zone)
    changes = {*find_changes(own, now, now + YEAR_S), *find_changes(ZoneInfo(zone), now, now + YEAR_S)}
    for start, number in ((now, _SAMPLE), *((change, _SAMPLE // 8) for change in sorted(changes))):
        for due in islice(due_times(schedule.timing, start - 1), number):
            local = datetime.fromtimestamp(due, ZoneInfo(zone))
            hours.add(local.hour)
            minutes.add(local.minute)
    return hours, minutes


def _systemd_text(text: str) -> str:
    return text.replace("%", "%%").replace("\n", " ")


def _systemd_word(word: str) -> str:
    """One word of an assignment or a command line, as systemd.syntax(7) has it."""
    text = _systemd_text(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if set(text) & set(" \t'\"\\;") else text


def cron_lines(schedule: Schedule, surroundings: Surroundings) -> list[str]:
    """Lines of a crontab, with a comment before them."""
    timing = schedule.timing
    environment = [f"{key}={shlex.quote(value)}" for key, value in sorted(surroundings.environment.items())]
    command = shlex.join(command_of(schedule, surroundings))
    whole = f"cd {shlex.quote(str(surroundings.folder))} && {' '.join([*environment, command])}"
    whole = whole.replace("%", "\\%")  # for cron it is the end of the line
    if timing.crons and timing.zone == surroundings.zone and all(map(_is_plain, timing.crons)):
        lines = [f"# {schedule.name}: {schedule.when}", *(f"{_in_numbers(cron)} {whole}" for cron in timing.crons)]
        return lines + [
            f"{clock} * * * {whole}"
            for clock in dict.fromkeys(_skipped_to(schedule, surroundings))
            if not any(_names_each_day(cron, clock) for cron in timing.crons)
        ]
    _, minutes = _clock_times(schedule, surroundings.zone, surroundings.now)
    why = f"# {schedule.name}: {schedule.when} ({timing.zone}), not possible in cron: checked hourly, makes what is due"
    return [why, f"{_numbers(minutes, range(60))} * * * * {whole}"]


def _skipped_to(schedule: Schedule, surroundings: Surroundings) -> Iterator[str]:
    """The times of day ("0 3") to which clocks skip and at which something is due then: most crons pass over it."""
    zone = ZoneInfo(surroundings.zone)
    for due in _dues_at_changes(schedule, surroundings.zone, surroundings.now):
        local = datetime.fromtimestamp(due, zone)
        if _shown_once(local):
            yield f"{local.minute} {local.hour}"


def _shown_once(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


def _names_each_day(cron: str, clock: str) -> bool:
    """Whether an expression is due at a time of day ("0 3") anyway."""
    minute, hour = map(int, clock.split())
    parsed = CronSim(cron, _ANY_DAY)
    return cron.split()[2:] == ["*", "*", "*"] and minute in parsed.minutes and hour in parsed.hours


def _in_numbers(cron: str) -> str:
    """Months and weekdays as numbers: not every cron takes a range of names."""
    for number, name in [*enumerate(SYMBOLIC_MONTHS, start=1), *enumerate(SYMBOLIC_DAYS)]:
        cron = cron.replace(name, str(number))
    return cron


def format_units(units: Mapping[str, str]) -> str:
    """Several files in one text, each below its name."""
    return "\n".join(f"# {name}\n{text}" for name, text in units.items())


def all_units(schedules: Sequence[Schedule], surroundings: Surroundings) -> dict[str, str]:
    """The units of several schedules, by file name."""
    units: dict[str, str] = {}
    for schedule in schedules:
        units |= systemd_units(schedule, surroundings)
    return units
