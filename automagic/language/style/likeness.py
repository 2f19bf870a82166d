"""How like an author's own posts a draft is, as a probability that was tried on posts which the author wrote later.

    posts by time   ├── the older ones ──┤├── the newest ones, in turns: calibration ──┤   all are counted
    a draft         score = log-odds of its runs, author : others  ─▶  p = share of the newest posts that score no more

Each turn of the newest is scored by what was counted of all the others: so the judges know every post, and a post of
the calibration is as new to them as a draft.

Two judges score by themselves: one on runs of characters, by which drafts may be selected, and one on words and their
shapes, which only reports. What a selection has gained with the first alone does not show in the second.

The log-odds are those of Monroe, Colaresi and Quinn (2008, "Fightin' Words") with an informative Dirichlet
prior: of a run that the author wrote n times in N places and others with frequency q,

    log((n + a q) / (N + a)) - log(q)

summed over a text and divided by the square root of its length, as a sum of so many terms deviates by chance.

p is that of cross-conformal prediction (Vovk 2015): were the draft one more post of the author's, p <= alpha would
happen with a probability of about alpha; the trial and the benchmark measure it. It holds while posts stay like the
newest ones: somebody who takes up another subject is rejected more often. That a text is like the author's
does not say that it makes sense: neither judge can see nonsense.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import prod
from typing import TYPE_CHECKING, Any

from automagic.errors import RequestError
from automagic.language.style.background import DIGEST, load_background
from automagic.language.style.grams import Grams, character_grams, word_grams
from automagic.language.style.numbering import NumberedTexts, OwnPosts
from automagic.language.style.tokens import digest_of_own, has_word, mask
from automagic.values.post import Post

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VERSION = 2
"""Of the model: raise it when the same posts would teach another."""

FEWEST_POSTS = 30
"""Of fewer, a habit of every tenth post would be seen in two."""
MOST_POSTS = 10_000
"""The newest of them: more teach nothing that these do not, and would have to be held in memory at once."""

CALIBRATION_SHARE = 0.4
"""The newest posts: so many that p is fine, so new that they are what the next ones will be like."""

_TURNS = {"characters": 4, "words": 8}
"""So many parts of the calibration are judged, each by what was counted of all other posts. With more, one post tells
too much of the next; with fewer, less was counted than of the whole."""

_PRIOR = 30_000
"""How many places of others' writing are mixed into the author's; found on Bierce with 1e4, 3e4, 1e5 and 3e5."""

_NEUTRAL = {"characters": 0, "words": 10}
"""So many places that speak for nobody are added to a text: of few words each says little, however rare it is. Of 0, 5,
10 and 15 all serve equally well the authors on whom the words' judge is tuned (`scripts/style_choices.py`). Runs of
characters tell less with any."""

_TOGETHER = 200
"""Texts whose runs of characters are counted at a time: those of all would not fit beside the counts in a cache."""

_RUN = 4
"""Words of a run by which two posts are found to be nearly the same."""

_NEARLY_SAME = 0.5
_RUN_BITS = 20
"""Runs are told apart by so many bits: of 30,000 seen ones, one in 35 others is mistaken for one."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the author a text is.

    Attributes:
        p: 0..1, by characters: the probability that the best of so many own posts would score no more than this.
        score: The log-odds behind it; above 0 it is rather the author's than others'.
        word_p, word_score: The same by words, which no selection has seen.
        calibration_size: How many posts p rests on; it is never below 1 / (this + 1) for a single draft.
        best_of: Of how many drafts this was taken.
    """

    p: float
    score: float
    word_p: float
    word_score: float
    calibration_size: int
    best_of: int


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What one of both judges knows.

    Attributes:
        counts: uint32, how often the author wrote what is counted at each place of the table.
        places: How many places the counted posts have.
        calibration: The scores of the author's newest posts, ascending.
    """

    counts: NDArray[np.uint32]
    places: int
    calibration: NDArray[np.float64]

    def p(self, score: float, best_of: int) -> float:
        """The probability that the best of `best_of` further posts of the author's would score no more than this.

        With n posts of calibration of which k score no more, it is C(k + N, N) / C(n + N, N): that, of n + N posts in
        whatever order, the best of N has no more than k of the n below it. For N = 1 it is (k + 1) / (n + 1).
        """
        size = len(self.calibration)
        below = int(self.calibration.searchsorted(score, side="right"))
        return prod((below + number) / (size + number) for number in range(1, best_of + 1))


@dataclass(frozen=True, slots=True, eq=False)
class StyleModel:
    """What was learned of an author's way of writing.

    Attributes:
        version: The `VERSION` that learned it.
        corpus: `corpus_digest` of the posts that it was learned from.
        background: The digest of the frequencies that it was learned against.
        learned: How many posts were counted; those of the calibration are among them.
        characters: The judge that may select.
        words: The judge that reports.
    """

    version: int
    corpus: str
    background: str
    learned: int
    characters: Judge
    words: Judge

    def scores(self, texts: Sequence[str]) -> list[float]:
        """The score of each text by characters, to select drafts by; minus infinity where there is no word."""
        masked = [mask(text) for text in texts]
        grams = character_grams(masked)
        scores = _judge(grams, self.characters.counts, self.characters.places, "characters")
        return [float(score) if has_word(text) else float("-inf") for score, text in zip(scores, masked, strict=True)]

    def likeness(self, text: str, *, best_of: int = 1) -> Likeness:
        """How like the author `text` is.

        Args:
            best_of: Of how many drafts this one was taken for its score: the more, the higher it has to score.
        """
        if best_of < 1:
            raise ValueError(f"the best of {best_of} is no text")
        (score,) = self.scores([text])
        word_score = float("-inf")
        if score > word_score:
            words = _count_words(NumberedTexts([mask(text)]))
            (word_score,) = _judge(words, self.words.counts, self.words.places, "words").tolist()
        size = len(self.characters.calibration)
        return Likeness(
            self.characters.p(score, best_of), score, self.words.p(word_score, best_of), word_score, size, best_of
        )

    def to_bytes(self) -> bytes:
        """For a file; `from_bytes` reads it."""
        import numpy as np

        arrays: dict[str, Any] = {}
        for name, judge in (("characters", self.characters), ("words", self.words)):
            (ids,) = np.nonzero(judge.counts != 0)  # of bools: four times as fast
            arrays[f"{name}_ids"] = ids.astype(np.uint32)
            arrays[f"{name}_counts"] = judge.counts[ids].astype(np.min_scalar_type(int(judge.counts.max())))
            arrays[f"{name}_places"] = np.array(judge.places)
            arrays[f"{name}_calibration"] = judge.calibration
        target = io.BytesIO()
        digests = np.array([self.corpus, self.background])
        # Not compressed: that takes longer than to learn it.
        np.savez(target, version=np.array(self.version), digests=digests, learned=self.learned, **arrays)
        return target.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> StyleModel:
        """What `to_bytes` wrote.

        Raises:
            RequestError: It is no style model, or was learned by another version or against another background.
        """
        import numpy as np

        background = load_background()
        again = "Learn it anew from the posts."
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                version, (corpus, learned_against) = int(arrays["version"]), arrays["digests"].tolist()
                if version != VERSION or learned_against != DIGEST:
                    raise RequestError("the style model was learned by another version of AutoMagic", hint=again)
                judges = [
                    _expand(arrays, name, len(codes))
                    for name, codes in (("characters", background.characters), ("words", background.words))
                ]
                return cls(version, corpus, learned_against, int(arrays["learned"]), *judges)
        except (ValueError, KeyError, IndexError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise RequestError("this is not a whole style model", hint=again) from error


def learn_style(posts: Sequence[Post]) -> StyleModel:
    """Learn how an author writes.

    Only own words count (`own_posts`), the newest `MOST_POSTS`, texts that differ in nothing but what is masked once.
    Posts of the calibration of which half can be read in others are left out of it.

    Raises:
        RequestError: There are too few posts.
    """
    return learn_own(OwnPosts.of(posts))


def learn_own(own: OwnPosts) -> StyleModel:
    """The same of posts that were read.

    Raises:
        RequestError: There are too few.
    """
    chosen = choose_texts(own)
    return StyleModel(
        VERSION,
        digest_of_own(own.posts),
        DIGEST,
        len(chosen.texts),
        _learn(lambda first, last: character_grams(chosen.texts[first:last]), chosen, "characters"),
        _learn(chosen.words.part, chosen, "words"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ChosenTexts:
    """What of an author's posts is learned from.

    Attributes:
        texts: Masked, each once, oldest first.
        words: Of these.
        first: From here on they are for the calibration.
        kept: Those that it keeps: of which more than half stands in no other.
    """

    texts: Sequence[str]
    words: Grams
    first: int
    kept: Sequence[int]


def choose_texts(own: OwnPosts) -> ChosenTexts:
    """The texts to learn from.

    Raises:
        RequestError: There are too few.
    """
    texts = list(dict.fromkeys(masked for masked in own.masked if has_word(masked)))[-MOST_POSTS:]
    if len(texts) < FEWEST_POSTS:
        raise RequestError(
            f"there are too few posts that differ in the author's own words to learn a style from: {len(texts)}",
            hint=f"At least {FEWEST_POSTS} are needed; replies, reposts, and posts that differ in numbers, links or "
            "tags alone do not count.",
        )
    first = round(len(texts) * (1 - CALIBRATION_SHARE))
    words = _count_words(own.numbered if len(texts) == len(own.masked) else NumberedTexts(texts))
    kept = _find_new(words, first)
    if not kept:
        raise RequestError(
            f"each of the {len(texts) - first} newest posts says for the most part what another one does",
            hint="Nothing can be learned from posts that repeat each other: give others of the author's as well.",
        )
    return ChosenTexts(texts, words, first, kept)


def _count_words(numbered: NumberedTexts) -> Grams:
    return word_grams(numbered, load_background().frequent)


def _learn(grams_of: Callable[[int, int], Grams], chosen: ChosenTexts, which: str) -> Judge:
    """A judge that counted all texts, calibrated on the newest ones that are kept, by one that counted all but some.

    Args:
        grams_of: Of the texts from one up to another.
    """
    import numpy as np

    counts, count = np.zeros(len(getattr(load_background(), which)), np.uint32), len(chosen.texts)
    one, places = np.uint32(1), 0
    ends = (chosen.first + np.linspace(0, count - chosen.first, 1 + _TURNS[which]).round().astype(int)).tolist()
    turns = [grams_of(begin, end) for begin, end in pairwise(ends)]
    older = (grams_of(begin, min(begin + _TOGETHER, chosen.first)) for begin in range(0, chosen.first, _TOGETHER))
    for grams in chain(older, turns):
        np.add.at(counts, grams.ids.ravel(), one)
        places += grams.ids.shape[1]
    scores = []
    for turn in turns:
        ids = turn.ids.ravel()
        np.subtract.at(counts, ids, one)
        scores.append(_judge(turn, counts, places - turn.ids.shape[1], which))
        np.add.at(counts, ids, one)
    calibration = np.concatenate(scores)[np.array(chosen.kept) - chosen.first]
    return Judge(counts, places, np.sort(calibration))


def _judge(grams: Grams, counts: NDArray[np.uint32], places: int, which: str) -> NDArray[np.float64]:
    """(texts,): the log-odds of each text, by the square root of its length.

    A word that a text has said it is likely to say again, whoever wrote it (Church 2000, "Empirical Estimates of
    Adaptation"): so words, and pairs of their shapes, tell but once a text.

    Args:
        counts: How often the author wrote what is counted at each place of the table.
        places: In how many.
    """
    import numpy as np

    background = load_background()
    codes = background.characters if which == "characters" else background.words
    telling = grams.once() if which == "words" else grams
    ratios = (_PRIOR * background.frequencies).take(codes.take(telling.ids))
    np.divide(counts.take(telling.ids), ratios, out=ratios, dtype=np.float32, casting="same_kind")
    odds = np.log1p(ratios, out=ratios).sum(axis=0, dtype=np.float64)
    of_places = len(telling.ids) * np.log1p(places / _PRIOR)  # the same at each place of a text
    starts = np.cumsum(telling.lengths) - telling.lengths
    sums: NDArray[np.float64] = np.add.reduceat(odds, starts) - of_places * telling.lengths
    return sums / np.sqrt(grams.lengths + _NEUTRAL[which])


def _find_new(words: Grams, first: int) -> list[int]:
    """Of the texts from `first` on, those of which less than half stands in another text, which counts for them."""
    import numpy as np

    runs = words.ids[0].astype(np.uint64)
    for _ in range(_RUN - 1):
        runs[1:] = runs[:-1] * np.uint64(0x9E3779B97F4A7C15) + words.ids[0, 1:].astype(np.uint64)
    ends = np.cumsum(words.lengths)
    within = np.ones(len(runs), bool)  # a run that began in the text before is none
    for step in range(_RUN - 1):
        within[np.minimum(ends - words.lengths + step, ends - 1)] = False
    bits = (runs * np.uint64(0xD6E8FEB86659FD93) >> np.uint64(64 - _RUN_BITS)).astype(np.int64)[within]
    texts = np.repeat(np.arange(len(ends), dtype=np.int32), words.lengths)[within]
    some = bits & 0xFFFF
    twice = np.bincount(some)[some] > 1  # so that few have to be put in order; a table of all bits is slow to touch
    ordered = np.sort(bits[twice] << 32 | texts[twice])
    starts = np.flatnonzero(np.diff(ordered >> 32, prepend=-1))
    of_runs = ordered & 0xFFFFFFFF
    shared = of_runs[starts] < of_runs[np.append(starts, len(ordered))[1:] - 1]
    repeated = np.bincount(of_runs[np.repeat(shared, np.diff(starts, append=len(ordered)))], minlength=len(ends))
    of = np.bincount(texts, minlength=len(ends))
    (new,) = np.nonzero(repeated[first:] < np.maximum(1, _NEARLY_SAME * of[first:]))
    return [int(place) for place in new + first]


def _expand(arrays: Any, name: str, size: int) -> Judge:
    import numpy as np

    counts = np.zeros(size, np.uint32)
    counts[arrays[f"{name}_ids"]] = arrays[f"{name}_counts"]
    return Judge(counts, int(arrays[f"{name}_places"]), arrays[f"{name}_calibration"].astype(np.float64))
