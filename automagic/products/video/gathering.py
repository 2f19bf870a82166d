"""What a request for a video names, checked before it is queued; a script names pictures of its own.

What only some requests need is imported where it is needed: a job with a text is added in the time that reading takes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from automagic.errors import RequestError
from automagic.products.video.request import VideoRequest
from automagic.sources.file import read_file, read_text
from automagic.sources.standard_input import LOCATION
from automagic.sources.text import MAX_BYTES, read_document, too_large
from automagic.stages.languages import primary_language
from automagic.stages.request_files import check_theme, pack_file
from automagic.values.product import Gathered


def gather(request: VideoRequest, gathered: Gathered) -> None:
    """Check what it names; take standard input, the pictures, and those that stand in the script.

    Raises:
        RequestError: Something is not there, or wrong.
    """
    if request.source == "-":
        gathered.files[f"source/{LOCATION}"] = _read_standard_input()
        gathered.changes["source"] = f"source/{LOCATION}"
    elif request.source and "://" not in request.source:
        read_file(Path(request.source))
    if request.script:
        _gather_script(Path(request.script), primary_language(request.language), gathered, images=request.images)
    if request.images:
        from automagic.media.framing.picture_files import list_pictures

        gathered.files |= {f"images/{path.name}": path for path in list_pictures(request.images)}
        gathered.changes["images"] = Path("images")
    if request.music not in ("auto", "none"):
        gathered.changes["music"] = pack_file("music", Path(request.music), gathered.files)
    check_theme(request.theme)


def _read_standard_input() -> bytes:
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large(LOCATION, MAX_BYTES)
    read_document(data, location=LOCATION)
    return data


def _gather_script(path: Path, language: str, gathered: Gathered, *, images: Path | None) -> None:
    from automagic.language.script.file import parse_script
    from automagic.stages.writing import check_language

    script = parse_script(read_text(path), language=language)
    check_language(script, language)
    for scene in script.scenes:
        if scene.picture and images is None:
            picture = (path.parent / scene.picture).resolve()
            if not picture.is_relative_to(path.parent.resolve()):
                raise RequestError(
                    f"the picture {scene.picture!r} lies outside {path.parent}", hint="Copy it beside the script."
                )
            if not picture.is_file():
                raise RequestError(f"there is no picture {scene.picture!r} beside {path.name}")
            gathered.files[f"script/{scene.picture}"] = picture
