"""Transcripts as recognisers, vendors and editing programs export them give the same words, times and speakers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from automagic.errors import RequestError
from automagic.sources.transcripts.file import read_transcript
from automagic.values.transcript import Transcript
from tests.support.texts.exported_transcripts import (
    ASS,
    ASSEMBLY,
    AVID,
    AWS,
    AZURE,
    AZURE_FAST,
    CHUNKS,
    DEEPGRAM,
    DESCRIPT,
    DOUBLED,
    EDITED,
    ELEVENLABS,
    GLADIA,
    GOOGLE,
    GOOGLE_2,
    IBM,
    LABELS,
    LYRICS,
    MICRODVD,
    OTTER,
    PAGE,
    PLAYER,
    PODCAST,
    PREMIERE,
    PREMIERE_TEXT,
    REV,
    REV_TEXT,
    SBV,
    SONIX,
    SPEECHMATICS,
    SRV1,
    SRV3,
    STATION,
    STRINGS,
    SUBVIEWER,
    TABLE,
    TRINT,
    TTML,
    VOSK,
    WHISPER_CPP,
    WORDS,
    YOUTUBE,
    ZOOM_TEXT,
    word,
)


def read(folder: Path, content: Any, name: str = "a.json") -> Transcript:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")
    return read_transcript(folder / name)


def facts(found: Transcript) -> list[tuple[str, float, float]]:
    return [(word.text, word.start_s, word.end_s) for word in found.words]


@pytest.mark.parametrize(
    ("document", "speakers"),
    [
        (DEEPGRAM, "001"), (AWS, ["spk_0", "spk_0", "spk_1"]), (GOOGLE, "112"), (GOOGLE_2, "112"),
        (REV, ["Anna", "Anna", "Tom"]), (SPEECHMATICS, ["S1", "S1", "S2"]), (IBM, "001"), (AZURE, "112"),
        (AZURE_FAST, "112"), (ASSEMBLY, "AAB"), (ELEVENLABS, ["speaker_0", "speaker_0", "speaker_1"]), (GLADIA, "001"),
        (PREMIERE, ["Anna", "Anna", "Tom"]), (WHISPER_CPP, ""), (PODCAST, ["Anna", "Anna", "Tom"]), (CHUNKS, ""),
        (VOSK, ""), (STRINGS, ""),
    ],
    ids=["deepgram", "aws", "google", "google 2", "rev", "speechmatics", "ibm", "azure", "azure fast", "assembly",
         "elevenlabs", "gladia", "premiere", "whisper.cpp", "podcast", "chunks", "vosk", "strings"],
)  # fmt: skip
def test_each_vendors_json_gives_its_words_times_and_speakers(tmp_path: Path, document: Any, speakers: Any) -> None:
    found = read(tmp_path, document)
    assert facts(found) == WORDS
    assert found.speakers == tuple(speakers)
    assert found.times == "stated"
    assert not found.notices


def test_youtubes_words_last_until_the_next(tmp_path: Path) -> None:
    found = read(tmp_path, YOUTUBE)
    assert facts(found) == [("Bees", 0.5, 1.0), ("dance.", 1.0, 1.6), ("Why?", 3.0, 3.4)]


def test_confidences_are_kept_where_they_are_stated(tmp_path: Path) -> None:
    assert read(tmp_path, ASSEMBLY).confidences == (0.97, 0.9, 0.3)
    assert read(tmp_path, DEEPGRAM).confidences == (0.99, 1.0, 0.4)
    assert read(tmp_path, ELEVENLABS).confidences == pytest.approx((0.99, 1.0, 1.0), abs=0.001)
    segment = {"start": 0.5, "end": 1.6, "text": " Bees dance.", "avg_logprob": -1.2, "tokens": [1]}
    assert read(tmp_path, {"segments": [segment]}).confidences == pytest.approx((0.301, 0.301), abs=0.001)
    assert read(tmp_path, {"segments": [segment | {"avg_logprob": -0.4}]}).confidences == ()
    assert read(tmp_path, CHUNKS).confidences == ()


def test_deepgrams_paragraphs_and_channels_are_read(tmp_path: Path) -> None:
    sentences = [{"text": "Bees dance.", "start": 0.5, "end": 1.6}, {"text": "Why?", "start": 3.0, "end": 3.4}]
    paragraphs = {"paragraphs": [{"sentences": sentences, "speaker": 4}]}
    alone = {"results": {"channels": [{"alternatives": [{"transcript": "", "paragraphs": paragraphs}]}]}}
    found = read(tmp_path, alone)
    assert ([one.text for one in found.words], found.speakers) == (["Bees", "dance.", "Why?"], ("4", "4", "4"))
    channels = [
        {"alternatives": [{"words": [word("Why?", 3.0, 3.4)]}]},
        {"alternatives": [{"words": [word("Bees", 0.5, 0.9)]}]},
    ]
    found = read(tmp_path, {"results": {"channels": channels}})
    assert ([one.text for one in found.words], found.speakers) == (["Bees", "Why?"], ("channel 2", "channel 1"))


def test_a_number_that_could_not_be_aligned_keeps_its_place(tmp_path: Path) -> None:
    words = [word("Bees", 0.5, 0.9), {"word": "24"}, word("kilos.", 2.3, 2.9)]
    found = read(tmp_path, {"segments": [{"start": 0.5, "end": 3.0, "text": "Bees 24 kilos.", "words": words}]})
    assert facts(found)[1] == ("24", 0.9, 2.3)


def test_sounds_in_a_recognisers_words_are_not_said(tmp_path: Path) -> None:
    words = [word("[Music", 0.0, 0.2), word("playing]", 0.2, 0.4), word("Bees", 0.5, 0.9), word("(laughs)", 1.0, 1.2),
             word("♪", 1.2, 1.3), word("dance.", 1.4, 1.6)]  # fmt: skip
    assert [one.text for one in read(tmp_path, {"words": words}).words] == ["Bees", "dance."]


def test_labels_in_a_segments_text_are_speakers(tmp_path: Path) -> None:
    texts = ["Maria Lopez: Bees dance.", "Tom: Why?", "Maria Lopez: They like it."]
    found = read(tmp_path, [{"start": n, "end": n + 0.9, "text": text} for n, text in enumerate(texts)])
    assert found.speakers == ("Maria Lopez", "Maria Lopez", "Tom", *["Maria Lopez"] * 3)


SHEET = (
    'Speaker Name,Start Time,End Time,Text\nAnna Lee,00:00:00:12,00:00:01:20,"Bees dance."\n'
    "Tom,00:00:03:00,00:00:03:10,Why?\n"
)
SEMICOLONS = "Text;Begin;End\nBees dance.;0,5;1,6\nWhy?;0:03;0:04\n"
TABS = "00:00:00\tAnna Lee\tBees dance.\n00:00:03\tTom\tWhy?\n"
TTML_CLOCK = (
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
    '<p begin="00:00:00.500" end="00:00:01.600">Bees dance.</p>'
    '<p begin="00:03.000" end="3.4s">Why?</p></div></body></tt>'
)


@pytest.mark.parametrize(
    ("text", "name", "speakers"),
    [
        (SBV, "a.sbv", ["", "", "TOM"]), (SUBVIEWER, "a.sub", ""), (OTTER, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]),
        (REV_TEXT, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]), (DESCRIPT, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]),
        (TRINT, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]), (PLAYER, "a.txt", ""), (STATION, "a.txt", ""),
        (PREMIERE_TEXT, "a.txt", ["Speaker 1", "Speaker 1", "Speaker 2"]), (AVID, "a.txt", ""),
        (SONIX, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]), (ZOOM_TEXT, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]),
        (PAGE, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]), (DOUBLED, "a.srt", ""), (LYRICS, "a.lrc", ""),
        (SHEET, "a.csv", ["Anna Lee", "Anna Lee", "Tom"]), (SEMICOLONS, "a.csv", ""),
        (TABS, "a.txt", ["Anna Lee", "Anna Lee", "Tom"]), (TABLE, "a.tsv", ""),
        (LABELS, "a.txt", ""), (EDITED, "a.txt", ""),
        (ASS, "a.ass", ["Anna Lee", "Anna Lee", "Tom"]), (MICRODVD, "a.sub", ""),
        (TTML, "a.ttml", ["Anna Lee", "Anna Lee", ""]), (TTML_CLOCK, "a.dfxp", ""),
        (SRV1, "a.xml", ""), (SRV3, "a.srv3", ""),
    ],
    ids=["sbv", "subviewer", "otter", "rev", "descript", "trint", "player", "station", "premiere text", "avid",
         "sonix", "zoom text", "page", "doubled", "lyrics", "sheet", "semicolons", "tabs", "table", "labels",
         "edited", "ass", "microdvd", "ttml", "ttml clock", "srv1", "srv3"],
)  # fmt: skip
def test_each_text_form_gives_its_words_times_and_speakers(tmp_path: Path, text: str, name: str, speakers: Any) -> None:
    found = read(tmp_path, text, name)
    assert [one.text for one in found.words] == ["Bees", "dance.", "Why?"]
    assert found.words[0].start_s == pytest.approx(0.5, abs=0.51 if name == "a.txt" else 0.03)
    assert found.words[2].start_s == pytest.approx(3.0, abs=0.03)
    assert found.speakers == tuple(speakers)
    assert not [notice for notice in found.notices if "as speakers" not in notice and "made by hand" not in notice]


def test_a_paragraph_lasts_as_long_as_it_is_said_not_until_the_next(tmp_path: Path) -> None:
    found = read(tmp_path, "Anna  0:00\nBees dance.\n\nTom  5:00\nWhy?\n", "a.txt")
    assert found.words[1].end_s < 3
    assert found.words[2].start_s == 300


def test_what_stands_before_the_first_time_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, "Meeting of the club\nMonday\n\nAnna  0:00\nBees dance.\n", "a.txt")
    assert [one.text for one in found.words] == ["Bees", "dance."]
    assert "line 1 (“Meeting of the club”) and line 2 (“Monday”)" in " ".join(found.notices)


def test_words_that_are_underlined_in_turn_are_read_once_with_their_times(tmp_path: Path) -> None:
    rows = [("00:00.500", "00:00.900", "<u>Bees</u> dance."), ("00:00.900", "00:01.000", "Bees dance."),
            ("00:01.000", "00:01.600", "Bees <u>dance.</u>")]  # fmt: skip
    found = read(tmp_path, "WEBVTT\n\n" + "\n".join(f"{a} --> {b}\n{text}\n" for a, b, text in rows), "a.vtt")
    assert facts(found) == [("Bees", 0.5, 1.0), ("dance.", 1.0, 1.6)]


def test_lines_that_grow_and_roll_are_read_once(tmp_path: Path) -> None:
    rows = ["so many", "so many bees", "so many bees dance here", "dance here\nand there", "No.", "No."]
    cues = (f"{i + 1}\n00:00:0{i},000 --> 00:00:0{i + 1},000\n{row}\n" for i, row in enumerate(rows))
    found = read(tmp_path, "\n".join(cues), "a.srt")
    assert " ".join(one.text for one in found.words) == "so many so many bees dance here dance here and there No. No."


def test_times_in_whole_seconds_are_not_taken_for_milliseconds(tmp_path: Path) -> None:
    segments = [{"start": n * 20, "end": n * 20 + 18, "text": "Bees dance here."} for n in range(4)]
    assert read(tmp_path, {"segments": segments}).words[-1].end_s == 78
    short = [{"text": "Bees dance.", "start": 500, "end": 1600}, {"text": "Why?", "start": 3000, "end": 3400}]
    assert read(tmp_path, short).words[-1].end_s == 3.4


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Heute zählen wir die Reiher am Fluss, und es sind viele.", "de"),
        ("Hola a todos y bienvenidos, hoy contamos las garzas.", "es"),
        ("Dzień dobry wszystkim, dzisiaj liczymy czaple.", "pl"),
        ("皆さん、おはようございます。今日はサギを数えます。", "ja"),
        ("Last spring our small club counted three of them.", "en"),
        ("Ja. Nein.", ""),
    ],
)
def test_the_language_is_told_by_the_words_unless_the_file_says_it(tmp_path: Path, text: str, language: str) -> None:
    assert read(tmp_path, f"1\n00:00:01,000 --> 00:00:04,000\n{text}\n", "a.srt").language == language
    stated = f"WEBVTT\nKind: captions\nLanguage: pt-BR\n\n00:01.000 --> 00:04.000\n{text}\n"
    assert read(tmp_path, stated, "a.vtt").language == "pt"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"words": [{"text": "Bees", "start": "0:0:x"}]}, "the time “0:0:x” of words[0] cannot be read"),
        ({"text": "Bees dance.", "segments": "none"}, "a text without times: its keys are “text”, “segments”"),
        ({"status": "error", "error": "Audio is silent"}, "a vendor's error, not a transcript: Audio is silent"),
        ({"error": {"message": "Unauthorized", "code": 401}}, "Unauthorized"),
        ({"segments": [{"text": "Bees"}, {"text": "dance"}]}, "segments has no times"),
        ('{"words": [{"text": "Bees", "start": 1, "end"', "line 1 is not valid JSON"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(tmp_path: Path, document: Any, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        read(tmp_path, document)
    assert says in caught.value.message
    assert caught.value.hint
