"""Cores: how many are held at once, who goes first, and what a cancelled wait leaves behind."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from automagic.runs.context import StepContext
from automagic.runs.limits import LAST_PIECES, Cores, Limits


async def settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


class Workers:
    """Tasks that hold a core until they are told to end."""

    def __init__(self, count: int) -> None:
        self.cores = Cores(count)
        self.holding: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, name: str, *, urgent: bool = False, alone: bool = False, length_s: float = 0.0) -> None:
        """Ask for a core."""
        self._ends[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._hold(name, urgent, alone, length_s))
        await settle()

    async def _hold(self, name: str, urgent: bool, alone: bool, length_s: float) -> None:
        async with self.cores.hold(urgent=urgent, alone=alone, length_s=length_s):
            self.holding.append(name)
            try:
                await self._ends[name].wait()
            finally:
                self.holding.remove(name)

    async def end(self, name: str) -> None:
        """Let one end its work."""
        self._ends[name].set()
        await settle()

    async def cancel(self, name: str) -> None:
        """Cancel one, at work or waiting."""
        self.tasks[name].cancel()
        await settle()


async def test_urgent_work_goes_first_and_otherwise_who_asked_first() -> None:
    workers = Workers(1)
    await workers.begin("first")
    await workers.begin("render 1")
    await workers.begin("render 2")
    await workers.begin("mix", urgent=True)
    order = []
    for name in ("first", "mix", "render 1", "render 2"):
        order += workers.holding
        await workers.end(name)
    assert order == ["first", "mix", "render 1", "render 2"]


async def test_of_the_last_few_pieces_the_longest_goes_first() -> None:
    workers = Workers(1)
    await workers.begin("at work")
    lengths = {"a": 2.0, "b": 1.0, "c": 2.0, "d": 1.0, "e": 3.0}
    for name, length_s in lengths.items():
        await workers.begin(name, length_s=length_s)
    order = []
    for _ in range(len(lengths) + 1):
        order += workers.holding
        await workers.end(workers.holding[0])
    assert LAST_PIECES == 3
    assert order == ["at work", "a", "b", "e", "c", "d"]


async def test_work_that_is_done_alone_goes_before_urgent_work() -> None:
    workers = Workers(1)
    await workers.begin("at work")
    await workers.begin("urgent", urgent=True)
    await workers.begin("alone", alone=True)
    await workers.end("at work")
    assert workers.holding == ["alone"]
    await workers.end("alone")
    await workers.end("urgent")


async def test_work_that_keeps_the_interpreter_is_done_one_at_a_time_and_holds_one_core() -> None:
    context: StepContext[None] = StepContext(None, Path(), cast(Any, None), Limits(cores=2))
    drawing: list[str] = []
    spoken = threading.Event()

    def draw(_stop: Callable[[], bool]) -> int:
        drawing.append("a card")
        assert spoken.wait(20)  # by the voice, which has the other core
        count = len(drawing)
        drawing.pop()
        return count

    draws = [asyncio.create_task(context.compute(draw, alone=True)) for _ in range(3)]
    await settle()
    await context.compute(lambda _stop: spoken.set())
    assert [await one for one in draws] == [1, 1, 1]


async def test_a_cancelled_wait_takes_no_core_with_it() -> None:
    workers = Workers(1)
    await workers.begin("at work")
    await workers.begin("cancelled")
    await workers.begin("next")
    await workers.cancel("cancelled")
    await workers.end("at work")
    assert workers.holding == ["next"]
    await workers.end("next")


async def test_a_core_that_was_handed_to_a_cancelled_wait_goes_to_the_next() -> None:
    workers = Workers(1)
    async with workers.cores.hold():
        await workers.begin("cancelled")
        await workers.begin("next")
    workers.tasks["cancelled"].cancel()  # its turn has come, and it has not noticed yet
    await settle()
    assert workers.holding == ["next"]
    await workers.end("next")


@given(
    st.lists(st.tuples(st.sampled_from(["begin", "urgent", "end", "cancel"]), st.integers(0, 30)), max_size=60),
    st.integers(1, 4),
)
def test_never_more_than_there_are_and_none_idle_while_somebody_waits(steps: list[tuple[str, int]], count: int) -> None:
    async def play() -> None:
        workers, alive = Workers(count), []
        for number, (what, choice) in enumerate(steps):
            if what in ("begin", "urgent"):
                alive.append(str(number))
                await workers.begin(str(number), urgent=what == "urgent")
            elif what == "end" and workers.holding:
                name = workers.holding[choice % len(workers.holding)]
                alive.remove(name)
                await workers.end(name)
            elif what == "cancel" and alive:
                await workers.cancel(alive.pop(choice % len(alive)))
            assert len(workers.holding) == min(count, len(alive))
        for name in alive:
            await workers.cancel(name)
        await asyncio.gather(*workers.tasks.values(), return_exceptions=True)

    asyncio.run(play())


async def test_another_number_of_cores_holds_for_what_begins_from_now_on() -> None:
    workers = Workers(2)
    for name in "abcd":
        await workers.begin(name)
    workers.cores.resize(1)
    assert workers.holding == ["a", "b"], "what is under way keeps its core"
    await workers.end("a")
    assert workers.holding == ["b"]
    await workers.end("b")
    assert workers.holding == ["c"]
    workers.cores.resize(3)
    await settle()
    assert workers.holding == ["c", "d"]
    await workers.begin("e")
    assert workers.holding == ["c", "d", "e"]
    for name in "cde":
        await workers.end(name)
    assert workers.cores._free == 3
