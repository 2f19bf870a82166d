"""`automagic spend`: what was paid, by day, vendor and run."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer


def spend_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")] = False,
) -> None:
    """Show what was spent. Reads only."""
    import msgspec

    from automagic.database.address import database_url
    from automagic.database.plain import open_query
    from automagic.gate.spending import By, read_spending
    from automagic.settings import load_settings

    groups: tuple[By, ...] = ("day", "vendor", "run")
    with open_query(database_url(load_settings())) as query:
        found = {by: read_spending(query, by) for by in groups}
    if as_json:
        lines: dict[str, Any] = {
            by: [
                {
                    "name": line.name,
                    "usd": float(line.usd),
                    "calls": line.calls,
                    "unknown": line.unknown,
                    "uncertain_usd": float(line.uncertain_usd),
                }
                for line in lines
            ]
            for by, lines in found.items()
        }
        lines["total_usd"] = float(sum(line.usd for line in found["vendor"]))
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(lines)).decode() + "\n")
        return
    from rich.console import Console
    from rich.table import Table

    console = Console(emoji=False)
    if not found["vendor"]:
        console.print("Nothing was spent.")
        return
    for by in groups:
        table = Table(by.capitalize(), "USD", "Calls", "Unknown", title=f"By {by}", title_justify="left")
        for line in found[by][:12]:
            unknown = f"{line.unknown} (${line.uncertain_usd:.4f})" if line.unknown else ""
            table.add_row(line.name, f"{line.usd:.4f}", str(line.calls), unknown)
        console.print(table)
    console.print("A call whose outcome is unknown counts as spent.", style="dim")
