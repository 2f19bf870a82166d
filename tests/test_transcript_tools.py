"""Transcripts as recognisers, vendors and editing programs export them give the same words, times and speakers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from automagic.errors import RequestError
from automagic.sources.transcripts.file import read_transcript
from automagic.values.transcript import Transcript

WORDS = [("Bees", 0.5, 0.9), ("dance.", 1.0, 1.6), ("Why?", 3.0, 3.4)]
"""Two people; the file says it all."""


def read(folder: Path, content: Any, name: str = "a.json") -> Transcript:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")
    return read_transcript(folder / name)


def facts(found: Transcript) -> list[tuple[str, float, float]]:
    return [(word.text, word.start_s, word.end_s) for word in found.words]


def word(text: str, start: Any, end: Any, **more: Any) -> dict[str, Any]:
    return {"word": text, "start": start, "end": end, **more}


DEEPGRAM = {
    "metadata": {"duration": 5.0},
    "results": {"channels": [{"detected_language": "en", "alternatives": [{
        "transcript": "bees dance why", "words": [
            word("bees", 0.5, 0.9, speaker=0, punctuated_word="Bees", confidence=0.99),
            word("dance", 1.0, 1.6, speaker=0, punctuated_word="dance."),
            word("why", 3.0, 3.4, speaker=1, punctuated_word="Why?", confidence=0.4)]}]}]},
}  # fmt: skip
AWS = {
    "jobName": "x", "results": {
        "transcripts": [{"transcript": "Bees dance. Why?"}], "language_code": "en-US",
        "speaker_labels": {"segments": [
            {"speaker_label": "spk_0", "items": [{"start_time": "0.5"}, {"start_time": "1.0"}]},
            {"speaker_label": "spk_1", "items": [{"start_time": "3.0", "speaker_label": "spk_1"}]}]},
        "items": [
            {"type": "pronunciation", "start_time": "0.5", "end_time": "0.9",
             "alternatives": [{"content": "Bees", "confidence": "0.99"}]},
            {"type": "pronunciation", "start_time": "1.0", "end_time": "1.6", "alternatives": [{"content": "dance"}]},
            {"type": "punctuation", "alternatives": [{"content": ".", "confidence": "0.0"}]},
            {"type": "pronunciation", "start_time": "3.0", "end_time": "3.4", "alternatives": [{"content": "Why"}]},
            {"type": "punctuation", "alternatives": [{"content": "?"}]}]},
}  # fmt: skip
_TAGGED = [
    {"startTime": "0.500s", "endTime": "0.900s", "word": "Bees", "speakerTag": 1},
    {"startTime": "1s", "endTime": "1.600s", "word": "dance.", "speakerTag": 1},
    {"startTime": "3s", "endTime": "3.400s", "word": "Why?", "speakerTag": 2},
]
GOOGLE = {
    "response": {"results": [
        {"alternatives": [{"transcript": "Bees dance.", "words": _TAGGED[:2]}], "languageCode": "en-us"},
        {"alternatives": [{"transcript": "Why?", "words": _TAGGED[2:]}]},
        {"alternatives": [{"words": _TAGGED}]}]},
}  # fmt: skip
GOOGLE_2 = {"results": [{"alternatives": [{"words": [
    {"startOffset": {"seconds": 0, "nanos": 500_000_000}, "endOffset": {"nanos": 900_000_000, "seconds": 0},
     "word": "Bees", "speakerLabel": "1"},
    {"startOffset": "1s", "endOffset": "1.6s", "word": "dance.", "speakerLabel": "1"},
    {"startOffset": "3s", "endOffset": "3.4s", "word": "Why?", "speakerLabel": "2"}]}],
    "languageCode": "en-US"}]}  # fmt: skip
REV = {
    "speakers": [{"id": 0, "name": "Anna"}, {"id": 1, "name": "Tom"}],
    "monologues": [
        {"speaker": 0, "elements": [
            {"type": "text", "value": "Bees", "ts": 0.5, "end_ts": 0.9, "confidence": 0.9},
            {"type": "punct", "value": " "}, {"type": "text", "value": "dance", "ts": 1.0, "end_ts": 1.6},
            {"type": "punct", "value": ". "}]},
        {"speaker": 1, "elements": [
            {"type": "text", "value": "Why", "timestamp": "00:00:03,000", "end_timestamp": "00:00:03,400"},
            {"type": "punct", "value": "?"}]}],
}  # fmt: skip
SPEECHMATICS = {
    "format": "2.9", "metadata": {"transcription_config": {"language": "en"}}, "results": [
        {"type": "word", "start_time": 0.5, "end_time": 0.9, "alternatives": [{"content": "Bees", "speaker": "S1"}]},
        {"type": "word", "start_time": 1.0, "end_time": 1.6, "alternatives": [{"content": "dance", "speaker": "S1"}]},
        {"type": "punctuation", "start_time": 1.6, "end_time": 1.6, "alternatives": [{"content": "."}]},
        {"type": "word", "start_time": 3.0, "end_time": 3.4, "alternatives": [{"content": "Why", "speaker": "S2"}]},
        {"type": "punctuation", "start_time": 3.4, "end_time": 3.4, "alternatives": [{"content": "?"}]}],
}  # fmt: skip
IBM = {
    "results": [{"final": True, "alternatives": [{
        "transcript": "Bees dance. Why? ",
        "timestamps": [["Bees", 0.5, 0.9], ["dance.", 1.0, 1.6], ["Why?", 3.0, 3.4]],
        "word_confidence": [["Bees", 0.9], ["dance.", 0.8], ["Why?", 0.7]]}]}],
    "speaker_labels": [{"from": 0.5, "speaker": 0}, {"from": 1.0, "speaker": 0}, {"from": 3.0, "speaker": 1}],
}  # fmt: skip
AZURE = {
    "recognizedPhrases": [
        {"offsetInTicks": 5e6, "durationInTicks": 11e6, "speaker": 1, "locale": "en-US", "nBest": [{
            "display": "Bees dance.", "displayWords": [
                {"displayText": "Bees", "offsetInTicks": 5e6, "durationInTicks": 4e6},
                {"displayText": "dance.", "offsetInTicks": 10e6, "durationInTicks": 6e6}]}]},
        {"offset": "PT3S", "duration": "PT0.4S", "speaker": 2, "nBest": [{
            "display": "Why?", "words": [{"word": "Why?", "offset": "PT3S", "duration": "PT0.4S"}]}]}],
}  # fmt: skip
AZURE_FAST = {
    "durationMilliseconds": 5000, "combinedPhrases": [{"text": "Bees dance. Why?"}], "phrases": [
        {"offsetMilliseconds": 500, "durationMilliseconds": 1100, "text": "Bees dance.", "speaker": 1,
         "words": [{"text": "Bees", "offsetMilliseconds": 500, "durationMilliseconds": 400},
                   {"text": "dance.", "offsetMilliseconds": 1000, "durationMilliseconds": 600}]},
        {"offsetMilliseconds": 3000, "durationMilliseconds": 400, "text": "Why?", "speaker": 2,
         "words": [{"text": "Why?", "offsetMilliseconds": 3000, "durationMilliseconds": 400}]}],
}  # fmt: skip
ASSEMBLY = {
    "id": "1", "status": "completed", "language_code": "en_us", "text": "Bees dance. Why?", "audio_duration": 5,
    "words": [
        {"text": "Bees", "start": 500, "end": 900, "confidence": 0.97, "speaker": "A"},
        {"text": "dance.", "start": 1000, "end": 1600, "confidence": 0.9, "speaker": "A"},
        {"text": "Why?", "start": 3000, "end": 3400, "confidence": 0.3, "speaker": "B"}],
}  # fmt: skip
ELEVENLABS = {
    "language_code": "eng", "text": "Bees dance. Why?", "words": [
        {"text": "Bees", "start": 0.5, "end": 0.9, "type": "word", "speaker_id": "speaker_0", "logprob": -0.01},
        {"text": " ", "start": 0.9, "end": 1.0, "type": "spacing", "speaker_id": "speaker_0"},
        {"text": "dance.", "start": 1.0, "end": 1.6, "type": "word", "speaker_id": "speaker_0"},
        {"text": "(laughter)", "start": 1.7, "end": 2.6, "type": "audio_event", "speaker_id": "speaker_0"},
        {"text": "Why?", "start": 3.0, "end": 3.4, "type": "word", "speaker_id": "speaker_1"}],
}  # fmt: skip
GLADIA = {"result": {"transcription": {"languages": ["en"], "language": "en", "utterances": [
    {"start": 0.5, "end": 1.6, "text": "Bees dance.", "speaker": 0,
     "words": [word(" Bees", 0.5, 0.9), word(" dance.", 1.0, 1.6)]},
    {"start": 3.0, "end": 3.4, "text": "Why?", "speaker": 1, "words": [word("Why?", 3.0, 3.4)]}]}}}  # fmt: skip
PREMIERE = {
    "language": "en-us", "speakers": [{"id": "u1", "name": "Anna"}, {"id": "u2", "name": "Tom"}], "segments": [
        {"start": 0.5, "duration": 1.1, "speaker": "u1", "language": "en-us", "words": [
            {"text": "Bees", "start": 0.5, "duration": 0.4, "confidence": 0.9, "type": "word", "eos": False},
            {"text": "dance.", "start": 1.0, "duration": 0.6, "type": "word", "eos": True}]},
        {"start": 3.0, "duration": 0.4, "speaker": "u2", "words": [{"text": "Why?", "start": 3.0, "duration": 0.4}]}],
}  # fmt: skip
WHISPER_CPP = {
    "result": {"language": "en"}, "transcription": [
        {"timestamps": {"from": "00:00:00,500", "to": "00:00:00,900"}, "offsets": {"from": 500, "to": 900},
         "text": " Bees"},
        {"timestamps": {"from": "00:00:01,000", "to": "00:00:01,600"}, "text": " dance."},
        {"offsets": {"from": 3000, "to": 3400}, "text": " Why?"}],
}  # fmt: skip
PODCAST = {"version": "1.0.0", "segments": [
    {"speaker": "Anna", "startTime": 0.5, "endTime": 0.9, "body": "Bees"},
    {"speaker": "Anna", "startTime": 1.0, "endTime": 1.6, "body": "dance."},
    {"speaker": "Tom", "startTime": 3.0, "endTime": 3.4, "body": "Why?"}]}  # fmt: skip
CHUNKS = {"text": " Bees dance. Why?", "chunks": [
    {"text": " Bees", "timestamp": [0.5, 0.9]}, {"text": " dance.", "timestamp": [1.0, 1.6]},
    {"text": " Why?", "timestamp": [3.0, 3.4]}]}  # fmt: skip
YOUTUBE = {"events": [
    {"tStartMs": 0, "dDurationMs": 90000, "id": 1, "wpWinPosId": 1},
    {"tStartMs": 500, "dDurationMs": 4000, "wWinId": 1,
     "segs": [{"utf8": "Bees"}, {"utf8": " dance.", "tOffsetMs": 500}]},
    {"tStartMs": 1600, "dDurationMs": 100, "wWinId": 1, "aAppend": 1, "segs": [{"utf8": "\n"}]},
    {"tStartMs": 3000, "dDurationMs": 400, "segs": [{"utf8": "Why?", "acAsrConf": 200}]}]}  # fmt: skip
VOSK = "\n".join(json.dumps({"result": [word(*one, conf=1.0)], "text": one[0]}) for one in WORDS)
STRINGS = [{"text": one[0], "start": f"00:00:0{one[1]:.3f}".replace(".", ","), "end": str(one[2])} for one in WORDS]


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


SBV = "0:00:00.500,0:00:01.600\nBees\ndance.\n\n0:00:03.000,0:00:03.400\n>> TOM: Why?\n"
SUBVIEWER = "[INFORMATION]\n[TITLE]A\n\n00:00:00.50,00:00:01.60\nBees[br]dance.\n\n00:00:03.00,00:00:03.40\nWhy?\n"
OTTER = "Anna Lee  0:00 \nBees dance.\n\nTom  0:03 \nWhy?\n\nTranscribed by https://otter.ai\n"
REV_TEXT = "Anna Lee (00:00):\nBees dance.\n\nTom (00:03):\nWhy?\n"
DESCRIPT = "[00:00:00] Anna Lee: Bees dance.\n\n[00:00:03] Tom: Why?\n"
TRINT = "[00:00:00] Anna Lee\nBees dance.\n\n[00:00:03] Tom\nWhy?\n"
PLAYER = "0:00\nBees dance.\n0:03\nWhy?\n"
STATION = "00:00:00,500\tBees dance.\n00:00:03,000\tWhy?\n"
LYRICS = "[ti:Bees]\n[by:me]\n[00:00.50]<00:00.50>Bees <00:01.00>dance.\n[00:03.00]Why?\n"
TABLE = "start\tend\ttext\n500\t1600\tBees dance.\n3000\t3400\tWhy?\n"
SHEET = (
    'Speaker Name,Start Time,End Time,Text\nAnna Lee,00:00:00:12,00:00:01:20,"Bees dance."\n'
    "Tom,00:00:03:00,00:00:03:10,Why?\n"
)
SEMICOLONS = "Text;Begin;End\nBees dance.;0,5;1,6\nWhy?;0:03;0:04\n"
TABS = "00:00:00\tAnna Lee\tBees dance.\n00:00:03\tTom\tWhy?\n"
LABELS = "0.500000\t1.600000\tBees dance.\n3.000000\t3.400000\tWhy?\n"
EDITED = "00:00:00:12 - 00:00:01:20\nBees dance.\n\n00:00:03:00 - 00:00:03:10\nWhy?\n"
PREMIERE_TEXT = "00;00;00;12 - 00;00;01;20\nSpeaker 1\nBees dance.\n\n00;00;03;00 - 00;00;03;10\nSpeaker 2\nWhy?\n"
AVID = "@ made by hand\n<begin subtitles>\n\n00:00:00:12 00:00:01:20\nBees dance.\n\n00:00:03:00 00:00:03:10\nWhy?\n"
SONIX = "Anna Lee: [00:00:00] Bees dance.\n\nTom: [00:00:03] Why?\n"
ZOOM_TEXT = "[Anna Lee] 00:00:00\nBees dance.\n\n[Tom] 00:00:03\nWhy?\n"
PAGE = "<cite>Anna Lee:</cite>\n<time>0:00</time>\n<p>Bees dance.</p>\n<cite>Tom</cite><time>0:03</time><p>Why?</p>"
DOUBLED = "1\n\n00:00:00,500 --> 00:00:01,600\n\nBees dance.\n\n\n\n2\n\n00:00:03,000 --> 00:00:03,400\n\nWhy?\n\n"
ASS = (
    "[Script Info]\nTitle: x\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Comment: 0,0:00:00.00,0:00:01.00,D,,0,0,0,,not said\n"
    "Dialogue: 0,0:00:03.00,0:00:03.40,D,Tom,0,0,0,,{\\an8}Why?\n"
    "Dialogue: 0,0:00:00.50,0:00:01.60,D,Anna Lee,0,0,0,,{\\k20}Bees\\N{\\i1}dance.{\\p1}m 0 0 l 9 9{\\p0}\n"
)
MICRODVD = "{1}{1}25\n{12}{40}{y:i}Bees|dance.\n{75}{85}Why?\n"
TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="25" ttp:tickRate="1000" xml:lang="en-US">
 <head><metadata><ttm:agent xml:id="a" type="person"><ttm:name>Anna Lee</ttm:name></ttm:agent></metadata></head>
 <body><div>
  <p begin="00:00:00:12" end="1600t" ttm:agent="a"><span>Bees</span><br/>dance.</p>
  <p begin="3s" dur="10f">Why?</p>
 </div></body>
</tt>"""
TTML_CLOCK = (
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div>'
    '<p begin="00:00:00.500" end="00:00:01.600">Bees dance.</p>'
    '<p begin="00:03.000" end="3.4s">Why?</p></div></body></tt>'
)
SRV1 = (
    '<?xml version="1.0"?><transcript><text start="0.5" dur="1.1">Bees\ndance.</text>'
    '<text start="3">Why&amp;#63;</text></transcript>'
)
SRV3 = (
    '<timedtext format="3"><body><p t="500" d="1100"><s>Bees</s><s t="500"> dance.</s></p>'
    '<p t="1600" d="10" a="1">\n</p><p t="3000" d="400">Why?</p></body></timedtext>'
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
