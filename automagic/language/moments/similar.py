"""What is said twice: in two episodes, or in the advertisement that stands in all of them.

Two moments are one when half of the shorter one's runs of five words stand in the other too, or when they mean the same
and share half of their words.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from automagic.language.text.lexicon import bare
from automagic.language.text.sentences import split_words
from automagic.values.moments import Moment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUN = 5
"""Words of a run; two talks about one thing rarely share one by chance."""

SHARED = 0.5
ALIKE = 0.9


@dataclass(frozen=True, slots=True)
class Repeat:
    """A moment that is offered already.

    Attributes:
        episode, moment: Which one: the episode's name and the moment's id.
        of_episode, of_moment: The one that stays, which comes first in the order given.
        reason: For people.
    """

    episode: str
    moment: str
    of_episode: str
    of_moment: str
    reason: str


def find_repeats(
    episodes: Mapping[str, Sequence[Moment]],
    vectors: Mapping[tuple[str, str], NDArray[np.float32]] | None = None,
) -> tuple[Repeat, ...]:
    """The moments that need not be offered, since an earlier one says the same.

    Args:
        episodes: The chosen moments by the episode's name, in the order in which they are offered.
        vectors: Unit vectors by (episode, moment id); without them only words are compared.
    """
    kept: list[tuple[str, Moment, frozenset[str], frozenset[str]]] = []
    holders: dict[str, list[int]] = defaultdict(list)
    repeats: list[Repeat] = []
    for episode, moments in episodes.items():
        for moment in moments:
            words = _words(moment.text)
            runs = _runs(words)
            near = {index for run in runs for index in holders[run]}
            if vectors and (episode, moment.id) in vectors:
                near |= _alike((episode, moment.id), kept, vectors)
            said = frozenset(words)
            for index in sorted(near):
                of_episode, other, other_runs, other_words = kept[index]
                reason = _reason(runs, other_runs, said, other_words, (episode, moment), (of_episode, other), vectors)
                if reason:
                    repeats.append(Repeat(episode, moment.id, of_episode, other.id, reason))
                    break
            else:
                for run in runs:
                    holders[run].append(len(kept))
                kept.append((episode, moment, runs, said))
    return tuple(repeats)


def said_before(offered: Mapping[str, Sequence[Moment]]) -> Callable[[Moment], str]:
    """What tells of a moment where the same is offered already: "" for nowhere.

    Args:
        offered: The moments of other episodes, by the episode's name, in the order in which they are offered.
    """

    def where(moment: Moment) -> str:
        found = [one for one in find_repeats({**offered, "": [moment]}) if not one.episode]
        if not found:
            return ""
        other = next(one for one in offered[found[0].of_episode] if one.id == found[0].of_moment)
        minutes, seconds = divmod(int(other.start_s), 60)
        return f"the same is said in {found[0].of_episode} at {minutes}:{seconds:02}"

    return where


def _alike(
    key: tuple[str, str],
    kept: Sequence[tuple[str, Moment, frozenset[str], frozenset[str]]],
    vectors: Mapping[tuple[str, str], NDArray[np.float32]],
) -> set[int]:
    """Which of those that stay mean the same."""
    here = vectors[key]
    keys = ((index, (episode, moment.id)) for index, (episode, moment, _, _) in enumerate(kept))
    return {index for index, other in keys if other in vectors and float(here @ vectors[other]) >= ALIKE}


def _reason(
    runs: frozenset[str],
    other_runs: frozenset[str],
    words: frozenset[str],
    other_words: frozenset[str],
    one: tuple[str, Moment],
    other: tuple[str, Moment],
    vectors: Mapping[tuple[str, str], NDArray[np.float32]] | None,
) -> str:
    share = len(runs & other_runs) / max(1, min(len(runs), len(other_runs)))
    if share >= SHARED:
        return f"{share:.0%} of it is said word for word in {other[0]}"
    if not vectors:
        return ""
    keys = (one[0], one[1].id), (other[0], other[1].id)
    common = len(words & other_words) / max(1, min(len(words), len(other_words)))
    if common >= SHARED and keys[0] in vectors and keys[1] in vectors:
        likeness = float(vectors[keys[0]] @ vectors[keys[1]])
        if likeness >= ALIKE:
            return f"says the same as a moment of {other[0]} ({likeness:.2f})"
    return ""


def _words(text: str) -> list[str]:
    return [word for word in map(bare, split_words(text)) if word]


def _runs(words: Sequence[str]) -> frozenset[str]:
    """Short names of all runs of words; a shorter text is one run."""
    runs = (" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1)))
    return frozenset(hashlib.blake2b(run.encode(), digest_size=8).hexdigest() for run in runs if run)
