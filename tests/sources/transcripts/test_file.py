"""Transcripts that others made: every common form gives words in order, and what is wrong is named with its line."""

from __future__ import annotations

import contextlib
import itertools
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from automagic.errors import RequestError
from automagic.sources.transcripts.file import read_transcript
from automagic.sources.transcripts.size import MAX_BYTES
from automagic.values.transcript import Transcript
from automagic.values.words import Word

SRT = """1
00:00:01,000 --> 00:00:03,000
Bees <i>dance</i> &amp; hum.

2
00:00:04,500 --> 00:00:06,000 X1:100 X2:200
{\\an8}Why do they?
- Nobody knows.
"""


def read(folder: Path, text: str | bytes, name: str = "a.srt") -> Transcript:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_transcript(path)
    assert_ordered(found)
    return found


def assert_ordered(found: Transcript) -> None:
    assert found.words
    assert all(word.text == word.text.strip() != "" for word in found.words)
    assert all(0 <= word.start_s < word.end_s for word in found.words)
    assert all(left.end_s <= right.start_s for left, right in itertools.pairwise(found.words))
    assert len(found.speakers) in (0, len(found.words))


def text_of(found: Transcript) -> str:
    return " ".join(word.text for word in found.words)


def refuse(folder: Path, text: str | bytes, name: str = "a.srt") -> str:
    with pytest.raises(RequestError) as caught:
        read(folder, text, name)
    assert name in caught.value.message
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_subtitles_are_read_without_their_markup(tmp_path: Path, encoding: str) -> None:
    text = SRT.replace("hum", "hüm" if encoding != "cp1252" else "hüm, très à l’aise, où ça, été, forêt")
    found = read(tmp_path, text.replace("\n", "\r\n").encode(encoding))
    assert text_of(found).startswith("Bees dance & hüm")
    assert text_of(found).endswith("Why do they? Nobody knows.")
    assert found.times == "spread"
    assert found.transcriber == "a.srt"
    assert not found.speakers


def test_words_share_their_cue_by_length(tmp_path: Path) -> None:
    words = read(tmp_path, SRT).words
    assert words[0].start_s == 1.0
    assert words[2].end_s == 3.0
    assert words[3] == Word("Why", 4.5, words[4].start_s)
    assert words[-1].end_s == 6.0
    lengths = [word.end_s - word.start_s for word in words[3:]]
    assert lengths[2] > lengths[1]  # "they?" is longer than "do"


def test_webvtt_gives_inline_times_and_voices(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """WEBVTT - a talk
Kind: captions

STYLE
::cue { color: red }

NOTE a note
that says 00:00 nothing

intro
00:01.000 --> 00:04.000 align:start position:0%
<v Anna Lee>So <00:01.400><c.loud>bees</c> <00:02.000>dance.</v>

00:05.000 --> 00:06.000
<v.first Tom>Really?
""",
        "a.vtt",
    )
    assert found.words[:3] == (Word("So", 1.0, 1.4), Word("bees", 1.4, 2.0), Word("dance.", 2.0, 4.0))
    assert found.times == "stated"
    assert found.speakers == ("Anna Lee", "Anna Lee", "Anna Lee", "Tom")


def test_rolling_captions_are_read_once(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """WEBVTT

00:00:00.000 --> 00:00:02.000
hello<00:00:00.500><c> my</c><00:00:01.000><c> friends</c>

00:00:02.000 --> 00:00:02.010
hello my friends

00:00:02.010 --> 00:00:04.000
hello my friends
and<00:00:02.600><c> bees</c>

00:00:04.000 --> 00:00:06.000
and bees
and flowers

00:00:30.000 --> 00:00:31.000
and flowers
""",
        "a.vtt",
    )
    assert text_of(found) == "hello my friends and bees and flowers and flowers"


def test_speakers_and_sounds_of_subtitles_are_no_words(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "1\n00:00:01,000 --> 00:00:03,000\nANNA: [laughs] Well, yes.\n(door slams)\n\n"
        "2\n00:00:03,000 --> 00:00:05,000\n♪ la la la ♪\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\n>> Speaker 2: Bees (not wasps) do.\n",
    )
    assert text_of(found) == "Well, yes. Bees (not wasps) do."
    assert found.speakers == ("ANNA", "ANNA", "Speaker 2", "Speaker 2", "Speaker 2", "Speaker 2")


def test_cues_out_of_order_and_overlapping_come_in_order(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "00:00:05,000 --> 00:00:08,000\nthird fourth\n\n00:00:01,000 --> 00:00:06,000\nfirst second\n"
        "\n00:00:05,000 --> 00:00:08,000\nfifth\n",
    )
    assert text_of(found) == "first second third fourth fifth"
    assert found.words[1].end_s == 5.0


def test_cues_without_blank_lines_between_them_keep_no_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, "1\n0:00:01.0 --> 0:00:02.0\nOne bee\n2\n0:00:03.0 --> 0:00:04.0\nin 2026\n")
    assert text_of(found) == "One bee in 2026"


WHISPER = {
    "text": " Bees dance. They do.",
    "language": "en",
    "segments": [
        {
            "start": 0.5, "end": 2.0, "text": " Bees dance.",
            "words": [
                {"word": " Bees", "start": 0.5, "end": 0.9, "probability": 0.9},
                {"word": " dance.", "start": 0.9, "end": 1.6, "probability": 0.9},
            ],
        },
        {"start": 2.0, "end": 3.0, "text": " They do.", "words": []},
    ],
}  # fmt: skip
OPENAI = {
    "task": "transcribe", "language": "english", "duration": 3.0, "text": "Bees dance. They do!",
    "words": [
        {"word": "Bees", "start": 0.5, "end": 0.9}, {"word": "dance", "start": 0.9, "end": 1.6},
        {"word": "They", "start": 2.0, "end": 2.4}, {"word": "do", "start": 2.4, "end": 2.9},
    ],
    "segments": [{"start": 0.5, "end": 3.0, "text": " Bees dance. They do!"}],
}  # fmt: skip
WHISPERX = {
    "segments": [
        {
            "start": 0.5, "end": 3.0, "text": "Bees make 24 kilos.", "speaker": "SPEAKER_00",
            "words": [
                {"word": "Bees", "start": 0.5, "end": 0.9, "score": 0.8, "speaker": "SPEAKER_01"},
                {"word": "make", "start": 1.0, "end": 1.3, "score": 0.8}, {"word": "24"},
                {"word": "kilos.", "start": 2.3, "end": 2.9},
            ],
        }
    ],
    "word_segments": [],
}  # fmt: skip
CPP = {
    "result": {"language": "de"},
    "transcription": [
        {
            "timestamps": {"from": "00:00:00,500", "to": "00:00:02,000"},
            "offsets": {"from": 500, "to": 2000},
            "text": " Bienen tanzen.",
        }
    ],
}  # fmt: skip


def test_recognisers_json_gives_their_words_and_times(tmp_path: Path) -> None:
    whisper = read(tmp_path, json.dumps(WHISPER), "a.json")
    assert text_of(whisper) == "Bees dance. They do."
    assert whisper.words[1] == Word("dance.", 0.9, 1.6)
    assert (whisper.language, whisper.words[2].start_s, whisper.words[3].end_s) == ("en", 2.0, 3.0)
    openai = read(tmp_path, json.dumps(OPENAI), "a.json")
    assert [word.text for word in openai.words] == ["Bees", "dance.", "They", "do!"]
    assert (openai.language, openai.times) == ("en", "stated")
    whisperx = read(tmp_path, json.dumps(WHISPERX), "a.json")
    assert whisperx.words[2] == Word("24", 1.3, 2.3)
    assert whisperx.speakers == ("SPEAKER_01", "SPEAKER_00", "SPEAKER_00", "SPEAKER_00")
    cpp = read(tmp_path, json.dumps(CPP), "a.json")
    assert (text_of(cpp), cpp.language, cpp.times) == ("Bienen tanzen.", "de", "spread")
    assert (cpp.words[0].start_s, cpp.words[-1].end_s) == (0.5, 2.0)
    alone = read(tmp_path, json.dumps(WHISPER["segments"]), "a.json")
    assert alone.words == whisper.words


def test_our_own_json_is_read_as_it_was(tmp_path: Path) -> None:
    own = Transcript((Word("Bees", 0.5, 0.9), Word("dance.", 1.0, 1.5)), "en", "someone", "stated", ("A", "B"))
    found = read(tmp_path, json.dumps(asdict(own)), "a.json")
    assert (found.words, found.language, found.speakers) == (own.words, own.language, own.speakers)


def test_one_wrong_end_does_not_push_the_words_after_it(tmp_path: Path) -> None:
    words = [{"word": f"w{index}", "start": float(index), "end": index + 0.5} for index in range(20)]
    words[3]["end"] = 9e4
    found = read(tmp_path, json.dumps({"words": words}), "a.json")
    assert [word.start_s for word in found.words] == [float(index) for index in range(20)]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.srt", "1\n0x --> y5\nBees\n", "line 2"),
        ("a.srt", "Bees dance, and no time is stated.\n", "none of its 1 lines holds a time"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n♪♪\n", "no words"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<c></c>\n", "no words"),
        ("a.json", '{"segments": [\n{"start": 1,\n"end" 2}]}', "line 3"),
        ("a.json", '{"segments": [{"start": "soon", "end": 2, "text": "bees"}]}', "“soon” of segments[0]"),
        ("a.json", '{"segments": [{"start": NaN, "end": 2, "text": "bees"}]}', "segments[0]"),
        ("a.json", '{"segments": [{"text": "bees"}]}', "segments has no times"),
        ("a.json", '{"words": [{"word": "bees", "start": 0, "end": 1}, 7]}', "words[1]"),
        ("a.json", '{"words": [{"word": "bees"}]}', "no times"),
        ("a.json", '{"bees": 1}', "neither segments nor words: its keys are “bees”"),
        ("a.json", '{"text": "Bees dance."}', "a text without times"),
        ("a.json", '{"status": "processing", "id": "7"}', "status “processing”"),
        ("a.json", '{"error": {"message": "Invalid key"}}', "a vendor's error, not a transcript: Invalid key"),
        ("a.json", "[]", "no words"),
        ("a.json", "[" * 100_000, "JSON"),
        ("a.json", '{"segments": [{"start": 1, "end": 1e308, "text": "bees"}]}', "segments[0]"),
        ("a.json", '{"segments": [{"start": 1e8, "end": 1e8, "text": "bees"}]}', "four days"),
        ("a.xml", "<?xml version='1.0'?><tt><body>", "line 1 is not valid XML"),
        ("a.xml", "<?xml version='1.0'?><rss></rss>", "its XML is a “rss”"),
        ("a.sub", "{0}{25}Bees dance", "how many a second has"),
        ("a.scc", "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420", "an SCC file that shows nothing"),
        ("a.scc", "Scenarist_SCC V1.0\n\n00:00:99:00\t9420 9420", "left out: line 3"),
        ("a.mcc", "File Format=MacCaption_MCC V1.0\n", "a broadcaster's MCC file"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, name: str, text: str, says: str) -> None:
    assert says in refuse(tmp_path, text, name)


@pytest.mark.parametrize(
    ("cue", "start_s", "end_s", "line"),
    [
        ("00:00:08,000 --> 00:00:05,000", 5.0, 8.0, 6),  # turned round
        ("00:00:05,000 --> 00:00:01,000", 5.0, 5.4, 6),  # its start can be, its end cannot
        ("00:00:05,000 --> soon", 5.0, 5.4, 6),
        ("00:00:0x,000 --> 00:00:05,400", 5.0, 5.4, 6),
        ("00:00:99,000 --> 00:00:05,400", 5.0, 5.4, 6),
        ("--> 00:00:05,400", 5.0, 5.4, 6),
    ],
)
def test_a_time_that_cannot_be_is_mended_and_its_line_is_named(
    tmp_path: Path, cue: str, start_s: float, end_s: float, line: int
) -> None:
    before, after = "1\n00:00:01,000 --> 00:00:02,000\nOne.\n", "3\n00:00:10,000 --> 00:00:12,000\nThree.\n"
    found = read(tmp_path, f"{before}\n2\n{cue}\nTwo.\n\n{after}")
    assert text_of(found) == "One. Two. Three."
    assert (found.words[1].start_s, found.words[1].end_s) == (start_s, end_s)
    assert any(f"line {line}" in notice and "a.srt" in notice for notice in found.notices)


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    refuse(tmp_path, b"")
    refuse(tmp_path, b"\x00\x01\x02" * 1000)
    with pytest.raises(RequestError, match=r"no file none\.srt"):
        read_transcript(tmp_path / "none.srt")
    with pytest.raises(RequestError, match="is a folder, not a transcript"):
        read_transcript(tmp_path)
    with (tmp_path / "large.srt").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(RequestError, match="MB"):
        read_transcript(tmp_path / "large.srt")


def test_a_very_long_transcript_is_read_in_one_pass(tmp_path: Path) -> None:
    cues = "".join(
        f"{number}\n{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02},000 --> "
        f"{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02},900\n{'bees dance ' * 3}\n\n"
        for number in range(2_500)
    )
    words = [{"word": "bee", "start": index * 0.1, "end": index * 0.1 + 0.05} for index in range(12_000)]
    started = time.process_time()
    assert len(read(tmp_path, cues).words) == 15_000
    assert len(read(tmp_path, json.dumps({"words": words}), "a.json").words) == 12_000
    assert time.process_time() - started < 3


_LINES = st.lists(
    st.one_of(
        st.builds("{} --> {}".format, st.sampled_from(["0:01", "00:02,5", "x"]), st.sampled_from(["0:03", "9:9:9"])),
        st.sampled_from(["WEBVTT", "NOTE", "", "1", "<v A>b", "<00:01.5>c", "&amp;", "[x", "♪", "<", "-->", "--> <c"]),
        st.text(max_size=12),
    ),
    max_size=14,
)  # fmt: skip
_VALUES: Any = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=4)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["segments", "words", "start", "end", "text", "word", "speaker", "language", "offsets"]),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@settings(max_examples=50)
@given(st.one_of(_LINES.map("\n".join), _VALUES.map(json.dumps)))
def test_any_text_gives_ordered_words_or_a_clear_refusal(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "a.srt"
    path.write_text(text, encoding="utf-8", errors="replace")
    with contextlib.suppress(RequestError):
        assert_ordered(read_transcript(path))
