"""One schedule: what stands in its table of schedules.toml, checked. All that is wrong with it is said at once.

    cron = "0 9 * * mon-fri"            or at = "09:00" (or several), or every = "6h" with start = "2027-01-31T06:00"
    zone = "Europe/Berlin"              by default the machine's
    topics_file = "topics.txt"          or topics = [...], or queue = "ideas", or none; repeat = true begins again
    missed = "skip"                     by default "run-once"
    jitter = "10m"                      later by up to 10 minutes
    kind = "video", priority = "low"    by default "video" and "normal"
    platform = ["shorts", "youtube"]    and whatever else `automagic jobs add` knows

What a table says itself has to be right. What it names and may come later, such as a file, is looked at by
`find_problems`, and again at each firing.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, available_timezones

from automagic.errors import AutomagicError, ConfigurationError, RequestError
from automagic.jobs.kinds import JobKind, find_kind
from automagic.jobs.queue.reads import PRIORITIES, Priority
from automagic.jobs.schedule.times import (
    MAX_EVERY_S,
    MAX_JITTER_S,
    MINUTE_S,
    Missed,
    Timing,
    due_times,
    parse_cron,
    parse_span,
    parse_time_of_day,
)
from automagic.jobs.schedule.topics import Topics, fault_of, read_topics
from automagic.products import kind_names
from automagic.reading.named_files import expand_home

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
NAME_HINT = "at most 40 small letters, digits, - and _"
_WHEN = ("at", "cron", "every")
_TOPICS = ("topics", "topics_file", "queue")
KEYS = (*_WHEN, "start", "zone", "jitter", "missed", *_TOPICS, "repeat", "kind", "priority")
"""What a schedule itself knows; every other name is an option of its product."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is to be made, and when.

    Attributes:
        when: As the person wrote it, for people.
        kind: The product.
        options: As `automagic jobs add` has them, plain data.
        topics: None when each firing asks for the same.
        folder: What relative paths in the options are relative to.
    """

    name: str
    timing: Timing
    when: str
    folder: Path
    missed: Missed = "run-once"
    kind: str = "video"
    priority: Priority = "normal"
    options: Mapping[str, Any] = field(default_factory=dict)
    topics: Topics | None = None


class _Faults(list[str]):
    """What is wrong, each with the schedule's name before it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def add(self, text: str) -> None:
        self.append(f"{self._name}: {text}")


def is_name(text: str) -> bool:
    """Whether a schedule or a queue can be called so."""
    return bool(_NAME.fullmatch(text))


def read_schedule(name: str, table: Mapping[str, Any], folder: Path) -> tuple[Schedule | None, list[str]]:
    """One schedule, or everything that is wrong with it."""
    faults = _Faults(name)
    if not is_name(name):
        faults.add(f"this is not a valid name; {NAME_HINT}")
    zone = _read_zone(table, faults)
    timing, when = _read_timing(table, zone, faults)
    missed = _read_choice(table, "missed", get_args(Missed), faults)
    priority = _read_choice(table, "priority", PRIORITIES, faults, default="normal")
    kind_name = _read_choice(table, "kind", kind_names(), faults, default="video")
    topics = _read_topics(table, folder, faults)
    options = {key: _plain(value) for key, value in table.items() if key not in KEYS}
    if kind_name in kind_names():
        kind = find_kind(kind_name)
        _check_options(kind, options, folder, faults)
        if topics and "topic" in options:
            faults.add("topic: cannot be used together with topics, topics_file or queue")
        if topics and "topic" not in kind.options:
            faults.add(f"a schedule of {kind_name} takes no topics")
    if faults or timing is None:
        return None, faults
    return Schedule(
        name,
        timing,
        when,
        folder,
        missed=missed,  # type: ignore[arg-type]  # one of those allowed
        kind=kind_name,
        priority=priority,  # type: ignore[arg-type]  # the same
        options=options,
        topics=topics,
    ), []


def _read_zone(table: Mapping[str, Any], faults: _Faults) -> str:
    zone = table.get("zone")
    if zone is None:
        return local_zone()
    if isinstance(zone, str) and zone in available_timezones():
        return zone
    known = {one.lower(): one for one in available_timezones()}
    text = str(zone).replace(" ", "_").lower()
    cities = {key.rpartition("/")[2]: one for key, one in sorted(known.items())}
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.7)
    city = difflib.get_close_matches(text.rpartition("/")[2], cities, n=1, cutoff=0.7)
    meant = known[near[0]] if near else cities[city[0]] if city else "Europe/Berlin"
    faults.add(f"zone: there is no time zone {zone!r}; {'did you mean' if near or city else 'write it like'} {meant}?")
    return "UTC"


def _read_timing(table: Mapping[str, Any], zone: str, faults: _Faults) -> tuple[Timing | None, str]:
    before = len(faults)
    given = [key for key in _WHEN if key in table]
    if len(given) != 1:
        faults.add(f"{' and '.join(given)} cannot be used together" if given else "it needs one of at, cron and every")
    jitter_s = _read_span(table, "jitter", 0, MAX_JITTER_S, faults)
    every_s = _read_span(table, "every", MINUTE_S, MAX_EVERY_S, faults)
    if every_s > MINUTE_S and every_s % MINUTE_S:
        faults.add("every: whole minutes only")
    crons = _read_crons(table, faults)
    start = _read_start(table, zone, faults)
    if "start" in table and "every" not in table:
        faults.add("start: can only be used together with every")
    timing = Timing(crons, zone, every_s, start, jitter_s)
    if len(faults) > before:
        return None, ""
    if jitter_s >= (gap := _smallest_gap(timing)):
        faults.add(f"jitter: must be shorter than the {gap / 60:g} minutes from one firing to the next")
    [key] = given
    value = table[key]
    return timing, f"{key} {value if isinstance(value, str) else ', '.join(value)}"


def _read_crons(table: Mapping[str, Any], faults: _Faults) -> tuple[str, ...]:
    crons: list[str] = []
    for key, parse in (("cron", parse_cron), ("at", parse_time_of_day)):
        value = table.get(key, ())
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list | tuple) or (key in table and not texts):
            faults.add(f"{key}: must be text, or a list of texts")
            continue
        for text in texts:
            try:
                crons.append(parse(text if isinstance(text, str) else str(text)))
            except ValueError as error:
                faults.add(f"{key}: {f'{text!r} ' if key == 'cron' else ''}{error}")
    return tuple(dict.fromkeys(crons))


def _read_span(table: Mapping[str, Any], key: str, low: int, high: int, faults: _Faults) -> int:
    if key not in table:
        return 0
    try:
        span = parse_span(str(table[key]))
    except ValueError as error:
        faults.add(f"{key}: {error}")
        return 0
    if span < low:
        faults.add(f"{key}: {table[key]!r} is below 1 minute")
    if span > high:
        faults.add(f"{key}: {table[key]!r} is more than {high // 3600} hours")
    return span


def _read_start(table: Mapping[str, Any], zone: str, faults: _Faults) -> float:
    start = table.get("start", datetime(2000, 1, 1))  # noqa: DTZ001 - in the schedule's own zone
    if isinstance(start, str):
        with contextlib.suppress(ValueError):
            start = datetime.fromisoformat(start)
    if not isinstance(start, datetime):
        faults.add(f"start: {start!s} is not a valid time; write it like 2027-01-31T06:00")
        return 0.0
    return (start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))).timestamp() // MINUTE_S * MINUTE_S


def _smallest_gap(timing: Timing) -> float:
    """Between any of the next firings."""
    dues = due_times(timing, datetime(2027, 1, 1).timestamp())  # noqa: DTZ001 - any moment
    last = next(dues)
    gap = float("inf")
    for _ in range(50 if timing.jitter_s else 0):
        due = next(dues)
        gap, last = min(gap, due - last), due
    return gap


def _read_choice(
    table: Mapping[str, Any], key: str, allowed: tuple[str, ...], faults: _Faults, *, default: str = ""
) -> str:
    value = table.get(key, default or allowed[0])
    if value not in allowed:
        near = difflib.get_close_matches(str(value), allowed, n=1)
        faults.add(
            f"{key}: {value!r} is not one of {', '.join(allowed)}" + (f"; did you mean {near[0]}?" if near else "")
        )
    return str(value)


def _read_topics(table: Mapping[str, Any], folder: Path, faults: _Faults) -> Topics | None:
    given = [key for key in _TOPICS if key in table]
    repeat = table.get("repeat", False)
    if not isinstance(repeat, bool):
        faults.add("repeat: must be true or false")
    if "repeat" in table and not given:
        faults.add("repeat: can only be used together with topics, topics_file or queue")
    if len(given) > 1:
        faults.add(f"{' and '.join(given)} cannot be used together")
    if len(given) != 1:
        return None
    value = table[given[0]]
    if given[0] == "topics":
        if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
            faults.add('topics: must be a list of texts, such as ["Tides", "Honey"]')
            return None
        for wrong in filter(None, map(fault_of, value)):
            faults.add(f"topics: {wrong}")
        return Topics(listed=tuple(one.strip() for one in value), repeat=bool(repeat))
    if not isinstance(value, str) or not value:
        faults.add(f"{given[0]}: must be text")
        return None
    if given[0] == "queue":
        if not is_name(value):
            faults.add(f"queue: {value!r} is not a valid name; {NAME_HINT}")
        return Topics(queue=value, repeat=bool(repeat))
    return Topics(file=folder / expand_home(value), repeat=bool(repeat))


def _check_options(kind: JobKind, options: dict[str, Any], folder: Path, faults: _Faults) -> None:
    """Each option by itself, so that one that is wrong does not hide another.

    What a request lacks without the others is no fault of any: `find_problems` looks at all of them together. Where
    they make a request together, none is wrong.
    """
    known = (*KEYS, *kind.options)
    about = dict.fromkeys(kind.subjects[:1], "what it is about")
    lacking = _read_fault(kind, about, folder)
    fit = not _read_fault(kind, options, folder)
    for name, value in options.items():
        if name not in kind.options:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            faults.add(f"{name} is not a valid option; {meant}")
            continue
        if value == "-":
            faults.add(f"{name}: a schedule cannot read standard input; name a file")
            continue
        fault = "" if fit else _read_fault(kind, ({} if name in kind.subjects else about) | {name: value}, folder)
        if fault not in ("", lacking):
            faults.add(fault)


def _read_fault(kind: JobKind, values: Mapping[str, Any], folder: Path) -> str:
    """Why these values make no request; "" when they do."""
    try:
        kind.read(values, folder=folder)
    except RequestError as error:
        return error.message
    return ""


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def local_zone() -> str:
    """The machine's own time zone; TZ wins.

    Raises:
        ConfigurationError: It says that it has one that does not exist.
    """
    import tzlocal

    try:
        return tzlocal.get_localzone_name() or "UTC"
    except (LookupError, ValueError, OSError) as error:
        raise ConfigurationError(
            f"the machine's time zone cannot be read: {error}", hint='Give zone = "Europe/Berlin" or set TZ.'
        ) from error


def find_problems(schedule: Schedule) -> list[str]:
    """What would make its next firing fail as things are now, such as a file that is not there."""
    problems: list[str] = []
    topic = "A topic"
    if schedule.topics and not schedule.topics.queue:
        try:
            topics = read_topics(schedule.topics)
            topic = topics[0] if topics else topic
            if not topics:
                problems.append(f"{schedule.name}: the topic file {schedule.topics.file} has no topics")
        except RequestError as error:
            problems.append(f"{schedule.name}: {error.message}")
    kind = find_kind(schedule.kind)
    values = dict(schedule.options) | ({"topic": topic} if schedule.topics else {})
    try:
        kind.pack(kind.read(values, folder=schedule.folder))
    except AutomagicError as error:
        problems.append(f"{schedule.name}: {error.message.removesuffix('.')}. {error.hint}".rstrip())
    return problems
