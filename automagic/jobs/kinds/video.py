"""A video, made later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.jobs.queue.failures import RejectedResult
from automagic.products.video import request as video_request
from automagic.products.video.request import pack_video, read_video, title_of, unpack_video

if TYPE_CHECKING:
    from automagic.jobs.kinds import Makes
    from automagic.products.video.recipe import VideoResult
    from automagic.products.video.request import VideoRequest
    from automagic.values.events import Listener

OPTIONS = video_request.WISHES
"""See `Kind.OPTIONS`."""

SUBJECTS = video_request.SUBJECTS
"""See `Kind.SUBJECTS`."""


def read(values: Mapping[str, Any], *, folder: Path) -> VideoRequest:
    """See `Kind.read`."""
    return read_video(values, folder=folder)


def pack(request: VideoRequest) -> tuple[str, dict[str, Any], dict[str, Path | bytes]]:
    """See `Kind.pack`."""
    data, files = pack_video(request)
    return title_of(request), data, files


async def make(
    data: Mapping[str, Any], studio: Makes, *, job_id: str, inputs: Path, out: Path, listener: Listener
) -> dict[str, Any]:
    """See `Kind.make`."""
    result = await studio.video(unpack_video(data, inputs, out=out), listener=listener, run_id=job_id)
    kept = _keep(result)
    if result.rejected:
        reports = result.quality.values()
        failed = dict.fromkeys(one.name for report in reports for one in report.measures if one.verdict == "fail")
        raise RejectedResult(
            f"the result did not pass: {', '.join(failed)}",
            hint=f"{'The part that did is delivered, the other' if result.aside else 'It'} is kept aside: "
            f"automagic jobs fetch {job_id} --out DIR.",
            result=kept,
        )
    return kept


def _keep(result: VideoResult) -> dict[str, Any]:
    return {
        "title": result.title,
        "folder": str(result.folder),
        "outputs": {name: path.name for name, path in result.outputs.items()},
        "duration_s": round(result.duration_s, 3),
        "cost_usd": float(result.cost_usd),
        "passed": not result.rejected,
        "aside": str(next(iter(result.aside.values())).parent) if result.aside else "",
        "steps": {
            "hit": sum(step.state == "hit" for step in result.steps),
            "miss": sum(step.state == "miss" for step in result.steps),
        },
        "published": [
            {"destination": one.destination, "platform": one.platform, "url": one.url, "state": one.state}
            for one in result.receipts
        ],
        "notices": list(result.notices),
    }
