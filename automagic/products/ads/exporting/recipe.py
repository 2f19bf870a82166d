"""How a package is exported: read, chosen, checked anew, and written whole or not at all.

FOLDER ─▶ approved? ─▶ facts and brief hold? ─▶ sheets, zips, pictures, lists ─▶ FOLDER-export
"""

from __future__ import annotations

import datetime
from pathlib import Path

from automagic.machine.leaving import in_thread
from automagic.products.ads.briefs.material import ReadBrief
from automagic.products.ads.briefs.reading import read_brief
from automagic.products.ads.exporting.choosing import ExportedAssets, choose_exported, refuse_faults
from automagic.products.ads.exporting.request import ExportAdsRequest
from automagic.products.ads.exporting.result import ExportAdsResult
from automagic.products.ads.package.assets import AdPackage
from automagic.products.ads.package.documents import APPROVALS, BRIEF, read_package, write_approvals
from automagic.products.ads.sheets.package import write_sheets
from automagic.products.ads.specs.table import Specs, read_specs
from automagic.products.ads.videos.slots import write_videos
from automagic.reading.named_files import expand_home
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.result_folder import MANIFEST, as_json, publish, reserve
from automagic.version import GENERATOR


async def export(request: ExportAdsRequest, run: Run[Services]) -> ExportAdsResult:
    """Write what platforms take.

    Raises:
        RequestError: It is no package, its brief can no longer be advertised, or the folder holds something else.
        QualityError: Something is not approved, not in the brief, or would be refused; nothing is written.
    """
    folder = expand_home(request.folder)
    specs = await in_thread(read_specs, run.services.settings.home)
    package = await in_thread(read_package, folder)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    read = await read_brief(str(folder / BRIEF), today=today)
    files, chosen = await in_thread(_arrange, request, package, read, specs, today)
    named = folder if folder.name not in {"", ".."} else folder.resolve()
    target = request.out or named.with_name(f"{named.name}-export")
    with reserve(target):
        await in_thread(publish, target, files)
    return ExportAdsResult(
        run_id=run.id,
        brief=read.brief,
        folder=target,
        files=tuple(sorted(files)),
        texts=len(chosen.texts),
        pictures=len(chosen.pictures),
        unapproved=chosen.unapproved,
        rejected=chosen.rejected,
        scripts=len(chosen.scripts),
    )


def _arrange(
    request: ExportAdsRequest, package: AdPackage, read: ReadBrief, specs: Specs, today: datetime.date
) -> tuple[dict[str, Path | bytes], ExportedAssets]:
    """The files by name, and what is in them."""
    names = tuple(specs.platform(name).name for name in request.platforms)
    chosen = choose_exported(package, names, specs, unapproved=request.unapproved)
    refuse_faults(chosen, package, read.brief, specs, today)
    sheets = write_sheets(read.brief, chosen.texts, chosen.pictures, package.files, specs, request.accounts)
    files: dict[str, Path | bytes] = {**sheets, **write_videos(chosen.scripts, chosen.slots, read.brief.language)}
    if package.approvals:
        files[APPROVALS] = write_approvals(package.approvals)
    used = {one.field for one in chosen.texts} | {one.field for one in chosen.pictures}
    manifest = {
        "generator": GENERATOR,
        "title": f"ads for {read.brief.name}, to import",
        "unapproved": list(chosen.unapproved),
        "specifications": {one.id: one.checked.isoformat() for one in specs if one.id in used},
        "files": sorted([*files, MANIFEST]),
    }
    return {**files, MANIFEST: as_json(manifest)}, chosen
