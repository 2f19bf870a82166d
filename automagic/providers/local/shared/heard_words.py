"""What a recogniser claims to have heard, made true: no invented words, times that fit the sound.

    heard words ─▶ display words ─▶ without repeated lines ─▶ times drawn to the speech ─▶ forced alignment where the
                   of whole pieces  and words in silence      by the levels                two agree ─▶ in order

Pure functions on one chunk of sound; times are seconds from its start, levels dB per 10 ms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    Times = Sequence[tuple[float, float]]

FRAMES_PER_S = 100
SHORTEST_S = 0.04

UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "km", "yue", "bo"})
"""Languages that are written without spaces between words."""

PHRASE_WORDS = 12
REPEATS = 3
"""A phrase that comes this often in a row is a recogniser's loop; what people repeat they repeat twice."""

QUIET_SHARE = 0.3
"""Where between the background and the speech, in dB, silence ends."""
FLAT_DB = 9.0
"""With less between background and speech, levels say nothing of where words begin."""
REACH_S = 0.6
"""How far a word may be drawn to the nearest speech."""
AGREE_S = 0.35
"""Forced alignment and recognition mean the same place when their starts are no further apart."""
TRUSTED_SHARE = 0.7
ASTRAY_S = 1.0
"""With their starts further apart, the alignment has lost its place."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as it was recognised; `text` with its leading space where it has one, until `join_pieces`.

    Attributes:
        sure: The recogniser's probability of it, 0..1; 1 when it gives none.
    """

    text: str
    start_s: float
    end_s: float
    sure: float = 1.0


def join_pieces(words: Sequence[HeardWord], language: str) -> list[HeardWord]:
    """Display words: a piece without a space before it belongs to the piece before it ("twenty", "-four")."""
    joined: list[HeardWord] = []
    for word in words:
        text = word.text.strip()
        if not text:
            continue
        apart = word.text[0].isspace() or language in UNSPACED or not joined
        if (apart and any(character.isalnum() for character in text)) or not joined:
            joined.append(replace(word, text=text))
        else:
            before = joined[-1]
            space = " " if apart and language not in UNSPACED else ""
            sure = min(before.sure, word.sure) if any(letter.isalnum() for letter in text) else before.sure
            joined[-1] = HeardWord(before.text + space + text, before.start_s, max(before.end_s, word.end_s), sure)
    return [word for word in joined if any(character.isalnum() for character in word.text)]


def drop_loops(words: Sequence[HeardWord]) -> list[HeardWord]:
    """The words without the repetitions of a phrase of three words and more that comes again and again in a row.

    The first of them stays. Shorter phrases are left alone: people do say "no no no no".
    """
    keys = [bare(word.text) for word in words]
    kept: list[HeardWord] = []
    position = 0
    while position < len(words):
        length, times = _find_loop(keys, position)
        kept.extend(words[position : position + length])
        position += length * times
    return kept


def _find_loop(keys: Sequence[str], position: int) -> tuple[int, int]:
    """Length of the phrase that begins here and how often it comes in a row; (1, 1) when it is not repeated."""
    for length in range(3, PHRASE_WORDS + 1):
        phrase = keys[position : position + length]
        times = 1
        while keys[position + times * length : position + (times + 1) * length] == phrase and len(phrase) == length:
            times += 1
        if times >= REPEATS:
            return length, times
    return 1, 1


def bare(text: str) -> str:
    """A word's letters and digits in lower case, to compare it."""
    return re.sub(r"[\W_]+", "", text.lower())


def find_quiet(levels: Levels) -> NDArray[np.bool_] | None:
    """Which frames are background, not speech; None when the levels cannot tell, as under steady music."""
    import numpy as np

    if len(levels) < FRAMES_PER_S // 2:
        return None
    floor, speech = (float(value) for value in np.percentile(levels, (5, 90)))
    floor = max(floor, speech - 45.0)
    if speech - floor < FLAT_DB:
        return None
    loud = levels > floor + QUIET_SHARE * (speech - floor)
    # A click of 20 ms is no speech, and a closure of 50 ms inside a word is no silence.
    return ~_without_short(~_without_short(~loud, 5), 2)


def _without_short(flags: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """The flags without runs of True of up to `longest` frames."""
    import numpy as np

    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    kept = flags.copy()
    for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        if end - start <= longest:
            kept[start:end] = False
    return kept


def draw_to_speech(words: Sequence[HeardWord], quiet: NDArray[np.bool_]) -> list[HeardWord]:
    """The words without the silence at their edges.

    A word that lies in silence whole goes to the nearest speech within `REACH_S`; with none there it was not said, and
    is left out.
    """
    import numpy as np

    drawn: list[HeardWord] = []
    for word in words:
        first = min(max(0, round(word.start_s * FRAMES_PER_S)), len(quiet))
        end = min(max(first + 1, round(word.end_s * FRAMES_PER_S)), len(quiet))
        loud = first + np.flatnonzero(~quiet[first:end])
        if len(loud):
            first, end = int(loud[0]), int(loud[-1]) + 1
        else:
            reach = round(REACH_S * FRAMES_PER_S)
            near = np.flatnonzero(~quiet[max(0, first - reach) : end + reach])
            if not len(near):
                continue
            near = near + max(0, first - reach)
            at = int(near[np.argmin(np.abs(near - first))])
            length = max(end - first, round(SHORTEST_S * FRAMES_PER_S))
            first, end = (at, at + length) if at >= first else (at + 1 - length, at + 1)
        drawn.append(replace(word, start_s=first / FRAMES_PER_S, end_s=end / FRAMES_PER_S))
    return drawn


def merge(words: Sequence[HeardWord], aligned: Times) -> list[HeardWord]:
    """The words with the aligned times where these can be right, and their own where not.

    A recogniser often begins a word before the pause that it follows, so the alignment is right where it mostly agrees,
    unless it is very far off. One that goes astray in most places is not believed at all.
    """
    apart = [abs(word.start_s - start_s) for word, (start_s, _) in zip(words, aligned, strict=True)]
    if sum(distance <= AGREE_S for distance in apart) < TRUSTED_SHARE * len(words):
        return list(words)
    return [
        replace(word, start_s=start_s, end_s=end_s) if distance <= ASTRAY_S else word
        for word, (start_s, end_s), distance in zip(words, aligned, apart, strict=True)
    ]


def put_in_order(words: Sequence[HeardWord], end_s: float) -> list[HeardWord]:
    """The words one after the other, none overlapping, none shorter than `SHORTEST_S` unless there is no room."""
    shortest_s = min(SHORTEST_S, end_s / max(len(words), 1))
    starts: list[float] = []
    for index, word in enumerate(words):
        earliest_s = starts[-1] + shortest_s if starts else 0.0
        latest_s = end_s - (len(words) - index) * shortest_s
        starts.append(max(earliest_s, min(word.start_s, latest_s)))
    limits = [*starts[1:], end_s][: len(words)]
    return [
        replace(word, start_s=start_s, end_s=min(max(word.end_s, start_s + shortest_s), limit_s))
        for word, start_s, limit_s in zip(words, starts, limits, strict=True)
    ]
