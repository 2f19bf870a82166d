"""What of a draft was said before: the nearest earlier post, and the longest run of words taken from one.

Whoever repeats a run of eight words of their own copies it, unless it is a formula of theirs: one they used three times
or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automagic.language.style.formulas import VERBATIM_WORDS, find_formulas, number_words, runs_of
from automagic.language.style.numbering import OwnPosts
from automagic.language.style.tokens import mask, split_style_words
from automagic.values.post import Post


@dataclass(frozen=True, slots=True)
class Nearest:
    """What of a text was said before.

    Attributes:
        id: Of the earlier post that shares most of its words; "" where none shares any.
        similarity: 0..1, the Jaccard coefficient of both texts' different words.
        run: The longest run of words that the text shares with any earlier post, lower-case; what stands in a formula
            does not count.
        run_words: How many words that is.
        run_id: Of the first post that has it; "" where no word is shared.
    """

    id: str
    similarity: float
    run: str
    run_words: int
    run_id: str

    @property
    def verbatim(self) -> bool:
        """Whether it copies more than happens by chance."""
        return self.run_words >= VERBATIM_WORDS


class EarlierPosts:
    """An author's posts, to be asked what of a draft was said in them. Links, mentions and tags are no words."""

    def __init__(self, posts: Sequence[Post]) -> None:
        import numpy as np

        own = OwnPosts.of(posts)
        self._ids = [post.id for post in own.posts]
        numbered = number_words(own.numbered)
        self._numbers = own.numbered.number_of
        self._words, self._posts = numbered.words, numbered.posts
        word_of, post_of = own.numbered.pairs
        self._different = np.bincount(post_of, minlength=max(1, len(self._ids)))
        order = np.argsort(word_of, kind="stable")
        self._with_word = post_of[order]
        self._from = np.searchsorted(word_of[order], np.arange(len(self._numbers) + 1))
        self.formulas = find_formulas(numbered)
        """Longest first."""
        self._places = np.argsort(self._words, kind="stable")
        self._places_from = np.searchsorted(self._words[self._places], np.arange(len(self._numbers) + 1))
        self._formula_runs = frozenset(run for formula in self.formulas for run in runs_of(formula.words.split()))

    def nearest(self, text: str) -> Nearest:
        """What of `text` was said before."""
        words = split_style_words(mask(text))
        post, similarity = self._most_alike(words)
        run, at = self._longest_run(words)
        return Nearest(
            self._ids[post] if similarity else "",
            similarity,
            " ".join(run),
            len(run),
            self._ids[int(self._posts[at])] if run else "",
        )

    def _most_alike(self, words: Sequence[str]) -> tuple[int, float]:
        import numpy as np

        different = set(words)
        known = [self._numbers[word] for word in different if word in self._numbers]
        if not known:
            return 0, 0.0
        found = np.concatenate([self._with_word[self._from[word] : self._from[word + 1]] for word in known])
        shared = np.bincount(found, minlength=len(self._ids))
        alike = shared / (len(different) + self._different - shared)
        best = int(alike.argmax())
        return best, float(alike[best])

    def _longest_run(self, words: Sequence[str]) -> tuple[list[str], int]:
        """The run, and where in the posts it ends; the first of equally long ones."""
        import numpy as np

        own = {
            place + step
            for place in range(len(words) - VERBATIM_WORDS + 1)
            if tuple(words[place : place + VERBATIM_WORDS]) in self._formula_runs
            for step in range(VERBATIM_WORDS)
        }
        best, ends = 0, (0, 0)
        before, here = np.zeros((2, len(self._words)), np.int32)
        filled = self._places[:0]
        for place, word in enumerate(words):
            number = self._numbers.get(word)
            same = self._places[:0]
            if number is not None and place not in own:
                same = self._places[self._places_from[number] : self._places_from[number + 1]]
                here[same] = before[same - 1] + 1  # the last place of all is no word: before the first stands nothing
                at = int(same[here[same].argmax()])
                if here[at] > best:
                    best, ends = int(here[at]), (place + 1, at)
            before[filled] = 0
            before, here, filled = here, before, same
        return list(words[ends[0] - best : ends[0]]), ends[1]
