"""Which recordings a request is about: a file, an address, what a folder holds by its content, or several of these.

In a folder, of a video and of sound files with the same name one is the recording: the video, else the sound file that
has lost least. talk.wav beside talk.mp4 is its sound, recorded apart or taken out of it, and no second talk.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from automagic.errors import AutomagicError, RequestError
from automagic.language.text.slug import slugify
from automagic.machine.blocks import check_stopped
from automagic.machine.leaving import in_thread
from automagic.media.sound.audio_tracks import AudioTrack
from automagic.media.sound.track import MAX_DURATION_S
from automagic.products.clips.archived.place import is_archive_place
from automagic.products.clips.archived.recordings import NO_ARCHIVE, Archive, Archived
from automagic.products.clips.request import ClipsRequest
from automagic.runs.run import Run
from automagic.services import Services
from automagic.sources.recordings import is_address, list_folder, name_of
from automagic.store.transcripts import TranscriptStore
from automagic.values.artifact import Artifact
from automagic.values.recording import SOUND_SUFFIXES, VIDEO_SUFFIXES, Extent, Footage
from automagic.values.transcript import Transcript

_SAME = re.compile(r"audio|video|sound|\d{3,4}x\d{3,4}|[\W_]+")
"""What recorders put into the names of a picture and its sound, and what stands between."""

_LOSSLESS = frozenset({".wav", ".wave", ".w64", ".flac", ".aif", ".aiff", ".caf"})

TRANSCRIPTS = (
    ".json", ".srt", ".vtt", ".json3", ".sbv", ".ttml", ".dfxp", ".xml", ".ass", ".ssa", ".tsv", ".csv", ".lrc",
    ".sub", ".txt",
)  # fmt: skip
"""Endings of transcripts beside a recording, the likeliest first."""
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}")


@dataclass(frozen=True, slots=True)
class Source:
    """A recording that was asked for.

    Attributes:
        name: Its file's.
        place: The file, or the address.
        slug: The name of its folder where there are several.
        subject: Of its steps: the same; "" where there is one.
        archived: Where it is a recording of the archive.
    """

    name: str
    place: str
    slug: str
    subject: str = ""
    archived: Archived | None = None

    @property
    def title(self) -> str:
        """For people."""
        return Path(self.name).stem


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was asked for and could not be made, and why."""

    name: str
    error: AutomagicError

    @property
    def why(self) -> str:
        """Both, as a part of a sentence."""
        said = self.error.message.removesuffix(".")
        return said if self.name in said else f"{self.name}: {said}"


@dataclass(frozen=True, slots=True)
class RequestedRecordings:
    """What a request is about.

    Attributes:
        title: Of the whole.
        several: Whether each recording gets a folder of its own.
        left_out: Names of files in a folder that are no recordings, nor claim to be.
        doubles: Names of sound files in a folder, each with that of the recording whose sound it is taken for.
    """

    title: str
    sources: tuple[Source, ...]
    several: bool
    skipped: tuple[Skipped, ...] = ()
    left_out: tuple[str, ...] = ()
    doubles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that is at hand.

    Attributes:
        file: By its content.
        footage: What it is, as far as that is known without watching it; None in a plan, where it was not fetched.
        extent: How long it is, and when it has a picture.
        tracks: Its sound tracks.
        notices: What a person must know of it.
        straightened: Whether the file is a copy with times in order.
        stated: The words of a person's own transcript; None where there is none.
    """

    source: Source
    file: Artifact
    footage: Footage | None
    extent: Extent
    tracks: tuple[AudioTrack, ...] = ()
    notices: tuple[str, ...] = ()
    straightened: bool = False
    stated: Transcript | None = None


def find_sources(request: ClipsRequest, archive: Archive = NO_ARCHIVE) -> RequestedRecordings:
    """The recordings of a request, in order; of a folder those that are some by their content.

    Args:
        archive: What it asks for of the archive.

    Raises:
        RequestError: A folder cannot be read or holds none, or an option fits one recording only.
    """
    given = (request.recording, *request.more)
    places: list[str] = []
    skipped = [Skipped(name, error) for name, error in archive.absent]
    left_out: list[str] = []
    doubles: list[tuple[str, str]] = []
    folders = 0
    archived = {one.place: one for one in archive.found}
    searched = any(one.moments for one in archive.found) and not any("@" in one for one in given)
    for one in given:
        if archived and is_archive_place(one):
            places += archived
        elif not is_address(one) and Path(one).is_dir():
            folders += 1
            found = _look_into(Path(one), request.min_s)
            places += found.recordings
            skipped += found.faults
            left_out += found.others
            doubles += found.doubles
        else:
            places.append(one)
    if not places and skipped:
        raise RequestError("; ".join(one.error.message for one in skipped), hint=skipped[0].error.hint)
    if not places:
        raise RequestError(
            f"there is no recording in {', '.join(given)}",
            hint="Folders inside of a folder are not looked into: name them.",
        )
    several = folders > 0 or searched or len(given) > 1
    sources = tuple(_name(dict.fromkeys(places), archived, several=several))
    if request.plan_file and len(sources) > 1:
        raise RequestError("a plan belongs to one recording", hint="Give --plan-file with that one alone.")
    if request.transcript and request.transcript.is_file() and len(sources) > 1:
        raise RequestError(
            f"{request.transcript} is one transcript for {len(sources)} recordings",
            hint="Give a folder: the transcript of talk.mp4 is talk.srt, talk.vtt or talk.json in it, or the like.",
        )
    if searched:
        title = request.query.strip()
    else:
        title = sources[0].title if not several else _folder_name(given[0]) if len(given) == 1 else _title_of(sources)
    return RequestedRecordings(title, sources, several, tuple(skipped), tuple(left_out), tuple(doubles))


@dataclass(slots=True)
class _Folder:
    """What is in a folder: its recordings, what claims to be one and is not, what is something else, what is double."""

    recordings: list[str] = field(default_factory=list)
    faults: list[Skipped] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    doubles: list[tuple[str, str]] = field(default_factory=list)


def _look_into(folder: Path, shortest_s: float) -> _Folder:
    """What is in a folder.

    Args:
        shortest_s: Sound that is shorter is a jingle or an effect, and left out.
    """
    found = _Folder()
    footages: dict[Path, Footage] = {}
    for path in list_folder(folder):
        check_stopped()
        try:
            footages[path] = _describe(path)
        except RequestError as error:
            denied = isinstance(error.__cause__, PermissionError)
            if denied or path.suffix.lower() in VIDEO_SUFFIXES | SOUND_SUFFIXES:
                found.faults.append(Skipped(path.name, error))
            else:
                found.others.append(path.name)
    best: dict[str, Path] = {}
    for path, _ in sorted(footages.items(), key=lambda item: (not item[1].width, not _is_lossless(item[0]))):
        best.setdefault(_stem(path), path)
    for path, footage in footages.items():
        chosen = best[_stem(path)]
        if not footage.width and chosen != path:
            found.doubles.append((path.name, chosen.name))
        elif not footage.width and 0 < footage.duration_s < shortest_s:
            found.others.append(path.name)
        else:
            found.recordings.append(str(path))
    beside = {Path(one).stem for one in found.recordings}  # their subtitles, covers and notes
    found.others = [name for name in found.others if Path(name).stem not in beside]
    return found


def _stem(path: Path) -> str:
    """A file's name as far as it tells recordings apart: audio17.m4a and video17.mp4 are one meeting."""
    return _SAME.sub("", path.stem.casefold()) or path.stem.casefold()


def _is_lossless(path: Path) -> bool:
    return path.suffix.lower() in _LOSSLESS


def _describe(path: Path) -> Footage:
    """What a recording is by its own account; RequestError when it is none."""
    from automagic.media.analysis.watching import describe_recording

    return describe_recording(path)


def _name(places: dict[str, None], archived: Mapping[str, Archived], *, several: bool) -> Iterator[Source]:
    """Each with a folder's name that no other has."""
    taken: set[str] = set()
    for place in places:
        known = archived.get(place)
        name = known.name if known else name_of(place) if is_address(place) else Path(place).name
        slug = unique = slugify(Path(name).stem)
        number = 1
        while unique in taken:
            number += 1
            unique = f"{slug}-{number}"
        taken.add(unique)
        yield Source(name, place, unique, unique if several else "", known)


def _folder_name(folder: str) -> str:
    return Path(folder).resolve().name or "recordings"


def _title_of(sources: tuple[Source, ...]) -> str:
    return sources[0].title if len(sources) == 1 else f"{sources[0].title} and {len(sources) - 1} more"


async def take(source: Source, run: Run[Services], transcript: Path | None = None) -> Recording:
    """Bring a recording to hand: fetched when it is an address, hashed unless it is known; else it stays where it is.

    Args:
        transcript: A person's own, or a folder of them; read first, since a recording may take minutes.

    Raises:
        RequestError: It cannot be had or read, holds neither picture nor sound, or is too long; or its transcript
            cannot be used.
    """
    from automagic.products.clips.recording_steps import fetch_recording, straighten, survey

    if source.archived:
        stated = await in_thread(_read_archived, source.archived, run)
    else:
        stated = await in_thread(_read_own, source, transcript)
    about = run.about(source.subject)
    if is_address(source.place):
        file = await about.step(fetch_recording, source.place, source.name)
        path = run.services.store.path_of(file)
        if not file.is_known:
            return Recording(source, file, None, Extent(0.0), stated=stated)
    else:
        path = Path(source.place)
        file = await in_thread(_identify, path, run)
    run.services.recordings[file.sha256] = path.resolve()
    footage = await in_thread(_describe, path)
    extent = await about.step(survey, file)
    if extent.duration_s > MAX_DURATION_S:
        raise RequestError(f"{source.name} is longer than {MAX_DURATION_S / 3600:g} hours.", hint="Cut it into parts.")
    if extent.splices:
        straight = await about.step(straighten, file)
        if straight.is_known:
            file = straight
            run.services.recordings[file.sha256] = run.services.store.path_of(file)
    footage = replace(footage, duration_s=extent.duration_s, picture=extent.picture)
    notices = tuple(_find_notices(source.name, footage, extent))
    tracks = await in_thread(tracks_of, run.services.recordings[file.sha256])
    return Recording(source, file, footage, replace(extent, splices=()), tracks, notices, bool(extent.splices), stated)


def _find_notices(name: str, footage: Footage, extent: Extent) -> Iterator[str]:
    if extent.splices:
        yield f"The clock of {name} begins anew at {_list(extent.splices)}: its parts were put in one order of time."
    if footage.pictured:
        when = [f"{clock(start_s)} to {clock(end_s)}" for start_s, end_s in footage.pictured]
        yield (
            f"{name} lasts {clock(footage.duration_s)} and has a picture from {_list(when)}: "
            "moments can be chosen only there."
        )


def _list(several: Sequence[float] | Sequence[str]) -> str:
    """The first four, and whether there are more."""
    told = [one if isinstance(one, str) else clock(one) for one in several[:4]]
    return ", ".join(told) + (f" and {len(several) - 4} more" if len(several) > 4 else "")


def clock(time_s: float) -> str:
    """Minutes and seconds, for people: "12:05"."""
    minutes, seconds = divmod(int(time_s), 60)
    return f"{minutes}:{seconds:02}"


def tracks_of(path: Path) -> tuple[AudioTrack, ...]:
    """The sound tracks of a recording, by its own account.

    Raises:
        RequestError: It cannot be read.
    """
    from automagic.media.sound.audio_tracks import list_tracks
    from automagic.media.video.containers import open_recording

    with open_recording(path) as container:
        return list_tracks(container)


def _identify(path: Path, run: Run[Services]) -> Artifact:
    from automagic.media.video.source import MAX_RECORDING_BYTES
    from automagic.store.digests import identify

    store = run.services.store
    return identify(
        path.resolve(),  # a job's input is a link to it
        memory=run.services.settings.home,
        media_type="video/mp4",
        read=lambda file: store.snapshot(file, "video/mp4", MAX_RECORDING_BYTES, run_id=None),
    )


def _read_own(source: Source, given: Path | None) -> Transcript | None:
    """The person's transcript of a recording; None when there is none."""
    from automagic.sources.transcripts.file import read_transcript

    own = transcript_for(source, given)
    return None if own is None else read_transcript(own)


def _read_archived(archived: Archived, run: Run[Services]) -> Transcript | None:
    """What is known to be said in a recording of the archive; None where nobody has heard it."""
    if not archived.transcript:
        return None
    return TranscriptStore(run.services.settings.home).read(archived.transcript)


def transcript_for(source: Source, given: Path | None) -> Path | None:
    """The person's transcript of a recording: the file itself, or the one with its name in a folder of them."""
    if given is None or not given.is_dir():
        return given
    found = []
    for path in given.glob(f"{glob.escape(source.title)}.*"):
        # With the language in its name, as download programs write it: talk.en.vtt.
        tag = path.stem.removeprefix(source.title).removeprefix(".")
        end = path.suffix.lower()
        if end in TRANSCRIPTS and path.is_file() and (not tag or _LANGUAGE_TAG.fullmatch(tag)):
            found.append((end == ".txt", bool(tag), TRANSCRIPTS.index(end), path.name))
    return given / min(found)[-1] if found else None
