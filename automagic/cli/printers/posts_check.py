"""What was found of texts: how long each is, how like its author, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from automagic.language.posts.verdict import Verdict, to_document
from automagic.products.posts.checking.result import CheckPostsResult

if TYPE_CHECKING:
    from automagic.cli.display import Progress

_SHOWN = 60
_JOINERS = "\u200c\u200d"


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
            f"like {author}: p = {likeness.p:.2f} (of {likeness.calibration_size:,} posts), "
            f"by words {likeness.word_p:.2f}"
        )
    if (nearest := verdict.nearest) is not None and nearest.id:
        yield f"nearest: post {nearest.id}, {nearest.similarity:.0%} of the words, {nearest.run_words} in a row"
    yield from (f"✗ {_shown(finding.message)}" for finding in verdict.findings)


def _begin(text: str) -> str:
    """The first words, on a line."""
    line = _shown(" ".join(text[: 4 * _SHOWN].split()))
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…"


def _shown(text: str) -> str:
    """Without what would do something to a terminal."""
    return "".join(sign if sign.isprintable() or sign in _JOINERS else "\ufffd" for sign in text)
