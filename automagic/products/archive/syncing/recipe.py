"""Look at one source, or at all of them, then fetch what is wanted of each; one that fails stops no other."""

from __future__ import annotations

from automagic.database.counting import count_statements
from automagic.errors import AutomagicError, ConfigurationError, RequestError, VendorError
from automagic.machine.leaving import in_thread
from automagic.products.archive.requests import SyncRequest
from automagic.products.archive.results import SyncResult
from automagic.products.archive.syncing.cycle import CycleReport, run_cycle
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.archive.fetching.batch import FetchReport, fetch_media
from automagic.stages.archive.opening import open_reader
from automagic.store.catalogue import Catalogue
from automagic.store.sources import Sources
from automagic.values.events import Notice


async def sync(request: SyncRequest, run: Run[Services]) -> SyncResult:
    """Look at the sources.

    Raises:
        RequestError: There is no source of this name, or none at all.
    """
    engine = run.services.store.engine
    sources, catalogue = Sources(engine), Catalogue(engine)
    reports: list[CycleReport] = []
    failures: dict[str, AutomagicError] = {}
    with count_statements(engine) as counted:
        named = [await in_thread(sources.find, request.name)] if request.name else await in_thread(sources.every)
        for source in named:
            try:
                reader = open_reader(source, run.services)
                report = await run_cycle(source, reader, catalogue, full=request.full, plan=request.plan)
            except (VendorError, ConfigurationError, RequestError) as error:
                failures[source.name] = error
                run.emit(Notice(f"{source.name} could not be looked at: {error.message}."))
            else:
                reports.append(report)
                for finding in report.findings:
                    run.emit(Notice(finding))
    batches: list[FetchReport] = []
    if not (request.no_media or request.plan):
        of = {source.name: source for source in named}
        for report in reports:
            batch = await fetch_media(of[report.source], run, zone=report.zone, again=request.retry)
            for reason in batch.put_off_findings:
                run.emit(Notice(reason))
            batches.append(batch)
    return SyncResult(run.id, tuple(reports), failures, counted.statements, counted.commits, tuple(batches))
