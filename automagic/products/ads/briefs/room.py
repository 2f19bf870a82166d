"""Whether a brief has anything that is short enough for the fields which a platform asks for."""

from __future__ import annotations

from collections.abc import Sequence

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.specs.counting import count_text
from automagic.products.ads.specs.table import AdPlatform, Specs


def check_room(brief: AdBrief, specs: Specs, platforms: Sequence[AdPlatform]) -> None:
    """Refuse a brief of which not even the shortest text fits where one has to stand; nothing is cut to fit.

    Raises:
        RequestError: Naming the field, its limit and what to give.
    """
    texts = [brief.name, *(text for claim in brief.claims for text in (claim.text, *claim.short))]
    for platform in platforms:
        for spec in specs.of(platform):
            if spec.kind != "text" or not (spec.hard and spec.required) or spec.max is None or spec.count is None:
                continue
            how = spec.count
            length, shortest = min((count_text(text, how), text) for text in texts)
            if length > spec.max:
                raise RequestError(
                    f"Nothing in the brief fits {spec.id}, which takes {spec.max}: the shortest, {shortest!r}, "
                    f"has {length}",
                    hint='Give shorter ways to say a claim: { text = "…", short = ["…"] }.',
                )
