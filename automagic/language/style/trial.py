"""Whether a calibration keeps its promise: an author's newest posts are judged by what the others alone taught.

posts by time   ├── learned from, calibration included ──┤├── the newest fifth: tried ──┤
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from automagic.errors import RequestError
from automagic.language.style.likeness import choose_texts, learn_style
from automagic.language.style.measures import wilson_interval
from automagic.language.style.numbering import OwnPosts
from automagic.values.post import Post

ALPHAS = (0.05, 0.1, 0.2)
TRIED_SHARE = 0.2
FEWEST_TRIED = 50
"""Of fewer, the interval of a share of 5 % would reach from 1 to 16 %."""


@dataclass(frozen=True, slots=True)
class RejectedShare:
    """How many of an author's own posts a p of at most alpha rejects.

    Attributes:
        alpha: 0..1, what is promised.
        share: 0..1, what came of it.
        low, high: 0..1, its Wilson interval of 95 %.
    """

    alpha: float
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StyleTrial:
    """What came of trying a calibration.

    Attributes:
        tried: How many posts were tried; 0 where there are too few.
        rejected: By characters, for each of `ALPHAS`; empty where none was tried.
    """

    tried: int
    rejected: tuple[RejectedShare, ...]


def try_style(posts: Sequence[Post]) -> StyleTrial:
    """Learn from all but the newest posts, and see how many of these would be rejected.

    Posts of which half can be read in others are not tried, as they calibrate nothing either.
    """
    own = OwnPosts.of(posts)
    count = round(len(own.posts) * TRIED_SHARE)
    try:
        chosen = choose_texts(own)
        model = learn_style(own.posts[:-count]) if count >= FEWEST_TRIED else None
    except RequestError:  # too few, all of them or the older ones
        model = None
    if model is None:
        return StyleTrial(0, ())
    texts = [chosen.texts[place] for place in chosen.kept if place >= len(chosen.texts) - count]
    if len(texts) < FEWEST_TRIED:
        return StyleTrial(0, ())
    found = [model.characters.p(score, 1) for score in model.scores(texts)]
    rejected = []
    for alpha in ALPHAS:
        hits = sum(p <= alpha for p in found)
        rejected.append(RejectedShare(alpha, hits / len(found), *wilson_interval(hits, len(found))))
    return StyleTrial(len(found), tuple(rejected))
