"""The folder of several recordings' clips: one folder for each, and a page and a list of all.

2026-01-31-season-one-clips/
    index.html  clips.json  metadata.json
    episode-1/  index.html  clips.json  plan.json  1-why-ships-float/ …      as of one recording
    episode-2/  …
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from automagic.pipelines.clip_results import NOTE
from automagic.pipelines.clips_result import ClipsResult, Episode
from automagic.pipelines.results import MANIFEST

_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}
li{margin:.3rem 0}small{opacity:.75}
"""


def arrange_batch(result: ClipsResult, *, generator: str) -> dict[str, Path | bytes]:
    """What will lie in the folder, by name."""
    files: dict[str, Path | bytes] = {}
    episodes = []
    for episode in result.episodes:
        assert episode.folder is not None  # noqa: S101 - it was made, not planned
        files |= {f"{episode.folder.name}/{name}": content for name, content in episode.files.items()}
        episodes.append(_describe(episode))
    skipped = [{"name": one.name, "error": one.error.message} for one in result.skipped]
    files["clips.json"] = _json(
        {"note": NOTE, "episodes": episodes, "skipped": skipped, "left_out": list(result.left_out)}
    )
    files["index.html"] = _page(result, episodes, skipped).encode()
    files[MANIFEST] = _json({"generator": generator, "title": result.title, "files": sorted([*files, MANIFEST])})
    return files


def _describe(episode: Episode) -> dict[str, Any]:
    folder = episode.folder.name if episode.folder else ""
    return {
        "recording": episode.name,
        "folder": folder,
        "clips": [
            {
                "id": clip.plan.id,
                "title": clip.plan.title,
                "duration_s": round(clip.duration_s, 3),
                "passed": clip.plan.id not in episode.rejected,
                "videos": {
                    platform: f"{folder}/{path.parent.name}/{path.name}"
                    for platform, path in episode.outputs[clip.plan.id].items()
                },
            }
            for clip in episode.clips
        ],
        "notices": list(episode.choice.notices) if episode.choice else [],
    }


def _page(result: ClipsResult, episodes: list[dict[str, Any]], skipped: list[dict[str, str]]) -> str:
    """A page that leads to every recording's own; it needs no network and runs no script."""
    parts = [
        f"<h1>{html.escape(result.title)}</h1><p>{len(result.clips)} clips of {len(episodes)} recordings. {NOTE}</p>"
    ]
    for episode in episodes:
        parts.append(
            f'<h2><a href="{_link(episode["folder"])}/index.html">{html.escape(episode["recording"])}</a></h2>'
        )
        parts.append(f"<ol>{''.join(_items(episode))}</ol>")
    if skipped:
        rows = "".join(
            f"<li>{html.escape(one['name'])} <small>{html.escape(one['error'])}</small></li>" for one in skipped
        )
        parts.append(f"<h2>Not made</h2><ul>{rows}</ul>")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(result.title)}</title><style>{_STYLE}</style>{''.join(parts)}</html>\n"
    )


def _items(episode: dict[str, Any]) -> Iterator[str]:
    for clip in episode["clips"]:
        video = _link(next(iter(clip["videos"].values())))
        state = "" if clip["passed"] else ", did not pass its measurements"
        told = f"{clip['duration_s']:.0f} s{state}"
        yield f'<li><a href="{video}">{html.escape(clip["title"])}</a> <small>{told}</small></li>'


def _link(path: str) -> str:
    return html.escape(path, quote=True)


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
