"""The voices there are, those of this machine and those of vendors, and whether each is ready."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from automagic.errors import RequestError
from automagic.language.names.file import FILE_NAME
from automagic.providers.shared.registry import asks_server, engines_of, providers, providers_of

if TYPE_CHECKING:
    from automagic.language.names.entries import NameList
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


def list_voices(settings: Settings) -> tuple[OfferedVoice, ...]:
    """Every voice of this machine and, by the name of the vendor alone, those that only the vendor's server knows."""
    from automagic.weights.model_files import list_models

    models = {status.model.name: status.state for status in list_models(settings.home)}
    found: list[OfferedVoice] = []
    for info in embedded_narrators(settings):
        state = models.get(info.model, "ready")
        told: tuple[State, str] = ("ready", "")
        if state in ("missing", "damaged"):
            told = ("to be fetched" if state == "missing" else "damaged", f"automagic models install {info.model}")
        found += [
            OfferedVoice(voice.name, info.name, voice.language, info.languages, voice.licence, voice.description, *told)
            for voice in info.voices
        ]
    for name in (one for one in providers_of("narrator") if asks_server(one)):
        lacks = providers()[name].lacks(settings)
        told = ("needs a key", f"{lacks.name}={lacks.example} in .env") if lacks else ("ready", "")
        found.append(OfferedVoice(name, name, "", (), "the vendor's terms of use", "voices of a vendor", *told))
    return tuple(found)


def tell_unsaid(names: NameList, narrator: NarratorInfo) -> str:
    """That a voice cannot say names by their sounds; "" when it can, or a respelling tells it how."""
    unsaid = [entry.name for entry in names.entries if entry.say_ipa and not entry.say]
    if narrator.own_sounds or not unsaid:
        return ""
    return f"{narrator.name} takes no IPA: it reads {', '.join(unsaid)} as written. Add say to {FILE_NAME}."


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
