"""What the embedded narrators share on the parent's side: how they are described, asked, and checked.

KokoroNarrator ─┐
PiperNarrator  ─┼─ LocalNarrator ──▶ PythonChild(the same module).speak(...) ──▶ a WAV file
EspeakNarrator ─┘
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from automagic.errors import MediaError, RequestError
from automagic.providers.local.shared.child_engine import ChildEngine
from automagic.weights.model_files import ensure_model, fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automagic.providers.local.shared.waveform import Samples

# Nobody speaks slower or faster than this for long; a result outside is a broken one. Words are counted as
# `count_words` does.
SLOWEST_WORDS_PER_S = 0.8
FASTEST_WORDS_PER_S = 8.0
SHORT_TEXT_GRACE_S = 1.0


@dataclass(frozen=True, slots=True)
class NarratorVoice:
    """One voice of a narrator.

    Attributes:
        language: The BCP-47 tag of its native accent, in lower case.
        licence: Of the voice's data, SPDX where there is one.
        description: For people, a few words.
    """

    name: str
    language: str
    licence: str
    description: str


@dataclass(frozen=True, slots=True)
class NarratorInfo:
    """What a narrator is.

    Attributes:
        sample_rate: Of the sound it writes, in Hz.
        languages: BCP-47 primary tags that it speaks.
        voices: The first is the default.
        packages: The distributions whose versions can change its sound.
        model: Its name in the model manifest; empty when it needs none.
        licence: Of the engine itself.
        own_speed: Whether its `speak` takes a `speed`; what is said by others is stretched or pressed afterwards.
        own_sounds: Whether its `speak` takes `sounds`: how parts of the text are said, in IPA.
    """

    name: str
    title: str
    sample_rate: int
    languages: tuple[str, ...]
    voices: tuple[NarratorVoice, ...]
    packages: tuple[str, ...]
    model: str
    licence: str
    own_speed: bool = False
    own_sounds: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What was spoken: a mono 16-bit WAV file's rate in Hz and its length."""

    sample_rate: int
    duration_s: float


class LocalNarrator(ChildEngine):
    """The parent's side of an embedded narrator: one child process with one model in memory."""

    info: ClassVar[NarratorInfo]

    def __init__(self, home: Path, *, threads: int) -> None:
        from asyncio import Lock

        super().__init__(home, threads=threads)
        self._folder: Path | None = None
        self._folder_lock = Lock()
        self._opening = Lock()

    @property
    def name(self) -> str:
        """Such as "kokoro"."""
        return self.info.name

    @property
    def voices(self) -> tuple[NarratorVoice, ...]:
        """The first is the default."""
        return self.info.voices

    def fingerprint(self, voice: str) -> str:
        """Everything that can change the sound of a voice, but the text: for the keys of steps. Reads no model.

        Raises:
            RequestError: There is no such voice.
        """
        from importlib.metadata import version

        self.find_voice(voice)
        facts = [self.name, voice, *(f"{package} {version(package)}" for package in self.info.packages)]
        if self.info.model:
            facts.append(fingerprint(self.info.model, *self._model_files(voice)))
        facts.extend(self._facts())
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    def find_voice(self, voice: str) -> NarratorVoice:
        """The voice of that name.

        Raises:
            RequestError: There is none; the hint names the nearest.
        """
        return choose_voice(self.info, voice)

    async def open(self) -> None:
        """Load the model now, so that the first sentence need not wait for it; nothing happens when it is loaded.

        Raises:
            ConfigurationError: The model is missing or damaged.
        """
        folder = await self._ready()
        async with self._opening:
            if self._child.pid is None:
                await self._child.call("load", model_folder=str(folder))

    async def speak(
        self,
        text: str,
        target: Path,
        *,
        voice: str,
        language: str,
        speed: float = 1.0,
        sounds: Sequence[tuple[str, str]] = (),
    ) -> Speech:
        """Speak one sentence into a WAV file, which appears complete or not at all.

        Args:
            text: Words in full, with punctuation.
            target: Where the file goes.
            voice: One of `voices`.
            language: BCP-47 tag.
            speed: As a factor of the voice's own; about 0.7 to 1.4 sounds natural.
            sounds: Parts of the text, each with its IPA; for a narrator of `own_sounds`.

        Raises:
            RequestError: The voice, the language or a text without words cannot be spoken.
            MediaError: The engine failed, or its sound cannot be this text.
            ConfigurationError: The model is missing or damaged.
        """
        self.find_voice(voice)
        if language.partition("-")[0].lower() not in self.info.languages:
            raise RequestError(
                f"the narrator {self.name} does not speak {language!r}",
                hint=f"It speaks {', '.join(self.info.languages[:12])}. The narrator espeak speaks many more.",
            )
        if not count_words(text):
            raise RequestError(f"there is nothing to say in {text!r}", hint="Give the scene some words.")
        stated = {"sounds": [list(pair) for pair in sounds]} if sounds else {}
        result = await self._child.call(
            "speak",
            text=text,
            voice=voice,
            language=language.lower(),
            model_folder=str(await self._ready()),
            target=str(target),
            speed=speed,
            **stated,
        )
        return Speech(result["sample_rate"], result["frames"] / result["sample_rate"])

    async def phonemes(self, text: str, *, voice: str, language: str, sounds: Sequence[tuple[str, str]] = ()) -> str:
        """What it says for a text, in IPA; "" for a narrator that cannot tell. Arguments as of `speak`.

        No model is loaded for it.
        """
        del text, voice, language, sounds
        return ""

    def _model_files(self, voice: str) -> tuple[str, ...]:
        """The model files that this voice depends on; all of them when empty."""
        del voice
        return ()

    def _facts(self) -> tuple[str, ...]:
        """What else shapes the sound, such as the arithmetic that this machine is good at."""
        return ()

    async def _ready(self) -> Path:
        """The verified model's folder; the home folder itself for an engine without one."""
        from automagic.machine.leaving import in_thread

        async with self._folder_lock:
            if self._folder is None:
                self._folder = (
                    await in_thread(ensure_model, self._home, self.info.model) if self.info.model else self._home
                )
            return self._folder


def choose_voice(info: NarratorInfo, name: str) -> NarratorVoice:
    """The voice of that name.

    Raises:
        RequestError: There is none; the hint names the nearest.
    """
    names = [voice.name for voice in info.voices]
    if name in names:
        return info.voices[names.index(name)]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.3)
    hint = (f"Did you mean {near[0]}? " if near else "") + "Voices: " + ", ".join(names[:12])
    raise RequestError(f"the narrator {info.name} has no voice {name!r}", hint=hint)


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DENSE_SCRIPT = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def count_words(text: str) -> float:
    """How many words of ordinary length a text is to a speaker.

    Five letters are a word, so that "internationalisation" may take as long as it does; a digit is one, and so is
    each second character of a script that is written without spaces or in syllables.
    """
    count = 0.0
    for word in _WORD.findall(text):
        dense = len(_DENSE_SCRIPT.findall(word))
        digits = sum(character.isdigit() for character in word)
        count += max(1.0, (len(word) - dense - digits) / 5 + dense / 2 + digits)
    return count


def check_length(text: str, duration_s: float) -> None:
    """Refuse a sound that cannot be this text.

    Raises:
        MediaError: It is far too short or too long.
    """
    words = count_words(text)
    if not words / FASTEST_WORDS_PER_S <= duration_s <= words / SLOWEST_WORDS_PER_S + SHORT_TEXT_GRACE_S:
        excerpt = text if len(text) <= 60 else text[:57] + "..."
        raise MediaError(
            f"the voice took {duration_s:.2f} s for {words:.0f} words, which cannot be right: {excerpt!r}",
            hint="Try again, rephrase the sentence, or choose another voice.",
        )


def write_speech(
    text: str, sounds: Sequence[Samples], pauses_s: Sequence[float], rate: int, target: str, *, speed: float
) -> dict[str, int]:
    """Write what an engine spoke into a WAV file: its parts repaired, trimmed and joined with pauses.

    Args:
        text: What it has to be.
        sounds: One or more.
        pauses_s: Between them, at the voice's own speed.
        speed: At which it was spoken, as a factor of the voice's own.

    Returns:
        `sample_rate` in Hz and the number of `frames`.

    Raises:
        MediaError: It cannot be this text.
    """
    from automagic.providers.local.shared import waveform

    parts = [waveform.trim(waveform.repair(sound), rate) for sound in sounds]
    samples = waveform.join(parts, [pause_s / speed for pause_s in pauses_s], rate)
    check_length(text, (len(samples) / rate - waveform.LEAD_S - waveform.TRAIL_S) * speed)
    waveform.write_wav(Path(target), samples, rate)
    return {"sample_rate": rate, "frames": len(samples)}


def open_model(model: Path, *, optimised: Sequence[str] = ()) -> Any:
    """An ONNX Runtime session. One core for each sentence: two side by side are faster than one on two cores.

    Args:
        model: An ONNX file.
        optimised: Which of ONNX Runtime's optimisations it has been through, and need not go through again.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A plan of where each value of one sentence goes is of no use to the next, which has another length.
    options.enable_mem_pattern = False
    # To find which dead value another could lie in, each is compared with all that died before it: 1 s for 3,000 nodes.
    # Freed memory is used again either way. What is heard is the same, and no slower.
    options.enable_mem_reuse = False
    providers = ["CPUExecutionProvider"]
    return onnxruntime.InferenceSession(str(model), options, providers, disabled_optimizers=list(optimised))
