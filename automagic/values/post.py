"""A post: what somebody published on a social network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PostKind = Literal["post", "reply", "repost", "quote"]


@dataclass(frozen=True, slots=True)
class Post:
    """One post of an author's.

    Attributes:
        id: As its network names it, or a digest of its text and time; unique in a corpus.
        text: As readers see it: no HTML, entities decoded, short links in their full form.
        created_at: When it was published, with a time zone; None when nobody knows.
        kind: What it is. Only "post" and "quote" are wholly the author's own words.
        language: BCP-47; "" when not said.
        likes, reposts, replies: How often; None when not said.
        media: How many pictures and videos it has.
    """

    id: str
    text: str
    created_at: datetime | None = None
    kind: PostKind = "post"
    language: str = ""
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    media: int = 0
