"""What `--plan` prints: which steps are kept, which are to do, who would be paid for them, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from automagic.cli.display import Progress
    from automagic.runs.run import StepRecord


def print_plan(title: str, outcome: str, steps: Sequence[StepRecord], progress: Progress, *, subjects: str) -> None:
    """A table of the steps, what will come of them, and the cost.

    Args:
        title: Of the table; "" for none.
        outcome: A sentence.
        subjects: What the steps are about, as the column's name; "" for no such column.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title) if title else None, title_justify="left")
    priced = any(record.price_usd is not None for record in steps)
    for column in ("Step", *([subjects] if subjects else []), "Kept", "To do", *(("Vendor", "USD") if priced else ())):
        table.add_column(column)
    for name in (stage.name for stage in progress.in_order()):
        records = [record for record in steps if record.name == name]
        # What a plan carries out in scratch is still to do.
        planned = [record for record in records if record.state != "hit"]
        estimated = any(record.estimated for record in planned)
        about = sorted({record.subject for record in planned if record.subject})
        table.add_row(
            name,
            *([", ".join(about[:4]) + (" …" if len(about) > 4 else "")] if subjects else []),
            str(sum(record.state == "hit" for record in records)),
            f"{len(planned)}{' (estimated)' if estimated else ''}",
            *(_describe_price(planned) if priced else ()),
        )
    console = Console(emoji=False)
    console.print(table)
    total = sum((record.price_usd for record in steps if record.price_usd is not None), Decimal(0))
    cost = f"about {total:.4f} USD, by the price list" if total else "0 USD"
    console.print(f"{outcome} Cost: {cost}.", highlight=False)


def _describe_price(records: Sequence[StepRecord]) -> tuple[str, str]:
    """Who would be paid for these steps, and how much."""
    vendors = sorted({record.vendor for record in records if record.vendor})
    prices = [record.price_usd for record in records if record.price_usd is not None]
    return ", ".join(vendors), f"{sum(prices, Decimal(0)):.4f}" if prices else ""
