"""The clips API that users of an earlier system know: its shapes, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from automagic.jobs.queue.reads import find_input, open_database
from automagic.web.access.guard import AccessRules
from automagic.web.app import make_app
from automagic.web.uploads import SentFiles
from tests.support.homes.web_app import WebHome
from tests.support.media.stock_clips import write_dot
from tests.support.web.asgi import ask, post, problem


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that clients may name files of, beside one that they may not."""
    folder = tmp_path_factory.mktemp("allowed")
    (folder / "talks").mkdir()
    write_dot(folder / "talks" / "a.mp4", length_s=2.0)
    write_dot(folder / "secret.mp4", length_s=2.0)
    (folder / "talks" / "link.mp4").symlink_to(folder / "secret.mp4")
    return folder / "talks"


@pytest.fixture
def app(web: WebHome, talks: Path) -> ASGIApp:
    return make_app(web.settings, AccessRules(folders=(talks,)))


def request_of(web: WebHome, job_id: str) -> dict[str, Any]:
    with open_database(web.place) as database:
        document = find_input(database, job_id)
    assert document is not None
    found: dict[str, Any] = document["request"]
    return found


async def test_to_analyze_is_a_job_that_films_nothing(web: WebHome, app: ASGIApp) -> None:
    body = {"video_path": "a.mp4", "max_clips": 5, "min_duration": 4, "max_duration": 20, "priority": "urgent"}
    reply = await post(app, "/api/analyze", body)
    assert reply.status == 202
    told = reply.json()
    assert told["status"] == "pending"
    assert "reasons" in told["note"]
    request = request_of(web, told["job_id"])
    assert (request["choose_only"], request["max_clips"], request["min_s"], request["max_s"]) == (True, 5, 4, 20)
    job = web.queue.find(told["job_id"])
    assert job is not None
    assert job.priority == "urgent"


async def test_to_extract_is_a_job_of_segments(web: WebHome, app: ASGIApp) -> None:
    segments = [{"start_time": 0, "end_time": 1.5, "title": "The first"}, {"start_time": 0.25, "end_time": 2}]
    reply = await post(app, "/api/extract", {"video_path": "a.mp4", "segments": segments, "quality": "high"})
    assert reply.status == 202
    assert reply.json()["notices"]
    assert request_of(web, reply.json()["job_id"])["segments"] == ["0.000-1.500 The first", "0.250-2.000"]


async def test_several_are_queued_or_none(web: WebHome, app: ASGIApp) -> None:
    reply = await post(app, "/api/batch/analyze", {"videos": [{"video_path": "a.mp4"}, {"video_path": "a.mp4"}]})
    assert reply.status == 202
    assert len(reply.json()["job_ids"]) == 2
    before = web.kept()
    problem(await post(app, "/api/batch/analyze", {"videos": [{"video_path": "a.mp4"}, {"video_path": "b.mp4"}]}), 422)
    assert web.kept() == before


async def test_a_job_is_told_cancelled_and_queued_again_in_their_words(app: ASGIApp) -> None:
    job_id = (await post(app, "/api/analyze", {"video_path": "a.mp4"})).json()["job_id"]
    told = (await ask(app, "GET", f"/api/job/{job_id}")).json()
    assert set(told) == {
        *("job_id", "status", "progress", "result", "error", "created_at", "started_at", "completed_at"),
    }
    assert (told["status"], told["result"], told["error"]) == ("pending", None, None)
    assert (await post(app, f"/api/job/{job_id}/cancel", b"")).json() == {"job_id": job_id, "status": "cancelled"}
    assert (await post(app, f"/api/job/{job_id}/retry", b"")).json() == {"job_id": job_id, "status": "pending"}
    problem(await ask(app, "GET", "/api/job/none"), 404)


async def test_an_upload_is_named_by_its_id(web: WebHome, app: ASGIApp, talks: Path) -> None:
    data = (talks / "a.mp4").read_bytes()
    sent = SentFiles(web.settings.home)
    upload = sent.begin("b.mp4", len(data))

    async def parts() -> Any:
        yield data

    await sent.extend(upload.id, 0, parts())
    assert (await post(app, "/api/analyze", {"video_path": upload.id})).status == 202
    problem(await post(app, "/api/analyze", {"video_path": "0" * 24}), 422)


async def test_figures_and_checks(app: ASGIApp) -> None:
    told = (await ask(app, "GET", "/api/statistics")).json()
    assert set(told) == {"jobs", "durations", "cache", "success_rate"}
    assert "pending" in told["jobs"]
    checks = (await ask(app, "GET", "/api/health?checks=true")).json()
    assert checks["checks"]["queue"] == "ok"


@pytest.mark.parametrize(
    "path",
    ["../secret.mp4", "link.mp4", "none.mp4", "/etc/hostname", "..", "", " ", "a.mp4\0", "file:///etc/hostname",
     "http://127.0.0.1/a.mp4", "http://169.254.169.254/a.mp4"],
)  # fmt: skip
async def test_nothing_outside_of_the_folder_is_named(web: WebHome, app: ASGIApp, path: str) -> None:
    before = web.kept()
    told = problem(await post(app, "/api/analyze", {"video_path": path}), 422)
    assert "secret" not in told["detail"].replace(path, "")
    assert web.kept() == before


async def test_without_leave_no_path_is_taken(web: WebHome, talks: Path) -> None:
    told = problem(await post(web.app, "/api/analyze", {"video_path": str(talks / "a.mp4")}), 422)
    assert "--allow-paths" in told["detail"]


@pytest.mark.parametrize(
    ("target", "body"),
    [
        ("analyze", {"video_path": "a.mp4", "max_clips": 0}),
        ("analyze", {"video_path": "a.mp4", "max_clips": 51}),
        ("analyze", {"video_path": "a.mp4", "min_duration": 1}),
        ("analyze", {"video_path": "a.mp4", "min_duration": 40}),
        ("analyze", {"video_path": "a.mp4", "priority": "now"}),
        ("analyze", {"video_path": "a.mp4", "virality": True}),
        ("analyze", {"video_path": 5}),
        ("extract", {"video_path": "a.mp4"}),
        ("extract", {"video_path": "a.mp4", "segments": []}),
        ("extract", {"video_path": "a.mp4", "segments": [{"start_time": 5, "end_time": 1}]}),
        ("extract", {"video_path": "a.mp4", "segments": [{"start_time": "0", "end_time": 1}]}),
        ("extract", {"video_path": "a.mp4", "segments": [{"start_time": 0, "end_time": 2, "name": "x"}]}),
        ("extract", {"video_path": "a.mp4", "segments": [[0, 2]]}),
        ("extract", {"video_path": "a.mp4", "segments": [{"start_time": 0, "end_time": 2}], "output_format": "avi"}),
        ("batch/analyze", {"videos": []}),
        ("batch/analyze", {"videos": ["a.mp4"]}),
        ("batch/analyze", {"videos": [{"video_path": "a.mp4"}] * 101}),
    ],
)
async def test_what_is_wrong_is_said_with_its_place(
    web: WebHome, app: ASGIApp, target: str, body: dict[str, Any]
) -> None:
    before = web.kept()
    told = problem(await post(app, f"/api/{target}", body), 422)
    assert told["detail"]
    assert web.kept() == before
