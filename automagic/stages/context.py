"""What every step gets besides its inputs."""

from __future__ import annotations

from automagic.runs.context import StepContext
from automagic.services import Services

Context = StepContext[Services]
