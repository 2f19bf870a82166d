"""Clips with vendors through the real command line: a vendor hears, a vendor ranks; what is bought, and what is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.media.paused_speech import speech, write_sound
from tests.support.media.stock_clips import run_ffmpeg
from tests.support.processes.vendor_shell import KEY, Shell, World

pytest.importorskip("faster_whisper")
pytestmark = pytest.mark.xdist_group("clips")

SAID = (
    "Why does bread rise? Yeast eats sugar and makes gas. In 1857 Pasteur showed that it lives. "
    "How do ships climb a hill? Water lifts them in 9 locks. Nothing but gravity does the work."
)
LENGTH_S = 24.0
FLAGS = ("--min", "3", "--max", "9", "--max-clips", "1", "--platform", "square", "--no-credentials", "--out", "out")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def shell(tmp_path: Path, world: World) -> Iterator[Shell]:
    """A talk made of noise, silent where the sentences end that the vendor's test server will hear in it."""
    each_s = (LENGTH_S - 0.2) / len(SAID.split())  # as that server spreads its words
    ends = [0.1 + number * each_s for number, word in enumerate(SAID.split(), start=1) if word[-1] in ".?"]
    write_sound(tmp_path / "talk.wav", speech(LENGTH_S, [(end_s - 0.3, end_s + 0.1) for end_s in ends]))
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration={LENGTH_S}")
    run_ffmpeg(tmp_path, *picture, "-i", "talk.wav", "-preset", "ultrafast", "-c:a", "aac", "-shortest", "talk.mp4")
    with world.open(tmp_path) as shell:
        shell.environment["VIDEO_PRESET"] = "ultrafast"
        yield shell


@pytest.mark.soak
def test_a_vendor_hears_and_ranks_within_the_limit_and_is_paid_once(shell: Shell, world: World) -> None:
    command = ("clips", "talk.mp4", *FLAGS, "--json", "--transcriber", "openai", "--ranker", "anthropic")
    planned = shell.run(*command, "--plan").json
    assert world.calls == 0
    prices = {one["name"]: (one["vendor"], one["price_usd"]) for one in planned["plan"] if one["price_usd"]}
    assert prices["transcribe-online"] == ("openai", pytest.approx(LENGTH_S / 60 * 0.006, rel=0.05))
    assert prices["rerank"][0] == "anthropic"
    assert prices["rerank"][1] > 0
    assert "openai" in shell.run(*[flag for flag in command if flag != "--json"], "--plan").stdout

    by_settings = shell.run("clips", "talk.mp4", "--plan", "--json", TRANSCRIBER="openai,whisper", RANKER="gemini").json
    assert {one["vendor"] for one in by_settings["plan"]} == {"", "openai", "gemini"}
    assert {one["vendor"] for one in shell.run("clips", "talk.mp4", "--plan", "--json").json["plan"]} == {""}

    stopped = shell.run(*command, "--max-cost", "0.001", code=6)
    assert "--max-cost" in stopped.stderr
    assert world.bill == {}

    world.openai.hear(SAID)
    made = shell.run(*command).json
    assert world.bill == {"transcription": 1, "chat": 1}
    (heard,) = world.openai.calls
    assert b"fLaC" in heard.body
    assert len(heard.body) < LENGTH_S * 32_000, "packed"
    assert made["cost_usd"] == pytest.approx(prices["transcribe-online"][1], abs=prices["rerank"][1])
    listed = json.loads((shell.folder / "out" / "clips.json").read_text())
    assert listed["scorer"].startswith("features, reranked by anthropic claude")
    assert all(entry["text"].split()[0] in SAID for entry in listed["clips"])
    (first, *_) = sorted((shell.folder / "out").glob("1-*"))
    credits = {one["part"]: one for one in json.loads((first / "credits.json").read_text())}
    assert (credits["captions"]["name"], credits["captions"]["origin"]) == ("openai whisper-1", "openai")
    spend = shell.run("spend", "--json").json
    assert {line["name"]: line["calls"] for line in spend["vendor"]} == {"openai": 1, "anthropic": 1}
    assert shell.files_with(KEY) == []

    calls = world.calls
    again = shell.run(*command).json
    assert world.calls == calls
    assert (again["cost_usd"], again["steps"]["miss"]) == (0, 0)


def test_a_model_that_gives_no_prices_and_a_missing_key_stop_before_any_work(shell: Shell, world: World) -> None:
    command = ("clips", "talk.mp4", *FLAGS)
    refused = shell.run(*command, "--transcriber", "openai", code=3, OPENAI_TRANSCRIPTION_MODEL="whisper-9")
    assert "whisper-9" in refused.stderr
    assert "GEMINI_API_KEY" in shell.run(*command, "--ranker", "gemini", code=3, GEMINI_API_KEY="").stderr
    assert "no ranker 'magic'" in shell.run(*command, "--ranker", "magic", code=2).stderr
    assert world.calls == 0
    assert not (shell.folder / "out").exists()
