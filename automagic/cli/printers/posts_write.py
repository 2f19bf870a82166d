"""Drafts of posts: each with its lengths, how like the author it is, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from automagic.cli.options import list_steps
from automagic.cli.tables import printable
from automagic.language.posts.suspicious import hide_keys
from automagic.language.posts.verdict import show_p
from automagic.products.posts.writing.result import WritePostsResult
from automagic.values.product import count_steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from automagic.cli.display import Progress
    from automagic.products.posts.writing.drafts import JudgedDraft

_MOST_REFUSED = 3
_LINE = 100
_PUBLISHED = ("mastodon", "bluesky", "x")
"""The others take posts from a person only."""


def document(result: WritePostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    return {
        "run_id": result.run_id,
        "folder": str(result.folder) if result.folder else None,
        **result.facts,
        "steps": count_steps(result.steps),
        **({"plan": list_steps(result.steps)} if plan else {}),
        "cost_usd": float(result.cost_usd),
        "timings": {"total": round(progress.elapsed_s, 3)},
        "notices": list(dict.fromkeys([*result.notices, *progress.notices])),
    }


def print_summary(result: WritePostsResult, progress: Progress, *, plan: bool) -> None:
    """The drafts as they would be published, with a line of what is known of each."""
    from rich.console import Console

    if plan and any(record.state == "planned" for record in result.steps):
        from automagic.cli.plan import print_plan

        print_plan(result.title, "", result.steps, progress, subjects="About")
        return
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for number, draft in enumerate(result.drafts, 1):
        for line in _list_draft(number, draft):
            console.print(printable(line))
        console.print()
    if result.refused:
        console.print(f"{len(result.refused)} more did not hold; drafts.json has them with the reasons.")
    told = f"{len(result.drafts)} of {result.wanted} drafts" if result.passed else "No draft holds"
    place = f": {result.folder}" if result.folder else ""
    cost = f", {result.cost_usd:.4f} USD" if result.cost_usd else ""
    console.print(f"{told}, {result.considered} considered, {progress.elapsed_s:.1f} s{cost}{place}")
    networks = [network for network in result.networks if network in _PUBLISHED]
    if result.passed and result.folder and networks:
        console.print(f"To publish: automagic posts publish {result.run_id}:1 --to {networks[0]}")


def _list_draft(number: int, draft: JudgedDraft) -> Iterator[str]:
    verdict = draft.verdict
    if draft.parts:
        parts = max(draft.parts.values(), key=len)
        for place, part in enumerate(parts, 1):
            yield f"{number}. ({place}/{len(parts)})  {part}"
    else:
        yield f"{number}.  {verdict['text']}"
    lengths = ", ".join(
        f"{name} {one['length']}/{one['limit']}" + (f" in {one['posts']} posts" if "posts" in one else "")
        for name, one in verdict["platforms"].items()
    )
    yield f"    {lengths}"
    likeness, nearest = verdict["likeness"], verdict["nearest"]
    told = f"{show_p(likeness['p'])} of {likeness['calibration']} posts, best of {likeness['best_of']}"
    yield f"    like the author: {told}; by words {show_p(likeness['word_p'])}"
    if nearest["id"]:
        shared = f"{nearest['similarity']:.0%} of the words, {nearest['shared_words']} in a row"
        yield f"    nearest post {nearest['id']}: {shared}"
    for origin in draft.origins:
        yield f"    from: {origin.sentence[:_LINE]}{'…' if len(origin.sentence) > _LINE else ''}"
    for reason in draft.reasons:
        yield f"    ✗ {reason}"
    for one in draft.refused[:_MOST_REFUSED]:
        yield f"    refused: “{' '.join(hide_keys(one.text).split())[:60]}…” {one.reasons[0]}"
