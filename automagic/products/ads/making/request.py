"""What a person asks for when ads shall be made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.errors import RequestError
from automagic.products.ads.briefs.places import ROOM, is_page
from automagic.stages.request_files import check_amount, check_makers
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields

MOST_VARIANTS = 20


def offer_platforms() -> tuple[str, ...]:
    """For a shell: every platform that takes ads."""
    from automagic.products.ads.specs.table import read_specs

    return tuple(platform.name for platform in read_specs().platforms)


@dataclass(frozen=True, slots=True)
class MakeAdsRequest(Request):
    """Ads to make, out of one brief.

    `platforms` is empty for all. `writer` says which language models are asked for lines, in order; None for none, so
    that nothing is said but in the brief's own words. `count` variants each begin with another claim.
    """

    source: Annotated[
        str,
        Meta(description="A brief (TOML), a text, or the address of a product page."),
        Flag("BRIEF.toml|FILE|URL", subject=True, argument=True),
        NamesFile(unless=is_page, room=ROOM),
    ]
    name: Annotated[str, Meta(description="What is advertised."), Flag("TEXT", panel="Input")] = ""
    kind: Annotated[str, Meta(description="What it is, such as coffee filter."), Flag("TEXT", panel="Input")] = ""
    link: Annotated[str, Meta(description="Where the ads lead."), Flag("URL", panel="Input")] = ""
    language: Annotated[str, Meta(description="Of the ads, such as de."), Flag("TAG", panel="Input")] = ""
    platforms: Annotated[
        tuple[str, ...],
        Meta(title="platform", description="Where they are to run, such as google-rsa; repeatable; else everywhere."),
        Flag("NAME", panel="Output", offers=offer_platforms),
    ] = ()
    count: Annotated[
        int,
        Meta(title="variants", ge=1, le=MOST_VARIANTS, description="So many variants, to be tested side by side."),
        Flag("N", panel="Output"),
    ] = 1
    writer: Annotated[
        str | None,
        Meta(description="Language models to offer lines, in order, such as openai,extract."),
        Flag("A,B", panel="Input"),
    ] = None
    out: Annotated[
        Path | None, Meta(description="The folder for the result."), Flag("DIR", at_once=True, panel="Output")
    ] = None
    take: Annotated[int, Meta(ge=1, le=1000, description="Begin with another variant."), Flag("N", panel="Output")] = 1
    redo: Annotated[
        tuple[str, ...], Meta(description="Do one step again; repeatable."), Flag("STEP", panel="Output")
    ] = ()
    max_cost_usd: Annotated[
        Decimal | None,
        Meta(title="max-cost", description="Stop before a call that would cost more in this run."),
        Flag("USD", panel="Money"),
    ] = None
    plan: Annotated[
        bool, Meta(description="Show what would be made; change nothing."), Flag(at_once=True, panel="Output")
    ] = False

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.source.strip():
            raise RequestError("there is no brief", hint="Give a .toml file, a text, or the address of a product page.")
        object.__setattr__(self, "platforms", tuple(dict.fromkeys(one.strip().lower() for one in self.platforms)))
        check_makers(self, "writer")
        _check_line_writers(self.writer)
        check_amount(self.max_cost_usd)

    @property
    def title(self) -> str:
        """What a person knows it by until it has a title."""
        return f"ads for {self.name or (self.source if is_page(self.source) else Path(self.source).name)}"


def _check_line_writers(asked: str | None) -> None:
    """Refuse who offers no lines of ads.

    Raises:
        RequestError: Naming who does.
    """
    from automagic.providers.shared.registry import line_writers, parse_chain

    able = line_writers()
    for name in parse_chain("writer", asked, said_by="--writer") if asked else ():
        if name not in able:
            raise RequestError(f"{name} writes no ads", hint=f"These do: {', '.join(able)}.")
