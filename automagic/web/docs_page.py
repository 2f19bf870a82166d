"""A page of every route, for people who write clients: made of the table, and in one piece."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from automagic.version import __version__
from automagic.web.route import Route

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;"
    "margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}code{font:14px ui-monospace,monospace}"
)


def draw_docs(routes: Iterable[Route], prefix: str = "") -> str:
    """The page: one row a route."""
    rows = "".join(
        f"<tr><td><code>{escape(route.method)}</code></td><td><code>{escape(route.path)}</code></td>"
        f"<td>{escape(route.says)}{_query(route)}</td></tr>"
        for route in routes
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>AutoMagic: the HTTP API</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<style>{_STYLE}</style></head>"
        f"<body><main><h1>The HTTP API of AutoMagic {escape(__version__)}</h1>"
        f'<p>Bodies and answers are JSON, as <a href="{escape(prefix)}/api/openapi.json">the OpenAPI description</a> '
        f"has them. "
        f"Failures are problems of RFC 9457.</p>"
        f"<table><thead><tr><th scope=col>Method</th><th scope=col>Path</th><th scope=col>What it does</th></tr>"
        f"</thead>"
        f"<tbody>{rows}</tbody></table></main></body></html>"
    )


def _query(route: Route) -> str:
    names = ", ".join(f"<code>?{escape(name)}</code>" for name in route.query)
    return f" {names}" if names else ""
