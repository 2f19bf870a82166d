"""What a job can be of, by what the products declare: read from flags or a batch file, packed, and made by a worker.

values ──read──▶ request ──pack──▶ title, data, files ─ ─ ▶ data, files placed ──unpack──▶ request ──make──▶ result
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from automagic.errors import QualityError
from automagic.jobs.queue.failures import PartialResult, RejectedResult
from automagic.jobs.queue.files import InPlace, Source
from automagic.products import find_operation, kind_name, operation_of
from automagic.stages.requests import pack_request, read_request, unpack_request
from automagic.values.product import Operation, Result
from automagic.values.request import Request, list_request_fields

if TYPE_CHECKING:
    from automagic.values.events import Listener


class Runs(Protocol):
    """Carries out requests; `automagic.studio.Studio` does."""

    async def run(self, request: Request, *, listener: Listener | None, run_id: str | None) -> Result:
        """Make what is asked for."""
        ...


class Makes(Protocol):
    """What a worker needs of a kind of job."""

    async def make(
        self, data: Mapping[str, Any], studio: Runs, *, job_id: str, inputs: Path, out: Path, listener: Listener
    ) -> dict[str, Any]:
        """Make it.

        Args:
            data: As the request was packed.
            inputs: Where its files lie under their names.
            out: Where the result goes; may be left empty.

        Returns:
            What is kept of the result, plain data. "folder" names where its files lie, if there are any.

        Raises:
            RejectedResult: It was made but did not pass; the files are in its result's "folder".
            PartialResult: It was made but, for instance, not published; as above.
        """
        ...


class Packed(NamedTuple):
    """A request as it is queued.

    Attributes:
        title: For people.
        data: The request, plain.
        files: Those that it names.
        notices: What who queues it should know.
    """

    title: str
    data: dict[str, Any]
    files: Mapping[str, Source]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job: an operation of a product."""

    operation: Operation

    @property
    def options(self) -> tuple[str, ...]:
        """The names that `read` understands."""
        return tuple(one.name for one in list_request_fields(self.operation.request) if not one.flag.at_once)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Those of them that say what it is about: a request has one."""
        return tuple(one.name for one in list_request_fields(self.operation.request) if one.flag.subject)

    def read(self, values: Mapping[str, Any], *, folder: Path) -> Request:
        """A request from flags or from a line of a batch file; relative paths are relative to `folder`.

        Raises:
            RequestError: A name or a value is wrong.
        """
        return read_request(self.operation.request, values, folder=folder)

    def pack(self, request: Request) -> Packed:
        """The request as it is queued; all that can be checked is.

        Raises:
            RequestError: Something in it, or in a file, is wrong.
        """
        data, gathered = pack_request(self.operation, request)
        in_place = {name: InPlace(path) for name, path in gathered.in_place.items()}
        return Packed(request.title, data, {**gathered.files, **in_place}, tuple(gathered.notices))

    def unpack(self, data: Mapping[str, Any], folder: Path, *, out: Path) -> Request:
        """The request whose files now lie in `folder` under their names; its result goes to `out`."""
        return unpack_request(self.operation.request, data, folder, out=out)

    async def make(
        self, data: Mapping[str, Any], studio: Runs, *, job_id: str, inputs: Path, out: Path, listener: Listener
    ) -> dict[str, Any]:
        result = await studio.run(self.unpack(data, inputs, out=out), listener=listener, run_id=job_id)
        lack, kept = result.shortfall, result.kept
        if lack is None:
            return kept
        if isinstance(lack, QualityError):
            hint = f"{lack.hint}: automagic jobs fetch {job_id} --out DIR."
            raise RejectedResult(lack.message, hint=hint, result=kept)
        hint = f"{lack.hint} To go on: automagic jobs retry {job_id}"
        raise PartialResult(lack.message, hint=hint, result=kept, exit_code=lack.exit_code)


def find_kind(name: str) -> JobKind:
    """The kind of this name: "video"; "posts write" of a product that has several operations.

    Raises:
        RequestError: There is none.
    """
    return JobKind(find_operation(name)[1])


def kind_of(request: object) -> str:
    """The name of the kind that makes what a request asks for.

    Raises:
        RequestError: None does.
    """
    return kind_name(*operation_of(request))
