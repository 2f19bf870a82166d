"""What lies in the folder of a recording's clips: each clip in its own folder, the plan, and a page to choose from.

2026-01-31-talk-clips/
    index.html  clips.json  plan.json  metadata.json
    1-why-ships-float/   video.mp4 captions.srt captions.vtt words.json quality.json credits.json metadata.json
    2-…
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from automagic.language.moments.naming import describe_moment
from automagic.language.phrases import phrase_breaks
from automagic.language.slug import slugify
from automagic.media.captions import make_sidecar_cues, write_srt, write_vtt
from automagic.orchestrator.store import ArtifactStore
from automagic.pipelines.clip_film import Clip
from automagic.pipelines.clips_plan import Plan, write_plan
from automagic.pipelines.results import MANIFEST, publish
from automagic.recording import Choice, Moment, Transcript

NOTE = "Scores are editorial: how a moment compares with the others of this recording. They forecast nothing."


@dataclass(frozen=True, slots=True)
class Offer:
    """A clip, and why it was chosen; None when a plan file named it."""

    clip: Clip
    moment: Moment | None


def deliver_clips(
    folder: Path,
    plan: Plan,
    offers: Sequence[Offer],
    choice: Choice | None,
    transcript: Transcript,
    *,
    generator: str,
    store: ArtifactStore,
) -> tuple[Path, dict[str, dict[str, Path]]]:
    """Put everything into the folder at once.

    Returns:
        The folder, and each clip's videos by platform.
    """
    files: dict[str, Path | bytes] = {}
    outputs: dict[str, dict[str, Path]] = {}
    entries = []
    for number, offer in enumerate(offers, start=1):
        own, videos = _files_of(offer, transcript, store)
        passed = all(delivery.report.passed for delivery in offer.clip.deliveries)
        name = f"{number}-{slugify(offer.clip.plan.title)}{'' if passed else '.rejected'}"
        files |= {f"{name}/{file}": content for file, content in own.items()}
        outputs[offer.clip.plan.id] = {platform: folder / name / video for platform, video in videos.items()}
        entries.append(_entry(number, name, offer, videos, passed=passed))
    files["plan.json"] = write_plan(plan)
    files["clips.json"] = _json(
        {
            "recording": plan.file,
            "note": NOTE,
            "scorer": choice.scorer if choice else "plan file",
            "considered": choice.considered if choice else len(offers),
            "notices": list(choice.notices) if choice else [],
            "clips": entries,
            "why_not": [msgspec.to_builtins(rejection) for rejection in choice.rejected] if choice else [],
        }
    )
    files["index.html"] = _page(plan, entries, choice).encode()
    files[MANIFEST] = _json({"generator": generator, "title": plan.title, "files": sorted([*files, MANIFEST])})
    publish(folder, files)
    return folder, outputs


def _files_of(
    offer: Offer, transcript: Transcript, store: ArtifactStore
) -> tuple[dict[str, Path | bytes], dict[str, str]]:
    """A clip's own files by name, and its video by platform."""
    clip, language = offer.clip, transcript.language or "en"
    several = len(clip.deliveries) > 1
    files: dict[str, Path | bytes] = {}
    videos: dict[str, str] = {}
    for delivery in clip.deliveries:
        name = f"video-{delivery.group.name}.mp4" if several else "video.mp4"
        files[name] = store.path_of(delivery.video)
        videos |= dict.fromkeys(delivery.group.names, name)
    words = [word.text for word in clip.words]
    if words:
        cues = make_sidecar_cues([clip.words], [phrase_breaks(words, language)])
        files["captions.srt"] = write_srt(cues).encode()
        files["captions.vtt"] = write_vtt(cues, language).encode()
    files["words.json"] = _json([msgspec.to_builtins(word) for word in clip.words])
    files["quality.json"] = _json(
        {
            platform: {"passed": one.report.passed, "measures": msgspec.to_builtins(one.report.measures)}
            for one in clip.deliveries
            for platform in one.group.names
        }
    )
    files["credits.json"] = _json([msgspec.to_builtins(credit) for credit in clip.credits])
    if offer.moment is not None:
        described = describe_moment(offer.moment, clip.plan.title, language, list(videos), credits=clip.credits)
    else:
        described = {"title": clip.plan.title}
    files["metadata.json"] = _json({**described, "language": language, "duration_s": round(clip.duration_s, 3)})
    return files, videos


def _entry(number: int, folder: str, offer: Offer, videos: dict[str, str], *, passed: bool) -> dict[str, Any]:
    clip, moment = offer.clip, offer.moment
    return {
        "number": number,
        "id": clip.plan.id,
        "title": clip.plan.title,
        "folder": folder,
        "videos": videos,
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


_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1.5rem}
article{border:1px solid #8886;border-radius:.75rem;padding:1rem}video{width:100%;max-height:30rem;border-radius:.5rem;
background:#000}h2{font-size:1.1rem;margin:.6rem 0 .2rem}p,li{font-size:.9rem}ul{padding-left:1.1rem}small{opacity:.75}
"""


def _page(plan: Plan, entries: Sequence[dict[str, Any]], choice: Choice | None) -> str:
    """A page to look at the clips and choose from; it needs no network and runs no script."""
    cards = "".join(_card(entry) for entry in entries)
    rejected = ""
    if choice and choice.rejected:
        rows = "".join(
            f"<li>{_clock(one.moment.start_s)} “{html.escape(one.moment.text[:140])}” "
            f"<small>{html.escape(one.reason)}</small></li>"
            for one in choice.rejected
        )
        rejected = f"<h2>Not chosen</h2><ul>{rows}</ul>"
    title = html.escape(plan.title)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{len(entries)} clips of {html.escape(plan.file)}. {NOTE}</p><main>{cards}</main>{rejected}</html>\n"
    )


def _card(entry: dict[str, Any]) -> str:
    video = html.escape(f"{entry['folder']}/{next(iter(entry['videos'].values()))}", quote=True)
    why = "".join(
        f"<li>{html.escape(one['why'])} <small>{one['points']:+.2f}</small></li>"
        for one in entry["why"]
        if one["points"]
    )
    score = f" · score {entry['score']:.2f}" if entry["score"] is not None else ""
    state = "" if entry["passed"] else " · did not pass its measurements"
    return (
        f'<article><video controls preload="metadata" src="{video}"></video>'
        f"<h2>{entry['number']}. {html.escape(entry['title'])}</h2>"
        f"<small>{_clock(entry['stretches'][0]['start_s'])}, {entry['duration_s']:.0f} s{score}{state}</small>"
        f"<p>{html.escape(entry['text'])}</p><ul>{why}</ul></article>"
    )


def _clock(time_s: float) -> str:
    hours, rest = divmod(int(time_s), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
