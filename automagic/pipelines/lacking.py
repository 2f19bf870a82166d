"""What a result was made without, since this machine cannot have it: told, and kept with the result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from automagic.engines import ENGINES, EngineName, find_lacking
from automagic.orchestrator.events import Notice
from automagic.providers.catalogue import CATALOGUE

if TYPE_CHECKING:
    from automagic.orchestrator.run import Run
    from automagic.pipelines.narration import ToldLine
    from automagic.recording import Transcript
    from automagic.services import Services


def lacking_in_video(told: Iterable[ToldLine], *, signed: bool) -> list[EngineName]:
    """The engines that a video was made without.

    Args:
        signed: Whether it should carry content credentials.
    """
    timed: list[EngineName] = ["pocketsphinx"] if any(line.alignment.method == "compared" for line in told) else []
    return timed + find_lacking(["c2pa"] if signed else [])


def lacking_in_clips(transcript: Transcript, *, signed: bool) -> list[EngineName]:
    """The engines that clips were made without.

    Args:
        signed: Whether they should carry content credentials.
    """
    hearer = CATALOGUE.get(transcript.transcriber.partition(" ")[0])
    heard_here = transcript.times == "recognised" and hearer is not None and not hearer.network
    names: list[EngineName] = ["pocketsphinx"] if heard_here else []
    names += ["c2pa", "opentimelineio"] if signed else ["opentimelineio"]
    return find_lacking(names)


def tell_lacking(names: Iterable[EngineName], run: Run[Services]) -> tuple[str, ...]:
    """Tell the person what was done without these; the same sentences."""
    notices = tuple(ENGINES[name].without for name in names)
    for notice in notices:
        run.emit(Notice(notice))
    return notices
