"""The default voice: Kokoro-82M, run by onnxruntime, from espeak-ng's phonemes.

    text ─▶ espeak-ng: IPA ─▶ parts of at most PART_SYMBOLS ─▶ model ─▶ trimmed, joined ─▶ WAV

The upper half of this file runs in the child process and the lower half in ours.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.data import shipped
from automagic.errors import ConfigurationError, MediaError, RequestError
from automagic.providers.local.kokoro.graph import OPTIMISED, SOUND, prepare
from automagic.providers.local.kokoro.stated_sounds import phonemize_stated
from automagic.providers.local.shared.speech import LocalNarrator, NarratorInfo, NarratorVoice, open_model, write_speech
from automagic.reading.json import parse_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

MODEL_FILE = "kokoro-v1.0.int8.onnx"

INFO = NarratorInfo(
    name="kokoro",
    title="Kokoro-82M: natural, about as fast as it is heard on one core",
    sample_rate=24000,
    languages=("en", "es", "fr", "it", "pt"),
    voices=(
        NarratorVoice("af_heart", "en-us", "Apache-2.0", "warm American woman"),
        NarratorVoice("am_michael", "en-us", "Apache-2.0", "calm American man"),
        NarratorVoice("bf_emma", "en-gb", "Apache-2.0", "clear British woman"),
        NarratorVoice("bm_george", "en-gb", "Apache-2.0", "measured British man"),
    ),
    packages=("onnxruntime", "espeakng-loader"),
    model="kokoro",
    licence="Apache-2.0 (model), GPL-3.0 (espeak-ng, for the phonemes)",
    own_speed=True,
    own_sounds=True,
)

# espeak-ng's names for the languages besides English, whose accent is the voice's own.
ESPEAK_LANGUAGES = {"es": "es", "fr": "fr-fr", "it": "it", "pt": "pt-br"}

PART_SYMBOLS = 400
"""The model takes 510 symbols and begins to hurry somewhere above 400."""

STYLE_ROWS = 510
STYLE_SIZE = 256

PAUSES_S = {".": 0.35, "!": 0.35, "?": 0.35, "…": 0.35, ",": 0.18, ";": 0.22, ":": 0.22, "—": 0.22}
JOIN_PAUSE_S = 0.10

# ------------------------------------------------------------------------------------------ in the child process

_load_lock = threading.Lock()


def load(model_folder: str) -> None:
    """Load the model and say nothing; the first `speak` would do the same."""
    _session(model_folder)


def speak(  # noqa: PLR0913 - a call from another process
    text: str,
    voice: str,
    language: str,
    model_folder: str,
    target: str,
    speed: float = 1.0,
    *,
    part_symbols: int = PART_SYMBOLS,
    sounds: Sequence[Sequence[str]] = (),
) -> dict[str, int]:
    """Speak one sentence into a WAV file.

    Args:
        text: Words in full.
        voice: A name of `INFO.voices`.
        language: BCP-47, lower case.
        model_folder: Where the manifest's files are.
        target: The file to write.
        speed: As a factor of the voice's own.
        part_symbols: So many symbols are spoken at once.
        sounds: Parts of the text, each with its IPA.

    Returns:
        `sample_rate` in Hz and the number of `frames`.
    """
    parts = split_phonemes(phonemes_of(text, voice, language, sounds), part_symbols)
    if not parts:
        raise RequestError(f"there is nothing to say in {text!r}", hint="Give the scene some words.")
    style = _style(model_folder, voice)
    waves = [_infer(model_folder, part, style, speed) for part in parts]
    pauses_s = [PAUSES_S.get(part[-1], JOIN_PAUSE_S) for part in parts[:-1]]
    return write_speech(text, waves, pauses_s, INFO.sample_rate, target, speed=speed)


def phonemes_of(text: str, voice: str, language: str, sounds: Sequence[Sequence[str]] = ()) -> str:
    """What the model is given for a text; arguments as of `speak`."""
    from automagic.providers.local.espeak import library as espeak_library

    accent = next(known.language for known in INFO.voices if known.name == voice)
    symbols = _symbols()
    tag = ESPEAK_LANGUAGES.get(language.partition("-")[0], accent)
    spoken = phonemize_stated(text, sounds, lambda part: espeak_library.phonemize(part, tag))
    return "".join(symbol for symbol in spoken if symbol in symbols)


@cache
def _symbols() -> dict[str, int]:
    table = shipped("voices/kokoro-symbols.json")
    symbols: dict[str, int] = parse_json(table.read_bytes(), name=table.name)
    return symbols


def _session(model_folder: str) -> Any:
    """The loaded model; one for all threads, since running it is thread-safe but loading it twice is not wanted."""
    with _load_lock:
        return _open_session(model_folder)


@cache
def _open_session(model_folder: str) -> Any:
    model = prepare(Path(model_folder) / MODEL_FILE)
    try:
        return open_model(model, optimised=OPTIMISED)
    except Exception as error:
        model.unlink(missing_ok=True)  # the next run makes it again from the verified file
        raise ConfigurationError(
            f"the Kokoro model cannot be loaded: {error}", hint="Try again; if it stays, run `automagic models verify`."
        ) from error


@cache
def _run_options() -> Any:
    """What a sentence took beyond the model goes back to the system when it is spoken; the next is of another size."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


@cache
def _style(model_folder: str, voice: str) -> NDArray[np.float32]:
    """The voice's style vectors, one row for each number of symbols: (510, 1, 256)."""
    import numpy as np

    values = np.fromfile(Path(model_folder) / f"{voice}.bin", dtype="<f4")
    return values.reshape(STYLE_ROWS, 1, STYLE_SIZE)


def _infer(model_folder: str, phonemes: str, style: NDArray[np.float32], speed: float) -> NDArray[np.float32]:
    import numpy as np

    symbols = _symbols()
    tokens = [symbols[symbol] for symbol in phonemes]
    inputs = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": style[min(len(tokens), STYLE_ROWS) - 1],
        "speed": np.array([speed], np.float32),
    }
    try:
        (audio,) = _session(model_folder).run(["audio"], inputs, _run_options())
    except RuntimeError as error:  # onnxruntime's own errors derive from it
        raise MediaError(f"Kokoro failed: {error}") from error
    samples: NDArray[np.float32] = np.asarray(audio, np.float32).ravel()
    return samples


# From the least to the most audible place for a cut: after a sentence, after a clause, between words.
_CUTS = (re.compile(r"(?<=[.!?…])\s+"), re.compile(r"(?<=[,;:—])\s+"), re.compile(r"\s+"))


def split_phonemes(phonemes: str, limit: int) -> list[str]:
    """Parts of at most `limit` symbols, cut where it is heard least, and of similar lengths.

    A part is halved at the best kind of place that lies in its middle half, there at the one nearest the middle.
    """
    phonemes = phonemes.strip()
    if len(phonemes) <= limit:
        return [phonemes] if phonemes else []
    middle = len(phonemes) / 2
    for cut in _CUTS:
        places = [place for place in cut.finditer(phonemes) if abs(place.start() - middle) <= middle / 2]
        if places:
            best = min(places, key=lambda place: abs(place.start() - middle))
            first, second = phonemes[: best.start()], phonemes[best.end() :]
            break
    else:
        first, second = phonemes[: len(phonemes) // 2], phonemes[len(phonemes) // 2 :]
    return split_phonemes(first, limit) + split_phonemes(second, limit)


# ------------------------------------------------------------------------------------------ in the parent process


class KokoroNarrator(LocalNarrator):
    """The embedded default voice."""

    info = INFO
    module = __name__

    async def phonemes(self, text: str, *, voice: str, language: str, sounds: Sequence[tuple[str, str]] = ()) -> str:
        said: str = await self._child.call(
            "phonemes_of", text=text, voice=voice, language=language.lower(), sounds=[list(pair) for pair in sounds]
        )
        return said

    def _model_files(self, voice: str) -> tuple[str, ...]:
        return (MODEL_FILE, f"{voice}.bin")

    def _facts(self) -> tuple[str, ...]:
        return (SOUND,)
