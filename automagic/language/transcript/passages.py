"""Words with times into sentences, and the words among them that nobody would miss.

    so · we · went · north. · [1.2 s] · uh · it · was · cold  ──▶  "so we went north."  "uh it was cold"
                                                                    fillers: uh

Where a transcript has punctuation, that decides, and pauses help; where it has none, pauses decide, and length where
there are no pauses either. A change of speakers always ends a sentence.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from automagic.language.text import sentences
from automagic.values.transcript import Sentence, Transcript

if TYPE_CHECKING:
    from collections.abc import Sequence

    from automagic.values.words import Word


PAUSE_S = 0.6
"""A pause that ends a sentence where a new one may begin: without punctuation, or before a capital letter."""
LONG_PAUSE_S = 2.0
"""A pause that ends a sentence wherever it comes."""

BREATH_S = 0.3
"""A pause that tells a full stop from an abbreviation's."""

LONGEST_RUN = 60
"""Words; a punctuated transcript that goes on for longer without a full stop is treated as one without punctuation."""
LONGEST = 40
"""Words of a sentence without punctuation."""
SHORTEST = 3
"""Words of a sentence that only length ends."""

CONTEXT = 12
"""Words on both sides that decide whether a full stop ends a sentence or an abbreviation."""

_STOP = re.compile(r"[.!?…。！？｡।؟۔][\"'”’»›」』)\]]*$")
_CLAUSE = re.compile(r"[,;:،、，；：–—-][\"'”’»)\]]*$")
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "km", "yue"})
_ALWAYS_CAPITAL = re.compile(r"I(['’]\w+)?\W*$")


def split_sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """The sentences of a transcript, together holding every word, in order."""
    words = transcript.words
    if not words:
        return ()
    ends = _find_ends(transcript)
    named = _Names()
    found: list[Sentence] = []
    first = 0
    for index in range(len(words)):
        if index not in ends and index + 1 < len(words):
            continue
        own = words[first : index + 1]
        text = join_words(own, transcript.language)
        closed = ends.get(index, False)
        found.append(Sentence(named(text), first, index + 1, own[0].start_s, own[-1].end_s, text, closed))
        first = index + 1
    return tuple(found)


def join_words(words: Sequence[Word], language: str) -> str:
    """The words as text: with spaces between them, where the language has them."""
    return ("" if sentences.primary_tag(language) in _UNSPACED else " ").join(word.text for word in words)


class _Names:
    """Stable names: the same words at the same place among equals have the same name, whatever stands around them."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._taken: set[str] = set()

    def __call__(self, text: str) -> str:
        key = " ".join(text.split())
        place = self._seen[key]
        self._seen[key] += 1
        salt = 0
        while True:
            name = hashlib.sha256(f"{key}\n{place}\n{salt}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
            if name not in self._taken:
                self._taken.add(name)
                return name
            salt += 1  # two texts with one name: one in some hundred thousand


def _find_ends(transcript: Transcript) -> dict[int, bool]:
    """Indices of the words that end a sentence, and whether it is a whole one."""
    words = transcript.words
    pauses = [after.start_s - before.end_s for before, after in itertools.pairwise(words)] + [float("inf")]
    speakers = transcript.speakers
    turns = (
        {index for index in range(len(speakers) - 1) if speakers[index] != speakers[index + 1]}
        if len(speakers) == len(words)
        else set()
    )
    stops = _find_stops(words, pauses, transcript.language)
    ends: dict[int, bool] = {}
    first = 0
    for index in range(len(words)):
        hard = index in stops or index in turns or pauses[index] >= LONG_PAUSE_S
        if not hard:
            continue
        run = range(first, index + 1)
        # Without one full stop, or with one too far away, punctuation does not say where sentences end here.
        loose = len(run) > LONGEST_RUN or not _is_punctuated(index, stops, len(words))
        ends.update(_divide(words, pauses, run, loose=loose))
        ends[index] = index in stops or pauses[index] >= (PAUSE_S if loose else LONG_PAUSE_S)
        first = index + 1
    return ends


def _is_punctuated(index: int, stops: set[int], count: int) -> bool:
    """Whether there is a sentence's end within reach of a word."""
    return any(near in stops for near in range(max(0, index - 2 * LONGEST_RUN), min(count, index + 2 * LONGEST_RUN)))


def _find_stops(words: Sequence[Word], pauses: Sequence[float], language: str) -> set[int]:
    """The words whose punctuation ends a sentence. Each is judged by its neighbours only.

    A recogniser sometimes begins a sentence in lower case, which otherwise is the sign of an abbreviation: then the
    pause decides.
    """
    found: set[int] = set()
    for index, word in enumerate(words):
        if not _STOP.search(word.text):
            continue
        if index + 1 == len(words) or not re.search(r"\.[\"'”’»›)\]]*$", word.text):
            found.add(index)
            continue
        if pauses[index] >= BREATH_S and words[index + 1].text[:1].islower():
            found.add(index)
            continue
        before = [near.text for near in words[max(0, index - CONTEXT) : index + 1]]
        after = [near.text for near in words[index + 1 : index + 1 + CONTEXT]]
        tokens = sum(len(sentences.split_words(text)) for text in before)
        at = 0
        for sentence in sentences.split_sentences(" ".join([*before, *after]), language):
            at += len(sentences.split_words(sentence))
            if at >= tokens:
                break
        if at == tokens:
            found.add(index)
    return found


def _divide(words: Sequence[Word], pauses: Sequence[float], run: range, *, loose: bool) -> dict[int, bool]:
    """Where a run of words without a full stop ends sentences, besides its own end."""
    ends: dict[int, bool] = {}
    first = run.start
    for index in run[:-1]:
        length = index + 1 - first
        if pauses[index] >= PAUSE_S and (loose or _begins_anew(words, index)):
            ends[index] = True
            first = index + 1
        elif loose and length >= LONGEST:
            cut = _best_cut(pauses, first, index)
            ends[cut] = False
            first = cut + 1
    return ends


def _begins_anew(words: Sequence[Word], index: int) -> bool:
    """Whether the word after this one looks like the first of a sentence."""
    following = words[index + 1].text
    return (
        following.lstrip("\"'“‘«([¿¡")[:1].isupper()
        and not _ALWAYS_CAPITAL.match(following)
        and not _CLAUSE.search(words[index].text)
    )


def _best_cut(pauses: Sequence[float], first: int, last: int) -> int:
    """The word in the second half before the longest pause; the latest of equals."""
    middle = first + max(SHORTEST, (last - first) // 2)
    return max(range(middle, last + 1), key=lambda index: (round(pauses[index], 2), index))
