"""What was found of texts: how long each is, how like its author, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.cli.tables import printable
from automagic.language.posts.verdict import Verdict, show_p, to_document
from automagic.products.posts.checking.result import CheckPostsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_SHOWN = 60


def document(result: CheckPostsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
    """For `--json`."""
    del plan  # it is small, and done at once
    return {
        "run_id": result.run_id,
        "author": result.author or None,
        "texts": [to_document(verdict) for verdict in result.verdicts],
        "timings": {"total": round(progress.elapsed_s, 3)},
    }


def print_summary(result: CheckPostsResult, progress: Progress, *, plan: bool) -> None:
    """A few lines for each text, those that are found wrong with a cross."""
    from rich.console import Console
    from rich.padding import Padding

    del progress, plan
    console = Console(highlight=False, markup=False, emoji=False)
    for number, verdict in enumerate(result.verdicts, start=1):
        console.print(f"{number}. {_begin(to_document(verdict)['text'])}", soft_wrap=True)
        for line in _list_found(verdict, result.author):
            console.print(Padding(line, (0, 0, 0, 3), expand=False))


def _list_found(verdict: Verdict, author: str) -> Iterator[str]:
    lengths = verdict.lengths.items()
    yield ", ".join(f"{network} {one.length:,}/{one.limit:,}{'' if one.ok else ' ✗'}" for network, one in lengths)
    if (likeness := verdict.likeness) is not None:
        yield (
            f"like {author}: {show_p(likeness.p)} (of {likeness.calibration_size:,} posts), "
            f"by words {show_p(likeness.word_p)}"
        )
    if (nearest := verdict.nearest) is not None and nearest.id:
        yield f"nearest: post {nearest.id}, {nearest.similarity:.0%} of the words, {nearest.run_words} in a row"
    yield from (f"✗ {printable(finding.message)}" for finding in verdict.findings)


def _begin(text: str) -> str:
    """The first words, on a line."""
    line = printable(" ".join(text[: 4 * _SHOWN].split()))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"
