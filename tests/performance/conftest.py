"""What the tests of the performance layer need."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from automagic.performance import PerformanceConfig, PerformanceOptimizer
from tests.support.servers.redis import redis_server

Open = Callable[..., PerformanceOptimizer]


@pytest.fixture
async def open_optimizer() -> AsyncIterator[Open]:
    """Opens one with these values of its configuration; stopped at the end."""
    opened: list[PerformanceOptimizer] = []

    def open_one(**values: Any) -> PerformanceOptimizer:
        opened.append(PerformanceOptimizer(PerformanceConfig(**{"keep_metrics": False} | values)))
        return opened[-1]

    yield open_one
    for one in opened:
        await one.stop()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with redis_server(tmp_path / "redis.sock") as url:
        yield url
