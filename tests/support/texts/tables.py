"""Tables of sentences and what is right of them, judged by hand, on which any engine can be run.

They stand in tests/data: TOML is `claim = [{ sentence = …, … }, …]`, TSV has a first line that begins with "#" and
names its columns.
"""

from __future__ import annotations

import csv
import tomllib
from typing import Any

import pytest

from tests.support.places import DATA


def read_claims(name: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of data/NAME.toml, by the claim that they stand for."""
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))


def cases_of(name: str, *claims: str) -> list[Any]:
    """The cases of data/NAME.toml for a test that takes one of them; of all claims, if none is named."""
    table = read_claims(name)
    return [pytest.param(case, id=f"{claim}: {case['sentence']}") for claim in claims or table for case in table[claim]]


def rows_of(name: str) -> list[tuple[str, ...]]:
    """The rows of data/NAME.tsv, without its comments."""
    lines = [line for line in (DATA / f"{name}.tsv").read_text("utf-8").splitlines() if not line.startswith("#")]
    return [tuple(row) for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]
