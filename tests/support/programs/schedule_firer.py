"""A scheduler as a process of its own, whose clock can be set.

python tests/support/programs/schedule_firer.py HOME FOLDER [--url URL] [--ahead S]

It fires the schedules of FOLDER/schedules.toml. It says "ready" and waits for a line on standard input before it
begins. Each line it tells goes to standard output, at once.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

import time_machine

from automagic.database.address import database_url
from automagic.database.engine import open_database
from automagic.jobs.queue.location import QueueLocation
from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.schedule.entry import Schedule
from automagic.jobs.schedule.file import find_schedules
from automagic.jobs.schedule.firing import Firer
from automagic.jobs.schedule.ledger import Ledger
from automagic.jobs.schedule.scheduler import Scheduler
from automagic.settings import Settings
from automagic.values.secret import Secret


class Told(Firer):
    """Also tells when it has looked."""

    def look(self, schedule: Schedule, *, begin: bool = False) -> float:
        coming = super().look(schedule, begin=begin)
        self.tell("looked")
        return coming


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main(arguments: argparse.Namespace) -> None:
    home = Path(arguments.home)
    settings = Settings(automagic_home=home, database_url=Secret(arguments.url) if arguments.url else None)
    engine = open_database(database_url(settings))
    queue = JobQueue(QueueLocation.of(settings))
    found = find_schedules(settings, Path(arguments.folder))
    firer = Told(Ledger(engine), queue, tell)
    tell("ready")
    sys.stdin.readline()
    task = asyncio.create_task(Scheduler(found.schedules, firer).run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await asyncio.wait([task])
    engine.dispose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home")
    parser.add_argument("folder")
    parser.add_argument("--url", default="")
    parser.add_argument("--ahead", type=float, default=0.0)
    options = parser.parse_args()
    with time_machine.travel(time.time() + options.ahead, tick=True):
        asyncio.run(main(options))
