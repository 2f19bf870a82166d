"""Which assets of a package are exported, and what speaks against it; pure.

rejected ─▶ left out        not approved ─▶ the whole is refused, unless it is asked for        else ─▶ exported
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from automagic.errors import QualityError, RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.checking.package import check_texts
from automagic.products.ads.checking.pictures import facts_of, judge_picture
from automagic.products.ads.checking.videos import check_scripts
from automagic.products.ads.creative import AdPicture, AdScript, AdText
from automagic.products.ads.package.assets import AdAsset, AdPackage, decide, place_of
from automagic.products.ads.specs.table import Specs
from automagic.products.ads.videos.slots import VideoSlot, list_slots

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ExportedAssets:
    """What goes to platforms.

    Attributes:
        unapproved, rejected: Where they stand: those that are exported although nobody approved them, and those that
            are left out.
        slots: The videos that the chosen platforms take of the scripts.
    """

    texts: tuple[AdText, ...]
    pictures: tuple[AdPicture, ...]
    unapproved: tuple[str, ...]
    rejected: tuple[str, ...]
    scripts: tuple[AdScript, ...] = ()
    slots: tuple[VideoSlot, ...] = ()


def choose_exported(package: AdPackage, platforms: Sequence[str], specs: Specs, *, unapproved: bool) -> ExportedAssets:
    """What is approved.

    Args:
        platforms: By name; () for all that the package has.
        unapproved: Whether what nobody decided of is exported as well.

    Raises:
        RequestError: The package has nothing for a platform.
        QualityError: Something is not approved, or nothing is left.
    """
    texts, pictures, scripts = decide(package)
    there = package.platforms
    for name in platforms:
        if name not in there:
            raise RequestError(f"the package has nothing for {name}", hint=f"It has {', '.join(there)}.")
    wanted = frozenset(platforms) or frozenset(there)
    slots = list_slots(specs, [one for one in specs.platforms if one.name in wanted], scripts)
    scripts = tuple(one for one in scripts if any(slot.length_s == one.length_s for slot in slots))
    texts = tuple(one for one in texts if one.platform in wanted)
    pictures = tuple(one for one in pictures if one.platform in wanted)
    every: list[AdAsset] = [*texts, *pictures, *scripts]
    missing = tuple(place_of(one) for one in every if one.state not in {"approved", "rejected"})
    if missing and not unapproved:
        raise QualityError(
            f"{len(missing):,} of {len(every):,} are not approved: {_some(missing)}",
            hint="Look at preview.html, then `automagic ads approve FOLDER --all`; or export them with --unapproved.",
        )
    kept = ExportedAssets(
        texts=tuple(one for one in texts if one.state != "rejected"),
        pictures=tuple(one for one in pictures if one.state != "rejected"),
        unapproved=missing,
        rejected=tuple(place_of(one) for one in every if one.state == "rejected"),
        scripts=(kept_scripts := tuple(one for one in scripts if one.state != "rejected")),
        slots=tuple(slot for slot in slots if any(slot.length_s == one.length_s for one in kept_scripts)),
    )
    if not (kept.texts or kept.pictures or kept.scripts):
        raise QualityError("all of it was rejected: nothing is left to export", hint="Make other ads with --take 2.")
    return kept


def refuse_faults(
    exported: ExportedAssets, package: AdPackage, brief: AdBrief, specs: Specs, today: datetime.date
) -> None:
    """Hold what is exported against facts and brief, as if somebody else had made it.

    Raises:
        QualityError: A platform would refuse something, or the brief does not say it: nothing is exported.
    """
    faults = [*_of_fields(exported, package, specs), *_of_texts(exported, brief, specs, today)]
    for picture in exported.pictures:
        found = judge_picture(picture, package.files[picture.file], facts_of(picture, specs))
        faults += [f"{place_of(picture)}: {one.says}" for one in found if one.hard]
    names = {platform for slot in exported.slots for platform in slot.platforms}
    platforms = [one for one in specs.platforms if one.name in names]
    for script in check_scripts(exported.scripts, brief, specs, platforms, today):
        faults += [f"{script.path}: the brief does not say “{one.text}”" for one in script.lines if not one.grounded]
        faults += [f"{script.path}: {found.says}" for one in script.lines for found in one.findings if found.hard]
    if faults:
        raise QualityError(
            f"{len(faults):,} {'fault' if len(faults) == 1 else 'faults'} in what would be exported: {_some(faults)}",
            hint="`automagic ads check FOLDER` tells of each text; mend or reject them.",
        )


def _of_fields(exported: ExportedAssets, package: AdPackage, specs: Specs) -> Iterator[str]:
    """Fields of which nothing is left, and that a platform insists on."""
    left = {(one.platform, one.field) for one in exported.texts}
    wanted = {one.platform for one in (*exported.texts, *_texts_beside(exported, package))}
    for platform, field in dict.fromkeys((one.platform, one.field) for one in package.texts):
        fact = next((one for one in specs.of(specs.platform(platform)) if one.id == field), None)
        if fact is None or platform not in wanted or (platform, field) in left:
            continue
        if fact.hard and (fact.required or fact.min_items):
            yield f"{field}: each of its texts was rejected, and {fact.min_items or 1} are needed."


def _texts_beside(exported: ExportedAssets, package: AdPackage) -> tuple[AdText, ...]:
    """The texts of platforms of which pictures are exported."""
    with_pictures = {one.platform for one in exported.pictures}
    return tuple(one for one in package.texts if one.platform in with_pictures)


def _of_texts(exported: ExportedAssets, brief: AdBrief, specs: Specs, today: datetime.date) -> Iterator[str]:
    told: set[tuple[str, str]] = set()  # what holds for a field as a whole is found at each of its texts
    verdicts = check_texts(exported.texts, brief, specs, today)
    for text, verdict in zip(exported.texts, verdicts, strict=True):
        if not verdict.grounded:
            yield f"{place_of(text)}: the brief does not say it: {verdict.why_not}"
        for says in (one.says for one in verdict.findings if one.hard):
            if (text.field, says) not in told:
                told.add((text.field, says))
                yield f"{place_of(text)}: {says}"


def _some(told: Sequence[str]) -> str:
    more = f", and {len(told) - _SHOWN:,} more" if len(told) > _SHOWN else ""
    return f"{'; '.join(told[:_SHOWN])}{more}"
