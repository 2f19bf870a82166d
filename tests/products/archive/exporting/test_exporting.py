"""What is here of a source becomes a bag whose manifests are right, though no film is read again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from automagic.store.catalogue import item_id
from tests.support.homes.heard_recordings import note_heard, note_media, say


@pytest.fixture
def answer(automagic):
    """What `automagic archive … --json` prints."""

    def run(*arguments, code=0):
        return json.loads(automagic("archive", *map(str, arguments), "--json", code=code)[0])

    return run


@pytest.fixture
def meetings(answer, place, tmp_path) -> Path:
    """Three recordings, of which two are here."""
    folder = tmp_path / "meetings"
    folder.mkdir()
    for name in ("one.mp4", "two 100% – Rat.mp4", "three.mp4"):
        (folder / name).write_bytes(name.encode() * 1000)
    answer("add", "council", folder)
    answer("sync", "council", "--no-media")
    for name in ("one.mp4", "two 100% – Rat.mp4"):
        note_media(place.home, item_id("council", name, 1), folder / name)
    note_heard(place.home, item_id("council", "one.mp4", 1), say("The motion carries."))
    return folder


def check_bag(bag: Path) -> dict[str, str]:
    """Every line of its manifests holds, and there is no other file; gives its payload's hashes."""
    found = {}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for line in (bag / manifest).read_text("utf-8").splitlines():
            digest, path = line.split("  ", 1)
            assert hashlib.sha256((bag / path).read_bytes()).hexdigest() == digest
            found[path] = digest
    files = {str(path.relative_to(bag)) for path in bag.rglob("*") if path.is_file()}
    assert files == {*found, "tagmanifest-sha256.txt"}
    payload = {path: digest for path, digest in found.items() if path.startswith("data/")}
    size = sum((bag / path).stat().st_size for path in payload)
    assert f"Payload-Oxum: {size}.{len(payload)}\n" in (bag / "bag-info.txt").read_text("utf-8")
    assert (bag / "bagit.txt").read_text("utf-8").startswith("BagIt-Version: 1.0\n")
    return payload


@pytest.mark.parametrize("copies", [False, True])
def test_a_bag_holds_what_is_here(answer, meetings, tmp_path, copies) -> None:
    told = answer("export", "council", "--bagit", "--out", tmp_path / "bag", *(["--copies"] if copies else []))
    assert (told["recordings"], told["files"], told["linked"]) == (2, 5, 0 if copies else 2)
    payload = check_bag(tmp_path / "bag")
    name = item_id("council", "one.mp4", 1)
    film = tmp_path / f"bag/data/{name}/one.mp4"
    assert film.samefile(meetings / "one.mp4") is not copies
    assert json.loads((film.parent / "metadata.json").read_text())["listed"]["title"] == "one"
    assert json.loads((film.parent / "transcript.json").read_text())["words"][0]["text"] == "The"
    assert any(path.endswith("/two 100- - Rat.mp4") for path in payload)


@pytest.mark.parametrize(
    ("change", "copies", "says"),
    [
        (lambda film: film.write_bytes(b"shorter"), False, "length is another"),
        (lambda film: film.write_bytes(b"x" * 7000), True, "content is another"),
        (lambda film: film.unlink(), False, "not there any more"),
    ],
)
def test_a_film_that_is_not_as_it_came_is_left_out_and_told(answer, meetings, tmp_path, change, copies, says) -> None:
    change(meetings / "one.mp4")
    flags = ["--copies"] if copies else []
    told = answer("export", "council", "--bagit", "--out", tmp_path / "bag", *flags, code=7)
    assert says in told["error"]["message"]
    assert told["recordings"] == 1
    check_bag(tmp_path / "bag")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("council", "--out", "bag"), "which form"),
        (("nobody", "--bagit", "--out", "bag"), "no source nobody"),
        (("council", "--bagit", "--out", "meetings"), "is there already"),
    ],
)
def test_what_cannot_be_done_is_said(answer, meetings, tmp_path, monkeypatch, arguments, says) -> None:
    arguments = tuple(str(meetings) if one == "meetings" else one for one in arguments)
    assert says in answer("export", *arguments, code=2)["error"]["message"]
    assert len(list(meetings.iterdir())) == 3
