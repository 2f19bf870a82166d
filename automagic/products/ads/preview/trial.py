"""A test of ads that can tell something: one variable, and how many must see each variant before anybody looks.

The size is that of two proportions compared by a two-sided z test, each with its own variance (Fleiss, Statistical
Methods for Rates and Proportions, 1981, without the correction for continuity):

    n = (z(1 - α/2) + z(power))² · (p₁(1 - p₁) + p₂(1 - p₂)) / (p₂ - p₁)²

With more than two variants each is compared with the first, and α is divided by the number of comparisons (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from automagic.errors import RequestError
from automagic.products.ads.brief import AdBrief
from automagic.products.ads.copy.candidates import role_of
from automagic.products.ads.creative import AdText
from automagic.products.ads.preview.lines import tell_hidden

ERROR, POWER = 0.05, 0.8
_RATES = (0.005, 0.01, 0.02, 0.05)
_RISES = (0.1, 0.2, 0.5)
_ASSUMED = 0.02
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class AdTestBudget:
    """What a test may cost.

    Attributes:
        impressions: That can be bought in all.
        rate: Of clicks to impressions, as it is today, 0 to 1; an assumption until it was measured.
    """

    impressions: int
    rate: float = _ASSUMED


def sample_size(rate: float, rise: float, *, variants: int = 2) -> int:
    """How many impressions each variant needs, to the nearest.

    Args:
        rate: Clicks to impressions today, above 0 and below 1.
        rise: What shall be found, as a share of the rate: 0.2 is 2 % against 2.4 %.
        variants: The first is what the others are compared with.

    Raises:
        RequestError: There is no such rate, or nothing to compare.
    """
    raised = rate * (1 + rise)
    if not (0 < rate < 1 and 0 < raised < 1 and rise) or variants < 2:
        raise RequestError("a test needs two variants, and rates between 0 and 1 that differ")
    normal = NormalDist()
    error = ERROR / (variants - 1)
    reach = normal.inv_cdf(1 - error / 2) + normal.inv_cdf(POWER)
    spread = rate * (1 - rate) + raised * (1 - raised)
    return round(reach**2 * spread / (raised - rate) ** 2)


def smallest_rise(rate: float, impressions: int, *, variants: int = 2) -> float | None:
    """The least rise that so many impressions of each variant can show, as a share of the rate; None for none."""
    low, high = 0.0, min(10.0, (1 - rate) / rate * 0.999)
    if sample_size(rate, high, variants=variants) > impressions:
        return None
    while high - low > 1e-4:
        middle = (low + high) / 2
        if sample_size(rate, middle, variants=variants) > impressions:
            low = middle
        else:
            high = middle
    return high


def write_test_plan(
    brief: AdBrief, texts: Sequence[AdText], *, variants: int = 2, budget: AdTestBudget | None = None
) -> bytes:
    """`test-plan.txt`.

    Args:
        variants: How many are compared.
        budget: What is there for the test; None where nobody said it.
    """
    return ("\n".join(_lines(brief, texts, variants, budget)).rstrip() + "\n").encode()


def _lines(brief: AdBrief, texts: Sequence[AdText], variants: int, budget: AdTestBudget | None) -> Iterator[str]:
    rate = budget.rate if budget else _ASSUMED
    yield f"A test of the ads for {tell_hidden(brief.name)}"
    yield ""
    yield "1. Change one thing. All else stays: picture, link, audience, budget, days."
    yield from _variables(texts)
    yield ""
    yield "2. Decide before it starts how many impressions each variant gets, and look at"
    yield "   the end only: who stops as soon as a difference shows finds one by chance."
    yield f"   {variants} variants, two proportions compared by a z test: a rise that is there"
    yield f"   is found with {POWER:.0%} chance, one that is not with {ERROR:.0%}."
    if variants > 2:
        yield f"   {variants - 1} are compared with the first and share these {ERROR:.0%} (Bonferroni)."
    yield ""
    yield "   Impressions of each variant, to find a rise of"
    yield f"   {'clicks today':<14}" + "".join(f"{f'+{rise:.0%}':>14}" for rise in _RISES)
    for one in sorted({*_RATES, rate}):
        sizes = (f"{sample_size(one, rise, variants=variants):,}" for rise in _RISES)
        yield f"   {f'{100 * one:g} %':<14}" + "".join(f"{size:>14}" for size in sizes)
    yield ""
    yield "   Today's rate of clicks is an assumption until you have measured it in your"
    yield "   own account: take it from there, of the same placement and audience."
    if budget:
        yield ""
        yield from _reach(budget, variants)
    yield ""
    yield "3. Give each variant the same share of the same days, whole weeks, and switch"
    yield "   off whatever lets the platform choose: a platform that shifts impressions to"
    yield "   the one it likes answers another question."
    yield ""
    yield "4. At the end: clicks and impressions of each. That no difference is found does"
    yield "   not prove that there is none: it is smaller than what the test could show."


def _variables(texts: Sequence[AdText]) -> Iterator[str]:
    """The fields in which an ad has one text, where another can stand in its place."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in texts:
        if role_of(one.field.rpartition(".")[2]) in {"headline", "body"} and one.state != "rejected":
            found.setdefault((one.platform, one.field), []).append(one.text)
    fitting = [(place, several) for place, several in found.items() if len(several) > 1]
    if not fitting:
        yield "   No field has two texts to compare: make another variant with --take 2."
        return
    yield "   What could be compared: two ads that differ in one of these fields alone."
    for (platform, field), several in fitting[:_SHOWN]:
        yield f"   - {field} ({platform}):"
        for letter, text in zip("AB", several, strict=False):
            yield f"     {letter}: {tell_hidden(' '.join(text.split()))}"
    if len(fitting) > _SHOWN:
        yield f"   and {len(fitting) - _SHOWN} fields more."


def _reach(budget: AdTestBudget, variants: int) -> Iterator[str]:
    """What a budget can find."""
    each = budget.impressions // variants
    yield f"   {budget.impressions:,} impressions are {each:,} for each variant."
    least = smallest_rise(budget.rate, each, variants=variants)
    if least is None:
        yield "   THIS BUDGET CANNOT REACH IT: no rise is large enough to be found with them."
    elif least > _RISES[1]:
        needed = sample_size(budget.rate, _RISES[1], variants=variants) * variants
        yield f"   THIS BUDGET CANNOT REACH a rise of {_RISES[1]:.0%}, which needs {needed:,} in all;"
        yield f"   the least that it can find is {least:.0%}."
    else:
        yield f"   The least rise that they can find is {least:.1%}."
