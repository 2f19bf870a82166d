"""The texts of a package of ads, against facts and brief as if somebody else had made them."""

from __future__ import annotations

import datetime
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.candidates import host_of, list_paths, role_of
from automagic.products.ads.copy.choice import LineVerdict, judge_line
from automagic.products.ads.copy.policy import facts_for
from automagic.products.ads.creative import AdFinding, AdText
from automagic.products.ads.package.documents import TEXTS
from automagic.products.ads.specs.counting import count_text
from automagic.products.ads.specs.table import Spec, Specs


def check_texts(rows: Sequence[AdText], brief: AdBrief, specs: Specs, today: datetime.date) -> tuple[LineVerdict, ...]:
    """A verdict on each text, in their order.

    Raises:
        RequestError: A platform does not have the field.
    """
    beside: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        beside.setdefault((row.platform, row.field), []).append(row.text)
    verdicts = []
    for row in rows:
        platform = specs.platform(row.platform)
        fact = next((one for one in specs.of(platform) if one.id == row.field), None)
        if fact is None:
            raise RequestError(f"{TEXTS}: {platform.name} has no field {row.field[:60]!r}")
        verdict = _judge(row.text, fact, brief, today, facts_for(specs, [platform]))
        others = [*beside[row.platform, row.field], *beside.get((row.platform, f"{row.field}_short"), ())]
        faults = (*_faults(row.text, fact), *_of_many(row.text, others, fact))
        verdicts.append(replace(verdict, findings=(*faults, *verdict.findings)))
    return tuple(verdicts)


def _judge(text: str, fact: Spec, brief: AdBrief, today: datetime.date, facts: Sequence[Spec]) -> LineVerdict:
    """What a brief says of a text; addresses and names are the brief's own or they are not."""
    own = {
        "link": (brief.link,),
        "site": (host_of(brief),),
        "path": tuple(one.text for one in list_paths(brief)),
        "name": (brief.brand, brief.name, host_of(brief)),
    }.get(role_of(fact.field))
    if own is None and role_of(fact.field) != "call":
        return judge_line(text, brief, today, facts)
    holds = own is None or text in own or (role_of(fact.field) == "link" and text.startswith(brief.link))
    return LineVerdict(text, holds, "call" if holds else "", (), "", "" if holds else "it is not the brief's own", ())


def _faults(text: str, fact: Spec) -> Iterator[AdFinding]:
    length = count_text(unicodedata.normalize("NFC", text), fact.count or "chars")
    if fact.max is not None and length > fact.max:
        yield _finding(fact, f"it is {length} long, and {fact.max} is the most.")
    if fact.min is not None and length < fact.min:
        yield _finding(fact, f"it is {length} long, and {fact.min} is the least.")


def _of_many(text: str, beside: Sequence[str], fact: Spec) -> Iterator[AdFinding]:
    if fact.max_items is not None and len(beside) > fact.max_items:
        yield _finding(fact, f"there are {len(beside)}, and {fact.max_items} is the most.")
    if fact.min_items is not None and len(beside) < fact.min_items:
        yield _finding(fact, f"there are {len(beside)}, and {fact.min_items} is the least.")
    if Counter(one.casefold() for one in beside)[text.casefold()] > 1:
        yield _finding(fact, "it stands there twice.")


def _finding(fact: Spec, says: str) -> AdFinding:
    return AdFinding(fact.id, says, fact.hard, fact.source, fact.checked)
