"""How captions are checked: where they stand, and, where it is known what was said, every word and its time."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from automagic.errors import RequestError
from automagic.language.transcript.caption_check import check_captions
from automagic.machine.leaving import in_thread
from automagic.media.captions.scc.lint import SccFinding, lint_scc
from automagic.products.archive.captioning.material import CaptionMaterial, find_item, item_words, open_material
from automagic.products.archive.captioning.request import names_item
from automagic.products.archive.checking.hearing import hear_recording
from automagic.products.archive.checking.page import write_page
from automagic.products.archive.checking.request import CheckCaptionsRequest
from automagic.products.archive.checking.result import CheckCaptionsResult
from automagic.products.archive.checking.rules import good_practice, read_rules
from automagic.reading.faults import MalformedText, decode_utf8
from automagic.reading.named_files import expand_home, read_named
from automagic.runs.run import Run
from automagic.services import Services
from automagic.sources.transcripts.broadcast import is_scc
from automagic.sources.transcripts.file import read_transcript
from automagic.sources.transcripts.size import MAX_BYTES
from automagic.values.events import Notice
from automagic.values.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said.

    Attributes:
        name: Who says so.
        transcript: Its words.
    """

    name: str
    transcript: Transcript


async def check(request: CheckCaptionsRequest, run: Run[Services]) -> CheckCaptionsResult:
    """Check captions.

    Raises:
        RequestError: There are none, or what they are checked against cannot be read.
        VendorError, ConfigurationError: Nobody could listen to the recording.
    """
    rules = good_practice(request.source)
    if request.rules:
        rules = await in_thread(read_rules, expand_home(request.rules), rules)
    material = await open_material(request.source, run, theirs=True)
    for notice in material.notices:
        run.emit(Notice(notice))
    spoken = await _listen(request, material, run)
    linted = await in_thread(_lint, request.source)
    language = request.language or (spoken.transcript.language if spoken else "") or material.language or "en"
    heard = spoken.transcript.words if spoken else None
    sure = spoken.transcript.confidences if spoken else ()
    found = await in_thread(check_captions, material.cues, heard, sure=sure, language=language, rules=rules)
    result = CheckCaptionsResult(
        run.id, material.name, len(material.cues), rules, found, linted, spoken.name if spoken else "", request.html,
        steps=tuple(run.records),
    )  # fmt: skip
    if request.html:
        await in_thread(write_page, expand_home(request.html), result, material)
    return result


async def _listen(request: CheckCaptionsRequest, material: CaptionMaterial, run: Run[Services]) -> Spoken | None:
    """What was said; None where nobody is asked."""
    if request.media:
        return Spoken(request.media.name, await hear_recording(expand_home(request.media), request.language, run))
    if request.against:
        path = expand_home(request.against)
        transcript = await in_thread(read_transcript, path)
        if transcript.times == "spread":
            run.emit(
                Notice(
                    f"{path.name} says when its lines are said, not its words: times are compared to about a second."
                )
            )
        return Spoken(path.name, transcript)
    if names_item(request.source):
        item = await find_item(request.source, run.services)
        heard = await in_thread(item_words, item, run.services) if item.transcript else None
        if heard is not None and heard.times == "recognised":  # else it is these captions that were read
            return Spoken("what was heard", heard)
        there = f" Add --media {shlex.quote(item.media_path)} to check their words." if item.media_path else ""
        run.emit(
            Notice(f"Nobody has listened to {material.name} yet: only the places of its captions are checked.{there}")
        )
    return None


def _lint(source: str) -> tuple[SccFinding, ...] | None:
    """What players stumble over in an SCC file; None for another."""
    if names_item(source):
        return None
    path: Path = expand_home(source)
    data = read_named(path, MAX_BYTES, what="a transcript")
    try:
        text = decode_utf8(data, path.name)
    except (MalformedText, RequestError):
        return None  # SCC is ASCII; what it is instead was found by who read it
    return lint_scc(text) if is_scc(text) else None
