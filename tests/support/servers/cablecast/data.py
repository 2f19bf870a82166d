"""What a station has: programmes, their recordings, captions and files, and how Cablecast writes them.

Schema: the explorer of a server, /ui/api-docs/explorer (2025-07-03); what clients rely on is tested by those clients.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote

STORE, OTHER_STORE = 11, 12
PIECE_S = 10

Cues = Sequence[tuple[float, float, str]]
"""Start and end in seconds, and the text."""


@dataclass
class Chapter:
    """An agenda item of a recording."""

    title: str
    offset: int
    deleted: bool = False
    hidden: bool = False


@dataclass
class MediaFile:
    """A file as it is served.

    Attributes:
        etag: None for that of the content; "" for none.
        ranges: Whether parts can be asked for.
        cut_after: The connection breaks after so many bytes of an answer.
        strike: Is called, in a thread, when it breaks: to kill whoever asked.
        starts: The byte from which each answer began.
        shift: A part begins so many bytes too late.
        says: The length that it claims, where that is a lie.
        replaced_by: What lies there after the next answer.
    """

    data: bytes
    etag: str | None = None
    ranges: bool = True
    cut_after: int | None = None
    strike: Callable[[], object] = lambda: None
    starts: list[int] = field(default_factory=list)
    shift: int = 0
    says: int | None = None
    replaced_by: bytes | None = None

    @property
    def tag(self) -> str:
        """Its ETag as it is sent."""
        return f'"{hashlib.md5(self.data, usedforsecurity=False).hexdigest()}"' if self.etag is None else self.etag


@dataclass
class Show:
    """A programme.

    Attributes:
        modified, event: With a zone; how they are written is the station's matter.
        extra: Members that are added or written over.
    """

    id: int
    title: str
    modified: datetime
    event: datetime
    project: int | None = None
    vods: list[int] = field(default_factory=list)
    reels: list[int] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Vod:
    """A recording.

    Attributes:
        version: Of its making: 2 in "12-council-v2".
        captions: Language → cues.
        caption_forms: How they are served: "hls", "vtt", "txt".
        files: What lies in its folder besides, by name; an own "vod.m3u8" is served in place of that of captions.
        extra: Members that are added or written over: {"url": None}.
    """

    id: int
    show: int
    file_name: str
    length: float = 3600
    state: str = "complete"
    slug: str = ""
    version: int = 1
    chapters: list[Chapter] = field(default_factory=list)
    captions: dict[str, Cues] = field(default_factory=dict)
    caption_forms: set[str] = field(default_factory=lambda: {"hls"})
    media: MediaFile | None = None
    files: dict[str, MediaFile] = field(default_factory=dict)
    views: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Below /vod/."""
        return f"{self.show}-{self.slug}-v{self.version}"


@dataclass
class Station:
    """All of it.

    Attributes:
        zone: Of its times.
        naive: Whether it writes them without one.
        ahead: How far its clock is.
        now: Its time, where a test wants another than this machine's.
        reels: Those that a client made; each other programme has one, of its own number.
    """

    zone: tzinfo = UTC
    zone_name: str = "Etc/UTC"
    naive: bool = False
    ahead: timedelta = timedelta()
    now: datetime | None = None
    shows: dict[int, Show] = field(default_factory=dict)
    vods: dict[int, Vod] = field(default_factory=dict)
    projects: dict[int, str] = field(default_factory=dict)
    reels: dict[int, dict[str, Any]] = field(default_factory=dict)

    def time(self) -> datetime:
        """By its clock."""
        return (self.now or datetime.now(UTC)) + self.ahead

    def written(self, at: datetime) -> str:
        """A time as its answers have it."""
        local = at.astimezone(self.zone)
        return (local.replace(tzinfo=None) if self.naive else local).isoformat(timespec="seconds")

    def is_after(self, at: datetime, asked: str) -> bool:
        """`at` > `asked`, as the server compares: by the clock on its wall."""
        other = datetime.fromisoformat(asked.replace("Z", "+00:00"))
        wall = other.astimezone(self.zone).replace(tzinfo=None) if other.tzinfo else other
        return at.astimezone(self.zone).replace(tzinfo=None) > wall

    def add(self, title: str, *, vod: int | None = None, **facts: Any) -> Vod:
        """A programme with one recording, which was changed now."""
        number = len(self.shows) + 1
        while number in self.shows:
            number += 1
        vod = vod if vod is not None else number + 1000
        event = facts.pop("event", datetime(2026, 1, 1, 23, tzinfo=UTC) + timedelta(days=number % 300))
        show = Show(
            number, title, facts.pop("modified", self.time()), event, facts.pop("project", None), [vod], [number]
        )
        show.extra = facts.pop("show_extra", {})
        self.shows[number] = show
        slug = quote(title.replace(" ", "-"), safe="-")
        made = Vod(vod, number, facts.pop("file_name", f"{number}-{slug}.mp4"), slug=slug, **facts)
        self.vods[vod] = made
        return made

    def touch(self, vod: Vod, at: datetime | None = None) -> None:
        """Somebody changed it."""
        self.shows[vod.show].modified = at or self.time()

    def delete(self, vod: Vod) -> None:
        """The programme and its recording are no more."""
        for number in self.shows.pop(vod.show).vods:
            self.vods.pop(number, None)

    # ------------------------------------------------------------------------------------------- as JSON

    def show_json(self, show: Show) -> dict[str, Any]:
        """`show` of an answer."""
        length = int(sum(self.vods[one].length for one in show.vods if one in self.vods))
        plain = {
            "id": show.id, "cgTitle": show.title, "title": show.title, "category": 1, "producer": 1,
            "project": show.project, "location": 1, "comments": "", "cgExempt": False, "localID": "",
            "eventDate": self.written(show.event), "created": self.written(show.modified),
            "modified": self.written(show.modified), "lastModified": self.written(show.modified),
            "totalRunTime": length, "trt": length, "vods": show.vods, "reels": show.reels, "webFiles": [],
            "thumbnails": [], "showThumbnailOriginal": None, "thumbnailImage": None, "showFiles": [],
            "hasCaptions": any(self.vods[one].captions for one in show.vods if one in self.vods),
            "generateCaptions": False, "captionLanguage": "en", "captionProvider": None,
            "additionalCaptionLanguages": [], "killDateStart": None, "killDateEnd": None,
            "customFields": [{"id": show.id, "show": show.id, "showField": 6, "value": self.written(show.event),
                              "fieldValueString": show.title}],
            **{f"custom{number}": "" for number in range(1, 9)},
        }  # fmt: skip
        return plain | show.extra

    def vod_json(self, vod: Vod, base: str) -> dict[str, Any]:
        """`vod` of an answer."""
        vod.views += 1
        plain = {
            "id": vod.id, "show": vod.show, "quality": 1, "fileName": vod.file_name, "length": vod.length,
            "url": f"{base}/vod/{vod.folder}/vod.mp4", "localUrl": "", "embedCode": f'<iframe src="{base}"></iframe>',
            "webVtt": f"{base}/cablecastapi/v1/vods/{vod.id}/chapters", "vodState": vod.state,
            "percentComplete": 100 if vod.state == "complete" else 40, "errorMessage": "", "statusMessage": "",
            "isWatchable": vod.state == "complete", "isOnCloud": False, "disabled": False, "stateChange": None,
            "stateProgress": 0, "chapters": list(range(vod.id * 100, vod.id * 100 + len(vod.chapters))),
            "vodConfiguration": 1, "asset": vod.show, "usesAgendaLink": False, "views": vod.views,
            "secondaryAudioProgramming": False, "primaryAudioLabel": None, "secondaryAudioLabel": None,
        }  # fmt: skip
        return plain | vod.extra

    def reel_json(self, number: int) -> dict[str, Any]:
        """`reel` of an answer."""
        if number in self.reels:
            return self.reels[number]
        vod = next((self.vods[one] for one in self.shows[number].vods if one in self.vods), None)
        name = vod.file_name if vod else ""
        return {
            "id": number, "show": number, "media": number, "reelNumber": 1, "cue": 0, "chapter": 0, "title": 0,
            "length": int(vod.length) if vod else 0, "userFileName": name, "fileName": name,
        }  # fmt: skip

    def chapters_json(self, vod: Vod) -> list[dict[str, Any]]:
        """`chapters` of an answer: in no order."""
        return [
            {
                "id": vod.id * 100 + place, "vod": vod.id, "title": one.title, "body": "", "operatorNote": "",
                "offset": one.offset, "order": place, "deleted": one.deleted, "hidden": one.hidden, "quickAdded": False,
            }
            for place, one in reversed(list(enumerate(vod.chapters)))
        ]  # fmt: skip


# ------------------------------------------------------------------------------------------------- captions


def clock(at_s: float, decimal: str = ".") -> str:
    """00:01:40.000"""
    ms = round(at_s * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{decimal}{ms % 1000:03}"


def vtt(cues: Cues) -> str:
    """A WebVTT file."""
    return "WEBVTT\n\n" + "".join(f"{clock(start)} --> {clock(end)}\n{text}\n\n" for start, end, text in cues)


def piece(cues: Cues, number: int) -> str:
    """Ten seconds of them: absolute times, and what crosses the seam stands in both."""
    begin = number * PIECE_S
    return vtt([cue for cue in cues if cue[0] < begin + PIECE_S and cue[1] > begin])


def master_playlist(vod: Vod) -> str:
    """vod.m3u8"""
    tracks = "".join(
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="{language}",DEFAULT={"NO" if place else "YES"},'
        f'AUTOSELECT=YES,FORCED=NO,URI="captions.{language}.m3u8",LANGUAGE="{language}"\n'
        for place, language in enumerate(vod.captions if "hls" in vod.caption_forms else ())
    )
    subtitles = ',SUBTITLES="subs"' if tracks else ""
    return (
        f"#EXTM3U\n#EXT-X-VERSION:3\n{tracks}"
        f"#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720{subtitles}\nvideo.m3u8\n"
    )


def caption_playlist(vod: Vod, language: str) -> str:
    """captions.en.m3u8"""
    count = max(1, -int(-vod.length // PIECE_S))
    pieces = "".join(
        f"#EXTINF:{PIECE_S},\nsubtitles/captions.{language}.{number:05}.vtt?duration={PIECE_S}\n"
        for number in range(count)
    )
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:{PIECE_S}\n#EXT-X-PLAYLIST-TYPE:VOD\n{pieces}#EXT-X-ENDLIST\n"


def transcript(cues: Cues) -> str:
    """transcript.en.txt: a time now and then, and everything that was said after it."""
    parts = [cues[at : at + 500] for at in range(0, len(cues), 500)]
    return "".join(f"{clock(part[0][0], ',')}\t{' '.join(text for _, _, text in part)}\n" for part in parts)
