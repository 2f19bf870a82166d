"""What ElevenLabs answers, made into what every narrator writes, with the words' times. The calls are api.py's.

JSON ──▶ 16-bit PCM ──▶ trimmed WAV
    └──▶ characters' times ──▶ words' times ──▶ moved onto the WAV's timeline
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from automagic.gate.replies import Unusable
from automagic.language.speech.spoken import words_in
from automagic.providers.local.shared.speech import check_length
from automagic.providers.shared.timed_speech import TimedSpeech
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.values.words import Word

RATE_HZ = 24000


def read_answer(data: bytes) -> tuple[bytes, dict[str, Any]]:
    """The sound, 16-bit mono PCM at `RATE_HZ`, and the characters' times ({} when there are none).

    Raises:
        Unusable: It is no such answer.
    """
    try:
        answer = parse_json(data, name="elevenlabs's answer")
        sound = base64.b64decode(answer["audio_base64"], validate=True)
    except (MalformedText, KeyError, TypeError, ValueError) as error:
        raise Unusable("elevenlabs answered without a sound in it", hint="Try again later.") from error
    if len(sound) < 2:
        raise Unusable("elevenlabs answered with an empty sound", hint="Try again later.")
    times = answer.get("alignment")
    return sound, times if isinstance(times, dict) else {}


def write_speech(data: bytes, text: str, target: Path) -> TimedSpeech:
    """Write the sound of an answer, trimmed as every narrator's, and put the words' times on its timeline.

    Raises:
        MediaError: It is silent, or cannot be this text.
    """
    import numpy as np

    from automagic.providers.local.shared import waveform

    sound, times = read_answer(data)
    pcm = np.frombuffer(sound[: len(sound) // 2 * 2], dtype="<i2")
    whole = waveform.repair((pcm.astype(np.float32) / 32768).astype(np.float32))
    first, _ = waveform.find_audible(whole, RATE_HZ)
    trimmed = waveform.trim(whole, RATE_HZ)
    check_length(text, len(trimmed) / RATE_HZ - waveform.LEAD_S - waveform.TRAIL_S)
    waveform.write_wav(target, trimmed, RATE_HZ)
    duration_s = len(trimmed) / RATE_HZ
    shift_s = waveform.LEAD_S - first / RATE_HZ
    words = time_words(times, text)
    return TimedSpeech(
        RATE_HZ,
        duration_s,
        tuple(
            Word(
                word.text,
                round(min(max(word.start_s + shift_s, 0.0), duration_s), 4),
                round(min(max(word.end_s + shift_s, 0.0), duration_s), 4),
            )
            for word in words
        ),
    )


def time_words(times: dict[str, Any], text: str) -> tuple[Word, ...]:
    """The spoken words with the times of their first and last characters; empty when the times do not fit the text.

    Args:
        times: "characters" and, for each, "character_start_times_seconds" and "character_end_times_seconds".
    """
    characters = times.get("characters") or []
    starts = times.get("character_start_times_seconds") or []
    ends = times.get("character_end_times_seconds") or []
    several = (characters, starts, ends)
    if not characters or not all(isinstance(one, list) for one in several) or len(set(map(len, several))) > 1:
        return ()
    if not _rises(starts) or not _rises(ends) or not all(isinstance(character, str) for character in characters):
        return ()
    spans = _word_spans("".join(characters))
    words = words_in(text)
    if [span[0] for span in spans] != list(words):
        return ()
    # One entry can hold several characters: find the entry of each place in the text.
    entry = [index for index, character in enumerate(characters) for _ in character]
    return tuple(Word(word, float(starts[entry[first]]), float(ends[entry[last - 1]])) for word, first, last in spans)


def _word_spans(text: str) -> list[tuple[str, int, int]]:
    """The words of `words_in` with where they stand: from, and up to without."""
    plain = "".join(c.lower() if len(c.lower()) == 1 else c for c in text).replace("’", "'")
    spans: list[tuple[str, int, int]] = []
    position = 0
    for word in words_in(text):
        first = plain.find(word, position)
        if first < 0:
            return []
        position = first + len(word)
        spans.append((word, first, position))
    return spans


def _rises(times: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) and value >= 0 for value in times) and list(times) == sorted(times)
