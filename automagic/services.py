"""The composition root: everything that a run may use, opened together and closed together.

async with open_services(settings) as services: ...
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from automagic.errors import ConfigurationError, RequestError, ResourceError
from automagic.orchestrator.limits import Limits
from automagic.settings import Settings

if TYPE_CHECKING:
    from automagic.media.themes import Theme
    from automagic.model import Alignment, SpokenSentence
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
"""In order of preference."""


@dataclass
class Services:
    """What a run may use. Engines are opened on first use.

    Attributes:
        themes: Those that were read, by fingerprint.
    """

    settings: Settings
    store: ArtifactStore
    limits: Limits
    themes: dict[str, Theme] = field(default_factory=dict)
    _narrators: dict[str, Narrator] = field(default_factory=dict)
    _aligner: Aligner | None = None

    def narrator(self, name: str) -> Narrator:
        """The narrator of this name.

        Raises:
            RequestError: There is none.
        """
        if name not in self._narrators:
            self._narrators[name] = _open_narrator(name, self.settings)
        return self._narrators[name]

    @property
    def aligner(self) -> Aligner:
        """The word aligner."""
        if self._aligner is None:
            from automagic.providers.local.aligner import WordAligner

            self._aligner = WordAligner(self.settings.home, threads=self.settings.render_slots)
        return self._aligner

    async def close(self) -> None:
        """End every engine that was started."""
        for narrator in self._narrators.values():
            await narrator.close()
        if self._aligner is not None:
            await self._aligner.close()


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
    services = Services(settings, store, Limits(cores=settings.render_slots))
    try:
        yield services
    finally:
        await services.close()
        engine.dispose()
