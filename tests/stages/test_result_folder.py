"""A result is complete or absent, and nothing that a person put there is lost."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from automagic.errors import RequestError, ResourceError
from automagic.stages import result_folder as results
from automagic.stages.result_folder import MANIFEST, publish, put_preview, reserve
from tests.support.processes.kill_everywhere import kill_before_step


def manifest(*names: str) -> bytes:
    return json.dumps({"generator": "AutoMagic/test", "files": [*names, MANIFEST]}).encode()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_result_appears_complete(tmp_path):
    source = tmp_path / "stored"
    source.write_bytes(b"video")
    publish(tmp_path / "result", {"video.mp4": source, MANIFEST: manifest("video.mp4")})
    assert names(tmp_path / "result") == {"video.mp4", MANIFEST}
    assert names(tmp_path) == {"stored", "result"}


def test_a_later_run_replaces_the_first_and_keeps_what_a_person_added(tmp_path):
    folder = tmp_path / "result"
    publish(folder, {"video.mp4": b"one", "video-old.mp4": b"x", MANIFEST: manifest("video.mp4", "video-old.mp4")})
    (folder / "my notes.txt").write_text("keep me")
    (folder / "sub").mkdir()
    (folder / "sub" / "a").write_text("and me")
    with reserve(folder):
        publish(folder, {"video.mp4": b"two", MANIFEST: manifest("video.mp4")})
    assert (folder / "video.mp4").read_bytes() == b"two"
    assert names(folder) == {"video.mp4", MANIFEST, "my notes.txt", "sub"}
    assert (folder / "sub" / "a").read_text() == "and me"
    assert names(tmp_path) == {"result"}


def test_a_folder_that_is_not_ours_is_refused(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(RequestError, match="did not make"), reserve(folder):
        pytest.fail("must not be held")
    assert names(folder) == {"holiday.jpg"}


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "result").write_text("x")
    with pytest.raises(RequestError, match="is a file"), reserve(tmp_path / "result"):
        pytest.fail("must not be held")


def test_an_empty_folder_may_be_used(tmp_path):
    (tmp_path / "result").mkdir()
    with reserve(tmp_path / "result"):
        publish(tmp_path / "result", {MANIFEST: manifest()})
    assert names(tmp_path / "result") == {MANIFEST}


def test_a_second_run_into_the_same_folder_is_refused(tmp_path):
    code = (
        "from pathlib import Path; from automagic.stages.result_folder import reserve;"
        f"reserve(Path({str(tmp_path / 'r')!r})).__enter__()"
    )
    with reserve(tmp_path / "r"):
        second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "another run is writing to r" in second.stderr
    with reserve(tmp_path / "r"):
        pass


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc").exists(), reason="needs a place that cannot be written")
def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    with pytest.raises(RequestError, match="cannot be written"), reserve(Path("/proc/automagic/result")):
        pytest.fail("must not be held")


def test_leftovers_of_a_killed_run_are_removed(tmp_path):
    left = tmp_path / ".r.partial-1234"
    left.mkdir()
    (left / "video.mp4").write_bytes(b"half")
    with reserve(tmp_path / "r"):
        assert not left.exists()


def test_a_full_disk_leaves_the_old_result_and_no_half_one(tmp_path):
    folder = tmp_path / "result"
    publish(folder, {"video.mp4": b"one", MANIFEST: manifest("video.mp4")})
    (tmp_path / "gone").mkdir()
    with pytest.raises(ResourceError):
        publish(folder, {"video.mp4": tmp_path / "no such file", MANIFEST: manifest("video.mp4")})
    assert (folder / "video.mp4").read_bytes() == b"one"
    assert names(tmp_path) == {"result", "gone"}


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "videos"
    link.symlink_to("disk/mine")
    for content in (b"one", b"two"):  # the place is new at first, then replaced
        with reserve(link):
            assert (tmp_path / "disk" / ".mine.lock").exists()
            publish(link, {"video.mp4": content, MANIFEST: manifest("video.mp4")})
        assert link.is_symlink()
        assert (tmp_path / "disk" / "mine" / "video.mp4").read_bytes() == content
        assert names(tmp_path) == {"disk", "videos"}
        assert names(tmp_path / "disk") == {"mine"}


def test_a_link_to_itself_or_to_what_is_not_ours_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").touch()
    (tmp_path / "link").symlink_to("photos")
    for name, why in (("loop", "not the name of a folder"), ("link", "did not make")):
        with pytest.raises(RequestError, match=why), reserve(tmp_path / name):
            pytest.fail("must not be held")


def test_a_link_in_the_place_of_a_lock_is_refused_and_its_target_stays(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / ".result.lock").symlink_to("precious")
    with pytest.raises(RequestError, match="is a link"), reserve(tmp_path / "result"):
        pytest.fail("must not be held")
    assert (tmp_path / "precious").read_text() == "mine"


OLD = {"video.mp4": b"old", "gone.txt": b"old", MANIFEST: manifest("video.mp4", "gone.txt")}
NEW = {"video.mp4": b"new", "sub/clip.mp4": b"new", MANIFEST: manifest("video.mp4", "sub/clip.mp4")}
MINE = {"notes.txt": b"mine"}


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder; of a manifest what its maker wrote, without the digests that were added."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    if MANIFEST in found:
        told = json.loads(found[MANIFEST])
        told.pop("sha256", None)
        found[MANIFEST] = json.dumps(told).encode()
    return found


@pytest.mark.parametrize(
    ("at_once", "before", "every"),
    [
        (True, OLD | MINE, 11),
        (False, OLD | MINE, 11),
        *(pytest.param(how, was, 1, marks=pytest.mark.soak) for how in (True, False) for was in ({}, OLD | MINE)),
    ],
)
def test_a_run_that_is_killed_at_any_step_leaves_a_complete_result_or_none(
    at_once, before, every, tmp_path, monkeypatch
):
    if not at_once:
        monkeypatch.setattr(results, "_exchange_at_once", lambda _new, _old: False)
    new = NEW | {name: text for name, text in before.items() if name in MINE}
    parent = tmp_path / "videos"

    def run() -> None:
        with reserve(parent / "result"):
            publish(parent / "result", NEW)

    seen = set()
    for number in itertools.count(0, every):
        shutil.rmtree(parent, ignore_errors=True)
        for name, text in before.items():
            (parent / "result").mkdir(parents=True, exist_ok=True)
            (parent / "result" / name).write_bytes(text)
        killed = kill_before_step(number, ("result_folder.py", "blocks.py", "shutil.py"), run)
        found = content(parent / "result")
        seen.add(found.get("video.mp4"))
        assert found in ({}, before, new)
        if at_once and before:
            assert found != {}
        run()  # the next one repairs
        assert content(parent / "result") == new
        assert names(parent) == {"result"}
        if not killed:
            break
    if every == 1:
        assert seen == {before.get("video.mp4"), b"new"} | ({None} if not at_once and before else set())


def test_a_result_takes_the_place_of_its_preview(tmp_path):
    folder = tmp_path / "video"
    with reserve(folder):
        assert put_preview(folder, b"sheet") == folder / "preview.png"
    with reserve(folder):
        publish(folder, {"video.mp4": b"v", MANIFEST: manifest("video.mp4")})
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "video.mp4"]
    (folder / "mine.txt").write_text("mine")
    with reserve(folder):
        put_preview(folder, b"sheet")
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "mine.txt", "preview.png", "video.mp4"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "preview.png").write_bytes(b"")
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(RequestError, match="did not make"), reserve(tmp_path / "other"):
        pass
