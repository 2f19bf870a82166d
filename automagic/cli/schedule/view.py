"""What the commands for schedules share: the file read, and those that a person names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.errors import RequestError

if TYPE_CHECKING:
    from automagic.jobs.schedule.entry import Schedule
    from automagic.jobs.schedule.file import FoundSchedules
    from automagic.settings import Settings


def load() -> tuple[Settings, FoundSchedules]:
    """The settings and the schedules."""
    from automagic.jobs.schedule.file import find_schedules
    from automagic.settings import load_settings

    settings = load_settings()
    return settings, find_schedules(settings)


def pick(found: FoundSchedules, name: str) -> Schedule:
    """The schedule of this name.

    Raises:
        RequestError: There is none.
    """
    import difflib

    for schedule in found.schedules:
        if schedule.name == name:
            return schedule
    names = [schedule.name for schedule in found.schedules]
    near = difflib.get_close_matches(name, names, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    known = f"There are: {', '.join(names)}." if names else "There are no schedules: automagic schedule add --help"
    raise RequestError(f"there is no schedule called {name!r}", hint=meant + known)
