"""What lies in the folder of a recording's clips: each clip in its own folder, the plan, and a page to choose from.

2026-01-31-talk-clips/
    index.html  clips.json  plan.json  timeline.fcpxml  metadata.json
    1-why-ships-float/   video.mp4 thumbnail.jpg captions.srt captions.vtt words.json timeline.otio quality.json
                         credits.json metadata.json
    2-…
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from automagic.language.moments.certainty import mean_of
from automagic.language.moments.naming import describe_moment
from automagic.language.text.slug import slugify
from automagic.products.clips.contact_sheet import SheetClip, write_sheet
from automagic.products.clips.exports import export_clips
from automagic.products.clips.film import Clip
from automagic.products.clips.planning.edited import CutPlan, write_plan
from automagic.stages.captions import write_captions
from automagic.stages.result_folder import MANIFEST, as_json, write_reports
from automagic.store.artifacts import ArtifactStore
from automagic.values.moments import Moment, MomentChoice
from automagic.values.transcript import Transcript
from automagic.version import GENERATOR

if TYPE_CHECKING:
    from automagic.media.exports.recorded import Recorded

NOTE = "Scores are editorial: how a moment compares with the others of this recording. They forecast nothing."


@dataclass(frozen=True, slots=True)
class OfferedClip:
    """A clip, and why it was chosen; None when a plan file named it."""

    clip: Clip
    moment: Moment | None


def arrange_clips(
    folder: Path,
    plan: CutPlan,
    offers: Sequence[OfferedClip],
    choice: MomentChoice | None,
    transcript: Transcript,
    recorded: Recorded,
    store: ArtifactStore,
) -> tuple[dict[str, Path | bytes], dict[str, dict[str, Path]]]:
    """What will lie in the folder.

    Returns:
        The files by name, and each clip's videos by platform.
    """
    files: dict[str, Path | bytes] = {}
    outputs: dict[str, dict[str, Path]] = {}
    named: dict[str, tuple[Clip, Moment | None]] = {}
    entries = []
    for number, offer in enumerate(offers, start=1):
        own, videos, thumbnails = _files_of(offer, transcript, store)
        own[MANIFEST] = _describe(offer, plan.title, transcript, list(videos), sorted(own))
        passed = all(delivery.passed for delivery in offer.clip.deliveries)
        name = f"{number}-{slugify(offer.clip.plan.title)}{'' if passed else '.rejected'}"
        files |= {f"{name}/{file}": content for file, content in own.items()}
        outputs[offer.clip.plan.id] = {platform: folder / name / video for platform, video in videos.items()}
        entries.append(_entry(number, name, offer, videos, thumbnails, passed=passed) | _certainty(offer, transcript))
        named[name] = (offer.clip, offer.moment)
    if recorded.ordered is not None:
        files[recorded.file.name] = recorded.ordered
    files |= export_clips(plan.title, named, recorded, transcript.language, folder)
    files["plan.json"] = write_plan(plan)
    files["clips.json"] = as_json(
        {
            "recording": plan.file,
            "note": NOTE,
            "scorer": choice.scorer if choice else "plan file",
            "considered": choice.considered if choice else len(offers),
            "notices": [*transcript.notices, *(choice.notices if choice else ())],
            "clips": entries,
            "why_not": [msgspec.to_builtins(rejection) for rejection in choice.rejected] if choice else [],
        }
    )
    files["index.html"] = _sheet(plan, entries, offers, choice, files).encode()
    files[MANIFEST] = as_json({"generator": GENERATOR, "title": plan.title, "files": sorted([*files, MANIFEST])})
    return files, outputs


def _files_of(
    offer: OfferedClip, transcript: Transcript, store: ArtifactStore
) -> tuple[dict[str, Path | bytes], dict[str, str], dict[str, str]]:
    """A clip's own files by name, its videos by platform, and its thumbnails by platform."""
    clip, language = offer.clip, transcript.language or "en"
    several = len(clip.deliveries) > 1
    files: dict[str, Path | bytes] = {}
    videos: dict[str, str] = {}
    thumbnails: dict[str, str] = {}
    for delivery in clip.deliveries:
        group = delivery.group
        name = f"video-{group.name}.mp4" if several else "video.mp4"
        files[name] = store.path_of(delivery.video)
        videos |= dict.fromkeys(group.names, name)
        if group.name in clip.thumbnails:
            name = f"thumbnail-{group.name}.jpg" if several else "thumbnail.jpg"
            files[name] = store.path_of(clip.thumbnails[group.name])
            thumbnails |= dict.fromkeys(group.names, name)
    if clip.words:
        files |= write_captions([clip.words], language, clip.kept)
    files["words.json"] = as_json([msgspec.to_builtins(word) for word in clip.words])
    files |= write_reports(clip.deliveries, clip.credits)
    return files, videos, thumbnails


def _describe(
    offer: OfferedClip, recording: str, transcript: Transcript, platforms: Sequence[str], names: Sequence[str]
) -> bytes:
    """What a destination needs to know of a clip.

    Neither its number nor what belongs to this machine, as the timeline does: chosen again beside other clips, or made
    again elsewhere, it is the same clip, and is not published twice.
    """
    clip = offer.clip
    text = offer.moment.text if offer.moment else " ".join(word.text for word in clip.words)
    language = transcript.language or ("en" if clip.words else "")
    described = describe_moment(
        text,
        clip.plan.title,
        language or "en",
        platforms,
        credits=clip.credits,
        heard=_heard_in(offer.moment, transcript) if offer.moment else (),
        kept=clip.kept,
    )
    return as_json(
        {
            "generator": GENERATOR,
            "name": f"{slugify(recording, 40)}-{slugify(clip.plan.title)}",
            **described,
            "language": language,
            "duration_s": round(clip.duration_s, 3),
            "synthetic": False,
            "files": sorted([*names, MANIFEST]),
        }
    )


def _entry(
    number: int, folder: str, offer: OfferedClip, videos: dict[str, str], thumbnails: dict[str, str], *, passed: bool
) -> dict[str, Any]:
    clip, moment = offer.clip, offer.moment
    return {
        "number": number,
        "id": clip.plan.id,
        "title": clip.plan.title,
        "folder": folder,
        "videos": videos,
        "thumbnails": thumbnails,
        "duration_s": round(clip.duration_s, 3),
        "stretches": msgspec.to_builtins(clip.plan.stretches),
        "passed": passed,
        "text": moment.text if moment else " ".join(word.text for word in clip.words),
        "score": round(moment.score, 4) if moment else None,
        "why": [
            {**msgspec.to_builtins(one), "points": round(one.points, 4)}
            for one in (moment.contributions if moment else ())
        ],
        "framing": {
            name: [{"start_s": one.start_s, "layout": one.layout, "why": one.why} for one in framings]
            for name, framings in clip.framings.items()
        },
    }


def _heard_in(moment: Moment, transcript: Transcript) -> tuple[tuple[str, float], ...]:
    """A moment's words, and how surely each was heard."""
    starts = [word.start_s for word in transcript.words]
    return transcript.heard(bisect_left(starts, moment.start_s), bisect_left(starts, moment.end_s))


def _certainty(offer: OfferedClip, transcript: Transcript) -> dict[str, Any]:
    """How surely a clip's words were heard, on average; empty where no transcriber says it."""
    moment = offer.moment
    heard = _heard_in(moment, transcript) if moment else ()
    return {"words_sure": round(mean_of([sure for _, sure in heard]), 3)} if heard else {}


def _sheet(
    plan: CutPlan,
    entries: Sequence[dict[str, Any]],
    offers: Sequence[OfferedClip],
    choice: MomentChoice | None,
    files: Mapping[str, Path | bytes],
) -> str:
    """The page, with links to all files."""
    clips = []
    for entry, offer in zip(entries, offers, strict=True):
        start = f"{entry['folder']}/"
        own = [name.removeprefix(start) for name in files if name.startswith(start)]
        measures = {one.group.name: one.measures for one in offer.clip.deliveries}
        clips.append(SheetClip(entry, own, measures))
    return write_sheet(plan, clips, choice, note=NOTE, files=[name for name in files if "/" not in name])
