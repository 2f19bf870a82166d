"""Briefs for tests, out of tables."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from automagic.products.ads.brief import AdBrief, Claim, claim_id

DATA = Path(__file__).parents[2] / "data" / "ads"


def read_table(name: str) -> dict[str, Any]:
    """A file of `tests/data/ads`."""
    return tomllib.loads((DATA / name).read_text("utf-8"))


def make_brief(row: dict[str, Any]) -> AdBrief:
    """The brief of a row, its claims strings or tables."""
    claims = tuple(
        Claim(claim_id(text), text, "", short=tuple(short))
        for text, short in ((one, ()) if isinstance(one, str) else (one["text"], one["short"]) for one in row["claims"])
    )
    fields = {name: row[name] for name in ("language", "call", "disclaimer") if name in row}
    fields["keep"] = tuple(row.get("keep", ()))
    return AdBrief(
        row["name"], row["kind"], "https://example.org/shop?a=1", claims, brand=row.get("brand", row["name"]), **fields
    )
