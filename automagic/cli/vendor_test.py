"""The parts of `automagic --test` that ask vendors: each that is configured, by its cheapest real question."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError
from automagic.providers.catalogue import CATALOGUE

if TYPE_CHECKING:
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
            vendors = services.vendors
            if name not in {known for kind in CATALOGUE[name].kinds for known in vendors.usable(kind)}:
                raise NotConfigured(CATALOGUE[name].needs.upper())
            try:
                health = await vendors.check(name)
            except AutomagicError as error:
                raise type(error)(
                    f"{error.message} (breaker {vendors.breaker_state(name)})", hint=error.hint
                ) from error
            key = "key valid" if CATALOGUE[name].needs.endswith("_key") else "answers"
            left = f"; {health.left}" if health.left else ""
            return f"{key}, {health.latency_s * 1000:.0f} ms, breaker {health.breaker}{left}"

    return ask


async def youtube(settings: Settings, _folder: Path) -> str:
    """The channel, without its quota of uploads being touched."""
    from automagic.destinations.shared.publication import Options
    from automagic.stages.publishing import check_destination

    if not settings.youtube_client_id and settings.youtube_client_secrets is None:
        raise NotConfigured("YOUTUBE_CLIENT_ID")
    async with _open(settings) as services:
        await check_destination("youtube", Options(), services)
    return "signed in, uploads are left today"


async def painter(settings: Settings, folder: Path) -> str:
    """One picture by the first painter of the chain. It is really bought: for the journal and the budget as well."""
    from automagic.providers.shared.pictures import open_picture
    from automagic.stages.illustration import COLLECTIONS

    async with _open(settings) as services:
        chain = services.vendors.chain("illustrator")
        painters = [name for name in chain if name not in COLLECTIONS and CATALOGUE[name].network]
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
