"""Posts to learn from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from automagic.data import shipped
from automagic.values.post import Post

BEGUN = datetime(2024, 1, 1, 9, tzinfo=UTC)


def posts_of(texts: Sequence[str]) -> tuple[Post, ...]:
    """One a day, in their order."""
    return tuple(Post(f"p{number}", text, BEGUN + timedelta(days=number)) for number, text in enumerate(texts))


def bierce_posts() -> tuple[Post, ...]:
    """The shipped corpus, one a day."""
    lines = shipped("style/bierce.jsonl").read_text("utf-8").splitlines()
    return posts_of([json.loads(line)["text"] for line in lines])
