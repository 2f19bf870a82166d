"""How captions go back to their station.

what it serves ─┬─ ours already ──────────▶ unchanged
                ├─ somebody's ─▶ --replace? ─ no ─▶ refused
                └─ nothing ─▶ uploaded (once, whatever breaks off) ─▶ asked until it serves ours ─▶ published
                                                                         └─ not in time ─▶ waiting: ask again later
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from automagic.destinations.shared.captions import CaptionAccess
from automagic.destinations.shared.publication_journal import PublicationKey, hold, state_of
from automagic.destinations.shared.registry import destination_kinds
from automagic.errors import RequestError, Retryable
from automagic.language.transcript.caption_words import CheckedCue
from automagic.machine.leaving import in_thread
from automagic.products.archive.captioning.material import find_item, open_material
from automagic.products.archive.captioning.served import ServedCaptions
from automagic.products.archive.captioning.writing import write_material
from automagic.products.archive.publishing.comparing import are_served, choose_probes, spans_of
from automagic.products.archive.publishing.request import PublishCaptionsRequest
from automagic.products.archive.publishing.result import PublishCaptionsResult
from automagic.runs.run import Run
from automagic.services import Services
from automagic.store.sources import Sources
from automagic.values.events import Notice, StepFinished, StepProgress, StepStarted

if TYPE_CHECKING:
    from automagic.destinations.shared.captions import CaptionStation
    from automagic.store.holdings import ArchiveItem
    from automagic.store.sources import ArchiveSource

PAUSE_S = 5.0
LONGEST_PAUSE_S = 60.0


async def publish_captions(request: PublishCaptionsRequest, run: Run[Services]) -> PublishCaptionsResult:
    """Publish the captions of a recording.

    Raises:
        RequestError: There are none; its source takes none; the station serves captions that are not ours.
        VendorError, ConfigurationError: The station did not take them.
    """
    services = run.services
    item = await find_item(request.item, services)
    source = await in_thread(Sources(services.store.engine).find, item.source)
    station = _open(source, run)
    material = await open_material(item.id, run)
    written = await in_thread(write_material, material, "scc")
    probes = choose_probes(material.cues)
    if not probes:
        raise RequestError(f"nobody says anything in {item.listed.title}", hint="There is nothing to publish.")
    served = ServedCaptions(source, item.listed, services)
    notices = tuple(written.notices)
    result = PublishCaptionsResult(
        run.id, item.id, item.listed.title, source.name, "planned", written.cues, notices=notices
    )
    subject = _subject(source, item, written.text.encode())
    under_way = await in_thread(state_of, services.store.engine, subject) == "uploaded"
    if are_served(probes, await served.read(spans_of(probes))):
        if under_way and not request.plan:
            async with hold(services.store.engine, subject, run_id=run.id, again=False) as entry:
                entry.complete()
        return replace(result, outcome="published" if under_way else "unchanged")
    others = not under_way and await served.is_anything()
    if others and not request.replace:
        raise RequestError(
            f"{source.name} serves captions of {item.listed.title} that are not these: a person may have made them",
            hint="Look at them: automagic archive check ID. To lose them, add --replace.",
        )
    sidecar = await station.find(item.listed.show_id, item.listed.length_s)
    result = replace(result, file_name=sidecar.file_name, store=sidecar.store_name, replaces=others)
    if request.plan:
        return result
    for notice in notices:
        run.emit(Notice(notice))
    run.emit(StepStarted("publish", source.name))
    started = time.monotonic()
    until = started + request.wait_minutes * 60
    async with hold(services.store.engine, subject, run_id=run.id, again=True) as entry:
        if entry.state != "uploaded":
            number = await station.bring(sidecar, written.text.encode(), entry)
            entry.arrive(number, item.listed.link or item.listed.url)
        if is_served := await _wait(served, probes, until):
            entry.complete()
    run.emit(StepFinished("publish", source.name, hit=False, duration_s=time.monotonic() - started))
    return replace(result, outcome="published" if is_served else "waiting")


def _open(source: ArchiveSource, run: Run[Services]) -> CaptionStation:
    kind = destination_kinds().get(source.kind)
    if kind is None or kind.captions is None:
        raise RequestError(
            f"{source.name} is a {source.kind}, which takes no captions",
            hint="Write them to a file: automagic archive captions ID --format vtt --out FILE.",
        )
    services = run.services
    return kind.captions(
        CaptionAccess(
            services.vendors.http,
            services.settings,
            source.address,
            source.user,
            source.allow_private,
            lambda share: run.emit(StepProgress("publish", source.name, share)),
            PAUSE_S,
        )
    )


def _subject(source: ArchiveSource, item: ArchiveItem, data: bytes) -> PublicationKey:
    where = f"{source.kind}:{urlsplit(source.address).netloc}/{item.remote_id}"[-120:]
    return PublicationKey(where, "captions", hashlib.sha256(data).hexdigest(), len(data))


async def _wait(served: ServedCaptions, probes: tuple[CheckedCue, ...], until: float) -> bool:
    """Whether the station serves them before the time is over; it is asked at least once."""
    pause_s = PAUSE_S
    while True:
        try:
            if are_served(probes, await served.read(spans_of(probes))):
                return True
        except Retryable as error:  # it is busy with them
            if time.monotonic() + pause_s > until:
                raise Retryable(error.message, hint="Look again later: nothing is sent twice.") from error
        if time.monotonic() + pause_s > until:
            return False
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 1.5, LONGEST_PAUSE_S)
