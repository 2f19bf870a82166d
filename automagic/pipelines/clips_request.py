"""What a person asks for when a long recording shall become short clips."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from automagic.recording import Layout


@dataclass(frozen=True, slots=True)
class ClipsRequest:
    """What a person asks for.

    Attributes:
        recording: A video file.
        platforms: Where the clips will be watched.
        max_clips: No more are made.
        min_s, max_s: How long a clip may be.
        query: What the moments shall be about; "" for whatever is best.
        transcript: A transcript of the person's own (SRT, VTT, JSON), or None to listen.
        language: BCP-47 tag of the speech; None to find out.
        layout: How a picture of another shape is framed.
        tighten: Whether long pauses and filler words are left out.
        plan_file: An edited `plan.json`: what is chosen is then what it says.
        theme: Of the captions: a shipped theme, or the path of a folder.
        out: The result's folder; None for `final_videos/<date>-<name>-clips`.
        credentials: Whether content credentials are signed into the files.
        redo: Steps to forget first, each "STEP" or "STEP:clip".
        plan: Say what would be chosen and change nothing.
    """

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
