"""A result appears in a shared folder complete or not at all, and nothing that lies there is touched."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from automagic.destinations.folder.copies import Folder
from automagic.destinations.shared.publication import Options, Publication
from automagic.destinations.shared.result_folder import read_result
from automagic.errors import RequestError, ResourceError
from tests.support.homes.result_folders import make_result


@pytest.fixture
def publication(tmp_path, store) -> Publication:
    return read_result(make_result(tmp_path / "final_videos" / "2026-01-31-honey", _ready(tmp_path, store)), run_id="r")


def _ready(tmp_path, store):
    (tmp_path / "final_videos").mkdir()
    return store


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_result_is_copied_whole(tmp_path, publication):
    share = tmp_path / "share"
    (receipt,) = await Folder(share).publish(publication)
    target = share / "2026-01-31-honey"
    assert contents(target) == contents(publication.folder)
    assert (receipt.state, receipt.id, receipt.url) == ("published", "2026-01-31-honey", target.as_uri())
    assert [path.name for path in share.iterdir()] == ["2026-01-31-honey"]


async def test_the_same_result_again_changes_nothing(tmp_path, publication):
    share = tmp_path / "share"
    await Folder(share).publish(publication)
    (share / "2026-01-31-honey" / "note.txt").write_text("from a person")
    before = {path: path.stat().st_mtime_ns for path in share.rglob("*")}
    (receipt,) = await Folder(share).publish(publication)
    assert receipt.state == "unchanged"
    assert {path: path.stat().st_mtime_ns for path in share.rglob("*")} == before


async def test_what_lies_there_is_never_overwritten(tmp_path, publication):
    share = tmp_path / "share"
    (share / "2026-01-31-honey").mkdir(parents=True)
    (share / "2026-01-31-honey" / "video.mp4").write_bytes(b"somebody else's")
    (first,) = await Folder(share).publish(publication)
    (second,) = await Folder(share).publish(publication)
    assert contents(share / "2026-01-31-honey") == {"video.mp4": b"somebody else's"}
    assert contents(share / first.id) == contents(publication.folder)
    assert first.id.startswith("2026-01-31-honey-")
    assert (second.id, second.state) == (first.id, "unchanged")


async def test_again_makes_another_copy(tmp_path, publication):
    share = tmp_path / "share"
    ids = [(await Folder(share, options=Options(again=True)).publish(publication))[0].id for _ in range(3)]
    assert len(set(ids)) == 3
    assert all(contents(share / name) == contents(publication.folder) for name in ids)


async def test_the_result_may_lie_in_that_folder_already(publication):
    (receipt,) = await Folder(publication.folder.parent).publish(publication)
    assert receipt.state == "unchanged"


async def test_a_folder_whose_drive_is_not_there_is_refused_before_any_work(tmp_path):
    with pytest.raises(RequestError, match="drive"):
        await _check_hint(tmp_path / "media" / "share")
    assert not (tmp_path / "media").exists()


async def _check_hint(path: Path) -> None:
    try:
        await Folder(path).check()
    except RequestError as error:
        raise RequestError(error.hint) from error


async def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "share").write_text("x")
    with pytest.raises(RequestError, match="is a file"):
        await Folder(tmp_path / "share").check()


@pytest.mark.skipif(not Path("/proc").exists(), reason="needs a place that cannot be written")
async def test_a_folder_that_cannot_be_written_is_refused_before_any_work():
    with pytest.raises(RequestError, match="cannot be written"):
        await Folder(Path("/proc")).check()


async def test_a_failed_copy_leaves_nothing(tmp_path, publication):
    share = tmp_path / "share"
    share.mkdir()
    copy = Folder(share)
    digests = dict.fromkeys(publication.files, "0")
    with pytest.raises(RequestError, match="changed while"):
        copy._place(publication, share / "x", digests)
    with pytest.raises(ResourceError):
        copy._place(publication, share / "x", {"gone.mp4": "0"})
    assert list(share.iterdir()) == []


async def test_leftovers_of_killed_copies_are_removed_when_they_are_old(tmp_path, publication):
    share = tmp_path / "share"
    for name, age_s in (("old", 2 * 86400), ("new", 0)):
        left = share / f".{name}.partial-0123abcd"
        left.mkdir(parents=True)
        os.utime(left, (time.time() - age_s,) * 2)
    await Folder(share).publish(publication)
    assert {path.name for path in share.iterdir()} == {".new.partial-0123abcd", "2026-01-31-honey"}


async def test_a_cancelled_copy_leaves_nothing(tmp_path, publication):
    import asyncio

    share = tmp_path / "share"
    share.mkdir()
    task = asyncio.create_task(Folder(share).publish(publication))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [path.name for path in share.iterdir() if path.name.startswith(".")] == []
