"""Who is asked for lines, and what comes of it: the first of the person's writers who can, for all claims."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from automagic.errors import AutomagicError, RequestError, VendorError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.making.steps import write_lines
from automagic.providers.shared.ad_writing import AdLineTask
from automagic.providers.shared.registry import asks_server
from automagic.providers.shared.vendors import Maker
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.failures import explained
from automagic.stages.writing import tell_failures
from automagic.values.events import Notice


async def offer_lines(chain: Sequence[str], brief: AdBrief, run: Run[Services]) -> tuple[str, ...]:
    """The lines that a language model offers for the claims; none where the brief's own words are to do.

    Raises:
        VendorError: The last writer in the list failed.
    """
    failed: list[tuple[str, AutomagicError]] = []
    for name in chain:
        lines: tuple[str, ...] = ()
        try:
            if asks_server(name):
                lines = await _ask(run.services.vendors.maker("writer", name), brief, run)
        except (VendorError, RequestError) as error:
            failed.append((name, error))
            if name == chain[-1]:
                raise
        else:
            for notice in tell_failures(failed, name, what="the lines"):
                run.emit(Notice(notice))
            return lines
    return ()


async def _ask(maker: Maker, brief: AdBrief, run: Run[Services]) -> tuple[str, ...]:
    with explained():
        async with asyncio.TaskGroup() as tasks:
            asked = [
                tasks.create_task(
                    run.about(claim.id).step(
                        write_lines, maker, AdLineTask(claim.text, brief.name, brief.kind, brief.brand, brief.language)
                    )
                )
                for claim in brief.claims
            ]
    return tuple(dict.fromkeys(line for one in asked for line in one.result().lines))
