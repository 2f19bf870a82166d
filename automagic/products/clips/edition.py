"""What all clips of one recording are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from automagic.media.design.platforms import PlatformGroup
from automagic.media.video.encode import EncodeSettings
from automagic.products.clips.sources import Recording
from automagic.products.clips.understanding import Understanding
from automagic.runs.run import Run, RunSubject
from automagic.services import Services
from automagic.stages.finishing import choose_encoding
from automagic.stages.look import Look
from automagic.values.clip_plan import ClipPlan


@dataclass(frozen=True)
class Edition:
    """What all clips of one recording share.

    Attributes:
        known: What is known of the recording.
        groups: The geometries that each clip is made for.
        signed: Whether they carry content credentials.
    """

    recording: Recording
    known: Understanding
    groups: tuple[PlatformGroup, ...]
    look: Look
    signed: bool
    run: Run[Services]

    def about(self, plan: ClipPlan) -> RunSubject[Services]:
        """The steps of one clip."""
        return self.run.about(plan.id)

    @property
    def language(self) -> str:
        """Of what is said; "" when nothing is."""
        return self.known.transcript.language

    @property
    def kept(self) -> tuple[str, ...]:
        """The person's names that are not cut, nor broken over lines."""
        return self.run.services.names.kept

    @cached_property
    def encode(self) -> EncodeSettings:
        """How their pictures are encoded."""
        return choose_encoding(self.run.services.settings)
