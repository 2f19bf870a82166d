"""The performance layer alone, to be mounted in an application of one's own: it shows that program's own figures."""

from __future__ import annotations

from starlette.types import ASGIApp

from automagic.settings import Settings, load_settings
from automagic.web.access.guard import AccessRules
from automagic.web.app import make_app
from automagic.web.performance.routes import performance_routes


def make_performance_app(rules: AccessRules | None = None, settings: Settings | None = None) -> ASGIApp:
    """Health, stats and the rest without a prefix of their own: what is mounted at "/performance" has it from there.

    Args:
        rules: Who may ask; loopback without a token when None.
        settings: Of the working folder when None.
    """
    return make_app(settings or load_settings(), rules, only=performance_routes(""))
