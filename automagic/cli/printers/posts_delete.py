"""What was deleted, or would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.cli.printers.posts_publish import describe_posting, list_lines
from automagic.cli.tables import printable
from automagic.products.posts.publishing.result import ChangedPostsResult, show_usd

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: ChangedPostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    return {
        "run_id": result.run_id,
        "posts": [describe_posting(one) for one in result.postings],
        "price_usd": float(result.price_usd),
        "cost_usd": float(result.cost_usd),
        "plan": plan,
        "timings": {"total": round(progress.elapsed_s, 3)},
    }


def print_summary(result: ChangedPostsResult, progress: Progress, *, plan: bool) -> None:
    """Each post."""
    from rich.console import Console

    del progress
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    if not result.postings:
        console.print("All of it is deleted already.")
    for posting in result.postings:
        if plan:
            console.print(f"{posting.network} as {posting.account}: {posting.posts[0].url}")
            console.print(f"  {printable(' '.join(posting.posts[0].text.split())[:200])}")
        else:
            for line in list_lines(posting, texts=False):
                console.print(printable(line))
    if plan and result.price_usd:
        console.print(f"Price: {show_usd(result.price_usd)}")
    if result.cost_usd:
        console.print(f"Cost: {show_usd(result.cost_usd)}")
