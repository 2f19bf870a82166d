"""What `automagic clips` takes: folders, addresses, silent films, transcripts, damaged recordings."""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from automagic import open_studio
from automagic.errors import MediaError, RequestError
from automagic.media.video.probe import probe
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.result import ClipsResult
from automagic.products.clips.sources import Source, transcript_for
from automagic.settings import Settings
from automagic.sources import recordings
from automagic.store import digests
from automagic.values.events import Event, Notice
from tests.support.media.face_recordings import Actor, Scene, walk, write_recording
from tests.support.media.filmed_talks import FPS, OFTEN, SHIPS, damage
from tests.support.media.stock_clips import run_ffmpeg
from tests.support.processes.python_programs import Outcome, run_command
from tests.support.vendors.asked_material import only_this_machine

pytest.importorskip("faster_whisper")
pytest_plugins = ["tests.support.media.filmed_talks"]
pytestmark = [pytest.mark.xdist_group("clips"), pytest.mark.usefixtures("small_frames")]

SHORT = {"platforms": ("square",), "max_clips": 2, "min_s": 4.0, "max_s": 7.0, "credentials": False}


@pytest.fixture(scope="module")
def home(clips_home: Path) -> Path:
    return clips_home


def make(home: Path, recording: Path | str, told: list[str] | None = None, **how: object) -> ClipsResult:
    """Make them; `told` is given the notices."""

    def listen(event: Event) -> None:
        if told is not None and isinstance(event, Notice):
            told.append(event.text)

    async def run() -> ClipsResult:
        async with open_studio(Settings(automagic_home=home, video_preset="ultrafast")) as studio:
            request = ClipsRequest(str(recording), **(SHORT | how))  # type: ignore[arg-type]
            return await studio.clips(request, listener=listen)

    return asyncio.run(run())


def command(home: Path, cwd: Path, *arguments: str) -> Outcome:
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home), "VIDEO_PRESET": "ultrafast"}
    short = ("--min", "4", "--max", "7", "--max-clips", "2", "--platform", "square", "--no-credentials")
    return run_command("clips", *arguments, *short, cwd=cwd, environment=environment)


# --------------------------------------------------------------------------------------------- several recordings


@pytest.fixture(scope="module")
def batch(season: Path, home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The result of a folder in which not everything is a recording, and how the command ended."""
    folder = tmp_path_factory.mktemp("batch")
    given = folder / "season"
    shutil.copytree(season, given)
    (given / "part 3.mp4").write_bytes(b"no film")
    (given / "notes").write_text("bread, honey")
    (given / ".hidden.mp4").write_bytes(b"no film either")
    (given / "inner").mkdir()
    shutil.copy(given / "part 2.mp4", given / "part 2 again.mp4")
    outcome = command(home, folder, "season", "--transcript", "season", "--out", "out", "--json")
    return folder / "out", outcome


def test_each_episode_has_its_folder_in_natural_order(batch: tuple[Path, Outcome]) -> None:
    out, outcome = batch
    listed = json.loads((out / "clips.json").read_text())
    assert [one["recording"] for one in listed["episodes"]] == ["part 2.mp4", "part 10.mp4"]
    for episode in listed["episodes"]:
        own = json.loads((out / episode["folder"] / "clips.json").read_text())
        assert len(own["clips"]) == len(episode["clips"]) == 2
        for clip in episode["clips"]:
            assert (out / clip["videos"]["square"]).is_file()
            assert clip["videos"]["square"] in (out / "index.html").read_text()
    assert json.loads(outcome.out)["folder"] == "out"


def test_what_is_no_recording_is_named_and_the_exit_code_tells(batch: tuple[Path, Outcome]) -> None:
    out, outcome = batch
    assert outcome.code == 2
    assert "part 3.mp4 is not a recording" in outcome.err
    assert "Traceback" not in outcome.err
    told = json.loads(outcome.out)
    assert [one["name"] for one in told["skipped"]] == ["part 3.mp4"]
    assert told["left_out"] == ["notes"]
    assert any("part 2 again.mp4 is the same recording as part 2.mp4" in one for one in told["notices"])
    assert "part 3.mp4" in (out / "index.html").read_text()


def test_what_two_episodes_say_is_offered_once(batch: tuple[Path, Outcome]) -> None:
    out, _ = batch
    first, second = (json.loads((out / name / "clips.json").read_text()) for name in ("part-2", "part-10"))
    shared = [clip for clip in first["clips"] if clip["text"].startswith(SHIPS[0])]
    assert shared
    assert not any(clip["text"].startswith(SHIPS[0]) for clip in second["clips"])
    reasons = [one["reason"] for one in second["why_not"] if one["moment"]["text"].startswith(SHIPS[0])]
    assert any(reason.startswith("the same is said in part 2") for reason in reasons)


def test_the_same_batch_again_makes_nothing(batch: tuple[Path, Outcome], home: Path) -> None:
    out, _ = batch
    again = command(home, out.parent, "season", "--transcript", "season", "--out", "out", "--json")
    assert json.loads(again.out)["steps"]["miss"] == 0, again.err
    assert sorted(path.name for path in out.iterdir()) == [
        "clips.json", "index.html", "metadata.json", "part-10", "part-2",
    ]  # fmt: skip


def test_several_recordings_are_named_one_by_one(season: Path, home: Path, tmp_path: Path) -> None:
    """One that is missing is skipped; what is made has its own folder."""
    made = make(
        home, season / "part 2.mp4", more=(str(tmp_path / "none.mp4"),), transcript=season, out=tmp_path / "out",
        max_clips=1,
    )  # fmt: skip
    assert [episode.name for episode in made.episodes] == ["part 2.mp4"]
    assert [one.name for one in made.skipped] == ["none.mp4"]
    assert isinstance(made.complaint, RequestError)
    assert (tmp_path / "out" / "part-2" / "clips.json").is_file()


def test_a_folder_without_one_recording_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match="there is no recording in"):
        make(home, tmp_path / "empty")
    (tmp_path / "empty" / "one.mkv").write_bytes(b"x")
    with pytest.raises(RequestError, match=r"one\.mkv is not a recording"):
        make(home, tmp_path / "empty", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_belongs_to_one_recording_is_refused_for_two(season: Path, home: Path) -> None:
    with pytest.raises(RequestError, match="one transcript for 2 recordings"):
        make(home, season, transcript=season / "part 2.json")
    with pytest.raises(RequestError, match="a plan belongs to one"):
        make(home, season, plan_file=season / "plan.json")


# --------------------------------------------------------------------------------------------- from the web


@pytest.fixture
def site(season: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The season's folder on a web server of this machine, which may be asked for once."""
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(season))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    monkeypatch.setattr(recordings, "fetch_recording", partial(recordings.fetch_recording, allow=only_this_machine))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_an_address_is_fetched_once(site: str, season: Path, home: Path, tmp_path: Path) -> None:
    url = f"{site}/part%202.mp4"
    one = {"transcript": season / "part 2.json", "max_clips": 1}
    made = make(home, url, out=tmp_path / "out", **one)
    assert made.title == "part 2"
    assert len(made.clips) == 1
    again = make(home, url, out=tmp_path / "again", **one)
    assert {record.state for record in again.steps} == {"hit"}
    steps = ["fetch-recording", "pick-still", "clip-thumbnail", "check-clip"]
    anew = make(home, url, out=tmp_path / "anew", redo=tuple(steps), **one)
    assert [record.name for record in anew.steps if record.state == "miss"] == steps


def test_a_page_is_no_video(site: str, home: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="is a web page"):
        make(home, f"{site}/", out=tmp_path / "out")
    with pytest.raises(RequestError, match="is not a recording that can be read"):
        make(home, f"{site}/part%202.json", out=tmp_path / "out")


def test_addresses_of_this_machine_are_not_fetched(home: Path) -> None:
    with pytest.raises(RequestError, match="not on the public internet"):
        make(home, "http://127.0.0.1:1/talk.mp4")


def test_a_plan_of_an_address_says_what_it_lacks(home: Path) -> None:
    told: list[str] = []
    planned = make(home, "https://example.com/other.mp4", told=told, plan=True, platforms=("shorts",), max_s=300)
    assert planned.choice is None
    assert told[0].startswith("YouTube Shorts: a clip of up to 300 s is longer than 180 s; ")
    assert "has to be fetched" in told[1]


# --------------------------------------------------------------------------------------------- nobody speaks


@pytest.mark.parametrize("sound", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_where_nobody_speaks_picture_and_sound_decide(home: Path, tmp_path: Path, sound: bool) -> None:
    walker = Actor(0, 0.4, walk(0.3, 0.7, 0, 4))
    scenes = [Scene(4.0, (walker,) if number == 2 else (), look=number, shapes=number == 2) for number in range(4)]
    film = write_recording(tmp_path / "film.mp4", scenes, fps=FPS, sound=sound, options=OFTEN)
    made = make(home, film, out=tmp_path / "out", max_clips=1)
    assert "Nobody speaks in this recording: its moments were chosen by picture and sound." in made.notices
    assert made.choice is not None
    assert made.rejected == ()
    best = made.choice.chosen[0]
    assert best.start_s == pytest.approx(8.0, abs=0.2)
    assert best.end_s == pytest.approx(12.0, abs=0.2)
    assert {one.feature for one in best.contributions} >= {"faces", "motion"}
    assert made.clips[0].plan.title.startswith("film, 0:")


def test_nothing_can_be_found_where_nothing_is_said(home: Path, tmp_path: Path) -> None:
    film = write_recording(tmp_path / "film.mp4", [Scene(6.0)], fps=5)
    with pytest.raises(RequestError, match="nothing in it can be found about “bread”"):
        make(home, film, query="bread", out=tmp_path / "out")


def test_a_recording_that_is_too_short_says_so(home: Path, tmp_path: Path) -> None:
    film = write_recording(tmp_path / "film.mp4", [Scene(2.0)], fps=5)
    with pytest.raises(RequestError, match=r"lasts 2\.0 s, which is shorter than a clip may be \(4 s\)"):
        make(home, film, out=tmp_path / "out")


# --------------------------------------------------------------------------------------------- transcripts


@pytest.mark.soak
def test_a_folders_transcript_is_found_by_the_recordings_name(tmp_path: Path) -> None:
    talk = Source("talk [1].mp4", "talk [1].mp4", "talk-1")
    for name in ("talk [1].txt", "talk [1].live_chat.json", "talk [2].srt", "talk [1].en-US.vtt"):
        (tmp_path / name).touch()
    assert transcript_for(talk, tmp_path) == tmp_path / "talk [1].en-US.vtt"
    (tmp_path / "talk [1].srt").touch()
    assert transcript_for(talk, tmp_path) == tmp_path / "talk [1].srt"
    for name in ("talk [1].srt", "talk [1].en-US.vtt"):
        (tmp_path / name).unlink()
    assert transcript_for(talk, tmp_path) == tmp_path / "talk [1].txt"
    (tmp_path / "talk [1].txt").unlink()
    assert transcript_for(talk, tmp_path) is None


def test_another_recordings_transcript_is_refused(season: Path, home: Path, tmp_path: Path) -> None:
    """Of half a minute, times alone cannot tell: a few stretches are heard."""
    cues = json.loads((season / "part 10.json").read_text())["segments"]
    end_s = max(cue["end"] for cue in json.loads((season / "part 2.json").read_text())["segments"])
    (tmp_path / "other.json").write_text(json.dumps([cue for cue in cues if cue["end"] < end_s]))
    with pytest.raises(RequestError, match=r"other\.json is not the transcript of part 2\.mp4"):
        make(home, season / "part 2.mp4", transcript=tmp_path / "other.json", out=tmp_path / "out")


def test_a_transcript_that_goes_on_after_the_end_is_refused(season: Path, home: Path, tmp_path: Path) -> None:
    cues = [{"text": "And so on.", "start": 10.0 * number, "end": 10.0 * number + 8} for number in range(40)]
    (tmp_path / "long.json").write_text(json.dumps(cues))
    with pytest.raises(RequestError, match=r"it goes on until 398 s, but part 2\.mp4 ends after"):
        make(home, season / "part 2.mp4", transcript=tmp_path / "long.json", plan=True)


def test_a_transcript_is_read_before_the_recording(home: Path, tmp_path: Path) -> None:
    (tmp_path / "talk.mp4").write_text("no film, and the reader would say so")
    (tmp_path / "talk.srt").write_text("No times.")
    with pytest.raises(RequestError, match=r"The transcript talk\.srt cannot be used"):
        make(home, tmp_path / "talk.mp4", transcript=tmp_path / "talk.srt", out=tmp_path / "out")


def test_words_after_the_recordings_end_are_left_out_with_the_sentence_torn_there(
    season: Path, home: Path, tmp_path: Path
) -> None:
    document = json.loads((season / "part 2.json").read_text())
    end_s = probe(season / "part 2.mp4").duration_s
    torn = {"text": "If it works there, nobody will ever mow again.", "start": end_s - 2.0, "end": end_s + 2.0}
    document["segments"] = [cue for cue in document["segments"] if cue["end"] < end_s - 2.0] + [torn]
    (tmp_path / "long.json").write_text(json.dumps(document))
    told: list[str] = []
    planned = make(home, season / "part 2.mp4", told, transcript=tmp_path / "long.json", plan=True, min_s=8, max_s=30)
    assert [one for one in told if "long.json goes on after the end of part 2.mp4" in one and "last 9 words" in one]
    assert planned.choice is not None
    assert all(moment.end_s <= end_s - 2.0 for moment in planned.choice.chosen)


def test_a_late_transcript_is_moved_and_named(season: Path, home: Path, tmp_path: Path) -> None:
    document = json.loads((season / "part 2.json").read_text())
    for cue in document["segments"]:
        cue["start"], cue["end"] = cue["start"] + 2.5, cue["end"] + 2.5
    (tmp_path / "late.json").write_text(json.dumps(document))
    given = make(home, season / "part 2.mp4", transcript=season / "part 2.json", out=tmp_path / "given", max_clips=1)
    # As a browser records it: the file does not say how long it is.
    live = ("-c", "copy", "-f", "matroska", "-live", "1")
    run_ffmpeg(tmp_path, "-i", str(season / "part 2.mp4"), *live, "live.mkv")
    told = command(home, tmp_path, "live.mkv", "--transcript", "late.json", "--out", "late", "--json")
    assert told.code == 0, told.err
    assert "late.json is 2.5 s late for live.mkv: it was moved." in told.err
    best = json.loads(told.out)["choice"]["chosen"][0]
    assert given.choice is not None
    assert best["start_s"] == pytest.approx(given.choice.chosen[0].start_s, abs=0.1)


# --------------------------------------------------------------------------------------------- what a file says of time


@pytest.mark.soak
def test_a_recording_that_was_joined_as_it_lay_is_put_in_order(season: Path, home: Path, tmp_path: Path) -> None:
    talk = season / "part 2.mp4"
    encode = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac")
    for name, part in (("a.ts", ("-t", "12")), ("b.ts", ("-ss", "12"))):
        run_ffmpeg(tmp_path, *part, "-i", str(talk), *encode, name)
    (tmp_path / "joined.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
    made = make(home, tmp_path / "joined.ts", transcript=season / "part 2.json", out=tmp_path / "out")
    assert made.choice is not None
    assert max(moment.end_s for moment in made.choice.chosen) > 12
    assert "begins anew at 0:12" in made.choice.notices[0]
    assert made.rejected == ()
    assert (tmp_path / "out/recording.mkv").is_file()
    assert "recording.mkv" in (tmp_path / "out/timeline.fcpxml").read_text()


def test_moments_are_chosen_only_where_there_is_a_picture(season: Path, home: Path, tmp_path: Path) -> None:
    cut = ("-filter_complex", "[0:v]trim=end=13[v]", "-map", "[v]", "-map", "0:a", "-c:a", "copy")
    run_ffmpeg(tmp_path, "-i", str(season / "part 2.mp4"), *cut, "-c:v", "libx264", "-preset", "ultrafast", "short.mp4")
    told = make(home, tmp_path / "short.mp4", transcript=season / "part 2.json", plan=True)
    assert told.choice is not None
    assert told.choice.chosen
    assert all(moment.end_s < 13.5 for moment in told.choice.chosen)
    assert "has a picture from 0:00 to 0:13" in told.choice.notices[0]
    assert any("no picture" in one.reason for one in told.choice.rejected)


# --------------------------------------------------------------------------------------------- damage


@pytest.mark.parametrize(("kind", "length_s"), [("video", 3.0), pytest.param("audio", 1.0, marks=pytest.mark.soak)])
def test_what_is_damaged_costs_only_its_own_clip(
    season: Path, home: Path, tmp_path: Path, kind: str, length_s: float
) -> None:
    whole = make(home, season / "part 2.mp4", transcript=season / "part 2.json", out=tmp_path / "whole")
    first, second = whole.clips
    hit_s = (first.plan.stretches[0].start_s + first.plan.stretches[0].end_s) / 2
    broken = damage(season / "part 2.mp4", tmp_path / "broken.mp4", kind, hit_s - length_s / 2, hit_s + length_s / 2)
    made = make(home, broken, transcript=season / "part 2.json", out=tmp_path / "out")
    assert [clip.plan.title for clip in made.clips] == [second.plan.title]
    (skipped,) = made.skipped
    assert skipped.name == first.plan.title
    assert "damaged at" in skipped.error.message
    assert isinstance(made.complaint, RequestError if kind == "video" else MediaError)
    assert any("damaged at" in notice for notice in json.loads((tmp_path / "out/clips.json").read_text())["notices"])


@pytest.mark.soak
def test_a_moment_of_damage_is_mended(season: Path, home: Path, tmp_path: Path) -> None:
    """A picture that stands still for less than a second, until the next that needs no other."""
    broken = damage(season / "part 2.mp4", tmp_path / "broken.mp4", "video", 5.1, 5.5)
    made = make(home, broken, transcript=season / "part 2.json", out=tmp_path / "out")
    assert made.skipped == ()
    assert made.rejected == ()


def test_a_truncated_recording_is_refused(season: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "half.mp4").write_bytes((season / "part 2.mp4").read_bytes()[:50_000])
    with pytest.raises(RequestError, match="is not a recording that can be read"):
        make(home, tmp_path / "half.mp4", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_recording_is_hashed_once(season: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "SETTLED_NS", 0)
    make(home, season / "part 2.mp4", transcript=season / "part 2.json", plan=True)
    monkeypatch.setattr("hashlib.file_digest", None)
    planned = make(home, season / "part 2.mp4", transcript=season / "part 2.json", plan=True)
    assert planned.choice is not None


def test_clips_leave_no_file_open(season: Path, home: Path, tmp_path: Path) -> None:
    """Neither made nor remembered: a program that makes clips day after day runs out of nothing."""
    one = {"transcript": season / "part 2.json", "max_clips": 1}
    make(home, season / "part 2.mp4", out=tmp_path / "0", **one)  # whatever stays for the next time is there by now
    open_before = psutil.Process().num_fds()
    gc.disable()  # what only waits to be found as garbage counts as open
    try:
        for number, redo in enumerate([("film",), ()], 1):
            make(home, season / "part 2.mp4", out=tmp_path / f"{number}", redo=redo, **one)
            assert psutil.Process().num_fds() == open_before, redo
    finally:
        gc.enable()


# --------------------------------------------------------------------------------------------- bad luck


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_batch_that_was_killed_goes_on(season: Path, tmp_path: Path) -> None:
    """With `kill -9`, as soon as one more step is done, until it is through."""
    home = tmp_path / "home"
    environment = {**os.environ, "AUTOMAGIC_HOME": str(home), "VIDEO_PRESET": "ultrafast"}
    argv = [sys.executable, "-m", "automagic", "clips", str(season), "--transcript", str(season), "--out", "out"]
    argv += ["--min", "4", "--max", "7", "--max-clips", "2", "--platform", "square", "--no-credentials"]
    known = 0
    for _ in range(60):
        process = subprocess.Popen(
            argv, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and count_steps(home) <= known:
            time.sleep(0.02)
        if process.poll() is not None:
            break
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait()
        psutil.wait_procs(children, timeout=10)
        assert not (tmp_path / "out").exists()
        known = count_steps(home)
    assert process.returncode == 0
    assert known > 10
    assert len(json.loads((tmp_path / "out" / "clips.json").read_text())["episodes"]) == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def count_steps(home: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{home}/automagic.db?mode=ro", uri=True)) as connection:
            count: int = connection.execute("SELECT count(*) FROM steps").fetchone()[0]
            return count
    except sqlite3.OperationalError:  # it is not there yet
        return 0


@pytest.mark.soak
def test_a_full_disk_is_explained_and_the_run_goes_on_with_room(season: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        given = (str(season / "part 2.mp4"), "--transcript", str(season / "part 2.json"), "--out", "out")
        full = command(disk, tmp_path, *given)
        assert full.code == 5, full.err
        assert "full" in full.err
        assert "Traceback" not in full.err
        assert not (tmp_path / "out").exists()
        subprocess.run(["mount", "-o", "remount,size=3g", str(disk)], check=True)
        again = command(disk, tmp_path, *given)
        assert again.code == 0, again.err
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
