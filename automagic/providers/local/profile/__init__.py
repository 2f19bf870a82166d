"""The embedded writer of posts: whole facts of a source in the shape of an author's own posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automagic.providers.shared.provider import Craft, Provider

if TYPE_CHECKING:
    from automagic.providers.shared.post_draft import PostBrief, WrittenPosts


def write_posts(brief: PostBrief) -> WrittenPosts:
    """Candidates in the source's own sentences."""
    from automagic.providers.local.profile import engine

    return engine.write_posts(brief)


PROVIDER = Provider("profile", {"writer": Craft(write_posts=write_posts, of=())}, place=3)
