"""Publishes each draft that waits when its time has come, beside the jobs of a worker or the hours of a scheduler."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from automagic.errors import AutomagicError

if TYPE_CHECKING:
    from automagic.studio import Studio
    from automagic.values.events import Event

DUE_LOOK_S = 10.0
"""How often it is asked whether the time of a draft has come."""


@dataclass
class DueDrafts:
    """A background task; of several processes, one publishes a draft.

    Attributes:
        busy: Drafts are being looked for, or published: who drains waits for them.
    """

    studio: Studio
    busy: bool = False

    async def __call__(self, tell: Callable[[str], object]) -> None:
        """Look every `DUE_LOOK_S`, until cancelled."""
        fails = False
        while True:
            self.busy = True
            try:
                await self._publish(tell)
                fails = False
            except (AutomagicError, sa.exc.OperationalError) as error:  # the database is away, the disk is full
                if not fails:
                    why = error.message if isinstance(error, AutomagicError) else str(error.orig)
                    tell(f"Drafts that are due wait: {why.strip()}.")
                fails = True
            finally:
                self.busy = False
            await asyncio.sleep(DUE_LOOK_S)

    async def _publish(self, tell: Callable[[str], object]) -> None:
        from automagic.destinations.shared.post_queue import PostQueue
        from automagic.products.posts.publishing.request import PublishPostsRequest
        from automagic.values.events import Notice

        def listen(event: Event) -> None:
            if isinstance(event, Notice):
                tell(event.text)

        queue = PostQueue(self.studio.services.store.engine)
        if await asyncio.to_thread(queue.is_due):
            await self.studio.run(PublishPostsRequest(due=True), listener=listen)
