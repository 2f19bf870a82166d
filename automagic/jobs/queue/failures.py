"""What is kept of a failed job: name, message, hint and exit code of its error, as JSON."""

from __future__ import annotations

import traceback
from typing import Any

from automagic.errors import AutomagicError
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json

ERROR_KEY = "$error"
"""The one key of the object that stands for an exception."""

GIVEN_UP = "WorkerDied"
"""The name of the error of a job that was given up since its workers died."""


class JobError(AutomagicError):
    """A failure as a job keeps it; `exit_code` is that of the error it was."""

    def __init__(self, message: str, *, hint: str = "", name: str = "", exit_code: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.name = name
        self.exit_code = exit_code


class PartialResult(AutomagicError):
    """A product was made, but a part of what was asked for is missing: the rest is kept, and can be fetched.

    Args:
        result: What was made, as a job keeps it.
        exit_code: Of what went wrong.
    """

    def __init__(self, message: str, *, hint: str = "", result: dict[str, Any], exit_code: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.result = result
        self.exit_code = exit_code


class RejectedResult(PartialResult):
    """A product was made, but its result did not pass its measurements."""

    def __init__(self, message: str, *, hint: str = "", result: dict[str, Any]) -> None:
        super().__init__(message, hint=hint, result=result, exit_code=7)


def describe_error(error: BaseException) -> dict[str, Any]:
    """What is kept of a failure. Where it came from is kept only for faults of our own."""
    if not isinstance(error, AutomagicError):
        came_from = "".join(traceback.format_exception(error))[-4000:]
        message = str(error) or repr(error)
        return {
            "name": type(error).__name__,
            "message": message,
            "hint": "",
            "exit_code": 1,
            "result": None,
            "traceback": came_from,
        }
    name = error.name if isinstance(error, JobError) else type(error).__name__
    result = error.result if isinstance(error, PartialResult) else None
    return {
        "name": name,
        "message": error.message,
        "hint": error.hint,
        "exit_code": error.exit_code,
        "result": result,
        "traceback": "",
    }


def read_error(text: str) -> dict[str, Any]:
    """What is kept of a failure, from a row's own text; of other texts, that it cannot be read."""
    try:
        data = parse_json(text, name="a job's failure")
    except MalformedText:
        data = None
    kept = data.get(ERROR_KEY) if isinstance(data, dict) else None
    if isinstance(kept, dict) and isinstance(kept.get("message"), str):
        return {"name": "", "hint": "", "exit_code": 1, "result": None, "traceback": ""} | kept
    return describe_error(JobError("what the job kept of its failure cannot be read", name="Unreadable"))
