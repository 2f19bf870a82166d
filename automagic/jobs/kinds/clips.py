"""Clips of long recordings, made later. The recordings are not copied on one machine: see `InPlace`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.jobs.queue.failures import PartialResult, RejectedResult
from automagic.jobs.queue.files import InPlace, Source
from automagic.products.clips.options import WISHES, pack_clips, read_clips, title_of, unpack_clips

if TYPE_CHECKING:
    from automagic.jobs.kinds import Makes
    from automagic.products.clips.recipe import ClipsResult
    from automagic.products.clips.request import ClipsRequest
    from automagic.values.events import Listener

OPTIONS = WISHES
"""See `Kind.OPTIONS`."""

SUBJECTS = ("recording",)
"""See `Kind.SUBJECTS`."""


def read(values: Mapping[str, Any], *, folder: Path) -> ClipsRequest:
    """See `Kind.read`."""
    return read_clips(values, folder=folder)


def pack(request: ClipsRequest) -> tuple[str, dict[str, Any], Mapping[str, Source]]:
    """See `Kind.pack`."""
    data, files, recordings = pack_clips(request)
    return title_of(request), data, {**files, **{name: InPlace(path) for name, path in recordings.items()}}


async def make(
    data: Mapping[str, Any], studio: Makes, *, job_id: str, inputs: Path, out: Path, listener: Listener
) -> dict[str, Any]:
    """See `Kind.make`. Clips that did not pass lie beside those that did; only when none passed it is a failure."""
    result = await studio.clips(unpack_clips(data, inputs, out=out), listener=listener, run_id=job_id)
    kept = _keep(result)
    if result.clips and len(result.rejected) == len(result.clips):
        raise RejectedResult(
            "no clip passed its measurements",
            hint=f"They are kept aside: automagic jobs fetch {job_id} --out DIR.",
            result=kept,
        )
    if result.unpublished and result.complaint:
        raise PartialResult(
            result.complaint.message,
            hint=f"{result.complaint.hint} automagic jobs retry {job_id} goes on.",
            result=kept,
            exit_code=result.complaint.exit_code,
        )
    return kept


def _keep(result: ClipsResult) -> dict[str, Any]:
    return {
        "title": result.title,
        "folder": str(result.folder),
        "clips": [
            {
                "id": clip.plan.id,
                "title": clip.plan.title,
                "duration_s": round(clip.duration_s, 3),
                "passed": clip.plan.id not in result.rejected,
            }
            for clip in result.clips
        ],
        "cost_usd": float(result.cost_usd),
        "passed": not result.rejected,
        "published": [
            {
                "clip": one.clip,
                "destination": one.destination,
                "platform": one.platform,
                "url": one.url,
                "state": one.state,
            }
            for one in result.receipts
        ],
        "skipped": [{"name": one.name, "error": one.error.message} for one in result.skipped],
        "steps": {
            "hit": sum(step.state == "hit" for step in result.steps),
            "miss": sum(step.state == "miss" for step in result.steps),
        },
        "notices": [*result.notices, *([result.complaint.message] if result.complaint else [])],
    }
