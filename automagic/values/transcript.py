"""What is said in a recording: words, sentences, and how they are said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from automagic.values.words import Word

WordTimes = Literal["recognised", "stated", "spread"]
"""How a transcript's word times were found: by recognition, stated in a file, or spread over a subtitle's duration."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a recording.

    Attributes:
        words: As captions show them, punctuation attached, in order, on the recording's timeline.
        language: BCP-47 primary tag; "" when unknown.
        transcriber: Who made it: an engine with its model, a vendor, or the file it was read from.
        times: How the words' times were found.
        speakers: One for each word where the transcript names them, else empty.
        confidences: 0..1 for each word, how sure its transcriber was of it; empty when nobody says it.
        notices: What a person must know of it, such as lines that were mended.
    """

    words: tuple[Word, ...]
    language: str
    transcriber: str
    times: WordTimes = "recognised"
    speakers: tuple[str, ...] = ()
    confidences: tuple[float, ...] = ()
    notices: tuple[str, ...] = ()

    def heard(self, first: int, end: int) -> tuple[tuple[str, float], ...]:
        """The words [first, end) with how sure their transcriber was of each; empty when nobody says it."""
        words = (word.text for word in self.words[first:end])
        return tuple(zip(words, self.confidences[first:end], strict=True)) if self.confidences else ()


@dataclass(frozen=True, slots=True)
class HearingPlan:
    """How a recording is heard: in parts, each for itself, so that what was heard of it stays heard.

    Attributes:
        language: Of the speech, BCP-47 primary tag; "" where nobody speaks.
        parts: Of each the chunks of speech in it, (start, end) in seconds, all in order.
    """

    language: str
    parts: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words that are said in one go and understood together.

    Attributes:
        id: Stable name from its words and its place among equals, eight hexadecimal digits; never an index.
        first, end: Its words in the transcript: [first, end).
        start_s, end_s: From its first word's start to its last word's end.
        text: As captions show it.
        closed: Whether it ends where a sentence ends (punctuation, or a long pause), rather than being cut off.
    """

    id: str
    first: int
    end: int
    start_s: float
    end_s: float
    text: str
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Prosody:
    """How one sentence is said.

    Attributes:
        loudness_db: Mean level of its speech, in dB relative to the recording's own speech.
        pitch_range: Of its voiced parts, 5th to 95th percentile, in semitones; 0 where none are.
        rate: Syllables a second, pauses left out.
        pause_before_s, pause_after_s: Silence around it.
    """

    loudness_db: float
    pitch_range: float
    rate: float
    pause_before_s: float
    pause_after_s: float
