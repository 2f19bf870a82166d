"""The least form of a brief, out of a TOML file: name, kind, link and claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief, Claim, claim_id
from automagic.reading.named_files import file_name, read_named
from automagic.reading.toml import parse_toml

_MOST_BYTES = 1_000_000
_LEAST = 'A brief is a TOML file with name, kind, link and claims = ["…", …].'


def read_brief_file(path: Path) -> AdBrief:
    """A brief as it is written.

    Raises:
        RequestError: It has no name, kind, link or claim.
    """
    name = file_name(path)
    table: dict[str, Any] = parse_toml(read_named(path, _MOST_BYTES, what="a brief", hint=_LEAST), name=name)
    for field in ("name", "kind", "link"):
        if not isinstance(table.get(field), str) or not table[field].strip():
            raise RequestError(f"{name} has no {field}", hint=_LEAST)
    rows = table.get("claims")
    if not isinstance(rows, list) or not rows:
        raise RequestError(f"{name} has no claims", hint=_LEAST)
    claims = tuple(_read_claim(row, f"claims[{number}]", name) for number, row in enumerate(rows, 1))
    return AdBrief(
        table["name"],
        table["kind"],
        table["link"],
        claims,
        language=str(table.get("language", "en")),
        brand=str(table.get("brand") or table["name"]),
        keep=tuple(map(str, table.get("keep", ()))),
        allowed=tuple(map(str, table.get("allowed", ()))),
        call=str(table.get("call", "")),
        price=str(table.get("price", "")),
        disclaimer=str(table.get("disclaimer", "")),
    )


def _read_claim(row: object, where: str, name: str) -> Claim:
    if isinstance(row, str) and row.strip():
        return Claim(claim_id(row), row, where)
    if isinstance(row, dict) and isinstance(row.get("text"), str):
        short = row.get("short", ())
        several = (short,) if isinstance(short, str) else tuple(map(str, short))
        return Claim(claim_id(row["text"]), row["text"], where, short=several, proof=str(row.get("proof", "")))
    raise RequestError(f"{name}: {where} is no sentence", hint=_LEAST)
