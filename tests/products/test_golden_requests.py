"""What people, batch files and queued jobs rely on, as it stands in tests/golden: flags, columns, job documents.

`python tests/products/test_golden_requests.py` writes the help texts and the columns anew, for when they are meant to
change. A job document must never change: a job that an older version has queued is made by a newer one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from automagic import ClipsRequest, VideoRequest
from automagic.jobs.kinds import find_kind
from tests.support.media.stock_clips import write_dot
from tests.support.places import GOLDEN
from tests.support.processes.help_texts import read_help

HELP = {
    "root": (),
    "clips": ("clips",),
    "jobs-add": ("jobs", "add"),
    "jobs-add-video": ("jobs", "add", "video"),
    "jobs-add-clips": ("jobs", "add", "clips"),
    "posts": ("posts",),
    "posts-learn": ("posts", "learn"),
    "posts-profile": ("posts", "profile"),
    "posts-check": ("posts", "check"),
    "posts-forget": ("posts", "forget"),
}

VIDEO = {
    "script": "s.md", "platform": "shorts, square", "duration": "30", "voice": "espeak", "theme": "mine",
    "music": "song.mp3", "images": "pictures", "language": "en", "take": "2", "redo": "speak:one join",
    "writer": "extract", "illustrator": "cards", "narrator": "espeak", "max_cost": "0.50", "publish": "folder:/tmp/x",
    "privacy": "public", "publish_at": "2027-01-31T18:00+01:00", "made_for_kids": "true", "synthetic": "false",
    "draft": "true", "credentials": "false",
}  # fmt: skip
"""Every column of a batch file that goes together."""

CLIPS = {
    "recording": ["talk.mp4"], "platform": "shorts, square", "max_clips": "3", "min": "10", "max": "20.5",
    "query": "rivers", "transcript": "talk.srt", "language": "en", "layout": "fit", "tighten": "true",
    "plan_file": "plan.json", "theme": "mine", "redo": "choose", "credentials": "false", "ranker": "features",
    "transcriber": "whisper", "max_cost": "0.50", "publish": "folder:/tmp/x", "privacy": "unlisted",
    "made_for_kids": "true", "synthetic": "true",
}  # fmt: skip


POSTS = {"source": ["posts.jsonl"], "author": "jane", "consent": "true"}


@pytest.mark.parametrize("name", HELP)
def test_the_help_says_what_it_said(name):
    assert read_help(*HELP[name]) == (GOLDEN / f"help-{name}.txt").read_text()


def test_the_columns_of_a_batch_file_are_those_there_were():
    assert list_columns() == json.loads((GOLDEN / "columns.json").read_text())


@pytest.mark.parametrize(("kind", "values"), [("video", VIDEO), ("clips", CLIPS), ("posts learn", POSTS)])
def test_a_line_of_a_batch_file_becomes_the_document_that_it_became(kind, values, tmp_path):
    write_material(tmp_path)
    asked = find_kind(kind).read(values, folder=tmp_path)
    assert pack(kind, asked, tmp_path) == json.loads((GOLDEN / f"job-{kind.replace(' ', '-')}.json").read_text())


@pytest.mark.parametrize(
    ("kind", "request_"),
    [("video", VideoRequest(topic="Tides")), ("clips", ClipsRequest("talk.mp4"))],
)
def test_a_request_with_nothing_but_its_subject_becomes_the_document_that_it_became(
    kind, request_, tmp_path, monkeypatch
):
    write_material(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert pack(kind, request_, tmp_path) == json.loads((GOLDEN / f"job-{kind}-bare.json").read_text())


def list_columns() -> dict[str, list[str]]:
    return {kind: sorted(find_kind(kind).options) for kind in ("video", "clips", "posts learn")}


def write_material(folder: Path) -> None:
    """The files that the two lines name."""
    write_dot(folder / "talk.mp4", length_s=2.0)
    (folder / "talk.srt").write_text("1\n00:00:00,100 --> 00:00:01,900\nWhy do rivers bend?\n")
    (folder / "plan.json").write_text("{}")
    (folder / "posts.jsonl").write_text('{"text": "Rain again."}')
    (folder / "s.md").write_text("# One\n\n![a](own.png)\n\nA thought.\n")
    (folder / "song.mp3").write_bytes(b"music")
    for name, picture in (("pictures", "a.png"), ("mine", "theme.toml")):
        (folder / name).mkdir()
        (folder / name / picture).write_bytes(b"")


def pack(kind: str, request: Any, folder: Path) -> dict[str, Any]:
    """What stands in a job's document, with the title; as the queue keeps it, wherever the files lie."""
    title, data, files, _ = find_kind(kind).pack(request)
    text = json.dumps({"title": title, "request": data, "files": sorted(files)}).replace(str(folder), "FOLDER")
    document: dict[str, Any] = json.loads(text)
    return document


if __name__ == "__main__":
    for name, command in HELP.items():
        (GOLDEN / f"help-{name}.txt").write_text(read_help(*command))
    (GOLDEN / "columns.json").write_text(json.dumps(list_columns(), indent=2) + "\n")
