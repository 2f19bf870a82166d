"""Drafts are published: by command, on an account of Mastodon, each post once."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.homes.post_drafts import RUN, long_text, write_drafts
from tests.support.processes.python_programs import run_command, start
from tests.support.processes.terminal import answer_questions
from tests.support.servers.base import Fault
from tests.support.servers.bluesky import BlueskyServer
from tests.support.servers.mastodon import MastodonServer
from tests.support.vendors.mastodon_account import keep_jane


@pytest.fixture
def mastodon():
    with MastodonServer() as server:
        yield server


@pytest.fixture
def home(tmp_path, mastodon) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    keep_jane(mastodon, folder)
    return folder


@pytest.fixture
def posts(tmp_path, home):
    """`automagic posts`, to its end; its document where it is asked for one."""

    def run(*arguments, code=0, **more):
        environment = {"AUTOMAGIC_HOME": str(home), "COLUMNS": "80", **more}
        ended = run_command("posts", *arguments, cwd=tmp_path, environment=environment)
        assert ended.code == code, ended.err + ended.out
        return json.loads(ended.out) if "--json" in arguments else ended

    return run


TO = ("--to", "mastodon", "--yes", "--json")


def test_a_draft_is_published_once_however_often_it_is_asked_for(posts, home, mastodon):
    write_drafts(home, ["Ice floats.", "Water grows."])
    first = posts("publish", f"{RUN}:2", *TO)
    assert mastodon.texts() == ["Water grows."]
    [posting] = first["posts"]
    assert (posting["network"], posting["account"], posting["state"]) == (
        "mastodon",
        "@jane@example.social",
        "published",
    )
    [part] = posting["parts"]
    assert part == {
        "part": 1,
        "text": "Water grows.",
        "length": 12,
        "limit": 500,
        "unit": "characters",
        "id": part["id"],
        "url": f"https://example.social/@jane/{part['id']}",
        "new": True,
    }
    assert (first["cost_usd"], first["price_usd"], posting["error"], posting["source"]) == (0, 0, None, f"{RUN}:2")
    again = posts("publish", f"{RUN}:2", *TO)
    assert (again["posts"][0]["state"], again["posts"][0]["parts"][0]["new"]) == ("unchanged", False)
    assert posts("publish", RUN, *TO)["posts"][0]["parts"][0]["text"] == "Ice floats."
    assert mastodon.texts() == ["Water grows.", "Ice floats."]


def test_again_and_after_a_deletion_it_is_published_anew(posts, home, mastodon):
    write_drafts(home, ["Ice floats."])
    posts("publish", RUN, *TO)
    posts("publish", RUN, *TO, "--again")
    assert mastodon.texts() == ["Ice floats."] * 2
    deleted = posts("delete", RUN, "--yes", "--json")
    assert [one["state"] for one in deleted["posts"]] == ["deleted"] * 2
    assert mastodon.texts() == []
    assert posts("publish", RUN, *TO)["posts"][0]["state"] == "published"
    assert posts("publish", RUN, *TO)["posts"][0]["state"] == "unchanged"
    assert mastodon.texts() == ["Ice floats."]


def test_a_thread_that_breaks_goes_on_behind_what_is_there(posts, home, mastodon):
    write_drafts(home, [long_text(3)])
    mastodon.fail(Fault(), path="/api/v1/statuses")
    mastodon.fail(Fault(status=422, body='{"error": "Validation failed: not today"}'), path="/api/v1/statuses")
    broken = posts("publish", RUN, *TO, code=2)
    [posting] = broken["posts"]
    assert posting["state"] == "partly"
    assert [bool(one["url"]) for one in posting["parts"]] == [True, False, False]
    assert "1 of 3 posts of the thread are published" in posting["error"]["message"]
    done = posts("publish", RUN, *TO)
    assert [one["new"] for one in done["posts"][0]["parts"]] == [False, True, True]
    assert [text[:2] for text in mastodon.texts()] == ["1.", "2.", "3."]
    replies = [one.reply_to for one in mastodon.statuses.values()]
    assert replies == ["", *list(mastodon.statuses)[:2]]


def test_one_network_that_fails_stops_no_other(posts, home, mastodon):
    write_drafts(home, ["Ice floats."])
    told = posts("publish", RUN, "--to", "mastodon:@joe@example.social", *TO, code=2)
    assert [one["state"] for one in told["posts"]] == ["failed", "published"]
    assert "1 of 2 could not be done: mastodon: no account at mastodon is called" in told["error"]["message"]
    assert mastodon.texts() == ["Ice floats."]


def test_a_plan_shows_each_post_in_80_columns_and_sends_nothing(posts, home, mastodon):
    write_drafts(home, [long_text(2)])
    said = posts("publish", RUN, "--to", "mastodon", "--plan").out
    lines = said.splitlines()
    assert lines[0] == "mastodon as @jane@example.social: would be published"
    assert lines[1] == "  1/2, 89 of 500 characters"
    assert max(map(len, lines)) <= 80
    assert mastodon.texts() == []
    assert posts("publish", RUN, "--to", "mastodon", "--plan", "--json")["posts"][0]["state"] == "planned"


def test_where_nobody_can_be_asked_yes_is_needed(posts, home, mastodon):
    write_drafts(home, ["Ice floats."])
    said = posts("publish", RUN, "--to", "mastodon", code=2).err
    assert "nobody can be asked here: Publish 1 post at mastodon as @jane@example.social?" in said
    assert "Add --yes" in said
    assert mastodon.texts() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("20270131-180000-0123456789ac",), f"Did you mean {RUN}?"),
        ((f"{RUN}:0",), f"there is no draft 0 in {RUN}"),
        ((f"{RUN}:99",), "There are 2, the best first. They count from 1."),
        (("nothing.txt",), "There is no file nothing.txt"),
        (("nowhere/else",), "holds no drafts of posts"),
        (("empty.txt",), "The post is empty."),
        (("secret.txt",), "It holds what looks like a key of GitHub."),
        ((f"{RUN}:2",), "bird.jpg of"),
        ((RUN, "--at", "2027-01-31T18:00"), "the time zone is missing"),
        ((RUN, "--at", "2001-01-31T18:00+01:00"), "that is past"),
        ((RUN, "--at", "tomorrow"), "is not a valid time"),
        ((RUN, "--at", "next"), "Give a time"),
        ((RUN, "--due"), "--due is about the drafts that wait"),
        ((RUN, "--to", "mastdon"), "Did you mean mastodon?"),
        ((RUN, "--to", "folder:/tmp"), "folder takes finished videos and clips, not posts"),
        ((RUN, "--max-cost", "-1"), "max-cost"),
    ],
)
def test_what_cannot_be_published_is_explained_and_nothing_is_sent(posts, home, mastodon, arguments, said, tmp_path):
    write_drafts(home, ["Ice floats.", {"text": "A bird.", "media": [{"file": "bird.jpg", "alt": "A bird"}]}])
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "secret.txt").write_text("My key: ghp_0123456789abcdef0123456789abcdef0123\n")
    ended = posts("publish", *arguments, "--to", "mastodon", "--yes", code=2)
    assert said in ended.err
    assert mastodon.texts() == []


def test_who_is_not_signed_in_is_told_how(posts, home, mastodon, tmp_path):
    write_drafts(home, ["Ice floats."])
    for file in (home / "accounts" / "mastodon").iterdir():
        file.unlink()
    ended = posts("publish", RUN, "--to", "mastodon", "--yes", code=3)
    assert "automagic posts accounts add mastodon" in ended.err


def test_an_edited_draft_is_published_as_it_is_now_and_that_is_said(posts, home, mastodon):
    folder = write_drafts(home, ["Ice floats."])
    (folder / "draft-1.txt").write_text("Ice floats on water.\n")
    ended = posts("publish", RUN, "--to", "mastodon", "--yes")
    assert "was edited after it was written: the edited text is published." in ended.err
    assert mastodon.texts() == ["Ice floats on water."]
    (folder / "draft-1.txt").write_text("Ice floats on salt water.\n")
    refused = posts("publish", RUN, "--to", "mastodon", "--yes", code=2).err
    assert f"{RUN}:1 was edited after it was published: https://example.social/@jane/" in refused
    assert mastodon.texts() == ["Ice floats on water."]


def test_a_draft_that_its_writer_refused_is_published_only_on_purpose(posts, home, mastodon, tmp_path):
    refused = {"text": "Ice sinks.", "ok": False, "reasons": ["It is not like the author's posts: p < 0.001."]}
    folder = write_drafts(home, [refused, refused | {"reasons": []}, "Ice floats.", refused | {"text": "Ice flies."}])
    for arguments in ((RUN,), (f"{RUN}:2",), (RUN, "--plan"), (RUN, "--at", "2099-01-31T18:00+01:00")):
        said = posts("publish", *arguments, "--to", "mastodon", "--yes", code=7).err
        assert f"{RUN}:{arguments[0].partition(':')[2] or 1} was not found good enough: " in said
        assert "or publish it all the same with --anyway." in said
    environment = {"AUTOMAGIC_HOME": str(home)}
    adding = ("jobs", "add", "posts", "publish", RUN, "--to", "mastodon")
    assert "was not found good enough" in run_command(*adding, cwd=tmp_path, environment=environment).err
    assert mastodon.texts() == []
    assert run_command(*adding, "--anyway", cwd=tmp_path, environment=environment).code == 0
    assert run_command("worker", "--drain", cwd=tmp_path, environment=environment).code == 0
    assert mastodon.texts() == ["Ice sinks."]
    posts("publish", f"{RUN}:2", *TO, "--again", "--anyway")
    posts("publish", f"{RUN}:3", *TO)
    (folder / "draft-4.txt").write_text("Ice sinks nowhere.")  # whoever edits it has read it
    posts("publish", f"{RUN}:4", *TO)
    assert mastodon.texts() == ["Ice sinks.", "Ice sinks.", "Ice floats.", "Ice sinks nowhere."]


def test_what_is_no_post_is_not_published_for_one(posts, home, mastodon, tmp_path):
    folder = write_drafts(home, ["Ice floats.", "Water grows."])
    (tmp_path / "posts.jsonl").write_text('{"text": "Ice."}\n')
    (folder / "metadata.json").write_text('{"title": "Ice"}')
    for name in ("posts.jsonl", str(folder / "metadata.json")):
        assert "is not a post" in posts("publish", name, *TO[:-1], code=2).err
    [posting] = posts("publish", f"{folder}/drafts.json:2", *TO)["posts"]  # whoever names it means what is in it
    assert posting["source"] == f"{RUN}:2"
    posts("publish", f"{folder}/drafts.json", *TO)
    assert mastodon.texts() == ["Water grows.", "Ice floats."]


def test_what_is_published_is_found_by_each_of_its_names(posts, home, mastodon, tmp_path):
    folder = write_drafts(home, ["Ice floats.", "Water grows."], folder=tmp_path / "drafts")
    (tmp_path / "own.txt").write_text("My own words.")
    for name, called in [
        (RUN, "drafts:1"), ("drafts", RUN), ("./drafts/:1", f"{folder}/drafts.json:1"), ("own.txt", "./own.txt")
    ]:  # fmt: skip
        posts("publish", name, *TO)
        assert [one["state"] for one in posts("delete", called, "--yes", "--json")["posts"]] == ["deleted"], called
    assert mastodon.texts() == []


def test_an_account_that_is_named_twice_is_posted_to_once(posts, home, mastodon):
    write_drafts(home, ["Ice floats."])
    told = posts("publish", RUN, "--to", "mastodon:@jane@example.social", *TO)
    assert [one["state"] for one in told["posts"]] == ["published"]
    posts("publish", RUN, "--to", "mastodon:@jane@example.social", *TO, "--again")
    assert mastodon.texts() == ["Ice floats."] * 2


def test_a_post_is_shown_as_it_is(posts, home, mastodon, tmp_path):
    (tmp_path / "own.txt").write_text("Say :x: and [red]no[/red].")
    assert "    Say :x: and [red]no[/red]." in posts("publish", "own.txt", "--to", "mastodon", "--plan").out


def test_the_thread_of_a_writer_is_published_as_it_was_divided_unless_its_text_was_edited(posts, home, mastodon):
    draft = {"text": "One.\n\nTwo.", "parts": {"mastodon": ["One.", "Two."], "bluesky": ["One.", "Two."]}}
    write_drafts(home, [draft, draft | {"text": "One, two."}])
    posts("publish", RUN, *TO)
    posts("publish", f"{RUN}:2", *TO)
    assert mastodon.texts() == ["One.", "Two.", "One, two."]


def test_a_text_of_ones_own_is_published_and_divided_where_it_says_so(posts, home, mastodon, tmp_path):
    (tmp_path / "own.txt").write_text("One.\n\n---\n\nTwo.\n")
    [posting] = posts("publish", "own.txt", *TO)["posts"]
    assert posting["source"] == str(tmp_path / "own.txt")
    (tmp_path / "own.txt").write_text("Three.")
    posts("publish", "own.txt", *TO)
    assert mastodon.texts() == ["One.", "Two.", "Three."]
    posts("delete", "own.txt", "--yes")
    assert mastodon.texts() == []


def test_pictures_go_along_with_their_descriptions(posts, home, mastodon):
    from PIL import Image

    media = [{"file": "a.png", "alt": "A red square"}, {"file": "b.jpg"}]
    folder = write_drafts(home, [{"text": "Two squares.", "media": media}])
    Image.new("RGB", (40, 30), "red").save(folder / "a.png")
    Image.new("RGB", (40, 30), "blue").save(folder / "b.jpg")
    [posting] = posts("publish", RUN, *TO)["posts"]
    assert posting["notices"] == [
        "1 picture or video has no description: people who do not see them miss what they show."
    ]
    [status] = mastodon.statuses.values()
    assert [(one.type, one.description) for one in status.media] == [("image/png", "A red square"), ("image/jpeg", "")]
    (folder / "a.png").write_bytes(b"no picture")
    assert "cannot be opened" in posts("publish", RUN, "--to", "mastodon", "--yes", "--again", code=2).err


def test_one_post_is_corrected_and_a_thread_is_not(posts, home, mastodon):
    write_drafts(home, ["Ice flots.", long_text(2)])
    url = posts("publish", RUN, *TO)["posts"][0]["parts"][0]["url"]
    corrected = posts("correct", url, "--text", "Ice floats.", "--yes", "--json")
    assert corrected["posts"][0]["state"] == "corrected"
    assert mastodon.texts() == ["Ice floats."]
    assert posts("publish", RUN, *TO)["posts"][0]["state"] == "unchanged"
    posts("publish", f"{RUN}:2", *TO)
    assert "is 2 posts" in posts("correct", f"{RUN}:2", "--text", "No.", "--yes", code=2).err
    assert "too long" in posts("correct", url, "--text", "x" * 501, "--yes", code=2).err
    assert "nothing that was published here is called" in posts("delete", f"{url}7", "--yes", code=2).err
    assert posts("delete", f"{RUN}:2", "--yes", "--json")["posts"][0]["parts"][0]["part"] == 2
    assert mastodon.texts() == ["Ice floats."]
    assert "nobody can be asked here: Delete this post at mastodon" in posts("delete", url, code=2).err


def test_a_job_publishes_the_draft_as_it_was_when_it_was_queued(posts, home, mastodon, tmp_path):
    folder = write_drafts(home, ["Ice floats.", "Water grows."])
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home)}

    def automagic(*arguments):
        ended = run_command(*arguments, cwd=tmp_path, environment=environment)
        assert ended.code == 0, ended.err
        return ended.out

    automagic("jobs", "add", "posts", "publish", f"{RUN}:2", "--to", "mastodon")
    (folder / "drafts.json").write_text("{}")
    automagic("worker", "--drain")
    assert mastodon.texts() == ["Water grows."]
    (folder / "drafts.json").write_text(json.dumps({"drafts": [{"text": "Ice."}, {"text": "Water grows."}]}))
    assert posts("publish", f"{RUN}:2", *TO)["posts"][0]["state"] == "unchanged"


def test_accounts_are_listed_with_whether_they_still_are_good(posts, home, mastodon):
    [jane] = posts("accounts", "--json")["accounts"]
    assert (jane["network"], jane["account"], jane["good"]) == ("mastodon", "@jane@example.social", True)
    mastodon.tokens.clear()
    lines = posts("accounts", "list").out.splitlines()
    assert lines[0].split() == ["NETWORK", "ACCOUNT", "SINCE", "STATE"]
    assert lines[1].startswith("mastodon  @jane@example.social  20")
    assert max(map(len, lines)) <= 80
    assert not posts("accounts", "--json")["accounts"][0]["good"]
    assert "Did you mean mastodon:@jane@example.social?" in posts("accounts", "remove", "mastodon:@jan", code=2).err
    posts("accounts", "remove", "@jane@example.social")
    assert "Nobody has signed in." in posts("accounts").out
    assert "there is no terminal" in posts("accounts", "add", f"mastodon:{mastodon.url}", code=2).err


def test_a_worker_publishes_what_has_come_due(posts, home, mastodon, tmp_path):
    write_drafts(home, ["Ice floats."])
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    queued = posts("publish", RUN, "--at", soon, *TO)
    assert (queued["queued"], queued["posts"][0]["state"]) == (1, "waiting")
    [waiting] = posts("queue", "--json")["queue"]
    assert (waiting["source"], waiting["title"], waiting["state"]) == (f"{RUN}:1", "Ice floats.", "waiting")
    assert posts("queue", "list").out.splitlines()[1].startswith("     1  20")
    with start("-m", "automagic", "worker", cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(home)}):
        patience = time.monotonic() + 60
        while not mastodon.texts() and time.monotonic() < patience:
            time.sleep(0.05)
    assert mastodon.texts() == ["Ice floats."]


def test_a_schedule_publishes_what_is_due(posts, home, mastodon, tmp_path):
    write_drafts(home, ["Ice floats."])
    posts("publish", RUN, "--at", (datetime.now(UTC) + timedelta(seconds=1)).isoformat(), *TO)
    (tmp_path / "schedules.toml").write_text('[posts]\nkind = "posts publish"\ndue = true\nat = "09:00"\n')

    def automagic(*arguments):
        ended = run_command(*arguments, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(home)})
        assert ended.code == 0, ended.err + ended.out

    automagic("schedule", "list")
    time.sleep(1.1)  # it is due then
    automagic("schedule", "fire", "posts")
    automagic("worker", "--drain")
    assert mastodon.texts() == ["Ice floats."]


def test_a_drain_waits_for_what_it_began_to_publish(posts, home, mastodon, tmp_path):
    write_drafts(home, [long_text(4)])
    posts("publish", RUN, "--at", (datetime.now(UTC) + timedelta(seconds=1)).isoformat(), *TO)
    time.sleep(1.0)
    mastodon.latency_s = 0.5
    ended = run_command("worker", "--drain", cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(home)})
    assert ended.code == 0, ended.err
    assert [text[:2] for text in mastodon.texts()] == ["1.", "2.", "3.", "4."]
    assert posts("queue", "--json")["queue"] == []


def test_a_run_means_the_drafts_that_it_wrote(posts, home, mastodon, tmp_path):
    later = "20270201-090000-0123456789ab"
    folder = write_drafts(home, ["Ice floats."], folder=tmp_path / "drafts")
    (folder / "drafts.json").unlink()
    folder.rmdir()
    write_drafts(home, ["Ice sinks."], folder=folder, run=later)
    for arguments in ((), ("--plan",), ("--at", (datetime.now(UTC) + timedelta(days=1)).isoformat())):
        said = posts("publish", RUN, "--to", "mastodon", "--yes", *arguments, code=2).err
        assert f"the drafts of {RUN} are gone: {later} has written its folder" in " ".join(said.split())
    adding = ("jobs", "add", "posts", "publish", RUN, "--to", "mastodon")
    assert run_command(*adding, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(home)}).code == 2
    assert mastodon.texts() == []
    [posting] = posts("publish", "drafts", *TO)["posts"]
    assert (posting["source"], mastodon.texts()) == (f"{later}:1", ["Ice sinks."])


def test_a_draft_is_the_same_by_its_run_and_by_its_folder(posts, home, mastodon):
    folder = write_drafts(home, ["Ice floats."])
    posts("publish", RUN, *TO)
    (folder / "draft-1.txt").write_text("Ice floats on water.\n")
    assert "was edited after it was published" in posts("publish", str(folder), *TO[:-1], code=2).err
    assert mastodon.texts() == ["Ice floats."]


def test_a_job_tells_where_what_it_published_is(posts, home, mastodon, tmp_path):
    write_drafts(home, [long_text(2)])

    def automagic(*arguments):
        ended = run_command(*arguments, cwd=tmp_path, environment={"AUTOMAGIC_HOME": str(home), "COLUMNS": "80"})
        assert ended.code == 0, ended.err
        return ended.out

    [job] = json.loads(automagic("jobs", "add", "posts", "publish", RUN, "--to", "mastodon", "--json"))["jobs"]
    assert "notices" not in job  # it is free
    automagic("worker", "--drain")
    urls = [f"https://example.social/@jane/{id}" for id in mastodon.statuses]
    shown = automagic("jobs", "show", job["id"])
    assert [line.split()[1] for line in shown.splitlines() if line.startswith("published:")] == urls
    kept = json.loads(automagic("jobs", "show", job["id"], "--json"))["result"]["published"]
    assert [(one["destination"], one["url"], one["state"]) for one in kept] == [
        ("mastodon:@jane@example.social", url, "published") for url in urls
    ]


def test_who_signs_in_at_a_terminal_is_asked_and_the_password_is_not_seen(posts, home, tmp_path):
    password = "abcd-efgh-ijkl-mnop"  # noqa: S105 - of a server of the tests
    with BlueskyServer() as server:
        server.add_account("jane.test", password)
        environment = {"AUTOMAGIC_HOME": str(home), "BLUESKY_BASE_URL": server.url}
        answers = [("jane.bsky.social:", "jane.test"), ("App password:", password)]
        command = ("posts", "accounts", "add", "bluesky")
        code, shown = answer_questions(*command, cwd=tmp_path, environment=environment, answers=answers)
        assert (code, "Signed in at bluesky as jane.test" in shown, password in shown) == (0, True, False), shown
        assert [one["good"] for one in posts("accounts", "--json", **environment)["accounts"]] == [True, True]
        [kept] = (home / "accounts" / "bluesky").iterdir()
        assert kept.stat().st_mode & 0o777 == 0o600
        posts("accounts", "remove", "bluesky:jane.test", **environment)
        assert not kept.exists()
