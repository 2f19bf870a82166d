"""The step that asks a language model for lines: of one claim, so that an edited claim is bought anew alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from automagic.providers.shared.ad_writing import AdLineTask, build_prompt, write_ad_lines
from automagic.providers.shared.registry import is_paid
from automagic.providers.shared.vendors import Maker
from automagic.runs.steps import Quote, step
from automagic.services import Services
from automagic.stages.context import Context

if TYPE_CHECKING:
    from automagic.providers.shared.chat_writer import ChatWriter


@dataclass(frozen=True, slots=True)
class OfferedLines:
    """Lines of a language model for one claim, not yet judged."""

    lines: tuple[str, ...]


def _price_lines(services: Services, maker: Maker, task: AdLineTask) -> Quote | None:
    if not is_paid(maker.name):
        return None
    vendors = services.vendors
    model = cast("ChatWriter[Any]", vendors.writer(maker.name))
    return vendors.quote(model.call(build_prompt(task, vendors.take), vendors.take), write_lines.name)


@step("write-ad-lines", 1, creative=True, forecast=lambda: OfferedLines(()), price=_price_lines)
async def write_lines(context: Context, maker: Maker, task: AdLineTask) -> OfferedLines:
    """What a language model makes of a claim."""
    model = cast("ChatWriter[Any]", context.services.vendors.writer(maker.name))
    return OfferedLines(await write_ad_lines(model, task, context.take))
