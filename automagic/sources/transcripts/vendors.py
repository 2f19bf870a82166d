"""The shapes in which vendors and tools nest their transcripts, unpacked to segments or words.

Deepgram      {"results": {"channels": [{"alternatives": [{"words", "paragraphs"}]}], "utterances"?}}
AWS           {"results": {"items": [{"type", "start_time": "0.5", "alternatives": [{"content"}]}], "speaker_labels"?}}
Google        {"results": [{"alternatives": [{"words": [{"word", "startTime": "0.5s", "speakerTag"}]}]}]}
Speechmatics  {"results": [{"type": "word", "start_time", "alternatives": [{"content", "speaker"}]}], "metadata"}
IBM           {"results": [{"alternatives": [{"timestamps": [["bees", 0.5, 0.9]]}]}], "speaker_labels"?}
Rev           {"monologues": [{"speaker", "elements": [{"type", "value", "ts" | "timestamp"}]}], "speakers"?}
Azure         {"recognizedPhrases": [{"offset", "nBest": [{"display", "words"}]}]}  or  {"phrases": [...]}
Vosk          {"result": [{"word", "start", "end", "conf"}], "text"}, one behind the other
YouTube       {"events": [{"tStartMs", "dDurationMs", "segs": [{"utf8", "tOffsetMs"}]}]}
Gladia, ElevenLabs, Hugging Face ("chunks"), Premiere, Fireflies, Podlove: by their keys, in `entries`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from automagic.sources.transcripts.lines import TranscriptError

Document = dict[str, Any]
_TICKS = 10_000_000
_WRAPPERS = ("response", "result", "transcript", "transcription", "output", "data", "job", "speech")


def unpack(document: Any) -> tuple[Any, str]:
    """A document or list with "segments" or "words" that `Entries` reads, and the language it names in its own place.

    Raises:
        TranscriptError: It says itself that it holds no transcript yet, or its form is broken.
    """
    if isinstance(document, list):
        return _several(document), ""
    if not isinstance(document, dict):
        raise TranscriptError("its JSON is neither an object nor a list")
    for _ in range(4):
        for shape in _SHAPES:
            found = shape(document)
            if found is not None:
                return found, _named_language(document)
        inner = next((value for key in _WRAPPERS if isinstance(value := document.get(key), dict)), None)
        if inner is None or any(isinstance(document.get(key), list) for key in ("words", "segments", "transcription")):
            break
        document = {**{key: value for key, value in document.items() if key.startswith("lang")}, **inner}
    _refuse_unfinished(document)
    return document, _named_language(document)


def _refuse_unfinished(document: Document) -> None:
    """Say what a vendor's answer says when it is not a transcript: an error, or a job that is not done."""
    error = document.get("error") or document.get("err_msg")
    if isinstance(error, dict):
        error = error.get("message")
    has_words = any(isinstance(document.get(key), list) for key in ("words", "segments", "utterances", "transcription"))
    if isinstance(error, str) and error and not has_words:
        raise TranscriptError(f"it is a vendor's error, not a transcript: {error[:200]}")
    status = document.get("status")
    if isinstance(status, str) and status.lower() in {"queued", "processing", "in_progress", "error", "failed"}:
        raise TranscriptError(
            f"it is a vendor's answer with the status “{status}”, not a transcript", "Fetch it again when it is done."
        )


def _named_language(document: Document) -> str:
    from automagic.sources.transcripts.languages import as_tag

    results = document.get("results")
    places: list[Any] = [document, results, document.get("metadata")]
    if isinstance(results, dict) and isinstance(results.get("channels"), list):
        places += results["channels"][:1]
    if isinstance(results, list):
        places += results[:1]
    metadata = document.get("metadata")
    if isinstance(metadata, dict):
        places.append(metadata.get("transcription_config"))
    for phrases in (document.get("recognizedPhrases"), document.get("phrases")):
        places += phrases[:1] if isinstance(phrases, list) else []
    keys = ("language", "language_code", "languageCode", "detected_language", "locale")
    for place in places:
        for key in keys if isinstance(place, dict) else ():
            if isinstance(place.get(key), str) and (tag := as_tag(place[key])):
                return tag
    return ""


def _dicts(value: Any) -> list[Document]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _dict(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _best(entry: Document) -> Document:
    return next(iter(_dicts(entry.get("alternatives"))), {})


def _several(documents: list[Any]) -> Any:
    """Several documents as one: Vosk writes one a sentence, others one a line."""
    parts = _dicts(documents)
    if any(isinstance(part.get("result"), list) for part in parts):
        return {"words": [word for part in parts for word in _dicts(part.get("result"))]}
    nested = [entry for part in parts for entry in _dicts(part.get("segments"))]
    return {"segments": nested} if nested and len(parts) == len(documents) else documents


def _vosk(document: Document) -> Any:
    return {"words": document["result"]} if _dicts(document.get("result")) and "transcription" not in document else None


def _deepgram(document: Document) -> Any:
    results = document.get("results")
    if not isinstance(results, dict) or not isinstance(results.get("channels"), list):
        return None
    channels = _dicts(results["channels"])
    several = len([channel for channel in channels if _best(channel).get("words")]) > 1
    words = []
    for number, channel in enumerate(channels):
        for word in _dicts(_best(channel).get("words")):
            words.append({"speaker": f"channel {number + 1}", **word} if several else word)
    if words:
        return {"words": words}
    utterances = _dicts(results.get("utterances"))
    if utterances:
        return {"segments": utterances}
    return {"segments": [
        {"speaker": paragraph.get("speaker"), **sentence}
        for channel in channels
        for paragraph in _dicts(_dict(_best(channel).get("paragraphs")).get("paragraphs"))
        for sentence in _dicts(paragraph.get("sentences"))
    ]}  # fmt: skip


def _aws(document: Document) -> Any:
    results = document.get("results")
    if not isinstance(results, dict) or not isinstance(results.get("items"), list):
        return None
    labels: dict[str, Any] = {}
    speakers = results.get("speaker_labels")
    for segment in _dicts(speakers.get("segments")) if isinstance(speakers, dict) else ():
        for item in _dicts(segment.get("items")):
            labels[str(item.get("start_time"))] = item.get("speaker_label", segment.get("speaker_label"))
    return {
        "words": [
            {"speaker": labels.get(str(item.get("start_time"))), **_best(item), **item}
            for item in _dicts(results["items"])
        ]
    }


def _speechmatics(document: Document) -> Any:
    results = _dicts(document.get("results"))
    if not any(entry.get("type") == "word" for entry in results):
        return None
    return {"words": [{**_best(entry), **entry} for entry in results]}


def _google(document: Document) -> Any:
    """With speakers, the last result repeats all words from the beginning; it alone is taken then."""
    results = _dicts(document.get("results"))
    lists = [_dicts(_best(entry).get("words")) for entry in results]
    if not any(lists):
        return None
    last = lists[-1]
    tagged = bool(last) and any(
        word.get("speakerTag") or word.get("speaker_tag") or word.get("speakerLabel") for word in last
    )
    if tagged and len(last) >= sum(map(len, lists[:-1])):
        lists = [last]
    # A start of nought is left out of the JSON.
    return {"words": [_zero_start(word) for words in lists for word in words]}


def _zero_start(word: Document) -> Document:
    starts, ends = ("startTime", "start_time", "startOffset"), ("endTime", "end_time", "endOffset")
    if any(key in word for key in ends) and not any(key in word for key in starts):
        return {"startTime": 0, **word}
    return word


def _ibm(document: Document) -> Any:
    results = _dicts(document.get("results"))
    if not any(isinstance(_best(entry).get("timestamps"), list) for entry in results):
        return None
    speakers = {str(label.get("from")): label.get("speaker") for label in _dicts(document.get("speaker_labels"))}
    words = []
    for entry in results:
        best = _best(entry)
        sure = [pair[1] for pair in best.get("word_confidence") or () if isinstance(pair, list) and len(pair) == 2]
        for index, triple in enumerate(best.get("timestamps") or ()):
            if isinstance(triple, list) and len(triple) == 3:
                text, start, end = triple
                word = {"word": text, "start": start, "end": end, "speaker": speakers.get(str(start))}
                words.append(word | ({"confidence": sure[index]} if index < len(sure) else {}))
    return {"words": words}


def _rev(document: Document) -> Any:
    monologues = _dicts(document.get("monologues"))
    if not monologues:
        return None
    words = [
        {"speaker": monologue.get("speaker"), **element, **_rev_times(element)}
        for monologue in monologues
        for element in _dicts(monologue.get("elements"))
    ]
    return {"words": words, "speakers": document.get("speakers")}


def _rev_times(element: Document) -> Document:
    pairs = (("start", "timestamp"), ("end", "end_timestamp"))
    return {key: element[own] for key, own in pairs if element.get(own) is not None}


def _azure(document: Document) -> Any:
    phrases = _dicts(document.get("recognizedPhrases"))
    if not phrases:
        return None
    segments = []
    for phrase in phrases:
        best = next(iter(_dicts(phrase.get("nBest"))), {})
        words = [_ticks(word) for word in _dicts(best.get("displayWords")) or _dicts(best.get("words"))]
        segments.append(
            {**_ticks(phrase), "text": best.get("display"), "words": words, "speaker": phrase.get("speaker")}
        )
    return {"segments": segments}


def _ticks(entry: Document) -> Document:
    """Azure's times in ticks of 100 ns; "offset" alone is ISO 8601, or ticks in older files."""
    offset, length = (
        entry.get("offsetInTicks", entry.get("offset")),
        entry.get("durationInTicks", entry.get("duration")),
    )
    kept = {key: value for key, value in entry.items() if key not in {"duration", "offset"}}
    if isinstance(offset, int | float) and isinstance(length, int | float):
        return {**kept, "start": float(offset) / _TICKS, "end": float(offset + length) / _TICKS}
    return {**kept, "start": offset, "duration": length} if offset is not None else entry


def _youtube(document: Document) -> Any:
    """Events with pieces of text; an event that only appends a line feed says nothing."""
    events = _dicts(document.get("events"))
    if not events or not any("segs" in event for event in events):
        return None
    starts = [event.get("tStartMs") for event in events]
    segments = []
    for number, event in enumerate(events):
        start, length = event.get("tStartMs"), event.get("dDurationMs")
        segs = _dicts(event.get("segs"))
        text = "".join(str(seg.get("utf8") or "") for seg in segs)
        if not isinstance(start, int | float) or not text.strip():
            continue
        end = start + length if isinstance(length, int | float) else None
        segment: Document = {"start_ms": start, "end_ms": end, "text": text}
        if any(seg.get("tOffsetMs") for seg in segs):
            later = [time for time in starts[number + 1 : number + 3] if isinstance(time, int | float) and time > start]
            segment |= {"words": _youtube_words(segs, start), "end_ms": min([end or start, *later]) if end else None}
        segments.append(segment)
    return {"segments": segments}


def _youtube_words(segs: list[Document], start: float) -> list[Document]:
    words: list[Document] = []
    for seg in segs:
        parts = str(seg.get("utf8") or "").split()
        time = start + (seg.get("tOffsetMs") or 0)
        words += [{"word": part, **({"start_ms": time} if not index else {})} for index, part in enumerate(parts)]
    return words


_SHAPES: tuple[Callable[[Document], Any], ...] = (
    _deepgram, _aws, _speechmatics, _ibm, _google, _rev, _azure, _youtube, _vosk,
)  # fmt: skip
