"""Bad input, bad surroundings and bad luck, through the command line as a person meets it.

Whatever happens: an explanation on stderr, the exit code that the README gives, nothing on stdout, no traceback, no
half-made file, no process left behind, and the next try goes on from what was finished.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import time
import warnings
import wave
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil
import pytest

from tests.support.places import ROOT
from tests.support.processes.python_programs import Outcome, Program, run_command, start

FAST = ("--voice", "espeak", "--draft", "--platform", "square")
TEXT = "Honey keeps for years."
LONGER = "\n\n".join(f"Jar number {n} of honey was still edible after {n} thousand years." for n in range(2, 5))


@dataclass
class Person:
    """Somebody at a keyboard: a folder they stand in, a home, and the command line."""

    folder: Path
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    def script(self, text: str = TEXT, title: str = "Honey", name: str = "script.md") -> str:
        return self.write(name, f"# {title}\n\n{text}\n")

    @property
    def surroundings(self) -> dict[str, str]:
        own = {"AUTOMAGIC_HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        return {**os.environ, **own, **self.environment}

    def start(self, *arguments: str, **options: IO[bytes]) -> Program:
        return start("-m", "automagic", *arguments, cwd=self.folder, environment=self.surroundings, **options)

    def run(self, *arguments: str) -> Outcome:
        return run_command(*arguments, cwd=self.folder, environment=self.surroundings)

    def video(self, *arguments: str) -> Outcome:
        return self.run("--now", *arguments, *FAST)

    def names(self) -> set[str]:
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*")}

    def leftovers(self) -> list[str]:
        return [str(path) for path in self.home.rglob("*") if ".partial" in path.name or path.parent.name == "work"]


@pytest.fixture
def person(tmp_path) -> Person:
    (tmp_path / "desk").mkdir()
    return Person(tmp_path / "desk", tmp_path / "home")


def command_line() -> Callable[[list[str]], int]:
    with warnings.catch_warnings():  # Typer imports what the newest Click will drop
        warnings.simplefilter("ignore", DeprecationWarning)
        from automagic.cli.main import run
    return run


@pytest.fixture
def at_desk(person, monkeypatch, capsys):
    """The command line in this process: fast, for what is refused before anything is made."""
    run = command_line()
    monkeypatch.chdir(person.folder)

    def call(*arguments: str) -> Outcome:
        with monkeypatch.context() as patch:
            patch.setenv("AUTOMAGIC_HOME", str(person.home))
            for name, value in person.environment.items():
                patch.setenv(name, value)
            code = run(list(arguments))
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call


def assert_refused(outcome: Outcome, code: int, *said: str) -> None:
    assert outcome.code == code, outcome.err
    assert "Traceback" not in outcome.err
    assert "bug in AutoMagic" not in outcome.err
    assert not outcome.out or json.loads(outcome.out).keys() == {"error"}  # for --json
    lines = [line for line in outcome.err.splitlines() if not line.startswith("Note: ")]
    explained = "\n".join(lines[next(i for i, line in enumerate(lines) if line.startswith("Error: ")) :])
    for part in said:
        assert part in explained
    assert not re.search(r"[0-9a-f]{64}", explained)  # the store's names mean nothing to a person


def png(width: int, height: int) -> bytes:
    """A valid striped PNG of one bit a pixel: small in its file, huge in memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(1)
    row = b"\0" + b"\x0f" * -(-width // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def write_tone(path: Path, seconds: float) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", 8000 * (1 - n // 9 % 2 * 2)) for n in range(int(seconds * 8000))))


# ------------------------------------------------------------------------------------------ refused at once


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.md", b"", "empty"),
        ("blank.md", b" \n\t\n", "white space"),
        ("binary.md", bytes(range(256)) * 20, "binary"),
        ("large.md", b"hello world. " * 4_000_000, "10 MB"),
    ],
)
def test_a_source_that_is_no_text_is_refused(person, at_desk, name, content, said):
    person.write(name, content)
    assert_refused(at_desk("--now", "--source", name, *FAST), 2, name, said)
    assert person.names() == {name}


@pytest.mark.parametrize("flag", ["--source", "--script", "--music"])
@pytest.mark.parametrize("kind", ["a folder", "a pipe"])
def test_a_folder_or_a_pipe_in_place_of_a_file_is_refused_without_waiting(person, at_desk, flag, kind):
    place = person.folder / "thing"
    os.mkfifo(place) if kind == "a pipe" else place.mkdir()
    script = () if flag != "--music" else ("--script", person.script())
    assert_refused(at_desk("--now", flag, "thing", *script, *FAST), 2, "thing")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Only a title\n", "only a title"),
        ("# Faces\n\n😀 😀\n\n!!! ???\n", "no words that can be spoken"),
    ],
)
def test_a_script_without_words_is_refused(person, at_desk, text, said):
    assert_refused(at_desk("--now", "--script", person.write("s.md", text), *FAST), 2, said)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("مرحبا بالعالم هذا نص عربي طويل.", "--language ar"),
        ("שלום עולם זה טקסט קצר מאוד.", "--language he"),
        ("यह एक हिन्दी वाक्य है जो बोला जाएगा।", "--language hi"),
        ("这是一个中文句子，需要被朗读。", "--language zh"),
        ("นี่คือข้อความภาษาไทย", "--language th"),
        ("Это короткое предложение.", "--language ru"),
    ],
)
def test_a_text_in_other_letters_than_its_language_is_refused_before_any_work(person, at_desk, text, flag):
    for planning in ((), ("--plan",)):
        outcome = at_desk("--now", "--script", person.script(text), *FAST, *planning)
        assert_refused(outcome, 2, "its language is 'en'", flag)
    assert person.names() == {"script.md"}


def test_letters_without_a_font_are_refused_before_any_work(person, at_desk):
    script = person.script("𓀀𓂀𓁀𓃀𓄀𓅀𓆀𓇀𓈀 hello.", title="Hi")
    assert_refused(at_desk("--now", "--script", script, *FAST), 3, "9 of the 16 letters", "𓀀")
    assert person.names() == {"script.md"}
    assert not list((person.home / "artifacts").iterdir())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--language", ""), "tag such as en"),
        (("--language", "english"), "tag such as en"),
        (("--language", "xx"), "does not speak 'xx'"),
        (("--voice", "am_michael", "--language", "de"), "--voice espeak does"),
        (("--voice", "espeak:nobody"), "Voices: "),
        (("--take", "0"), "between 1 and"),
        (("--take", "many"), "--take"),
        (("--duration", "nan"), "between 5 and"),
        (("--redo", "speek"), "Steps: "),
        (("--redo", "speak:nobody"), "no scene 'nobody'"),
        (("--redo", ""), "Steps: "),
        (("--music", ""), "auto and none"),
        (("--images", "script.md"), "not a folder"),
        (("--images", "nowhere"), "does not exist"),
        (("--out", "."), "the folder you are in"),
        (("--out", ".."), "the folder you are in"),
        (("--out", "/"), "the folder you are in"),
        (("--out", "x" * 300), "too long"),
        (("--out", "script.md"), "is a file"),
        (("--out", "script.md/video"), "cannot be written"),
        (("--out", "/proc/video"), "cannot be written"),
    ],
)
def test_a_wrong_flag_is_refused_before_any_work(person, at_desk, arguments, said):
    outcome = at_desk("--now", "--script", person.script(), *FAST, *arguments)
    assert_refused(outcome, 2, said)
    assert person.names() == {"script.md"}
    assert person.leftovers() == []


@pytest.mark.parametrize("make", ["corrupt", "text", "bomb", "link", "loop", "cut"])
def test_a_picture_that_is_none_is_named_before_anything_is_spoken(person, at_desk, make):
    place = person.folder / "pictures"
    place.mkdir()
    picture = place / "my jar.jpg"
    match make:
        case "corrupt":
            picture.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8)
        case "text":
            picture.write_text("hello")
        case "bomb":
            picture.write_bytes(png(50_000, 50_000))
        case "link":
            picture.symlink_to("/etc/passwd")
        case "loop":
            picture.symlink_to(picture)
        case "cut":
            from PIL import Image

            Image.effect_noise((400, 400), 80).save(picture)
            picture.write_bytes(picture.read_bytes()[:9000])
    outcome = at_desk("--now", "--script", person.script(), "--images", "pictures", *FAST)
    assert_refused(outcome, 2, "my jar.jpg")
    assert "Speak" not in outcome.err
    assert {name.split("/")[0] for name in person.names()} == {"script.md", "pictures"}


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "nowhere.jpg", "pipe.jpg", "http://host/a.jpg"])
def test_a_picture_line_reads_only_pictures_beside_the_script(person, at_desk, name):
    os.mkfifo(person.folder / "pipe.jpg")
    (person.folder.parent / "secret.jpg").write_bytes(png(8, 8))
    script = person.script(f"![x]({name})\n{TEXT}")
    assert_refused(at_desk("--now", "--script", script, *FAST), 2, name)


@pytest.mark.parametrize("kind", ["text", "empty", "missing"])
def test_music_that_is_none_is_named_before_anything_is_spoken(person, at_desk, kind):
    if kind == "empty":
        write_tone(person.folder / "song.mp3", 0)
    elif kind == "text":
        person.write("song.mp3", "la la la")
    outcome = at_desk("--now", "--script", person.script(), "--music", "song.mp3", *FAST)
    assert_refused(outcome, 2, "song.mp3")
    assert "Speak" not in outcome.err


def test_someone_elses_folder_is_left_alone(person, at_desk):
    person.write("photos/holiday.jpg", b"x")
    before = person.names() | {person.script()}
    assert_refused(at_desk("--now", "--script", "script.md", "--out", "photos/", *FAST), 2, "photos", "--out")
    assert person.names() == before


# ------------------------------------------------------------------------------------------ the plan


def listing(home: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in home.rglob("*") if path.is_file()}


def row_counts(home: Path) -> dict[str, int]:
    connection = sqlite3.connect(home / "automagic.db")
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 - its own names
    connection.close()
    return counts


def test_a_plan_changes_nothing_and_takes_hostile_text_as_text(person, at_desk):
    pictures = person.folder / "pictures"
    pictures.mkdir()
    (pictures / "a.png").write_bytes(png(640, 480))
    write_tone(person.folder / "tone.wav", 1)
    title = "[bold]a[/red] [link=x] {{7*7}} <image href='/etc/passwd'/> &amp; \"../../x\": 🎉"
    script = person.script(TEXT, title=title)
    command = ("--now", "--plan", "--script", script, "--images", "pictures", "--music", "tone.wav", *FAST)
    assert at_desk(*command).code == 0  # makes the empty home
    before = listing(person.home), row_counts(person.home), person.names()
    outcome = at_desk(*command)
    assert outcome.code == 0, outcome.err
    assert "[bold]a[/red] [link=x] {{7*7}}" in " ".join(outcome.out.split())
    document = json.loads(at_desk(*command, "--json").out)
    assert document["steps"]["planned"] > 5
    assert (listing(person.home), row_counts(person.home), person.names()) == before
    assert not list((person.home / "artifacts").iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(f"Scene {n} is short." for n in range(400)),
        "honey " * 5000,
    ],
    ids=["many scenes", "no punctuation"],
)
@pytest.mark.soak
def test_a_large_script_is_planned_in_reasonable_time(person, at_desk, text):
    outcome = at_desk("--now", "--plan", "--json", "--script", person.script(text), *FAST)
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["duration_s"] > 300
    assert json.loads(outcome.out)["timings"]["total"] < 30


# ------------------------------------------------------------------------------------------ settings and secrets


def test_secrets_in_the_settings_file_are_never_shown(person, at_desk):
    person.write(".env", "OPENAI_API_KEY=sk-supersecret\nAUTOMAGIC_TOKEN=hunter2\nLOG_LEVEL=DEBUG\nVIDEO_CRF=999\n")
    wrong = at_desk("--status")
    assert_refused(wrong, 3, "VIDEO_CRF")
    person.write(".env", "OPENAI_API_KEY=sk-supersecret\nAUTOMAGIC_TOKEN=hunter2\nLOG_LEVEL=DEBUG\n")
    planned = at_desk("--now", "--plan", "--json", "--script", person.script(), *FAST)
    assert planned.code == 0, planned.err
    for said in (wrong.err, planned.out, planned.err):
        assert "supersecret" not in said
        assert "hunter2" not in said


@pytest.mark.parametrize("command", [("--now", "--topic", "bees"), ("--status",), ("--status", "--json")])
def test_a_damaged_database_is_explained(person, at_desk, command):
    person.home.mkdir()
    (person.home / "automagic.db").write_bytes(bytes(range(256)) * 40)
    assert_refused(at_desk(*command), 3, "automagic.db")


@pytest.mark.parametrize("place", ["desk/script.md", "/proc/home", "desk/script.md/home"])
def test_a_home_that_cannot_be_is_explained(person, at_desk, place):
    script = person.script()
    person.home = Path(place) if place.startswith("/") else person.folder.parent / place
    assert_refused(at_desk("--now", "--script", script, *FAST), 3, "AUTOMAGIC_HOME")


@pytest.mark.parametrize("name", ["FFMPEG_BINARY", "IMAGEIO_FFMPEG_EXE"])
@pytest.mark.parametrize("program", ["#!/bin/sh\necho no such codec >&2; exit 1", ""])
def test_an_ffmpeg_that_does_not_work_is_explained_before_any_work(person, at_desk, program, name):
    path = person.folder.parent / "ffmpeg"
    if program:
        path.write_text(program + "\n")
        path.chmod(0o755)
    person.environment[name] = str(path)
    person.script()
    outcome = at_desk("--now", "--script", "script.md", "--out", "out", *FAST)
    assert_refused(outcome, 3, name, str(path), "no such codec" if program else "program")
    assert person.names() == {"script.md"}
    assert person.leftovers() == []


# ------------------------------------------------------------------------------------------ what is shown meanwhile


@pytest.mark.parametrize("width", [37, 40, 80, 200])
def test_the_live_picture_fits_the_terminal_and_keeps_the_order_of_the_pipeline(width):
    from rich.console import Console

    from automagic.cli.display import Progress
    from automagic.products import find_product
    from automagic.values.events import StepFinished, StepsPlanned, StepStarted

    progress = Progress(cores=2, labels=find_product("video").labels)
    for event in (
        StepsPlanned("render", 1000),
        StepsPlanned("transition", 0),
        StepsPlanned("speak", 2),
        StepFinished("speak", "[/red]", hit=True, duration_s=0.0),
        StepFinished("speak", "b", hit=True, duration_s=0.0),
        StepStarted("render", "[/red]"),
    ):
        progress.take(event)
    assert progress.remaining_s is None  # nothing is known of rendering
    progress.take(StepFinished("render", "a", hit=False, duration_s=4.0))
    assert progress.remaining_s == pytest.approx(999 * 4.0 / 2)
    console = Console(width=width, force_terminal=True, color_system=None)
    with console.capture() as capture:
        console.print(progress.draw(width))
    lines = capture.get().splitlines()
    assert max(len(line) for line in lines) <= width
    assert [line.split()[1] for line in lines[:-1]] == ["Speak", "Render"]


# ------------------------------------------------------------------------------------------ finished videos


def assert_sound_store(home: Path) -> None:
    """Every stored file is what its name says, but those that were damaged and that no step gives any more."""
    connection = sqlite3.connect(home / "automagic.db")
    given = "SELECT sha256 FROM artifacts EXCEPT SELECT sha256 FROM step_artifacts"
    forsaken = {name for (name,) in connection.execute(given)}
    connection.close()
    paths = [path for path in (home / "artifacts").glob("*/*") if path.name not in forsaken]
    assert len(paths) > 5
    for path in paths:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


@pytest.fixture(scope="module")
def owner(tmp_path_factory) -> Person:
    """Somebody who made a video in a relative home with a strange name."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "desk").mkdir()
    person = Person(folder / "desk", Path("../a höme's 100%"))
    (person.folder / "pics").mkdir()
    (person.folder / "pics" / "framed.png").write_bytes(png(1600, 1200))
    write_tone(person.folder / "a b'c;d,[e]=%05d.wav", 1)
    title = '[b]{{7*7}}[/i] <b>&lt; مرحبا: "../../x" 🎉'
    person.script(f"![x](pics/framed.png)\n{TEXT}\n\nThe last <jar> {{{{x}}}} & [it] was 'sweet': 100%.", title)
    made = person.video("--script", "script.md", "--music", "a b'c;d,[e]=%05d.wav", "--out", "new/o ü'[0:v]%d/")
    person.home = folder / "a höme's 100%"
    assert made.code == 0, made.err
    assert "[b]{{7*7}}[/i]" in made.out
    return person


@pytest.mark.xdist_group("hostile")
class TestFinished:
    """One small video with strange names, and what may happen to it afterwards."""

    command = ("--script", "script.md", "--music", "a b'c;d,[e]=%05d.wav", "--out", "new/o ü'[0:v]%d", "--json")

    def test_strange_names_and_texts_become_a_video_that_passes(self, owner):
        folder = owner.folder / "new" / "o ü'[0:v]%d"
        assert (folder / "video.mp4").stat().st_size > 10_000
        assert json.loads((folder / "quality.json").read_text())["square"]["passed"]
        assert json.loads((folder / "metadata.json").read_text())["title"].startswith("[b]{{7*7}}[/i]")
        assert "{{x}} & [it] was 'sweet': 100%" in (folder / "transcript.txt").read_text()
        assert {path.name for path in (owner.folder / "new").iterdir()} == {folder.name}
        assert_sound_store(owner.home)
        assert owner.leftovers() == []

    def test_the_status_shows_it_as_it_is_called(self, owner):
        shown = owner.run("--status")
        assert shown.code == 0, shown.err
        assert "[b]{{7*7}}[/i]" in shown.out

    @pytest.mark.soak
    def test_damaged_artifacts_are_made_again(self, owner):
        stored = sorted((owner.home / "artifacts").glob("*/*"))
        largest = max(stored, key=lambda path: path.stat().st_size)
        largest.chmod(0o644)
        largest.write_bytes(largest.read_bytes()[:100])  # cut
        flipped = next(path for path in stored if path != largest and path.read_bytes()[:4] == b"RIFF")
        flipped.chmod(0o644)
        flipped.write_bytes(flipped.read_bytes()[:-1] + b"\x55")  # the same size
        again = owner.video(*self.command)
        assert again.code == 0, again.err
        assert json.loads(again.out)["steps"]["miss"] >= 1
        assert_sound_store(owner.home)

    @pytest.mark.usefixtures("small_frames")  # as the program has them that made the video
    def test_a_rejected_result_is_one_json_document_and_exit_code_7(self, owner, monkeypatch, capsys):
        run = command_line()
        monkeypatch.chdir(owner.folder)
        monkeypatch.setenv("AUTOMAGIC_HOME", str(owner.home))
        monkeypatch.setattr("automagic.products.video.expectation.LOUDNESS_LUFS", -30.0)
        code = run(["--now", *self.command[:-2], "strict", "--json", *FAST])
        captured = capsys.readouterr()
        assert code == 7
        document = json.loads(captured.out)
        assert document["folder"] == "strict.rejected"
        assert "loudness" in captured.err.lower()
        assert not (owner.folder / "strict").exists()

    def test_lost_artifacts_are_made_again_and_a_second_run_keeps_out_of_the_folder(self, owner):
        shutil.rmtree(owner.home / "artifacts")
        place = owner.folder / "busy"
        first = owner.start("--now", *self.command[:-2], "busy", "--json", *FAST)
        wait_for(lambda: (owner.folder / ".busy.lock").exists() or first.poll() is not None)
        second = owner.video(*self.command[:-2], "busy")
        out, err = first.communicate(timeout=60)
        assert first.returncode == 0, err
        assert json.loads(out)["steps"]["miss"] > 5
        assert_sound_store(owner.home)
        assert_refused(second, 2, "another run is writing")
        assert (place / "video.mp4").exists()
        assert not (owner.folder / ".busy.lock").exists()

    def test_an_output_that_is_cut_off_is_no_accident(self, owner):
        reader, writer = os.pipe()
        os.close(reader)  # `automagic … | head -1` that has seen enough
        with os.fdopen(writer, "wb") as cut_off:
            process = owner.start("--now", *self.command[:-1], *FAST, stdout=cut_off)
        _, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        assert "Exception ignored" not in err


# ------------------------------------------------------------------------------------------ interruption


def wait_for(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.xdist_group("hostile")
@pytest.mark.parametrize("signals", [(signal.SIGTERM,), (signal.SIGHUP,), (signal.SIGINT, signal.SIGINT)])
def test_a_signal_ends_a_run_cleanly(person, signals):
    person.script(LONGER)
    process = person.start("--now", "--script", "script.md", "--out", "new/out", *FAST)
    wait_for(lambda: any((person.home / "work").glob("*/*.partial")))
    children = psutil.Process(process.pid).children(recursive=True)
    for number in signals:
        process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "run the same command again" in err
    assert "Traceback" not in err
    psutil.wait_procs(children, timeout=5)
    assert alive(children) == []
    assert person.names() == {"script.md"}
    assert person.leftovers() == []
    connection = sqlite3.connect(person.home / "automagic.db")
    assert connection.execute("SELECT state FROM runs").fetchall() == [("cancelled",)]
    connection.close()


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_run_killed_at_any_moment_completes_the_next_time(tmp_path):
    moments = random.Random(7)  # noqa: S311 - chooses moments, not secrets
    for number in range(6):
        person = Person(tmp_path / f"desk{number}", tmp_path / f"home{number}")
        person.folder.mkdir()
        person.script(LONGER)
        command = ("--now", "--script", "script.md", "--out", "out", *FAST)
        process = person.start(*command)
        time.sleep(moments.uniform(1.0, 14.0))  # any moment: there is nothing to wait for
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.kill()
        process.communicate()
        psutil.wait_procs(children, timeout=10)
        assert alive(children) == []
        again = person.run(*command, "--json")
        assert again.code == 0, again.err
        assert json.loads(again.out)["video"] == "out/video.mp4"
        assert_sound_store(person.home)
        assert person.leftovers() == []
        assert person.names() - {"script.md", "out"} == {
            f"out/{path.name}" for path in (person.folder / "out").iterdir()
        }
        connection = sqlite3.connect(person.home / "automagic.db")
        assert ("running",) not in connection.execute("SELECT state FROM runs").fetchall()
        connection.close()


# ------------------------------------------------------------------------------------------ no room


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of 300 kB; skipped where mounting is not allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.xdist_group("hostile")
def test_a_full_disk_is_explained_and_the_run_goes_on_with_room(person, small_disk):
    person.script()
    person.home = small_disk
    full = person.video("--script", "script.md", "--out", "out")
    assert full.code == 5, full.err
    assert "Traceback" not in full.err
    assert "full" in full.err or "No space left" in full.err
    assert person.names() == {"script.md"}
    assert person.leftovers() == []
    subprocess.run(["mount", "-o", "remount,size=3g", str(small_disk)], check=True)
    again = person.video("--script", "script.md", "--out", "out")
    assert again.code == 0, again.err
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert_refused(person.video("--script", "script.md", "--out", "out"), 3, str(small_disk))


@pytest.mark.xdist_group("hostile")
@pytest.mark.soak
def test_a_full_output_disk_keeps_what_was_made(person, small_disk):
    person.script()
    (small_disk / "fill").write_bytes(bytes(280_000))
    full = person.video("--script", "script.md", "--out", str(small_disk / "out"))
    assert_refused(full, 5, "the disk is full", "run the same command again")
    assert {path.name for path in small_disk.iterdir()} == {"fill"}
    elsewhere = person.video("--script", "script.md", "--out", "out", "--json")
    assert elsewhere.code == 0, elsewhere.err
    assert json.loads(elsewhere.out)["steps"]["miss"] == 0, elsewhere.err
