"""Nothing is published by a program: it asks, a person approves, and a job publishes what was approved."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from automagic.jobs.approvals import Approvals
from automagic.jobs.pending_approval import ApprovalConflict
from automagic.jobs.queue.queue import key_id
from automagic.jobs.queue.reads import find_input, open_database
from automagic.jobs.records import Records
from automagic.products.posts.request import LearnPostsRequest
from automagic.studio import open_studio
from automagic.web.access.callers import KeyRing
from automagic.web.access.guard import AccessRules
from automagic.web.access.tokens import find_token
from automagic.web.app import make_app
from tests.support.homes.web_app import WebHome
from tests.support.processes.worker_programs import drain
from tests.support.programs.trial_worker import trial
from tests.support.web.asgi import ask, post, problem

TEXT = "# Ice\n\nIce is lighter than water. A lake freezes from above. Fish live in it through the winter.\n"
CORPUS = Path(__file__).parents[3] / "examples/devils-dictionary"


@pytest.fixture(scope="module")
def written(web: WebHome, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A finished job with drafts of posts."""
    text = tmp_path_factory.mktemp("text") / "ice.md"
    text.write_text(TEXT)

    async def learn() -> None:
        async with open_studio(web.settings) as studio:
            await studio.run(LearnPostsRequest(str(CORPUS), author="ada", mine=True))

    asyncio.run(learn())
    values = {"author": "ada", "source": str(text), "count": 2}
    [added] = web.queue.add([web.queue.read("posts write", values)])
    drain(web.place)
    job = web.queue.find(added.id)
    assert job.state == "succeeded", job
    return added.id


@pytest.fixture(autouse=True)
def at_home(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `automagic serve` runs: what is read of drafts is read by the settings of the process."""
    monkeypatch.setenv("AUTOMAGIC_HOME", str(web.settings.home))
    monkeypatch.chdir(web.settings.home.parent)


async def request(web: WebHome, job: str, **body: Any) -> dict[str, Any]:
    reply = await post(web.app, f"/api/jobs/{job}/publish", {"to": ["mastodon"], "draft": 1} | body)
    assert reply.status in (200, 202), reply.body
    told: dict[str, Any] = reply.json()
    return told


async def test_to_ask_publishes_nothing_and_twice_is_once(web: WebHome, written: str) -> None:
    told = await request(web, written, note="for Monday")
    assert (told["state"], told["to"], told["draft"], told["asked_by"]) == ("waiting", ["mastodon"], 1, "local")
    assert (await request(web, written))["id"] == told["id"]
    listed = (await ask(web.app, "GET", "/api/approvals?state=waiting")).json()
    assert [one["id"] for one in listed["approvals"]] == [told["id"]]
    assert (await ask(web.app, "GET", f"/api/approvals/{told['id']}")).json() == told
    rejected = await post(web.app, f"/api/approvals/{told['id']}", {"approve": False, "note": "not now"})
    assert (rejected.status, rejected.json()["state"], rejected.json()["note"]) == (200, "rejected", "not now")
    problem(await post(web.app, f"/api/approvals/{told['id']}", {"approve": True}), 409)


async def test_what_is_approved_is_queued_once(web: WebHome, written: str) -> None:
    told = await request(web, written)
    first = (await post(web.app, f"/api/approvals/{told['id']}", {"approve": True})).json()
    again = (await post(web.app, f"/api/approvals/{told['id']}", {"approve": True})).json()
    assert first == again
    assert first["state"] == "approved"
    with open_database(web.place) as database:
        document = find_input(database, first["run"])
    assert document is not None
    assert (document["kind"], document["operation"]) == ("posts", "publish")
    assert document["request"]["to"] == ["mastodon"]
    problem(await post(web.app, f"/api/approvals/{told['id']}", {"approve": False}), 409)


def test_what_is_rejected_meanwhile_is_not_published(web: WebHome, written: str, monkeypatch) -> None:
    records = Records(web.settings)
    one, two = (Approvals(records.engine(), web.queue) for _ in range(2))
    made, _ = one.ask(written, ["mastodon"], item="1", by="agent", note="race")
    settle = one._settle

    def after_the_other(*args: Any, **how: Any) -> None:
        two.decide(made.id, yes=False, by="Bob")
        settle(*args, **how)

    monkeypatch.setattr(one, "_settle", after_the_other)
    with pytest.raises(ApprovalConflict):
        one.decide(made.id, yes=True, by="Ada")
    assert one.find(made.id).state == "rejected"
    assert key_id(f"approval-{made.id}") not in {job.id for job in web.queue.find_all(limit=None)}
    records.close()


def test_what_was_approved_and_not_queued_is_queued_by_another_yes(web: WebHome, written: str, monkeypatch) -> None:
    records = Records(web.settings)
    one = Approvals(records.engine(), web.queue)
    made, _ = one.ask(written, ["mastodon"], item="1", by="agent")

    def killed(_found: Any) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(one, "_publish", killed)
        with pytest.raises(KeyboardInterrupt):
            one.decide(made.id, yes=True, by="Ada")
    again = one.decide(made.id, yes=True, by="Ada")
    assert again.state == "approved"
    assert web.queue.find(again.run_id).state == "queued"
    records.close()


async def test_a_draft_that_its_writer_refused_is_not_asked_for(web: WebHome, written: str) -> None:
    file = web.place.results / written / "drafts.json"
    before = file.read_bytes()
    drafts = json.loads(before)
    drafts["drafts"][0] |= {"ok": False, "reasons": ["It says what the source does not."]}
    file.write_text(json.dumps(drafts))
    try:
        reply = await post(web.app, f"/api/jobs/{written}/publish", {"to": ["mastodon"], "draft": 1})
    finally:
        file.write_bytes(before)
    assert "not found good enough" in problem(reply, 409)["detail"]


async def test_a_key_without_the_scope_can_ask_and_not_approve(web: WebHome, written: str) -> None:
    home = web.settings.home
    app = make_app(web.settings, AccessRules(find_token(home), home=home))
    maker = {"authorization": f"Bearer {KeyRing(home).add('maker', ('read', 'make'))}"}
    reply = await post(app, f"/api/jobs/{written}/publish", {"to": ["bluesky"], "draft": 1}, **maker)
    assert (reply.status, reply.json()["asked_by"]) == (202, "key maker")
    problem(await post(app, reply.json()["url"], {"approve": True}, **maker), 403)
    approver = {"authorization": f"Bearer {KeyRing(home).add('boss', ('publish',))}"}
    told = (await post(app, reply.json()["url"], {"approve": True}, **approver)).json()
    assert (told["state"], told["decided_by"]) == ("approved", "key boss")


async def test_what_changed_since_then_is_void(web: WebHome, written: str) -> None:
    told = await request(web, written, to=["x"])
    [draft] = web.place.results.glob(f"{written}/draft-1.txt")
    before = draft.read_text()
    draft.write_text("Something else entirely.")
    try:
        refused = problem(await post(web.app, told["url"], {"approve": True}), 409)
    finally:
        draft.write_text(before)
    assert "another by now" in refused["detail"]
    assert (await ask(web.app, "GET", told["url"])).json()["state"] == "void"
    assert (await request(web, written, to=["x"]))["id"] != told["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to": ["mastodn"], "draft": 1}, 422),
        ({"to": [], "draft": 1}, 422),
        ({"to": "mastodon", "draft": 1}, 422),
        ({"to": ["mastodon"]}, 422),
        ({"to": ["mastodon"], "draft": 99}, 422),
        ({"to": ["mastodon"], "draft": 0}, 422),
        ({"to": ["mastodon"], "draft": True}, 422),
        ({"to": ["youtube"], "draft": 1}, 422),
        ({"to": ["mastodon"], "draft": 1, "note": "x" * 2001}, 422),
        ({"to": ["mastodon"], "draft": 1, "at": "now"}, 422),
        ({"to": ["webhook:http://169.254.169.254/"], "draft": 1}, 422),
    ],
)
async def test_what_cannot_be_asked_for_is_said(web: WebHome, written: str, body: dict[str, Any], status: int) -> None:
    problem(await post(web.app, f"/api/jobs/{written}/publish", body), status)


async def test_there_is_nothing_to_publish_of_what_is_not_made(web: WebHome, tmp_path: Path) -> None:
    [added] = web.queue.add([trial(tmp_path / "log.txt")])
    problem(await post(web.app, f"/api/jobs/{added.id}/publish", {"to": ["youtube"]}), 409)
    waiting = (await post(web.app, "/api/video", {"topic": "x"})).json()["id"]
    problem(await post(web.app, f"/api/jobs/{waiting}/publish", {"to": ["youtube"]}), 409)
    problem(await post(web.app, "/api/jobs/none/publish", {"to": ["youtube"]}), 404)
    problem(await post(web.app, "/api/approvals/none", {"approve": True}), 404)
    problem(await ask(web.app, "GET", "/api/approvals?state=odd"), 400)
    problem(await ask(web.app, "GET", "/api/approvals?after=none"), 400)


def test_a_video_is_published_by_the_same_request(web: WebHome) -> None:
    draft = web.queue.read("video", {"topic": "Ice"})
    [added] = web.queue.add([draft])
    again = web.queue.repeat(added.id, {"publish": ["youtube"]}, key="approval-x")
    assert web.queue.repeat(added.id, {"publish": ["youtube"]}, key="approval-x") == again
    with open_database(web.place) as database:
        before, after = find_input(database, added.id), find_input(database, again)
    assert before is not None
    assert after is not None
    assert after["request"] == before["request"] | {"publish": ["youtube"]}


async def test_drafts_and_ads_are_shown(web: WebHome, written: str) -> None:
    told = (await ask(web.app, "GET", f"/api/posts/{written}")).json()
    assert told["drafts"][0]["platforms"]
    problem(await ask(web.app, "GET", f"/api/ads/{written}"), 409)
    problem(await ask(web.app, "GET", "/api/posts/none"), 404)


def test_a_person_decides_at_the_terminal(automagic, web: WebHome) -> None:
    assert "Nothing waits" in automagic("jobs", "approvals", "list")[0]
    automagic("jobs", "approvals", "approve", "none", code=2)


@pytest.mark.parametrize("query", ["", "q=", "q=%20", f"q={'x' * 501}", "q=a%00b", "q=a&limit=0", "q=a&limit=201"])
async def test_a_search_that_is_none_is_refused(web: WebHome, query: str) -> None:
    problem(await ask(web.app, "GET", f"/api/archive/search?{query}"), 400)


@pytest.mark.parametrize("query", ["budget", '"', "OR", "*", "-help", "--json", "שלום", "a AND ("])
async def test_whatever_is_looked_for_is_a_query(web: WebHome, query: str) -> None:
    from urllib.parse import quote

    reply = await ask(web.app, "GET", f"/api/archive/search?q={quote(query)}")
    assert reply.status in (200, 422), reply.body
    if reply.status == 200:
        assert "hits" in reply.json() or "total" in reply.json(), reply.json()
