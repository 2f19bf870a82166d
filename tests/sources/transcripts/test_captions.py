"""Captions are read as they are shown: their lines stay, and with them what nobody says."""

from __future__ import annotations

from pathlib import Path

import pytest

from automagic.media.captions.scc.writer import SccCue, write_scc
from automagic.sources.transcripts.file import read_captions, read_transcript


def read(tmp_path: Path, name: str, text: str) -> list[tuple[float, float, str]]:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    found = read_captions(file)
    assert found is not None
    return [(round(cue.start_s, 2), round(cue.end_s, 2), cue.text) for cue in found.cues]


SRT = "1\n00:00:01,000 --> 00:00:03,000\n[APPLAUSE]\n<i>Thank</i> you &amp; all.\n\n"
OVER = "2\n00:00:02,000 --> 00:00:04,000\nOver\n"
FIRST = (1, 3, "[APPLAUSE]\nThank you & all.")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.srt", SRT, [FIRST]),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>So it is\n", [(1, 2, "ANN: So it is")]),
        ("a.srt", "1\n00:00:05,000 --> 00:00:04,000\nBack\n", [(5, 4, "Back")]),
        (
            "a.srt",
            f"{SRT}2\n00:00:02,000 --> 00:00:04,000\nOver\n",
            [(1, 3, "[APPLAUSE]\nThank you & all."), (2, 4, "Over")],
        ),
        ("a.json", '{"segments": [{"start": 1, "end": 2, "text": "Bees dance."}]}', [(1, 2, "Bees dance.")]),
    ],
)
def test_lines_stay_as_they_are(tmp_path, name, text, expected) -> None:
    assert read(tmp_path, name, text) == expected


def test_words_with_times_are_no_captions(tmp_path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"words": [{"word": "Bees", "start": 1, "end": 2}, {"word": "dance", "start": 2, "end": 3}]}')
    assert read_captions(file) is None


def test_scc_is_read_for_its_captions_and_for_its_words(tmp_path) -> None:
    written = write_scc([SccCue(1.0, 3.0, (">> CHAIR: Bees", "dance.")), SccCue(4.0, 6.0, ("[MUSIC]", "Why?"))]).text
    assert [text for *_, text in read(tmp_path, "a.scc", written)] == [">> CHAIR: Bees\ndance.", "[MUSIC]\nWhy?"]
    assert [word.text for word in read_transcript(tmp_path / "a.scc").words] == ["Bees", "dance.", "Why?"]


def test_lines_of_scc_that_cannot_be_read_are_told(tmp_path) -> None:
    written = write_scc([SccCue(1.0, 3.0, ("Bees",))]).text + "\n\n00:00:09;31\t9420 9420\n\n00:00:10;00\tzzzz\n"
    (tmp_path / "a.scc").write_text(written)
    found = read_captions(tmp_path / "a.scc")
    assert found is not None
    (told,) = found.notices
    assert "00:00:09;31" in told
    assert "zzzz" in told
