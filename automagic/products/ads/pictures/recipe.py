"""How planned pictures are made: sources looked at once, then every picture by a step of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from automagic.errors import MediaError, RequestError
from automagic.machine.leaving import in_thread
from automagic.media.design.ads.colours import BLACK, WHITE
from automagic.media.design.ads.weigh import LEAST
from automagic.media.design.theme_files import DEFAULT_THEME
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.pictures import LoadedPicture
from automagic.products.ads.creative import AdFinding, AdPicture
from automagic.products.ads.pictures.inputs import AdDress, AdSight, AdSubject, AdWeight
from automagic.products.ads.pictures.planning import PlannedPicture
from automagic.products.ads.pictures.steps import (
    MadePicture,
    crop_ad_picture,
    draw_ad_picture,
    look_at_ad_picture,
    place_ad_logo,
)
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.failures import explained
from automagic.values.artifact import Artifact

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
_NEVER_HEAVIER = 3
"""Bytes of a pixel: a limit above that is none, and pictures that differ in nothing else are one."""


@dataclass(frozen=True, slots=True)
class AdPictures:
    """The pictures that were made, and what is said of those that could not be."""

    pictures: tuple[AdPicture, ...]
    findings: tuple[AdFinding, ...] = ()


async def make_pictures(planned: Sequence[PlannedPicture], brief: AdBrief, run: Run[Services]) -> AdPictures:
    """Make them, each by a step; one that cannot be made is told of, and the others are."""
    dress = await in_thread(_dress, brief, run)
    used = {one.source.file: one for plan in planned for one in (plan.picture, plan.logo) if one is not None}
    with explained():
        async with asyncio.TaskGroup() as tasks:
            looking = {file: tasks.create_task(_look(one, run)) for file, one in used.items()}
        sights = {file: task.result() for file, task in looking.items()}
        async with asyncio.TaskGroup() as tasks:
            making = [tasks.create_task(_make(one, sights, dress, run)) for one in planned]
    pictures, findings = [], dict[AdFinding, None]()
    results = [(one, task.result()) for one, task in zip(planned, making, strict=True)]
    filled = {one.field for one, made in results if isinstance(made, MadePicture) and not made.is_whole}
    for one, made in results:
        if isinstance(made, AdFinding):
            findings[made] = None
        elif one.wording is None and made.is_whole and one.field in filled:
            findings[_unfilled(one, "is left out")] = None
        else:
            pictures.append(_finished(one, made))
            findings |= dict.fromkeys(_of_brand(made))
    return AdPictures(tuple(pictures), tuple(findings))


def _dress(brief: AdBrief, run: Run[Services]) -> AdDress:
    """How the ads look, with the theme where the steps find it."""
    from automagic.media.design.fonts import know_hashes
    from automagic.media.design.theme_files import load_theme, theme_fingerprint
    from automagic.store.digests import hash_files

    theme = load_theme(DEFAULT_THEME)
    know_hashes(theme.families, partial(hash_files, memory=run.services.settings.home))
    fingerprint = theme_fingerprint(theme)
    run.services.themes[fingerprint] = theme
    return AdDress(brief.colours, brief.brand or brief.name, fingerprint)


async def _look(one: LoadedPicture, run: Run[Services]) -> AdSight:
    return await run.about(one.picture.name).step(look_at_ad_picture, one.source.file, one.is_logo)


async def _make(
    one: PlannedPicture, sights: Mapping[Artifact, AdSight], dress: AdDress, run: Run[Services]
) -> MadePicture | AdFinding:
    subject = AdSubject(sights[one.picture.source.file], one.picture.picture.focus) if one.picture else None
    logo = sights[one.logo.source.file] if one.logo else None
    room = one.form.width * one.form.height * _NEVER_HEAVIER
    limit = one.field.max_bytes if one.field.max_bytes and one.field.max_bytes < room else None
    weight = AdWeight(limit, one.field.formats)
    about = run.about(one.name)
    try:
        if one.wording is not None:
            return await about.step(draw_ad_picture, one.content, one.form, subject, logo, dress, weight)
        if subject is not None:
            return await about.step(crop_ad_picture, subject, one.form, weight)
        if logo is not None:
            grounds = (WHITE,) if one.field.on_white else (WHITE, *dress.colours[1:], *dress.colours[:1], BLACK)
            return await about.step(place_ad_logo, logo, one.form, weight, grounds)
    except (RequestError, MediaError) as error:
        spec = one.field.spec
        hint = f". {error.hint}" if error.hint else ""
        return AdFinding(spec.id, f"{one.field.platform}: {error.message}{hint}", spec.hard, spec.source, spec.checked)
    raise RuntimeError(f"{one.name} shows nothing")


def _finished(one: PlannedPicture, made: MadePicture) -> AdPicture:
    shown, wording = made.shown, one.wording
    if wording is not None and not shown:  # a plan that has not drawn it
        shown = (wording.content.headlines[0], *wording.content.details[:1])
    seen = "" if "picture" in made.dropped else one.alt
    alt = one.alt if wording is None else _sentence((*shown, one.content.brand, seen))
    return AdPicture(
        platform=one.field.platform,
        field=one.field.spec.id,
        family="designed" if wording is not None else "clean",
        name=f"{one.name}.{_ENDINGS[made.file.media_type]}",
        file=made.file,
        width=one.form.width,
        height=one.form.height,
        alt=alt,
        claims=wording.claims_of(*shown) if wording is not None else (),
        state=wording.state_of(*shown) if wording is not None else "ready",
        findings=(*one.findings, *_findings(one, made)),
    )


def _findings(one: PlannedPicture, made: MadePicture) -> list[AdFinding]:
    found = []
    if made.is_whole and one.wording is None:
        found.append(_unfilled(one, "stands whole on a blurred ground"))
    if made.quality < LEAST:
        limit = (one.field.max_bytes or 0) // 1024
        says = f"the picture is too busy for {limit} kB: it shows blocks at quality {made.quality}; choose a calmer one"
        found.append(AdFinding(one.field.spec.id, says, hard=False, source=one.field.spec.source))
    for wanted, used, ground in made.changes:
        says = f"{wanted} cannot be read on {ground}: {used}, the nearest that can, stands in its place"
        found.append(AdFinding("brief.colours", says, hard=False))
    if made.hides_logo:
        found.append(
            AdFinding("brief.logo", "some of the logo cannot be seen on any ground: give another one", hard=False)
        )
    if one.wording is not None and made.shown and made.shown[0] not in one.content.headlines:
        says = (
            f"{one.form.width}x{one.form.height} says the name alone: “{one.content.headlines[-1]}” has no room there; "
            "give its claim a shorter form (`short`)"
        )
        found.append(AdFinding("brief.short", says, hard=False))
    if "disclaimer" in made.dropped:
        says = f"the disclaimer has no room in {one.form.width}x{one.form.height}: leave this size out, or shorten it"
        found.append(AdFinding("brief.disclaimer", says, hard=True))
    for part in ("price", "picture"):
        if part in made.dropped and not (part == "picture" and one.form.shape == "strip"):
            says = f"the {part} has no room in {one.form.width}x{one.form.height}"
            found.append(AdFinding(f"brief.{part}", says, hard=False))
    return found


def _of_brand(made: MadePicture) -> list[AdFinding]:
    """What is wrong with colours and logo: the same for all pictures, and said once."""
    found = [
        AdFinding(
            "brief.colours",
            f"{wanted} cannot be read on {ground}: {used}, the nearest that can, stands in its place",
            hard=False,
        )
        for wanted, used, ground in made.changes
    ]
    if made.hides_logo:
        says = "some of the logo cannot be seen on any ground: give another one"
        found.append(AdFinding("brief.logo", says, hard=False))
    return found


def _unfilled(one: PlannedPicture, what: str) -> AdFinding:
    """That no part of a picture in the shape of its field shows what matters."""
    name = one.picture.picture.name if one.picture else one.name
    says = (
        f"{one.field.platform}: {name} {what} at {one.form.width}x{one.form.height}: no part of it in this shape shows "
        "its faces, or enough of it; give one in this shape"
    )
    return AdFinding(one.field.spec.id, says, hard=False)


def _sentence(parts: Sequence[str]) -> str:
    """The parts as sentences, each once."""
    found = [part.strip() for part in dict.fromkeys(parts) if part.strip()]
    return " ".join(part if part[-1] in ".!?。！？…" else f"{part}." for part in found)
