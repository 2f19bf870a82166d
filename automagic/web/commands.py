"""What the command line knows, by the command line: a short program of its own, one at a time.

    handler ─▶ Commands.run("spend", "--json") ─▶ automagic spend --json ─▶ its document, or its error as a problem

So that the server stays small and quick, plans where no run can hurt it, and says what a person reads at a terminal.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import Any

from automagic.machine.processes import end_process
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.settings import Settings
from automagic.web.problems import Problem

MAX_WAITING = 8
MAX_S = 120.0
MAX_BYTES = 16 << 20
_STATUS = {2: 422, 3: 503, 4: 502, 6: 402}


class Commands:
    """Runs them. `end` ends what still runs."""

    def __init__(self, settings: Settings) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._kept: dict[tuple[str, ...], tuple[float, bytes]] = {}
        own = {"AUTOMAGIC_HOME": str(settings.home)}
        if settings.database_url:
            own["DATABASE_URL"] = settings.database_url.reveal()
        self._environment = own

    async def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What a command prints.

        Raises:
            Problem: It failed, took too long, or too many wait for their turn.
        """
        if self._waiting >= MAX_WAITING:
            raise Problem(503, "too many such requests wait", hint="Try again soon.", headers={"retry-after": "5"})
        self._waiting += 1
        try:
            async with self._turn:
                return await self._run(arguments, stdin)
        finally:
            self._waiting -= 1

    async def kept(self, *arguments: str, for_s: float) -> bytes:
        """As `run`, or what it printed less than so many seconds ago."""
        before = self._kept.get(arguments)
        if before is None or time.monotonic() - before[0] > for_s:
            printed = await self.run(*arguments)
            before = self._kept[arguments] = time.monotonic(), printed
        return before[1]

    async def _run(self, arguments: tuple[str, ...], stdin: bytes) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "automagic", *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, **self._environment}, limit=MAX_BYTES,
        )  # fmt: skip
        try:
            async with asyncio.timeout(MAX_S):
                printed, _ = await process.communicate(stdin)
        except TimeoutError as error:
            raise Problem(503, f"it took longer than {MAX_S:.0f} s", hint="Ask for less.") from error
        finally:
            await end_process(process)
        if process.returncode:
            raise _explain(printed, process.returncode)
        return printed


def _explain(printed: bytes, code: int) -> Problem:
    try:
        told = parse_json(printed, name="the command's answer")
        message, hint = str(told["error"]["message"]), str(told["error"].get("hint", ""))
    except (MalformedText, KeyError, TypeError):
        return Problem(500, "the command failed; its log says why")
    problem = Problem(_STATUS.get(code, 500), message, hint=hint)
    problem.exit_code = code
    return problem


def document(printed: bytes) -> Any:
    """What was printed with --json."""
    return parse_json(printed, name="the command's answer")
