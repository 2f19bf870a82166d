"""What a person asks for when a long recording shall become short clips."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from automagic.recording import Layout


@dataclass(frozen=True, slots=True)
class ClipsRequest:
    """What a person asks for.

    Attributes:
        recording: A video file, a folder of them, or the address of one.
        more: Further ones.
        platforms: Where the clips will be watched.
        max_clips: No more are made of each recording.
        min_s, max_s: How long a clip may be.
        query: What the moments shall be about; "" for whatever is best.
        transcript: A transcript of the person's own (SRT, VTT, JSON), a folder of them named as the recordings are, or
            None to listen.
        language: BCP-47 tag of the speech; None to find out.
        layout: How a picture of another shape is framed.
        tighten: Whether long pauses and filler words are left out.
        plan_file: An edited `plan.json`: what is chosen is then what it says.
        theme: Of the captions: a shipped theme, or the path of a folder.
        out: The result's folder; None for `final_videos/<date>-<name>-clips`.
        credentials: Whether content credentials are signed into the files.
        redo: Steps to do again, each "STEP" or "STEP:clip".
        plan: Say what would be chosen and change nothing.
        ranker: Who puts the moments in order ("openai,anthropic"); None for what the settings say, which is by features
            alone unless somebody said otherwise.
        transcriber: Who hears the words, in order ("openai,whisper"); None for what the settings say.
        max_cost_usd: For this run; a call that would cross it is not made.
        originals: For editing programs: where a recording really lies, by the path of a copy that is given here.
    """

    PRODUCT: ClassVar = "clips"

    recording: str
    platforms: tuple[str, ...] = ("shorts",)
    max_clips: int = 10
    min_s: float = 15.0
    max_s: float = 60.0
    query: str = ""
    transcript: Path | None = None
    language: str | None = None
    layout: Layout = "auto"
    tighten: bool = False
    plan_file: Path | None = None
    theme: str = "default"
    out: Path | None = None
    credentials: bool = True
    redo: tuple[str, ...] = ()
    plan: bool = False
    more: tuple[str, ...] = ()
    ranker: str | None = None
    transcriber: str | None = None
    max_cost_usd: Decimal | None = None
    originals: dict[str, str] = field(default_factory=dict)
