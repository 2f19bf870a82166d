"""The parts of `automagic --test` that ask vendors: each that is configured, by its cheapest real question."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError
from automagic.providers.shared.registry import providers

if TYPE_CHECKING:
    from automagic.destinations.shared.kind import DestinationKind
    from automagic.services import Services
    from automagic.settings import Settings

Part = Callable[["Settings", Path], Awaitable[str]]

PROMPT = "A lighthouse on a rocky shore in the evening, calm sea, no text."


class NotConfigured(Exception):
    """There is nothing to try, which is no failure; the message says what is missing."""


def vendor(name: str) -> Part:
    """The part that asks one vendor whether its key is good and what is left."""

    async def ask(settings: Settings, _folder: Path) -> str:
        async with _open(settings) as services:
            vendors, needs = services.vendors, providers()[name].needs
            if providers()[name].lacks(settings):
                raise NotConfigured(needs.name if needs else name)
            try:
                health = await vendors.check(name)
            except AutomagicError as error:
                raise type(error)(
                    f"{error.message} (breaker {vendors.breaker_state(name)})", hint=error.hint
                ) from error
            key = "key valid" if needs and needs.is_secret else "answers"
            left = f"; {health.left}" if health.left else ""
            return f"{key}, {health.latency_s * 1000:.0f} ms, breaker {health.breaker}{left}"

    return ask


def destination(kind: DestinationKind) -> Part:
    """The part that sees whether something could be published, without publishing it."""

    async def ask(settings: Settings, _folder: Path) -> str:
        from automagic.destinations.shared.publication import Options
        from automagic.stages.publishing import check_destination

        if kind.needs and not any(settings[setting] for setting in kind.needs):
            raise NotConfigured(kind.needs[0].name)
        async with _open(settings) as services:
            await check_destination(kind.name, Options(), services)
        return kind.works

    return ask


async def painter(settings: Settings, folder: Path) -> str:
    """One picture by the first painter of the chain. It is really bought: for the journal and the budget as well."""
    from automagic.providers.shared.pictures import open_picture

    async with _open(settings) as services:
        chain = services.vendors.chain("illustrator")
        painters = [name for name in chain if providers()[name].kinds["illustrator"].gives == "drawings"]
        if not painters:
            raise NotConfigured("ILLUSTRATOR")
        name = painters[0]
        # Another take than any before: an answer from memory would prove nothing.
        drawn = await services.vendors.painter(name).draw(
            PROMPT, width=1024, height=1024, take=2 + secrets.randbits(40)
        )
        file = folder / "painted"
        file.write_bytes(drawn.data)
        media_type, width, height = open_picture(file, f"that {name} drew")
        model = services.vendors.maker("illustrator", name).model
        return f"{name} {model} drew {width}x{height}, {media_type}, {drawn.cost_usd:.4f} USD"


@contextlib.asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[Services]:
    from automagic.services import open_services

    async with (
        open_services(settings) as services,
        services.for_run("self-test", emit=lambda _event: None) as for_run,
    ):
        yield for_run
