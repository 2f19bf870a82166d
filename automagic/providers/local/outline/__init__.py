"""The embedded writer that makes questions of a bare topic; only where a person names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.providers.shared.script_draft import WriterBrief
    from automagic.values.script import Script


def write(brief: WriterBrief) -> Script:
    """A script of questions."""
    from automagic.providers.local.outline import engine

    return engine.write_outline(brief.topic, duration_s=brief.duration_s, language=brief.language, take=brief.take)


PROVIDER = Provider("outline", {"writer": Craft(write=write, of=("topic",))}, place=2)
