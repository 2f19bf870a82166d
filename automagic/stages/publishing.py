"""From a finished result to where it is watched: destinations are checked before any work, and served one by one."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from automagic.database.tables import runs
from automagic.destinations.shared.publication import Destination, DestinationAccess, Options, Publication, Receipt
from automagic.destinations.shared.registry import Target, destination_kinds, parse_destination
from automagic.errors import AutomagicError, RequestError
from automagic.reading.json import parse_json
from automagic.runs.run import Run
from automagic.services import Services
from automagic.values.events import Notice, StepFailed, StepFinished, StepProgress, StepsPlanned, StepStarted

if TYPE_CHECKING:
    from automagic.destinations.shared.network import NetworkAccess


async def open_destinations(
    names: Sequence[str], options: Options, run: Run[Services]
) -> tuple[tuple[Target, Destination], ...]:
    """The destinations, each checked; last those that report the others, such as webhooks.

    Raises:
        RequestError, ConfigurationError: One is wrong, or its credentials are missing.
        VendorError: One refuses.
    """
    kinds = destination_kinds()
    targets = sorted(dict.fromkeys(parse_destination(name) for name in names), key=lambda one: kinds[one.kind].tells)
    if not targets:
        return ()
    access = replace(
        _access(run.services),
        progress=lambda fraction: run.emit(StepProgress("publish", "", fraction)),
    )
    opened = tuple((target, target.open(access, options)) for target in targets)
    for _, destination in opened:
        await destination.check()
    return opened


async def check_destination(name: str, options: Options, services: Services) -> None:
    """Check one destination, for the self-test.

    Raises:
        RequestError, ConfigurationError, VendorError: As `open_destinations`.
    """
    await parse_destination(name).open(_access(services), options).check()


def _access(services: Services) -> DestinationAccess:
    return DestinationAccess(services.vendors.http, services.store.engine, services.settings)


def network_access(services: Services, progress: Callable[[float], None] = lambda _fraction: None) -> NetworkAccess:
    """What a network's file may use of a run's services.

    Args:
        progress: Is told how much of an upload is done, 0..1.
    """
    from automagic.destinations.shared.network import NetworkAccess  # 20 ms: it counts as each network does

    vendors = services.vendors
    return NetworkAccess(vendors.http, vendors.gate, vendors.prices, services.store.engine, services.settings, progress)


async def connect_youtube(services: Services, show: Callable[[str], object]) -> str:
    """Ask for permission on the person's channel; gives its title."""
    from automagic.destinations.youtube.channel import YouTube

    return await YouTube(_access(services), Options()).login(show)


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
    folder = (parse_json(row.result, name=f"the result of {name}") if row.result else {}).get("folder")
    if not folder:
        raise RequestError(f"the run {name} {row.state} and has no result", hint="Run it again.")
    return Path(folder)


def find_runs(engine: sa.Engine, folder: str) -> list[str]:
    """The runs whose result is in this folder, by its whole path."""
    kept = f'"folder":{msgspec.json.encode(folder).decode()}'
    query = sa.select(runs.c.id).where(runs.c.result.contains(kept, autoescape=True)).order_by(runs.c.started_at)
    with engine.execution_options(reads_only=True).begin() as connection:
        return list(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A clip that could not be published everywhere, and why."""

    title: str
    error: AutomagicError


class NotAllPublished(AutomagicError):
    """Some clips could not be published; the exit code is that of the first failure.

    Attributes:
        receipts: Of what was published.
        failures: What was not.
    """

    def __init__(self, receipts: Sequence[Receipt], failures: Sequence[Unpublished], of: int) -> None:
        told = "; ".join(f"{one.title}: {one.error.message.removesuffix('.')}" for one in failures)
        hint = failures[0].error.hint
        super().__init__(
            f"{len(failures)} of {of} clips could not be published: {told}",
            hint=f"{hint}{' ' if hint else ''}Publish again to go on: what is published already stays as it is.",
        )
        self.receipts = tuple(receipts)
        self.failures = tuple(failures)
        self.exit_code = failures[0].error.exit_code
        self.refusal = failures[0].error.refusal


async def publish(
    publication: Publication, destinations: Sequence[tuple[Target, Destination]], run: Run[Services], *, clip: str = ""
) -> tuple[Receipt, ...]:
    """Publish a finished video or clip everywhere; what was published before stays as it is.

    Args:
        clip: Its title, where it is one of several.

    Raises:
        AutomagicError: A destination failed; those before it are done, and doing it again goes on from there.
    """
    for target, destination in destinations:
        subject = f"{target.kind}: {clip}" if clip else target.kind
        run.emit(StepStarted("publish", subject))
        started = asyncio.get_running_loop().time()
        try:
            receipts = await destination.publish(publication)
        except AutomagicError as error:
            run.emit(StepFailed("publish", subject, error.message, asyncio.get_running_loop().time() - started))
            raise
        receipts = tuple(replace(receipt, clip=clip) for receipt in receipts)
        publication = replace(publication, receipts=(*publication.receipts, *receipts))
        duration_s = asyncio.get_running_loop().time() - started
        unchanged = all(receipt.state == "unchanged" for receipt in receipts)
        run.emit(StepFinished("publish", subject, unchanged, duration_s))
        for receipt in receipts:
            for notice in receipt.notices:
                run.emit(Notice(f"{clip}: {notice}" if clip else notice))
    return publication.receipts


async def publish_each(
    publications: Sequence[Publication], destinations: Sequence[tuple[Target, Destination]], run: Run[Services]
) -> tuple[tuple[Receipt, ...], tuple[Unpublished, ...]]:
    """Publish several clips one after the other; one that fails stops no other.

    A clip whose upload failed is not told of by a webhook: when it is published again, the webhook has its address.
    """
    receipts: list[Receipt] = []
    failures: list[Unpublished] = []
    run.emit(StepsPlanned("publish", len(publications) * len(destinations)))
    for publication in publications:
        try:
            receipts += await publish(publication, destinations, run, clip=publication.title)
        except AutomagicError as error:
            failures.append(Unpublished(publication.title, error))
            run.emit(Notice(f"Not published: {publication.title}: {error.message.removesuffix('.')}."))
    return tuple(receipts), tuple(failures)
