"""A run's events as lines of the log. What the terminal shows and what the log holds come from the same stream.

A run that only remembers writes nothing above DEBUG: its first line comes with its first step that is carried out.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from logging import DEBUG, ERROR, INFO, WARNING

from automagic.errors import AutomagicError
from automagic.machine.logs import about, write_line
from automagic.values.events import (
    CallFinished,
    CallResubmitted,
    CallRetried,
    CallWaiting,
    Event,
    Listener,
    MoneySpent,
    Notice,
    RunFinished,
    StepFailed,
    StepFinished,
    StepStarted,
)

_ENDINGS = {"failed": ERROR, "refused": WARNING, "rejected": WARNING}


@contextlib.contextmanager
def log_run(run_id: str, product: str, listener: Listener, planning: bool) -> Iterator[Listener]:
    """Write a run's events for as long as the block lasts, before `listener` has them; of a plan, none.

    A fault of our own leaves its traceback; what is explained needs none.
    """
    if planning:
        yield listener
        return
    log = _RunLog(product, listener)
    with about(run=run_id):
        try:
            yield log.take
        except (AutomagicError, asyncio.CancelledError, KeyboardInterrupt):
            raise
        except Exception as error:
            write_line("run", ERROR, "fault of AutoMagic itself", {"product": product}, fault=error)
            raise


class _RunLog:
    def __init__(self, product: str, listener: Listener) -> None:
        self._product = product
        self._listener = listener
        self._started = time.monotonic()
        self._began = self._ended = False
        self._made = self._kept = 0

    def take(self, event: Event) -> None:
        match event:
            case StepStarted(name, subject):
                self._begin()
                write_line("run", DEBUG, "step began", {"step": name, "subject": subject})
            case StepFinished(name, subject, hit, duration_s):
                self._kept += hit
                self._made += not hit
                facts = {"step": name, "subject": subject, "duration_s": round(duration_s, 3)}
                write_line("run", DEBUG if hit else INFO, "step kept" if hit else "step made", facts)
            case StepFailed(name, subject, error, duration_s):
                facts = {"step": name, "subject": subject, "duration_s": round(duration_s, 3), "error": error}
                write_line("run", WARNING, "step failed", facts)
            case Notice(text):
                write_line("run", INFO, "notice", {"text": text})
            case RunFinished(state, error):
                self._end(state, error)
            case CallFinished() | CallWaiting() | CallRetried() | CallResubmitted() | MoneySpent():
                level, what, facts = _describe_call(event)
                write_line("vendor", level, what, {"vendor": event.vendor, "operation": event.operation, **facts})
            case _:
                pass
        self._listener(event)

    def _begin(self, level: int = INFO) -> None:
        if not self._began:
            self._began = True
            write_line("run", level, "run began", {"product": self._product})

    def _end(self, state: str, error: str | None) -> None:
        if self._ended:  # the first outcome stands
            return
        self._ended = True
        level = _ENDINGS.get(state, INFO if self._began else DEBUG)
        self._begin(level)
        facts = {
            "product": self._product,
            "duration_s": round(time.monotonic() - self._started, 3),
            "made": self._made,
            "kept": self._kept,
            "error": error,
        }
        write_line("run", level, f"run {state}", facts)


def _describe_call(
    event: CallFinished | CallWaiting | CallRetried | CallResubmitted | MoneySpent,
) -> tuple[int, str, dict[str, object]]:
    """Level, what happened, and what is known of it."""
    match event:
        case CallFinished(_, _, outcome, duration_s, error):
            level = INFO if outcome == "answered" else WARNING
            return level, f"vendor call {outcome}", {"duration_s": round(duration_s, 3), "error": error}
        case CallWaiting(_, _, reason, for_s):
            return DEBUG, "vendor call waits", {"reason": reason, "for_s": for_s}
        case CallRetried(_, _, number, after_s, error):
            return WARNING, "vendor call retried", {"attempt": number, "after_s": round(after_s, 3), "error": error}
        case CallResubmitted(_, _, error):
            return WARNING, "vendor call sent once more", {"error": error}
        case MoneySpent(_, _, model, cost_usd, run_usd):
            return INFO, "vendor call paid", {"model": model, "cost_usd": cost_usd, "run_usd": run_usd}
