"""That an author is forgotten."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from automagic.products.posts.result import ForgetPostsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress


def document(result: ForgetPostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del progress, plan
    return {"run_id": result.run_id, "author": result.author, "removed": result.removed}


def print_summary(result: ForgetPostsResult, progress: Progress, *, plan: bool) -> None:
    """How much was removed."""
    del progress, plan
    sys.stdout.write(f"{result.author} is forgotten: {result.removed:,} posts are removed.\n")
