"""From a finished result to where it is watched: destinations are checked before any work, and served one by one."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import sqlalchemy as sa

from automagic.database.tables import runs
from automagic.destinations.publication import (
    Access,
    Destination,
    Options,
    Receipt,
    Target,
    parse_destination,
    read_result,
)
from automagic.errors import RequestError
from automagic.orchestrator.events import Notice, StepFinished, StepProgress, StepStarted
from automagic.orchestrator.run import Run
from automagic.services import Services


async def open_destinations(
    names: Sequence[str], options: Options, run: Run[Services]
) -> tuple[tuple[Target, Destination], ...]:
    """The destinations, each seen to work; webhooks last, so that they can tell of the others.

    Raises:
        RequestError, ConfigurationError: One is wrong, or its credentials are missing.
        VendorError: One refuses.
    """
    targets = sorted(dict.fromkeys(parse_destination(name) for name in names), key=lambda one: one.kind == "webhook")
    if not targets:
        return ()
    access = replace(
        _access(run.services, run.engine), progress=lambda fraction: run.emit(StepProgress("publish", "", fraction))
    )
    opened = tuple((target, target.open(access, options)) for target in targets)
    for _, destination in opened:
        await destination.check()
    return opened


async def check_destination(name: str, options: Options, services: Services) -> None:
    """See one destination work, for the self-test.

    Raises:
        RequestError, ConfigurationError, VendorError: As `open_destinations`.
    """
    await parse_destination(name).open(_access(services, services.store.engine), options).check()


def _access(services: Services, engine: sa.Engine) -> Access:
    settings = services.settings
    return Access(
        http=services.vendors.http,
        engine=engine,
        home=settings.home,
        youtube_client_id=settings.youtube_client_id,
        youtube_client_secret=settings.youtube_client_secret,
        youtube_client_file=settings.youtube_client_secrets,
        webhook_secret=settings.webhook_secret,
    )


async def connect_youtube(services: Services, engine: sa.Engine, show: Callable[[str], object]) -> str:
    """Ask for permission on the person's channel; gives its title. See `Studio.connect_youtube`."""
    from automagic.destinations.youtube import YouTube

    return await YouTube(_access(services, engine), Options()).login(show)


def find_result(engine: sa.Engine, name: str) -> Path:
    """The folder of a finished result.

    Args:
        name: A run's id, or the folder itself.

    Raises:
        RequestError: There is no such run or folder, or the run has no result.
    """
    if "/" in name or Path(name).is_dir():
        return Path(name)
    with engine.execution_options(reads_only=True).begin() as connection:
        row = connection.execute(sa.select(runs.c.state, runs.c.result).where(runs.c.id == name)).first()
        known = connection.execute(
            sa.select(runs.c.id).where(runs.c.result.is_not(None)).order_by(runs.c.started_at.desc()).limit(200)
        ).scalars()
        near = difflib.get_close_matches(name, list(known), n=1)
    if row is None:
        hint = f"Did you mean {near[0]}?" if near else "automagic --status lists the last runs."
        raise RequestError(f"there is no run {name!r}", hint=hint)
    folder = (msgspec.json.decode(row.result) if row.result else {}).get("folder")
    if not folder:
        raise RequestError(f"the run {name} {row.state} and has no result", hint="Run it again.")
    return Path(folder)


async def publish(
    folder: Path, run_id: str, destinations: Sequence[tuple[Target, Destination]], run: Run[Services]
) -> tuple[Receipt, ...]:
    """Publish a finished result everywhere; what was published before stays as it is.

    Raises:
        QualityError: It did not pass its measurements.
        AutomagicError: A destination failed; those before it are done, and doing it again goes on from there.
    """
    publication = read_result(folder, run_id=run_id)
    for target, destination in destinations:
        run.emit(StepStarted("publish", target.kind))
        started = asyncio.get_running_loop().time()
        receipts = await destination.publish(publication)
        publication = replace(publication, receipts=(*publication.receipts, *receipts))
        duration_s = asyncio.get_running_loop().time() - started
        unchanged = all(receipt.state == "unchanged" for receipt in receipts)
        run.emit(StepFinished("publish", target.kind, unchanged, duration_s))
        for receipt in receipts:
            for notice in receipt.notices:
                run.emit(Notice(notice))
    return publication.receipts
