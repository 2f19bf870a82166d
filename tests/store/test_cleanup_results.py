"""Cleanup of results: what a person added, changed or has not looked at stays."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import sqlalchemy as sa

from automagic.database.tables import runs
from automagic.stages.result_folder import publish, reserve
from automagic.store.retention import DAY_S, Rules
from tests.support.homes.aged_store import add_run, clean


def make_result(engine: sa.Engine, folder: Path, *, state: str, days: float = 9, title: str = "T") -> Path:
    """A result as the video product leaves it."""
    place = folder.with_name(f"{folder.name}.rejected") if state == "rejected" else folder
    files = {"video.mp4": b"v" * 5000, "captions.srt": b"1\n"}
    manifest = {"generator": "AutoMagic/0.1.0", "title": title, "files": sorted([*files, "metadata.json"])}
    with reserve(folder):
        publish(place, {**files, "metadata.json": json.dumps(manifest).encode()})
    then = time.time() - days * DAY_S
    for path in place.iterdir():
        os.utime(path, (then, then))
    add_run(
        engine,
        f"run-{state}-{folder.name}-{days}"[:32],
        state,
        finished_at=then,
        title=title,
        result=json.dumps({"folder": str(place)}),
    )
    return place


def test_old_rejected_results_go_and_finished_ones_only_when_asked(home, engine, tmp_path):
    good = make_result(engine, tmp_path / "out" / "good", state="succeeded")
    bad = make_result(engine, tmp_path / "out" / "bad", state="rejected")
    young = make_result(engine, tmp_path / "out" / "young", state="rejected", days=2)
    plan, swept = clean(home, engine)
    assert plan.results == (str(bad),)
    assert swept.numbers["rejected"] == 1
    assert swept.bytes["rejected"] > 5000
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"good", "young.rejected"}
    clean(home, engine, Rules(include_results=True))
    assert not good.exists()
    assert young.exists()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["young.rejected"]


def test_the_part_of_a_result_that_did_not_pass_goes_and_the_part_that_did_stays(home, engine, tmp_path):
    good = make_result(engine, tmp_path / "both", state="succeeded")
    bad = make_result(engine, tmp_path / "both", state="rejected")
    with engine.begin() as connection:
        both = json.dumps({"folder": str(good), "aside": str(bad)})
        connection.execute(sa.delete(runs).where(runs.c.state == "succeeded"))
        connection.execute(sa.update(runs).values(result=both))
    plan, _ = clean(home, engine)
    assert plan.results == (str(bad),)
    assert good.exists()
    plan, _ = clean(home, engine, Rules(include_results=True))
    assert plan.results == (str(good),)


def test_what_a_person_added_or_changed_in_a_result_stays(home, engine, tmp_path):
    bad = make_result(engine, tmp_path / "bad", state="rejected")
    (bad / "notes.txt").write_text("mine")
    (bad / "captions.srt").write_text("corrected")
    clean(home, engine)
    assert {path.name for path in bad.iterdir()} == {"notes.txt", "captions.srt", "metadata.json"}
    with reserve(tmp_path / "bad"):  # and a later run knows the folder as its own
        publish(bad, {"metadata.json": b'{"generator": "AutoMagic", "files": ["metadata.json"]}'})
    assert (bad / "notes.txt").read_text() == "mine"


def test_folders_that_are_not_results_of_ours_stay(home, engine, tmp_path):
    foreign = make_result(engine, tmp_path / "foreign", state="rejected")
    (foreign / "metadata.json").write_text('{"generator": "Somebody", "files": ["video.mp4"]}')
    moved = make_result(engine, tmp_path / "moved", state="rejected")
    moved.rename(tmp_path / "mine")
    (tmp_path / "moved.rejected").symlink_to(tmp_path / "mine")
    climbing = make_result(engine, tmp_path / "climbing", state="rejected")
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    then = time.time() - 30 * DAY_S
    (climbing / "metadata.json").write_text(
        json.dumps({"generator": "AutoMagic", "files": ["../outside.txt", "/etc/hostname", 7, "..", "gone"]})
    )
    for path in (outside, climbing / "metadata.json"):
        os.utime(path, (then, then))
    clean(home, engine, Rules(include_results=True))
    assert (foreign / "video.mp4").exists()
    assert (tmp_path / "mine" / "video.mp4").exists()
    assert outside.exists()
    assert (climbing / "video.mp4").exists()


def test_a_result_that_a_run_is_writing_stays(home, engine, tmp_path):
    bad = make_result(engine, tmp_path / "bad", state="rejected")
    with reserve(tmp_path / "bad"):
        _, swept = clean(home, engine)
        assert (bad / "video.mp4").exists()
        assert "a run is writing" in swept.notices[0]
    clean(home, engine)
    assert not bad.exists()


def test_what_a_killed_cleanup_left_of_a_result_goes_the_next_time(home, engine, tmp_path):
    bad = make_result(engine, tmp_path / "bad", state="rejected")
    bad.rename(tmp_path / ".bad.rejected.partial-01234567")
    clean(home, engine)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_relative_folder_is_only_taken_for_the_result_when_its_title_is(home, engine, tmp_path, monkeypatch):
    make_result(engine, tmp_path / "bad", state="rejected", title="Mine")
    with engine.begin() as connection:
        connection.execute(sa.update(runs).values(result='{"folder": "bad.rejected"}', title="Other"))
    clean(home, engine)
    assert (tmp_path / "bad.rejected").exists()
    with engine.begin() as connection:
        connection.execute(sa.update(runs).values(title="Mine"))
    clean(home, engine)
    assert not (tmp_path / "bad.rejected").exists()
