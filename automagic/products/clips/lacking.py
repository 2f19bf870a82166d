"""What clips were made without, since this machine cannot have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.machine.engines import EngineName, find_lacking
from automagic.providers.shared.registry import providers

if TYPE_CHECKING:
    from automagic.values.transcript import Transcript


def lacking_in_clips(transcript: Transcript, *, signed: bool) -> list[EngineName]:
    """The engines that clips were made without.

    Args:
        signed: Whether they should carry content credentials.
    """
    hearer = providers().get(transcript.transcriber.partition(" ")[0])
    heard_here = transcript.times == "recognised" and hearer is not None and not hearer.network
    names: list[EngineName] = ["pocketsphinx"] if heard_here else []
    names += ["c2pa", "opentimelineio"] if signed else ["opentimelineio"]
    return find_lacking(names)
