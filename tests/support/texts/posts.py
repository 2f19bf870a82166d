"""Posts to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from automagic.sources.posts.reading import read_exports
from automagic.values.post import Post
from tests.support.places import ROOT

BEGUN = datetime(2024, 1, 1, 9, tzinfo=UTC)


def posts_of(texts: Sequence[str]) -> tuple[Post, ...]:
    """One a day, in their order."""
    return tuple(Post(f"p{number}", text, BEGUN + timedelta(days=number)) for number, text in enumerate(texts))


@cache
def bierce_posts() -> tuple[Post, ...]:
    """The corpus to try it on, one a day, by the alphabet."""
    (export,) = read_exports([ROOT / "examples" / "devils-dictionary"])
    return posts_of(sorted(post.text for post in export.posts))
