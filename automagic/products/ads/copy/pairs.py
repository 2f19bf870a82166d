"""Which texts of a search ad should not be seen together, where they stand, and how many combinations they spoil."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from automagic.products.ads.copy.combinations import Clash, Placed, check_combinations
from automagic.products.ads.creative import AdFinding, AdText
from automagic.products.ads.specs.table import AdPlatform, Specs

RULE = "brief.combinations"
_SHOWN = (3, 2)
_MOST_TOLD = 5
_WHY: dict[Clash, str] = {
    "repeats": "say the same",
    "contradicts": "contradict each other",
    "calls twice": "call twice",
    "depends": "says nothing without another",
}


def check_pairs(texts: Sequence[AdText], specs: Specs, platforms: Sequence[AdPlatform]) -> tuple[AdFinding, ...]:
    """What clashes in the ads that a platform puts together itself, what spoils most first.

    Args:
        texts: Of one variant.
    """
    return tuple(
        finding
        for platform in platforms
        for place in platform.formats
        if place.endswith(".rsa")
        for finding in _check(place, [one for one in texts if one.platform == platform.name], specs)
    )


def _check(place: str, texts: Sequence[AdText], specs: Specs) -> Iterator[AdFinding]:
    above = [one for one in texts if one.field == f"{place}.headline"]
    below = [one for one in texts if one.field == f"{place}.description"]
    rule = next((fact for fact in specs if fact.place == place and fact.shown_headlines), None)
    shown = (rule.shown_headlines or 0, rule.shown_descriptions or 0) if rule else _SHOWN
    found = check_combinations(_place(above), _place(below), shown=shown)
    where = {one.text: f"{one.field.removeprefix(place)[1:]} {one.number}" for one in (*above, *below)}
    for clash in found.clashes[:_MOST_TOLD]:
        named = " and ".join(f"{where[text]} “{text}”" for text in clash.texts)
        yield AdFinding(
            RULE,
            f"{place}: {named} {_WHY[clash.clash]}, in {clash.spoils:,} of {found.count:,} combinations.",
            hard=False,
        )
    if (more := len(found.clashes) - _MOST_TOLD) > 0:
        yield AdFinding(RULE, f"{place}: {more} more of these clash, in fewer combinations.", hard=False)


def _place(texts: Sequence[AdText]) -> list[Placed]:
    return [Placed(one.text, int(one.pin.rpartition("_")[2] or 0)) for one in texts]
