"""What lies in the folder of written posts.

2026-01-31-why-ice-floats-jane/
    drafts.json  draft-1.txt  draft-2.txt  …  attached.mp4  metadata.json
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from automagic.destinations.shared.post_queue import PostQueue
from automagic.errors import RequestError
from automagic.products.posts.writing.drafts import JudgedDraft
from automagic.products.posts.writing.result import WritePostsResult, file_name
from automagic.reading.faults import MalformedText
from automagic.reading.json import parse_json
from automagic.reading.named_files import read_named
from automagic.stages.result_folder import MANIFEST, as_json
from automagic.version import GENERATOR

if TYPE_CHECKING:
    import sqlalchemy as sa

DRAFTS = "drafts.json"
"""The file by which a folder of drafts is known."""

_MOST_BYTES = 20_000_000


class _Manifest(msgspec.Struct):
    sha256: dict[str, str] = {}


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


def refuse_edited(folder: Path) -> None:
    """Refuse to write a folder anew in which a person has edited drafts: they would be lost.

    Raises:
        RequestError: Some are not as they were written, or that cannot be told.
    """
    if not (folder / MANIFEST).is_file():
        return
    try:
        written = parse_json(read_named(folder / MANIFEST, _MOST_BYTES), name=MANIFEST, type=_Manifest).sha256
    except MalformedText:  # nothing of ours
        return
    edited = [name for name, digest in sorted(written.items()) if _is_edited(folder / name, digest)]
    if edited:
        raise RequestError(
            f"{', '.join(edited)} in {folder} {'was' if len(edited) == 1 else 'were'} edited after writing",
            hint="To keep what was edited, choose another folder with --out; to lose it, remove those files.",
        )


def _is_edited(path: Path, digest: str) -> bool:
    if path.suffix not in {".txt", ".json"} or path.is_symlink() or not path.is_file():
        return False
    return hashlib.sha256(read_named(path, _MOST_BYTES)).hexdigest() != digest


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
