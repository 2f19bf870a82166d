"""What YouTube is told about a video, inside its limits. Pure.

Limits: https://developers.google.com/youtube/v3/docs/videos#properties (title 100 characters, description 5000 bytes,
tags 500 characters, no "<" and ">") and .../docs/thumbnails/set.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from automagic.destinations.shared.publication import Options, Publication
from automagic.errors import RequestError

MAX_TITLE = 100
MAX_DESCRIPTION_BYTES = 5000
MAX_TAGS = 500
MAX_THUMBNAIL_BYTES = 2 << 20
PLATFORMS = ("youtube", "shorts")
"""Those whose videos are meant for YouTube."""

CATEGORIES = {
    "film": "1",
    "autos": "2",
    "music": "10",
    "pets": "15",
    "sports": "17",
    "travel": "19",
    "gaming": "20",
    "people": "22",
    "comedy": "23",
    "entertainment": "24",
    "news": "25",
    "howto": "26",
    "education": "27",
    "science": "28",
    "nonprofits": "29",
}
"""Those that may be assigned everywhere (videoCategories.list)."""


def find_category(text: str) -> str:
    """The number of a category, from its name or number.

    Raises:
        RequestError: There is none; the nearest name is suggested.
    """
    name = text.strip().lower()
    if name.isascii() and name.isdigit():
        return name
    if name in CATEGORIES:
        return CATEGORIES[name]
    near = difflib.get_close_matches(name, CATEGORIES, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    raise RequestError(f"there is no category {text!r}", hint=f"{meant}Categories: {', '.join(CATEGORIES)}")


def check_time(moment: datetime | None, now: datetime) -> None:
    """Refuse a time at which nothing can become public any more.

    Raises:
        RequestError: It is past, or within the time that an upload takes.
    """
    if moment is not None and moment < now + timedelta(minutes=1):
        raise RequestError(f"the time {moment.isoformat()} is in the past", hint="Choose a time in the future.")


def choose_videos(publication: Publication) -> dict[str, Path]:
    """Platform → video: each that was made for YouTube; when none was, the first of all."""
    meant = {name: publication.videos[name] for name in PLATFORMS if name in publication.videos}
    return meant or dict([next(iter(publication.videos.items()))])


def describe_video(publication: Publication, options: Options, platform: str) -> dict[str, Any]:
    """The body of videos.insert.

    Raises:
        RequestError: The category does not exist.
    """
    description = publication.description
    if platform != "shorts":  # one description serves all platforms; this word would be untrue here
        description = re.sub(r"[ ]*#Shorts\b", "", description).rstrip()
    status: dict[str, Any] = {
        "privacyStatus": options.privacy,
        "selfDeclaredMadeForKids": options.made_for_kids,
        "containsSyntheticMedia": publication.synthetic if options.synthetic_media is None else options.synthetic_media,
    }
    if options.publish_at is not None:
        moment = options.publish_at.astimezone(UTC)
        status |= {"privacyStatus": "private", "publishAt": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    snippet: dict[str, Any] = {
        "title": fit_title(publication.title),
        "description": fit_description(description),
        "tags": fit_tags(publication.tags),
        "categoryId": find_category(options.category),
    }
    if publication.language:
        snippet |= {"defaultLanguage": publication.language, "defaultAudioLanguage": publication.language}
    return {"snippet": snippet, "status": status}


def fit_title(text: str) -> str:
    """At most 100 characters as YouTube counts them (UTF-16 units), cut between words; never empty."""
    flat = _plain(" ".join(text.split())) or "Untitled"
    if _units(flat) <= MAX_TITLE:
        return flat
    while _units(flat) > MAX_TITLE - 1:
        shorter = flat.rsplit(" ", 1)[0] if " " in flat[len(flat) // 2 :] else flat[:-1]
        flat = shorter.rstrip(" ,;:–—-")
    return flat + "…"


def fit_description(text: str) -> str:
    """At most 5000 bytes of UTF-8, cut between lines where one is near, else between characters."""
    plain = _plain(text)
    data = plain.encode()
    if len(data) <= MAX_DESCRIPTION_BYTES:
        return plain
    cut = data[: MAX_DESCRIPTION_BYTES - len("…".encode())].decode("utf-8", "ignore")
    line = cut.rfind("\n")
    return (cut[:line] if line > len(cut) // 2 else cut).rstrip() + "…"


def fit_tags(tags: Iterable[str]) -> list[str]:
    """As many as fit into 500 characters, counted as YouTube does: commas between, quotes around those with spaces."""
    kept: list[str] = []
    used = 0
    for tag in dict.fromkeys(" ".join(_plain(tag).replace(",", " ").replace('"', "").split()) for tag in tags):
        size = _units(tag) + (2 if " " in tag else 0) + (1 if kept else 0)
        if tag and used + size <= MAX_TAGS:
            kept.append(tag)
            used += size
    return kept


def find_thumbnail(publication: Publication, platform: str) -> Path | None:
    """The picture for a video, when there is one that YouTube takes."""
    found = publication.thumbnails.get(platform)
    return found if found is not None and found.stat().st_size <= MAX_THUMBNAIL_BYTES else None


def quota_reset(now: datetime) -> datetime:
    """The next midnight in California, when Google's count starts again."""
    from zoneinfo import ZoneInfo

    pacific = now.astimezone(ZoneInfo("America/Los_Angeles"))
    midnight = pacific.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=1)


def quota_day_start(now: datetime) -> datetime:
    """The last midnight in California."""
    return quota_reset(now) - timedelta(days=1)


def say_reset(now: datetime) -> str:
    """When Google's count starts again, in California's time and in the machine's own."""
    reset = quota_reset(now)
    minutes = round((reset - now).total_seconds() / 60)
    here = f"{reset.astimezone():%Y-%m-%d %H:%M %Z}"
    return f"at midnight Pacific time ({here} here, in {minutes // 60} h {minutes % 60} min)"


def _plain(text: str) -> str:
    """Without what YouTube refuses: angle brackets, and characters that are no text."""
    bare = text.replace("<", "‹").replace(">", "›")
    return "".join(mark for mark in bare if mark in "\n\t" or unicodedata.category(mark) not in ("Cc", "Cs"))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
