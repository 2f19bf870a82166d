"""The clips of a recording for editing programs: a timeline beside each clip, and one file with all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from automagic.machine.engines import is_usable
from automagic.stages.captions import sidecar_cues

if TYPE_CHECKING:
    from automagic.media.exports.recorded import Recorded
    from automagic.products.clips.film import Clip
    from automagic.values.moments import Moment


def export_clips(
    title: str, clips: Mapping[str, tuple[Clip, Moment | None]], recorded: Recorded, language: str, folder: Path
) -> dict[str, bytes]:
    """`timeline.otio` for each clip, where the library for that is installed, and `timeline.fcpxml` for all, by name.

    Args:
        clips: By the name of their folder.
        folder: The result's own.
    """
    from automagic.media.exports.fcpxml import write_fcpxml
    from automagic.media.exports.otio import write_otio
    from automagic.media.exports.sequences import ClipSequence, caption_frames, cut_frames

    files: dict[str, bytes] = {}
    sequences = []
    for name, (clip, moment) in clips.items():
        cuts = cut_frames(recorded, clip.plan.stretches, clip.framings)
        cues = sidecar_cues([clip.words], language or "en", clip.kept) if clip.words else ()
        captions = caption_frames(recorded, cues, cuts[-1].end)
        sequence = ClipSequence(clip.plan.id, clip.plan.title, cuts, captions, language or "en", moment)
        sequences.append(sequence)
        if is_usable("opentimelineio"):
            files[f"{name}/timeline.otio"] = write_otio(sequence, recorded, folder / name)
    files["timeline.fcpxml"] = write_fcpxml(title, sequences, recorded)
    return files
