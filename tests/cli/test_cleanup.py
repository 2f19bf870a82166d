"""`automagic --cleanup`: the plan before, what was done after."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from automagic.cli.cleanup import clean_up, parse_size, parse_span
from automagic.errors import RequestError
from tests.support.homes.aged_store import remember

QUIET = {
    "dry_run": False,
    "older_than": None,
    "max_size": None,
    "emergency": False,
    "include_results": False,
    "as_json": False,
}


def tree(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder)): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and "automagic.db" not in path.name
    }


def test_a_dry_run_prints_the_plan_and_changes_nothing(home, engine, filled, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    for number in range(3):
        remember(filled, number)
    before = tree(home)
    clean_up(**{**QUIET, "dry_run": True})
    said = capsys.readouterr().out
    assert "artifacts" in said
    assert "not used for 7 days" in said
    assert max(map(len, said.splitlines())) <= 80
    assert tree(home) == before
    clean_up(**{**QUIET, "as_json": True})
    document = json.loads(capsys.readouterr().out)
    assert document["plan"]["kinds"][0] == {
        "kind": "artifact",
        "number": 3,
        "size_bytes": 150,
        "why": "not used for 7 days, or beyond 10 GB",
    }
    assert document["removed"]["size_bytes"] == 150
    clean_up(**QUIET)
    assert "nothing to clean up" in capsys.readouterr().out


def test_the_plan_is_printed_before_and_what_was_done_after(home, engine, filled, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    remember(filled, 1)
    clean_up(**QUIET)
    said = capsys.readouterr().out
    assert said.index("not used for 7 days") < said.index("Removed 1 artifacts")


def test_where_nothing_goes_it_says_what_is_kept_and_until_when(home, engine, filled, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "80")
    remember(filled, 1)
    remember(filled, 2)
    clean_up(**{**QUIET, "dry_run": True, "older_than": "3650d"})
    nothing, kept, *rest = capsys.readouterr().out.splitlines()
    assert nothing == "There is nothing to clean up now. What is kept:"
    assert kept.startswith("  2 parts of videos and clips, 100 B: ")
    assert re.search(r"\d{4}-\d\d-\d\d", kept)
    assert "--older-than" in rest[0]
    clean_up(**{**QUIET, "dry_run": True, "older_than": "3650d", "as_json": True})
    (one,) = json.loads(capsys.readouterr().out)["plan"]["kept"]
    assert (one["kind"], one["number"], one["size_bytes"]) == ("artifact", 2, 100)
    assert one["first_at"] <= one["last_at"]


def test_a_home_that_is_not_there_is_clean_and_stays_away(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AUTOMAGIC_HOME", str(tmp_path / "none"))
    clean_up(**QUIET)
    assert "nothing to clean up" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("text", "seconds"), [("7d", 604800), ("12h", 43200), ("90m", 5400), ("1.5w", 907200)])
def test_a_span_is_read(text, seconds):
    assert parse_span(text, flag="--since") == seconds


@pytest.mark.parametrize(("text", "size"), [("10GB", 10**10), ("1.5 tb", 1.5e12), ("500MB", 5 * 10**8)])
def test_a_size_is_read(text, size):
    assert parse_size(text, flag="--max-size") == size


@pytest.mark.parametrize("text", ["", "7", "d", "-7d", "7 days", "1e9d", "٣d", "10GB"])
def test_another_span_is_refused(text):
    with pytest.raises(RequestError, match="--since"):
        parse_span(text, flag="--since")
