"""Processes that are killed while they publish a thread, and two that publish the same: no post twice, none lost."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.homes.post_drafts import RUN, long_text, write_drafts
from tests.support.processes.killing import PATIENCE_S, kill_after
from tests.support.processes.python_programs import Program, start
from tests.support.vendors.network_accounts import NetworkPlace, network_place

NETWORKS = ("mastodon", "x", "bluesky")
OPENING = {"mastodon": 2, "x": 1, "bluesky": 1}
"""Requests by which an account is opened; what comes after them looks for what was in doubt, and sends."""


@pytest.fixture(params=NETWORKS)
def place(request, tmp_path) -> Iterator[NetworkPlace]:
    with network_place(request.param, tmp_path / "home", latency_s=0.02) as place:
        yield place


def begin(place: NetworkPlace, folder: Path, draft: int = 1) -> Program:
    command = ("posts", "publish", f"{RUN}:{draft}", "--to", place.name, "--yes", "--json")
    environment = {"AUTOMAGIC_HOME": str(folder / "home"), "RATE_LIMIT_RPM": "100000", **place.environment}
    return start("-m", "automagic", *command, cwd=folder, environment=environment)


def end(process: Program) -> dict[str, Any]:
    out, err = process.communicate(PATIENCE_S)
    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def check_threads(place: NetworkPlace, *counts: int) -> None:
    """What is there are threads of so many posts, each post once, in order and in answer to the one before it."""
    posts = place.posts()
    assert len(posts) == sum(counts)
    at = 0
    for count in counts:
        thread = posts[at : at + count]
        assert [one.text.partition(".")[0] for one in thread] == [str(number) for number in range(1, count + 1)]
        assert [one.reply_to for one in thread] == ["", *(one.id for one in thread[:-1])]
        at += count


@pytest.mark.parametrize(("kills", "parts"), [(3, 3), pytest.param(30, 24, marks=pytest.mark.soak)])
def test_threads_whose_publication_is_killed_again_and_again_are_there_once(place, tmp_path, kills, parts):
    """One thread after another until it was killed so often: Bluesky's are there all at once."""
    chance = random.Random(kills)  # noqa: S311 - a repeatable choice of moments
    drafts = [long_text(parts, extra=f" Draft {number}." if number else "") for number in range(kills + 1)]
    write_drafts(tmp_path / "home", drafts)
    killed = draft = 0
    while killed < kills:
        draft += 1
        while killed < kills:
            process = begin(place, tmp_path, draft)
            if not kill_after(process, place.calls, OPENING[place.name] + chance.randint(0, 2), chance.random() * 0.04):
                assert process.returncode == 0
                break
            killed += 1
    documents = [end(begin(place, tmp_path, number)) for number in range(1, draft + 1)]
    counts = [len(one["posts"][0]["parts"]) for one in documents]
    check_threads(place, *counts)
    told = [part["id"] for one in documents for part in one["posts"][0]["parts"]]
    # Of two threads that were begun within a second either may stand first.
    assert sorted(told) == sorted(one.id for one in place.posts())
    print(f"{place.name}: killed {killed} times, {sum(counts)} posts in {draft} threads, {len(place.calls)} requests")  # noqa: T201


def test_two_processes_that_publish_the_same_post_it_once(place, tmp_path):
    write_drafts(tmp_path / "home", [long_text(2)])
    documents = [end(one) for one in [begin(place, tmp_path), begin(place, tmp_path)]]
    ids = [[part["id"] for part in one["posts"][0]["parts"]] for one in documents]
    assert ids[0] == ids[1] == [one.id for one in place.posts()]
    check_threads(place, len(ids[0]))
    again = end(begin(place, tmp_path))
    assert again["posts"][0]["state"] == "unchanged"
