"""The same products from Python.

    async with open_studio() as studio:
        result = await studio.video(VideoRequest(source="article.md"))

`studio.run` makes whatever a request of any product asks for; `video` and `clips` are its names for these two.

What shall be made later, or by a worker elsewhere, goes into the queue:

    async with open_studio() as studio:
        job = await studio.jobs.add(VideoRequest(source="article.md"), priority="high")
        async for job in studio.jobs.watch(job.id):
            print(job.state, job.progress)
        folder = await studio.jobs.fetch(job.id, Path("honey"))
        metrics = await studio.metrics()
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from automagic.machine.memory import bound_heaps
from automagic.products import operation_of, steps_of
from automagic.runs.redo import Redos
from automagic.runs.run import Run, Workspace, finish, open_run
from automagic.services import Services, open_services
from automagic.settings import Settings, load_settings
from automagic.stages.failures import explained
from automagic.values.events import Event, Listener, Notice
from automagic.values.product import Result, load
from automagic.values.request import Request

if TYPE_CHECKING:
    from automagic.destinations.shared.accounts import SignedIn
    from automagic.destinations.shared.network import NetworkAccount, SignInTalk
    from automagic.destinations.shared.publication import Options, Receipt
    from automagic.jobs.queue.client import AsyncJobQueue
    from automagic.jobs.queue.queue import JobQueue
    from automagic.monitor.metrics import Metrics
    from automagic.products.clips.request import ClipsRequest
    from automagic.products.clips.result import ClipsResult
    from automagic.products.video.request import VideoRequest
    from automagic.products.video.result import VideoResult
    from automagic.values.script import Script


@dataclass(frozen=True)
class Studio:
    """Everything that is open while products are made."""

    settings: Settings
    services: Services

    @cached_property
    def jobs(self) -> AsyncJobQueue:
        """The queue: add, get, find_all, watch, cancel, retry, fetch. `automagic worker` carries out its jobs."""
        from automagic.jobs.queue.client import AsyncJobQueue
        from automagic.jobs.queue.location import QueueLocation

        return AsyncJobQueue(QueueLocation.of(self.settings))

    async def metrics(self, *, since_s: float | None = None) -> Metrics:
        """What was made, how long it took and what it cost, as `automagic --metrics` tells it.

        Args:
            since_s: Only the last seconds, this many; everything when None.
        """
        from automagic.monitor.metrics import read_metrics
        from automagic.monitor.totals import bring_up_to_date, use_engine

        await self.services.keep_measured()
        now = time.time()

        def read() -> Metrics:
            begin = use_engine(self.services.store.engine)
            bring_up_to_date(begin, now=now)
            with begin() as execute:
                return read_metrics(execute, since=None if since_s is None else now - since_s, now=now)

        return await asyncio.to_thread(read)

    @contextlib.asynccontextmanager
    async def _open_run(
        self,
        product: str,
        listener: Listener | None,
        *,
        request: Request | None = None,
        redo: Redos | None = None,
        run_id: str | None = None,
    ) -> AsyncIterator[Run[Services]]:
        """A run on what this studio has open, with vendors of its own."""
        services = self.services
        take, planning = (request.take, request.plan) if request else (1, False)
        cost_usd = request.max_cost_usd if request else None
        redo = redo or Redos()
        place = Workspace(services, self.settings.home, services.store, services.limits)
        listener = listener or _ignore
        services.measured.wanted |= not planning
        async with (
            open_run(product, place, listener=listener, take=take, redo=redo, planning=planning, run_id=run_id) as run,
            services.for_run(run.id, emit=run.emit, max_cost_usd=cost_usd, take=take, anew=redo.names) as run.services,
        ):
            yield run

    async def run(self, request: Request, *, listener: Listener | None = None, run_id: str | None = None) -> Result:
        """Make what is asked for, or with `request.plan` say what making it would do.

        What could not be made of it, or did not pass, is in the result, whose `complaint` is then to be raised.

        Args:
            request: Of any product; its type says which.
            listener: Is told each event of the run.
            run_id: Of a run that may have been begun before, as a job's; a new one when None.

        Raises:
            AutomagicError: Explained, with its exit code.
        """
        product, operation = operation_of(request)
        redo = Redos(request.redo, {step.name for step in steps_of(operation)})
        name = "preview" if request.preview else product.name  # it is no video among those that were made
        async with self._open_run(name, listener, request=request, redo=redo, run_id=run_id) as run:
            with explained():
                result: Result = await load(operation.recipe)(request, run)
            for one in redo.unmet:
                run.emit(Notice(f"--redo {one}: this run came to no such step."))
            if not request.plan:
                why = result.complaint.message if result.complaint and result.state != "rejected" else None
                record = msgspec.json.encode(result.record).decode()
                finish(run, result.state, title=result.title, result=record, error=why)
            return result

    async def video(self, request: VideoRequest, *, listener: Listener | None = None) -> VideoResult:
        """Make a video. One that did not pass lies beside its place, its name ending in `.rejected`."""
        return cast("VideoResult", await self.run(request, listener=listener))

    async def clips(self, request: ClipsRequest, *, listener: Listener | None = None) -> ClipsResult:
        """Make clips of recordings."""
        return cast("ClipsResult", await self.run(request, listener=listener))

    async def write_script(self, request: VideoRequest, *, listener: Listener | None = None) -> Script:
        """The script of a video with the cards of its scenes, and no video; `as_file` makes a file of it."""
        from automagic.products.video.words import write_with_cards

        async with self._open_run("script", listener, request=request) as run:
            with explained():
                script = await write_with_cards(request, run)
            finish(run, "succeeded", title=script.title)
            return script

    async def publish(
        self,
        result: str | Path,
        to: Sequence[str],
        options: Options | None = None,
        *,
        clips: Sequence[str] = (),
        listener: Listener | None = None,
    ) -> tuple[Receipt, ...]:
        """Publish a finished video, or each clip that passed; what was published before stays as it is.

        Args:
            result: A run's id, or the result's folder.
            to: "youtube", "folder:PATH", "webhook:URL".
            clips: Only these, by number, id or folder.

        Raises:
            NotAllPublished: Some clips are published and others are not; it has the receipts.
            AutomagicError: Explained, with its exit code.
        """
        from automagic.destinations.shared.publication import Options
        from automagic.destinations.shared.result_folder import read_results
        from automagic.stages.publishing import NotAllPublished, find_result, open_destinations, publish, publish_each

        folder = find_result(self.services.store.engine, str(result))
        async with self._open_run("publish", listener) as run:
            publications = read_results(folder, run_id=run.id, clips=clips)
            destinations = await open_destinations(to, options or Options(), run)
            if len(publications) == 1:
                receipts = await publish(publications[0], destinations, run)
            else:
                receipts, failures = await publish_each(publications, destinations, run)
                if failures:
                    raise NotAllPublished(receipts, failures, len(publications))
            finish(run, "succeeded", title=folder.name)
            return receipts

    async def sign_in(self, network: str, talk: SignInTalk) -> NetworkAccount:
        """Ask for what it takes to post at a network, and keep it.

        Args:
            network: "bluesky", "mastodon:example.social", "x".
            talk: The person.
        """
        from automagic.destinations.shared import accounts
        from automagic.stages.publishing import network_access

        async with self.services.for_run("", emit=_ignore) as services:
            return await accounts.sign_in(network, talk, network_access(services))

    async def list_accounts(self) -> tuple[SignedIn, ...]:
        """Every account at a network, each asked whether it still is good."""
        from automagic.destinations.shared import accounts
        from automagic.stages.publishing import network_access

        async with self.services.for_run("", emit=_ignore) as services:
            return await accounts.list_signed_in(network_access(services))

    async def sign_out(self, account: str) -> SignedIn:
        """Take back what an account granted, and forget it.

        Args:
            account: Its name, alone or behind the network's: "mastodon:@jane@example.social".
        """
        from automagic.destinations.shared import accounts
        from automagic.stages.publishing import network_access

        async with self.services.for_run("", emit=_ignore) as services:
            return await accounts.sign_out(account, network_access(services))

    async def connect_youtube(self, show: Callable[[str], object]) -> str:
        """Ask for the permission to publish on a YouTube channel and keep it; gives the channel's title.

        Args:
            show: Is given the address of the page where permission is given.
        """
        from automagic.stages.publishing import connect_youtube

        async with self.services.for_run("", emit=_ignore) as services:
            return await connect_youtube(services, show)


@contextlib.asynccontextmanager
async def open_studio(settings: Settings | None = None) -> AsyncIterator[Studio]:
    """Open the engines; they end with the block.

    Args:
        settings: Read from `.env` and the environment when None.
    """
    settings = settings or load_settings()
    bound_heaps()
    queue = _Queue(settings)
    async with open_services(settings, needed=queue.needed_files, queue=queue) as services:
        yield Studio(settings, services)


@dataclass(frozen=True, slots=True)
class _Queue:
    """The queue as runs need it, which is seldom: it is not even imported before."""

    settings: Settings

    def needed_files(self) -> set[str]:
        """The files that jobs need, by sha256: no cleanup takes them.

        Raises:
            ConfigurationError: The queue cannot be asked.
        """
        return self._open().needed_files()

    def forget(self, product: str, field: str, value: str, *, but: str = "") -> set[str]:
        return self._open().forget(product, field, value, but=but)

    def _open(self) -> JobQueue:
        from automagic.jobs.queue.location import QueueLocation
        from automagic.jobs.queue.queue import JobQueue

        return JobQueue(QueueLocation.of(self.settings))


def _ignore(_event: Event) -> None:
    """Ignore the event: there is no listener."""
