"""The voices there are, those of this machine and those of vendors, and whether each is ready."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from automagic.errors import RequestError
from automagic.providers.shared.registry import asks_server, engines_of, providers, providers_of

if TYPE_CHECKING:
    from automagic.providers.local.shared.speech import NarratorInfo
    from automagic.settings import Settings

State = Literal["ready", "to be fetched", "damaged", "needs a key"]


@dataclass(frozen=True, slots=True)
class OfferedVoice:
    """A voice that a person can choose.

    Attributes:
        name: What stands behind --voice.
        narrator: Who speaks with it.
        language: The BCP-47 tag of its native accent.
        languages: Primary tags of all that the narrator speaks.
        licence: Of the voice's data.
        state: Of what it needs on this machine.
        hint: What makes it ready; "" when it is.
    """

    name: str
    narrator: str
    language: str
    languages: tuple[str, ...]
    licence: str
    description: str
    state: State
    hint: str


def embedded_narrators(settings: Settings) -> Iterator[NarratorInfo]:
    """What the narrators of this machine are, in order of preference; none is started."""
    for name in engines_of("narrator"):
        start = providers()[name].kinds["narrator"].start
        if start is not None:
            info: NarratorInfo = start(settings).info
            yield info


def find_voice(wanted: str, settings: Settings) -> NarratorInfo | None:
    """Who speaks with a voice: "af_heart", "piper", "espeak:british"; None for a vendor, who alone knows its voices.

    Raises:
        RequestError: Nobody does.
    """
    infos = tuple(embedded_narrators(settings))
    narrator, _, voice = wanted.partition(":")
    for info in infos:
        names = [one.name for one in info.voices]
        if narrator == info.name and (not voice or voice in names):
            return info
        if wanted in names:
            return info
    vendors = [name for name in providers_of("narrator") if asks_server(name)]
    if narrator in vendors or any(providers()[name].lacks(settings) is None for name in vendors):
        return None
    known = [one.name for info in infos for one in info.voices] + [info.name for info in infos]
    near = difflib.get_close_matches(wanted.lower(), known, n=1, cutoff=0.4)
    raise RequestError(
        f"there is no voice {wanted!r}", hint=(f"Did you mean {near[0]}? " if near else "") + "See `automagic voices`."
    )
