"""A request as handlers see it: what is open, and a body that is read with bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request

from automagic.jobs.queue.queue import JobQueue
from automagic.jobs.records import Records
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.repeated_keys import refuse_repeated_keys
from automagic.settings import Settings
from automagic.web.access.callers import Caller
from automagic.web.commands import Commands
from automagic.web.files import ResultFiles
from automagic.web.hub import Hub
from automagic.web.jobs_told import JobTeller
from automagic.web.performance.measuring import Measuring
from automagic.web.problems import Problem
from automagic.web.reading import Reader
from automagic.web.submitting import Desk
from automagic.web.uploads import SentFiles

if TYPE_CHECKING:
    from automagic.jobs.approvals import Approvals

MAX_JSON_BYTES = 1 << 20
MAX_BODY_S = 30.0


@dataclass
class Web:
    """What is open while the server runs.

    Attributes:
        settings: In force; see `use`.
        description: Of all routes, as JSON.
        docs: The same as a page.
        measuring: What this process measures.
        records: The database of the home.
        prefix: Under which the application is mounted in another.
        folders: From which clients may name files.
    """

    settings: Settings
    queue: JobQueue
    reader: Reader
    hub: Hub
    teller: JobTeller
    files: ResultFiles
    commands: Commands
    uploads: SentFiles
    description: Callable[[], bytes]
    docs: Callable[[], str]
    measuring: Measuring
    records: Records
    prefix: str = ""
    folders: tuple[Path, ...] = ()

    @property
    def desk(self) -> Desk:
        """Where jobs are taken."""
        return Desk(self.queue, self.folders)

    def approvals(self) -> Approvals:
        """What waits for a person. Blocks."""
        from automagic.jobs.approvals import Approvals

        return Approvals(self.records.engine(), self.queue)

    def check_callback(self, url: str) -> str:
        """The address in its own form.

        Raises:
            RequestError: It may not be told, or there is nothing to sign with.
        """
        from automagic.jobs.callback_address import check_address

        return check_address(url, self.settings)

    def add_callback(self, job_id: str, url: str) -> None:
        """Have an address told when a job has ended. Blocks."""
        from automagic.jobs.callbacks import add_callback

        add_callback(self.records.engine(), job_id, url)

    def ask_callbacks_again(self, job_id: str) -> None:
        """Have the addresses of a job that was queued again told of its next end. Blocks."""
        from automagic.jobs.callbacks import ask_again

        ask_again(self.records.engine(), job_id)

    def use(self, settings: Settings) -> None:
        """Put other settings in force; the home and the queue stay what they are."""
        self.settings = settings
        self.queue = JobQueue(self.queue.place, settings, lasting=True)


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes:
        path: The parts of its path that are named in its route.
    """

    web: Web
    request: Request

    @property
    def path(self) -> dict[str, str]:
        """By name."""
        return self.request.path_params

    @property
    def who(self) -> Caller:
        """Who asks."""
        found: Caller = self.request.state.who
        return found

    @property
    def address(self) -> str:
        """From where; "" where that is not known."""
        return self.request.client.host if self.request.client else ""

    def flag(self, name: str) -> bool:
        """Whether `?name=true` stands in the query.

        Raises:
            Problem: It is neither true nor false.
        """
        given = self.request.query_params.get(name, "false").lower()
        if given not in ("true", "false", "1", "0"):
            raise Problem(400, f"{name} is true or false", errors=[(f"?{name}", f"{given[:40]!r} is neither")])
        return given in ("true", "1")

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number in the query.

        Raises:
            Problem: It is none, or out of bounds.
        """
        given = self.request.query_params.get(name)
        if given is None:
            return default
        if not (given.isascii() and given.isdecimal() and len(given) < 10 and least <= int(given) <= most):
            wrong = f"{given[:40]!r} is not a whole number from {least} to {most}"
            raise Problem(400, f"{name}: {wrong}", errors=[(f"?{name}", wrong)])
        return int(given)

    async def json(self) -> dict[str, Any]:
        """The body, which has to be a JSON object.

        Raises:
            Problem: It is too large, too slow, of another kind, or malformed.
        """
        _, data = await self.body("application/json")
        try:
            value = parse_json(data, name="the body")
            refuse_repeated_keys(data, name="the body")
        except MalformedText as error:
            raise Problem(400, error.message, hint=error.hint) from error
        if not isinstance(value, dict):
            raise Problem(400, "the body is not a JSON object")
        return {name: _plain(one) for name, one in value.items()}

    async def body(self, *kinds: str) -> tuple[str, bytes]:
        """The body, and of which of these media types it is.

        Raises:
            Problem: It is too large, too slow, or of another kind.
        """
        kind = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in kinds:
            listed = ", ".join(kinds)
            raise Problem(415, f"the body has to be {listed.replace(', ', ' or ')}", headers={"accept-post": listed})
        return kind, await self._read()

    async def _read(self) -> bytes:
        declared = self.request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > MAX_JSON_BYTES:
            raise _too_large()
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(MAX_BODY_S):
                async for part in self.request.stream():
                    size += len(part)
                    if size > MAX_JSON_BYTES:
                        raise _too_large()
                    parts.append(part)
        except TimeoutError as error:
            raise Problem(408, f"the body did not arrive within {MAX_BODY_S:.0f} s") from error
        except ClientDisconnect as error:
            raise Problem(400, "the connection was closed before the body ended") from error
        return b"".join(parts)


def _too_large() -> Problem:
    return Problem(413, f"the body is larger than {MAX_JSON_BYTES:,} bytes", hint="Upload large files.")


def _plain(value: Any) -> Any:
    """With whole numbers for those that only look broken: JSON has one kind of number, and 53.0 is 53."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value
