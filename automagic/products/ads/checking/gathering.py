"""What a job of checking ads takes along beside the lines or the package: the brief and its pictures."""

from __future__ import annotations

from automagic.products.ads.briefs.gathering import gather_brief
from automagic.products.ads.checking.request import CheckAdsRequest
from automagic.values.product import Gathered


def gather(request: CheckAdsRequest, gathered: Gathered) -> None:
    """Read the brief where one is named, and add it.

    Raises:
        RequestError: There is none, or a picture is not there.
    """
    if request.brief:
        gathered.changes["brief"] = gather_brief(request.brief, gathered)
