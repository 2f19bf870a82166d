"""Looking at jobs and their files, and changing them; what was made was made by a worker."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path
from typing import Any

import pytest

from automagic.jobs.queue.reads import find_input, open_database
from automagic.web.handlers import jobs as job_handlers
from tests.support.homes.web_app import WebHome
from tests.support.processes.worker_programs import drain
from tests.support.programs.trial_worker import trial
from tests.support.web.asgi import Headers, Reply, ask, post, problem

CLIMBING = (
    *("..%2F..%2Fetc%2Fpasswd", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc", "/etc/passwd"),
    *("%2Fetc%2Fpasswd", "....//etc", "parts.txt/../../x", "parts.txt%00", "./parts.txt", "PARTS.TXT", "", ".", ".."),
    *("%252e%252e%252fetc", "parts%2etxt%2f..%2fx", "n" * 10_000, "%ff", "%ed%a0%80", "\u202e", "a\nb"),
)


@pytest.fixture(scope="module")
def made(web: WebHome, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A job that a worker has finished."""
    log = tmp_path_factory.mktemp("trial") / "log.txt"
    [added] = web.queue.add([trial(log, parts=2)])
    drain(web.place)
    return added.id


@pytest.fixture(scope="module")
def failed(web: WebHome, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A job that failed."""
    log = tmp_path_factory.mktemp("trial") / "log.txt"
    [added] = web.queue.add([trial(log, parts=2, fail_at=1)])
    drain(web.place)
    return added.id


async def get(web: WebHome, target: str, **headers: str) -> Reply:
    named: Headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask(web.app, "GET", target, headers=named)


async def queued(web: WebHome, **more: Any) -> str:
    return str((await post(web.app, "/api/ads/specs", {}, **more)).json()["id"])


# ------------------------------------------------------------------------------------------------------------ pages


async def test_pages_go_on_behind_what_was_seen_while_jobs_come(web: WebHome) -> None:
    for _ in range(7):
        await queued(web)
    everything = [job.id for job in web.queue.find_all(limit=None)]
    seen: list[str] = []
    after = ""
    while True:
        page = (await get(web, f"/api/jobs?limit=3{after}")).json()
        seen += [job["id"] for job in page["jobs"]]
        await queued(web)  # moves nothing
        if page["next"] is None:
            break
        assert len(page["jobs"]) == 3
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted(everything)
    times = [job["added_at"] for job in (await get(web, "/api/jobs?limit=200")).json()["jobs"]]
    assert times == sorted(times, reverse=True)


async def test_pages_are_of_one_state(web: WebHome, made: str, failed: str) -> None:
    for state, job in (("succeeded", made), ("failed", failed)):
        page = (await get(web, f"/api/jobs?state={state}")).json()
        assert {one["state"] for one in page["jobs"]} == {state}
        assert job in [one["id"] for one in page["jobs"]]


@pytest.mark.parametrize(
    "query", ["state=done", "state=", "after=x", "after=%00", "after=%ed%a0%80", f"after={'9' * 10_000}", "after='--"]
)
async def test_a_page_that_is_none_is_refused(web: WebHome, query: str) -> None:
    problem(await get(web, f"/api/jobs?{query}"), 400)


# ---------------------------------------------------------------------------------------------------------- one job


@pytest.mark.parametrize("job", [*CLIMBING[:3], "no-such-job", "%00", "a" * 10_000, "%ff%fe", "' OR 1=1 --", "日本"])
@pytest.mark.parametrize("rest", ["", "/result", "/events", "/files/parts.txt"])
async def test_a_job_that_is_none_is_not_found(web: WebHome, job: str, rest: str) -> None:
    problem(await get(web, f"/api/jobs/{job}{rest}"), 404)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("GET", "/api", 404),
        ("GET", "/api/jobs/", 404),
        ("DELETE", "/api/jobs", 405),
        ("PUT", "/api/video", 405),
        ("TRACE", "/api/jobs", 405),
        ("OPTIONS", "/api/jobs", 405),
        ("GET", "/api/video", 405),
    ],
)
async def test_what_there_is_not_is_a_problem_too(web: WebHome, method: str, target: str, status: int) -> None:
    reply = await ask(web.app, method, target)
    problem(reply, status)
    assert (status == 405) == ("allow" in reply.headers)


async def test_a_job_that_is_as_it_was_is_not_sent_again(web: WebHome, made: str) -> None:
    first = await get(web, f"/api/jobs/{made}")
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await get(web, f"/api/jobs/{made}", if_none_match=given)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert (await get(web, f"/api/jobs/{made}", if_none_match='"other"')).status == 200
    waiting = await queued(web)
    tag = (await get(web, f"/api/jobs/{waiting}")).headers["etag"]
    web.queue.cancel(waiting)
    assert (await get(web, f"/api/jobs/{waiting}", if_none_match=tag)).json()["state"] == "cancelled"


async def test_who_prefers_to_wait_is_answered_when_it_is_finished(web: WebHome) -> None:
    job = await queued(web)

    async def cancel() -> None:
        await asyncio.sleep(0.3)  # so long it waits
        await asyncio.to_thread(web.queue.cancel, job)

    asked = time.monotonic()
    reply, _ = await asyncio.gather(get(web, f"/api/jobs/{job}", prefer="respond-async, wait=20"), cancel())
    assert reply.json()["state"] == "cancelled"
    assert reply.headers["preference-applied"] == "wait=20"
    assert time.monotonic() - asked < 10


@pytest.mark.parametrize("prefer", ["wait=0", "wait=-1", "wait=", "wait=1e9", "wait=٣", "wait", "return=minimal"])
async def test_what_is_no_wait_is_answered_at_once(web: WebHome, prefer: str) -> None:
    job = await queued(web)
    asked = time.monotonic()
    headers = [("prefer", prefer)] if prefer.isascii() else []
    reply = await ask(web.app, "GET", f"/api/jobs/{job}", headers=headers)
    assert reply.headers["retry-after"] == "2"
    assert time.monotonic() - asked < 5


async def test_a_wait_has_an_end(web: WebHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_handlers, "MAX_WAIT_S", 1)
    reply = await get(web, f"/api/jobs/{await queued(web)}", prefer="wait=10000")
    assert (reply.json()["state"], reply.headers["preference-applied"]) == ("queued", "wait=1")


async def test_a_job_is_cancelled_and_queued_again(web: WebHome) -> None:
    job = await queued(web)
    cancelled = await ask(web.app, "POST", f"/api/jobs/{job}/cancel")
    assert (cancelled.status, cancelled.json()["state"]) == (202, "cancelled")
    again = await ask(web.app, "POST", f"/api/jobs/{job}/cancel")
    assert (again.status, again.json()["state"]) == (202, "cancelled")
    retried = await ask(web.app, "POST", f"/api/jobs/{job}/retry")
    assert (retried.status, retried.json()["state"]) == (202, "queued")
    problem(await ask(web.app, "POST", f"/api/jobs/{job}/retry"), 409)


async def test_what_is_finished_is_not_cancelled_nor_made_again(web: WebHome, made: str, failed: str) -> None:
    for job, change in ((made, "cancel"), (made, "retry"), (failed, "cancel")):
        problem(await ask(web.app, "POST", f"/api/jobs/{job}/{change}"), 409)
    problem(await ask(web.app, "POST", "/api/jobs/none/cancel"), 404)


# ----------------------------------------------------------------------------------------------- results and files


async def test_a_result_has_no_place_on_the_disk(web: WebHome, made: str) -> None:
    told = (await get(web, f"/api/jobs/{made}/result")).json()
    assert told["state"] == "succeeded"
    assert told["result"] == {"hits": 0}
    assert sorted(file["name"] for file in told["files"]) == ["metadata.json", "parts.txt"]
    everything = (await get(web, f"/api/jobs/{made}")).body + (await get(web, f"/api/jobs/{made}/result")).body
    assert str(web.settings.home).encode() not in everything


async def test_what_has_no_result_says_why(web: WebHome, failed: str) -> None:
    told = problem(await get(web, f"/api/jobs/{failed}/result"), 409)
    assert "failed" in told["detail"]
    assert told["hint"] == "Mend it."
    assert "queued" in problem(await get(web, f"/api/jobs/{await queued(web)}/result"), 409)["detail"]


async def test_a_file_is_fetched_by_its_hash(web: WebHome, made: str) -> None:
    [parts] = [one for one in (await get(web, f"/api/jobs/{made}")).json()["files"] if one["name"] == "parts.txt"]
    reply = await get(web, parts["url"])
    assert reply.body.decode() == f"{made} 0\n{made} 1\n"
    assert len(reply.body) == parts["bytes"] == int(reply.headers["content-length"])
    assert reply.headers["etag"] == f'"{hashlib.sha256(reply.body).hexdigest()}"'
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    head = await ask(web.app, "HEAD", parts["url"])
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(parts["bytes"]))


@pytest.mark.parametrize("name", CLIMBING)
async def test_only_what_is_in_the_results_list_is_sent(web: WebHome, made: str, name: str) -> None:
    problem(await get(web, f"/api/jobs/{made}/files/{name}"), 404)


async def test_a_file_of_another_job_is_not_sent(web: WebHome, made: str) -> None:
    problem(await get(web, f"/api/jobs/{await queued(web)}/files/parts.txt"), 404)


async def test_a_file_that_is_gone_or_damaged_is_said_to_be(
    web: WebHome, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    [added] = web.queue.add([trial(tmp_path / "log.txt", parts=1)])
    drain(web.place)
    target = f"/api/jobs/{added.id}/files/parts.txt"
    tag = (await get(web, target)).headers["etag"].strip('"')
    [kept] = web.settings.home.glob(f"artifacts/**/{tag}*")
    kept.chmod(0o600)
    kept.unlink()
    problem(await get(web, target), 410)


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, (0, 10)),
        ("bytes=-10", 206, (-10, None)),
        ("bytes=0-", 206, (0, None)),
        ("bytes=5-5", 206, (5, 6)),
        ("bytes=0-99999", 206, (0, None)),
        ("BYTES=0-9", 206, (0, 10)),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(0, 2000, 2)), 200, (0, None)),
        ("bytes=99999-", 416, None),
        ("bytes=99999-100000", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=9-5", 400, None),
        ("bytes=abc", 400, None),
        ("bytes=", 400, None),
        ("bytes", 400, None),
        ("bytes=-", 400, None),
        ("bytes=0-9,abc", 400, None),
        ("bytes=--5", 400, None),
        ("bytes=5--9", 400, None),
        ("bytes=0x1-2", 400, None),
        ("bytes=" + "9" * 30 + "-", 400, None),
        ("lines=0-9", 400, None),
    ],
)
async def test_a_range_is_answered(
    web: WebHome, made: str, asked: str, status: int, part: tuple[int, int | None] | None
) -> None:
    target = f"/api/jobs/{made}/files/parts.txt"
    whole = (await get(web, target)).body
    reply = await get(web, target, range=asked)
    if part is None:
        problem(reply, status)
        assert (status == 416) == (reply.headers.get("content-range") == f"bytes */{len(whole)}")
        return
    assert (reply.status, reply.body) == (status, whole[slice(*part)])
    assert (status == 206) == ("content-range" in reply.headers)


async def test_several_ranges_are_answered_in_parts(web: WebHome, made: str) -> None:
    reply = await get(web, f"/api/jobs/{made}/files/parts.txt", range="bytes=0-1,5-6")
    assert reply.status == 206
    assert reply.headers["content-type"].startswith("multipart/byteranges")
    assert len(reply.body) == int(reply.headers["content-length"])


async def test_a_range_of_what_is_another_file_now_is_the_whole_file(web: WebHome, made: str) -> None:
    target = f"/api/jobs/{made}/files/parts.txt"
    whole = await get(web, target)
    assert (await get(web, target, range="bytes=0-1", if_range='"stale"')).body == whole.body
    assert (await get(web, target, range="bytes=99999-", if_range='"stale"')).status == 200
    assert (await get(web, target, range="bytes=0-1", if_range=whole.headers["etag"])).status == 206


def test_what_a_browser_would_run_is_saved() -> None:
    assert job_handlers.is_active("a/b.SVG")
    assert job_handlers.is_active("page.html")
    assert not job_handlers.is_active("video.mp4")


# -------------------------------------------------------------------------------------------------------------- again


async def test_some_steps_are_done_again_by_a_new_job(web: WebHome) -> None:
    text = {"text": "# Bees\n\nBees visit flowers.\n", "name": "bees.md"}
    first = (await post(web.app, "/api/video", {"source": text, "priority": "high"}, key="redone")).json()
    reply = await post(web.app, f"{first['url']}/redo", {"redo": ["speak"], "take": 2})
    assert reply.status == 202, reply.body
    again = reply.json()
    assert again["id"] != first["id"]
    assert (again["title"], again["priority"], again["key"]) == ("bees.md", "high", "")
    with open_database(web.place) as database:
        before, after = find_input(database, first["id"]), find_input(database, again["id"])
    assert before
    assert after
    assert after["request"] == {**before["request"], "redo": ["speak"], "take": 2}
    assert after["files"] == before["files"]


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"redo": []}, {"redo": "speak"}, {"redo": ["no_such_step"]}, {"redo": [5]}, {"take": 0}),
        *({"take": True}, {"take": 2**40}, {"scene": 3}, {"redo": None}),
    ],
    ids=str,
)
async def test_what_is_no_redo_is_refused(web: WebHome, body: Any) -> None:
    job = (await post(web.app, "/api/video", {"topic": "Bees"})).json()
    before = web.kept()
    problem(await post(web.app, f"{job['url']}/redo", body), 422)
    assert web.kept() == before


async def test_what_has_no_steps_is_not_redone(web: WebHome) -> None:
    problem(await post(web.app, f"/api/jobs/{await queued(web)}/redo", {"take": 2}), 422)
    problem(await post(web.app, "/api/jobs/none/redo", {"take": 2}), 404)
