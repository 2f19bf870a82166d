"""A product page as a brief: what it says for machines first (JSON-LD, OpenGraph), then its stating sentences."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from automagic.errors import RequestError
from automagic.language.text.front_matter import read_date, read_language
from automagic.machine.addresses import is_public
from automagic.products.ads.briefs.links import check_landing
from automagic.products.ads.briefs.material import BriefMaterial, BriefSentence, Given
from automagic.products.ads.briefs.phrases import claim_words
from automagic.products.ads.briefs.text import stating_sentences
from automagic.sources.encoding import decode_text
from automagic.sources.hypertext import parse_page
from automagic.sources.link_preview import read_head
from automagic.sources.linked_data import find_products, list_of, text_of
from automagic.sources.page import PAGES, Allow, Fetched, fetch
from automagic.sources.text import read_document
from automagic.values.document import Document

_MOST_BYTES = 10_000_000
_TIMEOUT_S = 20.0
_GONE = frozenset({"outofstock", "soldout", "discontinued"})
_ENOUGH_SENTENCES = 12
"""From JSON-LD and OpenGraph; below that the page's own text is read too, up to as many."""


async def read_page(url: str, given: Given, *, today: datetime.date, allow: Allow = is_public) -> BriefMaterial:
    """What the product page at `url` says.

    Raises:
        RequestError: As of `fetch_page`; it led to another host, or says nothing without JavaScript.
    """
    from yarl import URL

    found = await fetch(url, PAGES, max_bytes=_MOST_BYTES, timeout_s=_TIMEOUT_S, allow=allow)
    check_landing(URL(url), found.address)
    return await asyncio.to_thread(_read, found, url, given, today)


def _read(found: Fetched, url: str, given: Given, today: datetime.date) -> BriefMaterial:
    text = decode_text(found.data, location=found.location, media_type=found.media_type)
    tree = parse_page(text)
    head = read_head(text)
    products = find_products(tree) if tree is not None else []
    product = _Product(products[0] if products else {}, today)
    document = _read_text(found)
    told = read_language((tree.get("lang") or "") if tree is not None else "") or (
        document.language if document else ""
    )
    language = given.language or told
    described = [("JSON-LD description", product.said("description"))]
    described += [(name, head.get(name, "")) for name in ("og:description", "description")]
    sentences = list(_sentences_of(described, language))
    if document is not None and len(sentences) < _ENOUGH_SENTENCES:
        known = {one.text for one in sentences}
        more = (one for one in stating_sentences(document, language) if one.text not in known)
        sentences += list(more)[: _ENOUGH_SENTENCES - len(sentences)]
    if not sentences:
        raise RequestError(
            f"{found.location} states nothing about a product, at least not without JavaScript",
            hint="Copy its text into a .md or .toml file and give that.",
        )
    notices = [*product.notices(language)]
    if len(products) > 1:
        notices.append(f"The page describes {len(products)} products: the first was taken.")
    price = product.price(language)
    return BriefMaterial(
        location=found.location,
        sentences=tuple(sentences),
        name=given.name or product.said("name") or head.get("og:title", "") or (document.title if document else ""),
        kind=given.kind or product.said("category").replace("/", ">").rpartition(">")[2].strip(),
        link=given.link or url,
        language=language,
        brand=product.said("brand") or head.get("og:site_name", ""),
        price=price,
        notices=tuple(notices),
    )


def _read_text(found: Fetched) -> Document | None:
    try:
        return read_document(found.data, location=found.location, media_type=found.media_type)
    except RequestError:  # a page without prose still has its head and its data
        return None


def _sentences_of(described: list[tuple[str, str]], language: str) -> Iterator[BriefSentence]:
    """The stating sentences of short descriptions, each once."""
    seen: set[str] = set()
    for where, text in described:
        document = Document("", (text,), "") if text else None
        for one in stating_sentences(document, language) if document else ():
            if one.text not in seen:
                seen.add(one.text)
                yield replace(one, where=where)


@dataclass(frozen=True, slots=True)
class _Product:
    """A product of JSON-LD, read field by field."""

    node: dict[str, Any]
    today: datetime.date

    def said(self, name: str) -> str:
        """A field as one line of text; "" for none."""
        return text_of(self.node.get(name))

    def price(self, language: str) -> str:
        """As it is to be read: "39,00 €", with "from" where there are dearer ones; "" where none is certain."""
        prices = sorted({one for one in map(self._price_of, self._offers()) if one is not None})
        if not prices or len({currency for _, currency in prices}) > 1:
            return ""
        amount, currency = prices[0]
        shown = _written(amount, currency, language)
        several = len(prices) > 1 or any("lowPrice" in offer and "price" not in offer for offer in self._offers())
        return f"{claim_words(language)['numbered_price']} {shown}" if several else shown

    def notices(self, language: str) -> Iterator[str]:
        """What a person must know of the offer."""
        gone = [text_of(one.get("availability")).rpartition("/")[2] for one in self._offers()]
        if gone and all(one.lower() in _GONE for one in gone):
            yield f"The page says that it cannot be bought now ({gone[0]})."
        if any(self._price_is_over(one) for one in self._offers()):
            yield "The page's price was valid until a day that is over: it was left out."
        if self._offers() and not self.price(language):
            yield "The page gives no single price with a currency for machines: none is shown."

    def _offers(self) -> list[dict[str, Any]]:
        offers = list_of(self.node.get("offers"))
        variants = [one for one in list_of(self.node.get("hasVariant")) if isinstance(one, dict)]
        offers += [offer for one in variants for offer in list_of(one.get("offers"))]
        inner = [one for offer in offers if isinstance(offer, dict) for one in list_of(offer.get("offers"))]
        return [one for one in (*offers, *inner) if isinstance(one, dict)]

    def _price_of(self, offer: dict[str, Any]) -> tuple[Decimal, str] | None:
        specified = next((one for one in list_of(offer.get("priceSpecification")) if isinstance(one, dict)), {})
        price = text_of(offer.get("price") or offer.get("lowPrice") or specified.get("price"))
        currency = text_of(offer.get("priceCurrency") or specified.get("priceCurrency")).upper()
        try:
            amount = Decimal(price)
        except InvalidOperation:
            return None
        is_money = amount.is_finite() and amount > 0 and len(currency) == 3 and currency.isalpha()
        return (amount, currency) if is_money and not self._price_is_over(offer) else None

    def _price_is_over(self, offer: dict[str, Any]) -> bool:
        until = read_date(text_of(offer.get("priceValidUntil")))
        try:
            return bool(until) and datetime.date.fromisoformat(until) < self.today
        except ValueError:
            return False


def _written(amount: Decimal, currency: str, language: str) -> str:
    """ "39,00 €" in German, "€39.00" in English."""
    from babel.core import UnknownLocaleError
    from babel.numbers import format_currency

    try:
        shown = format_currency(amount, currency, locale=language.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        shown = format_currency(amount, currency, locale="en")
    return shown.replace("\xa0", " ").replace("\u202f", " ")
