"""The embedded writer that takes whole sentences of a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from automagic.errors import RequestError
from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.providers.shared.script_draft import WriterBrief
    from automagic.values.document import TextKind
    from automagic.values.script import Script


def write(brief: WriterBrief) -> Script:
    """A script in the document's own sentences."""
    from automagic.providers.local.extract import engine

    if brief.document is None:
        raise RequestError("the extractive writer needs a text", hint="Give one with --source.")
    return engine.write_script(
        brief.document,
        duration_s=brief.duration_s,
        language=brief.language,
        take=brief.take,
        trees=brief.trees,
        kind=cast("TextKind", brief.kind) if brief.kind else None,
        kept=brief.names,
    )


PROVIDER = Provider("extract", {"writer": Craft(write=write, by_default=60, of=("document",))}, place=1)
