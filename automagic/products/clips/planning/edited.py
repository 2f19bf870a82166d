"""`plan.json`: what will be cut, in a form that a person can edit and use again with `--plan-file`."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from automagic.errors import RequestError
from automagic.media.sound.audio_tracks import AudioPick
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.named_files import file_name, read_named
from automagic.shaping import to_shape
from automagic.values.artifact import Artifact
from automagic.values.clip_plan import SHORTEST_S, ClipPlan, KeptRange
from automagic.values.words import Word

MAX_BYTES = 50_000_000
BEYOND_S = 1.0
"""How much later than the recording's end a time may be: whole seconds, and a picture that ends before its sound."""
_LONGEST_ID = 64
_MOST_FAULTS = 10
_ID = re.compile(rf"[A-Za-z0-9]{{1,{_LONGEST_ID}}}")
_HINT = "Begin with the plan.json that lies beside the clips."


@dataclass(frozen=True, slots=True)
class CutPlan:
    """What will be cut out of one recording.

    Attributes:
        title: Of the whole.
        recording: sha256 of the file that its times belong to.
        file: Its name, for people.
        clips: In the order in which they are offered.
        sound: Which of the recording's sound tracks are heard; None for the one on which somebody speaks.
    """

    title: str
    recording: str
    file: str
    clips: tuple[ClipPlan, ...]
    sound: AudioPick | None = None


def write_plan(plan: CutPlan) -> bytes:
    """The plan as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def check_text(text: str) -> CutPlan:
    """The plan that a text holds, as far as that can be seen without its recording.

    Raises:
        RequestError: It is none, or cannot be cut.
    """
    return _check(_parse(text.encode("utf-8", "surrogatepass"), "the plan"), "the plan", math.inf)


def read_plan(path: Path, recording: Artifact, duration_s: float | None = None) -> CutPlan:
    """An edited plan.

    Args:
        duration_s: Of the recording, in which its times have to be; None while it is not known.

    Raises:
        RequestError: It cannot be read, is no plan, belongs to another recording, or cannot be cut; all faults at once,
            each with its clip and field.
    """
    name = file_name(path)
    data = read_named(path, MAX_BYTES, what="a plan", hint=_HINT)
    plan = _parse(data, name)
    if plan.recording != recording.sha256:
        raise RequestError(
            f"{name} was made for another recording ({plan.file})", hint="Its times do not fit this recording."
        )
    return _check(plan, name, math.inf if duration_s is None else duration_s + BEYOND_S)


def _parse(data: bytes, name: str) -> CutPlan:
    try:
        return parse_json(data, name=name, type=CutPlan)
    except MalformedText as error:
        fault = error.fault if error.line else _find_odd_clip(data) or error.fault
        raise RequestError(f"{name} is not a valid plan: {fault}", hint=_HINT) from error


def _check(plan: CutPlan, name: str, end_s: float) -> CutPlan:
    faults = [f"{clip.id[:_LONGEST_ID]}: {fault}" for clip in plan.clips for fault in _find_faults(clip, end_s)]
    ids = Counter(clip.id for clip in plan.clips)
    faults += [f"{one[:_LONGEST_ID]}: {count} clips have this id" for one, count in sorted(ids.items()) if count > 1]
    if faults or not plan.clips:
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise RequestError(
            f"{name} cannot be cut: " + ("; ".join(faults[:_MOST_FAULTS]) + more or "it has no clips"),
            hint="Times are in seconds.",
        )
    return plan


def _find_odd_clip(data: bytes) -> str:
    """The first clip that is not of its type, and its field: of a list, msgspec does not say which. "" for none."""
    document = parse_json(data, name="")
    clips = document.get("clips") if isinstance(document, dict) else None
    for number, clip in enumerate(clips if isinstance(clips, list) else ()):
        try:
            to_shape(clip, ClipPlan)
        except msgspec.ValidationError as error:
            known = clip.get("id") if isinstance(clip, dict) else None
            return f"clips[{number}]{f' (id {known})' if isinstance(known, str) else ''}: {error}"
    return ""


def _find_faults(clip: ClipPlan, end_s: float) -> Iterator[str]:
    """What is wrong in a clip, each with its field.

    Args:
        end_s: Behind it nothing can be.
    """
    if not _ID.fullmatch(clip.id):
        yield f"id {clip.id[:_LONGEST_ID]!r} is not one of at most {_LONGEST_ID} letters and digits"
    if not clip.stretches:
        yield "stretches: it has none"
    wrong = list(_find_wrong_times("stretches", clip.stretches, end_s))
    yield from wrong
    if not wrong and clip.stretches and clip.duration_s < SHORTEST_S:
        yield f"stretches: they are {clip.duration_s:g} s long together, and {SHORTEST_S:g} s are needed"
    yield from _find_wrong_times("words", clip.words, end_s)


def _find_wrong_times(field: str, spans: Sequence[KeptRange | Word], end_s: float) -> Iterator[str]:
    """Stretches follow one another; words begin one after another, and may be so short that they have no length."""
    before_s = 0.0
    for number, span in enumerate(spans):
        place = f"{field}[{number}]"
        stretch = isinstance(span, KeptRange)
        if span.start_s < 0:
            yield f"{place}.start_s is {span.start_s:g}, before the recording begins"
        elif span.end_s < span.start_s or (stretch and span.end_s == span.start_s):
            yield f"{place} runs backwards: start_s is {span.start_s:g} and end_s is {span.end_s:g}"
        elif span.end_s > end_s:
            yield f"{place}.end_s is {span.end_s:g}, and the recording ends at {end_s - BEYOND_S:g}"
        elif span.start_s < before_s:
            of = "end" if stretch else "beginning"
            yield f"{place}.start_s is {span.start_s:g}, before the {of} of the one before it, {before_s:g}"
        before_s = span.end_s if stretch else span.start_s
