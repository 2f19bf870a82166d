"""The fast voice, for drafts: Piper's joe, about twenty times as fast as real time.

The upper half of this file runs in the child process and the lower half in ours. Piper is GPL-3 and is imported in
the child only.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

from automagic.errors import ConfigurationError, MediaError
from automagic.providers.local.shared.speech import LocalNarrator, NarratorInfo, NarratorVoice, open_model, write_speech
from automagic.reading.json import parse_json

MODEL_FILE = "en_US-joe-medium.onnx"

INFO = NarratorInfo(
    name="piper",
    title="Piper: very fast, for drafts",
    sample_rate=22050,
    languages=("en",),
    voices=(
        NarratorVoice(
            "joe",
            "en-us",
            "CC0-1.0 data; fine-tuned from the lessac voice, whose corpus may restrict commercial use",
            "plain American man",
        ),
    ),
    packages=("piper-tts", "onnxruntime"),
    model="piper-joe",
    licence="GPL-3.0-or-later (engine)",
    own_speed=True,
)

SENTENCE_PAUSE_S = 0.35

# ------------------------------------------------------------------------------------------ in the child process

_load_lock = threading.Lock()


def load(model_folder: str) -> None:
    """Load the model and say nothing; the first `speak` would do the same."""
    _voice(model_folder)


def speak(text: str, voice: str, language: str, model_folder: str, target: str, speed: float = 1.0) -> dict[str, int]:
    """Speak one sentence into a WAV file. There is one voice and one language.

    Args:
        text: Words in full.
        voice: Unused.
        language: Unused.
        model_folder: Where the manifest's files are.
        target: The file to write.
        speed: As a factor of the voice's own.

    Returns:
        `sample_rate` in Hz and the number of `frames`.
    """
    del voice, language
    from piper import SynthesisConfig

    # Without noise the same text gives the same sound. Piper's own normalisation would lift each sentence by itself.
    speaker = _voice(model_folder)
    config = SynthesisConfig(
        noise_scale=0.0, noise_w_scale=0.0, normalize_audio=False, length_scale=speaker.config.length_scale / speed
    )
    # "[[ ]]" would switch Piper to raw phonemes.
    plain = text.replace("[[", "").replace("]]", "")
    try:
        chunks = [chunk.audio_float_array for chunk in speaker.synthesize(plain, config)]
    except RuntimeError as error:
        raise MediaError(f"Piper failed: {error}") from error
    if not chunks:
        raise MediaError(f"Piper said nothing for {text!r}", hint="Rephrase the sentence.")
    pauses_s = [SENTENCE_PAUSE_S] * (len(chunks) - 1)
    return write_speech(text, chunks, pauses_s, INFO.sample_rate, target, speed=speed)


def _voice(model_folder: str) -> Any:
    with _load_lock:
        return _open_voice(model_folder)


@cache
def _open_voice(model_folder: str) -> Any:
    from piper import PiperVoice
    from piper.config import PiperConfig

    model = Path(model_folder) / MODEL_FILE
    try:
        session = open_model(model)
        config = PiperConfig.from_dict(parse_json(Path(f"{model}.json").read_bytes(), name="the voice's JSON"))
    except Exception as error:
        raise ConfigurationError(
            f"the Piper model cannot be loaded: {error}", hint="Run `automagic models verify`."
        ) from error
    return PiperVoice(session=session, config=config)


# ------------------------------------------------------------------------------------------ in the parent process


class PiperNarrator(LocalNarrator):
    """The embedded voice for drafts."""

    info = INFO
    module = __name__
