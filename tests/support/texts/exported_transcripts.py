"""One small talk as recognisers, vendors and editing programs export it."""

from __future__ import annotations

import json
from typing import Any

WORDS = [("Bees", 0.5, 0.9), ("dance.", 1.0, 1.6), ("Why?", 3.0, 3.4)]
"""Two people; the file says it all."""


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

SRV1 = (
    '<?xml version="1.0"?><transcript><text start="0.5" dur="1.1">Bees\ndance.</text>'
    '<text start="3">Why&amp;#63;</text></transcript>'
)
SRV3 = (
    '<timedtext format="3"><body><p t="500" d="1100"><s>Bees</s><s t="500"> dance.</s></p>'
    '<p t="1600" d="10" a="1">\n</p><p t="3000" d="400">Why?</p></body></timedtext>'
)
