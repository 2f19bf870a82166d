"""The flags of `automagic clips`, which `automagic jobs add clips` has as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

Recordings = Annotated[
    list[str],
    typer.Argument(metavar="FILE|FOLDER|URL", help="Video or sound files, folders of them, or their addresses."),
]
Platform = Annotated[
    list[str] | None,
    typer.Option("--platform", metavar="NAME", help="shorts, reels, tiktok, youtube, square or feed; repeatable."),
]
MaxClips = Annotated[int, typer.Option("--max-clips", metavar="N", help="No more of each recording.")]
Shortest = Annotated[float, typer.Option("--min", metavar="S", help="The shortest, in seconds.")]
Longest = Annotated[float, typer.Option("--max", metavar="S", help="The longest, in seconds.")]
Query = Annotated[str, typer.Option(metavar="TEXT", help="Moments about this.")]
Transcript = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="What is said: your own SRT, VTT, JSON or the like, or a folder of them."),
]
Language = Annotated[str | None, typer.Option(metavar="TAG", help="Of the speech; found out without it.")]
AudioTrack = Annotated[
    int | None,
    typer.Option("--audio-track", metavar="N", help="The sound track to hear, from 1; else the one with speech."),
]
LayoutName = Annotated[str, typer.Option("--layout", metavar="NAME", help="auto, hold, pan, fit or split.")]
Tighten = Annotated[bool, typer.Option("--tighten", help="Leave out long pauses and filler words.")]
PlanFile = Annotated[
    str | None, typer.Option("--plan-file", metavar="FILE", help="Make what this edited plan.json says.")
]
Theme = Annotated[str, typer.Option(metavar="NAME", help="Of the captions: a theme, or a folder.")]
Redo = Annotated[list[str] | None, typer.Option(metavar="STEP[:CLIP]", help="Do one step again; repeatable.")]
Credentials = Annotated[
    bool, typer.Option("--credentials/--no-credentials", help="Sign what was generated into the files.")
]
Ranker = Annotated[
    str | None, typer.Option(metavar="A,B", help="Who puts moments in order: features, openai, anthropic, gemini.")
]
Transcriber = Annotated[str | None, typer.Option(metavar="A,B", help="Who hears the words, in order: whisper, openai.")]
MaxCost = Annotated[
    str | None, typer.Option("--max-cost", metavar="USD", help="Stop before a call that would cost more.")
]


_NAMES = {"recordings": "recording", "min_s": "min", "max_s": "max"}
_OTHERS = ("out", "plan", "as_json", "priority", "at", "key")


def as_values(flags: Mapping[str, Any]) -> dict[str, Any]:
    """A command's arguments, those above, by the names that they have on a line of a batch file."""
    values = {_NAMES.get(name, name): value for name, value in flags.items() if name not in _OTHERS}
    if values["max_cost"]:
        values["max_cost"] = values["max_cost"].removeprefix("$")
    return values
