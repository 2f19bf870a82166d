"""`automagic schedule export`: schedules as units for systemd or lines for cron."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from automagic.cli.options import JsonOption, print_json
from automagic.errors import RequestError
from automagic.reading.named_files import expand_home

if TYPE_CHECKING:
    from automagic.jobs.schedule.entry import Schedule
    from automagic.jobs.schedule.export import Surroundings


app = typer.Typer(
    help="Print timers for systemd or lines for cron, which then fire the schedules.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

NamesArgument = Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="By default all schedules.")]


@app.command("systemd")
def systemd_command(
    names: NamesArgument = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Write the files into this folder.")] = None,
    as_json: JsonOption = False,
) -> None:
    """A timer and a service for each schedule."""
    from automagic.jobs.schedule.export import all_units, format_units

    schedules, surroundings = _chosen(names)
    units = all_units(schedules, surroundings)
    if out:
        try:
            Path(out).mkdir(parents=True, exist_ok=True)
            for file, text in units.items():
                (Path(out) / file).write_text(text)
        except OSError as error:
            raise RequestError(f"{out} cannot be written: {error.strerror}", hint="Give another folder.") from error
    if as_json:
        print_json({"units": units})
    elif out:
        for file in units:
            print(Path(out) / file)  # noqa: T201 - the result
    else:
        sys.stdout.write(format_units(units))


@app.command("cron")
def cron_command(names: NamesArgument = None, as_json: JsonOption = False) -> None:
    """A line of a crontab for each schedule."""
    from automagic.jobs.schedule.export import cron_lines

    schedules, surroundings = _chosen(names)
    lines = [line for schedule in schedules for line in cron_lines(schedule, surroundings)]
    if as_json:
        print_json({"lines": lines})
    else:
        sys.stdout.write("\n".join(lines) + "\n")


def _chosen(names: list[str] | None) -> tuple[list[Schedule], Surroundings]:
    from automagic.cli.schedule.view import load, pick
    from automagic.jobs.schedule.entry import local_zone
    from automagic.jobs.schedule.export import Surroundings

    _, found = load()
    chosen = [pick(found, name) for name in names] if names else list(found.schedules)
    if not chosen:
        raise RequestError("there is no schedule to export", hint="automagic schedule add --help")
    program = shutil.which("automagic")
    words = (program,) if program else (sys.executable, "-m", "automagic")
    home = os.environ.get("AUTOMAGIC_HOME")
    environment = {"AUTOMAGIC_HOME": str(expand_home(home).absolute())} if home else {}
    return chosen, Surroundings(words, Path.cwd(), environment, local_zone(), time.time())
