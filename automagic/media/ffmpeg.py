"""The one door to the ffmpeg executable.

    graph (ffmpeg-python) ──compile──▶ argument list ──run_program──▶ progress, result or MediaError

Graphs name files relative to the folder that ffmpeg works in, so that nothing a person wrote is ever inside a filter's
arguments, where `:`, `'`, `,` and `[` would need escaping.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from automagic.errors import ConfigurationError
from automagic.processes import run_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from automagic.processes import ProgramResult

LogLevel = Literal["error", "info"]


def find_ffmpeg(binary: str | None = None) -> str:
    """The absolute path of the executable.

    Args:
        binary: The person's own (the setting FFMPEG_BINARY): a path or a program name; the packaged one by default.

    Raises:
        ConfigurationError: There is none, or `binary` is not an executable file.
    """
    if binary:
        found = shutil.which(binary)
        if found is None:
            raise ConfigurationError(
                f"FFMPEG_BINARY names {binary}, which is not a program that can be run",
                hint="give the full path of an ffmpeg executable, or leave FFMPEG_BINARY empty",
            )
        return str(Path(found).resolve())
    return _packaged_ffmpeg()


@functools.cache
def _packaged_ffmpeg() -> str:
    import imageio_ffmpeg

    try:
        name: str = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise ConfigurationError(
            "no ffmpeg executable was found",
            hint="install the package imageio-ffmpeg again, or set FFMPEG_BINARY to your own ffmpeg",
        ) from error
    return str(Path(shutil.which(name) or name).resolve())


@functools.cache
def ffmpeg_version(binary: str | None = None) -> str:
    """Which ffmpeg will run, for step keys; starts no process.

    The packaged executable carries its version in its name ("ffmpeg-linux-x86_64-v9.0.2"). Another one is told
    apart by its name and size, since only running it would give its version.
    """
    binary = binary or os.environ.get("IMAGEIO_FFMPEG_EXE")
    spec = importlib.util.find_spec("imageio_ffmpeg")
    if not binary and spec is not None and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "binaries"
        for file in sorted(folder.glob("ffmpeg-*")):
            return file.name
    path = Path(find_ffmpeg(binary))
    return f"{path.name} {path.stat().st_size}"


def build_arguments(stream: Any, *, binary: str, loglevel: LogLevel = "error") -> list[str]:
    """The argument list of a graph that `ffmpeg-python` describes; pure.

    Args:
        stream: An output node, or several merged with `ffmpeg.merge_outputs`.
        binary: The executable's path.
        loglevel: "info" when a filter reports on standard error.
    """
    import ffmpeg

    options = ["-nostdin", "-hide_banner", "-nostats", "-y", "-progress", "pipe:1", "-loglevel", loglevel]
    arguments: list[str] = ffmpeg.compile(stream, cmd=[binary, *options])
    return arguments


async def run_graph(
    stream: Any,
    *,
    cwd: Path,
    on_progress: Callable[[float], None] | None = None,
    timeout_s: float | None = None,
    binary: str | None = None,
    loglevel: LogLevel = "error",
) -> ProgramResult:
    """Run a graph to its end. Its outputs are files; standard output carries the progress.

    Args:
        stream: As `build_arguments` takes it.
        cwd: The folder that the graph's file names are relative to.
        on_progress: Is given the seconds of output written so far, about twice a second.
        timeout_s: Upper bound in seconds; none by default.
        binary: As `find_ffmpeg` takes it.
        loglevel: "info" when a filter reports on standard error; the result's `stderr` holds its last lines.

    Raises:
        MediaError: ffmpeg failed; the message ends with its last line of standard error.
        ConfigurationError: There is no ffmpeg.
    """

    def read_line(line: str) -> None:
        seconds = parse_progress(line)
        if seconds is not None and on_progress is not None:
            on_progress(seconds)

    argv = build_arguments(stream, binary=find_ffmpeg(binary), loglevel=loglevel)
    return await run_program(argv, cwd=cwd, on_line=read_line, timeout_s=timeout_s)


def parse_progress(line: str) -> float | None:
    """Seconds of output in one line of `-progress`; None for every other line."""
    name, _, value = line.partition("=")
    if name != "out_time_us" or not value.lstrip("-").isdigit():  # "N/A" before the first packet
        return None
    return max(0.0, int(value) / 1_000_000)
