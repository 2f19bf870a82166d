"""How surely the words of a moment were heard: what names a clip is made of words that were."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from automagic.language.text.sentences import split_sentences, split_words

Heard = Sequence[tuple[str, float]]
"""Display words in order, each with its recogniser's probability, 0..1; empty when nobody says it: then all is sure."""

SURE, LEAST = 0.85, 0.25
"""Mean and least probability of a sentence's words. Measured with Whisper base on 30 sentences of a synthetic voice:
clean, in an echo, in steady noise and in the babble of six voices, 15 to -3 dB below it; 390 sentences were heard. Of
those with at most one wrong word in ten (157), 85 % pass; of those with more than one in five (155), 2 %, and most of
these are numbers that are written as figures. With the mean alone at 0.8, 92 % and 14 % pass. Clear human speech
(LibriVox) has means of 0.88 to 0.99, and no word below 0.7."""


def certain_sentences(text: str, heard: Heard, language: str) -> tuple[tuple[str, bool], ...]:
    """The sentences of a text, and whether each was heard surely.

    Args:
        text: Of the moment.
        heard: Its words.
    """
    sentences = split_sentences(text, language) or (text,)
    if not heard:
        return tuple((sentence, True) for sentence in sentences)
    tokens = [sure for word, sure in heard for _ in split_words(word)]
    counts = [len(split_words(sentence)) for sentence in sentences]
    if sum(counts) != len(tokens):  # a language without spaces between words
        return tuple((sentence, is_sure([sure for _, sure in heard])) for sentence in sentences)
    ends = list(accumulate(counts))
    return tuple(
        (sentence, is_sure(tokens[end - count : end]))
        for sentence, count, end in zip(sentences, counts, ends, strict=True)
    )


def is_sure(probabilities: Sequence[float]) -> bool:
    """Whether words with these probabilities are mostly right, and none is a mere guess."""
    return mean_of(probabilities) >= SURE and min(probabilities, default=1.0) >= LEAST


def mean_of(probabilities: Sequence[float]) -> float:
    """1 for none."""
    return sum(probabilities) / len(probabilities) if probabilities else 1.0


def certain_text(text: str, heard: Heard, language: str) -> str:
    """The text without the sentences that were not heard surely; "" when none was."""
    return " ".join(sentence for sentence, sure in certain_sentences(text, heard, language) if sure)
