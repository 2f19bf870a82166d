"""The composition root: everything that a run may use, opened together and closed together.

async with open_services(settings) as services: ...
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from automagic.errors import ConfigurationError, RequestError, ResourceError, is_disk_full
from automagic.language.names.file import load_names
from automagic.machine.leaving import in_thread
from automagic.media.video.ffmpeg_program import Program, locate_ffmpeg
from automagic.providers.shared.registry import asks_server, engines_of, providers
from automagic.providers.shared.vendors import Vendors
from automagic.runs.limits import Limits
from automagic.settings import Settings

if TYPE_CHECKING:
    from automagic.language.names.entries import NameList
    from automagic.media.design.themes import Theme
    from automagic.monitor.guard import ResourceGuard
    from automagic.monitor.measured import Measured
    from automagic.monitor.resources import Sampler
    from automagic.providers.local.shared.aligner import WordAligner
    from automagic.providers.local.shared.parser import SentenceParser
    from automagic.providers.local.shared.sentence_vectors import SentenceVectors
    from automagic.providers.local.shared.speech import NarratorInfo, Speech
    from automagic.providers.local.whisper.engine import WhisperTranscriber
    from automagic.providers.shared.provider import Kind
    from automagic.store.artifacts import ArtifactStore
    from automagic.upkeep import NeededFiles
    from automagic.values.events import Listener


MEASURED_S = 1.0
"""How long figures may wait for the database at the end of a run."""


class EmbeddedEngine(Protocol):
    """What is started on first use."""

    async def rest(self) -> None:
        """Free the memory of what is loaded, when nothing is under way."""
        ...

    async def close(self) -> None:
        """End everything that it started."""
        ...


class RequestQueue(Protocol):
    """The queue, as far as a run may ask it for something."""

    def forget(self, product: str, field: str, value: str, *, but: str = "") -> set[str]:
        """Remove the jobs whose request has this value; gives the files by sha256 that no other job needs."""
        ...


class Narrator(EmbeddedEngine, Protocol):
    """Speaks one sentence at a time."""

    @property
    def info(self) -> NarratorInfo:
        """Its name, voices and languages."""
        ...

    def fingerprint(self, voice: str) -> str:
        """Everything about the engine, its model and the voice that changes the sound."""
        ...

    async def open(self) -> None:
        """Load what it needs, before a core is taken for the first sentence."""
        ...

    async def speak(self, text: str, target: Path, *, voice: str, language: str) -> Speech:
        """Write `text`, spoken, to `target` as mono 16-bit WAV."""
        ...


class Engines:
    """The embedded engines, opened on first use and shared by all runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._narrators: dict[str, Narrator] = {}

    @property
    def _threads(self) -> int:
        return self._settings.render_slots

    def narrator(self, name: str) -> Narrator:
        """The embedded narrator of this name.

        Raises:
            RequestError: There is none.
        """
        if name not in self._narrators:
            narrators = engines_of("narrator")
            if name not in narrators:
                raise RequestError(f"there is no narrator {name!r}", hint="Narrators: " + ", ".join(narrators))
            self._narrators[name] = self._start("narrator", name)
        return self._narrators[name]

    @cached_property
    def aligner(self) -> WordAligner:
        """The word aligner."""
        from automagic.providers.local.shared.aligner import WordAligner

        # Each thread has a model of its own, and one keeps up with ten that speak.
        return WordAligner(self._settings.home, threads=1)

    @cached_property
    def transcriber(self) -> WhisperTranscriber:
        """Who hears the words of a recording."""
        engine: WhisperTranscriber = self._start("transcriber", engines_of("transcriber")[0])
        return engine

    @cached_property
    def sentence_vectors(self) -> SentenceVectors:
        """What turns sentences into vectors."""
        from automagic.providers.local.shared.sentence_vectors import SentenceVectors

        return SentenceVectors(self._settings.home, threads=self._threads)

    @cached_property
    def sentence_parser(self) -> SentenceParser:
        """What finds how the words of a sentence hang together."""
        from automagic.providers.local.shared.parser import SentenceParser

        return SentenceParser(self._settings.home, threads=1)

    async def rest_speech(self) -> None:
        """Free the memory of those that speak and time words, where nobody else has them at work."""
        for narrator in list(self._narrators.values()):  # another run may open one meanwhile
            await narrator.rest()
        if "aligner" in self.__dict__:  # opened
            await self.aligner.rest()

    async def rest(self) -> None:
        """Free the memory of those that are idle."""
        for engine in self._all():
            await engine.rest()
        _close_drawing()

    async def close(self) -> None:
        """End every engine that was started."""
        for engine in self._all():
            await engine.close()
        _close_drawing()

    def _start(self, kind: Kind, name: str) -> Any:
        start = providers()[name].kinds[kind].start
        assert start is not None  # noqa: S101 - who asks no server is started
        return start(self._settings)

    def _all(self) -> list[EmbeddedEngine]:
        opened = [vars(self).get(name) for name in ("aligner", "transcriber", "sentence_vectors", "sentence_parser")]
        return [*self._narrators.values(), *(engine for engine in opened if engine is not None)]


def _close_drawing() -> None:
    """End the children that draw; where nothing was drawn, what would start them is not even loaded."""
    if drawing := sys.modules.get("automagic.media.design.drawing"):
        drawing.close()


@dataclass
class Services:
    """What a run may use.

    Attributes:
        engines: Shared by all runs.
        vendors: This run's own: they spend its money.
        guard, sampler, measured: Of the whole process.
        themes: Those that were read, by fingerprint.
        recordings: Where those lie that clips are made of, by sha256: they are too large to be copied.
        queue: Where requests wait; None where there is none.
        held: What products hold in memory between runs, by keys of their own.
    """

    settings: Settings
    store: ArtifactStore
    limits: Limits
    engines: Engines
    vendors: Vendors
    guard: ResourceGuard
    sampler: Sampler
    measured: Measured
    themes: dict[str, Theme] = field(default_factory=dict)
    recordings: dict[str, Path] = field(default_factory=dict)
    queue: RequestQueue | None = None
    held: dict[str, asyncio.Task[Any]] = field(default_factory=dict)

    def narrator(self, name: str) -> Narrator:
        """The narrator of this name, an engine or a vendor's.

        Raises:
            RequestError: There is none.
            ConfigurationError: Its key is missing.
        """
        if name in providers() and asks_server(name):
            found: Narrator = self.vendors.narrator(name)
            return found
        return self.engines.narrator(name)

    @cached_property
    def names(self) -> NameList:
        """The person's own list, read once a run.

        Raises:
            ConfigurationError: Naming everything that is wrong in the file.
        """
        return load_names(self.settings.home)

    @property
    def ffmpeg(self) -> Program:
        """The executable that works on sound; not yet tried out, see `identify_ffmpeg`.

        Raises:
            ConfigurationError: There is none.
        """
        return locate_ffmpeg(self.settings.ffmpeg_binary)

    @contextlib.asynccontextmanager
    async def for_run(
        self,
        run_id: str,
        *,
        emit: Listener,
        max_cost_usd: Decimal | None = None,
        take: int = 1,
        anew: frozenset[str] = frozenset(),
    ) -> AsyncIterator[Services]:
        """The same services with vendors of the run's own; arguments as of `Vendors`."""
        vendors = Vendors(self.settings, self.store, run_id, emit, max_cost_usd, take, anew)
        try:
            yield replace(self, vendors=vendors)
        finally:
            await vendors.close()
            if self.measured.is_due:
                await self.keep_measured()

    async def keep_measured(self) -> None:
        """Add what this process measured of itself to the totals; what cannot be added within `MEASURED_S` waits."""
        if not self.measured.wanted:
            return
        import sqlalchemy as sa

        from automagic.monitor.totals import use_engine

        begin = use_engine(self.store.engine.execution_options(durable=False))
        # The disk is full, the database is away or busy: figures are no reason to fail, or to wait.
        with contextlib.suppress(TimeoutError, sa.exc.OperationalError):
            async with asyncio.timeout(MEASURED_S):
                await in_thread(self.measured.flush, begin, now=time.time())


@contextlib.asynccontextmanager
async def open_services(
    settings: Settings, *, needed: NeededFiles | None = None, queue: RequestQueue | None = None
) -> AsyncIterator[Services]:
    """Open the database, the store and the limits; end all engines at the end.

    Args:
        needed: What an emergency cleanup must leave for jobs; without it there is none.
        queue: Where requests wait.
    """
    from automagic.database.address import database_url
    from automagic.database.engine import open_database
    from automagic.machine.private_files import make_home
    from automagic.monitor.measured import Measured
    from automagic.store.artifacts import ArtifactStore
    from automagic.store.blobs import open_blob_store

    home = settings.home
    try:
        make_home(home, settings.artifacts_url)
        engine = open_database(database_url(settings), pool_size=settings.database_pool_size)
        shared = open_blob_store(settings.artifacts_url) if settings.artifacts_url else None
        store = ArtifactStore(home / "artifacts", engine, shared=shared)
    except OSError as error:
        if is_disk_full(error):
            raise ResourceError(
                f"there is no room in AUTOMAGIC_HOME={home}", hint="Free some space and run the same command again."
            ) from error
        used = (home / "automagic.db").exists()
        raise ConfigurationError(
            f"AUTOMAGIC_HOME={home} cannot be used: {error.strerror or error}",
            hint="Make it writable: it holds what was paid for." if used else "Set it to a folder you can write.",
        ) from error
    engines = Engines(settings)
    vendors = Vendors(settings, store, "", lambda _event: None)
    guard, sampler = _open_guard(settings, store, engines, needed)
    limits = Limits(cores=settings.render_slots, guard=guard)
    measured = Measured()
    measured.watch(engine)
    services = Services(settings, store, limits, engines, vendors, guard, sampler, measured, queue=queue)
    try:
        yield services
    finally:
        await services.keep_measured()
        await vendors.close()
        await engines.close()
        await asyncio.to_thread(sampler.stop)
        engine.dispose()


def _open_guard(
    settings: Settings, store: ArtifactStore, engines: Engines, needed: NeededFiles | None
) -> tuple[ResourceGuard, Sampler]:
    """The guard before heavy work, and the sampler that begins with the first of it."""
    from automagic.machine.memory import trim_memory
    from automagic.monitor.guard import ResourceGuard
    from automagic.monitor.resources import Sampler

    home = settings.home

    def record(peaks: Mapping[str, float]) -> None:
        import sqlalchemy as sa

        from automagic.monitor.totals import record_peaks, use_engine

        try:
            record_peaks(use_engine(store.engine.execution_options(durable=False)), peaks, now=time.time())
        except sa.exc.OperationalError as error:
            raise OSError("the database does not answer") from error

    def clean_up() -> None:
        from automagic.store.retention import Place, Rules
        from automagic.upkeep import clean_home

        if needed is not None:
            rules = Rules.of(settings, emergency=True)
            clean_home(Place(home, store.engine, shared=store.shared), rules, needed=needed)

    async def relieve() -> None:
        await engines.rest()
        trim_memory()

    sampler = Sampler(home, flush=record)
    guard = ResourceGuard(
        home,
        memory_bytes=round(settings.max_memory_gb * 2**30),
        clean_up=clean_up,
        relieve=relieve,
        at_work=sampler.start,
    )
    return guard, sampler
