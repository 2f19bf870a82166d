"""Files that change while a process works: read anew, or refused with what was in force left as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from automagic.errors import ConfigurationError
from automagic.monitor.reload import Reloader, Watched


class Reader:
    """What stands in a file, as far as it is right."""

    def __init__(self, *paths: Path) -> None:
        self.paths = paths
        self.read_times = 0
        self.value = ""
        self.told: list[str] = []
        self.warned: list[str] = []
        self.reloader = Reloader((Watched("rules", paths, self.read),), self.told.append, self.warned.append)

    def read(self) -> list[str]:
        self.read_times += 1
        text = self.paths[0].read_text() if self.paths[0].exists() else "nothing"
        if text == "wrong":
            raise ConfigurationError("line 1 is wrong")
        before, self.value = self.value, text
        return [f"it is {text}"] if text != before else []

    def look(self) -> str:
        self.told.clear()
        self.warned.clear()
        self.reloader.look()
        return "; ".join(self.told)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text("one")
    return path


def test_a_change_is_read_and_told_once(file):
    reader = Reader(file)
    assert reader.look() == ""
    file.write_text("two, longer")
    assert reader.look() == "rules.toml changed, so the rules were read again: it is two, longer"
    assert reader.look() == ""
    assert reader.read_times == 1


def test_a_wrong_file_is_refused_and_what_was_in_force_stays(file):
    reader = Reader(file)
    file.write_text("two")
    reader.look()
    file.write_text("wrong")
    assert reader.look() == ""
    assert reader.warned == ["rules.toml changed but cannot be used, so the rules stay as they were: line 1 is wrong"]
    assert reader.value == "two"
    assert reader.look() == ""
    assert reader.warned == []  # it is not told again and again
    file.write_text("three")
    assert "it is three" in reader.look()


def test_a_file_that_is_only_touched_or_replaced_by_the_same_is_not_read(file):
    reader = Reader(file)
    os.utime(file, (1, 1))
    assert reader.look() == ""
    beside = file.with_name("beside")
    beside.write_text("one")
    beside.replace(file)
    assert reader.look() == ""
    assert reader.read_times == 0


def test_a_change_of_the_same_length_at_the_same_moment_is_seen_by_its_new_file(file):
    reader = Reader(file)
    times = (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    beside = file.with_name("beside")  # as editors write
    beside.write_text("two")
    os.utime(beside, ns=times)
    beside.replace(file)
    assert "it is two" in reader.look()


def test_a_file_that_comes_or_goes_is_a_change(tmp_path, file):
    reader = Reader(tmp_path / "later.toml", file)
    (tmp_path / "later.toml").write_text("four")
    assert reader.look().startswith("later.toml changed")
    (tmp_path / "later.toml").unlink()
    assert "it is nothing" in reader.look()


def test_a_file_that_may_not_be_read_counts_as_gone_and_nothing_ends(tmp_path, file):
    reader = Reader(file)
    file.unlink()
    file.mkdir()
    reader.paths = (tmp_path / "none",)
    assert "it is nothing" in reader.look()
