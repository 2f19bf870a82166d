"""The page to look at a recording's clips and to choose from them: `index.html`, one file beside their folders; and the
page of a batch, which leads to those of its recordings.

It needs no network. Without scripts everything can be seen and played; the one script that it has lets a person tick
clips and save a plan of them. Every text is escaped by the template, and should one slip through, the page's own policy
lets no other script run.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from automagic.data import shipped
from automagic.products.clips.planning.edited import CutPlan, write_plan

if TYPE_CHECKING:
    from jinja2 import Environment

    from automagic.values.moments import MomentChoice
    from automagic.values.report import Measure

_SHOWN_TEXT = 240
"""Characters of a moment that was not chosen."""


@dataclass(frozen=True, slots=True)
class SheetClip:
    """A clip as the page shows it.

    Attributes:
        entry: As `clips.json` tells it.
        files: Names in its folder.
        measures: Of each of its geometries, by name.
    """

    entry: Mapping[str, Any]
    files: Sequence[str]
    measures: Mapping[str, Sequence[Measure]]


def write_sheet(
    plan: CutPlan, clips: Sequence[SheetClip], choice: MomentChoice | None, *, note: str, files: Sequence[str]
) -> str:
    """The page as HTML.

    Args:
        choice: What was considered; None when the clips are a plan file's.
        note: What the scores mean.
        files: What lies beside the page.
    """
    from markupsafe import Markup

    style, script = _read("page.css"), _read("page.js")
    largest = max((abs(one["points"]) for clip in clips for one in clip.entry["why"]), default=0.0) or 1.0
    # In a script, "<" is all that could end it; "&" and quotes stand for themselves.
    data = write_plan(plan).decode().replace("<", "\\u003c")
    return (
        _environment()
        .get_template("page.html")
        .render(
            title=plan.title,
            recording=plan.file,
            recording_argument=shlex.quote(plan.file),
            note=note,
            notices=choice.notices if choice else (),
            considered=choice.considered if choice else 0,
            scorer=choice.scorer if choice else "a plan file",
            clips=[_describe(clip, largest) for clip in clips],
            rejected=[
                {
                    "start_s": one.moment.start_s,
                    "end_s": one.moment.end_s,
                    "score": one.moment.score,
                    "reason": one.reason,
                    "text": _shorten(one.moment.text),
                }
                for one in (choice.rejected if choice else ())
            ],
            files=sorted(files),
            policy=_policy(style, script),
            style=Markup(style),  # noqa: S704 - our own files, without anybody's text in them
            script=Markup(script),  # noqa: S704 - likewise
            plan=Markup(data),  # noqa: S704 - escaped above
        )
    )


def write_batch_page(
    title: str,
    episodes: Sequence[Mapping[str, Any]],
    *,
    skipped: Sequence[Mapping[str, str]],
    left_out: Sequence[str],
    note: str,
) -> str:
    """A page that leads to every recording's own, as HTML; it runs no script.

    Args:
        episodes: `recording`, `folder`, `notices` and `clips`, each with `title`, `duration_s`, `passed`, `video` and
            `poster`; a clip's files are named as the page reaches them.
        skipped: `name` and `error` of what no clips could be made of.
        left_out: Files that are no recordings.
        note: What the scores mean.
    """
    from markupsafe import Markup

    style = _read("page.css")
    return (
        _environment()
        .get_template("batch.html")
        .render(
            title=title,
            episodes=episodes,
            clips=sum(len(episode["clips"]) for episode in episodes),
            skipped=skipped,
            left_out=left_out,
            note=note,
            policy=_policy(style, ""),
            style=Markup(style),  # noqa: S704 - our own file, without anybody's text in it
        )
    )


def _describe(clip: SheetClip, largest: float) -> dict[str, Any]:
    """What the template shows of a clip."""
    entry = clip.entry
    folder, stretches = entry["folder"], entry["stretches"]
    poster = next(iter(entry["thumbnails"].values()), "")
    return {
        **entry,
        "video": f"{folder}/{next(iter(entry['videos'].values()))}",
        "poster": f"{folder}/{poster}" if poster else "",
        "start_s": stretches[0]["start_s"],
        "end_s": stretches[-1]["end_s"],
        "why": [
            {
                "name": one["feature"].replace("_", " "),
                "points": one["points"],
                "percent": round(100 * abs(one["points"]) / largest, 1),
                "why": one["why"],
            }
            for one in entry["why"]
            if one["points"]
        ],
        "files": sorted(clip.files),
        "measures": clip.measures,
        "doubts": [
            (shape, measure)
            for shape, measures in clip.measures.items()
            for measure in measures
            if measure.verdict != "pass"
        ],
    }


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    # The template is our own, so it needs no sandbox.
    environment = Environment(
        loader=FunctionLoader(_read), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"clock": clock, "exact": _exact, "link": quote}
    return environment


@functools.cache
def _read(name: str) -> str:
    return shipped(f"contact_sheet/{name}").read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Content Security Policy, level 3: what lies beside the page may be shown, and nothing but its own script runs."""
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (style, script)]
    return (
        "default-src 'none'; img-src 'self' file:; media-src 'self' file:; "
        f"style-src 'sha256-{hashes[0]}'; style-src-attr 'unsafe-inline'; script-src 'sha256-{hashes[1]}'"
    )


def clock(time_s: float) -> str:
    """A time as players show it: "2:05", "1:02:05"."""
    hours, rest = divmod(int(time_s), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _exact(time_s: float) -> str:
    """The same with hundredths."""
    hundredths = round(time_s * 100)
    return f"{clock(hundredths / 100)}.{hundredths % 100:02}"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN_TEXT else text[:_SHOWN_TEXT].rsplit(maxsplit=1)[0] + " …"
