"""The one door to the ffmpeg executable.

    graph (ffmpeg-python) ──compile──▶ argument list ──run_program──▶ result or MediaError

Graphs name files relative to the folder that ffmpeg works in, so that nothing a person wrote is ever inside a filter's
arguments, where `:`, `'`, `,` and `[` would need escaping.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from automagic.machine.processes import run_program

if TYPE_CHECKING:
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

    options = ["-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel", loglevel]
    arguments: list[str] = ffmpeg.compile(stream, cmd=[program, *options])
    return arguments


async def run_graph(stream: Any, *, program: str, cwd: Path, loglevel: LogLevel = "error") -> ProgramResult:
    """Run a graph to its end. Its outputs are files.

    Args:
        stream: As `build_arguments` takes it.
        program: The executable's path; see `ffmpeg_program`.
        cwd: The folder that the graph's file names are relative to.
        loglevel: "info" when a filter reports on standard error; the result's `stderr` holds its last lines.

    Raises:
        MediaError: ffmpeg failed; the message ends with its last line of standard error.
    """
    return await run_program(build_arguments(stream, program=program, loglevel=loglevel), cwd=cwd)
