"""A worker as a process of its own that also knows the product "trial": parts that take a while and are remembered.

python tests/support/programs/trial_worker.py HOME [--url URL] [--artifacts URL]
    [--name NAME] [--concurrency N] [--drain]

Each part that is really carried out appends a line to the file "log" of the job: "job part process".
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from automagic.errors import MediaError
from automagic.jobs.kinds import Makes, find_kind
from automagic.jobs.queue.queue import PreparedJob
from automagic.jobs.queue.reads import Priority
from automagic.jobs.worker import work
from automagic.runs.context import StepContext
from automagic.runs.run import Workspace, finish, open_run
from automagic.runs.steps import step
from automagic.settings import Settings
from automagic.studio import Studio, open_studio
from automagic.values.artifact import Artifact
from automagic.values.events import Listener, StepsPlanned
from automagic.values.secret import Secret


def trial(
    log: Path,
    *,
    parts: int = 1,
    part_s: float = 0.0,
    fail_at: int = -1,
    die_at: int = -1,
    priority: Priority = "normal",
    key: str = "",
    due_at: float | None = None,
) -> PreparedJob:
    """A job of that product.

    Args:
        fail_at: The part that fails as long as there is no file "mended" beside the log.
        die_at: The part that kills its worker, likewise.
    """
    data = {"log": str(log), "parts": parts, "part_s": part_s, "fail_at": fail_at, "die_at": die_at}
    return PreparedJob("trial", f"trial of {parts}", data, {}, priority, due_at, key)


@dataclass(frozen=True)
class Part:
    name: str
    file: Artifact


@step("trial_part", 1)
async def make_part(context: StepContext[Any], job: str, number: int, log: str, part_s: float) -> Part:
    """One part, remembered under the job and its number."""
    await asyncio.sleep(part_s)
    _write(Path(log), f"{job} {number} {os.getpid()}\n")
    path = context.folder / "part.txt"
    _write(path, f"{job} {number}\n")
    return Part(f"{job} {number}", await context.keep(path, "text/plain"))


def _write(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line)


class Trial:
    """See the module's docstring; what a worker needs of a kind of job."""

    async def make(
        self,
        data: Mapping[str, Any],
        studio: Studio,
        *,
        job_id: str,
        inputs: Path,  # noqa: ARG002 - it has none
        out: Path,
        listener: Listener,
    ) -> dict[str, Any]:
        services = studio.services
        if not data["parts"]:
            return {}
        async with open_run(
            "trial",
            Workspace(services, studio.settings.home, services.store, services.limits),
            listener=listener,
            run_id=job_id,
        ) as run:
            parts = []
            run.emit(StepsPlanned("trial_part", data["parts"]))
            for number in range(data["parts"]):
                mended = Path(data["log"]).with_name("mended").exists()
                if number == data["fail_at"] and not mended:
                    raise MediaError(f"part {number} is broken", hint="Mend it.")
                if number == data["die_at"] and not mended:
                    os.kill(os.getpid(), signal.SIGKILL)
                parts.append(await run.step(make_part, job_id, number, data["log"], data["part_s"]))
            finish(run, "succeeded", title=job_id)
        _deliver(out, [services.store.path_of(part.file) for part in parts])
        return {"folder": str(out), "hits": sum(record.state == "hit" for record in run.records)}


def _deliver(out: Path, parts: list[Path]) -> None:
    """All parts in one file, in a folder that is known as a result."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "parts.txt").write_text("".join(part.read_text() for part in parts))
    (out / "metadata.json").write_text('{"generator": "AutoMagic trial", "files": ["parts.txt", "metadata.json"]}')


def find(name: str) -> Makes:
    return Trial() if name == "trial" else find_kind(name)


async def main(arguments: argparse.Namespace) -> None:
    home = Path(arguments.home)
    url = Secret(arguments.url) if arguments.url else None
    settings = Settings(automagic_home=home, database_url=url, artifacts_url=arguments.artifacts)
    async with open_studio(settings) as studio:
        await work(
            studio,
            name=arguments.name,
            concurrency=arguments.concurrency,
            drain=arguments.drain,
            tell=lambda line: sys.stderr.write(line + "\n"),
            find=find,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("home")
    parser.add_argument("--url", default="")
    parser.add_argument("--artifacts", default="")
    parser.add_argument("--name", default="")
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--drain", action="store_true")
    asyncio.run(main(parser.parse_args()))
