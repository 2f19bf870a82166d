"""Which steps `--redo` may name."""

from __future__ import annotations

from automagic.products.video import speech_steps, steps
from automagic.runs.steps import steps_in
from automagic.stages import finishing, material_steps, picture_steps

STEPS = steps_in(material_steps, picture_steps, speech_steps, steps, finishing)
"""What `--redo` may name; the run does no others."""
