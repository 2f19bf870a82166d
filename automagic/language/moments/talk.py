"""What is known of what is said in one recording, sentence by sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.values.transcript import Prosody, Sentence, Transcript

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Talk:
    """What moments are judged by. What is not known stays empty; what needs it is then left out, and said to be.

    Attributes:
        sentences: In order.
        language: BCP-47 tag; "" when unknown.
        topics: Indices of the sentences that begin a topic.
        vectors: One unit vector for each sentence, (n, size).
        delivery: How each sentence is said.
        speakers: Who says each sentence; "" for nobody known.
        fillers: How many filler words were found in each sentence.
    """

    sentences: tuple[Sentence, ...]
    language: str
    topics: tuple[int, ...] = ()
    vectors: NDArray[np.float32] | None = None
    delivery: tuple[Prosody, ...] = ()
    speakers: tuple[str, ...] = ()
    fillers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse entries for other sentences than these: a mistake of the caller."""
        count = len(self.sentences)
        vectors = () if self.vectors is None else self.vectors
        for name, entries in (("delivery", self.delivery), ("speakers", self.speakers), ("fillers", self.fillers)):
            if entries and len(entries) != count:
                raise ValueError(f"{len(entries)} entries of {name} for {count} sentences")
        if self.vectors is not None and len(vectors) != count:
            raise ValueError(f"{len(vectors)} vectors for {count} sentences")


def speakers_of(transcript: Transcript, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """Who says most words of each sentence; empty when the transcript names no speakers."""
    if not transcript.speakers:
        return ()
    counts = (Counter(transcript.speakers[sentence.first : sentence.end]) for sentence in sentences)
    return tuple(count.most_common(1)[0][0] if count else "" for count in counts)


def fillers_of(words: Sequence[int], sentences: Sequence[Sentence]) -> tuple[int, ...]:
    """How many of the filler words (rising indices into the transcript) stand in each sentence."""
    return tuple(bisect_left(words, sentence.end) - bisect_left(words, sentence.first) for sentence in sentences)
