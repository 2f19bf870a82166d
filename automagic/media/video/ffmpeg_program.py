"""Which ffmpeg runs: the packaged one, unless a person names another.

    FFMPEG_BINARY  →  IMAGEIO_FFMPEG_EXE  →  the one in the package imageio-ffmpeg  →  the machine's own
    (the setting)     (the package's own variable)

The packaged one is known by its name. Any other is tried out once, before work begins: a build can lack the encoder or
a filter. What it says of itself goes into the keys of the steps whose bytes it writes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from automagic.errors import ConfigurationError, MediaError

SETTING = "FFMPEG_BINARY"
PACKAGES_OWN = "IMAGEIO_FFMPEG_EXE"

TRIAL_TIMEOUT_S = 20.0
# Every filter and option that our graphs use, on a tenth of a second of silence.
TRIAL_FILTERS = (
    "highpass=f=70,volume=0dB:precision=float,acompressor=threshold=-20dB:ratio=2.5:attack=6:release=120:knee=4,"
    "deesser=i=0.4:m=0.2:f=0.5,aresample=96000,alimiter=limit=0.5:attack=4:release=60:level=false:latency=true,"
    "aresample=48000,apad=whole_len=4800,atrim=end_sample=4800,ebur128=peak=true:framelog=verbose"
)
_QUIET = ["-nostdin", "-hide_banner", "-loglevel", "error"]
_SILENCE = ["-f", "f32le", "-ar", "48000", "-ac", "1", "-t", "0.1", "-i", "/dev/zero"]
_AAC = ["-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k", "-f", "null", "-"]
_TRIAL = [*_QUIET, *_SILENCE, "-af", TRIAL_FILTERS, *_AAC]


@dataclass(frozen=True, slots=True)
class Program:
    """An executable.

    Attributes:
        path: Absolute.
        named_by: The setting or variable that names it; "" for the packaged one, "PATH" for the machine's own.
    """

    path: str
    named_by: str = ""

    @property
    def packaged(self) -> bool:
        """Whether it is the one that comes with us."""
        return not self.named_by


def locate_ffmpeg(own: str = "") -> Program:
    """The ffmpeg that will run; starts no process.

    Args:
        own: The person's own (the setting FFMPEG_BINARY): a path or a program's name; "" for none.

    Raises:
        ConfigurationError: There is none, or what was named is not a program.
    """
    for named_by, name in ((SETTING, own), (PACKAGES_OWN, os.environ.get(PACKAGES_OWN, ""))):
        if name:
            found = shutil.which(name)
            if found is None:
                raise ConfigurationError(
                    f"{named_by} names {name}, which is not a program that can be run",
                    hint=f"Give the full path of an ffmpeg executable, or leave {named_by} empty.",
                )
            return Program(os.path.abspath(found), named_by)  # noqa: PTH100 - a link stays: it may tell its name
    if packaged := _packaged():
        return Program(packaged)
    if found := shutil.which("ffmpeg", path=f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ.get('PATH', '')}"):
        return Program(os.path.abspath(found), "PATH")  # noqa: PTH100 - as above
    raise ConfigurationError(
        "no ffmpeg executable was found",
        hint=f"Install the package imageio-ffmpeg again, or name your own with {SETTING}.",
    )


@cache
def _packaged() -> str:
    """The path of the packaged one; "" where its package has none for this machine."""
    spec = importlib.util.find_spec("imageio_ffmpeg")
    for place in (spec and spec.submodule_search_locations) or ():
        for file in sorted(Path(place, "binaries").glob("ffmpeg-*")):
            if os.access(file, os.X_OK):
                return str(file.resolve())
    return ""


async def identify_ffmpeg(program: Program) -> str:
    """What tells it from others whose bytes may differ, for step keys; tries it out unless it is the packaged one.

    The packaged one has its version in its name ("ffmpeg-linux-x86_64-v7.0.2"). Another is told by its version, its
    configuration and the versions of its libraries.

    Raises:
        ConfigurationError: It does not work, or lacks something.
    """
    if program.packaged:
        return Path(program.path).name
    known = (program.path, os.stat(program.path).st_mtime_ns)  # noqa: PTH116 - as quick as a dictionary
    if known not in _identities:
        _identities[known] = await _try_out(program)
    return _identities[known]


_identities: dict[tuple[str, int], str] = {}
"""By path and time of change: one that is replaced while a worker runs is tried out again."""


async def _try_out(program: Program) -> str:
    from automagic.machine.processes import run_program

    folder = Path(tempfile.gettempdir())
    try:
        about = (await run_program([program.path, "-version"], cwd=folder, timeout_s=TRIAL_TIMEOUT_S)).stdout
        version = _version_in(about)
        await run_program([program.path, *_TRIAL], cwd=folder, timeout_s=TRIAL_TIMEOUT_S)
    except MediaError as error:
        raise ConfigurationError(
            f"{program.named_by} names {program.path}, which cannot be used: {_reason(error)}",
            hint=f"ffmpeg 5.1 or later with the encoder aac is needed. Without {SETTING} and {PACKAGES_OWN} the "
            "packaged one is used.",
        ) from error
    return f"ffmpeg {version} {hashlib.sha256(about).hexdigest()[:12]}"


def _reason(error: MediaError) -> str:
    """What ffmpeg complained of first, without the part that complained: the last line only says that it gave up."""
    first = error.hint.strip().partition("\n")[0]
    return re.sub(r"^(?:\[[^]]*\] )+", "", first) or error.message


def _version_in(about: bytes) -> str:
    """ "5.1.6-0+deb12u1" of what `ffmpeg -version` prints."""
    words = about.decode("utf-8", "replace").split(maxsplit=3)
    if words[:2] != ["ffmpeg", "version"]:
        raise MediaError("it does not say that it is ffmpeg")
    return words[2] if len(words) > 2 else ""
