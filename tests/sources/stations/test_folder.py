"""A folder as a station."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from automagic.errors import RequestError, Retryable
from automagic.sources.stations.folder import STATION
from automagic.sources.stations.folder import reader as reader_module
from automagic.sources.stations.folder.reader import FolderReader
from automagic.sources.stations.shared.registry import kinds_of
from automagic.values.station import StationItem


async def read(folder: Path) -> dict[str, StationItem]:
    return {item.remote_id: item async for page in FolderReader(folder).everything() for item in page}


async def test_recordings_are_found_below_the_folder_with_what_lies_beside_them(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    for name in ("2026/a 20260311.MP4", "2026/a 20260311.vtt", "2026/a 20260311.scc", "b.mp3", "c.pdf", "d.txt"):
        (tmp_path / name).write_bytes(b"content")
    found = await read(tmp_path)
    assert sorted(found) == ["2026/a 20260311.MP4", "b.mp3"]
    item = found["2026/a 20260311.MP4"]
    assert (item.title, item.project, item.event_at) == ("a 20260311", "2026", datetime(2026, 3, 11, tzinfo=UTC))
    assert {(place.form, Path(place.url).name) for place in item.captions} == {
        ("vtt", "a 20260311.vtt"),
        ("scc", "a 20260311.scc"),
    }


async def test_hidden_files_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.mp4").write_bytes(b"x")
    (tmp_path / "in" / "link.mp4").symlink_to(tmp_path / "out" / "a.mp4")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    (tmp_path / "in" / ".a.mp4").write_bytes(b"x")
    assert await read(tmp_path / "in") == {}


async def test_captions_are_found_in_any_case_and_language_and_not_behind_links(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.SRT", "a.es.vtt", "a.pt-BR.scc", "a b.srt", "a.final cut.srt", "b.mp4"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.vtt").symlink_to(tmp_path / "a.SRT")
    (tmp_path / "b.srt").mkdir()
    found = await read(tmp_path)
    told = [(Path(place.url).name, place.form, place.language) for place in found["a.mp4"].captions]
    assert told == [("a.SRT", "srt", ""), ("a.es.vtt", "vtt", "es"), ("a.pt-BR.scc", "scc", "pt-BR")]
    assert found["b.mp4"].captions == ()
    again = await FolderReader(tmp_path).find("a.mp4")
    assert again == found["a.mp4"]


async def test_a_name_that_is_no_text_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "line\nbreak — “ü”.mp4").write_bytes(b"x")
    (tmp_path / os.fsdecode(b"\xe9t\xe9.mp4")).write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe.mp4")
    reader = FolderReader(tmp_path)
    assert [item.remote_id async for page in reader.everything() for item in page] == ["line\nbreak — “ü”.mp4"]
    assert reader.left_out == [r"the name of \xe9t\xe9.mp4 is no UTF-8: rename it"]


async def test_a_file_that_goes_away_while_we_look_ends_no_look(tmp_path: Path, monkeypatch) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"x")
    listed = reader_module._list

    def list_and_lose(folder: Path):
        found = list(listed(folder))
        (tmp_path / "a.mp4").unlink()
        return iter(found)

    monkeypatch.setattr(reader_module, "_list", list_and_lose)
    assert list(await read(tmp_path)) == ["b.mp4"]


@pytest.mark.parametrize("name", ["2026-04-31 x.mp4", "20261399.mp4", "120260311.mp4", "x.mp4"])
async def test_what_is_no_date_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (item,) = (await read(tmp_path)).values()
    assert item.event_at is None


async def test_one_recording_is_found_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    reader = FolderReader(tmp_path)
    assert (await reader.find("a.mp4")) is not None
    assert (await reader.find("b.mp4")) is None


async def test_a_folder_that_is_away_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(Retryable, match="is not there"):
        await FolderReader(tmp_path / "away").clock()


async def test_a_name_that_leads_out_of_the_folder_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.mp4").write_bytes(b"x")
    assert (await FolderReader(tmp_path / "in").find("../a.mp4")) is None


def test_an_address_is_one_of_its_own(tmp_path: Path) -> None:
    assert kinds_of(str(tmp_path)) == [STATION]
    for address in (str(tmp_path / "no"), "ftp://station.example", ""):
        with pytest.raises(RequestError, match="no folder here"):
            kinds_of(address)


async def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path) -> None:
    assert await FolderReader(tmp_path).probe() == ""
    assert "GB are free on its disk" in await FolderReader(tmp_path, floor_bytes=1 << 60).probe()
    with pytest.raises(Retryable, match="cannot be read"):
        await FolderReader(tmp_path / "away").probe()


async def test_every_ending_of_a_recording_is_known_and_names_are_one_line(tmp_path: Path) -> None:
    names = ("a.mka", "b.aiff", "c.wma", "d.3gp", "e.vob", "f.oga", "g.m4b", "h.MXF", "i\n\x1b[31m.mp4", "notes.doc")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    found = await read(tmp_path)
    assert sorted(found) == sorted(names[:-1])
    assert found["i\n\x1b[31m.mp4"].title == "i [31m"
    assert StationItem("1", "a\rb", project="c\u2028d").project == "c d"
