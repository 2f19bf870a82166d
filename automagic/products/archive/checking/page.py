"""A report as one page that needs no network and runs no script; every text is escaped by the template."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from automagic.data import shipped
from automagic.language.transcript.caption_check import SIDE_OF, Side
from automagic.machine.whole_files import write_whole
from automagic.products.archive.captioning.material import CaptionMaterial
from automagic.products.archive.checking.result import CheckCaptionsResult

MOST_SHOWN = 2000
SIDES: tuple[tuple[Side, str], ...] = (
    ("accurate", "Do the words fit what was said?"),
    ("synchronous", "Do they come when they are said?"),
    ("complete", "Is all that was said captioned, and nothing else?"),
    ("placed", "Can they be read?"),
)


def write_page(target: Path, result: CheckCaptionsResult, material: CaptionMaterial) -> None:
    """Write the page, whole or not at all.

    Raises:
        RequestError: There is no such folder, or it cannot be written to.
    """
    write_whole(target, draw_page(result, material).encode("utf-8", "replace"))


def draw_page(result: CheckCaptionsResult, material: CaptionMaterial) -> str:
    """The page as HTML."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    css = shipped("caption_report/page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["clock"] = clock
    template = environment.from_string(shipped("caption_report/page.html").read_text("utf-8"))
    findings = result.check.findings
    heard_sides = {"accurate", "synchronous", "complete"}
    return template.render(
        report=result,
        check=result.check,
        cues=material.cues,
        sides=[
            (name, asked, [one for one in findings if SIDE_OF[one.fault] == name][:MOST_SHOWN])
            for name, asked in SIDES
            if result.against or name not in heard_sides
        ],
        policy=f"default-src 'none'; style-src 'sha256-{digest}'",
        style=Markup(css),  # noqa: S704 - our own file, without anybody's text in it
    )


def clock(time_s: float) -> str:
    """ "0:02:03.5"."""
    minutes, seconds = divmod(max(0.0, round(time_s, 1)), 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{seconds:04.1f}"
