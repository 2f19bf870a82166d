"""What a narrator spoke who says itself when each word is heard, so that no aligner has to find out."""

from __future__ import annotations

from dataclasses import dataclass

from automagic.language.speech.spoken import words_in
from automagic.providers.local.shared.aligner import show_words
from automagic.providers.local.shared.speech import Speech
from automagic.values.words import Alignment, SpokenSentence, Word


@dataclass(frozen=True, slots=True)
class TimedSpeech(Speech):
    """What was spoken, with the narrator's own times.

    Attributes:
        words: The spoken words (as `words_in` finds them) on the sound's timeline; empty when the vendor gave no times
            that fit the text, so that an aligner must find them.
    """

    words: tuple[Word, ...] = ()

    def align(self, sentence: SpokenSentence) -> Alignment | None:
        """The times of the display words; None when there are none."""
        if not self.words or [word.text for word in self.words] != list(words_in(sentence.text)):
            return None
        times = [(word.start_s, word.end_s) for word in self.words]
        return Alignment(show_words(sentence, times, self.duration_s), "narrator")
