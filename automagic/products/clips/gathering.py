"""What a request for clips names, checked before it is queued.

A transcript, a plan or a theme is copied. A recording is too large for that: it stays where it lies, and must be the
same when its turn has come; only machines that share their files get a copy.
"""

from __future__ import annotations

from pathlib import Path

from automagic.errors import RequestError
from automagic.media.analysis.watching import describe_recording
from automagic.media.sound.audio_tracks import check_number
from automagic.products.clips.archived.place import is_archive_place
from automagic.products.clips.request import ClipsRequest
from automagic.products.clips.sources import RequestedRecordings, find_sources, tracks_of, transcript_for
from automagic.sources.recordings import is_address
from automagic.sources.transcripts.file import read_transcript
from automagic.stages.request_files import check_theme, pack_file
from automagic.values.product import Gathered


def gather(request: ClipsRequest, gathered: Gathered) -> None:
    """Check what it names; take its recordings, which stay in their places, and the transcripts that belong to them.

    Raises:
        RequestError: Something is not there, or wrong.
    """
    order = find_sources(request)
    if order.skipped:
        told = "; ".join(one.error.message.removesuffix(".") for one in order.skipped)
        raise RequestError(f"not everything there can be used: {told}", hint=order.skipped[0].error.hint)
    recordings = gathered.in_place
    places = [
        _gather_recording(number, given, order, recordings)
        for number, given in enumerate((request.recording, *request.more))
    ]
    if request.audio_track is not None:
        for path in recordings.values():
            check_number(request.audio_track, tracks_of(path), path.name)
    originals = {name: str(path) for name, path in recordings.items()}
    gathered.changes |= {"recording": places[0], "more": tuple(places[1:]), "originals": originals}
    if request.transcript:
        gathered.changes["transcript"] = _gather_transcripts(request.transcript, order, gathered)
    check_theme(request.theme)


def _gather_recording(number: int, given: str, order: RequestedRecordings, recordings: dict[str, Path]) -> str:
    """Its name among the files: of a folder, whose recordings are in it, or of a file.

    An address stays one; a recording of the archive is found when its turn has come.
    """
    if is_address(given) or is_archive_place(given):
        return given
    path = Path(given)
    name = f"recordings/{number}/{path.resolve().name}"
    if not path.is_dir():
        describe_recording(path)
        recordings[name] = path.absolute()
        return name
    for source in order.sources:
        if Path(source.place).parent == path:
            recordings[f"{name}/{source.name}"] = Path(source.place).absolute()
    return name


def _gather_transcripts(given: Path, order: RequestedRecordings, gathered: Gathered) -> Path:
    """The name of the one, or of the folder that those of the recordings are in."""
    names = [
        pack_file("transcript", own, gathered.files)
        for source in order.sources
        if (own := transcript_for(source, given))
    ]
    for name in names:
        read_transcript(given if given.is_file() else given / Path(name).name)
    return Path("transcript") if given.is_dir() else Path(names[0])
