"""The composition root: everything that a run may use, opened together and closed together.

async with open_services(settings) as services: ...
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.orchestrator.limits import Limits
from automagic.providers.catalogue import CATALOGUE
from automagic.settings import Settings
from automagic.vendors import Vendors

if TYPE_CHECKING:
    from automagic.media.themes import Theme
    from automagic.model import Alignment, SpokenSentence
    from automagic.orchestrator.events import Listener
    from automagic.orchestrator.store import ArtifactStore
    from automagic.providers.local.speech import NarratorInfo, Speech


class Narrator(Protocol):
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

    async def close(self) -> None:
        """End whatever it started."""
        ...


class Aligner(Protocol):
    """Finds when each word is heard."""

    def fingerprint(self) -> str:
        """Everything about the engine that changes the times."""
        ...

    async def align(self, sound: Path, sentence: SpokenSentence, *, language: str) -> Alignment:
        """The times of the display words on the sound's own timeline."""
        ...

    async def close(self) -> None:
        """End whatever it started."""
        ...


NARRATORS = ("kokoro", "piper", "espeak")
"""The embedded ones, in order of preference."""


class Engines:
    """The embedded engines, opened on first use and shared by all runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._narrators: dict[str, Narrator] = {}
        self._aligner: Aligner | None = None

    def narrator(self, name: str) -> Narrator:
        """The embedded narrator of this name.

        Raises:
            RequestError: There is none.
        """
        if name not in self._narrators:
            self._narrators[name] = _open_narrator(name, self._settings)
        return self._narrators[name]

    @property
    def aligner(self) -> Aligner:
        """The word aligner."""
        if self._aligner is None:
            from automagic.providers.local.aligner import WordAligner

            self._aligner = WordAligner(self._settings.home, threads=self._settings.render_slots)
        return self._aligner

    async def close(self) -> None:
        """End every engine that was started."""
        for narrator in self._narrators.values():
            await narrator.close()
        if self._aligner is not None:
            await self._aligner.close()


@dataclass
class Services:
    """What a run may use.

    Attributes:
        engines: Shared by all runs.
        vendors: This run's own: they spend its money.
        themes: Those that were read, by fingerprint.
    """

    settings: Settings
    store: ArtifactStore
    limits: Limits
    engines: Engines
    vendors: Vendors
    themes: dict[str, Theme] = field(default_factory=dict)

    def narrator(self, name: str) -> Narrator:
        """The narrator of this name, an engine or a vendor's.

        Raises:
            RequestError: There is none.
            ConfigurationError: Its key is missing.
        """
        if name in CATALOGUE and CATALOGUE[name].network:
            found: Narrator = self.vendors.narrator(name)
            return found
        return self.engines.narrator(name)

    @property
    def aligner(self) -> Aligner:
        """The word aligner."""
        return self.engines.aligner

    @contextlib.asynccontextmanager
    async def for_run(
        self, run_id: str, *, emit: Listener, max_cost_usd: Decimal | None = None
    ) -> AsyncIterator[Services]:
        """The same services with vendors of the run's own."""
        vendors = Vendors(self.settings, self.store, run_id, emit, max_cost_usd)
        try:
            yield replace(self, vendors=vendors)
        finally:
            await vendors.close()


def _open_narrator(name: str, settings: Settings) -> Narrator:
    threads = settings.render_slots
    match name:
        case "kokoro":
            from automagic.providers.local.kokoro import KokoroNarrator

            return KokoroNarrator(settings.home, threads=threads)
        case "piper":
            from automagic.providers.local.piper import PiperNarrator

            return PiperNarrator(settings.home, threads=threads)
        case "espeak":
            from automagic.providers.local.espeak import EspeakNarrator

            return EspeakNarrator(settings.home, threads=threads)
        case _:
            raise RequestError(f"there is no narrator {name!r}", hint="Narrators: " + ", ".join(NARRATORS))


@contextlib.asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the database, the store and the limits; end all engines at the end."""
    from automagic.database.engine import open_database, sqlite_url
    from automagic.orchestrator.store import ArtifactStore

    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        engine = open_database(sqlite_url(home / "automagic.db"))
        store = ArtifactStore(home / "artifacts", engine)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ResourceError(
                f"there is no room in AUTOMAGIC_HOME={home}", hint="Free some space and run the same command again."
            ) from error
        raise ConfigurationError(
            f"AUTOMAGIC_HOME={home} cannot be used: {error.strerror or error}", hint="Set it to a folder you can write."
        ) from error
    engines = Engines(settings)
    vendors = Vendors(settings, store, "", lambda _event: None)
    try:
        yield Services(settings, store, Limits(cores=settings.render_slots), engines, vendors)
    finally:
        await vendors.close()
        await engines.close()
        engine.dispose()
