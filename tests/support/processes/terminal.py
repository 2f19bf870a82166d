"""A person at a terminal, who answers the questions of a program."""

from __future__ import annotations

import os
import pty
import select
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.processes.python_programs import start

PATIENCE_S = 100.0


def answer_questions(
    *arguments: str, cwd: Path, environment: Mapping[str, str], answers: Sequence[tuple[str, str]]
) -> tuple[int, str]:
    """`automagic ARGUMENTS` at a terminal of 80 columns; how it ended, and all that was seen.

    Args:
        answers: In order: the end of a question, and what is typed once the space behind it is there: before that, the
            terminal does not hide yet what it shall hide.
    """
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "r+b", buffering=0) as terminal:
        more = {**environment, "TERM": "dumb", "COLUMNS": "80"}
        process = start(
            "-m", "automagic", *arguments, cwd=cwd, environment=more, stdin=terminal, stdout=terminal, stderr=terminal
        )
    left, shown, asked, patience = list(answers), b"", 0, time.monotonic() + PATIENCE_S
    while time.monotonic() < patience:
        if not select.select([ours], [], [], 0.2)[0]:
            continue
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other side is closed
            break
        if left and shown[asked:].decode(errors="replace").endswith(left[0][0] + " "):
            asked = len(shown)
            os.write(ours, left.pop(0)[1].encode() + b"\n")
    os.close(ours)
    return process.wait(10), shown.decode()
