"""The folder of several recordings' clips: one folder for each, and a page and a list of all.

2026-01-31-season-one-clips/
    index.html  clips.json  metadata.json
    episode-1/  index.html  clips.json  plan.json  1-why-ships-float/ …      as of one recording
    episode-2/  …
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from automagic.products.clips.contact_sheet import write_batch_page
from automagic.products.clips.folder import NOTE
from automagic.products.clips.result import ClipsResult, Episode
from automagic.stages.result_folder import MANIFEST, as_json
from automagic.version import GENERATOR


def arrange_batch(result: ClipsResult) -> dict[str, Path | bytes]:
    """What will lie in the folder, by name."""
    files: dict[str, Path | bytes] = {}
    episodes = []
    for episode in result.episodes:
        assert episode.folder is not None  # noqa: S101 - it was made, not planned
        files |= {f"{episode.folder.name}/{name}": content for name, content in episode.files.items()}
        episodes.append(_describe(episode))
    skipped = [{"name": one.name, "error": one.error.message} for one in result.skipped]
    files["clips.json"] = as_json(
        {"note": NOTE, "episodes": episodes, "skipped": skipped, "left_out": list(result.left_out)}
    )
    files["index.html"] = _page(result, episodes, skipped, files).encode()
    files[MANIFEST] = as_json({"generator": GENERATOR, "title": result.title, "files": sorted([*files, MANIFEST])})
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


def _page(
    result: ClipsResult, episodes: list[dict[str, Any]], skipped: list[dict[str, str]], names: Collection[str]
) -> str:
    shown = [
        episode | {"clips": [clip | _seen(next(iter(clip["videos"].values())), names) for clip in episode["clips"]]}
        for episode in episodes
    ]
    return write_batch_page(result.title, shown, skipped=skipped, left_out=result.left_out, note=NOTE)


def _seen(video: str, names: Collection[str]) -> dict[str, str]:
    """A clip's video, and the picture that stands for it before it plays."""
    folder = video.rpartition("/")[0]
    posters = (name for name in names if name.startswith(f"{folder}/") and name.endswith(".jpg"))
    return {"video": video, "poster": min(posters, default="")}
