"""What can be said of an author's posts by counting them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from automagic.language.style.tokens import LINK, MENTION, TAG
from automagic.values.post import Post


@dataclass(frozen=True, slots=True)
class PostCounts:
    """Counts of posts.

    Attributes:
        posts: The author's own: posts and quotes.
        replies: Answers to others.
        first_at, last_at: When the earliest and the latest was published, in UTC; None when nobody knows.
        median_characters: Of the author's own, in code points.
        with_link, with_tag, with_mention, with_media: Shares of the author's own, 0..1.
        languages: As the networks say, the commonest first, with how many posts; "" where none was said.
    """

    posts: int
    replies: int
    first_at: datetime | None
    last_at: datetime | None
    median_characters: float
    with_link: float
    with_tag: float
    with_mention: float
    with_media: float
    languages: dict[str, int]


def own_posts(posts: Sequence[Post]) -> list[Post]:
    """Those that are wholly the author's words, and addressed to everybody."""
    return [post for post in posts if post.kind in ("post", "quote")]


def describe(posts: Sequence[Post]) -> PostCounts:
    """Count them.

    Args:
        posts: Of one author, of any kind and in any order.
    """
    own = own_posts(posts)
    times = [post.created_at for post in posts if post.created_at is not None]

    def share(count: int) -> float:
        return round(count / len(own), 3) if own else 0.0

    return PostCounts(
        posts=len(own),
        replies=sum(post.kind == "reply" for post in posts),
        first_at=min(times, default=None),
        last_at=max(times, default=None),
        median_characters=median(len(post.text) for post in own) if own else 0,
        with_link=share(sum(LINK.search(post.text) is not None for post in own)),
        with_tag=share(sum(TAG.search(post.text) is not None for post in own)),
        with_mention=share(sum(MENTION.search(post.text) is not None for post in own)),
        with_media=share(sum(post.media > 0 for post in own)),
        languages=dict(Counter(post.language for post in own).most_common()),
    )
