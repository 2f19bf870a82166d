"""What a job of making ads takes along: the brief and the pictures beside it."""

from __future__ import annotations

from automagic.products.ads.briefs.gathering import gather_brief
from automagic.products.ads.making.request import MakeAdsRequest
from automagic.values.product import Gathered


def gather(request: MakeAdsRequest, gathered: Gathered) -> None:
    """Read the brief, so that what cannot be read is said now, and add it.

    Raises:
        RequestError: There is none, or a picture is not there.
    """
    gathered.changes["source"] = gather_brief(request.source, gathered)
