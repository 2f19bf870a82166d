"""Which steps `--redo` may name."""

from __future__ import annotations

from automagic.products.clips import finish, podcast, ranking, recording_steps, sound_steps, steps
from automagic.runs.steps import steps_in
from automagic.stages import finishing, transcription

STEPS = steps_in(recording_steps, sound_steps, steps, finish, podcast, transcription, ranking, finishing)
"""What `--redo` may name; the run does no others."""
