"""What every step gets besides its inputs, and what stands in a plan for a file that is not made yet."""

from __future__ import annotations

from automagic.runs.context import StepContext
from automagic.services import Services
from automagic.values.artifact import Artifact

Context = StepContext[Services]


def unknown_artifact(kind: str, media_type: str) -> Artifact:
    """Stands in a plan for a file that would have to be made; its name begins with a question mark."""
    return Artifact(f"?{kind}", media_type, 0)
