"""How long words take to say, before anybody has said them.

Measured on the embedded voices over the sample articles: 3.4 spoken words a second while they speak, and 0.7 s a
sentence for its inner pauses and the breath after it. Good to about a tenth; the real lengths come from the voice.
"""

from __future__ import annotations

from automagic.values.words import SpokenSentence

WORDS_PER_S = 3.4
PAUSE_S = 0.7


def estimate_s(spoken_words: int, sentences: int = 1) -> float:
    """About how many seconds a number of words take, in a number of sentences."""
    return spoken_words / WORDS_PER_S + PAUSE_S * sentences


def count_spoken(sentence: SpokenSentence) -> int:
    """How many words the voice says for a sentence."""
    return sum(len(token.spoken) for token in sentence.tokens)
