"""How ads are made.

source ─▶ brief ─▶ room for it? ─▶ lines by a writer, if one is named ─▶ variants: texts, scripts, pictures ─▶ package
                       └─ no: which field, its limit, what to give; nothing is written
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Sequence
from dataclasses import replace

from automagic.machine.leaving import in_thread
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.material import Given, ReadBrief
from automagic.products.ads.briefs.pictures import LoadedPicture, load_pictures
from automagic.products.ads.briefs.reading import read_brief
from automagic.products.ads.briefs.room import check_room
from automagic.products.ads.copy.choice import turn_brief, write_copy
from automagic.products.ads.copy.pairs import check_pairs
from automagic.products.ads.creative import AdFinding
from automagic.products.ads.making.campaigns import choose_folder, refuse_same_campaign
from automagic.products.ads.making.folder import arrange_package
from automagic.products.ads.making.lines import offer_lines
from automagic.products.ads.making.request import MakeAdsRequest
from automagic.products.ads.making.result import AdVariant, MakeAdsResult, facts_behind
from automagic.products.ads.package.assets import Asset
from automagic.products.ads.pictures.planning import plan_pictures
from automagic.products.ads.pictures.recipe import make_pictures
from automagic.products.ads.specs.table import AdPlatform, Spec, Specs, read_specs
from automagic.products.ads.videos.scripts import write_scripts
from automagic.providers.shared.registry import EXTRACT
from automagic.reading.named_files import expand_home
from automagic.runs.run import Run
from automagic.services import Services
from automagic.stages.result_folder import publish, reserve
from automagic.values.events import Notice


async def make(request: MakeAdsRequest, run: Run[Services]) -> MakeAdsResult:
    """Make ads out of one brief.

    Raises:
        RequestError: There is no brief or platform, an ad cannot be made of it, or its campaign is another one's.
        VendorError: The last writer in the list failed.
    """
    specs = await in_thread(read_specs, run.services.settings.home)
    platforms = tuple(map(specs.platform, request.platforms)) or specs.platforms
    chain = run.services.vendors.chain("writer", request.writer or EXTRACT)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    read = await _read(request, today)
    notices = list(read.notices)
    await in_thread(check_room, read.brief, specs, platforms)
    folder = request.out or choose_folder(read.brief, request.take)
    if not request.plan:
        await in_thread(refuse_same_campaign, read.brief, folder)
    with contextlib.nullcontext() if request.plan else reserve(folder):
        loaded = await load_pictures(read, run)
        lines = await offer_lines(chain, read.brief, run)
        takes = range(request.take, request.take + request.count)
        written = [await in_thread(_write, read, specs, platforms, take, today, lines) for take in takes]
        variants = tuple([await _picture(one, read.brief, specs, platforms, loaded, run) for one in written])
        used = facts_behind(specs, variants)
        doubts = tuple(fact for fact in used if not fact.confirmed or fact.is_old(today))
        if doubts and request.plan:
            notices.append(_tell_doubts(doubts, len(used), today))
        for notice in notices:
            run.emit(Notice(notice))
        result = MakeAdsResult(
            run_id=run.id,
            brief=read.brief,
            platforms=tuple(platform.name for platform in platforms),
            variants=variants,
            facts_used=used,
            doubts=doubts,
            notices=tuple(notices),
            folder=None if request.plan else folder,
            steps=tuple(run.records),
            cost_usd=run.cost_usd,
        )
        if not request.plan:
            files = await in_thread(arrange_package, result, run.services.store.path_of, specs)
            await in_thread(publish, folder, files)
    return result


async def _read(request: MakeAdsRequest, today: datetime.date) -> ReadBrief:
    is_page = "://" in request.source
    source = request.source if is_page else str(expand_home(request.source))
    given = Given(request.name, request.kind, request.link, request.language)
    return await read_brief(source, given, today=today)


def _write(
    read: ReadBrief,
    specs: Specs,
    platforms: Sequence[AdPlatform],
    take: int,
    today: datetime.date,
    lines: Sequence[str],
) -> AdVariant:
    """The texts and scripts of a variant, and what speaks against them."""
    copy = write_copy(read.brief, specs, platforms, take=take, today=today, offered=lines)
    texts = _leave_to_person(copy.texts, read)
    videos = write_scripts(read.brief, specs, platforms, take=take, today=today)
    findings = (*copy.findings, *check_pairs(texts, specs, platforms), *videos.findings)
    scripts = _leave_to_person(videos.scripts, read)
    return AdVariant(take, texts, calls=copy.calls, findings=findings, scripts=scripts)


async def _picture(
    variant: AdVariant,
    brief: AdBrief,
    specs: Specs,
    platforms: Sequence[AdPlatform],
    loaded: Sequence[LoadedPicture],
    run: Run[Services],
) -> AdVariant:
    """A variant with its pictures, which begin with the claim that its texts begin with."""
    turned = turn_brief(brief, variant.number)
    plan = await in_thread(plan_pictures, turned, specs, platforms, variant.texts, loaded)
    made = await make_pictures(plan.pictures, turned, run)
    findings = dict.fromkeys((*variant.findings, *plan.findings, *made.findings))
    return replace(variant, pictures=made.pictures, findings=tuple(findings))


def _leave_to_person(made: tuple[Asset, ...], read: ReadBrief) -> tuple[Asset, ...]:
    """The texts or scripts; those of a brief about health or money wait for a person, and say why."""
    if not read.subjects:
        return made
    about = " and ".join(read.subjects)
    why = AdFinding(
        "brief.subject", f"the brief is about {about}: a person has to look at every line of it.", hard=False
    )
    return tuple(_wait(one, why) for one in made)


def _wait(one: Asset, why: AdFinding) -> Asset:
    return replace(one, state="pending", findings=(*one.findings, why))


def _tell_doubts(doubts: Sequence[Spec], used: int, today: datetime.date) -> str:
    """That limits may be others than these ads were fitted to."""
    old = [fact for fact in doubts if fact.is_old(today)]
    oldest = f" {len(old)} were read more than 90 days ago, {old[0].id} on {old[0].checked}." if old else ""
    unsure = [fact.id for fact in doubts if not fact.confirmed]
    shown = f" {len(unsure)} are not confirmed, such as {unsure[0]}." if unsure else ""
    return f"Of {used} facts that these ads are fitted to {len(doubts)} are in doubt.{oldest}{shown}"
