"""When each display word of a spoken sentence is heard.

    sound + spoken words ──▶ forced alignment ──┐ fails; where pocketsphinx is not installed: comparison with a reading
                             recognition ───────┤ fails, or is not installed
                             proportion ────────┴─▶ times of spoken words ──▶ times of display words

The spoken words are known, so nothing has to be recognised: pocketsphinx finds where each of them lies. It knows
English; words that its dictionary lacks, and other languages, get a pronunciation from espeak-ng. For the comparison
see `reading_aligner`.

The upper half of this file runs in the child process and the lower half in ours.
"""

from __future__ import annotations

import itertools
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError
from automagic.machine.engines import is_usable, version_of
from automagic.providers.local.shared.child_engine import ChildEngine
from automagic.values.words import Alignment, AlignmentMethod, SpokenSentence, Word
from automagic.weights.model_files import model_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Times = list[tuple[float, float]]

REVISION = 1
"""Raised when the rules of this file change the times."""

RECOGNISER = "whisper-base"
MODEL_RATE = 16000
MODEL_WINDOW_S = 0.026
FRAMES_PER_S = 100

SHORTEST_WORD_S = 0.02

LEAD_FRAMES = 2
"""The decoder hears words begin 20 ms early: a median of 22 ms against hand labels, 20-30 ms against the first sound
after 76 pauses of three voices. Its window of 25 ms explains half of it."""

COMPARED_LEAD_FRAMES = 1
"""How much earlier than by forced alignment a word begins by comparison, in the middle of 453."""

QUIET_DB = -40.0

PAUSE_FRAMES = 10
"""A shorter silence between two words is the closure of a "t" or a "k" and belongs to the word before it."""

ONSET_FRAMES = 12
"""How far behind the true onset the decoder may be: it takes a soft first consonant for silence now and then."""

RECOGNISED_SHARE = 0.5
"""With fewer of its words heard, a sound is not this sentence."""

# A phone has three states of at least one frame each. Words that are not in the sound are squeezed to that.
STATES = 3
CRAMMED_SHARE = 0.34

# ------------------------------------------------------------------------------------------ in the child process

_decoders = threading.local()


def align_words(
    sound: str, words: list[str], language: str, recogniser: str, sounds: dict[str, str] | None = None
) -> dict[str, Any]:
    """The times of the spoken words of one sound.

    Args:
        sound: A 16-bit WAV file.
        words: As they are spoken, in lower case; may be empty.
        language: BCP-47.
        recogniser: Folder of a recognition model; empty when there is none.
        sounds: The IPA of words whose sounds are known.

    Returns:
        `method`, `times` ([start, end] in seconds for each word) and the sound's `duration_s`.

    Raises:
        MediaError: The file cannot be read.
    """
    from automagic.providers.local.shared import waveform

    samples, rate = waveform.read_wav(Path(sound))
    duration_s = len(samples) / rate
    method: AlignmentMethod = "forced" if is_usable("pocketsphinx") else "compared"
    forced = method == "forced"
    times = force(samples, rate, words, language, sounds) if forced else compare(samples, rate, words, language)
    if times is None:
        times = _recognise(sound, words, language, recogniser) if recogniser else None
        method = "recognised"
    if times is None:
        start, end = waveform.find_audible(samples, rate)
        times = spread(words, start / rate, end / rate)
        method = "proportional"
    return {"method": method, "times": times, "duration_s": duration_s}


def compare(samples: NDArray[np.float32], rate: int, words: list[str], language: str) -> Times | None:
    """Times by comparison with a reading of the words; None when the sound cannot be these words."""
    from automagic.providers.local.shared import reading_aligner, waveform

    starts = reading_aligner.find_starts(samples, rate, words, language)
    if starts is None:
        return None
    _, last = waveform.find_audible(samples, rate)
    edges = [round(start * FRAMES_PER_S) for start in starts] + [round(last / rate * FRAMES_PER_S)]
    frames = [(start, max(start + 1, end)) for start, end in itertools.pairwise(edges)]
    return refine(frames, waveform.level_db(samples, rate), lead=COMPARED_LEAD_FRAMES)


def force(
    samples: NDArray[np.float32], rate: int, words: list[str], language: str, sounds: dict[str, str] | None = None
) -> Times | None:
    """Times by forced alignment; None when the sound cannot be these words, or pocketsphinx is not installed."""
    import numpy as np

    from automagic.providers.local.shared import waveform

    if not words or len(samples) < MODEL_WINDOW_S * rate or not is_usable("pocketsphinx"):
        return None
    decoder = _decoder()
    entries = _enter(decoder, words, language, sounds or {})
    if entries is None:
        return None
    sound = waveform.resample(samples, rate, MODEL_RATE)
    pcm = np.round(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    decoder.set_align_text(" ".join(entries))
    decoder.start_utt()
    try:
        decoder.process_raw(pcm, full_utt=True)
    finally:
        decoder.end_utt()
    segments = [segment for segment in decoder.seg() or () if segment.word[0] not in "<["]
    if [re.sub(r"\(\d+\)$", "", segment.word) for segment in segments] != entries:
        return None
    frames = [(segment.start_frame, segment.end_frame + 1) for segment in segments]
    phones = [len(decoder.lookup_word(segment.word).split()) for segment in segments]
    crammed = sum(end - start <= STATES * count for (start, end), count in zip(frames, phones, strict=True))
    if crammed > CRAMMED_SHARE * len(words):
        return None
    return refine(frames, waveform.level_db(samples, rate))


def _decoder() -> Any:
    """This thread's decoder: a decoder is not safe to share."""
    if not hasattr(_decoders, "decoder"):
        from pocketsphinx import Decoder

        # "batch" subtracts the mean of this sound alone, so that no sound depends on those before it. There is one
        # sequence of words to search, so the beams may be wide; the usual ones lose a foreign word now and then.
        # The second search through the lattice ("bestpath") drops last words.
        _decoders.decoder = Decoder(
            samprate=MODEL_RATE,
            lm=None,
            loglevel="FATAL",
            cmn="batch",
            bestpath=False,
            beam=1e-120,
            pbeam=1e-120,
            wbeam=1e-100,
        )
    return _decoders.decoder


def _enter(decoder: Any, words: list[str], language: str, sounds: dict[str, str]) -> list[str] | None:
    """The words' dictionary entries, those that are missing added; None when one has no sound at all."""
    from automagic.providers.local.shared.pronunciation import to_arpabet

    english = language.partition("-")[0].lower() == "en"
    plain = [word.lower().replace("’", "'") for word in words]
    known = [
        english and word.isascii() and word not in sounds and decoder.lookup_word(word) is not None for word in plain
    ]
    unknown = sorted({word for word, is_known in zip(plain, known, strict=True) if not is_known})
    guessed = [word for word in unknown if word not in sounds]
    stated = sounds | dict(zip(guessed, _pronounce(guessed, "en-us" if english else language), strict=True))
    added: dict[str, str] = {}
    for word in unknown:
        phones = to_arpabet(stated[word])
        if not phones:
            return None
        # The entry's name is its sounds, so that one sound has one entry however often it comes.
        added[word] = "_".join(phones)
        if decoder.lookup_word(added[word]) is None:
            decoder.add_word(added[word], " ".join(phones), True)
    return [added.get(word, word) for word in plain]


def _pronounce(words: list[str], language: str) -> list[str]:
    """Each word in IPA; as an English speaker would read it when nobody knows the language."""
    from automagic.providers.local.espeak import library as espeak_library

    try:
        return espeak_library.phonemize_words(words, language) if words else []
    except RequestError:
        return espeak_library.phonemize_words(words, "en-us")


def _recognise(sound: str, words: list[str], language: str, folder: str) -> Times | None:
    """Times from a recogniser's words, where they are the spoken ones; the others are spread between.

    Measured against forced alignment: a median of 40-70 ms off, where proportion is 100-120 ms off.
    """
    import difflib
    import importlib.util

    if not words or importlib.util.find_spec("faster_whisper") is None:
        return None
    from faster_whisper import WhisperModel

    try:
        model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
        segments, _ = model.transcribe(
            sound, language=language.partition("-")[0], word_timestamps=True, condition_on_previous_text=False
        )
        heard = [word for segment in segments for word in segment.words or ()]
    except (RuntimeError, ValueError):  # a damaged model, a language it does not know: proportion remains
        return None
    keys = [re.sub(r"\W", "", word.word.lower()) for word in heard]
    matcher = difflib.SequenceMatcher(None, keys, [re.sub(r"\W", "", word) for word in words], autojunk=False)
    anchors = {
        block.b + offset: (float(heard[block.a + offset].start), float(heard[block.a + offset].end))
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
    }
    if len(anchors) < RECOGNISED_SHARE * len(words):
        return None
    return fill(words, anchors, float(heard[0].start), float(heard[-1].end))


def refine(frames: Sequence[tuple[int, int]], levels: NDArray[np.float32], *, lead: int = LEAD_FRAMES) -> Times:
    """The decoder's 10 ms frames as seconds, moved by its known lead, without the silence at each word's edges.

    Args:
        frames: First and behind-last frame of each word.
        levels: Of the sound's 10 ms frames, in dB below the loudest.
        lead: In frames.
    """
    last = len(levels)
    quiet = levels < QUIET_DB
    words: list[tuple[int, int]] = []
    for first, behind in frames:
        start = min(first + lead, max(0, last - 1))
        end = max(start + 1, min(behind + lead, last))
        shortest = (end - start + 1) // 2
        while end - start > shortest and quiet[start]:
            start += 1
        while end - start > shortest and quiet[end - 1]:
            end -= 1
        words.append((_after_pause(quiet, start), end))
    starts = [start for start, _ in words[1:]] + [last]
    joined = [
        next_ if next_ - end < PAUSE_FRAMES and next_ < last else end
        for (_, end), next_ in zip(words, starts, strict=True)
    ]
    return [(start / FRAMES_PER_S, end / FRAMES_PER_S) for (start, _), end in zip(words, joined, strict=True)]


def _after_pause(quiet: NDArray[np.bool_], start: int) -> int:
    """The frame where sound begins behind a pause, when nothing but sound lies between it and `start`."""
    for onset in range(start, max(PAUSE_FRAMES, start - ONSET_FRAMES) - 1, -1):
        if quiet[onset]:
            break
        if quiet[onset - PAUSE_FRAMES : onset].all():
            return onset
    return start


def spread(words: Sequence[str], start_s: float, end_s: float) -> Times:
    """Times in proportion to the words' length, without gaps."""
    weights = [len(word) + 1.5 for word in words]  # a short word is not as short as its letters
    scale = (end_s - start_s) / sum(weights) if weights else 0.0
    times: Times = []
    at = start_s
    for weight in weights:
        times.append((at, at + weight * scale))
        at += weight * scale
    return times


def fill(words: Sequence[str], anchors: dict[int, tuple[float, float]], start_s: float, end_s: float) -> Times:
    """Known times of some words by index, with the words between them spread over the time between them."""
    times: Times = []
    index = 0
    while index < len(words):
        if index in anchors:
            times.append(anchors[index])
            index += 1
            continue
        behind = next((later for later in range(index, len(words)) if later in anchors), len(words))
        left = times[-1][1] if times else start_s
        right = anchors[behind][0] if behind < len(words) else end_s
        times.extend(spread(words[index:behind], left, max(left, right)))
        index = behind
    return times


# ------------------------------------------------------------------------------------------ in the parent process


class WordAligner(ChildEngine):
    """Finds word times in a child process. An installed recognition model is used when forced alignment fails."""

    module = __name__

    def __init__(self, home: Path, *, threads: int) -> None:
        super().__init__(home, threads=threads)
        folder = model_folder(home, RECOGNISER)
        self._recogniser = str(folder) if (folder / "model.bin").exists() else ""

    async def align(
        self, sound: Path, sentence: SpokenSentence, *, language: str, sounds: Sequence[tuple[str, str]] = ()
    ) -> Alignment:
        """When each display word is heard. Every sentence gets times, whatever its text or language.

        Args:
            sound: A 16-bit WAV file of exactly this sentence.
            sentence: Its display and spoken words.
            language: BCP-47 tag.
            sounds: Parts of the sentence's text, each with the IPA by which it was said.

        Raises:
            MediaError: The sound cannot be read.
        """
        words = [word for token in sentence.tokens for word in token.spoken]
        stated = {said.lower(): ipa for said, ipa in sounds}
        given = {"sound": str(sound), "words": words, "language": language, "sounds": stated}
        found = await self._child.call("align_words", recogniser=self._recogniser, **given)
        times = [(start_s, end_s) for start_s, end_s in found["times"]]
        return Alignment(show_words(sentence, times, found["duration_s"]), found["method"])

    def fingerprint(self) -> str:
        """Everything but sound and words that can change the times: for the keys of steps."""
        packages = ("pocketsphinx", "espeakng-loader")
        return " ".join([*(f"{package}-{version_of(package)}" for package in packages), f"revision-{REVISION}"])


def show_words(sentence: SpokenSentence, times: Sequence[tuple[float, float]], duration_s: float) -> tuple[Word, ...]:
    """Display words with the times of what is spoken for them.

    A display word lasts from its first spoken word to its last. One that is not spoken joins the word before it, or
    the first word when it comes before any.

    Args:
        sentence: Display and spoken words.
        times: One (start, end) for each spoken word.
        duration_s: Of the sound; no word goes beyond it.
    """
    texts: list[str] = []
    spans: list[tuple[float, float]] = []
    leading: list[str] = []
    position = 0
    for token in sentence.tokens:
        if token.spoken:
            own = times[position : position + len(token.spoken)]
            position += len(token.spoken)
            texts.append(" ".join([*leading, token.display]))
            leading = []
            spans.append((own[0][0], own[-1][1]))
        elif texts:
            texts[-1] += " " + token.display
        else:
            leading.append(token.display)
    if not texts:
        shown = " ".join(leading) or sentence.display
        return (Word(shown, 0.0, duration_s),) if shown else ()
    ordered = order(spans, duration_s)
    return tuple(Word(text, start_s, end_s) for text, (start_s, end_s) in zip(texts, ordered, strict=True))


def order(spans: Sequence[tuple[float, float]], duration_s: float) -> Times:
    """The spans made strictly one after the other and inside the sound, changed as little as that takes."""
    if not spans:
        return []
    shortest_s = min(SHORTEST_WORD_S, duration_s / len(spans))
    starts: list[float] = []
    for index, (start_s, _) in enumerate(spans):
        earliest_s = starts[-1] + shortest_s if starts else 0.0
        latest_s = duration_s - (len(spans) - index) * shortest_s
        starts.append(max(earliest_s, min(start_s, latest_s)))
    limits = [*starts[1:], duration_s]
    return [
        (round(start_s, 4), round(min(max(end_s, start_s + shortest_s), limit_s), 4))
        for start_s, (_, end_s), limit_s in zip(starts, spans, limits, strict=True)
    ]
