"""What is known of an author's posts, and what was new of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.products.posts.result import DescribePostsResult, LearnPostsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: DescribePostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan  # it is small, and done at once
    return {"run_id": result.run_id, **result.facts, "timings": {"total": round(progress.elapsed_s, 3)}}


def print_summary(result: DescribePostsResult, progress: Progress, *, plan: bool) -> None:
    """Counts, a line each."""
    from rich.console import Console

    del progress, plan
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for line in (*_list_new(result), *_list_known(result)):
        console.print(line)


def _list_new(result: DescribePostsResult) -> list[str]:
    if not isinstance(result, LearnPostsResult):
        return []
    lines = [f"{_count(result.new, 'new post', 'new posts')} of {result.author}, {result.known:,} known before"]
    if result.left_out:
        lines.append("Left out: " + ", ".join(f"{why} ({count:,})" for why, count in sorted(result.left_out.items())))
    return lines


def _list_known(result: DescribePostsResult) -> list[str]:
    """What is kept, in lines of words."""
    counts = result.counts
    span = f", {counts.first_at:%Y-%m-%d} to {counts.last_at:%Y-%m-%d}" if counts.first_at and counts.last_at else ""
    shares = (
        ("a link", counts.with_link),
        ("a tag", counts.with_tag),
        ("a mention", counts.with_mention),
        ("pictures or video", counts.with_media),
    )
    languages = [f"{name or 'not said'} {count:,}" for name, count in counts.languages.items()]
    return [
        f"{result.author}: {counts.posts:,} posts, {_count(counts.replies, 'reply', 'replies')}{span}",
        f"Half of the posts have at most {counts.median_characters:g} characters",
        "With " + ", ".join(f"{what} {share:.0%}" for what, share in shares),
        f"Languages: {', '.join(languages[:8])}",
        *([f"Accounts: {', '.join(result.accounts)}"] if result.accounts else []),
    ]


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
