"""An author's profile as one page that needs no network and runs no script; every text is escaped by the template."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from automagic.data import shipped
from automagic.language.style.trial import StyleTrial
from automagic.machine.whole_files import write_whole
from automagic.products.posts.learning.author import AuthorStyle
from automagic.products.posts.learning.wording import FEW_DATED, NO_TOPICS, explain_clockwork, explain_likeness, share

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def write_page(target: Path, style: AuthorStyle, trial: StyleTrial) -> None:
    """Write the page, whole or not at all.

    Raises:
        RequestError: There is no such folder, or it cannot be written to.
    """
    write_whole(target, draw_page(style, trial).encode("utf-8", "replace"))


def draw_page(style: AuthorStyle, trial: StyleTrial) -> str:
    """The page as HTML."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    css = shipped("profile_page/page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["share"] = share
    profile = style.profile
    template = environment.from_string(shipped("profile_page/page.html").read_text("utf-8"))
    return template.render(
        corpus=style.corpus,
        profile=profile,
        trial=trial,
        lengths=(
            ("Characters", profile.characters),
            ("Words", profile.words_each),
            ("Sentences", profile.sentences),
            ("Lines", profile.lines),
        ),
        vocabulary=[{"name": word.word, "count": word.count} for word in profile.vocabulary],
        topics=[period for period in profile.topics if period.topics],
        no_topics=NO_TOPICS if profile.topics else FEW_DATED,
        weekdays=WEEKDAYS,
        clockwork=explain_clockwork(profile),
        likeness=explain_likeness(style, trial),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'",
        style=Markup(css),  # noqa: S704 - our own file, without anybody's text in it
    )
