"""How words at the door are made: one step, and a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from automagic.products.greeting.request import FarewellRequest, HelloRequest  # type: ignore[import-not-found]

from automagic.runs.context import StepContext
from automagic.runs.run import Run, StepRecord
from automagic.runs.steps import step
from automagic.services import Services
from automagic.stages.result_folder import publish, reserve
from automagic.values.product import Result

METADATA = b'{"generator": "AutoMagic greeting", "files": ["greeting.txt", "metadata.json"]}'
"""By which its folder is known as a result, so that it may be written anew."""


@dataclass(frozen=True, slots=True)
class GreetingResult(Result):
    """What was said, and where it lies."""

    run_id: str
    title: str
    folder: Path | None
    steps: Sequence[StepRecord]
    cost_usd: Decimal = Decimal(0)


@step("greeting.write", 1, plannable=True)
async def write_words(context: StepContext[Any], words: str, name: str, times: int) -> str:
    """The words, as often as they are wanted."""
    return f"{words}, {name}!\n" * times


async def greet(request: HelloRequest, run: Run[Services]) -> GreetingResult:
    """Greet somebody."""
    text = await run.step(write_words, "Hello", request.name, request.times)
    return deliver(text + (request.letter.read_text() if request.letter else ""), request, run)


async def take_leave(request: FarewellRequest, run: Run[Services]) -> GreetingResult:
    """Say farewell."""
    return deliver(await run.step(write_words, "Farewell", request.name, 1), request, run)


def deliver(text: str, request: HelloRequest | FarewellRequest, run: Run[Services]) -> GreetingResult:
    """Put it into its folder."""
    if request.plan:
        return GreetingResult(run.id, request.title, None, tuple(run.records))
    folder = request.out or Path("greeting")
    with reserve(folder):
        publish(folder, {"greeting.txt": text.encode(), "metadata.json": METADATA})
    return GreetingResult(run.id, request.title, folder, tuple(run.records))
