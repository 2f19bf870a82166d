"""The shapes of an author's posts: how many sentences, how they stand, and what is said before them.

    "TIDE, n. The sea's twice-daily change of mind."      a head in capitals, joint ", n. ", one line of one sentence
    "No two people see the same rainbow.⏎⏎Yours moves."   two lines of one sentence, a blank one between them

A shape is always that of a real post, and says of which. Links, tags and emoji are no part of it: `habits` knows how
often they are there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from automagic.data import words
from automagic.language.style.structure import count_sentences
from automagic.language.style.tokens import EMOJI, LINK, MENTION, TAG, own_posts
from automagic.values.post import Post

HeadCase = Literal["", "capitals", "capital", "small"]

MOST_SENTENCES = 6
_BULLET = re.compile(r"[-*•–▪▸→✓✔](?=\s)")
_HEAD = re.compile(
    r"(?P<head>[^\s:,.!?\n][^:,.!?\n]{0,40}?)(?P<joint>, (?P<sign>[a-z]{1,6}(?:\.[a-z]{1,3})?)\.\s|:\s)(?=\S)"
)
_HEAD_WORDS = 3
_FIXED_HEAD = 3
"""A head that stands before so many posts is a saying of the author's, and no place for a word."""

_USUAL = 0.95
_NOUN_SIGNS = frozenset(words("style")["noun_signs"])


@dataclass(frozen=True, slots=True)
class PostShape:
    """How a post is built.

    Attributes:
        lines: How many sentences each of its lines has, from 1; of a list, each item counts as one.
        gap: What stands between two lines: a line's end or two; "" where there is one line.
        bullet: Before each item of a list; "" elsewhere.
        head: How the word is written that the post explains; "" for a post without.
        joint: Between that word and what is said of it: ", n. " or ": ".
    """

    lines: tuple[int, ...]
    gap: Literal["", "\n", "\n\n"] = ""
    bullet: str = ""
    head: HeadCase = ""
    joint: str = ""

    @property
    def sentences(self) -> int:
        """How many it has."""
        return sum(self.lines)


@dataclass(frozen=True, slots=True)
class ShapeOfPosts:
    """A shape, and the author's posts that have it.

    Attributes:
        posts: How many.
        of: How many posts were looked at.
        example: The id of that whose length is the middle one.
        least, most: Characters of the shortest and the longest.
    """

    shape: PostShape
    posts: int
    of: int
    example: str
    least: int
    most: int

    @property
    def share(self) -> float:
        """0..1, of the author's posts."""
        return self.posts / self.of


def learn_shapes(posts: Sequence[Post]) -> tuple[ShapeOfPosts, ...]:
    """The shapes that can be filled with facts, commonest first.

    Posts that answer somebody, parts of a thread, lists that something leads up to and heads that are a saying of the
    author's ("Reminder: …") are the shapes of something else than a fact.
    """
    own = own_posts(posts)
    texts = [body_of(post.text) for post in own]
    heads = Counter(match["head"].lower() for text in texts if (match := _HEAD.match(text)))
    fixed = {head for head, count in heads.items() if count >= _FIXED_HEAD}
    found: dict[PostShape, list[tuple[int, str]]] = {}
    for post, text in zip(own, texts, strict=True):
        if (shape := _shape_of(text, fixed)) is not None:
            found.setdefault(shape, []).append((len(text), post.id))
    measured = []
    for shape, lengths in found.items():
        ranked = sorted(lengths)
        example = ranked[(len(ranked) - 1) // 2][1]
        measured.append(ShapeOfPosts(shape, len(ranked), len(own), example, ranked[0][0], ranked[-1][0]))
    return tuple(sorted(measured, key=lambda one: (-one.posts, one.example)))


def usual_shapes(shapes: Sequence[ShapeOfPosts]) -> tuple[ShapeOfPosts, ...]:
    """The commonest of them, down to where `_USUAL` of the posts have one: what was done once is no habit."""
    wanted, kept = _USUAL * sum(one.posts for one in shapes), list[ShapeOfPosts]()
    while len(kept) < len(shapes) and sum(one.posts for one in kept) < wanted:
        kept.append(shapes[len(kept)])
    return tuple(kept)


def body_of(text: str) -> str:
    """A post without links and emoji, and without the tags before and behind its words."""
    bare = EMOJI.sub("", LINK.sub("", text)) if not text.isascii() or "://" in text or "www." in text else text
    lines = [" ".join(line.split()) for line in bare.strip().split("\n")]
    while lines and not (last := _without_last_tags(lines[-1])):
        lines.pop()
    if lines:
        lines[-1] = last
    return "\n".join(lines).strip()


def _without_last_tags(line: str) -> str:
    parts = line.split()
    while parts and TAG.fullmatch(parts[-1]):
        parts.pop()
    return " ".join(parts)


def _shape_of(text: str, fixed: set[str]) -> PostShape | None:
    """None where it cannot be filled."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines or MENTION.match(text) or re.match(r"\(?\d{1,2}/", text):
        return None
    gap: Literal["", "\n", "\n\n"] = "" if len(lines) == 1 else "\n\n" if "\n\n" in text else "\n"
    bullets = [match[0] for line in lines if (match := _BULLET.match(line))]
    if bullets:
        is_list = len(bullets) == len(lines) > 1 and len(set(bullets)) == 1
        return PostShape((1,) * len(lines), gap, bullets[0]) if is_list and len(lines) <= MOST_SENTENCES else None
    head = _HEAD.match(text)
    if head is not None:
        if len(head["head"].split()) > _HEAD_WORDS or head["head"].lower() in fixed:
            return None
        if head["sign"] and head["sign"] not in _NOUN_SIGNS:
            return None
        lines[0] = text[head.end() :].split("\n", 1)[0]
    counts = tuple(map(count_sentences, lines))
    if sum(counts) > MOST_SENTENCES:
        return None
    return PostShape(counts, gap, "", _case_of(head["head"]) if head else "", head["joint"] if head else "")


def _case_of(head: str) -> HeadCase:
    if head.isupper() and len(head) > 1:
        return "capitals"
    return "capital" if head[0].isupper() else "small"
