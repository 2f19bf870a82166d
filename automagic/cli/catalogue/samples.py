"""What the commands share that let a person hear or see one of several things."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from automagic.errors import RequestError

PLAYERS = (("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"), ("afplay",), ("paplay",), ("aplay", "-q"))
"""Programs that play a sound file; the first that is there is taken."""

NameArgument = Annotated[str, typer.Argument(metavar="[NAME]", help="One of them.", show_default=False)]
OutOption = Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where the sample goes.")]


def refuse_sample(flag: str, *given: str) -> None:
    """Refuse what only makes sense with a name.

    Raises:
        RequestError: Something was given.
    """
    if any(given):
        raise RequestError(f"{flag} is for one of them", hint="Give its name too.")


def find_player() -> tuple[str, ...]:
    """The command that plays a sound file for somebody who sits at a terminal; empty where there is none."""
    found = next(((path, *rest) for name, *rest in PLAYERS if (path := shutil.which(name))), ())
    return found if sys.stdout.isatty() else ()


def play(sound: Path) -> bool:
    """Play it where somebody sits at a terminal that can; whether that was so."""
    player = find_player()
    if player:
        subprocess.run([*player, str(sound)], check=False, stderr=subprocess.DEVNULL)
    return bool(player)
