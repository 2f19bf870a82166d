"""Words as they are said, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SpokenToken:
    """One display word and the words the voice says for it.

    "$24.9B" is shown; ("twenty", "four", "point", "nine", "billion", "dollars") are spoken. Display words that are
    not spoken, such as a lone dash, have an empty `spoken`.
    """

    display: str
    spoken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """One sentence in both its forms.

    Attributes:
        display: As captions show it.
        text: What the narrator is given: words in full, punctuation kept.
        tokens: The display words in order; their spoken words, joined, are the words of `text` in lower case.
    """

    display: str
    text: str
    tokens: tuple[SpokenToken, ...]


AlignmentMethod = Literal["narrator", "forced", "compared", "recognised", "proportional"]


@dataclass(frozen=True, slots=True)
class Word:
    """One display word on the timeline of the sound it belongs to."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """When each display word of a sentence is heard.

    Attributes:
        words: In order, not overlapping, one for each display token that is spoken (an unspoken token joins the word
            before it, separated by a space).
        method: How the times were found: the narrator's own, forced alignment, recognition, or in proportion to
            the words' length.
    """

    words: tuple[Word, ...]
    method: AlignmentMethod
