"""`plan.json`: what will be cut, in a form that a person edits and gives back with `--plan-file`."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from automagic.errors import RequestError
from automagic.media.audio_tracks import AudioPick
from automagic.model import Artifact
from automagic.recording import ClipPlan

MAX_BYTES = 50_000_000
SHORTEST_S = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
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


def write_plan(plan: Plan) -> bytes:
    """The plan as JSON that a person can read."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2) + b"\n"


def read_plan(path: Path, recording: Artifact) -> Plan:
    """An edited plan.

    Raises:
        RequestError: It cannot be read, is no plan, belongs to another recording, or cannot be cut; all faults at once.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RequestError(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB", hint="Give a plan.json.")
        plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}", hint="Check the name.") from error
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise RequestError(
            f"{path.name} is no plan: {error}", hint="Begin with the plan.json that lies beside the clips."
        ) from error
    if plan.recording != recording.sha256:
        raise RequestError(
            f"{path.name} was made for another recording ({plan.file})", hint="Its times mean nothing in this one."
        )
    faults = [fault for clip in plan.clips for fault in _find_faults(clip)]
    ids = [clip.id for clip in plan.clips]
    faults += [f"{name}: two clips have this id" for name in sorted({name for name in ids if ids.count(name) > 1})]
    if faults or not plan.clips:
        raise RequestError(
            f"{path.name} cannot be cut: " + ("; ".join(faults) or "it has no clips"), hint="Times are in seconds."
        )
    return plan


def _find_faults(clip: ClipPlan) -> list[str]:
    times: list[Any] = [time_s for one in clip.stretches for time_s in (one.start_s, one.end_s)]
    if not times:
        return [f"{clip.id}: it has no stretches"]
    faults = []
    if not clip.id.isalnum():
        faults.append(f"{clip.id!r}: an id has only letters and digits")
    if times[0] < 0 or any(later < earlier for earlier, later in itertools.pairwise(times)):
        faults.append(f"{clip.id}: its stretches run backwards or overlap")
    elif clip.duration_s < SHORTEST_S:
        faults.append(f"{clip.id}: it is shorter than {SHORTEST_S:g} s")
    starts = [word.start_s for word in clip.words]
    if starts != sorted(starts) or any(word.end_s < word.start_s for word in clip.words):
        faults.append(f"{clip.id}: its words run backwards")
    return faults
