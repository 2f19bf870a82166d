"""Prices of a brief: each with its currency, and each amount written in one way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from automagic.errors import RequestError
from automagic.language.numbers.values import find_numbers
from automagic.products.ads.brief import AdBrief, Claim
from automagic.products.ads.briefs.claims import CURRENCY, find_hedges, quantities_in
from automagic.products.ads.briefs.phrases import claim_words, pattern_of

_CURRENCY = re.compile(CURRENCY, re.IGNORECASE)
_SAME = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "USD", "£": "GBP"}
_BARE = re.compile(r"\s*\d(?:[\d.,]*\d)?(?=\s*(?:[.!,;]?\s*\Z|[.!,;]\s|\s(?:until|bis|jusqu|hasta|fino|até|tot)\b))")


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """An amount of money in a text.

    Attributes:
        currency: A code of three letters where the sign has one.
        shown: As it is written.
        asked_for: What costs it, in lower case, where the text says so without "from" or "about"; "" else.
    """

    amount: Decimal
    currency: str
    shown: str
    asked_for: str = ""


def find_prices(text: str, language: str) -> Iterator[StatedPrice]:
    """The amounts of money of a text, in order."""
    costing = tuple(claim_words(language)["costs"])
    costs = [found.span() for found in pattern_of(costing).finditer(text)]
    exact = {hedge.lower() for hedge in find_hedges(text, language)} <= set(costing)
    for number, shown in quantities_in(text, language):
        if sign := _CURRENCY.search(shown):
            currency = _SAME.get(sign[0].upper(), sign[0].upper())
            before = [start for start, end in costs if exact and not text[end : number.start].strip(" $€£:")]
            what = re.split(r"[.,;:!?]\s", text[: before[0]])[-1].strip().lower() if before else ""
            yield StatedPrice(number.value, currency, shown, what)


def check_prices(brief: AdBrief, claims: Iterable[Claim]) -> None:
    """Refuse prices of a brief and its claims that cannot stand in an ad.

    Raises:
        RequestError: One has no currency, is written in two ways, or contradicts another.
    """
    price, language = brief.price, brief.language
    names = {brief.name.lower(), brief.brand.lower(), *claim_words(language)["third"]}
    kind = brief.kind.lower().split()[-1]
    stated: list[tuple[str, StatedPrice]] = []
    if price:
        found = list(find_prices(price, language))
        if not found:
            what = "has no currency" if find_numbers(price, language) else "is no amount of money"
            raise RequestError(f"the price {price!r} {what}", hint="Write it as it is to be read: 39 €, or $39.")
        what = "" if find_hedges(price, language) else brief.name.lower()
        stated += [("price", replace(one, asked_for=what)) for one in found]
    for where, text in ((claim.where, claim.text) for claim in claims):
        if bare := find_bare_price(text, language):
            raise RequestError(
                f"the price {bare!r} in {where} has no currency", hint="Write it as it is to be read: 39 €, or $39."
            )
        stated += [(where, one) for one in find_prices(text, language)]
    for place, (where, one) in enumerate(stated):
        for earlier, before in stated[:place]:
            same = (one.amount, one.currency) == (before.amount, before.currency)
            if same and _squeezed(one.shown) != _squeezed(before.shown):
                raise RequestError(
                    f"One price is written in two ways: {before.shown!r} in {earlier} and {one.shown!r} in {where}",
                    hint="Write it in one way everywhere.",
                )
            asked = [_same_thing(price.asked_for, names, kind, brief.name.lower()) for price in (one, before)]
            if not same and asked[0] and asked[0] == asked[1]:
                raise RequestError(
                    f"There are two prices: {before.shown!r} in {earlier} and {one.shown!r} in {where}",
                    hint="Leave the one that holds, or say in the sentence what each is for.",
                )


def _same_thing(what: str, names: Collection[str], kind: str, name: str) -> str:
    """The name where a pronoun, the brand or the kind ("the filter") stands for it."""
    words = what.split()
    is_it = what in names or (words and words[-1] == kind and len(words) <= 2)
    return name if is_it else what


def find_bare_price(text: str, language: str) -> str:
    """An amount behind "costs" without a currency or a unit, as it stands; "" for none."""
    for cost in pattern_of(tuple(claim_words(language)["costs"])).finditer(text):
        if bare := _BARE.match(text, cost.end()):
            return bare[0].strip()
    return ""


def _squeezed(shown: str) -> str:
    return re.sub(r"\s", "", shown)
