"""How a source is exported: each recording that is here, with what is known of it, in one bag."""

from __future__ import annotations

from pathlib import Path

import msgspec

from automagic.errors import ResourceError
from automagic.machine.leaving import in_thread
from automagic.products.archive.exporting.bag import Bag, open_bag, safe_name
from automagic.products.archive.exporting.request import ExportRequest
from automagic.products.archive.exporting.result import ExportResult
from automagic.runs.run import Run
from automagic.services import Services
from automagic.store.kept_media import KeptMedia, kept_media
from automagic.store.sources import Sources
from automagic.store.transcripts import TranscriptStore
from automagic.values.events import Notice


async def export(request: ExportRequest, run: Run[Services]) -> ExportResult:
    """Export a source.

    Raises:
        RequestError: There is none, or the folder is there already.
        ResourceError: There is no room.
    """
    store = run.services.store
    source = await in_thread(Sources(store.engine).find, request.name)
    target = request.bag or request.out or Path(f"{source.name}-bag")
    left_out: list[str] = []

    def fill() -> Bag:
        transcripts = TranscriptStore(run.services.settings.home)
        with open_bag(target) as bag:
            for one in kept_media(store.engine, source.name):
                if trouble := _add(bag, one, transcripts, copy=request.copies):
                    left_out.append(f"{one.listed.title} ({one.id}): {trouble}")
            bag.close(f"Recordings of {source.address}")
        return bag

    bag = await in_thread(fill)
    for told in left_out:
        run.emit(Notice(f"{told}."))
    recordings = sum(path.endswith("/metadata.json") for path in bag.manifest)
    return ExportResult(
        run.id, source.name, target, recordings, len(bag.manifest), bag.size_bytes, bag.linked, tuple(left_out)
    )


def _add(bag: Bag, one: KeptMedia, transcripts: TranscriptStore, *, copy: bool) -> str:
    """Add a recording; gives why it was left out, or what of it."""
    if one.damage:
        return one.damage
    path = Path(one.path)
    name = safe_name(path.name)
    if name in ("metadata.json", "transcript.json"):
        name = f"recording-{name}"
    if trouble := bag.add_file(f"{one.id}/{name}", path, one.sha256, one.size_bytes, copy=copy):
        return trouble
    facts = {
        "id": one.id,
        "generation": one.generation,
        "gone": one.gone,
        "file": name,
        "sha256": one.sha256,
        "listed": msgspec.to_builtins(one.listed),
    }
    bag.add_text(f"{one.id}/metadata.json", msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n")
    if one.transcript:
        try:
            bag.add_text(f"{one.id}/transcript.json", msgspec.json.encode(transcripts.read(one.transcript)))
        except ResourceError as error:
            return error.message
    return ""
