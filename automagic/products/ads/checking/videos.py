"""Scripts of videos against the brief, and finished videos that lie beside them against the facts of platforms.

videos/6s.md ─▶ each paragraph, as a line of an ad
videos/6s-ads/video.mp4 ─▶ probe ─▶ length, frame, weight, sound against each platform that takes such a video
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from automagic.errors import MediaError
from automagic.language.script.file import parse_script
from automagic.media.design.platforms import find_platform
from automagic.media.video.probe import MediaInfo, VideoInfo, probe
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.choice import LineVerdict, judge_line
from automagic.products.ads.copy.policy import facts_for
from automagic.products.ads.creative import AdFinding, AdScript
from automagic.products.ads.package.assets import VIDEOS, place_of
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs
from automagic.products.ads.videos.slots import SHAPES, TOLERANCE, list_slots, takes_size, video_facts
from automagic.values.script import Card

_SUFFIXES = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mpeg", ".mpg", ".avi", ".3gp"})
_LENGTH = re.compile(r"(\d{1,3})s(?![a-z0-9])")
_MOST_VIDEOS = 200
_FPS_OFF = 0.01
_CODECS = {"hevc": "h265"}
"""What FFmpeg and platforms call differently."""


@dataclass(frozen=True, slots=True)
class ScriptVerdict:
    """A script, and a verdict on each of its lines; `path` is its place in the package."""

    path: str
    lines: tuple[LineVerdict, ...]


@dataclass(frozen=True, slots=True)
class VideoVerdict:
    """What speaks against a finished video; `path` is its place in the package.

    Attributes:
        platforms: Those that it was held against.
    """

    path: str
    platforms: tuple[str, ...]
    findings: tuple[AdFinding, ...]


def check_scripts(
    scripts: Sequence[AdScript], brief: AdBrief, specs: Specs, platforms: Sequence[AdPlatform], today: datetime.date
) -> tuple[ScriptVerdict, ...]:
    """A verdict on all that each script says or shows; the disclaimer is the brief's own.

    Raises:
        RequestError: One can no longer be read as a script.
    """
    facts = facts_for(specs, [one for one in platforms if video_facts(specs, one)])
    verdicts = []
    for script in scripts:
        read = parse_script(script.text, language=brief.language)
        said = [read.title, *(text for scene in read.scenes for text in (scene.text, scene.spoken or ""))]
        said += [text for scene in read.scenes for card in scene.cards for text in _texts_of(card)]
        own = {"", brief.name, brief.disclaimer}
        each = {
            text.rstrip(".。"): text for text in reversed(said) if text not in own
        }  # a card shows it without the stop
        lines = [judge_line(text, brief, today, facts) for text in reversed(each.values())]
        verdicts.append(ScriptVerdict(place_of(script), tuple(lines)))
    return tuple(verdicts)


def _texts_of(card: Card) -> Iterator[str]:
    yield from (card.kicker, card.headline, card.detail, card.speaker, *card.items, *card.sides)
    for figure in card.figures:
        yield f"{figure.prefix}{figure.value} {figure.unit}".strip()
        yield figure.label


def check_videos(
    folder: Path, scripts: Sequence[AdScript], specs: Specs, platforms: Sequence[AdPlatform]
) -> tuple[VideoVerdict, ...]:
    """A verdict on each video below the folder `videos` of a package.

    What lies at a name that begins with "6s" was made of 6s.md, and is held against the platforms that take such a
    video; one of another name against all that take videos.
    """
    place = folder / VIDEOS
    paths = sorted(one for one in place.rglob("*") if one.suffix.lower() in _SUFFIXES and one.is_file())
    return tuple(_check(one, folder, scripts, specs, platforms) for one in paths[:_MOST_VIDEOS])


def _check(
    path: Path, folder: Path, scripts: Sequence[AdScript], specs: Specs, platforms: Sequence[AdPlatform]
) -> VideoVerdict:
    name = path.relative_to(folder).as_posix()
    try:
        info = probe(path)
    except MediaError as error:
        return VideoVerdict(name, (), (AdFinding("brief.video", f"{error.message}.", hard=True),))
    if info.video is None:
        return VideoVerdict(name, (), (AdFinding("brief.video", "it has no pictures.", hard=True),))
    script = _script_of(name, scripts)
    findings: list[AdFinding] = []
    if script is not None and info.duration_s > script.length_s:
        says = f"it is {info.duration_s:.2f} s long, and {script.length_s} s is the most: shorten {place_of(script)}."
        findings.append(AdFinding("brief.video", says, hard=True))
    held = _meant(info.video, scripts if script is None else (script,), specs, platforms)
    for platform in held:
        # A place of a platform that takes it is enough: Meta's carousel takes 15 s, its feed hours.
        by_fact = [_faults_of(info, path.suffix, fact, specs, platform) for fact in video_facts(specs, platform)]
        findings += sorted(by_fact, key=len)[0]
    return VideoVerdict(name, tuple(one.name for one in held), tuple(dict.fromkeys(findings)))


def _script_of(name: str, scripts: Sequence[AdScript]) -> AdScript | None:
    """The script of "videos/15s-square/video.mp4"."""
    found = _LENGTH.match(name.removeprefix(f"{VIDEOS}/"))
    return next((one for one in scripts if found and one.length_s == int(found[1])), None)


def _meant(
    video: VideoInfo, scripts: Sequence[AdScript], specs: Specs, platforms: Sequence[AdPlatform]
) -> tuple[AdPlatform, ...]:
    """The platforms that take videos of this shape and these scripts; all that take any, where none does."""
    shapes = {name: find_platform(name) for name in SHAPES}
    ratio = video.width / video.height
    near = {name for name, one in shapes.items() if abs(ratio / (one.width / one.height) - 1) <= TOLERANCE}
    named = {name for slot in list_slots(specs, platforms, scripts) if slot.shape in near for name in slot.platforms}
    return tuple(one for one in platforms if video_facts(specs, one) and (one.name in named or not named))


def _faults_of(info: MediaInfo, suffix: str, fact: Spec, specs: Specs, platform: AdPlatform) -> tuple[AdFinding, ...]:
    beside = (one for one in specs.of(platform, "bytes") if one.place == fact.place and "video" in one.field)
    return tuple(
        AdFinding(one.id, says, one.hard, one.source, one.checked)
        for one in (fact, *beside)
        for says in (*_of_length(info, one), *_of_picture(info, one), *_of_file(info, suffix, one))
    )


def _of_length(info: MediaInfo, fact: Spec) -> Iterator[str]:
    if info.duration_s < (fact.min_s or 0):
        yield f"it is {info.duration_s:.2f} s long, and {fact.min_s:g} s is the least."
    if fact.max_s is not None and info.duration_s > fact.max_s:
        yield f"it is {info.duration_s:.2f} s long, and {fact.max_s:g} s is the most."


def _of_picture(info: MediaInfo, fact: Spec) -> Iterator[str]:
    video = info.video
    if video is None:
        return
    if not takes_size(fact, video.width, video.height):
        yield f"it has {video.width}x{video.height} pixels, and {_tell_sizes(fact)} is taken."
    if fact.max_fps is not None and video.fps > fact.max_fps + _FPS_OFF:
        yield f"it has {video.fps:g} pictures a second, and {fact.max_fps:g} is the most."
    if fact.codecs and _CODECS.get(video.codec, video.codec) not in fact.codecs:
        yield f"its pictures are {video.codec}, and {', '.join(fact.codecs)} are taken."


def _tell_sizes(fact: Spec) -> str:
    ratios = " or ".join((fact.ratio,) if fact.ratio else fact.ratios)
    if not ratios and fact.min_ratio and fact.max_ratio:
        ratios = f"{fact.min_ratio:g} to {fact.max_ratio:g} of width by height"
    least = " or ".join(fact.min_sizes) or (f"{fact.min_width}x{fact.min_height}" if fact.min_width else "")
    most = f"{fact.max_width}x{fact.max_height}" if fact.max_width else ""
    told = (ratios, f"at least {least}" if least else "", f"at most {most}" if most else "")
    return ", ".join(filter(None, told))


def _of_file(info: MediaInfo, suffix: str, fact: Spec) -> Iterator[str]:
    kbps = info.size_bytes * 8 / 1000 / info.duration_s if info.duration_s else 0.0
    kind = suffix.lower().removeprefix(".")
    if fact.max_bytes is not None and info.size_bytes > fact.max_bytes:
        yield f"it has {info.size_bytes:,} bytes, and {fact.max_bytes:,} is the most."
    if info.size_bytes < (fact.min_bytes or 0):
        yield f"it has {info.size_bytes:,} bytes, and {fact.min_bytes:,} is the least."
    if kbps < (fact.min_kbps or 0):
        yield f"it has {kbps:.0f} kbit/s, and {fact.min_kbps} is the least."
    if fact.formats and kind not in fact.formats:
        yield f"it is a .{kind} file, and {', '.join(fact.formats)} are taken."
    if fact.sound and info.audio is None:
        yield "it has no sound."
    if fact.max_audio_khz is not None and info.audio and info.audio.sample_rate > fact.max_audio_khz * 1000:
        yield f"its sound has {info.audio.sample_rate:,} samples a second, and {fact.max_audio_khz},000 is the most."
