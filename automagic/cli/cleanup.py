"""`automagic --cleanup`: show what would be removed, then remove it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.cli.words import format_moment
from automagic.errors import RequestError

if TYPE_CHECKING:
    from rich.console import Console

    from automagic.settings import Settings
    from automagic.store.cleanup import CleanupPlan, CleanupResult
    from automagic.store.retention import Rules

_SPANS_S = {"m": 60.0, "h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}
_SIZES = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def clean_up(
    *,
    dry_run: bool,
    older_than: str | None,
    max_size: str | None,
    emergency: bool,
    include_results: bool,
    as_json: bool,
) -> None:
    """Print the plan and, unless it is a dry run, carry it out.

    Args:
        older_than: Such as "7d"; as the settings say when None.
        max_size: Such as "10GB"; as the settings say when None.

    Raises:
        RequestError: A flag is wrong, or another cleanup is under way.
    """
    from automagic.settings import load_settings
    from automagic.store.retention import Rules

    settings = load_settings()
    rules = replace(Rules.of(settings, emergency=emergency), include_results=include_results)
    if older_than is not None:
        rules = replace(rules, older_than_s=parse_span(older_than, flag="--older-than"))
    if max_size is not None:
        rules = replace(rules, max_bytes=parse_size(max_size, flag="--max-size"))
    plan, swept = _clean(
        settings, rules, dry_run=dry_run, show=lambda one: None if as_json else _print_plan(one, dry_run=dry_run)
    )
    if as_json:
        document = {"dry_run": dry_run, "plan": _document(plan), "removed": _removed(swept) if swept else None}
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document)).decode() + "\n")
    elif swept is not None and plan.lines:
        _print_swept(swept)


def _clean(
    settings: Settings, rules: Rules, *, dry_run: bool, show: Callable[[CleanupPlan], object]
) -> tuple[CleanupPlan, CleanupResult | None]:
    from automagic.database.address import database_url

    url = database_url(settings)
    if url.startswith("sqlite") and not (settings.home / "automagic.db").exists():
        import time

        from automagic.store.cleanup import CleanupPlan

        plan = CleanupPlan(rules, time.time())
        show(plan)
        return plan, None
    from automagic.database.engine import open_database
    from automagic.jobs.queue.location import QueueLocation
    from automagic.jobs.queue.queue import JobQueue
    from automagic.store.blobs import open_blob_store
    from automagic.store.retention import Place
    from automagic.upkeep import clean_home

    jobs = JobQueue(QueueLocation.of(settings))
    engine = open_database(url)
    try:
        shared = open_blob_store(settings.artifacts_url) if settings.artifacts_url else None
        place = Place(settings.home, engine, shared=shared, jobs=jobs)
        return clean_home(place, rules, needed=jobs.needed_files, show=show, dry_run=dry_run)
    finally:
        engine.dispose()


def parse_span(text: str, *, flag: str) -> float:
    """Seconds, of "90m", "12h", "7d" or "2w".

    Raises:
        RequestError: It is something else.
    """
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)([mhdw])", text.strip().lower(), re.ASCII)
    if not found:
        raise RequestError(f"{flag} {text!r} is not a valid length of time", hint="Write it like 12h, 7d or 2w.")
    return float(found[1]) * _SPANS_S[found[2]]


def parse_size(text: str, *, flag: str) -> int:
    """Bytes, of "500MB", "10GB" or "1.5TB", in powers of ten.

    Raises:
        RequestError: It is something else.
    """
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)\s*([KMGT]B)", text.strip().upper(), re.ASCII)
    if not found:
        raise RequestError(f"{flag} {text!r} is not a size", hint="Write it like 500MB or 10GB.")
    return round(float(found[1]) * _SIZES[found[2]])


def format_size(size_bytes: float) -> str:
    """For people: "1.2 GB"."""
    for unit, factor in reversed(_SIZES.items()):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.1f} {unit}"
    return f"{size_bytes:.0f} B"


def _document(plan: CleanupPlan) -> dict[str, Any]:
    return {
        "kinds": [
            {"kind": line.kind, "number": line.number, "size_bytes": line.size_bytes, "why": line.why}
            for line in plan.lines
        ],
        "size_bytes": plan.size_bytes,
        "kept": [msgspec.to_builtins(one) for one in plan.kept],
        "folders": list(plan.results),
        "over_limit_bytes": plan.over_bytes,
    }


def _removed(swept: CleanupResult) -> dict[str, Any]:
    return {
        "kinds": [
            {"kind": kind, "number": number, "size_bytes": swept.bytes.get(kind, 0)}
            for kind, number in swept.numbers.items()
            if number
        ],
        "size_bytes": sum(swept.bytes.values()),
        "notices": swept.notices,
    }


def _print_kept(plan: CleanupPlan, console: Console) -> None:
    """What stays, and for how long."""
    for kept in plan.kept:
        until = "kept for good"
        if kept.kind == "response":
            until = "until they are no longer good"
        elif kept.first_at is not None and kept.last_at is not None:
            first, last = (format_moment(moment, plan.now) for moment in (kept.first_at, kept.last_at))
            until = f"until {first}" if first == last else f"from {first} to {last} they go"
        console.print(
            f"  {kept.number:,} {kept.label}, {format_size(kept.size_bytes)}: {until}", highlight=False, soft_wrap=True
        )
    if any(kept.first_at is not None for kept in plan.kept):
        console.print(
            "What is used again stays longer. --older-than 1d or --max-size 1GB removes more now.", highlight=False
        )
    console.print("Finished videos and clips stay until --include-results names them.", highlight=False)


def _print_plan(plan: CleanupPlan, *, dry_run: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(emoji=False)
    if not plan.lines:
        console.print("There is nothing to clean up now." + (" What is kept:" if plan.kept else ""))
    else:
        table = Table(box=None, pad_edge=False)
        table.add_column("What")
        table.add_column("Number", justify="right")
        table.add_column("Size", justify="right")
        table.add_column("Why", style="dim")
        for line in plan.lines:
            table.add_row(
                line.label, f"{line.number:,}", format_size(line.size_bytes) if line.size_bytes else "", line.why
            )
        table.add_row("together", "", format_size(plan.size_bytes))
        console.print(table)
    for result in plan.results:
        console.print(f"  {result}", highlight=False, markup=False, soft_wrap=True)
    if plan.over_bytes:
        console.print(
            f"{format_size(plan.over_bytes)} over the limit stay: they were used within the last day, or paid for.",
            highlight=False,
        )
    if plan.kept and (dry_run or not plan.lines):
        if plan.lines:
            console.print("What stays:")
        _print_kept(plan, console)


def _print_swept(swept: CleanupResult) -> None:
    from rich.console import Console

    console = Console(emoji=False)
    console.print(f"Removed {swept}: {format_size(sum(swept.bytes.values()))}.", highlight=False)
    for notice in swept.notices:
        console.print(notice[:1].upper() + notice[1:] + ".", highlight=False, markup=False)
