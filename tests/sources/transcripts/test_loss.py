"""No word of a carelessly written subtitle file goes without a word: it is read, or its line is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from automagic.errors import RequestError
from automagic.sources.transcripts.file import read_transcript
from tests.support.texts.dirty_subtitles import Dirty, dirty_files, make


def bare(text: str) -> str:
    return re.sub(r"^[\W_]+|[\W_]+$", "", text.lower())


def check(dirty: Dirty, folder: Path) -> None:
    """Every word is read or its line is named; no name and no sound is read; the order stays."""
    path = folder / f"a.{dirty.kind}"
    path.write_bytes(dirty.text.encode())
    try:
        found = read_transcript(path)
    except RequestError as error:
        said, told = [], error.message
    else:
        said, told = [part for word in found.words for part in word.text.lower().split()], " ".join(found.notices)
    heard = {part for word in said for part in (bare(word), *re.split(r"\W+", word))}
    lost = [word for word, line in dirty.words if word not in heard and not re.search(rf"\bline {line}\b", told)]
    assert lost == []
    assert dirty.unsaid & heard == set()
    if dirty.in_order:
        known = {word for word, _ in dirty.words}
        firsts = list(dict.fromkeys(word for word in map(bare, said) if word in known))
        assert firsts == [word for word, _ in dirty.words if word in set(firsts)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dirty")


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(dirty_files())
def test_no_word_is_lost_in_silence(folder: Path, dirty: Dirty) -> None:
    check(dirty, folder)


@pytest.mark.soak
@settings(max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
@given(dirty_files())
def test_no_word_of_2000_files_is_lost_in_silence(folder: Path, dirty: Dirty) -> None:
    check(dirty, folder)


def test_the_made_files_hold_what_they_are_said_to_hold(folder: Path) -> None:
    dirty = make("srt", [("two rows", "float", "usual"), ("label", "usual", "usual")], "none")
    assert [line for _, line in dirty.words] == [3, 3, 4, 4, 8, 8, 8, 8]
    assert dirty.text.split("\n")[1] == "00:00:01,000.0999999 --> 00:00:03,500.9999995"
    check(dirty, folder)


def test_a_file_of_songs_alone_is_refused_with_their_lines(folder: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:03,500\n[music]\n\n2\n00:00:04,000 --> 00:00:06,500\n♪ Row, row, row ♪\n"
    check(Dirty("srt", text, [(word, 7) for word in ("row,", "row")], frozenset({"music"}), in_order=True), folder)
    with pytest.raises(RequestError, match=r"it has no words that somebody says; a song was left out: line 7"):
        read_transcript(folder / "a.srt")


def test_each_row_of_a_song_is_named(folder: Path) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:03,500\nBees dance.\n\n2\n00:00:04,000 --> 00:00:06,500\n♪ Row\nboat\n\n10\nstream\n"
    )
    words = [("bees", 3), ("dance", 3), ("row", 7), ("boat", 8), ("stream", 11)]
    check(Dirty("srt", text, words, frozenset(), in_order=True), folder)
