"""What a person asks for when a long recording shall become short clips."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from automagic.destinations.shared.publication import Options
from automagic.errors import RequestError
from automagic.products.clips.archived.place import is_archive_place, parse_place
from automagic.sources.recordings import is_address
from automagic.stages.languages import primary_language
from automagic.stages.request_files import (
    CaptionsAsked,
    check_amount,
    check_makers,
    is_shipped_theme,
    offer_platforms,
    offer_themes,
)
from automagic.values.clip_plan import Layout
from automagic.values.request import Flag, NamesFile, Request
from automagic.values.request_fields import check_fields

SHORTEST_S = 3.0
LONGEST_S = 600.0


def _is_no_file(recording: str) -> bool:
    return not recording or is_address(recording) or is_archive_place(recording)


@dataclass(frozen=True, slots=True)
class ClipsRequest(Request):
    """What a person asks for.

    `ranker` says who puts the moments in order; None for what the settings say, which is by features alone unless
    somebody said otherwise. With a `plan_file` its clips are made, with `segments` these. `originals`
    is for editing programs: where a recording really lies, by the path of a copy that is given here.
    """

    recording: Annotated[
        str,
        Meta(
            description="Video or sound files, folders of them, or their addresses; archive:NAME or archive: for "
            "moments of an archive that are about --query, archive:ID for a recording of it."
        ),
        Flag("FILE|FOLDER|URL|archive:NAME", subject=True, argument=True, rest="more"),
        NamesFile(unless=_is_no_file, room="recordings"),
    ]
    platforms: Annotated[
        tuple[str, ...],
        Meta(title="platform", description="shorts, reels, tiktok, youtube, square, feed or ads; repeatable."),
        Flag("NAME", panel="Output", setting="DEFAULT_PLATFORM", offers=offer_platforms),
    ] = ("shorts",)
    max_clips: Annotated[
        int,
        Meta(ge=1, le=200, description="At most this many of each recording; of an archive, in all."),
        Flag("N", panel="Output"),
    ] = 10
    min_s: Annotated[float, Meta(title="min", description="Shortest clip, in seconds."), Flag("S", panel="Output")] = (
        15.0
    )
    max_s: Annotated[float, Meta(title="max", description="Longest clip, in seconds."), Flag("S", panel="Output")] = (
        60.0
    )
    query: Annotated[str, Meta(description="Choose moments about this."), Flag("TEXT", panel="Input")] = ""
    fetch: Annotated[
        bool, Meta(description="Fetch recordings of the archive that are not here."), Flag(panel="Input")
    ] = False
    transcript: Annotated[
        Path | None,
        Meta(description="What is said: your own SRT, VTT, JSON or the like, or a folder of them."),
        Flag("FILE", panel="Input"),
        NamesFile(),
    ] = None
    language: Annotated[
        str | None, Meta(description="Of the speech; detected by default."), Flag("TAG", panel="Input")
    ] = None
    audio_track: Annotated[
        int | None,
        Meta(title="audio-track", description="Sound track, counted from 1; by default the one with speech."),
        Flag("N", panel="Input"),
    ] = None
    layout: Annotated[Layout, Meta(description="auto, hold, pan, fit or split."), Flag("NAME", panel="Look")] = "auto"
    tighten: Annotated[bool, Meta(description="Leave out long pauses and filler words."), Flag(panel="Output")] = False
    plan_file: Annotated[
        Path | None,
        Meta(description="Make the clips of this edited plan.json."),
        Flag("FILE", panel="Input"),
        NamesFile(),
    ] = None
    segments: Annotated[
        tuple[str, ...],
        Meta(title="segment", description="Make a clip from here to there: 1:20-1:45 The vote; repeatable."),
        Flag("FROM-TO", panel="Input"),
    ] = ()
    choose_only: Annotated[
        bool,
        Meta(title="choose-only", description="Choose moments and write plan.json; film nothing yet."),
        Flag(panel="Output"),
    ] = False
    theme: Annotated[
        str,
        Meta(description="Look of the captions: a theme, or a folder."),
        Flag("NAME", panel="Look", setting="DEFAULT_THEME", offers=offer_themes),
        NamesFile(unless=is_shipped_theme),
    ] = "default"
    captions: Annotated[
        CaptionsAsked,
        Meta(description="Burnt in: bottom, top, centre or off; the caption files stay."),
        Flag("WHERE", panel="Look"),
    ] = "bottom"
    out: Annotated[
        Path | None, Meta(description="The folder for the result."), Flag("DIR", at_once=True, panel="Output")
    ] = None
    redo: Annotated[
        tuple[str, ...], Meta(description="Do one step again; repeatable."), Flag("STEP[:CLIP]", panel="Output")
    ] = ()
    credentials: Annotated[bool, Meta(description="Sign what was generated into the files."), Flag(panel="Output")] = (
        True
    )
    ranker: Annotated[
        str | None,
        Meta(description="Who puts moments in order: features, openai, anthropic, gemini."),
        Flag("A,B", panel="Input"),
    ] = None
    transcriber: Annotated[
        str | None, Meta(description="Who hears the words, in order: whisper, openai."), Flag("A,B", panel="Input")
    ] = None
    max_cost_usd: Annotated[
        Decimal | None,
        Meta(title="max-cost", description="Stop before a call that would cost more."),
        Flag("USD", panel="Money"),
    ] = None
    publish: Annotated[
        tuple[str, ...],
        Meta(description="youtube, folder:PATH or webhook:URL; repeatable."),
        Flag("DEST", panel="Publish"),
    ] = ()
    publication: Options = field(default_factory=Options)
    plan: Annotated[
        bool, Meta(description="Show what would be chosen; make nothing."), Flag(at_once=True, panel="Output")
    ] = False
    more: Annotated[tuple[str, ...], NamesFile(unless=_is_no_file, room="recordings")] = ()
    originals: Annotated[dict[str, str], NamesFile(room="recordings")] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The root's flags come from here, and its help shall not wait for these.
        from automagic.destinations.shared.registry import parse_destination
        from automagic.media.design.platforms import group_platforms

        check_fields(self)
        if not self.recording.strip():
            raise RequestError("there is no recording to make clips of", hint="Name a video, a folder or an address.")
        self._check_archive()
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
        self._check_segments()
        if self.choose_only and self.publish:
            raise RequestError("--choose-only films nothing that could be published", hint="Leave out --publish.")
        group_platforms(self.platforms)
        if self.language is not None:
            primary_language(self.language)
        check_makers(self, "ranker", "transcriber")
        check_amount(self.max_cost_usd)
        for name in self.publish:
            parse_destination(name)

    def _check_segments(self) -> None:
        if not self.segments:
            return
        from automagic.products.clips.planning.segment_text import read_segment

        for text in self.segments:
            read_segment(text)
        if self.plan_file or self.query.strip():
            other = "--plan-file" if self.plan_file else "--query"
            raise RequestError(f"--segment and {other} both say what becomes a clip", hint="Leave out one of them.")
        if self.more:
            raise RequestError("segments are of one recording", hint="Name that one alone.")

    def _check_archive(self) -> None:
        named = [one for one in (self.recording, *self.more) if is_archive_place(one)]
        for one in named:
            if not parse_place(one).name and not self.query.strip():
                raise RequestError(
                    "a whole archive has too many moments", hint='Say what they shall be about: --query "…".'
                )
        if named and self.transcript:
            raise RequestError(
                f"what is said in {named[0]} is known, and needs no transcript",
                hint="Leave out --transcript, or name the recording's file.",
            )
        if self.fetch and not named:
            raise RequestError(
                "--fetch is for recordings of the archive", hint="An address is fetched without it: leave it out."
            )

    @property
    def title(self) -> str:
        """What a person knows it by until it has a title."""
        names = [one if _is_no_file(one) else Path(one).name for one in (self.recording, *self.more)]
        return f"clips of {names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
