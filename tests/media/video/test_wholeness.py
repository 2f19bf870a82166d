"""Media files that are all there, and those that are not."""

from __future__ import annotations

import pytest

from automagic.errors import MediaError
from automagic.media.video.wholeness import check_whole
from tests.support.media.small_films import film_bytes, write_film


@pytest.mark.parametrize("form", ["mp4", "matroska", "mpegts"])
def test_a_whole_file_says_how_long_it_is(tmp_path, form):
    film = tmp_path / "film"
    film.write_bytes(film_bytes(30, form=form))
    assert check_whole(film, "Council") == pytest.approx(30, abs=0.5)


def test_so_does_one_without_sound_and_one_of_a_second(tmp_path):
    assert check_whole(write_film(tmp_path / "a.mp4", 1), "Council") == pytest.approx(1, abs=0.2)
    assert check_whole(write_film(tmp_path / "b.mp4", 12, sound=False), "Council") == pytest.approx(12, abs=0.2)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Council is not a recording that can be read"),
        (b"<html>no film</html>", "Council is not a recording"),
        (film_bytes(30, form="matroska")[:-400_000], "the end of Council cannot be decoded"),
    ],
    ids=["empty", "page", "cut"],
)
def test_what_is_not_whole_is_named(tmp_path, content, told):
    film = tmp_path / "film.mkv"
    film.write_bytes(content)
    with pytest.raises(MediaError, match=told):
        check_whole(film, "Council")


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_a_cut_mp4_is_named(tmp_path, share):
    film = write_film(tmp_path / "film.mp4", 30)
    content = film.read_bytes()
    film.write_bytes(content[: round(len(content) * share)])
    with pytest.raises(MediaError, match="Council"):
        check_whole(film, "Council")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MediaError, match="Council does not exist"):
        check_whole(tmp_path / "film.mp4", "Council")
