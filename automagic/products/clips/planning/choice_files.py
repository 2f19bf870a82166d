"""What lies in the folder where moments were chosen and nothing was filmed: the plan, the reasons, what is said.

plan.json     what would be cut: edit it and give it back with `--plan-file`
choice.json   the chosen moments with their reasons, and those that were not chosen with theirs
words.json    every word of the recording with its times
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from automagic.products.clips.planning.edited import CutPlan, write_plan
from automagic.stages.result_folder import MANIFEST, as_json
from automagic.values.moments import MomentChoice
from automagic.values.transcript import Transcript
from automagic.version import GENERATOR


def arrange_choice(plan: CutPlan, choice: MomentChoice | None, transcript: Transcript) -> dict[str, Path | bytes]:
    """The files by name."""
    files: dict[str, Path | bytes] = {
        "plan.json": write_plan(plan),
        "words.json": as_json([msgspec.to_builtins(word) for word in transcript.words]),
    }
    if choice is not None:
        files["choice.json"] = as_json(msgspec.to_builtins(choice))
    files[MANIFEST] = as_json({"generator": GENERATOR, "title": plan.title, "files": sorted([*files, MANIFEST])})
    return files
