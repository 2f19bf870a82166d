"""How sources are: what is kept where it is fresh, else one light question to each, all at once and never for long.

A status waits for no source longer than `LONGEST_S`, and never fails because of one: what is kept is told with its age.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from automagic.errors import AutomagicError
from automagic.machine.leaving import in_thread
from automagic.services import Services
from automagic.stages.archive.opening import open_reader
from automagic.store.catalogue import SourceStatus
from automagic.store.health import HealthRecords, SourceHealth
from automagic.store.sources import ArchiveSource, Sources

CACHE = "archive health"
"""By which the metrics call it."""

SLOW_S, LONGEST_S = 1.0, 3.0
"""An answer that takes longer is slow; one that takes longest is none."""

_DATABASE_S = 1.0
"""How long the database may keep us from asking, or from keeping what was found."""


async def with_health(sources: Sequence[SourceStatus], services: Services) -> tuple[SourceStatus, ...]:
    """The same, with what is known of their health now."""
    now = sources[0].now if sources else 0.0
    old = {one.name: one.probe for one in sources if not one.health_is_fresh}
    free = {one.name: one.probe for one in sources if one.name in old and one.health.asking_until <= now}
    found = await _ask(free, services) if free else {}
    for one in sources:
        if one.name in found:
            services.measured.add("cache", CACHE, "made", found[one.name].took_s)
        else:
            services.measured.add("cache", CACHE, "late" if one.name in old else "kept")
    return tuple(
        replace(one, probe=found[one.name].write(), probe_age_s=0.0) if one.name in found else one for one in sources
    )


async def _ask(kept: Mapping[str, str], services: Services) -> dict[str, SourceHealth]:
    """Those of them that nobody else asks, as they answer."""
    records, sources = HealthRecords(services.store.engine), Sources(services.store.engine)
    try:
        async with asyncio.timeout(_DATABASE_S):
            claims = await in_thread(records.claim, kept)
            asked = [one for one in await in_thread(sources.all) if one.name in claims] if claims else []
    except (TimeoutError, sa.exc.OperationalError):  # a long change is under way there
        return {}
    if asked:
        await in_thread(services.vendors.http.load)
    answers = await asyncio.gather(*(look_at(source, services) for source in asked))
    found = dict(zip((source.name for source in asked), answers, strict=True))
    with contextlib.suppress(TimeoutError, sa.exc.OperationalError):  # what was found is true without being kept
        async with asyncio.timeout(_DATABASE_S):
            await in_thread(records.note, found, claims)
    return found


async def look_at(source: ArchiveSource, services: Services) -> SourceHealth:
    """Ask one source."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(LONGEST_S):
            told = await open_reader(source, services, attempts=1).probe()
    except TimeoutError:
        return SourceHealth("down", f"no answer within {LONGEST_S:g} s", time.perf_counter() - began)
    except AutomagicError as error:
        return SourceHealth("down", error.message, time.perf_counter() - began)
    took_s = time.perf_counter() - began
    return SourceHealth("slow" if took_s > SLOW_S else "up", told, took_s)
