"""schedules.toml: find it, read it, add to it and remove from it. DAILY_RUN_TIME of `.env` is a schedule as well.

Each table of the file is a schedule; see entry.py. Adding and removing keep every other line as it is.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, RequestError
from automagic.jobs.schedule.entry import Schedule, local_zone, read_schedule
from automagic.jobs.schedule.times import Timing, parse_time_of_day
from automagic.jobs.schedule.topics import OWN_IDEAS, OWN_TEXTS, Topics
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.named_files import read_named
from automagic.reading.toml import parse_toml

if TYPE_CHECKING:
    from automagic.settings import Settings

FILE_NAME = "schedules.toml"
TOPICS_NAME = "topics.txt"
DAILY = "daily"
"""The name of the schedule that DAILY_RUN_TIME makes."""

MAX_BYTES = 1_000_000
_HINT = "Each schedule begins with its name: [news]. See `automagic schedule add --help`."


@dataclass(frozen=True, slots=True)
class FoundSchedules:
    """The schedules there are, and where they stand, for people."""

    schedules: tuple[Schedule, ...]
    places: tuple[str, ...]


def find_file(settings: Settings, folder: Path | None = None) -> Path:
    """Where schedules.toml is: in the working folder, else in AUTOMAGIC_HOME; it need not exist."""
    here = (folder or Path.cwd()) / FILE_NAME
    there = settings.home / FILE_NAME
    return there if there.is_file() and not here.is_file() else here


def find_schedules(settings: Settings, folder: Path | None = None) -> FoundSchedules:
    """All schedules of schedules.toml and of `.env`.

    Args:
        folder: Where to look first; the working folder when None.

    Raises:
        ConfigurationError: Naming everything that is wrong.
    """
    path = find_file(settings, folder)
    schedules: list[Schedule] = []
    places: list[str] = []
    faults: list[str] = []
    if path.is_file():
        places.append(str(path))
        schedules, faults = read_schedules(read_document(path), path.absolute().parent)
    if settings.daily_run_time:
        places.append("DAILY_RUN_TIME")
        if any(schedule.name == DAILY for schedule in schedules):
            faults.append(f"{DAILY}: DAILY_RUN_TIME makes one of this name, too; give this one another name")
        schedules.append(_daily(settings, folder or Path.cwd()))
    if faults:
        raise faulty(path, faults)
    return FoundSchedules(tuple(schedules), tuple(places))


def faulty(path: Path, faults: list[str]) -> ConfigurationError:
    """The error that says all that is wrong in a file."""
    subject = "a fault" if len(faults) == 1 else f"{len(faults)} faults"
    lines = "\n  ".join(faults)
    return ConfigurationError(f"{path} has {subject}:\n  {lines}", hint="`automagic schedule add --help` shows more.")


def _daily(settings: Settings, folder: Path) -> Schedule:
    from automagic.stages.shipped_texts import LANGUAGE, knows_topics, shipped_texts

    own = own_topics(settings, folder)
    options: dict[str, Any] = {}
    if own or knows_topics(settings):
        topics = Topics(file=(own or OWN_IDEAS).absolute())
    else:
        topics = Topics(listed=tuple(shipped_texts()), repeat=True, called=OWN_TEXTS)
        options["language"] = LANGUAGE
    timing = Timing((parse_time_of_day(settings.daily_run_time),), local_zone())
    when = f"at {settings.daily_run_time}"
    return Schedule(DAILY, timing, when, folder.absolute(), options=options, topics=topics)


def own_topics(settings: Settings, folder: Path) -> Path | None:
    """A person's own topics.txt: in the folder, else in AUTOMAGIC_HOME; None when there is none."""
    own = (folder / TOPICS_NAME, settings.home / TOPICS_NAME)
    return next((path for path in own if path.is_file()), None)


def read_document(path: Path) -> dict[str, Any]:
    """The content of a TOML file.

    Raises:
        ConfigurationError: It cannot be read, or is none; with the line.
    """
    data = read_named(
        path, MAX_BYTES, what="a file of schedules", called=str(path), hint=_HINT, error=ConfigurationError
    )
    try:
        return parse_toml(data, name=str(path))
    except MalformedText as error:
        twice = re.match(r"cannot declare \('(.+?)',\) twice", error.reason)
        said = f", line {error.line}: there is a second schedule called {twice[1]}" if twice else ""
        raise ConfigurationError(f"{path}{said}" if twice else error.message, hint=_HINT) from error


def read_schedules(document: Mapping[str, Any], folder: Path) -> tuple[list[Schedule], list[str]]:
    """The schedules in a file's content, and everything that is wrong with them."""
    schedules: list[Schedule] = []
    faults: list[str] = []
    for name, table in document.items():
        if not isinstance(table, dict):
            faults.append(f"{name}: stands outside of a schedule; put it below a line like [news]")
            continue
        schedule, wrong = read_schedule(name, table, folder)
        faults.extend(wrong)
        if schedule is not None:
            schedules.append(schedule)
    return schedules, faults


def add_schedule(path: Path, name: str, table: Mapping[str, Any]) -> Schedule:
    """Write a schedule at the end of the file; all that stands there already stays as it is.

    Raises:
        RequestError: There is one of this name, or something in it is wrong.
        ConfigurationError: The file is no TOML, or cannot be written.
    """
    import tomlkit

    text = _read_text(path)
    if name in parse_toml(text, name=str(path)):
        raise RequestError(
            f"there is a schedule called {name} in {path}", hint="Remove it first, or take another name."
        )
    schedule, faults = read_schedule(name, table, path.absolute().parent)
    if schedule is None:
        raise RequestError("\n  ".join(["nothing was added:", *faults]), hint="See automagic schedule add --help.")
    document = tomlkit.document()
    document.add(name, tomlkit.item(dict(table)))
    separator = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    _write(path, text + separator + tomlkit.dumps(document))
    return schedule


def remove_schedule(path: Path, name: str) -> None:
    """Take a schedule out of the file; all else stays as it is, comments above the next one too.

    Raises:
        RequestError: There is none of this name.
        ConfigurationError: The file is no TOML, cannot be written, or the schedule cannot be told from what is around.
    """
    text = _read_text(path)
    before = parse_toml(text, name=str(path))
    if name not in before:
        known = f"There are: {', '.join(before)}." if before else ""
        raise RequestError(f"there is no schedule called {name} in {path}", hint=known)
    kept = "".join(_without(text.splitlines(keepends=True), name))
    expected = {key: value for key, value in before.items() if key != name}
    if not _is_toml(kept) or parse_toml(kept, name=str(path)) != expected:
        raise ConfigurationError(
            f"{name} cannot be separated from what is around it in {path}", hint="Remove its lines by hand."
        )
    _write(path, kept)


def _without(lines: list[str], name: str) -> list[str]:
    """The lines without the tables of this name; comments right above a table go with it, but for the file's first."""
    headers: list[tuple[int, str]] = []
    for number, line in enumerate(lines):
        found = re.match(r"""\s*\[\[?\s*["']?([^\]"'.\s]+)""", line)
        if found and _is_toml("".join(lines[:number])):  # else it is a line of a longer text
            start = number
            while start > 0 and lines[start - 1].lstrip().startswith("#"):
                start -= 1
            headers.append((number if found[1] == name and start == 0 else start, found[1]))
    ends = [start for start, _ in headers[1:]] + [len(lines)]
    gone = {
        number for (start, one), end in zip(headers, ends, strict=True) if one == name for number in range(start, end)
    }
    return [line for number, line in enumerate(lines) if number not in gone]


def _is_toml(text: str) -> bool:
    try:
        parse_toml(text, name=FILE_NAME)
    except MalformedText:
        return False
    return True


def _read_text(path: Path) -> str:
    """The file's text, which is TOML; "" when there is none."""
    if not path.exists():
        return ""
    read_document(path)
    return decode_utf8(read_named(path, MAX_BYTES, called=str(path), error=ConfigurationError), str(path))


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            partial.chmod(path.stat().st_mode & 0o777)
        partial.replace(path.resolve())
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror}", hint="Make its folder writable."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
