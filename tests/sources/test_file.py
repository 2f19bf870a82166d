"""What is read from a file that a person names, and what is said of one that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import automagic
from automagic.errors import RequestError
from automagic.language.text.sentences import split_sentences
from automagic.sources.file import read_file, read_text

SAMPLES = sorted((Path(automagic.__file__).parent / "data" / "samples").glob("*.md"))


def test_file_is_known_by_its_name_only(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text("The harbour opens at dawn.")
    link = tmp_path / "link.txt"
    link.symlink_to(path)
    assert read_file(path).location == "harbour.txt"
    assert read_file(link).paragraphs == ("The harbour opens at dawn.",)


def test_missing_file_suggests_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "Harbour.md").write_text("x")
    (tmp_path / "other.md").write_text("x")
    with pytest.raises(RequestError, match=r"no file harbor\.md") as caught:
        read_file(tmp_path / "harbor.md")
    assert caught.value.hint == "Did you mean Harbour.md?"
    assert str(tmp_path) not in caught.value.message


def test_folder_is_refused_and_a_text_in_it_suggested(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x")
    with pytest.raises(RequestError, match="is a folder") as caught:
        read_file(tmp_path)
    assert "a.md" in caught.value.hint


def test_pipe_without_a_writer_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(RequestError, match="is a pipe"):
        read_file(tmp_path / "pipe.md")


def test_endless_device_is_refused() -> None:
    with pytest.raises(RequestError, match="is a device"):
        read_text(Path("/dev/zero"))


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("b.md")
    (tmp_path / "b.md").symlink_to("a.md")
    (tmp_path / "gone.md").symlink_to("nowhere.md")
    with pytest.raises(RequestError, match="leads back to itself"):
        read_file(tmp_path / "a.md")
    with pytest.raises(RequestError, match=r"gone\.md is a symbolic link to a file that does not exist"):
        read_file(tmp_path / "gone.md")


@pytest.mark.parametrize(
    ("name", "what"),
    [("no/such/folder.md", "folder does not exist"), ("a.md/b.md", "a part of its path"), ("x" * 300, "not the name")],
)
def test_impossible_path_is_told(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "a.md").write_text("x")
    with pytest.raises(RequestError, match=what):
        read_file(tmp_path / name)


def test_nul_in_a_path_is_told() -> None:
    with pytest.raises(RequestError, match="not the name of a file"):
        read_file(Path("a\x00b"))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "closed.md"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(RequestError, match="permission denied"):
        read_file(path)


def test_file_too_large_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse: reading it would take for ever
    with pytest.raises(RequestError, match="larger than 10 MB"):
        read_file(path)
    with pytest.raises(RequestError, match="larger than 1 MB"):
        read_text(path)


def test_script_text_is_given_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "script.md"
    path.write_bytes(b"\xef\xbb\xbf# Title\r\n\r\n- a  b\r\n")
    assert read_text(path) == "# Title\n\n- a  b\n"


def test_odd_file_name_is_made_printable(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\x1b[31m\xff.txt"))
    path.write_text("Words stand here.")
    location = read_file(path).location
    assert location.isprintable()
    assert location.encode()


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sample_is_free_to_use_and_made_of_sentences_that_can_be_said(path: Path) -> None:
    document = read_file(path)
    assert document.title
    assert (document.author, document.licence, document.language) == ("AutoMagic project", "CC0-1.0", "en")
    sentences = [sentence for paragraph in document.paragraphs for sentence in split_sentences(paragraph, "en")]
    assert 15 <= len(sentences) <= 60
    assert max(len(sentence.split()) for sentence in sentences) <= 30


def test_samples_ship() -> None:
    assert [path.stem for path in SAMPLES] == [
        "blue-sky", "bread", "city-trees", "ice", "leap-years", "longitude", "moon", "onions", "panama-canal",
        "rainbows", "thunder", "tides",
    ]  # fmt: skip
