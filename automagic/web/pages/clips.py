"""The clip editor: which clips are made, from where to where, how they are framed, what their captions say, and why.

In and out that lie within a word are moved to its beginning and its end; where the recording's words are known
(`words.json`), a clip can grow, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from starlette.responses import Response

from automagic.errors import RequestError
from automagic.jobs.edits import EditedText
from automagic.jobs.queue.reads import Job
from automagic.products.clips.planning.edited import CutPlan, check_text, write_plan
from automagic.shaping import to_shape
from automagic.values.clip_plan import ClipPlan, KeptRange, Layout
from automagic.values.words import Word
from automagic.web.asked import Asked
from automagic.web.editing.texts import PLAN
from automagic.web.handlers.editing import find_text, keep, queue_edited, say_what_changes
from automagic.web.handlers.jobs import find_job
from automagic.web.handlers.made import read_document
from automagic.web.pages.forms import go, read_form
from automagic.web.pages.templates import show
from automagic.web.problems import Problem

LAYOUTS: tuple[Layout, ...] = get_args(Layout)


def edit_clip(clip: ClipPlan, given: Mapping[str, str], heard: Sequence[Word]) -> ClipPlan:
    """A clip as a form has it.

    Args:
        given: title, start, end (in seconds), layout, words.
        heard: All words of the recording; empty where they are not known.

    Raises:
        RequestError: A time is none, or the captions have another number of words.
    """
    start_s, end_s = (_seconds(given.get(name, ""), name) for name in ("start", "end"))
    texts = given.get("words", "").split()
    if texts and len(texts) != len(clip.words):
        raise RequestError(
            f"{clip.title}: its captions have {len(clip.words)} words, and {len(texts)} are given",
            hint="Change words, and join two with a hyphen; each has its own time.",
        )
    said = texts or [word.text for word in clip.words]
    words = tuple(replace(word, text=text) for word, text in zip(clip.words, said, strict=True))
    layout = given.get("layout", clip.layout)
    if layout not in LAYOUTS:
        raise RequestError(f"{layout[:40]!r} is not a valid layout", hint=f"One of: {', '.join(LAYOUTS)}.")
    before = clip.stretches[0].start_s, clip.stretches[-1].end_s
    edited = replace(clip, title=given.get("title", clip.title).strip() or clip.title, layout=layout, words=words)
    if (round(start_s, 2), round(end_s, 2)) == (round(before[0], 2), round(before[1], 2)):
        return edited
    if end_s <= start_s:
        raise RequestError(f"{clip.title}: it ends at {end_s:g} s and begins at {start_s:g} s")
    known = _merged(words, heard)
    start_s = next((word.start_s for word in known if word.start_s < start_s < word.end_s), start_s)
    end_s = next((word.end_s for word in known if word.start_s < end_s < word.end_s), end_s)
    inside = [word for word in known if start_s <= (word.start_s + word.end_s) / 2 < end_s]
    grows = start_s < before[0] - 0.01 or end_s > before[1] + 0.01
    if grows and known and not heard:
        hint = "Choose again with --choose-only to make it longer."
        raise RequestError(f"{clip.title}: what is said beside it is not known here", hint=hint)
    stretches = [
        KeptRange(max(one.start_s, start_s), min(one.end_s, end_s))
        for one in clip.stretches
        if min(one.end_s, end_s) > max(one.start_s, start_s)
    ] or [KeptRange(start_s, end_s)]
    stretches[0] = KeptRange(start_s, stretches[0].end_s)
    stretches[-1] = KeptRange(stretches[-1].start_s, end_s)
    kept = tuple(word for word in inside if any(one.start_s <= word.start_s < one.end_s for one in stretches))
    return replace(edited, stretches=tuple(stretches), words=kept)


def _merged(edited: Sequence[Word], heard: Sequence[Word]) -> list[Word]:
    """Words in order: those of the clip as they are edited, the others as they were heard."""
    times = {round(word.start_s, 3) for word in edited}
    others = [word for word in heard if round(word.start_s, 3) not in times]
    return sorted([*edited, *others], key=lambda word: word.start_s)


def _seconds(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e6:
        raise RequestError(f"{name}: {text[:20]!r} is not a time in seconds")
    return value


async def show_clips(asked: Asked) -> Response:
    """The editor."""
    job = await find_job(asked, asked.path["job"])
    return await _page(asked, job, await find_text(asked, job, PLAN), {})


async def edit(asked: Asked) -> Response:
    """Say what it changes, keep it, or keep and film it."""
    form = await read_form(asked)
    job = await find_job(asked, asked.path["job"])
    there = await find_text(asked, job, PLAN)
    try:
        new = await _edited(asked, job, check_text(there.text), form)
    except RequestError as error:
        raise Problem(422, error.message, hint=error.hint) from error
    text = write_plan(new).decode()
    what, was = form.get("do", "plan"), form.get("was", "")
    if what == "plan":
        planned = await say_what_changes(asked, job, PLAN, text)
        return await _page(asked, job, EditedText(there.base, text, was or there.mark), {"planned": planned})
    try:
        await keep(asked, job, PLAN, text, was)
    except Problem as problem:
        if "difference" not in problem.more:
            raise
        shown = EditedText(there.base, text, there.mark, there.by)
        values = {"difference": problem.more["difference"], "by": there.by}
        return await _page(asked, job, shown, values, status=problem.status)
    if what == "render":
        return go(asked, f"/runs/{(await queue_edited(asked, job, PLAN))['id']}")
    return go(asked, f"/runs/{job.id}/clips")


async def _edited(asked: Asked, job: Job, plan: CutPlan, form: Mapping[str, str]) -> CutPlan:
    heard = await _heard(asked, job)
    clips = []
    for clip in plan.clips:
        own = {name: form[f"{name}-{clip.id}"] for name in ("title", "start", "end", "layout", "words")
               if f"{name}-{clip.id}" in form}  # fmt: skip
        if f"keep-{clip.id}" in form:
            clips.append(edit_clip(clip, own, heard))
    if not clips:
        raise RequestError("no clip is left", hint="Tick at least one.")
    return replace(plan, clips=tuple(clips))


async def _heard(asked: Asked, job: Job) -> tuple[Word, ...]:
    """All words of the recording; none where the run does not have them."""
    found = await read_document(asked, job, "words.json")
    return () if found is None else to_shape(found, tuple[Word, ...])


async def _page(
    asked: Asked, job: Job, text: EditedText, values: Mapping[str, object], *, status: int = 200
) -> Response:
    plan = check_text(text.text)
    choice = await read_document(asked, job, "choice.json") or {}
    made = await read_document(asked, job, "clips.json") or {}
    reasons: dict[str, Any] = {one["id"]: one.get("contributions", []) for one in choice.get("chosen", [])}
    reasons |= {one["id"]: one.get("reasons", one.get("contributions", [])) for one in made.get("clips", [])}
    told = {"planned": None, "difference": "", "by": "", **values, "job": job, "plan": plan, "text": text,
            "layouts": LAYOUTS, "reasons": reasons, "why_not": choice.get("rejected") or made.get("why_not") or [],
            "grows": bool(await _heard(asked, job))}  # fmt: skip
    return show(asked, "clips.html", told, status=status)
