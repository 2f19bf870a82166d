"""What is said in a recording: faster-whisper's base model, with word times made exact.

    16 kHz WAV ─▶ where there is speech ─▶ chunks of up to 28 s, ─▶ words of each chunk ─▶ Transcript
                  (Silero, 5 min at a time) cut inside pauses      on `threads` threads
    └──────────────── plan ─────────────────────────────────┘      └─ hear, part by part ─┘

A chunk is one look of the model, so none of them depends on what came before, memory does not grow with the recording,
and nothing is said twice where two meet. A part is some chunks, whose words are known for good once they are heard:
who is stopped in the ninth hour goes on there. Words get their times by forced alignment (`aligner`), checked against
the model's own and the levels of the sound.

`recognition.py` runs in the child process and this file in ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import math
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError
from automagic.machine.engines import version_of
from automagic.machine.leaving import in_thread
from automagic.providers.local.shared.child_engine import ChildEngine
from automagic.providers.local.shared.speech_chunks import join_chunks, plan_chunks
from automagic.providers.local.shared.speech_sound import measure_s
from automagic.providers.local.whisper import recognition
from automagic.providers.local.whisper.recognition import MODEL, QUICK_MODEL
from automagic.values.transcript import HearingPlan, Transcript
from automagic.values.words import Word
from automagic.weights.model_files import ensure_model, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Spans = list[tuple[float, float]]

REVISION = 1
"""Raised when the rules of `recognition` or of `heard_words` change what is heard."""

BLOCK_S = 300.0
SIDE_BY_SIDE = 4
"""How many chunks are decoded together: the decoder takes 0.6 of the time for it that it takes for one after the other,
for some 40 MB each. Eight take hardly less time, and more memory."""

PART_CHUNKS = 16
"""How many chunks are heard before they count as heard: some six minutes, half a minute of one core's time."""

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

    def __init__(self, home: Path, *, threads: int) -> None:
        super().__init__(home, threads=threads)
        self._folders: dict[str, str] = {}

    @property
    def name(self) -> str:
        """Such as "whisper"."""
        return self.info.name

    def fingerprint(self, language: str | None, *, quick: bool = False) -> str:
        """Everything that can change the words, but the sound: for the keys of steps. Reads no model."""
        _require_package()
        facts = [self.name, language or "", f"revision {REVISION}", fingerprint(QUICK_MODEL if quick else MODEL)]
        facts += [f"{package} {version_of(package)}" for package in self.info.packages]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    async def plan(
        self, sound: Path, *, language: str | None = None, on_progress: Callable[[float], None] | None = None
    ) -> HearingPlan:
        """In which parts a 16 kHz mono 16-bit WAV file is heard, and in which language; none when nobody speaks.

        Args:
            language: BCP-47 tag; None finds out by listening to several places.
            on_progress: Told the finished share, 0..1.

        Raises:
            ConfigurationError: The package or the model is missing or damaged.
            MediaError: The file cannot be read.
        """
        _require_package()
        common = await self._common(sound)  # who has no model is told before any work
        chunks = plan_chunks(await self._find_speech(sound, on_progress or (lambda _: None)))
        if language:
            tag = language.partition("-")[0].lower()
            tag = _MODEL_TAGS.get(tag, tag)
        else:
            tag = await self._detect_language(chunks, common)
        parts = (chunks[first : first + PART_CHUNKS] for first in range(0, len(chunks), PART_CHUNKS))
        return HearingPlan({"jw": "jv"}.get(tag, tag), tuple(map(tuple, parts)))

    async def hear(
        self,
        sound: Path,
        chunks: Sequence[tuple[float, float]],
        language: str,
        *,
        hints: Sequence[str] = (),
        quick: bool = False,
        on_progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """The words of a part of such a file.

        Args:
            chunks, language: As planned.
            hints: Names that may be said, the most important first; those beyond about a hundred words do not count.
            quick: By the tiny model, which hears English only, in half the time and less surely.
            on_progress: Told the finished share, 0..1.

        Raises:
            ConfigurationError, MediaError: As of `plan`; or recognition failed.
            RequestError: The language cannot be recognised.
        """
        _require_package()
        told = on_progress or (lambda _: None)
        model = QUICK_MODEL if quick else MODEL
        common = await self._common(sound, model) | {"language": _MODEL_TAGS.get(language, language)}
        if hints:
            common["hints"] = ", ".join(hints)
        total_s = sum(end_s - start_s for start_s, end_s in chunks)
        done_s = 0.0
        most = min(SIDE_BY_SIDE, math.ceil(len(chunks) / self._child.threads)) or 1

        async def hear(some: Sequence[tuple[float, float]]) -> list[list[list[Any]]]:
            nonlocal done_s
            words: list[list[list[Any]]] = await self._child.call("transcribe_chunks", chunks=some, **common)
            done_s += sum(end_s - start_s for start_s, end_s in some)
            told(done_s / total_s)
            return words

        try:
            async with asyncio.TaskGroup() as tasks:
                shares = [
                    tasks.create_task(hear(chunks[first : first + most])) for first in range(0, len(chunks), most)
                ]
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        return _as_transcript([words for share in shares for words in share.result()], language, model)

    async def transcribe(
        self,
        sound: Path,
        *,
        language: str | None = None,
        hints: Sequence[str] = (),
        on_progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """The words of a whole file; none when nobody speaks. Arguments and errors as of `plan` and `hear`."""
        told = on_progress or (lambda _: None)
        plan = await self.plan(sound, language=language, on_progress=lambda share: told(SPEECH_SHARE * share))
        heard: list[Transcript] = []
        for number, part in enumerate(plan.parts):

            def tell(share: float, number: int = number) -> None:
                told(SPEECH_SHARE + (1 - SPEECH_SHARE) * (number + share) / len(plan.parts))

            heard.append(await self.hear(sound, part, plan.language, hints=hints, on_progress=tell))
        told(1.0)
        return self.join(plan, heard)

    def join(self, plan: HearingPlan, parts: Sequence[Transcript]) -> Transcript:
        """The parts of a recording as one, without a phrase that the model repeats from part to part."""
        words = [
            (word.text, word.start_s, word.end_s, sure)
            for part in parts
            for word, sure in zip(part.words, part.confidences, strict=True)
        ]
        heard = _as_transcript([words], plan.language, MODEL)
        return replace(heard, transcriber=parts[0].transcriber) if parts else heard

    async def _common(self, sound: Path, model: str = MODEL) -> dict[str, Any]:
        if model not in self._folders:
            self._folders[model] = str(await in_thread(ensure_model, self._home, model))
        return {"sound": str(sound), "model_folder": self._folders[model], "threads": self._child.threads}

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
            told(min(1.0, at_s / duration_s))
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


def was_quick(transcript: Transcript) -> bool:
    """Whether it was heard by the tiny model."""
    return transcript.transcriber.startswith(f"{QUICK_MODEL} ")


def _as_transcript(chunks: Sequence[Sequence[Sequence[Any]]], language: str, model: str) -> Transcript:
    from importlib.metadata import version

    heard = join_chunks(chunks)
    return Transcript(
        tuple(Word(word.text, word.start_s, word.end_s) for word in heard),
        language,
        f"{model} (faster-whisper {version('faster-whisper')})",
        confidences=tuple(word.sure for word in heard),
    )


def is_installed() -> bool:
    """Whether the engine is there."""
    return importlib.util.find_spec("faster_whisper") is not None


def _require_package() -> None:
    if not is_installed():
        raise ConfigurationError(
            "speech cannot be recognised: faster-whisper is not installed",
            hint="Run `pip install 'automagic[clips]'`, or give a transcript with --transcript.",
        )
