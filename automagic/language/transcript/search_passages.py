"""What is said, cut into passages for searching: 20 to 30 s each, at the ends of sentences.

sentence · sentence · sentence │ sentence · sentence │ a sentence of a minute │ … is cut between words
└──────────── 20-30 s ────────┘└─ another speaks, or a long pause ─┘
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from automagic.language.transcript.passages import join_words, split_sentences
from automagic.values.transcript import Transcript

SHORTEST_S, LONGEST_S = 20.0, 30.0
PAUSE_S = 10.0
"""Where nobody speaks for this long, something else begins."""


@dataclass(frozen=True, slots=True)
class SearchPassage:
    """Words that are found together.

    Attributes:
        first, end: Its words in the transcript: [first, end).
        start_s, end_s: From its first word's start to its last word's end.
        speaker: Who speaks; "" where the transcript does not say.
    """

    first: int
    end: int
    start_s: float
    end_s: float
    text: str
    speaker: str = ""


def cut_passages(transcript: Transcript) -> tuple[SearchPassage, ...]:
    """The passages of a transcript, together holding every word once, in order."""
    found: list[SearchPassage] = []
    first = 0
    pieces = list(_pieces(transcript))
    for (_, end), following in itertools.zip_longest(pieces, pieces[1:]):
        if following is None or _ends(transcript, first, end, following[1]):
            found.append(_passage(transcript, first, end))
            first = end
    return tuple(found)


def _pieces(transcript: Transcript) -> Iterator[tuple[int, int]]:
    """Sentences as [first, end) of words; those longer than a passage in parts."""
    words = transcript.words
    for sentence in split_sentences(transcript):
        first = sentence.first
        for index in range(sentence.first + 1, sentence.end):
            if words[index].end_s - words[first].start_s > LONGEST_S:
                yield first, index
                first = index
        yield first, sentence.end


def _ends(transcript: Transcript, first: int, end: int, following_end: int) -> bool:
    """Whether a passage from `first` ends before `end`, after which a piece up to `following_end` comes."""
    words, speakers = transcript.words, transcript.speakers
    if speakers and speakers[end] != speakers[first]:
        return True
    if words[end].start_s - words[end - 1].end_s >= PAUSE_S:
        return True
    start_s = words[first].start_s
    return words[end - 1].end_s - start_s >= SHORTEST_S or words[following_end - 1].end_s - start_s > LONGEST_S


def _passage(transcript: Transcript, first: int, end: int) -> SearchPassage:
    words = transcript.words[first:end]
    text = join_words(words, transcript.language)
    speaker = transcript.speakers[first] if transcript.speakers else ""
    return SearchPassage(first, end, words[0].start_s, words[-1].end_s, text, speaker)
