"""Ads by platform: each text with its length, its state and the sentence that it rests on, and what is to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automagic.cli.options import list_steps
from automagic.cli.tables import printable
from automagic.products.ads.making.result import MakeAdsResult
from automagic.products.ads.videos.slots import BATCH
from automagic.values.product import count_steps

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.products.ads.creative import AdFinding, AdText
    from automagic.products.ads.making.result import AdVariant

_WIDTH = 80
_BELOW = 11
"""Columns before what stands below a text."""


def document(result: MakeAdsResult, progress: Progress, *, plan: bool) -> dict[str, Any]:
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


def print_summary(result: MakeAdsResult, progress: Progress, *, plan: bool) -> None:
    """Each text below its platform and field."""
    from rich.console import Console
    from rich.text import Text

    if plan and any(record.state == "planned" for record in result.steps):
        from automagic.cli.plan import print_plan

        print_plan(result.title, "", result.steps, progress, subjects="")
    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, _WIDTH)
    for variant in result.variants:
        if len(result.variants) > 1:
            console.print(f"Variant {variant.number}")
        for indent, line in _list_variant(variant):
            for part in Text(printable(line)).wrap(console, console.width - indent):
                console.print(f"{' ' * indent}{part.plain.rstrip()}", soft_wrap=True)
    console.print(f"{_sum_up(result)}, {progress.elapsed_s:.1f} s")
    for place, variant in zip(result.packages, result.variants, strict=False):
        _print_next(place, with_videos=bool(variant.scripts))


def _list_variant(variant: AdVariant) -> Iterator[tuple[int, str]]:
    """Lines, each with the columns before it."""
    for platform, texts in groupby(variant.texts, lambda one: one.platform):
        yield 0, platform
        for field, several in groupby(texts, lambda one: one.field):
            yield 2, field
            for text in several:
                yield from _list_text(text)
        pictures = [one for one in variant.pictures if one.platform == platform]
        if pictures:
            yield 2, f"{len(pictures)} {'picture' if len(pictures) == 1 else 'pictures'}"
        for finding in dict.fromkeys(finding for one in pictures for finding in one.findings):
            yield 4, _tell(finding)
    if variant.scripts:
        yield 0, "videos"
    for script in variant.scripts:
        yield 2, f"{script.name}: about {script.spoken_s:.1f} s{' (pending)' if script.state == 'pending' else ''}"
        for line in script.text.splitlines():
            if line:
                yield 4, line
        for finding in script.findings:
            yield 4, _tell(finding)
    for finding in variant.findings:
        yield 0, _tell(finding)


def _list_text(text: AdText) -> Iterator[tuple[int, str]]:
    length = f"{text.length}/{text.limit}"
    pin = f" [{text.pin}]" if text.pin else ""
    yield 4, f"{length:>6} {text.text}{pin}{' (pending)' if text.state == 'pending' else ''}"
    if text.shown is not None:
        yield _BELOW, f"seen before it is cut: {text.shown}"
    if text.source and text.source.rstrip(".") != text.text.rstrip("."):
        yield _BELOW, f"the brief: {text.source}"
    for finding in text.findings:
        yield _BELOW, _tell(finding)


def _tell(finding: AdFinding) -> str:
    return f"{'✗' if finding.hard else '!'} {finding.says} ({finding.rule})"


def _sum_up(result: MakeAdsResult) -> str:
    texts = [text for variant in result.variants for text in variant.texts]
    pictures = sum(len(variant.pictures) for variant in result.variants)
    scripts = sum(len(variant.scripts) for variant in result.variants)
    pending = sum(text.state == "pending" for text in texts)
    parts = [f"{len(texts)} texts"]
    parts += [f"{pictures} pictures"] if pictures else []
    parts += [f"{scripts} scripts"] if scripts else []
    parts += [f"{pending} pending"] if pending else []
    parts += [f"{result.cost_usd:.4f} USD"] if result.cost_usd else []
    count = len(result.platforms)
    return f"{', '.join(parts)} for {count} {'platform' if count == 1 else 'platforms'}"


def _print_next(place: Path, *, with_videos: bool) -> None:
    """What a person does with a package; commands are never broken, so that they can be copied."""
    folder = shlex.quote(str(place))
    batch = shlex.quote(str(place / BATCH))
    for line in (
        f"Look at {place / 'preview.html'}, then:",
        f"  automagic ads approve {folder} --all",
        *((f"  automagic jobs add --batch {batch}",) if with_videos else ()),
        f"  automagic ads export {folder}",
    ):
        print(line)  # noqa: T201 - the result
