"""What is said in a recording: faster-whisper's base model, with word times made exact.

    16 kHz WAV ─▶ where there is speech ─▶ chunks of up to 28 s, ─▶ words of each chunk ─▶ Transcript
                  (Silero, 5 min at a time) cut inside pauses      on `threads` threads

A chunk is one look of the model, so none of them depends on what came before, memory does not grow with the recording,
and nothing is said twice where two meet. Words get their times by forced alignment (`aligner`), checked against the
model's own and the levels of the sound.

`recognition.py` runs in the child process and this file in ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError
from automagic.machine.engines import version_of
from automagic.machine.leaving import in_thread
from automagic.providers.local.shared.child_engine import ChildEngine
from automagic.providers.local.shared.speech_chunks import join_chunks, plan_chunks
from automagic.providers.local.shared.speech_sound import measure_s
from automagic.providers.local.whisper import recognition
from automagic.providers.local.whisper.recognition import MODEL
from automagic.values.transcript import Transcript
from automagic.values.words import Word
from automagic.weights.model_files import ensure_model, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Spans = list[tuple[float, float]]

REVISION = 1
"""Raised when the rules of `recognition` or of `heard_words` change what is heard."""

BLOCK_S = 300.0
SIDE_BY_SIDE = 2
"""How many chunks are decoded together: it takes a quarter of the decoder's time away, for some 30 MB.
Three take hardly less time, and more memory."""

LISTENED_CHUNKS = 3
"""How many chunks, spread over the recording, are asked for their language."""


@dataclass(frozen=True, slots=True)
class TranscriberInfo:
    """What a transcriber is.

    Attributes:
        packages: The distributions whose versions can change its words.
        model: Its name in the model manifest.
        licence: Of engine and model.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    model: str
    licence: str


INFO = TranscriberInfo(
    name="whisper",
    title="Whisper base by faster-whisper: about a tenth of the recording's length on one core",
    packages=("faster-whisper", "ctranslate2", "pocketsphinx", "espeakng-loader"),
    model=MODEL,
    licence="MIT",
)

_MODEL_TAGS = {"nb": "no", "jv": "jw", "iw": "he", "fil": "tl", "cmn": "zh"}
"""Where BCP-47 and the model call one language differently."""


class WhisperTranscriber(ChildEngine):
    """Hears the words of a recording in a child process."""

    info = INFO
    module = recognition.__name__

    @property
    def name(self) -> str:
        """Such as "whisper"."""
        return self.info.name

    def fingerprint(self, language: str | None) -> str:
        """Everything that can change the words, but the sound: for the keys of steps. Reads no model."""
        _require_package()
        facts = [self.name, language or "", f"revision {REVISION}", fingerprint(MODEL)]
        facts += [f"{package} {version_of(package)}" for package in self.info.packages]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    async def transcribe(
        self,
        sound: Path,
        *,
        language: str | None = None,
        hints: Sequence[str] = (),
        on_progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """The words of a 16 kHz mono 16-bit WAV file; none when nobody speaks.

        Args:
            language: BCP-47 tag; None finds out by listening to several places.
            hints: Names that may be said, the most important first; those beyond about a hundred words do not count.
            on_progress: Told the finished share, 0..1.

        Raises:
            ConfigurationError: The package or the model is missing or damaged.
            RequestError: The language cannot be recognised.
            MediaError: The file cannot be read, or recognition failed.
        """
        from importlib.metadata import version

        _require_package()
        folder = str(await in_thread(ensure_model, self._home, MODEL))
        told = on_progress or (lambda _: None)
        chunks = plan_chunks(await self._find_speech(sound, told))
        common = {"sound": str(sound), "model_folder": folder, "threads": self._child.threads}
        if language:
            tag = language.partition("-")[0].lower()
            tag = _MODEL_TAGS.get(tag, tag)
        else:
            tag = await self._detect_language(chunks, common)
        total_s = sum(end_s - start_s for start_s, end_s in chunks)
        done_s = 0.0
        expected = {"hints": ", ".join(hints)} if hints else {}

        most = min(SIDE_BY_SIDE, math.ceil(len(chunks) / self._child.threads)) or 1
        share = [chunks[first : first + most] for first in range(0, len(chunks), most)]

        async def hear(some: Spans) -> list[list[list[Any]]]:
            nonlocal done_s
            words: list[list[list[Any]]] = await self._child.call(
                "transcribe_chunks", chunks=some, language=tag, **expected, **common
            )
            done_s += sum(end_s - start_s for start_s, end_s in some)
            told(SPEECH_SHARE + (1 - SPEECH_SHARE) * done_s / total_s)
            return words

        try:
            async with asyncio.TaskGroup() as tasks:
                parts = [tasks.create_task(hear(some)) for some in share]
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        told(1.0)
        heard = join_chunks([words for part in parts for words in part.result()])
        return Transcript(
            tuple(Word(word.text, word.start_s, word.end_s) for word in heard),
            {"jw": "jv"}.get(tag, tag),
            f"{MODEL} (faster-whisper {version('faster-whisper')})",
            confidences=tuple(word.sure for word in heard),
        )

    def detector(self) -> str:
        """What finds speech, for the keys of steps; "" where nothing here can. Reads no model."""
        from importlib.metadata import version

        return f"silero in faster-whisper {version('faster-whisper')}" if is_installed() else ""

    async def find_speech(self, sound: Path) -> tuple[tuple[float, float], ...]:
        """Where somebody speaks in such a WAV file: (start, end) in seconds; errors as of `transcribe`."""
        _require_package()
        return tuple(await self._find_speech(sound, lambda _: None))

    async def _find_speech(self, sound: Path, told: Callable[[float], None]) -> Spans:
        duration_s = await asyncio.to_thread(measure_s, sound)
        spans: Spans = []
        at_s = 0.0
        while at_s < duration_s:
            end_s = at_s + BLOCK_S
            found = await self._child.call("find_speech", sound=str(sound), start_s=at_s, length_s=BLOCK_S)
            # What the end of a block cuts off is heard whole in the next one.
            if end_s < duration_s and found and found[-1][1] > end_s - 1.0 and found[-1][0] > at_s:
                end_s = found.pop()[0]
            spans += [(start_s, stop_s) for start_s, stop_s in found]
            at_s = end_s
            told(SPEECH_SHARE * min(1.0, at_s / duration_s))
        return spans

    async def _detect_language(self, chunks: Spans, common: dict[str, Any]) -> str:
        """The language that most of some chunks are in, by the model's name; "" when there is nothing to hear."""
        step = max(1, len(chunks) // LISTENED_CHUNKS)
        votes: Counter[str] = Counter()
        for start_s, end_s in chunks[step // 2 :: step][:LISTENED_CHUNKS]:
            tag, probability = await self._child.call("detect_language", start_s=start_s, end_s=end_s, **common)
            votes[tag] += probability
        return max(sorted(votes), key=lambda tag: votes[tag], default="")


SPEECH_SHARE = 0.04
"""Finding speech takes about this share of the work."""


def is_installed() -> bool:
    """Whether the engine is there."""
    return importlib.util.find_spec("faster_whisper") is not None


def _require_package() -> None:
    if not is_installed():
        raise ConfigurationError(
            "speech cannot be recognised: faster-whisper is not installed",
            hint="Run `pip install 'automagic[clips]'`, or give a transcript with --transcript.",
        )
