"""The small files beside a video: captions, measurements, credits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from automagic.language.text.phrases import phrase_breaks
from automagic.media.captions.cues import make_sidecar_cues, write_srt, write_vtt
from automagic.stages.result_folder import FinishedFile
from automagic.values.credit import Credit
from automagic.values.words import Word


def as_json(value: Any) -> bytes:
    """As a person may read it."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def write_captions(sentences: Sequence[tuple[Word, ...]], language: str) -> dict[str, bytes]:
    """captions.srt and captions.vtt, of words on the whole video's timeline."""
    cues = make_sidecar_cues(sentences, [phrase_breaks([word.text for word in words], language) for words in sentences])
    return {"captions.srt": write_srt(cues).encode(), "captions.vtt": write_vtt(cues, language).encode()}


def write_reports(deliveries: Sequence[FinishedFile], credits: Sequence[Credit]) -> dict[str, bytes]:
    """quality.json, what was measured of each platform's video, and credits.json."""
    quality = {
        platform: {"passed": report.passed, "measures": msgspec.to_builtins(report.measures)}
        for one in deliveries
        for platform, report in one.reports.items()
    }
    return {
        "quality.json": as_json(quality),
        "credits.json": as_json([msgspec.to_builtins(credit) for credit in credits]),
    }
