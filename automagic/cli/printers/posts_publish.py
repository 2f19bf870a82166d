"""What is published where, what waits, or what would be published and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.cli.refusals import describe
from automagic.cli.tables import printable, terminal_columns
from automagic.products.posts.publishing.result import Posting, PublishPostsResult, ShownPost, show_usd

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_WORDS = {
    "planned": "would be published",
    "published": "published",
    "unchanged": "already there",
    "partly": "partly published",
    "failed": "not published",
    "waiting": "waits",
    "deleted": "deleted",
    "corrected": "corrected",
}
_UNITS = {"weighted": "weighted characters", "graphemes": "characters"}


def document(result: PublishPostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    return {
        "run_id": result.run_id,
        "posts": [describe_posting(one) for one in result.postings],
        "price_usd": float(result.price_usd),
        "cost_usd": float(result.cost_usd),
        "due_at": _moment(result.due_at) if result.due_at is not None else None,
        "queued": result.number or None,
        "plan": plan,
        "timings": {"total": round(progress.elapsed_s, 3)},
    }


def describe_posting(posting: Posting) -> dict[str, Any]:
    """One account's part of it, as plain data."""
    return {
        "source": posting.source,
        "network": posting.network,
        "account": posting.account or None,
        "state": posting.state,
        "parts": [_describe_post(one) for one in posting.posts],
        "price_usd": float(posting.price_usd),
        "cost_usd": float(posting.cost_usd),
        "error": describe(posting.error) if posting.error else None,
        "notices": list(posting.notices),
    }


def _describe_post(post: ShownPost) -> dict[str, Any]:
    size = {"length": post.length, "limit": post.limit, "unit": post.unit}
    return {
        "part": post.part,
        "text": post.text,
        **size,
        "id": post.id or None,
        "url": post.url or None,
        "new": post.new,
    }


def print_summary(result: PublishPostsResult, progress: Progress, *, plan: bool) -> None:
    """An account after the other: its posts, their addresses, the price."""
    from rich.console import Console

    del progress
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not result.postings:
        console.print("No draft is due.")
    for posting in result.postings:
        for line in list_lines(posting, texts=plan):
            console.print(printable(line))
    if plan and result.price_usd:
        console.print(f"Price: {show_usd(result.price_usd)}")
    if result.cost_usd:
        console.print(f"Cost: {show_usd(result.cost_usd)}")
    if result.due_at is not None and result.number:
        console.print(f"It is draft {result.number} in the queue, due {_moment(result.due_at)}.")
        console.print("automagic worker, automagic --scheduled or automagic posts publish --due --yes publishes it.")


def list_lines(posting: Posting, *, texts: bool) -> Iterator[str]:
    """What became of a draft at one account.

    Args:
        texts: Show each post, with its length by the network's own counting.
    """
    account = f" as {posting.account}" if posting.account else ""
    yield f"{posting.network}{account}: {_WORDS[posting.state]}" + (
        f" ({show_usd(posting.price_usd)})" if texts and posting.price_usd else ""
    )
    if posting.error:
        yield f"  {posting.error.message}"
    for post in posting.posts:
        if texts:
            unit = _UNITS.get(post.unit, post.unit)
            which = f"{post.part}/{len(posting.posts)}, " if len(posting.posts) > 1 else ""
            there = f", already there: {post.url}" if post.url else ""
            yield f"  {which}{post.length:,} of {post.limit:,} {unit}{there}"
            yield from (f"    {line}" for line in _wrap(post.text))
        elif post.url:
            yield f"  {post.url}"
    if texts:
        yield from (f"  Note: {notice}" for notice in posting.notices)


def _wrap(text: str) -> Iterator[str]:
    """A post's own lines, in the room that a terminal has."""
    from textwrap import wrap

    room = (terminal_columns() or 80) - 4
    for line in text.split("\n"):
        yield from wrap(line, max(room, 20), break_long_words=False, break_on_hyphens=False) or [""]


def _moment(at: float) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(at).astimezone().isoformat(timespec="minutes")
