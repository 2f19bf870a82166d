"""What is written down while AutoMagic works: a line for each thing that happens.

    events of runs ──┐                                                    ┌─▶ home/logs/automagic.log, by all processes
    a worker's words ┼─▶ logging ─▶ structlog: ids, time, no secrets, text ┤
    libraries ───────┘              or JSON                               └─▶ stderr of a worker or a scheduler

Everything goes through the standard library's loggers, so that a program that uses AutoMagic as a library decides for
itself what becomes of it. structlog is imported when the first line is written: commands that write none stay fast.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from automagic.machine.lock_files import open_lock
from automagic.machine.masking import Mask

if TYPE_CHECKING:
    from pathlib import Path

    from structlog.typing import EventDict

    from automagic.settings import Settings

OURS = "automagic"
FILE_NAME = "automagic.log"
MAX_FILE_BYTES = 5_000_000
KEPT_FILES = 5
"""The one that is written and those before it: with these numbers 25 MB at most, however many processes write."""

_SELF_MADE_HANDLERS = ("dbos",)
"""Loggers that would put a handler of their own on stderr, unless they have one."""

_ids: ContextVar[Mapping[str, str]] = ContextVar("log_ids", default=MappingProxyType({}))

logging.getLogger(OURS).addHandler(logging.NullHandler())  # without a listener nothing is printed on stderr


def bind(**ids: str) -> None:
    """Put these on every line that this task, and what it starts from now on, writes: run, job, step …"""
    _ids.set({**_ids.get(), **ids})


@contextlib.contextmanager
def about(**ids: str) -> Iterator[None]:
    """As `bind`, for a block."""
    before = _ids.get()
    bind(**ids)
    try:
        yield
    finally:
        _ids.set(before)  # not by a token: an abandoned generator is closed in another context


def write_line(
    part: str,
    level: int,
    event: str,
    facts: Mapping[str, object] | None = None,
    *,
    fault: BaseException | None = None,
) -> None:
    """Write a line.

    Args:
        part: Who writes it, "run" for instance: the logger is "automagic.run".
        level: Of `logging`.
        event: What happened, in a few words that are always the same; what differs is in `facts`.
        fault: Shown with its traceback.
    """
    # A name from a disk may hold what no handler can encode.
    shown = event.encode("utf-8", "backslashreplace").decode("utf-8")
    logging.getLogger(f"{OURS}.{part}").log(level, "%s", shown, exc_info=fault, extra={"facts": facts or {}})


@contextlib.contextmanager
def open_logs(
    settings: Settings, role: str, *, screen: bool = False, file: bool = True, detailed: bool = False
) -> Iterator[None]:
    """Write lines for as long as the block lasts.

    Libraries have a say from WARNING on, or all of it at LOG_LEVEL=DEBUG.

    Args:
        role: What this process does: "now", "worker", "scheduler" …
        screen: Also on stderr, for people: short, and without the steps of runs, which `stage` lines sum up; as JSON or
            at LOG_LEVEL=DEBUG everything. Otherwise stderr shows only libraries' warnings.
        file: Also in the file.
        detailed: All of our own lines, whole, whatever LOG_LEVEL says.
    """
    level = logging.getLevelNamesMapping()[settings.log_level]
    mask = Mask(settings)
    handlers: list[logging.Handler] = []
    if screen:
        shown: logging.Handler = logging.StreamHandler(sys.stderr)
        if settings.log_format == "json" or level == logging.DEBUG or detailed:
            shown.setFormatter(_LineFormatter(mask, role, as_json=settings.log_format == "json"))
        else:
            shown.addFilter(_is_for_people)
            shown.setFormatter(_ShortFormatter(mask))
    else:
        shown = logging.StreamHandler(sys.stderr)
        shown.setLevel(max(level, logging.WARNING))
        shown.addFilter(lambda record: record.name.partition(".")[0] != OURS)
        shown.setFormatter(_PlainFormatter(mask))
    handlers.append(shown)
    if file:
        kept = SharedFile(settings.home / "logs" / FILE_NAME)
        kept.setFormatter(_LineFormatter(mask, role, as_json=settings.log_format == "json"))
        handlers.append(kept)
    others = logging.DEBUG if level == logging.DEBUG else max(level, logging.WARNING)
    with contextlib.ExitStack() as stack:
        for handler in handlers:
            stack.callback(handler.close)
        stack.enter_context(_handled("", others, handlers))
        stack.enter_context(_handled(OURS, logging.DEBUG if detailed else level, []))
        for name in _SELF_MADE_HANDLERS:
            stack.enter_context(_handled(name, logging.getLogger(name).level, handlers, propagate=False))
        yield


def learn_secrets(settings: Settings) -> None:
    """From now on, mask the secrets of settings that were read again."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, _LineFormatter | _PlainFormatter):
            handler.formatter.mask.learn(settings)


@contextlib.contextmanager
def _handled(name: str, level: int, handlers: list[logging.Handler], *, propagate: bool = True) -> Iterator[None]:
    """Give a logger these handlers and this level for a while."""
    logger = logging.getLogger(name)
    before = logger.level, logger.propagate
    logger.setLevel(level)
    logger.propagate = propagate
    for handler in handlers:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.propagate = before[1]


class _LineFormatter(logging.Formatter):
    """A record as one line of structlog's."""

    def __init__(self, mask: Mask, role: str, *, as_json: bool) -> None:
        super().__init__()
        self.mask = mask
        self._process = f"{role}-{os.getpid()}"
        self._as_json = as_json
        self._made: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        if self._made is None:
            self._made = self._make()
        return self._made.format(record)

    def _make(self) -> logging.Formatter:
        import structlog

        as_text = [
            _keep_to_one_line,
            structlog.dev.ConsoleRenderer(
                colors=False,
                pad_event_to=0,
                pad_level=False,
                sort_keys=False,
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ]
        return structlog.stdlib.ProcessorFormatter(
            processors=[
                self._collect,
                structlog.processors.format_exc_info,
                self._hide,
                *([structlog.processors.JSONRenderer()] if self._as_json else as_text),
            ]
        )

    def _collect(self, _logger: object, _name: str, event: EventDict) -> EventDict:
        """Time, level, and what is known of the line besides what it says."""
        from datetime import UTC, datetime

        record: logging.LogRecord = event["_record"]
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = getattr(record, "facts", {})
        facts = said | {name: text for name, text in _ids.get().items() if name not in said}
        collected: dict[str, Any] = {
            "timestamp": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": event["event"],
            **{name: fact for name, fact in facts.items() if fact not in ("", None)},
            "part": record.name.removeprefix(f"{OURS}."),
            "process": self._process,
        }
        if event.get("exc_info"):
            collected["exc_info"] = event["exc_info"]
        return collected

    def _hide(self, _logger: object, _name: str, event: EventDict) -> EventDict:
        # The time is ours and cannot hold a secret; a secret of one digit would else make every line unreadable.
        return {"timestamp": event.pop("timestamp")} | {
            name: self.mask.field(name, value) for name, value in event.items()
        }


def _is_for_people(record: logging.LogRecord) -> bool:
    """Not what is told of each step and each call: whoever began the run says what came of it."""
    if record.name == f"{OURS}.run":
        return False
    return record.levelno >= logging.WARNING or record.name != f"{OURS}.vendor"


class _ShortFormatter(logging.Formatter):
    """For whoever looks on: when by the clock on the wall, and what; the file has the rest."""

    def __init__(self, mask: Mask) -> None:
        super().__init__("%(message)s")
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        from datetime import datetime

        moment = f"{datetime.fromtimestamp(record.created):%H:%M:%S}"  # noqa: DTZ006 - local
        level = "" if record.levelno < logging.WARNING else f"{record.levelname.lower()}: "
        facts = {name: fact for name, fact in getattr(record, "facts", {}).items() if fact not in ("", None)}
        told = "".join(f" {name}={self.mask.field(name, fact)}" for name, fact in facts.items())
        text = self.mask.text(super().format(record)) + told
        return f"{moment} {level}{_in_one_line(text)}"


class _PlainFormatter(logging.Formatter):
    """As a person at a terminal has always seen it."""

    def __init__(self, mask: Mask) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self.mask.text(super().format(record))


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def _keep_to_one_line(_logger: object, _name: str, event: EventDict) -> EventDict:
    """For text: nothing that was logged can look like a line of its own, or steer the terminal.

    What has several lines goes on with an indent; other control characters are written as `\\x1b`.
    """
    return {name: _in_one_line(value) if isinstance(value, str) else value for name, value in event.items()}


def _in_one_line(text: str) -> str:
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text).replace("\n", "\n    ")


class SharedFile(logging.Handler):
    """A file that many processes append to, and that any of them renames when it is full.

    Each line is one write to a file opened for appending, so lines of two processes never mix. Whoever finds the file
    full takes the lock, looks again, and moves it to `.1`; the others see that their open file is no longer the one of
    that name. A line that is written just then is in `.1`: none is lost.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file = -1
        self._told = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._append((self.format(record) + "\n").encode("utf-8", "backslashreplace"))
        except Exception:  # as every handler: nothing fails for being logged
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name that logging has for it
        """Say once that the log cannot be written, and go on: the work matters more."""
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._told:
            self._told = True
            sys.stderr.write(f"Warning: {self._path} cannot be written: {error.strerror}. The work goes on.\n")

    def close(self) -> None:
        with self.lock or contextlib.nullcontext():
            self._let_go()
        super().close()

    def _append(self, line: bytes) -> None:
        if not self._is_current():
            self._let_go()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        size = os.fstat(self._file).st_size
        if size and size + len(line) > MAX_FILE_BYTES:
            self._move_on()
            self._append(line)
            return
        os.write(self._file, line)

    def _is_current(self) -> bool:
        if self._file < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self._path.stat())
        except FileNotFoundError:
            return False

    def _move_on(self) -> None:
        """Rename the full file, unless another process has done so meanwhile."""
        with open_lock(self._path.with_suffix(".lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._is_current():
                return
            older = [self._path.with_name(f"{FILE_NAME}.{number}") for number in range(1, KEPT_FILES)]
            for newer, older_one in reversed(list(zip([self._path, *older], older, strict=False))):
                if newer.exists():
                    newer.replace(older_one)

    def _let_go(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
