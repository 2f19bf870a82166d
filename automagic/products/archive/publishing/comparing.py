"""Whether a station serves our captions: some of them are looked for where they should be, word by word.

ours     0 … 12 … 24 … 36 … 47   five captions, evenly spread
served   those of about the same time: the same words, in order?
"""

from __future__ import annotations

from collections.abc import Sequence

from automagic.language.transcript.caption_words import CheckedCue, ComparedWords
from automagic.language.transcript.matching import match_words

PROBES = 5
AROUND_S = 4.0
"""A server makes its captions anew, and shows them a little earlier or later."""
LEAST_SAME = 0.9
"""Of the words that are looked for: signs that CEA-608 lacks are others there."""


def choose_probes(cues: Sequence[CheckedCue]) -> tuple[CheckedCue, ...]:
    """Captions that are looked for; the first and the last are among them."""
    spoken = [cue for cue in cues if ComparedWords.of_cues([cue], "en").keys]
    count = min(PROBES, len(spoken))
    return tuple(spoken[round(place * (len(spoken) - 1) / max(1, count - 1))] for place in range(count))


def spans_of(probes: Sequence[CheckedCue]) -> tuple[tuple[float, float], ...]:
    """Where they are looked for, in seconds."""
    return tuple((cue.start_s - AROUND_S, cue.end_s + AROUND_S) for cue in probes)


def are_served(probes: Sequence[CheckedCue], served: Sequence[CheckedCue]) -> bool:
    """Whether all of them are among what is served at their times."""
    wanted = found = 0
    for probe, (start_s, end_s) in zip(probes, spans_of(probes), strict=True):
        near = [cue for cue in served if cue.start_s < end_s and cue.end_s > start_s]
        ours, theirs = ComparedWords.of_cues([probe], "en").keys, ComparedWords.of_cues(near, "en").keys
        same = len(match_words(ours, theirs))
        if not same:
            return False
        wanted += len(ours)
        found += same
    return wanted > 0 and found >= LEAST_SAME * wanted
