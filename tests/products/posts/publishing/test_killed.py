"""Processes that are killed while they publish a thread, and two that publish the same: no post twice, none lost."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from tests.support.homes.post_drafts import RUN, long_text, write_drafts
from tests.support.processes.python_programs import Program, start
from tests.support.servers.mastodon import MastodonServer
from tests.support.vendors.mastodon_account import keep_jane

COMMAND = ("-m", "automagic", "posts", "publish", RUN, "--to", "mastodon", "--yes", "--json")
PATIENCE_S = 100


@pytest.fixture
def mastodon():
    with MastodonServer(latency_s=0.02) as server:
        yield server


@pytest.fixture
def home(tmp_path, mastodon) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    keep_jane(mastodon, folder)
    return folder


def begin(home: Path) -> Program:
    return start(*COMMAND, cwd=home.parent, environment={"AUTOMAGIC_HOME": str(home)})


def end(process: Program) -> dict:
    out, err = process.communicate(PATIENCE_S)
    assert process.returncode == 0, err
    return json.loads(out)


def kill_after(process: Program, server: MastodonServer, requests: int, pause_s: float) -> bool:
    """Kill it a moment after so many further requests have come; False when it has ended before."""
    wanted, patience = len(server.calls) + requests, time.monotonic() + PATIENCE_S
    while len(server.calls) < wanted and process.poll() is None and time.monotonic() < patience:
        time.sleep(0.001)
    time.sleep(pause_s)
    if process.poll() is not None:
        return False
    process.kill()
    process.wait()
    return True


def check_thread(server: MastodonServer, parts: int) -> None:
    assert [text.partition(".")[0] for text in server.texts()] == [str(number) for number in range(1, parts + 1)]
    assert server.statuses_made == parts
    assert [one.reply_to for one in server.statuses.values()] == ["", *list(server.statuses)[:-1]]


@pytest.mark.parametrize(("kills", "parts"), [(4, 4), pytest.param(30, 24, marks=pytest.mark.soak)])
def test_a_thread_whose_publication_is_killed_again_and_again_is_there_once(home, mastodon, kills, parts):
    write_drafts(home, [long_text(parts)])
    chance = random.Random(kills)  # noqa: S311 - a repeatable choice of moments
    killed = 0
    while killed < kills and mastodon.statuses_made < parts:
        # Two requests open the account; the next ones look for what was in doubt, and send.
        killed += kill_after(begin(home), mastodon, chance.randint(2, 4), chance.random() * 0.04)
    assert killed >= min(kills, 3)
    document = end(begin(home))
    check_thread(mastodon, parts)
    [posting] = document["posts"]
    assert [one["id"] for one in posting["parts"]] == list(mastodon.statuses)
    again = end(begin(home))
    assert again["posts"][0]["state"] == "unchanged"
    assert mastodon.statuses_made == parts
    print(f"killed {killed} times, {parts} posts, {len(mastodon.calls)} requests")  # noqa: T201 - the soak's measure


def test_two_processes_that_publish_the_same_post_it_once(home, mastodon):
    write_drafts(home, [long_text(3)])
    documents = [end(one) for one in [begin(home), begin(home)]]
    check_thread(mastodon, 3)
    ids = [[part["id"] for part in one["posts"][0]["parts"]] for one in documents]
    assert ids[0] == ids[1] == list(mastodon.statuses)
