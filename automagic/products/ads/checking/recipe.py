"""How ads are checked: each line, or each text of a package, against the brief and the facts of platforms."""

from __future__ import annotations

import datetime
from pathlib import Path

from automagic.errors import RequestError
from automagic.machine.leaving import in_thread
from automagic.products.ads.checking.brief_file import read_brief_file
from automagic.products.ads.checking.package import check_package
from automagic.products.ads.checking.request import CheckAdsRequest
from automagic.products.ads.checking.result import CheckAdsResult
from automagic.products.ads.copy.choice import LineVerdict, judge_line
from automagic.products.ads.copy.policy import facts_for
from automagic.products.ads.specs.table import read_specs
from automagic.reading.faults import decode_utf8
from automagic.reading.named_files import expand_home, file_name, read_named
from automagic.runs.run import Run
from automagic.services import Services

_MOST_BYTES = 1_000_000
_OWN_BRIEF = "brief.toml"


async def check(request: CheckAdsRequest, run: Run[Services]) -> CheckAdsResult:
    """Judge each line.

    Raises:
        RequestError: There are none, or there is no brief.
    """
    verdicts = await in_thread(_check, request, run.services.settings.home)
    return CheckAdsResult(run.id, verdicts)


def _check(request: CheckAdsRequest, home: Path | None) -> tuple[LineVerdict, ...]:
    source = expand_home(request.source)
    specs = read_specs(home)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    if source.is_dir():
        brief = read_brief_file(expand_home(request.brief) if request.brief else source / _OWN_BRIEF)
        return check_package(source, brief, specs, today)
    if not request.brief:
        raise RequestError("there is no brief to hold the lines against", hint="Name one with --brief.")
    brief = read_brief_file(expand_home(request.brief))
    text = decode_utf8(read_named(source, _MOST_BYTES, what="a text"), file_name(source), hint="Save it as UTF-8.")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise RequestError(f"{file_name(source)} has no lines", hint="Write the lines of an ad, one on each line.")
    facts = facts_for(specs, specs.platforms)
    return tuple(judge_line(line, brief, today, facts) for line in lines)
