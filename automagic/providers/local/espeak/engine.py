"""The voice of last resort: espeak-ng, robotic, understandable, and at home in more than a hundred languages.

The upper half of this file runs in the child process and the lower half in ours. espeak-ng is GPL-3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.errors import RequestError
from automagic.providers.local.shared.speech import LocalNarrator, NarratorInfo, NarratorVoice, write_speech

if TYPE_CHECKING:
    from collections.abc import Sequence

# Primary tags; tests ask the library for each of them.
_LANGUAGES = (
    "af am an ar as az ba be bg bn bpy bs ca chr cmn cs cv cy da de el en eo es et eu fa fi fr ga gd "
    "gn grc gu hak haw he hi hr ht hu hy hyw ia id io is it ja ka kk kl kn ko kok ku ky la lb lt ltg "
    "lv mi mk ml mr ms mt mto my nb nci ne nl no nog om or pa pap pl pt py qu quc ro ru sd shn si sk "
    "sl smj sq sr sv sw ta te th ti tk tn tr tt ug uk ur uz vi yue zh"
)

# Where espeak-ng's tag is not the usual one.
_ESPEAK_TAGS = {"zh": "cmn", "no": "nb"}

INFO = NarratorInfo(
    name="espeak",
    title="espeak-ng: robotic, instant, more than a hundred languages",
    sample_rate=22050,
    languages=tuple(_LANGUAGES.split()),
    voices=(
        NarratorVoice("standard", "en-us", "GPL-3.0-or-later", "a machine; its accent is the language's"),
        NarratorVoice("british", "en-gb", "GPL-3.0-or-later", "the same with a British accent in English"),
    ),
    packages=("espeakng-loader",),
    model="",
    licence="GPL-3.0-or-later",
    own_speed=True,
)

WORDS_PER_MINUTE = 160
PITCH = 42

# ------------------------------------------------------------------------------------------ in the child process


def load(model_folder: str) -> None:
    """Load the library; the first `speak` would do the same."""
    del model_folder
    from automagic.providers.local.espeak import library as espeak_library

    espeak_library.list_languages()


def speak(text: str, voice: str, language: str, model_folder: str, target: str, speed: float = 1.0) -> dict[str, int]:
    """Speak one sentence into a WAV file.

    Args:
        text: Words in full.
        voice: A name of `INFO.voices`; it decides the accent of English.
        language: BCP-47, lower case.
        model_folder: Unused.
        target: The file to write.
        speed: As a factor of the voice's own.

    Returns:
        `sample_rate` in Hz and the number of `frames`.
    """
    del model_folder
    import numpy as np

    from automagic.providers.local.espeak import library as espeak_library

    tag = _tag_of(voice, language)
    if not any(character.isalnum() for character in text):
        raise RequestError(f"there is nothing to say in {text!r}", hint="Give the scene some words.")
    data, rate = espeak_library.synthesize(text, tag, words_per_minute=round(WORDS_PER_MINUTE * speed), pitch=PITCH)
    spoken = (np.frombuffer(data, "=i2") / 32768).astype(np.float32)
    return write_speech(text, [spoken], (), rate, target, speed=speed)


def phonemes_of(text: str, voice: str, language: str) -> str:
    """A text in IPA as it is said; arguments as of `speak`."""
    from automagic.providers.local.espeak import library as espeak_library

    return espeak_library.phonemize(text, _tag_of(voice, language))


def _tag_of(voice: str, language: str) -> str:
    """The library's tag; a voice decides the accent of English."""
    accent = next(known.language for known in INFO.voices if known.name == voice)
    return accent if language == "en" else _ESPEAK_TAGS.get(language.partition("-")[0], language)


# ------------------------------------------------------------------------------------------ in the parent process


class EspeakNarrator(LocalNarrator):
    """The embedded voice of last resort."""

    info = INFO
    module = __name__

    async def phonemes(self, text: str, *, voice: str, language: str, sounds: Sequence[tuple[str, str]] = ()) -> str:
        """What it says for a text, in IPA; it takes no sounds."""
        del sounds
        said: str = await self._child.call("phonemes_of", text=text, voice=voice, language=language.lower())
        return said
