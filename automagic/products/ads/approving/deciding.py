"""What a decision makes of a package's approvals; pure.

ids ─▶ of the package? ─┬─ yes ─▶ approved | rejected
                        ├─ it changed since ─▶ exit 7: nobody approves what they have not looked at
                        └─ no ─▶ the nearest
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from automagic.errors import QualityError, RequestError
from automagic.products.ads.package.assets import AdPackage, Approval, place_of

_FEWEST_DIGITS = 4
"""Of an id that is not written in full."""


@dataclass(frozen=True, slots=True)
class ChangedAsset:
    """An asset that is no longer what was made or decided of.

    Attributes:
        id: Its id now.
        before: What was decided of it as it was; None where nothing was.
    """

    id: str
    what: str
    before: Approval | None


def list_changed(package: AdPackage) -> tuple[ChangedAsset, ...]:
    """Those that changed since the package was made, and that nobody has decided of as they are now."""
    assets = package.assets
    return tuple(
        ChangedAsset(now, place_of(assets[now]), package.approvals.get(before))
        for before, now in package.changed.items()
        if now not in package.approvals
    )


def choose(package: AdPackage, named: Sequence[str]) -> tuple[str, ...]:
    """The ids that a person means; the first digits are enough.

    Raises:
        QualityError: One is of an asset that changed since.
        RequestError: There is none such, or several.
    """
    return tuple(dict.fromkeys(_choose(package, one.strip().lower()) for one in named))


def choose_all(package: AdPackage) -> tuple[str, ...]:
    """All that nobody has decided of, but what changed since the page was written."""
    changed = {one.id for one in list_changed(package)}
    return tuple(key for key in package.assets if key not in package.approvals and key not in changed)


def decide_of(package: AdPackage, ids: Iterable[str], decision: Approval) -> Mapping[str, Approval]:
    """The decision for each; `decision` says all but where the asset stands."""
    assets = package.assets
    return {
        key: Approval(decision.state, decision.who, decision.when, place_of(assets[key]), decision.note) for key in ids
    }


def _choose(package: AdPackage, named: str) -> str:
    assets = package.assets
    if named in assets:
        return named
    known = [key for key in assets if len(named) >= _FEWEST_DIGITS and key.startswith(named)]
    if len(known) == 1:
        return known[0]
    if known:
        raise RequestError(f"{named} begins {len(known)} ids: {', '.join(known[:4])}", hint="Write more of it.")
    if now := package.changed.get(named):
        raise QualityError(
            f"{place_of(assets[now])} changed since it was {named}: it is {now} now",
            hint="Look at it in preview.html, then approve it by its new id.",
        )
    if named in package.approvals:
        raise QualityError(
            f"{named} was {package.approvals[named].what}, which changed since or is no longer there",
            hint="Look at preview.html for what stands there now.",
        )
    near = difflib.get_close_matches(named, assets, n=1)
    meant = f"Did you mean {near[0]} ({place_of(assets[near[0]])})?" if near else "They stand in preview.html."
    raise RequestError(f"the package has no text, picture or script {named[:40]!r}", hint=meant)
