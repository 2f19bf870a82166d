"""A large file is hashed once, and again as soon as it may have changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from automagic.errors import RequestError
from automagic.store import digests
from automagic.store.artifacts import ArtifactStore
from automagic.values.artifact import Artifact


class Reader:
    """Counts how often a file is read."""

    def __init__(self, store: ArtifactStore) -> None:
        self.store = store
        self.times = 0

    def __call__(self, path: Path) -> Artifact:
        self.times += 1
        return self.store.snapshot(path, "video/mp4", 1 << 20, run_id=None)


@pytest.fixture
def read(store: ArtifactStore) -> Reader:
    return Reader(store)


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as settled at once."""
    monkeypatch.setattr(digests, "SETTLED_NS", 0)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"one")
    return path


def identify(path: Path, home: Path, read: Reader) -> Artifact:
    return digests.identify(path, memory=home, read=read, media_type="video/mp4")


@pytest.mark.usefixtures("long_ago")
def test_a_file_that_stays_as_it_is_is_read_once(film: Path, home: Path, read: Reader) -> None:
    first = identify(film, home, read)
    assert identify(film, home, read) == first == Artifact(first.sha256, "video/mp4", 3)
    assert read.times == 1


@pytest.mark.usefixtures("long_ago")
def test_other_content_of_the_same_size_and_time_is_noticed(film: Path, home: Path, read: Reader) -> None:
    first = identify(film, home, read)
    status = film.stat()
    film.write_bytes(b"two")
    os.utime(film, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert identify(film, home, read) != first


@pytest.mark.usefixtures("long_ago")
def test_another_file_in_its_place_is_noticed(film: Path, home: Path, read: Reader) -> None:
    first = identify(film, home, read)
    other = film.with_name("other.mp4")
    other.write_bytes(b"two")
    os.utime(other, ns=(film.stat().st_atime_ns, film.stat().st_mtime_ns))
    other.replace(film)
    assert identify(film, home, read) != first


def test_what_was_changed_just_now_is_not_remembered(film: Path, home: Path, read: Reader) -> None:
    """A second change could bear the same time."""
    identify(film, home, read)
    identify(film, home, read)
    assert read.times == 2
    assert not (home / digests.FILE_NAME).exists()


def test_a_file_that_is_being_written_is_refused(film: Path, home: Path, store: ArtifactStore) -> None:
    def read_and_grow(path: Path) -> Artifact:
        found = store.snapshot(path, "video/mp4", 1 << 20, run_id=None)
        path.write_bytes(b"one and more")
        return found

    with pytest.raises(RequestError, match="was changed while it was read"):
        digests.identify(film, memory=home, read=read_and_grow, media_type="video/mp4")


@pytest.mark.usefixtures("long_ago")
@pytest.mark.parametrize("damage", [b"", b"{", b'{"a": 1}', b"\xff"])
def test_a_damaged_memory_only_costs_a_hash(film: Path, home: Path, read: Reader, damage: bytes) -> None:
    first = identify(film, home, read)
    (home / digests.FILE_NAME).write_bytes(damage)
    assert identify(film, home, read) == first
    assert identify(film, home, read) == first
    assert read.times == 2


@pytest.mark.usefixtures("long_ago")
def test_the_memory_is_bounded(tmp_path: Path, home: Path, read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "MOST_FILES", 2)
    films = [tmp_path / f"{number}.mp4" for number in range(3)]
    for path in films:
        path.write_bytes(path.name.encode())
        identify(path, home, read)
    identify(films[2], home, read)
    assert read.times == 3
    identify(films[0], home, read)
    assert read.times == 4


@pytest.mark.usefixtures("long_ago")
def test_many_files_are_hashed_once_and_again_when_they_change(film: Path, home: Path, read: Reader) -> None:
    other = film.with_name("other.mp4")
    other.write_bytes(b"two")
    first = digests.hash_files([film, other], memory=home)
    assert first == {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (film, other)}
    assert identify(film, home, read).sha256 == first[film]
    assert read.times == 0
    other.write_bytes(b"six")
    again = digests.hash_files([film, other], memory=home)
    assert again == {film: first[film], other: hashlib.sha256(b"six").hexdigest()}


def test_many_files_that_were_just_written_are_not_remembered(film: Path, home: Path) -> None:
    digests.hash_files([film], memory=home)
    assert not (home / digests.FILE_NAME).exists()
