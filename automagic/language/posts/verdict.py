"""What is to be said of a draft: everything that speaks against it, how like its author it is, what was said before.

                ┌─ lengths, signs, links, keys                      every text
    a draft ────┼─ likeness, nearest post, the longest shared run   with an author
                └─ what its source does not say                     with a source

A verdict says what was found. Whether a text may go out in spite of it is for a person to say; a draft that nobody has
read yet is refused for each of its `reasons`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from automagic.language.posts.check import NO_LIMITS, CheckedPost, PostFinding, check_post
from automagic.language.posts.counting.length import Network, NetworkLimits
from automagic.language.posts.facts import NO_WORDS, Lexicon, SourceFacts, find_unfounded_words
from automagic.language.posts.suspicious import hide_keys
from automagic.language.style.formulas import VERBATIM_WORDS

if TYPE_CHECKING:
    from automagic.language.style.earlier import EarlierPosts, Nearest
    from automagic.language.style.likeness import Likeness, StyleModel

ALPHA = 0.05
"""Of so many of the author's own posts, a draft would be refused as not like them."""


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """What a text is held to; what is None is not looked at.

    Attributes:
        style: Tells how like the author it is.
        earlier: Tells what of it the author said before.
        source: What it may state.
        lexicon: Words that it may have besides the source's.
        limits: Those that differ from a network's usual ones.
    """

    style: StyleModel | None = None
    earlier: EarlierPosts | None = None
    source: SourceFacts | None = None
    lexicon: Lexicon = NO_WORDS
    limits: Mapping[Network, NetworkLimits] = field(default_factory=lambda: NO_LIMITS)


@dataclass(frozen=True, slots=True)
class Verdict(CheckedPost):
    """All that was found of a text.

    Attributes:
        likeness: None without an author.
        nearest: Likewise.
    """

    likeness: Likeness | None = None
    nearest: Nearest | None = None

    def reasons(self, alpha: float = ALPHA) -> tuple[str, ...]:
        """Why a draft is refused, one sentence each; none when it holds.

        Args:
            alpha: 0..1: at a likeness of this and less it is not like its author.
        """
        return (*(finding.message for finding in self.findings), *self._find_unlike(alpha))

    def _find_unlike(self, alpha: float) -> Iterator[str]:
        if self.likeness is not None and self.likeness.p <= alpha:
            yield f"It is not like the author's posts: {show_p(self.likeness.p)}."
        if self.nearest is not None and self.nearest.similarity == 1 and not self.nearest.verbatim:
            yield f"It is what post {self.nearest.id} says."


NO_STANDARD = Standard()


def show_p(p: float) -> str:
    """A probability for people, who are never told that it is 0: "p = 0.039", "p < 0.001"."""
    return f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"


def judge(text: str, networks: Sequence[Network], standard: Standard = NO_STANDARD, *, best_of: int = 1) -> Verdict:
    """All that can be said of a text.

    Args:
        networks: Where it shall be published.
        best_of: Of how many drafts it was taken for its likeness.
    """
    checked = check_post(text, networks, standard.limits)
    plain = hide_keys(text)  # of what is compared, words may be shown
    nearest = standard.earlier.nearest(plain) if standard.earlier else None
    findings = [*checked.findings, *_find_verbatim(nearest)]
    if standard.source:
        unfounded = find_unfounded_words(plain, standard.source, standard.lexicon)
        findings += [PostFinding("unfounded", one.message) for one in unfounded]
    likeness = standard.style.likeness(plain, best_of=best_of) if standard.style else None
    return Verdict(text, checked.lengths, tuple(findings), likeness, nearest)


def to_document(verdict: Verdict) -> dict[str, Any]:
    """Plain data: an entry of `texts`. Keys in the text are hidden."""
    likeness, nearest = verdict.likeness, verdict.nearest
    return {
        "text": hide_keys(verdict.text),
        "platforms": {
            network: {"length": one.length, "limit": one.limit, "ok": one.ok, "unit": one.unit}
            for network, one in verdict.lengths.items()
        },
        "likeness": likeness
        and {
            "p": float(f"{likeness.p:.4g}"),
            "word_p": float(f"{likeness.word_p:.4g}"),
            "calibration": likeness.calibration_size,
            "best_of": likeness.best_of,
        },
        "nearest": nearest
        and {
            "id": nearest.id,
            "similarity": round(nearest.similarity, 3),
            "shared_words": nearest.run_words,
            "shared_with": nearest.run_id,
        },
        "findings": [
            {"code": finding.code, "platform": finding.network, "message": finding.message}
            for finding in verdict.findings
        ],
    }


def _find_verbatim(nearest: Nearest | None) -> Iterator[PostFinding]:
    if nearest is not None and nearest.verbatim:
        first = " ".join(nearest.run.split()[:VERBATIM_WORDS])
        more = "…" if nearest.run_words > VERBATIM_WORDS else ""
        message = f"It repeats {nearest.run_words} words of post {nearest.run_id}: “{first}{more}”."
        yield PostFinding("verbatim", message)
