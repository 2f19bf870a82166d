"""The one door to the ffmpeg executable.

    graph (ffmpeg-python) ──compile──▶ argument list ──run_program──▶ progress, result or MediaError

Graphs name files relative to the folder that ffmpeg works in, so that nothing a person wrote is ever inside a filter's
arguments, where `:`, `'`, `,` and `[` would need escaping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from automagic.machine.processes import run_program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from automagic.machine.processes import ProgramResult

LogLevel = Literal["error", "info"]


def build_arguments(stream: Any, *, program: str, loglevel: LogLevel = "error") -> list[str]:
    """The argument list of a graph that `ffmpeg-python` describes; pure.

    Args:
        stream: An output node, or several merged with `ffmpeg.merge_outputs`.
        program: The executable's path.
        loglevel: "info" when a filter reports on standard error.
    """
    import ffmpeg

    options = ["-nostdin", "-hide_banner", "-nostats", "-y", "-progress", "pipe:1", "-loglevel", loglevel]
    arguments: list[str] = ffmpeg.compile(stream, cmd=[program, *options])
    return arguments


async def run_graph(
    stream: Any,
    *,
    program: str,
    cwd: Path,
    on_progress: Callable[[float], None] | None = None,
    timeout_s: float | None = None,
    loglevel: LogLevel = "error",
) -> ProgramResult:
    """Run a graph to its end. Its outputs are files; standard output carries the progress.

    Args:
        stream: As `build_arguments` takes it.
        program: The executable's path; see `ffmpeg_program`.
        cwd: The folder that the graph's file names are relative to.
        on_progress: Is given the seconds of output written so far, about twice a second.
        timeout_s: Upper bound in seconds; none by default.
        loglevel: "info" when a filter reports on standard error; the result's `stderr` holds its last lines.

    Raises:
        MediaError: ffmpeg failed; the message ends with its last line of standard error.
    """

    def read_line(line: str) -> None:
        seconds = parse_progress(line)
        if seconds is not None and on_progress is not None:
            on_progress(seconds)

    argv = build_arguments(stream, program=program, loglevel=loglevel)
    return await run_program(argv, cwd=cwd, on_line=read_line, timeout_s=timeout_s)


def parse_progress(line: str) -> float | None:
    """Seconds of output in one line of `-progress`; None for every other line."""
    name, _, value = line.partition("=")
    if name != "out_time_us" or not value.lstrip("-").isdigit():  # "N/A" before the first packet
        return None
    return max(0.0, int(value) / 1_000_000)
