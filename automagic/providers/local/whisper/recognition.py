"""What is said in a chunk of a recording, by faster-whisper: what runs in the child process of `engine.py`."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import ConfigurationError, MediaError, RequestError
from automagic.machine.memory import trim_memory
from automagic.providers.local.shared import heard_words
from automagic.providers.local.shared.heard_words import HeardWord
from automagic.providers.local.shared.speech_chunks import unheard
from automagic.providers.local.shared.speech_sound import RATE, detect_speech, quietest_s, read_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Spans = list[tuple[float, float]]

MODEL = "whisper-base"
QUICK_MODEL = "whisper-tiny.en"

SEARCH_S = 3
"""How far back the quietest place is looked for where speech goes on without a pause."""

BEAM = 5
"""Where the model is not sure of what it finds without."""

LOOPING = 2.4
SILENT = 0.6
UNSURE = -1.0
HOPELESS = -1.5
"""Thresholds of the compression ratio, the probability of silence and the mean log probability; all but the last are
those of the model's authors (Radford et al. 2022, section 4.5)."""

SHORTEST = RATE // 10
"""In fewer samples nothing is said."""

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
    return list(_model(model_folder, threads).find_language(samples))


def transcribe_chunks(
    sound: str, chunks: list[list[float]], language: str, model_folder: str, threads: int, hints: str = ""
) -> list[list[list[Any]]]:
    """The words of each chunk: [text, start, end, probability], in seconds from the file's start, in order.

    Args:
        chunks: [start, end] of each; together they take less time, and no word of one depends on another.
        hints: Names that may be said.
    """
    model = _model(model_folder, threads)
    parts = [read_part(sound, start_s, end_s - start_s) for start_s, end_s in chunks]
    heard = _recognise(model, parts, language, hints)
    words = [_hear(model, *one, language, hints) for one in zip(parts, heard, strict=True)]
    trim_memory()  # otherwise the heap grows by some megabytes a minute of recording
    return [
        [[word.text, start_s + word.start_s, start_s + word.end_s, word.sure] for word in mine]
        for (start_s, _), mine in zip(chunks, words, strict=True)
    ]


def _hear(
    model: Any, samples: Samples, heard: _Heard | None, language: str, hints: str, *, again: bool = True
) -> list[HeardWord]:
    """The words of a few seconds, with times from their start.

    The model now and then stops before the sound does, or skips a sentence: what speech is left without words is
    listened to once more by itself.

    Args:
        heard: What the model made of them at first.
    """
    words = _placed_words(model, samples, heard, language, hints)
    if not again:
        return words
    for first_s, end_s in unheard(detect_speech(samples), [(word.start_s, word.end_s) for word in words]):
        part = samples[round(first_s * RATE) : round(end_s * RATE)]
        (anew,) = _recognise(model, [part], language, hints)
        late = _hear(model, part, anew, language, hints, again=False)
        words += [replace(word, start_s=word.start_s + first_s, end_s=word.end_s + first_s) for word in late]
    words.sort(key=lambda word: word.start_s)
    return heard_words.put_in_order(words, len(samples) / RATE)


def _placed_words(model: Any, samples: Samples, heard: _Heard | None, language: str, hints: str) -> list[HeardWord]:
    from automagic.providers.local.shared import waveform

    if len(samples) < SHORTEST:
        return []
    if heard is None or heard.looping:
        (heard,) = _recognise(model, [samples], language, hints, no_repeat_ngram_size=3)
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
    from automagic.providers.local.whisper.pipeline import SparingModel

    try:
        return SparingModel(model_folder, threads=threads)
    except (RuntimeError, ValueError) as error:
        raise ConfigurationError(
            f"the model {Path(model_folder).name} cannot be loaded: {error}", hint="Run `automagic models verify`."
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


def _recognise(
    model: Any, parts: Sequence[Samples], language: str, hints: str, *, no_repeat_ngram_size: int = 0
) -> list[_Heard | None]:
    """What the model makes of each chunk, without sampling: the same sound always gives the same words."""
    import numpy as np

    from automagic.providers.local.whisper.pipeline import SideBySide

    long = [samples for samples in parts if len(samples) >= SHORTEST]
    if not long:
        return [None for _ in parts]
    edges = [0, *itertools.accumulate(len(samples) for samples in long)]
    # Half a sample more, for the pipeline rounds down.
    times = [{"start": (first + 0.5) / RATE, "end": (end + 0.5) / RATE} for first, end in itertools.pairwise(edges)]
    pipeline = SideBySide(model)
    try:
        segments, _ = pipeline.transcribe(
            np.concatenate(long),
            language=language,
            clip_timestamps=times,
            batch_size=len(long),
            beam_size=BEAM,
            temperature=0.0,
            word_timestamps=True,
            no_repeat_ngram_size=no_repeat_ngram_size,
            hotwords=hints or None,
        )
        list(segments)
    except ValueError as error:
        raise RequestError(f"speech in the language {language!r} cannot be recognised: {error}") from error
    except RuntimeError as error:
        raise MediaError(f"recognition failed: {error}") from error
    found = iter(pipeline.heard)
    return [_judge(next(found)) if len(samples) >= SHORTEST else None for samples in parts]


def _judge(found: Sequence[dict[str, Any]]) -> _Heard | None:
    if not found:
        return None
    return _Heard(
        tuple(
            HeardWord(word["word"], float(word["start"]), float(word["end"]), float(word["probability"]))
            for part in found
            for word in part["words"]
        ),
        looping=max(part["compression_ratio"] for part in found) > LOOPING,
        made_up=all(
            part["avg_logprob"] < HOPELESS or (part["no_speech_prob"] > SILENT and part["avg_logprob"] < UNSURE)
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
