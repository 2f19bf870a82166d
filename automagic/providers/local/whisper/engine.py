"""What is said in a recording: faster-whisper's base model, with word times made exact.

    16 kHz WAV ─▶ where there is speech ─▶ chunks of up to 28 s, ─▶ words of each chunk ─▶ Transcript
                  (Silero, 5 min at a time) cut inside pauses      on `threads` threads

A chunk is one look of the model, so none of them depends on what came before, memory does not grow with the recording,
and nothing is said twice where two meet. Words get their times by forced alignment (`aligner`), checked against the
model's own and the levels of the sound.

The upper half of this file runs in the child process and the lower half in ours.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import itertools
import threading
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, MediaError, RequestError
from automagic.machine.engines import version_of
from automagic.machine.leaving import in_thread
from automagic.machine.memory import give_back
from automagic.machine.processes import PythonChild
from automagic.providers.local.shared import heard_words
from automagic.providers.local.shared.heard_words import HeardWord
from automagic.providers.local.shared.speech_chunks import join_chunks, plan_chunks, unheard
from automagic.providers.local.shared.speech_sound import RATE, detect_speech, measure_s, quietest_s, read_part
from automagic.values.transcript import Transcript
from automagic.values.words import Word
from automagic.weights.model_files import ensure_model, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Spans = list[tuple[float, float]]

REVISION = 1
"""Raised when the rules of this file or of `heard_words` change what is heard."""

MODEL = "whisper-base"

BLOCK_S = 300.0
SEARCH_S = 3
"""How far back the quietest place is looked for where speech goes on without a pause."""
LISTENED_CHUNKS = 3
"""How many chunks, spread over the recording, are asked for their language."""

BEAM = 5
LOOPING = 2.4
SILENT = 0.6
UNSURE = -1.0
HOPELESS = -1.5
"""Thresholds of the compression ratio, the probability of silence and the mean log probability; all but the last are
those of the model's authors (Radford et al. 2022, section 4.5)."""

# ------------------------------------------------------------------------------------------ in the child process

_load_lock = threading.Lock()


def find_speech(sound: str, start_s: float, length_s: float) -> list[list[float]]:
    """Where somebody speaks in a part of a 16 kHz mono WAV file: [start, end] in seconds from the file's start."""
    samples = read_part(sound, start_s, length_s)
    edges = [[first, end] for first, end in detect_speech(samples)]
    for before, after in itertools.pairwise(edges):
        if after[0] <= before[1]:  # nobody paused for `CHUNK_S`
            first = max(before[0], after[0] - SEARCH_S)
            before[1] = after[0] = first + quietest_s(samples[round(first * RATE) : round(after[0] * RATE)])
    return [[start_s + first, start_s + end] for first, end in edges]


def detect_language(sound: str, start_s: float, end_s: float, model_folder: str, threads: int) -> list[Any]:
    """The likeliest language of a chunk, by the model's name for it, and its probability."""
    samples = read_part(sound, start_s, end_s - start_s)
    language, probability, _ = _model(model_folder, threads).detect_language(samples)
    return [language, float(probability)]


def transcribe_chunk(
    sound: str, start_s: float, end_s: float, language: str, model_folder: str, threads: int
) -> list[list[Any]]:
    """The words of one chunk: [text, start, end, probability], in seconds from the file's start, in order."""
    samples = read_part(sound, start_s, end_s - start_s)
    words = _hear(_model(model_folder, threads), samples, language)
    give_back()  # otherwise the heap grows by some megabytes a minute of recording
    return [[word.text, start_s + word.start_s, start_s + word.end_s, word.sure] for word in words]


def _hear(model: Any, samples: Samples, language: str, *, again: bool = True) -> list[HeardWord]:
    """The words of a few seconds, with times from their start.

    The model now and then stops before the sound does, or skips a sentence: what speech is left without words is
    listened to once more by itself.
    """
    words = _placed_words(model, samples, language)
    if not again:
        return words
    for first_s, end_s in unheard(detect_speech(samples), [(word.start_s, word.end_s) for word in words]):
        part = samples[round(first_s * RATE) : round(end_s * RATE)]
        late = _hear(model, part, language, again=False)
        words += [replace(word, start_s=word.start_s + first_s, end_s=word.end_s + first_s) for word in late]
    words.sort(key=lambda word: word.start_s)
    return heard_words.put_in_order(words, len(samples) / RATE)


def _placed_words(model: Any, samples: Samples, language: str) -> list[HeardWord]:
    from automagic.providers.local.shared import waveform

    if len(samples) < RATE // 10:
        return []
    heard = _recognise(model, samples, language)
    if heard is None or heard.looping:
        heard = _recognise(model, samples, language, no_repeat_ngram_size=3)
    if heard is None or heard.looping or heard.made_up:
        return []
    words = heard_words.drop_loops(heard_words.join_pieces(heard.words, language))
    quiet = heard_words.find_quiet(waveform.level_db(samples, RATE))
    if quiet is not None:
        words = heard_words.draw_to_speech(words, quiet)
    aligned = _align(samples, words, language)
    if aligned is not None:
        words = heard_words.merge(words, aligned)
        if quiet is not None:
            words = heard_words.draw_to_speech(words, quiet)
    return heard_words.put_in_order(words, len(samples) / RATE)


def _model(model_folder: str, threads: int) -> Any:
    """The loaded model; one for all threads."""
    with _load_lock:
        return _open_model(model_folder, threads)


@cache
def _open_model(model_folder: str, threads: int) -> Any:
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(model_folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=threads)
    except (RuntimeError, ValueError) as error:
        raise ConfigurationError(
            f"the model {MODEL} cannot be loaded: {error}", hint="Run `automagic models verify`."
        ) from error


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the model made of one chunk.

    Attributes:
        looping: Whether it repeats itself.
        made_up: Whether it was probably invented for sound that holds no speech.
    """

    words: tuple[HeardWord, ...]
    looping: bool
    made_up: bool


def _recognise(model: Any, samples: Samples, language: str, *, no_repeat_ngram_size: int = 0) -> _Heard | None:
    """The model's words for one chunk, without sampling: the same sound always gives the same words."""
    from faster_whisper import BatchedInferencePipeline

    try:
        # A pipeline remembers where speech ended last; a new one for each chunk, so that no order matters.
        segments, _ = BatchedInferencePipeline(model).transcribe(
            samples,
            language=language,
            clip_timestamps=[{"start": 0.0, "end": len(samples) / RATE}],
            batch_size=1,
            beam_size=BEAM,
            temperature=0.0,
            word_timestamps=True,
            no_repeat_ngram_size=no_repeat_ngram_size,
        )
        found = list(segments)
    except ValueError as error:
        raise RequestError(f"speech in the language {language!r} cannot be recognised: {error}") from error
    except RuntimeError as error:
        raise MediaError(f"recognition failed: {error}") from error
    if not found:
        return None
    return _Heard(
        tuple(
            HeardWord(word.word, float(word.start), float(word.end), float(word.probability))
            for part in found
            for word in part.words or ()
        ),
        looping=max(part.compression_ratio for part in found) > LOOPING,
        made_up=all(
            part.avg_logprob < HOPELESS or (part.no_speech_prob > SILENT and part.avg_logprob < UNSURE)
            for part in found
        ),
    )


def _align(samples: Samples, words: Sequence[HeardWord], language: str) -> Spans | None:
    """The words' times by forced alignment; None where that fails."""
    from automagic.language.speech.spoken import spoken_sentences
    from automagic.providers.local.shared import aligner

    if language in heard_words.UNSPACED or not words:
        return None
    text = " ".join(word.text for word in words)
    tokens = [token for sentence in spoken_sentences(text, language=language) for token in sentence.tokens]
    if [token.display for token in tokens] != text.split():
        return None
    times = aligner.force(samples, RATE, [spoken for token in tokens for spoken in token.spoken], language)
    if times is None:
        return None
    aligned: Spans = []
    position = piece = 0
    for word in words:
        own = []
        for _ in word.text.split():
            own += times[position : position + len(tokens[piece].spoken)]
            position += len(tokens[piece].spoken)
            piece += 1
        aligned.append((own[0][0], own[-1][1]) if own else (word.start_s, word.end_s))
    return aligned


# ------------------------------------------------------------------------------------------ in the parent process


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


class WhisperTranscriber:
    """Hears the words of a recording in a child process.

    Args:
        home: `AUTOMAGIC_HOME`, where the models are.
        threads: How many chunks are heard at once.
    """

    info = INFO

    def __init__(self, home: Path, *, threads: int) -> None:
        self._home = home
        self._threads = threads
        self._child = PythonChild(__name__, threads=threads)

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
        self, sound: Path, *, language: str | None = None, on_progress: Callable[[float], None] | None = None
    ) -> Transcript:
        """The words of a 16 kHz mono 16-bit WAV file; none when nobody speaks.

        Args:
            language: BCP-47 tag; None finds out by listening to several places.
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
        common = {"sound": str(sound), "model_folder": folder, "threads": self._threads}
        if language:
            tag = language.partition("-")[0].lower()
            tag = _MODEL_TAGS.get(tag, tag)
        else:
            tag = await self._detect_language(chunks, common)
        total_s = sum(end_s - start_s for start_s, end_s in chunks)
        done_s = 0.0

        async def hear(start_s: float, end_s: float) -> list[list[Any]]:
            nonlocal done_s
            words: list[list[Any]] = await self._child.call(
                "transcribe_chunk", start_s=start_s, end_s=end_s, language=tag, **common
            )
            done_s += end_s - start_s
            told(SPEECH_SHARE + (1 - SPEECH_SHARE) * done_s / total_s)
            return words

        try:
            async with asyncio.TaskGroup() as tasks:
                parts = [tasks.create_task(hear(*chunk)) for chunk in chunks]
        except ExceptionGroup as group:
            raise group.exceptions[0] from group
        told(1.0)
        heard = join_chunks([part.result() for part in parts])
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

    async def close(self) -> None:
        """End the child process; safe to call twice."""
        await self._child.close()

    async def rest(self) -> None:
        """Give up the memory of what is loaded, when nothing is under way; it is loaded anew when it is needed."""
        await self._child.rest()

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
