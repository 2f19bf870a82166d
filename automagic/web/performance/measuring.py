"""The optimizer of this process, opened when it is first asked for: importing it takes a fifth of a second."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from automagic.web.performance.machine import MachineLook

if TYPE_CHECKING:
    from automagic.performance.layer import PerformanceOptimizer


class Measuring:
    """What this process measures.

    Attributes:
        optimizer: None until it is asked for.
    """

    def __init__(self, optimizer: PerformanceOptimizer | None = None) -> None:
        self.optimizer = optimizer

    @cached_property
    def machine(self) -> MachineLook:
        """What the machine does."""
        return MachineLook()

    async def open(self) -> PerformanceOptimizer:
        """The server's own, or else the program's."""
        if self.optimizer is None:
            self.optimizer = await asyncio.to_thread(_find)
        return self.optimizer

    def note(self, name: str, took_s: float, *, failed: bool) -> None:
        """Count a request and how long it took, where this process measures itself."""
        if self.optimizer is not None and self.optimizer.running:
            self.optimizer.measured.add_to(("call", name, "failed" if failed else "done"), took_s)


def _find() -> PerformanceOptimizer:
    from automagic.performance.layer import shared_optimizer

    return shared_optimizer()
