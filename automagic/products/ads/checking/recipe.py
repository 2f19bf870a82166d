"""How ads are checked: each line, or each text of a package, against the brief and the facts of platforms."""

from __future__ import annotations

import datetime
from pathlib import Path

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.briefs.pictures import load_pictures
from automagic.products.ads.briefs.reading import read_brief
from automagic.products.ads.checking.package import check_texts
from automagic.products.ads.checking.pictures import check_pictures
from automagic.products.ads.checking.request import CheckAdsRequest
from automagic.products.ads.checking.result import CheckAdsResult
from automagic.products.ads.checking.videos import check_scripts, check_videos
from automagic.products.ads.copy.choice import LineVerdict, judge_line
from automagic.products.ads.copy.policy import facts_for
from automagic.products.ads.package.documents import BRIEF, read_package
from automagic.products.ads.specs.table import Specs, read_specs
from automagic.reading.faults import decode_utf8
from automagic.reading.named_files import expand_home, file_name, read_named
from automagic.runs.run import Run
from automagic.services import Services
from automagic.values.events import Notice

_MOST_BYTES = 1_000_000


async def check(request: CheckAdsRequest, run: Run[Services]) -> CheckAdsResult:
    """Judge each line.

    Raises:
        RequestError: There are none, or there is no brief.
    """
    source = expand_home(request.source)
    is_package = await in_thread(source.is_dir)
    if not (request.brief or is_package):
        raise RequestError("there is no brief to hold the lines against", hint="Name one with --brief.")
    today = datetime.datetime.now(tz=datetime.UTC).date()
    given = request.brief or source / BRIEF
    read = await read_brief(str(given if "://" in str(given) else expand_home(given)), today=today)
    for notice in read.notices:
        run.emit(Notice(notice))
    if request.brief or not is_package:  # those of a package are made already, of pictures that lie elsewhere
        await load_pictures(read, run)  # what cannot be used is told now, and not when ads are made
    specs = await in_thread(read_specs, run.services.settings.home)
    if is_package:
        package = await in_thread(read_package, source)
        lines = await in_thread(check_texts, package.texts, read.brief, specs, today)
        pictures = await in_thread(check_pictures, package, specs)
        platforms = [specs.platform(name) for name in package.platforms]
        scripts = await in_thread(check_scripts, package.scripts, read.brief, specs, platforms, today)
        videos = await in_thread(check_videos, source, package.scripts, specs, platforms)
        return CheckAdsResult(run.id, lines, pictures, scripts, videos)
    return CheckAdsResult(run.id, await in_thread(_judge_lines, source, read.brief, specs, today))


def _judge_lines(source: Path, brief: AdBrief, specs: Specs, today: datetime.date) -> tuple[LineVerdict, ...]:
    text = decode_utf8(read_named(source, _MOST_BYTES, what="a text"), file_name(source), hint="Save it as UTF-8.")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise RequestError(f"{file_name(source)} has no lines", hint="Write the lines of an ad, one on each line.")
    facts = facts_for(specs, specs.platforms)
    return tuple(judge_line(line, brief, today, facts) for line in lines)
