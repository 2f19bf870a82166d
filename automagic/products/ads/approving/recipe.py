"""How a package is approved: read, decided of, and written again with its page, one person at a time.

                ╭─ the package's lock ─────────────────────────────────────────────╮
ids, --reject ─▶│ read_package ─▶ approvals + decisions ─▶ approval.json ─▶ page   │
                ╰──────────────────────────────────────────────────────────────────╯
"""

from __future__ import annotations

import contextlib
import datetime
import getpass
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.machine.lock_files import take_passing_lock
from automagic.machine.whole_files import write_whole
from automagic.products.ads.approving.deciding import choose, choose_all, decide_of, list_changed
from automagic.products.ads.approving.request import ApproveAdsRequest
from automagic.products.ads.approving.result import ApproveAdsResult
from automagic.products.ads.package.assets import AdPackage, Approval
from automagic.products.ads.package.documents import APPROVALS, BRIEF, PREVIEW, read_package, write_approvals
from automagic.products.ads.preview.page import write_preview
from automagic.products.ads.specs.table import Specs, read_specs
from automagic.reading.named_files import file_name
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.result_folder import MANIFEST

_PATIENCE_S = 10.0
_PAUSE_S = 0.05


async def approve(request: ApproveAdsRequest, run: Run[Services]) -> ApproveAdsResult:
    """Decide of texts, pictures and scripts.

    Raises:
        RequestError: It is no package, an id is of none of its assets, or it cannot be written.
        QualityError: An id is of an asset that changed since; nothing is decided then.
    """
    return await in_thread(_approve, request, run.id, run.services.settings.home)


def _approve(request: ApproveAdsRequest, run_id: str, home: Path) -> ApproveAdsResult:
    folder = Path(request.folder)
    specs = read_specs(home)
    if not (request.ids or request.reject or request.every):
        package = _read(folder)
        return ApproveAdsResult(run_id, folder, package, {}, list_changed(package))
    with _hold(folder):
        package = _read(folder)
        when = datetime.datetime.now(tz=datetime.UTC).replace(microsecond=0)
        said = Approval("approved", request.by.strip() or _name_of_user(), when, "", request.note.strip())
        rejected = decide_of(package, choose(package, request.reject), replace(said, state="rejected"))
        named = choose(package, request.ids)
        every = [one for one in choose_all(package) if one not in rejected] if request.every else []
        decided = {**decide_of(package, (*named, *every), said), **rejected}
        package = replace(package, approvals={**package.approvals, **decided})
        _write(folder, package, specs)
    return ApproveAdsResult(run_id, folder, package, decided, list_changed(package))


def _name_of_user() -> str:
    """Of who runs this.

    Raises:
        RequestError: The system has no name for them, as in some containers.
    """
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise RequestError("it is not known who decides", hint="Say it with --by NAME.") from error


def _read(folder: Path) -> AdPackage:
    """A package; of several variants each is one by itself.

    Raises:
        RequestError: As `read_package`.
    """
    if not (folder / BRIEF).exists() and (inside := sorted(folder.glob(f"v*/{BRIEF}"))):
        raise RequestError(
            f"{file_name(folder)} has {len(inside)} variants", hint=f"Name one of them, such as {inside[0].parent}."
        )
    return read_package(folder)


@contextlib.contextmanager
def _hold(folder: Path) -> Iterator[None]:
    """Keep others who approve, and a run that makes this package anew, from it.

    Raises:
        RequestError: One of them holds it for long, or its folder cannot be written to.
    """
    whole = folder.parent if not (folder / MANIFEST).exists() and (folder.parent / MANIFEST).exists() else folder
    path = whole.with_name(f".{whole.name}.lock")
    until = time.monotonic() + _PATIENCE_S
    try:
        while (lock := take_passing_lock(path)) is None:
            if time.monotonic() > until:
                raise RequestError(f"another run is writing to {file_name(whole)}", hint="Wait for it.")
            time.sleep(_PAUSE_S)
    except OSError as error:
        raise RequestError(
            f"{file_name(whole.parent)} cannot be written to: {error.strerror}", hint="Copy the package elsewhere."
        ) from error
    with lock:
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _write(folder: Path, package: AdPackage, specs: Specs) -> None:
    """Drawn before anything is written, so that a page that cannot be drawn leaves no half a decision."""
    page = write_preview(
        package.brief,
        package.texts,
        package.pictures,
        package.files,
        specs,
        scripts=package.scripts,
        approvals=package.approvals,
    )
    write_whole(folder / APPROVALS, write_approvals(package.approvals))
    write_whole(folder / PREVIEW, page)
