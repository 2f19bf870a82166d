"""That an author is forgotten."""

from __future__ import annotations

import sys
import textwrap
from typing import TYPE_CHECKING, Any

from automagic.products.posts.result import ForgetPostsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: ForgetPostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del progress, plan
    return {
        "run_id": result.run_id,
        "author": result.author,
        "removed": result.removed,
        "withdrawn": result.withdrawn,
        "stays": list(result.stays),
    }


def print_summary(result: ForgetPostsResult, progress: Progress, *, plan: bool) -> None:
    """How much was removed, and what stays."""
    del progress, plan
    lines = [f"{result.author} is forgotten: {result.removed:,} posts are removed, and all that was learned of them."]
    if result.withdrawn:
        what = "1 draft is" if result.withdrawn == 1 else f"{result.withdrawn:,} drafts are"
        lines.append(f"{what} withdrawn that waited to be published.")
    for number, one in enumerate(result.stays):
        lines += textwrap.wrap(one, 80, initial_indent="        " if number else "Stays:  ", subsequent_indent=" " * 10)
    sys.stdout.write("\n".join(lines) + "\n")
