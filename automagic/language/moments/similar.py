"""What is said twice: in two episodes, or in the advertisement that stands in all of them.

Two moments are one when half of the shorter one's runs of five words stand in the other too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from automagic.language.text.lexicon import bare
from automagic.language.text.sentences import split_words
from automagic.values.moments import Moment

RUN = 5
"""Words of a run; two talks about one thing rarely share one by chance."""

SHARED = 0.5


def said_before(offered: Mapping[str, Sequence[Moment]]) -> Callable[[Moment], str]:
    """What tells of a moment where the same is offered already: "" for nowhere.

    Args:
        offered: The moments of other episodes, by the episode's name, in the order in which they are offered.
    """
    known = [(episode, moment, _runs(moment.text)) for episode, moments in offered.items() for moment in moments]

    def where(moment: Moment) -> str:
        runs = _runs(moment.text)
        for episode, other, other_runs in known:
            if len(runs & other_runs) >= SHARED * max(1, min(len(runs), len(other_runs))):
                minutes, seconds = divmod(int(other.start_s), 60)
                return f"the same is said in {episode} at {minutes}:{seconds:02}"
        return ""

    return where


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """All runs of words; a shorter text is one run."""
    words = [word for word in map(bare, split_words(text)) if word]
    runs = (tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))
    return frozenset(run for run in runs if run)
