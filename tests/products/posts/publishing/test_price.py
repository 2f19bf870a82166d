"""What costs money says so first: on X, whose posts have a price."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from tests.support.homes.post_drafts import RUN, SENTENCE, long_text, write_drafts
from tests.support.processes.python_programs import run_command
from tests.support.processes.terminal import answer_questions
from tests.support.servers.base import Fault
from tests.support.vendors.network_accounts import NetworkPlace, network_place


@pytest.fixture
def x(tmp_path) -> Iterator[NetworkPlace]:
    with network_place("x", tmp_path / "home") as place:
        yield place


@pytest.fixture
def environment(tmp_path, x) -> dict[str, str]:
    return {"AUTOMAGIC_HOME": str(tmp_path / "home"), "COLUMNS": "80", **x.environment}


@pytest.fixture
def publish(tmp_path, environment):
    """`automagic posts publish RUN:N --to x`: how it ended, and its document where it has one."""

    def run(draft: int, *arguments, code=0):
        command = ("posts", "publish", f"{RUN}:{draft}", "--to", "x", *arguments)
        ended = run_command(*command, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return json.loads(ended.out) if "--json" in arguments else ended

    return run


def test_the_price_is_shown_and_what_it_rests_on(publish, tmp_path, x):
    write_drafts(tmp_path / "home", [long_text(2), "See https://example.com now."])
    plan = publish(1, "--plan", "--json")
    assert (plan["price_usd"], plan["cost_usd"]) == (0.03, 0)
    said = publish(2, "--plan").out
    assert "x as @jane: would be published ($0.20)" in said
    assert "link" in said
    assert "nobody can be asked here: Publish 2 posts at x as @jane for $0.03?" in publish(1, code=2).err
    assert x.texts() == []
    assert publish(1, "--yes", "--json")["cost_usd"] == 0.03
    assert publish(1, "--plan", "--json")["price_usd"] == 0


def test_nothing_is_sent_that_would_cost_more_than_allowed(publish, tmp_path, x):
    write_drafts(tmp_path / "home", [long_text(3)])
    ended = publish(1, "--yes", "--max-cost", "0.04", "--json", code=6)
    assert "x costs $0.045, and $0.04 is left" in ended["error"]["message"]
    assert x.texts() == []
    assert publish(1, "--yes", "--max-cost", "0.045", "--json")["cost_usd"] == 0.045


def test_a_thread_goes_on_when_the_credit_is_there_again_and_pays_for_the_rest(publish, tmp_path, x):
    from decimal import Decimal

    write_drafts(tmp_path / "home", [long_text(3)])
    x.server.credit = Decimal("0.015")
    broken = publish(1, "--yes", "--json", code=4)
    assert (broken["posts"][0]["state"], broken["cost_usd"]) == ("partly", 0.015)
    x.server.credit = Decimal(1)
    assert publish(1, "--plan", "--json")["price_usd"] == 0.03
    done = publish(1, "--yes", "--json")
    assert [one["new"] for one in done["posts"][0]["parts"]] == [False, True, True]
    assert (done["cost_usd"], len(x.texts())) == (0.03, 3)


@pytest.mark.parametrize(("answer", "count"), [("y", 1), ("n", 0), ("", 0)])
def test_a_person_at_a_terminal_is_asked(environment, tmp_path, x, answer, count):
    write_drafts(tmp_path / "home", ["Ice floats."])
    command = ("posts", "publish", RUN, "--to", "x")
    code, shown = answer_questions(*command, cwd=tmp_path, environment=environment, answers=[("[y/N]:", answer)])
    assert "x as @jane: would be published ($0.015)" in shown
    assert "Publish 1 post at x as @jane for $0.015? [y/N]:" in shown
    assert len(x.texts()) == count
    assert code == (0 if count else 130)


def test_what_taking_back_and_correcting_cost_is_shown_before(publish, tmp_path, environment, x):
    write_drafts(tmp_path / "home", [long_text(2), "Ice flots."])
    publish(1, "--yes")

    def posts(*arguments, code=0):
        ended = run_command("posts", *arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return ended

    assert posts("delete", f"{RUN}:1", "--plan").out.endswith("Price: $0.02\n")
    assert (
        "nobody can be asked here: Delete these 2 posts at x (@jane) for $0.02?"
        in posts("delete", f"{RUN}:1", code=2).err
    )
    assert len(x.texts()) == 2
    deleted = json.loads(posts("delete", f"{RUN}:1", "--yes", "--json").out)
    assert (deleted["cost_usd"], x.texts()) == (0.02, [])
    publish(2, "--yes")
    plan = json.loads(posts("correct", f"{RUN}:2", "--text", "See https://example.com", "--plan", "--json").out)
    assert plan["price_usd"] == 0.2


def test_the_same_words_again_are_refused_by_x_and_never_told_as_published(publish, tmp_path, x):
    write_drafts(tmp_path / "home", ["Ice floats."])
    [part] = publish(1, "--yes", "--json")["posts"][0]["parts"]
    [planned] = publish(1, "--plan", "--again", "--json")["posts"]
    assert planned["notices"] == ["X refuses it while an earlier post of @jane has the same words"]
    refused = publish(1, "--yes", "--again", "--json", code=4)
    [posting] = refused["posts"]
    assert (posting["state"], posting["parts"][0]["url"]) == ("failed", None)
    assert f"X refuses the same words twice: {part['url']} has them" in refused["error"]["message"]
    assert f"posts delete {part['url']}" in refused["error"]["hint"]
    [there] = publish(1, "--yes", "--json")["posts"]  # what was not done again is not owed
    assert (there["state"], there["parts"][0]["url"]) == ("unchanged", part["url"])
    assert x.texts() == ["Ice floats."]


def test_of_a_lost_answer_the_earlier_post_of_the_same_words_is_not_taken_for_it(publish, tmp_path, x):
    write_drafts(tmp_path / "home", ["Ice floats."])
    publish(1, "--yes")
    x.server.fail(Fault(drop="before"), path="/2/tweets")
    assert publish(1, "--yes", "--again", "--json", code=4)["posts"][0]["state"] == "failed"
    assert x.texts() == ["Ice floats."]


def test_what_was_just_posted_by_hand_is_not_told_as_published(publish, tmp_path, x):
    write_drafts(tmp_path / "home", ["Ice floats."])
    x.server.add_post("Ice floats.", at_s=time.time() - 120)
    assert "the same words already" in publish(1, "--yes", code=4).err
    assert x.texts() == ["Ice floats."]


@pytest.fixture
def automagic(tmp_path, environment):
    def run(*arguments, code=0):
        ended = run_command(*arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return ended

    return run


def test_a_job_says_its_price_when_it_is_queued_and_keeps_to_max_cost(automagic, publish, tmp_path, x):
    write_drafts(tmp_path / "home", [long_text(3), "See https://example.com now."])
    adding = ("jobs", "add", "posts", "publish")
    asked = len(x.calls)
    said = automagic(*adding, f"{RUN}:2", "--to", "x").out
    assert "   x as @jane: $0.20\n" in said
    assert "   Note: X takes $0.20 for a post with a link" in said
    assert max(map(len, said.splitlines())) <= 80
    assert said.endswith("   Price: $0.20\n")
    added = json.loads(automagic(*adding, f"{RUN}:1", "--to", "x", "--max-cost", "0.04", "--json").out)
    assert added["jobs"][0]["notices"][1:] == [
        "Price: $0.045",
        "Note: that is more than --max-cost $0.04: nothing is published where it costs something.",
    ]
    assert len(x.calls) == asked  # nobody was asked
    automagic("worker", "--drain")
    assert x.texts() == ["See https://example.com now."]
    job = json.loads(automagic("jobs", "show", added["jobs"][0]["id"], "--json").out)
    assert (job["state"], job["error"]["exit_code"]) == ("failed", 6)
    assert "Price:" not in automagic(*adding, f"{RUN}:2", "--to", "x").out  # it is there already


def test_where_nobody_is_signed_in_a_job_says_between_what_its_price_is(automagic, tmp_path, x):
    write_drafts(tmp_path / "home", [" ".join([SENTENCE] * 5)])
    for file in (tmp_path / "home" / "accounts" / "x").iterdir():
        file.unlink()
    said = automagic("jobs", "add", "posts", "publish", RUN, "--to", "x").out
    assert "x, where nobody is signed in here: $0.015 to $0.03\n" in said
