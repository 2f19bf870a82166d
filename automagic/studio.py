"""The same products from Python.

async with open_studio() as studio:
    result = await studio.video(VideoRequest(source="article.md"))
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.errors import AutomagicError
from automagic.memory import bound_heaps
from automagic.orchestrator.events import Event, Listener
from automagic.orchestrator.run import Redo, finish, open_run
from automagic.services import Services, open_services
from automagic.settings import Settings, load_settings

if TYPE_CHECKING:
    from automagic.destinations.publication import Options, Receipt
    from automagic.pipelines.video import VideoRequest, VideoResult


@dataclass(frozen=True)
class Studio:
    """Everything that is open while products are made."""

    settings: Settings
    services: Services

    async def video(self, request: VideoRequest, *, listener: Listener | None = None) -> VideoResult:
        """Make a video, or with `request.plan` say what making it would do.

        Args:
            listener: Is told each event of the run.

        Raises:
            AutomagicError: Explained, with its exit code. With QualityError the result lies beside its place, its
                name ending in `.rejected`.
        """
        from automagic.pipelines.video import encode_result, make_video

        async with (
            open_run(
                "video",
                self.services,
                home=self.settings.home,
                store=self.services.store,
                limits=self.services.limits,
                engine=self.services.store.engine,
                listener=listener or _ignore,
                take=request.take,
                redo=tuple(Redo.parse(text) for text in request.redo),
                planning=request.plan,
            ) as run,
            self.services.for_run(run.id, emit=run.emit, max_cost_usd=request.max_cost_usd) as run.services,
            _explained(),
        ):
            result = await make_video(request, run)
            if not request.plan:
                finish(
                    run,
                    "rejected" if result.rejected else "succeeded",
                    title=result.title,
                    result=encode_result(result),
                )
            return result

    async def publish(
        self, result: str | Path, to: Sequence[str], options: Options | None = None, *, listener: Listener | None = None
    ) -> tuple[Receipt, ...]:
        """Publish a finished result; what was published before stays as it is.

        Args:
            result: A run's id, or the result's folder.
            to: "youtube", "folder:PATH", "webhook:URL".

        Raises:
            AutomagicError: Explained, with its exit code.
        """
        from automagic.destinations.publication import Options
        from automagic.pipelines.publishing import find_result, open_destinations, publish

        folder = find_result(self.services.store.engine, str(result))
        async with (
            open_run(
                "publish",
                self.services,
                home=self.settings.home,
                store=self.services.store,
                limits=self.services.limits,
                engine=self.services.store.engine,
                listener=listener or _ignore,
            ) as run,
            self.services.for_run(run.id, emit=run.emit) as run.services,
        ):
            destinations = await open_destinations(to, options or Options(), run)
            receipts = await publish(folder, run.id, destinations, run)
            finish(run, "succeeded", title=folder.name)
            return receipts

    async def connect_youtube(self, show: Callable[[str], object]) -> str:
        """Ask for the permission to publish on a YouTube channel and keep it; gives the channel's title.

        Args:
            show: Is given the address of the page where permission is given.
        """
        from automagic.pipelines.publishing import connect_youtube

        async with self.services.for_run("", emit=_ignore) as services:
            return await connect_youtube(services, self.services.store.engine, show)


@contextlib.asynccontextmanager
async def open_studio(settings: Settings | None = None) -> AsyncIterator[Studio]:
    """Open the engines; they end with the block.

    Args:
        settings: Read from `.env` and the environment when None.
    """
    settings = settings or load_settings()
    bound_heaps()
    async with open_services(settings) as services:
        yield Studio(settings, services)


def _ignore(_event: Event) -> None:
    """Nobody listens."""


@contextlib.asynccontextmanager
async def _explained() -> AsyncIterator[None]:
    """Siblings that fail together arrive as a group; raise the one that the person should read."""
    try:
        yield
    except BaseExceptionGroup as group:
        explained = list(_flatten(group))
        explained.sort(key=lambda error: not isinstance(error, AutomagicError))
        raise explained[0] from group


def _flatten(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    flat: list[BaseException] = []
    for error in group.exceptions:
        flat.extend(_flatten(error) if isinstance(error, BaseExceptionGroup) else [error])
    return flat
