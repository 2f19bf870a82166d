"""Every part of a result, with its origin and licence, and whether a machine made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from automagic.products.video.speech_steps import Voice
from automagic.providers.shared.registry import asks_server, providers
from automagic.services import Services
from automagic.stages.look import Look
from automagic.stages.picture_steps import OwnPicture
from automagic.values.credit import HERE, Credit
from automagic.values.script import Script

OWN = "you"


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Who made what, each by the name that the lists of providers know, its model or voice behind it.

    Attributes:
        writer: Such as "openai gpt-5.4-mini"; "you" for the person's own script, and for their pictures.
        pictures: By scene: "gemini gemini-2.5-flash-image", "pexels", "cards".
        narrator: Such as "elevenlabs George".
    """

    writer: str
    pictures: dict[str, str]
    narrator: str

    def __str__(self) -> str:
        """In one sentence."""
        counts = Counter(self.pictures.values())
        pictures = [f"{name} ({count})" if len(counts) > 1 else name for name, count in counts.most_common()]
        return f"Written by {self.writer}, pictures by {' and '.join(pictures)}, voice {self.narrator}."


def tell_makers(
    script: Script, voice: Voice, pictures: Mapping[str, OwnPicture], painters: Mapping[str, str], services: Services
) -> MadeBy:
    """Who made a video.

    Args:
        pictures: The person's own, by scene.
        painters: Who made or gave the others that are no cards, by scene.
    """
    writer = OWN if script.writer == "script" else str(services.vendors.maker("writer", script.writer))
    return MadeBy(
        writer,
        {scene.id: OWN if scene.id in pictures else painters.get(scene.id, "cards") for scene in script.scenes},
        f"{voice.narrator} {voice.voice}",
    )


def list_credits(
    script: Script,
    voice: Voice,
    music: str,
    pictures: Mapping[str, OwnPicture],
    found: Mapping[str, Credit],
    look: Look,
    services: Services,
) -> tuple[Credit, ...]:
    """The ledger of one video.

    Args:
        pictures: The person's own, by scene.
        found: The credits of what others made or gave, by scene.
    """
    return (
        *_text_credits(script, services),
        _voice_credit(voice, services),
        *_picture_credits(script, pictures, found, look),
        *_music_credits(music),
    )


def _text_credits(script: Script, services: Services) -> list[Credit]:
    if script.writer == "script":
        return [Credit("text", script.title, "the person's own script", "unknown", generated=False)]
    entry = providers().get(script.writer)
    if entry is not None and entry.paid:
        written = services.vendors.maker("writer", script.writer).credit("text")
    elif not script.sources:
        written = Credit("text", script.title, HERE, "CC0-1.0", generated=True)
    else:
        written = None
    return [*([written] if written else []), *_source_credits(script)]


def _source_credits(script: Script) -> list[Credit]:
    return [
        Credit(
            "text",
            ", ".join(part for part in (source.title, source.author) if part) or source.location,
            source.location,
            source.licence or "unknown",
            generated=False,
        )
        for source in script.sources
    ]


def _voice_credit(voice: Voice, services: Services) -> Credit:
    info = services.narrator(voice.narrator).info
    licence = next((offered.licence for offered in info.voices if offered.name == voice.voice), "unknown")
    origin = voice.narrator if asks_server(voice.narrator) else HERE
    return Credit("voice", f"{info.title.partition(':')[0]}, voice {voice.voice}", origin, licence, generated=True)


def _picture_credits(
    script: Script, pictures: Mapping[str, OwnPicture], found: Mapping[str, Credit], look: Look
) -> list[Credit]:
    credits = [
        Credit(f"picture of scene {scene.id}", pictures[scene.id].name, "the person's own", "unknown", False)
        for scene in script.scenes
        if scene.id in pictures
    ]
    credits += [found[scene.id] for scene in script.scenes if scene.id in found]
    if len(credits) < len(script.scenes):
        credits.append(Credit("pictures", f"AutoMagic cards, theme {look.theme}", HERE, "CC0-1.0", generated=True))
        credits.append(Credit("icons", "Lucide", "https://lucide.dev", "ISC", generated=False))
    return credits


def _music_credits(music: str) -> list[Credit]:
    if music == "none":
        return []
    if music == "auto":
        return [Credit("music", "AutoMagic music bed", HERE, "CC0-1.0", generated=True)]
    return [Credit("music", music.rsplit("/", 1)[-1], "the person's own", "unknown", generated=False)]
