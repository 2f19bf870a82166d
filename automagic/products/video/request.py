"""What a person asks for when asking for a video. Each field declares how it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, get_args

from msgspec import Meta

from automagic.destinations.shared.publication import Options
from automagic.errors import RequestError
from automagic.stages.languages import primary_language
from automagic.stages.request_files import (
    NO_MUSIC_FILE,
    CardCaptionsAsked,
    MotionAsked,
    check_amount,
    check_makers,
    is_shipped_theme,
    offer_platforms,
    offer_themes,
    offer_voices,
)
from automagic.values.document import TextKind
from automagic.values.request import Flag, NamesFile, Request, list_request_fields
from automagic.values.request_fields import check_fields


def _is_no_file(source: str) -> bool:
    return source == "-" or "://" in source


@dataclass(frozen=True, slots=True)
class VideoRequest(Request):
    """What a person asks for.

    Of topic, source and script there is exactly one. A person's own script is as long as it is, whatever `duration_s`
    says. `kind` is None for what the text looks like. `voice` is a voice ("af_heart"), a narrator ("piper"), both
    ("espeak:british"), or None for the best. Writer, illustrator and narrator say who is asked, in order; None for
    what the settings say.
    """

    topic: Annotated[
        str | None, Meta(description="What the video is about."), Flag("TEXT", subject=True, panel="Input")
    ] = None
    source: Annotated[
        str | None,
        Meta(description="Markdown, text or HTML to make it from."),
        Flag("FILE|URL|-", subject=True, panel="Input"),
        NamesFile(unless=_is_no_file),
    ] = None
    script: Annotated[
        str | None,
        Meta(description="Your own script, in Markdown."),
        Flag("FILE", subject=True, panel="Input"),
        NamesFile(),
    ] = None
    platforms: Annotated[
        tuple[str, ...],
        Meta(title="platform", description="shorts, reels, tiktok, youtube, square, feed or ads; repeatable."),
        Flag("NAME", panel="Output", setting="DEFAULT_PLATFORM", offers=offer_platforms),
    ] = ("shorts",)
    duration_s: Annotated[
        float,
        Meta(
            title="duration", ge=5, le=3600, description="About how long, in seconds.",
            extra={"unit": "seconds"},
        ),
        Flag("S", panel="Output", setting="DEFAULT_DURATION"),
    ] = 45.0  # fmt: skip
    voice: Annotated[
        str | None,
        Meta(description="A voice or a narrator, such as am_michael or espeak."),
        Flag("NAME", panel="Voice", setting="DEFAULT_VOICE", unless=("narrator", "draft"), offers=offer_voices),
    ] = None
    speed: Annotated[
        float,
        Meta(ge=0.7, le=1.4, description="Of the voice: 0.9 is slower, 1.2 faster."),
        Flag("FACTOR", panel="Voice"),
    ] = 1.0
    theme: Annotated[
        str,
        Meta(description="A theme, or a folder with your own."),
        Flag("NAME", panel="Look", setting="DEFAULT_THEME", offers=offer_themes),
        NamesFile(unless=is_shipped_theme),
    ] = "default"
    motion: Annotated[
        MotionAsked | None,
        Meta(description="Of cards and pictures: lively, calm or none; else as the theme has it."),
        Flag("HOW", panel="Look", offers=lambda: get_args(MotionAsked)),
    ] = None
    captions: Annotated[
        CardCaptionsAsked,
        Meta(description="Burnt in: auto (not on cards that show the words), bottom, top, centre or off."),
        Flag("WHERE", panel="Look"),
    ] = "auto"
    music: Annotated[
        str,
        Meta(description="The music under the voice."),
        Flag("auto|none|FILE", panel="Voice", setting="DEFAULT_MUSIC"),
        NamesFile(unless=NO_MUSIC_FILE.__contains__),
    ] = "auto"
    images: Annotated[
        Path | None, Meta(description="Your own pictures instead of cards."), Flag("DIR", panel="Input"), NamesFile()
    ] = None
    language: Annotated[
        str, Meta(description="Of the text and the voice."), Flag("TAG", panel="Input", setting="DEFAULT_LANGUAGE")
    ] = "en"
    kind: Annotated[
        TextKind | None,
        Meta(description="Of a text: list, how-to, news, story, launch, history, explainer, opinion or question."),
        Flag("KIND", panel="Input", offers=lambda: get_args(TextKind)),
    ] = None
    out: Annotated[
        Path | None, Meta(description="The folder for the result."), Flag("DIR", at_once=True, panel="Output")
    ] = None
    take: Annotated[
        int, Meta(ge=1, le=1000, description="Another variant of text, pictures and music."), Flag("N", panel="Output")
    ] = 1
    redo: Annotated[
        tuple[str, ...], Meta(description="Do one step again; repeatable."), Flag("STEP[:SCENE]", panel="Output")
    ] = ()
    writer: Annotated[
        str | None, Meta(description="Who writes, in order, such as openai,extract."), Flag("A,B", panel="Input")
    ] = None
    illustrator: Annotated[
        str | None, Meta(description="Who makes pictures, such as pexels,commons,cards."), Flag("A,B", panel="Look")
    ] = None
    narrator: Annotated[
        str | None, Meta(description="Who speaks, such as elevenlabs,kokoro."), Flag("A,B", panel="Voice")
    ] = None
    max_cost_usd: Annotated[
        Decimal | None,
        Meta(title="max-cost", description="Stop before a call that would cost more in this run."),
        Flag("USD", panel="Money"),
    ] = None
    publish: Annotated[
        tuple[str, ...],
        Meta(description="youtube, folder:PATH or webhook:URL; repeatable."),
        Flag("DEST", panel="Publish"),
    ] = ()
    publication: Options = field(default_factory=Options)
    draft: Annotated[bool, Meta(description="Fast voice, fast encode."), Flag(panel="Output")] = False
    credentials: Annotated[bool, Meta(description="Sign what was generated into the file."), Flag(panel="Output")] = (
        True
    )
    plan: Annotated[
        bool, Meta(description="Show what would be done; change nothing."), Flag(at_once=True, panel="Output")
    ] = False
    preview: Annotated[
        bool, Meta(description="Draw cards and thumbnail on one sheet; no video."), Flag(at_once=True, panel="Output")
    ] = False

    def __post_init__(self) -> None:
        # The root's flags come from here, and its help shall not wait for these.
        from automagic.destinations.shared.registry import parse_destination
        from automagic.media.design.platforms import group_platforms

        check_fields(self)
        subjects = [one.field for one in list_request_fields(type(self)) if one.flag.subject]
        given = [name for name in subjects if (getattr(self, name) or "").strip()]
        if len(given) != 1:
            raise RequestError(
                f"{' and '.join(given)} cannot be used together" if given else "there is nothing to make a video about",
                hint='Give one of --topic "…", --source FILE|URL|-, --script FILE.',
            )
        if self.kind and not self.source:
            raise RequestError(
                f"--kind says what a text is, and here is a {given[0]}", hint="It goes with --source; leave it out."
            )
        if self.plan and self.preview:
            raise RequestError("plan and preview cannot be used together", hint="Give one of --plan and --preview.")
        group_platforms(self.platforms)
        primary_language(self.language)
        check_makers(self, "writer", "illustrator", "narrator")
        check_amount(self.max_cost_usd)
        for name in self.publish:
            parse_destination(name)

    @property
    def title(self) -> str:
        """What a person knows it by until it has a title."""
        name = self.source or self.script
        if self.topic or not name or "://" in name:
            return self.topic or name or ""
        return "standard input" if name == "-" else Path(name).name
