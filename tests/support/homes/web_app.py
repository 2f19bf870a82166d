"""A home with a queue that is ready, and the HTTP application over it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.types import ASGIApp

from automagic.jobs.queue.engine import prepare
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.settings import Settings
from automagic.web.app import make_app


@dataclass(frozen=True)
class WebHome:
    """A home, its queue and the application over it."""

    settings: Settings
    place: QueueLocation
    queue: JobQueue
    app: ASGIApp

    def kept(self) -> set[str]:
        """The files of this home, without what a database writes beside itself, and its jobs."""
        files = (path for path in self.settings.home.rglob("*") if path.is_file())
        names = {str(path.relative_to(self.settings.home)) for path in files if path.suffix not in (".lock", ".log")}
        jobs = {f"job {job.id}" for job in self.queue.find_all(limit=None)}
        return jobs | {name for name in names if not name.startswith("jobs.")}


def open_web(home: Path) -> WebHome:
    """A home whose queue is ready, since setting it up takes longer than many a test."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(automagic_home=home)
    place = QueueLocation.of(settings)
    prepare(place)
    return WebHome(settings, place, JobQueue(place, settings), make_app(settings))
