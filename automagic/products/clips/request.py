"""What a person asks for when a long recording shall become short clips."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

from msgspec import Meta

from automagic.destinations.shared.publication import Options
from automagic.destinations.shared.registry import parse_destination
from automagic.errors import RequestError
from automagic.media.design.platforms import group_platforms
from automagic.stages.languages import primary_language
from automagic.stages.request_files import check_amount, check_makers
from automagic.values.clip_plan import Layout
from automagic.values.request_fields import check_fields

SHORTEST_S = 3.0
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class ClipsRequest:
    """What a person asks for.

    Attributes:
        recording: A video or a sound file, a folder of them, or the address of one.
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
        audio_track: The number of the sound track to hear, from 1; None for the one on which somebody speaks.
        originals: For editing programs: where a recording really lies, by the path of a copy that is given here.
        publish: Where each clip goes that has passed: "youtube", "folder:PATH", "webhook:URL".
        publication: How they are published.
    """

    PRODUCT: ClassVar = "clips"

    recording: str
    platforms: Annotated[tuple[str, ...], Meta(title="platform")] = ("shorts",)
    max_clips: Annotated[int, Meta(ge=1, le=200)] = 10
    min_s: Annotated[float, Meta(title="min")] = 15.0
    max_s: Annotated[float, Meta(title="max")] = 60.0
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
    max_cost_usd: Annotated[Decimal | None, Meta(title="max-cost")] = None
    audio_track: Annotated[int | None, Meta(title="audio-track")] = None
    originals: dict[str, str] = field(default_factory=dict)
    publish: tuple[str, ...] = ()
    publication: Options = field(default_factory=Options)

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.recording.strip():
            raise RequestError("there is no recording to make clips of", hint="Name a video, a folder or an address.")
        if not SHORTEST_S <= self.min_s < self.max_s <= LONGEST_S:
            raise RequestError(
                f"min {self.min_s:g} and max {self.max_s:g} do not fit",
                hint=f"The shortest has at least {SHORTEST_S:g} s; the longest more than that, and at most "
                f"{LONGEST_S:g} s.",
            )
        if self.audio_track is not None and self.audio_track < 1:
            raise RequestError(
                f"audio-track {self.audio_track} is not a valid track number", hint="Tracks are counted from 1."
            )
        group_platforms(self.platforms)
        if self.language is not None:
            primary_language(self.language)
        check_makers(self, "ranker", "transcriber")
        check_amount(self.max_cost_usd)
        for name in self.publish:
            parse_destination(name)
