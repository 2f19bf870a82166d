"""When and how much may be fetched: hours of the day, room on the disk; each is asked again while bytes come in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from automagic.settings import Settings


class NotNow(Exception):
    """What is wanted is not fetched now, and why: a clause without a stop."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From when to when in a day; over midnight where it ends before it begins."""

    begin: time
    end: time

    @classmethod
    def read(cls, text: str) -> Hours:
        """Such as "01:00-06:00"."""
        begin, _, end = text.partition("-")
        return cls(*(time.fromisoformat(one.zfill(len("01:00"))) for one in (begin, end)))

    def hold(self, at: time) -> bool:
        """Whether a time of day is among them."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass
class Bounds:
    """What a person allows.

    Attributes:
        hours: None for always.
        zone: Of the station, by whose time they are.
        folder: Where media lie; its disk keeps `floor_bytes` free.
        budget_bytes: What all media may take; None for no limit.
        used_bytes: What they take.
        now: The time; its own clock by default.
    """

    folder: Path
    hours: Hours | None = None
    zone: tzinfo = UTC
    floor_bytes: int = 0
    budget_bytes: int | None = None
    used_bytes: int = 0
    now: Callable[[tzinfo], datetime] = datetime.now

    @classmethod
    def of(cls, settings: Settings, folder: Path, zone: str, used_bytes: int) -> Bounds:
        """As the settings say."""
        return cls(
            folder,
            Hours.read(settings.archive_hours) if settings.archive_hours else None,
            _zone_of(zone),
            round(settings.archive_free_gb * 1e9),
            round(settings.archive_disk_gb * 1e9) or None,
            used_bytes,
        )

    def check(self, missing_bytes: int) -> None:
        """Ask whether so many more bytes may come; 0 where nobody knows how many.

        Raises:
            NotNow: They may not.
        """
        if self.hours is not None and not self.hours.hold(self.now(self.zone).time()):
            raise NotNow(f"it is not between {self.hours.begin:%H:%M} and {self.hours.end:%H:%M} there")
        if self.budget_bytes is not None and self.used_bytes + missing_bytes > self.budget_bytes:
            raise NotNow("the archive has no room left (ARCHIVE_DISK_GB)")
        if shutil.disk_usage(self.folder).free - missing_bytes < self.floor_bytes:
            raise NotNow("too little of the disk would be left free (ARCHIVE_FREE_GB)")


def _zone_of(name: str) -> tzinfo:
    """The station's zone, or this machine's where it says none that is known."""
    try:
        if name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        pass
    return datetime.now().astimezone().tzinfo or UTC
