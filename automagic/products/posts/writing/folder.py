"""What lies in the folder of written posts.

2026-01-31-why-ice-floats-jane/
    drafts.json  draft-1.txt  draft-2.txt  …  attached.mp4  metadata.json
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from automagic.destinations.shared.post_queue import PostQueue
from automagic.errors import RequestError
from automagic.products.posts.writing.drafts import JudgedDraft
from automagic.products.posts.writing.result import WritePostsResult, file_name
from automagic.stages.result_folder import MANIFEST, as_json
from automagic.version import GENERATOR

if TYPE_CHECKING:
    import sqlalchemy as sa

DRAFTS = "drafts.json"
"""The file by which a folder of drafts is known."""


def refuse_waiting(engine: sa.Engine, folder: Path) -> None:
    """Refuse to write a folder anew while drafts of it wait for their time: others would be published.

    Raises:
        RequestError: Some do.
    """
    place = folder.resolve()
    waiting = [one.id for one in PostQueue(engine).list() if one.state == "waiting" and one.folder.resolve() == place]
    if waiting:
        numbers = ", ".join(map(str, waiting))
        raise RequestError(
            f"drafts in {folder} wait for their time (automagic posts queue: {numbers})",
            hint="Choose another folder with --out, or take them out: automagic posts queue remove NUMBER.",
        )


def arrange_drafts(result: WritePostsResult) -> dict[str, Path | bytes]:
    """The files by name."""
    files: dict[str, Path | bytes] = {DRAFTS: as_json(result.facts)}
    for number, draft in enumerate(result.drafts, 1):
        files[f"draft-{number}.txt"] = f"{_write_plain(draft)}\n".encode("utf-8", "replace")
    files |= {file_name(medium): medium.file for medium in result.material.media}
    files[MANIFEST] = as_json({"generator": GENERATOR, "title": result.title, "files": sorted([*files, MANIFEST])})
    return files


def _write_plain(draft: JudgedDraft) -> str:
    """The text; of a thread its posts, a line between them, as the network has them that takes the shortest ones."""
    if not draft.parts:
        return draft.text
    shortest = max(draft.parts, key=lambda network: len(draft.parts[network]))
    return "\n\n---\n\n".join(draft.parts[shortest])
