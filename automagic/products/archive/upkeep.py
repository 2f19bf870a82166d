"""Add and remove sources, hold and release recordings, count what is here."""

from __future__ import annotations

from automagic.machine.leaving import in_thread
from automagic.products.archive.health import with_health
from automagic.products.archive.requests import (
    AddSourceRequest,
    ArchiveStatusRequest,
    HoldRequest,
    ReleaseRequest,
    RemoveSourceRequest,
)
from automagic.products.archive.results import ArchiveStatusResult, HoldResult, SourceResult
from automagic.reading.named_files import expand_home
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.archive.opening import recognise
from automagic.store.catalogue import Catalogue
from automagic.store.sources import ArchiveSource, Sources


async def add(request: AddSourceRequest, run: Run[Services]) -> SourceResult:
    """Add a source that answers.

    Raises:
        RequestError: Nobody understands its address, or there is another of its name.
        VendorError: It does not answer.
    """
    address = request.address.strip()
    if "://" not in address:
        address = str(expand_home(address).resolve())
    source = ArchiveSource(request.name, "", address, request.user, request.allow_private, 0.0, None, None)
    kind = await recognise(source, run.services)
    new = await in_thread(
        Sources(run.services.store.engine).add,
        request.name,
        kind=kind,
        address=address,
        user=request.user,
        allow_private=request.allow_private,
    )
    return SourceResult(run.id, request.name, kind, address, "added" if new else "known")


async def remove(request: RemoveSourceRequest, run: Run[Services]) -> SourceResult:
    """Forget a source.

    Raises:
        RequestError: There is none, or one of its recordings is held.
    """
    sources = Sources(run.services.store.engine)
    source = await in_thread(sources.find, request.name)
    count = await in_thread(sources.remove, request.name)
    return SourceResult(run.id, source.name, source.kind, source.address, "removed", count)


async def status(request: ArchiveStatusRequest, run: Run[Services]) -> ArchiveStatusResult:
    """Count what is here, and tell how each source is: one query, and a question to those nobody asked lately."""
    del request
    counted = await in_thread(Catalogue(run.services.store.engine).status)
    return ArchiveStatusResult(run.id, await with_health(counted, run.services))


async def hold(request: HoldRequest, run: Run[Services]) -> HoldResult:
    """Keep a recording.

    Raises:
        RequestError: There is none of this id.
    """
    await in_thread(Catalogue(run.services.store.engine).hold, request.item, why=request.why, by=request.by)
    return HoldResult(run.id, request.item, request.why, request.by)


async def release(request: ReleaseRequest, run: Run[Services]) -> HoldResult:
    """Let a recording go.

    Raises:
        RequestError: There is none of this id.
    """
    await in_thread(Catalogue(run.services.store.engine).hold, request.item, why="", by="")
    return HoldResult(run.id, request.item, "", "")
