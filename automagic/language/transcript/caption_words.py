"""Which words of captions were heard: the same, others in their place, none.

captions    the mayor  Oakland  said  ·  ·  that
heard       the mayor  Oakley   said  on  Monday  that
                       swapped        missing
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from automagic.language.speech.spoken import read_plain, words_in
from automagic.language.text.sentences import primary_tag
from automagic.language.transcript.matching import match_words
from automagic.values.words import Word

_MARKS = '.,;:!?"“”()'
_ENDS = {".", "!", "?", ":", "…"}
_SOUND = re.compile(r"\[[^\]]*\]|\([^)]*\)|♪[^♪]*♪|[♪♫#*]")
_SPEAKER = re.compile(r"^\s*(?:>{2,3}\s*)?(?:-\s*)?(?:[A-Z][A-Z .'’-]{1,30}:\s)?|>{2,3}")


@dataclass(frozen=True, slots=True)
class CheckedCue:
    """A caption as it is shown.

    Attributes:
        start_s, end_s: When.
        text: Its lines, parted by line breaks.
    """

    start_s: float
    end_s: float
    text: str


@dataclass(slots=True)
class ComparedWords:
    """Words as they are compared, and where each comes from.

    Attributes:
        keys: Lower-case, numbers in words: "24" and "twenty-four" are the same two.
        of: Of each key: its cue, or its heard word.
        shown: Of each key: as it is written.
        spans: Of each heard key: when; empty for cues.
        names: Those of `shown` that are written as names are, also where no sentence begins.
    """

    keys: list[str] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    _ended: bool = True

    def add(self, word: str, index: int, tag: str) -> list[str]:
        """Add what a written word is compared by; gives that."""
        bare = word.strip(_MARKS)
        if not self._ended and bare[:1].isupper() and not bare.isupper() and len(bare) > 1:
            self.names.add(bare)
        self._ended = word.rstrip("\"”’')")[-1:] in _ENDS
        keys = list(words_in(" ".join(read_plain([word], tag)) if any(map(str.isdigit, word)) else word))
        self.keys.extend(keys)
        self.of.extend([index] * len(keys))
        self.shown.extend([bare] * len(keys))
        return keys

    @classmethod
    def of_heard(cls, heard: Sequence[Word], language: str) -> ComparedWords:
        """What was said."""
        made, tag = cls(), primary_tag(language)
        for index, word in enumerate(heard):
            keys = made.add(word.text, index, tag)
            step = (word.end_s - word.start_s) / max(1, len(keys))
            made.spans.extend(
                (word.start_s + step * place, word.start_s + step * (place + 1)) for place in range(len(keys))
            )
        return made

    @classmethod
    def of_cues(cls, cues: Sequence[CheckedCue], language: str) -> ComparedWords:
        """What is shown, without marks of speakers and sounds, which nobody says."""
        made, tag = cls(), primary_tag(language)
        for index, cue in enumerate(cues):
            for line in cue.text.splitlines():
                for word in _SOUND.sub(" ", _SPEAKER.sub(" ", line)).split():
                    made.add(word, index, tag)
        return made


@dataclass(frozen=True, slots=True)
class MetWords:
    """What of both texts is the same.

    Attributes:
        pairs: (shown, heard) places of the same words.
        of_said: Of each heard word: "same", "wrong" (another stands in its place) or "missing".
        swapped: (shown, heard) places, of which one stands for the other.
        surplus: Shown words that stand for none that was heard.
    """

    pairs: list[tuple[int, int]]
    of_said: list[Literal["same", "wrong", "missing"]]
    swapped: list[tuple[int, int]]
    surplus: set[int]


def meet(shown: ComparedWords, said: ComparedWords) -> MetWords:
    """Compare what is shown with what was heard."""
    pairs = match_words(shown.keys, said.keys)
    states: list[Literal["same", "wrong", "missing"]] = ["missing"] * len(said.keys)
    swapped: list[tuple[int, int]] = []
    surplus: set[int] = set()
    at = (0, 0)
    for pair in (*pairs, (len(shown.keys), len(said.keys))):
        ours, theirs = range(at[0], pair[0]), range(at[1], pair[1])
        # Of a whole passage that only one side has, nothing stands for anything.
        both = min(len(ours), len(theirs)) if max(len(ours), len(theirs)) <= 2 * min(len(ours), len(theirs)) + 3 else 0
        swapped += zip(ours[:both], theirs[:both], strict=True)
        surplus.update(ours[both:])
        for place in theirs[:both]:
            states[place] = "wrong"
        if pair[1] < len(said.keys):
            states[pair[1]] = "same"
        at = (pair[0] + 1, pair[1] + 1)
    return MetWords(pairs, states, swapped, surplus)
