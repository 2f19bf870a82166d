"""Pages are made of Jinja2 templates in `data/web/templates`: what is told is escaped, a name that is missing fails.

No template marks anything as safe; a test looks for it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from automagic.data import shipped
from automagic.version import __version__
from automagic.web.access.sessions import form_mark
from automagic.web.asked import Asked
from automagic.web.pages import words
from automagic.web.pages.assets import address_of
from automagic.web.problems import Problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Nothing inline, nothing from another server. Content Security Policy, level 3."""

REFERRER = "same-origin"
"""With no-referrer browsers send a form of our own with `Origin: null`, as if it were another site's (Fetch, 4.1)."""

HTML = "text/html; charset=utf-8"

NAVIGATION = (
    ("/", "Home"),
    ("/runs", "Runs"),
    ("/posts", "Posts"),
    ("/ads", "Ads"),
    ("/archive", "Archive"),
    ("/approvals", "Approvals"),
    ("/schedules", "Schedules"),
    ("/spend", "Spend"),
    ("/performance", "Performance"),
    ("/settings", "Settings"),
)
"""The way through the pages: path and name."""


def show(
    asked: Asked, name: str, values: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The page of this template; of `NAME#part`, the block `part` alone, for htmx.

    Args:
        values: What the template may name, besides `url`, `asset`, `here`, `mark`, `navigation` and the filters of
            words.py.
    """
    prefix = asked.web.prefix
    told = {
        **values,
        "url": lambda path: f"{prefix}{path}",
        "asset": lambda file: f"{prefix}{address_of(file)}",
        "here": asked.request.url.path.removeprefix(prefix) or "/",
        "mark": form_mark(asked.web.settings.home, asked.request.cookies),
        "navigation": NAVIGATION,
        "version": __version__,
    }
    file, _, part = name.partition("#")
    template = _environment().get_template(file)
    text = "".join(template.blocks[part](template.new_context(told))) if part else template.render(told)
    given = {"content-security-policy": POLICY, "vary": "hx-request", "referrer-policy": REFERRER} | dict(headers or {})
    return Response(text, status, given, HTML)


def show_problem(asked: Asked, problem: Problem, request_id: str) -> Response:
    """Why it is refused, as a page; for htmx, as the notice of the page that asked."""
    headers = dict(problem.headers)
    name = "problem.html"
    if "hx-request" in asked.request.headers:
        name += "#told"
        headers |= {"hx-retarget": "#told", "hx-reswap": "innerHTML"}
    return show(asked, name, {"problem": problem, "request_id": request_id}, status=problem.status, headers=headers)


def swaps(asked: Asked) -> bool:
    """Whether htmx asks for the part that changed."""
    return "hx-request" in asked.request.headers


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(shipped("web/templates")), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    environment.filters |= words.FILTERS
    return environment
