"""How captions are written: read, put into a form, and laid into a file, a video, or the person's terminal."""

from __future__ import annotations

from pathlib import Path

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.machine.whole_files import whole_file, write_whole
from automagic.media.captions.embedding import embed_captions
from automagic.media.captions.scc.pairs import read_pairs
from automagic.products.archive.captioning.material import open_material
from automagic.products.archive.captioning.request import CaptionsRequest
from automagic.products.archive.captioning.result import CaptionsResult
from automagic.products.archive.captioning.writing import write_material
from automagic.reading.named_files import expand_home
from automagic.runs.run import Run
from automagic.services import Services
from automagic.values.events import Notice


async def write_captions(request: CaptionsRequest, run: Run[Services]) -> CaptionsResult:
    """Write captions.

    Raises:
        RequestError: There are none, they cannot be written there, or the video has captions of its own.
        MediaError: The video cannot be read.
    """
    material = await open_material(request.source, run)
    written = await in_thread(write_material, material, request.kind)
    notices = (*material.notices, *written.notices)
    for notice in notices:
        run.emit(Notice(notice))
    file, folder, embedded = None, None, None
    if request.embed is not None and request.out is not None:
        file = expand_home(request.out)
        embedded = await in_thread(_embed, expand_home(request.embed), written.text, file)
    elif request.out is not None:
        file = expand_home(request.out)
        if file.is_dir() or not file.suffix:
            folder = file
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / f"{material.stem}.{request.kind}"
        await in_thread(write_whole, file, written.text.encode())
    return CaptionsResult(run.id, material.name, request.kind, written, file, embedded, notices, folder)


def _embed(video: Path, text: str, target: Path) -> int:
    if not video.is_file():
        raise RequestError(f"{video.name} is no file here", hint="Check the name and the folder.")
    if target.exists() and target.samefile(video):
        raise RequestError(f"{target.name} is the video itself", hint="Name another file: it stays as it is.")
    with whole_file(target) as partial:
        return embed_captions(video, read_pairs(text), partial)
