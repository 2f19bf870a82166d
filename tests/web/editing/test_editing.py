"""A script is edited by one at a time, says what it changes before it is made, and is made by a job of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from automagic.jobs.edits import begin_edit
from automagic.jobs.queue.reads import find_input, open_database
from automagic.jobs.records import Records
from tests.support.homes.web_app import WebHome
from tests.support.media.stock_clips import write_dot
from tests.support.web.asgi import Reply, ask, post, problem

TEXT = "# Why ice floats\n\nIce is lighter than water. A lake freezes from above.\n\nFish live in it in winter.\n"
MARKDOWN = {"content-type": "text/markdown"}


@pytest.fixture(scope="module")
def job(web: WebHome, tmp_path_factory: pytest.TempPathFactory) -> str:
    text = tmp_path_factory.mktemp("text") / "ice.md"
    text.write_text(TEXT)
    [added] = web.queue.add([web.queue.read("video", {"source": str(text), "draft": True, "voice": "espeak"})])
    return added.id


async def script_of(web: WebHome, job: str) -> tuple[str, str]:
    reply = await ask(web.app, "GET", f"/api/jobs/{job}/script")
    assert reply.status == 200, reply.body
    return reply.json()["script"], reply.headers["etag"]


async def put(web: WebHome, job: str, text: str, query: str = "", **headers: str) -> Reply:
    given = MARKDOWN | {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask(web.app, "PUT", f"/api/jobs/{job}/script{query}", headers=given, body=text.encode())


async def test_a_script_is_shown_edited_and_rendered(web: WebHome, job: str) -> None:
    script, tag = await script_of(web, job)
    assert "Ice is lighter than water." in script
    as_text = await ask(web.app, "GET", f"/api/jobs/{job}/script", headers={"accept": "text/markdown"})
    assert as_text.body.decode() == script
    edited = script.replace("A lake freezes from above.", "A lake freezes from the top.")
    assert edited != script
    changed = await put(web, job, edited, if_match=tag)
    assert (changed.status, changed.json()["changed"], changed.json()["by"]) == (200, True, "local")
    made = await post(web.app, f"/api/jobs/{job}/script/render", b"")
    assert made.status == 202
    again = await post(web.app, f"/api/jobs/{job}/script/render", b"")
    assert again.json()["id"] == made.json()["id"] != job
    with open_database(web.place) as database:
        before, after = find_input(database, job), find_input(database, made.json()["id"])
    assert before is not None
    assert after is not None
    assert (after["request"]["script"], after["request"]["source"]) == ("script/script.md", None)
    assert after["request"]["voice"] == before["request"]["voice"] == "espeak"
    assert "script/script.md" in after["files"]


async def test_a_plan_says_what_is_made_again_and_keeps_nothing(web: WebHome, job: str) -> None:
    script, tag = await script_of(web, job)
    told = (await put(web, job, script + "\nOne line more.\n", "?plan=true")).json()
    assert told["usd"] == 0
    assert {one["step"] for one in told["again"]} >= {"speak", "draw"}
    assert [scene["text"] for scene in told["scenes"]][-1] == "One line more."
    assert (await script_of(web, job)) == (script, tag)


async def test_the_second_of_two_is_told_and_shown_the_difference(web: WebHome, job: str) -> None:
    script, tag = await script_of(web, job)
    assert (await put(web, job, script + "\nThe first adds this.\n", if_match=tag)).status == 200
    refused = await put(web, job, script + "\nThe second adds that.\n", if_match=tag)
    told = problem(refused, 412)
    assert "-The first adds this." in told["difference"]
    assert "+The second adds that." in told["difference"]
    assert told["current"].endswith("The first adds this.\n")
    assert refused.headers["etag"] != tag
    assert (await put(web, job, script, if_match=refused.headers["etag"])).status == 200


@pytest.mark.parametrize(
    ("text", "status"),
    [("", 422), ("# Only a title", 422), ("a\0b", 422), ("card: number | x\n", 422), ("x" * ((1 << 20) + 1), 413)],
    ids=["empty", "title", "nul", "card", "large"],
)
async def test_what_is_no_script_changes_nothing(web: WebHome, job: str, text: str, status: int) -> None:
    before, tag = await script_of(web, job)
    problem(await put(web, job, text, if_match=tag), status)
    problem(await put(web, job, text, "?plan=true"), status)
    assert (await script_of(web, job)) == (before, tag)


async def test_who_does_not_say_what_is_replaced_is_refused(web: WebHome, job: str) -> None:
    script, _ = await script_of(web, job)
    problem(await put(web, job, script), 428)
    for tag in ('"x"', "W/", "*"):
        assert (await put(web, job, script, if_match=tag)).status in (412, 428)
    headers = MARKDOWN | {"if-match": '"x"'}
    problem(await ask(web.app, "PUT", f"/api/jobs/{job}/script", headers=headers, body=b"\xff\xfe"), 400)


async def test_what_has_no_script_says_so(web: WebHome) -> None:
    clips = (await post(web.app, "/api/ads/specs", {})).json()["id"]
    problem(await ask(web.app, "GET", f"/api/jobs/{clips}/script"), 409)
    problem(await ask(web.app, "GET", f"/api/jobs/{clips}/plan"), 409)
    for target in ("none", "..%2F..%2Fetc", "x" * 10_000):
        problem(await ask(web.app, "GET", f"/api/jobs/{target}/script"), 404)


@pytest.fixture(scope="module")
def clips(web: WebHome, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """A job of clips with a plan that is edited."""
    recording = tmp_path_factory.mktemp("talk") / "talk.mp4"
    write_dot(recording, length_s=3.0)
    [added] = web.queue.add([web.queue.read("clips", {"recording": str(recording), "query": "ice"})])
    clip = {"id": "a1", "title": "One", "stretches": [{"start_s": 0.0, "end_s": 2.0}], "layout": "auto", "words": []}
    plan = {"title": "talk", "recording": "0" * 64, "file": "talk.mp4", "clips": [clip], "sound": None}
    records = Records(web.settings)
    begin_edit(records.engine(), added.id, "plan", json.dumps(plan))
    records.close()
    return added.id, plan


async def test_a_plan_of_clips_is_edited_and_filmed(web: WebHome, clips: tuple[str, dict[str, Any]]) -> None:
    job, plan = clips
    shown = await ask(web.app, "GET", f"/api/jobs/{job}/plan")
    assert shown.json()["plan"] == plan
    plan["clips"][0]["stretches"][0]["end_s"] = 1.5
    headers = {"content-type": "application/json", "if-match": shown.headers["etag"]}
    planned = await ask(
        web.app, "PUT", f"/api/jobs/{job}/plan?plan=true", headers=headers, body=json.dumps(plan).encode()
    )
    problem(planned, 422)  # it is the plan of another recording, which is seen when it is read
    kept = await ask(web.app, "PUT", f"/api/jobs/{job}/plan", headers=headers, body=json.dumps(plan).encode())
    assert kept.status == 200, kept.body
    made = await post(web.app, f"/api/jobs/{job}/plan/render", b"")
    with open_database(web.place) as database:
        after = find_input(database, made.json()["id"])
    assert after is not None
    assert (after["request"]["plan_file"], after["request"]["query"]) == ("plan_file/plan.json", "")
    plan["clips"][0]["stretches"] = [{"start_s": 5, "end_s": 2}]
    headers["if-match"] = kept.headers["etag"]
    told = problem(
        await ask(web.app, "PUT", f"/api/jobs/{job}/plan", headers=headers, body=json.dumps(plan).encode()), 422
    )
    assert "runs backwards" in told["detail"]
